"""What two outside judges of manifests say of the chart: `python charts/hardening.py`, which `make hardening` runs.

checkov and kube-score read each way the chart is installed. What they mind is mended, or accepted here with the
reason; an acceptance that nothing needs any more is a fault, too. checkov comes by `charts/requirements.lock` into an
environment of its own; kube-score is built where there is Go, and left out, with a word, where there is none.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from charts import render

ENVIRONMENT = Path(__file__).parents[1] / ".venv-hardening"
KUBE_SCORE = "github.com/zegl/kube-score/cmd/kube-score@v1.20.0"
PINNED = f"sha256:{'a' * 64}"
GOOD = 10  # kube-score's grade of what it has nothing to say about
CITY = [
    *render.EXTERNAL,
    *("--set", f"global.image.digest={PINNED},backup.image=registry.example.org/postgres@{PINNED}"),
    *("--set", "global.ingress.enabled=true,global.ingress.tlsSecret=yima-tls,gateway.autoscaling.cpu.enabled=true"),
    *("--set", "sandbox.enabled=false,registers.enabled=false,carriers.enabled=false,global.tls.mode=certManager"),
]
INSTALLED: dict[str, list[str]] = {
    "evaluation": render.MODES["embedded"],
    "city": CITY,
    "cloudnativepg": [*CITY, "--set", "global.database.mode=cloudnativepg"],
    "restoring": [*CITY, "--set", "global.restore=newest"],
    "connector": [],
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A judge's word about one object, in one way of installing."""

    mode: str
    check: str
    said: str
    about: str

    def __str__(self) -> str:
        return f"{self.mode}: {self.about}: {self.check}: {self.said}"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What we leave as it is, where, and why."""

    check: str
    why: str
    about: str = ""
    mode: str = ""

    def covers(self, finding: Finding) -> bool:
        return bool(
            self.check == finding.check and re.search(self.about, finding.about) and re.search(self.mode, finding.mode)
        )


SANDBOXES = "yima-(sandbox|registers|carriers)$"
EMBEDDED = "yima-(postgres|nats|backup-drill)"
ACCEPTED = [
    Accepted("CKV_K8S_11", "a limit on CPU slows a service while cores idle; requests share them out"),
    Accepted("container-resources", "the same"),
    Accepted("CKV_K8S_15", "a tag is never made twice, a digest cannot be; a node starts pods without the registry"),
    Accepted("container-image-pull-policy", "the same"),
    Accepted("CKV_K8S_35", "PostgreSQL's and the bus's own programs read these", "yima-(postgres|nats|backup|restore)"),
    Accepted("CKV_K8S_35", "a hospital's settings name its passwords as variables", mode="connector"),
    Accepted("deployment-replicas", "nothing runs while a backup is restored", mode="restoring"),
    Accepted("CKV_K8S_21", "in which namespace it is, helm is told when it installs"),
    Accepted("CKV_K8S_43", "who tries Yima out names no digests; for a city see `city`", mode="evaluation"),
    Accepted("CKV_K8S_43", "a hospital names the digest of the connector it was given", mode="connector"),
    Accepted("CKV_K8S_40", "the user that the official image's files are of", EMBEDDED, "evaluation"),
    Accepted("container-security-context-user-group-id", "the same", EMBEDDED),
    Accepted("CKV_K8S_8", "a database that recovers is not to be ended; it is unready meanwhile", "yima-postgres"),
    Accepted("pod-probes", "the same", "yima-postgres"),
    Accepted("deployment-replicas", "a sandbox for trials: one volume, one writer", SANDBOXES, "evaluation"),
    Accepted("deployment-strategy", "the same", SANDBOXES, "evaluation"),
    Accepted("deployment-has-host-podantiaffinity", "spread by topologySpreadConstraints, which is newer"),
    Accepted("statefulset-has-servicename", "one pod each, which nobody calls by its own name", EMBEDDED, "evaluation"),
    Accepted("statefulset-has-servicename", "the same", mode="connector"),
    Accepted("pod-probes-identical", "its heart beats or not: there is no third", mode="connector"),
    Accepted(
        "deployment-targeted-by-hpa-does-not-have-replicas-configured",
        "without a number a service that becomes scaled falls to one pod; a later upgrade keeps the autoscaler's",
    ),
    Accepted("networkpolicy-targets-pod", "the operator of CloudNativePG makes its pods", mode="cloudnativepg"),
]  # fmt: skip


def rendered(mode: str) -> str:
    return render.render_connector() if mode == "connector" else render.render(*INSTALLED[mode])


def of_checkov(folder: Path) -> Iterator[Finding]:
    """What checkov says of every way at once."""
    program = ENVIRONMENT / "bin" / "checkov"
    command = [str(program), "--directory", str(folder), "--framework", "kubernetes", "--quiet", "--output", "json"]
    environment = {**os.environ, "LOG_LEVEL": "ERROR", "BC_SKIP_MAPPING": "true"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603
    report: dict[str, Any] = json.loads(done.stdout)
    if report["summary"]["parsing_errors"] or report["summary"]["passed"] < len(INSTALLED):
        raise SystemExit(f"checkov did not read the manifests: {report['summary']}")
    for failed in report["results"]["failed_checks"]:
        about = failed["resource"].rpartition(".")[2]
        yield Finding(Path(failed["file_path"]).stem, failed["check_id"], failed["check_name"], about)


def of_kube_score(program: Path, folder: Path) -> Iterator[Finding]:
    for path in sorted(folder.glob("*.yaml")):
        command = [str(program), "score", str(path), "--output-format", "json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        for scored in json.loads(done.stdout):
            about = str(scored["object_meta"]["name"])
            for check in scored["checks"]:
                if check["grade"] < GOOD and not check["skipped"]:
                    for comment in check["comments"] or [{"summary": check["check"]["name"]}]:
                        yield Finding(path.stem, check["check"]["id"], comment["summary"], about)


def kube_score() -> Path | None:
    """The program, built once; None where there is no Go."""
    program = ENVIRONMENT / "bin" / "kube-score"
    go = shutil.which("go")
    if not program.is_file() and go:
        environment = {**os.environ, "GOBIN": str(program.parent), "GOFLAGS": "-mod=mod"}
        subprocess.run([go, "install", KUBE_SCORE], check=False, capture_output=True, env=environment)  # noqa: S603
    return program if program.is_file() else None


def judged(findings: Sequence[Finding], judges: Sequence[str]) -> list[str]:
    """What is neither mended nor accepted, and what is accepted though nobody minds it."""
    faults = [str(finding) for finding in findings if not any(each.covers(finding) for each in ACCEPTED)]
    for accepted in ACCEPTED:
        judge = "checkov" if accepted.check.startswith("CKV") else "kube-score"
        if judge in judges and not any(accepted.covers(finding) for finding in findings):
            faults.append(f"{accepted.check} ({accepted.about or 'everything'}): nobody minds it any more")
    return faults


def main() -> int:
    judges = ["checkov"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for mode in INSTALLED:
            (folder / f"{mode}.yaml").write_text(rendered(mode), "utf-8")
        findings = list(of_checkov(folder))
        if (program := kube_score()) is not None:
            judges.append("kube-score")
            findings += of_kube_score(program, folder)
        else:
            sys.stdout.write("kube-score is left out: there is no Go to build it with\n")
    faults = judged(findings, judges)
    for fault in sorted(set(faults)):
        sys.stderr.write(f"{fault}\n")
    accepted = len(findings) - len(faults)
    sys.stdout.write(f"{' and '.join(judges)}: {len(faults)} faults, {accepted} findings accepted with their reason\n")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
