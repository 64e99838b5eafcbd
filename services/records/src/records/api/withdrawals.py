"""Readings of devices that are withdrawn, over HTTP: by their resident, or a practitioner within a consent."""

from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import NotFound
from chassis.wire import timestamp
from yima.catalog.v1.api_pb2 import ACCESS_MODE_VIEW
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as consent_pb
from yima.records.v1 import devices_pb2 as pb

from records.api.releases import OWN_REQUEST, TREATMENT, released, releases_of, types_of
from records.api.served import Resources, acted_for, api, check_licence
from records.commands import withdrawals as commands
from records.commands.withdrawals import NO_READING, Withdrawer
from records.domain.measurements import measurements
from records.domain.releases import ConsentDenied
from records.store import grounds
from records.store import withdrawals as store

WITHDRAWS = "withdraws what their devices measured, or a practitioner within a consent"


async def check_sight(request: pb.WithdrawDeviceReadingRequest, call: Call[Resources]) -> Withdrawer:
    """Who withdraws a reading: it is decided as looking at it is, and the resident's log says so. An id alone tells
    nobody whether there is such a reading."""
    check_licence(call)
    resident_id, record_id = parse_id(request.resident_id, "resident_id"), parse_id(request.record_id, "record_id")
    is_resident = call.principal.role == Role.ROLE_RESIDENT
    if is_resident:
        acted_for(request.resident_id, call, WITHDRAWS)
    kinds = sorted({measurement.information_type for measurement in measurements().values()})
    question = consent_pb.DecideRequest(
        resident_id=str(resident_id),
        information_types=kinds,
        purpose=OWN_REQUEST if is_resident else TREATMENT,
        access_mode=ACCESS_MODE_VIEW,
        as_far_as_covered=True,
    )
    apart = call.resources.apart

    async def read(decision: consent_pb.Decision) -> bool:
        releases = releases_of(decision, kinds, apart)
        async with call.resources.database.transaction() as session:
            await grounds.decided(session, decision.id, [resident_id], types_of(releases))
            return await store.may_be_withdrawn(session, resident_id, record_id, releases, apart)

    decision, sees = await released(question, read, call)
    if not is_resident and not decision.consent_id:
        raise ConsentDenied("what permits you now is no consent of theirs", "resident_id")
    if not sees:
        raise NotFound(NO_READING, "record_id")
    return Withdrawer(
        UUID(call.principal.subject_id),
        int(call.principal.role),
        None if is_resident else UUID(call.principal.partner_id),
        None if is_resident else UUID(decision.consent_id),
    )


@api.serves_after(check_sight)
async def withdraw_device_reading(
    request: pb.WithdrawDeviceReadingRequest, call: Call[Resources]
) -> pb.WithdrawnReading:
    resident_id = parse_id(request.resident_id, "resident_id")
    by: Withdrawer = call.prepared
    if by.consent_id is None:
        await grounds.own(call.session, by.subject_id, [resident_id])
    else:
        await grounds.decided(call.session, by.consent_id, [resident_id])
    row, record_ids = await commands.withdraw_device_reading(
        call.session,
        resident_id=resident_id,
        record_id=parse_id(request.record_id, "record_id"),
        reason=request.reason,
        by=by,
        zone=call.resources.city.zone,
        apart=call.resources.apart,
        now=call.now,
    )
    return pb.WithdrawnReading(
        record_ids=[str(record_id) for record_id in record_ids],
        resident_id=request.resident_id,
        device_id=str(row.device_id),
        reason=row.reason,
        withdrawn_at=timestamp(row.withdrawn_at),
    )
