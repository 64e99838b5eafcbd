"""Templates of queries, approved by two people who gain nothing by them, and their runs.

A run has a process of its own (`records.computing`), without a connection, a key or a file, that is given the resources
of those whose consent holds at that moment and gives back what may be said of groups of people. A run whose process, or
whose service, dies is taken up again when its lease is over, and fails cleanly after a few times.
"""

import asyncio
import hashlib
import hmac
import logging
import os
import secrets
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import batched
from pathlib import Path
from typing import cast
from uuid import UUID

import orjson
from chassis import errors, moments, texts
from chassis.auth import Principal, sign
from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.signing import SigningKeys
from sqlalchemy.ext.asyncio import AsyncSession
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as consent_pb
from yima.consent.v1.client import ConsentClient

from records import events
from records.commands.judging import Sender
from records.domain import compute as rules
from records.domain.compute import (
    RunBudgetUsed,
    RunFailure,
    RunStatus,
    TemplateKnown,
    TemplateNotApproved,
    TemplateStandsElsewhere,
    TemplateStatus,
    TemplateTakesThreePeople,
    Terms,
    TooManyRuns,
    template_status,
)
from records.domain.queries import canonical, query_sha256, read_query
from records.domain.releases import Release
from records.domain.sensitivity import Sensitivity
from records.store import compute as store
from records.store import grounds
from records.tables import QueryTemplateRow, RunRow

log = logging.getLogger("records.compute")
USE = "computation"  # of the token by which records says whose run it is
VOUCHED_SECONDS = 120
MEMORY_MB = 512
THREADS = 1
ANSWER_BYTES_MAX = 1_048_576
TRY_AGAIN_SECONDS = 10
RESIDENTS_AT_ONCE = 50


async def propose_template(
    session: AsyncSession, *, partner_id: UUID, terms: Terms, definition: object, by: Principal, now: datetime
) -> QueryTemplateRow:
    """Propose a template, or the next version of one. Nobody runs it before an operator has endorsed it and a regulator
    has approved it."""
    version = await store.next_version(session, partner_id, terms.code)
    if await store.waits(session, partner_id, terms.code):
        raise TemplateKnown("withdraw it, or wait until it is approved", "code")
    written = canonical(definition)
    row = QueryTemplateRow(
        id=new_id(),
        partner_id=partner_id,
        code=terms.code,
        version=version,
        title=terms.title,
        why=terms.why,
        purpose=terms.purpose,
        information_types=sorted(terms.information_types),
        project_id=terms.project_id,
        people_min=terms.people_min,
        runs_max=terms.runs_max,
        query=written.decode(),
        query_sha256=query_sha256(written),
        seed=secrets.token_bytes(32),
        proposed_by=UUID(by.subject_id),
        proposed_at=now,
    )
    session.add(row)
    await session.flush()
    return row


async def endorse_template(
    session: AsyncSession, *, template_id: UUID, by: Principal, now: datetime
) -> QueryTemplateRow:
    """Endorse what a partner has proposed."""
    row = await store.template(session, template_id, None, lock=True)
    check_stands(row, TemplateStatus.PROPOSED)
    check_another(by, [row.proposed_by])
    row.endorsed_by, row.endorsed_at = UUID(by.subject_id), now
    await session.flush()
    return row


async def approve_template(
    session: AsyncSession, *, template_id: UUID, by: Principal, now: datetime
) -> QueryTemplateRow:
    """Approve what an operator has endorsed; it stands in the place of the version before."""
    row = await store.template(session, template_id, None, lock=True)
    check_stands(row, TemplateStatus.ENDORSED)
    check_another(by, [row.proposed_by, row.endorsed_by])
    row.approved_by, row.approved_at = UUID(by.subject_id), now
    for other in await store.approved_before(session, row):
        withdraw(other, by, f"version {row.version} stands in its place", now)
    await session.flush()
    return row


