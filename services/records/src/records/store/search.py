"""What is found in a resident's record, by what is searched for and as far as it may be released."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any
from uuid import UUID

from chassis import moments
from chassis.ids import Kind
from sqlalchemy import ColumnElement, and_, case, cast, column, false, func, literal, or_, select, true, tuple_
from sqlalchemy.dialects.postgresql import INTERVAL, JSONB, JSONPATH, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel import select as select_rows

from records.domain.kinds import KINDS
from records.domain.names import named
from records.domain.quantity_search import Measured
from records.domain.releases import HELD_BACK, Release
from records.domain.search import PERIODS, Bounds, Criterion, Names, Refers, Search, Sort, Span, Statuses, Token
from records.domain.sensitivity import Sensitivity
from records.domain.shown import Named
from records.store.releases import fits
from records.tables import MeasurementRow, RecordRow

REFERRED_MAX = 1_000
TARGET = aliased(RecordRow)


@dataclass(frozen=True, slots=True)
class Located:
    """Where a resource is, before anybody may see it."""

    record_id: UUID
    resident_id: UUID
    information_type: str


async def locate(
    session: AsyncSession, kind: str, record_id: UUID | None, own: tuple[UUID, str] | None
) -> Located | None:
    """A resource by the record's id, or by an institution's own id of it."""
    conditions = [col(RecordRow.resource_type) == kind]
    if record_id is not None:
        conditions.append(col(RecordRow.id) == record_id)
    elif own is not None:
        conditions += [col(RecordRow.institution_id) == own[0], col(RecordRow.fhir_id) == own[1]]
    else:
        return None
    query = select(col(RecordRow.id), col(RecordRow.resident_id), col(RecordRow.information_type)).where(*conditions)
    row = (await session.execute(query)).first()
    return None if row is None else Located(row.id, row.resident_id, row.information_type)


def permitted(
    search: Search, resident_id: UUID, releases: Sequence[Release], apart: Sensitivity
) -> list[ColumnElement[bool]]:
    """What may be shown of a resident's record at all: within the releases, and not held back for its status."""
    kinds = sorted(frozenset[str]().union(*(release.information_types for release in releases)))
    return [
        col(RecordRow.resident_id) == resident_id,
        col(RecordRow.information_type).in_(kinds),
        or_(false(), *(fits(release, apart) for release in releases)),
        col(RecordRow.status).not_in(HELD_BACK - search.also_statuses),
        col(RecordRow.effective_at) >= moments.FIRST,
        col(RecordRow.effective_at) < moments.LAST,
    ]


def condition(criterion: Criterion, own_institution: UUID | None, zone: tzinfo) -> ColumnElement[bool]:
    """Does a record fit what is searched for?"""
    match criterion:
        case Statuses(values):
            return col(RecordRow.status).in_(sorted(values))
        case Span(by, alternatives, outside):
            within = or_(false(), *(lies_within(bounds, by, zone) for bounds in alternatives))
            return ~within if outside else within
        case Names(records, own):
            mine = col(RecordRow.institution_id) == own_institution
            return or_(
                col(RecordRow.id).in_(records),
                and_(mine, col(RecordRow.fhir_id).in_(own)) if own_institution else false(),
            )
        case Token(path, coded, alternatives):
            return or_(false(), *(has_token(path, coded, system, code) for system, code in alternatives))
        case Measured():
            return measures(criterion)
        case Refers(path, targets):
            return or_(false(), *(refers_to(path, kind, target, own_institution) for kind, target in targets))


def measures(criterion: Measured) -> ColumnElement[bool]:
    """Has a resource an amount within one of these ranges, as it was made alike behind its coming?"""
    ranges = []
    for each in criterion.ranges:
        value = col(MeasurementRow.value)
        conditions: list[ColumnElement[bool]] = [col(MeasurementRow.code).in_(each.codes)]
        if each.low is not None:
            conditions.append(value >= each.low if each.with_low else value > each.low)
        if each.high is not None:
            conditions.append(value <= each.high if each.with_high else value < each.high)
        ranges.append(and_(*conditions))
    within = or_(false(), *ranges)
    if criterion.outside:
        codes = sorted({code for each in criterion.ranges for code in each.codes})
        within = and_(col(MeasurementRow.code).in_(codes), ~within)
    at = col(MeasurementRow.path).like(criterion.path)
    return select(1).where(col(MeasurementRow.record_id) == col(RecordRow.id), at, within).exists()


