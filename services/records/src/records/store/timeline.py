"""A resident's timeline: a page of it, what belongs to its visits, and what is said of that; each in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from chassis import moments
from chassis.pages import Part
from sqlalchemy import ColumnElement, Row, and_, case, cast, exists, func, or_, text
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from records.domain.authors import RESIDENT
from records.domain.releases import HELD_BACK
from records.domain.timeline import (
    CHECK_UPS,
    CURRENT,
    ITEMS_MAX,
    KIND_OF,
    LASTING,
    PLANNED,
    Code,
    TimelineKind,
    TimelineState,
)
from records.store.search import last_moment
from records.tables import ErrorReportRow, RecordRow

VISIT = aliased(RecordRow)
# No bound on its length: PostgreSQL takes fifteen times as long with one, and no id that is kept is longer than 64.
VISIT_NAMED = r"(?:^|/)Encounter/([A-Za-z0-9.-]+)(?:/_history/[^/]+)?$"
ENDS = (("period", "end"), ("effectivePeriod", "end"), ("performedPeriod", "end"))
PRESCRIBED_UNTIL = ("dispenseRequest", "validityPeriod", "end")
CODINGS = "$.code.coding[*] ? (@.system == $system && @.code == $code)"
PART_CODINGS = "$.component[*].code.coding[*] ? (@.system == $system && @.code == $code)"
MAPPED = "$[*] ? (@.system == $system && @.code == $code)"
IMAGING = "imaging"


@dataclass(frozen=True, slots=True)
class TimelineFilter:
    """What is asked of a timeline; empty: all."""

    kinds: frozenset[TimelineKind] = frozenset()
    institution_ids: Sequence[UUID] = ()
    state: TimelineState | None = None
    visit_id: UUID | None = None
    record_id: UUID | None = None
    own_only: bool = False
    since: datetime | None = None
    until: datetime | None = None

    @property
    def grouped(self) -> bool:
        """Is what belongs to a visit shown in it? Not where something else than all is asked for."""
        return not self.kinds and self.state is None and self.visit_id is None

    def within(self, row: Any) -> list[ColumnElement[bool]]:
        """Is a resource of the period?"""
        conditions: list[ColumnElement[bool]] = []
        if self.since is not None:
            conditions.append(row.effective_at >= self.since)
        if self.until is not None:
            conditions.append(row.effective_at < self.until)
        return conditions


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A resource on a timeline."""

    record: RecordRow
    kind: TimelineKind
    state: TimelineState | None
    visit_id: UUID | None


def is_check_up() -> ColumnElement[bool]:
    """Is an encounter a check-up, by the codes of what it was?"""
    codings = " || ".join(
        f'(@.system == "{system}" && ({" || ".join(f"""@.code == "{code}" """ for code in sorted(codes))}))'
        for system, codes in CHECK_UPS.items()
    )
    paths = (f"$.{name}.** ? ({codings})" for name in ("type", "serviceType", "class"))
    matches = (func.jsonb_path_exists(col(RecordRow.resource), cast(path, JSONPATH)) for path in paths)
    return or_(*matches)


def kind_of_row() -> ColumnElement[str]:
    """What a resource is for people."""
    resource_type = col(RecordRow.resource_type)
    return case(
        (and_(resource_type == "Encounter", is_check_up()), TimelineKind.CHECK_UP.value),
        (
            and_(resource_type == "DiagnosticReport", col(RecordRow.information_type) == IMAGING),
            TimelineKind.IMAGING.value,
        ),
        *((resource_type == name, kind.value) for name, kind in KIND_OF.items()),
        else_=TimelineKind.DOCUMENT.value,
    )


def state_of_row(zone: tzinfo, now: datetime) -> ColumnElement[str | None]:
    """Does a resource go on? What has ended by now does not, whatever its status says."""
    resource, status = col(RecordRow.resource), col(RecordRow.status)
    written = func.coalesce(*(resource[path].astext for path in (*ENDS, PRESCRIBED_UNTIL)))
    over = and_(written.is_not(None), last_moment(written, zone) < now)
    return case(
        (col(RecordRow.resource_type).not_in(sorted(LASTING)), None),
        (status.in_(sorted(PLANNED)), TimelineState.PLANNED.value),
        (and_(status.in_(sorted(CURRENT)), ~over), TimelineState.CURRENT.value),
        else_=TimelineState.PAST.value,
    )


