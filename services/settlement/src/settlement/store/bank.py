"""SQL of what the bank and the provider report, and of what the ledger does not have of it yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.pages import Part
from chassis.refusals import NotFound
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.bank.bank_statement import BankLine
from settlement.domain.payouts import PayoutStatus, before
from settlement.store.sql import literals
from settlement.tables import BankFileRow, BankLineRow, BankStatementRow


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
    SELECT :statement_id, line.place, line.amount_minor, :currency, line.booked_on, line.end_to_end_id,
        line.bank_reference, line.remittance, line.return_reason,
        CASE
            WHEN payout.id IS NOT NULL AND line.amount_minor < 0 THEN 'payout-paid\\:' || payout.id
            WHEN payout.id IS NOT NULL THEN 'payout-returned\\:' || payout.id
            WHEN line.amount_minor > 0 AND line.end_to_end_id <> '' THEN 'bank-received\\:' || line.end_to_end_id
            ELSE ''
        END
    FROM unnest(CAST(:places AS integer[]), CAST(:amounts AS bigint[]), CAST(:days AS date[]),
        CAST(:ends AS text[]), CAST(:bank_references AS text[]), CAST(:remittances AS text[]), CAST(:reasons AS text[]))
        AS line (place, amount_minor, booked_on, end_to_end_id, bank_reference, remittance, return_reason)
    LEFT JOIN payout ON payout.rail = 'bank' AND replace(payout.id::text, '-', '') = lower(line.end_to_end_id)
    ORDER BY line.place
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
class BankReturn:
    """A bank line that says a payout came back, and who took its statement in."""

    booked_on: date
    return_reason: str
    ingested_by: UUID


async def returns_of(session: AsyncSession, payout_id: UUID, minor: int, currency: str) -> Sequence[BankReturn]:
    """What statements tell of a payout's return, in the order they were taken in."""
    what = {"payout_id": payout_id, "minor": minor, "currency": currency}
    return [BankReturn(**row) for row in (await session.execute(RETURNS, what)).mappings()]


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
class FollowingStatement:
    """A statement, and the one before it in the account's order."""

    id: UUID
    statement_id: str
    opening_minor: int
    before_id: str
    before_closing: int


async def neighbours(session: AsyncSession, row: BankStatementRow) -> Sequence[FollowingStatement]:
    """The statement and the next one, each with the one before it; the account's first has none."""
    what = {"account": row.account, "currency": row.currency, "taken_in": row.id}
    return [FollowingStatement(**rows) for rows in (await session.execute(NEIGHBOURS, what)).mappings()]


async def lines_of(session: AsyncSession, statement_id: UUID) -> Sequence[BankLineRow]:
    """A statement's lines in their order."""
    query = select(BankLineRow).where(BankLineRow.statement_id == statement_id).order_by(col(BankLineRow.place))
    return (await session.scalars(query)).all()


async def statements(session: AsyncSession, part: Part[tuple[UUID]]) -> Sequence[BankStatementRow]:
    """Statements, newest first."""
    query = select(BankStatementRow)
    return (await session.scalars(part.of(query, col(BankStatementRow.id), descending=True))).all()


async def bank_file_for_update(session: AsyncSession, file_id: UUID) -> BankFileRow:
    row = await session.scalar(select(BankFileRow).where(BankFileRow.id == file_id).with_for_update())
    if row is None:
        raise NotFound("there is no such bank file", "file_id")
    return row


async def bank_files(session: AsyncSession, part: Part[tuple[UUID]]) -> Sequence[BankFileRow]:
    """Bank files, newest first."""
    query = select(BankFileRow)
    return (await session.scalars(part.of(query, col(BankFileRow.id), descending=True))).all()


SUBMIT = text(
    f"""
    UPDATE payout SET status = '{PayoutStatus.SUBMITTED}', submitted_at = :now
    WHERE bank_file_id = :file_id AND status IN ({literals(before(PayoutStatus.SUBMITTED))})
    """  # noqa: S608 put together of what the domain names
)


async def submit(session: AsyncSession, file_id: UUID, now: datetime) -> None:
    """A file's payouts are the bank's to make."""
    await session.execute(SUBMIT, {"file_id": file_id, "now": now})
