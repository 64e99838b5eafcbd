"""What can be searched for, as FHIR R4 has it: which parameters each kind has, and what their values mean.

A search is within one resident's record: whose it is, consent has to know. A parameter that is not here is refused.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Any
from uuid import UUID

from chassis import moments
from chassis.ids import Kind
from chassis.refusals import Invalid

from records.domain import resources
from records.domain.kinds import KINDS, words
from records.domain.names import named, resident_named
from records.domain.quantity_search import ALONE, ANYWHERE, IN_COMPONENT, Measured, measured
from records.domain.releases import HELD_BACK
from records.domain.rule_packs import Measurement
from records.domain.shown import instant

COUNT_DEFAULT, COUNT_MAX = 20, 100
ALTERNATIVES_MAX = 20  # of one parameter
PARAMETERS_MAX = 40
INCLUDES_MAX = 10
VALUE_LENGTH_MAX = 256
CURSOR = re.compile(r"([0-9TZ:.\-]{20,32})~rec-([0-9a-f]{32})")
DATE = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb)?([0-9]{4}.*)", re.DOTALL)
ESCAPED_COMMA = re.compile(r"(?<!\\),")
PATIENT = frozenset({"patient", "subject"})


class ParameterType(StrEnum):
    """FHIR's types of search parameters, as far as there are parameters of them here."""

    TOKEN = "token"  # noqa: S105 a type of parameter
    DATE = "date"
    REFERENCE = "reference"
    QUANTITY = "quantity"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A search parameter of a kind."""

    kind: ParameterType
    path: str = ""  # in a resource, as a JSON path: of codings, of codes, or of references
    coded: bool = True  # are they codings, rather than codes?
    documentation: str = ""


DATED = Parameter(ParameterType.DATE, documentation="When it is; a period counts from its beginning to its end.")
EVERY: Mapping[str, Parameter] = {
    "_id": Parameter(ParameterType.TOKEN, documentation="Its id here."),
    "_lastUpdated": Parameter(ParameterType.DATE, documentation="When this version of it came."),
    "patient": Parameter(ParameterType.REFERENCE, documentation="Whose it is. A search needs it, or `_id`."),
    "date": DATED,
}
STATUS = Parameter(
    ParameterType.TOKEN,
    documentation=f"What is {', '.join(sorted(HELD_BACK))} is left out unless it is asked for by this.",
)


def codings(path: str) -> Parameter:
    return Parameter(ParameterType.TOKEN, f"$.{path}.coding[*]")


def codes(path: str) -> Parameter:
    return Parameter(ParameterType.TOKEN, f"$.{path}", coded=False)


def references(path: str) -> Parameter:
    return Parameter(ParameterType.REFERENCE, f"$.{path}.reference")


def amount(path: str, documentation: str) -> Parameter:
    return Parameter(ParameterType.QUANTITY, path, documentation=documentation)


OWN: Mapping[str, Mapping[str, Parameter]] = {
    "AllergyIntolerance": {
        "category": codes("category"),
        "code": codings("code"),
        "clinical-status": codings("clinicalStatus"),
        "verification-status": codings("verificationStatus"),
    },
    "CarePlan": {"category": codings("category[*]"), "encounter": references("encounter")},
    "Condition": {
        "category": codings("category[*]"),
        "code": codings("code"),
        "clinical-status": codings("clinicalStatus"),
        "verification-status": codings("verificationStatus"),
        "encounter": references("encounter"),
        "recorded-date": DATED,
    },
    "Device": {"type": codings("type")},
    "DiagnosticReport": {
        "category": codings("category[*]"),
        "code": codings("code"),
        "encounter": references("encounter"),
        "result": references("result[*]"),
    },
    "DocumentReference": {
        "category": codings("category[*]"),
        "type": codings("type"),
        "encounter": references("context.encounter[*]"),
    },
    "Encounter": {
        "class": Parameter(ParameterType.TOKEN, "$.class"),
        "type": codings("type[*]"),
        "part-of": references("partOf"),
    },
    "ImagingStudy": {
        "modality": Parameter(ParameterType.TOKEN, "$.modality[*]"),
        "encounter": references("encounter"),
        "started": DATED,
    },
    "Immunization": {"vaccine-code": codings("vaccineCode")},
    "MedicationRequest": {
        "category": codings("category[*]"),
        "code": codings("medicationCodeableConcept"),
        "encounter": references("encounter"),
        "intent": codes("intent"),
        "authoredon": DATED,
    },
    "MedicationStatement": {
        "category": codings("category"),
        "code": codings("medicationCodeableConcept"),
        "effective": DATED,
    },
    "Observation": {
        "category": codings("category[*]"),
        "code": codings("code"),
        "encounter": references("encounter"),
        "value-quantity": amount(ALONE, "What was measured, in any unit that it can be made: `gt7|…|mmol/L`."),
        "component-value-quantity": amount(IN_COMPONENT, "The same, of components."),
        "combo-value-quantity": amount(ANYWHERE, "The same, of either."),
        "has-member": references("hasMember[*]"),
        "derived-from": references("derivedFrom[*]"),
    },
    "Procedure": {"category": codings("category"), "code": codings("code"), "encounter": references("encounter")},
    "QuestionnaireResponse": {"encounter": references("encounter"), "authored": DATED},
}


def parameters_of(kind: str) -> Mapping[str, Parameter]:
    """The search parameters that a kind has."""
    subject = {"subject": EVERY["patient"]} if KINDS[kind].subject == "subject" else {}
    status = {"status": STATUS} if KINDS[kind].statuses else {}
    return {**EVERY, **subject, **status, **OWN[kind]}


def includes_of(kind: str) -> Sequence[str]:
    """What may be included with resources of a kind: its patient, and what it refers to in the same record."""
    return [
        f"{kind}:{name}"
        for name, parameter in parameters_of(kind).items()
        if parameter.kind == ParameterType.REFERENCE and (parameter.path or name in PATIENT)
    ]


class Sort(StrEnum):
    """By what found resources are sorted: the columns of the record."""

    DATE = "effective_at"
    UPDATED = "ingested_at"


@dataclass(frozen=True, slots=True)
class Token:
    """Fits where a coding at the path is one of these: its system ("": none, None: any), and its code (None: any)."""

    path: str
    coded: bool
    alternatives: Sequence[tuple[str | None, str | None]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """When something begins and ends: from the first moment on, before the second; None: whenever."""

    begins: tuple[datetime | None, datetime | None] = (None, None)
    ends: tuple[datetime | None, datetime | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Span:
    """Fits where a resource lies within one of these bounds. A version came at one moment, which is both."""

    by: Sort
    alternatives: Sequence[Bounds]
    outside: bool = False  # fits where it lies in none of them


# Where a resource's date may be a period, which is what lasts: FHIR compares its end, too.
PERIODS = ("period", "effectivePeriod", "performedPeriod")


@dataclass(frozen=True, slots=True)
class Names:
    """Fits what has one of these ids at the origin: of the record, or of the caller's own institution."""

    records: Sequence[UUID]
    own: Sequence[str]


