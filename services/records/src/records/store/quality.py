"""SQL statements about what is found of resources."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis import rows
from chassis.pages import Part
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from records.domain.examinations import Examined, KnownCodes
from records.tables import FindingRow, MeasurementRow, RulePackRow, UnmappedCodeRow

# One process at a time: what is found of an older version is never written after what is found of a newer one.
ALONE = text("SELECT pg_try_advisory_xact_lock(hashtextextended('examinations', 0))")
TAKE = text(
    """
    WITH stored AS (
        DELETE FROM to_examine WHERE record_id IN (
            SELECT record_id FROM to_examine ORDER BY record_id LIMIT :limit FOR UPDATE SKIP LOCKED
        ) RETURNING record_id
    ), again AS (
        DELETE FROM to_examine_again WHERE record_id IN (
            SELECT record_id FROM to_examine_again ORDER BY record_id
            LIMIT greatest(0, :limit - (SELECT count(*) FROM stored)) FOR UPDATE SKIP LOCKED
        ) RETURNING record_id
    ), taken AS (
        SELECT record_id, bool_or(came) AS came FROM (
            SELECT record_id, true AS came FROM stored UNION ALL SELECT record_id, false FROM again
        ) AS either GROUP BY record_id
    )
    SELECT record.id, record.version, record.institution_id, record.resident_id, record.resource_type,
        record.information_type, record.resource, record.mapped, record.effective_at, record.status, taken.came,
        coalesce(
            (SELECT min(ingested_at) FROM resource_version AS older WHERE older.record_id = record.id),
            record.ingested_at
        ) AS first_came_at
    FROM record JOIN taken ON taken.record_id = record.id ORDER BY record.id
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
# Of two that say the same, the one that came later.
DUPLICATES = text(
    """
    SELECT DISTINCT mine.id FROM record AS mine JOIN record AS other
        ON other.resident_id = mine.resident_id AND other.information_type = mine.information_type
        AND other.effective_at = mine.effective_at AND other.institution_id = mine.institution_id
        AND other.resource_type = mine.resource_type AND other.id < mine.id
    WHERE mine.id = ANY(:ids) AND mine.resource_type = ANY(:kinds)
        AND mine.status <> 'entered-in-error' AND other.status <> 'entered-in-error'
        AND mine.resource - CAST(:beside AS text[]) = other.resource - CAST(:beside AS text[])
    """
)
BESIDE = [
    "id", "meta", "identifier", "text", "issued", "performer", "note", "subject", "patient", "encounter", "basedOn",
    "status", "extension", "contained",
]  # fmt: skip
HAVE_PAIR = text(
    """
    SELECT mine.id, asked.code FROM unnest(CAST(:ids AS uuid[]), CAST(:codes AS text[])) AS asked (id, code)
    JOIN record AS mine ON mine.id = asked.id
    WHERE EXISTS (
        SELECT FROM record AS other WHERE other.resident_id = mine.resident_id
            AND other.information_type = mine.information_type AND other.effective_at = mine.effective_at
            AND other.institution_id = mine.institution_id AND other.id <> mine.id
            AND other.resource_type = 'Observation' AND other.status <> 'entered-in-error'
            AND jsonb_path_exists(
                other.resource,
                'strict $.**.coding[*] ? (@.system == "http://loinc.org" && @.code == $code)',
                jsonb_build_object('code', asked.code), true
            )
    )
    """
)
HAVE_DIAGNOSIS = text(
    """
    SELECT mine.id FROM unnest(CAST(:ids AS uuid[]), CAST(:visits AS text[])) AS asked (id, visit)
    JOIN record AS mine ON mine.id = asked.id
    WHERE EXISTS (
        SELECT FROM record AS other WHERE other.resident_id = mine.resident_id
            AND other.institution_id = mine.institution_id AND other.status <> 'entered-in-error'
            AND (
                other.resource_type = 'Condition' AND other.resource #>> '{encounter,reference}' = 'Encounter/' || visit
                OR other.resource_type = 'Encounter' AND other.fhir_id = visit AND other.resource ? 'diagnosis'
            )
    )
    """
)
DEATHS = text(
    """
    SELECT mine.id, stay.resource #>> '{period,end}' AS died FROM record AS mine JOIN record AS stay
        ON stay.resident_id = mine.resident_id AND stay.institution_id = mine.institution_id
        AND stay.resource_type = 'Encounter' AND stay.id <> mine.id AND stay.status <> 'entered-in-error'
        AND stay.effective_at < mine.effective_at
    WHERE mine.id = ANY(:ids) AND stay.resource #>> '{period,end}' IS NOT NULL
        AND stay.resource @> CAST(:died AS jsonb)
    """
)
DIED = """{"hospitalization": {"dischargeDisposition": {"coding": [
    {"system": "http://terminology.hl7.org/CodeSystem/discharge-disposition", "code": "exp"}]}}}"""