async def withdraw_template(
    session: AsyncSession, *, template_id: UUID, partner_id: UUID | None, by: Principal, reason: str, now: datetime
) -> QueryTemplateRow:
    """Withdraw a template, or reject one that was proposed. Runs that are asked for already are not begun."""
    row = await store.template(session, template_id, partner_id, lock=True)
    why = texts.reason(reason)
    if row.withdrawn_at is not None:
        raise TemplateStandsElsewhere("nothing is left to do: it was withdrawn", "template_id")
    withdraw(row, by, why, now)
    await session.flush()
    return row


def withdraw(row: QueryTemplateRow, by: Principal, why: str, now: datetime) -> None:
    row.withdrawn_by, row.withdrawn_at, row.withdrawn_because = UUID(by.subject_id), now, why


def status_of(row: QueryTemplateRow) -> TemplateStatus:
    return template_status(row.endorsed_at, row.approved_at, row.withdrawn_at)


def check_stands(row: QueryTemplateRow, status: TemplateStatus) -> None:
    if (stands := status_of(row)) != status:
        raise TemplateStandsElsewhere(
            f"it is {stands.name.lower()}; this step is for one that is {status.name.lower()}", "template_id"
        )


def check_another(by: Principal, before: Sequence[UUID | None]) -> None:
    if UUID(by.subject_id) in before:
        raise TemplateTakesThreePeople("ask another person for this step", "template_id")


async def request_run(
    session: AsyncSession,
    *,
    template_id: UUID,
    parameters: object,
    data_from: date | None,
    data_until: date | None,
    counts_for: tuple[UUID, str] | None,
    by: Sender,
    now: datetime,
) -> RunRow:
    """Ask for a run. It begins within seconds, and counts within the template's budget whatever becomes of it."""
    row = await store.template(session, template_id, by.partner_id, lock=True)
    if status_of(row) != TemplateStatus.APPROVED:
        raise TemplateNotApproved(f"it is {status_of(row).name.lower()}", "template_id")
    checked = read_query(orjson.loads(row.query)).check_parameters(parameters)
    if (await store.runs_of(session, [row.id])).get(row.id, 0) >= row.runs_max:
        raise RunBudgetUsed(f"it may be run {row.runs_max} times; propose a new version", "template_id")
    if row.project_id is not None:
        since = now - timedelta(days=rules.PROJECT_RUNS_DAYS)
        if await store.runs_of_project(session, row.project_id, since) >= rules.PROJECT_RUNS_MAX:
            raise RunBudgetUsed(
                f"its project has {rules.PROJECT_RUNS_MAX} runs within {rules.PROJECT_RUNS_DAYS} days", "template_id"
            )
    if await store.runs_waiting(session, by.partner_id) >= rules.RUNS_WAITING_MAX:
        raise TooManyRuns(f"{rules.RUNS_WAITING_MAX} of them wait", TRY_AGAIN_SECONDS, "template_id")
    run = RunRow(
        id=new_id(),
        template_id=row.id,
        partner_id=row.partner_id,
        project_id=row.project_id,
        parameters=rules.written(checked),
        data_from=data_from,
        data_until=data_until,
        order_line_id=counts_for[0] if counts_for else None,
        item=counts_for[1] if counts_for else None,
        requested_by=by.subject_id,
        requested_as=int(by.role),
        requested_at=now,
        status=RunStatus.ASKED,
    )
    session.add(run)
    await session.flush()
    return run


@dataclass(frozen=True, slots=True)
class Counted:
    """A resident who may be counted, and what of their data."""

    resident_id: UUID
    releases: Sequence[Release]


@dataclass(frozen=True)
class Counters:
    """Who says who may be counted: some residents at once, and after whom to ask on."""

    ask: Callable[[Sender, UUID, QueryTemplateRow, str], Awaitable[tuple[Sequence[Counted], str]]]


