"""A day at a partner's desk."""

from typing import Annotated

import strawberry
from strawberry import ID
from yima.ordering.v1 import api_pb2 as pb
from yima.ordering.v1.enums import OrderStatus

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, loaded, shows
from gateway.scalars import DateTime
from gateway.schema.catalog import Site
from gateway.schema.common import Connection, Interval, Money, connection, page_request
from gateway.schema.ordering import OrderStep


@shows(pb.DaySession)
class DaySession:
    booking_id: ID
    order_id: ID
    order_line_id: ID
    offering_id: ID
    title: str
    interval: Interval
    site: Site | None = loaded("sites", "catalog.GetSites", "site_id", "Where it is; null: nobody said.", shared=True)
    calendars: list[str] = field(description="Codes of the calendars it takes: who serves, in which room.")
    practitioner_ids: list[ID]
    beneficiary_id: ID
    status: OrderStatus
    next_steps: list[OrderStep]
    agreed_at: DateTime | None
    proven: bool


@shows(pb.BookedDays)
class BookedDays:
    slots: int
    sessions: int
    orders: int
    totals: list[Money]


@strawberry.type
class Query:
    @strawberry.field(
        description="A day at your institution, in the order of its times: which sessions are booked, and what each"
        " order waits for. It has no names: `orderContact` says who comes, order by order."
    )
    @asks("ordering.ListDaySessions")
    async def day_sessions(
        self,
        info: Info,
        day: Annotated[str | None, strawberry.argument(description="Of the city's calendar; else today.")] = None,
        site_id: Annotated[ID | None, strawberry.argument(description="Only at this site.")] = None,
        practitioner_id: Annotated[ID | None, strawberry.argument(description="Only those they serve.")] = None,
        waits_for_partner: Annotated[
            bool | None, strawberry.argument(description="Only where your institution has to do something.")
        ] = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.DaySession]:
        context = info.context
        request = pb.ListDaySessionsRequest(
            day=day or "",
            site_id=parse_global_id(Kind.SITE, site_id, "siteId") if site_id else "",
            practitioner_id=parse_global_id(Kind.PRACTITIONER, practitioner_id, "practitionerId")
            if practitioner_id
            else "",
            waits_for_partner=bool(waits_for_partner),
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.ordering.list_day_sessions(request, context.token)
        return connection(answer.sessions, answer.page)

    @strawberry.field(
        description="What closing days would take back at your institution, before it does (`closeDay`, `endCalendar`)."
    )
    @asks("ordering.GetBookedDays")
    async def booked_days(
        self,
        info: Info,
        from_day: Annotated[str, strawberry.argument(description="The first day, of the city's calendar.")],
        until_day: Annotated[str | None, strawberry.argument(description="The last; else for ever.")] = None,
        site_id: Annotated[ID | None, strawberry.argument(description="Only at this site.")] = None,
        calendar_code: Annotated[
            str | None, strawberry.argument(description="Only of the calendar of this code.")
        ] = None,
    ) -> pb.BookedDays:
        context = info.context
        request = pb.GetBookedDaysRequest(
            from_day=from_day,
            until_day=until_day or "",
            site_id=parse_global_id(Kind.SITE, site_id, "siteId") if site_id else "",
            calendar_code=calendar_code or "",
        )
        return await context.clients.ordering.get_booked_days(request, context.token)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="State that the resident did not come to the session that their order is about, once the grace"
        " after its start is over. The order is cancelled for the fee that cancelling in the last moment would have"
        " cost; its money waits until the resident could object."
    )
    @refusable
    @asks("ordering.StateAbsence")
    async def state_absence(
        self,
        info: Info,
        order_id: ID,
        idempotency_key: str,
        validate_only: Annotated[
            bool | None, strawberry.argument(description="Answer what it would cost, and change nothing.")
        ] = None,
    ) -> pb.Order:
        context = info.context
        request = pb.StateAbsenceRequest(
            order_id=parse_global_id(Kind.ORDER, order_id, "orderId"), validate_only=bool(validate_only)
        )
        return await context.clients.ordering.state_absence(request, context.token, idempotency_key)
