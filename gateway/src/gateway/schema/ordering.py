"""Orders, from placing to closing, and how to follow one."""

import functools
from collections.abc import AsyncGenerator, Awaitable, Callable
from enum import IntEnum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from chassis.problems import Problem
from google.protobuf import json_format
from strawberry.types import Info
from yima.ordering.v1 import api_pb2 as pb
from yima.ordering.v1.events_pb2 import OrderConfirmed
from yima.settlement.v1.api_pb2 import PAYMENT_STATUS_AUTHORISING

from gateway import streams
from gateway.agreeing import agree
from gateway.context import context
from gateway.errors import Refused, refusable, refused
from gateway.ids import Kind, given
from gateway.policy import asks
from gateway.reading import read_field, shows
from gateway.schema.catalog import CancellationRule, FreePlace, Offering, UnitKind, offering_now
from gateway.schema.inputs import fill
from gateway.schema.partners import PartnerProfile, profile
from gateway.schema.scalars import (
    Connection,
    DateTime,
    Interval,
    Money,
    MoneyInput,
    connection,
    hexadecimal_or_none,
    moment_or_none,
    page_request,
    text,
    text_or_none,
    typed_id,
    typed_id_or_none,
)

if TYPE_CHECKING:
    from gateway.schema.settlement import Payment


@strawberry.enum(description="Where an order stands.")
class OrderStatus(IntEnum):
    PLACED = 1
    CONFIRMED = 2
    ACCEPTED = 3
    FULFILLING = 4
    FULFILLED = 5
    CLOSED = 6
    REFUSED = 7
    CANCELLED = 8
    EXPIRED = 9


@strawberry.enum(description="What an order waits for before it is confirmed.")
class Requirement(IntEnum):
    MONEY = 1
    CONSENT = 2


@strawberry.enum(description="What a proof rests on.")
class ProofSource(IntEnum):
    SCAN = 1
    PARTNER = 2
    RESIDENT = 3


@strawberry.enum(description="Something to think about before ordering.")
class WarningKind(IntEnum):
    RECENT_EQUIVALENT = 1
    OPEN_EQUIVALENT = 2


@strawberry.type(description="A place in a slot.")
class Booking:
    id: strawberry.ID = typed_id(Kind.BOOKING)
    slot_id: strawberry.ID = typed_id(Kind.SLOT, "slot_id")
    interval: Interval


@strawberry.type(description="What a line contains of one thing, and how much of it was used.")
class Entitlement:
    code: str
    title: str = text("title")
    kind: UnitKind
    granted: int
    used: int
    given_up: int = strawberry.field(description="Sessions their resident has cancelled.")
    valid_until: DateTime | None = moment_or_none("valid_until", "Unset until the partner accepts.")


@strawberry.type(description="What cancelling an order costs its resident, now or when it was done.")
class CancellationTerms:
    possible: bool
    due: Money
    released: Money
    free_until: DateTime | None = moment_or_none("free_until", "Until when no fee is due; null where there is none.")


@strawberry.type(description="Something to think about before ordering.")
class OrderWarning:
    kind: WarningKind
    offering_id: strawberry.ID = typed_id(Kind.OFFERING, "offering_id")
    at: DateTime


@strawberry.type(description="One offering within an order, on the terms frozen when it was placed.")
class OrderLine:
    id: strawberry.ID = typed_id(Kind.ORDER_LINE)
    offering_id: strawberry.ID = typed_id(Kind.OFFERING, "offering_id")
    title: str = text("title")
    offering_revision: int
    quantity: int
    unit_price: Money
    total: Money
    slot_id: strawberry.ID | None = typed_id_or_none(Kind.SLOT, "slot_id")
    consent_needed: bool
    consent_hash: str | None = hexadecimal_or_none("consent_hash", "Of what it asks of the resident's data.")
    proven: bool
    bookings: list[Booking]
    entitlements: list[Entitlement]
    cancellation: list[CancellationRule]
    due: Money

    offering: Offering | None = offering_now("offering_id", "The offering as it is now.")


