"""Calendars over HTTP."""

from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from yima.catalog.v1 import api_pb2 as pb
from yima.identity.v1.api_pb2 import ListPractitionersRequest

from catalog.api.served import Resources, api
from catalog.commands import calendars as commands
from catalog.commands import closing
from catalog.domain.calendars import CalendarKind
from catalog.events import calendar_message, slot_message
from catalog.store import calendars

KINDS = {
    pb.CALENDAR_KIND_PRACTITIONER: CalendarKind.PRACTITIONER,
    pb.CALENDAR_KIND_ROOM: CalendarKind.ROOM,
    pb.CALENDAR_KIND_DEVICE: CalendarKind.DEVICE,
}


async def check_practitioner(request: pb.PutCalendarRequest, call: Call[Resources]) -> None:
    """Refuse a practitioner who is not registered at the caller's partner now: identity knows, and says it to them."""
    if not request.practitioner_id:
        return
    asked = ListPractitionersRequest(practitioner_id=str(parse_id(request.practitioner_id, "practitioner_id")))
    answer = await call.resources.identity.list_practitioners(asked, call.authorization.partition(" ")[2])
    if not answer.practitioners:
        raise Invalid("practitioner_id", "is not registered at your institution; register them first")


@api.serves_after(check_practitioner)
async def put_calendar(request: pb.PutCalendarRequest, call: Call[Resources]) -> pb.Calendar:
    if request.kind not in KINDS:
        raise Invalid("kind", "say what it is of: a practitioner, a room or a device")
    calendar = await commands.put_calendar(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        code=request.calendar_code,
        kind=KINDS[request.kind],
        name=request.name,
        practitioner_id=parse_id(request.practitioner_id, "practitioner_id") if request.practitioner_id else None,
    )
    return calendar_message(calendar)


@api.serves
async def list_calendars(request: pb.ListCalendarsRequest, call: Call[Resources]) -> pb.Calendars:
    rows = await calendars.of_partner(call.session, UUID(call.principal.partner_id))
    return pb.Calendars(calendars=[calendar_message(row) for row in rows])


@api.serves
async def end_calendar(request: pb.EndCalendarRequest, call: Call[Resources]) -> pb.WithdrawnSlots:
    rows = await closing.end_calendar(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        code=request.calendar_code,
        from_day=request.from_day,
        reason=request.reason,
        zone=call.resources.city.zone,
        now=call.now,
    )
    return pb.WithdrawnSlots(slots=[slot_message(row) for row in rows])


@api.serves
async def close_day(request: pb.CloseDayRequest, call: Call[Resources]) -> pb.WithdrawnSlots:
    rows = await closing.close_day(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        site_id=parse_id(request.site_id, "site_id"),
        day=request.day,
        reason=request.reason,
        zone=call.resources.city.zone,
        now=call.now,
    )
    return pb.WithdrawnSlots(slots=[slot_message(row) for row in rows])
