"""What is read of a resident in an emergency: given, withdrawn, read on consent's word."""

from uuid import UUID

import orjson
from chassis.api import Call
from chassis.auth import sign
from chassis.ids import parse_id
from chassis.wire import timestamp
from joserfc import jws
from yima.catalog.v1.api_pb2 import ACCESS_MODE_VIEW
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as consent_pb
from yima.records.v1 import api_pb2 as pb

from records.api.releases import released
from records.api.served import Resources, acted_for, api, check_licence, is_proven
from records.commands import emergency as commands
from records.domain import emergency as rules
from records.domain.emergency import NoEmergencySlice
from records.domain.releases import (
    NotProven,
)
from records.store import emergency as store
from records.store import grounds
from records.tables import EmergencySliceRow

GIVES = "gives what is read in an emergency"


@api.serves
async def put_emergency_slice(request: pb.PutEmergencySliceRequest, call: Call[Resources]) -> pb.EmergencySlice:
    resident_id = acted_for(request.resident_id, call, GIVES)
    if not await is_proven(str(resident_id), call):
        raise NotProven("prove who you are with an identity number, and sign in again", "resident_id")
    given = rules.checked(request.blood_group, request.allergies, request.contact_name, request.contact_telephone)
    await grounds.own(call.session, call.principal.subject_id, [resident_id])
    row = await commands.put_emergency_slice(
        call.session,
        resident_id=resident_id,
        given=given,
        by=UUID(call.principal.subject_id),
        keys=call.resources.keys,
        now=call.now,
    )
    return slice_message(row)


@api.serves
async def withdraw_emergency_slice(
    request: pb.WithdrawEmergencySliceRequest, call: Call[Resources]
) -> pb.EmergencySlice:
    resident_id = acted_for(request.resident_id, call, GIVES)
    await grounds.own(call.session, call.principal.subject_id, [resident_id])
    row = await commands.withdraw_emergency_slice(
        call.session,
        resident_id=resident_id,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return slice_message(row)


@api.serves_without_transaction
async def read_emergency_slice(request: pb.ReadEmergencySliceRequest, call: Call[Resources]) -> pb.EmergencySlice:
    """On consent's word, as everything else: a practitioner's is that they have broken the glass."""
    check_licence(call)
    resident_id = parse_id(request.resident_id, "resident_id")
    own = call.principal.role == Role.ROLE_RESIDENT
    question = consent_pb.DecideRequest(
        resident_id=request.resident_id,
        information_types=[rules.INFORMATION_TYPE],
        purpose=rules.OWN if own else rules.ETREAT,
        access_mode=ACCESS_MODE_VIEW,
    )

    async def read(decision: consent_pb.Decision) -> EmergencySliceRow | None:
        async with call.resources.database.transaction() as session:
            await grounds.decided(session, decision.id, [resident_id])
            return await store.emergency_slice(session, resident_id)

    decision, row = await released(question, read, call)
    if row is None or row.withdrawn:
        raise NoEmergencySlice("ask whoever came with them", "resident_id")
    message = slice_message(row)
    if not own:
        own_claims = orjson.loads(jws.extract_compact(row.signature.encode()).payload)
        claims = rules.for_reader(own_claims, call.principal.partner_id)
        message.signature = sign(call.resources.keys.signing, dict(claims))
    message.decision_id = decision.id
    return message


def slice_message(row: EmergencySliceRow) -> pb.EmergencySlice:
    return pb.EmergencySlice(
        resident_id=str(row.resident_id),
        blood_group=row.blood_group,
        allergies=row.allergies,
        contact_name=row.contact_name,
        contact_telephone=row.contact_telephone,
        given_by=str(row.given_by),
        given_at=timestamp(row.given_at),
        version=row.version,
        signature=row.signature,
        withdrawn_at=timestamp(row.given_at) if row.withdrawn else None,
    )
