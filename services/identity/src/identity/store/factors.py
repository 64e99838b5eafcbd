"""Second factors and recovery codes."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis import rows
from sqlalchemy import delete, func, literal, or_, update
from sqlalchemy import select as sql_select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from identity.tables import PasskeyRow, RecoveryCodeRow, SecondFactorRow


async def factor_for_update(session: AsyncSession, subject_id: UUID) -> SecondFactorRow | None:
    """An account's second factor, confirmed or not, locked."""
    return await session.get(SecondFactorRow, subject_id, with_for_update=True)


async def has_factor(session: AsyncSession, subject_id: UUID) -> bool:
    """Has an account a second factor: an authenticator that is confirmed, or a passkey?"""
    authenticator = select(SecondFactorRow.subject_id).where(
        SecondFactorRow.subject_id == subject_id, col(SecondFactorRow.confirmed_at).is_not(None)
    )
    passkey = select(PasskeyRow.id).where(PasskeyRow.subject_id == subject_id)
    return bool(await session.scalar(sql_select(or_(authenticator.exists(), passkey.exists()))))


async def factors_to_seal(session: AsyncSession, head: bytes, most: int) -> Sequence[SecondFactorRow]:
    """Some secrets that are not enciphered with the key in use, of which that is the head; locked."""
    begins = func.substring(col(SecondFactorRow.secret), 1, len(head))
    query = select(SecondFactorRow).where(begins != literal(head)).limit(most)
    return (await session.scalars(query.with_for_update(skip_locked=True))).all()


async def has_recovery_codes(session: AsyncSession, subject_id: UUID) -> bool:
    """Were recovery codes given to an account, used or not?"""
    known = select(RecoveryCodeRow.sha256).where(RecoveryCodeRow.subject_id == subject_id).limit(1)
    return await session.scalar(known) is not None


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


async def delete_authenticator(session: AsyncSession, subject_id: UUID, *, confirmed_too: bool = True) -> bool:
    """Delete an account's authenticator. Returns whether there was one."""
    statement = delete(SecondFactorRow).where(col(SecondFactorRow.subject_id) == subject_id)
    if not confirmed_too:
        statement = statement.where(col(SecondFactorRow.confirmed_at).is_(None))
    return (await session.execute(statement.returning(col(SecondFactorRow.subject_id)))).first() is not None


async def delete_recovery_codes(session: AsyncSession, subject_id: UUID) -> None:
    await session.execute(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.subject_id) == subject_id))
