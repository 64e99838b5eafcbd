"""A run of a query that was for a line of an order is a use of it: counted once, and charged as measurements are."""

from typing import Any
from uuid import uuid4

import pytest
from chassis.wire import timestamp
from ordering import handlers
from ordering.aggregate import OrderAggregate
from ordering.commands.proofs import UsageRecord
from ordering.domain.process import OrderStatus
from ordering_scenario import Scenario
from yima.catalog.v1 import api_pb2 as catalog
from yima.ordering.v1.events_pb2 import OrderFulfilled, UsageRecorded
from yima.records.v1 import compute_pb2 as computing
from yima.records.v1.events_pb2 import RunEnded

pytestmark = pytest.mark.anyio
SERVICE = "ordering"
REPORTS = catalog.EntitledItem(code="cohort-report", kind=catalog.UNIT_KIND_MEASUREMENT, times=4)
SUBSCRIPTION: dict[str, Any] = {
    "price": 2_000, "kind": catalog.OFFERING_KIND_DEVICE_MONITORING, "contents": [REPORTS], "valid_days": 30,
}  # fmt: skip


async def ordered(scenario: Scenario) -> OrderAggregate:
    return await scenario.ready((await scenario.offer(**SUBSCRIPTION), 1))


def ended(scenario: Scenario, order: OrderAggregate, **other: Any) -> RunEnded:
    fields: dict[str, Any] = {
        "run_id": str(uuid4()), "partner_id": str(scenario.partner), "status": computing.RUN_STATUS_RELEASED,
        "order_line_id": str(order.lines[0].row.id), "item": "cohort-report", "ended_at": timestamp(scenario.now),
    }  # fmt: skip
    return RunEnded(**fields | other)


async def used(scenario: Scenario, order: OrderAggregate) -> int:
    (line,) = (await scenario.look(order)).lines
    return sum(item.used for item in line.entitlements)


async def test_runs_are_counted_once_and_what_was_run_is_charged(scenario: Scenario) -> None:
    order = await ordered(scenario)
    first, second = ended(scenario, order), ended(scenario, order)
    await scenario.hear(handlers.on_run_ended, first, second)
    await scenario.hear(handlers.on_run_ended, first)  # as an event that is sent again under another id
    record = UsageRecord(f"run:{first.run_id}", order.lines[0].row.id, "cohort-report", 1, scenario.now)
    (outcome,) = await scenario.record(record)
    assert (outcome.repeated, await used(scenario, order)) == (True, 2)
    assert await scenario.status(order) is OrderStatus.FULFILLING
    assert [event.units for event in await scenario.published(UsageRecorded, order)] == [2]
    scenario.later(days=31)
    await scenario.end_overdue()
    (fulfilled,) = await scenario.published(OrderFulfilled, order)
    assert [due.amount.minor for due in fulfilled.dues] == [1_000]


@pytest.mark.parametrize(
    "other",
    [
        {"status": computing.RUN_STATUS_WITHHELD},
        {"status": computing.RUN_STATUS_FAILED},
        {"order_line_id": ""},
        {"order_line_id": str(uuid4())},
        {"partner_id": str(uuid4())},
        {"item": "another"},
    ],
    ids=["withheld", "failed", "for no order", "for an unknown line", "another partner's", "not in the line"],
)
async def test_what_is_no_use_of_the_order_counts_nothing_and_harms_no_other(
    scenario: Scenario, other: dict[str, Any]
) -> None:
    order = await ordered(scenario)
    await scenario.hear(handlers.on_run_ended, ended(scenario, order, **other), ended(scenario, order))
    assert await used(scenario, order) == 1


async def test_no_more_runs_are_charged_than_were_bought_nor_any_after_the_end(scenario: Scenario) -> None:
    order = await ordered(scenario)
    await scenario.hear(handlers.on_run_ended, *[ended(scenario, order) for _ in range(6)])
    assert await used(scenario, order) == 4
    over = await ordered(scenario)
    scenario.later(days=31)
    await scenario.hear(handlers.on_run_ended, ended(scenario, over))
    assert await used(scenario, over) == 0


async def test_runs_of_partners_that_are_heard_together_count_each_for_its_own(scenario: Scenario) -> None:
    order = await ordered(scenario)
    mine, scenario.partner = scenario.partner, uuid4()
    theirs = await ordered(scenario)
    await scenario.hear(handlers.on_run_ended, ended(scenario, theirs), ended(scenario, order, partner_id=str(mine)))
    assert (await used(scenario, order), await used(scenario, theirs)) == (1, 1)
