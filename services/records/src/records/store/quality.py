"""SQL statements about what is found of resources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis import rows
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from records.domain.examinations import Examined, KnownCodes
from records.tables import FindingRow, UnmappedCodeRow

TAKE = text(
    """
    WITH taken AS (
        DELETE FROM to_examine WHERE record_id IN (
            SELECT record_id FROM to_examine ORDER BY record_id LIMIT :limit FOR UPDATE SKIP LOCKED
        ) RETURNING record_id
    )
    SELECT record.id, record.version, record.institution_id, record.resource_type, record.information_type,
        record.resource, record.mapped
    FROM record JOIN taken ON taken.record_id = record.id
    WHERE record.institution_id IS NOT NULL ORDER BY record.id  -- nobody else is told to mend what they sent
    """
).columns(resource=JSONB, mapped=JSONB)
KNOWN = text(
    """
    SELECT entry.table_id, entry.system, entry.code FROM code_entry AS entry
    JOIN unnest(CAST(:systems AS text[]), CAST(:codes AS text[])) AS sent (system, code)
        ON entry.system = sent.system AND entry.code = sent.code
    WHERE entry.table_id = ANY(:tables)
    """
)
FORGET = text(
    """
    DELETE FROM finding USING unnest(CAST(:ids AS uuid[]), CAST(:versions AS int[])) AS examined (id, version)
    WHERE finding.record_id = examined.id AND finding.version = examined.version
    """
)


@dataclass(frozen=True, slots=True)
class ToExamine:
    """A version of a resource that is to be looked at."""

    record_id: UUID
    version: int
    institution_id: UUID
    examined: Examined


async def take(session: AsyncSession, limit: int) -> Sequence[ToExamine]:
    """Take what is to be examined, for nobody else to take; it waits again if we do not commit."""
    return [
        ToExamine(
            row.id,
            row.version,
            row.institution_id,
            Examined(row.resource_type, row.information_type, row.resource, row.mapped),
        )
        for row in await session.execute(TAKE, {"limit": limit})
    ]


async def known_codes(
    session: AsyncSession, tables: Mapping[str, UUID], codes: Sequence[tuple[str, str]]
) -> KnownCodes:
    """Which of these codes, each with its system, which of these tables have."""
    urls = {table_id: url for url, table_id in tables.items()}
    parameters: dict[str, Any] = {
        "tables": list(urls),
        "systems": [system for system, _ in codes],
        "codes": [code for _, code in codes],
    }
    return frozenset((urls[row.table_id], row.system, row.code) for row in await session.execute(KNOWN, parameters))


async def keep_findings(
    session: AsyncSession, examined: Sequence[tuple[UUID, int]], findings: Sequence[FindingRow]
) -> None:
    """Keep what was found of these versions, in place of what was found of them before."""
    parameters = {"ids": [record_id for record_id, _ in examined], "versions": [version for _, version in examined]}
    await session.execute(FORGET, parameters)
    await rows.insert(session, findings)


async def keep_unmapped(session: AsyncSession, codes: Sequence[UnmappedCodeRow]) -> None:
    """Keep that these codes came, for their institutions to map."""
    await rows.insert(
        session,
        codes,
        "ON CONFLICT (institution_id, table_url, system, code) DO UPDATE SET last_came_at = excluded.last_came_at,"
        " display = excluded.display",
    )
