"""A resident's record as they read it themselves: a page of a timeline, and one measurement over time."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from chassis import moments
from chassis.api import Call
from chassis.ids import parse_id
from chassis.pages import Part
from chassis.refusals import Invalid
from chassis.wire import moment, timestamp
from city_pack.information import INFORMATION_TYPES
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1.api_pb2 import ACCESS_MODE_VIEW
from yima.common.v1.types_pb2 import LocalizedText, PageInfo
from yima.consent.v1 import api_pb2 as consent_pb
from yima.identity.v1.api_pb2 import GetMeRequest
from yima.records.v1 import timeline_pb2 as pb

from records.api.error_reports import report_message
from records.api.releases import NEWEST_FIRST, released
from records.api.served import Resources, acted_for, api, token_of
from records.domain import series as series_rules
from records.domain import timeline as rules
from records.domain.authors import DEVICE, RESIDENT
from records.domain.summaries import LOINC, summary
from records.domain.timeline import Code, Held, Measured, Texts, TimelineKind, TimelineState
from records.store import grounds
from records.store import timeline as store
from records.store.timeline import TimelineEntry, TimelineFilter
from records.tables import ErrorReportRow, RecordRow

OWN_REQUEST = "PATRQT"
READS = "reads their record so"
SYSTEM_LENGTH_MAX = 200
CODE_LENGTH_MAX = 100


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource on a page, read once."""

    entry: TimelineEntry
    said: Mapping[str, Any]
    codes: Sequence[Code]
    values: Sequence[Measured]


@dataclass(frozen=True, slots=True)
class Page:
    """What was read of a timeline, before it is put into words."""

    resources: Sequence[Resource]
    page: PageInfo
    belonging: Mapping[UUID, Sequence[Resource]] = field(default_factory=dict)
    texts: Texts = field(default_factory=dict)
    reports: Mapping[UUID, ErrorReportRow] = field(default_factory=dict)


@api.serves_without_transaction
async def read_timeline(request: pb.ReadTimelineRequest, call: Call[Resources]) -> pb.TimelinePage:
    """Consent is asked as for every reading, and says yes: it is the resident's own."""
    part = NEWEST_FIRST.part(request.page)
    resident_id = acted_for(request.resident_id, call, READS)
    asked, city = filter_of(request), call.resources.city
    born = await born_on(resident_id, call)

    async def read(decision: consent_pb.Decision) -> Page:
        async with call.resources.database.transaction() as session:
            await grounds.decided(session, decision.id, [resident_id])
            return await read_page(session, resident_id, asked, part, city, call.now)

    decision, page = await released(question(resident_id), read, call)
    words = Words(city, page.texts, born)
    return pb.TimelinePage(
        decision_id=decision.id,
        entries=[entry_message(each, page, words) for each in page.resources],
        page=page.page,
    )


async def read_page(
    session: AsyncSession,
    resident_id: UUID,
    asked: TimelineFilter,
    part: Part[tuple[datetime, UUID]],
    city: City,
    now: datetime,
) -> Page:
    """A page with all that is shown of it: four statements, however much is on it."""
    entries, page = part.cut(
        await store.page(session, resident_id, asked, part, zone=city.zone, now=now),
        lambda each: (each.record.effective_at, each.record.id),
    )
    resources = [read_resource(each) for each in entries]
    visits = [each.entry.record.id for each in resources if each.entry.record.resource_type == "Encounter"]
    within = await store.of_visits(session, resident_id, visits if asked.grouped else [], zone=city.zone, now=now)
    belonging = {visit: [read_resource(each) for each in items] for visit, items in within.items()}
    everything = [*resources, *(each for items in belonging.values() for each in items)]
    texts = await store.called(session, codes_of(everything), city_tables(city))
    reports = await store.reported(session, [each.entry.record.id for each in everything])
    return Page(resources, page, belonging, texts, reports)


def filter_of(request: pb.ReadTimelineRequest) -> TimelineFilter:
    rules.check_institutions(request.institution_ids)
    kinds = [pb.TimelineKind.Name(kind).removeprefix("TIMELINE_KIND_").lower() for kind in request.kinds]
    if "unspecified" in kinds:
        raise Invalid("kinds", "must each be a kind; leave them out for all")
    state = pb.TimelineState.Name(request.state).removeprefix("TIMELINE_STATE_").lower()
    return TimelineFilter(
        kinds=frozenset(TimelineKind(kind) for kind in kinds),
        institution_ids=[parse_id(each, "institution_ids") for each in request.institution_ids],
        state=TimelineState(state) if request.state else None,
        visit_id=parse_id(request.visit_record_id, "visit_record_id") if request.visit_record_id else None,
        record_id=parse_id(request.record_id, "record_id") if request.record_id else None,
        own_only=request.own_only,
        since=moment(request.since) if request.HasField("since") else None,
        until=moment(request.until) if request.HasField("until") else None,
    )


