"""When offerings' next free slots begin: told once they are others."""

from datetime import datetime
from uuid import UUID

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


async def tell_all(database: Database, now: datetime) -> int:
    """Find every offering's next free slot, and tell it whether it is another one or not: for who may have lost what
    was told. It is newer than all that was, also where our own count of that was lost. Returns of how many."""
    version = int(now.timestamp() * 1000)
    async with database.transaction() as session:
        await availability.add_missing(session)
    count, after = 0, UUID(int=0)
    while True:
        async with database.transaction() as session:
            ids = await availability.known(session, after, CHANGES_MAX)
            for row in await availability.find(session, ids, now, version=version):
                publish(session, events.availability_changed(row), row.offering_id)
        count += len(ids)
        if len(ids) < CHANGES_MAX:
            return count
        after = ids[-1]
