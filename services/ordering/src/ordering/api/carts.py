"""Carts over HTTP."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from chassis import telemetry
from chassis.api import Call
from chassis.ids import parse_id
from chassis.outbox import Cause
from chassis.refusals import Invalid, Unavailable
from yima.common.v1.types_pb2 import Money
from yima.ordering.v1 import api_pb2 as pb

from ordering.api.messages import to_message
from ordering.api.placing import check_published, expected_total, line_requests, previewed, programmes_of
from ordering.api.served import api
from ordering.commands import carts
from ordering.commands.carts import Buyer
from ordering.domain import orders as rules
from ordering.domain.orders import LineRequest, NotYourResident, Person
from ordering.resources import Resources
from ordering.store import cases
from ordering.tables import CartRow


@api.serves
async def get_cart(request: pb.GetCartRequest, call: Call[Resources]) -> pb.Cart:
    cart = await cases.cart(call.session, UUID(call.principal.subject_id))
    return to_cart(cart) if cart is not None else pb.Cart(resident_id=call.principal.subject_id)


@api.serves
async def put_cart(request: pb.PutCartRequest, call: Call[Resources]) -> pb.Cart:
    resident_id = request.resident_id or call.principal.subject_id
    if not call.principal.acts_for(resident_id):
        raise NotYourResident("order for yourself or a dependant; sign in again after adding one", "resident_id")
    check_published(request.lines, "order by a private offer at once, outside of the cart")
    if request.lines:
        line_requests(request.lines)
    for index, line in enumerate(request.lines):
        if line.offering_revision or line.consent_hash:
            raise Invalid(f"lines[{index}].offering_revision", "terms are agreed to at the checkout")
    row = await carts.put_cart(
        call.session,
        owner_id=UUID(call.principal.subject_id),
        resident_id=UUID(resident_id),
        lines=request.lines,
        version=request.version,
    )
    return to_cart(row)


async def served_by_cart(_request: pb.CheckOutRequest, call: Call[Resources]) -> Person | None:
    """Of whom the cart is for, before the transaction that checks it out."""
    async with call.resources.database.transaction() as session:
        cart = await cases.cart(session, UUID(call.principal.subject_id))
    if cart is None or not call.principal.acts_for(str(cart.resident_id)):
        return None
    lines = pb.Cart.FromString(cart.lines).lines
    programmes = await programmes_of(call, line_requests(lines)) if lines else set()
    try:
        return await call.resources.people.of(
            str(cart.resident_id), call.authorization, where=True, programmes=programmes
        )
    except Unavailable:  # most services are for people of every age, wherever they live
        if programmes:
            raise
        return call.resources.people.known(str(cart.resident_id))


@api.serves_after(served_by_cart)
async def check_out(request: pb.CheckOutRequest, call: Call[Resources]) -> pb.CheckOutResponse:
    cart = await carts.cart_at(call.session, UUID(call.principal.subject_id), request.version)
    lines = on_terms(line_requests(pb.Cart.FromString(cart.lines).lines), request.agreed)
    if not call.principal.acts_for(str(cart.resident_id)):
        raise NotYourResident("the cart is for somebody else", "resident_id")
    buyer = Buyer(
        placed_by=cart.owner_id,
        resident_id=cart.resident_id,
        person=call.prepared,
        payment_method=rules.payment_method(request.payment_method) if request.payment_method else "",
        consent_given=request.consent_given,
        key=call.key,
        request_sha256=call.request_sha256,
        cause=Cause(None, telemetry.traceparent()),
        proven=str(cart.resident_id) in call.principal.proven,
        expected=expected_total(request),
    )
    if request.validate_only:
        if buyer.expected is not None:
            await carts.check_cart(call.session, lines, buyer)
        return response("", await previewed(call, await carts.orders_of(call.session, lines, buyer)))
    checkout_id, placed_orders = await carts.check_out(
        call.session,
        cart=cart,
        lines=lines,
        buyer=buyer,
        deadlines=call.resources.deadlines,
        limits=call.resources.limits,
        now=call.now,
    )
    return response(str(checkout_id), [to_message(order) for order in placed_orders])


def on_terms(lines: Sequence[LineRequest], agreed: Sequence[pb.AgreedTerms]) -> Sequence[LineRequest]:
    """A cart's lines with the terms of their offerings that the resident agrees to."""
    terms: dict[UUID, pb.AgreedTerms] = {}
    for index, agreed_terms in enumerate(agreed):
        offering_id = parse_id(agreed_terms.offering_id, f"agreed[{index}].offering_id")
        if offering_id in terms:
            raise Invalid(f"agreed[{index}].offering_id", "is there twice")
        if all(line.offering_id != offering_id for line in lines):
            raise Invalid(f"agreed[{index}].offering_id", "is not in the cart")
        terms[offering_id] = agreed_terms
    none = pb.AgreedTerms()
    return [
        replace(line, revision=agreed_terms.offering_revision, consent_hash=agreed_terms.consent_hash)
        for line in lines
        for agreed_terms in [terms.get(line.offering_id, none)]
    ]


def response(checkout_id: str, orders: Sequence[pb.Order]) -> pb.CheckOutResponse:
    total = Money(currency=orders[0].total.currency, minor=sum(order.total.minor for order in orders))
    return pb.CheckOutResponse(checkout_id=checkout_id, orders=orders, total=total)


def to_cart(row: CartRow) -> pb.Cart:
    lines = pb.Cart.FromString(row.lines).lines
    return pb.Cart(resident_id=str(row.resident_id), lines=lines, version=row.version)
