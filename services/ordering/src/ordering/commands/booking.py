"""Sessions booked and moved after an order was placed, and orders passed on to another person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.ids import new_id, parse_id
from chassis.outbox import publish
from chassis.refusals import Invalid
from sqlalchemy.ext.asyncio import AsyncSession

from ordering import events
from ordering.aggregate import OrderAggregate, OrderLine
from ordering.commands import eligibility
from ordering.commands.lifecycle import put_deadline, shorten_deadline, since
from ordering.domain import orders as rules
from ordering.domain.entitlements import (
    AllOfIt,
    EntitlementOver,
    EntitlementUsedUp,
    TooLateToMove,
    TransferRefused,
    fee_basis_points,
    fees,
)
from ordering.domain.orders import SESSIONS_MAX, Limits, Person, Place, Slot, SlotPast, SlotTaken
from ordering.domain.process import Actor, Deadlines, OrderStatus, TransitionRefused
from ordering.domain.visibility import Visibility
from ordering.store import bookings, offerings, orders
from ordering.tables import BookingRow

BOOKABLE = (OrderStatus.PLACED, OrderStatus.CONFIRMED, OrderStatus.ACCEPTED, OrderStatus.FULFILLING)
BOOKABLE_BY_PARTNER = (OrderStatus.ACCEPTED, OrderStatus.FULFILLING)


async def book_slot(
    session: AsyncSession,
    *,
    order_id: UUID,
    line_id: str,
    slot_id: UUID,
    booking_id: str,
    visibility: Visibility,
    actor: Actor,
    limits: Limits,
    deadlines: Deadlines,
    now: datetime,
) -> OrderAggregate:
    """Book a further session of a line, or move one that has not begun to another slot; the deadline follows. What the
    partner books waits for the resident's agreement."""
    order = await orders.order(session, order_id, visibility, lock=True)
    check_bookable(order, actor, now)
    line = line_of(order, line_id)
    replaced = booking_of(line, booking_id) if booking_id else None
    if replaced is not None:
        check_movable(order, line, replaced, actor, now)
    elif not line.terms.booking_required or len(line.bookings) >= line.terms.visits - given_up_of(line):
        raise Invalid("order_line_id", "has no further session to book")
    slot = await reserve(session, order, line, slot_id, replaced, limits, deadlines, now)
    by_resident = actor is Actor.RESIDENT
    if by_resident:
        line.row.sessions_lost = max(0, line.row.sessions_lost - (replaced is None or replaced.agreed_at is None))
    elif replaced is not None:
        line.row.sessions_lost += replaced.agreed_at is not None
    await session.flush()
    offered = not by_resident and replaced is not None and replaced.answer_by is not None
    answer_by = deadlines.answer_by(slot.starts_at, now) if offered else None  # another time than was offered before
    new_booking_id = new_id()
    new_booking = {
        "id": new_booking_id,
        "order_line_id": line.row.id,
        "slot_id": slot_id,
        "held_by": order.row.placed_by,
        "beneficiary_id": order.row.beneficiary_id,
        "booked_by": "resident" if by_resident else "partner",
        "answer_by": answer_by.isoformat() if answer_by else None,
    }
    with bookings.clashes_refused("choose another time", "slot_id"):
        await bookings.book(session, [new_booking], now)
    after = await rebooked(session, order, deadlines, now)
    event = events.slot_booked(
        after.row,
        new_booking_id,
        line,
        (slot.starts_at, slot.ends_at),
        waits_for_agreement=not by_resident,
        instead_of=replaced,
        answer_by=answer_by,
    )
    publish(session, event, order_id)
    return after


def check_bookable(order: OrderAggregate, actor: Actor, now: datetime) -> None:
    """May this actor book sessions of the order now?"""
    if order.row.status not in BOOKABLE:
        raise TransitionRefused(f"nothing is booked in an order that is {order.row.status}")
    if actor is not Actor.RESIDENT and order.row.status not in BOOKABLE_BY_PARTNER:
        raise TransitionRefused("accept the order first; then offer its resident another time")
    order.standing.check(now)


async def reserve(
    session: AsyncSession,
    order: OrderAggregate,
    line: OrderLine,
    slot_id: UUID,
    replaced: BookingRow | None,
    limits: Limits,
    deadlines: Deadlines,
    now: datetime,
) -> Slot:
    """Lock a slot that has room for the session, after the account that holds the order's places, and give up the
    booking that it replaces."""
    account = order.row.placed_by
    if limits.of_times:
        await bookings.lock_accounts(session, [account])
    slots = await offerings.slots_for_update(session, sorted({slot_id} | ({replaced.slot_id} if replaced else set())))
    slot = rules.check_slot(slots.get(slot_id), line.row.offering_id, now, "slot_id")
    check_free(order, line, slot, replaced.slot_id if replaced else None, deadlines)
    if replaced is not None:
        await bookings.release_some(session, [replaced.id], now)
    if limits.of_times:
        places = await bookings.places_held(session, [account], [slot], deadlines.zone)
        place = Place(slot.id, slot.offering_id, deadlines.today(slot.starts_at))
        rules.check_places(places.get(account, ()), place, limits, "slot_id")
    return slot


