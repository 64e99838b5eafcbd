"""Slots: held with the order, moved, given back with it; and nobody is in two places at once."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.refusals import Invalid
from ordering.aggregate import OrderAggregate
from ordering.commands import placing
from ordering.commands.placing import PlaceRequest
from ordering.domain.entitlements import EntitlementOver, TooLateToMove
from ordering.domain.orders import BookedElsewhere, SlotPast, SlotTaken
from ordering.domain.process import Actor, OrderStatus
from ordering.store import offerings
from ordering_scenario import DEADLINES, Scenario, agreed, line_requests
from yima.catalog.v1 import api_pb2 as catalog
from yima.ordering.v1.events_pb2 import SlotBooked

pytestmark = pytest.mark.anyio
SERVICE = "ordering"
COURSE = {
    "kind": catalog.OFFERING_KIND_PACKAGE,
    "contents": [catalog.EntitledItem(code="session", kind=catalog.UNIT_KIND_VISIT, times=3)],
    "valid_days": 60,
    "booking_required": True,
}


async def held(scenario: Scenario, *slots: UUID) -> list[int]:
    places_held = dict(await scenario.query("SELECT id, held FROM slot WHERE id = ANY(:ids)", ids=list(slots)))
    return [places_held[slot] for slot in slots]


async def sums_agree(scenario: Scenario) -> bool:
    """Is every slot's count the sum of the bookings that stand?"""
    odd = await scenario.query(
        """SELECT slot.id FROM slot LEFT JOIN booking ON booking.slot_id = slot.id AND released_at IS NULL
           GROUP BY slot.id HAVING slot.held <> coalesce(sum(booking.places), 0)"""
    )
    return not odd


async def test_several_sessions_are_booked_with_one_order_and_given_back_with_it(scenario: Scenario) -> None:
    offering = await scenario.offer(**COURSE)
    slots = [await scenario.slot(offering, hours=24 * day) for day in (2, 9)]
    order = await scenario.ready((offering, 1, *slots))
    assert await held(scenario, *slots) == [1, 1]
    third = await scenario.slot(offering, hours=24 * 16)
    order = await scenario.book(order, third)
    assert len(order.lines[0].bookings) == 3
    with pytest.raises(Invalid, match="no further session"):
        await scenario.book(order, await scenario.slot(offering, hours=24 * 23))
    await scenario.cancel(order)
    assert await held(scenario, *slots, third) == [0, 0, 0]
    assert await sums_agree(scenario)


async def test_more_sessions_than_visits_are_refused(scenario: Scenario) -> None:
    offering = await scenario.offer(**COURSE)
    slots = [await scenario.slot(offering, hours=24 * day) for day in range(1, 5)]
    with pytest.raises(Invalid, match="at most 3"):
        await scenario.place((offering, 1, *slots))
    with pytest.raises(Invalid, match="none twice"):
        await scenario.place((offering, 1, slots[0], slots[0]))


async def test_a_booking_is_moved_and_its_place_is_free_again(scenario: Scenario) -> None:
    offering = await scenario.offer(booking_required=True)
    old, new = await scenario.slot(offering), await scenario.slot(offering, hours=72)
    order = await scenario.ready((offering, 1, old))
    moved = await scenario.book(order, new, order.lines[0].bookings[0].id)
    assert await held(scenario, old, new) == [0, 1]
    assert [booking.slot_id for booking in moved.lines[0].bookings] == [new]
    assert moved.row.begins_at == moved.lines[0].bookings[0].starts_at
    assert len(await scenario.published(SlotBooked, order)) == 1
    with pytest.raises(Invalid, match="not a booking"):
        await scenario.book(moved, old, uuid4())
    await scenario.place((offering, 1, old))


