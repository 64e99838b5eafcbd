"""Pictures and documents of offerings."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.refusals import NotFound
from chassis.rows import lock_count
from sqlalchemy import and_, delete, func, or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from catalog.tables import AttachmentContentRow, AttachmentRow


@dataclass(frozen=True, slots=True)
class Held:
    """How many a partner has sent or may still send, and their bytes."""

    count: int
    size: int


async def held(session: AsyncSession, partner_id: UUID, now: datetime) -> Held:
    """Nobody counts the same partner's before this transaction ends."""
    await lock_count(session, "attachments", partner_id)
    query = select(func.count().label("files"), func.coalesce(func.sum(AttachmentRow.size), 0).label("size")).where(
        AttachmentRow.partner_id == partner_id,
        or_(col(AttachmentRow.uploaded_at).is_not(None), col(AttachmentRow.link_expires_at) > now),
    )
    row = (await session.execute(query)).one()
    return Held(int(row.files), int(row.size))


async def for_update(session: AsyncSession, attachment_id: UUID, partner_id: UUID | None) -> AttachmentRow:
    """One that was sent, locked; of this partner, where one is given."""
    query = select(AttachmentRow).where(AttachmentRow.id == attachment_id, col(AttachmentRow.uploaded_at).is_not(None))
    if partner_id is not None:
        query = query.where(AttachmentRow.partner_id == partner_id)
    row = (await session.scalars(query.with_for_update())).one_or_none()
    if row is None:
        raise NotFound("there is no such picture or document", "attachment_id")
    return row


async def name(
    session: AsyncSession, partner_id: UUID, ids: Collection[UUID], now: datetime
) -> Mapping[UUID, AttachmentRow]:
    """Note that an offering names these; returns those that the partner has sent."""
    if not ids:
        return {}
    rows = await session.scalars(
        update(AttachmentRow)
        .where(
            col(AttachmentRow.partner_id) == partner_id,
            col(AttachmentRow.id).in_(ids),
            col(AttachmentRow.uploaded_at).is_not(None),
        )
        .values(named_at=func.coalesce(AttachmentRow.named_at, now))
        .returning(AttachmentRow)
    )
    return {row.id: row for row in rows}


async def publish(session: AsyncSession, partner_id: UUID, ids: Collection[UUID], now: datetime) -> None:
    """Let everybody have these from now on."""
    if ids:
        await session.execute(
            update(AttachmentRow)
            .where(
                col(AttachmentRow.partner_id) == partner_id,
                col(AttachmentRow.id).in_(ids),
                col(AttachmentRow.published_at).is_(None),
            )
            .values(published_at=now)
        )


async def published(session: AsyncSession, sha256: bytes) -> tuple[str, bytes] | None:
    """The media type and bytes of what is or was on sale, by the hash of what is served."""
    query = (
        select(AttachmentRow.media_type, AttachmentContentRow.content)
        .join(AttachmentContentRow, col(AttachmentContentRow.attachment_id) == col(AttachmentRow.id))
        .where(AttachmentRow.served_sha256 == sha256, col(AttachmentRow.published_at).is_not(None))
        .limit(1)
    )
    row = (await session.execute(query)).first()
    return None if row is None else (row.media_type, row.content)


async def content(session: AsyncSession, attachment_id: UUID) -> bytes:
    query = select(AttachmentContentRow.content).where(AttachmentContentRow.attachment_id == attachment_id)
    return (await session.scalars(query)).one()


async def remove_unnamed(session: AsyncSession, now: datetime, sent_before: datetime, most: int) -> int:
    """Remove what no offering named and was sent before, or cannot be sent any more. Returns how many."""
    ended = or_(
        col(AttachmentRow.uploaded_at) < sent_before,
        and_(col(AttachmentRow.uploaded_at).is_(None), col(AttachmentRow.link_expires_at) < now),
    )
    query = select(AttachmentRow.id).where(col(AttachmentRow.named_at).is_(None), ended)
    query = query.order_by(col(AttachmentRow.announced_at)).limit(most).with_for_update(skip_locked=True)
    ids: Sequence[UUID] = (await session.scalars(query)).all()
    if ids:
        await session.execute(delete(AttachmentContentRow).where(col(AttachmentContentRow.attachment_id).in_(ids)))
        await session.execute(delete(AttachmentRow).where(col(AttachmentRow.id).in_(ids)))
    return len(ids)
