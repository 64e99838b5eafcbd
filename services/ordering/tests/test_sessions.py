"""Sessions are cancelled one by one or from one on, and each costs what its own time says."""

from typing import Any
from uuid import UUID

import pytest
from ordering.aggregate import OrderAggregate
from ordering.domain.entitlements import AllOfIt, EntitlementUsedUp
from ordering.domain.orders import SlotPast
from ordering.domain.process import Actor, OrderStatus, TransitionRefused
from ordering_scenario import Scenario
from yima.catalog.v1 import api_pb2 as catalog
from yima.ordering.v1.events_pb2 import OrderCancelled, OrderFulfilled, SessionsCancelled

pytestmark = pytest.mark.anyio
SERVICE = "ordering"
RULES = [
    catalog.CancellationRule(hours_before=24, fee_basis_points=5_000),
    catalog.CancellationRule(hours_before=2, fee_basis_points=10_000),
]
COURSE: dict[str, Any] = {
    "kind": catalog.OFFERING_KIND_PACKAGE,
    "booking_required": True,
    "valid_days": 200,
    "cancellation": RULES,
    "contents": [catalog.EntitledItem(code="visit", kind=catalog.UNIT_KIND_VISIT, times=8)],
}
WEEK = 24 * 7


async def course(
    scenario: Scenario, price: int = 80_000, first: float = 48, booked: int = 8, **more: Any
) -> OrderAggregate:
    """Eight sessions, of which so many are booked, a week apart."""
    offering = await scenario.offer(price=price, **(COURSE | more))
    slots = [await scenario.slot(offering, hours=first + WEEK * number) for number in range(booked)]
    return await scenario.ready((offering, 1, *slots))


def booked(order: OrderAggregate, number: int) -> UUID:
    return order.lines[0].bookings[number].id


async def attend(scenario: Scenario, order: OrderAggregate, number: int) -> OrderAggregate:
    scenario.now = order.lines[0].bookings[number].starts_at
    return await scenario.scan(order, "visit")


async def free_places(scenario: Scenario, order: OrderAggregate) -> list[int]:
    rows = await scenario.query(
        "SELECT capacity - held FROM slot WHERE offering_id = :id ORDER BY starts_at", id=order.lines[0].row.offering_id
    )
    return [row[0] for row in rows]


async def test_cancelling_a_course_costs_what_was_used_and_each_session_by_its_own_time(scenario: Scenario) -> None:
    """cal.diy#30016: four of eight were made; an hour before the fifth, the three after it are weeks off and free."""
    order = await course(scenario)
    for number in range(4):
        order = await attend(scenario, order, number)
    scenario.now = order.lines[0].bookings[4].starts_at
    scenario.later(hours=-1)
    await scenario.cancel(order)
    (cancelled,) = await scenario.published(OrderCancelled, order)
    assert [due.amount.minor for due in cancelled.dues] == [50_000]


async def test_a_session_that_has_begun_unproven_costs_nothing_and_the_later_ones_their_own_fee(
    scenario: Scenario,
) -> None:
    order = await course(scenario)
    scenario.now = order.lines[0].bookings[1].starts_at
    scenario.later(hours=-20)  # nobody has proven the first, the second is less than a day off
    await scenario.cancel(order)
    (cancelled,) = await scenario.published(OrderCancelled, order)
    assert [due.amount.minor for due in cancelled.dues] == [5_000]


async def test_one_session_is_cancelled_for_its_fee_and_the_rest_goes_on(scenario: Scenario) -> None:
    order = await course(scenario)
    scenario.later(hours=30)  # the first is 18 hours off
    preview = await scenario.cancel_sessions(order, booked(order, 0), validate_only=True)
    assert (preview.fee_minor, preview.released_minor) == (5_000, 5_000)
    assert await free_places(scenario, order) == [0] * 8
    done = await scenario.cancel_sessions(order, booked(order, 0))
    assert (done.fee_minor, done.released_minor) == (5_000, 5_000)
    assert await free_places(scenario, order) == [1, *[0] * 7]
    assert len(done.order.lines[0].bookings) == 7
    (event,) = await scenario.published(SessionsCancelled, order)
    assert (event.given_up, event.fee.minor, len(event.booking_ids)) == (1, 5_000, 1)
    order = done.order
    for number in range(7):
        order = await attend(scenario, order, number)
    with pytest.raises((EntitlementUsedUp, TransitionRefused)):
        await scenario.scan(order, "visit")
    await scenario.fulfil(order)
    (fulfilled,) = await scenario.published(OrderFulfilled, order)
    assert [due.amount.minor for due in fulfilled.dues] == [75_000]


async def test_this_and_all_following_sessions_are_given_up_each_by_its_time(scenario: Scenario) -> None:
    order = await course(scenario)
    order = await attend(scenario, order, 0)
    scenario.now = order.lines[0].bookings[1].starts_at
    scenario.later(hours=-1)
    done = await scenario.cancel_sessions(order, booked(order, 1), following=True)
    assert (done.fee_minor, done.released_minor) == (10_000, 60_000)
    assert await free_places(scenario, order) == [0, *[1] * 7]
    await scenario.fulfil(done.order)  # nothing is left to prove
    (fulfilled,) = await scenario.published(OrderFulfilled, order)
    assert [due.amount.minor for due in fulfilled.dues] == [20_000]


async def test_what_was_given_up_is_not_booked_or_charged_again_even_where_the_unused_is(scenario: Scenario) -> None:
    order = await course(scenario, unused=catalog.UNUSED_CHARGED)
    order = await attend(scenario, order, 0)
    done = await scenario.cancel_sessions(order, booked(order, 7))
    with pytest.raises(Exception, match="no further session"):
        await scenario.book(done.order, await scenario.slot(order.lines[0].row.offering_id, hours=WEEK * 9))
    scenario.later(days=201)
    await scenario.end_overdue()
    (fulfilled,) = await scenario.published(OrderFulfilled, order)
    assert [due.amount.minor for due in fulfilled.dues] == [10_000]  # the first; the others passed unproven


async def test_sessions_the_partner_cancels_cost_nothing_and_may_be_booked_again(scenario: Scenario) -> None:
    order = await course(scenario)
    scenario.later(hours=47)
    done = await scenario.cancel_sessions(order, booked(order, 0), following=False, actor=Actor.PARTNER)
    assert (done.fee_minor, done.released_minor) == (0, 0)
    assert done.order.lines[0].entitlements[0].given_up == 0
    again = await scenario.book(done.order, await scenario.slot(order.lines[0].row.offering_id, hours=WEEK * 10))
    assert len(again.lines[0].bookings) == 8


async def test_all_there_is_is_not_cancelled_session_by_session_but_with_the_order(scenario: Scenario) -> None:
    order = await course(scenario)
    with pytest.raises(AllOfIt):
        await scenario.cancel_sessions(order, booked(order, 0), following=True)
    single = await scenario.offer(booking_required=True)
    visit = await scenario.ready((single, 1, await scenario.slot(single)))
    with pytest.raises(AllOfIt):
        await scenario.cancel_sessions(visit, booked(visit, 0))


async def test_a_session_that_has_begun_is_not_cancelled(scenario: Scenario) -> None:
    order = await course(scenario)
    scenario.later(hours=48)
    with pytest.raises(SlotPast):
        await scenario.cancel_sessions(order, booked(order, 0))
    assert await scenario.status(order) is OrderStatus.ACCEPTED
