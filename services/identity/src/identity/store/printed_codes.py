"""Printed codes."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select, update

from identity.tables import PrintedCodeRow, ResidentRow


async def presented(session: AsyncSession, digest: bytes) -> PrintedCodeRow | None:
    """The printed code of a text, locked."""
    query = select(PrintedCodeRow).where(PrintedCodeRow.text_sha256 == digest)
    return (await session.scalars(query.with_for_update())).one_or_none()


async def in_force(session: AsyncSession, resident_id: UUID, now: datetime) -> PrintedCodeRow | None:
    query = select(PrintedCodeRow).where(
        PrintedCodeRow.resident_id == resident_id,
        col(PrintedCodeRow.ended_at).is_(None),
        PrintedCodeRow.expires_at > now,
    )
    return (await session.scalars(query)).one_or_none()


async def lock_owner(session: AsyncSession, resident_id: UUID) -> None:
    """Let nobody else print for this resident until this transaction ends."""
    await session.execute(select(ResidentRow.id).where(ResidentRow.id == resident_id).with_for_update())


async def end_of(session: AsyncSession, resident_ids: Collection[UUID], now: datetime) -> None:
    """End the printed codes of these residents."""
    statement = update(PrintedCodeRow).where(
        col(PrintedCodeRow.resident_id).in_(resident_ids), col(PrintedCodeRow.ended_at).is_(None)
    )
    await session.execute(statement.values(ended_at=now))
