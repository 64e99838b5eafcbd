"""Months that a service counts once, when they are over, for who supervises the city (docs/adr/0514).

A service that counts has a table `counted_month` (month, counted_at) of its own, which a trigger lets nobody change:
two counts of one month would tell what one resident did between them.
"""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, tzinfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import moments
from chassis.database import Database
from chassis.workers import Worker

RESIDENTS_LEAST = 10  # of fewer, nothing is counted; the services' databases have the same number
COUNT_EVERY_SECONDS = 60.0
MONTHS_SHOWN = 12
MONTHS_KEPT = 36  # how far back a city that begins to count goes
NEXT = text(
    """
    SELECT min(month) FROM unnest(CAST(:months AS date[])) AS over (month)
    WHERE NOT EXISTS (SELECT FROM counted_month WHERE counted_month.month = over.month)
    """
)
CLAIM = text(
    "INSERT INTO counted_month (month, counted_at) VALUES (:month, :now) ON CONFLICT DO NOTHING RETURNING month"
)


# Counts a month, whose bounds these are, leaving out numbers of fewer residents than so many; False where it was.
type CountMonth = Callable[[AsyncSession, date, datetime, datetime, int, datetime], Awaitable[bool]]


async def count_next(database: Database, zone: tzinfo, now: datetime, count_month: CountMonth) -> bool:
    """Count the first month that is over and not counted; False where there is none."""
    async with database.transaction() as session:
        month = await uncounted(session, zone, now)
        if month is None:
            return False
        start, until = moments.month_bounds(month, zone)
        return await count_month(session, month, start, until, RESIDENTS_LEAST, now)


def counting[R](
    count_next_month: Callable[[Database, tzinfo, datetime], Awaitable[bool]],
    zone_of: Callable[[R], tzinfo],
    now_of: Callable[[Database], Awaitable[datetime]] | None = None,
) -> Worker[R]:
    """What counts the months that are over, as long as the service runs. `now_of` says what time it is for a service
    that goes by its database's clock."""

    async def step(database: Database, resources: R) -> bool:
        now = database.now() if now_of is None else await now_of(database)
        return await count_next_month(database, zone_of(resources), now)

    return Worker("count months that are over", step, COUNT_EVERY_SECONDS)


async def uncounted(session: AsyncSession, zone: tzinfo, now: datetime) -> date | None:
    """The first month that is over and not counted yet."""
    this_month = moments.month_of(now, zone)
    over = [moments.months_before(this_month, count) for count in range(1, MONTHS_KEPT + 1)]
    month: date | None = (await session.execute(NEXT, {"months": over})).scalar_one()
    return month


async def claim(session: AsyncSession, month: date, now: datetime) -> bool:
    """Say that a month is counted in this transaction; False where it was."""
    return (await session.execute(CLAIM, {"month": month, "now": now})).first() is not None


def shown_since(since: str, zone: tzinfo, now: datetime) -> date:
    """From which month on indicators are shown: the one that is asked for, else the last twelve. Raises `Invalid`."""
    if since:
        return moments.parse_month(since, "since")
    return moments.months_before(moments.month_of(now, zone), MONTHS_SHOWN)
