"""Devices: whose each is, and by which keys it signs. What they measure comes over HTTP (`gateway.readings`)."""

from typing import Annotated

import strawberry
from strawberry import ID
from yima.records.v1 import devices_pb2 as pb
from yima.records.v1.enums import DeviceEndReason, DeviceStatus

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, connection, page_request
from gateway.schema.inputs import unhex
from gateway.schema.partners import PartnerProfile, profile

PublicKey = Annotated[str, strawberry.argument(description="Ed25519, in 64 hexadecimal digits; of this device alone.")]
Proof = Annotated[
    str,
    strawberry.argument(
        description="The key's own signature over the statement of docs/devices.md, in 128 hexadecimal digits."
    ),
]


@shows(pb.Device)
class Device:
    id: ID
    model: pb.DeviceModel
    serial: str
    user: int
    resident_id: ID
    order_id: ID | None
    status: DeviceStatus
    requested_at: DateTime
    bound_at: DateTime | None
    ended_at: DateTime | None
    end_reason: DeviceEndReason | None
    last_received_at: DateTime | None
    key_number: int
    key_registered_at: DateTime | None
    key_in_force: bool
    institution: PartnerProfile | None = profile("institution_id", "Which bound it. Null: it is the resident's own.")


@shows(pb.ReleasedSerial)
class ReleasedSerial:
    released: int = field(description="How many bindings ended: none, one, or one for each of its users.")


@shows(pb.WithdrawnReading)
class WithdrawnReading:
    record_ids: list[ID]
    resident_id: ID
    device_id: ID
    reason: str
    withdrawn_at: DateTime


@strawberry.type
class Query:
    @strawberry.field(
        description="Devices, newest first: a resident's own or a dependant's; those that the caller's institution "
        "bound."
    )
    @asks("records.ListDevices")
    async def devices(
        self,
        info: Info,
        resident_id: ID | None = None,
        status: DeviceStatus | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.Device]:
        context = info.context
        request = pb.ListDevicesRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId") if resident_id else "",
            status=status,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.records.list_devices(request, context.token)
        return connection(answer.devices, answer.page)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Bind a device: a resident's own at once; an institution's for an order that it is serving, once "
        "the resident agrees."
    )
    @refusable
    @asks("records.BindDevice")
    async def bind_device(
        self,
        info: Info,
        device_model_id: ID,
        serial: str,
        public_key: PublicKey,
        proof: Proof,
        user: Annotated[
            int, strawberry.argument(description="Which of its users the resident is; 0: it is for one.")
        ] = 0,
        resident_id: Annotated[
            ID | None, strawberry.argument(description="For residents: whom they act for. Without it, themselves.")
        ] = None,
        order_id: Annotated[
            ID | None, strawberry.argument(description="For institutions: the order that they are serving.")
        ] = None,
        idempotency_key: str | None = None,
    ) -> pb.Device:
        context = info.context
        request = pb.BindDeviceRequest(
            device_model_id=parse_global_id(Kind.DEVICE_MODEL, device_model_id, "deviceModelId"),
            serial=serial,
            user=user,
            public_key=unhex(public_key, "publicKey"),
            proof=unhex(proof, "proof"),
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId") if resident_id else "",
            order_id=parse_global_id(Kind.ORDER, order_id, "orderId") if order_id else "",
        )
        return await context.clients.records.bind_device(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Agree to a device that an institution wants to bind to one, or decline it.")
    @refusable
    @asks("records.AnswerDevice")
    async def answer_device(
        self, info: Info, device_id: ID, agreed: bool, idempotency_key: str | None = None
    ) -> pb.Device:
        context = info.context
        request = pb.AnswerDeviceRequest(device_id=parse_global_id(Kind.DEVICE, device_id, "deviceId"), agreed=agreed)
        return await context.clients.records.answer_device(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Take nothing more from a device: it was given back, or lost, or is not theirs. What it measured "
        "stays."
    )
    @refusable
    @asks("records.EndDevice")
    async def end_device(
        self, info: Info, device_id: ID, reason: DeviceEndReason, idempotency_key: str | None = None
    ) -> pb.Device:
        context = info.context
        request = pb.EndDeviceRequest(device_id=parse_global_id(Kind.DEVICE, device_id, "deviceId"), reason=reason)
        return await context.clients.records.end_device(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Give a device another key; the one before is good for nothing from then on.")
    @refusable
    @asks("records.RotateDeviceKey")
    async def rotate_device_key(
        self,
        info: Info,
        device_id: ID,
        public_key: PublicKey,
        proof: Proof,
        idempotency_key: str | None = None,
    ) -> pb.Device:
        context = info.context
        request = pb.RotateDeviceKeyRequest(
            device_id=parse_global_id(Kind.DEVICE, device_id, "deviceId"),
            public_key=unhex(public_key, "publicKey"),
            proof=unhex(proof, "proof"),
        )
        return await context.clients.records.rotate_device_key(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Let a device's key sign no more. It sends nothing until it has another.")
    @refusable
    @asks("records.RevokeDeviceKey")
    async def revoke_device_key(self, info: Info, device_id: ID, idempotency_key: str | None = None) -> pb.Device:
        context = info.context
        request = pb.RevokeDeviceKeyRequest(device_id=parse_global_id(Kind.DEVICE, device_id, "deviceId"))
        return await context.clients.records.revoke_device_key(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Withdraw what a device measured, as its resident or a practitioner within a consent: it was "
        "somebody else's, or the device was wrong. It leaves pages, trends and alerts; its versions stay."
    )
    @refusable
    @asks("records.WithdrawDeviceReading")
    async def withdraw_device_reading(
        self,
        info: Info,
        resident_id: ID,
        record_id: Annotated[ID, strawberry.argument(description="A resource of the reading.")],
        reason: Annotated[str, strawberry.argument(description="Such as that somebody else measured themselves.")],
        idempotency_key: str | None = None,
    ) -> pb.WithdrawnReading:
        context = info.context
        request = pb.WithdrawDeviceReadingRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId"),
            record_id=parse_global_id(Kind.RECORD, record_id, "recordId"),
            reason=reason,
        )
        return await context.clients.records.withdraw_device_reading(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="End whatever is bound by a serial number of which its owner has shown that it is theirs, as an "
        "operator. Whose it was is not said."
    )
    @refusable
    @asks("records.ReleaseSerial")
    async def release_serial(
        self, info: Info, device_model_id: ID, serial: str, idempotency_key: str | None = None
    ) -> pb.ReleasedSerial:
        context = info.context
        request = pb.ReleaseSerialRequest(
            device_model_id=parse_global_id(Kind.DEVICE_MODEL, device_model_id, "deviceModelId"), serial=serial
        )
        return await context.clients.records.release_serial(request, context.token, idempotency_key or "")
