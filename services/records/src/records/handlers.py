"""What records hears: consents that end, with which practitioners' rules do."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.consumer import Event, Subscription, Work, subscription
from yima.consent.v1 import events_pb2 as consent

from records.commands.alert_rules import end_with_consents


async def on_consent_ended(work: Work[Any], events: Sequence[Event[Any]]) -> None:
    await end_with_consents(work.session, [UUID(event.message.consent_id) for event in events], work.now)


SUBSCRIPTIONS: Sequence[Subscription[Any]] = [
    subscription("records-consents", dict.fromkeys((consent.ConsentRevoked, consent.ConsentEnded), on_consent_ended)),
]