# Who hangs on what came: of the same resident and institution, with a finding that it may undo; after a death, all.
RELATED = text(
    """
    INSERT INTO to_examine_again (record_id)
    SELECT other.id FROM (
        SELECT DISTINCT resident_id, institution_id FROM record WHERE id = ANY(:ids)
    ) AS came JOIN record AS other USING (resident_id, institution_id)
    WHERE other.id <> ALL(:ids) AND EXISTS (
        SELECT FROM finding
        WHERE finding.record_id = other.id AND finding.gone_at IS NULL AND finding.rule = ANY(:rules)
    )
    UNION
    SELECT other.id FROM record AS stay JOIN record AS other
        ON other.resident_id = stay.resident_id AND other.institution_id = stay.institution_id
        AND other.effective_at > stay.effective_at
    WHERE stay.id = ANY(:ids) AND stay.resource_type = 'Encounter' AND stay.resource @> CAST(:died AS jsonb)
        AND other.id <> ALL(:ids)
    ORDER BY 1
    ON CONFLICT DO NOTHING
    """
)
GONE = text(
    """
    UPDATE finding SET gone_at = :now
    FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS int[])) AS examined (id, version)
    WHERE finding.record_id = examined.id AND finding.gone_at IS NULL AND NOT EXISTS (
        SELECT FROM unnest(
            CAST(:still_ids AS uuid[]), CAST(:still_versions AS int[]), CAST(:still_rules AS text[]),
            CAST(:still_fields AS text[])
        ) AS still (id, version, rule, field)
        WHERE still.id = finding.record_id AND still.version = finding.version AND still.rule = finding.rule
            AND still.field = finding.field
    )
    """
)
FORGET_MEASURED = text("DELETE FROM measurement WHERE record_id = ANY(:ids)")
EXAMINE_AGAIN = text(
    """
    WITH next AS (SELECT id FROM record WHERE id > :after ORDER BY id LIMIT :limit), added AS (
        INSERT INTO to_examine_again (record_id) SELECT id FROM next ORDER BY id ON CONFLICT DO NOTHING
    )
    SELECT (array_agg(id ORDER BY id DESC))[1] AS last, count(*) AS queued FROM next
    """
)
LISTED = """
    SELECT finding.id, finding.record_id, finding.version, finding.rule, finding.pack, finding.severity, finding.field,
        finding.detail, finding.found_at, finding.gone_at, record.resource_type, record.fhir_id
    FROM finding JOIN record ON record.id = finding.record_id
    WHERE finding.institution_id = :institution_id
        AND (CAST(:rule AS text) = '' OR finding.rule = CAST(:rule AS text))
        AND (CAST(:severity AS text) = '' OR finding.severity = CAST(:severity AS text))
        AND (CAST(:gone AS boolean) OR finding.gone_at IS NULL)
"""


@dataclass(frozen=True, slots=True)
class ToExamine:
    """A version of a resource that is to be looked at; `came`: since it was stored."""

    record_id: UUID
    version: int
    institution_id: UUID | None  # none: the resident's own, who is told to mend nothing
    examined: Examined
    status: str
    came: bool


@dataclass(frozen=True, slots=True)
class ListedFinding:
    """A finding as its institution reads it."""

    id: UUID
    record_id: UUID
    version: int
    rule: str
    pack: str
    severity: str
    field: str
    detail: str
    found_at: datetime
    gone_at: datetime | None
    resource_type: str
    fhir_id: str


async def alone(session: AsyncSession) -> bool:
    """Let nobody else examine until we commit; False: somebody does already."""
    return bool(await session.scalar(ALONE))


