"""Readings: taken from a device that signs them, and stored in the record of whoever it is bound to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from uuid import UUID

from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import Refusal
from sqlalchemy.ext.asyncio import AsyncSession

from records import events
from records.commands import alert_rules
from records.commands.ingests import row_of, sent_resource
from records.domain import fhir, resources
from records.domain.authors import DEVICE
from records.domain.devices import (
    DeviceEnded,
    DeviceNotRecognised,
    DeviceStatus,
    is_signed,
    readings_statement,
)
from records.domain.readings import (
    PER_DAY_MAX,
    Delivery,
    Measured,
    Outcome,
    Reading,
    ReadingDiffers,
    ReadingQuotaReached,
    RefusedReading,
    Terms,
    observations,
)
from records.domain.sensitivity import Sensitivity
from records.store import devices as store
from records.store import grounds
from records.store import ingests as ingest_store
from records.store.devices import KeyedDevice
from records.tables import DeviceDeliveryRow, DeviceReadingRow, DeviceRow


@dataclass(frozen=True, slots=True)
class SentReadings:
    """What came of a device: bytes, and what it signed them with."""

    device_id: UUID
    content: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class ReadingOutcome:
    """What became of a reading."""

    sequence: int
    outcome: Outcome
    unusual: bool = False
    refusal: Refusal | None = None


async def recognise(session: AsyncSession, sent: SentReadings, *, lock: bool = False) -> KeyedDevice:
    """The device that has signed this. Whether there is such a device, nobody learns without its key."""
    device = await store.device(session, sent.device_id, lock=lock)
    statement = readings_statement(sent.device_id, sent.content)
    if device is None or device.key is None or not is_signed(device.key.public_key, sent.signature, statement):
        raise DeviceNotRecognised("sign the body with the device's key, as docs/devices.md says")
    if device.row.status != DeviceStatus.BOUND:
        raise DeviceEnded(f"it is {DeviceStatus(device.row.status).name.lower()}", "device_id")
    if device.key.revoked_at is not None:
        raise DeviceNotRecognised("its key was revoked; give it another")
    return device


def terms_of(device: KeyedDevice, zone: tzinfo, now: datetime) -> Terms:
    since = device.row.bound_at
    assert since is not None, "the database holds it so: what is bound is bound since then"
    return Terms(frozenset(device.model.codes), device.row.user_index, since, zone, now)


async def store_readings(
    session: AsyncSession,
    *,
    sent: SentReadings,
    delivery: Delivery,
    zone: tzinfo,
    apart: Sensitivity,
    now: datetime,
) -> Sequence[ReadingOutcome]:
    """Store those of a delivery's readings that are new. It was read and permitted before; whether it is still signed
    by a key in force, of a device that is still bound, is looked at again."""
    device = await recognise(session, sent, lock=True)
    outcomes, fresh = await compared(session, sent.device_id, delivery)
    if not fresh:
        return outcomes
    row = device.row
    if not await store.count_readings(session, row, now.astimezone(zone).date(), len(fresh), PER_DAY_MAX):
        raise ReadingQuotaReached(f"at most {PER_DAY_MAX} readings a day", seconds_to_midnight(now, zone), "readings")
    row.last_received_at = now
    await keep(session, device, fresh, sent, zone, apart, now)
    return outcomes


def seconds_to_midnight(now: datetime, zone: tzinfo) -> int:
    """Until the city's next day begins."""
    midnight = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time.min, zone)
    return int((midnight - now).total_seconds()) + 1


async def compared(
    session: AsyncSession, device_id: UUID, delivery: Delivery
) -> tuple[list[ReadingOutcome], list[Reading]]:
    """What becomes of each reading, and those that are new: the same sent again is known, another is refused."""
    fit = delivery.fit
    known = await store.known_readings(
        session, device_id, [each.sequence for each in fit], [(each.measured_at, each.codes) for each in fit]
    )
    by_sequence = {each.sequence: each.digest for each in known}
    by_moment = {(each.measured_at, each.codes): each.digest for each in known}
    outcomes, fresh = [], []
    for index, reading in enumerate(delivery.readings):
        if isinstance(reading, RefusedReading):
            outcomes.append(ReadingOutcome(reading.sequence, Outcome.REFUSED, refusal=reading.refusal))
            continue
        moment, digest = (reading.measured_at, reading.codes), reading.digest
        before = {by_sequence.get(reading.sequence), by_moment.get(moment)} - {None}
        if before == {digest}:
            outcomes.append(ReadingOutcome(reading.sequence, Outcome.KNOWN, reading.unusual))
        elif before:
            differs = ReadingDiffers("it stays as it was; give a new reading a new number", f"readings[{index}]")
            outcomes.append(ReadingOutcome(reading.sequence, Outcome.REFUSED, refusal=differs))
        else:
            by_sequence[reading.sequence] = by_moment[moment] = digest
            outcomes.append(ReadingOutcome(reading.sequence, Outcome.STORED, reading.unusual))
            fresh.append(reading)
    return outcomes, fresh


async def keep(
    session: AsyncSession,
    device: KeyedDevice,
    fresh: Sequence[Reading],
    sent: SentReadings,
    zone: tzinfo,
    apart: Sensitivity,
    now: datetime,
) -> None:
    """Store readings as FHIR Observations in the resident's record, with what rules on values go by, and what was
    signed."""
    row, key = device.row, device.key
    assert key is not None, "it has signed"
    await grounds.of_device(session, row.id, row.resident_id, row.institution_id)
    measured = [(reading, each) for reading in fresh for each in observations_of(reading, device, now)]
    values = [value_of(each, row, zone, now) for _, each in measured]
    stored = await ingest_store.put(session, row.resident_id, row.institution_id, values, apart, now)
    record_ids = {record.fhir_id: record.id for record in stored}
    delivery = DeviceDeliveryRow(
        id=new_id(),
        device_id=row.id,
        key_number=key.number,
        content=sent.content,
        signature=sent.signature,
        received_at=now,
    )
    readings = [
        DeviceReadingRow(
            device_id=row.id,
            sequence=reading.sequence,
            delivery_id=delivery.id,
            measured_at=reading.measured_at,
            codes=reading.codes,
            digest=reading.digest,
            unusual=reading.unusual,
        )
        for reading in fresh
    ]
    by_code = {(reading.sequence, code): record_ids[each.fhir_id] for reading, each in measured for code in each.codes}
    own = {
        (reading.sequence, code): (value, reading.measured_at)
        for reading in fresh
        for code, value in reading.own.items()
    }
    await store.add_readings(session, delivery, readings, store.measure_rows(row.id, row.resident_id, own, by_code))
    for record in stored:
        publish(session, events.record_ingested(record, row.resident_id, row.institution_id), record.id)
    await alert_rules.judge(session, row, [reading.sequence for reading in fresh], now)


def observations_of(reading: Reading, device: KeyedDevice, now: datetime) -> Sequence[Measured]:
    return observations(
        reading,
        device_id=device.row.id,
        model=f"{device.model.maker} {device.model.name}",
        resident_id=device.row.resident_id,
        received_at=now,
    )


def value_of(measured: Measured, row: DeviceRow, zone: tzinfo, now: datetime) -> dict[str, object]:
    """What is stored of an Observation, checked as whatever comes into a record."""
    resource = fhir.parse(measured.content, "reading")
    facts = resources.check(resource, "reading", resident_id=row.resident_id, zone=zone, now=now)
    return row_of(sent_resource(facts, measured.content), None) | {"author": DEVICE, "author_id": row.id}
