"""How often consents were used that may not be used without end."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from chassis.statements import Statement
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from consent.tables import UseRow

# Looked at and counted by one statement: of two who ask at the same moment the second waits for the first's row, and
# sees what the first has used. A day that is over for somebody else is over here, too.
COUNT_USES = Statement(
    """
    INSERT INTO consent_use AS known (consent_id, per_day_max, in_all_max, day, on_day, in_all, permitted)
    SELECT artefact.id, nullif(artefact.uses_per_day, 0), nullif(artefact.uses_in_all, 0), CAST(:day AS date),
        first.uses, first.uses, first.uses
    FROM unnest(CAST(:consents AS uuid[]), CAST(:uses AS integer[])) AS request (consent_id, uses)
    JOIN consent_artefact AS artefact ON artefact.id = request.consent_id
    CROSS JOIN LATERAL (
        SELECT least(request.uses, nullif(artefact.uses_per_day, 0), nullif(artefact.uses_in_all, 0)) AS uses
    ) AS first
    ORDER BY artefact.id
    ON CONFLICT (consent_id) DO UPDATE SET (day, on_day, in_all, permitted) = (
        SELECT greatest(known.day, excluded.day), today.uses + more.uses, known.in_all + more.uses, more.uses
        FROM (SELECT CASE WHEN known.day >= excluded.day THEN known.on_day ELSE 0 END AS uses) AS today
        CROSS JOIN LATERAL (
            SELECT least(excluded.permitted, known.per_day_max - today.uses, known.in_all_max - known.in_all) AS uses
        ) AS more
    )
    RETURNING known.consent_id, known.permitted
    """
)


async def count_uses(session: AsyncSession, uses: Mapping[UUID, int], day: date) -> Mapping[UUID, int]:
    """Count uses of consents on a day of the city's; returns how many of them may be."""
    rows = await COUNT_USES.fetch(session, consents=list(uses), uses=list(uses.values()), day=day)
    return {row["consent_id"]: row["permitted"] for row in rows}


async def uses_of(session: AsyncSession, consents: Sequence[UUID]) -> Mapping[UUID, int]:
    """How often these consents were used in all, as far as it is counted."""
    query = select(UseRow.consent_id, UseRow.in_all).where(col(UseRow.consent_id).in_(consents))
    return {row.consent_id: row.in_all for row in await session.execute(query)}