@dataclass(frozen=True, slots=True)
class Refers:
    """Fits what refers to one of these at the path: kinds (empty: any), and ids as in `Names`."""

    path: str
    targets: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Statuses:
    """Fits what has one of these statuses."""

    values: frozenset[str]


type Criterion = Token | Span | Names | Refers | Statuses | Measured


class Summary(StrEnum):
    """FHIR's `_summary`."""

    ALL = "false"
    SUMMARY = "true"
    TEXT = "text"
    DATA = "data"
    COUNT = "count"


@dataclass(slots=True)
class Search:
    """What is searched for, in which order, and how much of it is shown."""

    kinds: frozenset[str]
    zone: tzinfo = UTC  # of the city, whose days they are
    measurements: Mapping[str, Measurement] = field(default_factory=dict)  # what is made alike in which unit
    resident_id: UUID | None = None
    criteria: list[Criterion] = field(default_factory=list)
    also_statuses: frozenset[str] = frozenset()
    sort: Sort = Sort.DATE
    ascending: bool = False
    count: int = COUNT_DEFAULT
    total: bool = False
    after: tuple[datetime, UUID] | None = None
    summary: Summary = Summary.ALL
    elements: frozenset[str] = frozenset()
    includes: list[str] = field(default_factory=list)  # parameters of references
    links: list[tuple[str, str]] = field(default_factory=list)  # the parameters as they were understood

    @property
    def counts_only(self) -> bool:
        return self.summary == Summary.COUNT or self.count == 0


# Parameters that say how, and not for what.
RESULT = words(
    "_count _sort _include _summary _elements _total _totalMethod _format _pretty _after _cursor _type _since start end"
)
NOT_LINKED = frozenset({"_after", "_format", "_pretty"})


