"""Runs of the checks of conformance."""

from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from chassis.wire import timestamp
from yima.notifications.v1 import api_pb2 as pb

from notifications.api.served import api, partner_of
from notifications.commands import conformance as commands
from notifications.domain.conformance import EXPECTED, CheckStatus, RunStatus, Step
from notifications.resources import Resources
from notifications.store import conformance
from notifications.tables import ConformanceRunRow


@api.serves
async def start_conformance_run(request: pb.StartConformanceRunRequest, call: Call[Resources]) -> pb.ConformanceRun:
    run = await commands.start(
        call.session,
        endpoint_id=parse_id(request.webhook_endpoint_id, "webhook_endpoint_id"),
        partner_id=partner_of(call),
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return await run_answer(run, call)


@api.serves
async def begin_conformance_check(request: pb.BeginConformanceCheckRequest, call: Call[Resources]) -> pb.ConformanceRun:
    run = await commands.begin_check(
        call.session,
        run_id=parse_id(request.conformance_run_id, "conformance_run_id"),
        partner_id=partner_of(call),
        step=step_named(request.step),
        about=request.about,
        now=call.now,
    )
    return await run_answer(run, call)


@api.serves
async def get_conformance_run(request: pb.GetConformanceRunRequest, call: Call[Resources]) -> pb.ConformanceRun:
    run_id = parse_id(request.conformance_run_id, "conformance_run_id")
    return await run_answer(await conformance.run_of(call.session, run_id, partner_of(call)), call)


def step_named(number: int) -> Step:
    if number == pb.CONFORMANCE_STEP_UNSPECIFIED or number not in pb.ConformanceStep.values():
        raise Invalid("step", "must be one of the checks of conformance")
    return Step(pb.ConformanceStep.Name(number).removeprefix("CONFORMANCE_STEP_").lower())


async def run_answer(run: ConformanceRunRow, call: Call[Resources]) -> pb.ConformanceRun:
    await call.session.flush()
    checks = {check.step: check for check in await conformance.checks_of(call.session, run.id)}
    return pb.ConformanceRun(
        id=str(run.id),
        partner_id=str(run.partner_id),
        webhook_endpoint_id=str(run.endpoint_id),
        url=run.url,
        status=f"CONFORMANCE_RUN_STATUS_{RunStatus(run.status).name}",
        started_at=timestamp(run.started_at),
        ends_at=timestamp(run.ends_at),
        finished_at=timestamp(run.finished_at),
        checks=[
            pb.ConformanceCheck(
                step=f"CONFORMANCE_STEP_{step.name}",
                status=f"CONFORMANCE_CHECK_STATUS_{CheckStatus(checks[step].status).name}",
                about=checks[step].about,
                expected=EXPECTED[step],
                sent=checks[step].sent,
                answered=checks[step].answered,
                decided_at=timestamp(checks[step].decided_at),
            )
            for step in Step
        ],
    )
