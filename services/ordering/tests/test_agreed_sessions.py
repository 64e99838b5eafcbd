"""What a partner does to a session costs its resident nothing until they agree to it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from chassis.refusals import Invalid
from desk import Desk
from hypothesis import given
from hypothesis import strategies as some
from ordering.aggregate import OrderAggregate, OrderLine
from ordering.api.messages import cancellation_terms, to_message
from ordering.domain.orders import BookedElsewhere, SlotPast
from ordering.domain.process import Actor, OrderStatus, TransitionRefused
from ordering.tables import BookingRow, EntitlementRow, OrderLineRow, TermsRow
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


async def visit(desk: Desk, hours: float = 24 * 20) -> OrderAggregate:
    offering = await desk.offer(booking_required=True, cancellation=RULES)
    return await desk.ready((offering, 1, await desk.slot(offering, hours=hours)))


async def course(desk: Desk, *hours: float, **more: Any) -> OrderAggregate:
    offering = await desk.offer(price=1_000, **(COURSE | more))
    return await desk.ready((offering, 1, *[await desk.slot(offering, hours=one) for one in hours]))


async def moved(desk: Desk, order: OrderAggregate, hours: float, actor: Actor = Actor.PARTNER) -> OrderAggregate:
    """The order's first session at another time."""
    line = order.lines[0]
    return await desk.book(order, await desk.slot(line.row.offering_id, hours=hours), line.bookings[0].id, actor)


async def booked(desk: Desk, order: OrderAggregate, hours: float, actor: Actor = Actor.PARTNER) -> OrderAggregate:
    """The order with a further session."""
    return await desk.book(order, await desk.slot(order.lines[0].row.offering_id, hours=hours), actor=actor)


async def dues(desk: Desk, order: OrderAggregate) -> list[int]:
    """What is due after the resident has cancelled."""
    await desk.cancel(order)
    (cancelled,) = await desk.told(OrderCancelled, order)
    return [due.amount.minor for due in cancelled.dues]


@pytest.mark.parametrize("hours", NEAR)
async def test_a_session_the_partner_moves_near_is_cancelled_for_nothing_until_its_resident_agrees(
    desk: Desk, hours: float
) -> None:
    order = await moved(desk, await visit(desk), hours)
    now = terms(order, desk.now)
    assert (now.due.minor, now.HasField("free_until")) == (0, False)
    (shown,) = to_message(order).lines[0].bookings
    assert (shown.booked_by, shown.HasField("agreed_at")) == (pb.BOOKED_BY_PARTNER, False)
    (told,) = await desk.told(SlotBooked, order)
    assert told.waits_for_agreement
    assert await dues(desk, order) == []


async def test_once_its_resident_agrees_a_moved_session_costs_what_its_time_says(desk: Desk) -> None:
    order = await moved(desk, await visit(desk), 23)
    agreed = await desk.agree_to_sessions(order)
    (told,) = await desk.told(SessionsAgreed, order)
    assert list(told.booking_ids) == [str(agreed.lines[0].bookings[0].id)]
    assert told.version == agreed.row.version
    assert to_message(agreed).lines[0].bookings[0].HasField("agreed_at")
    assert terms(agreed, desk.now).due.minor == 50
    await desk.agree_to_sessions(agreed, agreed.lines[0].bookings[0].id)  # again changes nothing
    assert len(await desk.told(SessionsAgreed, order)) == 1
    assert await dues(desk, agreed) == [50]


async def test_a_resident_moves_what_they_did_not_agree_to_at_any_time_and_so_agrees(desk: Desk) -> None:
    order = await moved(desk, await moved(desk, await visit(desk), 3), 23, Actor.RESIDENT)
    assert order.lines[0].bookings[0].agreed_at is not None
    assert await dues(desk, order) == [50]


async def test_one_session_moved_again_and_again_never_costs_anything(desk: Desk) -> None:
    order = await visit(desk)
    for hours in (30, 12, 4, 0.1):
        order = await moved(desk, order, hours)
        assert terms(order, desk.now).due.minor == 0
    assert await dues(desk, order) == []


async def test_a_partner_moves_and_books_only_in_what_it_has_accepted(desk: Desk) -> None:
    offering = await desk.offer(booking_required=True)
    order = await desk.place((offering, 1, await desk.slot(offering)))
    await desk.pay(order)
    with pytest.raises(TransitionRefused, match="accept the order first"):
        await moved(desk, order, 5)
    assert await desk.told(SlotBooked, order) == []


async def test_sessions_of_a_package_nobody_asked_for_cost_nothing_even_after_they_were_missed(desk: Desk) -> None:
    order = await course(desk, 24 * 20)
    for number in range(9):
        order = await booked(desk, order, 1 + number)
    assert terms(order, desk.now).due.minor == 0
    desk.later(hours=12)
    assert terms(await desk.look(order), desk.now).due.minor == 0
    assert await dues(desk, order) == []


async def test_declining_what_the_partner_booked_gives_no_visit_up(desk: Desk) -> None:
    order = await course(desk, 24 * 20)
    order = await booked(desk, order, 2)
    asked = order.lines[0].bookings[0]
    done = await desk.cancel_sessions(order, asked.id)
    assert (done.fee_minor, done.order.lines[0].entitlements[0].given_up) == (0, 0)
    (told,) = await desk.told(SessionsCancelled, order)
    assert (told.given_up, told.fee.minor) == (0, 0)
    order = done.order
    for number in range(9):  # all ten may still be booked
        order = await booked(desk, order, 30 + number, Actor.RESIDENT)
    assert len(order.lines[0].agreed_bookings) == 10


