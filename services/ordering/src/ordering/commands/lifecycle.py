"""What every step of an order does: its status, its next deadline, and what its end means for others."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis.outbox import Cause, publish
from sqlalchemy.ext.asyncio import AsyncSession
from yima.ordering.v1.events_pb2 import LineDue

from ordering import events
from ordering.aggregate import OrderAggregate
from ordering.commands import series
from ordering.domain.process import Actor, Deadlines, ObjectionOpen, OrderStatus, processes
from ordering.domain.series import ENDED
from ordering.store import bookings
from ordering.tables import OrderRow


def move(
    order: OrderAggregate,
    target: OrderStatus,
    actor: Actor,
    deadlines: Deadlines,
    now: datetime,
    by: str,
    reason: str = "",
) -> None:
    """Move a locked order on by its process, with its next deadline."""
    row = order.row
    process = processes()[row.process]
    if target is OrderStatus.FULFILLED and actor is not Actor.CLOCK:
        check_no_objection(row, now)
    row.status = process.advance(OrderStatus(row.status), target, actor)
    put_deadline(order, deadlines, now)
    row.reason = reason
    row.changed_by = by
    row.changed_at = now
    row.version += 1


def put_deadline(order: OrderAggregate, deadlines: Deadlines, since: datetime) -> None:
    """Say when an order that has had its present status since then moves on by itself: by its process, but never
    waiting past the first session for money or the partner, nor ending before the last session is over. The statements
    that place and confirm many orders (`store.orders`) do the same."""
    row, status = order.row, OrderStatus(order.row.status)
    process = processes()[row.process]
    ends = process.ends(status, since, deadlines, row.window_ends_at)
    last = order.last_session()
    if status is OrderStatus.PLACED and row.desk_by is not None:
        ends = since + deadlines.desk
    if status is OrderStatus.PLACED and row.period_starts_at is not None:
        ends = max(row.period_starts_at, since + deadlines.placed)
    if ends is not None and status in (OrderStatus.PLACED, OrderStatus.CONFIRMED) and row.begins_at is not None:
        if status is OrderStatus.PLACED and not row.money_in and row.desk_by is None:
            ends = min(ends, since + deadlines.unpaid)
        ends = min(ends, row.begins_at)
    if ends is not None and last is not None and (status is OrderStatus.ACCEPTED or row.window_ends_at is None):
        ends = (
            max(ends, last + deadlines.fulfilment) if status in (OrderStatus.ACCEPTED, OrderStatus.FULFILLING) else ends
        )
    answer_by = max(order.answers, default=None)
    if ends is not None and answer_by is not None and status in (OrderStatus.ACCEPTED, OrderStatus.FULFILLING):
        ends = max(ends, answer_by)  # what the partner withdrew is not over before its resident could agree to another
    row.deadline = ends
    wait_for_objections(row)


def since(order: OrderRow) -> datetime:
    """Since when an order has its present status."""
    return order.placed_at if order.status == OrderStatus.PLACED else order.changed_at


def shorten_deadline(order: OrderAggregate, deadlines: Deadlines, now: datetime) -> None:
    """Once everything was given, or nothing more may be, only its declaration is waited for."""
    if order.row.deadline is None or order.row.status != OrderStatus.FULFILLING:
        return
    if order.revoked:
        order.row.deadline = min(order.row.deadline, now)
    elif all(line.proven for line in order.lines):
        order.row.deadline = min(order.row.deadline, now + deadlines.fulfilment)
    wait_for_objections(order.row)


def wait_for_objections(row: OrderRow) -> None:
    """Let an order of which something was given go on no earlier than its resident's time to object is over; nor let
    money be taken for one that was cancelled."""
    if row.status == OrderStatus.FULFILLING and row.deadline is not None and row.objection_until is not None:
        row.deadline = max(row.deadline, row.objection_until)
    if row.dues_after is not None and row.objection_until is not None:
        row.dues_after = max(row.dues_after, row.objection_until)


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
    money or consent for them hears what is owed nevertheless. What rests on the partner's word alone is owed once its
    resident could object. With a period ends its series, and the next period where nobody has paid it yet."""
    if not ended:
        return
    for order, _ in ended:
        row = order.row
        until = row.objection_until
        objectionable = row.contested or (until is not None and until > row.changed_at)
        if row.status == OrderStatus.CANCELLED and objectionable and dues.get(row.id):
            row.dues_after = until
    await session.flush()
    at = ended[0][0].row.changed_at
    waiting = await series.end_with(session, [order.row for order, _ in ended], at)
    for order in waiting:
        drop(order.row, by, at)
    ended = [*ended, *((order, None) for order in waiting)]
    await session.flush()
    await bookings.release(session, [order.row.id for order, _ in ended], ended[0][0].row.changed_at)
    for order, cause in ended:
        row = order.row
        publish(session, events.order_called_off(row, by, dues.get(row.id, [])), row.id, cause)
        announce_follow_up(session, row, cause)


def drop(row: OrderRow, by: str, now: datetime) -> None:
    """Cancel a next period that nobody has paid, of a series that is over."""
    row.status = processes()[row.process].advance(OrderStatus(row.status), OrderStatus.CANCELLED, Actor.SYSTEM)
    row.deadline, row.reason, row.changed_by, row.changed_at = None, ENDED, by, now
    row.version += 1


def announce_follow_up(session: AsyncSession, order: OrderRow, cause: Cause | None = None) -> None:
    """Say how far an order has come that was placed for a follow-up; of any other nothing is said."""
    if (changed := events.follow_up_order_changed(order)) is not None:
        publish(session, changed, order.id, cause)


def settle_cancellation(session: AsyncSession, order: OrderAggregate) -> None:
    """Say what a cancelled order comes to, whose resident need not be waited for any more."""
    row = order.row
    row.dues_after, row.objection_until, row.contested = None, None, False
    row.version += 1
    publish(session, events.cancellation_settled(order), row.id)
