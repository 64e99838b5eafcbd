"""Places cost something: who holds them unpaid holds few, for minutes, and not again and again."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from desk import DEADLINES, Desk, agreed, as_wanted
from ordering.aggregate import OrderAggregate
from ordering.commands import placing
from ordering.commands.placing import Wanted
from ordering.domain.orders import Limits, TooManyUnpaid, TooOftenCalledOff
from ordering.domain.process import Status
from yima.catalog.v1 import api_pb2 as catalog

pytestmark = pytest.mark.anyio
SERVICE = "ordering"
LIMITS = Limits(unpaid_orders=3, unpaid_places=4, called_off=5)
COURSE = {"contents": [catalog.EntitledItem(code="visit", kind=catalog.UNIT_KIND_VISIT, times=3)], "valid_days": 30}


async def slots(desk: Desk, offering: UUID, count: int) -> list[UUID]:
    return [await desk.slot(offering, capacity=50, hours=24 + 2 * number) for number in range(count)]


async def test_somebody_holds_few_unpaid_orders_and_more_once_they_are_paid_or_cancelled(desk: Desk) -> None:
    offering, resident = await desk.offer(), uuid4()
    held = [await desk.place((offering, 1), resident=resident, limits=LIMITS) for _ in range(3)]
    with pytest.raises(TooManyUnpaid):
        await desk.place((offering, 1), resident=resident, limits=LIMITS)
    await desk.place((offering, 1), limits=LIMITS)  # somebody else
    await desk.pay(held[0])
    await desk.place((offering, 1), resident=resident, limits=LIMITS)
    await desk.cancel(held[1])
    await desk.place((offering, 1), resident=resident, limits=LIMITS)
    with pytest.raises(TooManyUnpaid):
        await desk.place((offering, 1), resident=resident, limits=LIMITS)


@pytest.mark.parametrize("price", [100, 0])
async def test_somebody_holds_few_places_they_have_not_paid_for_free_ones_included(desk: Desk, price: int) -> None:
    offering, resident = await desk.offer(price=price, booking_required=True, **COURSE), uuid4()
    times = await slots(desk, offering, 6)
    await desk.place((offering, 1, *times[:3]), resident=resident, limits=LIMITS)
    with pytest.raises(TooManyUnpaid):
        await desk.place((offering, 1, *times[3:5]), resident=resident, limits=LIMITS)
    await desk.place((offering, 1, times[3]), resident=resident, limits=LIMITS)
    assert await desk.query("SELECT sum(held) FROM slot WHERE offering_id = :id", id=offering) == [(4,)]


async def test_one_batch_does_not_hold_more_than_one_order_after_the_other(desk: Desk) -> None:
    offering, resident = await desk.offer(booking_required=True), uuid4()
    async with desk.store.transaction() as session:
        wanted = [
            await agreed(
                session,
                Wanted(resident, resident, as_wanted([(offering, 1, slot)]), "", False, str(uuid4()), b"a" * 32, None),
            )
            for slot in await slots(desk, offering, 8)
        ]
    outcomes = await placing.place_together(desk.store, wanted, DEADLINES, LIMITS)
    assert [type(outcome) for outcome in outcomes] == [OrderAggregate] * 3 + [TooManyUnpaid] * 5


async def test_whoever_orders_for_their_dependants_has_one_measure_for_all_of_them(desk: Desk) -> None:
    offering, guardian = await desk.offer(), uuid4()
    async with desk.store.transaction() as session:
        wanted = [
            await agreed(
                session,
                Wanted(guardian, uuid4(), as_wanted([(offering, 1)]), "", False, str(uuid4()), b"a" * 32, None),
            )
            for _ in range(5)
        ]
        outcomes = await placing.place(session, wanted, DEADLINES, desk.now, LIMITS)
    assert sum(isinstance(outcome, OrderAggregate) for outcome in outcomes) == 3


async def test_booking_and_calling_off_again_and_again_without_paying_comes_to_an_end(desk: Desk) -> None:
    offering, resident = await desk.offer(booking_required=True), uuid4()
    (slot,) = await slots(desk, offering, 1)
    for _ in range(5):
        await desk.cancel(await desk.place((offering, 1, slot), resident=resident, limits=LIMITS))
    with pytest.raises(TooOftenCalledOff):
        await desk.place((offering, 1, slot), resident=resident, limits=LIMITS)
    unbooked = await desk.offer()
    await desk.place((unbooked, 1), resident=resident, limits=LIMITS)
    desk.later(minutes=61)
    await desk.place((offering, 1, slot), resident=resident, limits=LIMITS)


async def test_what_was_paid_and_called_off_is_held_against_nobody(desk: Desk) -> None:
    offering, resident = await desk.offer(booking_required=True), uuid4()
    (slot,) = await slots(desk, offering, 1)
    for _ in range(7):
        whole = await desk.place((offering, 1, slot), resident=resident, limits=LIMITS)
        await desk.pay(whole)
        await desk.cancel(whole)


async def test_an_unpaid_booking_is_given_back_in_minutes_and_a_paid_one_waits_for_consent(desk: Desk) -> None:
    offering = await desk.offer(booking_required=True, asks=True)
    unpaid, paid = [await desk.place((offering, 1, slot)) for slot in await slots(desk, offering, 2)]
    assert unpaid.order.deadline == desk.now + DEADLINES.unpaid
    await desk.pay(paid)
    desk.later(minutes=11)
    await desk.end_overdue()
    assert await desk.status(unpaid) is Status.EXPIRED
    assert (await desk.look(paid)).order.deadline == paid.order.placed_at + DEADLINES.placed
    assert await desk.status(paid) is Status.PLACED


async def test_money_that_comes_between_the_deadline_and_its_sweep_confirms_nothing(desk: Desk) -> None:
    for hours in (0.1, 48):  # the session has begun; the time to pay is over
        offering = await desk.offer(booking_required=True)
        whole = await desk.place((offering, 1, await desk.slot(offering, hours=hours)))
        desk.later(minutes=11)
        await desk.pay(whole)
        assert await desk.status(whole) is Status.PLACED
        await desk.end_overdue()
        assert await desk.status(whole) is Status.EXPIRED
    free = await desk.offer(asks=True)
    late = await desk.place((free, 1))
    await desk.pay(late)
    desk.now += DEADLINES.placed + timedelta(seconds=1)
    await desk.consent(late)
    assert await desk.status(late) is Status.PLACED
