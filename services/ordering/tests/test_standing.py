"""A partner that is suspended or has lapsed gets into nothing new, and its residents leave free of charge."""

import itertools
from typing import Any

import pytest
from ordering.aggregate import OrderAggregate
from ordering.api.messages import cancellation_terms
from ordering.commands import moves
from ordering.domain.process import Actor, OrderStatus
from ordering.domain.standing import SUSPENDED, NotInGoodStanding
from ordering.domain.visibility import Visibility
from ordering_scenario import DEADLINES, Scenario
from sqlalchemy.exc import DBAPIError
from yima.catalog.v1 import api_pb2 as catalog
from yima.ordering.v1.events_pb2 import OrderCancelled, OrderFulfilled
from yima.partners.v1.api_pb2 import CAPABILITY_SELL

pytestmark = pytest.mark.anyio
SERVICE = "ordering"
RULES = [catalog.CancellationRule(hours_before=24 * 30, fee_basis_points=10_000)]
COURSE: dict[str, Any] = {
    "kind": catalog.OFFERING_KIND_PACKAGE,
    "booking_required": True,
    "valid_days": 60,
    "cancellation": RULES,
    "contents": [catalog.EntitledItem(code="visit", kind=catalog.UNIT_KIND_VISIT, times=4)],
}
WAYS = ["suspended", "lapsed"]


async def fall(scenario: Scenario, how: str, version: int = 5) -> None:
    """The partner loses its standing: by an event, or by the clock alone."""
    if how == "suspended":
        await scenario.suspend(version)
    else:
        await scenario.stand(CAPABILITY_SELL, version=version, hours=0)


async def pay(scenario: Scenario, order: OrderAggregate) -> None:
    async with scenario.store.transaction() as session:
        await moves.pay_order(
            session,
            order_id=order.row.id,
            visibility=Visibility(everything=True),
            method="sandbox:ok",
            deadlines=DEADLINES,
            now=scenario.now,
        )


async def course(scenario: Scenario, **more: Any) -> OrderAggregate:
    offering = await scenario.offer(price=1_000, **(COURSE | more))
    return await scenario.ready(
        (offering, 1, await scenario.slot(offering, hours=12), await scenario.slot(offering, hours=36))
    )


@pytest.mark.parametrize("how", WAYS)
async def test_nothing_is_ordered_paid_accepted_booked_or_moved(scenario: Scenario, how: str) -> None:
    offering = await scenario.offer()
    unpaid, paid = await scenario.place((offering, 1)), await scenario.place((offering, 1))
    await scenario.pay(paid)
    order = await course(scenario)
    slot = await scenario.slot(order.lines[0].row.offering_id, hours=50)
    await fall(scenario, how)
    first = order.lines[0].bookings[0].id
    for refused in (
        lambda: scenario.place((offering, 1)),
        lambda: pay(scenario, unpaid),
        lambda: scenario.accept(paid),
        lambda: scenario.book(order, slot, actor=Actor.PARTNER),
        lambda: scenario.book(order, slot, first, Actor.PARTNER),
        lambda: scenario.book(order, slot),
        lambda: scenario.agree_to_sessions(order, first),
    ):
        with pytest.raises(NotInGoodStanding):
            await refused()


@pytest.mark.parametrize("how", WAYS)
async def test_money_that_comes_after_confirms_nothing_and_the_order_is_called_off_and_told(
    scenario: Scenario, how: str
) -> None:
    offering = await scenario.offer()
    unpaid, confirmed, accepted = [await scenario.place((offering, 1)) for _ in range(3)]
    await scenario.pay(confirmed)
    await scenario.pay(accepted)
    await scenario.accept(accepted)
    await fall(scenario, how)
    await scenario.pay(unpaid)
    assert await scenario.status(unpaid) is OrderStatus.PLACED
    await scenario.call_off_unaccepted()
    for order in (unpaid, confirmed):
        (event,) = await scenario.published(OrderCancelled, order)
        assert (event.reason, event.cancelled_by, list(event.dues)) == (SUSPENDED, "partners", [])
    assert await scenario.status(accepted) is OrderStatus.ACCEPTED
    await scenario.call_off_unaccepted()  # again does nothing
    assert len(await scenario.published(OrderCancelled, unpaid)) == 1


