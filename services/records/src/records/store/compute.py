"""Templates of queries and their runs, and what a run looks at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis import rows
from chassis.pages import Part
from chassis.refusals import NotFound
from sqlalchemy import and_, cast, func, or_
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from records.domain.compute import RunStatus, TemplateStatus
from records.domain.releases import HELD_BACK, Release
from records.domain.sensitivity import Sensitivity
from records.store.releases import fits
from records.tables import QueryTemplateRow, RecordRow, RunRow

ENDORSED, APPROVED = col(QueryTemplateRow.endorsed_at), col(QueryTemplateRow.approved_at)
WITHDRAWN = col(QueryTemplateRow.withdrawn_at)
NO_SUCH_TEMPLATE = "there is no such template"
NO_SUCH_RUN = "there is no such run"


async def next_version(session: AsyncSession, partner_id: UUID, code: str) -> int:
    """The number of the next version of a partner's template; it is nobody else's."""
    await rows.lock_count(session, "templates", partner_id)
    query = select(func.max(QueryTemplateRow.version)).where(
        QueryTemplateRow.partner_id == partner_id, QueryTemplateRow.code == code
    )
    return ((await session.scalars(query)).one() or 0) + 1


async def waits(session: AsyncSession, partner_id: UUID, code: str) -> bool:
    """Does a version of this template wait to be endorsed or approved?"""
    query = select(QueryTemplateRow.id).where(
        QueryTemplateRow.partner_id == partner_id,
        QueryTemplateRow.code == code,
        APPROVED.is_(None),
        WITHDRAWN.is_(None),
    )
    return (await session.scalars(query.limit(1))).first() is not None


async def template(
    session: AsyncSession, template_id: UUID, partner_id: UUID | None, *, lock: bool = False
) -> QueryTemplateRow:
    """A template: one partner's, where `partner_id` is given; another's does not exist for it."""
    row = await session.get(QueryTemplateRow, template_id, with_for_update=lock)
    if row is None or partner_id not in (None, row.partner_id):
        raise NotFound(NO_SUCH_TEMPLATE, "template_id")
    return row


async def approved_before(session: AsyncSession, row: QueryTemplateRow) -> Sequence[QueryTemplateRow]:
    """Other versions of a template that are approved, locked."""
    query = select(QueryTemplateRow).where(
        QueryTemplateRow.partner_id == row.partner_id,
        QueryTemplateRow.code == row.code,
        QueryTemplateRow.id != row.id,
        APPROVED.is_not(None),
        WITHDRAWN.is_(None),
    )
    return (await session.scalars(query.with_for_update())).all()


async def templates_page(
    session: AsyncSession,
    *,
    partner_id: UUID | None,
    template_id: UUID | None,
    status: TemplateStatus | None,
    part: Part[tuple[UUID]],
) -> Sequence[QueryTemplateRow]:
    """Templates, newest first."""
    query = select(QueryTemplateRow)
    if partner_id is not None:
        query = query.where(QueryTemplateRow.partner_id == partner_id)
    if template_id is not None:
        query = query.where(QueryTemplateRow.id == template_id)
    match status:
        case TemplateStatus.WITHDRAWN:
            query = query.where(WITHDRAWN.is_not(None))
        case TemplateStatus.APPROVED:
            query = query.where(WITHDRAWN.is_(None), APPROVED.is_not(None))
        case TemplateStatus.ENDORSED:
            query = query.where(WITHDRAWN.is_(None), APPROVED.is_(None), ENDORSED.is_not(None))
        case TemplateStatus.PROPOSED:
            query = query.where(WITHDRAWN.is_(None), ENDORSED.is_(None))
    return (await session.scalars(part.of(query, col(QueryTemplateRow.id), descending=True))).all()


async def runs_of(session: AsyncSession, template_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How often these templates have been run."""
    query = (
        select(RunRow.template_id, func.count())
        .where(col(RunRow.template_id).in_(template_ids))
        .group_by(col(RunRow.template_id))
    )
    return dict((await session.execute(query)).all())


