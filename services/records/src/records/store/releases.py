"""What may leave a record: pages of it, and versions of a resource."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis import moments
from chassis.pages import Part
from sqlalchemy import ColumnElement, SQLColumnExpression, String, Uuid, and_, case, cast, false, func, or_
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, JSONPATH, TEXT
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from records.domain.releases import HELD_BACK, Release
from records.domain.sensitivity import Sensitivity
from records.tables import RecordRow, VersionRow

VERSIONS_MAX = 100


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


def version_fits(release: Release, apart: Sensitivity, institution_id: UUID | None) -> ColumnElement[bool]:
    """Is a version that was replaced within a release? It was classified by itself alone: it is looked at, with the
    codes that the maps in force now put beside its own."""
    shut = sorted(apart.categories - release.sensitive_categories)
    if not shut:
        return within(release, VersionRow)
    mapped = func.mapped_codings(cast(institution_id, Uuid), col(VersionRow.resource))
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
    part: Part[tuple[datetime, UUID]],
    also: Sequence[str] = (),
    record_filter: RecordFilter = EVERYTHING,
) -> Sequence[RecordRow]:
    """A resident's records within any of these releases, newest first. What cannot be read back is
    left out, as is what is held back for its status, unless `also` names the status."""
    information_types = sorted(frozenset[str]().union(*(release.information_types for release in releases)))
    query = select(RecordRow).where(
        RecordRow.resident_id == resident_id,
        col(RecordRow.information_type).in_(information_types),
        or_(false(), *(fits(release, apart) for release in releases)),
        col(RecordRow.status).not_in(HELD_BACK - set(also)),
        col(RecordRow.effective_at) >= moments.FIRST,
        col(RecordRow.effective_at) < moments.LAST,
        *record_filter.conditions(),
    )
    return (
        await session.scalars(part.of(query, col(RecordRow.effective_at), col(RecordRow.id), descending=True))
    ).all()
