"""What consent hears: orders from placing to end, partners' standing, scans, guardianships, disputes."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from chassis.consumer import Event, Subscription, Work, subscription
from chassis.signing import SigningKeys
from chassis.wire import moment
from city_pack.pack import City
from yima.identity.v1 import events_pb2 as identity_pb
from yima.ordering.v1 import events_pb2 as ordering_pb
from yima.partners.v1 import events_pb2 as partners_pb
from yima.partners.v1.api_pb2 import OFFBOARDING_STEP_ORDERS_FINISHED
from yima.records.v1 import events_pb2 as records_pb
from yima.settlement.v1.events_pb2 import DisputeOpened

from consent.commands import (
    access_log,
    changes,
    consents,
    freezes,
    guardianships,
    leaving,
    orders,
    patients,
    policies,
    scans,
    standings,
    visits,
)
from consent.domain.access_log import AccessAct
from consent.domain.consents import ConsentEnd
from consent.domain.visits import Scan
from consent.store.guardianships import GuardianshipState
from consent.store.orders import OrderParties
from consent.tables import ScanRow


class HasKeys(Protocol):
    """What a handler that grants consents needs of the service's resources."""

    @property
    def keys(self) -> SigningKeys: ...

    @property
    def city(self) -> City: ...


async def on_order_placed(work: Work[HasKeys], events: Sequence[Event[ordering_pb.OrderPlaced]]) -> None:
    placed = [(event.message, event.cause) for event in events]
    await consents.request_consents(work.session, placed, keys=work.resources.keys, now=work.now)


def order_parties(message: Any) -> OrderParties:
    """The order of any event that names one."""
    return OrderParties(UUID(message.order_id), UUID(message.resident_id), UUID(message.partner_id), message.version)


async def on_order_confirmed(work: Work[object], events: Sequence[Event[ordering_pb.OrderConfirmed]]) -> None:
    await orders.confirm_orders(work.session, [order_parties(event.message) for event in events], work.now)


async def on_order_transferred(work: Work[object], events: Sequence[Event[ordering_pb.OrderTransferred]]) -> None:
    transferred = [
        OrderParties(
            UUID(event.message.order_id),
            UUID(event.message.beneficiary_id),
            UUID(event.message.partner_id),
            event.message.version,
        )
        for event in events
    ]
    await orders.transfer_orders(work.session, transferred)


def on_order_ended(because: ConsentEnd) -> Callable[[Work[object], Sequence[Event[Any]]], Awaitable[None]]:
    """The handler of the event that ends an order in this way."""

    async def handle(work: Work[object], events: Sequence[Event[Any]]) -> None:
        ended = [order_parties(event.message) for event in events]
        causes = {UUID(event.message.order_id): event.cause for event in events}
        await orders.end_orders(work.session, ended, because, causes, work.now)

    return handle


async def on_guardianship_ended(work: Work[object], events: Sequence[Event[identity_pb.GuardianshipEnded]]) -> None:
    ended = {guardianship_state(event.message, moment(event.message.ended_at)): event.cause for event in events}
    await guardianships.end_guardianships(work.session, ended, work.now)


async def on_guardianship_began(work: Work[object], events: Sequence[Event[identity_pb.GuardianshipBegan]]) -> None:
    began = [guardianship_state(event.message, None) for event in events]
    await guardianships.begin_guardianships(work.session, began)


def guardianship_state(
    message: identity_pb.GuardianshipBegan | identity_pb.GuardianshipEnded, ended_at: datetime | None
) -> GuardianshipState:
    return GuardianshipState(UUID(message.dependant_id), UUID(message.guardian_id), ended_at, message.version)


async def on_standing(work: Work[object], events: Sequence[Event[Any]]) -> None:
    """Any event that carries a partner's standing."""
    await standings.note_standings(work.session, [event.message.standing for event in events])


async def on_offboarding(work: Work[object], events: Sequence[Event[partners_pb.OffboardingChanged]]) -> None:
    """A partner that leaves keeps no consent once its orders are finished."""
    await standings.note_standings(work.session, [event.message.standing for event in events])
    finished = {
        UUID(event.message.standing.partner_id): event.time
        for event in events
        if event.message.step == OFFBOARDING_STEP_ORDERS_FINISHED
    }
    await leaving.note(work.session, finished)
    if finished:  # most have no more consents than that; a worker ends the rest
        await leaving.end_some(work.session, work.now)


def on_freeze(*, lifted: bool) -> Callable[[Work[object], Sequence[Event[Any]]], Awaitable[None]]:
    """The handler of a freeze's event: a partner's comes with its standing."""

    async def handle(work: Work[object], events: Sequence[Event[Any]]) -> None:
        messages = [event.message for event in events]
        await standings.note_standings(
            work.session, [message.standing for message in messages if message.HasField("standing")]
        )
        await freezes.note_freezes(work.session, messages, lifted=lifted)
        await policies.log_freezes(work.session, messages, work.now)

    return handle


async def on_health_code_redeemed(work: Work[HasKeys], events: Sequence[Event[identity_pb.HealthCodeRedeemed]]) -> None:
    """All are in the resident's log. A late scan does not say that they are there: it relates nobody to them, and
    begins no visit."""
    await scans.log_scans(work.session, [event.message for event in events])
    events = [event for event in events if not event.message.late]
    rows = [
        ScanRow(
            resident_id=UUID(event.message.resident_id),
            partner_id=UUID(event.message.partner_id),
            scanned_at=moment(event.message.scanned_at),
        )
        for event in events
    ]
    await scans.note_scans(work.session, rows)
    redeemed = {scan_of(event.message): event.cause for event in events}
    await visits.open_visits(work.session, redeemed, city=work.resources.city, keys=work.resources.keys, now=work.now)