async def runs_of_project(session: AsyncSession, project_id: UUID, since: datetime) -> int:
    """How many runs of a project were asked for since; nobody asks for another meanwhile."""
    await rows.lock_count(session, "runs of a project", project_id)
    query = select(func.count()).where(RunRow.project_id == project_id, RunRow.requested_at >= since)
    return int((await session.scalars(query)).one())


async def runs_waiting(session: AsyncSession, partner_id: UUID) -> int:
    """How many of a partner's runs are not over. Nobody counts them before this transaction ends."""
    await rows.lock_count(session, "runs", partner_id)
    query = select(func.count()).where(
        RunRow.partner_id == partner_id, col(RunRow.status).in_((RunStatus.ASKED, RunStatus.RUNNING))
    )
    return int((await session.scalars(query)).one())


async def run(session: AsyncSession, run_id: UUID, partner_id: UUID | None) -> RunRow:
    """A run: one partner's, where `partner_id` is given; another's does not exist for it."""
    row = await session.get(RunRow, run_id)
    if row is None or partner_id not in (None, row.partner_id):
        raise NotFound(NO_SUCH_RUN, "run_id")
    return row


async def runs_page(
    session: AsyncSession,
    *,
    partner_id: UUID | None,
    template_id: UUID | None,
    run_id: UUID | None,
    part: Part[tuple[UUID]],
) -> Sequence[RunRow]:
    """Runs, newest first."""
    query = select(RunRow)
    if partner_id is not None:
        query = query.where(RunRow.partner_id == partner_id)
    if template_id is not None:
        query = query.where(RunRow.template_id == template_id)
    if run_id is not None:
        query = query.where(RunRow.id == run_id)
    return (await session.scalars(part.of(query, col(RunRow.id), descending=True))).all()


async def claim(session: AsyncSession, now: datetime, lease: timedelta) -> RunRow | None:
    """The run that has waited longest, or whose process is gone; it is the caller's until the lease is over."""
    query = (
        select(RunRow)
        .where(
            or_(
                col(RunRow.status) == RunStatus.ASKED,
                and_(col(RunRow.status) == RunStatus.RUNNING, col(RunRow.lease_until) < now),
            )
        )
        .order_by(col(RunRow.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = (await session.scalars(query)).first()
    if row is not None:
        row.status, row.lease_until, row.started_at = RunStatus.RUNNING, now + lease, now
        row.attempts += 1
        await session.flush()
    return row


async def claimed(session: AsyncSession, run_id: UUID, attempt: int) -> RunRow | None:
    """A run as it was claimed, locked; None where it has been taken up by another since."""
    row = await session.get(RunRow, run_id, with_for_update=True)
    return row if row is not None and row.status == RunStatus.RUNNING and row.attempts == attempt else None


async def put_off(session: AsyncSession, run_id: UUID, attempt: int, until: datetime) -> None:
    """Let a run be taken up again from then on."""
    row = await claimed(session, run_id, attempt)
    if row is not None:
        row.lease_until = until
        await session.flush()


@dataclass(frozen=True, slots=True)
class Looked:
    """A resource that a run looks at, and whose it is."""

    resident_id: UUID
    resource: str


async def resources(
    session: AsyncSession,
    residents: Sequence[UUID],
    release: Release,
    apart: Sensitivity,
    resource_types: Sequence[str],
    data_from: datetime | None,
    data_until: datetime | None,
) -> Sequence[Looked]:
    """What these residents let be looked at, of some kinds and from some time. What is held back for its status is left
    out."""
    query = select(RecordRow.resident_id, cast(col(RecordRow.resource), TEXT)).where(
        col(RecordRow.resident_id).in_(residents),
        col(RecordRow.resource_type).in_(resource_types),
        col(RecordRow.status).not_in(HELD_BACK),
        fits(release, apart),
    )
    if data_from is not None:
        query = query.where(col(RecordRow.effective_at) >= data_from)
    if data_until is not None:
        query = query.where(col(RecordRow.effective_at) < data_until)
    return [Looked(resident_id, content) for resident_id, content in (await session.execute(query)).all()]
