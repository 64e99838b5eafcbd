"""Devices: bound by their resident, or by an institution for an order if the resident agrees; given keys; ended."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import NotFound
from sqlalchemy.ext.asyncio import AsyncSession

from records import events
from records.commands.ingests import check_resources, row_of
from records.domain.authors import DEVICE
from records.domain.device_models import DeviceKind, ModelStatus
from records.domain.devices import (
    DEVICES_MAX,
    KEYS_MAX,
    DeviceBound,
    DeviceModelNotApproved,
    DeviceMoveRefused,
    DeviceStatus,
    EndReason,
    TooManyDevices,
    check_key,
    check_move,
)
from records.domain.readings import device_name
from records.domain.sensitivity import Sensitivity
from records.domain.shown import instant
from records.store import device_models as model_store
from records.store import devices as store
from records.store import grounds
from records.store import ingests as ingest_store
from records.store.devices import KeyedDevice
from records.tables import DeviceKeyRow, DeviceModelRow, DeviceRow

type MayAct = Callable[[DeviceRow], bool]
"""Is the device the caller's to act on?"""


@dataclass(frozen=True, slots=True)
class DeviceTerms:
    """What somebody wants bound: checked by itself, but for the key, which is the model's and serial number's."""

    model_id: UUID
    serial: str
    user: int | None
    public_key: bytes
    proof: bytes
    resident_id: UUID
    institution_id: UUID | None
    order_id: UUID | None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something to a device."""

    subject_id: UUID
    role: int


async def bind_device(
    session: AsyncSession, *, terms: DeviceTerms, by: Actor, apart: Sensitivity, now: datetime
) -> KeyedDevice:
    """Bind a device: a resident's own at once; for an order once the resident agrees."""
    model = await model_store.model(session, terms.model_id)
    if model is None:
        raise NotFound("there is no such model", "device_model_id")
    if model.status != ModelStatus.APPROVED:
        raise DeviceModelNotApproved("choose one that is approved", "device_model_id")
    check_key(terms.model_id, terms.serial, terms.public_key, terms.proof)
    if await store.open_devices(session, terms.resident_id) >= DEVICES_MAX:
        raise TooManyDevices(f"at most {DEVICES_MAX}; end one first")
    own = terms.institution_id is None
    row = DeviceRow(
        id=new_id(),
        model_id=terms.model_id,
        serial=terms.serial,
        user_index=terms.user,
        resident_id=terms.resident_id,
        institution_id=terms.institution_id,
        order_id=terms.order_id,
        requested_by=by.subject_id,
        requested_as=by.role,
        requested_at=now,
        status=int(DeviceStatus.BOUND if own else DeviceStatus.PROPOSED),
        bound_at=now if own else None,
        bound_by=by.subject_id if own else None,
    )
    await check_free(session, row)
    await store.add_device(session, row)
    key = DeviceKeyRow(
        device_id=row.id, number=1, public_key=terms.public_key, registered_at=now, registered_by=by.subject_id
    )
    await store.add_key(session, key)
    if own:
        await keep_in_record(session, row, model, "active", apart, now)
    return KeyedDevice(row, model, key)


async def check_free(session: AsyncSession, row: DeviceRow) -> None:
    """Refuse a device that is bound already. One for several people is bound once for each, and by nobody for all."""
    await store.lock_serial(session, row.model_id, row.serial)
    for other in await store.of_serial(session, row.model_id, row.serial):
        if None in (row.user_index, other.user_index) or row.user_index == other.user_index:
            raise DeviceBound("whoever has it ends that first; an operator releases one that nobody has", "serial")


async def locked(session: AsyncSession, device_id: UUID, may_act: MayAct) -> KeyedDevice:
    device = await store.device(session, device_id, lock=True)
    if device is None or not may_act(device.row):
        raise NotFound("there is no such device", "device_id")
    return device


async def answer_device(
    session: AsyncSession,
    *,
    device_id: UUID,
    agreed: bool,
    may_act: MayAct,
    by: UUID,
    apart: Sensitivity,
    now: datetime,
) -> KeyedDevice:
    """The resident's word on a device that an institution wants to bind to them."""
    device = await locked(session, device_id, may_act)
    row = device.row
    check_move(row.status, DeviceStatus.BOUND if agreed else DeviceStatus.DECLINED)
    if row.status != DeviceStatus.PROPOSED:
        raise DeviceMoveRefused("it was answered before", "device_id")
    if not agreed:
        row.status, row.ended_at, row.ended_by = int(DeviceStatus.DECLINED), now, by
        await store.revoke_keys(session, [row.id], by, now)
        await store.flush(session)
        return await locked(session, device_id, may_act)
    await check_free(session, row)
    row.status, row.bound_at, row.bound_by = int(DeviceStatus.BOUND), now, by
    await store.flush(session)
    await keep_in_record(session, row, device.model, "active", apart, now)
    return device


