"""Erasures: announced once when they are due, and attested once by the grantee."""

from datetime import datetime
from uuid import UUID

from chassis.outbox import publish
from chassis.signing import SigningKeys
from sqlalchemy.ext.asyncio import AsyncSession

from consent import events
from consent.commands import receipts
from consent.domain import erasures as rules
from consent.domain.consents import end_of
from consent.domain.erasures import AlreadyAttested, ConsentInForce, NothingToErase
from consent.store import erasures
from consent.tables import ArtefactRow, ErasureRow

ANNOUNCED_AT_ONCE_MAX = 500


async def announce_erasures(session: AsyncSession, *, now: datetime, limit: int = ANNOUNCED_AT_ONCE_MAX) -> int:
    """Announce what has fallen due, once a consent; returns how many, at most `limit`."""
    due = await erasures.announce_due(session, now, limit)
    for erasure in due:
        publish(session, events.erasure_due(erasure), erasure.order_id or erasure.consent_id)
    return len(due)


async def attest_erasure(
    session: AsyncSession,
    *,
    consent_id: UUID,
    grantee_id: UUID,
    by: UUID,
    method: int,
    protocol_sha256: bytes,
    keys: SigningKeys,
    now: datetime,
) -> tuple[ErasureRow, ArtefactRow]:
    """Take the grantee's word, once, that it has erased what it kept under a consent that has ended."""
    erasure, artefact = await erasures.erasure_for_update(session, consent_id, grantee_id)
    how = rules.check_attestation(method, protocol_sha256)
    if erasure is None:
        raise NothingToErase("it lets you look or compute, and keep nothing; there is nothing to attest", "consent_id")
    if erasure.attested_at is not None:
        raise AlreadyAttested("nothing is left to do: an attestation is never changed", "consent_id")
    if now < end_of(artefact.expires_at, artefact.revoked_at, artefact.ended_at):
        raise ConsentInForce("attest once it has been revoked, has expired, or its order has ended", "consent_id")
    receipts.attest(erasure, artefact, by, how, protocol_sha256, keys, now)
    publish(session, events.erasure_attested(erasure, artefact), artefact.order_id or artefact.id)
    return erasure, artefact
