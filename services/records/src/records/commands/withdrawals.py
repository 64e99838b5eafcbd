"""A reading of a device is withdrawn: it was somebody else's, or the device was wrong. Its versions stay."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from uuid import UUID

from chassis import texts
from chassis.outbox import publish
from chassis.refusals import NotFound
from sqlalchemy.ext.asyncio import AsyncSession

from records import events
from records.commands import alert_rules
from records.commands.ingests import row_of, sent_resource
from records.domain import fhir, json_texts, resources
from records.domain.authors import DEVICE
from records.domain.own_readings import WITHDRAWN
from records.domain.sensitivity import Sensitivity
from records.store import alert_rules as rule_store
from records.store import ingests as ingest_store
from records.store import withdrawals as store
from records.store.ingests import StoredRecord
from records.tables import RecordRow, WithdrawnReadingRow

AT = "record_id"
NO_READING = "there is no such reading of a device in this record"


@dataclass(frozen=True, slots=True)
class Withdrawer:
    """Who withdraws a reading, and within which consent; none: the resident, or who acts for them."""

    subject_id: UUID
    role: int
    partner_id: UUID | None = None
    consent_id: UUID | None = None


async def withdraw_device_reading(
    session: AsyncSession,
    *,
    resident_id: UUID,
    record_id: UUID,
    reason: str,
    by: Withdrawer,
    zone: tzinfo,
    apart: Sensitivity,
    now: datetime,
) -> tuple[WithdrawnReadingRow, Sequence[UUID]]:
    """Hold a reading of a device back from every page, trend and alert, with all that it is in the record: those
    resources come back. Withdrawn twice, it was withdrawn the first time."""
    reason = texts.reason(reason)
    known = await store.reading_of(session, resident_id, record_id)
    if known is None:
        raise NotFound(NO_READING, AT)
    device, reading = known
    records = await store.records_of(session, reading)
    record_ids = [record.id for record in records]
    before = await store.withdrawn(session, reading)
    if before is not None:
        return before, record_ids
    row = WithdrawnReadingRow(
        device_id=device.id,
        sequence=reading.sequence,
        withdrawn_by=by.subject_id,
        withdrawn_as=by.role,
        consent_id=by.consent_id,
        reason=reason,
        withdrawn_at=now,
    )
    session.add(row)
    await session.flush()
    for record in records:
        stored = await put_withdrawn(session, record, zone, apart, now)
        publish(session, events.record_ingested(stored, resident_id, record.institution_id), stored.id)
    # What broke a rule while its flag was open raised none of its own.
    rules = await rule_store.clear_of_reading(session, device.id, reading.sequence, now)
    later = await store.measured_since(session, device.id, reading.measured_at) if rules else []
    await alert_rules.judge(session, device, later, now, rules)
    publish(session, events.reading_withdrawn(row, resident_id, record_id, by.partner_id), record_id)
    return row, record_ids


async def put_withdrawn(
    session: AsyncSession, record: RecordRow, zone: tzinfo, apart: Sensitivity, now: datetime
) -> StoredRecord:
    """Keep a version of a resource that says it was entered in error."""
    assert record.content is not None, "what a device measured is kept as it was sent"
    content = json_texts.written(json.loads(record.content, parse_float=Decimal) | {"status": WITHDRAWN})
    facts = resources.check(fhir.parse(content, AT), AT, resident_id=record.resident_id, zone=zone, now=now)
    value = row_of(sent_resource(facts, content), None) | {
        "id": record.id,
        "author": DEVICE,
        "author_id": record.author_id,
        "known_version": record.version,
    }
    (stored,) = await ingest_store.put(session, record.resident_id, record.institution_id, [value], apart, now)
    return stored
