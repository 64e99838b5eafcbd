"""Every SQL statement of records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis import moments
from chassis.rows import dumps
from sqlalchemy import ColumnElement, SQLColumnExpression, String, and_, case, cast, false, func, or_, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, JSONPATH, TEXT
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from records.domain.ingests import Quota
from records.domain.releases import HELD_BACK, Release
from records.domain.sensitivity import Sensitivity
from records.domain.versions import Version
from records.tables import OUT_OF_RANGE, EmergencySliceRow, RecordRow, VersionRow

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
VERSIONS_MAX = 100
UNREADABLE = text(f"SELECT count(*) FROM record WHERE {OUT_OF_RANGE}")  # noqa: S608 of two constants


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


CLASSIFY = text(
    """
    WITH chunk AS MATERIALIZED (
        SELECT id, version, classified_by FROM record WHERE id > :after ORDER BY id LIMIT :limit
    ), stale AS MATERIALIZED (
        SELECT record.id FROM record JOIN chunk USING (id)
        WHERE record.classified_by <> :digest || ':' || CAST(record.version AS text) FOR UPDATE OF record SKIP LOCKED
    ), done AS (
        UPDATE record SET classified_by = :digest || ':' || CAST(record.version AS text), sensitive = ARRAY(
            SELECT category FROM unnest(CAST(:categories AS text[]), CAST(:paths AS text[])) AS apart (category, path)
            WHERE jsonb_path_exists(record.resource, CAST(path AS jsonpath))
                OR jsonb_path_exists(record.mapped, CAST(path AS jsonpath))
        ) FROM stale WHERE record.id = stale.id
    )
    SELECT max(CAST(id AS text)) AS last FROM chunk
    """
)


CLASSIFY_FRESH = text(
    """
    WITH chunk AS MATERIALIZED (
        SELECT id FROM record WHERE classified_by = '' ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
    ), done AS (
        UPDATE record SET classified_by = :digest || ':' || CAST(record.version AS text), sensitive = ARRAY(
            SELECT category FROM unnest(CAST(:categories AS text[]), CAST(:paths AS text[])) AS apart (category, path)
            WHERE jsonb_path_exists(record.resource, CAST(path AS jsonpath))
                OR jsonb_path_exists(record.mapped, CAST(path AS jsonpath))
        ) FROM chunk WHERE record.id = chunk.id
    )
    SELECT count(*) FROM chunk
    """
)


async def classify_fresh(session: AsyncSession, apart: Sensitivity, limit: int) -> int:
    """Classify records that were stored with codes of maps, by which nobody has classified them; returns how many."""
    return int((await session.execute(CLASSIFY_FRESH, {"limit": limit} | parameters_of(apart))).scalar_one())


async def classify(session: AsyncSession, apart: Sensitivity, after: UUID, limit: int) -> UUID | None:
    """Classify records after this id that were classified by other categories, or not at all; returns the last id that
    was looked at, None at the end."""
    parameters = {"after": after, "limit": limit} | parameters_of(apart)
    last = (await session.execute(CLASSIFY, parameters)).scalar_one()
    return UUID(last) if last is not None else None


async def unreadable(session: AsyncSession) -> int:
    """How many rows no page can show, because their moment cannot be read back."""
    return int((await session.execute(UNREADABLE)).scalar_one())


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """What is wanted of a record; empty: any."""

    resource_types: Sequence[str] = ()
    codes: Sequence[str] = ()
    institution_ids: Sequence[UUID] = ()
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = []
        if self.resource_types:
            conditions.append(col(RecordRow.resource_type).in_(self.resource_types))
        if self.codes:
            codes = cast({"codes": list(self.codes)}, JSONB)
            sent = func.jsonb_path_exists(col(RecordRow.resource), cast(CODED, JSONPATH), codes)
            mapped = func.jsonb_path_exists(col(RecordRow.mapped), cast(MAPPED, JSONPATH), codes)
            conditions.append(or_(sent, mapped))
        if self.institution_ids:
            conditions.append(col(RecordRow.institution_id).in_(self.institution_ids))
        if self.since is not None:
            conditions.append(col(RecordRow.effective_at) >= self.since)
        if self.until is not None:
            conditions.append(col(RecordRow.effective_at) < self.until)
        return conditions


CODED = "$.**.coding[*].code ? (@ == $codes[*])"
MAPPED = "$[*].code ? (@ == $codes[*])"
EVERYTHING = RecordFilter()


def fits(release: Release, apart: Sensitivity) -> ColumnElement[bool]:
    """Is a record within a release: of its kinds, of its time, and of no category that is apart and not named?"""
    shut = sorted(apart.categories - release.sensitive_categories)
    if not shut:
        return within(release, RecordRow)
    classified = col(RecordRow.classified_by) == apart.digest + ":" + cast(col(RecordRow.version), String)
    overlaps = col(RecordRow.sensitive).op("&&", is_comparison=True)(cast(shut, ARRAY(TEXT)))
    said = or_(of_category(col(RecordRow.resource), apart, shut), of_category(col(RecordRow.mapped), apart, shut))
    return and_(within(release, RecordRow), ~case((classified, overlaps), else_=said))


def version_fits(release: Release, apart: Sensitivity, institution_id: UUID) -> ColumnElement[bool]:
    """Is a version that was replaced within a release? It was classified by itself alone: it is looked at, with the
    codes that the maps in force now put beside its own."""
    shut = sorted(apart.categories - release.sensitive_categories)
    if not shut:
        return within(release, VersionRow)
    mapped = func.mapped_codings(institution_id, col(VersionRow.resource))
    said = or_(of_category(col(VersionRow.resource), apart, shut), of_category(mapped, apart, shut))
    return and_(within(release, VersionRow), ~said)


def within(release: Release, row: type[RecordRow] | type[VersionRow]) -> ColumnElement[bool]:
    """Is it of a release's kinds and time?"""
    conditions: list[ColumnElement[bool]] = [col(row.information_type).in_(release.information_types)]
    if release.data_from is not None:
        conditions.append(col(row.effective_at) >= release.data_from)
    if release.data_until is not None:
        conditions.append(col(row.effective_at) < release.data_until)
    return and_(*conditions)


