"""The resource catalogue: counted once a day, by one process."""

from datetime import datetime

from chassis.database import Database
from city_pack.pack import City

from records.domain.resource_catalogue import COUNT_EVERY
from records.domain.sensitivity import Sensitivity
from records.store import grounds
from records.store import resource_catalogue as store


async def count_due(database: Database, city: City, apart: Sensitivity, now: datetime) -> bool:
    """Count the catalogue where it is a day old; returns whether it was counted."""
    async with grounds.working(database, "count the catalogue") as session:
        if not await store.alone(session):
            return False
        counted_at = await store.counted_at(session)
        if counted_at is not None and now - counted_at < COUNT_EVERY:
            return False
        await store.count(session, apart, city.time_zone, now)
        return True
