"""The books: months are closed, the ledger is sealed, money is exchanged."""

from datetime import datetime, tzinfo
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from sqlalchemy.ext.asyncio import AsyncSession

from settlement.domain.books import check_first, check_turn, exchanged, month_start, next_month, parse_rate
from settlement.domain.proposals import NeedsSecondPerson
from settlement.store import books, ledger
from settlement.tables import ExchangeRow, PeriodRow


async def close_period(session: AsyncSession, *, month: str, zone: tzinfo, by: UUID, now: datetime) -> PeriodRow:
    """Close the books of a month: what is entered from now on counts later. The first close takes in all before."""
    starts_at = month_start(month, zone)
    ends_at = next_month(starts_at)
    await books.raise_statement_timeout(session)
    await books.lock_ledger(session)
    closed_until = await books.closed_until(session)
    check_turn(starts_at, ends_at, closed_until, now)
    if closed_until is None:
        check_first(ends_at, await books.first_entered(session), now)
    row = PeriodRow(ends_at=ends_at, starts_at=closed_until, entries=0, closed_by=by, closed_at=now)
    await books.close(session, row)
    return row


async def exchange_money(
    session: AsyncSession,
    *,
    account: str,
    sold: tuple[int, str],
    bought: tuple[int, str],
    rate: str,
    reason: str,
    by: UUID,
    approved_by: UUID | None = None,
    now: datetime,
) -> ExchangeRow:
    """Write an exchange down, as an entry of its own: nothing else in the ledger is of two currencies.

    Its rate is somebody's word, so that it takes two people, whatever the amount.
    """
    reason = texts.reason(reason)
    exchange_id, at = new_id(), parse_rate(rate)
    entry = exchanged(new_id(), f"exchange:{exchange_id}", account, sold, bought, at)
    if approved_by in (None, by):
        raise NeedsSecondPerson("propose the exchange and let another person approve it", "rate")
    await ledger.append(session, [entry], now)
    row = ExchangeRow(
        id=exchange_id,
        entry_id=entry.id,
        sold_minor=sold[0],
        sold_currency=sold[1],
        bought_minor=bought[0],
        bought_currency=bought[1],
        rate=at,
        reason=reason,
        made_by=by,
        approved_by=approved_by,
        made_at=now,
    )
    session.add(row)
    await session.flush()
    return row
