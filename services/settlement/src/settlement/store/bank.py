"""SQL of what the bank and the provider told, and of what the ledger does not have of it yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from settlement.bank.bank_statement import BankLine
from settlement.provider.port import Movement
from settlement.tables import (
    BankLineRow,
    BankStatementRow,
    ProviderMovementRow,
    ProviderReportRow,
)


async def statement_known(
    session: AsyncSession, account: str, currency: str, statement_id: str
) -> BankStatementRow | None:
    query = select(BankStatementRow).where(
        BankStatementRow.account == account,
        BankStatementRow.currency == currency,
        BankStatementRow.statement_id == statement_id,
    )
    return (await session.scalars(query)).first()


# Which entry a bank line should be in the ledger: by its end-to-end id a payout's, or what a provider settled.
ADD_LINES = text(
    """
    INSERT INTO bank_line (statement_id, place, amount_minor, currency, booked_on, end_to_end_id, bank_reference,
        remittance, return_reason, reference)
    SELECT :statement_id, told.place, told.amount_minor, :currency, told.booked_on, told.end_to_end_id,
        told.bank_reference, told.remittance, told.return_reason,
        CASE
            WHEN payout.id IS NOT NULL AND told.amount_minor < 0 THEN 'payout-paid\\:' || payout.id
            WHEN payout.id IS NOT NULL THEN 'payout-returned\\:' || payout.id
            WHEN told.amount_minor > 0 AND told.end_to_end_id <> '' THEN 'bank-received\\:' || told.end_to_end_id
            ELSE ''
        END
    FROM unnest(CAST(:places AS integer[]), CAST(:amounts AS bigint[]), CAST(:days AS date[]),
        CAST(:ends AS text[]), CAST(:bank_references AS text[]), CAST(:remittances AS text[]), CAST(:reasons AS text[]))
        AS told (place, amount_minor, booked_on, end_to_end_id, bank_reference, remittance, return_reason)
    LEFT JOIN payout ON payout.rail = 'bank' AND replace(payout.id::text, '-', '') = lower(told.end_to_end_id)
    ORDER BY told.place
    """
)


async def add_statement(session: AsyncSession, row: BankStatementRow, lines: Sequence[BankLine]) -> None:
    await session.execute(insert(BankStatementRow), [row.model_dump()])
    await session.execute(
        ADD_LINES,
        {
            "statement_id": row.id,
            "currency": row.currency,
            "places": [line.place for line in lines],
            "amounts": [line.amount_minor for line in lines],
            "days": [line.booked_on for line in lines],
            "ends": [line.end_to_end_id for line in lines],
            "bank_references": [line.bank_reference for line in lines],
            "remittances": [line.remittance for line in lines],
            "reasons": [line.return_reason for line in lines],
        },
    )


RECEIVED = text(
    """
    SELECT EXISTS (
        SELECT FROM bank_line JOIN bank_statement ON bank_statement.id = bank_line.statement_id
        WHERE (bank_line.amount_minor, bank_line.currency) = (:minor, :currency) AND ingested_by <> :by
            AND :reference IN (bank_reference, end_to_end_id, remittance)
    ) AND NOT EXISTS (SELECT FROM invoice_payment WHERE bank_reference = :reference)
    """
)


async def received(session: AsyncSession, minor: int, currency: str, reference: str, by: UUID) -> bool:
    """Does a statement that somebody else took in tell of this transfer, and has no invoice been paid with it?"""
    what = {"minor": minor, "currency": currency, "reference": reference, "by": by}
    return bool(await session.scalar(RECEIVED, what))


SENT = text(
    """
    SELECT EXISTS (
        SELECT FROM bank_line JOIN bank_statement ON bank_statement.id = bank_line.statement_id
        WHERE (bank_line.amount_minor, bank_line.currency) = (-CAST(:minor AS bigint), :currency)
            AND ingested_by <> :by AND :reference IN (bank_reference, end_to_end_id, remittance) AND reference = ''
    )
    """
)


async def sent(session: AsyncSession, minor: int, currency: str, reference: str, by: UUID) -> bool:
    """Does a statement that somebody else took in tell of this transfer from our account, which is of nothing else?"""
    what = {"minor": minor, "currency": currency, "reference": reference, "by": by}
    return bool(await session.scalar(SENT, what))


RETURNS = text(
    """
    SELECT line.booked_on, line.return_reason, statement.ingested_by
    FROM bank_line AS line JOIN bank_statement AS statement ON statement.id = line.statement_id
    WHERE line.reference = 'payout-returned\\:' || CAST(:payout_id AS uuid)
        AND (line.amount_minor, line.currency) = (:minor, :currency)
    ORDER BY line.position
    """
)


@dataclass(frozen=True, slots=True)
class Return:
    """A bank line that says a payout came back, and who took its statement in."""

    booked_on: date
    return_reason: str
    ingested_by: UUID


async def returns_of(session: AsyncSession, payout_id: UUID, minor: int, currency: str) -> Sequence[Return]:
    """What statements tell of a payout's return, in the order they were taken in."""
    what = {"payout_id": payout_id, "minor": minor, "currency": currency}
    return [Return(**row) for row in (await session.execute(RETURNS, what)).mappings()]