@pytest.mark.parametrize("hours", [2, 40, 24 * 5, 24 * 60])
@pytest.mark.parametrize("stage", ["placed", "confirmed", "accepted"])
async def test_a_moved_booking_has_the_deadline_it_would_have_had_there_from_the_start(
    scenario: Scenario, stage: str, hours: float
) -> None:
    """cal.diy#30016, circulate#2181: the appointment is the source of the deadline."""
    offering = await scenario.offer(booking_required=True)
    first, new = await scenario.slot(offering, hours=3), await scenario.slot(offering, hours=hours, capacity=2)
    moved, there = await scenario.place((offering, 1, first)), await scenario.place((offering, 1, new))
    for order in (moved, there):
        if stage != "placed":
            await scenario.pay(order)
        if stage == "accepted":
            await scenario.accept(order)
    scenario.later(minutes=20)
    await scenario.book(moved, new, moved.lines[0].bookings[0].id)
    assert (await scenario.look(moved)).row.deadline == (await scenario.look(there)).row.deadline


async def test_an_accepted_order_moved_far_ahead_lives_until_its_session_is_over(scenario: Scenario) -> None:
    offering = await scenario.offer(booking_required=True)
    order = await scenario.ready((offering, 1, await scenario.slot(offering, hours=3)))
    far = await scenario.slot(offering, hours=24 * 70)
    await scenario.agree_to_sessions(await scenario.book(order, far, order.lines[0].bookings[0].id, Actor.PARTNER))
    scenario.later(days=69, hours=23)
    await scenario.end_overdue()
    assert await scenario.status(order) is OrderStatus.ACCEPTED
    scenario.later(hours=2)
    await scenario.fulfil(await scenario.scan(order))


async def test_moving_is_refused_where_there_is_no_room_or_it_is_too_late(scenario: Scenario) -> None:
    rules = [catalog.CancellationRule(hours_before=24, fee_basis_points=5_000)]
    offering = await scenario.offer(booking_required=True, cancellation=rules)
    mine, full, past = (
        await scenario.slot(offering),
        await scenario.slot(offering, hours=50),
        await scenario.slot(offering, hours=1),
    )
    await scenario.place((offering, 1, full))
    order = await scenario.ready((offering, 1, mine))
    booking = order.lines[0].bookings[0].id
    with pytest.raises(SlotTaken):
        await scenario.book(order, full, booking)
    with pytest.raises(Invalid, match="booked already"):
        await scenario.book(order, mine, booking)
    scenario.later(hours=30)
    with pytest.raises(SlotPast):
        await scenario.book(order, past, booking, Actor.PARTNER)
    other = await scenario.slot(offering, hours=60)
    with pytest.raises(TooLateToMove):
        await scenario.book(order, other, booking)
    await scenario.book(order, other, booking, Actor.PARTNER)
    assert await sums_agree(scenario)


async def test_a_session_beyond_the_time_to_use_the_package_is_refused(scenario: Scenario) -> None:
    offering = await scenario.offer(**COURSE)
    order = await scenario.ready((offering, 1, await scenario.slot(offering)))
    with pytest.raises(EntitlementOver):
        await scenario.book(order, await scenario.slot(offering, hours=24 * 61))


async def test_nobody_is_booked_in_two_places_at_once(scenario: Scenario) -> None:
    visit, other = (
        await scenario.offer(booking_required=True),
        await scenario.offer(booking_required=True, partner=uuid4()),
    )
    resident = uuid4()
    at_ten, overlapping = await scenario.slot(visit, capacity=9), await scenario.slot(other, capacity=9, hours=48.25)
    order = await scenario.place((visit, 1, at_ten), resident=resident)
    with pytest.raises(BookedElsewhere):
        await scenario.place((other, 1, overlapping), resident=resident)
    after = await scenario.slot(other, hours=48.5)
    await scenario.place((other, 1, after), resident=resident)
    await scenario.cancel(order)
    with pytest.raises(BookedElsewhere):  # it ends a quarter into `after`
        await scenario.place((other, 1, overlapping), resident=resident)


