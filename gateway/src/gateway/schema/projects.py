"""Projects of research and public health: proposed, endorsed, approved, joined and ended."""

import strawberry
from strawberry import ID
from yima.catalog.v1.enums import AccessMode
from yima.consent.v1 import api_pb2 as pb
from yima.consent.v1.enums import ProjectStatus

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id, resident_or_caller
from gateway.policy import asks
from gateway.reading import shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, connection, page_request
from gateway.schema.partners import PartnerProfile, profile


@shows(pb.Project)
class Project:
    id: ID
    name: str
    why: str
    information_types: list[str]
    sensitive_categories: list[str]
    purpose: str
    access_mode: AccessMode
    people_min: int
    term_days: int
    retention_days: int
    ethics_approval: str
    status: ProjectStatus
    proposed_at: DateTime
    endorsed_at: DateTime | None
    approved_at: DateTime | None
    expires_at: DateTime | None
    ended_at: DateTime | None
    ended_because: str | None
    grantee: PartnerProfile | None = profile("grantee_id", "Whose project it is.")


def project_id_of(project_id: ID) -> str:
    return parse_global_id(Kind.PROJECT, project_id, "projectId")


@strawberry.type
class Query:
    @strawberry.field(
        description="Projects that residents may join, or could, newest first: for everybody. What is only proposed is "
        "for its institution, for operators and regulators."
    )
    @asks("consent.ListProjects")
    async def projects(
        self,
        info: Info,
        status: ProjectStatus | None = None,
        project_id: ID | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.Project]:
        context = info.context
        request = pb.ListProjectsRequest(
            status=status,
            project_id=project_id_of(project_id) if project_id else "",
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.consent.list_projects(request, context.token)
        return connection(answer.projects, answer.page)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Propose a project of research or public health of the caller's institution. Nobody can join it "
        "until an operator has endorsed it and a regulator has approved it."
    )
    @refusable
    @asks("consent.ProposeProject")
    async def propose_project(
        self,
        info: Info,
        name: str,
        why: str,
        information_types: list[str],
        purpose: str,
        access_mode: AccessMode,
        term_days: int,
        ethics_approval: str,
        idempotency_key: str,
        people_min: int = 0,
        retention_days: int = 0,
        sensitive_categories: list[str] | None = None,
    ) -> pb.Project:
        context = info.context
        request = pb.ProposeProjectRequest(
            name=name,
            why=why,
            information_types=information_types,
            sensitive_categories=sensitive_categories or (),
            purpose=purpose,
            access_mode=access_mode,
            people_min=people_min,
            term_days=term_days,
            retention_days=retention_days,
            ethics_approval=ethics_approval,
        )
        return await context.clients.consent.propose_project(request, context.token, idempotency_key)

    @strawberry.mutation(description="Endorse a proposed project as it stands: a regulator may approve it from now on.")
    @refusable
    @asks("consent.EndorseProject")
    async def endorse_project(self, info: Info, project_id: ID, idempotency_key: str | None = None) -> pb.Project:
        context = info.context
        request = pb.EndorseProjectRequest(project_id=project_id_of(project_id))
        return await context.clients.consent.endorse_project(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Approve an endorsed project as it stands: its term begins, and residents may join."
    )
    @refusable
    @asks("consent.ApproveProject")
    async def approve_project(self, info: Info, project_id: ID, idempotency_key: str | None = None) -> pb.Project:
        context = info.context
        request = pb.ApproveProjectRequest(project_id=project_id_of(project_id))
        return await context.clients.consent.approve_project(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="End a project, withdraw it, or reject it: nothing after the answer is permitted by what residents "
        "consented to for it."
    )
    @refusable
    @asks("consent.EndProject")
    async def end_project(
        self, info: Info, project_id: ID, reason: str, idempotency_key: str | None = None
    ) -> pb.Project:
        context = info.context
        request = pb.EndProjectRequest(project_id=project_id_of(project_id), reason=reason)
        return await context.clients.consent.end_project(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Join an approved project: consent to what it asks for, as it stands, for oneself or a dependant. "
        "The consent ends with the project, and may be revoked as any other."
    )
    @refusable
    @asks("consent.JoinProject")
    async def join_project(
        self, info: Info, project_id: ID, resident_id: ID | None = None, idempotency_key: str | None = None
    ) -> pb.ConsentArtefact:
        context = info.context
        request = pb.JoinProjectRequest(
            project_id=project_id_of(project_id), resident_id=resident_or_caller(resident_id)
        )
        return await context.clients.consent.join_project(request, context.token, idempotency_key or "")
