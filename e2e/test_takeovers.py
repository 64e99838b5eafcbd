"""The server of all databases dies under orders and its standby takes over: no order, event or cent is lost.

`make soak` does the same with 10,000 orders and two takeovers.
"""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from devstack.cities import City
from devstack.ports import free_range
from devstack.stack import PORTS_NEEDED, Stack
from settlement.provider.sandbox.books import Faults

from bench import drift
from bench.soak import EVERY_FAULT, Soak

pytestmark = [pytest.mark.anyio, pytest.mark.long]

ORDERS = 120


@pytest.fixture(scope="module")
async def cluster(tmp_path_factory: pytest.TempPathFactory, anyio_backend: object) -> AsyncGenerator[Stack]:
    """A system of its own, whose databases have a standby."""
    folder = Path(tmp_path_factory.mktemp("takeovers"))
    async with Stack(folder, City.named("jinan"), free_range(PORTS_NEEDED), standby=True) as running:
        yield running


async def test_orders_go_on_while_a_standby_takes_over_and_every_answer_is_given_or_says_when_to_ask_again(
    cluster: Stack,
) -> None:
    run = Soak(cluster, ORDERS, Faults(), takeovers=1, residents=12, clinics=2)
    off = await run.run()
    assert off == [], "what clients were told of is there once, every event had its effect, nothing is buried"
    assert len(run.client_orders) == ORDERS
    assert run.happened["takeovers of all databases"] == 1
    away = {what for what in run.happened if "was answered" in what and "nothing-taken" not in what}
    assert away, "nobody noticed that the databases were away"
    cases = await drift.explained(cluster, Faults())
    assert not cases.by_fault and not cases.unexplained


async def test_with_every_fault_of_the_provider_services_agree_and_every_case_is_explained(cluster: Stack) -> None:
    run = Soak(cluster, ORDERS, EVERY_FAULT, takeovers=1, residents=12, clinics=2, seed=2)
    off = await run.run()
    assert off == []
    cases = await drift.explained(cluster, EVERY_FAULT)
    assert not cases.unexplained
    assert {fault for _, fault in cases.by_fault} & {"refuse_void", "refuse_refund", "refuse_capture"}
    await run.set_faults(Faults())
