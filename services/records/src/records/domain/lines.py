"""A line of a batch: one resource, of the resident whom it names, checked as any other."""

import hashlib
import json
import logging
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

import orjson
from chassis import errors, untrusted_json
from chassis.ids import Kind, parse_id
from chassis.refusals import Invalid, Refusal

from records.domain import fhir, resources
from records.domain.batches import LineRefused
from records.domain.ingests import RESOURCE_BYTES_MAX, ResourceRefused
from records.domain.kinds import KINDS
from records.domain.patients import (
    NOBODY,
    PatientLine,
    PatientNumber,
    is_patient,
    read_patient,
    reference_to,
    subject_number,
    with_subject,
)
from records.domain.resources import ResourceFacts

log = logging.getLogger("records.lines")
AT = "line"
NEEDS_PATIENT = "is needed: a reference to Patient/<the resident's id>, or an identifier with your own patient number"
INTERNAL = "line-not-read"  # something of ours failed with it


@dataclass(frozen=True, slots=True)
class SentResource:
    """A resource that may be stored, as it was sent."""

    facts: ResourceFacts
    content: str
    sha256: bytes

    @property
    def name(self) -> tuple[str, str]:
        """How its institution identifies it."""
        return self.facts.resource_type, self.facts.fhir_id


@dataclass(frozen=True, slots=True)
class Line:
    """A line that may be stored, if its sender may add to this resident's record."""

    position: int
    resident_id: UUID
    resource: SentResource
    link_id: UUID | None = None  # by which it is known whose it is, where the line has a patient number


@dataclass(frozen=True, slots=True)
class NumberedLine:
    """A line whose patient is named by a number of the institution's own: it may be stored once that is matched."""

    position: int
    number: PatientNumber
    resource: SentResource  # as it came

    def of(self, resident_id: UUID, link_id: UUID) -> Line:
        """The line, now that it is known whose it is."""
        name = KINDS[self.resource.facts.resource_type].subject
        text = with_subject(self.resource.content, name, reference_to(resident_id))
        return Line(self.position, resident_id, sent(self.resource.facts, text), link_id)


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """The lines of a batch, each in one of these. Of a refused line the type of information is known, or ''."""

    lines: Sequence[Line]
    numbered: Sequence[NumberedLine]
    patients: Sequence[PatientLine]
    refused: Sequence[LineRefused]
    empty: Sequence[int]
    positions: int


def read(
    lines: Sequence[bytes],
    resident_ids: Sequence[UUID | None],
    *,
    information_types: Collection[str],
    zone: tzinfo,
    now: datetime,
) -> ReadBatch:
    """Read each line by itself: whatever is wrong with one is said of that one."""
    good: list[Line] = []
    numbered: list[NumberedLine] = []
    patients: list[PatientLine] = []
    refused: list[LineRefused] = []
    empty: list[int] = []
    for index, line in enumerate(lines):
        position = index + 1
        if not line.strip():
            empty.append(position)
            continue
        resident_id = resident_ids[index] if index < len(resident_ids) else None
        try:
            if is_patient(line):
                patients.append(read_patient(text_of(line), position, resident_id, zone=zone, now=now))
            elif resident_id is None and (number := number_in(line)) is not None:
                resource = read_numbered(line, information_types=information_types, zone=zone, now=now)
                numbered.append(NumberedLine(position, number, resource))
            else:
                resource = read_line(line, resident_id, information_types=information_types, zone=zone, now=now)
                assert resident_id is not None, "a line without one is refused"
                good.append(Line(position, resident_id, resource))
        except Refusal as refusal:
            refused.append(refused_line(position, refusal))
        except Exception as error:
            log.error("a line was not read: %s", errors.describe(error))
            refused.append(LineRefused(position, INTERNAL, "", "something of ours failed with it; ask the operator"))
    return ReadBatch(good, numbered, patients, refused, empty, len(lines))


def refused_line(position: int, refusal: Refusal) -> LineRefused:
    """A refusal as it is said of a line: from the line on, never a value."""
    detail = refusal.detail.removeprefix(f"{refusal.field}: ")
    field = refusal.field.removeprefix(AT).removeprefix(".")
    return LineRefused(position, refusal.code, field, detail)


