"""What a single FHIR resource is checked for beyond the model: whose it is, when, in which units.

Refusals name the field and the rule, never a value.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID

from chassis import moments
from chassis.ids import Kind, parse_id
from chassis.refusals import Invalid
from city_pack.information import INFORMATION_TYPES

from records.domain import fhir, narrative, units
from records.domain.authors import AUTHOR_SYSTEM
from records.domain.ingests import ResourceRefused
from records.domain.kinds import CATEGORIES, DIAGNOSTIC_SERVICES, KINDS, ResourceKind, words
from records.domain.names import RESERVED
from records.domain.versions import Version

# FHIR's date and dateTime: a year, a month, a day, or a moment with its offset.
PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
VERSION = re.compile(r"[0-9]{1,18}")
MICROSECOND = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)
AHEAD = timedelta(days=1)  # of clocks and time zones
PLANNED_AHEAD = timedelta(days=2 * 366)
MOMENTS = words(
    "authored authoredOn created date dateAsserted effectiveDateTime effectiveInstant end issued lastOccurrence "
    "lastUpdated occurrenceDateTime onsetDateTime performedDateTime recorded recordedDate start started time "
    "valueDateTime"
)
PATIENT = re.compile(r"(?:.*/)?Patient/([^/?#]+)(?:/_history/[^/]+)?")
PIXELS = re.compile(r"image/|video/|application/dicom", re.IGNORECASE)
URN = "urn:uuid:"
TAG_SYSTEM = "urn:yima:information-type"  # of a tag that says which type of information a resource is


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """What is stored about a resource beside its content."""

    fhir_id: str
    resource_type: str
    information_type: str
    effective_at: datetime
    version: Version
    dated: str  # the field that says of when the resource is
    effective_until: datetime  # the last moment it may be of: the end of its day, month or year


def check(resource: Mapping[str, Any], at: str, *, resident_id: UUID, zone: tzinfo, now: datetime) -> ResourceFacts:
    """What kind of information a valid resource is, of when, in which version. Refused where it is not the resident's,
    lies outside a lifetime, or contradicts itself."""
    fhir_id = resource.get("id")
    if not isinstance(fhir_id, str) or not fhir.FHIR_ID.fullmatch(fhir_id):
        raise ResourceRefused(f"{at}.id", "must be a FHIR id")
    if RESERVED.fullmatch(fhir_id):
        raise ResourceRefused(f"{at}.id", "must be your own: what begins so is an id of the city's")
    check_subject(resource, at, resident_id)
    kind = KINDS[resource["resourceType"]]
    status = fhir.status(resource)
    last = now + (PLANNED_AHEAD if status in kind.planned else AHEAD)
    for path, element in walk(resource, at):
        check_element(element, path, resident_id, zone, now + PLANNED_AHEAD if kind.plans else last)
    check_end(resource, kind, at, zone, now)
    if resource["resourceType"] == "Observation":
        units.check_observation(resource, at)
    field, value = dated(resource, kind)
    return ResourceFacts(
        fhir_id=fhir_id,
        resource_type=resource["resourceType"],
        information_type=information_type(resource, kind, at),
        effective_at=moment(value, f"{at}.{field}", zone, last),
        version=version(resource, status, at, zone, last),
        dated=f"{at}.{field}",
        effective_until=partial(str(value), field, zone, ends=True) or moment(value, f"{at}.{field}", zone, last),
    )


def walk(element: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """An element and all elements below it, with their paths."""
    stack = [(path, element)]
    while stack:
        path, element = stack.pop()
        yield path, element
        for name, value in element.items():
            if isinstance(value, dict):
                stack.append((f"{path}.{name}", value))
            elif isinstance(value, list):
                stack += [(f"{path}.{name}[{index}]", item) for index, item in enumerate(value) if type(item) is dict]


def check_element(element: Mapping[str, Any], path: str, resident_id: UUID, zone: tzinfo, last: datetime) -> None:
    """Refuse an element with a moment outside a lifetime, a period that ends before it begins, a reference to another
    patient, or a narrative that runs anything."""
    for name, value in element.items():
        if name in MOMENTS and isinstance(value, str):
            moment(value, f"{path}.{name}", zone, last if name != "end" else moments.LAST)
        elif name == "reference" and isinstance(value, str) and is_another(value, resident_id):
            why = "must be the fullUrl of an entry" if value.startswith(URN) else "must not be another patient"
            raise ResourceRefused(f"{path}.reference", why)
        elif name == "div" and isinstance(value, str):
            narrative.check(value, f"{path}.div")
        elif name == "code" and isinstance(value, str) and element.get("system") == units.SYSTEM:
            units.check_code(value, f"{path}.code")
    if "data" in element:
        check_attachment(element, path)
    start, end = element.get("start"), element.get("end")
    if isinstance(start, str) and isinstance(end, str):
        begins = moment(start, f"{path}.start", zone, last)
        if moment(end, f"{path}.end", zone, moments.LAST, ends=True) < begins:
            raise ResourceRefused(f"{path}.end", "must not lie before the start")


def check_attachment(element: Mapping[str, Any], path: str) -> None:
    """Refuse pictures, which stay where they were taken and are linked to, and data of another size than it says."""
    data, size, content_type = element.get("data"), element.get("size"), element.get("contentType")
    if not isinstance(data, str) or not isinstance(content_type, str | None):
        return
    if content_type is not None and PIXELS.match(content_type):
        raise ResourceRefused(f"{path}.data", "must not be a picture; give its url")
    if size is not None and size != len(data) // 4 * 3 - data[-2:].count("="):
        raise ResourceRefused(f"{path}.size", "is not the size of the data")


def check_end(resource: Mapping[str, Any], kind: ResourceKind, at: str, zone: tzinfo, now: datetime) -> None:
    """Refuse an end in the future of what says of when the resource is; a stay or a plan may have one."""
    for name in kind.dates:
        period = name.removesuffix(".start")
        end = valued(resource, f"{period}.end") if period != name else None
        if end is not None:
            moment(end, f"{at}.{period}.end", zone, now + (PLANNED_AHEAD if kind.ends_ahead else AHEAD))


def valued(resource: Mapping[str, Any], path: str) -> object:
    """What stands at a path of names; None: nothing."""
    value: object = resource
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def dated(resource: Mapping[str, Any], kind: ResourceKind) -> tuple[str, object]:
    """The element that says of when a resource is, and what it says; where there is none, that it should have."""
    for path in kind.dates:
        if (value := valued(resource, path)) is not None:
            return path, value
    return kind.dates[0], None


def check_subject(resource: Mapping[str, Any], at: str, resident_id: UUID) -> None:
    """Refuse a resource without a subject, or of another than whose record it is sent for."""
    name = KINDS[resource["resourceType"]].subject
    subject = resource.get(name)
    reference = subject.get("reference") if isinstance(subject, Mapping) else None
    if not isinstance(reference, str):
        raise ResourceRefused(f"{at}.{name}", "is needed: a reference to Patient/<the resident's id>")
    patient = PATIENT.fullmatch(reference)
    if (not reference.startswith(URN) and patient is None) or "://" in reference:  # another server's patient is another
        raise ResourceRefused(f"{at}.{name}.reference", "must be Patient/<the resident's id>")
    identifier = subject.get("identifier") if isinstance(subject, Mapping) else None
    if isinstance(identifier, Mapping) and names_another(str(identifier.get("value", "")), resident_id):
        raise ResourceRefused(f"{at}.{name}.identifier", "must not be another resident's")
    if is_another(reference, resident_id):
        raise ResourceRefused(f"{at}.{name}.reference", "must be the resident whose record this is sent for")


def is_another(reference: str, resident_id: UUID) -> bool:
    """Does a reference name a patient who is not this resident?"""
    patient = PATIENT.fullmatch(reference)
    if patient is None:
        return reference.startswith(URN) and reference.removeprefix(URN).lower() != str(resident_id)
    try:
        return parse_id(patient[1], "reference", Kind.RESIDENT) != resident_id
    except Invalid:
        return True


def names_another(identifier: str, resident_id: UUID) -> bool:
    """Is this the id of another resident? A number that a clinic gives its patients is not."""
    try:
        return parse_id(identifier.removeprefix(URN), "identifier", Kind.RESIDENT) != resident_id
    except Invalid:
        return False


def information_type(resource: Mapping[str, Any], kind: ResourceKind, at: str) -> str:
    """What consent knows a resource as: what its tag says, or its category, or its kind."""
    for tag in (resource.get("meta") or {}).get("tag") or ():
        if tag.get("system") == AUTHOR_SYSTEM:
            raise ResourceRefused(f"{at}.meta.tag", f"must not say who wrote it; leave {AUTHOR_SYSTEM} out")
    for tag in (resource.get("meta") or {}).get("tag") or ():
        if tag.get("system") == TAG_SYSTEM:
            if tag.get("code") not in INFORMATION_TYPES:
                raise ResourceRefused(f"{at}.meta.tag", f"must be one of {', '.join(sorted(INFORMATION_TYPES))}")
            return str(tag["code"])
    if kind.information_type:
        return kind.information_type
    categories = resource.get("category") or ()
    codes = [coding.get("code") for category in categories for coding in category.get("coding") or ()]
    known = CATEGORIES if resource["resourceType"] == "Observation" else {**CATEGORIES, **DIAGNOSTIC_SERVICES}
    for code in codes:
        if code in known:
            return known[code]
    raise ResourceRefused(f"{at}.category", f"must be one of {', '.join(sorted(known))}")


def version(resource: Mapping[str, Any], status: str, at: str, zone: tzinfo, last: datetime) -> Version:
    """Which version of itself a resource is, as far as its source says."""
    meta = resource.get("meta") or {}
    number, updated = meta.get("versionId"), meta.get("lastUpdated")
    return Version(
        status=status,
        number=int(number) if isinstance(number, str) and VERSION.fullmatch(number) else None,
        updated_at=moment(updated, f"{at}.meta.lastUpdated", zone, last) if updated is not None else None,
    )


def moment(value: object, field: str, zone: tzinfo, last: datetime, ends: bool = False) -> datetime:
    """A FHIR date, dateTime or instant as a moment between 1900 and `last`. A date without a time is that day, month
    or year in the city: its beginning, or where `ends` its end."""
    if not isinstance(value, str):
        raise ResourceRefused(field, "is needed: a record without a time cannot be shown in order")
    try:
        at = partial(value, field, zone, ends) or moments.parse(value, field)
    except Invalid as refused:
        raise ResourceRefused(field, "is not a FHIR dateTime of a lifetime") from refused
    if at > last:
        raise ResourceRefused(field, "must not lie in the future")
    return at


def partial(value: str, field: str, zone: tzinfo, ends: bool) -> datetime | None:
    """The moment of a date without a time; None where there is one."""
    parts = PARTIAL.fullmatch(value)
    if parts is None:
        return None
    first = moments.parse_day(f"{parts[1]}-{parts[2] or '01'}-{parts[3] or '01'}", field)
    return moments.start_of(after(first, parts), zone) - MICROSECOND if ends else moments.start_of(first, zone)


def after(first: date, parts: re.Match[str]) -> date:
    """The day after a year, a month or a day."""
    if parts[3]:
        return first + timedelta(days=1)
    if parts[2]:
        return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return first.replace(year=first.year + 1)
