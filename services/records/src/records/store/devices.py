"""Devices, their keys, and what they have sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from chassis import rows
from chassis.errors import constraint
from chassis.pages import Part
from sqlalchemy import func, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select, update

from records.domain.devices import DeviceBound, DeviceKeyKnown, DeviceStatus
from records.tables import (
    DeviceDeliveryRow,
    DeviceKeyRow,
    DeviceMeasureRow,
    DeviceModelRow,
    DeviceReadingRow,
    DeviceRow,
)

LOCK_SERIAL = text("SELECT pg_advisory_xact_lock(hashtextextended('device ' || :model_id || ' ' || lower(:serial), 0))")
# A device with its model and the last of its keys.
LAST_KEY = (
    select(func.max(DeviceKeyRow.number))
    .where(DeviceKeyRow.device_id == DeviceRow.id)
    .correlate(DeviceRow)
    .scalar_subquery()
)
# Readings that were stored before: by number, or by what was measured when.
KNOWN = text(
    """
    SELECT known.sequence, known.measured_at, known.codes, known.digest FROM device_reading AS known
    WHERE known.device_id = :device_id AND known.sequence = ANY(CAST(:sequences AS bigint[]))
    UNION
    SELECT known.sequence, known.measured_at, known.codes, known.digest FROM device_reading AS known
    JOIN unnest(CAST(:moments AS timestamptz[]), CAST(:codes AS text[])) AS sent (measured_at, codes)
        ON known.measured_at = sent.measured_at AND known.codes = sent.codes
    WHERE known.device_id = :device_id
    """
)


async def lock_serial(session: AsyncSession, model_id: UUID, serial: str) -> None:
    """Let nobody else bind this device until we commit."""
    await session.execute(LOCK_SERIAL, {"model_id": str(model_id), "serial": serial})


@dataclass(frozen=True, slots=True)
class KeyedDevice:
    """A device, its model, and the last of its keys."""

    row: DeviceRow
    model: DeviceModelRow
    key: DeviceKeyRow | None


def keyed() -> Any:
    return (
        select(DeviceRow, DeviceModelRow, DeviceKeyRow)
        .join(DeviceModelRow, col(DeviceModelRow.id) == DeviceRow.model_id)
        .outerjoin(DeviceKeyRow, (col(DeviceKeyRow.device_id) == DeviceRow.id) & (col(DeviceKeyRow.number) == LAST_KEY))
    )


async def device(session: AsyncSession, device_id: UUID, *, lock: bool = False) -> KeyedDevice | None:
    if lock:  # first the device alone: its keys change under its lock
        locked = select(DeviceRow.id).where(DeviceRow.id == device_id).with_for_update()
        await session.execute(locked)
    query = keyed().where(col(DeviceRow.id) == device_id).execution_options(populate_existing=True)
    row = (await session.execute(query)).one_or_none()
    return KeyedDevice(*row) if row else None


async def of_serial(session: AsyncSession, model_id: UUID, serial: str) -> Sequence[DeviceRow]:
    """The bound devices of this model and serial number: one, or one for each person who uses it."""
    query = select(DeviceRow).where(
        DeviceRow.model_id == model_id,
        func.lower(DeviceRow.serial) == serial.lower(),
        DeviceRow.status == int(DeviceStatus.BOUND),
    )
    return (await session.scalars(query.with_for_update())).all()


async def open_devices(session: AsyncSession, resident_id: UUID) -> int:
    """How many devices a resident has, or has been asked about. Nobody counts them before this transaction ends."""
    await rows.lock_count(session, "devices", resident_id)
    query = select(func.count()).where(
        DeviceRow.resident_id == resident_id,
        col(DeviceRow.status).in_([int(DeviceStatus.PROPOSED), int(DeviceStatus.BOUND)]),
    )
    return int((await session.execute(query)).scalar_one())


async def page(
    session: AsyncSession,
    *,
    resident_id: UUID | None,
    institution_id: UUID | None,
    status: int,
    part: Part[tuple[UUID]],
) -> Sequence[KeyedDevice]:
    """A resident's devices, or those an institution bound, newest first."""
    query = keyed()
    if resident_id is not None:
        query = query.where(col(DeviceRow.resident_id) == resident_id)
    if institution_id is not None:
        query = query.where(col(DeviceRow.institution_id) == institution_id)
    if status:
        query = query.where(col(DeviceRow.status) == status)
    devices = await session.execute(part.of(query, col(DeviceRow.id), descending=True))
    return [KeyedDevice(*row) for row in devices]


async def add_device(session: AsyncSession, row: DeviceRow) -> None:
    session.add(row)
    await flush(session)


async def flush(session: AsyncSession) -> None:
    """Keep what was changed. Raises `DeviceBound` where somebody else has bound the device."""
    try:
        await session.flush()
    except IntegrityError as error:
        if constraint(error) == "device_bound_once":
            raise DeviceBound("whoever has it ends that first", "serial") from None
        raise


async def revoke_keys(session: AsyncSession, device_ids: Sequence[UUID], by: UUID, now: datetime) -> None:
    """Let no key of these devices sign any more."""
    query = update(DeviceKeyRow).where(
        col(DeviceKeyRow.device_id).in_(device_ids), col(DeviceKeyRow.revoked_at).is_(None)
    )
    await session.execute(query.values(revoked_at=now, revoked_by=by))


async def add_key(session: AsyncSession, row: DeviceKeyRow) -> None:
    """Keep a new key. Raises `DeviceKeyKnown` where a device has it or had it."""
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        if constraint(error) == "device_key_known_once":
            raise DeviceKeyKnown("make a new one", "public_key") from None
        raise


@dataclass(frozen=True, slots=True)
class KnownReading:
    """A reading that was stored."""

    sequence: int
    measured_at: datetime
    codes: str
    digest: bytes


async def known_readings(
    session: AsyncSession, device_id: UUID, sequences: Sequence[int], measured: Sequence[tuple[datetime, str]]
) -> Sequence[KnownReading]:
    """Those of a device's readings that have one of these numbers, or are of the same moment and codes."""
    parameters = {
        "device_id": device_id,
        "sequences": list(sequences),
        "moments": [at for at, _ in measured],
        "codes": [codes for _, codes in measured],
    }
    return [KnownReading(**row) for row in (await session.execute(KNOWN, parameters)).mappings()]


async def count_readings(session: AsyncSession, row: DeviceRow, day: date, count: int, most: int) -> bool:
    """Count what a device sends. False, and nothing counted, where it would be more than it may send in a day."""
    before = row.day_readings if row.day == day else 0
    if before + count > most:
        return False
    row.day, row.day_readings = day, before + count
    return True


async def add_readings(
    session: AsyncSession,
    delivery: DeviceDeliveryRow,
    readings: Sequence[DeviceReadingRow],
    measures: Sequence[DeviceMeasureRow],
) -> None:
    """Keep a delivery and what it said, a statement a table."""
    await session.flush()
    await rows.insert(session, [delivery])
    await rows.insert(session, readings)
    await rows.insert(session, measures)


def measure_rows(
    device_id: UUID,
    resident_id: UUID,
    values: Mapping[tuple[int, str], tuple[Decimal, datetime]],
    records: Mapping[tuple[int, str], UUID],
) -> Sequence[DeviceMeasureRow]:
    """Rows of values by the number of their reading and their code, each with the record that says it."""
    return [
        DeviceMeasureRow(
            device_id=device_id,
            sequence=sequence,
            code=code,
            resident_id=resident_id,
            value=value,
            measured_at=measured_at,
            record_id=records[sequence, code],
        )
        for (sequence, code), (value, measured_at) in values.items()
    ]
