"""Where residents say that they live."""

from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Forbidden
from yima.identity.v1 import api_pb2 as pb

from identity import store
from identity.api.people import resident_message
from identity.api.served import Resources, api
from identity.commands import homes


@api.serves
async def set_home_district(request: pb.SetHomeDistrictRequest, call: Call[Resources]) -> pb.Resident:
    resident_id = parse_id(request.resident_id or call.principal.subject_id, "resident_id")
    if not call.principal.acts_for(str(resident_id)):
        raise Forbidden("say it of yourself, or a dependant; sign in again after adding a dependant", "resident_id")
    resident = await homes.set_home_district(
        call.session,
        resident_id=resident_id,
        district=request.district,
        districts=call.resources.pack.districts,
        now=call.now,
        zone=call.resources.pack.zone,
    )
    proven = await store.proofs.proven_at(call.session, [resident_id])
    return resident_message(resident, proven_at=proven.get(resident_id))
