"""Places cost something: who holds them unpaid holds few, for minutes, and not again and again."""

import asyncio
from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from ordering.aggregate import OrderAggregate
from ordering.commands import carts, placing
from ordering.commands.carts import Buyer
from ordering.commands.placing import PlaceRequest
from ordering.domain.orders import Limits, TooManyPlaces, TooManyUnpaid, TooOftenCalledOff
from ordering.domain.process import Actor, OrderStatus
from ordering_scenario import DEADLINES, Scenario, agreed, agreed_lines, line_requests
from yima.catalog.v1 import api_pb2 as catalog

pytestmark = pytest.mark.anyio
SERVICE = "ordering"
LIMITS = Limits(unpaid_orders=3, unpaid_places=4, called_off=5)
MANY = [catalog.EntitledItem(code="visit", kind=catalog.UNIT_KIND_VISIT, times=6)]
COURSE = {"contents": [catalog.EntitledItem(code="visit", kind=catalog.UNIT_KIND_VISIT, times=3)], "valid_days": 30}


async def slots(scenario: Scenario, offering: UUID, count: int) -> list[UUID]:
    return [await scenario.slot(offering, capacity=50, hours=24 + 2 * number) for number in range(count)]


async def test_somebody_holds_few_unpaid_orders_and_more_once_they_are_paid_or_cancelled(scenario: Scenario) -> None:
    offering, resident = await scenario.offer(), uuid4()
    held = [await scenario.place((offering, 1), resident=resident, limits=LIMITS) for _ in range(3)]
    with pytest.raises(TooManyUnpaid):
        await scenario.place((offering, 1), resident=resident, limits=LIMITS)
    await scenario.place((offering, 1), limits=LIMITS)  # somebody else
    await scenario.pay(held[0])
    await scenario.place((offering, 1), resident=resident, limits=LIMITS)
    await scenario.cancel(held[1])
    await scenario.place((offering, 1), resident=resident, limits=LIMITS)
    with pytest.raises(TooManyUnpaid):
        await scenario.place((offering, 1), resident=resident, limits=LIMITS)


@pytest.mark.parametrize("price", [100, 0])
async def test_somebody_holds_few_places_they_have_not_paid_for_free_ones_included(
    scenario: Scenario, price: int
) -> None:
    offering, resident = await scenario.offer(price=price, booking_required=True, **COURSE), uuid4()
    times = await slots(scenario, offering, 6)
    await scenario.place((offering, 1, *times[:3]), resident=resident, limits=LIMITS)
    with pytest.raises(TooManyUnpaid):
        await scenario.place((offering, 1, *times[3:5]), resident=resident, limits=LIMITS)
    await scenario.place((offering, 1, times[3]), resident=resident, limits=LIMITS)
    assert await scenario.query("SELECT sum(held) FROM slot WHERE offering_id = :id", id=offering) == [(4,)]


async def test_one_batch_does_not_hold_more_than_one_order_after_the_other(scenario: Scenario) -> None:
    offering, resident = await scenario.offer(booking_required=True), uuid4()
    async with scenario.store.transaction() as session:
        requests = [
            await agreed(
                session,
                PlaceRequest(
                    resident,
                    resident,
                    line_requests([(offering, 1, slot)]),
                    "",
                    False,
                    str(uuid4()),
                    b"a" * 32,
                    None,
                    proven=True,
                ),
            )
            for slot in await slots(scenario, offering, 8)
        ]
    outcomes = await placing.place_together(scenario.store, requests, DEADLINES, LIMITS)
    assert [type(outcome) for outcome in outcomes] == [OrderAggregate] * 3 + [TooManyUnpaid] * 5


async def test_whoever_orders_for_their_dependants_has_one_measure_for_all_of_them(scenario: Scenario) -> None:
    offering, guardian = await scenario.offer(), uuid4()
    async with scenario.store.transaction() as session:
        requests = [
            await agreed(
                session,
                PlaceRequest(
                    guardian,
                    uuid4(),
                    line_requests([(offering, 1)]),
                    "",
                    False,
                    str(uuid4()),
                    b"a" * 32,
                    None,
                    proven=True,
                ),
            )
            for _ in range(5)
        ]
        outcomes = await placing.place(session, requests, DEADLINES, scenario.now, LIMITS)
    assert sum(isinstance(outcome, OrderAggregate) for outcome in outcomes) == 3


async def test_booking_and_calling_off_again_and_again_without_paying_comes_to_an_end(scenario: Scenario) -> None:
    offering, resident = await scenario.offer(booking_required=True), uuid4()
    (slot,) = await slots(scenario, offering, 1)
    for _ in range(5):
        await scenario.cancel(await scenario.place((offering, 1, slot), resident=resident, limits=LIMITS))
    with pytest.raises(TooOftenCalledOff):
        await scenario.place((offering, 1, slot), resident=resident, limits=LIMITS)
    unbooked = await scenario.offer()
    await scenario.place((unbooked, 1), resident=resident, limits=LIMITS)
    scenario.later(minutes=61)
    await scenario.place((offering, 1, slot), resident=resident, limits=LIMITS)


