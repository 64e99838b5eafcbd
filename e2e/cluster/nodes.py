"""A node: a network, mount and UTS namespace of this machine, with its own containerd, kubelet and kube-proxy."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from e2e.cluster.commands import OUTSIDE, begin, outside, run, until
from e2e.cluster.control import BRIDGE, SERVICES, proxy_config
from e2e.cluster.folder import Folder
from e2e.cluster.keys import HOST, Keys

DNS = "10.201.0.10"
PAUSE = "registry.internal/pause:1"
CGROUPS = ("cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids", "systemd")
CGROUP_ROOT = Path("/sys/fs/cgroup")
MOUNTED = {
    "kubelet": "/var/lib/kubelet", "containerd": "/var/lib/containerd", "run": "/run/containerd",
    "pods": "/var/log/pods", "containers": "/var/log/containers", "net.d": "/etc/cni/net.d", "cni": "/var/lib/cni",
}  # fmt: skip
STARTED_SECONDS = 180
WEIGHT = 8 * 1024  # of a node: as much as so many sessions of this machine, each of which counts for 1024
PARTS = ("containerd", "kubelet", "proxy", "router")


@dataclass
class Node:
    folder: Folder
    keys: Keys
    number: int
    of: int = 3

    @property
    def name(self) -> str:
        return f"kn{self.number}"

    @property
    def address(self) -> str:
        return f"10.200.0.{10 + self.number}"

    @property
    def pods(self) -> str:
        return f"10.202.{self.number}.0/24"

    @property
    def at(self) -> Path:
        return self.folder.running / self.name

    @property
    def holder(self) -> int:
        """The process that holds the node's namespaces."""
        return int((self.at / "holder").read_text())

    def inside(self, *command: str | Path) -> list[str | Path]:
        return ["nsenter", "-t", str(self.holder), "-n", "-m", "-u", *command]

    def up(self) -> None:
        for name in MOUNTED:
            (self.at / name).mkdir(parents=True, exist_ok=True)
        hold = ["unshare", "--net", "--mount", "--uts", "sleep", "infinity"]
        (self.at / "holder").write_text(str(begin(hold, self.folder.log(f"{self.name}.holder"))))
        until(f"{self.name}'s namespaces", self._is_apart, 20, every=0.1)
        self._connect()
        for name, content in self._configuration().items():
            (self.at / name).write_text(content, "utf-8")
        run(*self.inside("sh", self.at / "init.sh"))
        self.start()

    def _is_apart(self) -> bool:
        own = Path(f"/proc/{self.holder}/ns/mnt")
        return own.readlink() != Path("/proc/self/ns/mnt").readlink()

    def _connect(self) -> None:
        port = f"v{self.name}"
        run("ip", "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", str(self.holder))
        run("ip", "link", "set", port, "netns", OUTSIDE)
        outside("ip", "link", "set", port, "master", BRIDGE, "up")
        outside("ip", "route", "add", self.pods, "via", self.address)

    def start(self) -> None:
        """Its parts; images are imported before pods come."""
        self._begin("containerd", "containerd", "--config", self.at / "containerd.toml")
        until(f"{self.name}'s containerd", lambda: run(*self.inside("ctr", "version")), STARTED_SECONDS)
        self.import_images()
        kubelet = self.folder.binary("kubelet")
        self._begin(
            "kubelet", kubelet, f"--config={self.at / 'kubelet.yaml'}",
            f"--kubeconfig={self.keys.kubeconfig(self.name)}", f"--hostname-override={self.name}",
            f"--node-ip={self.address}",
        )  # fmt: skip
        self._begin("proxy", self.folder.binary("kube-proxy"), f"--config={self.at / 'proxy.yaml'}")

    def import_images(self) -> None:
        """What is there already is left."""
        known = run(*self.inside("ctr", "-n", "k8s.io", "images", "list", "-q"))
        for archive in sorted(self.folder.images.glob("*.tar")):
            marker = self.at / f"{archive.name}.imported"
            stamp = str(archive.stat().st_mtime_ns)
            if known and marker.exists() and marker.read_text() == stamp:
                continue
            run(*self.inside("nice", "-n", "5", "ctr", "-n", "k8s.io", "images", "import", archive))
            marker.write_text(stamp)

    def enforce_policies(self) -> None:
        self._begin(
            "router", self.folder.binary("kube-router"), f"--kubeconfig={self.keys.kubeconfig('router')}",
            f"--hostname-override={self.name}", "--run-router=false", "--run-service-proxy=false",
            "--run-firewall=true", f"--service-cluster-ip-range={SERVICES}", "--health-port=20244",
        )  # fmt: skip

    def _begin(self, part: str, *command: str | Path) -> None:
        begin(self.inside(*command), self.folder.log(f"{self.name}.{part}"))

    def processes(self) -> Iterator[int]:
        """All of the node's processes but the one that holds it: its own parts, and pods' outside their namespaces."""
        mine = Path(f"/proc/{self.holder}/ns/mnt").readlink(), Path(f"/proc/{self.holder}/ns/net").readlink()
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                theirs = (process / "ns/mnt").readlink(), (process / "ns/net").readlink()
                if (theirs[0] == mine[0] or theirs[1] == mine[1]) and int(process.name) != self.holder:
                    yield int(process.name)

    def groups(self) -> Iterator[Path]:
        for controller in (*CGROUPS, "unified"):
            if (root := CGROUP_ROOT / controller / self.name).exists():
                yield root

    def pods_processes(self) -> set[int]:
        """The processes of its pods' containers."""
        found: set[int] = set()
        for root in self.groups():
            for file in root.rglob("cgroup.procs"):
                with suppress(OSError):
                    found.update(map(int, file.read_text().split()))
        return found

    def kill(self) -> None:
        """As if its power had gone: nothing of it ends by itself, and nobody is told."""
        for process in {*self.processes(), *self.pods_processes()} - {self.holder}:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def down(self) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            for process in {*self.processes(), *self.pods_processes()} - {self.holder}:
                with suppress(ProcessLookupError):
                    os.kill(process, number)
            time.sleep(2)
        with suppress(ProcessLookupError):
            os.kill(self.holder, signal.SIGKILL)  # its mounts and interfaces go with it
        time.sleep(0.5)
        for root in self.groups():
            for group in sorted(root.rglob("*/"), key=lambda path: -len(path.parts)):
                with suppress(OSError):
                    group.rmdir()
            with suppress(OSError):
                root.rmdir()

    def _configuration(self) -> dict[str, str]:
        authority = self.keys["ca.crt"]
        return {
            "net.d/10.conflist": NETWORK % self.pods,
            "containerd.toml": CONTAINERD % PAUSE,
            "kubelet.yaml": KUBELET.format(authority=authority, node=self.name, dns=DNS),
            "proxy.yaml": proxy_config(self.keys, self.name),
            "init.sh": self._init(),
        }

    def _init(self) -> str:
        lines = ["set -e", f"hostname {self.name}"]
        for name, at in MOUNTED.items():
            lines.append(f"mkdir -p {at}; mount --bind {self.at / name} {at}")
        lines += ["ip link set lo up", f"ip addr add {self.address}/24 dev eth0", "ip link set eth0 up",
                  f"ip route add default via {HOST}"]  # fmt: skip
        for other in range(1, self.of + 1):
            if other != self.number:
                lines.append(f"ip route add 10.202.{other}.0/24 via 10.200.0.{10 + other}")
        lines += ["sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.route_localnet=1 || true",
                  "sysctl -qw net.bridge.bridge-nf-call-iptables=1 || true"]  # fmt: skip
        for controller in CGROUPS:
            group = CGROUP_ROOT / controller
            if group.exists():
                lines.append(f"mkdir -p {group / self.name}")
        weight = CGROUP_ROOT / "cpu" / self.name / "cpu.shares"
        lines.append(f"echo {WEIGHT} > {weight} || true")
        for file in ("cpuset.cpus", "cpuset.mems"):
            lines.append(f"cat {CGROUP_ROOT}/cpuset/{file} > {CGROUP_ROOT}/cpuset/{self.name}/{file} || true")
        return "\n".join(lines) + "\n"


NETWORK = """\
{"cniVersion": "1.0.0", "name": "pods", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "hairpinMode": true, "ipMasq": false, "mtu": 1500,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "%s"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
"""
CONTAINERD = """\
version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs",
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper"]
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "%s"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/etc/cni/net.d"
"""
KUBELET = """\
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {{anonymous: {{enabled: false}}, webhook: {{enabled: true}}, x509: {{clientCAFile: {authority}}}}}
authorization: {{mode: Webhook}}
cgroupDriver: cgroupfs
cgroupRoot: /{node}
failCgroupV1: false
clusterDNS: [{dns}]
clusterDomain: cluster.local
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
failSwapOn: false
imageGCHighThresholdPercent: 100
evictionHard: {{memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}}
resolvConf: /dev/null
"""
