"""A partner states that a resident did not come; its fee is due once the resident could object."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from ordering import events
from ordering.aggregate import OrderAggregate, OrderLine
from ordering.commands.lifecycle import call_off, move
from ordering.domain import absences as rules
from ordering.domain.absences import AbsenceNotTaken, SessionBegun
from ordering.domain.process import Actor, Deadlines, OrderStatus, TransitionRefused, processes
from ordering.domain.visibility import Visibility
from ordering.store import absences, orders
from ordering.tables import AbsenceRow, BookingRow


@dataclass(frozen=True, slots=True)
class Absence:
    """An order of which an absence is stated, and what that costs its resident, in minor units."""

    order: OrderAggregate
    fee_minor: int


async def state_absence(
    session: AsyncSession,
    *,
    order_id: UUID,
    validate_only: bool,
    visibility: Visibility,
    by: str,
    deadlines: Deadlines,
    now: datetime,
) -> Absence:
    """State that the resident did not come to the session their order is about. The order is cancelled for the fee,
    of which no money moves before the time to object is over."""
    order = await orders.order(session, order_id, visibility, lock=True)
    line, booking = session_of(order)
    rules.check_time(booking.starts_at, deadlines, now)
    fee = absence_fee(order, line, booking, now)
    if validate_only:
        return Absence(order, fee)
    session.add(
        AbsenceRow(
            order_id=order_id,
            booking_id=booking.id,
            order_line_id=line.row.id,
            starts_at=booking.starts_at,
            stated_at=now,
            stated_by=by,
            fee_minor=fee,
        )
    )
    await session.flush()
    line.row.fees_minor += fee
    if fee:
        order.row.objection_until = now + deadlines.objection
    move(order, OrderStatus.CANCELLED, Actor.PARTNER, deadlines, now, by, rules.ABSENT)
    await call_off(session, [(order, None)], by, {order_id: events.dues_for_use(order)})
    return Absence(order, fee)


def session_of(order: OrderAggregate) -> tuple[OrderLine, BookingRow]:
    """The session that an accepted order is about, if it is about one and nothing else, of which nothing was given."""
    row = order.row
    if row.status != OrderStatus.ACCEPTED:
        raise TransitionRefused(f"nobody stays away from an order that is {row.status}")
    if not processes()[row.process].absence_costs:
        raise AbsenceNotTaken(f"its process ({row.process}) knows no absence; what is not used is charged by its terms")
    if len(order.lines) > 1 or order.lines[0].entitlements:
        raise AbsenceNotTaken("it is about more than one session; what is not used is charged by its terms")
    agreed = order.lines[0].agreed_bookings
    if len(agreed) != 1:
        raise AbsenceNotTaken("its resident has not agreed to a session")
    return order.lines[0], agreed[0]


def absence_fee(order: OrderAggregate, line: OrderLine, booking: BookingRow, now: datetime) -> int:
    """What not coming costs; nothing with a partner that is not in good standing."""
    return rules.fee(line.total_minor, line.cancellation, booking.starts_at) if order.standing.good(now) else 0


def may_be_stated(order: OrderAggregate, deadlines: Deadlines, now: datetime) -> datetime | None:
    """Until when the partner may state, for a fee, that the resident did not come to a session that has begun."""
    try:
        line, booking = session_of(order)
    except (AbsenceNotTaken, TransitionRefused):
        return None
    _, until = rules.statable(booking.starts_at, deadlines)
    begun = booking.starts_at <= now < until
    return until if begun and absence_fee(order, line, booking, now) else None


def check_not_begun(order: OrderAggregate, deadlines: Deadlines, now: datetime) -> None:
    """Refuse to let a resident out of an order, free of charge, while its partner may yet state that they did not come:
    it would undo every such statement."""
    if until := may_be_stated(order, deadlines, now):
        raise SessionBegun(f"from {until:%Y-%m-%d %H:%M} UTC on you cancel it for nothing, or ask the partner to")


async def strike(session: AsyncSession, order: OrderAggregate, now: datetime) -> None:
    """An absence that was objected to, with success, costs nothing."""
    for row in await absences.standing(session, order.row.id):
        row.struck_at = now
        for line in order.lines:
            if line.row.id == row.order_line_id:
                line.row.fees_minor -= row.fee_minor
    await session.flush()
