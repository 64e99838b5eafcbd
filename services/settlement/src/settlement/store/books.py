"""SQL of the books around the ledger: periods that are closed, seals, exchanges."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.pages import Part
from sqlalchemy import func, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.store import locks
from settlement.store.sql import CHAIN_OF_POSTING
from settlement.tables import ExchangeRow, JournalEntryRow, PeriodBalanceRow, PeriodRow, SealRow

RAISE_TIMEOUT = text("SET LOCAL statement_timeout = '10min'")


async def raise_statement_timeout(session: AsyncSession) -> None:
    """Let this transaction's statements read the whole ledger."""
    await session.execute(RAISE_TIMEOUT)


async def lock_ledger(session: AsyncSession) -> None:
    """Wait until nobody is adding to the ledger, and let nobody begin before the commit."""
    await locks.take(session, locks.LEDGER)


async def closed_until(session: AsyncSession) -> datetime | None:
    return await session.scalar(select(func.max(col(PeriodRow.ends_at))))


async def first_entered(session: AsyncSession) -> datetime | None:
    """When the first of all entries counts; none: nothing has been entered."""
    counts = func.coalesce(col(JournalEntryRow.effective_at), col(JournalEntryRow.recorded_at))
    return await session.scalar(select(func.min(counts)))


COUNTED = text(
    """
    SELECT count(*) FROM journal_entry
    WHERE coalesce(effective_at, recorded_at) < :ends
        AND (CAST(:starts AS timestamptz) IS NULL OR coalesce(effective_at, recorded_at) >= :starts)
    """
)
CLOSING_BALANCES = """
    SELECT account, currency, sum(amount_minor)::bigint AS balance_minor FROM (
        SELECT account, currency, balance_minor AS amount_minor FROM period_balance
        WHERE period_balance.ends_at = CAST(:starts AS timestamptz)
        UNION ALL
        SELECT posting.account, posting.currency, posting.amount_minor
        FROM posting JOIN journal_entry AS entry ON entry.id = posting.entry_id
        WHERE coalesce(entry.effective_at, entry.recorded_at) < CAST(:ends AS timestamptz)
            AND (CAST(:starts AS timestamptz) IS NULL
                OR coalesce(entry.effective_at, entry.recorded_at) >= CAST(:starts AS timestamptz))
    ) AS counted
    GROUP BY account, currency HAVING sum(amount_minor) <> 0
"""
CLOSE = text(
    f"""
    INSERT INTO period_balance (ends_at, account, currency, balance_minor)
    SELECT CAST(:ends AS timestamptz), closing.* FROM ({CLOSING_BALANCES}) AS closing
    """  # noqa: S608 put together of what stands above
)


async def close(session: AsyncSession, row: PeriodRow) -> None:
    """Write a period down as closed, with what was on every account at its end."""
    at = {"starts": row.starts_at, "ends": row.ends_at}
    row.entries = int(await session.scalar(COUNTED, at) or 0)
    session.add(row)
    await session.flush()
    await session.execute(CLOSE, at)


async def period(session: AsyncSession, ends_at: datetime) -> PeriodRow | None:
    return await session.get(PeriodRow, ends_at)


async def periods(session: AsyncSession, part: Part[tuple[datetime]]) -> Sequence[PeriodRow]:
    """Closed periods, newest first."""
    query = select(PeriodRow)
    return (await session.scalars(part.of(query, col(PeriodRow.ends_at), descending=True))).all()


async def closing_balances(session: AsyncSession, ends_at: datetime, most: int) -> Sequence[PeriodBalanceRow]:
    query = select(PeriodBalanceRow).where(PeriodBalanceRow.ends_at == ends_at)
    return (
        await session.scalars(query.order_by(PeriodBalanceRow.account, PeriodBalanceRow.currency).limit(most))
    ).all()