async def test_what_was_paid_and_called_off_is_held_against_nobody(scenario: Scenario) -> None:
    offering, resident = await scenario.offer(booking_required=True), uuid4()
    (slot,) = await slots(scenario, offering, 1)
    for _ in range(7):
        order = await scenario.place((offering, 1, slot), resident=resident, limits=LIMITS)
        await scenario.pay(order)
        await scenario.cancel(order)
        assert await scenario.status(order) is OrderStatus.CANCELLED


async def test_an_unpaid_booking_is_given_back_in_minutes_and_a_paid_one_waits_for_consent(scenario: Scenario) -> None:
    offering = await scenario.offer(booking_required=True, asks=True)
    unpaid, paid = [await scenario.place((offering, 1, slot)) for slot in await slots(scenario, offering, 2)]
    assert unpaid.row.deadline == scenario.now + DEADLINES.unpaid
    await scenario.pay(paid)
    scenario.later(minutes=11)
    await scenario.end_overdue()
    assert await scenario.status(unpaid) is OrderStatus.EXPIRED
    assert (await scenario.look(paid)).row.deadline == paid.row.placed_at + DEADLINES.placed
    assert await scenario.status(paid) is OrderStatus.PLACED


async def test_money_that_comes_between_the_deadline_and_its_sweep_confirms_nothing(scenario: Scenario) -> None:
    for hours in (0.1, 48):  # the session has begun; the time to pay is over
        offering = await scenario.offer(booking_required=True)
        order = await scenario.place((offering, 1, await scenario.slot(offering, hours=hours)))
        scenario.later(minutes=11)
        await scenario.pay(order)
        assert await scenario.status(order) is OrderStatus.PLACED
        await scenario.end_overdue()
        assert await scenario.status(order) is OrderStatus.EXPIRED
    free = await scenario.offer(asks=True)
    late = await scenario.place((free, 1))
    await scenario.pay(late)
    scenario.now += DEADLINES.placed + timedelta(seconds=1)
    await scenario.consent(late)
    assert await scenario.status(late) is OrderStatus.PLACED


PLACES = replace(placing.NO_LIMITS, slot_places=2, day_places=3)


async def for_dependants(
    scenario: Scenario, guardian: UUID, offering: UUID, slot: UUID, count: int = 1
) -> list[PlaceRequest]:
    """Orders of one account, each for somebody else."""
    async with scenario.store.transaction() as session:
        return [
            await agreed(
                session,
                PlaceRequest(
                    guardian,
                    uuid4(),
                    line_requests([(offering, 1, slot)]),
                    "",
                    False,
                    str(uuid4()),
                    b"a" * 32,
                    None,
                    proven=True,
                ),
            )
            for _ in range(count)
        ]


async def midday(scenario: Scenario, offering: UUID, capacity: int = 50, days: int = 2, minutes: int = 0) -> UUID:
    """A slot at noon of a day of the city's, so many minutes later."""
    noon = datetime.combine(DEADLINES.today(scenario.now), time(12), DEADLINES.zone) + timedelta(
        days=days, minutes=minutes
    )
    return await scenario.slot(offering, capacity, (noon - scenario.now) / timedelta(hours=1))


@pytest.mark.parametrize("price", [100, 0])
async def test_one_account_holds_few_places_of_a_slot_whoever_they_are_for_and_whatever_they_cost(
    scenario: Scenario, price: int
) -> None:
    offering, guardian = await scenario.offer(price=price, booking_required=True), uuid4()
    slot = await midday(scenario, offering)
    for request in await for_dependants(scenario, guardian, offering, slot, 2):
        (outcome,) = await placing.place_together(scenario.store, [request], DEADLINES, PLACES)
        assert isinstance(outcome, OrderAggregate)
        await scenario.pay(outcome)
    third = await for_dependants(scenario, guardian, offering, slot)
    (refusal,) = await placing.place_together(scenario.store, third, DEADLINES, PLACES)
    assert isinstance(refusal, TooManyPlaces)
    assert (refusal.field, "choose another" in refusal.detail) == ("lines[0].slot_id", True)
    await scenario.place((offering, 1, slot), limits=PLACES)  # somebody else
    assert await scenario.query("SELECT held FROM slot WHERE id = :id", id=slot) == [(3,)]


async def test_a_place_that_is_given_back_makes_room_for_another(scenario: Scenario) -> None:
    offering, guardian = await scenario.offer(price=0, booking_required=True), uuid4()
    slot = await midday(scenario, offering)
    batch = await for_dependants(scenario, guardian, offering, slot, 4)
    first, second, *refused = await placing.place_together(scenario.store, batch, DEADLINES, PLACES)
    assert isinstance(first, OrderAggregate)
    assert isinstance(second, OrderAggregate)
    assert [type(outcome) for outcome in refused] == [TooManyPlaces] * 2
    await scenario.cancel(first)
    more = await for_dependants(scenario, guardian, offering, slot, 2)
    outcomes = await placing.place_together(scenario.store, more, DEADLINES, PLACES)
    assert [type(outcome) for outcome in outcomes] == [OrderAggregate, TooManyPlaces]


