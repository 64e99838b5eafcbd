"""Devices over HTTP: bound, answered, given keys and ended by people; readings by the devices themselves."""

import asyncio
from collections.abc import Sequence
from typing import cast
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Forbidden, Invalid
from chassis.wire import timestamp
from yima.common.v1.route_pb2 import Role
from yima.ordering.v1 import api_pb2 as ordering_pb
from yima.records.v1 import devices_pb2 as pb

from records.api.device_models import model_message
from records.api.served import Resources, acted_for, api, check_licence, is_proven, token_of
from records.api.sources import profile_in_good_standing
from records.commands import devices as commands
from records.commands import readings as reading_commands
from records.commands.devices import Actor, DeviceTerms, MayAct
from records.commands.judging import Addition, Sender
from records.commands.readings import ReadingOutcome, SentReadings
from records.domain.devices import EndReason, OrderNotServed, check_serial, check_user
from records.domain.ingests import IngestRefused
from records.domain.readings import BYTES_MAX, Delivery, read_delivery
from records.domain.releases import NotProven
from records.store import devices as store
from records.store.devices import KeyedDevice
from records.tables import DeviceRow

SERVED = frozenset(
    {ordering_pb.ORDER_STATUS_CONFIRMED, ordering_pb.ORDER_STATUS_ACCEPTED, ordering_pb.ORDER_STATUS_FULFILLING}
)
BINDS = "binds a device to them"


def actor_of(call: Call[Resources]) -> Actor:
    return Actor(UUID(call.principal.subject_id), int(call.principal.role))


def is_resident(call: Call[Resources]) -> bool:
    return call.principal.role == Role.ROLE_RESIDENT


def theirs(call: Call[Resources]) -> MayAct:
    """Whose device it is: the resident's and who acts for them; the institution's that bound it."""

    def may_act(row: DeviceRow) -> bool:
        if is_resident(call):
            return call.principal.acts_for(str(row.resident_id))
        return str(row.institution_id or "") == call.principal.partner_id

    return may_act


async def check_binding(request: pb.BindDeviceRequest, call: Call[Resources]) -> UUID:
    """Whose device it is going to be: the caller's or a dependant's, or by an order that the caller's institution is
    serving. Asked before anything is held."""
    if is_resident(call):
        if request.order_id:
            raise Invalid("order_id", "must be empty: a resident binds a device of their own")
        resident_id = acted_for(request.resident_id or call.principal.subject_id, call, BINDS)
    else:
        check_licence(call)
        resident_id = await resident_of_order(request, call)
    if not await is_proven(str(resident_id), call):
        raise NotProven("they prove it in Yima, with an identity number", "resident_id")
    return resident_id


async def resident_of_order(request: pb.BindDeviceRequest, call: Call[Resources]) -> UUID:
    if request.resident_id:
        raise Invalid("resident_id", "must be empty: the order says whose it is")
    order_id = parse_id(request.order_id, "order_id")
    if await profile_in_good_standing(UUID(call.principal.partner_id), call) is None:
        raise OrderNotServed("your institution may not use residents' data now", "order_id")
    order = await call.resources.ordering.get_order(ordering_pb.GetOrderRequest(order_id=str(order_id)), token_of(call))
    if order.partner_id != call.principal.partner_id or order.status not in SERVED:
        raise OrderNotServed("it is not confirmed, or is over", "order_id")
    return parse_id(order.beneficiary_id or order.resident_id, "order_id")


@api.serves_after(check_binding)
async def bind_device(request: pb.BindDeviceRequest, call: Call[Resources]) -> pb.Device:
    own = is_resident(call)
    terms = DeviceTerms(
        model_id=parse_id(request.device_model_id, "device_model_id"),
        serial=check_serial(request.serial),
        user=check_user(request.user),
        public_key=request.public_key,
        proof=request.proof,
        resident_id=call.prepared,
        institution_id=None if own else UUID(call.principal.partner_id),
        order_id=None if own else parse_id(request.order_id, "order_id"),
    )
    device = await commands.bind_device(
        call.session, terms=terms, by=actor_of(call), apart=call.resources.apart, now=call.now
    )
    return device_message(device)


@api.serves
async def answer_device(request: pb.AnswerDeviceRequest, call: Call[Resources]) -> pb.Device:
    device = await commands.answer_device(
        call.session,
        device_id=parse_id(request.device_id, "device_id"),
        agreed=request.agreed,
        may_act=theirs(call),
        by=UUID(call.principal.subject_id),
        apart=call.resources.apart,
        now=call.now,
    )
    return device_message(device)


@api.serves
async def end_device(request: pb.EndDeviceRequest, call: Call[Resources]) -> pb.Device:
    if request.reason not in {int(each) for each in EndReason}:
        raise Invalid("reason", f"must be one of {', '.join(each.name for each in EndReason)}")
    device = await commands.end_device(
        call.session,
        device_id=parse_id(request.device_id, "device_id"),
        reason=EndReason(request.reason),
        may_act=theirs(call),
        by=UUID(call.principal.subject_id),
        apart=call.resources.apart,
        now=call.now,
    )
    return device_message(device)


