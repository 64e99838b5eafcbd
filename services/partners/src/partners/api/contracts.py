"""Contracts."""

from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from yima.partners.v1 import api_pb2 as pb

from partners.api.partners import answer
from partners.api.served import Resources, api, visible
from partners.commands import contracts


@api.serves
async def offer_contract(request: pb.OfferContractRequest, call: Call[Resources]) -> pb.Partner:
    partner = await contracts.offer_contract(
        call.session,
        partner_id=visible(call.principal, request.partner_id),
        shares=request.shares,
        refund_liability=request.refund_liability,
        effective_on=request.effective_on,
        city=call.resources.city,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return answer(call, partner)


@api.serves
async def sign_contract(request: pb.SignContractRequest, call: Call[Resources]) -> pb.Partner:
    partner = await contracts.sign_contract(
        call.session,
        contract_id=parse_id(request.contract_id, "contract_id"),
        partner_id=UUID(call.principal.partner_id),
        by=UUID(call.principal.subject_id),
        city=call.resources.city,
        now=call.now,
    )
    return answer(call, partner)
