"""What is found of a resource that was stored: rules that never refuse it.

A finding names a rule, a field and what is to be done, and nothing of whose the resource is or what it says. Rules are
data (`records.domain.rule_packs`). What a rule has to know of other resources, of tables of codes or of the resident is
asked for many resources at once, and stands in `Known`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID

from chassis import moments
from chassis.refusals import Refusal
from city_pack.pack import BadPack, City, CodesRequired

from records.domain import quantities, resources
from records.domain.kinds import KINDS
from records.domain.quantities import SentQuantity
from records.domain.rule_packs import (
    CODED,
    BirthRule,
    Bounds,
    CodesRule,
    DeathRule,
    DiagnosisRule,
    DuplicateRule,
    ElementRule,
    FutureRule,
    LateRule,
    NameRule,
    OrderRule,
    PairRule,
    RangeRule,
    Rule,
    RuleBook,
)

NOBODY = UUID(int=0)
CODE_NOT_IN_TABLE = "code-not-in-table"
CODE_NOT_IN_TABLE_DIMENSION = "validity"
FUTURE_AHEAD = timedelta(days=1)  # of clocks and time zones
RELATED = (DuplicateRule, PairRule, DiagnosisRule, DeathRule)  # what hangs on other resources of the institution


@dataclass(frozen=True, slots=True)
class SentCoding:
    """A code that a resource says what it is about with: as it was sent, or put beside that by a map."""

    system: str
    code: str
    display: str


@dataclass(frozen=True, slots=True)
class Examined:
    """What is looked at of a resource."""

    resource_type: str
    information_type: str
    resource: Mapping[str, Any]
    mapped: Sequence[Mapping[str, str]]
    record_id: UUID = NOBODY
    resident_id: UUID = NOBODY
    effective_at: datetime | None = None
    first_came_at: datetime | None = None  # when its first version came

    def codings(self, element: str = "") -> list[SentCoding]:
        """The codes of an element, or else of what it says it is about, as they were sent."""
        concepts = values_at(self.resource, element or CODED.get(self.resource_type, ""))
        codings = [
            coding for concept in concepts if isinstance(concept, Mapping) for coding in concept.get("coding") or ()
        ]
        return [
            SentCoding(str(coding["system"]), str(coding["code"]), str(coding.get("display") or ""))
            for coding in codings
            if isinstance(coding, Mapping) and coding.get("system") and coding.get("code")
        ]

    def mapped_from(self, codings: Sequence[SentCoding]) -> list[SentCoding]:
        """The codes that maps in force put beside these."""
        sent = {(coding.system, coding.code) for coding in codings}
        return [
            SentCoding(each["system"], each["code"], each["display"])
            for each in self.mapped
            if (each["sentSystem"], each["sentCode"]) in sent
        ]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be."""

    rule: str
    field: str
    detail: str
    severity: str = "WARNING"
    pack: str = ""  # of which the rule is; empty: it is the city's, by its `codeTables`
    table: str = ""  # of which a code was expected
    codings: Sequence[SentCoding] = ()  # that came in its place


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """How a patient is called in a resource; what is not said is empty."""

    name: str
    birth_date: str


type KnownCodes = frozenset[tuple[str, str, str]]
"""Which codes tables have: the table's URL, the code's system, the code."""


@dataclass(frozen=True)
class Known:
    """What rules have to know beside the resource itself."""

    book: RuleBook
    city: City
    now: datetime
    loaded: frozenset[str] = frozenset()  # tables that the city's pack names, by URL
    codes: KnownCodes = frozenset()
    rule_tables: frozenset[tuple[str, str]] = frozenset()  # tables that rules name, by URL and version
    related: Mapping[str, frozenset[UUID]] = field(default_factory=dict)  # by rule: the resources that break it
    born_by: Mapping[tuple[UUID, date], bool] = field(default_factory=dict)  # as far as identity answers
    other_person: frozenset[tuple[UUID, NamedPerson]] = frozenset()  # who is named, and is not the resident

    @property
    def zone(self) -> tzinfo:
        return self.city.zone


def values_at(resource: Mapping[str, Any], path: str) -> list[Any]:
    """All that stands at a path of names; lists are looked through."""
    values: list[Any] = [resource]
    for name in path.split("."):
        values = [
            item
            for value in values
            if isinstance(value, Mapping) and value.get(name) is not None
            for item in (value[name] if isinstance(value[name], list) else [value[name]])
        ]
    return values


def expected_tables(examined: Examined, city: City, loaded: frozenset[str]) -> list[CodesRequired]:
    """The loaded tables of one of which the resource has to have a code."""
    return [
        table
        for table in city.code_tables
        if table.url in loaded and table.is_for(examined.resource_type, examined.information_type)
    ]