async def on_health_code_redeemed_elsewhere(
    work: Work[object], events: Sequence[Event[identity_pb.HealthCodeRedeemedElsewhere]]
) -> None:
    await scans.log_scans_elsewhere(work.session, [event.message for event in events])


async def on_health_code_replayed(work: Work[object], events: Sequence[Event[identity_pb.HealthCodeReplayed]]) -> None:
    await scans.log_copies(work.session, [event.message for event in events])


def scan_of(message: identity_pb.HealthCodeRedeemed) -> Scan:
    return Scan(
        UUID(message.scan_id),
        UUID(message.resident_id),
        UUID(message.practitioner_id),
        UUID(message.partner_id),
        moment(message.scanned_at),
    )


def on_residents_seen(act: AccessAct) -> Callable[[Work[object], Sequence[Event[Any]]], Awaitable[None]]:
    """The handler of what a service has shown to operators and regulators."""

    async def handle(work: Work[object], events: Sequence[Event[Any]]) -> None:
        await changes.log_looks_elsewhere(work.session, [event.message for event in events], act)

    return handle


async def on_patients(work: Work[object], events: Sequence[Event[Any]]) -> None:
    """Any event of a patient number and a resident."""
    await patients.log_patients(work.session, [event.message for event in events])


async def on_record_changes(work: Work[object], events: Sequence[Event[Any]]) -> None:
    """What else becomes of a record: a reading withdrawn, or what is to be done next noted or closed."""
    await changes.log_changes(work.session, [event.message for event in events])


async def on_trust_list_put(work: Work[object], events: Sequence[Event[identity_pb.TrustListPut]]) -> None:
    await policies.log_trust_lists(work.session, [event.message for event in events])


async def on_dispute_opened(work: Work[object], events: Sequence[Event[DisputeOpened]]) -> None:
    await access_log.tell_decisions(work.session, [(event.message, event.cause) for event in events])


SUBSCRIPTIONS: Sequence[Subscription[HasKeys]] = [
    subscription("consent-orders", {ordering_pb.OrderPlaced: on_order_placed}),
    subscription(
        "consent-order-states",
        {
            ordering_pb.OrderConfirmed: on_order_confirmed,
            ordering_pb.OrderTransferred: on_order_transferred,
            ordering_pb.OrderClosed: on_order_ended(ConsentEnd.ORDER_CLOSED),
            ordering_pb.OrderCancelled: on_order_ended(ConsentEnd.ORDER_CANCELLED),
            ordering_pb.OrderRefused: on_order_ended(ConsentEnd.ORDER_REFUSED),
            ordering_pb.OrderExpired: on_order_ended(ConsentEnd.ORDER_EXPIRED),
        },
    ),
    subscription(
        "consent-standings",
        dict.fromkeys(
            (
                partners_pb.PartnerApplied,
                partners_pb.PartnerScreened,
                partners_pb.PartnerCertified,
                partners_pb.PartnerActivated,
                partners_pb.PartnerSuspended,
                partners_pb.PartnerReinstated,
                partners_pb.AppealDecided,
                partners_pb.CertificateLapsed,
            ),
            on_standing,
        )
        | {
            partners_pb.OffboardingChanged: on_offboarding,
            partners_pb.FreezeImposed: on_freeze(lifted=False),
            partners_pb.FreezeLifted: on_freeze(lifted=True),
        },
    ),
    subscription(
        "consent-scans",
        {
            identity_pb.HealthCodeRedeemed: on_health_code_redeemed,
            identity_pb.HealthCodeRedeemedElsewhere: on_health_code_redeemed_elsewhere,
            identity_pb.HealthCodeReplayed: on_health_code_replayed,
        },
    ),
    subscription(
        "consent-guardianships",
        {
            identity_pb.GuardianshipBegan: on_guardianship_began,
            identity_pb.GuardianshipEnded: on_guardianship_ended,
        },
    ),
    subscription("consent-people-seen", {identity_pb.ResidentsSeen: on_residents_seen(AccessAct.PERSON_SEEN)}),
    subscription("consent-orders-seen", {ordering_pb.ResidentsSeen: on_residents_seen(AccessAct.ORDERS_SEEN)}),
    subscription("consent-resources-seen", {records_pb.ResidentsSeen: on_residents_seen(AccessAct.RESOURCE_REVIEWED)}),
    subscription("consent-readings-withdrawn", {records_pb.ReadingWithdrawn: on_record_changes}),
    subscription(
        "consent-follow-ups",
        dict.fromkeys((records_pb.FollowUpNoted, records_pb.FollowUpClosed), on_record_changes),
    ),
    subscription("consent-trust-lists", {identity_pb.TrustListPut: on_trust_list_put}),
    subscription(
        "consent-patients",
        dict.fromkeys((records_pb.PatientAsked, records_pb.PatientMatched, records_pb.PatientUnmatched), on_patients),
    ),
    subscription("consent-disputes", {DisputeOpened: on_dispute_opened}),
]
