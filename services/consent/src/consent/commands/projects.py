"""Projects: proposed by an institution, endorsed by an operator, approved by a regulator, joined and ended."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from chassis import texts
from chassis.auth import Principal
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.signing import SigningKeys
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1.api_pb2 import ConsentTemplate

from consent import events
from consent.commands import changes, policies, receipts
from consent.commands.consents import check_acts
from consent.commands.receipts import Grant
from consent.domain.access_log import AccessAct
from consent.domain.consents import ConsentEnd, Origin, RequestStatus
from consent.domain.decisions import AccessRequest
from consent.domain.projects import (
    NAME_LENGTH_MAX,
    AlreadyJoined,
    NotByThePersonBefore,
    ProjectNotOpen,
    ProjectStandsElsewhere,
    ProjectStatus,
    project_status,
)
from consent.store import consents, projects, standings
from consent.tables import ArtefactRow, ProjectRow, RequestRow

ENDED_AT_ONCE_MAX = 1_000  # consents of a project, in one transaction


async def propose(
    session: AsyncSession,
    *,
    name: str,
    why: str,
    ethics_approval: str,
    grantee_id: UUID,
    access: AccessRequest,
    sensitive_categories: frozenset[str],
    people_min: int,
    term_days: int,
    retention_days: int,
    by: Principal,
    now: datetime,
) -> ProjectRow:
    """Propose a project. Nobody can join it until an operator has endorsed it and a regulator has approved it."""
    row = ProjectRow(
        id=new_id(),
        name=texts.line(name, "name", NAME_LENGTH_MAX),
        why=texts.reason(why, "why"),
        ethics_approval=texts.line(ethics_approval, "ethics_approval", NAME_LENGTH_MAX),
        grantee_id=grantee_id,
        information_types=sorted(access.information_types),
        sensitive_categories=sorted(sensitive_categories),
        purpose=access.purpose,
        access_mode=access.access_mode,
        people_min=people_min,
        term_days=term_days,
        retention_days=retention_days,
        proposed_by=UUID(by.subject_id),
        proposed_at=now,
    )
    session.add(row)
    await standings.meet_partners(session, [grantee_id])
    await session.flush()
    await policies.log_project(session, AccessAct.PROJECT_PROPOSED, row, by, now)
    return row


async def endorse(session: AsyncSession, *, project_id: UUID, by: Principal, now: datetime) -> ProjectRow:
    """Endorse what an institution has proposed."""
    row = await projects.project_for_update(session, project_id)
    check_stands(row, ProjectStatus.PROPOSED, now)
    check_another(by, [row.proposed_by])
    row.endorsed_by, row.endorsed_at = UUID(by.subject_id), now
    await session.flush()
    await policies.log_project(session, AccessAct.PROJECT_ENDORSED, row, by, now)
    return row


async def approve(session: AsyncSession, *, project_id: UUID, by: Principal, now: datetime) -> ProjectRow:
    """Approve what an operator has endorsed: its term begins, and residents may join it."""
    row = await projects.project_for_update(session, project_id)
    check_stands(row, ProjectStatus.ENDORSED, now)
    check_another(by, [row.proposed_by, row.endorsed_by])
    row.approved_by, row.approved_at, row.expires_at = UUID(by.subject_id), now, now + timedelta(days=row.term_days)
    await session.flush()
    publish(session, events.project_approved(row), row.id)
    await policies.log_project(session, AccessAct.PROJECT_APPROVED, row, by, now)
    return row


async def end(
    session: AsyncSession, *, project_id: UUID, grantee_id: UUID | None, by: Principal, reason: str, now: datetime
) -> ProjectRow:
    """End a project; `grantee_id` is the institution that withdraws its own. Decisions go by it from now on, however
    many have joined; their consents end here, and those beyond the first thousand within seconds."""
    row = await projects.project_for_update(session, project_id, grantee_id)
    why = texts.reason(reason)
    if row.ended_at is not None or (row.expires_at is not None and row.expires_at <= now):
        raise ProjectStandsElsewhere("nothing is left to do: it is over", "project_id")
    row.ended_by, row.ended_at, row.ended_because = UUID(by.subject_id), now, why
    await session.flush()
    await policies.log_project(session, AccessAct.PROJECT_ENDED, row, by, now)
    if row.approved_at is not None:
        publish(session, events.project_ended(row), row.id)
    await end_consents(session, row, now)
    return row


async def end_consents(session: AsyncSession, project: ProjectRow, now: datetime) -> bool:
    """End some of the consents that were given for a project that has ended; returns whether there may be more."""
    artefacts = await projects.artefacts_of_project(session, project.id, now, ENDED_AT_ONCE_MAX)
    for artefact in artefacts:
        artefact.ended_at, artefact.ended_because = now, ConsentEnd.PROJECT_ENDED
        publish(session, events.project_left(artefact), artefact.id)
    await changes.log_ended(session, artefacts, now)
    if len(artefacts) < ENDED_AT_ONCE_MAX:
        project.consents_ended = True
    await session.flush()
    return not project.consents_ended


async def join(
    session: AsyncSession,
    *,
    project_id: UUID,
    resident_id: UUID,
    by: UUID,
    until: datetime | None,
    keys: SigningKeys,
    now: datetime,
) -> ArtefactRow:
    """Consent to what a project asks for, as it stands. `until` is how long a guardian acts for the resident."""
    await check_acts(session, resident_id, by)
    project = await projects.project_to_join(session, project_id)
    if project_status(project.endorsed_at, project.approved_at, project.expires_at, project.ended_at, now) != (
        ProjectStatus.APPROVED
    ):
        raise ProjectNotOpen("look for another one that asks for the same", "project_id")
    await projects.lock_joining(session, resident_id)
    if await projects.has_joined(session, resident_id, project_id, now):
        raise AlreadyJoined("nothing is left to do: the consent is among the resident's", "project_id")
    request = request_for(project, resident_id, now)
    artefact = receipts.grant(request, Grant(by, until), keys, now)
    await consents.add_requests(session, [request])
    await consents.add_artefacts(session, [artefact])
    publish(session, events.project_joined(artefact), artefact.id)
    await changes.log_consents(session, now, granted=[artefact])
    return artefact


def request_for(project: ProjectRow, resident_id: UUID, now: datetime) -> RequestRow:
    """What a project asks of a resident who joins it: answered as it is made."""
    template = ConsentTemplate(
        information_types=project.information_types,
        purpose=project.purpose,
        access_mode=project.access_mode,  # type: ignore[arg-type] # the contract's number
        retention_days=project.retention_days,
        sensitive_categories=project.sensitive_categories,
    ).SerializeToString(deterministic=True)
    return RequestRow(
        id=new_id(),
        resident_id=resident_id,
        grantee_id=project.grantee_id,
        template=template,
        template_hash=hashlib.sha256(template).digest(),
        status=RequestStatus.GRANTED,
        requested_at=now,
        origin=Origin.PROJECT,
        expires_at=project.expires_at,
        project_id=project.id,
    )


def check_stands(row: ProjectRow, status: ProjectStatus, now: datetime) -> None:
    stands = project_status(row.endorsed_at, row.approved_at, row.expires_at, row.ended_at, now)
    if stands != status:
        raise ProjectStandsElsewhere(
            f"it is {stands.name.lower()}; this step is for one that is {status.name.lower()}", "project_id"
        )


def check_another(by: Principal, before: Sequence[UUID | None]) -> None:
    if UUID(by.subject_id) in before:
        raise NotByThePersonBefore("ask another person for this step", "project_id")
