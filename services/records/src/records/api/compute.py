"""Templates of queries over HTTP, their runs, and what these came to."""

from uuid import UUID

import orjson
from chassis import pages, texts
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from chassis.wire import timestamp
from city_pack.information import INFORMATION_TYPES, PURPOSES, check_each_known, check_known
from joserfc import jws
from yima.catalog.v1.api_pb2 import ACCESS_MODE_COMPUTE
from yima.consent.v1.api_pb2 import PROJECT_STATUS_APPROVED, ListProjectsRequest, Project
from yima.records.v1 import compute_pb2 as pb

from records.api.served import Resources, api, token_of
from records.api.sources import certified_scope, own_partner, partner_of
from records.commands import compute as commands
from records.commands.compute import status_of
from records.commands.judging import Sender
from records.domain import compute as rules
from records.domain.compute import PEOPLE_MIN, ProjectDoesNotFit, RunNotOver, RunStatus, TemplateStatus, Terms
from records.domain.queries import read_query
from records.store import compute as store
from records.tables import QueryTemplateRow, RunRow


async def project_of(request: pb.ProposeTemplateRequest, call: Call[Resources]) -> Project | None:
    """The project that a template is to be of, as consent says; the caller's institution has to be in good standing."""
    await certified_scope(own_partner(call), call)
    if not request.project_id:
        return None
    query = ListProjectsRequest(project_id=str(parse_id(request.project_id, "project_id")))
    answer = await call.resources.consent.list_projects(query, token_of(call))
    project = next(iter(answer.projects), None)
    if project is None or project.grantee_id != call.principal.partner_id:
        raise ProjectDoesNotFit("it is no project of the caller's institution", "project_id")
    if project.status != PROJECT_STATUS_APPROVED:
        raise ProjectDoesNotFit("it is not approved, or over", "project_id")
    if project.access_mode != ACCESS_MODE_COMPUTE:
        raise ProjectDoesNotFit("it was not approved for COMPUTE", "project_id")
    return project


def terms_of(request: pb.ProposeTemplateRequest, project: Project | None) -> Terms:
    kinds = list(dict.fromkeys(request.information_types))
    if not 1 <= len(kinds) <= len(INFORMATION_TYPES):
        raise Invalid("information_types", f"name 1 to {len(INFORMATION_TYPES)} of them")
    check_each_known(kinds, "information_types", INFORMATION_TYPES)
    people_min = request.people_min or max(PEOPLE_MIN, project.people_min if project else 0)
    if people_min < PEOPLE_MIN:
        raise Invalid("people_min", f"must be {PEOPLE_MIN} or more")
    check_known(request.purpose, "purpose", PURPOSES)
    if project is not None:
        if request.purpose != project.purpose:
            raise ProjectDoesNotFit(f"it was approved for {project.purpose}", "purpose")
        if beyond := sorted(set(kinds) - set(project.information_types)):
            raise ProjectDoesNotFit(f"it was not approved for {beyond[0]}", "information_types")
        if people_min < project.people_min:
            raise ProjectDoesNotFit(f"it says nothing of fewer than {project.people_min} people", "people_min")
    return Terms(
        code=rules.check_code(request.code),
        title=texts.line(request.title, "title", rules.TITLE_LENGTH_MAX),
        why=texts.reason(request.why, "why"),
        purpose=request.purpose,
        information_types=kinds,
        project_id=UUID(project.id) if project else None,
        people_min=people_min,
        runs_max=rules.check_runs_max(request.runs_max),
    )


@api.serves_after(project_of)
async def propose_template(request: pb.ProposeTemplateRequest, call: Call[Resources]) -> pb.QueryTemplate:
    terms = terms_of(request, call.prepared)
    definition = rules.parse_query(request.query)
    read_query(definition)
    row = await commands.propose_template(
        call.session,
        partner_id=own_partner(call),
        terms=terms,
        definition=definition,
        by=call.principal,
        now=call.now,
    )
    return template_message(row, 0)


@api.serves
async def endorse_template(request: pb.EndorseTemplateRequest, call: Call[Resources]) -> pb.QueryTemplate:
    template_id = parse_id(request.template_id, "template_id")
    row = await commands.endorse_template(call.session, template_id=template_id, by=call.principal, now=call.now)
    return template_message(row, 0)


@api.serves
async def approve_template(request: pb.ApproveTemplateRequest, call: Call[Resources]) -> pb.QueryTemplate:
    template_id = parse_id(request.template_id, "template_id")
    row = await commands.approve_template(call.session, template_id=template_id, by=call.principal, now=call.now)
    return template_message(row, 0)


@api.serves
async def withdraw_template(request: pb.WithdrawTemplateRequest, call: Call[Resources]) -> pb.QueryTemplate:
    row = await commands.withdraw_template(
        call.session,
        template_id=parse_id(request.template_id, "template_id"),
        partner_id=partner_of(call),
        by=call.principal,
        reason=request.reason,
        now=call.now,
    )
    return template_message(row, (await store.runs_of(call.session, [row.id])).get(row.id, 0))