# What a link says of a posting: everything, in an order and a form that leave no two readings.
SAID = """
    CAST(json_build_array(posting.position, entry.id, entry.kind, entry.reference, entry.order_id, entry.payout_id,
        entry.reverses, extract(epoch FROM entry.recorded_at), extract(epoch FROM entry.effective_at),
        extract(epoch FROM entry.late_for), posting.account, posting.currency, posting.amount_minor) AS text)
"""
LINK = "sha256(previous || convert_to(said, 'UTF8'))"
SEAL = text(
    f"""
    WITH chained AS (
        SELECT {CHAIN_OF_POSTING} AS chain, string_agg({SAID}, E'\\n' ORDER BY posting.position) AS said,
            count(*) AS postings
        FROM posting JOIN journal_entry AS entry ON entry.id = posting.entry_id
        WHERE posting.position > (SELECT coalesce(max(upto), 0) FROM seal) AND posting.position <= :upto
        GROUP BY 1
    ), linked AS (
        SELECT chained.*, coalesce(latest.number, 0) + 1 AS number, coalesce(latest.hash, CAST('' AS bytea)) AS previous
        FROM chained LEFT JOIN LATERAL (
            SELECT number, hash FROM seal WHERE seal.chain = chained.chain ORDER BY number DESC LIMIT 1
        ) AS latest ON true
    )
    INSERT INTO seal (chain, number, upto, postings, previous, hash, sealed_at)
    SELECT chain, number, :upto, postings, previous, {LINK}, :now FROM linked RETURNING chain
    """  # noqa: S608 put together of what stands above
)


async def last_position(session: AsyncSession) -> int:
    """The ledger's last position. Nothing below it is still on its way: whoever added waited for this or was waited
    for."""
    await lock_ledger(session)
    return int(await session.scalar(text("SELECT coalesce(max(position), 0) FROM posting")) or 0)


async def seal(session: AsyncSession, upto: int, now: datetime) -> int:
    """Chain every posting up to a position that no seal covers; returns how many links that took."""
    await locks.take(session, locks.SEALS)
    await raise_statement_timeout(session)
    return len((await session.execute(SEAL, {"upto": upto, "now": now})).all())


# Every link recomputed from the ledger; a posting's link is the first one of its chain that reaches it.
BROKEN = f"""
    WITH bounds AS (
        SELECT chain, array_agg(upto ORDER BY number) AS reach FROM seal GROUP BY chain
    ), recomputed AS (
        SELECT chained.chain, width_bucket(chained.position - 1, bounds.reach) + 1 AS number,
            string_agg(chained.said, E'\\n' ORDER BY chained.position) AS said
        FROM (
            SELECT posting.position, {CHAIN_OF_POSTING} AS chain, {SAID} AS said
            FROM posting JOIN journal_entry AS entry ON entry.id = posting.entry_id
        ) AS chained JOIN bounds USING (chain)
        GROUP BY 1, 2
    ), links AS (
        SELECT *, lag(hash, 1, CAST('' AS bytea)) OVER (PARTITION BY chain ORDER BY number) AS before,
            row_number() OVER (PARTITION BY chain ORDER BY number) AS expected
        FROM seal
    )
    SELECT links.chain || ' at link ' || links.number
    FROM links LEFT JOIN recomputed ON (recomputed.chain, recomputed.number) = (links.chain, links.expected)
    WHERE links.expected <> links.number OR links.previous <> links.before
        OR links.hash IS DISTINCT FROM {LINK}
    ORDER BY links.chain, links.number LIMIT 5
"""  # noqa: S608 put together of what stands above


async def seals(session: AsyncSession, chain: str, part: Part[tuple[int]]) -> Sequence[SealRow]:
    """A chain's links, newest first."""
    query = select(SealRow).where(SealRow.chain == chain)
    return (await session.scalars(part.of(query, col(SealRow.number), descending=True))).all()


async def last_sealed(session: AsyncSession) -> datetime | None:
    return await session.scalar(select(func.max(col(SealRow.sealed_at))))


async def sealed_upto(session: AsyncSession) -> int:
    """The last position of the ledger that a link covers."""
    return await session.scalar(select(func.max(col(SealRow.upto)))) or 0


async def exchanges(session: AsyncSession, part: Part[tuple[UUID]]) -> Sequence[ExchangeRow]:
    """Exchanges, newest first."""
    query = select(ExchangeRow)
    return (await session.scalars(part.of(query, col(ExchangeRow.id), descending=True))).all()
