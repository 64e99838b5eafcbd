"""Correcting what was mistyped of somebody."""

from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Forbidden, NotFound
from yima.identity.v1 import api_pb2 as pb

from identity import store
from identity.api.people import confirm_number, resident_message
from identity.api.served import Resources, api
from identity.commands import corrections
from identity.commands.proofs import ConfirmedNumber, check_guardian_proven


async def confirm_corrected(request: pb.CorrectResidentRequest, call: Call[Resources]) -> ConfirmedNumber | None:
    """What the register says of the corrected name and birth date; None where no number was given."""
    caller_id = UUID(call.principal.subject_id)
    resident_id = parse_id(request.resident_id or call.principal.subject_id, "resident_id")
    if not call.principal.acts_for(str(resident_id)):
        raise Forbidden("correct yourself, or a dependant; sign in again after adding a dependant", "resident_id")
    if not request.identity_number:
        return None
    async with call.resources.database.transaction() as session:
        if resident_id != caller_id:
            await check_guardian_proven(session, caller_id)
        resident = await store.people.resident(session, resident_id)
    if resident is None:
        raise NotFound("the token names a resident who is not registered here", "resident_id")
    right = corrections.corrected(
        resident, name=request.name, birth_date=request.birth_date, city=call.resources.pack, now=call.now
    )
    return await confirm_number(
        call, request.identity_number, name=right.name, birth_date=right.birth_date, person=str(resident_id)
    )


@api.serves_after(confirm_corrected)
async def correct_resident(request: pb.CorrectResidentRequest, call: Call[Resources]) -> pb.Resident:
    resident_id = parse_id(request.resident_id or call.principal.subject_id, "resident_id")
    proven_at = await corrections.correct(
        call.session,
        resident_id=resident_id,
        name=request.name,
        birth_date=request.birth_date,
        confirmed=call.prepared,
        by=UUID(call.principal.subject_id),
        city=call.resources.pack,
        now=call.now,
    )
    resident = await store.people.resident(call.session, resident_id)
    assert resident is not None, "it was corrected just now"
    return resident_message(resident, proven_at=proven_at)
