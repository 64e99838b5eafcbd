"""Reviews and complaints over HTTP."""

from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.wire import timestamp
from yima.ordering.v1 import api_pb2 as pb

from ordering.api.served import ACTORS, api, visibility_of, visibility_with_paid
from ordering.commands import cases
from ordering.resources import Resources
from ordering.store import cases as store
from ordering.tables import ComplaintRow, ReviewRow


@api.serves
async def review_service(request: pb.ReviewServiceRequest, call: Call[Resources]) -> pb.Review:
    row = await cases.review_service(
        call.session,
        order_id=parse_id(request.order_id, "order_id"),
        line_id=request.order_line_id,
        stars=request.rating,
        text=request.text,
        visibility=visibility_of(call.principal),
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return to_review(row, with_text=True)


@api.serves
async def list_reviews(request: pb.ListReviewsRequest, call: Call[Resources]) -> pb.ReviewPage:
    part, offering_id = pages.by_id(request.page), parse_id(request.offering_id, "offering_id")
    rows, page = part.cut(await store.reviews(call.session, offering_id, part), pages.at_id)
    return pb.ReviewPage(reviews=[to_review(row, with_text=False) for row in rows], page=page)


@api.serves
async def list_undecided_reviews(request: pb.ListUndecidedReviewsRequest, call: Call[Resources]) -> pb.ReviewPage:
    part = pages.by_id(request.page)
    rows, page = part.cut(await store.undecided_reviews(call.session, part), pages.at_id)
    return pb.ReviewPage(reviews=[to_review(row, with_text=True) for row in rows], page=page)


@api.serves
async def decide_review_text(request: pb.DecideReviewTextRequest, call: Call[Resources]) -> pb.Review:
    review_id = parse_id(request.review_id, "review_id")
    row = await cases.decide_review_text(call.session, review_id=review_id, published=request.published)
    return to_review(row, with_text=True)


@api.serves
async def complain(request: pb.ComplainRequest, call: Call[Resources]) -> pb.Complaint:
    row = await cases.complain(
        call.session,
        order_id=parse_id(request.order_id, "order_id"),
        text=request.text,
        not_given=request.not_given,
        visibility=visibility_with_paid(call.principal),
        by=UUID(call.principal.subject_id),
        answer_within=call.resources.answer_within,
        deadlines=call.resources.deadlines,
        now=call.now,
    )
    return to_complaint(row)


@api.serves
async def answer_complaint(request: pb.AnswerComplaintRequest, call: Call[Resources]) -> pb.Complaint:
    row = await cases.answer_complaint(
        call.session,
        complaint_id=parse_id(request.complaint_id, "complaint_id"),
        partner_id=UUID(call.principal.partner_id),
        answer=request.answer,
    )
    return to_complaint(row)


@api.serves
async def decide_complaint(request: pb.DecideComplaintRequest, call: Call[Resources]) -> pb.Complaint:
    row = await cases.decide_complaint(
        call.session,
        complaint_id=parse_id(request.complaint_id, "complaint_id"),
        upheld=request.upheld,
        decision=request.decision,
        actor=ACTORS[call.principal.role],
        deadlines=call.resources.deadlines,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return to_complaint(row)


@api.serves
async def list_complaints(request: pb.ListComplaintsRequest, call: Call[Resources]) -> pb.ComplaintPage:
    part = pages.by_id(request.page)
    status = pb.ComplaintStatus.Name(request.status).removeprefix("COMPLAINT_STATUS_").lower()
    rows, page = part.cut(
        await store.complaints(
            call.session,
            visibility_with_paid(call.principal),
            status if request.status else None,
            request.escalated_only,
            part,
        ),
        pages.at_id,
    )
    return pb.ComplaintPage(complaints=[to_complaint(row) for row in rows], page=page)


def to_review(row: ReviewRow, with_text: bool) -> pb.Review:
    """The review; with its text for its author and the operator, and for everybody once it was let pass."""
    return pb.Review(
        id=str(row.id),
        offering_id=str(row.offering_id),
        partner_id=str(row.partner_id),
        rating=row.rating,
        text=row.text if with_text or row.status == "published" else "",
        status=f"REVIEW_STATUS_{row.status.upper()}",
        reviewed_at=timestamp(row.reviewed_at),
    )


def to_complaint(row: ComplaintRow) -> pb.Complaint:
    return pb.Complaint(
        id=str(row.id),
        order_id=str(row.order_id),
        resident_id=str(row.resident_id),
        partner_id=str(row.partner_id),
        status=f"COMPLAINT_STATUS_{row.status.upper()}",
        text=row.text,
        answer=row.answer,
        decision=row.decision,
        upheld=row.upheld,
        opened_at=timestamp(row.opened_at),
        answer_by=timestamp(row.answer_by),
        escalated=row.escalated,
        not_given=row.not_given,
    )
