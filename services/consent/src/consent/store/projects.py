"""Projects, and the consents that were given for them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.pages import Part
from chassis.refusals import NotFound
from sqlalchemy import ColumnElement, or_, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from consent.domain.projects import ProjectStatus
from consent.store import locks
from consent.tables import ArtefactRow, ProjectRow

LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:id AS text), :seed))")
ENDORSED, APPROVED = col(ProjectRow.endorsed_at), col(ProjectRow.approved_at)
EXPIRES, ENDED = col(ProjectRow.expires_at), col(ProjectRow.ended_at)
NO_SUCH_PROJECT = "there is no such project"


def has_status(status: ProjectStatus, at: datetime) -> Sequence[ColumnElement[bool]]:
    """`project_status` as conditions."""
    match status:
        case ProjectStatus.ENDED:
            return [ENDED.is_not(None)]
        case ProjectStatus.PROPOSED:
            return [ENDED.is_(None), ENDORSED.is_(None)]
        case ProjectStatus.ENDORSED:
            return [ENDED.is_(None), ENDORSED.is_not(None), APPROVED.is_(None)]
        case ProjectStatus.EXPIRED:
            return [ENDED.is_(None), at >= EXPIRES]
        case ProjectStatus.APPROVED:
            return [ENDED.is_(None), APPROVED.is_not(None), at < EXPIRES]


async def project_for_update(session: AsyncSession, project_id: UUID, grantee_id: UUID | None = None) -> ProjectRow:
    """A project, locked: one institution's, where `grantee_id` is given; another's does not exist for it."""
    row = await session.get(ProjectRow, project_id, with_for_update=True)
    if row is None or grantee_id not in (None, row.grantee_id):
        raise NotFound(NO_SUCH_PROJECT, "project_id")
    return row


async def project_to_join(session: AsyncSession, project_id: UUID) -> ProjectRow:
    """A project that was approved at some time. It does not end before this transaction has."""
    row = await session.get(ProjectRow, project_id, with_for_update={"read": True})
    if row is None or row.approved_at is None:
        raise NotFound(NO_SUCH_PROJECT, "project_id")
    return row


async def lock_joining(session: AsyncSession, resident_id: UUID) -> None:
    """Wait for others who join something for this resident."""
    await session.execute(LOCK, {"id": str(resident_id), "seed": locks.PROJECTS})


async def has_joined(session: AsyncSession, resident_id: UUID, project_id: UUID, at: datetime) -> bool:
    """Is a consent of the resident's for the project in force?"""
    query = select(ArtefactRow.id).where(
        ArtefactRow.project_id == project_id,
        ArtefactRow.resident_id == resident_id,
        col(ArtefactRow.revoked_at).is_(None),
        col(ArtefactRow.ended_at).is_(None),
        col(ArtefactRow.expires_at) > at,
    )
    return (await session.scalars(query.limit(1))).first() is not None


async def projects_page(
    session: AsyncSession,
    *,
    everything: bool,
    grantee_id: UUID | None,
    project_id: UUID | None,
    status: ProjectStatus | None,
    at: datetime,
    part: Part[tuple[UUID]],
) -> Sequence[ProjectRow]:
    """Projects, newest first. Those that were never approved only where `everything` is seen, and
    `grantee_id`'s own."""
    query = select(ProjectRow)
    if not everything:
        query = query.where(or_(APPROVED.is_not(None), col(ProjectRow.grantee_id) == grantee_id))
    if project_id is not None:
        query = query.where(ProjectRow.id == project_id)
    if status is not None:
        query = query.where(*has_status(status, at))
    return (await session.scalars(part.of(query, col(ProjectRow.id), descending=True))).all()


async def projects_open(session: AsyncSession, grantee_id: UUID, at: datetime) -> Sequence[ProjectRow]:
    """An institution's projects that residents may join now, newest first."""
    query = select(ProjectRow).where(ProjectRow.grantee_id == grantee_id, *has_status(ProjectStatus.APPROVED, at))
    return (await session.scalars(query.order_by(col(ProjectRow.id).desc()))).all()


async def ended_of(session: AsyncSession, project_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these projects have ended before their term."""
    query = select(ProjectRow.id).where(col(ProjectRow.id).in_(project_ids), ENDED.is_not(None))
    return frozenset((await session.scalars(query)).all())


async def project_to_close(session: AsyncSession) -> ProjectRow | None:
    """A project that has ended, and not yet all consents that were given for it; locked, and no other's to close."""
    query = select(ProjectRow).where(ENDED.is_not(None), col(ProjectRow.consents_ended).is_(False))
    return (await session.scalars(query.limit(1).with_for_update(skip_locked=True))).one_or_none()


async def artefacts_of_project(
    session: AsyncSession, project_id: UUID, at: datetime, limit: int
) -> Sequence[ArtefactRow]:
    """Some of what was given for a project and has neither been revoked, nor ended, nor expired, locked."""
    query = (
        select(ArtefactRow)
        .where(
            ArtefactRow.project_id == project_id,
            col(ArtefactRow.revoked_at).is_(None),
            col(ArtefactRow.ended_at).is_(None),
            col(ArtefactRow.expires_at) > at,
        )
        .order_by(col(ArtefactRow.id))
        .limit(limit)
        .with_for_update()
    )
    return (await session.scalars(query)).all()
