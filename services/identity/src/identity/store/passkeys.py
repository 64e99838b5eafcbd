"""Passkeys, and what authenticators are asked with."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis import rows
from chassis.refusals import NotFound
from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from identity.domain.passkeys import PasskeyKnown, Purpose
from identity.tables import CeremonyRow, PasskeyRow

FRESH = {"populate_existing": True}  # as it is under the lock, not as it was read before


async def add_ceremony(session: AsyncSession, ceremony: CeremonyRow) -> None:
    await rows.insert(session, [ceremony])


async def take_ceremony(
    session: AsyncSession, ceremony_id: UUID, purposes: Sequence[Purpose], now: datetime
) -> CeremonyRow | None:
    """What was asked, for the one caller who is first with an answer: nobody gets it again."""
    deleted = await session.scalars(
        delete(CeremonyRow)
        .where(col(CeremonyRow.id) == ceremony_id, col(CeremonyRow.purpose).in_(purposes))
        .returning(CeremonyRow)
    )
    ceremony = deleted.one_or_none()
    return None if ceremony is None or ceremony.expires_at <= now else ceremony


async def add_passkey(session: AsyncSession, passkey: PasskeyRow) -> None:
    """Add a passkey, unless somebody has this credential: an authenticator makes each but once."""
    added = await session.execute(
        upsert(PasskeyRow)
        .values(passkey.model_dump())
        .on_conflict_do_nothing(index_elements=["credential_id"])
        .returning(col(PasskeyRow.id))
    )
    if added.first() is None:
        raise PasskeyKnown("use it to sign in, or take another authenticator", "credential")


async def passkeys_of(session: AsyncSession, subject_id: UUID) -> Sequence[PasskeyRow]:
    """Somebody's passkeys, the oldest first."""
    query = select(PasskeyRow).where(PasskeyRow.subject_id == subject_id)
    return (await session.scalars(query.order_by(col(PasskeyRow.created_at), col(PasskeyRow.id)))).all()


async def count_passkeys(session: AsyncSession, subject_id: UUID) -> int:
    query = select(func.count()).select_from(PasskeyRow).where(col(PasskeyRow.subject_id) == subject_id)
    return int(await session.scalar(query) or 0)


async def passkey_for_update(session: AsyncSession, subject_id: UUID, passkey_id: UUID) -> PasskeyRow:
    """Somebody's own passkey, locked. Others' are answered as if there were none."""
    query = select(PasskeyRow).where(PasskeyRow.id == passkey_id, PasskeyRow.subject_id == subject_id)
    passkey = (await session.scalars(query.with_for_update(), execution_options=FRESH)).one_or_none()
    if passkey is None:
        raise NotFound("you have no such passkey", "passkey_id")
    return passkey


async def passkey_with(session: AsyncSession, credential_id: bytes) -> PasskeyRow | None:
    """The passkey of a credential. Whoever uses it locks its account first, and then looks at it once more."""
    return (await session.scalars(select(PasskeyRow).where(PasskeyRow.credential_id == credential_id))).one_or_none()


async def delete_passkeys(session: AsyncSession, subject_id: UUID) -> int:
    """Delete all of somebody's passkeys. Returns how many there were."""
    deleted = await session.scalars(
        delete(PasskeyRow).where(col(PasskeyRow.subject_id) == subject_id).returning(col(PasskeyRow.id))
    )
    return len(deleted.all())
