"""A time the partner takes back costs nobody who booked it anything; everybody who did is told, and is offered another
time or refunded."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from chassis.wire import timestamp
from desk import DEADLINES, Desk
from ordering import handlers
from ordering.aggregate import OrderAggregate
from ordering.api.messages import cancellation_terms, to_message
from ordering.commands import withdrawn_slots
from ordering.domain.orders import BookedElsewhere, Limits, SlotTaken, TooOftenCalledOff
from ordering.domain.process import Actor, OrderStatus
from ordering.store import offerings
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
async def test_a_booked_visit_is_cancelled_for_nothing_whatever_the_terms(desk: Desk, stage: str) -> None:
    offering = await desk.offer(price=500, booking_required=True, cancellation=RULES)
    slot = await desk.slot(offering, capacity=5)
    placed_orders = [await desk.place((offering, 1, slot)) for _ in range(3)]
    for order in placed_orders:
        if stage != "placed":
            await desk.pay(order)
        if stage == "accepted":
            await desk.accept(order)
    await desk.withdraw(slot)
    for order in placed_orders:
        assert await desk.status(order) is OrderStatus.CANCELLED
        (told,) = await desk.told(OrderCancelled, order)
        assert (told.reason, told.cancelled_by, list(told.dues)) == (f"{withdrawn_slots.WITHDRAWN}: ill", "partner", [])
    assert await desk.query("SELECT held FROM slot WHERE id = :id", id=slot) == [(0,)]


async def test_a_course_goes_on_without_the_session_which_may_be_booked_again(desk: Desk) -> None:
    offering = await desk.offer(**COURSE)
    slots = [await desk.slot(offering, hours=24 * day) for day in (2, 9, 16)]
    order = await desk.ready((offering, 1, *slots))
    await desk.withdraw(slots[0], slots[1])
    after = await desk.look(order)
    assert after.row.status == OrderStatus.ACCEPTED
    assert [one.slot_id for one in after.lines[0].bookings] == [slots[2]]
    assert after.row.begins_at == after.lines[0].bookings[0].starts_at
    (told,) = await desk.told(SessionsCancelled, order)
    assert (len(told.booking_ids), told.given_up, told.fee.minor, told.version) == (2, 0, 0, after.row.version)
    again = await desk.book(after, await desk.slot(offering, hours=24 * 20))
    assert len(again.lines[0].bookings) == 2
    assert again.lines[0].due_minor == 0


async def test_an_order_of_several_services_keeps_the_others(desk: Desk) -> None:
    booked, plain = await desk.offer(booking_required=True), await desk.offer()
    slot = await desk.slot(booked)
    order = await desk.ready((booked, 1, slot), (plain, 1))
    await desk.withdraw(slot)
    assert await desk.status(order) is OrderStatus.ACCEPTED
    assert len(await desk.told(SessionsCancelled, order)) == 1


async def test_a_withdrawn_slot_is_neither_shown_nor_booked_nor_brought_back_by_an_older_word(desk: Desk) -> None:
    offering = await desk.offer(booking_required=True)
    interval = Interval(
        start=timestamp(desk.now.replace(year=desk.now.year + 1)),
        end=timestamp(desk.now.replace(year=desk.now.year + 1, microsecond=999_999)),
    )
    slot = catalog.Slot(id=str(uuid4()), offering_id=str(offering), interval=interval, capacity=3)
    await desk.hear(handlers.on_slots_withdrawn, SlotsWithdrawn(slots=[slot], reason="ill"))
    await desk.hear(handlers.on_slots_added, SlotsAdded(slots=[slot]))
    async with desk.store.transaction() as session:
        assert not await offerings.free_places(session, [offering], desk.now, 10)
    with pytest.raises(SlotTaken):
        await desk.place((offering, 1, offerings.UUID(slot.id)))


async def test_a_session_that_has_begun_is_not_taken_away(desk: Desk) -> None:
    offering = await desk.offer(booking_required=True)
    slot = await desk.slot(offering, hours=1)
    order = await desk.ready((offering, 1, slot))
    desk.later(hours=1)
    await desk.withdraw(slot)
    assert await desk.status(order) is OrderStatus.ACCEPTED


async def offered(desk: Desk, stage: str = "accepted", **terms: Any) -> tuple[OrderAggregate, Any]:
    """An order whose booked session was withdrawn and for which another time was offered; and that slot."""
    offering = await desk.offer(**({"price": 500, "booking_required": True, "cancellation": RULES} | terms))
    slot, other = await desk.slot(offering), await desk.slot(offering, hours=48.5)
    order = await desk.place((offering, 1, slot))
    await desk.pay(order)
    if stage == "accepted":
        await desk.accept(order)
    await desk.withdraw(slot)
    return await desk.look(order), other


@pytest.mark.parametrize("stage", ["confirmed", "accepted"])
async def test_whoever_booked_a_withdrawn_time_is_offered_the_next_one_and_owes_nothing_for_it(
    desk: Desk, stage: str
) -> None:
    order, other = await offered(desk, stage)
    assert order.row.status == stage
    (shown,) = to_message(order).lines[0].bookings
    assert (shown.slot_id, shown.HasField("agreed_at")) == (str(other), False)
    assert shown.answer_by.ToDatetime(tzinfo=desk.now.tzinfo) == desk.now + DEADLINES.answer
    steps = [step.until for step in to_message(order).next_steps if step.action == pb.ORDER_ACTION_AGREE_TO_SESSIONS]
    assert steps == ([shown.answer_by] if stage == "accepted" else [])
    (told,) = await desk.told(SlotBooked, order)
    assert told.waits_for_agreement
    assert (told.answer_by, told.booking_id, told.reason) == (
        shown.answer_by,
        shown.id,
        f"{withdrawn_slots.WITHDRAWN}: ill",
    )
    assert told.instead_of_booking_id not in ("", told.booking_id)
    assert cancellation_terms(order, Actor.RESIDENT, desk.now).due.minor == 0
    assert await desk.query("SELECT held FROM slot WHERE id = :id", id=other) == [(1,)]
    await desk.cancel(order)
    (cancelled,) = await desk.told(OrderCancelled, order)
    assert list(cancelled.dues) == []
    assert await desk.query("SELECT held FROM slot WHERE id = :id", id=other) == [(0,)]


async def test_who_agrees_to_the_offered_time_keeps_the_order_on_its_terms(desk: Desk) -> None:
    order, _ = await offered(desk)
    after = await desk.agree_to_sessions(order)
    assert len(await desk.told(SessionsAgreed, order)) == 1
    assert not to_message(after).lines[0].bookings[0].HasField("answer_by")
    assert after.row.begins_at == after.lines[0].bookings[0].starts_at
    desk.later(hours=25)
    await desk.end_unanswered()
    assert await desk.status(order) is OrderStatus.ACCEPTED
    assert cancellation_terms(after, Actor.RESIDENT, desk.now).due.minor == 500


async def test_an_offer_nobody_answers_ends_free_of_charge_and_not_before_its_time(desk: Desk) -> None:
    order, other = await offered(desk)
    desk.later(hours=23)
    await desk.end_unanswered()
    await desk.end_overdue()
    assert await desk.status(order) is OrderStatus.ACCEPTED
    desk.later(hours=1)
    await desk.end_unanswered()
    assert await desk.status(order) is OrderStatus.CANCELLED
    (told,) = await desk.told(OrderCancelled, order)
    assert (told.reason, told.cancelled_by, list(told.dues)) == (withdrawn_slots.UNANSWERED, "partner", [])
    assert await desk.query("SELECT held FROM slot WHERE id = :id", id=other) == [(0,)]


async def test_a_resident_takes_another_time_than_was_offered(desk: Desk) -> None:
    order, other = await offered(desk)
    line = order.lines[0]
    third = await desk.slot(line.row.offering_id, hours=72)
    after = await desk.book(order, third, line.bookings[0].id)
    assert after.lines[0].bookings[0].agreed_at is not None
    assert await desk.query("SELECT held FROM slot WHERE id = :id", id=other) == [(0,)]
    desk.later(hours=25)
    await desk.end_unanswered()
    assert await desk.status(order) is OrderStatus.ACCEPTED


async def test_the_time_the_partner_names_instead_waits_for_an_answer_too(desk: Desk) -> None:
    order, _ = await offered(desk)
    line = order.lines[0]
    after = await desk.book(order, await desk.slot(line.row.offering_id, hours=6), line.bookings[0].id, Actor.PARTNER)
    assert after.lines[0].bookings[0].answer_by == desk.now + timedelta(hours=3)
    desk.later(hours=3)
    await desk.end_unanswered()
    assert await desk.status(order) is OrderStatus.CANCELLED


async def test_a_withdrawn_offer_is_followed_by_the_next_and_by_the_end_where_there_is_none(desk: Desk) -> None:
    order, other = await offered(desk)
    third = await desk.slot(order.lines[0].row.offering_id, hours=49)
    await desk.withdraw(other)
    after = await desk.look(order)
    assert [one.slot_id for one in after.lines[0].bookings] == [third]
    await desk.withdraw(third)
    assert await desk.status(order) is OrderStatus.CANCELLED


async def test_a_day_that_is_withdrawn_is_offered_again_one_place_each_the_first_booked_first(desk: Desk) -> None:
    offering = await desk.offer(booking_required=True)
    day = [await desk.slot(offering, hours=48 + number / 10, minutes=5) for number in range(4)]
    placed_orders = [await desk.ready((offering, 1, slot)) for slot in day]
    later = [await desk.slot(offering, hours=48.6 + number / 10, minutes=5) for number in range(3)]
    await desk.withdraw(*day)
    found = [[one.slot_id for one in (await desk.look(order)).lines[0].bookings] for order in placed_orders]
    assert found == [[later[0]], [later[1]], [later[2]], []]
    assert [await desk.status(order) for order in placed_orders] == [OrderStatus.ACCEPTED] * 3 + [OrderStatus.CANCELLED]


async def test_sessions_of_a_course_are_offered_times_within_it_that_do_not_overlap(desk: Desk) -> None:
    offering = await desk.offer(unused=catalog.UNUSED_CHARGED, **COURSE)
    slots = [await desk.slot(offering, hours=24 * day) for day in (2, 9, 16)]
    order = await desk.ready((offering, 1, *slots))
    within = await desk.slot(offering, hours=24 * 59)
    await desk.slot(offering, hours=24 * 61)
    await desk.withdraw(slots[0], slots[1])
    after = await desk.look(order)
    assert [one.slot_id for one in after.lines[0].bookings] == [slots[2], within]
    assert after.lines[0].row.sessions_lost == 2
    assert len(await desk.told(SlotBooked, order)) == len(await desk.told(SessionsCancelled, order)) == 1
    desk.later(hours=24)
    await desk.end_unanswered()
    ended = await desk.look(order)
    assert (ended.row.status, [one.slot_id for one in ended.lines[0].bookings]) == (OrderStatus.ACCEPTED, [slots[2]])
    assert ended.lines[0].row.sessions_lost == 2
    assert [told.fee.minor for told in await desk.told(SessionsCancelled, order)] == [0, 0]


async def test_what_is_offered_says_nothing_of_where_else_its_resident_is(desk: Desk) -> None:
    offering, elsewhere = (
        await desk.offer(booking_required=True),
        await desk.offer(booking_required=True, partner=uuid4()),
    )
    slot, other = await desk.slot(offering), await desk.slot(offering, hours=48.5)
    order = await desk.ready((offering, 1, slot))
    await desk.place((elsewhere, 1, await desk.slot(elsewhere, hours=48.5)), resident=order.row.resident_id)
    await desk.withdraw(slot)
    after = await desk.look(order)
    assert [one.slot_id for one in after.lines[0].bookings] == [other]
    with pytest.raises(BookedElsewhere):
        await desk.agree_to_sessions(after)


async def test_a_suspended_partner_offers_no_other_time(desk: Desk) -> None:
    offering = await desk.offer(booking_required=True)
    slot, _ = await desk.slot(offering), await desk.slot(offering, hours=48.5)
    order = await desk.ready((offering, 1, slot))
    await desk.suspend(version=1)
    await desk.withdraw(slot)
    assert await desk.status(order) is OrderStatus.CANCELLED


async def test_the_database_lets_no_offer_wait_until_it_has_begun(desk: Desk) -> None:
    order, _ = await offered(desk)
    with pytest.raises(DBAPIError, match="booking_answered_before"):
        await desk.query(
            "UPDATE booking SET answer_by = starts_at WHERE id = :id RETURNING id", id=order.lines[0].bookings[0].id
        )


@pytest.mark.parametrize("who", ["partner", "partners", "resident"])
async def test_only_what_a_resident_calls_off_counts_against_them(desk: Desk, who: str) -> None:
    resident = uuid4()
    limits = Limits(0, 0, 3, 0, 0)
    offering = await desk.offer(booking_required=True)

    async def place() -> OrderAggregate:
        return await desk.place((offering, 1, await desk.slot(offering)), resident=resident, limits=limits)

    for number in range(3):
        order = await place()
        if who == "partner":
            slot_id = order.lines[0].bookings[0].slot_id
            await desk.withdraw(slot_id)
        elif who == "partners":
            await desk.suspend(version=2 * number + 1)
            await desk.call_off_unaccepted()
            await desk.reinstate(version=2 * number + 2)
        else:
            await desk.cancel(order)
        assert await desk.status(order) is OrderStatus.CANCELLED
    if who == "resident":
        with pytest.raises(TooOftenCalledOff):
            await place()
    else:
        assert await desk.status(await place()) is OrderStatus.PLACED