async def end_device(
    session: AsyncSession,
    *,
    device_id: UUID,
    reason: EndReason,
    may_act: MayAct,
    by: UUID,
    apart: Sensitivity,
    now: datetime,
) -> KeyedDevice:
    """Take nothing more from a device: its keys end with it. Ended twice, it was ended the first time."""
    device = await locked(session, device_id, may_act)
    if device.row.status != DeviceStatus.ENDED:
        await end(session, device.row, device.model, reason, by, apart, now)
    return await locked(session, device_id, may_act)


async def end(
    session: AsyncSession,
    row: DeviceRow,
    model: DeviceModelRow,
    reason: EndReason,
    by: UUID,
    apart: Sensitivity,
    now: datetime,
) -> None:
    check_move(row.status, DeviceStatus.ENDED)
    row.status, row.ended_at, row.ended_by, row.end_reason = int(DeviceStatus.ENDED), now, by, int(reason)
    await store.revoke_keys(session, [row.id], by, now)
    await store.flush(session)
    if row.bound_at is not None:
        await keep_in_record(session, row, model, "inactive", apart, now)


async def release_serial(
    session: AsyncSession, *, model_id: UUID, serial: str, by: UUID, apart: Sensitivity, now: datetime
) -> int:
    """End whatever is bound by this serial number, which is somebody else's; how many that were."""
    model = await model_store.model(session, model_id)
    if model is None:
        raise NotFound("there is no such model", "device_model_id")
    await store.lock_serial(session, model_id, serial)
    devices = await store.of_serial(session, model_id, serial)
    for row in devices:
        await end(session, row, model, EndReason.NOT_THEIRS, by, apart, now)
    return len(devices)


async def rotate_key(
    session: AsyncSession,
    *,
    device_id: UUID,
    public_key: bytes,
    proof: bytes,
    may_act: MayAct,
    by: UUID,
    now: datetime,
) -> KeyedDevice:
    """Give a device another key; the one before is good for nothing from now on."""
    device = await locked(session, device_id, may_act)
    row, last = device.row, device.key.number if device.key else 0
    if row.status not in (DeviceStatus.PROPOSED, DeviceStatus.BOUND):
        raise DeviceMoveRefused(f"it is {DeviceStatus(row.status).name.lower()}", "device_id")
    check_key(row.model_id, row.serial, public_key, proof)
    if last >= KEYS_MAX:
        raise TooManyDevices(f"at most {KEYS_MAX} keys; bind it again", "device_id")
    await store.revoke_keys(session, [row.id], by, now)
    key = DeviceKeyRow(device_id=row.id, number=last + 1, public_key=public_key, registered_at=now, registered_by=by)
    await store.add_key(session, key)
    return KeyedDevice(row, device.model, key)


async def revoke_key(
    session: AsyncSession, *, device_id: UUID, may_act: MayAct, by: UUID, now: datetime
) -> KeyedDevice:
    """Let the device's key sign no more; it sends nothing until it has another."""
    device = await locked(session, device_id, may_act)
    await store.revoke_keys(session, [device.row.id], by, now)
    return await locked(session, device_id, may_act)


async def keep_in_record(
    session: AsyncSession, row: DeviceRow, model: DeviceModelRow, status: str, apart: Sensitivity, now: datetime
) -> None:
    """Say in the resident's record which device measures them. Its serial number would tell institutions apart that a
    resident is the same, and is not there."""
    content = {
        "resourceType": "Device",
        "id": device_name(row.id),
        "meta": {"lastUpdated": instant(now)},
        "status": status,
        "manufacturer": model.maker,
        "deviceName": [{"name": f"{model.maker} {model.name}", "type": "model-name"}],
        "type": {"text": DeviceKind(model.kind).name.lower().replace("_", " ")},
        "patient": {"reference": f"Patient/{row.resident_id}"},
    }
    zone = now.tzinfo
    assert zone is not None
    (sent,) = check_resources([orjson.dumps(content).decode()], resident_id=row.resident_id, zone=zone, now=now)
    await grounds.of_device(session, row.id, row.resident_id, row.institution_id)
    if row.institution_id is None:
        before = await ingest_store.stored_personal(session, row.resident_id, [sent.name])
    else:
        before = await ingest_store.stored_before(session, row.institution_id, [sent.name])
    values = [row_of(sent, before.get(sent.name)) | {"author": DEVICE, "author_id": row.id}]
    for record in await ingest_store.put(session, row.resident_id, row.institution_id, values, apart, now):
        publish(session, events.record_ingested(record, row.resident_id, row.institution_id), record.id)
