"""How orders move."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.consumer import Event, Subscription, Work, subscription
from chassis.wire import moment
from yima.ordering.v1 import events_pb2 as ordering

from settlement.commands import payments
from settlement.commands.resources import Resources
from settlement.domain.payments import ChosenMethod, EndedOrder, LineDue, OrderLine, PlacedOrder


async def on_order_placed(work: Work[Resources], events: Sequence[Event[ordering.OrderPlaced]]) -> None:
    await payments.place(work.session, [placed_order(event) for event in events], work.now)
    if any(event.message.payment_method for event in events):
        work.resources.provider_is_needed()


async def on_payment_chosen(work: Work[Resources], events: Sequence[Event[ordering.PaymentChosen]]) -> None:
    await payments.choose(
        work.session,
        [
            ChosenMethod(
                order_id=UUID(event.message.order_id),
                version=event.message.version,
                payment_method=event.message.payment_method,
                traceparent=event.traceparent,
            )
            for event in events
        ],
        work.now,
    )
    work.resources.provider_is_needed()


async def on_order_fulfilled(work: Work[Resources], events: Sequence[Event[ordering.OrderFulfilled]]) -> None:
    orders = [
        ended_order(event, [UUID(line) for line in event.message.order_line_ids], event.message.dues)
        for event in events
    ]
    await payments.fulfil(work.session, orders, work.resources.provider, work.now)
    work.resources.provider_is_needed()


async def on_order_cancelled(work: Work[Resources], events: Sequence[Event[ordering.OrderCancelled]]) -> None:
    """Of an order whose resident may still object, no money moves before `CancellationSettled` says what is owed."""
    certain = [event for event in events if not event.message.HasField("objection_until")]
    await on_cancellation_settled(work, certain)


async def on_cancellation_settled(
    work: Work[Resources], events: Sequence[Event[ordering.OrderCancelled] | Event[ordering.CancellationSettled]]
) -> None:
    orders = [ended_order(event, dues=event.message.dues) for event in events]
    await payments.cancel(work.session, orders, work.resources.provider, work.now)
    work.resources.provider_is_needed()


async def on_order_ended(work: Work[Resources], events: Sequence[Event[Any]]) -> None:
    """An order was refused or expired: nothing is owed for it."""
    await payments.release(work.session, [ended_order(event) for event in events], work.now)
    work.resources.provider_is_needed()


def placed_order(event: Event[ordering.OrderPlaced]) -> PlacedOrder:
    order = event.message
    return PlacedOrder(
        id=UUID(order.order_id),
        partner_id=UUID(order.partner_id),
        resident_id=UUID(order.resident_id),
        placed_by=UUID(order.placed_by),
        version=order.version,
        total_minor=order.total.minor,
        currency=order.total.currency,
        payment_method=order.payment_method,
        lines=[
            OrderLine(
                UUID(line.order_line_id),
                line.total.minor,
                UUID(line.offering_id) if line.offering_id else None,
                line.offering_revision,
                list(line.certificate_ids),
            )
            for line in order.lines
        ],
        traceparent=event.traceparent,
        placed_at=moment(order.placed_at),
    )


def ended_order(event: Event[Any], lines: Sequence[UUID] = (), dues: Sequence[ordering.LineDue] = ()) -> EndedOrder:
    return EndedOrder(
        id=UUID(event.message.order_id),
        traceparent=event.traceparent,
        ended_at=event.time,
        line_ids=lines,
        dues=[LineDue(UUID(due.order_line_id), due.amount.minor, due.amount.currency) for due in dues],
    )


SUBSCRIPTIONS: Sequence[Subscription[Resources]] = [
    subscription(
        "settlement-orders",
        {
            ordering.OrderPlaced: on_order_placed,
            ordering.PaymentChosen: on_payment_chosen,
            ordering.OrderFulfilled: on_order_fulfilled,
            ordering.OrderCancelled: on_order_cancelled,
            ordering.CancellationSettled: on_cancellation_settled,
            ordering.OrderRefused: on_order_ended,
            ordering.OrderExpired: on_order_ended,
        },
        lanes=2,
    )
]
