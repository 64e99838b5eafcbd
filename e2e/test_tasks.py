"""What is done at set times, by whoever keeps the clock: `python -m chassis SERVICE --task NAME`."""

import asyncpg
import pytest
from devstack.stack import Stack
from yima_client.caller import Caller, until

from e2e.city import run
from e2e.people import a_clinic, a_resident, confirmed, place, serve, until_status

pytestmark = pytest.mark.anyio


async def perform(stack: Stack, service: str, task: str) -> tuple[int, str]:
    """The exit code and what was said."""
    return await run("chassis", service, "--task", task, environment=stack.supervisor.environment(service))


async def test_the_sweep_pays_what_is_owed_and_the_checks_hold(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    await serve(resident, clinic, order_id)
    await until_status(resident, order_id, "CLOSED")
    code, said = await perform(stack, "settlement", "payouts")
    assert (code, "payouts made" in said) == (0, True), said
    await until(
        "the payout",
        lambda: clinic.staff.run("payouts"),
        lambda page: [node["status"] for node in page["nodes"]] == ["PAID"],
    )
    for service, task in (("settlement", "check-ledger"), ("consent", "check-access-log")):
        code, said = await perform(stack, service, task)
        assert (code, "hold" in said) == (0, True), said


async def test_a_broken_access_log_fails_its_check_and_says_where(stack: Stack, nobody: Caller) -> None:
    resident, resident_id = await a_resident(nobody)
    await resident.run("records", residentId=resident_id, informationTypes=["vital-signs"], purpose="PATRQT")
    owner = await asyncpg.connect(
        host=str(stack.postgres.socket_folder),
        port=stack.postgres.port,
        user="consent_owner",
        password=stack.secrets["owner"],
        database="consent",
    )
    try:
        assert (await perform(stack, "consent", "check-access-log"))[0] == 0
        await owner.execute("ALTER TABLE access_log_leaf DISABLE TRIGGER only_grows")
        kept = await owner.fetchrow("SELECT index, entry FROM access_log_leaf ORDER BY index LIMIT 1")
        assert kept is not None
        await owner.execute("UPDATE access_log_leaf SET entry = 'x' WHERE index = $1", kept["index"])
        code, said = await perform(stack, "consent", "check-access-log")
        assert (code, "broken at entry 1:" in said) == (1, True), said
        await owner.execute("UPDATE access_log_leaf SET entry = $2 WHERE index = $1", kept["index"], kept["entry"])
        assert (await perform(stack, "consent", "check-access-log"))[0] == 0
    finally:
        await owner.execute("ALTER TABLE access_log_leaf ENABLE TRIGGER only_grows")
        await owner.close()


async def test_a_task_nobody_has_is_refused_with_those_there_are(stack: Stack) -> None:
    code, said = await perform(stack, "settlement", "unheard-of")
    assert code == 2
    assert "check-ledger" in said
