"""Short runs of `make faults`: processes die, a durable is deleted, the databases' server dies and its standby takes
over, the payment provider does everything wrong. People are at work all the while, and all is right afterwards."""

from pathlib import Path

import pytest

from e2e.city import nursery
from e2e.faults.injected import FAULTS
from e2e.faults.run import Run, a_town, plan_of, torment

pytestmark = [pytest.mark.anyio, pytest.mark.long]
SEED = 7
WORK_SECONDS = (2.0, 4.0)


async def after(folder: Path, *plan: str) -> Run:
    """A run of these faults, on a system with one server of the bus."""
    run = Run(SEED, 10, list(plan), {})
    async with a_town(folder, run, nodes=1, nursery=nursery(), own_disk=False) as town:
        await torment(town, run, work=WORK_SECONDS, forget=False)
    assert [each.name for each in run.outcomes] == ["nothing yet", *plan]
    assert all(each.done for each in run.outcomes), "people were at work all the while"
    return run


async def test_orders_go_on_while_a_standby_takes_over_and_every_answer_is_given_or_says_when_to_ask_again(
    tmp_path: Path,
) -> None:
    run = await after(tmp_path, "process killed", "failover", "durable deleted")
    assert run.findings == [], "what clients were told of is there once, every event had its effect, nothing is buried"
    assert run.orders and run.events > run.orders
    assert any("was answered unavailable" in what for what in run.happened), "nobody noticed that something was away"


async def test_with_every_fault_of_the_provider_services_agree_and_every_case_is_explained(tmp_path: Path) -> None:
    run = await after(tmp_path, "provider misbehaves", "failover")
    assert run.findings == []
    assert run.happened["movements reconciled"]


def test_a_plan_follows_from_its_seed_and_leaves_nothing_out() -> None:
    chosen = [*FAULTS.values()]
    once = plan_of(SEED, chosen, len(chosen))
    assert plan_of(SEED, chosen, len(chosen)) == once
    assert {one.name for one in once} == set(FAULTS)
    assert plan_of(SEED + 1, chosen, len(chosen)) != once
    assert len(plan_of(SEED, chosen, 3 * len(chosen) + 1)) == 3 * len(chosen) + 1