def consent_counts(consent: ConsentClient, keys: SigningKeys, now: Callable[[], float]) -> Counters:
    """Consent, asked in the name of whoever asked for a run."""

    async def ask(
        sender: Sender, run_id: UUID, template: QueryTemplateRow, after: str
    ) -> tuple[Sequence[Counted], str]:
        claims = {
            "use": USE,
            "sub": str(sender.subject_id),
            "role": Role.Name(sender.role),
            "pid": str(sender.partner_id),
            "run": str(run_id),
            "exp": now() + VOUCHED_SECONDS,
        }
        answer = await consent.decide_computation(
            consent_pb.DecideComputationRequest(
                sender=sign(keys.signing, claims),
                information_types=template.information_types,
                purpose=template.purpose,
                project_id=str(template.project_id or ""),
                note=rules.note_of(template.title, template.purpose, template.people_min),
                after=after,
            )
        )
        return [
            Counted(UUID(each.resident_id), [release_of(release) for release in each.releases])
            for each in answer.residents
        ], answer.next

    return Counters(ask)


def release_of(message: consent_pb.Release) -> Release:
    return Release(
        frozenset(message.information_types),
        frozenset(message.sensitive_categories),
        message.data_from.ToDatetime(UTC) if message.HasField("data_from") else None,
        message.data_until.ToDatetime(UTC) if message.HasField("data_until") else None,
    )


class RunStopped(Exception):
    """A run came to nothing, for a reason that says nothing of the data."""

    def __init__(self, failure: RunFailure) -> None:
        super().__init__(failure.name)
        self.failure = failure


EXIT_CODES = {3: RunFailure.NOT_RUNNABLE, 4: RunFailure.TOO_LARGE}


async def run_next(
    database: Database,
    counters: Counters,
    keys: SigningKeys,
    *,
    apart: Sensitivity,
    zone: tzinfo,
) -> bool:
    """Do the run that has waited longest; False: none waits."""
    now = database.now()
    async with database.transaction() as session:
        run = await store.claim(session, now, rules.LEASE)
        if run is None:
            return False
        template = await store.template(session, run.template_id, None)
        session.expunge_all()
    try:
        if run.attempts > rules.ATTEMPTS_MAX:
            raise RunStopped(RunFailure.INTERRUPTED)
        if status_of(template) != TemplateStatus.APPROVED:
            raise RunStopped(RunFailure.NOT_PERMITTED)
        async with asyncio.timeout(rules.RUN_SECONDS_MAX):
            outcome = await compute(header_of(run, template), looked_at(database, run, template, counters, apart, zone))
    except RunStopped as stopped:
        await finish(database, run, template, keys, None, stopped.failure)
    except TimeoutError:
        await finish(database, run, template, keys, None, RunFailure.TOO_SLOW)
    except Exception as error:
        log.warning("run %s is put off: %s", run.id, errors.describe(error))
        async with database.transaction() as session:
            await store.put_off(session, run.id, run.attempts, now + timedelta(seconds=TRY_AGAIN_SECONDS))
    else:
        await finish(database, run, template, keys, outcome, RunFailure.NONE)
    return True


def header_of(run: RunRow, template: QueryTemplateRow) -> bytes:
    return orjson.dumps(
        {
            "query": orjson.loads(template.query),
            "parameters": orjson.loads(run.parameters),
            "people_min": template.people_min,
            "memory_mb": MEMORY_MB,
            "threads": THREADS,
            "seconds": rules.RUN_SECONDS_MAX,
        }
    )


async def looked_at(
    database: Database,
    run: RunRow,
    template: QueryTemplateRow,
    counters: Counters,
    apart: Sensitivity,
    zone: tzinfo,
) -> AsyncIterator[bytes]:
    """A line a resource: a number for its resident, their key, and what it says; some residents at once."""
    sender = Sender(run.requested_by, cast(Role, run.requested_as), run.partner_id)
    kinds = read_query(orjson.loads(template.query)).resource_types
    since = moments.start_of(run.data_from, zone) if run.data_from else None
    until = moments.start_of(run.data_until, zone) if run.data_until else None
    after, before = "", 0
    while True:
        counted, after = await counters.ask(sender, run.id, template, after)
        by_release: dict[Release, list[UUID]] = defaultdict(list)
        for each in counted:
            for release in each.releases:
                by_release[release].append(each.resident_id)
        numbers = {each.resident_id: number for number, each in enumerate(counted, start=before)}
        before += len(counted)
        keys = {each.resident_id: key_of(template.seed, each.resident_id) for each in counted}
        for release, residents in by_release.items():
            for some in batched(residents, RESIDENTS_AT_ONCE, strict=False):
                async with database.transaction() as session:
                    await grounds.decided(session, run.id, some, release.information_types)
                    looked = await store.resources(session, some, release, apart, kinds, since, until)
                yield b"".join(
                    b"%d\t%d\t%s\n" % (numbers[row.resident_id], keys[row.resident_id], row.resource.encode())
                    for row in looked
                )
        if not after:
            return