async def agree_to_sessions(
    session: AsyncSession,
    *,
    order_id: UUID,
    booking_ids: Sequence[UUID],
    visibility: Visibility,
    deadlines: Deadlines,
    now: datetime,
) -> OrderAggregate:
    """Agree to sessions the partner booked: from now on their fees and their times are the resident's."""
    order = await orders.order(session, order_id, visibility, lock=True)
    if order.row.status not in BOOKABLE:
        raise TransitionRefused(f"nothing is booked in an order that is {order.row.status}")
    order.standing.check(now)
    if not 1 <= len(booking_ids) <= SESSIONS_MAX or len(set(booking_ids)) < len(booking_ids):
        raise Invalid("booking_ids", f"name 1 to {SESSIONS_MAX} sessions, none twice")
    coming = {booking.id: (line, booking) for line in order.lines for booking in line.bookings}
    agreed = []
    for index, booking_id in enumerate(booking_ids):
        if booking_id not in coming:
            raise Invalid(f"booking_ids[{index}]", "is not a session of this order now; look at it again")
        line, booking = coming[booking_id]
        if booking.agreed_at is not None:
            continue
        if booking.starts_at <= now:
            raise SlotPast("the session has begun", f"booking_ids[{index}]")
        booking.agreed_at = now
        line.row.sessions_lost = max(0, line.row.sessions_lost - 1)
        agreed.append(booking_id)
    if not agreed:
        return order
    with bookings.clashes_refused("move one of the two first", "booking_ids"):
        await session.flush()
    after = await rebooked(session, order, deadlines, now)
    publish(session, events.sessions_agreed(after.row, agreed), order_id)
    return after


@dataclass(frozen=True, slots=True)
class SessionCancellation:
    """An order after sessions of it were cancelled, what that costs, and what it releases, in minor units."""

    order: OrderAggregate
    fee_minor: int
    released_minor: int


async def cancel_sessions(
    session: AsyncSession,
    *,
    order_id: UUID,
    line_id: str,
    booking_id: str,
    following: bool,
    item: str,
    reason: str,
    validate_only: bool,
    visibility: Visibility,
    actor: Actor,
    by: str,
    deadlines: Deadlines,
    now: datetime,
) -> SessionCancellation:
    """Cancel a session of a line, or it and all after it. A resident gives up the visits they agreed to, for the fee of
    each by its own time; the others, and those the partner cancels, stay to be booked again."""
    order = await orders.order(session, order_id, visibility, lock=True)
    if order.row.status not in (OrderStatus.CONFIRMED, OrderStatus.ACCEPTED, OrderStatus.FULFILLING):
        raise TransitionRefused(f"sessions of an order that is {order.row.status} are not cancelled")
    line = line_of(order, line_id)
    first = booking_of(line, booking_id)
    if first.starts_at <= now:
        raise SlotPast("the session has begun", "booking_id")
    stated_reason = texts.reason(reason)
    following_too = [booking for booking in line.bookings if booking.starts_at >= first.starts_at]
    sessions = sorted(following_too if following else [first], key=lambda booking: booking.starts_at)
    parts, agreed = line.session_parts, [booking for booking in sessions if booking.agreed_at is not None]
    ended = agreed if actor is Actor.RESIDENT else sessions
    if not line.entitlements or (ended and not line.begun and len(parts) <= len(ended)):
        raise AllOfIt("cancelling it has a preview, too", "booking_id")
    given_up = min(len(agreed), len(parts)) if actor is Actor.RESIDENT else 0
    charged = given_up and order.fees_apply(now)
    fee = fees(parts, line.cancellation, [booking.starts_at for booking in agreed], now) if charged else 0
    cancellation = SessionCancellation(order, fee, sum(parts[:given_up]) - fee)
    if validate_only:
        return cancellation
    give_up(line, item, given_up)
    line.row.fees_minor += fee
    line.row.sessions_lost += 0 if actor is Actor.RESIDENT else len(agreed)
    await offerings.slots_for_update(session, sorted({booking.slot_id for booking in sessions}))
    await session.flush()
    await bookings.release_some(session, [booking.id for booking in sessions], now)
    after = await rebooked(session, order, deadlines, now)
    event = events.sessions_cancelled(
        after.row, line, sessions, given_up=given_up, fee_minor=fee, by=by, reason=stated_reason
    )
    publish(session, event, order_id)
    return replace(cancellation, order=after)


