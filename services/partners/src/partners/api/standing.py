"""Suspending and reinstating."""

from uuid import UUID

from chassis.api import Call
from yima.consent.v1.api_pb2 import LearnStandingRequest
from yima.partners.v1 import api_pb2 as pb

from partners.api.partners import answer
from partners.api.served import Resources, actor_of, api, visible
from partners.commands import standing


async def reach_decisions(partner: pb.Partner, call: Call[Resources]) -> None:
    """Answer once no decision about data goes by the standing of before."""
    request = LearnStandingRequest(partner_id=partner.id)
    await call.resources.consent.learn_standing(request, call.authorization.removeprefix("Bearer "))


@api.serves_and_finishes(reach_decisions)
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
