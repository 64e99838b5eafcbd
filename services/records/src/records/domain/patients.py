"""Patients of institutions: whose an institution's own patient number is, and what is said of who that is.

A line of a batch may name its patient by the institution's own number, and a `Patient` line says who a number is: by a
scan of their health code, by an id that a scan or an order gave, by their identity number, which is sealed before the
batch is stored, or by name and birth date, for which the patient is asked.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

import orjson
from chassis import moments, texts, untrusted_json
from chassis.ids import Kind, parse_id
from chassis.refusals import Forbidden, Invalid, Refusal
from stdnum.cn import ric

from records.domain import json_texts, resources
from records.domain.ingests import ResourceRefused

AT = "line"
OURS = "urn:yima:"
IDENTITY_NUMBER = f"{OURS}identity-number"
SEAL = f"{OURS}identity-number-seal"  # what stands in the place of a number in what is stored
SCAN = f"{OURS}scan"
RESIDENT = f"{OURS}resident"
SYSTEM_LENGTH_MAX = 200
VALUE_LENGTH_MAX = 64
OWN_NUMBERS_MAX = 5  # of one patient
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[!-~]+")
# A key or a value may be written with escapes: such a line is looked at whole.
MAY_HAVE_NUMBER = re.compile(rb"identity-number|\\u00[2-7]")
OPEN_QUESTIONS_MAX = 500  # of an institution
ANSWER_WITHIN = timedelta(days=30)
ASK_FIRST, ASK_LAST = timedelta(minutes=1), timedelta(days=1)
NOBODY = UUID(int=0)  # in the place of a resident, while it is not known who it is
PARTIAL = re.compile(r"[0-9]{4}(?:-[0-9]{2})?")
CHINESE = re.compile("[\u2e80-\u9fff\uf900-\ufaff]")


class PatientNumberStatus(IntEnum):
    """Where a patient number is on its way to a resident; the contract's numbers."""

    UNMATCHED = 1
    ASKED = 2
    MATCHED = 3
    DIFFERS = 4


class LinkStatus(StrEnum):
    """Where a link between a patient number and a resident is."""

    ASKED = "ASKED"
    IN_FORCE = "IN_FORCE"
    DECLINED = "DECLINED"
    LAPSED = "LAPSED"
    ENDED = "ENDED"


class LinkEnding(StrEnum):
    """Why a link was ended."""

    WRONG = "WRONG"
    REUSED = "REUSED"


class Basis(StrEnum):
    """How it is known whose a patient number is."""

    HEALTH_CODE = "HEALTH_CODE"
    IDENTITY_NUMBER = "IDENTITY_NUMBER"
    RESIDENT_ID = "RESIDENT_ID"
    CONFIRMED = "CONFIRMED"


class LinkMoveRefused(Refusal):
    code = "patient-link-move-refused"
    title = "The link between the patient number and the resident is past that step."


class NothingToAskBy(Refusal):
    code = "nothing-to-ask-by"
    title = "Nobody can be asked for the patient number: it is matched, or has no name and birth date."


class TooManyQuestions(Refusal):
    code = "too-many-patient-questions"
    title = "As many of the institution's patients are asked who they are as may be at a time."


class ReusedByOthers(Forbidden):
    code = "reused-by-others"
    title = "Only the institution says that it has given a patient number to another patient."


