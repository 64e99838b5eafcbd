"""SQL of payouts: what they claim, and which there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.refusals import NotFound
from sqlalchemy import func, insert, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.domain.payments import Dispute
from settlement.domain.payouts import Rail, Schedule, Terms
from settlement.tables import (
    BankFileRow,
    DisputeRow,
    InvoicePaymentRow,
    InvoiceRow,
    PayoutRow,
    PayoutRunRow,
    PayoutTermsRow,
    RiskTierRow,
)

LOCK = text("SELECT pg_advisory_xact_lock(1346456915)")
UNCLAIMED = text(
    """
    SELECT posting.account, posting.currency, -sum(posting.amount_minor)::bigint, array_agg(posting.position)
    FROM posting JOIN journal_entry AS entry ON entry.id = posting.entry_id
    LEFT JOIN terms_in_force AS terms ON posting.account = 'partner:' || terms.partner_id || '\\:payable'
    WHERE posting.account LIKE :pattern AND entry.kind <> 'payout'
        AND NOT EXISTS (
            SELECT FROM journal_entry AS taken
            WHERE terms.hold_days > 0 AND taken.reference = 'payment-captured\\:' || entry.order_id
                AND taken.recorded_at > CAST(:now AS timestamptz) - terms.hold_days * interval '1 day'
        )
        AND NOT EXISTS (SELECT FROM payout_claim WHERE payout_claim.position = posting.position)
    GROUP BY posting.account, posting.currency ORDER BY posting.account, posting.currency LIMIT :most
    """
)
CLAIM = text(
    """
    INSERT INTO payout_claim (position, payout_id)
    SELECT * FROM unnest(CAST(:positions AS bigint[]), CAST(:payouts AS uuid[]))
    """
)


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """What no payout has paid yet on a partner's account; negative when the partner owes."""

    account: str
    currency: str
    balance_minor: int
    positions: Sequence[int]


async def lock(session: AsyncSession) -> None:
    """One run of payouts at a time: held to the commit."""
    await session.execute(LOCK)


async def unclaimed(session: AsyncSession, pattern: str, most: int, now: datetime) -> Sequence[Unclaimed]:
    """Unclaimed postings of payable accounts like `pattern`, without those of orders that are on hold."""
    found = await session.execute(UNCLAIMED, {"pattern": pattern, "most": most, "now": now})
    return [Unclaimed(*row) for row in found]


RESERVES = text(
    """
    SELECT posting.account, posting.currency, -sum(posting.amount_minor)::bigint,
        coalesce(-sum(posting.amount_minor) FILTER (
            WHERE posting.amount_minor < 0
                AND entry.recorded_at <= CAST(:now AS timestamptz) - coalesce(terms.reserve_days, 0) * interval '1 day'
        ), 0)::bigint,
        coalesce(sum(posting.amount_minor) FILTER (WHERE posting.amount_minor > 0), 0)::bigint
    FROM posting JOIN journal_entry AS entry ON entry.id = posting.entry_id
    LEFT JOIN terms_in_force AS terms ON posting.account = 'partner:' || terms.partner_id || '\\:reserve'
    WHERE posting.account LIKE :pattern
    GROUP BY posting.account, posting.currency HAVING sum(posting.amount_minor) <> 0
    """
)


@dataclass(frozen=True, slots=True)
class Reserve:
    """A partner's reserve in a currency: what is in it, what was put in long enough ago, and what was taken out."""

    account: str
    currency: str
    balance_minor: int
    held_before_minor: int
    taken_minor: int


async def reserves(session: AsyncSession, pattern: str, now: datetime) -> Sequence[Reserve]:
    return [Reserve(*row) for row in await session.execute(RESERVES, {"pattern": pattern, "now": now})]


async def terms(session: AsyncSession, partners: Sequence[UUID]) -> Mapping[UUID, PayoutTermsRow]:
    found = await session.scalars(select(PayoutTermsRow).where(col(PayoutTermsRow.partner_id).in_(partners)))
    return {row.partner_id: row for row in found}


IN_FORCE = text(
    """
    SELECT partner_id, hold_days, minimum_minor, reserve_basis_points, reserve_days, frozen, rail, schedule,
        schedule_day
    FROM terms_in_force WHERE partner_id = ANY(:partners)
    """
)


async def terms_in_force(session: AsyncSession, partners: Sequence[UUID]) -> Mapping[UUID, Terms]:
    """What holds for partners: the stricter of what was agreed with each and what is asked of its risk."""
    found = await session.execute(IN_FORCE, {"partners": partners})
    return {
        row[0]: Terms(row[1], row[2], row[3], row[4], row[5], Rail(row[6]), Schedule(row[7]), row[8]) for row in found
    }


async def tiers(session: AsyncSession) -> Sequence[RiskTierRow]:
    return (await session.scalars(select(RiskTierRow).order_by(col(RiskTierRow.name)))).all()


async def put_tier(session: AsyncSession, row: RiskTierRow) -> None:
    statement = upsert(RiskTierRow).values(row.model_dump())
    kept = {name: statement.excluded[name] for name in row.model_dump() if name != "name"}
    await session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=kept))


async def put_terms(session: AsyncSession, row: PayoutTermsRow) -> None:
    statement = upsert(PayoutTermsRow).values(row.model_dump())
    kept = {name: statement.excluded[name] for name in row.model_dump() if name != "partner_id"}
    await session.execute(statement.on_conflict_do_update(index_elements=["partner_id"], set_=kept))


