"""SQL of statements: what of a partner's account is in one, and which there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.pages import Part
from chassis.refusals import NotFound
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer
from sqlmodel import col, select

from settlement.domain.ledger import ANY, PAYABLE, payable
from settlement.store import locks
from settlement.store.sql import literal, partner_account
from settlement.tables import DisputedLineRow, StatementRow


@dataclass(frozen=True, slots=True)
class Cut:
    """What of the ledger is before a statement's end: recorded before `finish`, by transactions that had ended."""

    finish: datetime
    snapshot: str


@dataclass(frozen=True, slots=True)
class Line:
    """A posting on a partner's payable account, with what it was about; debit positive."""

    position: int
    amount_minor: int
    currency: str
    entry_id: UUID
    kind: str
    reference: str
    order_id: UUID | None
    payout_id: UUID | None
    recorded_at: datetime
    gross_minor: int | None


# What was entered late into a period that was closed is in the statement after it: whatever is within this cut and was
# not within the one before.
LINES = text(
    """
    SELECT posting.position, posting.amount_minor, posting.currency, entry.id AS entry_id, entry.kind, entry.reference,
        entry.order_id, entry.payout_id, entry.recorded_at, payment.captured_minor AS gross_minor
    FROM posting JOIN journal_entry AS entry ON entry.id = posting.entry_id
    LEFT JOIN payment ON payment.order_id = entry.order_id AND entry.kind = 'payment-captured'
    WHERE posting.account = :account AND entry.recorded_at < :finish
        AND pg_visible_in_snapshot(posting.xid, CAST(CAST(:snapshot AS text) AS pg_snapshot))
        AND NOT (
            entry.recorded_at < :start
            AND pg_visible_in_snapshot(posting.xid, CAST(CAST(:before AS text) AS pg_snapshot))
        )
    ORDER BY posting.position LIMIT :most
    """
)
# Of a statement: does a line of the order stand in it? As `LINES` cuts it.
OF_ORDER = text(
    f"""
    EXISTS (
        SELECT FROM journal_entry AS entry JOIN posting ON posting.entry_id = entry.id
        LEFT JOIN statement AS previous ON previous.id = statement.previous_id
        WHERE entry.order_id = :order AND posting.account = {partner_account("statement.partner_id", PAYABLE)}
            AND entry.recorded_at < statement.finish_at
            AND pg_visible_in_snapshot(posting.xid, CAST(statement.snapshot AS pg_snapshot))
            AND NOT COALESCE(
                entry.recorded_at < previous.finish_at
                AND pg_visible_in_snapshot(posting.xid, CAST(previous.snapshot AS pg_snapshot)), false
            )
    )
    """
)
BALANCES = text(
    """
    SELECT posting.currency, sum(posting.amount_minor)::bigint AS balance_minor
    FROM posting JOIN journal_entry AS entry ON entry.id = posting.entry_id
    WHERE posting.account = :account AND entry.recorded_at < :finish
        AND pg_visible_in_snapshot(posting.xid, CAST(CAST(:snapshot AS text) AS pg_snapshot))
    GROUP BY posting.currency
    """
)
SEEN = text("SELECT pg_current_snapshot()::text")
DUE = text(
    f"""
    SELECT DISTINCT split_part(posting.account, '\\:', 2)::uuid AS partner_id
    FROM posting JOIN journal_entry AS entry ON entry.id = posting.entry_id
    WHERE posting.account LIKE {literal(payable(ANY))} AND entry.recorded_at < :finish
        AND NOT EXISTS (
            SELECT FROM statement WHERE statement.partner_id = split_part(posting.account, '\\:', 2)::uuid
                AND statement.finish_at >= :finish
        )
    ORDER BY partner_id LIMIT :most
    """  # noqa: S608 put together of what the domain names
)
NOTHING_SEEN = "1:1:"  # of a first statement: no transaction had ended


HISTORY = text(
    """
    SELECT (SELECT min(signed_at) FROM contract WHERE partner_id = :partner) AS signed_at, EXISTS (
        SELECT FROM posting JOIN journal_entry AS entry ON entry.id = posting.entry_id
        WHERE posting.account = :account AND entry.recorded_at < :finish
    ) AS moved_before
    """
)