def key_of(seed: bytes, resident_id: UUID) -> int:
    """A number that stands for a resident in the runs of one template."""
    return int.from_bytes(hmac.digest(seed, resident_id.bytes, "sha256")[:4])


async def compute(header: bytes, lines: AsyncIterator[bytes]) -> dict[str, object]:
    """What a process of its own makes of these resources. Raises `RunStopped`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "records.computing",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG") if name in os.environ},
        cwd=Path(sys.executable).parent,
    )
    assert process.stdin is not None, "it is a pipe"
    assert process.stdout is not None, "it is a pipe"
    answer = asyncio.create_task(process.stdout.read(ANSWER_BYTES_MAX + 1))
    try:
        try:
            process.stdin.write(header + b"\n")
            async for some in lines:
                process.stdin.write(some)
                await process.stdin.drain()
            process.stdin.close()
            await process.stdin.wait_closed()
        except (BrokenPipeError, ConnectionResetError):
            pass  # it is over: its exit code says why
        said = await answer
        if await process.wait():
            raise RunStopped(EXIT_CODES.get(process.returncode or 0, RunFailure.TOO_LARGE))
    finally:
        answer.cancel()
        if process.returncode is None:
            process.kill()
            await process.wait()
    if len(said) > ANSWER_BYTES_MAX:
        raise RunStopped(RunFailure.TOO_LARGE)
    return cast(dict[str, object], orjson.loads(said))


async def finish(
    database: Database,
    claimed: RunRow,
    template: QueryTemplateRow,
    keys: SigningKeys,
    outcome: dict[str, object] | None,
    failure: RunFailure,
) -> None:
    """Keep what became of a run, once; whoever took it up meanwhile keeps theirs."""
    now = database.now()
    async with database.transaction() as session:
        run = await store.claimed(session, claimed.id, claimed.attempts)
        if run is None:
            return
        run.lease_until, run.finished_at = None, now
        if outcome is None:
            run.status, run.failure = RunStatus.FAILED, failure
        elif not outcome["groups"]:
            run.status = RunStatus.WITHHELD
        else:
            run.status, run.result = RunStatus.RELEASED, signed_result(run, template, keys, outcome)
            run.result_sha256 = hashlib.sha256(run.result.encode()).digest()
        await session.flush()
        publish(session, events.run_ended(run), run.id)
    log.info("run %s is over: %s", claimed.id, RunStatus(run.status).name.lower())


def signed_result(run: RunRow, template: QueryTemplateRow, keys: SigningKeys, outcome: dict[str, object]) -> str:
    assert run.started_at is not None, "it was claimed"
    query = read_query(orjson.loads(template.query))
    about = {
        "id": str(template.id),
        "code": template.code,
        "version": template.version,
        "title": template.title,
        "purpose": template.purpose,
        "partner": str(template.partner_id),
        "project": str(template.project_id or ""),
        "query_sha256": template.query_sha256.hex(),
        "people_min": template.people_min,
    }
    claims = rules.result_of(
        run_id=run.id,
        template=about,
        parameters=orjson.loads(run.parameters),
        views={name: view.sha256 for name, view in query.views.items()},
        data_from=run.data_from,
        data_until=run.data_until,
        started_at=run.started_at,
        outcome=outcome,
    )
    return sign(keys.signing, claims)
