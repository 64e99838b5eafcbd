"""Second factors: set up, and taken away."""

import logging
from uuid import UUID

from chassis import texts
from chassis.api import Call
from yima.identity.v1 import api_pb2 as pb

from identity.api.access import session_of
from identity.api.served import Resources, api
from identity.commands import factors, passwords
from identity.domain.factors import OF_SECOND_FACTOR, SecondFactorWrong, shown, uri_of
from identity.hashing import Lane

log = logging.getLogger("identity.factors")


@api.serves_without_transaction
async def begin_second_factor(request: pb.BeginSecondFactorRequest, call: Call[Resources]) -> pb.SecondFactor:
    login, secret = await passwords.begin_second_factor(
        call.resources.database,
        call.resources.passwords,
        login=request.login,
        password=request.password,
        address=call.address,
        sealer=call.resources.sealer,
        now=call.now,
    )
    return factor_message(call, login, secret)


@api.serves_without_transaction
async def add_second_factor(request: pb.AddSecondFactorRequest, call: Call[Resources]) -> pb.SecondFactor:
    async with call.resources.database.transaction() as session:
        login, secret = await factors.add(
            session,
            UUID(call.principal.subject_id),
            session_of(call),
            life=call.resources.step_up_life,
            sealer=call.resources.sealer,
            now=call.now,
        )
    return factor_message(call, login, secret)


def factor_message(call: Call[Resources], login: str, secret: bytes) -> pb.SecondFactor:
    return pb.SecondFactor(secret=shown(secret), uri=uri_of(secret, login, f"Yima {call.resources.city}"))


@api.serves_without_transaction
async def end_second_factor(request: pb.EndSecondFactorRequest, call: Call[Resources]) -> pb.AccessEnd:
    subject_id = call.principal.subject_id
    await passwords.count_try(
        call.resources.database,
        call.resources.passwords,
        OF_SECOND_FACTOR,
        subject_id,
        address=call.address,
        lane=Lane.STRANGER,
    )
    async with call.resources.database.transaction() as session:
        ended = await factors.end(
            session,
            UUID(subject_id),
            request.code,
            needing=call.resources.factor_roles,
            sealer=call.resources.sealer,
            now=call.now,
        )
    if isinstance(ended, SecondFactorWrong):
        raise ended
    return pb.AccessEnd(sessions=ended)


@api.serves
async def reset_second_factor(request: pb.ResetSecondFactorRequest, call: Call[Resources]) -> pb.AccessEnd:
    reason = texts.reason(request.reason)
    by = UUID(call.principal.subject_id)
    ended = await factors.reset(call.session, login=request.login, by=by, now=call.now)
    log.info("%s took a second factor away and ended %d sessions: %s", by, ended, reason)
    return pb.AccessEnd(sessions=ended)
