"""What notifications hears: all that partners are told of, how they stand, and all that people are told of."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from chassis.consumer import Event, Handler, Subscription, Work, subscription
from google.protobuf.message import Message
from yima.catalog.v1 import events_pb2 as catalog_pb
from yima.consent.v1 import events_pb2 as consent_pb
from yima.identity.v1 import events_pb2 as identity_pb
from yima.ordering.v1 import events_pb2 as ordering_pb
from yima.partners.v1 import events_pb2 as partners_pb
from yima.records.v1 import events_pb2 as records_pb
from yima.settlement.v1 import events_pb2 as settlement_pb

from notifications.commands import notices, standings, webhook_events
from notifications.commands.webhook_events import Occurrence
from notifications.domain.event_types import BY_EVENT
from notifications.domain.standings import standing_of
from notifications.resources import Resources
from notifications.store.reminders import OrderState

GATHER_SECONDS = 0.2  # between two batches of a steady flow


async def lock_partners(work: Work[Resources], events: Sequence[Event[Any]]) -> None:
    """All partners of a batch are locked at once, in one order: type by type two durables would wait for each other."""
    messages = [each.message for each in events if each.message.DESCRIPTOR.full_name in BY_EVENT]
    await webhook_events.lock(work.session, messages)


async def on_event(work: Work[Resources], events: Sequence[Event[Any]]) -> None:
    """Any event that partners are told of."""
    occurrences = [
        Occurrence(event.id, BY_EVENT[event.message.DESCRIPTOR.full_name], event.message, event.time)
        for event in events
    ]
    if await webhook_events.record(work.session, occurrences, work.resources.pairwise, work.now):
        work.resources.wake_sender()


async def on_standing(work: Work[Resources], events: Sequence[Event[Any]]) -> None:
    """Any event that may carry a partner's standing; most of them partners are told of, too."""
    carrying = [event for event in events if event.message.HasField("standing")]
    await standings.note_standings(
        work.session, [standing_of(each.message.standing.partner_id, each.message.standing) for each in carrying]
    )
    await on_event(work, [each for each in carrying if each.message.DESCRIPTOR.full_name in BY_EVENT])
    work.resources.wake_sender()


async def on_news(work: Work[Resources], events: Sequence[Event[Any]]) -> None:
    """Any event that people are told of."""
    heard = [(event.id, event.time, event.message) for event in events]
    await notices.note(work.session, heard, work.resources.sealer, work.now)


async def on_session(work: Work[Resources], events: Sequence[Event[Any]]) -> None:
    """Any event that books a session, agrees to it or ends it; people are told of most."""
    sessions = [each for event in events for each in notices.sessions_of(event.message, event.time)]
    await notices.note_sessions(work.session, sessions, work.now)
    await on_news(work, [event for event in events if type(event.message) in notices.NOTICES])


async def on_order(work: Work[Resources], events: Sequence[Event[Any]]) -> None:
    """Any event by which an order is confirmed, or over: of its sessions nobody is reminded then."""
    confirmed = ordering_pb.OrderConfirmed
    states = [
        OrderState(UUID(event.message.order_id), confirmed=confirms, over=not confirms)
        for event in events
        for confirms in [isinstance(event.message, confirmed)]
    ]
    await notices.note_orders(work.session, states, work.now)
    await on_news(work, events)


def events_heard(*contracts: Any) -> list[type[Message]]:
    """The events of these contracts that partners are told of."""
    return [
        getattr(contract, name)
        for contract in contracts
        for name, message in contract.DESCRIPTOR.message_types_by_name.items()
        if message.full_name in BY_EVENT
    ]


STANDINGS = (
    partners_pb.PartnerActivated,
    partners_pb.PartnerCertified,
    partners_pb.PartnerSuspended,
    partners_pb.PartnerReinstated,
    partners_pb.OffboardingChanged,
    partners_pb.CertificateLapsed,
    partners_pb.FreezeImposed,
    partners_pb.FreezeLifted,
)

SESSIONS = (
    ordering_pb.SessionsPlaced,
    ordering_pb.SlotBooked,
    ordering_pb.SessionsAgreed,
    ordering_pb.SessionsCancelled,
)
ORDERS = (
    ordering_pb.OrderConfirmed,
    ordering_pb.OrderRefused,
    ordering_pb.OrderCancelled,
    ordering_pb.OrderExpired,
    ordering_pb.OrderFulfilled,
)


def news_of(*contracts: Any) -> list[type[Message]]:
    """The events of these contracts that people are told of, and that say nothing of sessions to remind of."""
    names = {contract.DESCRIPTOR.name for contract in contracts}
    apart = {*SESSIONS, *ORDERS}
    return [kind for kind in notices.NOTICES if kind.DESCRIPTOR.file.name in names and kind not in apart]


def hears(
    durable: str,
    handlers: Mapping[type[Message], Handler[Resources, Any]],
    first: Handler[Resources, Message] | None = None,
) -> Subscription[Resources]:
    """A subscription whose events nobody waits for within a moment: fewer and larger batches cost a fifth."""
    return subscription(durable, handlers, gather_seconds=GATHER_SECONDS, first=first)


SUBSCRIPTIONS: Sequence[Subscription[Resources]] = [
    hears("notifications-orders", dict.fromkeys(events_heard(ordering_pb), on_event), lock_partners),
    hears("notifications-money", dict.fromkeys(events_heard(settlement_pb), on_event), lock_partners),
    hears("notifications-consents", dict.fromkeys(events_heard(consent_pb), on_event), lock_partners),
    hears(
        "notifications-partners",
        {**dict.fromkeys(events_heard(partners_pb), on_event), **dict.fromkeys(STANDINGS, on_standing)},
        lock_partners,
    ),
    hears("notifications-offerings", dict.fromkeys(events_heard(catalog_pb), on_event), lock_partners),
    hears("notifications-records", dict.fromkeys(events_heard(records_pb), on_event), lock_partners),
    # People are told of much of the same; what becomes of that waits for nothing else.
    hears(
        "notifications-people-orders",
        {
            **dict.fromkeys(SESSIONS, on_session),
            **dict.fromkeys(ORDERS, on_order),
            **dict.fromkeys(news_of(ordering_pb), on_news),
        },
    ),
    hears("notifications-people-identity", dict.fromkeys(news_of(identity_pb), on_news)),
    hears("notifications-people-consents", dict.fromkeys(news_of(consent_pb), on_news)),
    hears("notifications-people-records", dict.fromkeys(news_of(records_pb), on_news)),
    hears("notifications-people-partners", dict.fromkeys(news_of(partners_pb), on_news)),
    hears("notifications-people-money", dict.fromkeys(news_of(settlement_pb), on_news)),
]
