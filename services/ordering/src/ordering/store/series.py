"""Series of periods: which are due for a next one, and what ends them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from ordering.tables import OrderRow, SeriesRow

DUE = text(
    """
    SELECT * FROM series WHERE next_at <= :now AND ended_at IS NULL ORDER BY next_at LIMIT :limit
    FOR UPDATE SKIP LOCKED
    """
)


async def due(session: AsyncSession, now: datetime, limit: int) -> Sequence[SeriesRow]:
    """Series whose next period is to be prepared, locked; those another process has in hand are left to it."""
    query = select(SeriesRow).from_statement(DUE).execution_options(populate_existing=True)
    return (await session.scalars(query, {"now": now, "limit": limit})).all()


async def locked(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, SeriesRow]:
    """These series, locked in the order of their ids. Whoever locks an order and its series locks the order first."""
    query = select(SeriesRow).where(col(SeriesRow.id).in_(ids)).order_by(col(SeriesRow.id)).with_for_update()
    rows = await session.scalars(query.execution_options(populate_existing=True))
    return {row.id: row for row in rows}


# One that somebody has in hand is being paid, or is ending by itself: it is left to them.
UNPAID = text(
    """
    SELECT id FROM orders WHERE series_id = ANY(CAST(:ids AS uuid[])) AND period > 1 AND status = 'placed'
        AND NOT money_in ORDER BY id FOR UPDATE SKIP LOCKED
    """
)


async def unpaid(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[UUID]:
    """The next periods of these series that wait to be paid, locked."""
    return (await session.scalars(UNPAID, {"ids": list(ids)})).all()


async def of_orders(session: AsyncSession, orders: Sequence[OrderRow]) -> Mapping[UUID, SeriesRow]:
    """The series that these orders belong to; no query where there are none."""
    ids = {order.series_id for order in orders if order.series_id is not None}
    if not ids:
        return {}
    conditions: Any = col(SeriesRow.id).in_(ids)
    return {row.id: row for row in await session.scalars(select(SeriesRow).where(conditions))}
