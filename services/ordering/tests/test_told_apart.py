"""What few orders have is said apart from what all have: who needs to know of it hears of no other order."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest
from chassis.wire import moment
from ordering.aggregate import OrderAggregate
from ordering.domain.process import Actor
from ordering_scenario import Scenario
from yima.ordering.v1.events_pb2 import (
    FOLLOW_UP_ORDER_STATE_OPEN,
    FOLLOW_UP_ORDER_STATE_OVER,
    FOLLOW_UP_ORDER_STATE_SERVED,
    FollowUpOrderChanged,
    SessionsPlaced,
)

pytestmark = pytest.mark.anyio
SERVICE = "ordering"


async def cancelled(scenario: Scenario, order: OrderAggregate) -> None:
    await scenario.cancel(order)


async def refused(scenario: Scenario, order: OrderAggregate) -> None:
    await scenario.pay(order)
    await scenario.refuse(order)


async def expired(scenario: Scenario, order: OrderAggregate) -> None:
    scenario.now = order.row.deadline
    await scenario.end_overdue()


async def served(scenario: Scenario, order: OrderAggregate) -> None:
    await scenario.pay(order)
    await scenario.accept(order)
    await scenario.scan(order)
    await scenario.fulfil(order)


@pytest.mark.parametrize(
    ("end", "state"),
    [
        (cancelled, FOLLOW_UP_ORDER_STATE_OVER),
        (refused, FOLLOW_UP_ORDER_STATE_OVER),
        (expired, FOLLOW_UP_ORDER_STATE_OVER),
        (served, FOLLOW_UP_ORDER_STATE_SERVED),
    ],
)
async def test_an_order_for_a_follow_up_says_that_it_is_placed_and_how_it_ended(
    scenario: Scenario, end: Callable[[Scenario, OrderAggregate], Awaitable[None]], state: int
) -> None:
    offering_id, follow_up = await scenario.offer(), uuid4()
    order = await scenario.place((offering_id, 1), follow_up=follow_up)
    await end(scenario, order)
    said = await scenario.published(FollowUpOrderChanged, order)
    assert [event.state for event in said] == [FOLLOW_UP_ORDER_STATE_OPEN, state]
    assert {event.follow_up_id for event in said} == {str(follow_up)}
    assert said[0].version < said[1].version
    other = await scenario.place((offering_id, 1))
    await scenario.cancel(other, Actor.RESIDENT)
    assert await scenario.published(FollowUpOrderChanged, other) == []


async def test_an_order_says_the_sessions_that_it_was_placed_with(scenario: Scenario) -> None:
    offering_id = await scenario.offer(booking_required=True)
    slot_id = await scenario.slot(offering_id)
    order = await scenario.place((offering_id, 1, slot_id))
    (said,) = await scenario.published(SessionsPlaced, order)
    (booking,) = order.lines[0].bookings
    (session,) = said.sessions
    assert (session.booking_id, moment(session.interval.start)) == (str(booking.id), booking.starts_at)
    assert await scenario.published(SessionsPlaced, await scenario.place((await scenario.offer(), 1))) == []