async def take(session: AsyncSession, limit: int) -> Sequence[ToExamine]:
    """Take what is to be examined, for nobody else to take; it waits again if we do not commit."""
    return [
        ToExamine(
            row.id,
            row.version,
            row.institution_id,
            Examined(
                row.resource_type,
                row.information_type,
                row.resource,
                row.mapped,
                row.id,
                row.resident_id,
                row.effective_at,
                row.first_came_at,
            ),
            row.status,
            row.came,
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


async def duplicates(session: AsyncSession, record_ids: Sequence[UUID], kinds: Sequence[str]) -> frozenset[UUID]:
    """Which of these say what an older one of the same institution says of the same moment."""
    parameters = {"ids": record_ids, "kinds": kinds, "beside": BESIDE}
    return frozenset(row.id for row in await session.execute(DUPLICATES, parameters))


async def with_pair(session: AsyncSession, needed: Sequence[tuple[UUID, str]]) -> frozenset[tuple[UUID, str]]:
    """Which of these resources have a value with this LOINC code beside them."""
    parameters = {"ids": [record_id for record_id, _ in needed], "codes": [code for _, code in needed]}
    return frozenset((row.id, row.code) for row in await session.execute(HAVE_PAIR, parameters))


async def with_diagnosis(session: AsyncSession, visits: Mapping[UUID, str]) -> frozenset[UUID]:
    """Which of these resources, each with its visit's id, are of a visit with a diagnosis."""
    parameters = {"ids": list(visits), "visits": list(visits.values())}
    return frozenset(row.id for row in await session.execute(HAVE_DIAGNOSIS, parameters))


async def deaths(session: AsyncSession, record_ids: Sequence[UUID]) -> Iterator[tuple[UUID, str]]:
    """Of these, those after whose resident died in the institution's care, and when that stay ended, as it was sent."""
    deceased = await session.execute(DEATHS, {"ids": record_ids, "died": DIED})
    return ((row.id, str(row.died)) for row in deceased)


async def examine_related(session: AsyncSession, record_ids: Sequence[UUID], rules: Sequence[str]) -> None:
    """Have those examined again who hang on what came."""
    if record_ids:
        await session.execute(RELATED, {"ids": record_ids, "rules": rules, "died": DIED})


async def examine_again(session: AsyncSession, after: UUID, limit: int) -> tuple[UUID | None, int]:
    """Have the next resources examined again, in the order of their ids; returns the last of them, and how many."""
    row = (await session.execute(EXAMINE_AGAIN, {"after": after, "limit": limit})).one()
    return row.last, row.queued


async def keep_findings(
    session: AsyncSession, examined: Sequence[tuple[UUID, int]], findings: Sequence[FindingRow], now: datetime
) -> None:
    """Keep what was found of these versions. What was found before and is so no more, of these or an older version, is
    gone from now on."""
    parameters: dict[str, Any] = {
        "now": now,
        "ids": [record_id for record_id, _ in examined],
        "versions": [version for _, version in examined],
        "still_ids": [finding.record_id for finding in findings],
        "still_versions": [finding.version for finding in findings],
        "still_rules": [finding.rule for finding in findings],
        "still_fields": [finding.field for finding in findings],
    }
    await session.execute(GONE, parameters)
    await rows.insert(
        session,
        findings,
        "ON CONFLICT (record_id, version, rule, field) DO UPDATE SET gone_at = NULL, detail = excluded.detail,"
        " pack = excluded.pack, severity = excluded.severity",
    )


async def keep_measured(
    session: AsyncSession, record_ids: Sequence[UUID], measurements: Sequence[MeasurementRow]
) -> None:
    """Keep what these resources measured, in the units that it is made alike in."""
    await session.execute(FORGET_MEASURED, {"ids": record_ids})
    await rows.insert(session, measurements)


async def keep_unmapped(session: AsyncSession, codes: Sequence[UnmappedCodeRow]) -> None:
    """Keep that these codes came, for their institutions to map."""
    await rows.insert(
        session,
        codes,
        "ON CONFLICT (institution_id, table_url, system, code) DO UPDATE SET last_came_at = excluded.last_came_at,"
        " display = excluded.display",
    )


async def keep_packs(session: AsyncSession, packs: Sequence[RulePackRow]) -> Mapping[str, bytes]:
    """Keep these packs where they are new; returns the digest that each was kept with first."""
    await rows.insert(session, packs, "ON CONFLICT (name) DO NOTHING")
    query = select(RulePackRow).where(col(RulePackRow.name).in_([pack.name for pack in packs]))
    return {row.name: row.sha256 for row in (await session.scalars(query)).all()}


async def page(
    session: AsyncSession,
    institution_id: UUID,
    *,
    rule: str,
    severity: str,
    gone: bool,
    part: Part[tuple[UUID]],
) -> Sequence[ListedFinding]:
    """An institution's findings, the last first."""
    parameters = {"institution_id": institution_id, "rule": rule, "severity": severity, "gone": gone}
    statement, place = part.statement(LISTED, ("finding.id", "uuid"), descending=True)
    rows = await session.execute(text(statement), parameters | place)
    return [ListedFinding(**row) for row in rows.mappings()]