def search_of(
    kinds: Iterable[str],
    parameters: Sequence[tuple[str, str]],
    *,
    lenient: bool,
    zone: tzinfo,
    measurements: Mapping[str, Measurement] | None = None,
) -> Search:
    """The search that these parameters are, of these kinds. Raises `Invalid` at the parameter: for one that no such
    kind has too, unless `lenient`."""
    search = Search(frozenset(kinds), zone, measurements=measurements or {})
    if len(parameters) > PARAMETERS_MAX:
        raise Invalid("", f"at most {PARAMETERS_MAX} parameters")
    for written, value in parameters:
        if not value and written not in RESULT:
            continue  # FHIR: a parameter without a value is left out
        if len(value) > VALUE_LENGTH_MAX:
            raise Invalid(short(written), f"at most {VALUE_LENGTH_MAX} characters")
        if not understand(search, written, value, zone) and not lenient:
            kind = "/".join(sorted(search.kinds)) if len(search.kinds) == 1 else "several kinds at once"
            raise Invalid(
                short(written),
                f"is no search parameter of {kind} here, see metadata; send `Prefer: handling=lenient` to leave it out",
            )
    return search


def short(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_:\-]{0,40}", name) else "?"


def understand(search: Search, written: str, value: str, zone: tzinfo) -> bool:
    """Add a parameter to the search. False: there is no such parameter."""
    name, _, modifier = written.partition(":")
    if name in RESULT and not modifier:
        understood = say_how(search, name, value, zone)
    else:
        understood = say_what(search, name, modifier, value, zone)
    if understood and name not in NOT_LINKED:
        search.links.append((written, value))
    return understood


def say_what(search: Search, name: str, modifier: str, value: str, zone: tzinfo) -> bool:
    """Add what is searched for."""
    if name in PATIENT and all(name in parameters_of(kind) for kind in search.kinds):
        if modifier not in ("", "Patient"):
            return False
        resident_id = resident_named(value, name)
        if search.resident_id not in (None, resident_id):
            raise Invalid(name, "one search is of one patient")
        search.resident_id = resident_id
        return True
    if modifier:
        return False
    known = [parameters_of(kind).get(name) for kind in search.kinds]
    if not known or known[0] is None or any(each != known[0] for each in known):
        return False
    alternatives = ESCAPED_COMMA.split(value)
    if len(alternatives) > ALTERNATIVES_MAX:
        raise Invalid(name, f"at most {ALTERNATIVES_MAX} values")
    criterion = criterion_of(search, name, known[0], alternatives, zone)
    search.criteria.append(criterion)
    return True


def criterion_of(
    search: Search, name: str, parameter: Parameter, alternatives: Sequence[str], zone: tzinfo
) -> Criterion:
    if name == "_id":
        return names_of(alternatives)
    if parameter is STATUS:
        statuses = frozenset(token(value)[1] or "" for value in alternatives)
        search.also_statuses |= statuses & HELD_BACK
        return Statuses(statuses)
    if parameter.kind == ParameterType.DATE:
        return span_of(name, Sort.UPDATED if name == "_lastUpdated" else Sort.DATE, alternatives, zone)
    if parameter.kind == ParameterType.QUANTITY:
        return measured(name, parameter.path, alternatives, search.measurements)
    if parameter.kind == ParameterType.REFERENCE:
        return Refers(parameter.path, [reference(value, name) for value in alternatives])
    tokens = [token(value) for value in alternatives]
    if name in ("clinical-status", "verification-status"):
        search.also_statuses |= frozenset(code for _, code in tokens if code) & HELD_BACK
    return Token(parameter.path, parameter.coded, tokens)


def token(value: str) -> tuple[str | None, str | None]:
    """FHIR's `code`, `system|code`, `system|` and `|code`."""
    system, bar, code = value.partition("|")
    if not bar:
        return None, unescaped(system)
    return unescaped(system), unescaped(code) or None


def unescaped(text: str) -> str:
    return re.sub(r"\\([,|$\\])", r"\1", text)


def reference(value: str, name: str) -> tuple[str, str]:
    kind, slash, target = value.rpartition("/")
    if not target or (slash and kind not in KINDS):
        raise Invalid(name, "must be a reference such as Encounter/rec-…")
    return kind, target


def names_of(values: Sequence[str]) -> Names:
    records = [named(Kind.RECORD, value) for value in values]
    return Names(
        [each for each in records if each is not None],
        [value for value, each in zip(values, records, strict=True) if each is None],
    )


def span_of(name: str, by: Sort, values: Sequence[str], zone: tzinfo) -> Span:
    """The moments that a date means: its day, month or year in the city, or its second."""
    spans: list[Bounds] = []
    for value in values:
        parts = DATE.fullmatch(value)
        if parts is None:
            raise Invalid(name, "must be a date or a moment, with eq, ne, gt, lt, ge, le, sa or eb before it or not")
        begins, ends = moments_of(parts[2], name, zone)
        within = Bounds((begins, None), (None, ends))
        match parts[1]:
            case "gt":
                spans.append(Bounds(ends=(ends, None)))
            case "ge":
                spans += [Bounds(ends=(ends, None)), within]
            case "lt":
                spans.append(Bounds((None, begins)))
            case "le":
                spans += [Bounds((None, begins)), within]
            case "sa":
                spans.append(Bounds((ends, None)))
            case "eb":
                spans.append(Bounds(ends=(None, begins)))
            case "ne":
                if len(values) > 1:
                    raise Invalid(name, "ne takes one value")
                return Span(by, [within], outside=True)
            case _:
                spans.append(within)
    return Span(by, spans)


