"""A line of a batch: one resource, of the resident whom it names, checked as any other."""

import hashlib
import json
import logging
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from chassis import errors
from chassis.ids import Kind, parse_id
from chassis.refusals import Invalid, Refusal

from records.domain import fhir, resources
from records.domain.batches import LineRefused
from records.domain.ingests import RESOURCE_BYTES_MAX, ResourceRefused
from records.domain.kinds import KINDS
from records.domain.resources import ResourceFacts

log = logging.getLogger("records.lines")
AT = "line"
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


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """The lines of a batch, each in one of these. Of a refused line the type of information is known, or ''."""

    lines: Sequence[Line]
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
    refused: list[LineRefused] = []
    empty: list[int] = []
    for index, line in enumerate(lines):
        position = index + 1
        if not line.strip():
            empty.append(position)
            continue
        resident_id = resident_ids[index] if index < len(resident_ids) else None
        try:
            resource = read_line(line, resident_id, information_types=information_types, zone=zone, now=now)
        except Refusal as refusal:
            refused.append(refused_line(position, refusal))
        except Exception as error:
            log.error("a line was not read: %s", errors.describe(error))
            refused.append(LineRefused(position, INTERNAL, "", "something of ours failed with it; ask the operator"))
        else:
            assert resident_id is not None, "a line without one is refused"
            good.append(Line(position, resident_id, resource))
    return ReadBatch(good, refused, empty, len(lines))


def refused_line(position: int, refusal: Refusal) -> LineRefused:
    """A refusal as it is said of a line: from the line on, never a value."""
    detail = refusal.detail.removeprefix(f"{refusal.field}: ")
    field = refusal.field.removeprefix(AT).removeprefix(".")
    return LineRefused(position, refusal.code, field, detail)


def read_line(
    line: bytes, resident_id: UUID | None, *, information_types: Collection[str], zone: tzinfo, now: datetime
) -> SentResource:
    """The resource in a line, if it may be stored for this resident by a source that sends these types."""
    if len(line) > RESOURCE_BYTES_MAX:
        raise ResourceRefused(AT, f"at most {RESOURCE_BYTES_MAX} bytes")
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise ResourceRefused(AT, "must be UTF-8") from None
    if resident_id is None:
        resource = fhir.parse(text, AT)
        name = KINDS[resource["resourceType"]].subject
        raise ResourceRefused(f"{AT}.{name}", "is needed: a reference to Patient/<the resident's id>")
    text = of_resident(text, resident_id)
    facts = resources.check(fhir.parse(text, AT), AT, resident_id=resident_id, zone=zone, now=now)
    if facts.information_type not in information_types:
        raise ResourceRefused(f"{AT}.category", f"is {facts.information_type}, which the source is not approved for")
    return SentResource(facts, text, hashlib.sha256(text.encode()).digest())


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
