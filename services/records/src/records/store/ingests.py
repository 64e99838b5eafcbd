"""Resources as they are stored, what is stored of them before, and how much an institution has sent on a day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.rows import dumps
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from records.domain.ingests import Quota
from records.domain.sensitivity import Sensitivity
from records.domain.versions import Version

# One statement inserts what is new and replaces what has changed since it was read. Another resident's record is never
# taken over by sending its id again.
# Paths are parsed, and their patterns compiled, once a statement: for each row that took three quarters of it.
APART = """apart AS MATERIALIZED (
        SELECT category, CAST(path AS jsonpath) AS path
        FROM unnest(CAST(:categories AS text[]), CAST(:paths AS text[])) AS named (category, path)
    )"""
PUT_EACH = f"""
    WITH {APART}, sent AS MATERIALIZED (
        SELECT *, CAST(content AS jsonb) AS resource
        FROM jsonb_to_recordset(CAST(:records AS jsonb)) AS sent (id uuid, resident_id uuid, author text,
            author_id uuid, fhir_id text, resource_type text, information_type text, effective_at timestamptz,
            status text, source_version bigint, source_updated_at timestamptz, content text, sha256 text,
            known_version int, patient_link_id uuid)
    )
    INSERT INTO record AS known (id, resident_id, institution_id, author, author_id, fhir_id, resource_type,
        information_type, effective_at, status, source_version, source_updated_at, content, resource, content_sha256,
        version, ingested_at, sensitive, classified_by, patient_link_id)
    SELECT id, resident_id, CAST(:institution_id AS uuid), coalesce(author, 'institution'), author_id, fhir_id,
        resource_type, information_type, effective_at, status, source_version, source_updated_at, content,
        resource, decode(sha256, 'hex'), known_version + 1, :now,
        ARRAY(SELECT category FROM apart WHERE jsonb_path_exists(resource, path)),
        :digest || ':' || CAST(known_version + 1 AS text), patient_link_id
    FROM sent
    ON CONFLICT {{target}} DO UPDATE
    SET information_type = excluded.information_type, effective_at = excluded.effective_at, status = excluded.status,
        source_version = excluded.source_version, source_updated_at = excluded.source_updated_at,
        content = excluded.content, resource = excluded.resource, content_sha256 = excluded.content_sha256,
        version = excluded.version, ingested_at = excluded.ingested_at, sensitive = excluded.sensitive,
        classified_by = excluded.classified_by, author_id = excluded.author_id,
        patient_link_id = excluded.patient_link_id
    WHERE known.version + 1 = excluded.version AND known.resident_id = excluded.resident_id
        AND known.author = excluded.author
    RETURNING known.id, known.resident_id, known.resource_type, known.fhir_id, known.information_type,
        known.content_sha256, known.version
"""  # noqa: S608 of a constant
PUT = text(PUT_EACH.format(target="ON CONSTRAINT record_known_once"))
PUT_PERSONAL = text(PUT_EACH.format(target="(resident_id, resource_type, fhir_id) WHERE institution_id IS NULL"))
STORED_BEFORE = text(
    """
    SELECT known.resource_type, known.fhir_id, known.resident_id, known.content_sha256, known.version, known.status,
        known.source_version, known.source_updated_at, known.ingested_at
    FROM record AS known
    JOIN unnest(CAST(:types AS text[]), CAST(:ids AS text[])) AS sent (resource_type, fhir_id)
        ON known.resource_type = sent.resource_type AND known.fhir_id = sent.fhir_id
    WHERE known.institution_id = :institution_id ORDER BY known.id FOR UPDATE OF known
    """
)
STORED_PERSONAL = text(
    """
    SELECT known.resource_type, known.fhir_id, known.resident_id, known.content_sha256, known.version, known.status,
        known.source_version, known.source_updated_at, known.ingested_at
    FROM record AS known
    JOIN unnest(CAST(:types AS text[]), CAST(:ids AS text[])) AS sent (resource_type, fhir_id)
        ON known.resource_type = sent.resource_type AND known.fhir_id = sent.fhir_id
    WHERE known.resident_id = :resident_id AND known.institution_id IS NULL ORDER BY known.id FOR UPDATE OF known
    """
)


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record that was created or changed."""

    id: UUID
    resident_id: UUID
    resource_type: str
    fhir_id: str
    information_type: str
    content_sha256: bytes
    version: int