def visit_named() -> ColumnElement[str | None]:
    """What a resource's institution calls the visit that it belongs to."""
    resource = col(RecordRow.resource)
    paths = (("encounter", "reference"), ("context", "reference"), ("context", "encounter", "0", "reference"))
    return func.substring(func.coalesce(*(resource[path].astext for path in paths)), VISIT_NAMED)


def is_visit_of(asked: TimelineFilter) -> list[ColumnElement[bool]]:
    """Does a resource belong to that visit, which is shown?"""
    return [
        col(VISIT.institution_id) == col(RecordRow.institution_id),
        col(VISIT.resource_type) == "Encounter",
        col(VISIT.fhir_id) == visit_named(),
        col(VISIT.resident_id) == col(RecordRow.resident_id),
        col(VISIT.status).not_in(HELD_BACK),
        *asked.within(VISIT),
    ]


def shown(resident_id: UUID, zone: tzinfo, now: datetime) -> Any:
    """What a resident sees of their own record, with what it is for them. What is held back for its status is not."""
    visit_id = select(VISIT.id).where(*is_visit_of(TimelineFilter())).scalar_subquery()
    columns = (kind_of_row().label("kind"), state_of_row(zone, now).label("state"), visit_id.label("visit_id"))
    return select(RecordRow, *columns).where(
        RecordRow.resident_id == resident_id,
        col(RecordRow.status).not_in(HELD_BACK),
        col(RecordRow.effective_at) >= moments.FIRST,
        col(RecordRow.effective_at) < moments.LAST,
    )


def entry(row: Row[Any]) -> TimelineEntry:
    return TimelineEntry(
        row.RecordRow, TimelineKind(row.kind), TimelineState(row.state) if row.state else None, row.visit_id
    )


async def page(
    session: AsyncSession,
    resident_id: UUID,
    asked: TimelineFilter,
    part: Part[tuple[datetime, UUID]],
    *,
    zone: tzinfo,
    now: datetime,
) -> Sequence[TimelineEntry]:
    """A page of a timeline, newest first. Where it is grouped, what belongs to a visit that is on it
    is not there by itself."""
    query = shown(resident_id, zone, now).where(*asked.within(RecordRow))
    if asked.record_id is not None:
        query = query.where(RecordRow.id == asked.record_id)
    elif asked.grouped:
        query = query.where(~exists(select(VISIT.id).where(*is_visit_of(asked))))
    if asked.own_only:
        query = query.where(RecordRow.author == RESIDENT)
    if asked.kinds:
        query = query.where(kind_of_row().in_(sorted(asked.kinds)))
    if asked.institution_ids:
        query = query.where(col(RecordRow.institution_id).in_(asked.institution_ids))
    if asked.state is not None:
        query = query.where(state_of_row(zone, now) == asked.state.value)
    if asked.visit_id is not None:
        query = query.where(exists(select(VISIT.id).where(*is_visit_of(TimelineFilter()), VISIT.id == asked.visit_id)))
    return [
        entry(row)
        for row in await session.execute(
            part.of(query, col(RecordRow.effective_at), col(RecordRow.id), descending=True)
        )
    ]