def findings(examined: Examined, known: Known) -> Iterator[Finding]:
    """All that is found of a resource."""
    yield from code_findings(examined, known)
    for rule in known.book.for_kind(examined.resource_type):
        for at, why in broken(rule, examined, known):
            yield Finding(rule.id, at, why or rule.remedy, rule.severity, known.book.pack_of[rule.id])


def code_findings(examined: Examined, known: Known) -> Iterator[Finding]:
    """What the city's pack asks of codes, by its `codeTables`."""
    expected = expected_tables(examined, known.city, known.loaded)
    if not expected:
        return
    codings = examined.codings()
    if in_tables(examined, codings, {table.url for table in expected}, known.codes):
        return
    table = expected[0]
    if codings:
        detail = f"has no code of {table.url}; map the local one to it"
    else:
        detail = f"has no code at all; send one of {table.url}"
    yield Finding(CODE_NOT_IN_TABLE, CODED[examined.resource_type], detail, table=table.url, codings=codings)


def in_tables(examined: Examined, codings: Sequence[SentCoding], urls: set[str], codes: KnownCodes) -> bool:
    """Is one of these codes, or one that is mapped from them, in one of these tables?"""
    beside = examined.mapped_from(codings)
    return any((url, coding.system, coding.code) in codes for url in urls for coding in (*codings, *beside))


def broken(rule: Rule, examined: Examined, known: Known) -> Iterator[tuple[str, str]]:
    """At which fields a resource breaks a rule, and what is to be done where that is not what the rule says."""
    yield from BROKEN[type(rule)](rule, examined, known)


def broken_codes(rule: CodesRule, examined: Examined, known: Known) -> Iterator[tuple[str, str]]:
    tables = {table.url for table in rule.tables if (table.url, table.version) in known.rule_tables}
    if not tables or (rule.information_types and examined.information_type not in rule.information_types):
        return
    if not in_tables(examined, examined.codings(rule.element or ""), tables, known.codes):
        yield rule.element or CODED[examined.resource_type], ""


def broken_range(rule: RangeRule, examined: Examined, known: Known) -> Iterator[tuple[str, str]]:
    for sent, value in measured(rule, examined, known.book):
        if value is None:
            yield f"{sent.path}.code", f"its unit is none that can be made {rule.unit}; send it in {rule.unit}"
        elif any(bounds.allow(value) for bounds in rule.bounds):
            bounds = [each for each in rule.bounds if is_of_age(each, examined, known)]
            if len(bounds) == 1 and not bounds[0].allow(value):
                yield sent.path, ""
        else:
            yield sent.path, ""


def broken_order(rule: OrderRule, examined: Examined, known: Known) -> Iterator[tuple[str, str]]:
    first = moment_at(examined, rule.first, known, ends=False)
    then = moment_at(examined, rule.then, known, ends=True)
    if first is not None and then is not None and then < first:
        yield rule.then, ""


def broken_future(rule: FutureRule, examined: Examined, known: Known) -> Iterator[tuple[str, str]]:
    for path in rule.elements:
        at = moment_at(examined, path, known, ends=False)
        if at is not None and at > (examined.first_came_at or known.now) + FUTURE_AHEAD:
            yield path, ""


def broken_birth(rule: BirthRule, examined: Examined, known: Known) -> Iterator[tuple[str, str]]:
    for path, day in birth_days(rule, examined, known.zone):
        if known.born_by.get((examined.resident_id, day)) is False:
            yield path, ""


def broken_late(rule: LateRule, examined: Examined, _known: Known) -> Iterator[tuple[str, str]]:
    if examined.effective_at is None or examined.first_came_at is None:
        return
    if examined.first_came_at - examined.effective_at > timedelta(days=rule.days):
        yield "meta.lastUpdated", ""


def broken_element(rule: ElementRule, examined: Examined, _known: Known) -> Iterator[tuple[str, str]]:
    if not any(values_at(examined.resource, path) for path in rule.elements):
        yield rule.elements[0], ""


def broken_name(_rule: NameRule, examined: Examined, known: Known) -> Iterator[tuple[str, str]]:
    person = named_person(examined)
    if person is not None and (examined.resident_id, person) in known.other_person:
        yield KINDS[examined.resource_type].subject, ""


def broken_relation(rule: Rule, examined: Examined, known: Known) -> Iterator[tuple[str, str]]:
    """What hangs on other resources was looked at for all at once."""
    if examined.record_id in known.related.get(rule.id, frozenset()):
        yield RELATED_AT[type(rule)], ""