async def test_one_account_holds_few_places_of_an_offering_on_one_day_of_the_city_s(scenario: Scenario) -> None:
    offering, other, resident = *[await scenario.offer(price=0, booking_required=True) for _ in range(2)], uuid4()
    day = [await midday(scenario, offering, 1, minutes=60 * number) for number in range(5)]
    for slot in day[:3]:
        await scenario.place((offering, 1, slot), resident=resident, limits=PLACES)
    with pytest.raises(TooManyPlaces, match="another day"):
        await scenario.place((offering, 1, day[3]), resident=resident, limits=PLACES)
    just_before_midnight = await midday(scenario, offering, minutes=11 * 60 + 29)
    with pytest.raises(TooManyPlaces, match="another day"):
        await scenario.place((offering, 1, just_before_midnight), resident=resident, limits=PLACES)
    await scenario.place(
        (offering, 1, await midday(scenario, offering, minutes=12 * 60)), resident=resident, limits=PLACES
    )
    await scenario.place((other, 1, await midday(scenario, other, minutes=600)), resident=resident, limits=PLACES)


async def test_tries_at_the_same_moment_by_several_processes_take_no_more_places(
    scenario: Scenario, database: str
) -> None:
    offering, guardian = await scenario.offer(price=0, booking_required=True), uuid4()
    slots = [await midday(scenario, offering, minutes=60 * number) for number in range(4)]
    requests = [(await for_dependants(scenario, guardian, offering, slots[number % 4]))[0] for number in range(12)]
    processes = [Database(database) for _ in range(4)]
    outcomes = await asyncio.gather(
        *[
            placing.place_together(processes[number % 4], [request], DEADLINES, PLACES)
            for number, request in enumerate(requests)
        ]
    )
    for process in processes:
        await process.close()
    assert sum(isinstance(outcome, OrderAggregate) for (outcome,) in outcomes) == PLACES.day_places
    held = await scenario.query("SELECT held FROM slot WHERE offering_id = :id", id=offering)
    assert max(places for (places,) in held) <= PLACES.slot_places


async def test_a_course_and_a_cart_take_no_more_places_than_orders_one_by_one(scenario: Scenario) -> None:
    course, resident = await scenario.offer(price=0, booking_required=True, **(COURSE | {"contents": MANY})), uuid4()
    times = [await midday(scenario, course, minutes=60 * number) for number in range(4)]
    with pytest.raises(TooManyPlaces):
        await scenario.place((course, 1, *times), resident=resident, limits=PLACES)
    visit, second = [await scenario.offer(price=0, booking_required=True) for _ in range(2)]
    slot = await midday(scenario, visit, days=3)
    for request in await for_dependants(scenario, resident, visit, slot, 2):
        await placing.place_together(scenario.store, [request], DEADLINES, PLACES)
    lines = line_requests([(visit, 1, slot), (second, 1, await midday(scenario, second, days=4))])
    buyer = Buyer(resident, uuid4(), None, "", False, str(uuid4()), b"a" * 32, None, proven=True)
    with pytest.raises(TooManyPlaces) as refused:
        async with scenario.store.transaction() as session:
            lines, expected = await agreed_lines(session, lines)
            cart = await carts.put_cart(session, owner_id=resident, resident_id=buyer.resident_id, lines=[], version=0)
            await carts.check_out(
                session,
                cart=cart,
                lines=lines,
                buyer=replace(buyer, expected=expected),
                deadlines=DEADLINES,
                limits=PLACES,
                now=scenario.now,
            )
    assert refused.value.field == "lines[0].slot_id"


@pytest.mark.parametrize("actor", [Actor.RESIDENT, Actor.PARTNER])
async def test_a_session_that_is_booked_or_moved_later_is_counted_like_the_others(
    scenario: Scenario, actor: Actor
) -> None:
    offering, guardian = await scenario.offer(price=0, booking_required=True, **COURSE), uuid4()
    slot, next_day = await midday(scenario, offering), await midday(scenario, offering, days=3)
    for request in await for_dependants(scenario, guardian, offering, slot, 2):
        await placing.place_together(scenario.store, [request], DEADLINES, PLACES)
    (third,) = await for_dependants(scenario, guardian, offering, next_day)
    (outcome,) = await placing.place_together(scenario.store, [third], DEADLINES, PLACES)
    assert isinstance(outcome, OrderAggregate)
    order = await scenario.accept(outcome)
    with pytest.raises(TooManyPlaces) as refused:
        await scenario.book(order, slot, actor=actor, limits=PLACES)
    assert refused.value.field == "slot_id"
    with pytest.raises(TooManyPlaces):
        await scenario.book(order, slot, order.lines[0].bookings[0].id, actor=actor, limits=PLACES)
    beside = await midday(scenario, offering, days=3, minutes=60)
    moved = await scenario.book(order, beside, order.lines[0].bookings[0].id, actor=actor, limits=PLACES)
    assert [booking.slot_id for booking in moved.lines[0].bookings] == [beside]