NEIGHBOURS = text(
    """
    SELECT id, statement_id, opening_minor, before_id, before_closing FROM (
        SELECT id, statement_id, opening_minor,
            lag(id) OVER by_day AS before_row, lag(statement_id) OVER by_day AS before_id,
            lag(closing_minor) OVER by_day AS before_closing
        FROM bank_statement WHERE (account, currency) = (:account, :currency)
        WINDOW by_day AS (ORDER BY end_on, start_on, id)
    ) AS placed
    WHERE before_row IS NOT NULL AND :taken_in IN (id, before_row)
    """
)


@dataclass(frozen=True, slots=True)
class Follows:
    """A statement, and the one before it in the account's order."""

    id: UUID
    statement_id: str
    opening_minor: int
    before_id: str
    before_closing: int


async def neighbours(session: AsyncSession, row: BankStatementRow) -> Sequence[Follows]:
    """The statement and the next one, each with the one before it; the account's first has none."""
    what = {"account": row.account, "currency": row.currency, "taken_in": row.id}
    return [Follows(**found) for found in (await session.execute(NEIGHBOURS, what)).mappings()]


async def lines_of(session: AsyncSession, statement_id: UUID) -> Sequence[BankLineRow]:
    """A statement's lines in their order."""
    query = select(BankLineRow).where(BankLineRow.statement_id == statement_id).order_by(col(BankLineRow.place))
    return (await session.scalars(query)).all()


async def statements(session: AsyncSession, after: UUID | None, most: int) -> Sequence[BankStatementRow]:
    """Statements, newest first, one more than wanted."""
    query = select(BankStatementRow).order_by(col(BankStatementRow.id).desc()).limit(most + 1)
    if after is not None:
        query = query.where(col(BankStatementRow.id) < after)
    return (await session.scalars(query)).all()


async def last_place(session: AsyncSession) -> int:
    """How far the provider's report has been read."""
    return await session.scalar(select(func.max(ProviderMovementRow.place))) or 0