@strawberry.type(description="That a resident was present when a service was given.")
class ProofOfService:
    id: strawberry.ID = typed_id(Kind.PROOF)
    order_line_id: strawberry.ID = typed_id(Kind.ORDER_LINE, "order_line_id")
    scan_id: strawberry.ID | None = typed_id_or_none(Kind.SCAN, "scan_id")
    practitioner_id: strawberry.ID | None = typed_id_or_none(Kind.PRACTITIONER, "practitioner_id")
    proven_at: DateTime
    source: ProofSource
    item: str | None = text_or_none("item", "Which of the line's contents; null: the whole line.")
    units: int


@strawberry.type(description="An order with one partner.")
@shows(pb.Order)
class Order:
    id: strawberry.ID | None = typed_id_or_none(Kind.ORDER, "id", "Null in a preview, which places nothing.")
    resident_id: strawberry.ID = typed_id(Kind.RESIDENT, "resident_id")
    status: OrderStatus
    lines: list[OrderLine]
    total: Money
    waiting_for: list[Requirement]
    deadline: DateTime | None = moment_or_none("deadline", "When the present state ends by itself.")
    objection_until: DateTime | None = moment_or_none(
        "objection_until",
        "Until when the resident may object to what the partner alone says was given; its money waits.",
    )
    contested: bool = strawberry.field(description="The resident has objected: its money waits for the decision.")
    reason: str | None = text_or_none("reason", "Why it was refused, cancelled or expired, or a payment failed.")
    placed_at: DateTime
    changed_at: DateTime
    proofs: list[ProofOfService]
    consent_problem: str | None = read_field(
        lambda order, context: context.consent_problems.get(order.id),
        str | None,
        "Why `consentGiven` could not be passed on; the order waits for consent. Null but in such an answer.",
    )
    process: str
    warnings: list[OrderWarning]
    beneficiary_id: strawberry.ID = typed_id(Kind.RESIDENT, "beneficiary_id")
    checkout_id: strawberry.ID | None = typed_id_or_none(Kind.CHECKOUT, "checkout_id")

    @strawberry.field(description="What cancelling costs; null where nobody asked for one order alone.")
    def cancellation(self: Any) -> CancellationTerms | None:
        return self.cancellation if self.HasField("cancellation") else None

    partner: PartnerProfile | None = profile("partner_id")

    @strawberry.field(description="The order's money; null until settlement has heard of it.")
    @asks("settlement.GetPayments")
    async def payment(
        self: Any, info: Info[Any, Any]
    ) -> Annotated["Payment", strawberry.lazy("gateway.schema.settlement")] | None:
        payment: Any = await context(info).loaders.payments.load(self.id)
        waits = payment is not None and payment.chosen_version < self.payment_version
        return under_way(payment) if waits else payment  # type: ignore[no-any-return]


def under_way(payment: Any) -> Any:
    """The payment of an order whose resident has chosen another method, of which settlement has not heard yet."""
    shown = type(payment)()
    shown.CopyFrom(payment)
    shown.status = PAYMENT_STATUS_AUTHORISING
    shown.failure = ""
    return shown


@strawberry.enum(description="In what terms differ from those that were agreed to.")
class TermsDifference(IntEnum):
    PRICE = 1
    DATA = 2
    CANCELLATION = 3
    OTHER = 4


@strawberry.type(description="The terms of a line that hold now.")
class CurrentTerms:
    offering_id: strawberry.ID = typed_id(Kind.OFFERING, "offering_id")
    offering_revision: int
    consent_hash: str | None = hexadecimal_or_none("consent_hash", "Of what it asks of the resident's data.")
    unit_price: Money
    total: Money
    differences: list[TermsDifference] = strawberry.field(description="None: this line is as it was agreed to.")


