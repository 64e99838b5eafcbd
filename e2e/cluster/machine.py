"""The cluster as a whole: built once, started, ended."""

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from e2e.cluster import binaries, control, images
from e2e.cluster.commands import OUTSIDE, Failed, run, succeeds, until
from e2e.cluster.folder import Folder
from e2e.cluster.keys import Keys
from e2e.cluster.kube import Kube
from e2e.cluster.nodes import Node

NODES = 3
VOLUMES = 40
PARTS = Path(__file__).parent / "parts"
KEPT_SETTINGS = ("vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops")  # a kubelet sets these of its machine
NAMESPACES = ("yima", "elsewhere", "many")
ENDED_SECONDS = 120
STORAGE = """\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: disk, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: Immediate
reclaimPolicy: Retain
"""
VOLUME = """\
---
apiVersion: v1
kind: PersistentVolume
metadata: {{name: disk-{number}}}
spec:
  capacity: {{storage: 100Gi}}
  accessModes: [ReadWriteOnce]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: disk
  local: {{path: {path}}}
  nodeAffinity:
    required:
      nodeSelectorTerms: [{{matchExpressions: [{{key: kubernetes.io/os, operator: In, values: [linux]}}]}}]
"""

Step = tuple[str, Callable[[], object]]


def build_steps(folder: Folder) -> Iterator[Step]:
    """What is made once, and is kept; a step that is done takes no time."""
    folder.images.mkdir(parents=True, exist_ok=True)
    yield "Debian's packages", binaries.packages
    for part in binaries.PARTS:
        yield f"compile {part.name}", lambda part=part: binaries.compile_part(folder, part)  # type: ignore[misc]
    yield "the base image", lambda: images.base(folder)
    yield "the image of PostgreSQL", lambda: images.postgres(folder)
    yield "the image of NATS", lambda: images.nats(folder)
    yield "the image of pods' first process", lambda: images.pause(folder)
    yield "the image of CoreDNS", lambda: images.coredns(folder)


class Machine:
    """The cluster that runs, or will."""

    def __init__(self, folder: Folder) -> None:
        self.folder, self.keys, self.kube = folder, Keys(folder), Kube(folder)
        self.nodes = [Node(folder, self.keys, number, NODES) for number in range(1, NODES + 1)]

    def runs(self) -> bool:
        return self.folder.admin.exists() and OUTSIDE in run("ip", "netns", "list")

    def up_steps(self) -> Iterator[Step]:
        yield "the network", self._network
        yield "keys", lambda: self.keys.make([node.name for node in self.nodes])
        yield "the control plane", lambda: control.control_plane(self.folder, self.keys)
        for node in self.nodes:
            yield f"node {node.name}", node.up
        yield "nodes are there", self._registered
        yield "volumes", self._volumes
        yield "network policies are enforced", self._policies
        yield "names and measures", self._addons

    def _network(self) -> None:
        (self.folder.running / "log").mkdir(parents=True, exist_ok=True)
        before = {name: Path("/proc/sys", name).read_text() for name in KEPT_SETTINGS}
        for name, value in before.items():
            (self.folder.running / name.replace("/", ".")).write_text(value)
        control.network()

    def _registered(self) -> None:
        self.kube(
            "create",
            "clusterrolebinding",
            "kube-proxy",
            "--clusterrole=system:node-proxier",
            "--user=system:kube-proxy",
        )
        for node in self.nodes:
            until(f"node {node.name}", lambda node=node: self.kube("get", "node", node.name), 300)  # type: ignore[misc]
            self.kube(
                "patch", "node", node.name, "-p", f'{{"spec":{{"podCIDR":"{node.pods}","podCIDRs":["{node.pods}"]}}}}'
            )
            self.kube("label", "node", node.name, f"topology.kubernetes.io/zone=zone-{node.number}")

    def _volumes(self) -> None:
        """Every node reaches all of them, as it would a cloud's disks."""
        texts = [STORAGE]
        for number in range(1, VOLUMES + 1):
            path = self.folder.running / "disks" / str(number)
            path.mkdir(parents=True)
            texts.append(VOLUME.format(number=number, path=path))
        self.kube.apply("".join(texts))

    def _policies(self) -> None:
        for node in self.nodes:
            node.enforce_policies()

    def _addons(self) -> None:
        control.outside_proxy(self.folder, self.keys)
        control.metrics(self.folder, self.keys)
        self.kube.apply((PARTS / "addons.yaml").read_text("utf-8"), "kube-system")
        self.kube("-n", "kube-system", "rollout", "status", "deployment/coredns", "--timeout=300s")

    def down(self) -> None:
        """End all of it. What was built stays."""
        if self.runs():
            for name in NAMESPACES:
                with suppress(Failed):
                    self.kube("delete", "namespace", name, "--wait=false", "--ignore-not-found", seconds=60)
            with suppress(Failed):
                self.kube("-n", "kube-system", "delete", "deployment", "coredns", "--wait=false", seconds=60)
            deadline = time.monotonic() + ENDED_SECONDS
            while time.monotonic() < deadline and self._has_pods():
                time.sleep(2)
        for node in self.nodes:
            if (node.at / "holder").exists() and Path(f"/proc/{node.holder}").exists():
                node.down()
        if OUTSIDE in run("ip", "netns", "list"):
            for number in (signal.SIGTERM, signal.SIGKILL):
                for process in run("ip", "netns", "pids", OUTSIDE).split():
                    with suppress(ProcessLookupError):
                        os.kill(int(process), number)
                time.sleep(2)
            run("ip", "netns", "del", OUTSIDE)
        for name in KEPT_SETTINGS:
            kept = self.folder.running / name.replace("/", ".")
            if kept.exists():
                Path("/proc/sys", name).write_text(kept.read_text())
        if not run("ip", "netns", "list").strip() and succeeds("mountpoint", "/run/netns"):
            run("umount", "/run/netns")
        shutil.rmtree(self.folder.running, ignore_errors=True)

    def _has_pods(self) -> bool:
        with suppress(Failed):
            return bool(self.kube("get", "pods", "-A", "--no-headers", seconds=30).strip())
        return False
