"""Orders of months that are over, counted once: of fewer than ten residents none are."""

from collections.abc import Sequence
from datetime import date, datetime

from chassis import counted_months
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from ordering.tables import OrderMonthRow

COUNT = text(
    """
    INSERT INTO order_month (month, partner_id, ending, orders, residents)
    SELECT :month, partner_id, ending,
        CASE WHEN count(DISTINCT resident_id) >= :least THEN count(*) END,
        CASE WHEN count(DISTINCT resident_id) >= :least THEN count(DISTINCT resident_id) END
    FROM (
        SELECT partner_id, resident_id, CASE
            WHEN status IN ('fulfilled', 'closed') THEN 1
            WHEN status IN ('refused', 'cancelled', 'expired') THEN 2
            ELSE 3 END AS ending
        FROM orders WHERE placed_at >= :start AND placed_at < :until
    ) AS placed
    GROUP BY partner_id, ending
    """
)


async def count_month(
    session: AsyncSession, month: date, start: datetime, until: datetime, least: int, now: datetime
) -> bool:
    """Count the orders that were placed in a month, unless it was counted: whoever counts it again could see in the
    difference what one resident did."""
    if not await counted_months.claim(session, month, now):
        return False
    await session.execute(COUNT, {"month": month, "start": start, "until": until, "least": least})
    return True


async def months_since(session: AsyncSession, since: date) -> Sequence[OrderMonthRow]:
    """What was counted of a month and those after it."""
    query = select(OrderMonthRow).where(col(OrderMonthRow.month) >= since)
    order = (OrderMonthRow.month, OrderMonthRow.partner_id, OrderMonthRow.ending)
    return (await session.scalars(query.order_by(*order))).all()  # type: ignore[arg-type] # columns
