"""What notifications hears: all that partners are told of, and how they stand."""

from collections.abc import Sequence
from typing import Any

from chassis.consumer import Event, Subscription, Work, subscription
from google.protobuf.message import Message
from yima.consent.v1 import events_pb2 as consent_pb
from yima.ordering.v1 import events_pb2 as ordering_pb
from yima.partners.v1 import events_pb2 as partners_pb
from yima.settlement.v1 import events_pb2 as settlement_pb

from notifications.commands import standings, webhook_events
from notifications.commands.webhook_events import Occurrence
from notifications.domain.event_types import BY_EVENT
from notifications.domain.standings import standing_of
from notifications.resources import Resources


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
    partners_pb.CertificateLapsed,
    partners_pb.FreezeImposed,
    partners_pb.FreezeLifted,
)

SUBSCRIPTIONS: Sequence[Subscription[Resources]] = [
    subscription("notifications-orders", dict.fromkeys(events_heard(ordering_pb), on_event)),
    subscription("notifications-money", dict.fromkeys(events_heard(settlement_pb), on_event)),
    subscription("notifications-consents", dict.fromkeys(events_heard(consent_pb), on_event)),
    subscription("notifications-partners", dict.fromkeys(STANDINGS, on_standing)),
]
