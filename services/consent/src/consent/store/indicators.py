"""Uses of data by month: the log's entries of a month, and what was counted of them."""

from collections.abc import Sequence
from datetime import date, datetime

from chassis import counted_months
from chassis.rows import insert
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from consent.tables import DataUseMonthRow

WAITING = text("SELECT EXISTS (SELECT FROM access_log_waiting WHERE at < :until)")
PLACES = text('SELECT min("index"), max("index") FROM access_log_leaf WHERE at >= :start AND at < :until')
# Readings alone; 0 is how entries of before there were kinds have it.
READINGS = text(
    """
    SELECT "index", entry FROM access_log_leaf
    WHERE "index" BETWEEN :first AND :last AND at >= :start AND at < :until AND kind IN (0, 1)
    ORDER BY "index" LIMIT :limit
    """
)


async def some_wait(session: AsyncSession, until: datetime) -> bool:
    """Does an entry from before a moment wait for its place in the log?"""
    return bool((await session.execute(WAITING, {"until": until})).scalar_one())


async def places(session: AsyncSession, start: datetime, until: datetime) -> tuple[int, int] | None:
    """The first and the last place in the log of what happened between two moments."""
    first, last = (await session.execute(PLACES, {"start": start, "until": until})).one()
    return None if first is None else (first, last)


async def readings(
    session: AsyncSession, first: int, last: int, start: datetime, until: datetime, limit: int
) -> Sequence[tuple[int, bytes]]:
    """Entries of readings between two places and two moments, in their order: the place, and the entry's bytes."""
    values = {"first": first, "last": last, "start": start, "until": until, "limit": limit}
    return [(index, entry) for index, entry in await session.execute(READINGS, values)]


async def add_month(session: AsyncSession, month: date, rows: Sequence[DataUseMonthRow], now: datetime) -> bool:
    """Keep what was counted of a month; False where another did before."""
    if not await counted_months.claim(session, month, now):
        return False
    await insert(session, rows)
    return True


async def months_since(session: AsyncSession, since: date) -> Sequence[DataUseMonthRow]:
    """What was counted of a month and those after it."""
    query = select(DataUseMonthRow).where(col(DataUseMonthRow.month) >= since)
    order = (DataUseMonthRow.month, DataUseMonthRow.purpose, DataUseMonthRow.information_type)
    return (await session.scalars(query.order_by(*order))).all()  # type: ignore[arg-type] # columns
