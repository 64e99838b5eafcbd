"""What consent tells, and what it hears: orders from placing to end, partners' standing, scans, guardianships
that end, disputes."""

import hashlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from chassis.consumer import Event, Subscription, Work, subscription
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.signing import SigningKeys
from chassis.wire import moment, timestamp
from yima.consent.v1 import events_pb2 as told
from yima.identity.v1 import events_pb2 as identity
from yima.ordering.v1 import events_pb2 as ordering
from yima.partners.v1 import events_pb2 as partners
from yima.partners.v1.api_pb2 import CAPABILITY_READ_DATA, Profile
from yima.settlement.v1.events_pb2 import DisputeOpened

from consent import artefacts, disputed, store
from consent.domain import End, Status
from consent.store import Due, Heard, Logged
from consent.tables import ArtefactRow, ErasureRow, RequestRow, ScanRow, StandingRow

REQUESTED, ANSWERED, OVER = 1, 2, 3  # versions of the consent for an order line: it only goes on
DUE, ATTESTED = 1, 2  # versions of an erasure, which only goes on


class HasKeys(Protocol):
    """What a handler that grants consents needs of the service's resources."""

    @property
    def keys(self) -> SigningKeys: ...


def who(row: RequestRow | ArtefactRow | Due) -> dict[str, Any]:
    """What every event of ours carries."""
    return {
        "order_id": str(row.order_id),
        "order_line_id": str(row.order_line_id),
        "resident_id": str(row.resident_id),
        "grantee_id": str(row.grantee_id),
    }


def consent_granted(artefact: ArtefactRow) -> told.ConsentGranted:
    return told.ConsentGranted(
        **who(artefact),
        consent_id=str(artefact.id),
        consent_request_id=str(artefact.consent_request_id),
        artefact_hash=artefact.artefact_hash,
        expires_at=timestamp(artefact.expires_at),
        version=ANSWERED,
    )


def consent_revoked(artefact: ArtefactRow) -> told.ConsentRevoked:
    return told.ConsentRevoked(
        **who(artefact), consent_id=str(artefact.id), revoked_at=timestamp(artefact.revoked_at), version=OVER
    )


def consent_ended(artefact: ArtefactRow) -> told.ConsentEnded:
    return told.ConsentEnded(
        **who(artefact),
        consent_id=str(artefact.id),
        ended_at=timestamp(artefact.ended_at),
        because=artefact.ended_because,  # type: ignore[arg-type] # the contract's number
        version=OVER,
    )


def erasure_due(due: Due) -> told.ErasureDue:
    return told.ErasureDue(
        **who(due),
        consent_id=str(due.consent_id),
        artefact_hash=due.artefact_hash,
        due_at=timestamp(due.due_at),
        version=DUE,
    )


def erasure_attested(erasure: ErasureRow, artefact: ArtefactRow) -> told.ErasureAttested:
    return told.ErasureAttested(
        **who(artefact),
        consent_id=str(artefact.id),
        attestation_hash=erasure.attestation_hash,
        attested_at=timestamp(erasure.attested_at),
        version=ATTESTED,
    )


