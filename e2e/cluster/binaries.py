"""Kubernetes and what a cluster needs beside it, compiled from Go modules; each once."""

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import orjson

from e2e.cluster.commands import run
from e2e.cluster.folder import Folder

KUBERNETES = "v1.34.4"
ETCD = "v3.6.4"
COREDNS = "v1.13.1"
KUBE_ROUTER = "v2.1.0"
METRICS_SERVER = "v0.8.0"
KWOK = "v0.7.0"
ROUTER_MODULE = "github.com/cloudnativelabs/kube-router/v2"
OF_KUBERNETES = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy")
DNS_PLUGINS = ("cache", "errors", "health", "kubernetes", "ready", "reload")
STAMPED = "k8s.io/component-base/version"
STRIPPED = "-s -w"
PACKAGES = (
    "buildah", "conntrack", "containerd", "containernetworking-plugins", "debootstrap", "ipset", "iptables", "kmod",
    "runc", "socat",
)  # fmt: skip
NEEDED = ("buildah", "conntrack", "containerd", "debootstrap", "ipset", "iptables", "kmod", "runc", "socat")
TOOLS = ("go", "gcc", "openssl", "kubectl", "ip", "nsenter", "unshare")


@dataclass(frozen=True)
class Part:
    """What is compiled together: it is there once all its binaries are."""

    name: str
    binaries: tuple[str, ...]
    build: Callable[[Folder, Path], None]


def packages() -> None:
    """Debian's part. What is there is left alone."""
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        raise SystemExit(f"make cluster needs {', '.join(missing)} on this machine")
    if os.geteuid():
        raise SystemExit("make cluster needs root: nodes are namespaces of this machine")
    if all(map(shutil.which, NEEDED)) and Path("/usr/lib/cni/bridge").exists():
        return
    run("apt-get", "update", "-qq")
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES)


def compile_go(folder: Path, out: Path, *packages: str, flags: str = STRIPPED) -> None:
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod -buildvcs=false"}
    command = ["nice", "-n", "5", "go", "build", "-trimpath", "-ldflags", flags, "-o", f"{out}/", *packages]
    run(*command, folder=folder, environment=environment)


def staged(source: Path) -> list[str]:
    """The modules that Kubernetes replaces by folders which its own module lacks: each is a module of its own."""
    return re.findall(r"^\s*(k8s\.io/[a-z-]+) => \./staging/src/", (source / "go.mod").read_text("utf-8"), re.MULTILINE)


def module_folder(module: str) -> Path:
    said = run("go", "mod", "download", "-json", module, folder=Path("/"), environment={**os.environ, "GOFLAGS": ""})
    return Path(orjson.loads(said)["Dir"])


def beside_kubernetes(name: str, *requires: str) -> str:
    """A module's go.mod that takes Kubernetes' own parts in their versions of KUBERNETES."""
    part = f"v0.{KUBERNETES.removeprefix('v1.')}"
    names = staged(module_folder(f"k8s.io/kubernetes@{KUBERNETES}"))
    lines = [f"module {name}", "", "go 1.24.4", "", "godebug default=go1.24", "", "require ("]
    lines += [f"\t{required}" for required in (f"k8s.io/kubernetes {KUBERNETES}", *requires)]
    lines += [")", "", "replace (", *(f"\t{each} => {each} {part}" for each in names), ")", ""]
    return "\n".join(lines)


def project(folder: Folder, name: str, module: str, main: str = "") -> Path:
    """A folder with a go.mod, and a main.go if it has one."""
    at = folder.sources / name
    at.mkdir(parents=True, exist_ok=True)
    (at / "go.mod").write_text(module, "utf-8")
    if main:
        (at / "main.go").write_text(main, "utf-8")
    return at


def kubernetes(folder: Folder, out: Path) -> None:
    at = project(folder, "kubernetes", beside_kubernetes("cluster"))
    minor = KUBERNETES.split(".")[1]
    known = {"gitVersion": KUBERNETES, "gitMajor": "1", "gitMinor": minor, "gitTreeState": "clean"}
    stamps = [f"-X {STAMPED}.{key}={value}" for key, value in {**known, "gitCommit": "module"}.items()]
    flags = " ".join([STRIPPED, *stamps, f"-X {STAMPED}.buildDate=2026-01-01T00:00:00Z"])
    compile_go(at, out, *(f"k8s.io/kubernetes/cmd/{name}" for name in OF_KUBERNETES), flags=flags)


def etcd(folder: Folder, out: Path) -> None:
    module = f"module etcd\n\ngo 1.24\n\nrequire go.etcd.io/etcd/server/v3 {ETCD}\n"
    main = 'package main\n\nimport (\n\t"os"\n\n\t"go.etcd.io/etcd/server/v3/etcdmain"\n)\n\n'
    compile_go(project(folder, "etcd", module, main + "func main() { etcdmain.Main(os.Args) }\n"), out, ".")


def coredns(folder: Folder, out: Path) -> None:
    part = f"v0.{KUBERNETES.removeprefix('v1.')}"
    names = ("api", "apimachinery", "client-go")
    replaced = "".join(f"\tk8s.io/{name} => k8s.io/{name} {part}\n" for name in names)
    module = f"module coredns\n\ngo 1.24.0\n\nrequire github.com/coredns/coredns {COREDNS}\n\nreplace (\n{replaced})\n"
    plugins = "".join(f'\t_ "github.com/coredns/coredns/plugin/{name}"\n' for name in DNS_PLUGINS)
    main = f'package main\n\nimport (\n{plugins}\n\t"github.com/coredns/coredns/coremain"\n)\n\n'
    compile_go(project(folder, "coredns", module, main + "func main() { coremain.Run() }\n"), out, ".")


def metrics_server(folder: Folder, out: Path) -> None:
    module = beside_kubernetes("metrics", f"sigs.k8s.io/metrics-server {METRICS_SERVER}")
    compile_go(project(folder, "metrics-server", module), out, "sigs.k8s.io/metrics-server/cmd/metrics-server")


def installed(*packages: str) -> Callable[[Folder, Path], None]:
    """What is its own main module, with its own choice of libraries."""

    def build(_: Folder, out: Path) -> None:
        environment = {**os.environ, "GOFLAGS": "", "CGO_ENABLED": "0", "GOBIN": str(out)}
        for package in packages:
            run("nice", "-n", "5", "go", "install", "-trimpath", "-ldflags", STRIPPED, package, folder=Path("/"),
                environment=environment)  # fmt: skip

    return build


PARTS = (
    Part("kubernetes", OF_KUBERNETES, kubernetes),
    Part("etcd", ("etcd",), etcd),
    Part("coredns", ("coredns",), coredns),
    Part("kube-router", ("kube-router",), installed(f"{ROUTER_MODULE}/cmd/kube-router@{KUBE_ROUTER}")),
    Part("metrics-server", ("metrics-server",), metrics_server),
)  # fmt: skip
KWOK_PART = Part("kwok", ("kwok",), installed(f"sigs.k8s.io/kwok/cmd/kwok@{KWOK}"))


def compile_part(folder: Folder, part: Part) -> bool:
    """False where all of it is there."""
    if all(folder.binary(name).exists() for name in part.binaries):
        return False
    out = folder.sources / "out" / part.name  # taken over whole or not at all
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    folder.binaries.mkdir(parents=True, exist_ok=True)
    part.build(folder, out)
    for name in part.binaries:
        (out / name).rename(folder.binary(name))
    return True
