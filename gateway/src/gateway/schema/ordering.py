"""Orders, from placing to closing, and how to follow one."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry
from chassis.problems import Problem
from google.protobuf import json_format
from strawberry import ID
from yima.catalog.v1.api_pb2 import PRICE_BASIS_ORDER, PRICE_BASIS_PACKAGE
from yima.catalog.v1.enums import PriceBasis, UnitKind
from yima.common.v1.types_pb2 import Money as MoneyMessage
from yima.identity.v1 import api_pb2 as identity_pb
from yima.ordering.v1 import api_pb2 as pb
from yima.ordering.v1.enums import (
    BookedBy,
    OrderAction,
    OrderParty,
    OrderStatus,
    ProofSource,
    Requirement,
    SeriesEnd,
    TermsDifference,
    WarningKind,
)
from yima.ordering.v1.events_pb2 import OrderConfirmed
from yima.settlement.v1.api_pb2 import PAYMENT_STATUS_AUTHORISING, Payment

from gateway import streams
from gateway.agreeing import agree
from gateway.context import Info
from gateway.errors import refusable, refused, refused_with
from gateway.ids import Kind, parse_global_id, resident_or_caller, shown
from gateway.policy import asks
from gateway.reading import field, reads, shows
from gateway.scalars import DateTime
from gateway.schema.catalog import CancellationRule, Offering, offering_now
from gateway.schema.common import (
    AfterOfFeed,
    Connection,
    Interval,
    IntervalInput,
    Money,
    MoneyInput,
    Node,
    connection,
    page_request,
)
from gateway.schema.inputs import fill, takes, unhex
from gateway.schema.partners import PartnerProfile, profile


@shows(pb.Booking)
class Booking:
    id: ID
    slot_id: ID
    interval: Interval
    booked_by: BookedBy
    agreed_at: DateTime | None = field(
        description="When the resident chose it or agreed to it; null: it waits for them, and costs nothing until then."
    )
    answer_by: DateTime | None = field(
        description="Offered for a session the partner withdrew: cancelled, for nothing, where nobody agrees by then."
    )


@shows(pb.Entitlement)
class Entitlement:
    code: str
    title: str
    kind: UnitKind
    granted: int
    used: int
    given_up: int = field(description="Sessions their resident has cancelled.")
    valid_until: DateTime | None = field(description="Unset until the partner accepts.")


@shows(pb.CancellationTerms, description="What cancelling an order costs its resident, now or when it was done.")
class CancellationTerms:
    possible: bool
    due: Money
    released: Money
    free_until: DateTime | None
    due_once_accepted: Money | None


@shows(pb.OrderWarning)
class OrderWarning:
    kind: WarningKind
    offering_id: ID
    at: DateTime


@shows(pb.OrderLine)
class OrderLine:
    id: ID
    offering_id: ID
    title: str
    offering_revision: int
    quantity: int
    unit_price: Money
    priced_per: PriceBasis = reads(
        pb.OrderLine,
        lambda line, _: line.priced_per or (PRICE_BASIS_PACKAGE if line.entitlements else PRICE_BASIS_ORDER),
        "What the unit price is for; of one unit, the total is what it costs at most.",
    )
    total: Money
    slot_id: ID | None
    consent_needed: bool
    consent_hash: str | None = field(description="Of what it asks of the resident's data.")
    certificate_ids: list[ID]
    proven: bool
    bookings: list[Booking]
    entitlements: list[Entitlement]
    cancellation: list[CancellationRule]
    due: Money
    private_offer_id: ID | None = field(description="The private offer it was ordered by; null: the published price.")
    published_price: Money | None = field(description="What one costs everybody else, where a private offer was used.")
    offering: Offering | None = offering_now("offering_id", "The offering as it is now.")


@shows(pb.ProofOfService)
class ProofOfService:
    id: ID = field(kind=Kind.PROOF)
    order_line_id: ID
    scan_id: ID | None
    practitioner_id: ID | None
    proven_at: DateTime
    source: ProofSource
    item: str | None = field(description="Which of the line's contents; null: the whole line.")
    units: int


@shows(pb.OrderStep)
class OrderStep:
    party: OrderParty
    action: OrderAction
    until: DateTime | None


@asks("settlement.GetPayments")
async def payment_of(self: pb.Order, info: Info) -> Payment | None:
    payment = await info.context.loaders.payments.load(self.id)
    if payment is None or payment.chosen_version >= self.payment_version:
        return payment
    return under_way(payment)


def under_way(payment: Payment) -> Payment:
    """The payment of an order whose resident has chosen another method, of which settlement has not heard yet."""
    now = Payment()
    now.CopyFrom(payment)
    now.status = PAYMENT_STATUS_AUTHORISING
    now.failure = ""
    now.ClearField("next_step")
    return now


@shows(pb.DeskPlacement)
class DeskPlacement:
    scan_id: ID
    practitioner_id: ID
    printed: bool
    agreed_at: DateTime | None = field(description="When the resident agreed to it; null: it waits for their word.")
    by_code: bool


@shows(pb.DeskOrderCode)
class DeskOrderCode:
    expires_at: DateTime
    next_at: DateTime | None = field(
        description="From when on another one may be sent; null: none is sent for this order any more."
    )


@shows(pb.Series)
class OrderSeries:
    first_order_id: ID
    period: int
    periods_max: int
    starts_at: DateTime | None = field(description="When this period begins; null: once the partner accepts the first.")
    ends_at: DateTime | None = field(description="When this period ends; null: it is not accepted yet.")
    changes: list[TermsDifference]
    newest_order_id: ID | None = field(description="The period that was prepared last; null for the partner.")
    next_ready_at: DateTime | None = field(
        description="From when on the next may be paid; null: it is prepared, none follows, or this is not accepted."
    )
    end: SeriesEnd | None = field(description="Why no further period follows; null: the next will be prepared.")
    ended_at: DateTime | None = field(description="Since when none follows.")


@shows(pb.Order)
class Order(Node):
    id: ID = reads(
        pb.Order,
        lambda order, _: shown(Kind.ORDER, order.id) if order.id else "",
        "Empty in a preview, which places nothing.",
    )
    resident_id: ID
    status: OrderStatus
    lines: list[OrderLine]
    total: Money
    waiting_for: list[Requirement]
    deadline: DateTime | None = field(description="When the present state ends by itself.")
    objection_until: DateTime | None = field(
        description="Until when the resident may object to what the partner alone says was given; its money waits."
    )
    contested: bool = field(description="The resident has objected: its money waits for the decision.")
    reason: str | None = field(description="Why it was refused, cancelled or expired, or a payment failed.")
    placed_at: DateTime
    changed_at: DateTime
    proofs: list[ProofOfService]
    consent_problem: str | None = reads(
        pb.Order,
        lambda order, context: context.consent_problems.get(order.id),
        "Why `consentGiven` could not be passed on; the order waits for consent. Null but in such an answer.",
    )
    process: str
    warnings: list[OrderWarning]
    beneficiary_id: ID
    checkout_id: ID | None
    follow_up_id: ID | None
    desk: DeskPlacement | None = field(description="Null: the resident, or who acts for them, placed it.")
    series: OrderSeries | None = field(description="Null: it is one order, and no period follows it.")
    partner: PartnerProfile | None = profile("partner_id")
    next_steps: list[OrderStep]
    cancellation: CancellationTerms | None = field(
        description="What cancelling costs; null where nobody asked for one order alone."
    )
    payment: Payment | None = strawberry.field(
        resolver=payment_of, description="The order's money; null until settlement has heard of it."
    )


@shows(pb.CurrentTerms)
class CurrentTerms:
    offering_id: ID
    offering_revision: int
    consent_hash: str | None = field(description="Of what it asks of the resident's data.")
    unit_price: Money
    total: Money
    differences: list[TermsDifference] = field(description="None: this line is as it was agreed to.")


@strawberry.type(
    description="Nothing was ordered: the terms are not those that were agreed to. Show these and ask again."
)
class TermsChanged:
    code: str = strawberry.field(description="`terms-changed`.")
    message: str = strawberry.field(description="For people: what has changed.")
    field: str | None = strawberry.field(description="The input's field that is not as things are now.")
    total: MoneyMessage = strawberry.field(description="What it costs now: the `expectedTotal` to agree to.")
    lines: list[pb.CurrentTerms]


def terms_changed(problem: Problem) -> TermsChanged:
    """The terms that hold now, of a refusal."""
    now, refusal = json_format.ParseDict(problem.data, pb.TermsChanged()), refused(problem)
    return TermsChanged(
        code=refusal.code, message=refusal.message, field=refusal.field, total=now.total, lines=list(now.lines)
    )


answers_new_terms = refused_with("terms-changed", TermsChanged, terms_changed)


@takes(pb.PlaceOrderLine)
class PlaceOrderLineInput:
    offering_id: ID
    quantity: int = 1
    slot_id: ID | None = None
    slot_ids: list[ID] = strawberry.field(default_factory=list)
    offering_revision: int | None = strawberry.field(
        default=None, description="The terms the resident agrees to; demanded in an order, left out in a cart."
    )
    consent_hash: str | None = strawberry.field(
        default=None, description="Of what the offering asks of the resident's data; demanded where it asks for any."
    )
    private_offer_id: ID | None = strawberry.field(
        default=None, description="The resident's private offer of it, at whose price it is ordered. Not in a cart."
    )


@takes(pb.AgreedTerms)
class AgreedTermsInput:
    offering_id: ID
    offering_revision: int
    consent_hash: str | None = strawberry.field(default=None, description="Where it asks for the resident's data.")


@takes(pb.PlaceOrderRequest, description="An order to place. All lines are of one partner.")
class PlaceOrderInput:
    lines: list[PlaceOrderLineInput]
    resident_id: ID | None = strawberry.field(default=None, description="A dependant; else the caller.")
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
    follow_up_id: ID | None = strawberry.field(
        default=None, description="Which follow-up or referral of the resident's it is booked for."
    )


@takes(pb.PlaceDeskOrderRequest, description="An order at a desk. All lines are of the caller's institution.")
class PlaceDeskOrderInput:
    scan_receipt: str = strawberry.field(
        description="Of the resident's code, printed or not: scanned at the caller's institution, once, just now."
    )
    lines: list[PlaceOrderLineInput]
    expected_total: MoneyInput | None = strawberry.field(
        default=None, description="What the resident was told that it costs; demanded unless `validateOnly`."
    )
    validate_only: bool = strawberry.field(
        default=False,
        description="Answer what would happen, place nothing: the total, revisions and consent hashes to tell.",
    )


@takes(pb.UsageRecord)
class UsageRecordInput:
    key: str = strawberry.field(description="The partner's own; a second record of it counts nothing.")
    order_line_id: ID
    item: str
    units: int = 1
    used_at: DateTime


@shows(pb.UsageOutcome, description="What became of a record.")
class UsageOutcome:
    key: str
    counted: bool
    repeated_before: bool
    refusal: str | None = field(description="Why it does not count.")


@shows(pb.RecordUsageResponse)
class UsageRecorded:
    outcomes: list[UsageOutcome]


@shows(identity_pb.ReleasedContact)
class ReleasedContact:
    name: str
    age: int
    proven: bool
    telephone: str | None
    guardian_names: list[str]
    decision_id: ID


@shows(pb.EligibilityAnswer)
class EligibilityAnswer:
    eligible: bool
    code: str | None
    reason: str | None


@strawberry.type
class Query:
    @strawberry.field(
        description="May a resident, by their age and sex, where they live and what they take part in, order an "
        "offering?"
    )
    @asks("ordering.CheckEligibility")
    async def eligibility(
        self,
        info: Info,
        offering_id: ID,
        resident_id: Annotated[ID | None, strawberry.argument(description="Who is served; null: the caller.")] = None,
    ) -> pb.EligibilityAnswer:
        context = info.context
        request = pb.CheckEligibilityRequest(
            offering_id=parse_global_id(Kind.OFFERING, offering_id, "offeringId"),
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId") if resident_id else "",
        )
        return await context.clients.ordering.check_eligibility(request, context.token)

    @strawberry.field(description="One order.")
    @asks("ordering.GetOrder")
    async def order(self, info: Info, id: ID) -> pb.Order:
        context = info.context
        request = pb.GetOrderRequest(order_id=parse_global_id(Kind.ORDER, id, "id"))
        return await context.clients.ordering.get_order(request, context.token)

    @strawberry.field(
        description="Who comes, for the partner of an order that is confirmed and not over, whose consent covers"
        " `contact`. The resident reads in their access log that it was released, and to whom."
    )
    @asks("ordering.GetOrder", "identity.ReleaseContact")
    async def order_contact(
        self,
        info: Info,
        order_id: ID,
        purpose: Annotated[
            str | None, strawberry.argument(description="As the consent says it; TREAT if not given.")
        ] = None,
    ) -> identity_pb.ReleasedContact:
        context = info.context
        request = pb.GetOrderRequest(order_id=parse_global_id(Kind.ORDER, order_id, "orderId"))
        order = await context.clients.ordering.get_order(request, context.token)
        release = identity_pb.ReleaseContactRequest(
            resident_id=order.beneficiary_id or order.resident_id, purpose=purpose or ""
        )
        return await context.clients.identity.release_contact(release, context.token)

    @strawberry.field(description="The caller's orders, newest first; only those that every filter lets through.")
    @asks("ordering.ListOrders")
    async def orders(
        self,
        info: Info,
        status: OrderStatus | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        resident_id: Annotated[ID | None, strawberry.argument(description="Whose they are, or who is served.")] = None,
        partner_id: ID | None = None,
        offering_id: Annotated[ID | None, strawberry.argument(description="One of the lines is of it.")] = None,
        placed: Annotated[IntervalInput | None, strawberry.argument(description="Placed within it.")] = None,
        sessions: Annotated[
            IntervalInput | None, strawberry.argument(description="With a booked session that begins within it.")
        ] = None,
        waits_for: Annotated[
            OrderParty | None, strawberry.argument(description="This party has to do something: see `nextSteps`.")
        ] = None,
    ) -> Connection[pb.Order]:
        context = info.context
        request = pb.ListOrdersRequest(
            status=status,
            page=page_request(first, after, last, before),
            resident_id=resident_or_caller(resident_id),
            partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId") if partner_id else "",
            offering_id=parse_global_id(Kind.OFFERING, offering_id, "offeringId") if offering_id else "",
            placed=placed.message() if placed else None,
            sessions=sessions.message() if sessions else None,
            waits_for=waits_for,
        )
        answer = await context.clients.ordering.list_orders(request, context.token)
        return connection(answer.orders, answer.page)

    @strawberry.field(description="This slot and the later ones at its weekday and time of the city's clock.")
    @asks("ordering.ListSlotsAlike")
    async def slots_alike(self, info: Info, slot_id: ID, weeks: int) -> list[pb.FreePlace]:
        request = pb.ListSlotsAlikeRequest(slot_id=parse_global_id(Kind.SLOT, slot_id, "slotId"), weeks=weeks)
        return list((await info.context.clients.ordering.list_slots_alike(request)).places)


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Place an order. It is confirmed once money, consent and slot are in.")
    @refusable
    @answers_new_terms
    @asks("ordering.PlaceOrder", "consent.AgreeToOrder")
    async def place_order(
        self,
        info: Info,
        input: Annotated[PlaceOrderInput, strawberry.argument(description="The order.")],
        idempotency_key: str,
    ) -> pb.Order:
        context = info.context
        request = fill(pb.PlaceOrderRequest(), input)
        order = await context.clients.ordering.place_order(request, context.token, idempotency_key)
        if input.consent_given:
            await agree(context, order, [line.consent_hash for line in request.lines])
        return order

    @strawberry.mutation(
        description="Order at a desk for the resident whose code was scanned there; it waits for their word."
    )
    @refusable
    @answers_new_terms
    @asks("ordering.PlaceDeskOrder")
    async def place_desk_order(
        self,
        info: Info,
        input: Annotated[PlaceDeskOrderInput, strawberry.argument(description="The order.")],
        idempotency_key: str,
    ) -> pb.Order:
        context = info.context
        request = fill(pb.PlaceDeskOrderRequest(), input)
        return await context.clients.ordering.place_desk_order(request, context.token, idempotency_key)

    @strawberry.mutation(description="Agree, as the resident or their guardian, to an order that a desk placed.")
    @refusable
    @asks("ordering.AgreeToDeskOrder", "consent.AgreeToOrder")
    async def agree_to_desk_order(
        self,
        info: Info,
        order_id: ID,
        consent_hashes: Annotated[
            list[str] | None,
            strawberry.argument(
                description="Of what it asks of the resident's data, where they agree to that, too; or grant it later."
            ),
        ] = None,
        idempotency_key: str | None = None,
    ) -> pb.Order:
        context = info.context
        request = pb.AgreeToDeskOrderRequest(order_id=parse_global_id(Kind.ORDER, order_id, "orderId"))
        hashes = [unhex(digits, f"consentHashes[{index}]") for index, digits in enumerate(consent_hashes or [])]
        order = await context.clients.ordering.agree_to_desk_order(request, context.token, idempotency_key or "")
        await agree(context, order, hashes)
        return order

    @strawberry.mutation(
        description="Send who a desk ordered for a text message: what it is, where, what it costs, and a code to tell."
    )
    @refusable
    @asks("ordering.SendDeskOrderCode")
    async def send_desk_order_code(self, info: Info, order_id: ID, idempotency_key: str) -> pb.DeskOrderCode:
        context = info.context
        request = pb.SendDeskOrderCodeRequest(order_id=parse_global_id(Kind.ORDER, order_id, "orderId"))
        return await context.clients.ordering.send_desk_order_code(request, context.token, idempotency_key)

    @strawberry.mutation(
        description="Give the word of who a desk ordered for, by the code that they had by text message and told you."
    )
    @refusable
    @asks("ordering.AgreeToDeskOrderByCode")
    async def agree_to_desk_order_by_code(
        self,
        info: Info,
        order_id: ID,
        code: Annotated[str, strawberry.argument(description="Six digits; blanks do not matter.")],
        idempotency_key: str | None = None,
    ) -> pb.Order:
        context = info.context
        request = pb.AgreeToDeskOrderByCodeRequest(order_id=parse_global_id(Kind.ORDER, order_id, "orderId"), code=code)
        return await context.clients.ordering.agree_to_desk_order_by_code(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Say that it was not you for whom a desk ordered: it is cancelled, and the partner answers for it."
    )
    @refusable
    @asks("ordering.DisownDeskOrder")
    async def disown_desk_order(
        self,
        info: Info,
        order_id: ID,
        text: Annotated[str, strawberry.argument(description="What the institution and the operator read.")],
        idempotency_key: str,
    ) -> pb.Order:
        context = info.context
        request = pb.DisownDeskOrderRequest(order_id=parse_global_id(Kind.ORDER, order_id, "orderId"), text=text)
        return await context.clients.ordering.disown_desk_order(request, context.token, idempotency_key)

    @strawberry.mutation(
        description="Let no further period follow an order that is paid by the period; what was paid runs to its end."
    )
    @refusable
    @asks("ordering.StopSeries")
    async def stop_series(self, info: Info, order_id: ID, idempotency_key: str | None = None) -> pb.Order:
        context = info.context
        request = pb.StopSeriesRequest(order_id=parse_global_id(Kind.ORDER, order_id, "orderId"))
        return await context.clients.ordering.stop_series(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Choose how a placed order is paid.")
    @refusable
    @asks("ordering.PayOrder")
    async def pay_order(self, info: Info, order_id: ID, payment_method: str, idempotency_key: str) -> pb.Order:
        context = info.context
        request = pb.PayOrderRequest(
            order_id=parse_global_id(Kind.ORDER, order_id, "orderId"), payment_method=payment_method
        )
        return await context.clients.ordering.pay_order(request, context.token, idempotency_key)

    @strawberry.mutation(description="Accept a confirmed order on the partner's behalf.")
    @refusable
    @asks("ordering.AcceptOrder")
    async def accept_order(self, info: Info, order_id: ID, idempotency_key: str | None = None) -> pb.Order:
        context = info.context
        request = pb.AcceptOrderRequest(order_id=parse_global_id(Kind.ORDER, order_id, "orderId"))
        return await context.clients.ordering.accept_order(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Refuse a confirmed order on the partner's behalf.")
    @refusable
    @asks("ordering.RefuseOrder")
    async def refuse_order(self, info: Info, order_id: ID, reason: str, idempotency_key: str | None = None) -> pb.Order:
        context = info.context
        request = pb.RefuseOrderRequest(order_id=parse_global_id(Kind.ORDER, order_id, "orderId"), reason=reason)
        return await context.clients.ordering.refuse_order(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Prove a service with the receipt of a scan; name its line where several are open."
    )
    @refusable
    @asks("ordering.ProveService")
    async def prove_service(
        self,
        info: Info,
        order_id: ID,
        scan_receipt: str,
        idempotency_key: str,
        order_line_id: ID | None = None,
        item: str | None = None,
    ) -> pb.Order:
        context = info.context
        request = pb.ProveServiceRequest(
            order_id=parse_global_id(Kind.ORDER, order_id, "orderId"),
            order_line_id=parse_global_id(Kind.ORDER_LINE, order_line_id, "orderLineId") if order_line_id else "",
            scan_receipt=scan_receipt,
            item=item or "",
        )
        return await context.clients.ordering.prove_service(request, context.token, idempotency_key)

    @strawberry.mutation(description="Declare a proven order fulfilled; its money is then taken and split.")
    @refusable
    @asks("ordering.FulfilOrder")
    async def fulfil_order(self, info: Info, order_id: ID, idempotency_key: str | None = None) -> pb.Order:
        context = info.context
        request = pb.FulfilOrderRequest(order_id=parse_global_id(Kind.ORDER, order_id, "orderId"))
        return await context.clients.ordering.fulfil_order(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Confirm, as the resident or their guardian, that a service was given.")
    @refusable
    @asks("ordering.ConfirmService")
    async def confirm_service(
        self,
        info: Info,
        order_id: ID,
        idempotency_key: str,
        order_line_id: ID | None = None,
        item: str | None = None,
    ) -> pb.Order:
        context = info.context
        request = pb.ConfirmServiceRequest(
            order_id=parse_global_id(Kind.ORDER, order_id, "orderId"),
            order_line_id=parse_global_id(Kind.ORDER_LINE, order_line_id, "orderLineId") if order_line_id else "",
            item=item or "",
        )
        return await context.clients.ordering.confirm_service(request, context.token, idempotency_key)

    @strawberry.mutation(description="State, signed with the partner's key, that a service was given.")
    @refusable
    @asks("ordering.StateService")
    async def state_service(self, info: Info, order_id: ID, statement: str, idempotency_key: str) -> pb.Order:
        context = info.context
        request = pb.StateServiceRequest(order_id=parse_global_id(Kind.ORDER, order_id, "orderId"), statement=statement)
        return await context.clients.ordering.state_service(request, context.token, idempotency_key)

    @strawberry.mutation(description="Record what metered services were used, up to 1,000 records at once.")
    @refusable
    @asks("ordering.RecordUsage")
    async def record_usage(
        self, info: Info, records: list[UsageRecordInput], idempotency_key: str | None = None
    ) -> pb.RecordUsageResponse:
        context = info.context
        request = pb.RecordUsageRequest()
        for index, record in enumerate(records):
            fill(request.records.add(), record, f"records[{index}].")
        return await context.clients.ordering.record_usage(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Book a further session of a line, or move a booking to another slot.")
    @refusable
    @asks("ordering.BookSlot")
    async def book_slot(
        self,
        info: Info,
        order_id: ID,
        order_line_id: ID,
        slot_id: ID,
        idempotency_key: str,
        booking_id: ID | None = None,
    ) -> pb.Order:
        context = info.context
        request = pb.BookSlotRequest(
            order_id=parse_global_id(Kind.ORDER, order_id, "orderId"),
            order_line_id=parse_global_id(Kind.ORDER_LINE, order_line_id, "orderLineId"),
            slot_id=parse_global_id(Kind.SLOT, slot_id, "slotId"),
            booking_id=parse_global_id(Kind.BOOKING, booking_id, "bookingId") if booking_id else "",
        )
        return await context.clients.ordering.book_slot(request, context.token, idempotency_key)

    @strawberry.mutation(
        description="Agree to sessions that the partner booked or moved, by their ids as they were shown."
    )
    @refusable
    @asks("ordering.AgreeToSessions")
    async def agree_to_sessions(
        self, info: Info, order_id: ID, booking_ids: list[ID], idempotency_key: str
    ) -> pb.Order:
        context = info.context
        request = pb.AgreeToSessionsRequest(
            order_id=parse_global_id(Kind.ORDER, order_id, "orderId"),
            booking_ids=[
                parse_global_id(Kind.BOOKING, booking_id, f"bookingIds[{index}]")
                for index, booking_id in enumerate(booking_ids)
            ],
        )
        return await context.clients.ordering.agree_to_sessions(request, context.token, idempotency_key)

    @strawberry.mutation(
        description="Cancel a booked session, or it and all after it; `validateOnly` answers what it would cost."
    )
    @refusable
    @asks("ordering.CancelSessions")
    async def cancel_sessions(
        self,
        info: Info,
        order_id: ID,
        order_line_id: ID,
        booking_id: ID,
        reason: str,
        idempotency_key: str,
        following: bool = False,
        item: str | None = None,
        validate_only: bool = False,
    ) -> pb.Order:
        context = info.context
        request = pb.CancelSessionsRequest(
            order_id=parse_global_id(Kind.ORDER, order_id, "orderId"),
            order_line_id=parse_global_id(Kind.ORDER_LINE, order_line_id, "orderLineId"),
            booking_id=parse_global_id(Kind.BOOKING, booking_id, "bookingId"),
            following=following,
            reason=reason,
            item=item or "",
            validate_only=validate_only,
        )
        return await context.clients.ordering.cancel_sessions(request, context.token, idempotency_key)

    @strawberry.mutation(description="Let a dependant, or the caller, be served instead; before anything was used.")
    @refusable
    @asks("ordering.TransferOrder")
    async def transfer_order(self, info: Info, order_id: ID, resident_id: ID, idempotency_key: str) -> pb.Order:
        context = info.context
        request = pb.TransferOrderRequest(
            order_id=parse_global_id(Kind.ORDER, order_id, "orderId"),
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId"),
        )
        return await context.clients.ordering.transfer_order(request, context.token, idempotency_key)

    @strawberry.mutation(description="Cancel an order; `validateOnly` answers what it would cost.")
    @refusable
    @asks("ordering.CancelOrder")
    async def cancel_order(
        self,
        info: Info,
        order_id: ID,
        reason: str,
        idempotency_key: str | None = None,
        validate_only: bool = False,
    ) -> pb.Order:
        context = info.context
        request = pb.CancelOrderRequest(
            order_id=parse_global_id(Kind.ORDER, order_id, "orderId"), reason=reason, validate_only=validate_only
        )
        return await context.clients.ordering.cancel_order(request, context.token, idempotency_key or "")


ENDED = frozenset((OrderStatus.CLOSED, OrderStatus.REFUSED, OrderStatus.CANCELLED, OrderStatus.EXPIRED))


@strawberry.type(description="An order that has just been confirmed and is for the partner to accept.")
class IncomingOrder:
    cursor: str = strawberry.field(description="Go on after it: `incomingOrders(after: …)`.")
    order: pb.Order


@strawberry.type
class Subscription:
    @strawberry.subscription(description="An order as it is now, and again whenever it changes, until it ends.")
    @asks("ordering.GetOrder")
    async def order_status(self, info: Info, order_id: ID) -> AsyncGenerator[pb.Order]:
        context = info.context
        internal_id = parse_global_id(Kind.ORDER, order_id, "orderId")
        request = pb.GetOrderRequest(order_id=internal_id)
        subjects = [
            f"yima.{service}.v1.*.{internal_id}" for service in ("ordering", "settlement")
        ]  # its own, its money's
        async with streams.changes(context.nats, *subjects) as changed:
            while True:
                order = await context.clients.ordering.get_order(request, context.token)
                yield order
                if order.status in ENDED:
                    return
                await changed()

    @strawberry.subscription(description="The partner's orders as they are confirmed: from now on, or after a cursor.")
    @asks("ordering.AcceptOrder")
    async def incoming_orders(self, info: Info, after: AfterOfFeed = None) -> AsyncGenerator[IncomingOrder]:
        context = info.context
        async for event in streams.feed(context, (OrderConfirmed,), after):
            if event.message.partner_id == context.principal.partner_id:
                request = pb.GetOrderRequest(order_id=event.message.order_id)
                order = await context.clients.ordering.get_order(request, context.token)
                yield IncomingOrder(cursor=event.cursor, order=order)
