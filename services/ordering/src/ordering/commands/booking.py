"""Sessions booked and moved after an order was placed, and orders passed on to another person."""

from datetime import date, datetime
from uuid import UUID

from chassis.ids import new_id, parse_id
from chassis.outbox import publish
from chassis.refusals import Invalid
from chassis.wire import timestamp
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from yima.common.v1.types_pb2 import Interval
from yima.ordering.v1 import events_pb2 as told

from ordering.commands.moves import fee_now
from ordering.domain import orders as rules
from ordering.domain.entitlements import EntitlementOver, TooLateToMove, TransferRefused
from ordering.domain.orders import BookedElsewhere, Slot, SlotPast, SlotTaken
from ordering.domain.process import Actor, Deadlines, Status, TransitionRefused
from ordering.events import hurry, put_deadline, who
from ordering.placing import BOOKED_ELSEWHERE
from ordering.store import bookings, offerings, orders
from ordering.store.orders import Line, Seen, Whole

BOOKABLE = (Status.PLACED, Status.CONFIRMED, Status.ACCEPTED, Status.FULFILLING)


async def book_slot(
    session: AsyncSession,
    *,
    order_id: UUID,
    line_id: str,
    slot_id: UUID,
    booking_id: str,
    seen: Seen,
    actor: Actor,
    deadlines: Deadlines,
    now: datetime,
) -> Whole:
    """Book a further session of a line, or move one that has not begun to another slot; the deadline follows."""
    whole = await orders.order(session, order_id, seen, lock=True)
    if whole.order.status not in BOOKABLE:
        raise TransitionRefused(f"nothing is booked in an order that is {whole.order.status}")
    line = line_of(whole, line_id)
    given_up = None
    if booking_id:
        wanted = parse_id(booking_id, "booking_id")
        given_up = next((one for one in line.bookings if one.id == wanted), None)
        if given_up is None:
            raise Invalid("booking_id", "is not a booking of this line")
        check_movable(line, given_up.starts_at, actor, now)
    elif not line.terms.booking_required or len(line.bookings) >= line.terms.visits:
        raise Invalid("order_line_id", "has no further session to book")
    touched = sorted({slot_id} | ({given_up.slot_id} if given_up else set()))
    slots = await offerings.slots_for_update(session, touched)
    slot = rules.check_slot(slots.get(slot_id), line.row.offering_id, now, "slot_id")
    check_free(whole, line, slot, given_up.slot_id if given_up else None)
    if given_up is not None:
        await bookings.release_one(session, given_up.id, now)
    await session.flush()
    booked = {
        "id": new_id(),
        "order_line_id": line.row.id,
        "slot_id": slot_id,
        "beneficiary_id": whole.order.beneficiary_id,
    }
    try:
        await bookings.book(session, [booked])
    except DBAPIError as error:
        if BOOKED_ELSEWHERE in str(error.orig):
            raise BookedElsewhere("choose another time", "slot_id") from None
        raise
    whole.order.version += 1
    await session.flush()
    await bookings.set_begin(session, order_id)
    interval = Interval(start=timestamp(slot.starts_at), end=timestamp(slot.ends_at))
    event = told.SlotBooked(
        **who(whole.order), order_line_id=str(line.row.id), booking_id=str(booked["id"]), interval=interval
    )
    publish(session, event, order_id)
    await session.refresh(whole.order)
    (after,) = await orders.wholes(session, [whole.order])
    put_deadline(after, deadlines, whole.order.changed_at)
    hurry(after, deadlines, now)
    return after


def line_of(whole: Whole, line_id: str) -> Line:
    wanted = parse_id(line_id, "order_line_id")
    for line in whole.lines:
        if line.row.id == wanted:
            return line
    raise Invalid("order_line_id", "is not a line of this order")


def check_movable(line: Line, starts_at: datetime, actor: Actor, now: datetime) -> None:
    """A session that has begun stays where it is; a resident moves one while cancelling it would cost nothing."""
    if starts_at <= now:
        raise SlotPast("the session has begun", "booking_id")
    if actor is Actor.RESIDENT and fee_now(line, now):
        raise TooLateToMove(f"it begins at {starts_at:%Y-%m-%d %H:%M} UTC", "booking_id")


def check_free(whole: Whole, line: Line, slot: Slot, given_up: UUID | None) -> None:
    """Is there room in the slot, and within the time to use the order?"""
    if slot.id == given_up or any(one.slot_id == slot.id for one in line.bookings):
        raise Invalid("slot_id", "is booked already")
    if slot.free < 1:
        raise SlotTaken("choose another", "slot_id")
    ends = whole.order.window_ends_at
    if ends is not None and slot.starts_at >= ends:
        raise EntitlementOver(f"it ends on {ends:%Y-%m-%d}; choose an earlier one", "slot_id")


async def transfer_order(
    session: AsyncSession, *, order_id: UUID, beneficiary_id: UUID, birth_date: date | None, seen: Seen, now: datetime
) -> Whole:
    """Let a dependant, or the guardian, be served instead, before anything was used.

    Consent is a person's own: an order that asks for data is placed anew instead.
    """
    whole = await orders.order(session, order_id, seen, lock=True)
    if whole.order.status not in BOOKABLE:
        raise TransitionRefused(f"an order that is {whole.order.status} cannot be passed on")
    if any(line.begun for line in whole.lines):
        raise TransferRefused("some of it was used")
    if any(line.terms.consent_needed for line in whole.lines):
        raise TransferRefused("it asks for data of its resident; cancel it and order anew")
    for line in whole.lines:
        terms = rules.Terms(
            line.row.offering_id, line.row.offering_revision, whole.order.partner_id, line.terms.price_minor,
            line.terms.currency, line.terms.booking_required, True,
            age_from_months=line.terms.age_from_months, age_below_months=line.terms.age_below_months,
        )  # fmt: skip
        rules.check_age(terms, birth_date, now.date(), "resident_id")
    whole.order.passed_to = beneficiary_id
    whole.order.version += 1
    try:
        await bookings.serve_another(session, order_id, beneficiary_id)
    except DBAPIError as error:
        if BOOKED_ELSEWHERE in str(error.orig):
            raise BookedElsewhere("they are booked at that time", "resident_id") from None
        raise
    publish(session, told.OrderTransferred(**who(whole.order), beneficiary_id=str(beneficiary_id)), order_id)
    return whole
