"""Notices: what people are to be told, until it is known who they are."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis import rows
from chassis.statements import Statement
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from notifications.tables import NoticeRow

CANCEL = Statement(
    """
    UPDATE notice SET done_at = CAST(:now AS timestamptz), sealed_to = NULL
    WHERE topic = ANY(CAST(:topics AS text[])) AND topic <> '' AND done_at IS NULL
    """
)
FINISH = Statement(
    """
    UPDATE notice SET done_at = CAST(:now AS timestamptz), sealed_to = NULL WHERE id = ANY(CAST(:ids AS uuid[]))
    """
)
PUT_OFF = Statement(
    "UPDATE notice SET next_at = CAST(:at AS timestamptz) WHERE id = ANY(CAST(:ids AS uuid[])) AND done_at IS NULL"
)


async def add(session: AsyncSession, notices: Sequence[NoticeRow]) -> None:
    """What was noticed before, by its key, is not noticed again."""
    await rows.insert(session, notices, "ON CONFLICT (key) DO NOTHING")


async def waiting(session: AsyncSession, now: datetime, most: int) -> Sequence[NoticeRow]:
    """What is to be told now, the oldest first, locked. What another process has is left to it."""
    query = select(NoticeRow).where(col(NoticeRow.done_at).is_(None), col(NoticeRow.next_at) <= now)
    query = query.order_by(col(NoticeRow.next_at)).limit(most)
    return (await session.scalars(query.with_for_update(skip_locked=True))).all()


async def finish(session: AsyncSession, ids: Sequence[UUID], now: datetime) -> None:
    await FINISH.fetch(session, ids=list(ids), now=now)


async def put_off(session: AsyncSession, ids: Sequence[UUID], at: datetime) -> None:
    await PUT_OFF.fetch(session, ids=list(ids), at=at)


async def cancel(session: AsyncSession, topics: Sequence[str], now: datetime) -> None:
    """Tell nothing of these any more."""
    await CANCEL.fetch(session, topics=list(topics), now=now)
