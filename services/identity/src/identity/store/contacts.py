"""Contacts, the codes that confirm them, and messages to be sent."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from identity.domain.contacts import CODE_TRIES_MAX, Purpose
from identity.tables import ContactCodeRow, ContactRow, MessageRow


async def contacts_of(session: AsyncSession, subject_id: UUID) -> Sequence[ContactRow]:
    query = select(ContactRow).where(ContactRow.subject_id == subject_id).order_by(col(ContactRow.confirmed_at))
    return (await session.scalars(query)).all()


async def put_contact(session: AsyncSession, subject_id: UUID, address: str, now: datetime) -> ContactRow:
    """A confirmed contact; one that was confirmed before stays as it is."""
    values = {"subject_id": subject_id, "address": address, "confirmed_at": now}
    await session.execute(upsert(ContactRow).values(values).on_conflict_do_nothing())
    return await session.get_one(ContactRow, (subject_id, address))


async def add_code(session: AsyncSession, code: ContactCodeRow) -> bool:
    """Keep a code whose id another service chose. False where there is one of this id."""
    values = code.model_dump(include={"id", "purpose", "address", "subject_id", "expires_at"})
    added = upsert(ContactCodeRow).values(values).on_conflict_do_nothing().returning(col(ContactCodeRow.id))
    return await session.scalar(added) is not None


async def try_code(session: AsyncSession, code_id: UUID, purpose: Purpose, now: datetime) -> ContactCodeRow | None:
    """Count a try at a code; None where there is no such code, or nothing is left to try. Tries at once are counted
    one after the other, by the row's lock."""
    tried = await session.scalars(
        update(ContactCodeRow)
        .where(
            col(ContactCodeRow.id) == code_id,
            col(ContactCodeRow.purpose) == purpose,
            col(ContactCodeRow.code_mac).is_not(None),
            col(ContactCodeRow.used_at).is_(None),
            col(ContactCodeRow.expires_at) > now,
            col(ContactCodeRow.tries) < CODE_TRIES_MAX,
        )
        .values(tries=ContactCodeRow.tries + 1)
        .returning(ContactCodeRow)
    )
    return tried.one_or_none()


async def unsent_messages(session: AsyncSession, most: int) -> Sequence[MessageRow]:
    """Messages to be sent, the oldest first, locked. What another process has locked is left to it."""
    query = select(MessageRow).where(col(MessageRow.sent_at).is_(None)).order_by(col(MessageRow.id)).limit(most)
    return (await session.scalars(query.with_for_update(skip_locked=True))).all()


async def code_for_update(session: AsyncSession, code_id: UUID) -> ContactCodeRow | None:
    return await session.get(ContactCodeRow, code_id, with_for_update=True)


async def count_contacts(session: AsyncSession, subject_id: UUID) -> int:
    count = await session.scalar(
        select(func.count()).select_from(ContactRow).where(ContactRow.subject_id == subject_id)
    )
    return int(count or 0)
