"""A price for one unit: what was used costs as much as there was of it, to the minor unit, and never more than was
agreed to."""

import asyncio
from typing import Any

import pytest
from chassis.refusals import Invalid
from devstack.samples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from ordering.api.messages import to_message
from ordering.commands.proofs import UsageRecord
from ordering.domain.entitlements import ItemUse, due
from ordering.domain.process import OrderStatus
from ordering_scenario import Scenario
from sqlalchemy.exc import IntegrityError
from yima.catalog.v1 import api_pb2 as catalog
from yima.ordering.v1.events_pb2 import CancellationSettled, OrderCancelled, OrderFulfilled

SERVICE = "ordering"
DAY = catalog.EntitledItem(code="day", kind=catalog.UNIT_KIND_MEASUREMENT, times=1)
PER_UNIT: dict[str, Any] = {
    "kind": catalog.OFFERING_KIND_DEVICE_MONITORING,
    "contents": [DAY],
    "valid_days": 30,
    "priced_per": catalog.PRICE_BASIS_USAGE,
    "units_max": 500,
}


@settings(max_examples=examples(300))
@given(price=st.integers(0, 10**9), cap=st.integers(1, 10_000), data=st.data())
def test_what_was_used_costs_its_price_each_whatever_the_currency_s_minor_unit(
    price: int, cap: int, data: st.DataObject
) -> None:
    """JPY has none, KWD has three: amounts are minor units, and no unit costs a part of one."""
    used = data.draw(st.integers(0, cap))
    amount = due(price * cap, used == cap, [ItemUse(cap, used, 1)])
    assert amount == price * used
    assert amount + due(price * cap, used == 0, [ItemUse(cap, cap - used, 1)]) == price * cap


@pytest.mark.anyio
async def test_units_count_once_up_to_what_was_agreed_and_cost_their_price(scenario: Scenario) -> None:
    order = await scenario.ready((await scenario.offer(price=83, **PER_UNIT), 300))
    line = order.lines[0].row.id
    assert order.row.total_minor == 300 * 83
    first = UsageRecord("k1", line, "day", 130, scenario.now)
    (counted,) = await scenario.record(first)
    (again,) = await scenario.record(first)
    assert (counted.counted, again.counted, again.repeated) == (True, False, True)
    (beyond,) = await scenario.record(UsageRecord("k2", line, "day", 171, scenario.now))
    assert (beyond.counted, beyond.refusal) == (False, "130 of 300 have been used")
    shown = to_message(await scenario.look(order))
    assert shown.lines[0].priced_per == catalog.PRICE_BASIS_USAGE
    assert (shown.lines[0].due.minor, shown.lines[0].total.minor) == (130 * 83, 300 * 83)


@pytest.mark.anyio
async def test_of_records_at_the_same_moment_no_more_count_than_were_agreed_to(scenario: Scenario) -> None:
    """Seven systems of a partner's record at once, and each sends its record twice: the order's lock decides."""
    order = await scenario.ready((await scenario.offer(price=83, **PER_UNIT), 300))
    line = order.lines[0].row.id
    records = [UsageRecord(f"k{index // 2}", line, "day", 50, scenario.now) for index in range(14)]
    outcomes = [outcome for (outcome,) in await asyncio.gather(*map(scenario.record, records))]
    assert sum(outcome.counted for outcome in outcomes) == 6
    assert sum(outcome.refusal.startswith("300 of 300") for outcome in outcomes) == 2
    assert (await scenario.look(order)).lines[0].due_minor == 300 * 83


@pytest.mark.anyio
async def test_at_the_end_of_its_time_what_was_used_is_due_and_the_rest_is_not(scenario: Scenario) -> None:
    order = await scenario.ready((await scenario.offer(price=83, **PER_UNIT), 300))
    await scenario.record(UsageRecord("k1", order.lines[0].row.id, "day", 7, scenario.now))
    scenario.later(days=31)
    await scenario.end_overdue()
    assert (await scenario.look(order)).row.status == OrderStatus.FULFILLED
    (fulfilled,) = await scenario.published(OrderFulfilled, order)
    assert [due.amount.minor for due in fulfilled.dues] == [7 * 83]


@pytest.mark.anyio
async def test_who_stops_pays_what_was_used_once_they_could_object(scenario: Scenario) -> None:
    order = await scenario.ready((await scenario.offer(price=83, **PER_UNIT), 300))
    await scenario.record(UsageRecord("k1", order.lines[0].row.id, "day", 7, scenario.now))
    await scenario.cancel(order)
    (cancelled,) = await scenario.published(OrderCancelled, order)
    assert cancelled.HasField("objection_until"), "the partner's records alone say so"
    assert not await scenario.published(CancellationSettled, order)
    await scenario.agree(order)
    (settled,) = await scenario.published(CancellationSettled, order)
    assert [due.amount.minor for due in settled.dues] == [7 * 83]


@pytest.mark.anyio
async def test_nobody_orders_more_units_than_the_terms_let_them(scenario: Scenario) -> None:
    per_unit, package = await scenario.offer(**PER_UNIT), await scenario.offer(**PER_UNIT | {"priced_per": 0})
    for offering_id, most in ((per_unit, 500), (package, 100)):
        with pytest.raises(Invalid, match=f"between 1 and {most}") as refused:
            await scenario.place((offering_id, most + 1))
        assert refused.value.field == "lines[0].quantity"
        assert (await scenario.place((offering_id, most))).lines[0].entitlements[0].granted == most


@pytest.mark.anyio
async def test_the_database_itself_lets_no_line_be_of_more_than_its_terms(scenario: Scenario) -> None:
    order = await scenario.place((await scenario.offer(**PER_UNIT), 500))
    with pytest.raises(IntegrityError, match="no more than its terms"):
        async with scenario.store.transaction() as session:
            order.lines[0].row.quantity = 501
            await session.merge(order.lines[0].row)