@strawberry.type(
    description="Nothing was ordered: the terms are not those that were agreed to. Show these and ask again."
)
class TermsChanged:
    code: str = strawberry.field(description="`terms-changed`.")
    message: str = strawberry.field(description="For people: what has changed.")
    field: str | None = strawberry.field(description="The input's field that is not as things are now.")
    total: Money = strawberry.field(description="What it costs now: the `expectedTotal` to agree to.")
    lines: list[CurrentTerms]


def answers_new_terms[**P, A](mutation: Callable[P, Awaitable[A]]) -> Callable[P, Awaitable[A | TermsChanged]]:
    """A mutation that is refused with the terms that hold now."""

    @functools.wraps(mutation)
    async def answer(*args: P.args, **kwargs: P.kwargs) -> A | TermsChanged:
        try:
            return await mutation(*args, **kwargs)
        except Problem as problem:
            if problem.code != "terms-changed" or not problem.data:
                raise
            now, told = json_format.ParseDict(problem.data, pb.TermsChanged()), refused(problem)
            return TermsChanged(
                code=told.code,
                message=told.message,
                field=told.field,
                total=now.total,  # type: ignore[arg-type]
                lines=list(now.lines),  # type: ignore[arg-type]
            )

    return answer


@strawberry.input(description="What is ordered.")
class PlaceOrderLineInput:
    offering_id: strawberry.ID
    quantity: int = 1
    slot_id: strawberry.ID | None = None
    slot_ids: list[strawberry.ID] = strawberry.field(default_factory=list)
    offering_revision: int | None = strawberry.field(
        default=None, description="The terms the resident agrees to; demanded in an order, left out in a cart."
    )
    consent_hash: str | None = strawberry.field(
        default=None, description="Of what the offering asks of the resident's data; demanded where it asks for any."
    )


@strawberry.input(description="The terms of an offering that a resident agrees to at a checkout.")
class AgreedTermsInput:
    offering_id: strawberry.ID
    offering_revision: int
    consent_hash: str | None = strawberry.field(default=None, description="Where it asks for the resident's data.")


@strawberry.input(description="An order to place. All lines are of one partner.")
class PlaceOrderInput:
    lines: list[PlaceOrderLineInput]
    resident_id: strawberry.ID | None = strawberry.field(default=None, description="A dependant; else the caller.")
    payment_method: str | None = strawberry.field(default=None, description="A provider's token; or pay later.")
    consent_given: bool = strawberry.field(
        default=False, description="Agree to what the offerings ask of the resident's data; or grant it later."
    )
    validate_only: bool = strawberry.field(
        default=False,
        description="Answer what would happen, place nothing: the total, revisions and consent hashes to agree to.",
    )
    expected_total: MoneyInput | None = strawberry.field(
        default=None, description="What the resident agrees to pay; demanded unless `validateOnly`."
    )


@strawberry.input(description="So many units of one thing a line contains.")
class UsageRecordInput:
    key: str = strawberry.field(description="The partner's own; a second record of it counts nothing.")
    order_line_id: strawberry.ID
    item: str
    units: int = 1
    used_at: DateTime


@strawberry.type(description="What became of a record.")
class UsageOutcome:
    key: str
    counted: bool
    repeated_before: bool
    refusal: str | None = text_or_none("refusal", "Why it does not count.")


@strawberry.type(description="What became of each record, in their order.")
@shows(pb.RecordUsageResponse)
class UsageRecorded:
    outcomes: list[UsageOutcome]


IDS = {"offering_id": Kind.OFFERING, "slot_id": Kind.SLOT, "slot_ids": Kind.SLOT, "resident_id": Kind.RESIDENT}


