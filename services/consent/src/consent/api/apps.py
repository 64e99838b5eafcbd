"""What residents let apps look at, over HTTP."""

from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid, NotFound
from chassis.wire import moment
from yima.consent.v1 import api_pb2 as pb

from consent.api.consents import acts_until, artefact_message
from consent.api.served import Resources, api
from consent.commands import apps as commands
from consent.domain import apps
from consent.domain.consents import NOT_THEIR_RESIDENT
from consent.store.clock import database_now


@api.serves_after(acts_until)
async def grant_to_app(request: pb.GrantToAppRequest, call: Call[Resources]) -> pb.ConsentArtefact:
    resident_id = parse_id(request.resident_id or call.principal.subject_id, "resident_id")
    if resident_id not in call.prepared:
        raise NotFound(NOT_THEIR_RESIDENT, "resident_id")
    if not request.HasField("expires_at"):
        raise Invalid("expires_at", "is needed: nothing is permitted without end")
    grantee_id, now = parse_id(request.grantee_id, "grantee_id"), await database_now(call.session)
    artefact = await commands.grant_to_app(
        call.session,
        resident_id=resident_id,
        terms=apps.terms(grantee_id, request.information_types, moment(request.expires_at), now),
        by=UUID(call.principal.subject_id),
        good_until=call.prepared[resident_id],
        keys=call.resources.keys,
        now=now,
    )
    return await artefact_message(artefact, call)