async def test_two_taps_on_overlapping_slots_make_one_booking_even_at_the_same_moment(
    scenario: Scenario, database: str
) -> None:
    """The exclusion constraint decides what no look before a write can."""
    offerings_ = [await scenario.offer(booking_required=True, partner=uuid4()) for _ in range(8)]
    slots = [await scenario.slot(offering) for offering in offerings_]
    resident = uuid4()
    stores = [Database(database) for _ in offerings_]

    async def tap(store: Database, offering: UUID, slot: UUID) -> object:
        lines = line_requests([(offering, 1, slot)])
        request = PlaceRequest(resident, resident, lines, "", False, str(uuid4()), b"a" * 32, None, proven=True)
        async with store.transaction() as session:
            request = await agreed(session, request)
        return (await placing.place_together(store, [request], DEADLINES))[0]

    answers = await asyncio.gather(*map(tap, stores, offerings_, slots))
    await asyncio.gather(*(store.close() for store in stores))
    assert sum(isinstance(answer, OrderAggregate) for answer in answers) == 1
    assert sum(isinstance(answer, BookedElsewhere) for answer in answers) == 7
    assert sum(await held(scenario, *slots)) == 1


async def test_a_batch_with_one_who_is_booked_elsewhere_fails_for_them_alone(scenario: Scenario) -> None:
    offering = await scenario.offer(booking_required=True)
    slots = [await scenario.slot(offering, capacity=5), await scenario.slot(offering, capacity=5, hours=48.1)]
    twice, once = uuid4(), uuid4()
    requests = [
        PlaceRequest(
            who, who, line_requests([(offering, 1, slot)]), "", False, str(uuid4()), b"a" * 32, None, proven=True
        )
        for who, slot in ((twice, slots[0]), (twice, slots[1]), (once, slots[1]))
    ]
    async with scenario.store.transaction() as session:
        requests = [await agreed(session, request) for request in requests]
    answers = await placing.place_together(scenario.store, requests, DEADLINES)
    assert [type(answer) for answer in answers] == [OrderAggregate, BookedElsewhere, OrderAggregate]


async def test_an_unconfirmed_order_gives_its_place_back_when_its_slot_begins(scenario: Scenario) -> None:
    """However long money may take: nobody waits for a session that is over."""
    offering = await scenario.offer(booking_required=True)
    slot = await scenario.slot(offering, hours=0.1)
    order = await scenario.place((offering, 1, slot))
    assert order.row.deadline == order.lines[0].bookings[0].starts_at
    scenario.later(minutes=31)
    await scenario.end_overdue()
    assert await scenario.status(order) is OrderStatus.EXPIRED
    assert await held(scenario, slot) == [0]


async def test_a_booked_service_has_until_after_its_session(scenario: Scenario) -> None:
    offering = await scenario.offer(booking_required=True)
    order = await scenario.ready((offering, 1, await scenario.slot(offering, hours=24 * 90)))
    deadline = order.row.deadline
    assert deadline is not None
    assert deadline > order.lines[0].bookings[0].ends_at


async def test_sessions_that_come_again_keep_their_time_of_the_clock_when_it_changes(scenario: Scenario) -> None:
    """Half past eight in Berlin stays so over the last Sunday of October, though it is an hour of UTC later."""
    offering = await scenario.offer(booking_required=True)
    scenario.now = scenario.now.replace(year=2030, month=10, day=20, hour=0, minute=0, second=0, microsecond=0)
    summer, winter = await scenario.slot(offering, hours=24 + 6.5), await scenario.slot(offering, hours=24 * 8 + 7.5)
    await scenario.slot(offering, hours=24 * 8 + 6.5, minutes=10)  # the same hour of UTC, another of the clock
    async with scenario.store.transaction() as session:
        alike = await offerings.slots_alike(session, summer, 4, "Europe/Berlin", 10)
    assert [slot.id for slot in alike] == [summer, winter]
    assert alike[1].starts_at - alike[0].starts_at == timedelta(days=7, hours=1)
