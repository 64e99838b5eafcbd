"""What every scenario has at hand."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from e2e.cluster.commands import INSIDE_IT, Failed, run, succeeds, until
from e2e.cluster.folder import REPOSITORY
from e2e.cluster.kube import Kube
from e2e.cluster.machine import Machine
from e2e.cluster.orders import passwords
from e2e.cluster.release import Release, Version
from e2e.cluster.watched import Watched

DEMO_SECONDS = 900.0
PORT = "8700"


@dataclass
class Town:
    machine: Machine
    watched: Watched
    release: Release
    before: Version | None  # the release before this one
    nats_chart: Path | None  # the NATS project's own chart
    cloudnativepg: Path | None  # the operator's source, and its chart beside it

    @property
    def kube(self) -> Kube:
        return self.machine.kube

    def installed(self) -> None:
        """This version is there, with every pod ready."""
        if not self.release.is_there():
            self.release.install()
        self.kube.settled()

    def demo(self) -> str:
        """`yima demo` as docs/operate.md has it, by a port that is forwarded; its last line. Raises `Failed`."""
        forwarding = subprocess.Popen(
            [*INSIDE_IT, "kubectl", "--namespace", self.kube.namespace, "port-forward", "service/yima-gateway", PORT],
            env=self.kube.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            until("the forwarded port", lambda: answers(f"http://127.0.0.1:{PORT}/health/live"), 60)
            said = run(
                *INSIDE_IT, Path(sys.executable).with_name("yima"), "demo", "--url", f"http://127.0.0.1:{PORT}/graphql",
                folder=REPOSITORY, environment={**os.environ, **passwords(self.kube)}, seconds=DEMO_SECONDS,
            )  # fmt: skip
        finally:
            forwarding.terminate()
            forwarding.wait(20)
        lines = [line for line in said.splitlines() if line.strip()]
        if not lines:
            raise Failed("the demo said nothing")
        return lines[-1].strip()

    def query(self, database: str, sql: str) -> str:
        """What the embedded PostgreSQL answers."""
        return self.kube(
            "exec", "yima-postgres-0", "--container", "postgres", "--", "psql", "-X", "-At", "-U", "postgres", "-h",
            "/var/run/postgresql", "-d", database, "-c", sql,
        ).strip()  # fmt: skip

    def node_of(self, pod: str) -> str:
        return str(self.kube.get("pod", pod)["spec"]["nodeName"])


def answers(url: str) -> bool:
    """Is somebody there, in the namespace outside the nodes?"""
    asked = f"import httpx2; httpx2.get({url!r}, trust_env=False, timeout=5).raise_for_status()"
    return succeeds(*INSIDE_IT, sys.executable, "-c", asked)