async def on_order_placed(work: Work[HasKeys], events: Sequence[Event[ordering.OrderPlaced]]) -> None:
    """Ask the resident for what the lines need; where they have given their word to us, it is granted at once.

    What the event says of a consent is nobody's word: it grants nothing.
    """
    asking = [event for event in events if any(line.consent_hash for line in event.message.lines)]
    if not asking:
        return
    orders = [UUID(event.message.order_id) for event in asking]
    await store.lock_orders(work.session, orders)
    await store.lock_guardians_of(work.session, await store.given_by_guardians(work.session, orders))
    known = await store.orders_known(work.session, orders)
    words = await store.take_agreements(work.session, orders)
    requests: list[RequestRow] = []
    granted: list[ArtefactRow] = []
    for event in asking:
        placed = event.message
        for line in placed.lines:
            if not line.consent_hash:
                continue
            request = requested(placed, line, work.now)
            order = known.get(request.order_id)
            over = order is not None and order.ended_at is not None
            word = (request.order_id, request.resident_id, request.grantee_id, request.template_hash)
            agreed = words.get(word)
            if over or (agreed is not None and agreed.good_until is not None and agreed.good_until <= work.now):
                agreed = None
            request.status = Status.WITHDRAWN if over else Status.GRANTED if agreed else Status.REQUESTED
            requests.append(request)
            asked = told.ConsentRequested(**who(request), consent_request_id=str(request.id), version=REQUESTED)
            publish(work.session, asked, request.order_id, event.cause)
            if agreed is not None:
                keys = work.resources.keys
                artefact = artefacts.grant(request, agreed.agreed_by, keys, work.now, agreed.good_until)
                granted.append(artefact)
                publish(work.session, consent_granted(artefact), artefact.order_id, event.cause)
    await store.add_requests(work.session, requests)
    await store.add_artefacts(work.session, granted)


def requested(placed: ordering.OrderPlaced, line: ordering.PlacedLine, now: datetime) -> RequestRow:
    """What a line asks for. Raises where its hash is of something else: a resident would agree to that."""
    template = line.consent.SerializeToString(deterministic=True)
    if hashlib.sha256(template).digest() != line.consent_hash:
        raise ValueError(f"line {line.order_line_id} asks for something else than its hash says")
    return RequestRow(
        id=new_id(),
        resident_id=UUID(placed.resident_id),
        grantee_id=UUID(placed.partner_id),
        order_id=UUID(placed.order_id),
        order_line_id=UUID(line.order_line_id),
        template=template,
        template_hash=line.consent_hash,
        status=Status.REQUESTED,
        requested_at=now,
    )


def heard(message: Any) -> Heard:
    """An order, of any event that names one."""
    return Heard(UUID(message.order_id), UUID(message.resident_id), UUID(message.partner_id), message.version)


async def on_order_confirmed(work: Work[object], events: Sequence[Event[ordering.OrderConfirmed]]) -> None:
    """What was granted for these orders is in force from now on."""
    orders = [heard(event.message) for event in events]
    await store.lock_orders(work.session, [one.id for one in orders])
    await store.note_confirmed(work.session, orders, work.now)


async def on_order_transferred(work: Work[object], events: Sequence[Event[ordering.OrderTransferred]]) -> None:
    """Somebody else is served from now on."""
    orders = [
        Heard(
            UUID(event.message.order_id),
            UUID(event.message.beneficiary_id),
            UUID(event.message.partner_id),
            event.message.version,
        )
        for event in events
    ]
    await store.lock_orders(work.session, [one.id for one in orders])
    await store.note_served(work.session, orders)


def on_order_ended(because: End) -> Callable[[Work[object], Sequence[Event[Any]]], Awaitable[None]]:
    """End what hangs on orders that are over: open requests are withdrawn, artefacts end."""

    async def handle(work: Work[object], events: Sequence[Event[Any]]) -> None:
        causes = {UUID(event.message.order_id): event.cause for event in events}
        await store.lock_orders(work.session, list(causes))
        await store.note_ended(work.session, [heard(event.message) for event in events], because, work.now)
        for request in await store.open_requests(work.session, list(causes)):
            request.status = Status.WITHDRAWN
        for artefact in await store.artefacts_of_orders(work.session, list(causes)):
            artefact.ended_at, artefact.ended_because = work.now, because
            publish(work.session, consent_ended(artefact), artefact.order_id, causes[artefact.order_id])

    return handle