async def last_run(session: AsyncSession) -> datetime | None:
    """When payouts were run last."""
    return await session.scalar(select(func.max(col(PayoutRunRow.ran_at))))


async def last_sweep(session: AsyncSession) -> datetime | None:
    """When payouts were last run for everybody."""
    return await session.scalar(
        select(func.max(col(PayoutRunRow.ran_at))).where(col(PayoutRunRow.partner_id).is_(None))
    )


async def dispute(session: AsyncSession, dispute_id: UUID, partner_id: UUID | None) -> DisputeRow:
    """A dispute; another partner's does not exist for this one."""
    found = await session.get(DisputeRow, dispute_id)
    if found is None or partner_id not in (None, found.partner_id):
        raise NotFound("there is no such dispute", "dispute_id")
    return found


async def dispute_for_update(session: AsyncSession, dispute_id: UUID) -> DisputeRow:
    found = await session.scalar(select(DisputeRow).where(DisputeRow.id == dispute_id).with_for_update())
    if found is None:
        raise NotFound("there is no such dispute", "dispute_id")
    return found


async def open_dispute_of(session: AsyncSession, payment_id: UUID) -> DisputeRow | None:
    query = select(DisputeRow).where(DisputeRow.payment_id == payment_id, DisputeRow.status == Dispute.OPEN)
    return (await session.scalars(query)).first()


async def disputes(
    session: AsyncSession, partner_id: UUID | None, after: UUID | None, most: int
) -> Sequence[DisputeRow]:
    """Disputes, newest first, one more than wanted."""
    query = select(DisputeRow).order_by(col(DisputeRow.id).desc()).limit(most + 1)
    if partner_id is not None:
        query = query.where(DisputeRow.partner_id == partner_id)
    if after is not None:
        query = query.where(col(DisputeRow.id) < after)
    return (await session.scalars(query)).all()


async def add_payouts(
    session: AsyncSession, payouts: Sequence[PayoutRow], claims: Mapping[UUID, Sequence[int]]
) -> None:
    """Payouts with the postings each claims; a posting claimed before fails the whole run."""
    await session.execute(insert(PayoutRow), [row.model_dump() for row in payouts])
    pairs = [(position, payout_id) for payout_id, positions in claims.items() for position in positions]
    await session.execute(
        CLAIM, {"positions": [position for position, _ in pairs], "payouts": [payout_id for _, payout_id in pairs]}
    )


async def invoice_for_update(session: AsyncSession, invoice_id: UUID) -> InvoiceRow:
    found = await session.scalar(select(InvoiceRow).where(InvoiceRow.id == invoice_id).with_for_update())
    if found is None:
        raise NotFound("there is no such invoice", "invoice_id")
    return found


async def invoice_payment(session: AsyncSession, invoice_id: UUID, bank_reference: str) -> InvoicePaymentRow | None:
    query = select(InvoicePaymentRow).where(
        InvoicePaymentRow.invoice_id == invoice_id, InvoicePaymentRow.bank_reference == bank_reference
    )
    return (await session.scalars(query)).first()


async def invoices(
    session: AsyncSession, partner_id: UUID | None, after: UUID | None, most: int
) -> Sequence[InvoiceRow]:
    """Invoices, newest first, one more than wanted."""
    query = select(InvoiceRow).order_by(col(InvoiceRow.id).desc()).limit(most + 1)
    if partner_id is not None:
        query = query.where(InvoiceRow.partner_id == partner_id)
    if after is not None:
        query = query.where(col(InvoiceRow.id) < after)
    return (await session.scalars(query)).all()


async def bank_file_for_update(session: AsyncSession, file_id: UUID) -> BankFileRow:
    found = await session.scalar(select(BankFileRow).where(BankFileRow.id == file_id).with_for_update())
    if found is None:
        raise NotFound("there is no such bank file", "file_id")
    return found


async def bank_files(session: AsyncSession, after: UUID | None, most: int) -> Sequence[BankFileRow]:
    """Bank files, newest first, one more than wanted."""
    query = select(BankFileRow).order_by(col(BankFileRow.id).desc()).limit(most + 1)
    if after is not None:
        query = query.where(col(BankFileRow.id) < after)
    return (await session.scalars(query)).all()


SUBMIT = text(
    "UPDATE payout SET status = 'submitted', submitted_at = :now WHERE bank_file_id = :file_id AND status = 'claimed'"
)


async def submit(session: AsyncSession, file_id: UUID, now: datetime) -> None:
    """A file's payouts are the bank's to make."""
    await session.execute(SUBMIT, {"file_id": file_id, "now": now})


async def payouts_for_update(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, PayoutRow]:
    found = await session.scalars(select(PayoutRow).where(col(PayoutRow.id).in_(ids)).with_for_update())
    return {row.id: row for row in found}


async def page(session: AsyncSession, partner_id: UUID | None, after: UUID | None, most: int) -> Sequence[PayoutRow]:
    """Payouts, newest first, one more than wanted."""
    query = select(PayoutRow).order_by(col(PayoutRow.id).desc()).limit(most + 1)
    if partner_id is not None:
        query = query.where(PayoutRow.partner_id == partner_id)
    if after is not None:
        query = query.where(col(PayoutRow.id) < after)
    return (await session.scalars(query)).all()