def lies_within(bounds: Bounds, by: Sort, zone: tzinfo) -> ColumnElement[bool]:
    begins = col(getattr(RecordRow, by))
    ends: Any = begins if by == Sort.UPDATED else ends_at(zone)
    conditions: list[ColumnElement[bool]] = [true()]
    for moment, (first, before) in ((begins, bounds.begins), (ends, bounds.ends)):
        conditions += [moment >= first] if first is not None else []
        conditions += [moment < before] if before is not None else []
    return and_(*conditions)


def ends_at(zone: tzinfo) -> ColumnElement[Any]:
    """When a resource ends: its period does, which is never where it goes on; else when it is."""
    resource = col(RecordRow.resource)
    written = func.coalesce(*(resource[(name, "end")].astext for name in PERIODS))
    started = func.coalesce(*(resource[(name, "start")].astext for name in PERIODS))
    ends = case(
        (written.is_not(None), last_moment(written, zone)),
        (started.is_not(None), cast(literal("infinity"), TIMESTAMP(timezone=True))),
        else_=col(RecordRow.effective_at),
    )
    return cast(ends, TIMESTAMP(timezone=True))


def last_moment(written: ColumnElement[Any], zone: tzinfo) -> ColumnElement[Any]:
    """The last moment of a FHIR dateTime. A day, a month or a year without a time ends with that of the city's. What it
    says was checked when it came."""

    def last_of(first_day: ColumnElement[Any], length: str) -> ColumnElement[Any]:
        over = cast(first_day, TIMESTAMP) + cast(literal(length), INTERVAL)
        return func.timezone(str(zone), over) - cast(literal("1 microsecond"), INTERVAL)

    size = func.length(written)
    return case(
        (size == 4, last_of(written + "-01-01", "1 year")),
        (size == 7, last_of(written + "-01", "1 month")),
        (size == 10, last_of(written, "1 day")),
        else_=cast(written, TIMESTAMP(timezone=True)),
    )


def has_token(path: str, coded: bool, system: str | None, code: str | None) -> ColumnElement[bool]:
    """Has a resource such a coding at the path? What is no coding but a code has no system."""
    if not coded:
        return exists_at(path, "@ == $code", {"code": code}) if system is None else false()
    conditions = []
    if system == "":
        conditions.append("!exists(@.system)")
    elif system is not None:
        conditions.append("@.system == $system")
    if code is not None:
        conditions.append("@.code == $code")
    sought, variables = " && ".join(conditions), {"system": system, "code": code}
    return or_(exists_at(path, sought, variables), mapped_at(path, sought, variables))


def mapped_at(path: str, condition: str, variables: Mapping[str, object]) -> ColumnElement[bool]:
    """Does a map in force put a coding that meets this beside one that was sent at the path?"""
    sought = cast(f"$[*] ? ({condition})", JSONPATH)
    codings = func.jsonb_path_query(col(RecordRow.mapped), sought, cast(variables, JSONB))
    mapped = codings.table_valued(column("value", JSONB), name="mapped_coding").render_derived()
    sent = func.jsonb_path_exists(
        col(RecordRow.resource),
        cast(f"{path} ? (@.system == $sentSystem && @.code == $sentCode)", JSONPATH),
        mapped.c.value,
    )
    return select(1).select_from(mapped).where(sent).exists()


def exists_at(path: str, condition: str, variables: Mapping[str, object]) -> ColumnElement[bool]:
    """Is there anything at the path that meets this? Paths and conditions are ours; what was sent is in variables."""
    whole = f"{path} ? ({condition})"
    return func.jsonb_path_exists(col(RecordRow.resource), cast(whole, JSONPATH), cast(variables, JSONB))