def of_category(said: SQLColumnExpression[Any], apart: Sensitivity, categories: Sequence[str]) -> ColumnElement[bool]:
    """Is it of one of these categories, by what is said?"""
    return or_(false(), *(func.jsonb_path_exists(said, cast(apart.paths[name], JSONPATH)) for name in categories))


async def versions(
    session: AsyncSession, resident_id: UUID, record_id: UUID, releases: Sequence[Release], apart: Sensitivity
) -> tuple[RecordRow, Sequence[VersionRow]] | None:
    """A resource of a resident and the newest of the versions that it replaced, as far as they may be released. None:
    there is no such resource, or it may not be."""
    query = select(RecordRow).where(
        RecordRow.id == record_id,
        RecordRow.resident_id == resident_id,
        or_(false(), *(fits(release, apart) for release in releases)),
    )
    row = (await session.scalars(query)).first()
    if row is None:
        return None
    replaced = select(VersionRow).where(
        VersionRow.record_id == record_id,
        or_(false(), *(version_fits(release, apart, row.institution_id) for release in releases)),
    )
    newest = replaced.order_by(col(VersionRow.version).desc()).limit(VERSIONS_MAX - 1)
    return row, (await session.scalars(newest)).all()


async def page(
    session: AsyncSession,
    resident_id: UUID,
    releases: Sequence[Release],
    apart: Sensitivity,
    before: tuple[datetime, UUID] | None,
    limit: int,
    also: Sequence[str] = (),
    wanted: RecordFilter = EVERYTHING,
) -> Sequence[RecordRow]:
    """A resident's records within any of these releases, newest first; fetches limit + 1. What cannot be read back is
    left out, as is what is held back for its status, unless `also` names the status."""
    information_types = sorted(frozenset[str]().union(*(release.information_types for release in releases)))
    query = select(RecordRow).where(
        RecordRow.resident_id == resident_id,
        col(RecordRow.information_type).in_(information_types),
        or_(false(), *(fits(release, apart) for release in releases)),
        col(RecordRow.status).not_in(HELD_BACK - set(also)),
        col(RecordRow.effective_at) >= moments.FIRST,
        col(RecordRow.effective_at) < moments.LAST,
        *wanted.conditions(),
    )
    if before is not None:
        query = query.where(func.row(col(RecordRow.effective_at), col(RecordRow.id)) < func.row(*before))
    query = query.order_by(col(RecordRow.effective_at).desc(), col(RecordRow.id).desc()).limit(limit + 1)
    return (await session.scalars(query)).all()


LOCK_SLICE = text("SELECT pg_advisory_xact_lock(hashtextextended('emergency-slice ' || :resident, 0))")


async def emergency_slice(session: AsyncSession, resident_id: UUID) -> EmergencySliceRow | None:
    """What a resident gave last to read in an emergency; it may be withdrawn."""
    query = select(EmergencySliceRow).where(EmergencySliceRow.resident_id == resident_id)
    return (await session.scalars(query.order_by(col(EmergencySliceRow.version).desc()).limit(1))).first()


async def lock_emergency_slice(session: AsyncSession, resident_id: UUID) -> None:
    """Let nobody else give or withdraw what this resident gives to read in an emergency, until we commit."""
    await session.execute(LOCK_SLICE, {"resident": str(resident_id)})