def read_line(
    line: bytes, resident_id: UUID | None, *, information_types: Collection[str], zone: tzinfo, now: datetime
) -> SentResource:
    """The resource in a line, if it may be stored for this resident by a source that sends these types."""
    text = text_of(line)
    if resident_id is None:
        resource = fhir.parse(text, AT)
        name = KINDS[resource["resourceType"]].subject
        raise ResourceRefused(f"{AT}.{name}", NEEDS_PATIENT)
    text = of_resident(text, resident_id)
    facts = resources.check(fhir.parse(text, AT), AT, resident_id=resident_id, zone=zone, now=now)
    check_type(facts, information_types)
    return sent(facts, text)


def text_of(line: bytes) -> str:
    if len(line) > RESOURCE_BYTES_MAX:
        raise ResourceRefused(AT, f"at most {RESOURCE_BYTES_MAX} bytes")
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise ResourceRefused(AT, "must be UTF-8") from None


def check_type(facts: ResourceFacts, information_types: Collection[str]) -> None:
    if facts.information_type not in information_types:
        raise ResourceRefused(f"{AT}.category", f"is {facts.information_type}, which the source is not approved for")


def sent(facts: ResourceFacts, text: str) -> SentResource:
    return SentResource(facts, text, hashlib.sha256(text.encode()).digest())


def numbers_in(lines: Sequence[bytes], resident_ids: Sequence[UUID | None]) -> Mapping[PatientNumber, int]:
    """How many lines name their patient by each number: those of a number that is not matched will wait. What is
    refused for its number does not."""
    counts: Counter[PatientNumber] = Counter()
    for index, line in enumerate(lines):
        if (index < len(resident_ids) and resident_ids[index] is not None) or b"identifier" not in line:
            continue
        try:
            number = number_in(line)
        except Refusal:
            continue
        if number is not None:
            counts[number] += 1
    return counts


def number_in(line: bytes) -> PatientNumber | None:
    """The patient number that a line names its patient by; None where it names none so, or is no resource."""
    try:
        name = KINDS[orjson.loads(line)["resourceType"]].subject
        return subject_number(text_of(line), name)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def read_numbered(line: bytes, *, information_types: Collection[str], zone: tzinfo, now: datetime) -> SentResource:
    """The resource in a line that names its patient by a number, if it may be stored for whoever that is. It is as it
    came: nothing else in it may name a patient."""
    text = text_of(line)
    if spelled(NOBODY).search(text):
        raise ResourceRefused(AT, "must not name a patient otherwise than by your number")
    try:
        untrusted_json.loads(text)  # each key is there once
    except untrusted_json.Unreadable as unfit:
        raise ResourceRefused(f"{AT}.{unfit.path}" if unfit.path else AT, unfit.reason) from None
    name = KINDS[orjson.loads(line)["resourceType"]].subject
    resource = fhir.parse(with_subject(text, name, reference_to(NOBODY)), AT)
    facts = resources.check(resource, AT, resident_id=NOBODY, zone=zone, now=now)
    check_type(facts, information_types)
    return sent(facts, text)


def of_resident(text: str, resident_id: UUID) -> str:
    """A line as it was sent, but for the resident's id in it: that of ours in the place of its sender's. Nothing else
    that names a resident of ours is taken for them."""
    known_as = patient_of(text)
    if known_as is None or known_as == resident_id:
        return text
    if spelled(resident_id).search(text):
        raise ResourceRefused(f"{AT}.subject", "must be the resident by the id that your institution has for them")

    def rename(match: re.Match[str]) -> str:
        return str(resident_id) if "-" in match[0] else resident_id.hex

    return spelled(known_as).sub(rename, text)


def spelled(person: UUID) -> re.Pattern[str]:
    """An id in the forms it is written in."""
    return re.compile(f"{person}|{person.hex}", re.IGNORECASE)


def patient_of(text: str) -> UUID | None:
    """The id of the patient whom a line names; None where it names none, or is no resource."""
    try:
        resource: Any = json.loads(text)
        kind = KINDS[resource["resourceType"]]
        reference = resource[kind.subject]["reference"]
        patient = resources.PATIENT.fullmatch(reference)
        written = patient[1] if patient else reference.removeprefix(resources.URN)
        return parse_id(written, "reference", Kind.RESIDENT)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, Invalid):
        return None
