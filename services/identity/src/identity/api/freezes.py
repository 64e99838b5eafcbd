"""Who there is to be frozen."""

from chassis.api import Call
from chassis.auth import role_named
from chassis.ids import parse_id
from chassis.refusals import NotFound
from yima.identity.v1 import api_pb2 as pb

from identity import store
from identity.api.served import Resources, api
from identity.commands import freezes


@api.serves
async def find_subject(request: pb.FindSubjectRequest, call: Call[Resources]) -> pb.Subject:
    account = await store.freezes.account_at(call.session, parse_id(request.account_id, "account_id"))
    if account is None:
        raise NotFound("nobody signs in as this", "account_id")
    return pb.Subject(
        account_id=str(account.subject_id),
        role=role_named(f"ROLE_{account.role.upper()}"),
        institution_id=str(account.institution_id or ""),
    )


@api.serves_once
async def learn_freezes(request: pb.LearnFreezesRequest, call: Call[Resources]) -> pb.LearnedFreezes:
    """Answered once whoever was scanning or signing in has done so: a scan holds its practitioner's row, a sign-in its
    account's."""
    await freezes.learn_freezes(call.resources.database, call.resources.partners)
    return pb.LearnedFreezes()