@dataclass(frozen=True, slots=True)
class PartnerHistory:
    """Since when a partner has had a contract, and whether anything moved on its account before some moment."""

    signed_at: datetime | None
    moved_before: bool


async def partner_history(session: AsyncSession, partner_id: UUID, account: str, finish: datetime) -> PartnerHistory:
    values = {"partner": partner_id, "account": account, "finish": finish}
    row = (await session.execute(HISTORY, values)).one()
    return PartnerHistory(row.signed_at, row.moved_before)


async def lock(session: AsyncSession) -> None:
    """One at a time issues statements. Held to the commit."""
    await locks.take(session, locks.STATEMENTS)


async def current_snapshot(session: AsyncSession) -> str:
    """Which transactions have ended."""
    return str(await session.scalar(SEEN))


async def lines(session: AsyncSession, account: str, start: Cut | None, end: Cut, most: int) -> Sequence[Line]:
    """What is between two cuts, in the ledger's order."""
    rows = await session.execute(
        LINES,
        {
            "account": account,
            "finish": end.finish,
            "snapshot": end.snapshot,
            "start": start.finish if start else end.finish,
            "before": start.snapshot if start else NOTHING_SEEN,
            "most": most,
        },
    )
    return [Line(**row) for row in rows.mappings()]


async def balances(session: AsyncSession, account: str, at: Cut) -> dict[str, int]:
    """The account's balance (debit positive) by currency, over everything before a cut."""
    rows = await session.execute(BALANCES, {"account": account, "finish": at.finish, "snapshot": at.snapshot})
    return {row.currency: row.balance_minor for row in rows}


async def due(session: AsyncSession, finish: datetime, most: int) -> Sequence[UUID]:
    """Partners with movements before `finish` that no statement goes up to."""
    return list(await session.scalars(DUE, {"finish": finish, "most": most}))


async def last(session: AsyncSession, partner_id: UUID) -> StatementRow | None:
    query = select(StatementRow).where(StatementRow.partner_id == partner_id)
    return (await session.scalars(query.order_by(col(StatementRow.finish_at).desc()).limit(1))).first()


async def statement(session: AsyncSession, statement_id: UUID, partner_id: UUID | None) -> StatementRow:
    """A statement, locked; another partner's does not exist for this one."""
    row = await session.scalar(select(StatementRow).where(StatementRow.id == statement_id).with_for_update())
    if row is None or partner_id not in (None, row.partner_id):
        raise NotFound("there is no such statement", "statement_id")
    return row


async def page(
    session: AsyncSession, partner_id: UUID | None, order_id: UUID | None, part: Part[tuple[UUID]]
) -> Sequence[StatementRow]:
    """Statements without their content, newest first: a partner's, those that a line of an order stands in, or all."""
    query = select(StatementRow)
    unread = (StatementRow.content, StatementRow.pdf)
    query = query.options(*(defer(column, raiseload=True) for column in unread))  # type: ignore[arg-type] # columns
    if partner_id is not None:
        query = query.where(StatementRow.partner_id == partner_id)
    if order_id is not None:
        query = query.where(OF_ORDER.bindparams(order=order_id))
    return (await session.scalars(part.of(query, col(StatementRow.id), descending=True))).all()


async def dispute_lines(session: AsyncSession, statement_id: UUID, positions: Sequence[int]) -> None:
    if positions:
        rows = [{"statement_id": statement_id, "position": position} for position in positions]
        await session.execute(insert(DisputedLineRow), rows)


async def disputed(session: AsyncSession, statements: Sequence[UUID]) -> dict[UUID, list[int]]:
    """The disputed lines of some statements."""
    query = select(DisputedLineRow).where(col(DisputedLineRow.statement_id).in_(statements))
    rows: dict[UUID, list[int]] = {}
    for row in await session.scalars(query.order_by(col(DisputedLineRow.position))):
        rows.setdefault(row.statement_id, []).append(row.position)
    return rows


CLAIMED = text(
    """
    SELECT claim.position FROM payout_claim AS claim WHERE claim.payout_id = :payout_id ORDER BY claim.position
    LIMIT :most
    """
)


async def claimed(session: AsyncSession, payout_id: UUID, most: int) -> Sequence[int]:
    """The postings a payout paid."""
    return list(await session.scalars(CLAIMED, {"payout_id": payout_id, "most": most}))
