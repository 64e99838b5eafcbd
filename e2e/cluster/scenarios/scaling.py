"""An autoscaler is put over a service that runs: nobody's pod goes for it."""

import threading
import time

from e2e.cluster.commands import until
from e2e.cluster.orders import under_orders
from e2e.cluster.town import Town

SERVICE = "identity"
ON = ("--set", f"{SERVICE}.autoscaling.cpu.enabled=true,{SERVICE}.autoscaling.cpu.averageUtilization=20")
EVERY_SECONDS = 1.0


def replicas(town: Town) -> int:
    return int(town.kube.get("deployment", f"yima-{SERVICE}")["spec"].get("replicas", 0))


def play(town: Town) -> None:
    town.installed()
    kube, watched = town.kube, town.watched
    counts: list[int] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(EVERY_SECONDS):
            counts.append(replicas(town))

    watching = threading.Thread(target=look)
    with watched.step(f"helm upgrade with {SERVICE}.autoscaling.cpu, under orders", "never fewer than two") as step:
        with under_orders(kube, "scaling") as orders:
            watching.start()
            try:
                town.release.upgrade(None, *ON)
                seen = until("more than two", lambda: replicas(town) > 2 and replicas(town), 420, 5)
            finally:
                over.set()
                watching.join()
        step.saw(
            f"between {min(counts)} and {max(counts)} of {SERVICE}, {seen} for what was measured",
            holds=min(counts) >= 2,
        )
        step.saw(orders.said(), holds=not orders.failed and not orders.unconfirmed)
    with watched.step("helm upgrade again, scaled", "the autoscaler's number stays") as step:
        before = replicas(town)
        town.release.upgrade(None, *ON)
        step.saw(f"{before} before, {replicas(town)} after", holds=replicas(town) >= 2)
    with watched.step("helm upgrade without autoscaling", "two again") as step:
        town.release.upgrade()
        time.sleep(5)
        step.saw(f"{replicas(town)}", holds=replicas(town) == 2)
