"""Proving who people are, and who is proven."""

from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Forbidden, NotFound
from yima.identity.v1 import api_pb2 as pb

from identity.api.people import confirm_number, resident_message
from identity.api.served import Resources, api
from identity.commands import proofs as commands
from identity.commands.proofs import ConfirmedNumber
from identity.store import people, proofs


async def confirm_resident(request: pb.ProveResidentRequest, call: Call[Resources]) -> ConfirmedNumber:
    caller_id = UUID(call.principal.subject_id)
    resident_id = parse_id(request.resident_id or call.principal.subject_id, "resident_id")
    if not call.principal.acts_for(str(resident_id)):
        raise Forbidden("prove yourself, or a dependant; sign in again after adding a dependant", "resident_id")
    async with call.resources.database.transaction() as session:
        if resident_id != caller_id:
            await commands.check_guardian_proven(session, caller_id)
        resident = await people.resident(session, resident_id)
    if resident is None:
        raise NotFound("the token names a resident who is not registered here", "resident_id")
    return await confirm_number(
        call, request.identity_number, name=resident.name, birth_date=resident.birth_date, person=str(resident_id)
    )


@api.serves_after(confirm_resident)
async def prove_resident(request: pb.ProveResidentRequest, call: Call[Resources]) -> pb.Resident:
    resident_id = parse_id(request.resident_id or call.principal.subject_id, "resident_id")
    proven_at = await commands.add_proof(
        call.session,
        resident_id=resident_id,
        confirmed=call.prepared,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    resident = await people.resident(call.session, resident_id)
    assert resident is not None, "it was there when its number was confirmed"
    return resident_message(resident, proven_at=proven_at)


@api.serves
async def check_proven(request: pb.CheckProvenRequest, call: Call[Resources]) -> pb.ProvenCheck:
    resident_id = parse_id(request.resident_id, "resident_id")
    return pb.ProvenCheck(proven=bool(await proofs.proven_at(call.session, [resident_id])))