@dataclass(frozen=True, slots=True, order=True)
class PatientNumber:
    """A patient number as its institution writes it."""

    system: str
    value: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an institution says of who a patient is."""

    seal: bytes | None = None
    scan_id: UUID | None = None
    resident_id: UUID | None = None
    name: str = ""
    birth_date: date | None = None

    @property
    def matches(self) -> bool:
        """Can anybody be matched by it? By name and birth date the patient is only asked."""
        return (self.seal, self.scan_id, self.resident_id) != (None, None, None)

    def with_that_of(self, other: "Evidence") -> "Evidence":
        """This, and what it lacks of another of the same patient."""
        named = self if self.name and self.birth_date else other
        return Evidence(
            self.seal or other.seal,
            self.scan_id or other.scan_id,
            self.resident_id or other.resident_id,
            named.name,
            named.birth_date,
        )


@dataclass(frozen=True, slots=True)
class PatientLine:
    """A line that says who a patient number is."""

    position: int
    numbers: Sequence[PatientNumber]
    evidence: Evidence
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Match:
    """Whom identity means by evidence; nobody: unknown or not proven."""

    resident_id: UUID | None
    basis: Basis | None
    differs: bool


def ask_again_after(times: int) -> timedelta:
    """After how long to ask again who somebody is, who was unknown so many times."""
    return min(ASK_FIRST * (1 << min(times, 12)), ASK_LAST)


def check_ending(ending: LinkEnding | None) -> LinkEnding:
    if ending is None:
        raise Invalid("ending", "must be WRONG or REUSED")
    return ending


def check_status(status: int) -> int:
    """A status that numbers are listed by; 0: all for which there is something to do."""
    if status and status not in set(PatientNumberStatus):
        raise Invalid("status", f"must be one of {', '.join(each.name for each in PatientNumberStatus)}")
    return status


def why_unmatched(status: PatientNumberStatus, evidence: Evidence) -> str:
    """Why a number is not matched, and what its institution does; empty where it is."""
    if status == PatientNumberStatus.MATCHED:
        return ""
    if status == PatientNumberStatus.DIFFERS:
        return "what was said last of who it is means another person: end the link, or send it right"
    if status == PatientNumberStatus.ASKED:
        return "the patient is asked, if they are here; a scan of their health code matches it at once"
    if evidence.matches:
        return "unknown here, or not proven yet; it is asked again by itself; a scan of their health code matches it"
    if evidence.name and evidence.birth_date:
        return "name and birth date match nobody by themselves: have the patient asked, or scan their health code"
    return "nothing was said of who it is: send a Patient line, with a scan or an identity number"


def check_number(system: object, value: object, at: str) -> PatientNumber:
    """A patient number of an institution's own."""
    if not isinstance(system, str) or len(system) > SYSTEM_LENGTH_MAX or not URI.fullmatch(system):
        raise ResourceRefused(f"{at}.system", "must be an absolute URI of your institution's numbers")
    if system.casefold().startswith(OURS):
        raise ResourceRefused(f"{at}.system", "must be your own: what begins so is the city's")
    if (
        not isinstance(value, str)
        or not 1 <= len(value) <= VALUE_LENGTH_MAX
        or value != value.strip()
        or not value.isprintable()
    ):
        raise ResourceRefused(f"{at}.value", f"must be 1 to {VALUE_LENGTH_MAX} printable characters")
    if is_identity_number(value):
        raise ResourceRefused(f"{at}.value", f"must not be an identity number; send it as {IDENTITY_NUMBER}")
    return PatientNumber(system, value)


def is_identity_number(value: str) -> bool:
    return bool(ric.is_valid(value.upper()))


def subject_number(text: str, name: str) -> PatientNumber | None:
    """The patient number that a resource names its patient by; None where it has a reference, or neither."""
    subject = orjson.loads(text).get(name)
    if not isinstance(subject, dict) or "reference" in subject or not isinstance(subject.get("identifier"), dict):
        return None
    identifier = subject["identifier"]
    return check_number(identifier.get("system"), identifier.get("value"), f"{AT}.{name}.identifier")


def with_subject(text: str, name: str, subject: str) -> str:
    """The resource with this patient, every other byte as it was. `subject` is JSON."""
    for key, start, end in json_texts.members(text):
        if key == name:
            return f"{text[:start]}{subject}{text[end:]}"
    raise AssertionError("it has a patient")


def reference_to(resident_id: UUID) -> str:
    """The patient of a resource, as records keep it where a number named them."""
    return f'{{"reference":"Patient/{resident_id}"}}'


def named_by(number: PatientNumber) -> str:
    """The patient of a resource that waits, or waits again."""
    return orjson.dumps({"identifier": {"system": number.system, "value": number.value}}).decode()


def is_patient(line: bytes) -> bool:
    """Does a line say who a patient is?"""
    if b'"Patient"' not in line:
        return False
    try:
        resource = orjson.loads(line)
    except ValueError:
        return False
    return isinstance(resource, dict) and resource.get("resourceType") == "Patient"


def read_patient(text: str, position: int, resident_id: UUID | None, *, zone: tzinfo, now: datetime) -> PatientLine:
    """What a Patient line says: its numbers, and who that is. Everything else of it is left out."""
    try:
        patient = untrusted_json.loads(text)
    except untrusted_json.Unreadable as unfit:
        raise ResourceRefused(f"{AT}.{unfit.path}" if unfit.path else AT, unfit.reason) from None
    numbers: list[PatientNumber] = []
    evidence = Evidence()
    for at, identifier in elements_of(patient, "identifier"):
        system, value = identifier.get("system"), identifier.get("value")
        if system == SEAL:
            evidence = replace(evidence, seal=unsealed(value, f"{at}.value"))
        elif system == IDENTITY_NUMBER:
            raise ResourceRefused(f"{at}.value", "must be a text")  # what is none was not sealed
        elif system == SCAN:
            evidence = replace(evidence, scan_id=an_id(value, f"{at}.value", Kind.SCAN))
        elif system == RESIDENT:
            if resident_id is None:
                raise ResourceRefused(f"{at}.value", "must be the id that a scan or an order gave you")
            evidence = replace(evidence, resident_id=resident_id)
        else:
            numbers.append(check_number(system, value, at))
    if not 1 <= len(numbers) <= OWN_NUMBERS_MAX or len(set(numbers)) < len(numbers):
        raise ResourceRefused(f"{AT}.identifier", f"must have 1 to {OWN_NUMBERS_MAX} numbers of your own, each once")
    evidence = replace(evidence, name=name_of(patient), birth_date=birth_date_of(patient, now.astimezone(zone).date()))
    meta = patient.get("meta")
    updated = meta.get("lastUpdated") if isinstance(meta, dict) else None
    updated_at = None
    if updated is not None:
        updated_at = resources.moment(updated, f"{AT}.meta.lastUpdated", zone, now + resources.AHEAD)
    return PatientLine(position, numbers, evidence, updated_at)


