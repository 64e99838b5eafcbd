"""SQL statements about the resource catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.pages import Part
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from records.domain.grades import RESIDENTS_MIN
from records.domain.releases import HELD_BACK
from records.domain.sensitivity import Sensitivity

ALONE = text("SELECT pg_try_advisory_xact_lock(hashtextextended('resource-catalogue', 0))")
COUNTED = text("SELECT max(counted_at) FROM catalogue_count")
FORGET = text("DELETE FROM catalogue_entry")
NOTE = text("INSERT INTO catalogue_count (counted_at) VALUES (:now)")
# Of each resident, their first and their newest day; of these, the ones that as many residents reach as are needed for
# none of them to be singled out. What is apart is left out: that there is any at an institution says something.
COUNT = text(
    """
    WITH each AS (
        SELECT institution_id, information_type, resource_type, resident_id, count(*) AS resources,
            min(effective_at) AS first_at, max(effective_at) AS newest_at
        FROM record
        WHERE institution_id IS NOT NULL AND sensitive = '{}' AND classified_by = :digest || ':' || version
            AND status <> ALL(:held_back) AND effective_at <= :now
        GROUP BY institution_id, information_type, resource_type, resident_id
    ), counted AS (
        SELECT institution_id, information_type, resource_type, CAST(sum(resources) AS bigint) AS resources,
            (array_agg(first_at ORDER BY first_at))[:enough] AS first_at,
            (array_agg(newest_at ORDER BY newest_at DESC))[:enough] AS newest_at
        FROM each GROUP BY institution_id, information_type, resource_type HAVING count(*) >= :enough
    )
    INSERT INTO catalogue_entry (institution_id, information_type, resource_type, resources_at_least, first_day,
        newest_day, counted_at, id)
    SELECT institution_id, information_type, resource_type,
        resources - resources % CAST(10 ^ (length(CAST(resources AS text)) - 1) AS bigint),
        CAST(first_at AT TIME ZONE CAST(:zone AS text) AS date),
        CAST(newest_at AT TIME ZONE CAST(:zone AS text) AS date), CAST(:now AS timestamptz),
        CAST(md5(institution_id || ' ' || information_type || ' ' || resource_type) AS uuid)
    FROM counted
    """
)
PAGE = """
    SELECT entry.id, entry.institution_id, entry.information_type, entry.resource_type, entry.resources_at_least,
        entry.first_day, entry.newest_day, entry.counted_at, coalesce(graded.letter, '') AS letter, graded.month
    FROM catalogue_entry AS entry LEFT JOIN LATERAL (
        SELECT letter, quality_grade.month FROM quality_grade JOIN grading USING (institution_id, month)
        WHERE quality_grade.institution_id = entry.institution_id
            AND quality_grade.resource_type = entry.resource_type AND grading.sealed_at IS NOT NULL
        ORDER BY quality_grade.month DESC LIMIT 1
    ) AS graded ON true
    WHERE (CAST(:institution_id AS uuid) IS NULL OR entry.institution_id = CAST(:institution_id AS uuid))
        AND (CAST(:information_type AS text) = '' OR entry.information_type = CAST(:information_type AS text))
        AND (CAST(:resource_type AS text) = '' OR entry.resource_type = CAST(:resource_type AS text))
        AND (CAST(:since AS date) IS NULL OR entry.newest_day >= CAST(:since AS date))
"""


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A line of the catalogue, with the letter of the newest month that was reported; empty where none was."""

    id: UUID
    institution_id: UUID
    information_type: str
    resource_type: str
    resources_at_least: int
    first_day: date
    newest_day: date
    counted_at: datetime
    letter: str
    month: date | None


async def alone(session: AsyncSession) -> bool:
    return bool(await session.scalar(ALONE))


async def counted_at(session: AsyncSession) -> datetime | None:
    """When the catalogue was counted last."""
    at: datetime | None = await session.scalar(COUNTED)
    return at


async def count(session: AsyncSession, apart: Sensitivity, zone: str, now: datetime) -> None:
    """Count the catalogue, in the place of what it said before. What is not classified by the city's categories is left
    out, as what is apart is."""
    await session.execute(FORGET)
    parameters = {
        "enough": RESIDENTS_MIN,
        "zone": zone,
        "now": now,
        "held_back": sorted(HELD_BACK),
        "digest": apart.digest,
    }
    await session.execute(COUNT, parameters)
    await session.execute(NOTE, {"now": now})


async def page(
    session: AsyncSession,
    *,
    institution_id: UUID | None,
    information_type: str,
    resource_type: str,
    since: date | None,
    part: Part[tuple[UUID]],
) -> Sequence[CatalogueEntry]:
    """Lines, in an order that stays."""
    parameters = {
        "institution_id": institution_id,
        "information_type": information_type,
        "resource_type": resource_type,
        "since": since,
    }
    statement, place = part.statement(PAGE, ("entry.id", "uuid"))
    rows = await session.execute(text(statement), parameters | place)
    return [CatalogueEntry(**row) for row in rows.mappings()]
