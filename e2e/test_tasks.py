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
        host=str(stack.postgres.socket_folder), port=stack.postgres.port, user="consent_owner",
        password=stack.secrets["owner"], database="consent",
    )  # fmt: skip
    try:
        await owner.execute("ALTER TABLE access_log DISABLE TRIGGER log_stays")
        kept = await owner.fetchrow("SELECT position, entry FROM access_log ORDER BY position LIMIT 1")
        assert kept is not None
        await owner.execute("UPDATE access_log SET entry = 'x' WHERE position = $1", kept["position"])
        code, said = await perform(stack, "consent", "check-access-log")
        assert (code, f"broken at entry {kept['position']}" in said) == (1, True), said
        await owner.execute("UPDATE access_log SET entry = $2 WHERE position = $1", kept["position"], kept["entry"])
        assert (await perform(stack, "consent", "check-access-log"))[0] == 0
    finally:
        await owner.execute("ALTER TABLE access_log ENABLE TRIGGER log_stays")
        await owner.close()


async def test_a_task_nobody_has_is_refused_with_those_there_are(stack: Stack) -> None:
    code, said = await perform(stack, "settlement", "unheard-of")
    assert code == 2
    assert "check-ledger" in said
