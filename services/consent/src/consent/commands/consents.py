"""Consents: asked for when an order is placed; granted, denied and revoked by the resident."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.outbox import Cause, publish
from chassis.refusals import Invalid, NotFound
from chassis.signing import SigningKeys
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1.api_pb2 import ConsentTemplate
from yima.ordering.v1 import events_pb2 as ordering_pb

from consent import events
from consent.commands import changes, receipts
from consent.commands.receipts import Grant
from consent.domain.consents import (
    NOT_THEIR_RESIDENT,
    AlreadyEnded,
    AlreadyRevoked,
    Origin,
    RequestStatus,
    advance,
)
from consent.domain.documents import OfferOver
from consent.domain.frequency import Frequency
from consent.domain.reach import Reach
from consent.domain.visits import VisitOver, narrow
from consent.store import agreements, consents, guardianships, orders
from consent.tables import ArtefactRow, RequestRow


async def request_consents(
    session: AsyncSession,
    placed: Sequence[tuple[ordering_pb.OrderPlaced, Cause]],
    *,
    keys: SigningKeys,
    now: datetime,
) -> None:
    """Ask residents for what the lines of these orders need. What they have agreed to before is granted at once.

    What an order says of a consent is not the resident's word: it grants nothing.
    """
    asking = [(order, cause) for order, cause in placed if any(line.consent_hash for line in order.lines)]
    if not asking:
        return
    order_ids = [UUID(order.order_id) for order, _ in asking]
    await orders.lock_orders(session, order_ids)
    if by_guardians := await agreements.given_by_guardians(session, order_ids):
        await guardianships.lock_guardians_of(session, by_guardians)
    ended = await orders.ended_among(session, order_ids)
    kept = await agreements.take_agreements(session, order_ids)
    requests: list[RequestRow] = []
    artefacts: list[ArtefactRow] = []
    for (order, cause), order_id in zip(asking, order_ids, strict=True):
        for line in order.lines:
            if not line.consent_hash:
                continue
            request = request_for(order, line, now)
            over = order_id in ended
            agreement = kept.get((order_id, request.resident_id, request.grantee_id, request.template_hash))
            if over or (agreement and agreement.good_until is not None and agreement.good_until <= now):
                agreement = None
            unanswered = RequestStatus.WITHDRAWN if over else RequestStatus.REQUESTED
            request.status = RequestStatus.GRANTED if agreement else unanswered
            requests.append(request)
            publish(session, events.consent_requested(request), request.order_id, cause)
            if agreement is not None:
                artefact = receipts.grant(request, Grant(agreement.agreed_by, agreement.good_until), keys, now)
                artefacts.append(artefact)
                publish(session, events.consent_granted(artefact), artefact.order_id, cause)
    await consents.add_requests(session, requests)
    await consents.add_artefacts(session, artefacts)
    await changes.log_consents(session, now, requests, artefacts)


def request_for(order: ordering_pb.OrderPlaced, line: ordering_pb.PlacedLine, now: datetime) -> RequestRow:
    """What a line asks for. A ValueError where the template does not have the line's hash: the resident would agree to
    something else."""
    template = line.consent.SerializeToString(deterministic=True)
    if hashlib.sha256(template).digest() != line.consent_hash:
        raise ValueError(f"line {line.order_line_id} asks for something else than its hash says")
    return RequestRow(
        id=new_id(),
        resident_id=UUID(order.resident_id),
        grantee_id=UUID(order.partner_id),
        order_id=UUID(order.order_id),
        order_line_id=UUID(line.order_line_id),
        template=template,
        template_hash=line.consent_hash,
        status=RequestStatus.REQUESTED,
        requested_at=now,
    )


async def grant_consent(
    session: AsyncSession,
    *,
    request_id: UUID,
    residents: Mapping[UUID, datetime | None],
    by: UUID,
    information_types: Sequence[str] = (),
    whole_institution: bool = False,
    reach: Reach | None = None,
    practitioner_id: UUID | None = None,
    frequency: Frequency | None = None,
    keys: SigningKeys,
    now: datetime,
) -> ArtefactRow:
    """Grant a request of one of these residents; each comes with until when the caller acts for them. What a visit
    offers may be granted in part, and to all people of the institution; what an order asks for, to one practitioner.
    How often it may be used is the resident's to say of any."""
    request = await consents.request_for_update(session, request_id, list(residents))
    await check_acts(session, request.resident_id, by)
    kinds: Sequence[str] = ()
    if practitioner_id is not None and request.origin != Origin.ORDER:
        raise Invalid("practitioner_id", "is for orders: a visit is for whoever scanned, an offer for whom it names")
    if request.origin == Origin.VISIT:
        check_lasts(request, now)
        kinds = narrow(ConsentTemplate.FromString(request.template).information_types, information_types)
        reach = reach or Reach()
    else:
        parts = {"information_types": information_types, "whole_institution": whole_institution} | named(reach)
        if field := next((name for name, value in parts.items() if value), ""):
            raise Invalid(field, "is for visits; what an order or an offer asks for is granted as it is, or denied")
        reach = None
        check_lasts(request, now)
    terms = Grant(
        by,
        residents[request.resident_id],
        kinds,
        whole_institution,
        reach=reach,
        practitioner_id=practitioner_id,
        frequency=frequency or Frequency(),
    )
    return await grant(session, request, terms, keys, now)


