"""What a partner does to a session costs its resident nothing until they agree to it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from chassis.refusals import Invalid
from hypothesis import given
from hypothesis import strategies as some
from ordering.aggregate import OrderAggregate, OrderLine
from ordering.api.messages import cancellation_terms, to_message
from ordering.domain.orders import BookedElsewhere, SlotPast
from ordering.domain.process import Actor, OrderStatus, TransitionRefused
from ordering.tables import BookingRow, EntitlementRow, OrderLineRow, TermsRow
from ordering_scenario import Scenario
from sqlalchemy.exc import DBAPIError
from yima.catalog.v1 import api_pb2 as catalog
from yima.ordering.v1 import api_pb2 as pb
from yima.ordering.v1.events_pb2 import (
    OrderCancelled,
    OrderFulfilled,
    SessionsAgreed,
    SessionsCancelled,
    SlotBooked,
)

pytestmark = pytest.mark.anyio
SERVICE = "ordering"
RULES = [
    catalog.CancellationRule(hours_before=24, fee_basis_points=5_000),
    catalog.CancellationRule(hours_before=6, fee_basis_points=10_000),
]
COURSE: dict[str, Any] = {
    "kind": catalog.OFFERING_KIND_PACKAGE,
    "booking_required": True,
    "valid_days": 60,
    "cancellation": RULES,
    "contents": [catalog.EntitledItem(code="visit", kind=catalog.UNIT_KIND_VISIT, times=10)],
}
NEAR = [0.05, 3, 5, 23]  # hours from now: three minutes, and within either rule


def terms(order: OrderAggregate, now: datetime) -> pb.CancellationTerms:
    return cancellation_terms(order, Actor.RESIDENT, now)


async def visit(scenario: Scenario, hours: float = 24 * 20) -> OrderAggregate:
    offering = await scenario.offer(booking_required=True, cancellation=RULES)
    return await scenario.ready((offering, 1, await scenario.slot(offering, hours=hours)))


async def course(scenario: Scenario, *hours: float, **more: Any) -> OrderAggregate:
    offering = await scenario.offer(price=1_000, **(COURSE | more))
    return await scenario.ready((offering, 1, *[await scenario.slot(offering, hours=hours) for hours in hours]))


async def moved(
    scenario: Scenario, order: OrderAggregate, hours: float, actor: Actor = Actor.PARTNER
) -> OrderAggregate:
    """The order's first session at another time."""
    line = order.lines[0]
    return await scenario.book(
        order, await scenario.slot(line.row.offering_id, hours=hours), line.bookings[0].id, actor
    )


async def booked(
    scenario: Scenario, order: OrderAggregate, hours: float, actor: Actor = Actor.PARTNER
) -> OrderAggregate:
    """The order with a further session."""
    return await scenario.book(order, await scenario.slot(order.lines[0].row.offering_id, hours=hours), actor=actor)


async def dues(scenario: Scenario, order: OrderAggregate) -> list[int]:
    """What is due after the resident has cancelled."""
    await scenario.cancel(order)
    (cancelled,) = await scenario.published(OrderCancelled, order)
    return [due.amount.minor for due in cancelled.dues]


@pytest.mark.parametrize("hours", NEAR)
async def test_a_session_the_partner_moves_near_is_cancelled_for_nothing_until_its_resident_agrees(
    scenario: Scenario, hours: float
) -> None:
    order = await moved(scenario, await visit(scenario), hours)
    now = terms(order, scenario.now)
    assert (now.due.minor, now.HasField("free_until")) == (0, False)
    (shown,) = to_message(order).lines[0].bookings
    assert (shown.booked_by, shown.HasField("agreed_at")) == (pb.BOOKED_BY_PARTNER, False)
    (event,) = await scenario.published(SlotBooked, order)
    assert event.waits_for_agreement
    assert await dues(scenario, order) == []


async def test_once_its_resident_agrees_a_moved_session_costs_what_its_time_says(scenario: Scenario) -> None:
    order = await moved(scenario, await visit(scenario), 23)
    agreed = await scenario.agree_to_sessions(order)
    (event,) = await scenario.published(SessionsAgreed, order)
    assert list(event.booking_ids) == [str(agreed.lines[0].bookings[0].id)]
    assert event.version == agreed.row.version
    assert to_message(agreed).lines[0].bookings[0].HasField("agreed_at")
    assert terms(agreed, scenario.now).due.minor == 50
    await scenario.agree_to_sessions(agreed, agreed.lines[0].bookings[0].id)  # again changes nothing
    assert len(await scenario.published(SessionsAgreed, order)) == 1
    assert await dues(scenario, agreed) == [50]


