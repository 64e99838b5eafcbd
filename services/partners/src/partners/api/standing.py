"""Suspending and reinstating."""

import asyncio
from uuid import UUID

from chassis.api import Call
from yima.consent.v1 import api_pb2 as consent_pb
from yima.ordering.v1 import api_pb2 as ordering_pb
from yima.partners.v1 import api_pb2 as pb
from yima.settlement.v1 import api_pb2 as settlement_pb

from partners.api.partners import answer
from partners.api.served import Resources, actor_of, api, visible
from partners.commands import standing


async def reach_decisions(partner: pb.Partner, call: Call[Resources]) -> None:
    """Answer once nobody goes by the standing of before."""
    await reach(partner.id, call)


async def reach(partner_id: str, call: Call[Resources]) -> None:
    """Have everybody ask how a partner stands now: no data is decided on, no order is placed or accepted, and no payout
    is made by what was so before."""
    token, resources = call.authorization.removeprefix("Bearer "), call.resources
    await asyncio.gather(
        resources.consent.learn_standing(consent_pb.LearnStandingRequest(partner_id=partner_id), token),
        resources.ordering.learn_standing(ordering_pb.LearnStandingRequest(partner_id=partner_id), token),
        resources.settlement.learn_standing(settlement_pb.LearnStandingRequest(partner_id=partner_id), token),
    )


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
