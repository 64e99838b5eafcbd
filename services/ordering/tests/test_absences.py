"""Who does not come owes what cancelling in the last moment cost, and no money moves before they could object."""

from datetime import timedelta
from typing import Any

import pytest
from devstack.samples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ordering.aggregate import OrderAggregate
from ordering.domain.absences import AbsenceNotTaken, AbsenceTooEarly, AbsenceTooLate, SessionBegun
from ordering.domain.process import Actor, OrderStatus, TransitionRefused
from ordering_scenario import DEADLINES, Scenario
from sqlalchemy.exc import DBAPIError
from yima.catalog.v1 import api_pb2 as catalog
from yima.ordering.v1.events_pb2 import CancellationSettled, OrderCancelled

pytestmark = pytest.mark.anyio
SERVICE = "ordering"
HALF_A_DAY_BEFORE = {"cancellation": [catalog.CancellationRule(hours_before=12, fee_basis_points=5_000)]}
AFTER_GRACE = DEADLINES.grace + timedelta(minutes=1)
FEW = settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


async def booked(scenario: Scenario, terms: dict[str, Any] = HALF_A_DAY_BEFORE) -> OrderAggregate:
    """An accepted order of a session, which begins now."""
    offering = await scenario.offer(price=200, booking_required=True, **terms)
    order = await scenario.ready((offering, 1, await scenario.slot(offering, hours=24)))
    scenario.later(hours=24)
    return order


async def amounts(scenario: Scenario, order: OrderAggregate) -> list[int]:
    """What was taken of an order, by each event that says what is due."""
    settled = await scenario.published(CancellationSettled, order)
    cancelled = await scenario.published(OrderCancelled, order)
    return [due.amount.minor for event in (*cancelled, *settled) for due in event.dues]


@FEW
@given(
    stated=st.integers(-60, 26 * 60),
    looked=st.integers(-10, 3 * 24 * 60 + 10),
    rules=st.lists(st.tuples(st.integers(0, 72), st.integers(0, 10_000)), max_size=3),
)
async def test_whenever_it_is_stated_no_money_moves_before_the_time_to_object_and_then_the_fee_does(
    scenario: Scenario, stated: int, looked: int, rules: list[tuple[int, int]]
) -> None:
    cancellation = [catalog.CancellationRule(hours_before=hours, fee_basis_points=fee) for hours, fee in rules]
    order = await booked(scenario, {"cancellation": cancellation})
    begins = order.lines[0].bookings[0].starts_at
    scenario.now = begins + timedelta(minutes=stated)
    if scenario.now < begins + DEADLINES.grace:
        with pytest.raises(AbsenceTooEarly):
            await scenario.state_absence(order)
        return
    if scenario.now >= begins + DEADLINES.grace + DEADLINES.absence:
        with pytest.raises(AbsenceTooLate):
            await scenario.state_absence(order)
        return
    fee = 200 * max((fee for hours, fee in rules if hours), default=0) // 10_000
    assert abs((await scenario.state_absence(order, validate_only=True)).fee_minor - fee) <= 1
    fee = (await scenario.state_absence(order)).fee_minor
    assert await amounts(scenario, order) == []
    until = scenario.now + DEADLINES.objection
    scenario.now = max(scenario.now, until + timedelta(minutes=looked - 3 * 24 * 60))
    await scenario.end_overdue()
    assert await amounts(scenario, order) == ([fee] if fee and scenario.now >= until else [])


async def test_who_objects_with_success_owes_nothing_and_otherwise_the_fee(scenario: Scenario) -> None:
    for upheld, owed in ((True, []), (False, [100])):
        order = await booked(scenario)
        scenario.now += AFTER_GRACE
        await scenario.state_absence(order)
        scenario.later(days=2)
        await scenario.complain(order, not_given=True)
        scenario.later(days=2)
        await scenario.end_overdue()
        assert await amounts(scenario, order) == [], "it waits for the decision"
        await scenario.decide(order, upheld=upheld)
        assert await amounts(scenario, order) == owed
        ((struck,),) = await scenario.query(
            "SELECT struck_at IS NOT NULL FROM absence WHERE order_id = :o", o=order.row.id
        )
        assert struck is upheld


async def test_nothing_is_stated_of_who_was_there_or_agreed_to_no_time_or_of_a_course(scenario: Scenario) -> None:
    served = await booked(scenario)
    await scenario.scan(served)
    scenario.now += AFTER_GRACE
    with pytest.raises(TransitionRefused):
        await scenario.state_absence(served)

    moved = await booked(scenario)
    scenario.now -= timedelta(hours=4)
    (booking,) = moved.lines[0].bookings
    later_slot = await scenario.slot(moved.lines[0].row.offering_id, hours=5)
    await scenario.book(moved, later_slot, booking.id, Actor.PARTNER)
    scenario.later(hours=6)
    with pytest.raises(AbsenceNotTaken):
        await scenario.state_absence(moved)

    visit = catalog.EntitledItem(code="visit", kind=catalog.UNIT_KIND_VISIT, times=2, weight=1)
    course = await booked(scenario, {"kind": catalog.OFFERING_KIND_PACKAGE, "contents": [visit], "valid_days": 30})
    scenario.now += AFTER_GRACE
    with pytest.raises(AbsenceNotTaken):
        await scenario.state_absence(course)


async def test_nobody_gets_out_of_a_session_that_has_begun_while_it_may_be_stated_that_they_stayed_away(
    scenario: Scenario,
) -> None:
    order = await booked(scenario)
    scenario.later(minutes=1)
    with pytest.raises(SessionBegun):
        await scenario.cancel(order)
    await scenario.cancel(await booked(scenario, {}))  # it costs no fee: nothing to get out of
    assert (await scenario.cancel(order, Actor.PARTNER)).row.status == OrderStatus.CANCELLED
    assert await amounts(scenario, order) == []
    stayed_away = await booked(scenario)
    scenario.now += DEADLINES.grace + DEADLINES.absence
    await scenario.cancel(stayed_away)
    assert await amounts(scenario, stayed_away) == [], "the partner said nothing, and nothing is owed"


async def test_a_partner_that_is_suspended_takes_no_fee_of_who_does_not_come(scenario: Scenario) -> None:
    order = await booked(scenario)
    await scenario.suspend(version=9)
    scenario.now += AFTER_GRACE
    assert (await scenario.state_absence(order)).fee_minor == 0
    scenario.later(days=4)
    await scenario.end_overdue()
    assert await amounts(scenario, order) == []


async def test_the_database_takes_no_absence_from_before_the_start_or_from_what_was_given(scenario: Scenario) -> None:
    order = await booked(scenario)
    (booking,) = order.lines[0].bookings
    insert = (
        "INSERT INTO absence VALUES (:order, :booking, :line, :starts, :stated, 'partner', 0, NULL) RETURNING order_id"
    )
    values = {
        "order": order.row.id,
        "booking": booking.id,
        "line": order.lines[0].row.id,
        "starts": booking.starts_at,
    }
    with pytest.raises(DBAPIError, match="absence_after_start"):
        await scenario.query(insert, **values, stated=booking.starts_at - timedelta(seconds=1))
    await scenario.scan(order)
    with pytest.raises(DBAPIError, match="agreed"):
        await scenario.query(insert, **values, stated=booking.starts_at)
