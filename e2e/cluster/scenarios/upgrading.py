"""The release before this one becomes this one and is gone back to, while people order: not one call fails."""

from e2e.cluster import images
from e2e.cluster.orders import under_orders
from e2e.cluster.release import Version
from e2e.cluster.town import Town


def play(town: Town) -> None:
    watched, release = town.watched, town.release
    if town.before is None:
        watched.leave_out("an upgrade", "--before names no revision")
        return
    before, now = town.before, release.version
    with watched.step(f"an image of {before.tag}, the release before", "it is built, and nodes have it") as step:
        images.yima(town.machine.folder, before.tag, before.source)
        for node in town.machine.nodes:
            node.import_images()
        step.saw(before.tag)
    if release.is_there():
        with watched.step(f"this schema with the code of {before.tag}", "every pod is ready") as step:
            release.upgrade(before)
            town.kube.settled()
            step.saw("all ready")
    else:
        with watched.step(f"helm install of {before.tag}", "every pod is ready") as step:
            release.install(before)
            town.kube.settled()
            step.saw("all ready")
    under_load(town, f"helm upgrade from {before.tag} to {now.tag}", now)
    under_load(town, f"helm rollback to {before.tag}", None)
    under_load(town, f"helm upgrade to {now.tag} again", now)
    with watched.step("yima demo after it", "it passes") as step:
        step.saw(town.demo())


def under_load(town: Town, what: str, to: Version | None) -> None:
    with town.watched.step(f"{what}, under orders", "not one failed call") as step:
        with under_orders(town.kube, "upgrade") as orders:
            town.release.rollback() if to is None else town.release.upgrade(to)
            town.kube.settled()
        step.saw(orders.said(), holds=not orders.failed and not orders.unconfirmed)