def parameters_of(apart: Sensitivity) -> dict[str, Any]:
    return {"categories": list(apart.paths), "paths": list(apart.paths.values()), "digest": apart.digest}


async def put(
    session: AsyncSession,
    resident_id: UUID,
    institution_id: UUID | None,
    records: Sequence[Mapping[str, Any]],
    apart: Sensitivity,
    now: datetime,
) -> Sequence[StoredRecord]:
    """Store resources of a resident that are new or changed; returns those whose stored version was still the one that
    was read."""
    records = [{**record, "resident_id": resident_id} for record in records]
    return await put_all(session, institution_id, records, apart, now)


async def put_all(
    session: AsyncSession,
    institution_id: UUID | None,
    records: Sequence[Mapping[str, Any]],
    apart: Sensitivity,
    now: datetime,
) -> Sequence[StoredRecord]:
    """The same of several residents; each record says whose it is, and where no institution wrote it, its `author` and
    `author_id`. Without an institution it is known by its id in the resident's record."""
    parameters = {
        "institution_id": institution_id,
        "records": dumps(records),
        "now": now,
    } | parameters_of(apart)
    rows = (await session.execute(PUT if institution_id else PUT_PERSONAL, parameters)).mappings()
    return [StoredRecord(**row) for row in rows]


COUNT_INGEST = text(
    """
    INSERT INTO ingest_quota AS known (institution_id, day, resources, bytes)
    VALUES (:institution_id, :day, :resources, :bytes)
    ON CONFLICT (institution_id, day) DO UPDATE
    SET resources = known.resources + excluded.resources, bytes = known.bytes + excluded.bytes
    WHERE known.resources + excluded.resources <= :resources_max AND known.bytes + excluded.bytes <= :bytes_max
    RETURNING true
    """
)


async def within_quota(
    session: AsyncSession, institution_id: UUID, day: date, resources: int, size: int, quota: Quota
) -> bool:
    """Count what an institution sends. False, and nothing counted, where it would exceed the quota of that day."""
    parameters = {
        "institution_id": institution_id,
        "day": day,
        "resources": resources,
        "bytes": size,
        "resources_max": quota.resources,
        "bytes_max": quota.bytes,
    }
    return (await session.execute(COUNT_INGEST, parameters)).first() is not None


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """The stored version of a resource that was sent before."""

    resident_id: UUID
    sha256: bytes
    revision: int
    version: Version
    ingested_at: datetime


async def stored_before(
    session: AsyncSession, institution_id: UUID, names: Sequence[tuple[str, str]]
) -> Mapping[tuple[str, str], StoredVersion]:
    """What an institution has sent before of these resources, by resource type and FHIR id, locked."""
    parameters = {**of_names(names), "institution_id": institution_id}
    return versions_of(await session.execute(STORED_BEFORE, parameters))


async def stored_personal(
    session: AsyncSession, resident_id: UUID, names: Sequence[tuple[str, str]]
) -> Mapping[tuple[str, str], StoredVersion]:
    """What is stored before of what no institution sent of this resident, by resource type and FHIR id, locked."""
    return versions_of(await session.execute(STORED_PERSONAL, {**of_names(names), "resident_id": resident_id}))


def of_names(names: Sequence[tuple[str, str]]) -> dict[str, object]:
    return {"types": [resource_type for resource_type, _ in names], "ids": [fhir_id for _, fhir_id in names]}


def versions_of(rows: Iterable[Row[Any]]) -> Mapping[tuple[str, str], StoredVersion]:
    return {
        (row.resource_type, row.fhir_id): StoredVersion(
            row.resident_id,
            row.content_sha256,
            row.version,
            Version(row.status, row.source_version, row.source_updated_at),
            row.ingested_at,
        )
        for row in rows
    }
