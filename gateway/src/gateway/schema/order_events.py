"""Every step of orders, as it happens or after a cursor: for a partner's system, a resident's app, the operator."""

from collections.abc import AsyncGenerator
from enum import Enum
from typing import Any

import strawberry
from chassis.problems import Problem
from google.protobuf.message import Message
from strawberry import ID
from yima.common.v1.enums import GuardianAct
from yima.ordering.v1 import api_pb2 as pb
from yima.ordering.v1 import events_pb2 as events_pb

from gateway import streams
from gateway.context import Context, Info
from gateway.ids import Kind, parse_global_id, shown
from gateway.policy import asks
from gateway.scalars import DateTime
from gateway.schema.common import AfterOfFeed


@strawberry.enum(description="What happened to an order.")
class OrderEventKind(Enum):
    PLACED = strawberry.enum_value(
        1, description="It was placed, and waits for money and consent. Partners are not told."
    )
    PAYMENT_FAILED = strawberry.enum_value(
        2, description="The payment was declined; the order waits for another. Partners are not told."
    )
    CONFIRMED = strawberry.enum_value(
        3, description="Money, consent and slot are in: the partner accepts or refuses it."
    )
    ACCEPTED = strawberry.enum_value(4, description="The partner will serve it.")
    REFUSED = strawberry.enum_value(5, description="The partner will not.")
    CANCELLED = strawberry.enum_value(6, description="It was cancelled.")
    EXPIRED = strawberry.enum_value(7, description="Its deadline passed.")
    SLOT_BOOKED = strawberry.enum_value(8, description="A session was booked, or moved to another time.")
    TRANSFERRED = strawberry.enum_value(9, description="Somebody else is to be served.")
    SERVICE_PROVEN = strawberry.enum_value(10, description="A service was given.")
    USAGE_RECORDED = strawberry.enum_value(11, description="Units of a metered service were used.")
    FULFILLED = strawberry.enum_value(
        12, description="All of it was given, or the time to use it is over; its money is due."
    )
    CLOSED = strawberry.enum_value(13, description="Its money was taken and split: nothing is left to do.")
    COMPLAINT_OPENED = strawberry.enum_value(14, description="Its resident complained.")
    COMPLAINT_ESCALATED = strawberry.enum_value(15, description="The partner did not answer the complaint in time.")
    COMPLAINT_DECIDED = strawberry.enum_value(16, description="The complaint was decided.")
    OBJECTION_ENDED = strawberry.enum_value(
        17, description="Its resident agreed to what was stated, or their objection was dismissed."
    )
    SESSIONS_CANCELLED = strawberry.enum_value(18, description="Booked sessions were cancelled, by either side.")
    SESSIONS_AGREED = strawberry.enum_value(
        19, description="Its resident agreed to sessions the partner booked or moved."
    )
    CANCELLATION_SETTLED = strawberry.enum_value(
        20, description="What is owed of a cancelled order is certain: its resident could object to what was stated."
    )
    SERIES_ENDED = strawberry.enum_value(
        21, description="No further period of it follows. What was paid runs to its end."
    )


KINDS: dict[type[Message], OrderEventKind] = {
    events_pb.OrderPlaced: OrderEventKind.PLACED,
    events_pb.OrderPaymentFailed: OrderEventKind.PAYMENT_FAILED,
    events_pb.OrderConfirmed: OrderEventKind.CONFIRMED,
    events_pb.OrderAccepted: OrderEventKind.ACCEPTED,
    events_pb.OrderRefused: OrderEventKind.REFUSED,
    events_pb.OrderCancelled: OrderEventKind.CANCELLED,
    events_pb.CancellationSettled: OrderEventKind.CANCELLATION_SETTLED,
    events_pb.OrderExpired: OrderEventKind.EXPIRED,
    events_pb.SlotBooked: OrderEventKind.SLOT_BOOKED,
    events_pb.OrderTransferred: OrderEventKind.TRANSFERRED,
    events_pb.ServiceProven: OrderEventKind.SERVICE_PROVEN,
    events_pb.UsageRecorded: OrderEventKind.USAGE_RECORDED,
    events_pb.OrderFulfilled: OrderEventKind.FULFILLED,
    events_pb.OrderClosed: OrderEventKind.CLOSED,
    events_pb.ComplaintOpened: OrderEventKind.COMPLAINT_OPENED,
    events_pb.ComplaintEscalated: OrderEventKind.COMPLAINT_ESCALATED,
    events_pb.ComplaintDecided: OrderEventKind.COMPLAINT_DECIDED,
    events_pb.ObjectionEnded: OrderEventKind.OBJECTION_ENDED,
    events_pb.SessionsCancelled: OrderEventKind.SESSIONS_CANCELLED,
    events_pb.SessionsAgreed: OrderEventKind.SESSIONS_AGREED,
    events_pb.SeriesEnded: OrderEventKind.SERIES_ENDED,
}


