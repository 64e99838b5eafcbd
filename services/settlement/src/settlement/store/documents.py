"""SQL of the key that signs documents."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from settlement.documents import keys
from settlement.documents.keys import DocumentKey
from settlement.store.locks import DOCUMENT_KEY, take

NEWEST = text("SELECT private_key, certificate FROM document_key ORDER BY created_at DESC LIMIT 1")
ADD = text(
    "INSERT INTO document_key (serial, private_key, certificate, created_at)"
    " VALUES (:serial, :private_key, :certificate, :now)"
)


async def newest_key(session: AsyncSession) -> DocumentKey | None:
    row = (await session.execute(NEWEST)).mappings().one_or_none()
    return None if row is None else DocumentKey(**row)


async def signing_key(session: AsyncSession, issuer: str, now: datetime) -> DocumentKey:
    """The newest key; the first who needs one makes it."""
    if (key := await newest_key(session)) is not None:
        return key
    await take(session, DOCUMENT_KEY)
    if (key := await newest_key(session)) is not None:
        return key
    key = keys.make(issuer, now)
    await session.execute(
        ADD,
        {
            "serial": keys.serial_number(key),
            "private_key": key.private_key,
            "certificate": key.certificate,
            "now": now,
        },
    )
    return key