async def test_orders_of_another_partner_are_left_alone(scenario: Scenario) -> None:
    other = Scenario(scenario.store)
    order = await scenario.place((await scenario.offer(), 1))
    await other.offer()
    await other.suspend(2)
    await scenario.call_off_unaccepted()
    await scenario.pay(order)
    assert await scenario.status(await scenario.accept(order)) is OrderStatus.ACCEPTED


@pytest.mark.parametrize("how", WAYS)
async def test_residents_leave_free_of_charge_whatever_the_hour(scenario: Scenario, how: str) -> None:
    order = await course(scenario)
    assert cancellation_terms(order, Actor.RESIDENT, scenario.now).due.minor == 500
    await fall(scenario, how)
    cancellation = await scenario.cancel_sessions(order, order.lines[0].bookings[0].id)
    assert cancellation.fee_minor == 0
    now = cancellation_terms(await scenario.look(order), Actor.RESIDENT, scenario.now)
    assert (now.possible, now.due.minor, now.HasField("free_until")) == (True, 0, False)
    await scenario.cancel(order)
    (event,) = await scenario.published(OrderCancelled, order)
    assert list(event.dues) == []


@pytest.mark.parametrize("how", WAYS)
async def test_what_was_accepted_before_may_be_served_and_costs_what_was_given(scenario: Scenario, how: str) -> None:
    """The unused is not charged, even where the terms say so: nobody could use it."""
    order = await course(scenario, unused=catalog.UNUSED_CHARGED)
    await fall(scenario, how)
    await scenario.scan(order, "visit")
    scenario.later(days=61)
    await scenario.end_overdue()
    (event,) = await scenario.published(OrderFulfilled, order)
    assert [due.amount.minor for due in event.dues] == [250]


async def test_a_partner_that_is_reinstated_goes_on(scenario: Scenario) -> None:
    offering = await scenario.offer()
    order = await course(scenario)
    await scenario.suspend(2)
    await scenario.reinstate(3)
    assert cancellation_terms(await scenario.look(order), Actor.RESIDENT, scenario.now).due.minor == 500
    again = await scenario.place((offering, 1))
    await scenario.pay(again)
    assert (await scenario.accept(again)).row.status == OrderStatus.ACCEPTED


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_standings_told_in_any_order_and_twice_end_alike(scenario: Scenario, order: tuple[int, ...]) -> None:
    offering = await scenario.offer()
    steps = [lambda: scenario.reinstate(1), lambda: scenario.suspend(2), lambda: scenario.reinstate(3)]
    for number in (*order, *order):
        await steps[number]()
    await scenario.place((offering, 1))
    await scenario.suspend(4)
    await scenario.reinstate(3)
    with pytest.raises(NotInGoodStanding):
        await scenario.place((offering, 1))


async def test_a_later_offering_puts_no_suspended_partner_back(scenario: Scenario) -> None:
    await scenario.suspend(2)
    offering = await scenario.offer()
    with pytest.raises(NotInGoodStanding) as refused:
        await scenario.place((offering, 1))
    assert refused.value.field == "lines[0].offering_id"


@pytest.mark.parametrize("status", ["confirmed", "accepted"])
async def test_the_database_lets_no_suspended_partner_into_an_order(scenario: Scenario, status: str) -> None:
    order = await scenario.place((await scenario.offer(), 1))
    await scenario.suspend(2)
    with pytest.raises(DBAPIError, match="suspended"):
        await scenario.query(
            "UPDATE orders SET status = :status WHERE id = :id RETURNING id", status=status, id=order.row.id
        )


async def test_a_free_order_of_a_suspended_partner_is_not_confirmed_and_another_partners_is(scenario: Scenario) -> None:
    mine, other = await scenario.offer(price=0), Scenario(scenario.store)
    theirs = await other.offer(price=0)
    await scenario.suspend(2)
    with pytest.raises(NotInGoodStanding):
        await scenario.place((mine, 1))
    assert (await other.place((theirs, 1))).row.status == OrderStatus.CONFIRMED
