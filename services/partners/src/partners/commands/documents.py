"""Documents that partners send as evidence: announced through the contract, then sent and fetched as they are, by link.

A link holds 32 random bytes, of which only the hash is kept; it lasts some minutes, and one for sending works once. An
uploaded document never changes.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from chassis.database import Database
from chassis.ids import new_id
from chassis.refusals import NotFound
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
SENT_AGAIN_WITHIN = timedelta(minutes=15)  # after a lost answer, the same document by the same link


def fresh_link(row: DocumentRow, now: datetime, life: timedelta) -> str:
    """A new link, in place of the one before it."""
    secret = secrets.token_urlsafe(32)
    row.link_sha256, row.link_expires_at = digest(secret), now + life
    return f"/documents/{secret}"


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


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
    path = fresh_link(row, now, UPLOAD_LIFE)
    session.add(row)
    return row, path


async def link(
    session: AsyncSession, *, document_id: UUID, partner_id: UUID | None, now: datetime
) -> tuple[DocumentRow, str]:
    """An uploaded document and a path to fetch it from. `partner_id` limits it to that partner's own."""
    row = await documents.document_for_update(session, document_id, partner_id)
    if partner_id is None and row.named_at is None:
        row.named_at = now  # an operator has opened it: it is a part of what was looked at, and stays
    return row, fresh_link(row, now, LINK_LIFE)


async def keep(session: AsyncSession, secret: str, content: bytes, now: datetime) -> None:
    """Store what was sent by a link, if it is the document that was announced."""
    row = await document_to_send(session, secret, now)
    check_document(content, row.media_type, row.size, row.sha256)
    if row.uploaded_at is not None:
        return
    row.uploaded_at = row.link_expires_at = now
    session.add(DocumentContentRow(document_id=row.id, content=content))


async def document_to_send(session: AsyncSession, secret: str, now: datetime) -> DocumentRow:
    """The document that a link is for sending, or was sent by it just now: whoever lost the answer sends it again."""
    row = await documents.document_by_link(session, digest(secret), now)
    if row is not None and row.uploaded_at is not None:
        row = None  # a link to fetch it
    row = row or await documents.document_sent_by(session, digest(secret), now - SENT_AGAIN_WITHIN)
    if row is None:
        raise NotFound("the link has expired, or was used; announce the document again")
    return row


async def fetch(session: AsyncSession, secret: str, now: datetime) -> tuple[DocumentRow, bytes]:
    """The document that a link is for, and what it holds."""
    row = await documents.document_by_link(session, digest(secret), now)
    if row is None or row.uploaded_at is None:
        raise NotFound("the link has expired; ask for another")
    return row, await documents.content_of(session, row.id)


async def remove_unnamed(database: Database, now: datetime) -> int:
    """Remove documents that were announced and never sent, or sent and named by no application for a day;
    `REMOVE_AT_ONCE_MAX` at most. Returns how many."""
    async with database.transaction() as session:
        return await documents.remove_unnamed(session, now, now - UNNAMED_FOR, REMOVE_AT_ONCE_MAX)
