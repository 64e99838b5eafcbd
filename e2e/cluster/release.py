"""The chart, as it is installed here: two replicas of each service, policies, an image of this commit."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from e2e.cluster.commands import run
from e2e.cluster.folder import REPOSITORY
from e2e.cluster.keys import HOST
from e2e.cluster.kube import HELM, Kube

NAME = "yima"
CITY = "jinan"
UPGRADE_SECONDS = 1_200
# Everybody here is one client, at one address, and orders more than a person would.
SETTINGS = {
    "identity": {"YIMA_REGISTRATIONS_PER_HOUR": "100000"},
    "ordering": {"YIMA_UNPAID_ORDERS_MAX": "0"},
    "gateway": {"YIMA_BUDGET_PER_MINUTE": "10000000000"},
}
TRIALS = REPOSITORY / "charts" / "yima" / "trials.yaml"
NAMESPACE = """\
apiVersion: v1
kind: Namespace
metadata:
  name: {name}
  labels: {{pod-security.kubernetes.io/enforce: restricted}}
"""


@dataclass(frozen=True)
class Version:
    """A chart and the image that goes with it."""

    chart: Path
    tag: str

    @classmethod
    def of(cls, revision: str, folder: Path) -> "Version":
        """Of an earlier revision, unpacked."""
        commit = run("git", "rev-parse", "--short=8", revision, folder=REPOSITORY).strip()
        tree = folder / commit
        if not (tree / "Dockerfile").exists():
            shutil.rmtree(tree, ignore_errors=True)
            tree.mkdir(parents=True)
            packed = subprocess.run(["git", "archive", commit], cwd=REPOSITORY, capture_output=True, check=True).stdout
            subprocess.run(["tar", "-x", "-C", str(tree)], input=packed, check=True)
        return cls(tree / "charts" / "yima", commit)

    @property
    def source(self) -> Path:
        return self.chart.parents[1]

    def settings(self) -> dict[str, Any]:
        """What trials and this load ask for, as this version of the chart takes it."""
        trials: dict[str, Any] = yaml.safe_load(TRIALS.read_text("utf-8"))
        settings = {name: {**trials.get(name, {}).get("settings", {}), **said} for name, said in SETTINGS.items()}
        service = yaml.safe_load((self.chart.parent / "service" / "values.yaml").read_text("utf-8"))
        if "settings" in service:
            return {name: {"settings": said} for name, said in settings.items()}
        values = yaml.safe_load((self.chart / "values.yaml").read_text("utf-8"))
        more = {name: [{"name": key, "value": value} for key, value in said.items()] for name, said in settings.items()}
        return {name: {"env": [*values[name].get("env", []), *said]} for name, said in more.items()}


class Release:
    def __init__(self, kube: Kube, version: Version) -> None:
        self.kube, self.version = kube, version
        self.more: tuple[str, ...] = ()  # arguments that stay: another bus, another database

    def values(self, version: Version) -> Path:
        come_from = [{"namespaceSelector": {}}, {"ipBlock": {"cidr": f"{HOST}/32"}}]
        image = {"registry": "registry.internal", "repository": "yima/yima", "tag": version.tag}
        values = {"global": {"image": image, "ingress": {"from": come_from}}, **version.settings()}
        file = self.kube.folder.running / f"values-{version.tag}.yaml"
        file.write_text(yaml.safe_dump(values), "utf-8")
        return file

    def arguments(self, version: Version) -> list[str | Path]:
        city = version.chart / "cities" / f"{CITY}.yaml"
        return [NAME, version.chart, "--values", city, "--values", self.values(version), *self.more]

    def prepare(self, version: Version) -> None:
        run(HELM, "dependency", "update", "--skip-refresh", version.chart)
        self.kube.apply(NAMESPACE.format(name=self.kube.namespace))

    def is_there(self) -> bool:
        return NAME in self.kube.helm("list", "--short").split()

    def install(self, version: Version | None = None, *more: str) -> None:
        version = version or self.version
        self.prepare(version)
        self.kube.helm("install", *self.arguments(version), *more, seconds=UPGRADE_SECONDS)

    def upgrade(self, version: Version | None = None, *more: str) -> None:
        version = version or self.version
        self.prepare(version)
        self.kube.helm(
            "upgrade", *self.arguments(version), "--wait", f"--timeout={UPGRADE_SECONDS}s", *more,
            seconds=UPGRADE_SECONDS + 60,
        )  # fmt: skip

    def rollback(self) -> None:
        self.kube.helm("rollback", NAME, "--wait", f"--timeout={UPGRADE_SECONDS}s", seconds=UPGRADE_SECONDS + 60)

    def revision(self) -> int:
        (found,) = yaml.safe_load(self.kube.helm("list", "--output", "yaml"))
        return int(found["revision"])

    def uninstall(self) -> None:
        self.kube.helm("uninstall", NAME, "--wait", seconds=600)
