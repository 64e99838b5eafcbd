"""Computing on records where they are: templates of queries, their runs, and results about groups of people."""

from typing import Annotated

import strawberry
from strawberry import ID
from yima.records.v1 import compute_pb2 as pb
from yima.records.v1.enums import RunFailure, RunStatus, TemplateStatus

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, reads, shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, connection, page_request
from gateway.schema.partners import PartnerProfile, profile


@shows(pb.QueryTemplate)
class QueryTemplate:
    id: ID = field(kind=Kind.TEMPLATE)
    code: str
    version: int
    title: str
    why: str
    purpose: str
    information_types: list[str]
    project_id: ID | None
    people_min: int
    runs_max: int
    runs: int
    query: str
    query_sha256: str = reads(pb.QueryTemplate, lambda each, _: each.query_sha256.hex(), "Of it, in hexadecimal.")
    status: TemplateStatus
    proposed_at: DateTime
    endorsed_at: DateTime | None
    approved_at: DateTime | None
    withdrawn_at: DateTime | None
    withdrawn_because: str | None
    partner: PartnerProfile | None = profile("partner_id", "Whose it is.")


@shows(pb.QueryRun)
class QueryRun:
    id: ID = field(kind=Kind.RUN)
    template_id: ID
    project_id: ID | None
    parameters: str
    data_from: str | None
    data_until: str | None
    order_line_id: ID | None
    item: str | None
    requested_at: DateTime
    status: RunStatus
    started_at: DateTime | None
    finished_at: DateTime | None
    failure: RunFailure | None
    partner: PartnerProfile | None = profile("partner_id", "Whose it is.")


@shows(pb.ResultLabel)
class ResultLabel:
    name: str
    value: str


@shows(pb.ResultMeasure)
class ResultMeasure:
    name: str
    band: str | None
    value: str | None


@shows(pb.ResultGroup)
class ResultGroup:
    labels: list[pb.ResultLabel]
    measures: list[pb.ResultMeasure]


@shows(pb.RunResult)
class RunResult:
    run_id: ID
    signed: str
    sha256: str = reads(pb.RunResult, lambda each, _: each.sha256.hex(), "Of `signed`, in hexadecimal.")
    covered: int
    groups: list[pb.ResultGroup]


def template_id_of(template_id: ID) -> str:
    return parse_global_id(Kind.TEMPLATE, template_id, "templateId")


def run_id_of(run_id: ID) -> str:
    return parse_global_id(Kind.RUN, run_id, "runId")


@strawberry.type
class Query:
    @strawberry.field(
        description="Templates of queries, newest first: a partner's own, or everybody's for operators and regulators."
    )
    @asks("records.ListTemplates")
    async def query_templates(
        self,
        info: Info,
        status: TemplateStatus | None = None,
        template_id: ID | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.QueryTemplate]:
        context = info.context
        request = pb.ListTemplatesRequest(
            status=status,
            template_id=template_id_of(template_id) if template_id else "",
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.records.list_templates(request, context.token)
        return connection(answer.templates, answer.page)

    @strawberry.field(description="Runs of queries, newest first: a partner's own, or everybody's for who supervises.")
    @asks("records.ListRuns")
    async def query_runs(
        self,
        info: Info,
        template_id: ID | None = None,
        run_id: ID | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.QueryRun]:
        context = info.context
        request = pb.ListRunsRequest(
            template_id=template_id_of(template_id) if template_id else "",
            run_id=run_id_of(run_id) if run_id else "",
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.records.list_runs(request, context.token)
        return connection(answer.runs, answer.page)

    @strawberry.field(
        description="What a released run came to, signed by the city: groups of so many residents at least, or nothing."
    )
    @asks("records.ReadResult")
    async def run_result(self, info: Info, run_id: ID) -> pb.RunResult:
        context = info.context
        return await context.clients.records.read_result(pb.ReadResultRequest(run_id=run_id_of(run_id)), context.token)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Propose a template of a query, or its next version. Nobody runs it before an operator has "
        "endorsed it and a regulator has approved it."
    )
    @refusable
    @asks("records.ProposeTemplate")
    async def propose_query_template(
        self,
        info: Info,
        code: str,
        title: str,
        why: str,
        purpose: str,
        information_types: list[str],
        query: Annotated[str, strawberry.argument(description="JSON: views, filters, groups, measures, parameters.")],
        runs_max: int,
        idempotency_key: str,
        project_id: ID | None = None,
        people_min: int = 0,
    ) -> pb.QueryTemplate:
        context = info.context
        request = pb.ProposeTemplateRequest(
            code=code,
            title=title,
            why=why,
            purpose=purpose,
            information_types=information_types,
            project_id=parse_global_id(Kind.PROJECT, project_id, "projectId") if project_id else "",
            people_min=people_min,
            runs_max=runs_max,
            query=query,
        )
        return await context.clients.records.propose_template(request, context.token, idempotency_key)

    @strawberry.mutation(description="Endorse a proposed template as it stands: a regulator may approve it.")
    @refusable
    @asks("records.EndorseTemplate")
    async def endorse_query_template(
        self, info: Info, template_id: ID, idempotency_key: str | None = None
    ) -> pb.QueryTemplate:
        context = info.context
        request = pb.EndorseTemplateRequest(template_id=template_id_of(template_id))
        return await context.clients.records.endorse_template(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Approve an endorsed template as it stands: its partner may run it from now on.")
    @refusable
    @asks("records.ApproveTemplate")
    async def approve_query_template(
        self, info: Info, template_id: ID, idempotency_key: str | None = None
    ) -> pb.QueryTemplate:
        context = info.context
        request = pb.ApproveTemplateRequest(template_id=template_id_of(template_id))
        return await context.clients.records.approve_template(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Withdraw a template, or reject it: nothing of it is begun any more.")
    @refusable
    @asks("records.WithdrawTemplate")
    async def withdraw_query_template(
        self, info: Info, template_id: ID, reason: str, idempotency_key: str | None = None
    ) -> pb.QueryTemplate:
        context = info.context
        request = pb.WithdrawTemplateRequest(template_id=template_id_of(template_id), reason=reason)
        return await context.clients.records.withdraw_template(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Ask for a run of an approved template, over residents whose consent holds when it runs. Each of "
        "them reads in their log that they were counted, and in what."
    )
    @refusable
    @asks("records.RequestRun")
    async def request_query_run(
        self,
        info: Info,
        template_id: ID,
        idempotency_key: str,
        parameters: Annotated[str, strawberry.argument(description="A JSON object of names and values.")] = "",
        data_from: str = "",
        data_until: str = "",
        order_line_id: ID | None = None,
        item: str = "",
    ) -> pb.QueryRun:
        context = info.context
        request = pb.RequestRunRequest(
            template_id=template_id_of(template_id),
            parameters=parameters,
            data_from=data_from,
            data_until=data_until,
            order_line_id=parse_global_id(Kind.ORDER_LINE, order_line_id, "orderLineId") if order_line_id else "",
            item=item,
        )
        return await context.clients.records.request_run(request, context.token, idempotency_key)
