"""Computing on records: approved by two people who gain nothing, over those who consent, and nothing of one of them."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from chassis import signing
from chassis.database import Database
from chassis.refusals import Invalid, NotFound, Unavailable
from chassis.sealing import Sealer
from computing_scenario import (
    HYPERTENSION,
    NOW,
    OPERATOR,
    OWNER,
    PRESSURE,
    REGULATOR,
    Computing,
    compute_here,
)
from computing_scenario import claims_of as result_of
from joserfc import jwt
from records.commands import compute as commands
from records.commands.compute import Counters, RunStopped, compute
from records.domain.compute import (
    ATTEMPTS_MAX,
    LEASE,
    RUN_MOVES,
    RUNS_WAITING_MAX,
    RunBudgetUsed,
    RunFailure,
    RunStatus,
    TemplateKnown,
    TemplateNotApproved,
    TemplateStandsElsewhere,
    TemplateStatus,
    TemplateTakesThreePeople,
    TooManyRuns,
    check_data_month,
    check_period,
)
from records.domain.queries import ParameterInvalid
from records.domain.releases import Release
from records_scenario import APART, JINAN
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

pytestmark = pytest.mark.anyio
SERVICE = "records"


@pytest.fixture
async def computing(records_db: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Computing]:
    monkeypatch.setattr(commands, "compute", compute_here)
    async with records_db.transaction() as session:
        keys = await signing.load(session, datetime.now(UTC), Sealer((bytes(32),)))
    computing = Computing(records_db, keys)
    await computing.run_all()
    yield computing


async def test_residents_are_counted_by_district_and_small_districts_are_not_there(
    computing: Computing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "compute", compute)
    await computing.residents("lixia", 21)
    await computing.residents("shizhong", 9)
    await computing.residents("lixia", 12, code="E11.9")
    template = await computing.approved()
    row = await computing.run(template)
    assert row.status == RunStatus.RELEASED
    claims = result_of(row)
    (group,) = claims["groups"]
    assert group["labels"] == [{"name": "district", "value": "lixia"}]
    assert group["measures"][0]["value"] in (20, 25)
    assert "shizhong" not in json.dumps(claims), "that there is such a group is not said"
    assert (claims["template"]["version"], claims["template"]["people_min"]) == (1, 10)
    assert claims["template"]["query_sha256"] == template.query_sha256.hex()
    assert claims["views_sha256"].keys() == {"conditions", "residence"}
    assert jwt.decode(row.result or "", computing.keys.signing, algorithms=["EdDSA", "Ed25519"]).claims == claims


async def test_who_does_not_consent_is_not_counted_and_each_run_asks_anew(computing: Computing) -> None:
    people = await computing.residents("lixia", 16)
    template = await computing.approved()
    assert await computing.counts(template)
    computing.consenting = people[:9]
    row = await computing.run(template)
    assert (row.status, row.result) == (RunStatus.WITHHELD, None)
    computing.consenting = []
    assert (await computing.run(template)).status == RunStatus.WITHHELD
    assert len(set(computing.asked)) == 3


async def test_the_same_people_give_the_same_answer_however_often_it_is_asked(computing: Computing) -> None:
    await computing.residents("lixia", 23)
    template = await computing.approved()
    computing.at_once = 7
    answers = [await computing.counts(template) for _ in range(3)]
    assert answers == [answers[0]] * 3


async def test_what_is_apart_and_what_is_of_another_time_or_type_is_not_looked_at(computing: Computing) -> None:
    people = await computing.residents("lixia", 16, code="B20")  # HIV, which is apart
    template = await computing.approved(json.loads(json.dumps(HYPERTENSION).replace('"E11"', '"B20"')))
    assert await computing.counts(template, parameters={"disease": "B20"}) == {}
    computing.release = Release(computing.release.information_types, frozenset({"hiv"}))
    assert await computing.counts(template, parameters={"disease": "B20"}) != {}
    assert await computing.counts(template, parameters={"disease": "B20"}, data_from=date(2026, 5, 1)) == {}
    computing.release = Release(frozenset({"laboratory"}), frozenset({"hiv"}))
    assert await computing.counts(template, parameters={"disease": "B20"}) == {}
    assert len(people) == 16


async def test_means_quantiles_and_bands_count_each_resident_once(computing: Computing) -> None:
    people = await computing.residents("lixia", 24)
    for index, resident in enumerate(people):
        for more in range(1 + index % 2):
            await computing.measured(resident, (110 if index < 12 else 150) + more)
    row = await computing.run(await computing.approved(PRESSURE, code="pressure"))
    (group,) = result_of(row)["groups"]
    said = {(measure["name"], measure.get("band", "")): measure["value"] for measure in group["measures"]}
    assert said["residents", ""] in (20, 25)
    assert said["mean", ""] == pytest.approx(130, abs=4)
    assert said["bands", "120 to 140"] is None
    assert {said["bands", "below 120"], said["bands", "140 and more"]} <= {10, 15, None}


async def test_a_resource_that_a_view_does_not_fit_fails_nobodys_run(computing: Computing) -> None:
    people = await computing.residents("lixia", 18)
    for index, resident in enumerate(people):
        await computing.measured(resident, 120 + index)
    odd = json.loads(json.dumps(PRESSURE))
    odd["views"][0]["view"]["select"][0]["column"][0]["path"] = "iif(true, 1)"
    view = odd["views"][0]["view"]["select"][0]["column"][0]
    view["path"], view["type"] = "value.ofType(Quantity).unit", "decimal"
    row = await computing.run(await computing.approved(odd, code="odd"))
    assert (row.status, row.failure) == (RunStatus.WITHHELD, RunFailure.NONE)


async def test_it_takes_three_people_and_each_step_is_taken_once(computing: Computing) -> None:
    template = await computing.propose()
    async with computing.database.transaction() as session:
        with pytest.raises(TemplateTakesThreePeople):
            await commands.endorse_template(session, template_id=template.id, by=OWNER, now=NOW)
    async with computing.database.transaction() as session:
        with pytest.raises(TemplateStandsElsewhere):
            await commands.approve_template(session, template_id=template.id, by=REGULATOR, now=NOW)
    async with computing.database.transaction() as session:
        await commands.endorse_template(session, template_id=template.id, by=OPERATOR, now=NOW)
    for by in (OWNER, OPERATOR):
        async with computing.database.transaction() as session:
            with pytest.raises(TemplateTakesThreePeople):
                await commands.approve_template(session, template_id=template.id, by=by, now=NOW)
    with pytest.raises(TemplateNotApproved):
        await computing.request(template)
    async with computing.database.transaction() as session:
        await commands.approve_template(session, template_id=template.id, by=REGULATOR, now=NOW)
    assert (await computing.request(template)).status == RunStatus.ASKED
    await computing.run_all()


async def test_a_new_version_stands_in_the_place_of_the_one_before(computing: Computing) -> None:
    first = await computing.approved(code="by-district")
    waiting = await computing.propose(code="by-district")
    assert (first.version, waiting.version) == (1, 2)
    with pytest.raises(TemplateKnown):
        await computing.propose(code="by-district")
    for step, by in ((commands.endorse_template, OPERATOR), (commands.approve_template, REGULATOR)):
        async with computing.database.transaction() as session:
            await step(session, template_id=waiting.id, by=by, now=NOW)
    with pytest.raises(TemplateNotApproved):
        await computing.request(first)


async def test_a_withdrawn_template_is_not_run_not_even_where_it_was_asked_for(computing: Computing) -> None:
    await computing.residents("lixia", 16)
    template = await computing.approved()
    row = await computing.request(template)
    for partner, refusal in ((uuid4(), NotFound), (computing.partner_id, None), (None, TemplateStandsElsewhere)):
        async with computing.database.transaction() as session:
            withdrawing = commands.withdraw_template(
                session, template_id=template.id, partner_id=partner, by=OWNER, reason="no more", now=NOW
            )
            if refusal is None:
                assert commands.status_of(await withdrawing) == TemplateStatus.WITHDRAWN
            else:
                with pytest.raises(refusal):
                    await withdrawing
    await computing.run_all()
    after = await computing.again(row)
    assert (after.status, after.failure) == (RunStatus.FAILED, RunFailure.NOT_PERMITTED)
    assert computing.asked == []


async def test_a_template_is_run_as_often_as_was_approved_and_few_runs_wait(computing: Computing) -> None:
    template = await computing.approved(runs_max=2)
    for _ in range(2):
        await computing.run(template)
    with pytest.raises(RunBudgetUsed):
        await computing.request(template)
    another = await computing.approved()
    for _ in range(RUNS_WAITING_MAX):
        await computing.request(another)
    with pytest.raises(TooManyRuns):
        await computing.request(another)
    await computing.run_all()


async def test_a_projects_templates_share_its_budget(computing: Computing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("records.domain.compute.PROJECT_RUNS_MAX", 2)
    project = uuid4()
    for template in [await computing.approved(project_id=project) for _ in range(2)]:
        await computing.run(template)
    with pytest.raises(RunBudgetUsed):
        await computing.request(await computing.approved(project_id=project))


async def test_another_partner_neither_runs_nor_reads_it(computing: Computing) -> None:
    template = await computing.approved()
    computing.partner_id = uuid4()
    with pytest.raises(NotFound):
        await computing.request(template)


@pytest.mark.parametrize("parameters", [{}, {"disease": "F20"}, {"disease": "I10", "also": 1}])
async def test_parameters_that_were_not_approved_are_refused(computing: Computing, parameters: Any) -> None:
    with pytest.raises(ParameterInvalid):
        await computing.request(await computing.approved(), parameters=parameters)


async def test_a_run_whose_process_dies_is_taken_up_again_and_fails_cleanly_in_the_end(computing: Computing) -> None:
    await computing.residents("lixia", 18)
    template = await computing.approved()
    row = await computing.request(template)

    async def away(*_: Any) -> Any:
        raise Unavailable("consent is away")

    for attempt in range(1, ATTEMPTS_MAX + 1):
        await commands.run_next(computing.database, Counters(away), computing.keys, apart=APART, zone=JINAN)
        after = await computing.again(row)
        assert (after.status, after.attempts) == (RunStatus.RUNNING, attempt)
        await pass_the_lease(computing, row)
    await computing.run_all()
    after = await computing.again(row)
    assert (after.status, after.failure, after.result) == (RunStatus.FAILED, RunFailure.INTERRUPTED, None)
    second = await computing.request(template)
    await commands.run_next(computing.database, Counters(away), computing.keys, apart=APART, zone=JINAN)
    await pass_the_lease(computing, second)
    await computing.run_all()
    assert (await computing.again(second)).status == RunStatus.RELEASED


async def pass_the_lease(computing: Computing, row: Any) -> None:
    async with computing.database.transaction() as session:
        await session.execute(
            text("UPDATE query_run SET lease_until = :past WHERE id = :id"),
            {"past": computing.database.now() - LEASE, "id": row.id},
        )


async def test_a_run_that_needs_too_much_fails_and_says_nothing_of_why(computing: Computing) -> None:
    async def resources() -> AsyncGenerator[bytes]:
        content = json.dumps({"resourceType": "Observation", "code": {"coding": [{"code": "x"}]}}).encode()
        for person in range(200):
            yield b"%d\t1\t%s\n" % (person, content)

    header = {
        "query": PRESSURE | {"views": [PRESSURE["views"][0] | {"view": wide()}]},
        "parameters": {}, "people_min": 10, "memory_mb": 1, "threads": 1, "seconds": 60,
    }  # fmt: skip
    with pytest.raises(RunStopped) as stopped:
        await compute(json.dumps(header).encode(), resources())
    assert stopped.value.failure in (RunFailure.TOO_LARGE, RunFailure.NOT_RUNNABLE)
    with pytest.raises(RunStopped) as stopped:
        await compute(b"{}", resources())
    assert stopped.value.failure == RunFailure.NOT_RUNNABLE


def wide() -> dict[str, Any]:
    columns = [{"name": f"c{index}", "path": f"'{'x' * 900}'"} for index in range(60)]
    systolic = {"name": "systolic", "path": "1", "type": "decimal"}
    return {"resource": "Observation", "select": [{"column": [systolic, *columns]}]}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE query_template SET query = '{}'",
        "UPDATE query_template SET people_min = 11",
        "UPDATE query_template SET approved_by = endorsed_by",
        "UPDATE query_template SET approved_at = now(), approved_by = gen_random_uuid()",
        "DELETE FROM query_template",
        "UPDATE query_run SET result = 'another', result_sha256 = '\\x00'",
        "UPDATE query_run SET status = 2, finished_at = NULL, lease_until = now(), result = NULL, result_sha256 = NULL",
        "UPDATE query_run SET parameters = '{}'",
        "DELETE FROM query_run",
    ],
)
async def test_the_database_lets_nobody_change_what_was_approved_or_what_came_of_it(
    computing: Computing, change: str
) -> None:
    await computing.residents("lixia", 18)
    row = await computing.run(await computing.approved())
    assert row.status == RunStatus.RELEASED
    where = f" WHERE id = '{row.template_id if 'template' in change else row.id}'"
    with pytest.raises((DBAPIError, IntegrityError)):
        async with computing.database.transaction() as session:
            await session.execute(text(change + where))


async def test_the_database_runs_nothing_that_is_not_approved(computing: Computing) -> None:
    template = await computing.propose()
    with pytest.raises(DBAPIError):
        async with computing.database.transaction() as session:
            await session.execute(
                text(
                    "INSERT INTO query_run (id, template_id, partner_id, parameters, requested_by, requested_as,"
                    " requested_at, status, attempts, failure) VALUES (:id, :template, :partner, '{}', :id, 3, now(),"
                    " 1, 0, 0)"
                ),
                {"id": uuid4(), "template": template.id, "partner": computing.partner_id},
            )


def test_a_period_is_of_whole_months() -> None:
    assert check_data_month("2026-04-01", "data_from") == date(2026, 4, 1)
    with pytest.raises(Invalid):
        check_data_month("2026-04-02", "data_from")
    with pytest.raises(Invalid):
        check_period(date(2026, 4, 1), date(2026, 4, 1))


def test_every_status_of_a_run_is_reached_and_none_is_left_again() -> None:
    reached = {RunStatus.ASKED}.union(*RUN_MOVES.values())
    assert reached == set(RunStatus)
    assert RUN_MOVES.keys() & {RunStatus.RELEASED, RunStatus.WITHHELD, RunStatus.FAILED} == set()


async def test_what_serves_records_has_no_duckdb_in_its_memory(computing: Computing) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import sys, records.app; sys.exit(bool({'duckdb', 'ibis'} & set(sys.modules)))",
    )
    assert await process.wait() == 0
