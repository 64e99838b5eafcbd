"""What records hears: consents that end, with which practitioners' rules and sight do, and orders that were booked for
follow-ups."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.consumer import Event, Subscription, Work, subscription
from yima.consent.v1 import events_pb2 as consent
from yima.ordering.v1 import events_pb2 as ordering

from records.commands import follow_ups
from records.commands.alert_rules import end_with_consents
from records.domain.follow_ups import OrderState
from records.store import grounds
from records.store.follow_ups import BookedOrder


async def on_consent_ended(work: Work[Any], events: Sequence[Event[Any]]) -> None:
    await grounds.work(work.session, "hear of consents that ended")
    await end_with_consents(work.session, [UUID(event.message.consent_id) for event in events], work.now)


STATES = {
    ordering.FOLLOW_UP_ORDER_STATE_OPEN: OrderState.OPEN,
    ordering.FOLLOW_UP_ORDER_STATE_OVER: OrderState.OVER,
    ordering.FOLLOW_UP_ORDER_STATE_SERVED: OrderState.SERVED,
}


async def on_follow_up_order(work: Work[Any], events: Sequence[Event[ordering.FollowUpOrderChanged]]) -> None:
    booked = [
        BookedOrder(
            UUID(event.message.order_id),
            UUID(event.message.follow_up_id),
            UUID(event.message.resident_id),
            STATES[event.message.state],
            event.message.version,
        )
        for event in events
    ]
    await grounds.work(work.session, "hear of orders")
    await follow_ups.follow_orders(work.session, booked, work.now)


SUBSCRIPTIONS: Sequence[Subscription[Any]] = [
    subscription("records-consents", dict.fromkeys((consent.ConsentRevoked, consent.ConsentEnded), on_consent_ended)),
    subscription("records-follow-up-orders", {ordering.FollowUpOrderChanged: on_follow_up_order}),
]