ADD_MOVEMENTS = text(
    """
    INSERT INTO provider_movement (place, key, kind, amount_minor, currency, moved_at, reference)
    SELECT told.place, told.key, told.kind, told.amount_minor, told.currency, told.moved_at,
        CASE
            WHEN told.kind = 'settlement' THEN 'provider-settled\\:' || told.key
            WHEN told.kind = 'fee' THEN 'provider-fee\\:' || told.key
            WHEN told.kind = 'capture' AND call.step = 'authorise' THEN
                CASE WHEN EXISTS (
                    SELECT FROM provider_call AS early WHERE early.payment_id = payment.id AND early.step = 'advance'
                ) THEN 'payment-advanced\\:' ELSE 'payment-captured\\:' END || payment.order_id
            WHEN told.kind = 'capture' AND call.step = 'capture' THEN 'payment-captured\\:' || payment.order_id
            WHEN told.kind = 'capture' AND call.step = 'advance' THEN 'payment-advanced\\:' || payment.order_id
            WHEN told.kind = 'refund' AND call.step = 'refund' THEN 'refund-paid\\:' || call.subject_id || tried.suffix
            WHEN told.kind = 'refund-return' AND call.step = 'refund' THEN
                'refund-returned\\:' || call.subject_id || tried.suffix
            WHEN told.kind = 'chargeback' THEN 'chargeback-taken\\:' || told.key
            WHEN told.kind = 'chargeback-return' THEN 'chargeback-returned\\:' || told.key
            WHEN told.kind = 'payout' AND call.step = 'pay_out' THEN 'payout-paid\\:' || call.subject_id
            WHEN told.kind = 'payout-return' AND call.step = 'pay_out' THEN 'payout-returned\\:' || call.subject_id
            ELSE ''
        END
    FROM unnest(CAST(:places AS bigint[]), CAST(:keys AS text[]), CAST(:kinds AS text[]), CAST(:amounts AS bigint[]),
        CAST(:currencies AS text[]), CAST(:times AS timestamptz[]))
        AS told (place, key, kind, amount_minor, currency, moved_at)
    LEFT JOIN provider_call AS call
        ON call.id = CASE WHEN told.key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN told.key::uuid END
    LEFT JOIN payment ON payment.id = call.payment_id
    CROSS JOIN LATERAL (SELECT CASE WHEN call.tries > 0 THEN '\\:' || call.tries ELSE '' END AS suffix) AS tried
    ORDER BY told.place ON CONFLICT (place) DO NOTHING
    """
)


async def add_movements(session: AsyncSession, told: Sequence[Movement]) -> None:
    if told:
        await session.execute(
            ADD_MOVEMENTS,
            {
                "places": [one.place for one in told],
                "keys": [one.key for one in told],
                "kinds": [one.kind for one in told],
                "amounts": [one.amount_minor for one in told],
                "currencies": [one.currency for one in told],
                "times": [one.at for one in told],
            },
        )


@dataclass(frozen=True, slots=True)
class Settled:
    """What the provider sent to our bank, or kept."""

    key: str
    amount_minor: int
    currency: str


UNBOOKED_SETTLED = text(
    """
    SELECT moved.key, -moved.amount_minor, moved.currency FROM provider_movement AS moved
    WHERE moved.kind = 'settlement' AND moved.amount_minor < 0
        AND NOT EXISTS (SELECT FROM journal_entry WHERE reference = moved.reference)
    ORDER BY moved.position
    """
)
UNBOOKED_RECEIVED = text(
    """
    SELECT DISTINCT ON (moved.key) moved.key, line.amount_minor, line.currency
    FROM provider_movement AS moved JOIN bank_line AS line
        ON line.reference = 'bank-received\\:' || moved.key
        AND (line.amount_minor, line.currency) = (-moved.amount_minor, moved.currency)
    WHERE moved.kind = 'settlement'
        AND NOT EXISTS (SELECT FROM journal_entry WHERE reference = 'bank-received\\:' || moved.key)
    ORDER BY moved.key, line.position
    """
)


UNBOOKED_FEES = text(
    """
    SELECT moved.key, -moved.amount_minor, moved.currency FROM provider_movement AS moved
    WHERE moved.kind = 'fee' AND moved.amount_minor <> 0
        AND NOT EXISTS (SELECT FROM journal_entry WHERE reference = moved.reference)
    ORDER BY moved.position
    """
)


async def unbooked_fees(session: AsyncSession) -> Sequence[Settled]:
    """What the provider kept for its work and the ledger does not have."""
    return [Settled(*row) for row in await session.execute(UNBOOKED_FEES)]


async def unbooked_settlements(session: AsyncSession) -> tuple[Sequence[Settled], Sequence[Settled]]:
    """What the provider says it sent and the ledger does not have, and what of it has arrived at the bank."""
    sent = [Settled(*row) for row in await session.execute(UNBOOKED_SETTLED)]
    return sent, [Settled(*row) for row in await session.execute(UNBOOKED_RECEIVED)]


async def add_report(session: AsyncSession, row: ProviderReportRow) -> None:
    await session.execute(insert(ProviderReportRow), [row.model_dump()])
