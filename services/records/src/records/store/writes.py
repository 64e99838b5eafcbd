"""What a write is decided on: the stored versions of an institution's resources, by their ids or by an identifier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson
from chassis.rows import dumps
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from records.domain.interactions import Criteria

CONTENTS = text(
    """
    SELECT known.resource_type, known.fhir_id, known.resident_id, known.information_type, known.version, known.content,
        known.resource
    FROM record AS known
    JOIN unnest(CAST(:types AS text[]), CAST(:ids AS text[])) AS sent (resource_type, fhir_id)
        ON known.resource_type = sent.resource_type AND known.fhir_id = sent.fhir_id
    WHERE known.institution_id = :institution_id
    """
)
# The resident's resources are looked through once, however many conditions there are.
MATCHES = text(
    """
    SELECT DISTINCT condition.number, known.fhir_id
    FROM (
        SELECT record.resource_type, record.fhir_id, identifier ->> 'system' AS system, identifier ->> 'value' AS value
        FROM record, jsonb_path_query(record.resource, '$.identifier[*]') AS identifier
        WHERE record.resident_id = :resident_id AND record.institution_id = :institution_id
            AND record.resource_type = ANY (CAST(:types AS text[]))
    ) AS known
    JOIN jsonb_to_recordset(CAST(:conditions AS jsonb)) AS condition (number int, kind text, system text, value text)
        ON known.resource_type = condition.kind AND known.value = condition.value
        AND (condition.system IS NULL OR known.system = condition.system)
    """
)
LOCK = text(
    """
    SELECT pg_advisory_xact_lock(hashtextextended(name, 0))
    FROM (SELECT DISTINCT name FROM unnest(CAST(:names AS text[])) AS name ORDER BY name) AS ordered
    """
)


@dataclass(frozen=True, slots=True)
class StoredContent:
    """The stored version of a resource, to be patched."""

    resident_id: UUID
    information_type: str
    version: int
    content: str


async def contents(
    session: AsyncSession, institution_id: UUID, names: Sequence[tuple[str, str]]
) -> Mapping[tuple[str, str], StoredContent]:
    """What an institution's resources say, by resource type and FHIR id."""
    if not names:
        return {}
    parameters = {
        "types": [resource_type for resource_type, _ in names],
        "ids": [fhir_id for _, fhir_id in names],
        "institution_id": institution_id,
    }
    return {
        (row.resource_type, row.fhir_id): StoredContent(
            row.resident_id,
            row.information_type,
            row.version,
            row.content if row.content is not None else orjson.dumps(row.resource).decode(),
        )
        for row in await session.execute(CONTENTS, parameters)
    }


async def matches(
    session: AsyncSession, institution_id: UUID, resident_id: UUID, conditions: Sequence[Criteria]
) -> Mapping[Criteria, frozenset[str]]:
    """The FHIR ids of the resident's resources from this institution that match each condition."""
    if not conditions:
        return {}
    parameters = {
        "resident_id": resident_id,
        "institution_id": institution_id,
        "types": sorted({condition.kind for condition in conditions}),
        "conditions": dumps(
            [
                {"number": number, "kind": condition.kind, "system": condition.system, "value": condition.value}
                for number, condition in enumerate(conditions)
            ]
        ),
    }
    ids: dict[Criteria, set[str]] = {condition: set() for condition in conditions}
    for row in await session.execute(MATCHES, parameters):
        ids[conditions[row.number]].add(row.fhir_id)
    return {condition: frozenset(known) for condition, known in ids.items()}


async def lock_conditions(
    session: AsyncSession, institution_id: UUID, resident_id: UUID, conditions: Sequence[Criteria]
) -> None:
    """Let nobody else decide on a condition for the same identifier, until we commit."""
    names = [f"fhir {institution_id} {resident_id} {condition.kind} {condition.value}" for condition in conditions]
    if names:
        await session.execute(LOCK, {"names": names})