async def test_a_resident_moves_what_they_did_not_agree_to_at_any_time_and_so_agrees(scenario: Scenario) -> None:
    order = await moved(scenario, await moved(scenario, await visit(scenario), 3), 23, Actor.RESIDENT)
    assert order.lines[0].bookings[0].agreed_at is not None
    assert await dues(scenario, order) == [50]


async def test_one_session_moved_again_and_again_never_costs_anything(scenario: Scenario) -> None:
    order = await visit(scenario)
    for hours in (30, 12, 4, 0.1):
        order = await moved(scenario, order, hours)
        assert terms(order, scenario.now).due.minor == 0
    assert await dues(scenario, order) == []


async def test_a_partner_moves_and_books_only_in_what_it_has_accepted(scenario: Scenario) -> None:
    offering = await scenario.offer(booking_required=True)
    order = await scenario.place((offering, 1, await scenario.slot(offering)))
    await scenario.pay(order)
    with pytest.raises(TransitionRefused, match="accept the order first"):
        await moved(scenario, order, 5)
    assert await scenario.published(SlotBooked, order) == []


async def test_sessions_of_a_package_nobody_asked_for_cost_nothing_even_after_they_were_missed(
    scenario: Scenario,
) -> None:
    order = await course(scenario, 24 * 20)
    for number in range(9):
        order = await booked(scenario, order, 1 + number)
    assert terms(order, scenario.now).due.minor == 0
    scenario.later(hours=12)
    assert terms(await scenario.look(order), scenario.now).due.minor == 0
    assert await dues(scenario, order) == []


async def test_declining_what_the_partner_booked_gives_no_visit_up(scenario: Scenario) -> None:
    order = await course(scenario, 24 * 20)
    order = await booked(scenario, order, 2)
    offered = order.lines[0].bookings[0]
    done = await scenario.cancel_sessions(order, offered.id)
    assert (done.fee_minor, done.order.lines[0].entitlements[0].given_up) == (0, 0)
    (event,) = await scenario.published(SessionsCancelled, order)
    assert (event.given_up, event.fee.minor) == (0, 0)
    order = done.order
    for number in range(9):  # all ten may still be booked
        order = await booked(scenario, order, 30 + number, Actor.RESIDENT)
    assert len(order.lines[0].agreed_bookings) == 10


async def test_agreed_and_other_sessions_are_cancelled_together_each_by_its_own_rule(scenario: Scenario) -> None:
    order = await booked(scenario, await course(scenario, 23), 25)
    done = await scenario.cancel_sessions(order, order.lines[0].bookings[0].id, following=True)
    assert (done.fee_minor, done.order.lines[0].entitlements[0].given_up) == (50, 1)
    assert done.order.lines[0].bookings == []


async def test_what_a_partner_books_keeps_nobody_from_booking_elsewhere_until_they_agree(scenario: Scenario) -> None:
    order = await booked(scenario, await course(scenario, 24 * 20), 48)
    resident, other = order.row.resident_id, await scenario.offer(booking_required=True, partner=uuid4())
    await scenario.place((other, 1, await scenario.slot(other)), resident=resident)
    with pytest.raises(BookedElsewhere):
        await scenario.agree_to_sessions(order)
    after = await scenario.look(order)
    assert [booking.agreed_at is None for booking in after.lines[0].bookings] == [True, False]


async def test_only_sessions_that_stand_and_are_to_come_are_agreed_to(scenario: Scenario) -> None:
    order = await moved(scenario, await visit(scenario), 3)
    first = order.lines[0].bookings[0].id
    order = await moved(scenario, order, 2)
    with pytest.raises(Invalid, match="look at it again") as refused:
        await scenario.agree_to_sessions(order, first)
    assert refused.value.field == "booking_ids[0]"
    for none in ([first, first], [uuid4()]):
        with pytest.raises(Invalid):
            await scenario.agree_to_sessions(order, *none)
    scenario.later(hours=2)
    with pytest.raises(SlotPast):
        await scenario.agree_to_sessions(order)
    assert await scenario.published(SessionsAgreed, order) == []


