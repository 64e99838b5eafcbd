"""Models of devices: which there are, and who adds one."""

from uuid import UUID

from chassis import pages, texts
from chassis.api import Call
from chassis.ids import parse_id
from chassis.wire import timestamp
from yima.common.v1.route_pb2 import Role
from yima.partners.v1.api_pb2 import PARTNER_KIND_DEVICE_MAKER, Profile
from yima.records.v1 import devices_pb2 as pb

from records.api.served import Resources, api
from records.api.sources import own_partner, profile_in_good_standing
from records.commands import device_models as commands
from records.domain import device_models as rules
from records.domain.measurements import measurements
from records.domain.sources import check_reason
from records.store import device_models as store
from records.tables import DeviceModelRow


@api.serves
async def list_device_models(request: pb.ListDeviceModelsRequest, call: Call[Resources]) -> pb.DeviceModelPage:
    part = pages.by_position(request.page)
    model_filter = store.ModelFilter(
        kind=request.kind,
        maker=texts.line(request.maker, "maker", rules.TEXT_LENGTH_MAX) if request.maker else "",
        words=texts.line(request.words, "words", rules.TEXT_LENGTH_MAX) if request.words else "",
        code=texts.line(request.code, "code", rules.TEXT_LENGTH_MAX) if request.code else "",
        status=request.status,
    )
    seen_by = UUID(call.principal.partner_id) if call.principal.partner_id else None
    sees_all = call.principal.role in (Role.ROLE_OPERATOR, Role.ROLE_REGULATOR)
    rows, page = part.cut(
        await store.page(call.session, model_filter, seen_by, sees_all, part), lambda row: (row.position or 0,)
    )
    return pb.DeviceModelPage(
        models=[model_message(row) for row in rows],
        page=page,
    )


async def check_maker(_request: pb.ProposeDeviceModelRequest, call: Call[Resources]) -> Profile:
    """The caller's profile, if they make devices and are in good standing now."""
    profile = await profile_in_good_standing(own_partner(call), call)
    if profile is None or profile.kind != PARTNER_KIND_DEVICE_MAKER:
        raise rules.NoDeviceMaker("apply as a maker of devices, or wait until your standing is good again")
    return profile


@api.serves_after(check_maker)
async def propose_device_model(request: pb.ProposeDeviceModelRequest, call: Call[Resources]) -> pb.DeviceModel:
    """The maker's name is its partner's own: nobody proposes another's."""
    names = call.prepared.name.text
    terms = rules.check_model(
        maker=next(names[locale] for locale in (*call.resources.city.locales, *names) if locale in names),
        name=request.name,
        kind=request.kind,
        codes=request.codes,
        units=request.units,
        bluetooth=request.bluetooth,
    )
    row = await commands.propose_device_model(
        call.session, terms=terms, partner_id=own_partner(call), by=UUID(call.principal.subject_id), now=call.now
    )
    return model_message(row)


@api.serves
async def decide_device_model(request: pb.DecideDeviceModelRequest, call: Call[Resources]) -> pb.DeviceModel:
    row = await commands.decide_device_model(
        call.session,
        model_id=parse_id(request.device_model_id, "device_model_id"),
        approved=request.approved,
        reason="" if request.approved else check_reason(request.reason),
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return model_message(row)


def model_message(row: DeviceModelRow) -> pb.DeviceModel:
    return pb.DeviceModel(
        id=str(row.id),
        maker=row.maker,
        name=row.name,
        kind=row.kind,  # type: ignore[arg-type] # the contract's number
        measurements=[
            pb.DeviceMeasurement(code=code, display=measurements()[code].display, unit=unit)
            for code, unit in zip(row.codes, row.units, strict=True)
        ],
        bluetooth_service=row.bluetooth_service,
        status=row.status,  # type: ignore[arg-type] # the contract's number
        partner_id=str(row.partner_id or ""),
        proposed_at=timestamp(row.proposed_at),
        decided_at=timestamp(row.decided_at),
        reason=row.reason,
    )
