"""Reviews: drawn each month, looked at, judged by two who do not know of one another's judgement, and by a third where
they differ."""

import secrets
from datetime import datetime
from uuid import UUID

from chassis import moments, texts
from chassis.database import Database
from chassis.outbox import publish
from chassis.refusals import NotFound
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession
from yima.common.v1.route_pb2 import Role

from records import events
from records.domain import reviews as rules
from records.domain.reviews import (
    LOOKS_MAX,
    OPEN,
    ReviewClosed,
    ReviewJudged,
    ReviewNotLooked,
    ReviewStatus,
    TooManyLooks,
    Verdict,
)
from records.domain.sensitivity import Sensitivity
from records.store import grounds
from records.store import reviews as store
from records.store.reviews import ReviewedContent
from records.tables import QualityReviewRow, ReviewJudgementRow, ReviewLookRow, ReviewSampleRow

NOTE_LENGTH_MAX = 500


async def draw_next(database: Database, city: City, apart: Sensitivity, now: datetime) -> bool:
    """Draw a sample of the month before that is not drawn yet; False: there is none."""
    month = moments.months_before(moments.month_of(now, city.zone), 1)
    start, finish = moments.month_bounds(month, city.zone)
    async with grounds.working(database, "draw reviews") as session:
        graded = await store.to_draw(session, month)
        if graded is None:
            return False
        institution_id, resource_type = graded
        sample = ReviewSampleRow(
            institution_id=institution_id,
            month=month,
            resource_type=resource_type,
            seed=secrets.token_hex(16),
            drawn=0,
            drawn_at=now,
        )
        await store.draw(
            session,
            sample,
            start=start,
            finish=finish,
            digest=apart.digest,
            due_at=rules.due_at(now, city.quality.review_days),
            limit=city.quality.sample,
        )
    return True


async def look(
    session: AsyncSession, *, review_id: UUID, by: UUID, role: Role, now: datetime
) -> tuple[QualityReviewRow, ReviewedContent]:
    """Look at what a review is about. The look is kept, and in the resident's log, before anything is shown."""
    review, content = await open_review(session, review_id)
    if await store.looks(session, review_id, by) >= LOOKS_MAX:
        raise TooManyLooks(f"at most {LOOKS_MAX} times each", "quality_review_id")
    session.add(ReviewLookRow(review_id=review_id, reviewer_id=by, seen_at=now))
    await session.flush()
    publish(session, events.residents_seen(content.resident_id, by, role, "LookAtReview", now), by)
    return review, content


async def judge(
    session: AsyncSession, *, review_id: UUID, by: UUID, verdict: Verdict, note: str, city: City, now: datetime
) -> QualityReviewRow:
    """Judge what a review is about. Two who judge alike settle it; where two differ a third decides."""
    note = texts.prose(note, "note", NOTE_LENGTH_MAX) if note else ""
    review, _ = await open_review(session, review_id)
    before = (await store.judgements(session, [review_id])).get(review_id, [])
    if by in {judgement.reviewer_id for judgement in before}:
        raise ReviewJudged("judge another one", "quality_review_id")
    if not await store.looks(session, review_id, by):
        raise ReviewNotLooked("look at it first", "quality_review_id")
    session.add(
        ReviewJudgementRow(
            review_id=review_id, reviewer_id=by, number=len(before) + 1, verdict=verdict, note=note, judged_at=now
        )
    )
    await session.flush()
    status = rules.outcome([*(judgement.verdict for judgement in before), verdict])
    if status != review.status:
        review.status = status
        if status == ReviewStatus.DISPUTED:
            review.due_at = rules.due_at(now, city.quality.review_days)
        elif status not in OPEN:
            review.closed_at = now
        await session.flush()
    return review


async def open_review(session: AsyncSession, review_id: UUID) -> tuple[QualityReviewRow, ReviewedContent]:
    """A review that waits, locked, and what it is about."""
    review = await store.review_for_update(session, review_id)
    if review is None:
        raise NotFound("there is no such review", "quality_review_id")
    content = await store.content(session, review) if review.status in OPEN else None
    if content is None:
        raise ReviewClosed("look at another one", "quality_review_id")
    return review, content
