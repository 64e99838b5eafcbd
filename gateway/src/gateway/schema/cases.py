"""Carts of several partners' services, reviews of what was served, and complaints."""

import asyncio
from typing import Annotated

import strawberry
from chassis.refusals import Invalid
from strawberry import ID
from yima.ordering.v1 import api_pb2 as pb
from yima.ordering.v1.enums import ComplaintStatus, ReviewStatus

from gateway.agreeing import agree
from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id, resident_or_caller
from gateway.policy import asks
from gateway.reading import field, shows
from gateway.scalars import DateTime
from gateway.schema.catalog import Offering, offering_now
from gateway.schema.common import Connection, Money, MoneyInput, connection, page_request
from gateway.schema.inputs import fill
from gateway.schema.ordering import AgreedTermsInput, Order, PlaceOrderLineInput, answers_new_terms
from gateway.schema.partners import PartnerProfile, profile


@shows(pb.PlaceOrderLine, description="A line of a cart. Nothing is held by it.")
class CartLine:
    quantity: int
    slot_id: ID | None = field(description="The slot booked.")
    offering: Offering | None = offering_now("offering_id", "The offering as it is now.")


@shows(pb.Cart, description="What a resident means to order, of one partner or several.")
class Cart:
    resident_id: ID
    lines: list[CartLine]
    version: int


@shows(pb.CheckOutResponse, description="What a cart became: an order a partner.")
class Checkout:
    checkout_id: ID | None = field(description="Null in a preview.")
    orders: list[Order]
    total: Money


@shows(pb.Review, description="What a resident thought of a service they were given.")
class Review:
    id: ID
    rating: int
    text: str | None = field(description="Shown once the operator has let it pass.")
    status: ReviewStatus
    reviewed_at: DateTime
    offering: Offering | None = offering_now("offering_id", "The offering as it is now.")


@shows(pb.Complaint)
class Complaint:
    id: ID
    order_id: ID
    resident_id: ID
    status: ComplaintStatus
    text: str
    answer: str | None = field(description="What the partner said to it.")
    decision: str | None = field(description="What was decided, and why.")
    upheld: bool
    opened_at: DateTime
    answer_by: DateTime
    escalated: bool
    not_given: bool = field(description="It says that what the partner states was not given.")
    partner: PartnerProfile | None = profile("partner_id")


