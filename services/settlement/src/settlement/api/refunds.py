"""Refunds over HTTP. Decode, one call, encode."""

from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from yima.settlement.v1 import api_pb2 as pb

from settlement import commands
from settlement.api.payments import payment_message, requested_amount
from settlement.api.served import People, api, own, unapproved
from settlement.commands.resources import Resources
from settlement.store import refunds, splits


@api.serves
async def refund_order(request: pb.RefundOrderRequest, call: Call[Resources]) -> pb.Payment:
    return await refund(request, call, unapproved(call), own(call.principal, ""))


async def refund(
    request: pb.RefundOrderRequest, call: Call[Resources], people: People, partner_id: UUID | None = None
) -> pb.Payment:
    payment = await commands.refund_order(
        call.session,
        order_id=parse_id(request.order_id, "order_id"),
        partner_id=partner_id,
        amount=requested_amount(request),
        order_line_id=parse_id(request.order_line_id, "order_line_id") if request.order_line_id else None,
        reason=request.reason,
        by=people.by,
        approved_by=people.approved_by,
        bounds=call.resources.bounds,
        provider=call.resources.provider,
        now=call.now,
    )
    call.resources.provider_is_needed()
    lines = await splits.splits(call.session, [payment.id])
    of_payment = await refunds.refunds_of(call.session, [payment.id])
    return payment_message(payment, lines, of_payment.get(payment.id, ()))
