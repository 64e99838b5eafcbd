"""kubectl and helm, asked from outside the nodes."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from e2e.cluster.commands import INSIDE_IT, Failed, run, until
from e2e.cluster.folder import REPOSITORY, Folder

HELM = Path(sys.executable).with_name("helm")
JOB_SECONDS = 1_200.0


class Kube:
    """The cluster's API, in one namespace unless it is told otherwise."""

    def __init__(self, folder: Folder, namespace: str = "yima") -> None:
        self.folder, self.namespace = folder, namespace

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "KUBECONFIG": str(self.folder.admin)}

    def __call__(self, *arguments: str, stdin: str = "", seconds: float | None = None) -> str:
        command = [*INSIDE_IT, "kubectl", "--namespace", self.namespace, *arguments]
        return run(*command, stdin=stdin, environment=self.environment, seconds=seconds)

    def get(self, *arguments: str) -> dict[str, Any]:
        return dict(orjson.loads(self("get", *arguments, "--output", "json")))

    def items(self, *arguments: str) -> list[dict[str, Any]]:
        return list(self.get(*arguments)["items"])

    def apply(self, manifest: str, namespace: str = "") -> None:
        self("--namespace", namespace or self.namespace, "apply", "--filename", "-", stdin=manifest)

    def helm(self, *arguments: str | Path, seconds: float | None = None) -> str:
        command = [*INSIDE_IT, HELM, "--namespace", self.namespace, *arguments]
        return run(*command, folder=REPOSITORY, environment=self.environment, seconds=seconds)

    def begin_helm(self, *arguments: str | Path) -> "subprocess.Popen[str]":
        """Helm beside whatever else is done."""
        command = [str(word) for word in (*INSIDE_IT, HELM, "--namespace", self.namespace, *arguments)]
        return subprocess.Popen(
            command, cwd=REPOSITORY, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    # --- what is in it

    def secret(self, name: str, key: str) -> str:
        import base64

        return base64.b64decode(self.get("secret", name)["data"][key]).decode()

    def pods(self, *selector: str) -> list[dict[str, Any]]:
        return self.items("pods", *(("--selector", ",".join(selector)) if selector else ()))

    def unready(self) -> list[str]:
        """Serving pods that are not ready, by name; those of Jobs are none."""
        return [
            pod["metadata"]["name"]
            for pod in self.pods()
            if not any(owner["kind"] == "Job" for owner in pod["metadata"].get("ownerReferences", []))
            and not is_ready(pod)
        ]

    def settled(self, seconds: float = 900.0) -> None:
        """Wait until every serving pod is ready."""
        until(
            "all pods ready", lambda: not (names := self.unready()) or fail(f"unready: {', '.join(names)}"), seconds, 2
        )

    def address(self, service: str) -> str:
        """A service's address and first port."""
        spec = self.get("service", service)["spec"]
        return f"{spec['clusterIP']}:{spec['ports'][0]['port']}"

    def job(self, cron_job: str, name: str, seconds: float = JOB_SECONDS) -> dict[str, Any]:
        """Run a CronJob's task once, to its end."""
        self("create", "job", f"--from=cronjob/{cron_job}", name)
        return self.finished(name, seconds)

    def finished(self, job: str, seconds: float = JOB_SECONDS) -> dict[str, Any]:
        """A job that has ended well. Raises `Failed` with what its pods said."""

        def over() -> dict[str, Any] | None:
            seen = self.get("job", job)
            ended = {each["type"] for each in seen["status"].get("conditions", []) if each["status"] == "True"}
            return seen if ended & {"Complete", "Failed"} else None

        seen = until(f"job {job}", over, seconds, 2)
        assert seen is not None
        if any(each["type"] == "Failed" and each["status"] == "True" for each in seen["status"]["conditions"]):
            raise Failed(f"job {job} failed: {self.said(job)[-1500:]}")
        return seen

    def said(self, job: str) -> str:
        """What a job's pods said, the last one's last."""
        pods = sorted(self.pods(f"job-name={job}"), key=lambda pod: str(pod["metadata"]["creationTimestamp"]))
        return "\n".join(
            self("logs", pod["metadata"]["name"], "--all-containers", "--tail=40") for pod in pods if has_run(pod)
        )


def fail(why: str) -> bool:
    raise Failed(why)


def is_ready(pod: Mapping[str, Any]) -> bool:
    conditions: Sequence[Mapping[str, str]] = pod["status"].get("conditions", [])
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def has_run(pod: Mapping[str, Any]) -> bool:
    return pod["status"].get("phase") in ("Succeeded", "Failed", "Running")
