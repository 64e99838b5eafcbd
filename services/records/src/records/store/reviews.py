"""SQL statements about reviews of stored resources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.pages import Part
from sqlalchemy import func, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from records.domain.reviews import ReviewReason, ReviewStatus
from records.tables import QualityReviewRow, ReviewJudgementRow, ReviewLookRow, ReviewSampleRow

# What is apart is in no sample: that there is any at an institution says something.
FIT = "status <> 'entered-in-error' AND sensitive = '{}' AND classified_by = :digest || ':' || version"
TO_DRAW = text(
    """
    SELECT institution_id, resource_type FROM quality_grade WHERE month = :month AND NOT EXISTS (
        SELECT FROM review_sample WHERE review_sample.institution_id = quality_grade.institution_id
            AND review_sample.month = :month AND review_sample.resource_type = quality_grade.resource_type
    ) ORDER BY institution_id, resource_type LIMIT 1
    """
)
ALONE = text("SELECT pg_try_advisory_xact_lock(hashtextextended('review-sample', 0))")
DRAW = text(
    f"""
    INSERT INTO quality_review (id, record_id, version, institution_id, resource_type, month, reason, status, drawn_at,
        due_at)
    SELECT gen_random_uuid(), id, version, institution_id, resource_type, :month, :sample, :open, :now, :due_at
    FROM record
    WHERE institution_id = :institution_id AND resource_type = :resource_type
        AND ingested_at >= :start AND ingested_at < :finish AND {FIT}
    ORDER BY sha256(convert_to(CAST(:seed AS text) || id, 'UTF8')) LIMIT :limit
    ON CONFLICT (record_id, version) DO NOTHING
    """  # noqa: S608 the condition is ours
)
# Of an institution and kind no more than so many of a month, however much is wrong: the rest is in its findings.
SERIOUS = text(
    f"""
    WITH wrong AS (
        SELECT id, version, institution_id, resource_type,
            row_number() OVER (PARTITION BY institution_id, resource_type ORDER BY id) AS number
        FROM record
        WHERE id = ANY(CAST(:ids AS uuid[])) AND institution_id IS NOT NULL AND {FIT} AND NOT EXISTS (
            SELECT FROM quality_review WHERE record_id = record.id AND quality_review.version = record.version
        )
    )
    INSERT INTO quality_review (id, record_id, version, institution_id, resource_type, month, reason, status, drawn_at,
        due_at)
    SELECT gen_random_uuid(), id, version, institution_id, resource_type, :month, :serious, :open, :now, :due_at
    FROM wrong
    WHERE number + (
        SELECT count(*) FROM quality_review AS drawn WHERE drawn.institution_id = wrong.institution_id
            AND drawn.month = :month AND drawn.resource_type = wrong.resource_type AND drawn.reason = :serious
    ) <= :limit
    ON CONFLICT (record_id, version) DO NOTHING
    """  # noqa: S608 the condition is ours
)
CLOSE_MOOT = text(
    """
    UPDATE quality_review AS review SET status = :moot, closed_at = :now
    WHERE review.closed_at IS NULL AND NOT EXISTS (
        SELECT FROM record WHERE record.id = review.record_id AND record.version = review.version
            AND record.status <> 'entered-in-error'
    )
    """
)
CONTENT = text(
    """
    SELECT coalesce(content, CAST(resource AS text)) AS content, resident_id FROM record
    WHERE id = :record_id AND version = :version AND status <> 'entered-in-error'
    """
)
SETTLED = text(
    """
    SELECT institution_id, month, resource_type, count(*) FILTER (WHERE status = :sound) AS sound,
        count(*) FILTER (WHERE status = :wrong) AS wrong
    FROM quality_review
    JOIN unnest(CAST(:institutions AS uuid[]), CAST(:months AS date[]), CAST(:kinds AS text[]))
        AS asked (institution, of, kind)
        ON institution_id = asked.institution AND month = asked.of AND resource_type = asked.kind
    WHERE reason = :sample AND status IN (:sound, :wrong)
    GROUP BY institution_id, month, resource_type
    """
)
OVERDUE = text("SELECT count(*) FROM quality_review WHERE status IN (1, 2) AND due_at < :now")
FINDINGS = text(
    """
    SELECT rule, severity, field, detail FROM finding
    WHERE record_id = :record_id AND version = :version AND gone_at IS NULL ORDER BY rule, field LIMIT 100
    """
)


@dataclass(frozen=True, slots=True)
class ReviewedContent:
    """What a review is about."""

    content: str
    resident_id: UUID


@dataclass(frozen=True, slots=True)
class ReviewFinding:
    """What rules say of it."""

    rule: str
    severity: str
    field: str
    detail: str


async def to_draw(session: AsyncSession, month: date) -> tuple[UUID, str] | None:
    """An institution and a kind of resource of which no sample of this month was drawn; nobody else draws it until we
    commit. None: there is none, or somebody else draws."""
    if not await session.scalar(ALONE):
        return None
    row = (await session.execute(TO_DRAW, {"month": month})).first()
    return None if row is None else (row.institution_id, row.resource_type)


async def draw(
    session: AsyncSession,
    sample: ReviewSampleRow,
    *,
    start: datetime,
    finish: datetime,
    digest: str,
    due_at: datetime,
    limit: int,
) -> None:
    """Have a sample of a month wait for review, and keep by which seed it was drawn."""
    parameters = {
        "institution_id": sample.institution_id, "resource_type": sample.resource_type, "month": sample.month,
        "seed": sample.seed, "start": start, "finish": finish, "digest": digest, "now": sample.drawn_at,
        "due_at": due_at, "limit": limit, "sample": ReviewReason.SAMPLE, "open": ReviewStatus.OPEN,
    }  # fmt: skip
    drawn = await session.execute(DRAW, parameters)
    sample.drawn = drawn.rowcount  # type: ignore[attr-defined] # of a statement that changes
    session.add(sample)
    await session.flush()


async def queue_serious(
    session: AsyncSession,
    record_ids: Sequence[UUID],
    *,
    month: date,
    digest: str,
    now: datetime,
    due_at: datetime,
    limit: int,
) -> None:
    """Have resources of which something serious was found wait for review, as far as the month's bound lets them."""
    if record_ids and limit:
        parameters = {
            "ids": record_ids, "month": month, "digest": digest, "now": now, "due_at": due_at, "limit": limit,
            "serious": ReviewReason.SERIOUS, "open": ReviewStatus.OPEN,
        }  # fmt: skip
        await session.execute(SERIOUS, parameters)