def elements_of(resource: Mapping[str, Any], name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects of a list in a resource, each with where it is."""
    elements = resource.get(name, [])
    if not isinstance(elements, list):
        raise ResourceRefused(f"{AT}.{name}", "must be a list")
    for index, element in enumerate(elements):
        if not isinstance(element, dict):
            raise ResourceRefused(f"{AT}.{name}[{index}]", "must be an object")
        yield f"{AT}.{name}[{index}]", element


def unsealed(value: object, at: str) -> bytes:
    try:
        seal = base64.b64decode(str(value), validate=True)
    except binascii.Error:
        seal = b""
    if not seal:
        raise ResourceRefused(at, "is no identity number; compare it with the identity card")
    return seal


def an_id(value: object, at: str, kind: Kind) -> UUID:
    try:
        return parse_id(str(value), at, kind)
    except Invalid:
        raise ResourceRefused(at, f"must be an id that starts with {kind}_") from None


def name_of(patient: Mapping[str, Any]) -> str:
    """What a patient is called; empty where it is not said."""
    for at, name in elements_of(patient, "name"):
        written = name.get("text")
        if written is None:
            given = name.get("given", [])
            parts = [name.get("family", ""), *(given if isinstance(given, list) else [])]
            if not all(isinstance(part, str) for part in parts):
                raise ResourceRefused(at, "must have texts")
            eastern = any(CHINESE.search(part) for part in parts)
            written = "".join(parts) if eastern else " ".join([*parts[1:], parts[0]]).strip()
        if not isinstance(written, str):
            raise ResourceRefused(f"{at}.text", "must be a text")
        if not written:
            return ""
        try:
            return texts.name(written, f"{at}.text")
        except Invalid as refused:
            raise ResourceRefused(refused.field, refused.detail.removeprefix(f"{refused.field}: ")) from None
    return ""


def birth_date_of(patient: Mapping[str, Any], today: date) -> date | None:
    """When a patient was born; None where it is not said to the day."""
    written = patient.get("birthDate")
    if written is None or PARTIAL.fullmatch(str(written)):
        return None
    try:
        day = moments.parse_day(str(written), f"{AT}.birthDate")
    except Invalid:
        raise ResourceRefused(f"{AT}.birthDate", "must be a day such as 1980-01-31") from None
    if day > today:
        raise ResourceRefused(f"{AT}.birthDate", "must not lie in the future")
    return day


def identity_numbers(lines: Sequence[bytes]) -> Mapping[int, Any]:
    """The lines that may have an identity number, by index, as they are: what is no JSON is None."""
    marked: dict[int, Any] = {}
    for index, line in enumerate(lines):
        if MAY_HAVE_NUMBER.search(line) is None:
            continue
        try:
            marked[index] = orjson.loads(line)
        except ValueError:
            marked[index] = None
    return marked


def identifiers_in(value: Any) -> Iterator[dict[str, Any]]:
    """The identifiers of the city's system of identity numbers, wherever they stand in a value."""
    rest = [value]
    while rest:
        inner = rest.pop()
        if isinstance(inner, dict):
            if inner.get("system") == IDENTITY_NUMBER and isinstance(inner.get("value"), str):
                yield inner
            rest.extend(inner.values())
        elif isinstance(inner, list):
            rest.extend(inner)


def without_numbers(lines: Sequence[bytes], marked: Mapping[int, Any], seal: Callable[[str], bytes]) -> list[bytes]:
    """The lines with seals in the place of identity numbers. A line with one that is no JSON says nothing any more."""
    kept = list(lines)
    for index, value in marked.items():
        identifiers = list(identifiers_in(value))
        for identifier in identifiers:
            identifier["system"] = SEAL
            identifier["value"] = base64.b64encode(seal(identifier["value"])).decode()
        if value is None:
            kept[index] = b"{"
        elif identifiers:
            kept[index] = orjson.dumps(value)
    return kept