@api.serves
async def rotate_device_key(request: pb.RotateDeviceKeyRequest, call: Call[Resources]) -> pb.Device:
    device = await commands.rotate_key(
        call.session,
        device_id=parse_id(request.device_id, "device_id"),
        public_key=request.public_key,
        proof=request.proof,
        may_act=may_give_keys(call),
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return device_message(device)


def may_give_keys(call: Call[Resources]) -> MayAct:
    """A device that an institution bound has the institution's keys: the resident may revoke them, and give none."""
    may_act = theirs(call)
    return lambda row: may_act(row) and (row.institution_id is None or not is_resident(call))


@api.serves
async def revoke_device_key(request: pb.RevokeDeviceKeyRequest, call: Call[Resources]) -> pb.Device:
    device = await commands.revoke_key(
        call.session,
        device_id=parse_id(request.device_id, "device_id"),
        may_act=theirs(call),
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return device_message(device)


@api.serves
async def release_serial(request: pb.ReleaseSerialRequest, call: Call[Resources]) -> pb.ReleasedSerial:
    released = await commands.release_serial(
        call.session,
        model_id=parse_id(request.device_model_id, "device_model_id"),
        serial=check_serial(request.serial),
        by=UUID(call.principal.subject_id),
        apart=call.resources.apart,
        now=call.now,
    )
    return pb.ReleasedSerial(released=released)


@api.serves
async def list_devices(request: pb.ListDevicesRequest, call: Call[Resources]) -> pb.DevicePage:
    part = pages.by_id(request.page)
    if is_resident(call):
        whose: UUID | None = acted_for(request.resident_id or call.principal.subject_id, call, "sees their devices")
        institution_id = None
    else:
        if not call.principal.partner_id:
            raise Forbidden("only residents, and institutions of what they bound, see devices")
        whose = parse_id(request.resident_id, "resident_id") if request.resident_id else None
        institution_id = UUID(call.principal.partner_id)
    devices, page = part.cut(
        await store.page(
            call.session, resident_id=whose, institution_id=institution_id, status=request.status, part=part
        ),
        lambda device: (device.row.id,),
    )
    return pb.DevicePage(
        devices=[device_message(device) for device in devices],
        page=page,
    )


@api.serves_once
async def take_readings(request: pb.TakeReadingsRequest, call: Call[Resources]) -> pb.ReadingsReceipt:
    """Whoever sends is known by the device's signature alone. Of a device that an institution bound, consent decides,
    and says so in the resident's access log; of a resident's own, the resident did when they bound it."""
    database, zone = call.resources.database, call.resources.city.zone
    if len(request.content) > BYTES_MAX:
        raise Invalid("content", f"at most {BYTES_MAX} bytes")
    sent = SentReadings(parse_id(request.device_id, "device_id"), request.content, request.signature)
    async with database.transaction() as session:
        device = await reading_commands.recognise(session, sent)
        terms = reading_commands.terms_of(device, zone, call.now)
    delivery = await asyncio.to_thread(read_delivery, sent.content, terms)
    await permit(device.row, delivery, call)
    async with database.transaction() as session:
        outcomes = await reading_commands.store_readings(
            session, sent=sent, delivery=delivery, zone=zone, apart=call.resources.apart, now=call.now
        )
    return pb.ReadingsReceipt(device_id=str(sent.device_id), outcomes=outcome_messages(outcomes))


async def permit(row: DeviceRow, delivery: Delivery, call: Call[Resources]) -> None:
    """Refuse what a device of an institution measured where that may not add to the record now."""
    if row.institution_id is None or not delivery.fit:
        return
    kinds = sorted(frozenset[str]().union(*(reading.information_types for reading in delivery.fit)))
    sender = Sender(row.requested_by, cast(Role, row.requested_as), row.institution_id)
    (why_not,) = await call.resources.judges.may_add(sender, [Addition(row.resident_id, kinds, len(delivery.fit))])
    if why_not:
        raise IngestRefused(why_not, "device_id")


def outcome_messages(outcomes: Sequence[ReadingOutcome]) -> Sequence[pb.ReadingOutcome]:
    return [
        pb.ReadingOutcome(
            sequence=each.sequence,
            result=f"READING_RESULT_{each.outcome}",
            unusual=each.unusual,
            code=each.refusal.code if each.refusal else "",
            field=each.refusal.field if each.refusal else "",
            detail=each.refusal.detail if each.refusal else "",
        )
        for each in outcomes
    ]


def device_message(device: KeyedDevice) -> pb.Device:
    row, key = device.row, device.key
    return pb.Device(
        id=str(row.id),
        model=model_message(device.model),
        serial=row.serial,
        user=row.user_index or 0,
        resident_id=str(row.resident_id),
        institution_id=str(row.institution_id or ""),
        order_id=str(row.order_id or ""),
        status=row.status,  # type: ignore[arg-type] # the contract's number
        requested_at=timestamp(row.requested_at),
        bound_at=timestamp(row.bound_at),
        ended_at=timestamp(row.ended_at),
        end_reason=row.end_reason or 0,  # type: ignore[arg-type] # the contract's number
        last_received_at=timestamp(row.last_received_at),
        key_number=key.number if key else 0,
        key_registered_at=timestamp(key.registered_at) if key else None,
        key_in_force=key is not None and key.revoked_at is None,
    )