def question(resident_id: UUID) -> consent_pb.DecideRequest:
    """What consent is asked before anything of it is read."""
    return consent_pb.DecideRequest(
        resident_id=str(resident_id),
        information_types=sorted(INFORMATION_TYPES),
        purpose=OWN_REQUEST,
        access_mode=ACCESS_MODE_VIEW,
    )


async def born_on(resident_id: UUID, call: Call[Resources]) -> date | None:
    """When a resident was born; asked only where the city has ranges by age."""
    return await birth_of(resident_id, call) if call.resources.city.reference_ranges else None


async def birth_of(resident_id: UUID, call: Call[Resources]) -> date | None:
    """When a resident was born, as they and whoever acts for them may know."""
    me = await call.resources.identity.get_me(GetMeRequest(), token_of(call))
    written = next((each.birth_date for each in (me.resident, *me.dependants) if each.id == str(resident_id)), "")
    return moments.parse_day(written, "birth_date") if written else None


def city_tables(city: City) -> Mapping[str, str]:
    """The version that the city has of each of its tables of codes."""
    return {table.url: table.version for table in city.code_tables}


def read_resource(entry: TimelineEntry) -> Resource:
    record = entry.record
    content = record.content if record.content is not None else orjson.dumps(record.resource).decode()
    said = json.loads(content, parse_float=Decimal)
    values = rules.measured(said) if record.resource_type == "Observation" else []
    return Resource(entry, said, rules.with_mapped(rules.title_codes(said), record.mapped), values)


def codes_of(resources: Sequence[Resource]) -> list[Code]:
    """The codes that are put into words."""
    codes = [code for each in resources for code in each.codes]
    for each in resources:
        for value in each.values:
            codes += rules.with_mapped(value.codes, each.entry.record.mapped)
    return codes


@dataclass(frozen=True, slots=True)
class Words:
    """How things are said to this caller: names in the city's languages, values with ranges for somebody of an age."""

    city: City
    texts: Texts
    born: date | None

    def named(self, codes: Sequence[Code], sent: str) -> LocalizedText:
        return LocalizedText(text=rules.in_languages(codes, sent, self.texts, self.city.locales))

    def held(self, value: Measured, record: RecordRow) -> Held:
        ranges, zone = self.city.reference_ranges, self.city.zone
        return rules.held_against(value, ranges, self.born, record.effective_at, zone)


def entry_message(resource: Resource, page: Page, words: Words) -> pb.TimelineEntry:
    within = page.belonging.get(resource.entry.record.id, ())
    return pb.TimelineEntry(
        item=item_message(resource, page, words),
        items=[item_message(each, page, words) for each in within[: rules.ITEMS_MAX]],
        more_items=len(within) > rules.ITEMS_MAX,
    )


def item_message(resource: Resource, page: Page, words: Words) -> pb.TimelineItem:
    entry, record = resource.entry, resource.entry.record
    sent = summary(resource.said)
    report = page.reports.get(record.id)
    return pb.TimelineItem(
        id=str(record.id),
        kind=f"TIMELINE_KIND_{entry.kind.upper()}",
        institution_id=str(record.institution_id or ""),
        self_reported=record.author == RESIDENT,
        by_device=record.author == DEVICE,
        effective_at=timestamp(record.effective_at),
        status=record.status,
        state=f"TIMELINE_STATE_{entry.state.upper()}" if entry.state else None,
        title=words.named(resource.codes, sent.title),
        details=sent.details,
        values=[value_message(value, record, words) for value in resource.values],
        visit_record_id=str(entry.visit_id or ""),
        error_report=report_message(report) if report else None,
        version=record.version,
    )


def value_message(value: Measured, record: RecordRow, words: Words) -> pb.TimelineValue:
    held = words.held(value, record)
    system, code = next(iter([each for each in value.codes if each[0] == LOINC] or value.codes), ("", ""))
    return pb.TimelineValue(
        name=words.named(rules.with_mapped(value.codes, record.mapped), value.name),
        system=system,
        code=code,
        value=value.words,
        unit=value.unit,
        low=rules.written(held.bounds.low) if held.bounds else "",
        high=rules.written(held.bounds.high) if held.bounds else "",
        range_source=range_source(held),
        interpretation=interpretation(held),
        judged_by_sender=held.by_sender,
    )


