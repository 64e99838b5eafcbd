"""Carts of several partners' services, reviews of what was served, and complaints."""

import asyncio
from enum import IntEnum
from typing import Annotated, Any

import strawberry
from chassis.refusals import Invalid
from strawberry.types import Info
from yima.ordering.v1 import api_pb2 as pb

from gateway.agreeing import agree
from gateway.context import context
from gateway.errors import Refused, refusable
from gateway.ids import Kind, given
from gateway.policy import asks
from gateway.reading import shows
from gateway.schema.catalog import Offering, offering_now
from gateway.schema.inputs import fill
from gateway.schema.ordering import (
    IDS,
    AgreedTermsInput,
    Order,
    PlaceOrderLineInput,
    TermsChanged,
    answers_new_terms,
)
from gateway.schema.partners import PartnerProfile, profile
from gateway.schema.scalars import (
    Connection,
    DateTime,
    Money,
    MoneyInput,
    connection,
    page_request,
    text_or_none,
    typed_id,
    typed_id_or_none,
)


@strawberry.enum(description="Whether a review's text is shown. Its rating counts at once.")
class ReviewStatus(IntEnum):
    PENDING = 1
    PUBLISHED = 2
    WITHHELD = 3


@strawberry.enum(description="Where a complaint stands.")
class ComplaintStatus(IntEnum):
    OPEN = 1
    ANSWERED = 2
    DECIDED = 3


@strawberry.type(description="A line of a cart. Nothing is held by it.")
class CartLine:
    quantity: int
    slot_id: strawberry.ID | None = typed_id_or_none(Kind.SLOT, "slot_id")

    offering: Offering | None = offering_now("offering_id", "The offering as it is now.")


@strawberry.type(description="What a resident means to order, of one partner or several.")
@shows(pb.Cart)
class Cart:
    resident_id: strawberry.ID = typed_id(Kind.RESIDENT, "resident_id")
    lines: list[CartLine]
    version: int


@strawberry.type(description="What a cart became: an order a partner.")
@shows(pb.CheckOutResponse)
class Checkout:
    checkout_id: strawberry.ID | None = typed_id_or_none(Kind.CHECKOUT, "checkout_id", "Null in a preview.")
    orders: list[Order]
    total: Money


@strawberry.type(description="What a resident thought of a service they were given.")
@shows(pb.Review)
class Review:
    id: strawberry.ID = typed_id(Kind.REVIEW)
    rating: int
    text: str | None = text_or_none("text", "Shown once the operator has let it pass.")
    status: ReviewStatus
    reviewed_at: DateTime

    offering: Offering | None = offering_now("offering_id", "The offering as it is now.")


@strawberry.type(description="A complaint: a case with a deadline, which operator and regulator see.")
@shows(pb.Complaint)
class Complaint:
    id: strawberry.ID = typed_id(Kind.COMPLAINT)
    order_id: strawberry.ID = typed_id(Kind.ORDER, "order_id")
    resident_id: strawberry.ID = typed_id(Kind.RESIDENT, "resident_id")
    status: ComplaintStatus
    text: str
    answer: str | None = text_or_none("answer", "What the partner said to it.")
    decision: str | None = text_or_none("decision", "What was decided, and why.")
    upheld: bool
    opened_at: DateTime
    answer_by: DateTime
    escalated: bool
    not_given: bool = strawberry.field(description="It says that what the partner states was not given.")

    partner: PartnerProfile | None = profile("partner_id")


