"""What a desk orders for the resident who stands there, and what they say to it.

The partner gains from the order, so that its desk agrees to nothing for them: not to the order, nor to its sessions,
nor to what it asks of their data. Until the resident has, it costs nothing and keeps them from nothing.
"""

from datetime import datetime, timedelta
from uuid import UUID

from chassis import texts
from chassis.outbox import publish
from chassis.refusals import KeyReused
from sqlalchemy.ext.asyncio import AsyncSession

from ordering import events
from ordering.aggregate import OrderAggregate
from ordering.commands import cases, placing
from ordering.commands.booking import rebooked
from ordering.commands.lifecycle import call_off, move
from ordering.commands.placing import PlaceRequest
from ordering.domain.cases import AlreadyComplained
from ordering.domain.desks import DeskScan
from ordering.domain.orders import TEXT_LENGTH_MAX, SlotPast
from ordering.domain.process import Actor, Deadlines, OrderStatus, TransitionRefused
from ordering.domain.proofs import ScanUsed
from ordering.domain.visibility import Visibility
from ordering.store import bookings, orders, proofs
from ordering.store import cases as case_store

USED = "a scan places one order; scan again"


async def place_desk_order(
    session: AsyncSession, request: PlaceRequest, deadlines: Deadlines, now: datetime
) -> OrderAggregate:
    """Place an order by a scan, which is used up by that."""
    assert request.desk is not None
    await check_unused(session, request.desk)
    (outcome,) = await placing.place(session, [request], deadlines, now)
    if isinstance(outcome, KeyReused):
        raise ScanUsed(USED, "scan_receipt")
    if isinstance(outcome, Exception):
        raise outcome
    await proofs.use_scan(session, request.desk.scan_id, outcome.row.id)
    return outcome


async def check_unused(session: AsyncSession, scan: DeskScan) -> None:
    """Refuse a scan that has placed an order, or proven a service."""
    if await proofs.use_of_scan(session, scan.scan_id) is not None:
        raise ScanUsed(USED, "scan_receipt")


async def agree_to_desk_order(
    session: AsyncSession, *, order_id: UUID, visibility: Visibility, deadlines: Deadlines, now: datetime
) -> OrderAggregate:
    """The resident's word for what a desk placed. Where it waits for nothing else, it is confirmed."""
    order = await orders.order(session, order_id, visibility, lock=True)
    if order.row.desk_by is None:
        raise TransitionRefused("no desk placed it, and there is nothing to agree to", "order_id")
    if order.row.desk_agreed_at is not None:
        return order
    if order.row.status != OrderStatus.PLACED:
        raise TransitionRefused(f"an order that is {order.row.status} is over; order again", "order_id")
    order.standing.check(now)
    order = await give_word(session, order, deadlines, now)
    await session.flush()
    for confirmed in await orders.confirm(session, [order_id], now, now + deadlines.acceptance):
        publish(session, events.order_confirmed(confirmed), order_id)
    await session.refresh(order.row)
    return order


async def give_word(
    session: AsyncSession, order: OrderAggregate, deadlines: Deadlines, now: datetime
) -> OrderAggregate:
    """Note that the resident wants a placed order, and its sessions at their times, that a desk put there."""
    row = order.row
    row.desk_agreed_at = now
    sessions = [booking for line in order.lines for booking in line.bookings if booking.agreed_at is None]
    if not sessions:
        row.version += 1
        return order
    for booking in sessions:
        if booking.starts_at <= now:
            raise SlotPast("one of its sessions has begun; order again", "order_id")
        booking.agreed_at = now
    with bookings.clashes_refused("move one of the two first", "order_id"):
        await session.flush()
    after = await rebooked(session, order, deadlines, now)
    if (placed := events.sessions_placed(after.row, after.lines)) is not None:
        publish(session, placed, row.id)
    return after


async def disown_desk_order(
    session: AsyncSession,
    *,
    order_id: UUID,
    text: str,
    visibility: Visibility,
    by: UUID,
    answer_within: timedelta,
    deadlines: Deadlines,
    now: datetime,
) -> OrderAggregate:
    """The resident says that it was not them: what still waits is cancelled for nothing, and its partner answers for it
    in a complaint."""
    order = await orders.order(session, order_id, visibility, lock=True)
    if not order.row.waits_for_word:
        raise TransitionRefused("they placed it or agreed to it themselves; cancel it, or complain", "order_id")
    if await case_store.open_complaint_of(session, order_id):
        raise AlreadyComplained("wait for its decision")
    words = texts.prose(text, "text", TEXT_LENGTH_MAX)
    if order.row.status == OrderStatus.PLACED:
        move(order, OrderStatus.CANCELLED, Actor.RESIDENT, deadlines, now, str(by), DISOWNED)
        await call_off(session, [(order, None)], str(by), {})
    await cases.open_complaint(
        session, order.row, words=words, by=by, answer_within=answer_within, not_given=False, objects=False, now=now
    )
    return order


DISOWNED = "disowned-by-resident"
