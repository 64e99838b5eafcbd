"""Readings of devices that are withdrawn."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import false, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from records.domain.authors import DEVICE
from records.domain.releases import Release
from records.domain.sensitivity import Sensitivity
from records.store.releases import fits
from records.tables import DeviceMeasureRow, DeviceReadingRow, DeviceRow, RecordRow, WithdrawnReadingRow

LATER_MAX = 1_000


async def may_be_withdrawn(
    session: AsyncSession, resident_id: UUID, record_id: UUID, releases: Sequence[Release], apart: Sensitivity
) -> bool:
    """Is this what a device of the resident's measured, and within one of these releases?"""
    query = select(RecordRow.id).where(
        RecordRow.id == record_id,
        RecordRow.resident_id == resident_id,
        RecordRow.author == DEVICE,
        RecordRow.resource_type == "Observation",
        or_(false(), *(fits(release, apart) for release in releases)),
    )
    return (await session.execute(query)).first() is not None


async def reading_of(
    session: AsyncSession, resident_id: UUID, record_id: UUID
) -> tuple[DeviceRow, DeviceReadingRow] | None:
    """The reading that a resource of a record is of, with its device, which is locked: nothing that it sends is stored
    until we commit."""
    named = select(DeviceMeasureRow.device_id, DeviceMeasureRow.sequence).where(
        DeviceMeasureRow.record_id == record_id, DeviceMeasureRow.resident_id == resident_id
    )
    number = (await session.execute(named.limit(1))).first()
    if number is None:
        return None
    query = select(DeviceRow).where(DeviceRow.id == number.device_id).with_for_update()
    device = (await session.scalars(query.execution_options(populate_existing=True))).one()
    reading = await session.get_one(DeviceReadingRow, (number.device_id, number.sequence))
    return device, reading


async def records_of(session: AsyncSession, reading: DeviceReadingRow) -> Sequence[RecordRow]:
    """All that a reading is in its record, locked: a blood pressure comes with a pulse."""
    theirs = select(DeviceMeasureRow.record_id).where(
        DeviceMeasureRow.device_id == reading.device_id, DeviceMeasureRow.sequence == reading.sequence
    )
    query = select(RecordRow).where(col(RecordRow.id).in_(theirs)).order_by(col(RecordRow.id)).with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def withdrawn(session: AsyncSession, reading: DeviceReadingRow) -> WithdrawnReadingRow | None:
    return await session.get(WithdrawnReadingRow, (reading.device_id, reading.sequence))


async def measured_since(session: AsyncSession, device_id: UUID, since: datetime) -> Sequence[int]:
    """The numbers of a device's readings of that moment and later that are not withdrawn, at most the newest thousand:
    more than its rules can look at."""
    gone = select(WithdrawnReadingRow.sequence).where(
        WithdrawnReadingRow.device_id == device_id, WithdrawnReadingRow.sequence == DeviceReadingRow.sequence
    )
    query = select(DeviceReadingRow.sequence).where(
        DeviceReadingRow.device_id == device_id, DeviceReadingRow.measured_at >= since, ~gone.exists()
    )
    return (await session.scalars(query.order_by(col(DeviceReadingRow.measured_at).desc()).limit(LATER_MAX))).all()
