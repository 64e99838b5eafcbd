"""A resident's record as they read it: one line of time across institutions, and one measurement over time."""

from typing import Annotated

import strawberry
from chassis.wire import timestamp
from strawberry import ID
from yima.records.v1 import timeline_pb2 as pb
from yima.records.v1.enums import Interpretation, RangeSource, TimelineKind, TimelineState, TrendDirection

from gateway.context import Info
from gateway.ids import Kind, parse_global_id, shown
from gateway.policy import asks
from gateway.reading import field, shows, words
from gateway.scalars import DateTime
from gateway.schema.common import PageInfo, connection, page_request
from gateway.schema.error_reports import ErrorReport
from gateway.schema.partners import PartnerProfile, profile

NAMED = "In the caller's language, where a table of codes has it; else as it was sent."


@shows(pb.TimelineValue, description="What was measured, with the range that it is held against.")
class TimelineValue:
    name: str = words("name.text", NAMED)
    system: str | None
    code: str | None
    value: str
    unit: str | None
    low: str | None
    high: str | None
    range_source: RangeSource | None
    interpretation: Interpretation | None
    judged_by_sender: bool


@shows(pb.TimelineItem, description="Something on a timeline, in the words of the person who reads it.")
class TimelineItem:
    id: ID = field(kind=Kind.RECORD, description="Of the record; `recordVersions` has all that it said.")
    kind: TimelineKind
    institution: PartnerProfile | None = profile("institution_id", "Whose it is. Null: no institution sent it.")
    self_reported: bool
    by_device: bool
    effective_at: DateTime
    status: str
    state: TimelineState | None
    title: str = words("title.text", NAMED)
    details: str | None
    values: list[pb.TimelineValue]
    visit_id: ID | None = field("visit_record_id")
    error_report: ErrorReport | None
    version: int


@shows(pb.TimelineEntry)
class TimelineEntry:
    item: pb.TimelineItem
    items: list[pb.TimelineItem]
    more_items: bool


@strawberry.type(description="A page of a timeline, and the decision that released it.")
class TimelinePage:
    decision_id: ID = strawberry.field(description="In the resident's access log.")
    nodes: list[pb.TimelineEntry] = strawberry.field(description="Newest first.")
    page_info: PageInfo


@shows(pb.SeriesPoint)
class SeriesPoint:
    record_id: ID
    institution: PartnerProfile | None = profile("institution_id", "Whose it is. Null: no institution sent it.")
    self_reported: bool
    by_device: bool
    at: DateTime
    value: str
    sent_value: str
    sent_unit: str | None
    low: str | None
    high: str | None
    range_source: RangeSource | None
    interpretation: Interpretation | None
    judged_by_sender: bool


@shows(pb.Series)
class Series:
    decision_id: ID
    name: str = words("name.text", NAMED)
    unit: str | None
    points: list[pb.SeriesPoint]
    trend: TrendDirection | None
    change: str | None
    left_out: int
    more: bool


@strawberry.type
class Query:
    @strawberry.field(
        description="A resident's record as they read it themselves, across institutions, newest first. With no kinds, "
        "state or visit named, what belongs to a visit is in the visit. Every call is logged as their look."
    )
    @asks("records.ReadTimeline")
    async def timeline(
        self,
        info: Info,
        resident_id: ID,
        kinds: list[TimelineKind] | None = None,
        institution_ids: list[ID] | None = None,
        state: TimelineState | None = None,
        visit_id: Annotated[
            ID | None, strawberry.argument(description="Only what belongs to this visit, each by itself.")
        ] = None,
        record_id: ID | None = None,
        own_only: bool = False,
        since: DateTime | None = None,
        until: DateTime | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> TimelinePage:
        context = info.context
        request = pb.ReadTimelineRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId"),
            kinds=kinds or (),
            institution_ids=[parse_global_id(Kind.PARTNER, key, "institutionIds") for key in institution_ids or ()],
            state=state,
            visit_record_id=parse_global_id(Kind.RECORD, visit_id, "visitId") if visit_id else "",
            record_id=parse_global_id(Kind.RECORD, record_id, "recordId") if record_id else "",
            own_only=own_only,
            since=timestamp(since) if since else None,
            until=timestamp(until) if until else None,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.records.read_timeline(request, context.token)
        page = connection(answer.entries, answer.page)
        decision_id = ID(shown(Kind.DECISION, answer.decision_id))
        return TimelinePage(decision_id=decision_id, nodes=list(answer.entries), page_info=page.page_info)

    @strawberry.field(
        description="What was measured of one thing over time, across institutions, in one unit, the oldest first. "
        "Every call is logged as the resident's look."
    )
    @asks("records.ReadSeries")
    async def series(
        self,
        info: Info,
        resident_id: ID,
        code: str,
        system: Annotated[
            str | None, strawberry.argument(description="Of the code; LOINC's where none is named.")
        ] = None,
        unit: Annotated[
            str | None, strawberry.argument(description="UCUM's; where none is named, the latest value's.")
        ] = None,
        since: DateTime | None = None,
        until: DateTime | None = None,
        last: Annotated[
            int | None, strawberry.argument(description="At most so many of the latest; 100, at most 500.")
        ] = None,
    ) -> pb.Series:
        context = info.context
        request = pb.ReadSeriesRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId"),
            system=system or "",
            code=code,
            unit=unit or "",
            since=timestamp(since) if since else None,
            until=timestamp(until) if until else None,
            last=last or 0,
        )
        return await context.clients.records.read_series(request, context.token)
