"""Documents partners send as evidence: announced through the contract, then sent and fetched as they are, by link.

A link holds 32 random bytes, of which only the hash is kept; it lasts some minutes, and one for sending works once. An
uploaded document never changes.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from chassis import problems
from chassis.bodies import read_body
from chassis.database import Database
from chassis.ids import new_id
from chassis.refusals import NotFound, TooLarge
from litestar import Request, Response, get, head, put
from litestar.handlers import BaseRouteHandler
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1 import api_pb2 as pb

from partners import domain, store
from partners.domain import DocumentRefused
from partners.tables import DocumentContentRow, DocumentRow

REMOVED_MAX = 50  # at once


def fresh_link(row: DocumentRow, now: datetime, life: timedelta) -> str:
    """A new link, in place of the one before it."""
    secret = secrets.token_urlsafe(32)
    row.link_sha256, row.link_expires_at = digest(secret), now + life
    return f"/documents/{secret}"


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


async def announce(
    session: AsyncSession, *, partner_id: UUID, asked: pb.RequestUploadRequest, now: datetime
) -> tuple[DocumentRow, str]:
    """Await a document, if the partner may hand in so much more; returns the path to send it to."""
    domain.announced(asked.media_type, asked.size, asked.sha256)
    standing = await store.standing(session, partner_id)
    count, size = await store.handed_in(session, partner_id, now)
    domain.check_quota(standing[0] if standing else None, count, size, asked.size)
    row = DocumentRow(
        id=new_id(), partner_id=partner_id, media_type=asked.media_type, size=asked.size, sha256=asked.sha256,
        announced_at=now, link_sha256=b"", link_expires_at=now,
    )  # fmt: skip
    path = fresh_link(row, now, domain.UPLOAD_LIFE)
    session.add(row)
    return row, path


async def link(
    session: AsyncSession, *, document_id: UUID, partner_id: UUID | None, now: datetime
) -> tuple[DocumentRow, str]:
    """An uploaded document and a path to fetch it from. `partner_id` limits it to that partner's own."""
    row = await store.document(session, document_id, partner_id)
    if partner_id is None and row.named_at is None:
        row.named_at = now  # an operator has opened it: it is a part of what was looked at, and stays
    return row, fresh_link(row, now, domain.LINK_LIFE)


async def keep(session: AsyncSession, secret: str, content: bytes, now: datetime) -> None:
    row = await awaited(session, secret, now)
    domain.check_document(content, row.media_type, row.size, row.sha256)
    row.uploaded_at = row.link_expires_at = now
    session.add(DocumentContentRow(document_id=row.id, content=content))


async def awaited(session: AsyncSession, secret: str, now: datetime) -> DocumentRow:
    """The document that a link is for sending."""
    row = await store.document_by_link(session, digest(secret), now)
    if row is None or row.uploaded_at is not None:
        raise NotFound("the link has expired, or was used; announce the document again")
    return row


async def remove_unnamed(database: Database, now: datetime) -> int:
    """Remove documents that were announced and never sent, or sent and named by no application for a day; `REMOVED_MAX`
    at most. Says of how many."""
    async with database.transaction() as session:
        return await store.remove_unnamed(session, now, now - domain.UNNAMED_FOR, REMOVED_MAX)


def handlers(database: Database, _resources: object) -> Sequence[BaseRouteHandler]:
    """Sending and fetching by link."""

    @head("/documents/{secret:str}")
    async def ask(secret: str) -> Response[None]:
        """Is a document awaited by this link? Asked before it is sent."""
        try:
            async with database.transaction() as session:
                await awaited(session, secret, datetime.now(UTC))
        except Exception as error:
            return Response(None, status_code=problems.answer_to(error, {}).status)
        return Response(None, status_code=200)

    @put("/documents/{secret:str}", request_max_body_size=domain.DOCUMENT_BYTES_MAX)
    async def send(secret: str, request: Request[Any, Any, Any]) -> Response[Any]:
        try:
            async with database.transaction() as session:
                size = (await awaited(session, secret, datetime.now(UTC))).size
            try:
                content = await read_body(request.receive, size)
            except TooLarge:
                raise DocumentRefused("", f"the document is longer than the {size} bytes that were announced") from None
            async with database.transaction() as session:
                await keep(session, secret, content, datetime.now(UTC))
        except Exception as error:
            return problems.answer_to(error, {DocumentRefused: 400}).response()
        return Response({"uploaded": True})

    @get("/documents/{secret:str}")
    async def fetch(secret: str) -> Response[Any]:
        try:
            async with database.transaction() as session:
                row = await store.document_by_link(session, digest(secret), datetime.now(UTC))
                if row is None or row.uploaded_at is None:
                    raise NotFound("the link has expired; ask for another")
                content = await store.content(session, row.id)
        except Exception as error:
            return problems.answer_to(error, {}).response()
        headers = {
            "content-disposition": f'attachment; filename="{row.id}"',
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
        }
        return Response(content, media_type=row.media_type, headers=headers)

    return [ask, send, fetch]