async def test_agreed_and_other_sessions_are_cancelled_together_each_by_its_own_rule(desk: Desk) -> None:
    order = await booked(desk, await course(desk, 23), 25)
    done = await desk.cancel_sessions(order, order.lines[0].bookings[0].id, following=True)
    assert (done.fee_minor, done.order.lines[0].entitlements[0].given_up) == (50, 1)
    assert done.order.lines[0].bookings == []


async def test_what_a_partner_books_keeps_nobody_from_booking_elsewhere_until_they_agree(desk: Desk) -> None:
    order = await booked(desk, await course(desk, 24 * 20), 48)
    resident, other = order.row.resident_id, await desk.offer(booking_required=True, partner=uuid4())
    await desk.place((other, 1, await desk.slot(other)), resident=resident)
    with pytest.raises(BookedElsewhere):
        await desk.agree_to_sessions(order)
    after = await desk.look(order)
    assert [one.agreed_at is None for one in after.lines[0].bookings] == [True, False]


async def test_only_sessions_that_stand_and_are_to_come_are_agreed_to(desk: Desk) -> None:
    order = await moved(desk, await visit(desk), 3)
    first = order.lines[0].bookings[0].id
    order = await moved(desk, order, 2)
    with pytest.raises(Invalid, match="look at it again") as refused:
        await desk.agree_to_sessions(order, first)
    assert refused.value.field == "booking_ids[0]"
    for none in ([first, first], [uuid4()]):
        with pytest.raises(Invalid):
            await desk.agree_to_sessions(order, *none)
    desk.later(hours=2)
    with pytest.raises(SlotPast):
        await desk.agree_to_sessions(order)
    assert await desk.told(SessionsAgreed, order) == []


async def test_a_partner_keeps_no_order_alive_with_sessions_nobody_agreed_to(desk: Desk) -> None:
    order = await visit(desk, hours=3)
    deadline = order.row.deadline
    after = await moved(desk, order, 24 * 300)
    assert after.row.deadline is not None
    assert deadline is not None
    assert after.row.deadline <= deadline
    agreed = (await desk.agree_to_sessions(after)).row
    assert agreed.deadline is not None
    assert agreed.deadline > deadline + timedelta(days=290)


@pytest.mark.parametrize("how", ["cancels", "moves", "withdraws"])
async def test_visits_a_partner_takes_back_are_not_charged_unused(desk: Desk, how: str) -> None:
    """Where the unused is charged, whoever takes the sessions back would earn by it."""
    order = await course(desk, 24 * 20, 24 * 21, unused=catalog.UNUSED_CHARGED)
    first = order.lines[0].bookings[0]
    if how == "cancels":
        await desk.cancel_sessions(order, first.id, actor=Actor.PARTNER)
    elif how == "moves":
        await moved(desk, order, 24 * 30)
    else:
        await desk.withdraw(first.slot_id)
    await desk.scan(order, "visit")
    desk.later(days=61)
    await desk.end_overdue()
    (fulfilled,) = await desk.told(OrderFulfilled, order)
    assert [due.amount.minor for due in fulfilled.dues] == [900]


async def test_a_visit_taken_back_and_agreed_again_is_charged_as_agreed(desk: Desk) -> None:
    order = await course(desk, 24 * 20, unused=catalog.UNUSED_CHARGED)
    await desk.agree_to_sessions(await moved(desk, order, 24 * 30))
    await desk.scan(order, "visit")
    desk.later(days=61)
    await desk.end_overdue()
    (fulfilled,) = await desk.told(OrderFulfilled, order)
    assert list(fulfilled.dues) == []  # all of it


async def test_a_visit_served_at_a_time_nobody_agreed_to_is_served(desk: Desk) -> None:
    order = await moved(desk, await visit(desk), 1)
    assert (await desk.scan(order)).row.status == OrderStatus.FULFILLING


@pytest.mark.parametrize(
    "change",
    [
        "agreed_at = NULL",
        "agreed_at = agreed_at - interval '1 day'",
        "starts_at = starts_at - interval '1 day'",
        "booked_by = 'partner'",
    ],
)
async def test_the_database_lets_nobody_change_what_was_agreed_to(desk: Desk, change: str) -> None:
    order = await visit(desk)
    with pytest.raises(DBAPIError):
        await desk.query(
            f"UPDATE booking SET {change} WHERE id = :id RETURNING id",
            id=order.lines[0].bookings[0].id,
        )


SESSIONS = some.lists(some.tuples(some.integers(-200, 200), some.booleans()), max_size=10)


@given(SESSIONS, some.integers(0, 3))
def test_whatever_a_partner_books_the_fees_are_those_of_the_agreed_sessions_alone(
    sessions: list[tuple[int, bool]], made: int
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
        visits = EntitlementRow(order_line_id=row.id, code="visit", place=0, visit=True, granted=20, used=made)
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

    assert line(sessions).fees(now) == line([one for one in sessions if one[1]]).fees(now)
