"""Pictures and documents: links to send and fetch them by, and what everybody may have, by its hash."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from chassis import problems
from chassis.api import Call
from chassis.database import Database
from chassis.ids import parse_id
from chassis.links import Fetched, Files
from chassis.links import handlers as by_link
from chassis.refusals import NotFound
from chassis.wire import timestamp
from litestar import Response, get
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from yima.catalog.v1 import api_pb2 as pb

from catalog.api.served import Resources, api
from catalog.commands import attachments
from catalog.domain.attachments import ATTACHMENT_BYTES_MAX, PDF, AttachmentRefused, served_of
from catalog.events import attached_file
from catalog.store import attachments as store
from catalog.tables import AttachmentRow

HASH_CHARACTERS = 64
FOR_GOOD = "public, max-age=31536000, immutable"


@api.serves
async def announce_attachment(request: pb.AnnounceAttachmentRequest, call: Call[Resources]) -> pb.AttachmentLink:
    partner_id = UUID(call.principal.partner_id)
    row, path = await attachments.announce(call.session, partner_id=partner_id, request=request, now=call.now)
    return link_message(row, path)


@api.serves
async def get_attachment(request: pb.GetAttachmentRequest, call: Call[Resources]) -> pb.AttachmentLink:
    limited_to = None if call.principal.supervises else UUID(call.principal.partner_id)
    attachment_id = parse_id(request.attachment_id, "attachment_id")
    row, path = await attachments.link(call.session, attachment_id=attachment_id, partner_id=limited_to, now=call.now)
    return link_message(row, path)


def link_message(row: AttachmentRow, path: str) -> pb.AttachmentLink:
    sent = attached_file(row) if row.uploaded_at is not None else None
    return pb.AttachmentLink(attachment_id=str(row.id), path=path, expires_at=timestamp(row.link_expires_at), file=sent)


def handlers(database: Database, _resources: object) -> Sequence[BaseRouteHandler]:
    """Sending and fetching by link; and by hash."""
    one_at_a_time = asyncio.Semaphore(1)  # a picture's pixels take some memory

    async def find(secret: str) -> AttachmentRow:
        async with database.transaction() as session:
            return await attachments.awaited(session, secret, database.now())

    async def keep(row: AttachmentRow, secret: str, content: bytes) -> Mapping[str, bool]:
        async with one_at_a_time:
            served = await asyncio.to_thread(served_of, content, row.media_type, row.sha256)
        async with database.transaction() as session:
            await attachments.keep(session, secret, served, database.now())
        return {"uploaded": True}

    async def fetch(secret: str) -> Fetched:
        async with database.transaction() as session:
            row, content = await attachments.fetch(session, secret, database.now())
        return Fetched(content, row.media_type, headers_of(row.media_type, "no-store"))

    @get("/attached/{sha256:str}")
    async def published(sha256: FromPath[str]) -> Response[Any]:
        """What is or was on sale; what is not published is not there."""
        try:
            async with database.transaction() as session:
                attachment = await store.published(session, hash_of(sha256))
            if attachment is None:
                raise NotFound("there is no such picture or document")
        except Exception as error:
            return problems.answer_to(error, {}).response()
        media_type, content = attachment
        return Response(content, media_type=media_type, headers=headers_of(media_type, FOR_GOOD))

    files = Files(
        attachments.FOLDER,
        ATTACHMENT_BYTES_MAX,
        "it",
        AttachmentRefused,
        find,
        keep,
        fetch,
        statuses={AttachmentRefused: 400},
    )
    return [*by_link(files), published]


def headers_of(media_type: str, cache_control: str) -> dict[str, str]:
    """A document is saved, and not shown under our origin."""
    kept = {"cache-control": cache_control, "x-content-type-options": "nosniff"}
    return kept | ({"content-disposition": "attachment"} if media_type == PDF else {})


def hash_of(written: str) -> bytes:
    try:
        if len(written) == HASH_CHARACTERS and written == written.lower():
            return bytes.fromhex(written)
    except ValueError:
        pass
    raise NotFound("there is no such picture or document")
