"""An offering's next free slot is told whenever it is another one, by whatever changed it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.ids import new_id
from devstack.samples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ordering.commands import availability
from ordering.store.availability import Availability, find
from ordering.store.offerings import add_slots, withdraw_slots
from ordering.tables import SlotRow
from ordering_scenario import Scenario
from sqlalchemy import text
from yima.ordering.v1.events_pb2 import AvailabilityChanged

pytestmark = pytest.mark.anyio
SERVICE = "ordering"
NOW = datetime.now(UTC).replace(microsecond=0)
FEW = settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


async def told(store: Database, offering_id: UUID) -> AvailabilityChanged:
    """The last word about an offering."""
    async with store.transaction() as session:
        newest = text("SELECT payload FROM outbox WHERE subject LIKE :subject ORDER BY position DESC LIMIT 1")
        subject = f"%AvailabilityChanged.{offering_id}"
        return AvailabilityChanged.FromString((await session.scalars(newest, {"subject": subject})).one())


async def tell_all(store: Database, now: datetime) -> None:
    while await availability.tell_changes(store, now):
        pass


@FEW
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["take", "give back", "withdraw", "look", "wait"]), st.integers(0, 3)), max_size=12
    )
)
async def test_whatever_is_booked_given_back_and_withdrawn_the_last_word_is_the_first_free_slot(
    scenario: Scenario, steps: list[tuple[str, int]]
) -> None:
    offering_id, now = uuid4(), NOW
    slots = [
        SlotRow(
            id=new_id(),
            offering_id=offering_id,
            starts_at=NOW + timedelta(hours=1 + number),
            ends_at=NOW + timedelta(hours=2 + number),
            capacity=1 + number % 2,
        )
        for number in range(4)
    ]
    store = scenario.store
    async with store.transaction() as session:
        await add_slots(session, slots)
    for step, number in steps:
        which: dict[str, Any] = {"id": slots[number].id}
        async with store.transaction() as session:
            if step == "take":
                await session.execute(text("UPDATE slot SET held = held + 1 WHERE id = :id AND held < capacity"), which)
            elif step == "give back":
                await session.execute(text("UPDATE slot SET held = held - 1 WHERE id = :id AND held > 0"), which)
            elif step == "withdraw":
                slots[number].withdrawn = True
                await withdraw_slots(session, [slots[number]])
        if step == "wait":
            now = slots[number].starts_at if slots[number].starts_at > now else now
        if step in ("look", "wait"):
            await tell_all(store, now)
    await tell_all(store, now)
    async with store.transaction() as session:
        first = (
            "SELECT min(starts_at) FROM slot WHERE offering_id = :id AND NOT withdrawn AND held < capacity "
            "AND starts_at > :now"
        )
        free = await session.scalar(text(first), {"id": offering_id, "now": now})
    word = await told(store, offering_id)
    assert (word.next_free_at.ToDatetime(tzinfo=UTC) if word.HasField("next_free_at") else None) == free


async def test_what_did_not_change_is_not_told_again(scenario: Scenario) -> None:
    offering_id = uuid4()
    async with scenario.store.transaction() as session:
        first = await find(session, [offering_id, offering_id], NOW)
        again = await find(session, [offering_id], NOW)
    assert first == [Availability(offering_id, None, 1)]
    assert again == []


async def test_whatever_was_lost_a_command_finds_and_tells_the_next_free_slot_of_every_offering(
    scenario: Scenario,
) -> None:
    store, offering_ids = scenario.store, [uuid4() for _ in range(3)]
    slots = [
        SlotRow(
            id=new_id(),
            offering_id=offering_id,
            starts_at=NOW + timedelta(hours=1),
            ends_at=NOW + timedelta(hours=2),
            capacity=1,
        )
        for offering_id in offering_ids
    ]
    async with store.transaction() as session:
        await add_slots(session, slots)
    await tell_all(store, NOW)
    never, wrong, right = offering_ids
    async with store.transaction() as session:
        await session.execute(text("DELETE FROM availability WHERE offering_id = :id"), {"id": never})
        astray = text("UPDATE availability SET next_free_at = NULL WHERE offering_id = :id")
        await session.execute(astray, {"id": wrong})
    before = await told(store, right)
    assert await availability.tell_all(store, NOW) >= len(offering_ids)
    for offering_id in offering_ids:
        assert (await told(store, offering_id)).next_free_at.ToDatetime(tzinfo=UTC) == NOW + timedelta(hours=1)
    assert (await told(store, right)).version > before.version
    assert (await told(store, never)).version > before.version
