"""Orders are found by whose they are, by partner and offering, by when, and by who has to do something for them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from chassis.pages import beginning
from chassis.refusals import Invalid
from chassis.wire import timestamp
from ordering.aggregate import OrderAggregate
from ordering.api.messages import to_message
from ordering.api.orders import chosen_by
from ordering.api.served import for_payer
from ordering.domain.steps import Action, Party, next_steps
from ordering.domain.visibility import Visibility
from ordering.store import orders
from ordering.store.orders import OrderFilter
from ordering_scenario import ALL, Scenario
from yima.catalog.v1 import api_pb2 as catalog
from yima.common.v1.types_pb2 import Interval
from yima.ordering.v1 import api_pb2 as pb

pytestmark = pytest.mark.anyio
SERVICE = "ordering"


async def listed(scenario: Scenario, order: OrderAggregate, seen: Visibility = ALL, **chosen: object) -> bool:
    """Is an order among those that are asked for?"""
    async with scenario.store.transaction() as session:
        rows = await orders.page(session, seen, OrderFilter(**chosen), beginning(1_000))  # type: ignore[arg-type] # one filter a test
    return order.row.id in {order.id for order in rows}


def steps(order: OrderAggregate) -> list[tuple[Party, Action]]:
    return [(step.party, step.action) for step in next_steps(order.position)]


async def test_a_days_sessions_are_found_with_its_beginning_and_without_its_end(scenario: Scenario) -> None:
    offering = await scenario.offer(booking_required=True)
    order = await scenario.ready((offering, 1, await scenario.slot(offering, hours=30)))
    begins = order.lines[0].bookings[0].starts_at
    for start, end, expected in (
        (begins, begins + timedelta(minutes=1), True),
        (begins - timedelta(days=1), begins, False),
        (begins + timedelta(microseconds=1), begins + timedelta(days=1), False),
    ):
        assert await listed(scenario, order, sessions=(start, end), partner_id=scenario.partner) is expected
    placed = order.row.placed_at
    assert await listed(scenario, order, placed=(placed, placed + timedelta(seconds=1)))
    assert not await listed(scenario, order, placed=(placed - timedelta(days=1), placed))


async def test_a_session_that_was_taken_back_is_on_no_days_list_and_somebody_has_to_book(scenario: Scenario) -> None:
    contents = [catalog.EntitledItem(code="visit", kind=catalog.UNIT_KIND_VISIT, times=2, weight=1)]
    offering = await scenario.offer(
        kind=catalog.OFFERING_KIND_PACKAGE, contents=contents, valid_days=9, booking_required=True
    )
    slot = await scenario.slot(offering, hours=30)
    order = await scenario.ready((offering, 1, slot))
    begins = order.lines[0].bookings[0].starts_at
    day = (begins, begins + timedelta(hours=1))
    assert await listed(scenario, order, sessions=day)
    await scenario.withdraw(slot)
    assert not await listed(scenario, order, sessions=day)
    now = await scenario.look(order)
    assert steps(now) == [(Party.RESIDENT, Action.BOOK), (Party.PARTNER, Action.SERVE)]
    assert await listed(scenario, now, waits_for=Party.RESIDENT)


async def test_orders_are_found_by_whose_they_are_and_by_who_is_served(scenario: Scenario) -> None:
    offering = await scenario.offer()
    order = await scenario.ready((offering, 1))
    served = uuid4()
    await scenario.query("UPDATE orders SET passed_to = :to WHERE id = :id RETURNING id", to=served, id=order.row.id)
    mine = Visibility(partner_id=scenario.partner)
    for who in (order.row.resident_id, served):
        assert await listed(scenario, order, mine, resident_id=who, offering_id=offering)
    assert not await listed(scenario, order, mine, resident_id=uuid4())
    assert not await listed(scenario, order, mine, offering_id=uuid4())
    assert not await listed(scenario, order, Visibility(partner_id=uuid4()), resident_id=served), (
        "a filter shows nobody more"
    )


async def test_who_only_pays_is_told_no_more_than_to_pay(scenario: Scenario) -> None:
    message = to_message(await scenario.place((await scenario.offer(asks=True), 1)))
    for_payer(message, own_words=False)
    assert [step.action for step in message.next_steps] == [pb.ORDER_ACTION_PAY]


def test_a_time_that_ends_before_it_begins_is_refused_by_its_field() -> None:
    start = timestamp(datetime.now(UTC))
    for name in ("placed", "sessions"):
        with pytest.raises(Invalid) as refused:
            chosen_by(pb.ListOrdersRequest(**{name: Interval(start=start, end=start)}))
        assert refused.value.field == f"{name}.end"
