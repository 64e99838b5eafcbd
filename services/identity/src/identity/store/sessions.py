"""Refresh tokens, and the sessions they continue."""

from datetime import datetime
from uuid import UUID

from chassis import rows
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from identity.tables import RefreshTokenRow, SessionRow


async def add_refresh_token(session: AsyncSession, token: RefreshTokenRow) -> None:
    await session.flush()  # the session it is of
    await rows.insert(session, [token])


async def session_for_update(session: AsyncSession, session_id: UUID) -> SessionRow | None:
    """A session that goes on, locked; None where it has ended."""
    row = await session.get(SessionRow, session_id, with_for_update=True)
    return None if row is None or row.ended_at is not None else row


async def refreshed_session(session: AsyncSession, token_sha256: bytes) -> tuple[SessionRow, RefreshTokenRow] | None:
    """The session that a refresh token was given for, locked, and the token as it is under that lock."""
    session_id = await session.scalar(select(RefreshTokenRow.session_id).where(RefreshTokenRow.sha256 == token_sha256))
    if session_id is None:
        return None
    continued = await session.get(SessionRow, session_id, with_for_update=True)
    token = await session.get(RefreshTokenRow, token_sha256)
    return None if continued is None or token is None else (continued, token)


async def follower_unused(session: AsyncSession, token_sha256: bytes) -> bool:
    """Is the session's newest token, which nobody has used, one that was given for this token?"""
    unused = await session.scalar(
        select(RefreshTokenRow.sha256).where(
            RefreshTokenRow.follows == token_sha256,
            col(RefreshTokenRow.used_at).is_(None),
            col(RefreshTokenRow.replaced_at).is_(None),
        )
    )
    return unused is not None


async def use_refresh_token(session: AsyncSession, token_sha256: bytes, now: datetime) -> None:
    """The token has been exchanged."""
    await session.execute(
        update(RefreshTokenRow)
        .where(col(RefreshTokenRow.sha256) == token_sha256, col(RefreshTokenRow.used_at).is_(None))
        .values(used_at=now)
    )


async def replace_unused(session: AsyncSession, session_id: UUID, now: datetime) -> None:
    """The session's unused token is good no longer: another is given in its place."""
    await session.execute(
        update(RefreshTokenRow)
        .where(
            col(RefreshTokenRow.session_id) == session_id,
            col(RefreshTokenRow.used_at).is_(None),
            col(RefreshTokenRow.replaced_at).is_(None),
        )
        .values(replaced_at=now)
    )