@strawberry.type
class Query:
    @strawberry.field(description="The caller's cart.")
    @asks("ordering.GetCart")
    async def cart(self, info: Info[Any, Any]) -> Cart:
        here = context(info)
        return await here.clients.ordering.get_cart(pb.GetCartRequest(), here.token)  # type: ignore[return-value]

    @strawberry.field(description="An offering's reviews, newest first.")
    @asks("ordering.ListReviews")
    async def reviews(
        self, info: Info[Any, Any], offering_id: strawberry.ID, first: int | None = None, after: str | None = None
    ) -> Connection[Review]:
        wanted = given(Kind.OFFERING, offering_id, "offeringId")
        request = pb.ListReviewsRequest(offering_id=wanted, page=page_request(first, after))
        found = await context(info).clients.ordering.list_reviews(request)
        return connection(found.reviews, found.page, after)  # type: ignore[no-any-return]

    @strawberry.field(description="Reviews whose text waits for a decision, oldest first.")
    @asks("ordering.ListUndecidedReviews")
    async def undecided_reviews(
        self, info: Info[Any, Any], first: int | None = None, after: str | None = None
    ) -> Connection[Review]:
        here = context(info)
        request = pb.ListUndecidedReviewsRequest(page=page_request(first, after))
        found = await here.clients.ordering.list_undecided_reviews(request, here.token)
        return connection(found.reviews, found.page, after)  # type: ignore[no-any-return]

    @strawberry.field(description="Complaints: one's own, the partner's, or all; newest first.")
    @asks("ordering.ListComplaints")
    async def complaints(
        self,
        info: Info[Any, Any],
        status: ComplaintStatus | None = None,
        escalated_only: bool = False,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Complaint]:
        here = context(info)
        request = pb.ListComplaintsRequest(
            status=status or 0,  # type: ignore[arg-type]
            escalated_only=escalated_only,
            page=page_request(first, after),
        )
        found = await here.clients.ordering.list_complaints(request, here.token)
        return connection(found.complaints, found.page, after)  # type: ignore[no-any-return]


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
        info: Info[Any, Any],
        lines: list[PlaceOrderLineInput],
        version: int,
        resident_id: strawberry.ID | None = None,
        idempotency_key: str | None = None,
    ) -> Annotated[Cart | Refused, strawberry.union("PutCartResult")]:
        here = context(info)
        request = pb.PutCartRequest(
            resident_id=given(Kind.RESIDENT, resident_id, "residentId") if resident_id else "",
            version=a_version(version),
        )
        for index, line in enumerate(lines):
            fill(request.lines.add(), line, IDS, f"lines[{index}].")
        return await here.clients.ordering.put_cart(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Order what is in the cart: an order a partner, all of them or none.")
    @refusable
    @answers_new_terms
    @asks("ordering.CheckOut", "consent.AgreeToOrder")
    async def check_out(
        self,
        info: Info[Any, Any],
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
    ) -> Annotated[Checkout | TermsChanged | Refused, strawberry.union("CheckOutResult")]:
        here = context(info)
        request = pb.CheckOutRequest(
            version=a_version(version),
            payment_method=payment_method or "",
            consent_given=consent_given,
            validate_only=validate_only,
            expected_total=expected_total.message("expected_total") if expected_total else None,
        )
        for index, one in enumerate(agreed or []):
            fill(request.agreed.add(), one, IDS, f"agreed[{index}].")
        made = await here.clients.ordering.check_out(request, here.token, idempotency_key)
        if consent_given and not validate_only:
            hashes = [one.consent_hash for one in request.agreed]
            await asyncio.gather(*(agree(here, order, hashes) for order in made.orders))
        return made  # type: ignore[return-value]

    @strawberry.mutation(description="Review a line that was served; once.")
    @refusable
    @asks("ordering.ReviewService")
    async def review_service(
        self,
        info: Info[Any, Any],
        order_id: strawberry.ID,
        order_line_id: strawberry.ID,
        rating: int,
        idempotency_key: str,
        text: str | None = None,
    ) -> Annotated[Review | Refused, strawberry.union("ReviewServiceResult")]:
        here = context(info)
        request = pb.ReviewServiceRequest(
            order_id=given(Kind.ORDER, order_id, "orderId"),
            order_line_id=given(Kind.ORDER_LINE, order_line_id, "orderLineId"),
            rating=rating,
            text=text or "",
        )
        return await here.clients.ordering.review_service(request, here.token, idempotency_key)  # type: ignore[return-value]

    @strawberry.mutation(description="Let a review's text be shown, or withhold it.")
    @refusable
    @asks("ordering.DecideReviewText")
    async def decide_review_text(
        self, info: Info[Any, Any], review_id: strawberry.ID, published: bool, idempotency_key: str | None = None
    ) -> Annotated[Review | Refused, strawberry.union("DecideReviewTextResult")]:
        here = context(info)
        wanted = given(Kind.REVIEW, review_id, "reviewId")
        request = pb.DecideReviewTextRequest(review_id=wanted, published=published)
        return await here.clients.ordering.decide_review_text(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Complain about an order: opens a case the partner must answer in time.")
    @refusable
    @asks("ordering.Complain")
    async def complain(
        self,
        info: Info[Any, Any],
        order_id: strawberry.ID,
        text: str,
        idempotency_key: str,
        not_given: Annotated[
            bool,
            strawberry.argument(
                description="What the partner says was given was not; while `objectionUntil` is to come, money waits."
            ),
        ] = False,
    ) -> Annotated[Complaint | Refused, strawberry.union("ComplainResult")]:
        here = context(info)
        order = given(Kind.ORDER, order_id, "orderId")
        request = pb.ComplainRequest(order_id=order, text=text, not_given=not_given)
        return await here.clients.ordering.complain(request, here.token, idempotency_key)  # type: ignore[return-value]

    @strawberry.mutation(description="Answer a complaint on the partner's behalf.")
    @refusable
    @asks("ordering.AnswerComplaint")
    async def answer_complaint(
        self, info: Info[Any, Any], complaint_id: strawberry.ID, answer: str, idempotency_key: str | None = None
    ) -> Annotated[Complaint | Refused, strawberry.union("AnswerComplaintResult")]:
        here = context(info)
        request = pb.AnswerComplaintRequest(
            complaint_id=given(Kind.COMPLAINT, complaint_id, "complaintId"), answer=answer
        )
        return await here.clients.ordering.answer_complaint(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Decide a complaint that was answered, or whose time to answer is over.")
    @refusable
    @asks("ordering.DecideComplaint")
    async def decide_complaint(
        self,
        info: Info[Any, Any],
        complaint_id: strawberry.ID,
        upheld: bool,
        decision: str,
        idempotency_key: str | None = None,
    ) -> Annotated[Complaint | Refused, strawberry.union("DecideComplaintResult")]:
        here = context(info)
        request = pb.DecideComplaintRequest(
            complaint_id=given(Kind.COMPLAINT, complaint_id, "complaintId"), upheld=upheld, decision=decision
        )
        return await here.clients.ordering.decide_complaint(request, here.token, idempotency_key or "")  # type: ignore[return-value]
