"""SQL of proposals."""

from collections.abc import Sequence
from uuid import UUID

from chassis.refusals import NotFound
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.tables import ProposalRow


async def proposal_for_update(session: AsyncSession, proposal_id: UUID) -> ProposalRow:
    found = await session.scalar(select(ProposalRow).where(ProposalRow.id == proposal_id).with_for_update())
    if found is None:
        raise NotFound("there is no such proposal", "proposal_id")
    return found


async def page(session: AsyncSession, status: str, after: UUID | None, most: int) -> Sequence[ProposalRow]:
    """Proposals, newest first, one more than wanted."""
    query = select(ProposalRow).order_by(col(ProposalRow.id).desc()).limit(most + 1)
    if status:
        query = query.where(ProposalRow.status == status)
    if after is not None:
        query = query.where(col(ProposalRow.id) < after)
    return (await session.scalars(query)).all()
