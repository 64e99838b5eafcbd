"""What residents let apps see, and the codes it is fetched with."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from identity.tables import AppGrantRow


async def grant_of_code(session: AsyncSession, code_sha256: bytes) -> AppGrantRow | None:
    """What a code is for, locked: of two who send it, one is first."""
    query = select(AppGrantRow).where(AppGrantRow.code_sha256 == code_sha256).with_for_update()
    return (await session.scalars(query)).one_or_none()


async def grant_of_session(session: AsyncSession, session_id: UUID) -> AppGrantRow | None:
    return (await session.scalars(select(AppGrantRow).where(AppGrantRow.session_id == session_id))).one_or_none()


async def end_of_consents(session: AsyncSession, consent_ids: Sequence[UUID]) -> Sequence[UUID]:
    """End what these consents let apps see. Returns the sessions it was seen by."""
    statement = (
        update(AppGrantRow)
        .where(col(AppGrantRow.consent_id).in_(consent_ids), col(AppGrantRow.ended_at).is_(None))
        .values(ended_at=func.now())
        .returning(col(AppGrantRow.session_id))
    )
    return [session_id for session_id in await session.scalars(statement) if session_id is not None]
