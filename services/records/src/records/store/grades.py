"""SQL statements about grades."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis import rows
from chassis.pages import Part
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from records.domain.grades import RESIDENTS_MIN
from records.tables import GradeRow

# A large month is worked out so much less often than it takes.
DUE = text(
    """
    INSERT INTO grading AS known (institution_id, month, due_at, took_ms)
    SELECT DISTINCT institution_id,
        CAST(date_trunc('month', ingested_at AT TIME ZONE CAST(:zone AS text)) AS date),
        CAST(:now AS timestamptz), 0
    FROM record WHERE id = ANY(:ids) AND institution_id IS NOT NULL ORDER BY 1, 2
    ON CONFLICT (institution_id, month) DO UPDATE
    SET due_at = coalesce(known.due_at, excluded.due_at + known.took_ms * interval '20 milliseconds')
    WHERE known.sealed_at IS NULL
    """
)
TAKE = text(
    """
    SELECT institution_id, month FROM grading WHERE due_at <= :now AND sealed_at IS NULL
    ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
    """
)
COUNTED = text(
    """
    WITH came AS MATERIALIZED (
        SELECT id, resource_type, resident_id FROM record
        WHERE institution_id = :institution_id AND ingested_at >= :start AND ingested_at < :finish
            AND status <> 'entered-in-error'
    ), counted AS (
        SELECT resource_type, count(*) AS resources, count(DISTINCT resident_id) AS residents
        FROM came GROUP BY resource_type HAVING count(DISTINCT resident_id) >= :residents_min
    ), affected AS (
        SELECT came.resource_type, part.name, count(DISTINCT came.id) AS affected
        FROM came JOIN finding ON finding.record_id = came.id AND finding.gone_at IS NULL
        JOIN unnest(CAST(:rules AS text[]), CAST(:parts AS text[])) AS part (rule, name) ON part.rule = finding.rule
        GROUP BY came.resource_type, part.name
    )
    SELECT counted.resource_type, counted.resources, counted.residents,
        coalesce(jsonb_object_agg(affected.name, affected.affected) FILTER (WHERE affected.name IS NOT NULL), '{}')
            AS affected
    FROM counted LEFT JOIN affected ON affected.resource_type = counted.resource_type
    GROUP BY counted.resource_type, counted.resources, counted.residents ORDER BY counted.resource_type
    """
).columns(affected=JSONB)
FORGET = text("DELETE FROM quality_grade WHERE institution_id = :institution_id AND month = :month")
DONE = text(
    """
    UPDATE grading SET due_at = NULL, graded_at = :now, took_ms = :took_ms
    WHERE institution_id = :institution_id AND month = :month
    """
)


@dataclass(frozen=True, slots=True)
class Counted:
    """What came of a kind of resource in a month, and on how many of it there is a finding, by part of a grade."""

    resource_type: str
    resources: int
    residents: int
    affected: Mapping[str, int]


async def make_due(session: AsyncSession, record_ids: Sequence[UUID], zone: str, now: datetime) -> None:
    """Have the months of these resources graded, unless they were reported."""
    await session.execute(DUE, {"ids": record_ids, "zone": zone, "now": now})


async def take(session: AsyncSession, now: datetime) -> tuple[UUID, date] | None:
    """An institution and a month that are to be graded now, for nobody else to take."""
    row = (await session.execute(TAKE, {"now": now})).first()
    return None if row is None else (row.institution_id, row.month)


async def counted(
    session: AsyncSession, institution_id: UUID, start: datetime, finish: datetime, parts: Mapping[str, str]
) -> Sequence[Counted]:
    """What an institution sent in a month and is in force, by kind; those of too few residents are left out."""
    parameters = {
        "institution_id": institution_id,
        "start": start,
        "finish": finish,
        "residents_min": RESIDENTS_MIN,
        "rules": list(parts),
        "parts": list(parts.values()),
    }
    return [Counted(**row) for row in (await session.execute(COUNTED, parameters)).mappings()]


async def keep(
    session: AsyncSession, institution_id: UUID, month: date, grades: Sequence[GradeRow], took_ms: int, now: datetime
) -> None:
    """Keep a month's grades in the place of those before."""
    about = {"institution_id": institution_id, "month": month}
    await session.execute(FORGET, about)
    await rows.insert(session, grades)
    await session.execute(DONE, {**about, "now": now, "took_ms": took_ms})


async def of_month(session: AsyncSession, institution_id: UUID, month: date) -> Sequence[GradeRow]:
    """An institution's grades of a month, by kind of resource."""
    query = select(GradeRow).where(col(GradeRow.institution_id) == institution_id, col(GradeRow.month) == month)
    return (await session.scalars(query.order_by(col(GradeRow.resource_type)))).all()


async def page(
    session: AsyncSession,
    institution_id: UUID | None,
    month: date | None,
    part: Part[tuple[date, UUID]],
) -> Sequence[GradeRow]:
    """Grades, the newest month first; of one institution, or of all."""
    query = select(GradeRow)
    if institution_id is not None:
        query = query.where(col(GradeRow.institution_id) == institution_id)
    if month is not None:
        query = query.where(col(GradeRow.month) == month)
    return (await session.scalars(part.of(query, col(GradeRow.month), col(GradeRow.id), descending=True))).all()
