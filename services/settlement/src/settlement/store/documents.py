"""SQL of the keys that sign documents: enciphered where they are kept, the newest signs, all are published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.sealing import Sealer
from chassis.signing import KeyStore, UnknownKey
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from settlement.documents import keys
from settlement.documents.keys import DocumentKey
from settlement.store.locks import DOCUMENT_KEY, take

EVERY = text(
    "SELECT serial AS kid, private_key, certificate, created_at AS signs_from, withdrawn_at FROM document_key"
    " ORDER BY created_at DESC, serial DESC"
)
NEWEST = text(
    "SELECT serial, private_key, certificate FROM document_key WHERE withdrawn_at IS NULL"
    " ORDER BY created_at DESC, serial DESC LIMIT 1"
)
ADD = text(
    "INSERT INTO document_key (serial, private_key, certificate, created_at)"
    " VALUES (:serial, :private_key, :certificate, :now)"
)
SEAL = text("UPDATE document_key SET private_key = :private_key WHERE serial = :serial")
WITHDRAW = text(
    "UPDATE document_key SET withdrawn_at = :now, withdrawn_because = :reason"
    " WHERE serial = :serial AND withdrawn_at IS NULL RETURNING certificate"
)
PLAIN = b"\x30"  # what an earlier release kept as it is: a sequence in DER


@dataclass(frozen=True, slots=True)
class PublishedCertificate:
    """A certificate that documents are verified with."""

    certificate: bytes
    withdrawn: bool  # nothing that its key signed is genuine any more


async def newest_key(session: AsyncSession, sealer: Sealer) -> DocumentKey | None:
    row = (await session.execute(NEWEST)).one_or_none()
    return None if row is None else DocumentKey(raw_key(row.serial, row.private_key, sealer), row.certificate)


async def signing_key(session: AsyncSession, sealer: Sealer, issuer: str, now: datetime) -> DocumentKey:
    """The newest key; the first who needs one makes it."""
    if (key := await newest_key(session, sealer)) is not None:
        return key
    await take(session, DOCUMENT_KEY)
    if (key := await newest_key(session, sealer)) is not None:
        return key
    return await add(session, sealer, issuer, now)


async def load(session: AsyncSession, sealer: Sealer, issuer: str, now: datetime) -> None:
    """Have a key that signs. What an earlier release kept as it is, or what is enciphered with an older key-encryption
    key, is enciphered with the one in use."""
    await take(session, DOCUMENT_KEY)
    for row in (await session.execute(EVERY)).all():
        if not sealer.is_current(row.private_key):
            sealed = sealer.seal(raw_key(row.kid, row.private_key, sealer), about(row.kid))
            await session.execute(SEAL, {"serial": row.kid, "private_key": sealed})
    await signing_key(session, sealer, issuer, now)


async def certificates(session: AsyncSession) -> Sequence[PublishedCertificate]:
    """All that there were, newest first."""
    rows = (await session.execute(EVERY)).all()
    return [PublishedCertificate(row.certificate, row.withdrawn_at is not None) for row in rows]


async def rotate(session: AsyncSession, sealer: Sealer, now: datetime) -> str:
    """Make another key, which signs from now on; what those before it signed stays genuine. Returns its number."""
    await take(session, DOCUMENT_KEY)
    newest = (await session.execute(EVERY)).first()
    if newest is None:
        raise UnknownKey("there is no key yet; the service makes the first when it starts")
    return keys.serial_number(await add(session, sealer, keys.issuer(newest.certificate), now))


async def withdraw(session: AsyncSession, sealer: Sealer, serial: str, reason: str, now: datetime) -> str:
    """Withdraw a key that somebody else has got; another signs at once, and its serial number is returned."""
    await take(session, DOCUMENT_KEY)
    certificate = await session.scalar(WITHDRAW, {"serial": serial, "reason": reason, "now": now})
    if certificate is None:
        raise UnknownKey(f"no key {serial} is in force")
    return keys.serial_number(await add(session, sealer, keys.issuer(certificate), now))


KEYS = KeyStore(EVERY, rotate, withdraw)


async def add(session: AsyncSession, sealer: Sealer, issuer: str, now: datetime) -> DocumentKey:
    key = keys.make(issuer, now)
    serial = keys.serial_number(key)
    sealed = sealer.seal(key.private_key, about(serial))
    await session.execute(ADD, {"serial": serial, "private_key": sealed, "certificate": key.certificate, "now": now})
    return key


def raw_key(serial: str, kept: bytes, sealer: Sealer) -> bytes:
    return bytes(kept) if kept.startswith(PLAIN) else sealer.unseal(kept, about(serial))


def about(serial: str) -> str:
    return f"document key {serial}"