def range_source(held: Held) -> pb.RangeSource:
    if held.bounds is None:
        return pb.RANGE_SOURCE_UNSPECIFIED
    return pb.RANGE_SOURCE_CITY if held.by_city else pb.RANGE_SOURCE_SENT


def interpretation(held: Held) -> str | None:
    return f"INTERPRETATION_{held.judgement.upper()}" if held.judgement else None


@api.serves_without_transaction
async def read_series(request: pb.ReadSeriesRequest, call: Call[Resources]) -> pb.Series:
    last = series_rules.check_last(request.last)
    resident_id = acted_for(request.resident_id, call, READS)
    code = code_asked_for(request)
    born, city = await born_on(resident_id, call), call.resources.city
    since = moment(request.since) if request.HasField("since") else None
    until = moment(request.until) if request.HasField("until") else None

    async def read(decision: consent_pb.Decision) -> tuple[Sequence[RecordRow], Texts]:
        async with call.resources.database.transaction() as session:
            await grounds.decided(session, decision.id, [resident_id])
            rows = await store.series(session, resident_id, code, since, until, last)
            return rows, await store.called(session, [code], city_tables(city))

    decision, (rows, texts) = await released(question(resident_id), read, call)
    words = Words(city, texts, born)
    known = [(row, value) for row in reversed(rows[:last]) if (value := value_in(row, code)) is not None]
    unit = request.unit or next((value.ucum for _, value in reversed(known) if value.number is not None), "")
    made_alike = await asyncio.to_thread(in_one_unit, known, unit, molar_mass_of(code, call))
    points = [(row, value, alike) for row, value, alike in made_alike if alike is not None]
    values = [alike.number for _, _, alike in points if alike.number is not None]
    direction = series_rules.trend(values)
    return pb.Series(
        decision_id=decision.id,
        name=words.named([code], known[-1][1].name if known else ""),
        unit=unit,
        points=[point_message(row, value, alike, words) for row, value, alike in points],
        trend=f"TREND_DIRECTION_{direction.upper()}" if direction else None,
        change=rules.written(values[-1] - values[-2]) if len(values) > 1 else "",
        left_out=len(known) - len(points),
        more=len(rows) > last,
    )


def molar_mass_of(code: Code, call: Call[Resources]) -> Decimal | None:
    """What a mole weighs of what a code measures, where it is sent as mass and as substance."""
    measurement = call.resources.rule_book.measurements.get(code[1]) if code[0] == LOINC else None
    return measurement.molar_mass if measurement else None


def in_one_unit(
    values: Sequence[tuple[RecordRow, Measured]], unit: str, molar_mass: Decimal | None
) -> Sequence[tuple[RecordRow, Measured, Measured | None]]:
    return [(row, value, series_rules.made_alike(value, unit, molar_mass)) for row, value in values]


def code_asked_for(request: pb.ReadSeriesRequest) -> Code:
    if not 1 <= len(request.code) <= CODE_LENGTH_MAX:
        raise Invalid("code", f"has 1 to {CODE_LENGTH_MAX} characters")
    if len(request.system) > SYSTEM_LENGTH_MAX:
        raise Invalid("system", f"has at most {SYSTEM_LENGTH_MAX} characters")
    if len(request.unit) > CODE_LENGTH_MAX:
        raise Invalid("unit", f"has at most {CODE_LENGTH_MAX} characters")
    return request.system or LOINC, request.code


def value_in(row: RecordRow, code: Code) -> Measured | None:
    """What an observation measured of this, by the code that was sent or the one that a map puts beside it."""
    content = row.content if row.content is not None else orjson.dumps(row.resource).decode()
    values = rules.measured(json.loads(content, parse_float=Decimal))
    return next((value for value in values if code in rules.with_mapped(value.codes, row.mapped)), None)


def point_message(row: RecordRow, sent: Measured, alike: Measured, words: Words) -> pb.SeriesPoint:
    """A value as it was sent, and in its series' unit."""
    held = words.held(alike, row)
    return pb.SeriesPoint(
        record_id=str(row.id),
        institution_id=str(row.institution_id or ""),
        self_reported=row.author == RESIDENT,
        by_device=row.author == DEVICE,
        at=timestamp(row.effective_at),
        value=rules.written(alike.number),
        sent_value=sent.words,
        sent_unit=sent.unit,
        low=rules.written(held.bounds.low) if held.bounds else "",
        high=rules.written(held.bounds.high) if held.bounds else "",
        range_source=range_source(held),
        interpretation=interpretation(held),
        judged_by_sender=held.by_sender,
    )
