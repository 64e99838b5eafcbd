"""Each node is drained, and each is killed, while people order."""

import time

from e2e.cluster.commands import until
from e2e.cluster.nodes import Node
from e2e.cluster.orders import Orders, under_orders
from e2e.cluster.town import Town

SINGLE = ("postgres", "nats", "sandbox", "registers", "carriers")  # of which there is one
DRAIN_SECONDS = 600
AWAY_SECONDS = 90.0
BACK_SECONDS = 900.0


def play(town: Town) -> None:
    town.installed()
    for node in town.machine.nodes:
        drain(town, node)
    for node in town.machine.nodes:
        kill(town, node)
    with town.watched.step("check-ledger and the demo after all of it", "both pass") as step:
        town.kube.job("yima-settlement-check-ledger", f"ledger-{int(time.time()) % 100_000}")
        step.saw(town.demo())


def singles(town: Town, node: Node) -> list[str]:
    """What there is one of, and is on this node."""
    return sorted(
        pod["metadata"]["labels"]["app.kubernetes.io/name"]
        for pod in town.kube.pods()
        if pod["spec"].get("nodeName") == node.name
        and pod["status"].get("phase") == "Running"
        and pod["metadata"]["labels"].get("app.kubernetes.io/name") in SINGLE
    )


def judged(orders: Orders, alone: list[str]) -> tuple[str, bool]:
    """Calls may fail where the only database or bus went, and nowhere else; every order arrives all the same."""
    may = "postgres" in alone
    return orders.said(), not orders.unconfirmed and (may or not orders.failed)


def drain(town: Town, node: Node) -> None:
    kube = town.kube
    alone = singles(town, node)
    expected = (
        "calls wait for PostgreSQL, and every order is confirmed" if "postgres" in alone else "not one failed call"
    )
    with town.watched.step(
        f"kubectl drain {node.name} (with {', '.join(alone) or 'none that is single'})", expected
    ) as step:
        with under_orders(kube, f"drain-{node.name}") as orders:
            began = time.monotonic()
            try:
                kube("drain", node.name, "--ignore-daemonsets", "--delete-emptydir-data", f"--timeout={DRAIN_SECONDS}s")
                step.saw(f"drained in {time.monotonic() - began:.0f} s")
                time.sleep(20)
            finally:
                kube("uncordon", node.name)  # a third node of NATS has no other place to go
            kube.settled()
            step.saw(f"whole after {time.monotonic() - began:.0f} s")
        said, holds = judged(orders, alone)
        step.saw(said, holds=holds)


def kill(town: Town, node: Node) -> None:
    """Its power goes. It is back before Kubernetes gives its pods up."""
    kube = town.kube
    alone = singles(town, node)
    with town.watched.step(
        f"{node.name} loses power (with {', '.join(alone) or 'none that is single'}) for {AWAY_SECONDS:.0f} s",
        "calls fail until the node is noticed; then all is whole, and every order is confirmed",
    ) as step:
        with under_orders(kube, f"kill-{node.name}") as orders:
            began = time.monotonic()
            at = time.time()
            node.kill()
            until(f"{node.name} is missed", lambda: not ready(town, node), 300)
            step.saw(f"missed after {time.monotonic() - began:.0f} s")
            time.sleep(max(0.0, AWAY_SECONDS - (time.monotonic() - began)))
            node.start()
            node.enforce_policies()
            until(f"{node.name} is back", lambda: ready(town, node), 300)
            kube.settled(BACK_SECONDS)
            step.saw(f"whole after {time.monotonic() - began:.0f} s")
            whole = time.time()
            time.sleep(20)
        late = [answer for answer in orders.failed if answer["at"] > whole + 5]
        gone = [answer["at"] + answer["took"] - at for answer in orders.failed]
        step.saw(f"the last failed call {max(gone):.0f} s after" if gone else "no failed call")
        step.saw(orders.said(), holds=not orders.unconfirmed and not late)


def ready(town: Town, node: Node) -> bool:
    conditions = town.kube.get("node", node.name)["status"]["conditions"]
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
