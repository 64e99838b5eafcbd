"""Documents that partners send as evidence, by link (`chassis.links`). An uploaded document never changes."""

from datetime import datetime
from uuid import UUID

from chassis import links
from chassis.database import Database
from chassis.ids import new_id
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1 import api_pb2 as pb

from partners.domain.documents import (
    LINK_LIFE,
    UNNAMED_FOR,
    UPLOAD_LIFE,
    check_announcement,
    check_document,
    check_quota,
)
from partners.store import documents, partners
from partners.tables import DocumentContentRow, DocumentRow

REMOVE_AT_ONCE_MAX = 50
FOLDER = "documents"


async def announce(
    session: AsyncSession, *, partner_id: UUID, request: pb.RequestUploadRequest, now: datetime
) -> tuple[DocumentRow, str]:
    """Await a document, if the partner may hand in so much more; returns the path to send it to."""
    check_announcement(request.media_type, request.size, request.sha256)
    standing = await partners.standing(session, partner_id)
    stored = await documents.handed_in(session, partner_id, now)
    check_quota(standing.status if standing else None, stored.documents, stored.size, request.size)
    row = DocumentRow(
        id=new_id(), partner_id=partner_id, media_type=request.media_type, size=request.size, sha256=request.sha256,
        announced_at=now, link_sha256=b"", link_expires_at=now,
    )  # fmt: skip
    path = links.renew(row, FOLDER, now, UPLOAD_LIFE)
    session.add(row)
    return row, path


async def link(
    session: AsyncSession, *, document_id: UUID, partner_id: UUID | None, now: datetime
) -> tuple[DocumentRow, str]:
    """An uploaded document and a path to fetch it from. `partner_id` limits it to that partner's own."""
    row = await documents.document_for_update(session, document_id, partner_id)
    if partner_id is None and row.named_at is None:
        row.named_at = now  # an operator has opened it: it is a part of what was looked at, and stays
    return row, links.renew(row, FOLDER, now, LINK_LIFE)


async def keep(session: AsyncSession, secret: str, content: bytes, now: datetime) -> None:
    """Store what was sent by a link, if it is the document that was announced."""
    row = await document_to_send(session, secret, now)
    check_document(content, row.media_type, row.size, row.sha256)
    if row.uploaded_at is not None:
        return
    row.uploaded_at = row.link_expires_at = now
    session.add(DocumentContentRow(document_id=row.id, content=content))


async def document_to_send(session: AsyncSession, secret: str, now: datetime) -> DocumentRow:
    """The document that a link is for sending."""
    return await links.awaited(session, DocumentRow, secret, now, "document")


async def fetch(session: AsyncSession, secret: str, now: datetime) -> tuple[DocumentRow, bytes]:
    """The document that a link is for, and what it holds."""
    row = await links.to_fetch(session, DocumentRow, secret, now)
    return row, await documents.content_of(session, row.id)


async def remove_unnamed(database: Database, now: datetime) -> int:
    """Remove documents that were announced and never sent, or sent and named by no application for a day;
    `REMOVE_AT_ONCE_MAX` at most. Returns how many."""
    async with database.transaction() as session:
        return await documents.remove_unnamed(session, now, now - UNNAMED_FOR, REMOVE_AT_ONCE_MAX)
