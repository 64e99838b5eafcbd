"""Pictures that a partner has sent, as tests want them."""

import hashlib
import io
from typing import Any
from uuid import UUID, uuid4

from catalog.commands import attachments as commands
from catalog.domain.attachments import served_of
from catalog_scenario import NOW, stand, words
from chassis.database import Database
from PIL import Image
from yima.catalog.v1 import api_pb2 as pb

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


def photograph(kind: str = "JPEG", size: tuple[int, int] = (80, 60)) -> bytes:
    """A picture as a telephone takes it: lying on its side, with its maker and where it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = 6, "Telephone of Fountain Road"
    exif[GPS] = {1: "N", 2: (36.0, 39.0, 36.0), 3: "E", 4: (117.0, 1.0, 12.0)}
    written = io.BytesIO()
    Image.new("RGB", size, (200, 60, 40)).save(written, kind, exif=exif)
    return written.getvalue() + b"<script>alert(1)</script>"


def served(content: bytes, media_type: str) -> Any:
    return served_of(content, media_type, hashlib.sha256(content).digest())


async def announced(catalog_db: Database, partner_id: UUID, content: bytes, media_type: str) -> tuple[UUID, str]:
    request = pb.AnnounceAttachmentRequest(
        media_type=media_type, size=len(content), sha256=hashlib.sha256(content).digest()
    )
    async with catalog_db.transaction() as session:
        row, path = await commands.announce(session, partner_id=partner_id, request=request, now=NOW)
        return row.id, path.rpartition("/")[2]


async def sent(
    catalog_db: Database, partner_id: UUID, content: bytes | None = None, media_type: str = "image/jpeg"
) -> UUID:
    """A file of a partner's that was sent."""
    content = photograph() if content is None else content
    attachment_id, secret = await announced(catalog_db, partner_id, content, media_type)
    async with catalog_db.transaction() as session:
        await commands.keep(session, secret, served(content, media_type), NOW)
    return attachment_id


def shown_as(attachment_id: UUID) -> dict[str, Any]:
    return {"attachment_id": str(attachment_id), "alt": words("A red door.", "一扇红门。")}


async def seller(catalog_db: Database) -> UUID:
    partner_id = uuid4()
    await stand(catalog_db, partner_id)
    return partner_id
