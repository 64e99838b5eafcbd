"""When offerings' next free slots begin: told once they are others."""

from datetime import datetime

from chassis.database import Database
from chassis.outbox import publish

from ordering import events
from ordering.store import availability

CHANGES_MAX = 500


async def tell_changes(database: Database, now: datetime) -> bool:
    """Look at offerings of which a slot became free, was taken, or has begun; True where there may be more."""
    async with database.transaction() as session:
        changed = await availability.take_changed(session, CHANGES_MAX)
        begun = await availability.begun(session, now, CHANGES_MAX)
        if changed or begun:
            for row in await availability.find(session, [*changed, *begun], now):
                publish(session, events.availability_changed(row), row.offering_id)
    return CHANGES_MAX in (len(changed), len(begun))
