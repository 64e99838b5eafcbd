"""Codes that were sent for orders which desks placed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from ordering.tables import DeskWordRow


async def sent(session: AsyncSession, order_id: UUID) -> Sequence[datetime]:
    """When codes were sent for an order."""
    return (await session.scalars(select(DeskWordRow.sent_at).where(DeskWordRow.order_id == order_id))).all()


async def newest(session: AsyncSession, order_id: UUID) -> DeskWordRow | None:
    """The code that was sent last for an order; those before it are good for nothing any more."""
    query = select(DeskWordRow).where(DeskWordRow.order_id == order_id)
    return (await session.scalars(query.order_by(col(DeskWordRow.sent_at).desc()).limit(1))).one_or_none()


async def unsend(session: AsyncSession, word_id: UUID) -> None:
    """Forget a code that identity did not send."""
    await session.execute(delete(DeskWordRow).where(col(DeskWordRow.id) == word_id))