def refers_to(path: str, kind: str, target: str, own_institution: UUID | None) -> ColumnElement[bool]:
    """Does a resource refer to what has this id at the origin? By the id that its institution gave that, or by ours."""
    as_named = exists_at(path, "@ == $references[*]", {"references": [f"{each}/{target}" for each in kinds_of(kind)]})
    record_id = named(Kind.RECORD, target)
    if record_id is None:
        return and_(col(RecordRow.institution_id) == own_institution, as_named) if own_institution else false()
    by_institution = func.jsonb_path_exists(
        col(RecordRow.resource),
        cast(f"{path} ? (@ == $reference)", JSONPATH),
        func.jsonb_build_object("reference", func.concat(TARGET.resource_type, "/", TARGET.fhir_id)),
    )
    known = select(1).where(
        col(TARGET.id) == record_id,
        col(TARGET.resource_type).in_(kinds_of(kind)),
        col(TARGET.resident_id) == col(RecordRow.resident_id),
        col(TARGET.institution_id) == col(RecordRow.institution_id),
        by_institution,
    )
    return or_(as_named, known.exists())


def kinds_of(kind: str) -> Sequence[str]:
    return [kind] if kind else sorted(KINDS)


async def page(
    session: AsyncSession,
    search: Search,
    resident_id: UUID,
    own_institution: UUID | None,
    releases: Sequence[Release],
    apart: Sensitivity,
) -> Sequence[RecordRow]:
    """What is found, in the search's order, after its place; fetches one more than is shown."""
    order, record_id = col(getattr(RecordRow, search.sort)), col(RecordRow.id)
    query = select_rows(RecordRow).where(
        *permitted(search, resident_id, releases, apart), *criteria_of(search, own_institution)
    )
    if search.after is not None:
        at, after = func.row(order, record_id), func.row(*search.after)
        query = query.where(at > after if search.ascending else at < after)
    directed = [order.asc(), record_id.asc()] if search.ascending else [order.desc(), record_id.desc()]
    return (await session.scalars(query.order_by(*directed).limit(search.count + 1))).all()


async def total(
    session: AsyncSession,
    search: Search,
    resident_id: UUID,
    own_institution: UUID | None,
    releases: Sequence[Release],
    apart: Sensitivity,
) -> int:
    """How much is found: of what may be released, and no more."""
    query = select(func.count()).select_from(RecordRow)
    conditions = [*permitted(search, resident_id, releases, apart), *criteria_of(search, own_institution)]
    return int((await session.execute(query.where(*conditions))).scalar_one())


def criteria_of(search: Search, own_institution: UUID | None) -> list[ColumnElement[bool]]:
    """What is searched for."""
    kinds = [] if search.kinds >= KINDS.keys() else [col(RecordRow.resource_type).in_(sorted(search.kinds))]
    return kinds + [condition(criterion, own_institution, search.zone) for criterion in search.criteria]


async def known_as(session: AsyncSession, resident_id: UUID, names: Iterable[Named]) -> Mapping[Named, UUID]:
    """The resources of a resident that institutions call so."""
    asked = sorted(set(names))[:REFERRED_MAX]
    if not asked:
        return {}
    named_so = tuple_(col(RecordRow.institution_id), col(RecordRow.resource_type), col(RecordRow.fhir_id))
    query = select(
        col(RecordRow.id), col(RecordRow.institution_id), col(RecordRow.resource_type), col(RecordRow.fhir_id)
    ).where(col(RecordRow.resident_id) == resident_id, named_so.in_(asked))
    rows = await session.execute(query)
    return {(row.institution_id, row.resource_type, row.fhir_id): row.id for row in rows}


async def included(
    session: AsyncSession,
    search: Search,
    resident_id: UUID,
    record_ids: Sequence[UUID],
    releases: Sequence[Release],
    apart: Sensitivity,
) -> Sequence[RecordRow]:
    """Of these, what may be released."""
    if not record_ids:
        return []
    query = select_rows(RecordRow).where(
        col(RecordRow.id).in_(record_ids), *permitted(search, resident_id, releases, apart)
    )
    return (await session.scalars(query.order_by(col(RecordRow.id)))).all()
