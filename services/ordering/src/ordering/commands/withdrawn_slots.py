"""Sessions whose times a partner takes back: each is offered another time, or ends for nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import Cause, publish
from sqlalchemy.ext.asyncio import AsyncSession

from ordering import events
from ordering.aggregate import OrderAggregate, OrderLine
from ordering.commands.lifecycle import call_off, move, put_deadline, shorten_deadline, since
from ordering.domain.orders import SESSIONS_MAX, Slot
from ordering.domain.process import Actor, Deadlines, OrderStatus, processes
from ordering.store import bookings, offerings, orders
from ordering.tables import BookingRow, SlotRow

WITHDRAWN = "the partner withdrew the time"
UNANSWERED = "the partner withdrew the time, and nobody agreed to another"
# Slots looked at for each session that is to be offered another time: its order may be booked in some of them.
SLOTS_AHEAD = SESSIONS_MAX
UNANSWERED_MAX = 100


@dataclass(frozen=True, slots=True)
class LostSession:
    """A coming session that its partner takes back, why, and what caused it."""

    order: OrderAggregate
    line: OrderLine
    booking: BookingRow
    reason: str
    cause: Cause | None


async def withdraw_slots(
    session: AsyncSession,
    rows: Sequence[SlotRow],
    reasons: Mapping[UUID, tuple[str, Cause]],
    deadlines: Deadlines,
    now: datetime,
) -> None:
    """Whoever has booked such a slot loses the session for nothing, and is offered another time where there is one.
    `reasons` say of each slot why, and what caused it."""
    if not rows:
        return
    await offerings.withdraw_slots(session, sorted(rows, key=lambda row: row.id))
    ids = await bookings.booked_in(session, list(reasons), now)
    if not ids:
        return
    await orders.lock_orders(session, ids)
    lost = [
        LostSession(order, line, booking, f"{WITHDRAWN}: {reason}", cause)
        for order in await orders.orders_by_id(session, ids)
        for line in order.lines
        for booking in line.bookings
        if booking.slot_id in reasons and booking.starts_at > now
        for reason, cause in [reasons[booking.slot_id]]
    ]
    await take_back(session, lost, deadlines, now, offering=True)


async def end_unanswered(database: Database, deadlines: Deadlines, now: datetime) -> bool:
    """Take back offered sessions that nobody agreed to in time; True where there may be more."""
    async with database.transaction() as session:
        late = await bookings.unanswered(session, now, UNANSWERED_MAX)
        ids = {booking_id for booking_id, _ in late}
        lost = [
            LostSession(order, line, booking, UNANSWERED, None)
            for order in await orders.orders_by_id(session, sorted({order_id for _, order_id in late}))
            for line in order.lines
            for booking in line.bookings
            if booking.id in ids
        ]
        await take_back(session, lost, deadlines, now, offering=False)
    return len(late) == UNANSWERED_MAX


async def take_back(
    session: AsyncSession, lost: Sequence[LostSession], deadlines: Deadlines, now: datetime, *, offering: bool
) -> None:
    """Take sessions out of locked orders, for nothing. Each is offered the next free time of the same offering, if
    `offering` and there is one, which waits for its resident's agreement. Otherwise an order that is about nothing else
    is cancelled, and what is left of any other goes on: the session may be booked again."""
    to_offer = [loss for loss in lost if may_be_offered(loss, now)] if offering else []
    offers = await find_offers(session, lost, to_offer, deadlines)
    ended: dict[UUID, tuple[OrderAggregate, Cause | None]] = {}
    kept: dict[UUID, list[LostSession]] = {}
    for loss in lost:
        order = loss.order
        if loss.booking.id not in offers and is_all(order) and order.may_be_cancelled(Actor.SYSTEM):
            move(order, OrderStatus.CANCELLED, Actor.SYSTEM, deadlines, now, "partner", loss.reason)
            ended[order.row.id] = (order, loss.cause)
        else:
            kept.setdefault(order.row.id, []).append(loss)
    dues = {order_id: events.dues_for_use(order) for order_id, (order, _) in ended.items()}
    await call_off(session, list(ended.values()), "partner", dues)
    await book_offers(session, kept, offers, deadlines, now)


def may_be_offered(loss: LostSession, now: datetime) -> bool:
    """Is another time offered for this session? Of what is not paid, or with a partner that is suspended, none is."""
    row = loss.order.row
    going_on = row.status in (OrderStatus.CONFIRMED, OrderStatus.ACCEPTED, OrderStatus.FULFILLING)
    return going_on and processes()[row.process].offered_when_withdrawn and loss.order.standing.good(now)


def is_all(order: OrderAggregate) -> bool:
    """Is one session, which was not given, all there is of this order?"""
    return len(order.lines) == 1 and not order.lines[0].entitlements and not order.lines[0].begun


async def find_offers(
    session: AsyncSession, lost: Sequence[LostSession], to_offer: Sequence[LostSession], deadlines: Deadlines
) -> Mapping[UUID, Slot]:
    """Other times for the sessions `to_offer`, by their bookings. Locks these slots, and those of all that are lost."""
    since: dict[UUID, tuple[datetime, int]] = {}
    for loss in to_offer:
        first, limit = since.get(loss.line.row.offering_id, (loss.booking.starts_at, SLOTS_AHEAD))
        since[loss.line.row.offering_id] = min(first, loss.booking.starts_at), limit + 1
    candidates = await offerings.free_slots(session, since) if since else []
    slots = await offerings.slots_for_update(session, sorted({*candidates, *(loss.booking.slot_id for loss in lost)}))
    return next_times(to_offer, [slots[slot_id] for slot_id in candidates if slot_id in slots], deadlines)


def next_times(lost: Sequence[LostSession], free: Sequence[Slot], deadlines: Deadlines) -> Mapping[UUID, Slot]:
    """For each session, by its booking, the first free time after its own within its order's time, earlier sessions
    first. Where else its resident is booked is not looked at: their partner would learn of it by what is offered."""
    left = {slot.id: slot.free for slot in free}
    coming: dict[UUID, list[Slot]] = {}
    for slot in sorted(free, key=lambda slot: slot.starts_at):
        coming.setdefault(slot.offering_id, []).append(slot)
    lost_ids = {loss.booking.id for loss in lost}
    busy = {
        loss.order.row.id: [
            (booking.starts_at, booking.ends_at)
            for line in loss.order.lines
            for booking in line.bookings
            if booking.id not in lost_ids
        ]
        for loss in lost
    }
    times: dict[UUID, Slot] = {}
    for loss in sorted(lost, key=lambda loss: (loss.booking.starts_at, loss.booking.id)):
        row, starts_at = loss.order.row, loss.booking.starts_at
        ends = row.window_ends_at or starts_at + deadlines.service
        sessions = busy[row.id]
        for slot in coming.get(loss.line.row.offering_id, ()):
            fits = left[slot.id] and starts_at <= slot.starts_at < ends
            if fits and all(slot.ends_at <= begins or slot.starts_at >= over for begins, over in sessions):
                times[loss.booking.id] = slot
                left[slot.id] -= 1
                sessions.append((slot.starts_at, slot.ends_at))
                break
    return times


async def book_offers(
    session: AsyncSession,
    lost: Mapping[UUID, Sequence[LostSession]],
    offers: Mapping[UUID, Slot],
    deadlines: Deadlines,
    now: datetime,
) -> None:
    """Give sessions of locked orders up for those that are offered instead, if any, and say so. `lost` are the sessions
    by their orders."""
    if not lost:
        return
    every = [loss for of_order in lost.values() for loss in of_order]
    for of_order in lost.values():
        of_order[0].order.row.version += 1
    for loss in every:
        loss.line.row.sessions_lost += loss.booking.agreed_at is not None
    await session.flush()
    await bookings.release_some(session, [loss.booking.id for loss in every], now)
    new_ids = {booking_id: new_id() for booking_id in offers}
    booked = [
        {
            "id": new_ids[loss.booking.id],
            "order_line_id": loss.line.row.id,
            "slot_id": offers[loss.booking.id].id,
            "held_by": loss.order.row.placed_by,
            "beneficiary_id": loss.order.row.beneficiary_id,
            "booked_by": "partner",
            "answer_by": deadlines.answer_by(offers[loss.booking.id].starts_at, now).isoformat(),
        }
        for loss in every
        if loss.booking.id in offers
    ]
    await bookings.book(session, booked, now)
    await bookings.set_begins(session, list(lost))
    for of_order in lost.values():
        session.expire(of_order[0].order.row)
    for after in await orders.orders_by_id(session, list(lost)):
        put_deadline(after, deadlines, since(after.row))
        shorten_deadline(after, deadlines, now)
        announce_losses(session, after, lost[after.row.id], offers, new_ids, deadlines, now)


def announce_losses(
    session: AsyncSession,
    after: OrderAggregate,
    lost: Sequence[LostSession],
    offers: Mapping[UUID, Slot],
    new_ids: Mapping[UUID, UUID],
    deadlines: Deadlines,
    now: datetime,
) -> None:
    """Publish of each lost session of an order what is offered instead, and a line at a time what is cancelled."""
    cancelled: dict[UUID, list[LostSession]] = {}
    for loss in lost:
        slot = offers.get(loss.booking.id)
        if slot is None:
            cancelled.setdefault(loss.line.row.id, []).append(loss)
            continue
        offered = events.slot_booked(
            after.row,
            new_ids[loss.booking.id],
            loss.line,
            (slot.starts_at, slot.ends_at),
            waits_for_agreement=True,
            instead_of=loss.booking,
            answer_by=deadlines.answer_by(slot.starts_at, now),
            reason=loss.reason,
        )
        publish(session, offered, after.row.id, loss.cause)
    for of_line in cancelled.values():
        first, released = of_line[0], [loss.booking for loss in of_line]
        event = events.sessions_cancelled(
            after.row, first.line, released, given_up=0, fee_minor=0, by="partner", reason=first.reason
        )
        publish(session, event, after.row.id, first.cause)
