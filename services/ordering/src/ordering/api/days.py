"""A day at a partner's desk over HTTP. Routes and roles stand in the contract."""

from datetime import datetime, timedelta
from uuid import UUID

from chassis import moments, pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.wire import put_moment, timestamp
from yima.common.v1.types_pb2 import Interval, Money
from yima.ordering.v1 import api_pb2 as pb

from ordering.aggregate import OrderAggregate
from ordering.api.messages import STATUS, of_terms, sessions_cancelled_for, step_message
from ordering.api.served import api, shown, visibility_of
from ordering.commands import absences
from ordering.domain.steps import next_steps
from ordering.resources import Resources
from ordering.store import days, orders
from ordering.store.days import DayFilter, DaySession

BY_TIME = pages.keyset(datetime, UUID)


@api.serves
async def state_absence(request: pb.StateAbsenceRequest, call: Call[Resources]) -> pb.Order:
    absence = await absences.state_absence(
        call.session,
        order_id=parse_id(request.order_id, "order_id"),
        validate_only=request.validate_only,
        visibility=visibility_of(call.principal),
        by=call.principal.subject_id,
        deadlines=call.resources.deadlines,
        now=call.now,
    )
    message = shown(call, absence.order)
    released = absence.order.row.total_minor - absence.fee_minor
    message.cancellation.CopyFrom(sessions_cancelled_for(absence.order, absence.fee_minor, released))
    return message


@api.serves
async def list_day_sessions(request: pb.ListDaySessionsRequest, call: Call[Resources]) -> pb.DaySessionPage:
    zone, part = call.resources.zone, BY_TIME.part(request.page)
    day = moments.parse_day(request.day, "day") if request.day else call.now.astimezone(zone).date()
    chosen = DayFilter(
        partner_id=UUID(call.principal.partner_id),
        start=moments.start_of(day, zone),
        end=moments.start_of(day + timedelta(days=1), zone),
        site_id=parse_id(request.site_id, "site_id") if request.site_id else None,
        practitioner_id=parse_id(request.practitioner_id, "practitioner_id") if request.practitioner_id else None,
        waits_for_partner=request.waits_for_partner,
    )
    sessions, page = part.cut(
        await days.sessions(call.session, chosen, part), lambda session: (session.starts_at, session.booking_id)
    )
    of_page = sessions
    by_id = {
        order.row.id: order
        for order in await orders.orders_by_id(call.session, sorted({session.order_id for session in of_page}))
    }
    return pb.DaySessionPage(
        day=day.isoformat(),
        sessions=[session_message(session, by_id[session.order_id]) for session in of_page],
        page=page,
    )


@api.serves
async def get_booked_days(request: pb.GetBookedDaysRequest, call: Call[Resources]) -> pb.BookedDays:
    zone = call.resources.zone
    last = moments.parse_day(request.until_day, "until_day") if request.until_day else None
    booked = await days.booked(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        start=moments.start_of(moments.parse_day(request.from_day, "from_day"), zone),
        end=moments.start_of(last + timedelta(days=1), zone) if last else None,
        now=call.now,
        site_id=parse_id(request.site_id, "site_id") if request.site_id else None,
        calendar=request.calendar_code or None,
    )
    return pb.BookedDays(
        slots=booked.slots,
        sessions=booked.sessions,
        orders=booked.orders,
        totals=[Money(currency=currency, minor=minor) for currency, minor in booked.totals.items()],
    )


def session_message(session: DaySession, order: OrderAggregate) -> pb.DaySession:
    (line,) = [line for line in order.lines if line.row.id == session.order_line_id]
    (booking,) = [booking for booking in line.bookings if booking.id == session.booking_id]
    message = pb.DaySession(
        booking_id=str(booking.id),
        order_id=str(order.row.id),
        order_line_id=str(line.row.id),
        offering_id=str(line.row.offering_id),
        title=of_terms(line.terms.offering).title,
        interval=Interval(start=timestamp(booking.starts_at), end=timestamp(booking.ends_at)),
        site_id=str(session.site_id or ""),
        calendars=session.calendars,
        practitioner_ids=[str(practitioner_id) for practitioner_id in session.practitioner_ids],
        beneficiary_id=str(booking.beneficiary_id),
        status=STATUS[order.row.status],
        next_steps=[step_message(step) for step in next_steps(order.position)],
        proven=line.proven,
    )
    put_moment(message.agreed_at, booking.agreed_at)
    return message