def named(reach: Reach | None) -> dict[str, object]:
    """What of a reach somebody named, by its fields."""
    return asdict(reach) if reach is not None else {}


def check_lasts(request: RequestRow, now: datetime) -> None:
    """Refuse an answer to the offer of a visit that is over, or to an offer whose own time is."""
    if request.expires_at is not None and request.expires_at <= now:
        if request.origin == Origin.OFFER:
            raise OfferOver("it would have ended by now; ask for another one", "consent_request_id")
        raise VisitOver("show your code again to open your record again", "consent_request_id")


async def check_acts(session: AsyncSession, resident_id: UUID, by: UUID) -> None:
    """Refuse a guardian whose guardianship has ended. One that ends now waits until we have committed."""
    if resident_id == by:
        return
    if await guardianships.acting_no_longer(session, [(resident_id, by)]):
        raise NotFound(NOT_THEIR_RESIDENT, "resident_id")


async def grant(
    session: AsyncSession, request: RequestRow, terms: Grant, keys: SigningKeys, now: datetime
) -> ArtefactRow:
    """Grant a locked request."""
    request.status = advance(RequestStatus(request.status), RequestStatus.GRANTED)
    artefact = receipts.grant(request, terms, keys, now)
    await session.flush()
    await consents.add_artefacts(session, [artefact])
    await changes.log_consents(session, now, granted=[artefact])
    if request.origin == Origin.VISIT:
        publish(session, events.visit_granted(request, artefact), request.id)
    elif request.origin == Origin.OFFER:
        publish(session, events.offer_granted(request, artefact), request.id)
    else:
        publish(session, events.consent_granted(artefact), artefact.order_id)
    return artefact


async def deny_consent(
    session: AsyncSession, *, request_id: UUID, residents: Sequence[UUID], now: datetime, by: UUID | None = None
) -> RequestRow:
    """Deny a request of one of these residents; `by` is who says so, None the resident."""
    request = await consents.request_for_update(session, request_id, residents)
    check_lasts(request, now)
    request.status = advance(RequestStatus(request.status), RequestStatus.DENIED)
    if request.origin == Origin.VISIT:
        publish(session, events.visit_denied(request), request.id)
    elif request.origin == Origin.OFFER:
        publish(session, events.offer_denied(request), request.id)
    else:
        publish(session, events.consent_denied(request), request.order_id)
    await changes.log_denied(session, request, now, by or request.resident_id)
    return request


async def revoke_consent(
    session: AsyncSession,
    *,
    artefact_id: UUID,
    residents: Sequence[UUID],
    reason: str,
    now: datetime,
    by: UUID | None = None,
) -> ArtefactRow:
    """Revoke: once this is committed and answered, no decision permits by it any more. `by` is who says so, None the
    resident."""
    artefact = await consents.artefact_for_update(session, artefact_id, residents)
    because = texts.reason(reason) if reason.strip() else ""
    if artefact.revoked_at is not None:
        raise AlreadyRevoked("nothing is left to do: it permits nothing", "consent_id")
    if artefact.ended_at is not None:
        raise AlreadyEnded("nothing is left to do: it permits nothing", "consent_id")
    artefact.revoked_at, artefact.revoked_because = now, because
    await session.flush()  # brings its erasure forward
    if artefact.origin == Origin.VISIT:
        publish(session, events.visit_closed(artefact), artefact.consent_request_id)
    elif artefact.origin == Origin.EMERGENCY:
        publish(session, events.emergency_closed(artefact), artefact.id)
    elif artefact.origin == Origin.OFFER:
        publish(session, events.offer_closed(artefact), artefact.consent_request_id)
    elif artefact.origin == Origin.PROJECT:
        publish(session, events.project_left(artefact), artefact.id)
    else:
        publish(session, events.consent_revoked(artefact), artefact.order_id)
    await changes.log_revoked(session, artefact, now, by or artefact.resident_id)
    return artefact
