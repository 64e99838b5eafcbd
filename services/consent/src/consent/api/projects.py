"""Projects over HTTP: proposed, endorsed, approved, joined, ended, and read by everybody."""

from datetime import datetime
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid, NotFound
from chassis.wire import timestamp
from yima.consent.v1 import api_pb2 as pb

from consent.api.consents import acts_until, artefact_message
from consent.api.served import Resources, api
from consent.commands import projects as commands
from consent.domain.consents import NOT_THEIR_RESIDENT, RELEASE_SECONDS
from consent.domain.decisions import check_access_request
from consent.domain.projects import (
    ProjectStatus,
    check_people,
    check_purpose,
    check_retention,
    check_term,
    project_status,
)
from consent.domain.reach import check_categories
from consent.store import projects as store
from consent.store.clock import database_now
from consent.tables import ProjectRow


@api.serves
async def propose_project(request: pb.ProposeProjectRequest, call: Call[Resources]) -> pb.Project:
    access = check_access_request(request.information_types, check_purpose(request.purpose), request.access_mode)
    now = await database_now(call.session)
    row = await commands.propose(
        call.session,
        name=request.name,
        why=request.why,
        ethics_approval=request.ethics_approval,
        grantee_id=UUID(call.principal.partner_id),
        access=access,
        sensitive_categories=check_categories(request.sensitive_categories, call.resources.city.sensitive),
        people_min=check_people(request.people_min, access.access_mode),
        term_days=check_term(request.term_days),
        retention_days=check_retention(request.retention_days, access.access_mode),
        by=call.principal,
        now=now,
    )
    return project_message(row, now)


@api.serves
async def endorse_project(request: pb.EndorseProjectRequest, call: Call[Resources]) -> pb.Project:
    now, project_id = await database_now(call.session), parse_id(request.project_id, "project_id")
    row = await commands.endorse(call.session, project_id=project_id, by=call.principal, now=now)
    return project_message(row, now)


@api.serves
async def approve_project(request: pb.ApproveProjectRequest, call: Call[Resources]) -> pb.Project:
    now, project_id = await database_now(call.session), parse_id(request.project_id, "project_id")
    row = await commands.approve(call.session, project_id=project_id, by=call.principal, now=now)
    return project_message(row, now)


@api.serves_and_waits(RELEASE_SECONDS)
async def end_project(request: pb.EndProjectRequest, call: Call[Resources]) -> pb.Project:
    now = await database_now(call.session)
    row = await commands.end(
        call.session,
        project_id=parse_id(request.project_id, "project_id"),
        grantee_id=UUID(call.principal.partner_id) if call.principal.partner_id else None,
        by=call.principal,
        reason=request.reason,
        now=now,
    )
    return project_message(row, now)


@api.serves
async def list_projects(request: pb.ListProjectsRequest, call: Call[Resources]) -> pb.ProjectPage:
    part = pages.by_id(request.page)
    if request.status not in pb.ProjectStatus.values():
        raise Invalid("status", f"must be one of {', '.join(ProjectStatus.__members__)}")
    rows, page = part.cut(
        await store.projects_page(
            call.session,
            everything=call.principal.supervises,
            grantee_id=UUID(call.principal.partner_id) if call.principal.partner_id else None,
            project_id=parse_id(request.project_id, "project_id") if request.project_id else None,
            status=ProjectStatus(request.status) if request.status else None,
            at=call.now,
            part=part,
        ),
        pages.at_id,
    )
    return pb.ProjectPage(
        projects=[project_message(row, call.now) for row in rows],
        page=page,
    )


@api.serves_after(acts_until)
async def join_project(request: pb.JoinProjectRequest, call: Call[Resources]) -> pb.ConsentArtefact:
    resident_id = parse_id(request.resident_id or call.principal.subject_id, "resident_id")
    if resident_id not in call.prepared:
        raise NotFound(NOT_THEIR_RESIDENT, "resident_id")
    artefact = await commands.join(
        call.session,
        project_id=parse_id(request.project_id, "project_id"),
        resident_id=resident_id,
        by=UUID(call.principal.subject_id),
        until=call.prepared[resident_id],
        keys=call.resources.keys,
        now=await database_now(call.session),
    )
    return await artefact_message(artefact, call)


def project_message(row: ProjectRow, now: datetime) -> pb.Project:
    status = project_status(row.endorsed_at, row.approved_at, row.expires_at, row.ended_at, now)
    return pb.Project(
        id=str(row.id),
        name=row.name,
        why=row.why,
        grantee_id=str(row.grantee_id),
        information_types=row.information_types,
        sensitive_categories=row.sensitive_categories,
        purpose=row.purpose,
        access_mode=row.access_mode,  # type: ignore[arg-type] # the contract's number
        people_min=row.people_min,
        term_days=row.term_days,
        retention_days=row.retention_days,
        ethics_approval=row.ethics_approval,
        status=int(status),  # type: ignore[arg-type] # as above
        proposed_by=str(row.proposed_by),
        proposed_at=timestamp(row.proposed_at),
        endorsed_by=str(row.endorsed_by or ""),
        endorsed_at=timestamp(row.endorsed_at),
        approved_by=str(row.approved_by or ""),
        approved_at=timestamp(row.approved_at),
        expires_at=timestamp(row.expires_at),
        ended_at=timestamp(row.ended_at),
        ended_because=row.ended_because or "",
    )