@strawberry.type
class Query:
    @strawberry.field(description="One order.")
    @asks("ordering.GetOrder")
    async def order(self, info: Info[Any, Any], id: strawberry.ID) -> Order:
        here = context(info)
        request = pb.GetOrderRequest(order_id=given(Kind.ORDER, id, "id"))
        return await here.clients.ordering.get_order(request, here.token)  # type: ignore[return-value]

    @strawberry.field(description="The caller's orders, newest first.")
    @asks("ordering.ListOrders")
    async def orders(
        self,
        info: Info[Any, Any],
        status: OrderStatus | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Order]:
        here = context(info)
        request = pb.ListOrdersRequest(status=status or 0, page=page_request(first, after))  # type: ignore[arg-type]
        found = await here.clients.ordering.list_orders(request, here.token)
        return connection(found.orders, found.page, after)  # type: ignore[no-any-return]

    @strawberry.field(description="This slot and the later ones at its weekday and time of the city's clock.")
    @asks("ordering.ListSlotsAlike")
    async def slots_alike(self, info: Info[Any, Any], slot_id: strawberry.ID, weeks: int) -> list[FreePlace]:
        request = pb.ListSlotsAlikeRequest(slot_id=given(Kind.SLOT, slot_id, "slotId"), weeks=weeks)
        return list((await context(info).clients.ordering.list_slots_alike(request)).places)  # type: ignore[arg-type]


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Place an order. It is confirmed once money, consent and slot are in.")
    @refusable
    @answers_new_terms
    @asks("ordering.PlaceOrder", "consent.AgreeToOrder")
    async def place_order(
        self, info: Info[Any, Any], input: PlaceOrderInput, idempotency_key: str
    ) -> Annotated[Order | TermsChanged | Refused, strawberry.union("PlaceOrderResult")]:
        here = context(info)
        request = fill(pb.PlaceOrderRequest(), input, IDS, "")
        order = await here.clients.ordering.place_order(request, here.token, idempotency_key)
        if input.consent_given:
            await agree(here, order, [line.consent_hash for line in request.lines])
        return order  # type: ignore[return-value]

    @strawberry.mutation(description="Choose how a placed order is paid.")
    @refusable
    @asks("ordering.PayOrder")
    async def pay_order(
        self, info: Info[Any, Any], order_id: strawberry.ID, payment_method: str, idempotency_key: str
    ) -> Annotated[Order | Refused, strawberry.union("PayOrderResult")]:
        here = context(info)
        request = pb.PayOrderRequest(order_id=given(Kind.ORDER, order_id, "orderId"), payment_method=payment_method)
        return await here.clients.ordering.pay_order(request, here.token, idempotency_key)  # type: ignore[return-value]

    @strawberry.mutation(description="Accept a confirmed order on the partner's behalf.")
    @refusable
    @asks("ordering.AcceptOrder")
    async def accept_order(
        self, info: Info[Any, Any], order_id: strawberry.ID, idempotency_key: str | None = None
    ) -> Annotated[Order | Refused, strawberry.union("AcceptOrderResult")]:
        here = context(info)
        request = pb.AcceptOrderRequest(order_id=given(Kind.ORDER, order_id, "orderId"))
        return await here.clients.ordering.accept_order(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Refuse a confirmed order on the partner's behalf.")
    @refusable
    @asks("ordering.RefuseOrder")
    async def refuse_order(
        self, info: Info[Any, Any], order_id: strawberry.ID, reason: str, idempotency_key: str | None = None
    ) -> Annotated[Order | Refused, strawberry.union("RefuseOrderResult")]:
        here = context(info)
        request = pb.RefuseOrderRequest(order_id=given(Kind.ORDER, order_id, "orderId"), reason=reason)
        return await here.clients.ordering.refuse_order(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(
        description="Prove a service with the receipt of a scan; name its line where several are open."
    )
    @refusable
    @asks("ordering.ProveService")
    async def prove_service(
        self,
        info: Info[Any, Any],
        order_id: strawberry.ID,
        scan_receipt: str,
        idempotency_key: str,
        order_line_id: strawberry.ID | None = None,
        item: str | None = None,
    ) -> Annotated[Order | Refused, strawberry.union("ProveServiceResult")]:
        here = context(info)
        request = pb.ProveServiceRequest(
            order_id=given(Kind.ORDER, order_id, "orderId"),
            order_line_id=given(Kind.ORDER_LINE, order_line_id, "orderLineId") if order_line_id else "",
            scan_receipt=scan_receipt,
            item=item or "",
        )
        return await here.clients.ordering.prove_service(request, here.token, idempotency_key)  # type: ignore[return-value]

    @strawberry.mutation(description="Declare a proven order fulfilled; its money is then taken and split.")
    @refusable
    @asks("ordering.FulfilOrder")
    async def fulfil_order(
        self, info: Info[Any, Any], order_id: strawberry.ID, idempotency_key: str | None = None
    ) -> Annotated[Order | Refused, strawberry.union("FulfilOrderResult")]:
        here = context(info)
        request = pb.FulfilOrderRequest(order_id=given(Kind.ORDER, order_id, "orderId"))
        return await here.clients.ordering.fulfil_order(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Confirm, as the resident or their guardian, that a service was given.")
    @refusable
    @asks("ordering.ConfirmService")
    async def confirm_service(
        self,
        info: Info[Any, Any],
        order_id: strawberry.ID,
        idempotency_key: str,
        order_line_id: strawberry.ID | None = None,
        item: str | None = None,
    ) -> Annotated[Order | Refused, strawberry.union("ConfirmServiceResult")]:
        here = context(info)
        request = pb.ConfirmServiceRequest(
            order_id=given(Kind.ORDER, order_id, "orderId"),
            order_line_id=given(Kind.ORDER_LINE, order_line_id, "orderLineId") if order_line_id else "",
            item=item or "",
        )
        return await here.clients.ordering.confirm_service(request, here.token, idempotency_key)  # type: ignore[return-value]

    @strawberry.mutation(description="State, signed with the partner's key, that a service was given.")
    @refusable
    @asks("ordering.StateService")
    async def state_service(
        self, info: Info[Any, Any], order_id: strawberry.ID, statement: str, idempotency_key: str
    ) -> Annotated[Order | Refused, strawberry.union("StateServiceResult")]:
        here = context(info)
        request = pb.StateServiceRequest(order_id=given(Kind.ORDER, order_id, "orderId"), statement=statement)
        return await here.clients.ordering.state_service(request, here.token, idempotency_key)  # type: ignore[return-value]

    @strawberry.mutation(description="Record what metered services were used, up to 1,000 records at once.")
    @refusable
    @asks("ordering.RecordUsage")
    async def record_usage(
        self, info: Info[Any, Any], records: list[UsageRecordInput], idempotency_key: str | None = None
    ) -> Annotated[UsageRecorded | Refused, strawberry.union("RecordUsageResult")]:
        here = context(info)
        request = pb.RecordUsageRequest()
        for index, record in enumerate(records):
            fill(request.records.add(), record, {"order_line_id": Kind.ORDER_LINE}, f"records[{index}].")
        return await here.clients.ordering.record_usage(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Book a further session of a line, or move a booking to another slot.")
    @refusable
    @asks("ordering.BookSlot")
    async def book_slot(
        self,
        info: Info[Any, Any],
        order_id: strawberry.ID,
        order_line_id: strawberry.ID,
        slot_id: strawberry.ID,
        idempotency_key: str,
        booking_id: strawberry.ID | None = None,
    ) -> Annotated[Order | Refused, strawberry.union("BookSlotResult")]:
        here = context(info)
        request = pb.BookSlotRequest(
            order_id=given(Kind.ORDER, order_id, "orderId"),
            order_line_id=given(Kind.ORDER_LINE, order_line_id, "orderLineId"),
            slot_id=given(Kind.SLOT, slot_id, "slotId"),
            booking_id=given(Kind.BOOKING, booking_id, "bookingId") if booking_id else "",
        )
        return await here.clients.ordering.book_slot(request, here.token, idempotency_key)  # type: ignore[return-value]

    @strawberry.mutation(
        description="Cancel a booked session, or it and all after it; `validateOnly` answers what it would cost."
    )
    @refusable
    @asks("ordering.CancelSessions")
    async def cancel_sessions(
        self,
        info: Info[Any, Any],
        order_id: strawberry.ID,
        order_line_id: strawberry.ID,
        booking_id: strawberry.ID,
        reason: str,
        idempotency_key: str,
        following: bool = False,
        item: str | None = None,
        validate_only: bool = False,
    ) -> Annotated[Order | Refused, strawberry.union("CancelSessionsResult")]:
        here = context(info)
        request = pb.CancelSessionsRequest(
            order_id=given(Kind.ORDER, order_id, "orderId"),
            order_line_id=given(Kind.ORDER_LINE, order_line_id, "orderLineId"),
            booking_id=given(Kind.BOOKING, booking_id, "bookingId"),
            following=following,
            reason=reason,
            item=item or "",
            validate_only=validate_only,
        )
        return await here.clients.ordering.cancel_sessions(request, here.token, idempotency_key)  # type: ignore[return-value]

    @strawberry.mutation(description="Let a dependant, or the caller, be served instead; before anything was used.")
    @refusable
    @asks("ordering.TransferOrder")
    async def transfer_order(
        self, info: Info[Any, Any], order_id: strawberry.ID, resident_id: strawberry.ID, idempotency_key: str
    ) -> Annotated[Order | Refused, strawberry.union("TransferOrderResult")]:
        here = context(info)
        request = pb.TransferOrderRequest(
            order_id=given(Kind.ORDER, order_id, "orderId"), resident_id=given(Kind.RESIDENT, resident_id, "residentId")
        )
        return await here.clients.ordering.transfer_order(request, here.token, idempotency_key)  # type: ignore[return-value]

    @strawberry.mutation(description="Cancel an order; `validateOnly` answers what it would cost.")
    @refusable
    @asks("ordering.CancelOrder")
    async def cancel_order(
        self,
        info: Info[Any, Any],
        order_id: strawberry.ID,
        reason: str,
        idempotency_key: str | None = None,
        validate_only: bool = False,
    ) -> Annotated[Order | Refused, strawberry.union("CancelOrderResult")]:
        here = context(info)
        request = pb.CancelOrderRequest(
            order_id=given(Kind.ORDER, order_id, "orderId"), reason=reason, validate_only=validate_only
        )
        return await here.clients.ordering.cancel_order(request, here.token, idempotency_key or "")  # type: ignore[return-value]


ENDED = frozenset(map(int, (OrderStatus.CLOSED, OrderStatus.REFUSED, OrderStatus.CANCELLED, OrderStatus.EXPIRED)))


@strawberry.type(description="An order that has just been confirmed and is for the partner to accept.")
class IncomingOrder:
    cursor: str = strawberry.field(description="Go on after it: `incomingOrders(after: …)`.")
    order: Order


@strawberry.type
class Subscription:
    @strawberry.subscription(description="An order as it is now, and again whenever it changes, until it ends.")
    @asks("ordering.GetOrder")
    async def order_status(self, info: Info[Any, Any], order_id: strawberry.ID) -> AsyncGenerator[Order]:
        here = context(info)
        wanted = given(Kind.ORDER, order_id, "orderId")
        request = pb.GetOrderRequest(order_id=wanted)
        subjects = [f"yima.{service}.v1.*.{wanted}" for service in ("ordering", "settlement")]  # its own, its money's
        async with streams.changes(here.nats, *subjects) as changed:
            while True:
                order = await here.clients.ordering.get_order(request, here.token)
                yield order  # type: ignore[misc]
                if int(order.status) in ENDED:
                    return
                await changed()

    @strawberry.subscription(description="The partner's orders as they are confirmed: from now on, or after a cursor.")
    @asks("ordering.AcceptOrder")
    async def incoming_orders(self, info: Info[Any, Any], after: str | None = None) -> AsyncGenerator[IncomingOrder]:
        here = context(info)
        async for told in streams.feed(here, (OrderConfirmed,), after):
            if told.message.partner_id == here.principal.partner_id:
                request = pb.GetOrderRequest(order_id=told.message.order_id)
                order = await here.clients.ordering.get_order(request, here.token)
                yield IncomingOrder(cursor=told.cursor, order=order)  # type: ignore[arg-type]
