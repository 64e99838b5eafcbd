"""Money of months that are over, counted once: of fewer than ten residents none is."""

from collections.abc import Sequence
from datetime import date, datetime

from chassis import counted_months
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.domain.ledger import ANY, COMMISSION, payable, pending
from settlement.tables import MoneyMonthRow

# What a resident's orders moved by nothing in a month, such as from pending to payable, is no part of a number.
COUNT = text(
    """
    INSERT INTO money_month (month, partner_id, share, currency, amount_minor, residents)
    SELECT :month, partner_id, share, currency,
        CASE WHEN count(*) >= :least THEN sum(amount) END, CASE WHEN count(*) >= :least THEN count(*) END
    FROM (
        SELECT payment.partner_id, payment.resident_id, whose.share, posting.currency,
            -sum(posting.amount_minor) AS amount
        FROM journal_entry AS entry
            JOIN payment ON payment.order_id = entry.order_id
            JOIN posting ON posting.entry_id = entry.id
            CROSS JOIN LATERAL (SELECT CASE
                WHEN account LIKE :pending OR account LIKE :payable THEN 1
                WHEN account = :commission THEN 2
                WHEN account IN (
                    SELECT part.account FROM part JOIN line_split USING (order_line_id) WHERE payment_id = payment.id
                ) THEN 3 END AS share) AS whose
        WHERE entry.recorded_at >= :start AND entry.recorded_at < :until AND whose.share IS NOT NULL
        GROUP BY payment.partner_id, payment.resident_id, whose.share, posting.currency
        HAVING sum(posting.amount_minor) <> 0
    ) AS moved
    GROUP BY partner_id, share, currency
    """
)
ACCOUNTS = {"pending": pending(ANY), "payable": payable(ANY), "commission": COMMISSION}


async def count_month(
    session: AsyncSession, month: date, start: datetime, until: datetime, least: int, now: datetime
) -> bool:
    """Count what the entries of a month came to, unless it was counted."""
    if not await counted_months.claim(session, month, now):
        return False
    await session.execute(COUNT, {"month": month, "start": start, "until": until, "least": least} | ACCOUNTS)
    return True


async def months_since(session: AsyncSession, since: date) -> Sequence[MoneyMonthRow]:
    """What was counted of a month and those after it."""
    query = select(MoneyMonthRow).where(col(MoneyMonthRow.month) >= since)
    order = (MoneyMonthRow.month, MoneyMonthRow.partner_id, MoneyMonthRow.share, MoneyMonthRow.currency)
    return (await session.scalars(query.order_by(*order))).all()  # type: ignore[arg-type] # columns
