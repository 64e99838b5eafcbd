"""That residents did not come, as their partners say."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from ordering.tables import AbsenceRow


async def standing(session: AsyncSession, order_id: UUID) -> Sequence[AbsenceRow]:
    """What is stated of an order and was not struck."""
    query = select(AbsenceRow).where(AbsenceRow.order_id == order_id, col(AbsenceRow.struck_at).is_(None))
    return (await session.scalars(query)).all()
