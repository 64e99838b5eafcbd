"""A time the partner takes back costs nobody who booked it anything: they are offered another time, or refunded."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from chassis.wire import timestamp
from ordering import handlers
from ordering.aggregate import OrderAggregate
from ordering.api.messages import cancellation_terms, to_message
from ordering.commands import withdrawn_slots
from ordering.domain.orders import BookedElsewhere, Limits, SlotTaken, TooOftenCalledOff
from ordering.domain.process import Actor, OrderStatus
from ordering.store import offerings
from ordering_scenario import DEADLINES, Scenario
from sqlalchemy.exc import DBAPIError
from yima.catalog.v1 import api_pb2 as catalog
from yima.catalog.v1.events_pb2 import SlotsAdded, SlotsWithdrawn
from yima.common.v1.types_pb2 import Interval
from yima.ordering.v1 import api_pb2 as pb
from yima.ordering.v1.events_pb2 import OrderCancelled, SessionsAgreed, SessionsCancelled, SlotBooked

pytestmark = pytest.mark.anyio
SERVICE = "ordering"
RULES = [catalog.CancellationRule(hours_before=720, fee_basis_points=10_000)]
COURSE: dict[str, Any] = {
    "contents": [catalog.EntitledItem(code="visit", kind=catalog.UNIT_KIND_VISIT, times=3)],
    "valid_days": 60,
    "booking_required": True,
    "cancellation": RULES,
}


@pytest.mark.parametrize("stage", ["placed", "confirmed", "accepted"])
async def test_a_booked_visit_is_cancelled_for_nothing_whatever_the_terms(scenario: Scenario, stage: str) -> None:
    offering = await scenario.offer(price=500, booking_required=True, cancellation=RULES)
    slot = await scenario.slot(offering, capacity=5)
    placed_orders = [await scenario.place((offering, 1, slot)) for _ in range(3)]
    for order in placed_orders:
        if stage != "placed":
            await scenario.pay(order)
        if stage == "accepted":
            await scenario.accept(order)
    await scenario.withdraw(slot)
    for order in placed_orders:
        assert await scenario.status(order) is OrderStatus.CANCELLED
        (event,) = await scenario.published(OrderCancelled, order)
        assert (event.reason, event.cancelled_by, list(event.dues)) == (
            f"{withdrawn_slots.WITHDRAWN}: ill",
            "partner",
            [],
        )
    assert await scenario.query("SELECT held FROM slot WHERE id = :id", id=slot) == [(0,)]


async def test_a_course_goes_on_without_the_session_which_may_be_booked_again(scenario: Scenario) -> None:
    offering = await scenario.offer(**COURSE)
    slots = [await scenario.slot(offering, hours=24 * day) for day in (2, 9, 16)]
    order = await scenario.ready((offering, 1, *slots))
    await scenario.withdraw(slots[0], slots[1])
    after = await scenario.look(order)
    assert after.row.status == OrderStatus.ACCEPTED
    assert [booking.slot_id for booking in after.lines[0].bookings] == [slots[2]]
    assert after.row.begins_at == after.lines[0].bookings[0].starts_at
    (event,) = await scenario.published(SessionsCancelled, order)
    assert (len(event.booking_ids), event.given_up, event.fee.minor, event.version) == (2, 0, 0, after.row.version)
    again = await scenario.book(after, await scenario.slot(offering, hours=24 * 20))
    assert len(again.lines[0].bookings) == 2
    assert again.lines[0].due_minor == 0


async def test_an_order_of_several_services_keeps_the_others(scenario: Scenario) -> None:
    booked, plain = await scenario.offer(booking_required=True), await scenario.offer()
    slot = await scenario.slot(booked)
    order = await scenario.ready((booked, 1, slot), (plain, 1))
    await scenario.withdraw(slot)
    assert await scenario.status(order) is OrderStatus.ACCEPTED
    assert len(await scenario.published(SessionsCancelled, order)) == 1


async def test_a_withdrawn_slot_is_neither_shown_nor_booked_nor_brought_back_by_an_older_word(
    scenario: Scenario,
) -> None:
    offering = await scenario.offer(booking_required=True)
    interval = Interval(
        start=timestamp(scenario.now.replace(year=scenario.now.year + 1)),
        end=timestamp(scenario.now.replace(year=scenario.now.year + 1, microsecond=999_999)),
    )
    slot = catalog.Slot(id=str(uuid4()), offering_id=str(offering), interval=interval, capacity=3)
    await scenario.hear(
        handlers.on_slots_withdrawn, SlotsWithdrawn(partner_id=str(scenario.partner), slots=[slot], reason="ill")
    )
    await scenario.hear(handlers.on_slots_added, SlotsAdded(partner_id=str(scenario.partner), slots=[slot]))
    async with scenario.store.transaction() as session:
        assert not await offerings.free_places(session, [offering], scenario.now, 10)
    with pytest.raises(SlotTaken):
        await scenario.place((offering, 1, offerings.UUID(slot.id)))


async def test_a_session_that_has_begun_is_not_taken_away(scenario: Scenario) -> None:
    offering = await scenario.offer(booking_required=True)
    slot = await scenario.slot(offering, hours=1)
    order = await scenario.ready((offering, 1, slot))
    scenario.later(hours=1)
    await scenario.withdraw(slot)
    assert await scenario.status(order) is OrderStatus.ACCEPTED


async def offered(scenario: Scenario, stage: str = "accepted", **terms: Any) -> tuple[OrderAggregate, Any]:
    """An order whose booked session was withdrawn and for which another time was offered; and that slot."""
    offering = await scenario.offer(**({"price": 500, "booking_required": True, "cancellation": RULES} | terms))
    slot, other = await scenario.slot(offering), await scenario.slot(offering, hours=48.5)
    order = await scenario.place((offering, 1, slot))
    await scenario.pay(order)
    if stage == "accepted":
        await scenario.accept(order)
    await scenario.withdraw(slot)
    return await scenario.look(order), other


@pytest.mark.parametrize("stage", ["confirmed", "accepted"])
async def test_whoever_booked_a_withdrawn_time_is_offered_the_next_one_and_owes_nothing_for_it(
    scenario: Scenario, stage: str
) -> None:
    order, other = await offered(scenario, stage)
    assert order.row.status == stage
    (shown,) = to_message(order).lines[0].bookings
    assert (shown.slot_id, shown.HasField("agreed_at")) == (str(other), False)
    assert shown.answer_by.ToDatetime(tzinfo=scenario.now.tzinfo) == scenario.now + DEADLINES.answer
    steps = [step.until for step in to_message(order).next_steps if step.action == pb.ORDER_ACTION_AGREE_TO_SESSIONS]
    assert steps == ([shown.answer_by] if stage == "accepted" else [])
    (event,) = await scenario.published(SlotBooked, order)
    assert event.waits_for_agreement
    assert (event.answer_by, event.booking_id, event.reason) == (
        shown.answer_by,
        shown.id,
        f"{withdrawn_slots.WITHDRAWN}: ill",
    )
    assert event.instead_of_booking_id not in ("", event.booking_id)
    assert cancellation_terms(order, Actor.RESIDENT, scenario.now).due.minor == 0
    assert await scenario.query("SELECT held FROM slot WHERE id = :id", id=other) == [(1,)]
    await scenario.cancel(order)
    (cancelled,) = await scenario.published(OrderCancelled, order)
    assert list(cancelled.dues) == []
    assert await scenario.query("SELECT held FROM slot WHERE id = :id", id=other) == [(0,)]


async def test_who_agrees_to_the_offered_time_keeps_the_order_on_its_terms(scenario: Scenario) -> None:
    order, _ = await offered(scenario)
    after = await scenario.agree_to_sessions(order)
    assert len(await scenario.published(SessionsAgreed, order)) == 1
    assert not to_message(after).lines[0].bookings[0].HasField("answer_by")
    assert after.row.begins_at == after.lines[0].bookings[0].starts_at
    scenario.later(hours=25)
    await scenario.end_unanswered()
    assert await scenario.status(order) is OrderStatus.ACCEPTED
    assert cancellation_terms(after, Actor.RESIDENT, scenario.now).due.minor == 500


async def test_an_offer_nobody_answers_ends_free_of_charge_and_not_before_its_time(scenario: Scenario) -> None:
    order, other = await offered(scenario)
    scenario.later(hours=23)
    await scenario.end_unanswered()
    await scenario.end_overdue()
    assert await scenario.status(order) is OrderStatus.ACCEPTED
    scenario.later(hours=1)
    await scenario.end_unanswered()
    assert await scenario.status(order) is OrderStatus.CANCELLED
    (event,) = await scenario.published(OrderCancelled, order)
    assert (event.reason, event.cancelled_by, list(event.dues)) == (withdrawn_slots.UNANSWERED, "partner", [])
    assert await scenario.query("SELECT held FROM slot WHERE id = :id", id=other) == [(0,)]


async def test_a_resident_takes_another_time_than_was_offered(scenario: Scenario) -> None:
    order, other = await offered(scenario)
    line = order.lines[0]
    third = await scenario.slot(line.row.offering_id, hours=72)
    after = await scenario.book(order, third, line.bookings[0].id)
    assert after.lines[0].bookings[0].agreed_at is not None
    assert await scenario.query("SELECT held FROM slot WHERE id = :id", id=other) == [(0,)]
    scenario.later(hours=25)
    await scenario.end_unanswered()
    assert await scenario.status(order) is OrderStatus.ACCEPTED


async def test_the_time_the_partner_names_instead_waits_for_an_answer_too(scenario: Scenario) -> None:
    order, _ = await offered(scenario)
    line = order.lines[0]
    after = await scenario.book(
        order, await scenario.slot(line.row.offering_id, hours=6), line.bookings[0].id, Actor.PARTNER
    )
    assert after.lines[0].bookings[0].answer_by == scenario.now + timedelta(hours=3)
    scenario.later(hours=3)
    await scenario.end_unanswered()
    assert await scenario.status(order) is OrderStatus.CANCELLED


async def test_a_withdrawn_offer_is_followed_by_the_next_and_by_the_end_where_there_is_none(scenario: Scenario) -> None:
    order, other = await offered(scenario)
    third = await scenario.slot(order.lines[0].row.offering_id, hours=49)
    await scenario.withdraw(other)
    after = await scenario.look(order)
    assert [booking.slot_id for booking in after.lines[0].bookings] == [third]
    await scenario.withdraw(third)
    assert await scenario.status(order) is OrderStatus.CANCELLED


async def test_a_day_that_is_withdrawn_is_offered_again_one_place_each_the_first_booked_first(
    scenario: Scenario,
) -> None:
    offering = await scenario.offer(booking_required=True)
    day = [await scenario.slot(offering, hours=48 + number / 10, minutes=5) for number in range(4)]
    placed_orders = [await scenario.ready((offering, 1, slot)) for slot in day]
    later = [await scenario.slot(offering, hours=48.6 + number / 10, minutes=5) for number in range(3)]
    await scenario.withdraw(*day)
    offered = [
        [booking.slot_id for booking in (await scenario.look(order)).lines[0].bookings] for order in placed_orders
    ]
    assert offered == [[later[0]], [later[1]], [later[2]], []]
    assert [await scenario.status(order) for order in placed_orders] == [OrderStatus.ACCEPTED] * 3 + [
        OrderStatus.CANCELLED
    ]


async def test_sessions_of_a_course_are_offered_times_within_it_that_do_not_overlap(scenario: Scenario) -> None:
    offering = await scenario.offer(unused=catalog.UNUSED_CHARGED, **COURSE)
    slots = [await scenario.slot(offering, hours=24 * day) for day in (2, 9, 16)]
    order = await scenario.ready((offering, 1, *slots))
    within = await scenario.slot(offering, hours=24 * 59)
    await scenario.slot(offering, hours=24 * 61)
    await scenario.withdraw(slots[0], slots[1])
    after = await scenario.look(order)
    assert [booking.slot_id for booking in after.lines[0].bookings] == [slots[2], within]
    assert after.lines[0].row.sessions_lost == 2
    assert (
        len(await scenario.published(SlotBooked, order)) == len(await scenario.published(SessionsCancelled, order)) == 1
    )
    scenario.later(hours=24)
    await scenario.end_unanswered()
    ended = await scenario.look(order)
    assert (ended.row.status, [booking.slot_id for booking in ended.lines[0].bookings]) == (
        OrderStatus.ACCEPTED,
        [slots[2]],
    )
    assert ended.lines[0].row.sessions_lost == 2
    assert [event.fee.minor for event in await scenario.published(SessionsCancelled, order)] == [0, 0]


async def test_what_is_offered_says_nothing_of_where_else_its_resident_is(scenario: Scenario) -> None:
    offering, elsewhere = (
        await scenario.offer(booking_required=True),
        await scenario.offer(booking_required=True, partner=uuid4()),
    )
    slot, other = await scenario.slot(offering), await scenario.slot(offering, hours=48.5)
    order = await scenario.ready((offering, 1, slot))
    await scenario.place((elsewhere, 1, await scenario.slot(elsewhere, hours=48.5)), resident=order.row.resident_id)
    await scenario.withdraw(slot)
    after = await scenario.look(order)
    assert [booking.slot_id for booking in after.lines[0].bookings] == [other]
    with pytest.raises(BookedElsewhere):
        await scenario.agree_to_sessions(after)


async def test_a_suspended_partner_offers_no_other_time(scenario: Scenario) -> None:
    offering = await scenario.offer(booking_required=True)
    slot, _ = await scenario.slot(offering), await scenario.slot(offering, hours=48.5)
    order = await scenario.ready((offering, 1, slot))
    await scenario.suspend(version=1)
    await scenario.withdraw(slot)
    assert await scenario.status(order) is OrderStatus.CANCELLED


async def test_the_database_lets_no_offer_wait_until_it_has_begun(scenario: Scenario) -> None:
    order, _ = await offered(scenario)
    with pytest.raises(DBAPIError, match="booking_answered_before"):
        await scenario.query(
            "UPDATE booking SET answer_by = starts_at WHERE id = :id RETURNING id", id=order.lines[0].bookings[0].id
        )


@pytest.mark.parametrize("who", ["partner", "partners", "resident"])
async def test_only_what_a_resident_calls_off_counts_against_them(scenario: Scenario, who: str) -> None:
    resident = uuid4()
    limits = Limits(0, 0, 3, 0, 0)
    offering = await scenario.offer(booking_required=True)

    async def place() -> OrderAggregate:
        return await scenario.place((offering, 1, await scenario.slot(offering)), resident=resident, limits=limits)

    for number in range(3):
        order = await place()
        if who == "partner":
            slot_id = order.lines[0].bookings[0].slot_id
            await scenario.withdraw(slot_id)
        elif who == "partners":
            await scenario.suspend(version=2 * number + 1)
            await scenario.call_off_unaccepted()
            await scenario.reinstate(version=2 * number + 2)
        else:
            await scenario.cancel(order)
        assert await scenario.status(order) is OrderStatus.CANCELLED
    if who == "resident":
        with pytest.raises(TooOftenCalledOff):
            await place()
    else:
        assert await scenario.status(await place()) is OrderStatus.PLACED
