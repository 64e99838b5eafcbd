"""Carts, and ordering what is in one: an order a partner, and one of its own of each line that is paid by the period;
all of them or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from chassis.ids import new_id
from chassis.outbox import Cause
from chassis.refusals import Invalid
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from yima.ordering.v1 import api_pb2 as pb

from ordering.aggregate import OrderAggregate
from ordering.commands import placing
from ordering.commands.placing import PlaceRequest
from ordering.domain.agreement import ExpectedTotal, TermsChanged, check_agreement
from ordering.domain.orders import CartChanged, CartEmpty, Limits, LineRequest, Person, Terms, UnknownOffering, total
from ordering.domain.process import Deadlines
from ordering.store import cases, offerings
from ordering.tables import CartRow

VERSION_MAX = 2**53  # more than a cart can come to; what counts on from there would not fit the database


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who orders for whom, and how it is paid."""

    placed_by: UUID
    resident_id: UUID
    person: Person | None  # who is served
    payment_method: str
    consent_given: bool
    key: str
    request_sha256: bytes
    cause: Cause | None
    proven: bool = field(default=False, kw_only=True)  # is it proven who the resident is?
    expected: ExpectedTotal | None = None  # the total the resident agrees to; None only in a preview


async def put_cart(
    session: AsyncSession, *, owner_id: UUID, resident_id: UUID, lines: Sequence[pb.PlaceOrderLine], version: int
) -> CartRow:
    """Replace the cart that stands at `version`."""
    if version > VERSION_MAX:
        raise CartChanged("read the cart again, and send the version it has", "version")
    row = CartRow(
        owner_id=owner_id,
        resident_id=resident_id,
        lines=pb.Cart(lines=lines).SerializeToString(deterministic=True),
        version=version + 1,
    )
    if not await cases.put_cart(session, row):
        raise CartChanged("it is not at this version any more", "version")
    return row


async def cart_at(session: AsyncSession, owner_id: UUID, version: int) -> CartRow:
    """The cart, locked, if it still stands at this version."""
    cart = await cases.cart(session, owner_id, lock=True)
    if cart is None or not pb.Cart.FromString(cart.lines).lines:
        raise CartEmpty("put something into it first")
    if cart.version != version:
        raise CartChanged(f"it is at version {cart.version}", "version")
    return cart


async def check_out(
    session: AsyncSession,
    *,
    cart: CartRow,
    lines: Sequence[LineRequest],
    buyer: Buyer,
    deadlines: Deadlines,
    limits: Limits = placing.NO_LIMITS,
    now: datetime,
) -> tuple[UUID, Sequence[OrderAggregate]]:
    """Order what is in the locked cart and empty it."""
    checkout_id = new_id()
    requests = [replace(request, checkout_id=checkout_id) for request in await orders_of(session, lines, buyer)]
    await check_cart(session, lines, buyer)
    try:
        outcomes = await placing.place(session, requests, deadlines, now, limits)
    except DBAPIError as error:
        raise placing.refusal_of(error) from None
    placed = []
    for outcome in outcomes:
        if isinstance(outcome, TermsChanged):  # they changed since the look above: answer with all of the cart's
            await check_cart(session, lines, buyer)
        if isinstance(outcome, Exception):
            raise outcome
        placed.append(outcome)
    cart.lines = b""
    cart.version += 1
    return checkout_id, placed


async def check_cart(session: AsyncSession, lines: Sequence[LineRequest], buyer: Buyer) -> None:
    """Refuse a cart on other terms than the resident agrees to."""
    terms, _ = await offerings.terms(session, list({line.offering_id for line in lines}))
    agreed = await offerings.terms_at(session, placing.earlier(lines, terms))
    check_agreement(lines, [terms[line.offering_id] for line in lines], buyer.expected, agreed)


async def orders_of(session: AsyncSession, lines: Sequence[LineRequest], buyer: Buyer) -> Sequence[PlaceRequest]:
    """The orders a cart's lines make, one a partner, and one of each line that periods follow. Each agrees to its part
    of the total by the lines' present prices; `check_cart` holds the whole of it against what the resident said."""
    terms, _ = await offerings.terms(session, list({line.offering_id for line in lines}))
    together: dict[str, list[LineRequest]] = {}  # by what tells these orders apart
    for line in lines:
        term = terms.get(line.offering_id)
        if term is None:
            raise UnknownOffering("there is no such offering", f"{line.at}.offering_id")
        alone = f"/{line.at}" if term.periods_max else ""
        together.setdefault(f"{term.partner_id}{alone}", []).append(line)
    return [
        PlaceRequest(
            placed_by=buyer.placed_by,
            resident_id=buyer.resident_id,
            lines=order_lines,
            payment_method=buyer.payment_method,
            consent_given=buyer.consent_given,
            key=f"{buyer.key}/{which}",
            request_sha256=buyer.request_sha256,
            cause=buyer.cause,
            proven=buyer.proven,
            person=buyer.person,
            expected=part(order_lines, terms) if buyer.expected is not None else None,
        )
        for which, order_lines in together.items()
    ]


def part(lines: Sequence[LineRequest], terms: Mapping[UUID, Terms]) -> ExpectedTotal:
    """What lines of one order cost together."""
    line_terms = [terms[line.offering_id] for line in lines]
    return ExpectedTotal(total(lines, line_terms), line_terms[0].currency)


async def preview(
    session: AsyncSession, requests: Sequence[PlaceRequest], deadlines: Deadlines, now: datetime
) -> Sequence[OrderAggregate]:
    """What ordering these would make; writes nothing."""
    if not requests:
        raise Invalid("lines", "there is nothing to order")
    stock = await placing.read(session, requests, deadlines, now)
    return [placing.draft(request, stock, deadlines, now, preview=True) for request in requests]
