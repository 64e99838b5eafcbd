"""Health codes, and the keys that verify what identity signs."""

from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Forbidden, Unauthenticated
from chassis.wire import timestamp
from yima.identity.v1 import api_pb2 as pb

from identity import store
from identity.api.served import Resources, api
from identity.commands.codes import rotate_codes
from identity.domain import codes
from identity.domain.codes import Token
from identity.domain.scans import Rotation
from identity.tables import ResidentRow


@api.serves_once
async def issue_health_code_token(request: pb.IssueHealthCodeTokenRequest, call: Call[Resources]) -> pb.HealthCodeToken:
    """Nothing is written, so that an idempotency key has nothing to keep from happening twice: each call gets a fresh
    code, never one that was shown before."""
    resident = await resident_to_show(request.resident_id, call)
    (token,) = codes.issue(
        call.resources.codes, call.resources.city, resident.health_code_id, resident.code_generation, call.now
    )
    return token_message(token)


@api.serves_once
async def prefetch_health_code_tokens(
    request: pb.PrefetchHealthCodeTokensRequest, call: Call[Resources]
) -> pb.HealthCodeTokens:
    codes.check_count(request.count)
    resident = await resident_to_show(request.resident_id, call)
    tokens = codes.issue(
        call.resources.codes,
        call.resources.city,
        resident.health_code_id,
        resident.code_generation,
        call.now,
        request.count,
    )
    return pb.HealthCodeTokens(tokens=[token_message(token) for token in tokens])


@api.serves
async def rotate_health_code(request: pb.RotateHealthCodeRequest, call: Call[Resources]) -> pb.HealthCodeRotation:
    resident_id = whose_code(request.resident_id, call)
    await rotate_codes(call.session, resident_ids=[resident_id], because=Rotation.RESIDENT, now=call.now)
    return pb.HealthCodeRotation(resident_id=str(resident_id), rotated_at=timestamp(call.now))


@api.serves_without_transaction
async def get_keys(request: pb.GetKeysRequest, call: Call[Resources]) -> pb.KeySet:
    keys = call.resources.keys
    return pb.KeySet(
        keys=[pb.Key(**key) for key in keys.public()], withdrawn=[pb.Key(**key) for key in keys.withdrawn()]
    )


async def resident_to_show(named_id: str, call: Call[Resources]) -> ResidentRow:
    """Whose code the caller wants to show; empty for their own."""
    async with call.resources.database.transaction() as session:
        resident = await store.people.resident(session, whose_code(named_id, call))
    if resident is None:
        raise Unauthenticated("the token names a resident who is not registered here")
    return resident


def whose_code(named_id: str, call: Call[Resources]) -> UUID:
    """Whose code this is about: the caller's own where nobody is named. Refused where the caller may not act for them,
    whether there is such a person or not."""
    resident_id = named_id or call.principal.subject_id
    if not call.principal.acts_for(resident_id):
        raise Forbidden(
            "only the resident or a guardian can show this code; sign in again after adding a dependant", "resident_id"
        )
    return parse_id(resident_id, "resident_id")


def token_message(token: Token) -> pb.HealthCodeToken:
    return pb.HealthCodeToken(
        text=token.text, expires_at=timestamp(token.expires_at), not_before=timestamp(token.not_before)
    )