def given_up_of(line: OrderLine) -> int:
    return sum(item.given_up for item in line.entitlements if item.visit)


def give_up(line: OrderLine, code: str, count: int) -> None:
    """Give up so many visits of a line; which need not be said where there is one kind."""
    if not count:
        return
    visits = [item for item in line.entitlements if item.visit and code in ("", item.code)]
    if len(visits) != 1:
        raise Invalid("item", f"say which: {', '.join(item.code for item in line.entitlements if item.visit)}")
    left = visits[0].granted - visits[0].used - visits[0].given_up
    if count > left:
        raise EntitlementUsedUp(f"{left} of {visits[0].code} are left", "item")
    visits[0].given_up += count


async def rebooked(session: AsyncSession, order: OrderAggregate, deadlines: Deadlines, now: datetime) -> OrderAggregate:
    """The order with the bookings it has now, and the deadline that follows from them."""
    order.row.version += 1
    await session.flush()
    await bookings.set_begins(session, [order.row.id])
    await session.refresh(order.row)
    (after,) = await orders.with_lines(session, [order.row])
    put_deadline(after, deadlines, since(order.row))
    shorten_deadline(after, deadlines, now)
    return after


def line_of(order: OrderAggregate, line_id: str) -> OrderLine:
    row_id = parse_id(line_id, "order_line_id")
    for line in order.lines:
        if line.row.id == row_id:
            return line
    raise Invalid("order_line_id", "is not a line of this order")


def booking_of(line: OrderLine, booking_id: str) -> BookingRow:
    row_id = parse_id(booking_id, "booking_id")
    for booking in line.bookings:
        if booking.id == row_id:
            return booking
    raise Invalid("booking_id", "is not a booking of this line")


def check_movable(order: OrderAggregate, line: OrderLine, booking: BookingRow, actor: Actor, now: datetime) -> None:
    """A session that has begun stays where it is; a resident moves one while cancelling it would cost nothing."""
    if booking.starts_at <= now:
        raise SlotPast("the session has begun", "booking_id")
    bound = actor is Actor.RESIDENT and booking.agreed_at is not None and order.fees_apply(now)
    if bound and fee_basis_points(line.cancellation, booking.starts_at, now):
        raise TooLateToMove(f"it begins at {booking.starts_at:%Y-%m-%d %H:%M} UTC", "booking_id")


def check_free(order: OrderAggregate, line: OrderLine, slot: Slot, given_up: UUID | None, deadlines: Deadlines) -> None:
    """Is there room in the slot, and within the time to use the order?"""
    if slot.id == given_up or any(booking.slot_id == slot.id for booking in line.bookings):
        raise Invalid("slot_id", "is booked already")
    if slot.free < 1:
        raise SlotTaken("choose another", "slot_id")
    ends = order.row.window_ends_at
    if ends is not None and slot.starts_at >= ends:
        raise EntitlementOver(f"it ends on {deadlines.today(ends)}; choose an earlier one", "slot_id")


async def transfer_order(
    session: AsyncSession,
    *,
    order_id: UUID,
    beneficiary_id: UUID,
    person: Person | None,
    visibility: Visibility,
    deadlines: Deadlines,
    now: datetime,
) -> OrderAggregate:
    """Let a dependant, or the guardian, be served instead, before anything was used.

    Consent is a person's own: an order that asks for data is cancelled and placed again instead.
    """
    order = await orders.order(session, order_id, visibility, lock=True)
    if order.row.status not in BOOKABLE:
        raise TransitionRefused(f"an order that is {order.row.status} cannot be passed on")
    if any(line.begun for line in order.lines):
        raise TransferRefused("some of it was used")
    if any(line.terms.consent_needed for line in order.lines):
        raise TransferRefused("it asks for data of its resident; cancel it and order again")
    if order.row.series_id is not None:
        raise TransferRefused("periods follow it, for its resident; stop them, and order for somebody else")
    if any(line.row.private_offer_id for line in order.lines):
        raise TransferRefused(
            "its price was offered to its resident alone; order for somebody else at the published one"
        )
    await eligibility.check_lines(session, order, person, deadlines.today(now), "resident_id")
    order.row.passed_to = beneficiary_id
    order.row.version += 1
    with bookings.clashes_refused("they are booked at that time", "resident_id"):
        await bookings.serve_another(session, order_id, beneficiary_id)
    publish(session, events.order_transferred(order.row, beneficiary_id), order_id)
    return order
