"""Second factors and recovery codes."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis import rows
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from identity.tables import RecoveryCodeRow, SecondFactorRow


async def factor_for_update(session: AsyncSession, subject_id: UUID) -> SecondFactorRow | None:
    """An account's second factor, confirmed or not, locked."""
    return await session.get(SecondFactorRow, subject_id, with_for_update=True)


async def use_recovery_code(session: AsyncSession, subject_id: UUID, sha256: bytes, now: datetime) -> bool:
    """Use a recovery code: True for the one caller who is first."""
    used = await session.execute(
        update(RecoveryCodeRow)
        .where(
            col(RecoveryCodeRow.sha256) == sha256,
            col(RecoveryCodeRow.subject_id) == subject_id,
            col(RecoveryCodeRow.used_at).is_(None),
        )
        .values(used_at=now)
        .returning(col(RecoveryCodeRow.sha256))
    )
    return used.first() is not None


async def add_recovery_codes(session: AsyncSession, subject_id: UUID, hashes: Sequence[bytes]) -> None:
    await rows.insert(session, [RecoveryCodeRow(sha256=sha256, subject_id=subject_id) for sha256 in hashes])


async def delete_factor(session: AsyncSession, subject_id: UUID) -> bool:
    """Delete an account's second factor and its recovery codes. Returns whether there was one."""
    await session.execute(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.subject_id) == subject_id))
    deleted = await session.execute(
        delete(SecondFactorRow)
        .where(col(SecondFactorRow.subject_id) == subject_id)
        .returning(col(SecondFactorRow.subject_id))
    )
    return deleted.first() is not None
