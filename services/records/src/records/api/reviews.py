"""Reviews over HTTP: what waits, a look at it, a judgement."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from chassis.wire import timestamp
from yima.common.v1.route_pb2 import Role
from yima.records.v1 import reviews_pb2 as pb

from records.api.served import Resources, api
from records.commands import reviews as commands
from records.domain.grades import written
from records.domain.reviews import OPEN, SETTLED, ReviewStatus, Verdict, facts
from records.store import grounds
from records.store import reviews as store
from records.tables import QualityReviewRow, ReviewJudgementRow

BY_DUE = pages.keyset(datetime, UUID)


@api.serves
async def list_quality_reviews(request: pb.ListQualityReviewsRequest, call: Call[Resources]) -> pb.QualityReviewPage:
    part = BY_DUE.part(request.page)
    operator = call.principal.role == Role.ROLE_OPERATOR
    statuses = [ReviewStatus(request.status)] if request.status else sorted(OPEN)
    rows, page = part.cut(
        await store.page(
            call.session,
            reviewer_id=UUID(call.principal.subject_id) if operator and not request.also_judged else None,
            statuses=statuses,
            overdue_at=call.now if request.overdue_only else None,
            part=part,
        ),
        lambda row: (row.due_at, row.id),
    )
    judged = await store.judgements(call.session, [row.id for row in rows])
    return pb.QualityReviewPage(
        reviews=[review_message(row, judged.get(row.id, ()), call.now) for row in rows],
        page=page,
    )


@api.serves
async def look_at_review(request: pb.LookAtReviewRequest, call: Call[Resources]) -> pb.ReviewedResource:
    await grounds.work(call.session, "look at a review")  # it says nothing of whose it is
    review, content = await commands.look(
        call.session,
        review_id=parse_id(request.quality_review_id, "quality_review_id"),
        by=UUID(call.principal.subject_id),
        role=call.principal.role,
        now=call.now,
    )
    book = call.resources.rule_book
    return pb.ReviewedResource(
        review=review_message(review, (), call.now),
        facts=[pb.ReviewedFact(path=path, value=value) for path, value in facts(content.content)],
        findings=[
            pb.ReviewedFinding(
                rule=finding.rule,
                title=book.rules[finding.rule].title if finding.rule in book.rules else "",
                severity=f"SEVERITY_{finding.severity}",
                field=finding.field,
            )
            for finding in await store.findings(call.session, review)
        ],
    )


@api.serves
async def judge_resource(request: pb.JudgeResourceRequest, call: Call[Resources]) -> pb.QualityReview:
    if not request.verdict:
        raise Invalid("verdict", "must be SOUND or WRONG")
    await grounds.work(call.session, "judge a review")
    review = await commands.judge(
        call.session,
        review_id=parse_id(request.quality_review_id, "quality_review_id"),
        by=UUID(call.principal.subject_id),
        verdict=Verdict(request.verdict),
        note=request.note,
        city=call.resources.city,
        now=call.now,
    )
    judged = await store.judgements(call.session, [review.id])
    return review_message(review, judged[review.id], call.now)


def review_message(row: QualityReviewRow, judged: Sequence[ReviewJudgementRow], now: datetime) -> pb.QualityReview:
    """Whose it is, and who judged how, is said once it is settled: until then nobody is led by it."""
    settled = row.status in SETTLED
    return pb.QualityReview(
        id=str(row.id),
        resource_type=row.resource_type,
        month=written(row.month),
        reason=row.reason,  # type: ignore[arg-type] # the contract's number
        status=row.status,  # type: ignore[arg-type] # the contract's number
        drawn_at=timestamp(row.drawn_at),
        due_at=timestamp(row.due_at),
        overdue=row.closed_at is None and row.due_at < now,
        closed_at=timestamp(row.closed_at) if row.closed_at else None,
        institution_id=str(row.institution_id) if settled else "",
        judgements=[
            pb.ReviewJudgement(
                judged_by=str(judgement.reviewer_id),
                verdict=judgement.verdict,  # type: ignore[arg-type] # the contract's number
                note=judgement.note,
                judged_at=timestamp(judgement.judged_at),
            )
            for judgement in (judged if settled else ())
        ],
    )
