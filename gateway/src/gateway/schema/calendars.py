"""Calendars of practitioners, rooms and devices, which no two slots take at one time."""

from typing import Annotated

import strawberry
from strawberry import ID
from yima.catalog.v1 import api_pb2 as pb
from yima.catalog.v1.enums import CalendarKind

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import shows
from gateway.scalars import DateTime


@shows(pb.Calendar)
class Calendar:
    code: str
    kind: CalendarKind
    name: str
    practitioner_id: ID | None
    ends_at: DateTime | None


@strawberry.type
class Query:
    @strawberry.field(description="Your institution's calendars, by their codes.")
    @asks("catalog.ListCalendars")
    async def calendars(self, info: Info) -> list[pb.Calendar]:
        context = info.context
        return list((await context.clients.catalog.list_calendars(pb.ListCalendarsRequest(), context.token)).calendars)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Put a calendar of your institution, or rename it: of somebody who serves, a room or a device."
        " Slots name calendars, and no calendar has two slots at one time."
    )
    @refusable
    @asks("catalog.PutCalendar")
    async def put_calendar(
        self,
        info: Info,
        code: Annotated[str, strawberry.argument(description="Your own, e.g. `room-2`.")],
        kind: Annotated[CalendarKind, strawberry.argument(description="What it is of; it stays that.")],
        name: Annotated[str, strawberry.argument(description="For your own people.")],
        practitioner_id: Annotated[
            ID | None, strawberry.argument(description="Whose it is, where it is a practitioner's.")
        ] = None,
        idempotency_key: str | None = None,
    ) -> pb.Calendar:
        context = info.context
        request = pb.PutCalendarRequest(
            calendar_code=code,
            kind=kind,
            name=name,
            practitioner_id=parse_global_id(Kind.PRACTITIONER, practitioner_id, "practitionerId")
            if practitioner_id
            else "",
        )
        return await context.clients.catalog.put_calendar(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="End a calendar, e.g. of somebody who leaves: from a day on it has no slots. Those there are are"
        " withdrawn, and who has booked one is told. `bookedDays` says before what that takes back."
    )
    @refusable
    @asks("catalog.EndCalendar")
    async def end_calendar(
        self,
        info: Info,
        code: Annotated[str, strawberry.argument(description="The calendar's.")],
        from_day: Annotated[str, strawberry.argument(description="Of the city's calendar: today or later.")],
        reason: Annotated[str, strawberry.argument(description="Told to whoever has booked one.")],
        idempotency_key: str | None = None,
    ) -> pb.WithdrawnSlots:
        context = info.context
        request = pb.EndCalendarRequest(calendar_code=code, from_day=from_day, reason=reason)
        return await context.clients.catalog.end_calendar(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Close a day at a site: every coming slot there is withdrawn, of whichever offering, and who has"
        " booked one is told. `bookedDays` says before what that takes back."
    )
    @refusable
    @asks("catalog.CloseDay")
    async def close_day(
        self,
        info: Info,
        site_id: Annotated[ID, strawberry.argument(description="One of your institution's.")],
        day: Annotated[str, strawberry.argument(description="Of the city's calendar: today or later.")],
        reason: Annotated[str, strawberry.argument(description="Told to whoever has booked one.")],
        idempotency_key: str | None = None,
    ) -> pb.WithdrawnSlots:
        context = info.context
        request = pb.CloseDayRequest(site_id=parse_global_id(Kind.SITE, site_id, "siteId"), day=day, reason=reason)
        return await context.clients.catalog.close_day(request, context.token, idempotency_key or "")
