"""Applying, and the operator's decision on it."""

from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from yima.partners.v1 import api_pb2 as pb

from partners.api.partners import answer
from partners.api.served import Resources, api, visible
from partners.commands import applications


@api.serves
async def apply(request: pb.ApplyRequest, call: Call[Resources]) -> pb.Partner:
    partner = await applications.apply(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        applicant_id=UUID(call.principal.subject_id),
        manifest=request.manifest,
        city=call.resources.city,
        now=call.now,
    )
    return answer(call, partner)


@api.serves
async def decide_screening(request: pb.DecideScreeningRequest, call: Call[Resources]) -> pb.Partner:
    partner = await applications.decide_screening(
        call.session,
        partner_id=visible(call.principal, request.partner_id),
        passed=request.passed,
        reasons=request.reasons,
        compared=[
            parse_id(text, f"compared_partner_ids[{index}]") for index, text in enumerate(request.compared_partner_ids)
        ],
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return answer(call, partner)
