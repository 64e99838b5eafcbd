"""Every step of orders, as it happens or after a cursor: for a partner's system, a resident's app, the operator."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import strawberry
from chassis.problems import Problem
from chassis.wire import timestamp
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from strawberry.types import Info
from yima.ordering.v1 import api_pb2 as pb
from yima.ordering.v1 import events_pb2 as happened

from gateway import streams
from gateway.context import Context, context
from gateway.ids import Kind
from gateway.policy import asks
from gateway.schema.ordering import Order
from gateway.schema.scalars import DateTime, text_or_none, typed_id, typed_id_or_none


@strawberry.enum(description="What happened to an order.")
class OrderEventKind(IntEnum):
    PLACED = 1
    PAYMENT_FAILED = 2
    CONFIRMED = 3
    ACCEPTED = 4
    REFUSED = 5
    CANCELLED = 6
    EXPIRED = 7
    SLOT_BOOKED = 8
    TRANSFERRED = 9
    SERVICE_PROVEN = 10
    USAGE_RECORDED = 11
    FULFILLED = 12
    CLOSED = 13
    COMPLAINT_OPENED = 14
    COMPLAINT_ESCALATED = 15
    COMPLAINT_DECIDED = 16
    OBJECTION_ENDED = 17
    SESSIONS_CANCELLED = 18


KINDS: dict[type[Message], OrderEventKind] = {
    happened.OrderPlaced: OrderEventKind.PLACED,
    happened.OrderPaymentFailed: OrderEventKind.PAYMENT_FAILED,
    happened.OrderConfirmed: OrderEventKind.CONFIRMED,
    happened.OrderAccepted: OrderEventKind.ACCEPTED,
    happened.OrderRefused: OrderEventKind.REFUSED,
    happened.OrderCancelled: OrderEventKind.CANCELLED,
    happened.OrderExpired: OrderEventKind.EXPIRED,
    happened.SlotBooked: OrderEventKind.SLOT_BOOKED,
    happened.OrderTransferred: OrderEventKind.TRANSFERRED,
    happened.ServiceProven: OrderEventKind.SERVICE_PROVEN,
    happened.UsageRecorded: OrderEventKind.USAGE_RECORDED,
    happened.OrderFulfilled: OrderEventKind.FULFILLED,
    happened.OrderClosed: OrderEventKind.CLOSED,
    happened.ComplaintOpened: OrderEventKind.COMPLAINT_OPENED,
    happened.ComplaintEscalated: OrderEventKind.COMPLAINT_ESCALATED,
    happened.ComplaintDecided: OrderEventKind.COMPLAINT_DECIDED,
    happened.ObjectionEnded: OrderEventKind.OBJECTION_ENDED,
    happened.SessionsCancelled: OrderEventKind.SESSIONS_CANCELLED,
}


@dataclass(frozen=True, slots=True)
class Step:
    """An event as the schema shows it. What an event has not is empty."""

    cursor: str
    at: Timestamp | None
    kind: OrderEventKind
    order_id: str
    version: int
    reason: str
    booking_id: str
    complaint_id: str


# What comes before an order is confirmed, which no partner sees, and how an order ends that may never have been.
UNSEEN = (happened.OrderPlaced, happened.OrderPaymentFailed)
ENDINGS = (happened.OrderCancelled, happened.OrderExpired, happened.SlotBooked, happened.OrderTransferred)


def step(event: streams.Told[Any], partners: bool = False) -> Step:
    """The event as the schema shows it; a partner does not read what a resident wrote."""
    message = event.message
    hidden = partners and isinstance(message, happened.OrderCancelled | happened.SessionsCancelled)
    complaint_id = getattr(message, "complaint_id", "")
    return Step(
        event.cursor,
        timestamp(event.at),
        KINDS[type(message)],
        message.order_id,
        0 if complaint_id else getattr(message, "version", 0),  # an order's, not a complaint's
        "" if hidden else getattr(message, "reason", ""),
        getattr(message, "booking_id", ""),
        complaint_id,
    )


async def was_confirmed(here: Context, message: Any) -> bool:
    """Does the partner see the order? Of one that was never confirmed it learns nothing, not even that it ended."""
    if type(message) in UNSEEN:
        return False
    if type(message) not in ENDINGS:
        return True
    try:
        await here.clients.ordering.get_order(pb.GetOrderRequest(order_id=message.order_id), here.token)
    except Problem as problem:
        if problem.status != 404:
            raise
        return False
    return True


def concerns(here: Context, message: Any) -> bool:
    """Is the caller the order's partner, its resident or their guardian, or do they supervise?"""
    principal = here.principal
    return (
        principal.supervises
        or principal.partner_id == message.partner_id
        or principal.acts_for(getattr(message, "resident_id", ""))
    )


@strawberry.type(description="A step of an order.")
class OrderEvent:
    cursor: str
    kind: OrderEventKind
    at: DateTime
    order_id: strawberry.ID = typed_id(Kind.ORDER, "order_id")
    version: int
    reason: str | None = text_or_none("reason")
    booking_id: strawberry.ID | None = typed_id_or_none(Kind.BOOKING, "booking_id")
    complaint_id: strawberry.ID | None = typed_id_or_none(Kind.COMPLAINT, "complaint_id")

    @strawberry.field(description="The order, as it is now; null where it cannot be read just now.")
    @asks("ordering.GetOrder")
    async def order(self: Any, info: Info[Any, Any]) -> Order | None:
        here = context(info)
        return await here.clients.ordering.get_order(pb.GetOrderRequest(order_id=self.order_id), here.token)  # type: ignore[return-value]


@strawberry.type
class Subscription:
    @strawberry.subscription(
        description="Every step of the orders of the caller's partner, or of the resident who asks: from now on, or "
        "after a cursor."
    )
    @asks("ordering.ListOrders")
    async def order_events(self, info: Info[Any, Any], after: str | None = None) -> AsyncGenerator[OrderEvent]:
        here = context(info)
        partners = streams.of_partner(here)
        async for event in streams.feed(here, tuple(KINDS), after):
            if concerns(here, event.message) and (not partners or await was_confirmed(here, event.message)):
                yield step(event, partners)  # type: ignore[misc]
