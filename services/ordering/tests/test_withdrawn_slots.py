"""A time the partner takes back costs nobody who booked it anything, and everybody who did is told."""

from typing import Any
from uuid import uuid4

import pytest
from chassis.wire import timestamp
from desk import Desk
from ordering import events
from ordering.domain.orders import SlotTaken
from ordering.domain.process import Status
from ordering.store import offerings
from yima.catalog.v1 import api_pb2 as catalog
from yima.catalog.v1.events_pb2 import SlotsAdded, SlotsWithdrawn
from yima.common.v1.types_pb2 import Interval
from yima.ordering.v1.events_pb2 import OrderCancelled, SessionsCancelled

pytestmark = pytest.mark.anyio
SERVICE = "ordering"
RULES = [catalog.CancellationRule(hours_before=720, fee_basis_points=10_000)]
COURSE: dict[str, Any] = {
    "contents": [catalog.EntitledItem(code="visit", kind=catalog.UNIT_KIND_VISIT, times=3)], "valid_days": 60,
    "booking_required": True, "cancellation": RULES,
}  # fmt: skip


@pytest.mark.parametrize("stage", ["placed", "confirmed", "accepted"])
async def test_a_booked_visit_is_cancelled_for_nothing_whatever_the_terms(desk: Desk, stage: str) -> None:
    offering = await desk.offer(price=500, booking_required=True, cancellation=RULES)
    slot = await desk.slot(offering, capacity=5)
    wholes = [await desk.place((offering, 1, slot)) for _ in range(3)]
    for whole in wholes:
        if stage != "placed":
            await desk.pay(whole)
        if stage == "accepted":
            await desk.accept(whole)
    await desk.withdraw(slot)
    for whole in wholes:
        assert await desk.status(whole) is Status.CANCELLED
        (told,) = await desk.told(OrderCancelled, whole)
        assert (told.reason, told.cancelled_by, list(told.dues)) == (f"{events.WITHDRAWN}: ill", "partner", [])
    assert await desk.query("SELECT held FROM slot WHERE id = :id", id=slot) == [(0,)]


async def test_a_course_goes_on_without_the_session_which_may_be_booked_again(desk: Desk) -> None:
    offering = await desk.offer(**COURSE)
    slots = [await desk.slot(offering, hours=24 * day) for day in (2, 9, 16)]
    whole = await desk.ready((offering, 1, *slots))
    await desk.withdraw(slots[0], slots[1])
    after = await desk.look(whole)
    assert after.order.status == Status.ACCEPTED
    assert [one.slot_id for one in after.lines[0].bookings] == [slots[2]]
    assert after.order.begins_at == after.lines[0].bookings[0].starts_at
    (told,) = await desk.told(SessionsCancelled, whole)
    assert (len(told.booking_ids), told.given_up, told.fee.minor, told.version) == (2, 0, 0, after.order.version)
    again = await desk.book(after, await desk.slot(offering, hours=24 * 20))
    assert len(again.lines[0].bookings) == 2
    assert again.lines[0].due_minor == 0


async def test_an_order_of_several_services_keeps_the_others(desk: Desk) -> None:
    booked, plain = await desk.offer(booking_required=True), await desk.offer()
    slot = await desk.slot(booked)
    whole = await desk.ready((booked, 1, slot), (plain, 1))
    await desk.withdraw(slot)
    assert await desk.status(whole) is Status.ACCEPTED
    assert len(await desk.told(SessionsCancelled, whole)) == 1


async def test_a_withdrawn_slot_is_neither_shown_nor_booked_nor_brought_back_by_an_older_word(desk: Desk) -> None:
    offering = await desk.offer(booking_required=True)
    interval = Interval(start=timestamp(desk.now.replace(year=desk.now.year + 1)),
                        end=timestamp(desk.now.replace(year=desk.now.year + 1, microsecond=999_999)))  # fmt: skip
    slot = catalog.Slot(id=str(uuid4()), offering_id=str(offering), interval=interval, capacity=3)
    await desk.hear(events.on_slots_withdrawn, SlotsWithdrawn(slots=[slot], reason="ill"))
    await desk.hear(events.on_slots_added, SlotsAdded(slots=[slot]))
    async with desk.store.transaction() as session:
        assert not await offerings.free_places(session, [offering], desk.now, 10)
    with pytest.raises(SlotTaken):
        await desk.place((offering, 1, offerings.UUID(slot.id)))


async def test_a_session_that_has_begun_is_not_taken_away(desk: Desk) -> None:
    offering = await desk.offer(booking_required=True)
    slot = await desk.slot(offering, hours=1)
    whole = await desk.ready((offering, 1, slot))
    desk.later(hours=1)
    await desk.withdraw(slot)
    assert await desk.status(whole) is Status.ACCEPTED