@strawberry.type
class Query:
    @strawberry.field(description="The caller's cart.")
    @asks("ordering.GetCart")
    async def cart(self, info: Info) -> pb.Cart:
        context = info.context
        return await context.clients.ordering.get_cart(pb.GetCartRequest(), context.token)

    @strawberry.field(description="An offering's reviews, newest first.")
    @asks("ordering.ListReviews")
    async def reviews(
        self,
        info: Info,
        offering_id: ID,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.Review]:
        internal_id = parse_global_id(Kind.OFFERING, offering_id, "offeringId")
        request = pb.ListReviewsRequest(offering_id=internal_id, page=page_request(first, after, last, before))
        answer = await info.context.clients.ordering.list_reviews(request)
        return connection(answer.reviews, answer.page)

    @strawberry.field(description="Reviews whose text waits for a decision, oldest first.")
    @asks("ordering.ListUndecidedReviews")
    async def undecided_reviews(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.Review]:
        context = info.context
        request = pb.ListUndecidedReviewsRequest(page=page_request(first, after, last, before))
        answer = await context.clients.ordering.list_undecided_reviews(request, context.token)
        return connection(answer.reviews, answer.page)

    @strawberry.field(description="Complaints: one's own, the partner's, or all; newest first.")
    @asks("ordering.ListComplaints")
    async def complaints(
        self,
        info: Info,
        status: ComplaintStatus | None = None,
        escalated_only: bool = False,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.Complaint]:
        context = info.context
        request = pb.ListComplaintsRequest(
            status=status,
            escalated_only=escalated_only,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.ordering.list_complaints(request, context.token)
        return connection(answer.complaints, answer.page)


def a_version(version: int) -> int:
    """A cart's version as given; the contracts have no place for one below 0."""
    if version < 0:
        raise Invalid("version", "must be 0 or more")
    return version


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Replace what is in the caller's cart.")
    @refusable
    @asks("ordering.PutCart")
    async def put_cart(
        self,
        info: Info,
        lines: list[PlaceOrderLineInput],
        version: int,
        resident_id: ID | None = None,
        idempotency_key: str | None = None,
    ) -> pb.Cart:
        context = info.context
        request = pb.PutCartRequest(
            resident_id=resident_or_caller(resident_id),
            version=a_version(version),
        )
        for index, line in enumerate(lines):
            fill(request.lines.add(), line, f"lines[{index}].")
        return await context.clients.ordering.put_cart(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Order what is in the cart: an order a partner, all of them or none.")
    @refusable
    @answers_new_terms
    @asks("ordering.CheckOut", "consent.AgreeToOrder")
    async def check_out(
        self,
        info: Info,
        version: int,
        idempotency_key: str,
        payment_method: str | None = None,
        consent_given: bool = False,
        validate_only: bool = False,
        expected_total: MoneyInput | None = None,
        agreed: Annotated[
            list[AgreedTermsInput] | None,
            strawberry.argument(description="The terms of each offering in the cart; demanded unless `validateOnly`."),
        ] = None,
    ) -> pb.CheckOutResponse:
        context = info.context
        request = pb.CheckOutRequest(
            version=a_version(version),
            payment_method=payment_method or "",
            consent_given=consent_given,
            validate_only=validate_only,
            expected_total=expected_total.message("expected_total") if expected_total else None,
        )
        for index, agreement in enumerate(agreed or []):
            fill(request.agreed.add(), agreement, f"agreed[{index}].")
        checkout = await context.clients.ordering.check_out(request, context.token, idempotency_key)
        if consent_given and not validate_only:
            hashes = [agreement.consent_hash for agreement in request.agreed]
            await asyncio.gather(*(agree(context, order, hashes) for order in checkout.orders))
        return checkout

    @strawberry.mutation(description="Review a line that was served; once.")
    @refusable
    @asks("ordering.ReviewService")
    async def review_service(
        self,
        info: Info,
        order_id: ID,
        order_line_id: ID,
        rating: int,
        idempotency_key: str,
        text: str | None = None,
    ) -> pb.Review:
        context = info.context
        request = pb.ReviewServiceRequest(
            order_id=parse_global_id(Kind.ORDER, order_id, "orderId"),
            order_line_id=parse_global_id(Kind.ORDER_LINE, order_line_id, "orderLineId"),
            rating=rating,
            text=text or "",
        )
        return await context.clients.ordering.review_service(request, context.token, idempotency_key)

    @strawberry.mutation(description="Let a review's text be shown, or withhold it.")
    @refusable
    @asks("ordering.DecideReviewText")
    async def decide_review_text(
        self, info: Info, review_id: ID, published: bool, idempotency_key: str | None = None
    ) -> pb.Review:
        context = info.context
        internal_id = parse_global_id(Kind.REVIEW, review_id, "reviewId")
        request = pb.DecideReviewTextRequest(review_id=internal_id, published=published)
        return await context.clients.ordering.decide_review_text(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Complain about an order: opens a case the partner must answer in time.")
    @refusable
    @asks("ordering.Complain")
    async def complain(
        self,
        info: Info,
        order_id: ID,
        text: str,
        idempotency_key: str,
        not_given: Annotated[
            bool,
            strawberry.argument(
                description="What the partner says was given was not; while `objectionUntil` is to come, money waits."
            ),
        ] = False,
    ) -> pb.Complaint:
        context = info.context
        order = parse_global_id(Kind.ORDER, order_id, "orderId")
        request = pb.ComplainRequest(order_id=order, text=text, not_given=not_given)
        return await context.clients.ordering.complain(request, context.token, idempotency_key)

    @strawberry.mutation(description="Answer a complaint on the partner's behalf.")
    @refusable
    @asks("ordering.AnswerComplaint")
    async def answer_complaint(
        self, info: Info, complaint_id: ID, answer: str, idempotency_key: str | None = None
    ) -> pb.Complaint:
        context = info.context
        request = pb.AnswerComplaintRequest(
            complaint_id=parse_global_id(Kind.COMPLAINT, complaint_id, "complaintId"), answer=answer
        )
        return await context.clients.ordering.answer_complaint(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Decide a complaint that was answered, or whose time to answer is over.")
    @refusable
    @asks("ordering.DecideComplaint")
    async def decide_complaint(
        self,
        info: Info,
        complaint_id: ID,
        upheld: bool,
        decision: str,
        idempotency_key: str | None = None,
    ) -> pb.Complaint:
        context = info.context
        request = pb.DecideComplaintRequest(
            complaint_id=parse_global_id(Kind.COMPLAINT, complaint_id, "complaintId"), upheld=upheld, decision=decision
        )
        return await context.clients.ordering.decide_complaint(request, context.token, idempotency_key or "")