async def on_guardianship_ended(work: Work[object], events: Sequence[Event[identity.GuardianshipEnded]]) -> None:
    """End what guardians gave for those they act for no longer. What expired meanwhile is over anyway."""
    ended = {}
    for event in events:
        message = event.message
        pair = (UUID(message.dependant_id), UUID(message.guardian_id))
        ended[pair] = (store.EndedGuardianship(*pair, moment(message.ended_at), message.version), event.cause)
    await store.lock_guardians_of(work.session, [dependant_id for dependant_id, _ in ended])
    await store.note_guardianships(work.session, [guardianship for guardianship, _ in ended.values()])
    for artefact in await store.artefacts_given_by(work.session, list(ended)):
        if artefact.expires_at <= work.now:
            continue
        artefact.ended_at, artefact.ended_because = work.now, End.GUARDIANSHIP_ENDED
        _, cause = ended[artefact.resident_id, artefact.granted_by]
        publish(work.session, consent_ended(artefact), artefact.order_id, cause)


async def on_standing(work: Work[object], events: Sequence[Event[Any]]) -> None:
    """Go by the newest standing of each partner."""
    newest: dict[str, partners.Standing] = {}
    for event in events:
        standing = event.message.standing
        if standing.partner_id not in newest or standing.version > newest[standing.partner_id].version:
            newest[standing.partner_id] = standing
    rows = [standing_row(one.partner_id, one.capabilities, moment_of(one), one.version) for one in newest.values()]
    await store.note_standings(work.session, rows)


def standing_row(partner_id: str, capabilities: Sequence[int], until: datetime | None, version: int) -> StandingRow:
    return StandingRow(
        partner_id=UUID(partner_id),
        reads_data=CAPABILITY_READ_DATA in capabilities,
        certified_until=until,
        version=version,
    )


def moment_of(standing: partners.Standing | Profile) -> datetime | None:
    """Until when its certificates hold."""
    return moment(standing.certified_until) if standing.HasField("certified_until") else None


async def on_health_code_redeemed(work: Work[object], events: Sequence[Event[identity.HealthCodeRedeemed]]) -> None:
    """Whoever's code was scanned was there."""
    rows = [
        ScanRow(
            resident_id=UUID(event.message.resident_id),
            partner_id=UUID(event.message.partner_id),
            scanned_at=moment(event.message.scanned_at),
        )
        for event in events
    ]
    await store.note_scans(work.session, rows)


async def on_dispute_opened(work: Work[object], events: Sequence[Event[DisputeOpened]]) -> None:
    """Tell what was decided for the order by then; of one that asked for no data, that there is nothing."""
    orders = [UUID(event.message.order_id) for event in events]
    logged: defaultdict[UUID, list[Logged]] = defaultdict(list)
    for one in await store.logged_between(work.session, orders, disputed.READ_MAX):
        logged[one.order_id].append(one)
    for event, order_id in zip(events, orders, strict=True):
        publish(work.session, disputed.decisions_told(event.message, logged[order_id]), order_id, event.cause)


SUBSCRIPTIONS: Sequence[Subscription[HasKeys]] = [
    subscription("consent-orders", {ordering.OrderPlaced: on_order_placed}),
    subscription(
        "consent-order-states",
        {
            ordering.OrderConfirmed: on_order_confirmed,
            ordering.OrderTransferred: on_order_transferred,
            ordering.OrderClosed: on_order_ended(End.ORDER_CLOSED),
            ordering.OrderCancelled: on_order_ended(End.ORDER_CANCELLED),
            ordering.OrderRefused: on_order_ended(End.ORDER_REFUSED),
            ordering.OrderExpired: on_order_ended(End.ORDER_EXPIRED),
        },
    ),
    subscription(
        "consent-standings",
        dict.fromkeys(
            (
                partners.PartnerApplied,
                partners.PartnerScreened,
                partners.PartnerCertified,
                partners.PartnerActivated,
                partners.PartnerSuspended,
                partners.PartnerReinstated,
                partners.CertificateLapsed,
            ),
            on_standing,
        ),
    ),
    subscription("consent-scans", {identity.HealthCodeRedeemed: on_health_code_redeemed}),
    subscription("consent-guardianships", {identity.GuardianshipEnded: on_guardianship_ended}),
    subscription("consent-disputes", {DisputeOpened: on_dispute_opened}),
]
