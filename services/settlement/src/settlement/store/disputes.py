"""SQL of disputes."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis.pages import Part
from chassis.refusals import NotFound
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.domain.disputes import DisputeStatus
from settlement.domain.ledger import PAYABLE
from settlement.store.sql import partner_account
from settlement.tables import DisputeRow


async def dispute(session: AsyncSession, dispute_id: UUID, partner_id: UUID | None) -> DisputeRow:
    """A dispute; another partner's does not exist for this one."""
    row = await session.get(DisputeRow, dispute_id)
    if row is None or partner_id not in (None, row.partner_id):
        raise NotFound("there is no such dispute", "dispute_id")
    return row


async def dispute_for_update(session: AsyncSession, dispute_id: UUID) -> DisputeRow:
    row = await session.scalar(select(DisputeRow).where(DisputeRow.id == dispute_id).with_for_update())
    if row is None:
        raise NotFound("there is no such dispute", "dispute_id")
    return row


async def open_dispute_of(session: AsyncSession, payment_id: UUID) -> DisputeRow | None:
    query = select(DisputeRow).where(DisputeRow.payment_id == payment_id, DisputeRow.status == DisputeStatus.OPEN)
    return (await session.scalars(query)).first()


async def own_dispute_of(session: AsyncSession, payment_id: UUID) -> DisputeRow | None:
    """The open dispute that an operator opened, and which the provider has not reported."""
    query = select(DisputeRow).where(DisputeRow.payment_id == payment_id, DisputeRow.status == DisputeStatus.OPEN)
    return await session.scalar(query.where(col(DisputeRow.provider_reference).is_(None)).with_for_update())


async def claims_on(session: AsyncSession, payment_id: UUID) -> Sequence[DisputeRow]:
    """Disputes that count as given back: those that are open, and those that were lost. Locked, oldest first."""
    query = select(DisputeRow).where(DisputeRow.payment_id == payment_id, DisputeRow.status != DisputeStatus.WON)
    return (await session.scalars(query.order_by(col(DisputeRow.id)).with_for_update())).all()


async def disputed(session: AsyncSession, payments: Sequence[UUID]) -> Sequence[UUID]:
    """Those of these payments that are or were disputed, and not won."""
    query = select(DisputeRow.payment_id).where(col(DisputeRow.payment_id).in_(payments))
    return (await session.scalars(query.where(DisputeRow.status != DisputeStatus.WON).distinct())).all()


async def by_provider_reference(session: AsyncSession, reference: str) -> DisputeRow | None:
    """The dispute the provider calls so, locked."""
    return await session.scalar(select(DisputeRow).where(DisputeRow.provider_reference == reference).with_for_update())


async def disputes(session: AsyncSession, partner_id: UUID | None, part: Part[tuple[UUID]]) -> Sequence[DisputeRow]:
    """Disputes, newest first."""
    query = select(DisputeRow)
    if partner_id is not None:
        query = query.where(DisputeRow.partner_id == partner_id)
    return (await session.scalars(part.of(query, col(DisputeRow.id), descending=True))).all()


HELD = text(
    f"""
    SELECT dispute.partner_id, dispute.currency, sum(posting.amount_minor)::bigint AS held_minor
    FROM dispute JOIN posting ON posting.entry_id = dispute.entry_id AND posting.currency = dispute.currency
        AND posting.account = {partner_account("dispute.partner_id", PAYABLE)}
    WHERE dispute.status = 'open' AND dispute.partner_id = ANY(:partners)
    GROUP BY dispute.partner_id, dispute.currency
    """  # noqa: S608 put together of what the domain names
)


async def held(session: AsyncSession, partners: Sequence[UUID]) -> Mapping[tuple[UUID, str], int]:
    """What open disputes hold of these partners' money, by partner and currency."""
    rows = await session.execute(HELD, {"partners": partners})
    return {(row.partner_id, row.currency): row.held_minor for row in rows}
