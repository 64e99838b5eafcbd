"""The chart rendered as operators would: `python charts/render.py` writes the golden files, `--check` compares them.

A golden file is the whole release in one mode of database and bus: whoever changes a template sees in review what
changes in a cluster.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

CHARTS = Path(__file__).parent
UMBRELLA = CHARTS / "yima"
SERVICE = CHARTS / "service"
GOLDEN = CHARTS / "tests" / "golden"
CONNECTOR = CHARTS / "connector"  # a hospital's own, apart from the city
HOSPITAL = CHARTS / "tests" / "hospital.yaml"
HELM = Path(sys.executable).with_name("helm")
KEPT = ["--set", "global.database.embedded.password=golden", "--set", "accounts.operator=golden-operator"]
KEPT += ["--set", "global.nats.embedded.passwordSeed=golden"]
KEPT += ["--set", "accounts.regulator=golden-regulator", "--set", "accounts.webhooks=golden-webhooks"]
KEPT += ["--set", f"accounts.keyEncryption={'A' * 43}="]
KEPT += ["--set", f"accounts.cityKey={'B' * 43}="]
KEPT += ["--set", "accounts.numbers=golden-numbers-secret", "--set", "accounts.registers=golden-registers"]
KEPT += ["--set", f"accounts.pairwise={'golden-pairwise-' * 2}", "--set", f"accounts.push={'golden-push-key-' * 2}"]
KEPT += ["--set", "accounts.carriers=golden-carriers"]
EXTERNAL = ["--set", "global.database.mode=external", "--set", "global.nats.mode=external"]
EXTERNAL += ["--set", "global.nats.url=tls://nats.nats.svc:4222"]
EXTERNAL += [
    "--set-json",
    'global.nats.peers=[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"nats"}}}]',
]
EXTERNAL += ["--set-json", 'global.database.peers=[{"ipBlock":{"cidr":"10.0.0.5/32"}}]']
MODES: dict[str, list[str]] = {
    "embedded": [],
    "external": EXTERNAL,
    "cloudnativepg": ["--set", "global.database.mode=cloudnativepg"],
    "tls": ["--set", "global.tls.mode=certManager"],
    "upgrade": ["--is-upgrade"],
}


class Refused(Exception):
    """Helm would not render."""


def helm(*arguments: str, stdin: str = "") -> str:
    command = [str(HELM), *arguments]
    environment = {**os.environ, "GOGC": "off"}  # it ends before what it frees would be missed
    done = subprocess.run(  # noqa: S603 the wheel's own helm
        command, capture_output=True, text=True, check=False, input=stdin, env=environment
    )
    if done.returncode:
        raise Refused(done.stderr + done.stdout)
    return str(done.stdout)


@cache
def dependencies() -> None:
    """Put the service chart into the umbrella, unless it is there as it stands.

    Looked at once a process, by one process at a time: an update takes the old one away before the new one is there.
    """
    with (CHARTS / "render.py").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        packed = max((path.stat().st_mtime for path in (UMBRELLA / "charts").glob("service-*.tgz")), default=0.0)
        sources = [UMBRELLA / "Chart.yaml", SERVICE, *SERVICE.rglob("*")]
        if packed <= max(path.stat().st_mtime for path in sources):
            helm("dependency", "update", "--skip-refresh", str(UMBRELLA))


def render(*arguments: str, city: str = "jinan") -> str:
    """The release's manifests."""
    dependencies()
    pack = str(UMBRELLA / "cities" / f"{city}.yaml")
    return helm("template", "yima", str(UMBRELLA), "--namespace", "yima", "--values", pack, *KEPT, *arguments)


def render_connector(*arguments: str) -> str:
    """The manifests of a hospital's connector."""
    return helm(
        "template", "connector", str(CONNECTOR), "--namespace", "yima-connector", "--values", str(HOSPITAL), *arguments
    )


def golden(mode: str) -> Path:
    return GOLDEN / f"{mode}.yaml"


def main(arguments: Sequence[str]) -> int:
    stale = []
    for mode, more in [*MODES.items(), ("connector", None)]:
        fresh, path = render_connector() if more is None else render(*more), golden(mode)
        if "--check" not in arguments:
            path.write_text(fresh, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != fresh:
            stale.append(mode)
    if stale:
        sys.stderr.write(f"charts/tests/golden is stale ({', '.join(stale)}): run `make charts` and look at the diff\n")
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
