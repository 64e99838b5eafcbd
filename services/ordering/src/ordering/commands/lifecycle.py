"""What every step of an order does: its status, its next deadline, and what its end means for others."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis.outbox import Cause, publish
from sqlalchemy.ext.asyncio import AsyncSession
from yima.ordering.v1.events_pb2 import LineDue

from ordering import events
from ordering.aggregate import OrderAggregate
from ordering.domain.process import Actor, Deadlines, ObjectionOpen, OrderStatus, processes
from ordering.store import bookings
from ordering.tables import OrderRow


def move(
    whole: OrderAggregate,
    target: OrderStatus,
    actor: Actor,
    deadlines: Deadlines,
    now: datetime,
    by: str,
    reason: str = "",
) -> None:
    """Move a locked order on by its process, with its next deadline."""
    order = whole.order
    process = processes()[order.process]
    if target is OrderStatus.FULFILLED and actor is not Actor.CLOCK:
        check_no_objection(order, now)
    order.status = process.advance(OrderStatus(order.status), target, actor)
    put_deadline(whole, deadlines, now)
    order.reason = reason
    order.changed_by = by
    order.changed_at = now
    order.version += 1


def put_deadline(whole: OrderAggregate, deadlines: Deadlines, since: datetime) -> None:
    """Say when an order that has had its present status since then moves on by itself: by its process, but never
    waiting past the first session for money or the partner, nor ending before the last session is over. The statements
    that place and confirm many orders (`store.orders`) do the same."""
    order, status = whole.order, OrderStatus(whole.order.status)
    process = processes()[order.process]
    ends = process.ends(status, since, deadlines, order.window_ends_at)
    last = whole.last_session()
    if ends is not None and status in (OrderStatus.PLACED, OrderStatus.CONFIRMED) and order.begins_at is not None:
        if status is OrderStatus.PLACED and not order.money_in:
            ends = min(ends, since + deadlines.unpaid)
        ends = min(ends, order.begins_at)
    if ends is not None and last is not None and (status is OrderStatus.ACCEPTED or order.window_ends_at is None):
        ends = (
            max(ends, last + deadlines.fulfilment) if status in (OrderStatus.ACCEPTED, OrderStatus.FULFILLING) else ends
        )
    answer_by = max(whole.answers, default=None)
    if ends is not None and answer_by is not None and status in (OrderStatus.ACCEPTED, OrderStatus.FULFILLING):
        ends = max(ends, answer_by)  # what the partner withdrew is not over before its resident could agree to another
    order.deadline = ends
    wait_for_objections(order)


def since(order: OrderRow) -> datetime:
    """Since when an order has its present status."""
    return order.placed_at if order.status == OrderStatus.PLACED else order.changed_at


def shorten_deadline(whole: OrderAggregate, deadlines: Deadlines, now: datetime) -> None:
    """Once everything was given, or nothing more may be, only its declaration is waited for."""
    if whole.order.deadline is None or whole.order.status != OrderStatus.FULFILLING:
        return
    if whole.revoked:
        whole.order.deadline = min(whole.order.deadline, now)
    elif all(line.proven for line in whole.lines):
        whole.order.deadline = min(whole.order.deadline, now + deadlines.fulfilment)
    wait_for_objections(whole.order)


def wait_for_objections(order: OrderRow) -> None:
    """Let an order of which something was given go on no earlier than its resident's time to object is over."""
    if order.status == OrderStatus.FULFILLING and order.deadline is not None and order.objection_until is not None:
        order.deadline = max(order.deadline, order.objection_until)


def check_no_objection(order: OrderRow, now: datetime) -> None:
    """Refuse to take money for what the resident may still object to."""
    if order.contested:
        raise ObjectionOpen("the resident has objected; wait for the decision")
    if order.objection_until is not None and order.objection_until > now:
        raise ObjectionOpen(
            f"until {order.objection_until:%Y-%m-%d %H:%M} UTC; try again then, or once the resident has confirmed it"
        )


async def call_off(
    session: AsyncSession,
    ended: Sequence[tuple[OrderAggregate, Cause | None]],
    by: str,
    dues: Mapping[UUID, Sequence[LineDue]],
) -> None:
    """End locked orders that have just been moved to one of the ends: their places are free again, and whoever holds
    money or consent for them hears what is owed nevertheless."""
    if not ended:
        return
    await session.flush()
    await bookings.release(session, [whole.order.id for whole, _ in ended], ended[0][0].order.changed_at)
    for whole, cause in ended:
        order = whole.order
        publish(session, events.order_called_off(order, by, dues.get(order.id, [])), order.id, cause)
