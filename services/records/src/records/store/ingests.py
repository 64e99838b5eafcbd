"""Resources as they are stored, what is stored of them before, and how much an institution has sent on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.rows import dumps
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from records.domain.ingests import Quota
from records.domain.sensitivity import Sensitivity
from records.domain.versions import Version

# One statement inserts what is new and replaces what has changed since it was read. Another resident's record is never
# taken over by sending its id again.
PUT = text(
    """
    INSERT INTO record AS known (id, resident_id, institution_id, fhir_id, resource_type, information_type,
        effective_at, status, source_version, source_updated_at, content, resource, content_sha256, version,
        ingested_at, sensitive, classified_by)
    SELECT id, resident_id, :institution_id, fhir_id, resource_type, information_type, effective_at, status,
        source_version, source_updated_at, content, CAST(content AS jsonb), decode(sha256, 'hex'),
        known_version + 1, :now, ARRAY(
            SELECT category FROM unnest(CAST(:categories AS text[]), CAST(:paths AS text[])) AS apart (category, path)
            WHERE jsonb_path_exists(CAST(content AS jsonb), CAST(path AS jsonpath))
        ), :digest || ':' || CAST(known_version + 1 AS text)
    FROM jsonb_to_recordset(CAST(:records AS jsonb)) AS sent (id uuid, resident_id uuid, fhir_id text,
        resource_type text, information_type text, effective_at timestamptz, status text, source_version bigint,
        source_updated_at timestamptz, content text, sha256 text, known_version int)
    ON CONFLICT ON CONSTRAINT record_known_once DO UPDATE
    SET information_type = excluded.information_type, effective_at = excluded.effective_at, status = excluded.status,
        source_version = excluded.source_version, source_updated_at = excluded.source_updated_at,
        content = excluded.content, resource = excluded.resource, content_sha256 = excluded.content_sha256,
        version = excluded.version, ingested_at = excluded.ingested_at, sensitive = excluded.sensitive,
        classified_by = excluded.classified_by
    WHERE known.version + 1 = excluded.version AND known.resident_id = excluded.resident_id
    RETURNING known.id, known.resident_id, known.resource_type, known.fhir_id, known.information_type,
        known.content_sha256, known.version
    """
)
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
    institution_id: UUID,
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
    institution_id: UUID,
    records: Sequence[Mapping[str, Any]],
    apart: Sensitivity,
    now: datetime,
) -> Sequence[StoredRecord]:
    """The same of several residents; each record says whose it is."""
    parameters = {
        "institution_id": institution_id,
        "records": dumps(records),
        "now": now,
    } | parameters_of(apart)
    rows = (await session.execute(PUT, parameters)).mappings()
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
    parameters = {
        "types": [resource_type for resource_type, _ in names],
        "ids": [fhir_id for _, fhir_id in names],
        "institution_id": institution_id,
    }
    return {
        (row.resource_type, row.fhir_id): StoredVersion(
            row.resident_id,
            row.content_sha256,
            row.version,
            Version(row.status, row.source_version, row.source_updated_at),
            row.ingested_at,
        )
        for row in await session.execute(STORED_BEFORE, parameters)
    }
