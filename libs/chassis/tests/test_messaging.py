"""Events over real PostgreSQL and NATS: told if and only if committed, each effect once, poison buried and replayed."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

import nats
import pytest
from chassis import bus, consumer, dead_letters
from chassis.consumer import Consumer, Event, Work, subscription, waves
from chassis.database import Database
from chassis.outbox import publish
from chassis.relay import Relay
from chassis.settings import Settings
from devstack.nats import Nats
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from yima.identity.v1.events_pb2 import InstitutionRegistered, ResidentRegistered

pytestmark = pytest.mark.anyio
SERVICE = "identity"


@pytest.fixture
async def store(database: str) -> AsyncGenerator[Database]:
    made = Database(database)
    async with made.transaction() as session:
        for table in ("outbox", "inbox"):
            await session.execute(text(f"DELETE FROM {table}"))
    yield made
    await made.close()


@asynccontextmanager
async def at_work(
    server: Nats, store: Database, handler: Callable[..., Any], *, consume: bool = True, name: str = ""
) -> AsyncGenerator[bus.JetStreamContext]:
    """A relay and a consumer, as a service runs them."""
    connection = await bus.connect(Settings(nats_url=server.url), "test")
    jet = bus.jetstream(connection)
    await bus.ensure_streams(jet, "identity")
    relay = asyncio.create_task(Relay("identity", store.url, connection).run())
    hears = subscription(name or f"test-{uuid4().hex[:8]}", {ResidentRegistered: handler})
    heard = Consumer(hears, store, connection, None)
    consuming = asyncio.create_task(heard.run()) if consume else None
    try:
        yield jet
    finally:
        heard.stop()
        if consuming is not None:
            await asyncio.wait_for(consuming, 20)
        relay.cancel()
        with suppress(asyncio.CancelledError):
            await relay
        await connection.close()


async def announce(store: Database, *names: str) -> None:
    async with store.transaction() as session:
        for name in names:
            publish(session, ResidentRegistered(resident_id=name), name)


async def eventually(good: Callable[[], bool], seconds: float = 20) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not good():
        assert asyncio.get_running_loop().time() < deadline, "it never came about"
        await asyncio.sleep(0.02)


async def test_an_event_is_told_if_and_only_if_its_change_was_committed(nats_server: Nats, store: Database) -> None:
    run = uuid4().hex[:6]
    seen: list[str] = []

    async def heard(_work: Work[Any], events: Sequence[Event[ResidentRegistered]]) -> None:
        seen.extend(event.message.resident_id for event in events if event.message.resident_id.startswith(run))

    async with at_work(nats_server, store, heard):
        with pytest.raises(RuntimeError):
            async with store.transaction() as session:
                publish(session, ResidentRegistered(resident_id=f"{run}-never"), f"{run}-never")
                raise RuntimeError("rolled back")
        await announce(store, *(f"{run}-{number}" for number in range(300)))
        await eventually(lambda: len(seen) >= 300)
    assert seen == [f"{run}-{number}" for number in range(300)], "in the order they were published, each once"


async def test_a_broker_that_dies_loses_no_event_and_doubles_none(nats_server: Nats, store: Database) -> None:
    run = uuid4().hex[:6]
    seen: list[str] = []

    async def heard(_work: Work[Any], events: Sequence[Event[ResidentRegistered]]) -> None:
        seen.extend(event.message.resident_id for event in events if event.message.resident_id.startswith(run))

    async with at_work(nats_server, store, heard):
        await announce(store, *(f"{run}-a{number}" for number in range(50)))
        await eventually(lambda: len(seen) >= 50)
        nats_server.kill()
        await announce(store, *(f"{run}-b{number}" for number in range(50)))
        await asyncio.sleep(0.5)
        nats_server.start()  # not in a thread: a child dies with the thread that started it
        await announce(store, *(f"{run}-c{number}" for number in range(50)))
        await eventually(lambda: len(set(seen)) >= 150, 40)
        await asyncio.sleep(0.5)
    assert len(seen) == len(set(seen)) == 150


async def test_one_bad_event_fails_alone_is_buried_with_its_reason_and_replayed(
    nats_server: Nats, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "BACKOFF_SECONDS", (0.02,))
    monkeypatch.setattr(consumer, "ATTEMPTS_MAX", 3)
    run = uuid4().hex[:6]
    seen: list[str] = []
    broken = True

    async def heard(_work: Work[Any], events: Sequence[Event[ResidentRegistered]]) -> None:
        names = [event.message.resident_id for event in events if event.message.resident_id.startswith(run)]
        if broken and f"{run}-bad" in names:
            raise ValueError("cannot be handled")
        seen.extend(names)

    durable = f"test-{run}"
    async with at_work(nats_server, store, heard, name=durable) as jet:
        await announce(store, f"{run}-1", f"{run}-bad", f"{run}-2")
        await eventually(lambda: len(seen) == 2)

        async def buried() -> list[dead_letters.DeadLetter]:
            return [letter for letter in await dead_letters.list_dead(jet) if letter.durable == durable]

        while not (letters := await buried()):
            await asyncio.sleep(0.05)
        assert sorted(seen) == [f"{run}-1", f"{run}-2"]
        assert "ValueError: cannot be handled" in letters[0].reason
        assert letters[0].attempts == 3
        broken = False
        await dead_letters.replay(jet, letters[0].sequence)
        await eventually(lambda: f"{run}-bad" in seen)
        assert not await buried()
    assert sorted(seen) == [f"{run}-1", f"{run}-2", f"{run}-bad"]


async def test_a_redelivered_event_has_its_effect_once(nats_server: Nats, store: Database) -> None:
    run = uuid4().hex[:6]
    seen: list[str] = []

    async def heard(_work: Work[Any], events: Sequence[Event[ResidentRegistered]]) -> None:
        seen.extend(event.message.resident_id for event in events if event.message.resident_id.startswith(run))

    async with at_work(nats_server, store, heard) as jet:
        event_id = str(uuid4())
        for copy in range(3):
            headers = {
                "Nats-Msg-Id": f"{event_id}-{copy}",  # as if the broker's own window had passed
                "ce-id": event_id,
                "ce-type": ResidentRegistered.DESCRIPTOR.full_name,
                "ce-time": "2026-05-01T08:00:00+00:00",
                "ce-subject": run,
            }
            body = ResidentRegistered(resident_id=f"{run}-x").SerializeToString()
            await jet.publish(f"yima.identity.v1.ResidentRegistered.{run}", body, headers=headers)
        await announce(store, f"{run}-last")
        await eventually(lambda: f"{run}-last" in seen)
    assert sorted(seen) == [f"{run}-last", f"{run}-x"]


async def test_two_relays_of_one_service_take_turns(nats_server: Nats, store: Database) -> None:
    connection = await nats.connect(nats_server.url)
    relays = [asyncio.create_task(Relay("identity", store.url, connection).run()) for _ in range(2)]
    await bus.ensure_streams(bus.jetstream(connection), "identity")
    run = uuid4().hex[:6]
    got: list[str] = []

    async def note(message: Any) -> None:
        if run in message.subject:
            got.append(message.subject)

    await connection.subscribe("yima.identity.v1.ResidentRegistered.*", cb=note)
    await announce(store, *(f"{run}-{number}" for number in range(100)))
    await eventually(lambda: len(got) >= 100)
    for relay in relays:
        relay.cancel()
    await asyncio.gather(*relays, return_exceptions=True)
    await connection.close()
    assert len(got) == len(set(got)) == 100


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=30))
def test_waves_keep_each_aggregate_in_order_and_lose_nothing(sent: list[tuple[str, bool]]) -> None:
    from datetime import UTC, datetime

    events = [
        Event(uuid4(), datetime.now(UTC), key, "", ResidentRegistered() if kind else InstitutionRegistered())
        for key, kind in sent
    ]
    out = [event for wave in waves(events) for group in wave.values() for event in group]
    assert sorted(map(id, out)) == sorted(map(id, events))
    for key in "abc":
        assert [event for event in out if event.key == key] == [event for event in events if event.key == key]
    for wave in waves(events):
        keys = [event.key for group in wave.values() for event in group]
        assert len(keys) == len(set(keys)), "no two of one aggregate in a wave"
