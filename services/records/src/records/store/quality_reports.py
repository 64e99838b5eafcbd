"""SQL statements about reports of quality."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.pages import Part
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from records.domain.quality_reports import BrokenRule
from records.tables import GradeRow, QualityReportRow

# Of whom there is something to report, and what waits to be examined first does not wait any more.
DUE = text(
    """
    SELECT grading.institution_id FROM grading
    WHERE grading.month = :month AND grading.sealed_at IS NULL AND EXISTS (
        SELECT FROM quality_grade AS graded
        WHERE graded.institution_id = grading.institution_id AND graded.month = grading.month
    ) ORDER BY grading.institution_id LIMIT :limit
    """
)
LOCK = text("SELECT sealed_at FROM grading WHERE institution_id = :institution_id AND month = :month FOR UPDATE")
SEAL = text(
    "UPDATE grading SET sealed_at = :now, due_at = NULL WHERE institution_id = :institution_id AND month = :month"
)
BROKEN = text(
    """
    SELECT finding.rule, count(DISTINCT record.id) AS affected FROM record
    JOIN finding ON finding.record_id = record.id AND finding.gone_at IS NULL
    WHERE record.institution_id = :institution_id AND record.ingested_at >= :start AND record.ingested_at < :finish
        AND record.status <> 'entered-in-error' AND record.resource_type = ANY(:kinds)
    GROUP BY finding.rule ORDER BY finding.rule
    """
)


async def due(session: AsyncSession, month: date, limit: int) -> Sequence[UUID]:
    """Institutions whose month was graded and is not reported."""
    return [row.institution_id for row in await session.execute(DUE, {"month": month, "limit": limit})]


async def lock(session: AsyncSession, institution_id: UUID, month: date) -> bool:
    """Let nobody else report this month until we commit; False: there is nothing to report, or it was."""
    row = (await session.execute(LOCK, {"institution_id": institution_id, "month": month})).first()
    return row is not None and row.sealed_at is None


async def seal(session: AsyncSession, institution_id: UUID, month: date, now: datetime) -> None:
    """From now on the month's grades stay what they are."""
    await session.execute(SEAL, {"institution_id": institution_id, "month": month, "now": now})


async def broken(
    session: AsyncSession, institution_id: UUID, start: datetime, finish: datetime, kinds: Sequence[str]
) -> Sequence[BrokenRule]:
    """Which rules are broken by what came in a month, and by how many resources."""
    parameters = {"institution_id": institution_id, "start": start, "finish": finish, "kinds": kinds}
    return [BrokenRule(row.rule, row.affected) for row in await session.execute(BROKEN, parameters)]


async def graded_since(session: AsyncSession, institution_id: UUID, first: date, last: date) -> Sequence[GradeRow]:
    """An institution's grades of some months, the first first."""
    query = select(GradeRow).where(
        col(GradeRow.institution_id) == institution_id, col(GradeRow.month) >= first, col(GradeRow.month) <= last
    )
    return (await session.scalars(query.order_by(col(GradeRow.month), col(GradeRow.resource_type)))).all()


async def report(session: AsyncSession, report_id: UUID, institution_id: UUID | None) -> QualityReportRow | None:
    """A report; of that institution, where one is named."""
    row = await session.get(QualityReportRow, report_id)
    return row if row is not None and institution_id in (None, row.institution_id) else None


async def page(
    session: AsyncSession, institution_id: UUID | None, part: Part[tuple[UUID]]
) -> Sequence[QualityReportRow]:
    """Reports, the last issued first."""
    query = select(QualityReportRow)
    if institution_id is not None:
        query = query.where(col(QualityReportRow.institution_id) == institution_id)
    return (await session.scalars(part.of(query, col(QualityReportRow.id), descending=True))).all()
