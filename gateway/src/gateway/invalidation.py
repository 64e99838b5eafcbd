"""What events say has changed, for what is remembered of it."""

import asyncio
import logging

from chassis import bus
from nats.aio.client import Client as Connection
from nats.aio.msg import Msg

from gateway.responses import Shared

log = logging.getLogger("gateway.invalidation")

CHANGES_NOTHING_SHOWN = {"SlotsAdded"}
# Of events of the catalog that are not about one offering: what they are about, and which lists they change.
BY_DISTANCE, NEXT_FREE_SLOTS, RATINGS = "offerings by distance", "next free slots", "ratings"
OF_CATALOG = {
    "SiteChanged": ("site:{key}", BY_DISTANCE),
    "NextFreeSlotChanged": (NEXT_FREE_SLOTS,),
    "PartnerRatingChanged": (RATINGS,),
}
WATCH_SECONDS = 0.25


def about(subject: str) -> list[str]:
    """The names of what may have changed with an event, e.g. `yima.catalog.v1.OfferingPublished.<id>`."""
    _, service, _, event, key = subject.split(".", 4)
    if event in CHANGES_NOTHING_SHOWN:
        return []
    if service == "catalog" and event in OF_CATALOG:
        return [name.format(key=key) for name in OF_CATALOG[event]]
    return [f"offering:{key}", "offerings"] if service == "catalog" else [f"partner:{key}", "partners"]


async def follow(connection: Connection, shared: Shared) -> None:
    """Forget what changes, from now on. While the connection is broken nothing is remembered at all."""

    async def heard(message: Msg) -> None:
        if names := about(message.subject):
            shared.changed(names)

    for service in ("catalog", "partners"):
        await connection.subscribe(f"yima.{service}.v1.>", cb=heard)
    await bus.subscribed(connection)
    shared.connected = True
    breaks = connection.stats["reconnects"]
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        now = connection.stats["reconnects"]
        if connection.is_connected != shared.connected or now != breaks:
            breaks = now
            log.info("the bus is %s; nothing is remembered", "back" if connection.is_connected else "away")
            shared.connected = connection.is_connected
