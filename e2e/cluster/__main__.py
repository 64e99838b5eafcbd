"""`python -m e2e.cluster`, as `make cluster` runs it."""

import argparse
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

import e2e.cluster
from e2e.cluster import binaries, images, machine, report
from e2e.cluster.commands import Failed, TooLate, run
from e2e.cluster.folder import REPOSITORY, Folder
from e2e.cluster.machine import Machine
from e2e.cluster.release import Release, Version
from e2e.cluster.scenarios import SCENARIOS
from e2e.cluster.town import Town
from e2e.cluster.watched import Watched

DOCS = REPOSITORY / "docs"
WHAT = ("all", "build", "up", "play", "down")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make cluster", description=e2e.cluster.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="?", choices=WHAT, default="all")
    parser.add_argument("--only", default="", help=f"scenarios, separated by commas, of {', '.join(SCENARIOS)}")
    parser.add_argument("--keep", action="store_true", help="leave the cluster up")
    parser.add_argument(
        "--tag", default="", help="the image's, for a build again of a tree that changed; a name of yours"
    )
    parser.add_argument("--before", default="", help="the revision of the release before this one, for an upgrade")
    parser.add_argument("--nats-chart", type=Path, help="a folder with the NATS project's chart `nats`")
    parser.add_argument(
        "--cloudnative-pg", type=Path, help="a folder with checkouts `cloudnative-pg` and `charts` of it"
    )
    parser.add_argument("--report", type=Path, default=DOCS, help="a folder for cluster-last.md and .json; docs/")
    parser.add_argument("--list", action="store_true", help="list the scenarios")
    return parser.parse_args()


def take(out: Console, steps: Iterable[machine.Step]) -> None:
    """One step after the other, with the time of each that took some."""
    for name, do in steps:
        began = time.monotonic()
        with out.status(f"{name} …"):
            do()
        if (took := time.monotonic() - began) >= 1:
            out.print(f"  {took:5.0f} s  {name}")


def commit() -> str:
    """The tree's; one that has changes since says so."""
    short = run("git", "rev-parse", "--short=8", "HEAD", folder=REPOSITORY).strip()
    return f"{short}-changed" if run("git", "status", "--porcelain", folder=REPOSITORY).strip() else short


def versions() -> dict[str, str]:
    known = {"Yima": commit(), "Kubernetes": binaries.KUBERNETES, "etcd": binaries.ETCD, "CoreDNS": binaries.COREDNS}
    known |= {"kube-router": binaries.KUBE_ROUTER, "metrics-server": binaries.METRICS_SERVER, "kwok": binaries.KWOK}
    known["containerd"] = run("containerd", "--version").split()[2]
    known["helm"] = run(Path(sys.executable).with_name("helm"), "version", "--short").strip()
    return known


def play(out: Console, town: Town, names: list[str]) -> None:
    for name in names:
        scenario = SCENARIOS[name]
        out.rule(f"{name}: {scenario.about}", align="left")
        town.watched.scenario = f"{name}: {scenario.about}"
        try:
            scenario.play(town)
        except (Failed, TooLate, AssertionError) as error:
            out.print(f"  the scenario ends here: {str(error)[:300]}", markup=False)


def main() -> int:
    asked, out = arguments(), Console(highlight=False)
    if asked.list:
        for scenario in SCENARIOS.values():
            out.print(f"{scenario.name:10} {scenario.about}")
        return 0
    names = [name for name in asked.only.split(",") if name] or list(SCENARIOS)
    if unknown := [name for name in names if name not in SCENARIOS]:
        sys.exit(f"there is no scenario {', '.join(unknown)}; there are {', '.join(SCENARIOS)}")
    folder = Folder.here()
    cluster = Machine(folder)
    if asked.what == "down":
        cluster.down()
        return 0
    version = Version(REPOSITORY / "charts" / "yima", asked.tag or commit())
    if asked.what in ("all", "build", "up"):
        take(out, machine.build_steps(folder))
        take(out, [(f"Yima's image, {version.tag}", lambda: images.yima(folder, version.tag))])
    if asked.what == "build":
        return 0
    try:
        if not cluster.runs():
            if asked.what == "play":
                sys.exit("no cluster runs; start it with `make cluster ARGS=up`")
            take(out, cluster.up_steps())
        if asked.what == "up":
            asked.keep = True
            out.print(f"KUBECONFIG={folder.admin} ip netns exec yima-cluster kubectl get nodes", soft_wrap=True)
            return 0
        return played(out, cluster, version, names, asked)
    finally:
        if not asked.keep and asked.what == "all":
            take(out, [("the cluster is ended", cluster.down)])


def played(out: Console, cluster: Machine, version: Version, names: list[str], asked: argparse.Namespace) -> int:
    """Everything that was asked for, and the report."""
    for node in cluster.nodes:
        node.import_images()
    before = Version.of(asked.before, cluster.folder.root / "before") if asked.before else None
    watched = Watched(out, versions=versions())
    town = Town(cluster, watched, Release(cluster.kube, version), before, asked.nats_chart, asked.cloudnative_pg)
    try:
        play(out, town, names)
    finally:
        said = " ".join([*(["--only", ",".join(names)] if asked.only else []), *(["--before …"] if before else [])])
        report.write(watched, asked.report, said, os.cpu_count() or 1)
        out.print(f"\n{report.summary(watched)}; see {asked.report / 'cluster-last.md'}", soft_wrap=True)
    return 1 if watched.off else 0


if __name__ == "__main__":
    sys.exit(main())