@api.serves
async def list_templates(request: pb.ListTemplatesRequest, call: Call[Resources]) -> pb.TemplatePage:
    part = pages.by_id(request.page)
    if request.status not in pb.TemplateStatus.values():
        raise Invalid("status", f"must be one of {', '.join(TemplateStatus.__members__)}")
    rows, page = part.cut(
        await store.templates_page(
            call.session,
            partner_id=partner_of(call),
            template_id=parse_id(request.template_id, "template_id") if request.template_id else None,
            status=TemplateStatus(request.status) if request.status else None,
            part=part,
        ),
        pages.at_id,
    )
    runs = await store.runs_of(call.session, [row.id for row in rows])
    return pb.TemplatePage(
        templates=[template_message(row, runs.get(row.id, 0)) for row in rows],
        page=page,
    )


async def in_good_standing(_request: pb.RequestRunRequest, call: Call[Resources]) -> None:
    await certified_scope(own_partner(call), call)


@api.serves_after(in_good_standing)
async def request_run(request: pb.RequestRunRequest, call: Call[Resources]) -> pb.QueryRun:
    data_from = rules.check_data_month(request.data_from, "data_from")
    data_until = rules.check_data_month(request.data_until, "data_until")
    rules.check_period(data_from, data_until)
    counts_for = None
    if request.order_line_id or request.item:
        line_id = parse_id(request.order_line_id, "order_line_id")
        counts_for = line_id, texts.line(request.item, "item", rules.TITLE_LENGTH_MAX)
    row = await commands.request_run(
        call.session,
        template_id=parse_id(request.template_id, "template_id"),
        parameters=rules.parse_parameters(request.parameters),
        data_from=data_from,
        data_until=data_until,
        counts_for=counts_for,
        by=Sender(UUID(call.principal.subject_id), call.principal.role, own_partner(call)),
        now=call.now,
    )
    return run_message(row)


@api.serves
async def list_runs(request: pb.ListRunsRequest, call: Call[Resources]) -> pb.RunPage:
    part = pages.by_id(request.page)
    rows, page = part.cut(
        await store.runs_page(
            call.session,
            partner_id=partner_of(call),
            template_id=parse_id(request.template_id, "template_id") if request.template_id else None,
            run_id=parse_id(request.run_id, "run_id") if request.run_id else None,
            part=part,
        ),
        pages.at_id,
    )
    return pb.RunPage(runs=[run_message(row) for row in rows], page=page)


@api.serves
async def read_result(request: pb.ReadResultRequest, call: Call[Resources]) -> pb.RunResult:
    row = await store.run(call.session, parse_id(request.run_id, "run_id"), partner_of(call))
    if row.status != RunStatus.RELEASED or row.result is None:
        raise RunNotOver(f"it is {RunStatus(row.status).name.lower()}", "run_id")
    claims = orjson.loads(jws.extract_compact(row.result.encode()).payload)
    return pb.RunResult(
        run_id=str(row.id),
        signed=row.result,
        sha256=row.result_sha256 or b"",
        covered=claims["covered"] or 0,
        groups=[
            pb.ResultGroup(
                labels=[pb.ResultLabel(name=label["name"], value=label["value"]) for label in group["labels"]],
                measures=[
                    pb.ResultMeasure(
                        name=measure["name"],
                        band=measure.get("band", ""),
                        value="" if measure["value"] is None else f"{measure['value']:g}",
                    )
                    for measure in group["measures"]
                ],
            )
            for group in claims["groups"]
        ],
    )


def template_message(row: QueryTemplateRow, runs: int) -> pb.QueryTemplate:
    return pb.QueryTemplate(
        id=str(row.id),
        partner_id=str(row.partner_id),
        code=row.code,
        version=row.version,
        title=row.title,
        why=row.why,
        purpose=row.purpose,
        information_types=row.information_types,
        project_id=str(row.project_id or ""),
        people_min=row.people_min,
        runs_max=row.runs_max,
        runs=runs,
        query=row.query,
        query_sha256=row.query_sha256,
        status=int(status_of(row)),  # type: ignore[arg-type] # the contract's number
        proposed_by=str(row.proposed_by),
        proposed_at=timestamp(row.proposed_at),
        endorsed_by=str(row.endorsed_by or ""),
        endorsed_at=timestamp(row.endorsed_at),
        approved_by=str(row.approved_by or ""),
        approved_at=timestamp(row.approved_at),
        withdrawn_at=timestamp(row.withdrawn_at),
        withdrawn_because=row.withdrawn_because or "",
    )


def run_message(row: RunRow) -> pb.QueryRun:
    return pb.QueryRun(
        id=str(row.id),
        template_id=str(row.template_id),
        partner_id=str(row.partner_id),
        project_id=str(row.project_id or ""),
        parameters=row.parameters,
        data_from=row.data_from.isoformat() if row.data_from else "",
        data_until=row.data_until.isoformat() if row.data_until else "",
        order_line_id=str(row.order_line_id or ""),
        item=row.item or "",
        requested_by=str(row.requested_by),
        requested_at=timestamp(row.requested_at),
        status=row.status,  # type: ignore[arg-type] # the contract's number
        started_at=timestamp(row.started_at),
        finished_at=timestamp(row.finished_at),
        failure=row.failure,  # type: ignore[arg-type] # as above
    )
