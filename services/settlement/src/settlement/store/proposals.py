"""SQL of proposals."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.pages import Part
from chassis.refusals import NotFound
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.tables import ProposalRow


async def proposal_for_update(session: AsyncSession, proposal_id: UUID) -> ProposalRow:
    row = await session.scalar(select(ProposalRow).where(ProposalRow.id == proposal_id).with_for_update())
    if row is None:
        raise NotFound("there is no such proposal", "proposal_id")
    return row


async def page(session: AsyncSession, status: str, part: Part[tuple[UUID]]) -> Sequence[ProposalRow]:
    """Proposals, newest first."""
    query = select(ProposalRow)
    if status:
        query = query.where(ProposalRow.status == status)
    return (await session.scalars(part.of(query, col(ProposalRow.id), descending=True))).all()


DECIDED_ALONE = text(
    """
    SELECT coalesce(sum(amount_minor), 0)::bigint FROM (
        SELECT refund.amount_minor FROM refund JOIN payment ON payment.id = refund.payment_id
        WHERE refund.asked_by = :by AND refund.asked_at > :since AND refund.approved_by IS NULL
            AND payment.currency = :currency
        UNION ALL
        SELECT invoice.amount_minor FROM invoice
        WHERE invoice.issued_by = :by AND invoice.issued_at > :since AND invoice.approved_by IS NULL
            AND invoice.currency = :currency
    ) AS decided
    """
)


async def decided_alone(session: AsyncSession, by: UUID, currency: str, since: datetime) -> int:
    """How much a person gave back or invoiced alone since then, in minor units."""
    return int(await session.scalar(DECIDED_ALONE, {"by": by, "since": since, "currency": currency}) or 0)
