"""What becomes of readings that residents enter themselves: entered, corrected, withdrawn; every version stays."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID

from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import NotFound
from sqlalchemy.ext.asyncio import AsyncSession

from records import events
from records.domain import fhir, json_texts, own_readings, resources
from records.domain.authors import RESIDENT
from records.domain.own_readings import (
    AMENDED,
    DAILY_MAX,
    DAY,
    FINAL,
    TAG,
    WITHDRAWN,
    Reading,
    ReadingChanged,
    ReadingWithdrawn,
    TooManyReadings,
    checked,
)
from records.domain.resources import ResourceFacts
from records.domain.sensitivity import Sensitivity
from records.store import ingests as store
from records.store import own_readings as own_store
from records.tables import RecordRow

AT = "values"
NOT_OWN = "is no reading that was entered in this record; of what an institution sent, report the error"


@dataclass(frozen=True, slots=True)
class Entered:
    """A reading as it is kept."""

    record_id: UUID
    resident_id: UUID
    reading: Reading
    version: int
    withdrawn: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Author:
    """Who enters a reading, and whose it is."""

    resident_id: UUID
    by: UUID  # the resident, or who acts for them
    born: date | None


async def record_own_reading(
    session: AsyncSession, *, author: Author, reading: Reading, zone: tzinfo, apart: Sensitivity, now: datetime
) -> Entered:
    """Enter a reading."""
    reading = checked(reading, born=author.born, zone=zone, now=now)
    await check_daily(session, author.resident_id, now)
    fhir_id = str(new_id())
    return await put(session, author, reading, fhir_id, None, FINAL, zone, apart, now)


async def correct_own_reading(
    session: AsyncSession,
    *,
    author: Author,
    record_id: UUID,
    version: int,
    values: Reading,
    zone: tzinfo,
    apart: Sensitivity,
    now: datetime,
) -> Entered:
    """Say what is right in the place of what was entered. Its kind stays: a weight is corrected by a weight."""
    before = await own_reading(session, author.resident_id, record_id)
    if before.status == WITHDRAWN:
        raise ReadingWithdrawn("enter it again, if it was right", "record_id")
    if before.version != version:
        raise ReadingChanged(f"it is in version {before.version}; read it again", "version")
    reading = checked(values, born=author.born, zone=zone, now=now)
    if reading == read(before):
        return entered(before)
    await check_daily(session, author.resident_id, now)
    return await put(session, author, reading, before.fhir_id, before, AMENDED, zone, apart, now)


async def withdraw_own_reading(
    session: AsyncSession, *, author: Author, record_id: UUID, zone: tzinfo, apart: Sensitivity, now: datetime
) -> Entered:
    """Hold a reading back from every page. Withdrawn twice, it was withdrawn the first time."""
    before = await own_reading(session, author.resident_id, record_id)
    if before.status == WITHDRAWN:
        return entered(before)
    return await put(session, author, read(before), before.fhir_id, before, WITHDRAWN, zone, apart, now)


async def own_reading(session: AsyncSession, resident_id: UUID, record_id: UUID) -> RecordRow:
    """A reading of this resident's, locked."""
    row = await own_store.reading_for_update(session, resident_id, record_id)
    if row is None:
        raise NotFound(NOT_OWN, "record_id")
    return row


async def kind_of(session: AsyncSession, resident_id: UUID, record_id: UUID) -> own_readings.OwnReadingKind:
    return read(await own_reading(session, resident_id, record_id)).kind


async def check_daily(session: AsyncSession, resident_id: UUID, now: datetime) -> None:
    if await own_store.entered_since(session, resident_id, now - DAY) >= DAILY_MAX:
        raise TooManyReadings(f"at most {DAILY_MAX} are; go on tomorrow")


async def put(
    session: AsyncSession,
    author: Author,
    reading: Reading,
    fhir_id: str,
    before: RecordRow | None,
    status: str,
    zone: tzinfo,
    apart: Sensitivity,
    now: datetime,
) -> Entered:
    """Keep a version of a reading. It is held to what every resource is held to."""
    said = own_readings.resource(reading, fhir_id=fhir_id, resident_id=author.resident_id, status=status, zone=zone)
    facts = resources.check(
        fhir.parse(json_texts.written(said), AT), AT, resident_id=author.resident_id, zone=zone, now=now
    )
    content = json_texts.written({**said, "meta": TAG})
    record_id = before.id if before else new_id()
    row = row_of(facts, content, author, record_id, before.version if before else 0)
    (stored,) = await store.put(session, author.resident_id, None, [row], apart, now)
    publish(session, events.record_ingested(stored, author.resident_id, None), stored.id)
    return Entered(stored.id, author.resident_id, reading, stored.version, status == WITHDRAWN, now)


def row_of(
    facts: ResourceFacts, content: str, author: Author, record_id: UUID, known_version: int
) -> Mapping[str, Any]:
    return {
        "id": record_id,
        "author": RESIDENT,
        "author_id": author.by,
        "fhir_id": facts.fhir_id,
        "resource_type": facts.resource_type,
        "information_type": facts.information_type,
        "effective_at": facts.effective_at,
        "status": facts.version.status,
        "source_version": None,
        "source_updated_at": None,
        "content": content,
        "sha256": hashlib.sha256(content.encode()).hexdigest(),
        "known_version": known_version,
    }


def read(row: RecordRow) -> Reading:
    assert row.content is not None, "what is entered is kept as it was entered"
    return own_readings.read(json.loads(row.content, parse_float=Decimal), row.effective_at)


def entered(row: RecordRow) -> Entered:
    return Entered(row.id, row.resident_id, read(row), row.version, row.status == WITHDRAWN, row.ingested_at)