async def test_a_partner_keeps_no_order_alive_with_sessions_nobody_agreed_to(scenario: Scenario) -> None:
    order = await visit(scenario, hours=3)
    deadline = order.row.deadline
    after = await moved(scenario, order, 24 * 300)
    assert after.row.deadline is not None
    assert deadline is not None
    assert after.row.deadline <= deadline
    agreed = (await scenario.agree_to_sessions(after)).row
    assert agreed.deadline is not None
    assert agreed.deadline > deadline + timedelta(days=290)


@pytest.mark.parametrize("how", ["cancels", "moves", "withdraws"])
async def test_visits_a_partner_takes_back_are_not_charged_unused(scenario: Scenario, how: str) -> None:
    """Where the unused is charged, whoever takes the sessions back would earn by it."""
    order = await course(scenario, 24 * 20, 24 * 21, unused=catalog.UNUSED_CHARGED)
    first = order.lines[0].bookings[0]
    if how == "cancels":
        await scenario.cancel_sessions(order, first.id, actor=Actor.PARTNER)
    elif how == "moves":
        await moved(scenario, order, 24 * 30)
    else:
        await scenario.withdraw(first.slot_id)
    await scenario.scan(order, "visit")
    scenario.later(days=61)
    await scenario.end_overdue()
    (fulfilled,) = await scenario.published(OrderFulfilled, order)
    assert [due.amount.minor for due in fulfilled.dues] == [900]


async def test_a_visit_taken_back_and_agreed_again_is_charged_as_agreed(scenario: Scenario) -> None:
    order = await course(scenario, 24 * 20, unused=catalog.UNUSED_CHARGED)
    await scenario.agree_to_sessions(await moved(scenario, order, 24 * 30))
    await scenario.scan(order, "visit")
    scenario.later(days=61)
    await scenario.end_overdue()
    (fulfilled,) = await scenario.published(OrderFulfilled, order)
    assert list(fulfilled.dues) == []  # all of it


async def test_a_visit_served_at_a_time_nobody_agreed_to_is_served(scenario: Scenario) -> None:
    order = await moved(scenario, await visit(scenario), 1)
    assert (await scenario.scan(order)).row.status == OrderStatus.FULFILLING


@pytest.mark.parametrize(
    "change",
    [
        "agreed_at = NULL",
        "agreed_at = agreed_at - interval '1 day'",
        "starts_at = starts_at - interval '1 day'",
        "booked_by = 'partner'",
    ],
)
async def test_the_database_lets_nobody_change_what_was_agreed_to(scenario: Scenario, change: str) -> None:
    order = await visit(scenario)
    with pytest.raises(DBAPIError):
        await scenario.query(
            f"UPDATE booking SET {change} WHERE id = :id RETURNING id",
            id=order.lines[0].bookings[0].id,
        )


SESSIONS = some.lists(some.tuples(some.integers(-200, 200), some.booleans()), max_size=10)


@given(SESSIONS, some.integers(0, 3))
def test_whatever_a_partner_books_the_fees_are_those_of_the_agreed_sessions_alone(
    sessions: list[tuple[int, bool]], used: int
) -> None:
    now = datetime.fromisoformat("2030-01-01T12:00:00+00:00")

    def line(shown: list[tuple[int, bool]]) -> OrderLine:
        offering = catalog.Offering(manifest=catalog.OfferingManifest(cancellation=RULES)).SerializeToString()
        row = OrderLineRow(id=uuid4(), order_id=uuid4(), place=0, offering_id=uuid4(), offering_revision=1, quantity=1)
        priced = TermsRow(
            offering_id=row.offering_id,
            revision=1,
            partner_id=uuid4(),
            price_minor=997,
            currency="CNY",
            booking_required=True,
            consent_needed=False,
            valid_days=60,
            offering=offering,
        )
        visits = EntitlementRow(order_line_id=row.id, code="visit", place=0, visit=True, granted=20, used=used)
        bookings = [
            BookingRow(
                id=uuid4(),
                order_line_id=row.id,
                slot_id=uuid4(),
                held_by=uuid4(),
                beneficiary_id=uuid4(),
                places=1,
                starts_at=now + timedelta(hours=hours),
                ends_at=now + timedelta(hours=hours + 1),
                booked_by="resident" if agreed else "partner",
                agreed_at=now if agreed else None,
            )
            for hours, agreed in shown
        ]
        return OrderLine(row, priced, (), [visits], bookings)

    assert line(sessions).fees(now) == line([session for session in sessions if session[1]]).fees(now)