RELATED_AT: Mapping[type[Rule], str] = {
    DuplicateRule: "id",
    PairRule: "code",
    DiagnosisRule: "encounter",
    DeathRule: "subject",
}
BROKEN: Mapping[type[Rule], Callable[[Any, Examined, Known], Iterator[tuple[str, str]]]] = {
    CodesRule: broken_codes,
    RangeRule: broken_range,
    OrderRule: broken_order,
    FutureRule: broken_future,
    BirthRule: broken_birth,
    LateRule: broken_late,
    ElementRule: broken_element,
    NameRule: broken_name,
    **dict.fromkeys(RELATED, broken_relation),
}


def measured(rule: RangeRule, examined: Examined, book: RuleBook) -> Iterator[tuple[SentQuantity, Any]]:
    """What the resource measured of what a rule is about, in the rule's unit; None where it cannot be made that."""
    measurement = book.measurements.get(rule.code)
    mass = measurement.molar_mass if measurement else None
    for sent in quantities.quantities(examined.resource):
        if sent.code == rule.code:
            yield sent, quantities.in_unit(sent, rule.unit, mass)


def is_of_age(bounds: Bounds, examined: Examined, known: Known) -> bool:
    """Was the resident of that age then, as far as identity says? So is one of whom it does not."""
    days = [(years_before(examined, years, known.zone), expected) for years, expected in age_ends(bounds)]
    return all(known.born_by.get((examined.resident_id, day), expected) is expected for day, expected in days if day)


def age_ends(bounds: Bounds) -> list[tuple[int, bool]]:
    """The ages that bounds begin and end at, and whether who is of that age was born by so long before."""
    begin = [(bounds.age_from_years, True)] if bounds.age_from_years else []
    return begin + ([(bounds.age_below_years, False)] if bounds.age_below_years is not None else [])


def years_before(examined: Examined, years: int, zone: tzinfo) -> date | None:
    """The day so many years before a resource's. Who was born by then is at least so old."""
    if examined.effective_at is None:
        return None
    day = examined.effective_at.astimezone(zone).date()
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # a 29 February
        return date(day.year - years, 2, 28) if day.year > years else None


def age_days(examined: Examined, known: Known) -> set[date]:
    """The days that a rule hangs on whether the resident was born by: of ranges alone whose value is possible at some
    age and impossible at another."""
    days = set()
    for rule in known.book.for_kind(examined.resource_type):
        if not isinstance(rule, RangeRule) or len(rule.bounds) == 1:
            continue
        for _, value in measured(rule, examined, known.book):
            allowed = {bounds.allow(value) for bounds in rule.bounds} if value is not None else set()
            if len(allowed) > 1:
                ages = {years for bounds in rule.bounds for years, _ in age_ends(bounds)}
                days |= {day for years in ages if (day := years_before(examined, years, known.zone))}
    return days


def birth_days(rule: BirthRule, examined: Examined, zone: tzinfo) -> Iterator[tuple[str, date]]:
    """The last day that each of a rule's elements may be of."""
    for path in rule.elements:
        for value in values_at(examined.resource, path)[:1]:
            at = moment_of(value, zone, ends=True)
            if at is not None:
                yield path, at.astimezone(zone).date() + timedelta(days=1)  # a day for those who crossed time zones


def named_person(examined: Examined) -> NamedPerson | None:
    """How the patient is called: in words beside the reference, and in a Patient that the resource contains."""
    subject = examined.resource.get(KINDS[examined.resource_type].subject)
    name = str(subject.get("display") or "") if isinstance(subject, Mapping) else ""
    birth_date = ""
    for contained in examined.resource.get("contained") or ():
        if isinstance(contained, Mapping) and contained.get("resourceType") == "Patient":
            birth_date = str(contained.get("birthDate") or "")
            names = [each for each in contained.get("name") or () if isinstance(each, Mapping)]
            name = next((written for each in names if (written := name_of(each))), name)
    return NamedPerson(name, birth_date) if name or birth_date else None


def name_of(name: Mapping[str, Any]) -> str:
    """A HumanName in words."""
    given = [str(each) for each in name.get("given") or ()]
    return str(name.get("text") or " ".join([*given, str(name.get("family") or "")]).strip())


def moment_at(examined: Examined, path: str, known: Known, ends: bool) -> datetime | None:
    values = values_at(examined.resource, path)
    return moment_of(values[0], known.zone, ends) if values else None


def moment_of(value: object, zone: tzinfo, ends: bool) -> datetime | None:
    """A date, dateTime or instant that was taken in; None: it is none."""
    try:
        return resources.moment(value, "value", zone, moments.LAST, ends)
    except Refusal:
        return None


def check_code_tables(city: City, path: str) -> None:
    """Refuse a pack that has codes required of a kind that is not kept, or says nothing in codes."""
    for index, table in enumerate(city.code_tables):
        if unknown := sorted(set(table.kinds) - CODED.keys()):
            raise BadPack(
                f"{path}: global.city.codeTables[{index}].kinds: {unknown[0]} is none of {', '.join(sorted(CODED))}"
            )
