"""What FHIR R4 resources are made of here: ids, subjects, moments, numbers to the last digit, and their text."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from yima_connector.errors import NotMapped

LINE_BYTES_MAX = 256 * 1024  # of a resource, as the city takes it
NUMBER_LENGTH_MAX = 64  # of a patient number
NUMBER = re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})")
DECIMAL = "\x00decimal:"  # before the digits of a number, until the text is made: no text of ours has a NUL
WRITTEN = re.compile(r'"\\u0000decimal:(-?[0-9.]+)"')
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e]")
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
UCUM = "http://unitsofmeasure.org"
IDENTITY_NUMBERS = "urn:yima:identity-number"
# YYYY[-MM[-DD]] and a time with an offset or without, as systems write them.
MOMENT = re.compile(
    r"(\d{4})(?:[-/.]?(\d{1,2})(?:[-/.]?(\d{1,2})(?:[T ]?(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?)?)?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A resource for the city, and of when its source has it."""

    resource: Mapping[str, Any]
    updated_at: datetime

    @property
    def name(self) -> str:
        return f"{self.resource['resourceType']}/{self.resource['id']}"

    @property
    def sha256(self) -> bytes:
        """Of what it says, whatever version it is."""
        return hashlib.sha256(text_of(self.resource).encode()).digest()

    def text(self, version: int) -> str:
        """The line of NDJSON, as this version of the resource. Raises `NotMapped` where it is too long."""
        meta = self.resource.get("meta", {}) | {"versionId": str(version), "lastUpdated": instant(self.updated_at)}
        text = text_of({**self.resource, "meta": meta})
        if len(text.encode()) > LINE_BYTES_MAX:
            raise NotMapped("", f"what is made of it has more than {LINE_BYTES_MAX // 1024} KiB")
        return text


def text_of(resource: Mapping[str, Any], indent: int | None = None) -> str:
    separators = (",", ": ") if indent else (",", ":")
    text = json.dumps(resource, ensure_ascii=False, indent=indent, separators=separators, default=spelled)
    return WRITTEN.sub(r"\1", text)


def spelled(value: object) -> str:
    """A decimal's digits as they are: a trailing zero says how exactly it was measured."""
    if isinstance(value, Decimal):
        return f"{DECIMAL}{value:f}"
    raise TypeError(f"{type(value).__name__} does not go into a resource")


def id_of(prefix: str, *names: str) -> str:
    """A FHIR id that is the same whenever these names are, and from which nobody reads them."""
    digest = hashlib.sha256("\x1f".join(names).encode()).hexdigest()
    return f"{prefix}-{digest[:40]}"


def number(text: str, at: str) -> Decimal:
    """A number with the digits that it was written with. Raises `NotMapped`."""
    text = text.strip()
    if not NUMBER.fullmatch(text):
        raise NotMapped(at, "is not a number")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise NotMapped(at, "is not a number") from None


def clean(text: str, at: str) -> str:
    """A text without spaces at its ends. Raises `NotMapped` where it has characters that no text has."""
    if CONTROLS.search(text):
        raise NotMapped(at, "has control characters; is the encoding right?")
    return text.strip()


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or a moment, as exactly as it was written."""

    fhir: str  # a FHIR date or dateTime
    at: datetime  # the moment, or the beginning of the day, month or year


def moment(text: str, at: str, zone: tzinfo) -> Moment:
    """What a date or time says; without an offset it is the hospital's. Raises `NotMapped`."""
    written = MOMENT.fullmatch(text.strip())
    if written is None:
        raise NotMapped(at, "is not a date or time")
    year, month, day, hour, minute, second, part, offset = written.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
        clock = time(int(hour or 0), int(minute or 0), int(second or 0), int((part or "").ljust(6, "0")[:6]))
    except ValueError:
        raise NotMapped(at, "is not a date or time") from None
    when = datetime.combine(first, clock, zone if offset is None else zone_of(offset, at))
    if hour is not None:
        return Moment(instant(when), when)
    shown = f"{first:%Y-%m-%d}"
    return Moment(shown if day else shown[:7] if month else shown[:4], when)


def zone_of(offset: str, at: str) -> tzinfo:
    try:
        return datetime.fromisoformat(f"2000-01-01T00:00:00{offset}").tzinfo or UTC
    except ValueError:
        raise NotMapped(at, "is not a date or time") from None


def instant(when: datetime) -> str:
    """A moment as FHIR's instant, to the second or as exactly as it is."""
    return when.isoformat(timespec="milliseconds" if when.microsecond else "seconds")


def subject(system: str, patient_number: str) -> Mapping[str, Any]:
    """Whom a resource is about: the institution's own patient number."""
    return {"identifier": {"system": system, "value": patient_number}}


@dataclass(frozen=True, slots=True)
class Person:
    """What an institution knows of whom a patient number is."""

    identity_number: str = ""
    name: str = ""
    birth_date: str = ""
    other_numbers: Sequence[str] = field(default_factory=tuple)  # of the same person


def patient(system: str, patient_number: str, person: Person) -> Mapping[str, Any]:
    """The line that says who a patient number is, with what the city matches by and nothing else."""
    identifiers = [{"system": system, "value": each} for each in (patient_number, *person.other_numbers)]
    if person.identity_number:
        identifiers.append({"system": IDENTITY_NUMBERS, "value": person.identity_number})
    said: dict[str, Any] = {
        "resourceType": "Patient",
        "id": id_of("patient", system, patient_number),
        "identifier": identifiers,
    }
    if person.name:
        said["name"] = [{"text": person.name}]
    if person.birth_date:
        said["birthDate"] = person.birth_date
    return said


def check_patient_number(text: str, at: str) -> str:
    """A patient number as the city takes it. Raises `NotMapped`."""
    if not text:
        raise NotMapped(at, "has no patient number; look at `patients` in the mapping")
    if len(text) > NUMBER_LENGTH_MAX or not text.isprintable():
        raise NotMapped(at, f"is no patient number: at most {NUMBER_LENGTH_MAX} printable characters")
    return text