def moments_of(text: str, name: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """When what a date says begins, and when it is over."""
    try:
        begins = resources.partial(text, name, zone, ends=False)
        if begins is not None:
            ends = resources.partial(text, name, zone, ends=True)
            assert ends is not None
            return begins, ends + resources.MICROSECOND
        written = text if text[10:11] in ("T", "t") else ""
        at = moments.parse(written, name)
    except Invalid:
        raise Invalid(name, "must be a date, or a moment with its offset such as 2026-05-01T08:30:00Z") from None
    finer = "." in text
    return at, at + (resources.MICROSECOND if finer else resources.SECOND)


def say_how(search: Search, name: str, value: str, zone: tzinfo) -> bool:
    """Add how it is sorted, shown and counted."""
    match name:
        case "_count":
            if not value.isascii() or not value.isdecimal() or len(value) > 6:
                raise Invalid(name, "must be a number of resources")
            search.count = min(int(value), COUNT_MAX)
        case "_sort":
            sort_by(search, value)
        case "_include":
            include(search, value)
        case "_summary":
            if value not in set(Summary):
                raise Invalid(name, f"must be one of {', '.join(Summary)}")
            search.summary = Summary(value)
        case "_elements":
            search.elements |= elements_named(value)
        case "_total" | "_totalMethod":
            search.total = value in ("accurate", "estimate", "count")
        case "_after":
            search.after = cursor(value)
        case "_type" | "_since" | "start" | "end":
            return False  # of operations, which take them themselves
        case "_cursor":
            return False
    return True


def elements_named(value: str) -> frozenset[str]:
    """The elements of a resource that `_elements` names."""
    names = [part.strip() for part in value.split(",") if part.strip()]
    for name in names:
        if not re.fullmatch(r"[A-Za-z]{1,64}", name):
            raise Invalid("_elements", "must be names of elements on top of a resource, such as status,code")
    return frozenset(names)


def sort_by(search: Search, value: str) -> None:
    known = {"date": Sort.DATE, "_lastUpdated": Sort.UPDATED}
    dates = {
        name
        for kind in search.kinds
        for name, parameter in parameters_of(kind).items()
        if parameter.kind == ParameterType.DATE and name != "_lastUpdated"
    }
    known |= dict.fromkeys(dates, Sort.DATE)
    name = value.removeprefix("-")
    if name not in known:
        raise Invalid("_sort", f"must be one of {', '.join(sorted(known))}, with - before it for the latest first")
    search.sort, search.ascending = known[name], not value.startswith("-")


def include(search: Search, value: str) -> None:
    kind, _, name = value.partition(":")
    name = name.partition(":")[0]
    if kind not in search.kinds or f"{kind}:{name}" not in includes_of(kind):
        possible = sorted(each for kind in search.kinds for each in includes_of(kind))
        raise Invalid("_include", f"must be one of {', '.join(possible[:20])}")
    if len(search.includes) >= INCLUDES_MAX:
        raise Invalid("_include", f"at most {INCLUDES_MAX}")
    search.includes.append(f"{kind}:{name}")


def cursor(text: str) -> tuple[datetime, UUID]:
    """Where a page ended, as `cursor_of` wrote it."""
    parts = CURSOR.fullmatch(text)
    if parts is None:
        raise Invalid("_after", "is not from a link of ours; begin again without it")
    try:
        return moments.parse(parts[1], "_after"), UUID(parts[2])
    except Invalid:
        raise Invalid("_after", "is not from a link of ours; begin again without it") from None


def cursor_of(at: datetime, record_id: UUID) -> str:
    """Where a resource stands in a search. The gateway enciphers its id for partners."""
    return f"{instant(at)}~rec-{record_id.hex}"


def references_at(resource: Mapping[str, Any], path: str) -> Iterator[str]:
    """The references that stand at a parameter's path, such as `$.context.encounter[*].reference`."""
    elements: list[Any] = [resource]
    for step in path.removeprefix("$.").split("."):
        name = step.removesuffix("[*]")
        values = [element.get(name) for element in elements if isinstance(element, Mapping)]
        elements = [each for value in values for each in (value if isinstance(value, list) else [value])]
    yield from (element for element in elements if isinstance(element, str))
