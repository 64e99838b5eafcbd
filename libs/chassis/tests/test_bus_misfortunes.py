"""What goes wrong with a bus, on a real server: events wait, none is lost or done twice, nobody asks in a loop."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from chassis import bus, consumer, dead_letters, relay
from chassis.consumer import Consumer, Event, Work, subscription
from chassis.database import Database
from chassis.outbox import publish
from chassis.relay import Relay
from chassis.settings import Settings
from devstack import ports
from devstack.nats import Nats
from nats.js.api import DiscardPolicy
from yima.identity.v1.events_pb2 import ResidentRegistered

pytestmark = pytest.mark.anyio
SERVICE = "identity"
STREAM = "IDENTITY"
WAITING_SECONDS = 3.0
MESSAGES_PER_SECOND_MAX = 40  # of a process that waits for its bus: pulls, looks, tries


@pytest.fixture
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Nats]:
    started = Nats(Path(tmp_path_factory.mktemp("nats")), ports.free())
    started.start()
    yield started
    started.stop()


class BusScenario:
    """A relay and a consumer at work, and what they heard."""

    def __init__(self, server: Nats, store: Database, connection: Any, durable: str) -> None:
        self.server, self.store, self.connection, self.durable = server, store, connection, durable
        self.jet = bus.jetstream(connection)
        self.heard: list[str] = []

    async def hear(self, _work: Work[object], events: Sequence[Event[ResidentRegistered]]) -> None:
        self.heard.extend(event.message.resident_id for event in events)

    async def announce(self, *names: str) -> None:
        async with self.store.transaction() as session:
            for name in names:
                publish(session, ResidentRegistered(resident_id=name, version=1), name)

    async def hears(self, names: set[str], seconds: float = 30) -> None:
        async with asyncio.timeout(seconds):
            while not names <= set(self.heard):
                await asyncio.sleep(0.05)


@asynccontextmanager
async def at_work(server: Nats, url: str) -> AsyncGenerator[BusScenario]:
    store = Database(url)
    connection = await bus.connect(
        Settings(nats_url=server.url, nats_password=server.passwords["operator"]), "operator"
    )
    scenario = BusScenario(server, store, connection, f"test-{uuid4().hex[:6]}")
    await bus.ensure_streams(scenario.jet, "identity")
    relaying = asyncio.create_task(Relay("identity", store, connection).run())
    heard: Consumer[None] = Consumer(
        subscription(scenario.durable, {ResidentRegistered: scenario.hear}), store, connection, None
    )
    consuming = asyncio.create_task(heard.run())
    try:
        yield scenario
    finally:
        heard.stop()
        await asyncio.wait_for(consuming, 30)
        relaying.cancel()
        with suppress(asyncio.CancelledError):
            await relaying
        with suppress(Exception):
            await connection.close()
        await store.close()


async def nothing(_scenario: BusScenario) -> None:
    """It comes right by itself."""


async def purge(scenario: BusScenario) -> None:
    await scenario.jet.purge_stream(STREAM)


async def other_subjects(scenario: BusScenario) -> None:
    await scenario.jet.delete_stream(STREAM)
    await scenario.jet.add_stream(name=STREAM, subjects=["elsewhere.>"])


async def right_subjects(scenario: BusScenario) -> None:
    await bus.update_streams(scenario.jet, "identity")


async def pause(scenario: BusScenario) -> None:
    await scenario.connection.request(
        f"$JS.API.CONSUMER.PAUSE.{STREAM}.{scenario.durable}", b'{"pause_until": "2099-01-01T00:00:00Z"}'
    )


async def resume(scenario: BusScenario) -> None:
    await scenario.connection.request(f"$JS.API.CONSUMER.PAUSE.{STREAM}.{scenario.durable}", b"{}")


async def full(scenario: BusScenario) -> None:
    """Out of storage: the stream takes no more."""
    config = (await scenario.jet.stream_info(STREAM)).config
    count = (await scenario.jet.stream_info(STREAM)).state.messages
    await scenario.jet.update_stream(config.evolve(max_msgs=max(count, 1), discard=DiscardPolicy.NEW))


async def sealed(scenario: BusScenario) -> None:
    """It keeps what it has, and can only be read."""
    config = (await scenario.jet.stream_info(STREAM)).config
    await scenario.jet.update_stream(config.evolve(max_bytes=1, discard=DiscardPolicy.NEW))


async def roomy(scenario: BusScenario) -> None:
    config = (await scenario.jet.stream_info(STREAM)).config
    await scenario.jet.update_stream(config.evolve(max_msgs=-1, max_bytes=-1, discard=DiscardPolicy.OLD))


async def rotate(scenario: BusScenario) -> None:
    """The password is another from now on; the process has the old one."""
    scenario.server.stop()
    scenario.server.passwords = {**scenario.server.passwords, "operator": "n-another"}
    scenario.server.start()


async def rotate_back(scenario: BusScenario) -> None:
    scenario.server.stop()
    first = scenario.connection.options["password"]
    scenario.server.passwords = {**scenario.server.passwords, "operator": first}
    scenario.server.start()


MISFORTUNES: dict[str, tuple[Callable[[BusScenario], Awaitable[None]], Callable[[BusScenario], Awaitable[None]]]] = {
    "stream purged": (purge, nothing),
    "stream made with other subjects": (other_subjects, right_subjects),
    "consumer paused": (pause, resume),
    "stream full, discarding what is new": (full, roomy),
    "no bytes left": (sealed, roomy),
    "credentials rotated": (rotate, rotate_back),
}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # nats-py leaves refused sockets open
@pytest.mark.parametrize("misfortune", MISFORTUNES)
async def test_whatever_happens_to_the_bus_every_event_is_handled_once_afterwards_and_nobody_asks_in_a_loop(
    server: Nats, own_database: str, misfortune: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "COMPARE_SECONDS", 0.5)
    inject, mend = MISFORTUNES[misfortune]
    async with at_work(server, own_database) as scenario:
        before = {f"a{number}" for number in range(30)}
        await scenario.announce(*before)
        await scenario.hears(before)
        await inject(scenario)
        meanwhile = {f"b{number}" for number in range(30)}
        await scenario.announce(*meanwhile)
        sent = scenario.connection.stats["out_msgs"]
        await asyncio.sleep(WAITING_SECONDS)
        requests_a_second = (scenario.connection.stats["out_msgs"] - sent - len(meanwhile)) / WAITING_SECONDS
        assert requests_a_second < MESSAGES_PER_SECOND_MAX, f"{requests_a_second:.0f} messages a second"
        await mend(scenario)
        after = {f"c{number}" for number in range(30)}
        await scenario.announce(*after)
        await scenario.hears(before | meanwhile | after)
        assert sorted(scenario.heard) == sorted(before | meanwhile | after), "each once"
        assert await dead_letters.list_dead(scenario.jet) == []


async def test_events_purged_before_they_were_heard_are_sent_again(
    server: Nats, own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A purge takes what nobody has heard; its place in the stream tells."""
    monkeypatch.setattr(relay, "COMPARE_SECONDS", 0.5)
    monkeypatch.setattr(bus, "DUPLICATE_WINDOW", timedelta(seconds=0.5))
    async with at_work(server, own_database) as scenario:
        await scenario.announce("first")
        await scenario.hears({"first"})
        await pause(scenario)
        await scenario.announce("lost-1", "lost-2")
        async with asyncio.timeout(10):
            while (await scenario.jet.stream_info(STREAM)).state.last_seq < 3:
                await asyncio.sleep(0.05)
        await asyncio.sleep(1)
        await purge(scenario)
        await resume(scenario)
        await scenario.hears({"first", "lost-1", "lost-2"})
        assert len(scenario.heard) == 3


async def test_what_a_puller_took_and_never_acknowledged_comes_again(
    server: Nats, own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "ACK_WAIT_SECONDS", 1)
    monkeypatch.setattr(consumer, "BATCH_MAX", 4)  # so that sixteen may be out
    async with at_work(server, own_database) as scenario:
        await scenario.announce("first")
        await scenario.hears({"first"})
        thief = await scenario.jet.pull_subscribe_bind(scenario.durable, STREAM)
        names = {f"x{number}" for number in range(60)}
        await scenario.announce(*names)
        with suppress(TimeoutError):
            await thief.fetch(16, timeout=0.5)
        await scenario.hears(names)
        assert len(scenario.heard) == 61
