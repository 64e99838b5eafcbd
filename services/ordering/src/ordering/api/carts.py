"""Carts over HTTP."""

from collections.abc import Sequence
from uuid import UUID

from chassis import telemetry
from chassis.api import Call
from chassis.outbox import Cause
from yima.common.v1.types_pb2 import Money
from yima.ordering.v1 import api_pb2 as pb

from ordering.api.messages import to_message
from ordering.api.orders import previewed, wanted_lines
from ordering.api.served import Resources, api
from ordering.commands import carts
from ordering.commands.carts import Buyer
from ordering.domain import orders as rules
from ordering.domain.orders import NotYourResident
from ordering.store import cases
from ordering.tables import CartRow


@api.serves
async def get_cart(request: pb.GetCartRequest, call: Call[Resources]) -> pb.Cart:
    found = await cases.cart(call.session, UUID(call.principal.subject_id))
    return to_cart(found) if found is not None else pb.Cart(resident_id=call.principal.subject_id)


@api.serves
async def put_cart(request: pb.PutCartRequest, call: Call[Resources]) -> pb.Cart:
    resident_id = request.resident_id or call.principal.subject_id
    if not call.principal.acts_for(resident_id):
        raise NotYourResident("order for yourself or a dependant; sign in again after adding one", "resident_id")
    if request.lines:
        wanted_lines(request.lines)
    row = await carts.put_cart(
        call.session,
        owner_id=UUID(call.principal.subject_id),
        resident_id=UUID(resident_id),
        lines=request.lines,
        version=request.version,
    )
    return to_cart(row)


@api.serves
async def check_out(request: pb.CheckOutRequest, call: Call[Resources]) -> pb.CheckOutResponse:
    cart = await carts.cart_at(call.session, UUID(call.principal.subject_id), request.version)
    lines = wanted_lines(pb.Cart.FromString(cart.lines).lines)
    if not call.principal.acts_for(str(cart.resident_id)):
        raise NotYourResident("the cart is for somebody else", "resident_id")
    buyer = Buyer(
        placed_by=cart.owner_id,
        resident_id=cart.resident_id,
        birth_date=rules.born(call.principal.births.get(str(cart.resident_id), "")),
        payment_method=rules.payment_method(request.payment_method) if request.payment_method else "",
        consent_given=request.consent_given,
        key=call.key,
        request_sha256=call.request_sha256,
        cause=Cause(None, telemetry.traceparent()),
    )
    if request.validate_only:
        return response("", await previewed(call, await carts.orders_of(call.session, lines, buyer)))
    checkout_id, wholes = await carts.check_out(
        call.session, cart=cart, lines=lines, buyer=buyer, deadlines=call.resources.deadlines, now=call.now
    )
    return response(str(checkout_id), [to_message(whole) for whole in wholes])


def response(checkout_id: str, orders: Sequence[pb.Order]) -> pb.CheckOutResponse:
    total = Money(currency=orders[0].total.currency, minor=sum(order.total.minor for order in orders))
    return pb.CheckOutResponse(checkout_id=checkout_id, orders=orders, total=total)


def to_cart(row: CartRow) -> pb.Cart:
    lines = pb.Cart.FromString(row.lines).lines
    return pb.Cart(resident_id=str(row.resident_id), lines=lines, version=row.version)
