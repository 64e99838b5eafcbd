"""Changes of bank accounts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis import errors
from chassis.pages import Part
from chassis.refusals import NotFound
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from partners.domain.bank_accounts import BankAccountChangeOpen
from partners.tables import BankAccountChangeRow, PartnerRow

ONE_OPEN = "bank_account_change_one_open"
DUE = text(
    """
    SELECT id FROM bank_account_change
    WHERE effective_at <= :now AND in_force_at IS NULL AND stopped_at IS NULL
    ORDER BY effective_at LIMIT :most FOR UPDATE SKIP LOCKED
    """
)


async def add(session: AsyncSession, change: BankAccountChangeRow) -> None:
    """Add a proposal, unless another change of the partner's is open."""
    session.add(change)
    try:
        await session.flush()
    except IntegrityError as error:
        if errors.constraint(error) != ONE_OPEN:
            raise
        raise BankAccountChangeOpen("confirm it, or stop it first") from None


async def load_for_update(session: AsyncSession, change_id: UUID, partner_id: UUID | None) -> BankAccountChangeRow:
    """A change, locked; of this partner, where one is named."""
    row = await session.get(BankAccountChangeRow, change_id, with_for_update=True)
    if row is None or partner_id not in (None, row.partner_id):
        raise NotFound("there is no such change", "bank_account_change_id")
    return row


async def in_force(session: AsyncSession, partner_ids: Sequence[UUID]) -> Mapping[UUID, BankAccountChangeRow]:
    """The newest change in force of each partner; one that never changed its account since it applied has none."""
    rows = await session.scalars(
        select(BankAccountChangeRow)
        .ext(distinct_on(col(BankAccountChangeRow.partner_id)))
        .join(PartnerRow, col(PartnerRow.id) == col(BankAccountChangeRow.partner_id))
        .where(
            col(BankAccountChangeRow.partner_id).in_(partner_ids),
            col(BankAccountChangeRow.in_force_at).is_not(None),
            col(BankAccountChangeRow.proposed_at) >= col(PartnerRow.applied_at),
        )
        .order_by(col(BankAccountChangeRow.partner_id), col(BankAccountChangeRow.in_force_at).desc())
    )
    return {row.partner_id: row for row in rows}


async def claim_due(session: AsyncSession, now: datetime, most: int) -> Sequence[BankAccountChangeRow]:
    """Changes whose cooling time is over, locked."""
    ids = list(await session.scalars(DUE, {"now": now, "most": most}))
    return list(await session.scalars(select(BankAccountChangeRow).where(col(BankAccountChangeRow.id).in_(ids))))


async def page(
    session: AsyncSession, partner_id: UUID | None, *, is_open: bool, part: Part[tuple[UUID]]
) -> Sequence[BankAccountChangeRow]:
    """Changes, newest first."""
    query = select(BankAccountChangeRow)
    if partner_id is not None:
        query = query.where(BankAccountChangeRow.partner_id == partner_id)
    if is_open:
        query = query.where(
            col(BankAccountChangeRow.in_force_at).is_(None), col(BankAccountChangeRow.stopped_at).is_(None)
        )
    return list(await session.scalars(part.of(query, col(BankAccountChangeRow.id), descending=True)))
