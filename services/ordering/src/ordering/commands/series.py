"""What becomes of a series as its orders are accepted and called off."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis.outbox import publish
from sqlalchemy.ext.asyncio import AsyncSession

from ordering import events
from ordering.aggregate import OrderAggregate
from ordering.domain.process import Deadlines
from ordering.domain.series import SeriesEnd, end_of, period_end, prepare_at
from ordering.store import orders, series
from ordering.tables import OrderRow, SeriesRow


async def accepted(session: AsyncSession, order: OrderAggregate, deadlines: Deadlines, now: datetime) -> datetime:
    """A period was accepted: returns its end. It begins where the one before ended, or now where that is over, so that
    nobody pays for days on which nothing could be used."""
    row, terms = order.row, order.lines[0].terms
    assert row.series_id is not None
    of = (await series.locked(session, [row.series_id]))[row.series_id]
    start = max(now, row.period_starts_at or now)
    of.anchor_day = of.anchor_day or start.astimezone(deadlines.zone).day
    ends_at = period_end(start, terms.period_days, of.anchor_day, deadlines.zone)
    if of.newest_order_id == row.id and of.ended_at is None:
        of.next_at = prepare_at(start, ends_at, deadlines.ahead)
    return ends_at


async def end(session: AsyncSession, because: Mapping[UUID, SeriesEnd], now: datetime) -> Sequence[OrderAggregate]:
    """Let no further period follow in these series, as far as one still would. Returns the next periods that nobody
    has paid, locked, for the caller to call off."""
    ended = [row for row in (await series.locked(session, list(because))).values() if row.ended_at is None]
    for row in ended:
        end_one(session, row, because[row.id], now)
    if not ended:
        return []
    await session.flush()
    return await orders.orders_by_id(session, await series.unpaid(session, [row.id for row in ended]))


def end_one(session: AsyncSession, row: SeriesRow, because: SeriesEnd, now: datetime) -> None:
    """End a locked series."""
    row.ended_at, row.ended_because, row.next_at = now, because, None
    row.version += 1
    publish(session, events.series_ended(row), row.id)


async def end_with(session: AsyncSession, ended: Sequence[OrderRow], now: datetime) -> Sequence[OrderAggregate]:
    """End the series of orders that were called off; returns what `end` does."""
    because = {}
    for row in ended:
        if row.series_id is None:
            continue
        confirmed, taken = row.confirmed_at is not None, row.accepted_at is not None
        reason = end_of(row.status, confirmed=confirmed, accepted=taken, reason=row.reason)
        if reason is not None:
            because[row.series_id] = reason
    return await end(session, because, now) if because else []
