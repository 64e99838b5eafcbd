"""A hundred nodes that kwok plays: whither pods go, and what a drain of a third of them leaves."""

import threading

from yima.services import SERVICES

from e2e.cluster.binaries import KWOK_PART, compile_part
from e2e.cluster.commands import INSIDE_IT, begin, until
from e2e.cluster.kube import Kube
from e2e.cluster.release import Release
from e2e.cluster.town import Town

NODES, ZONES = 100, 3
REPLICAS = 12
DEPLOYED = (*SERVICES, "gateway")
DRAINED = 34
PLAYED = "kwok.x-k8s.io/node"
NODE = """\
---
apiVersion: v1
kind: Node
metadata:
  name: crowd-{number}
  annotations: {{{played}: fake, node.alpha.kubernetes.io/ttl: "0"}}
  labels:
    kubernetes.io/hostname: crowd-{number}
    kubernetes.io/os: linux
    kubernetes.io/arch: amd64
    topology.kubernetes.io/zone: crowd-{zone}
    type: kwok
status:
  allocatable: {{cpu: "8", memory: 32Gi, pods: "110", ephemeral-storage: 100Gi}}
  capacity: {{cpu: "8", memory: 32Gi, pods: "110", ephemeral-storage: 100Gi}}
"""


def play(town: Town) -> None:
    watched = town.watched
    many = Kube(town.machine.folder, "many")
    with watched.step(f"{NODES} nodes of kwok in {ZONES} zones", "all are ready") as step:
        compile_part(town.machine.folder, KWOK_PART)
        config = town.machine.keys.kubeconfig("kwok")
        command = [*INSIDE_IT, town.machine.folder.binary("kwok"), f"--kubeconfig={config}", "--manage-all-nodes=false",
                   f"--manage-nodes-with-annotation-selector={PLAYED}=fake"]  # fmt: skip
        begin([*map(str, command)], town.machine.folder.log("kwok"))
        many.apply("".join(NODE.format(number=number, zone=number % ZONES, played=PLAYED) for number in range(NODES)))
        until("all of them", lambda: ready(many) == NODES or None, 300, 3)
        step.saw(f"{NODES} ready")
    for node in town.machine.nodes:
        many("cordon", node.name)
    try:
        spread(town, many)
    finally:
        for node in town.machine.nodes:
            many("uncordon", node.name)


def ready(kube: Kube) -> int:
    return sum(
        any(each["type"] == "Ready" and each["status"] == "True" for each in node["status"].get("conditions", []))
        for node in kube.items("nodes", "--selector", "type=kwok")
    )


def spread(town: Town, many: Kube) -> None:
    watched = town.watched
    release = Release(many, town.release.version)
    release.more = ("--set", ",".join(f"{name}.replicas={REPLICAS}" for name in DEPLOYED))
    with watched.step(
        f"helm install with {REPLICAS} replicas of each service", "no two of one service on a node"
    ) as step:
        release.install()
        pods = REPLICAS * len(DEPLOYED)
        until("all of them", lambda: len(homes(many)) >= pods or None, 600, 3)
        doubled = len(homes(many)) - len(set(homes(many)))
        step.saw(
            f"{len(homes(many))} pods of {len(DEPLOYED)} services, {doubled} beside another of theirs",
            holds=not doubled,
        )
        zones = {name: zones_of(many, name) for name in DEPLOYED}
        uneven = [f"{name} {counts}" for name, counts in zones.items() if max(counts) - min(counts) > 1]
        step.saw(f"zones: {zones['ordering']}" + (f"; uneven: {', '.join(uneven[:3])}" if uneven else ""))
    least: dict[str, int] = dict.fromkeys(DEPLOYED, REPLICAS)
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.5):
            for budget in many.items("pdb"):
                name = budget["metadata"]["name"].removeprefix("yima-")
                if name in least:
                    least[name] = min(least[name], budget["status"]["currentHealthy"])

    with watched.step(
        f"{DRAINED} of the nodes are drained at once", "budgets let one of a service go at a time"
    ) as step:
        watching = threading.Thread(target=look)
        watching.start()
        try:
            names = [f"crowd-{number}" for number in range(DRAINED)]
            many(
                "drain",
                *names,
                "--ignore-daemonsets",
                "--delete-emptydir-data",
                "--force",
                "--timeout=600s",
                seconds=660,
            )
        finally:
            over.set()
            watching.join()
        worst = min(least, key=lambda name: least[name])
        step.saw(f"never fewer than {least[worst]} of {REPLICAS} ({worst})", holds=least[worst] >= REPLICAS - 1)
        until("all of them again", lambda: len(homes(many)) >= REPLICAS * len(DEPLOYED) or None, 300, 3)
        step.saw("all are elsewhere")
    release.uninstall()


def homes(many: Kube) -> list[tuple[str, str]]:
    """Each ready pod of a service: whose it is, and its node."""
    return [
        (pod["metadata"]["labels"]["app.kubernetes.io/name"], pod["spec"]["nodeName"])
        for pod in many.pods("app.kubernetes.io/component=service")
        if pod["metadata"]["labels"]["app.kubernetes.io/name"] in SERVICES and pod["spec"].get("nodeName")
        and pod["status"].get("phase") == "Running" and "deletionTimestamp" not in pod["metadata"]
    ]  # fmt: skip


def zones_of(many: Kube, name: str) -> list[int]:
    counts = [0] * ZONES
    for service, node in homes(many):
        if service == name:
            counts[int(node.removeprefix("crowd-")) % ZONES] += 1
    return counts
