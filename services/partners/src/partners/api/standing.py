"""Suspending and reinstating."""

from uuid import UUID

from chassis.api import Call
from yima.partners.v1 import api_pb2 as pb

from partners.api.partners import answer
from partners.api.served import Resources, actor_of, api, visible
from partners.commands import standing


@api.serves
async def suspend(request: pb.SuspendRequest, call: Call[Resources]) -> pb.Partner:
    partner_id = visible(call.principal, request.partner_id)
    partner = await standing.suspend(
        call.session,
        partner_id=partner_id,
        reason=request.reason,
        by=UUID(call.principal.subject_id),
        actor=actor_of(call.principal),
        now=call.now,
    )
    return answer(call, partner)


@api.serves
async def reinstate(request: pb.ReinstateRequest, call: Call[Resources]) -> pb.Partner:
    partner_id = visible(call.principal, request.partner_id)
    partner = await standing.reinstate(
        call.session,
        partner_id=partner_id,
        reason=request.reason,
        by=UUID(call.principal.subject_id),
        actor=actor_of(call.principal),
        now=call.now,
    )
    return answer(call, partner)