# What comes before an order is confirmed, which no partner sees, and how an order ends that may never have been.
UNSEEN = (events_pb.OrderPlaced, events_pb.OrderPaymentFailed)
ENDINGS = (
    events_pb.OrderCancelled,
    events_pb.OrderExpired,
    events_pb.SlotBooked,
    events_pb.OrderTransferred,
    events_pb.SeriesEnded,
)


async def was_confirmed(context: Context, message: Any) -> bool:
    """Does the partner see the order? Of one that was never confirmed it learns nothing, not even that it ended."""
    if type(message) in UNSEEN:
        return False
    if type(message) not in ENDINGS:
        return True
    try:
        await context.clients.ordering.get_order(pb.GetOrderRequest(order_id=message.order_id), context.token)
    except Problem as problem:
        if problem.status != 404:
            raise
        return False
    return True


def concerns(context: Context, message: Any) -> bool:
    """Is the caller the order's partner, its resident or their guardian, or do they supervise?"""
    principal = context.principal
    return (
        principal.supervises
        or principal.partner_id == message.partner_id
        or context.acts_for(getattr(message, "resident_id", ""), GuardianAct.ORDERS)
    )


@strawberry.type(description="A step of an order.")
class OrderEvent:
    cursor: str = strawberry.field(
        description="Keep it when the step was dealt with, and go on after it: `orderEvents(after: …)`."
    )
    kind: OrderEventKind = strawberry.field(description="What happened.")
    at: DateTime = strawberry.field(description="When it was announced.")
    order_id: ID
    version: int = strawberry.field(
        description="The order's version after this step; a step of a lower version is older. 0 of a complaint, and of "
        "a series."
    )
    reason: str | None = strawberry.field(
        description="Why it was refused, cancelled or expired; a resident's own words are not for the partner."
    )
    booking_id: ID | None = strawberry.field(description="The booking that was made, where the step is one.")
    complaint_id: ID | None = strawberry.field(description="The complaint, where the step is about one.")

    @strawberry.field(description="The order, as it is now; null where it cannot be read just now.")
    @asks("ordering.GetOrder")
    async def order(self, info: Info) -> pb.Order | None:
        context = info.context
        request = pb.GetOrderRequest(order_id=parse_global_id(Kind.ORDER, self.order_id, "orderId"))
        return await context.clients.ordering.get_order(request, context.token)


def order_event(event: streams.FeedEvent[Any], partners: bool = False) -> OrderEvent:
    """The event as the schema shows it; a partner does not read what a resident wrote. What it has not is null."""
    message = event.message
    hidden = partners and isinstance(message, events_pb.OrderCancelled | events_pb.SessionsCancelled)
    booking_id, complaint_id = getattr(message, "booking_id", ""), getattr(message, "complaint_id", "")
    series = isinstance(message, events_pb.SeriesEnded)
    return OrderEvent(
        cursor=event.cursor,
        kind=KINDS[type(message)],
        at=DateTime(event.at),
        order_id=ID(shown(Kind.ORDER, message.order_id)),
        version=0 if complaint_id or series else getattr(message, "version", 0),  # an order's alone
        reason=None if hidden else getattr(message, "reason", "") or None,
        booking_id=ID(shown(Kind.BOOKING, booking_id)) if booking_id else None,
        complaint_id=ID(shown(Kind.COMPLAINT, complaint_id)) if complaint_id else None,
    )


@strawberry.type
class Subscription:
    @strawberry.subscription(
        description="Every step of the orders of the caller's partner, or of the resident who asks: from now on, or "
        "after a cursor."
    )
    @asks("ordering.ListOrders")
    async def order_events(self, info: Info, after: AfterOfFeed = None) -> AsyncGenerator[OrderEvent]:
        context = info.context
        partners = streams.of_partner(context)
        async for event in streams.feed(context, tuple(KINDS), after):
            if concerns(context, event.message) and (not partners or await was_confirmed(context, event.message)):
                yield order_event(event, partners)