async def close_moot(session: AsyncSession, now: datetime) -> None:
    """Close reviews of what was sent again, was taken back, or has left the record."""
    await session.execute(CLOSE_MOOT, {"moot": ReviewStatus.MOOT, "now": now})


async def review_for_update(session: AsyncSession, review_id: UUID) -> QualityReviewRow | None:
    query = select(QualityReviewRow).where(QualityReviewRow.id == review_id).with_for_update()
    return (await session.scalars(query)).one_or_none()


async def judgements(session: AsyncSession, review_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[ReviewJudgementRow]]:
    """By review, what was judged, the first first."""
    query = select(ReviewJudgementRow).where(col(ReviewJudgementRow.review_id).in_(review_ids))
    by_review: dict[UUID, list[ReviewJudgementRow]] = {}
    for row in (await session.scalars(query.order_by(col(ReviewJudgementRow.number)))).all():
        by_review.setdefault(row.review_id, []).append(row)
    return by_review


async def looks(session: AsyncSession, review_id: UUID, reviewer_id: UUID) -> int:
    """How often somebody has looked at what a review is about."""
    query = select(func.count()).where(ReviewLookRow.review_id == review_id, ReviewLookRow.reviewer_id == reviewer_id)
    return int((await session.execute(query)).scalar_one())


async def content(session: AsyncSession, review: QualityReviewRow) -> ReviewedContent | None:
    """What the version says that is reviewed; None: it is not in force any more."""
    about = {"record_id": review.record_id, "version": review.version}
    row = (await session.execute(CONTENT, about)).first()
    return None if row is None else ReviewedContent(row.content, row.resident_id)


async def findings(session: AsyncSession, review: QualityReviewRow) -> Sequence[ReviewFinding]:
    """What rules say of the version that is reviewed."""
    about = {"record_id": review.record_id, "version": review.version}
    return [ReviewFinding(**row) for row in (await session.execute(FINDINGS, about)).mappings()]


async def settled(
    session: AsyncSession, graded: Sequence[tuple[UUID, date, str]]
) -> Mapping[tuple[UUID, date, str], tuple[int, int]]:
    """By institution, month and kind, of how many of the sample people agreed that it is sound, and wrong."""
    if not graded:
        return {}
    institutions, months, kinds = zip(*graded, strict=True)
    parameters = {
        "institutions": list(institutions), "months": list(months), "kinds": list(kinds),
        "sample": ReviewReason.SAMPLE, "sound": ReviewStatus.SOUND, "wrong": ReviewStatus.WRONG,
    }  # fmt: skip
    return {
        (row.institution_id, row.month, row.resource_type): (row.sound, row.wrong)
        for row in await session.execute(SETTLED, parameters)
    }


async def page(
    session: AsyncSession,
    *,
    reviewer_id: UUID | None,
    statuses: Sequence[ReviewStatus],
    overdue_at: datetime | None,
    part: Part[tuple[datetime, UUID]],
) -> Sequence[QualityReviewRow]:
    """Reviews, what is due first first; of those that a reviewer has not judged, where one is named."""
    query = select(QualityReviewRow).where(col(QualityReviewRow.status).in_(statuses))
    if overdue_at is not None:
        query = query.where(col(QualityReviewRow.due_at) < overdue_at, col(QualityReviewRow.closed_at).is_(None))
    if reviewer_id is not None:
        judged = select(ReviewJudgementRow.review_id).where(
            ReviewJudgementRow.review_id == QualityReviewRow.id, ReviewJudgementRow.reviewer_id == reviewer_id
        )
        query = query.where(~judged.exists())
    return (await session.scalars(part.of(query, col(QualityReviewRow.due_at), col(QualityReviewRow.id)))).all()


async def overdue(session: AsyncSession, now: datetime) -> int:
    """How many reviews should have been settled by now."""
    return int((await session.execute(OVERDUE, {"now": now})).scalar_one())
