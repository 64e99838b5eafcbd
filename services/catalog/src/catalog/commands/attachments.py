"""Pictures and documents: sent and fetched by link (`chassis.links`); named by offerings and sites, and for everybody
once an operator has looked at them there. What is served of a file never changes."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from chassis import links, texts
from chassis.database import Database
from chassis.ids import new_id, parse_id
from chassis.refusals import Invalid
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1 import api_pb2 as pb

from catalog.domain import attachments as rules
from catalog.domain.attachments import LINK_LIFE, PDF, PICTURES, UNNAMED_FOR, UPLOAD_LIFE, Served
from catalog.domain.terms import TITLE_LENGTH_MAX
from catalog.events import attached_file
from catalog.store import attachments
from catalog.tables import AttachmentContentRow, AttachmentRow

REMOVE_AT_ONCE_MAX = 50
FOLDER = "attachments"


async def announce(
    session: AsyncSession, *, partner_id: UUID, request: pb.AnnounceAttachmentRequest, now: datetime
) -> tuple[AttachmentRow, str]:
    """Await a file, if the partner may have so much more; returns the path to send it to."""
    rules.check_announcement(request.media_type, request.size, request.sha256)
    held = await attachments.held(session, partner_id, now)
    rules.check_quota(held.count, held.size, request.size)
    row = AttachmentRow(
        id=new_id(),
        partner_id=partner_id,
        media_type=request.media_type,
        size=request.size,
        sha256=request.sha256,
        announced_at=now,
        link_sha256=b"",
        link_expires_at=now,
    )
    path = links.renew(row, FOLDER, now, UPLOAD_LIFE)
    session.add(row)
    return row, path


async def link(
    session: AsyncSession, *, attachment_id: UUID, partner_id: UUID | None, now: datetime
) -> tuple[AttachmentRow, str]:
    """One that was sent, and a path to fetch it from. `partner_id` limits it to that partner's own."""
    row = await attachments.for_update(session, attachment_id, partner_id)
    return row, links.renew(row, FOLDER, now, LINK_LIFE)


async def awaited(session: AsyncSession, secret: str, now: datetime) -> AttachmentRow:
    """What a link is for sending."""
    return await links.awaited(session, AttachmentRow, secret, now, "file")


async def keep(session: AsyncSession, secret: str, served: Served, now: datetime) -> None:
    """Keep what is served of the file that was sent by a link."""
    row = await awaited(session, secret, now)
    if row.uploaded_at is not None:
        return
    row.uploaded_at = row.link_expires_at = now
    row.served_sha256, row.served_size = served.sha256, len(served.content)
    row.width, row.height = served.width, served.height
    await session.flush()
    session.add(AttachmentContentRow(attachment_id=row.id, content=served.content))


async def fetch(session: AsyncSession, secret: str, now: datetime) -> tuple[AttachmentRow, bytes]:
    """What a link is for fetching."""
    row = await links.to_fetch(session, AttachmentRow, secret, now)
    return row, await attachments.content(session, row.id)


async def check_attachments(
    session: AsyncSession, manifest: pb.OfferingManifest, partner_id: UUID, city: City, now: datetime
) -> None:
    """Refuse pictures and documents that the partner has not sent, or that people could not make out; write into the
    terms what is served of them."""
    check_alts(manifest.pictures, city, "manifest.pictures")
    for index, leaflet in enumerate(manifest.leaflets):
        field = f"manifest.leaflets[{index}].title"
        leaflet.title.text.update(
            texts.localized(leaflet.title.text, city.locales, field, texts.line, TITLE_LENGTH_MAX)
        )
    await name_files(session, list(named(manifest)), "manifest.pictures", partner_id, now)


async def check_pictures(
    session: AsyncSession, pictures: Sequence[pb.Picture], partner_id: UUID, city: City, now: datetime
) -> None:
    """Refuse pictures that the partner has not sent, or that people could not make out; write into them what is served
    of them."""
    check_alts(pictures, city, "pictures")
    files = [(f"pictures[{index}].attachment_id", picture) for index, picture in enumerate(pictures)]
    await name_files(session, files, "pictures", partner_id, now)


def check_alts(pictures: Sequence[pb.Picture], city: City, at: str) -> None:
    """Refuse pictures of which is not said in each of the city's languages what is to be seen."""
    for index, picture in enumerate(pictures):
        field = f"{at}[{index}].alt"
        picture.alt.text.update(
            texts.localized(picture.alt.text, city.locales, field, texts.line, rules.ALT_LENGTH_MAX)
        )


async def name_files(
    session: AsyncSession,
    files: Sequence[tuple[str, pb.Picture | pb.Leaflet]],
    all_of: str,
    partner_id: UUID,
    now: datetime,
) -> None:
    """Keep the uploads that are named, each by its field, and write into what names them what is served of them."""
    ids = {field: parse_id(each.attachment_id, field) for field, each in files}
    if len(set(ids.values())) < len(ids):
        raise Invalid(all_of, "none may be named twice")
    rows = await attachments.name(session, partner_id, set(ids.values()), now)
    for field, each in files:
        row = rows.get(ids[field])
        if row is None:
            raise Invalid(field, "the partner has sent no such file; announce it, and send it")
        is_picture = isinstance(each, pb.Picture)
        if (row.media_type in PICTURES) != is_picture:
            raise Invalid(field, f"it is {row.media_type}: {'a leaflet' if row.media_type == PDF else 'a picture'}")
        each.attachment_id = str(row.id)
        each.file.CopyFrom(attached_file(row))


def named(manifest: pb.OfferingManifest) -> Iterator[tuple[str, pb.Picture | pb.Leaflet]]:
    """The pictures and documents that terms name, each with the field that names it."""
    for index, picture in enumerate(manifest.pictures):
        yield f"manifest.pictures[{index}].attachment_id", picture
    for index, leaflet in enumerate(manifest.leaflets):
        yield f"manifest.leaflets[{index}].attachment_id", leaflet


async def publish_attachments(
    session: AsyncSession, manifest: pb.OfferingManifest, partner_id: UUID, now: datetime
) -> None:
    """Let everybody have what terms name that were reviewed."""
    ids = {UUID(each.attachment_id) for _, each in named(manifest)}
    await attachments.publish(session, partner_id, ids, now)


async def remove_unnamed(database: Database, now: datetime) -> int:
    """Remove what was announced and never sent, or sent and named by no offering for a day; `REMOVE_AT_ONCE_MAX` at
    most. Returns how many."""
    async with database.transaction() as session:
        return await attachments.remove_unnamed(session, now, now - UNNAMED_FOR, REMOVE_AT_ONCE_MAX)
