"""Models of devices: which there are, and who adds one."""

import strawberry
from strawberry import ID
from yima.records.v1 import devices_pb2 as pb
from yima.records.v1.enums import DeviceKind, DeviceModelStatus

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, connection, page_request


@shows(pb.DeviceMeasurement)
class DeviceMeasurement:
    code: str
    display: str
    unit: str


@shows(pb.DeviceModel)
class DeviceModel:
    id: ID
    maker: str
    name: str
    kind: DeviceKind
    measurements: list[pb.DeviceMeasurement]
    bluetooth_service: str | None
    status: DeviceModelStatus
    proposed_at: DateTime
    decided_at: DateTime | None
    reason: str | None


@strawberry.type
class Query:
    @strawberry.field(
        description="Models of devices that may be bound, in the order in which they were added. What is not approved, "
        "its maker and the operator see."
    )
    @asks("records.ListDeviceModels")
    async def device_models(
        self,
        info: Info,
        kind: DeviceKind | None = None,
        maker: str | None = None,
        words: str | None = None,
        code: str | None = None,
        status: DeviceModelStatus | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.DeviceModel]:
        context = info.context
        request = pb.ListDeviceModelsRequest(
            kind=kind,
            maker=maker or "",
            words=words or "",
            code=code or "",
            status=status,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.records.list_device_models(request, context.token)
        return connection(answer.models, answer.page)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Propose a model of one's own make, as a maker of devices in good standing. An operator decides."
    )
    @refusable
    @asks("records.ProposeDeviceModel")
    async def propose_device_model(
        self,
        info: Info,
        name: str,
        kind: DeviceKind,
        codes: list[str] | None = None,
        units: list[str] | None = None,
        bluetooth: bool = False,
        idempotency_key: str | None = None,
    ) -> pb.DeviceModel:
        context = info.context
        request = pb.ProposeDeviceModelRequest(
            name=name, kind=kind, codes=codes or (), units=units or (), bluetooth=bluetooth
        )
        return await context.clients.records.propose_device_model(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Let devices of a model be bound, or refuse it with a reason, as an operator.")
    @refusable
    @asks("records.DecideDeviceModel")
    async def decide_device_model(
        self,
        info: Info,
        device_model_id: ID,
        approved: bool,
        reason: str | None = None,
        idempotency_key: str | None = None,
    ) -> pb.DeviceModel:
        context = info.context
        request = pb.DecideDeviceModelRequest(
            device_model_id=parse_global_id(Kind.DEVICE_MODEL, device_model_id, "deviceModelId"),
            approved=approved,
            reason=reason or "",
        )
        return await context.clients.records.decide_device_model(request, context.token, idempotency_key or "")
