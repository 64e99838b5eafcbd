"""What changes about consent, one function a change. None commits. (Deciding is batched: see `deciding.py`.)"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.outbox import publish
from chassis.refusals import Invalid, NotFound
from chassis.signing import SigningKeys
from sqlalchemy.ext.asyncio import AsyncSession
from yima.consent.v1 import events_pb2 as told

from consent import artefacts, domain, events, store
from consent.domain import (
    AGREEMENT_KEPT_FOR,
    AGREEMENTS_MAX,
    AlreadyAttested,
    AlreadyEnded,
    AlreadyRevoked,
    ConsentInForce,
    NothingToErase,
    Status,
    TooManyAgreements,
)
from consent.tables import AgreementRow, ArtefactRow, ErasureRow, RequestRow

CHUNK_MAX = 5_000
ANNOUNCED_AT_ONCE_MAX = 500


async def grant_consent(
    session: AsyncSession,
    *,
    request_id: UUID,
    residents: Mapping[UUID, datetime | None],
    by: UUID,
    keys: SigningKeys,
    now: datetime,
) -> ArtefactRow:
    """Grant a request of one of these residents; until when the caller acts for each is said with them."""
    request = await store.request_for_update(session, request_id, list(residents))
    await check_acts(session, request.resident_id, by)
    return await grant(session, request, by, keys, now, residents[request.resident_id])


async def check_acts(session: AsyncSession, resident_id: UUID, by: UUID) -> None:
    """Refuse the word of a guardian whose guardianship has ended; one that ends now waits until we have committed."""
    if resident_id == by:
        return
    await store.lock_guardians_of(session, [resident_id])
    if await store.acts_no_longer(session, [(resident_id, by)]):
        raise NotFound("there is no such resident for the caller", "resident_id")


@dataclass(frozen=True, slots=True)
class Agreed:
    """What came of a resident's word for an order: what was granted, and whether the word is kept for later."""

    granted: Sequence[ArtefactRow]
    kept: bool


async def agree_to_order(
    session: AsyncSession,
    *,
    order_id: UUID,
    resident_id: UUID,
    grantee_id: UUID,
    hashes: frozenset[bytes],
    by: UUID,
    until: datetime | None = None,
    keys: SigningKeys,
    now: datetime,
) -> Agreed:
    """Grant what an order's partner asks for, as far as these hashes say; keep the word until the order is heard of."""
    await store.lock_orders(session, [order_id])
    await check_acts(session, resident_id, by)
    requests = [one for one in await store.requests_of_order(session, order_id) if one.resident_id == resident_id]
    if not requests:
        if await store.count_agreements(session, by, now - AGREEMENT_KEPT_FOR) + len(hashes) > AGREEMENTS_MAX:
            raise TooManyAgreements("place fewer orders at a time, or grant each request when it is there", "order_id")
        rows = [
            AgreementRow(
                order_id=order_id,
                resident_id=resident_id,
                template_hash=one,
                grantee_id=grantee_id,
                agreed_by=by,
                agreed_at=now,
                good_until=until,
            )
            for one in sorted(hashes)
        ]
        await store.keep_agreements(session, rows)
        return Agreed([], kept=True)
    if any(one.grantee_id != grantee_id for one in requests):
        raise Invalid("grantee_id", "is not the partner this order is with")
    if not hashes <= {bytes(one.template_hash) for one in requests}:
        raise Invalid("consent_hashes", "this order asks for something else; look at what its lines show")
    asked = [one for one in requests if bytes(one.template_hash) in hashes]
    granted = list(await store.artefacts_for(session, [one.id for one in asked]))  # by the same word, sent again
    have = {one.consent_request_id for one in granted}
    for request in asked:
        if request.id not in have:
            granted.append(await grant(session, request, by, keys, now, until))
    return Agreed(granted, kept=False)


async def grant(
    session: AsyncSession, request: RequestRow, by: UUID, keys: SigningKeys, now: datetime, until: datetime | None
) -> ArtefactRow:
    """Grant a locked request."""
    request.status = domain.advance(Status(request.status), Status.GRANTED)
    artefact = artefacts.grant(request, by, keys, now, until)
    await session.flush()
    await store.add_artefacts(session, [artefact])
    publish(session, events.consent_granted(artefact), artefact.order_id)
    return artefact


async def deny_consent(session: AsyncSession, *, request_id: UUID, residents: Sequence[UUID]) -> RequestRow:
    request = await store.request_for_update(session, request_id, residents)
    request.status = domain.advance(Status(request.status), Status.DENIED)
    denied = told.ConsentDenied(**events.who(request), consent_request_id=str(request.id), version=events.ANSWERED)
    publish(session, denied, request.order_id)
    return request


async def revoke_consent(
    session: AsyncSession, *, artefact_id: UUID, residents: Sequence[UUID], reason: str, now: datetime
) -> ArtefactRow:
    """Revoke: once this is committed and answered, no decision permits by it any more."""
    artefact = await store.artefact_for_update(session, artefact_id, residents)
    because = texts.reason(reason) if reason.strip() else ""
    if artefact.revoked_at is not None:
        raise AlreadyRevoked("it permits nothing any more", "consent_id")
    if artefact.ended_at is not None:
        raise AlreadyEnded("it permits nothing any more", "consent_id")
    artefact.revoked_at, artefact.revoked_because = now, because
    await session.flush()  # brings its erasure forward
    publish(session, events.consent_revoked(artefact), artefact.order_id)
    return artefact


async def announce_erasures(session: AsyncSession, *, now: datetime) -> int:
    """Tell of what has fallen due, once a consent; returns how many, at most so many at once."""
    due = await store.announce_due(session, now, ANNOUNCED_AT_ONCE_MAX)
    for one in due:
        publish(session, events.erasure_due(one), one.order_id)
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
    erasure, artefact = await store.erasure_for_update(session, consent_id, grantee_id)
    how = domain.check_attestation(method, protocol_sha256)
    if erasure is None:
        raise NothingToErase("it permits to look or to compute, and nothing else", "consent_id")
    if erasure.attested_at is not None:
        raise AlreadyAttested("an attestation stays as it was given", "consent_id")
    if now < domain.end_of(artefact.expires_at, artefact.revoked_at, artefact.ended_at):
        raise ConsentInForce("attest once it has been revoked, has expired, or its order has ended", "consent_id")
    artefacts.attest(erasure, artefact, by, how, protocol_sha256, keys, now)
    publish(session, events.erasure_attested(erasure, artefact), artefact.order_id)
    return erasure, artefact


async def check_log(session: AsyncSession) -> tuple[int, int]:
    """Recompute the access log's chain; returns how many entries hold, and the first position that does not, or 0."""
    position, previous, counted = 0, domain.GENESIS, 0
    while chunk := await store.log_chunk(session, position, CHUNK_MAX):
        for row in chunk:
            if row.position != position + 1 or domain.chained(previous, row.entry) != row.hash:
                return counted, position + 1
            position, previous, counted = row.position, row.hash, counted + 1
        session.expunge_all()
    return counted, 0
