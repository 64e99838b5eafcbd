"""Documents and what they hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.refusals import NotFound
from chassis.rows import lock_count
from sqlalchemy import and_, delete, func, or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from partners.tables import (
    DocumentContentRow,
    DocumentRow,
)


async def document_for_update(session: AsyncSession, document_id: UUID, partner_id: UUID | None) -> DocumentRow:
    """An uploaded document, locked; of this partner, where one is given."""
    query = select(DocumentRow).where(DocumentRow.id == document_id, col(DocumentRow.uploaded_at).is_not(None))
    if partner_id is not None:
        query = query.where(DocumentRow.partner_id == partner_id)
    row = (await session.scalars(query.with_for_update())).one_or_none()
    if row is None:
        raise NotFound("there is no such document", "document_id")
    return row


@dataclass(frozen=True, slots=True)
class HandIn:
    """How much a partner has handed in: documents, and their bytes."""

    documents: int
    size: int


async def handed_in(session: AsyncSession, partner_id: UUID, now: datetime) -> HandIn:
    """How many documents a partner has sent or may still send, and their bytes. Nobody counts the same partner's before
    this transaction ends."""
    await lock_count(session, "documents", partner_id)
    query = select(func.count().label("documents"), func.coalesce(func.sum(DocumentRow.size), 0).label("size")).where(
        DocumentRow.partner_id == partner_id,
        or_(col(DocumentRow.uploaded_at).is_not(None), col(DocumentRow.link_expires_at) > now),
    )
    row = (await session.execute(query)).one()
    return HandIn(int(row.documents), int(row.size))


async def name_documents(session: AsyncSession, partner_id: UUID, ids: Sequence[UUID], now: datetime) -> set[UUID]:
    """Note that an application names these documents. Returns those that the partner has sent."""
    sent = await session.scalars(
        update(DocumentRow)
        .where(
            col(DocumentRow.partner_id) == partner_id,
            col(DocumentRow.id).in_(ids),
            col(DocumentRow.uploaded_at).is_not(None),
        )
        .values(named_at=func.coalesce(DocumentRow.named_at, now))
        .returning(col(DocumentRow.id))
    )
    return set(sent.all())


async def remove_unnamed(session: AsyncSession, now: datetime, sent_before: datetime, most: int) -> int:
    """Remove documents that nobody named and were sent before, or that cannot be sent any more. Returns how many."""
    ended = or_(
        col(DocumentRow.uploaded_at) < sent_before,
        and_(col(DocumentRow.uploaded_at).is_(None), col(DocumentRow.link_expires_at) < now),
    )
    query = select(DocumentRow.id).where(col(DocumentRow.named_at).is_(None), ended)
    query = query.order_by(col(DocumentRow.announced_at)).limit(most).with_for_update(skip_locked=True)
    ids = (await session.scalars(query)).all()
    if ids:
        await session.execute(delete(DocumentContentRow).where(col(DocumentContentRow.document_id).in_(ids)))
        await session.execute(delete(DocumentRow).where(col(DocumentRow.id).in_(ids)))
    return len(ids)


async def content_of(session: AsyncSession, document_id: UUID) -> bytes:
    query = select(DocumentContentRow.content).where(DocumentContentRow.document_id == document_id)
    return (await session.scalars(query)).one()