async def of_visits(
    session: AsyncSession,
    resident_id: UUID,
    visit_ids: Sequence[UUID],
    *,
    zone: tzinfo,
    now: datetime,
) -> Mapping[UUID, Sequence[TimelineEntry]]:
    """What belongs to each of these visits, newest first: one more than is shown of each."""
    if not visit_ids:
        return {}
    named = (  # once a row, not once a row and visit
        select(RecordRow.id, RecordRow.institution_id, RecordRow.effective_at, visit_named().label("visit_name"))
        .where(RecordRow.resident_id == resident_id, col(RecordRow.status).not_in(HELD_BACK))
        .cte("named")
        .prefix_with("MATERIALIZED")
    )
    number = func.row_number().over(
        partition_by=col(VISIT.id), order_by=(named.c.effective_at.desc(), named.c.id.desc())
    )
    numbered = (
        select(named.c.id.label("record_id"), col(VISIT.id).label("visit_id"), number.label("number"))
        .join_from(
            named,
            VISIT,
            and_(
                col(VISIT.institution_id) == named.c.institution_id,
                col(VISIT.resource_type) == "Encounter",
                col(VISIT.fhir_id) == named.c.visit_name,
                col(VISIT.resident_id) == resident_id,
                col(VISIT.status).not_in(HELD_BACK),
            ),
        )
        .where(col(VISIT.id).in_(visit_ids))
        .subquery()
    )
    query = (
        shown(resident_id, zone, now)
        .join(numbered, numbered.c.record_id == RecordRow.id)
        .where(numbered.c.number <= ITEMS_MAX + 1)
        .order_by(numbered.c.visit_id, numbered.c.number)
    )
    belonging: dict[UUID, list[TimelineEntry]] = {}
    for row in await session.execute(query):
        item = entry(row)
        assert item.visit_id is not None, "it belongs to one of these visits"
        belonging.setdefault(item.visit_id, []).append(item)
    return belonging


CALLED = text(
    """
    SELECT entry.system, entry.code, entry.display, entry.designations
    FROM code_entry AS entry
    JOIN unnest(CAST(:systems AS text[]), CAST(:codes AS text[])) AS sent (system, code)
        ON entry.system = sent.system AND entry.code = sent.code
    JOIN code_table ON code_table.id = entry.table_id
    LEFT JOIN unnest(CAST(:urls AS text[]), CAST(:versions AS text[])) AS named (url, version)
        ON code_table.url = named.url AND code_table.version = named.version
    ORDER BY (named.url IS NOT NULL), code_table.id
    """
).columns(designations=JSONB)


async def called(
    session: AsyncSession, codes: Iterable[Code], city_tables: Mapping[str, str]
) -> Mapping[Code, Mapping[str, str]]:
    """What tables call these codes, by language: the city's own versions of tables before the one loaded last."""
    asked = sorted(set(codes))
    if not asked:
        return {}
    parameters = {
        "systems": [system for system, _ in asked],
        "codes": [code for _, code in asked],
        "urls": list(city_tables),
        "versions": list(city_tables.values()),
    }
    names: dict[Code, dict[str, str]] = {}
    for row in await session.execute(CALLED, parameters):  # a later one says more than those before
        known = names.setdefault((row.system, row.code), {})
        known.update({"": row.display} if row.display else {})
        known.update(row.designations)
    return names


async def reported(session: AsyncSession, record_ids: Sequence[UUID]) -> Mapping[UUID, ErrorReportRow]:
    """What was last said to be wrong in each of these resources."""
    if not record_ids:
        return {}
    query = (
        select(ErrorReportRow)
        .where(col(ErrorReportRow.record_id).in_(record_ids))
        .ext(distinct_on(col(ErrorReportRow.record_id)))
        .order_by(col(ErrorReportRow.record_id), col(ErrorReportRow.id).desc())
    )
    return {row.record_id: row for row in await session.scalars(query)}


async def series(
    session: AsyncSession,
    resident_id: UUID,
    code: Code,
    since: datetime | None,
    until: datetime | None,
    limit: int,
) -> Sequence[RecordRow]:
    """The latest observations that measured this, newest first; fetches limit + 1."""
    variables = cast({"system": code[0], "code": code[1]}, JSONB)
    sent = (
        func.jsonb_path_exists(col(RecordRow.resource), cast(path, JSONPATH), variables)
        for path in (CODINGS, PART_CODINGS)
    )
    mapped = func.jsonb_path_exists(col(RecordRow.mapped), cast(MAPPED, JSONPATH), variables)
    query = (
        select(RecordRow)
        .where(
            RecordRow.resident_id == resident_id,
            RecordRow.resource_type == "Observation",
            col(RecordRow.status).not_in(HELD_BACK),
            col(RecordRow.effective_at) >= (since or moments.FIRST),
            col(RecordRow.effective_at) < (until or moments.LAST),
            or_(*sent, mapped),
        )
        .order_by(col(RecordRow.effective_at).desc(), col(RecordRow.id).desc())
        .limit(limit + 1)
    )
    return (await session.scalars(query)).all()
