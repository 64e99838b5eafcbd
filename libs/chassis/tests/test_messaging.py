"""Events over real PostgreSQL and NATS: published if and only if committed, each with its effect once, or buried."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import nats
import pytest
from asyncpg import exceptions
from chassis import bus, consumer, dead_letters, measures
from chassis import relay as relay_module
from chassis.consumer import Consumer, Event, Work, subscription, waves
from chassis.database import Database
from chassis.outbox import publish
from chassis.relay import Relay
from chassis.settings import Settings
from devstack.nats import Nats
from hypothesis import given
from hypothesis import strategies as st
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError
from sqlalchemy import text
from yima.consent.v1.events_pb2 import ConsentGranted
from yima.identity.v1.events_pb2 import InstitutionRegistered, ResidentRegistered
from yima.partners.v1.events_pb2 import PartnerApplied

pytestmark = pytest.mark.anyio
SERVICE = "identity"


@pytest.fixture
async def store(database: str) -> AsyncGenerator[Database]:
    store = Database(database)
    async with store.transaction() as session:
        for table in ("outbox", "inbox"):
            await session.execute(text(f"DELETE FROM {table}"))
    yield store
    await store.close()


@asynccontextmanager
async def at_work(
    server: Nats, store: Database, handler: Callable[..., Any], *, consume: bool = True, name: str = ""
) -> AsyncGenerator[JetStreamContext]:
    """A relay and a consumer, as a service runs them."""
    connection = await bus.connect(Settings(nats_url=server.url_for("operator")), "operator")
    jet = bus.jetstream(connection)
    await bus.ensure_streams(jet, "identity")
    relay = asyncio.create_task(Relay("identity", store, connection).run())
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

    async def heard(_work: Work[object], events: Sequence[Event[ResidentRegistered]]) -> None:
        seen.extend(event.message.resident_id for event in events if event.message.resident_id.startswith(run))

    async with at_work(nats_server, store, heard):
        with pytest.raises(RuntimeError):
            async with store.transaction() as session:
                publish(session, ResidentRegistered(resident_id=f"{run}-never"), f"{run}-never")
                raise RuntimeError("rolled back")
        await announce(store, *(f"{run}-{number}" for number in range(300)))
        await eventually(lambda: len(seen) >= 300)
    assert seen == [f"{run}-{number}" for number in range(300)], "in the order they were published, each once"


@pytest.mark.long
async def test_a_broker_that_dies_loses_no_event_and_doubles_none(nats_server: Nats, store: Database) -> None:
    run = uuid4().hex[:6]
    seen: list[str] = []

    async def heard(_work: Work[object], events: Sequence[Event[ResidentRegistered]]) -> None:
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

    async def heard(_work: Work[object], events: Sequence[Event[ResidentRegistered]]) -> None:
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
        assert letters[0].reason.startswith("ValueError: at heard"), "an error's own words may quote what it is about"
        assert letters[0].attempts == 3
        broken = False
        await dead_letters.replay(jet, letters[0].sequence)
        await eventually(lambda: f"{run}-bad" in seen)
        assert not await buried()
    assert sorted(seen) == [f"{run}-1", f"{run}-2", f"{run}-bad"]


async def test_an_event_from_later_than_it_is_here_has_its_effect_and_is_counted(
    nats_server: Nats, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = uuid4().hex[:6]
    seen: list[str] = []
    counted: list[int] = []

    class Counting:
        def add(self, amount: int, _of: dict[str, str]) -> None:
            counted.append(amount)

    async def heard(_work: Work[object], events: Sequence[Event[ResidentRegistered]]) -> None:
        seen.extend(event.message.resident_id for event in events if event.message.resident_id.startswith(run))

    monkeypatch.setattr(measures, "from_future", Counting())
    async with at_work(nats_server, store, heard) as jet:
        for name, ahead in (("ours", timedelta()), ("ahead", timedelta(minutes=1))):
            event_id = str(uuid4())
            headers = {
                "Nats-Msg-Id": event_id,
                "ce-id": event_id,
                "ce-type": ResidentRegistered.DESCRIPTOR.full_name,
                "ce-time": (datetime.now(UTC) + ahead).isoformat(),
                "ce-subject": run,
            }
            body = ResidentRegistered(resident_id=f"{run}-{name}").SerializeToString()
            await jet.publish(f"yima.identity.v1.ResidentRegistered.{run}", body, headers=headers)
        await eventually(lambda: len(seen) == 2)
    assert sum(counted) == 1


def ends_a_connection(kind: type[BaseException]) -> bool:
    """Is it one of the driver's own, and no fault of what was asked?"""
    return issubclass(kind, asyncpg.InterfaceError | exceptions.InternalClientError | asyncpg.PostgresConnectionError)


DRIVER_ENDS = [kind for kind in vars(exceptions).values() if isinstance(kind, type) and ends_a_connection(kind)]


async def test_a_relay_connects_again_whatever_ended_its_connection(
    nats_server: Nats, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[type[BaseException]] = [*DRIVER_ENDS, exceptions.ReadOnlySQLTransactionError, OSError, TimeoutError]
    left = list(ends)

    class Unlucky(Relay):
        async def _relay(self, database: "asyncpg.Connection[asyncpg.Record]") -> None:
            await database.execute("SELECT 1")
            if left:
                raise left.pop()("the server has gone")
            await super()._relay(database)

    monkeypatch.setattr(relay_module, "RETRY_SECONDS", 0.0)
    connection = await bus.connect(Settings(nats_url=nats_server.url_for("operator")), "operator")
    await bus.ensure_streams(bus.jetstream(connection), "identity")
    await announce(store, uuid4().hex)
    working = asyncio.create_task(Unlucky("identity", store, connection).run())
    try:
        unsent = 1
        while unsent:
            assert not working.done(), working.exception()
            await asyncio.sleep(0.02)
            async with store.transaction() as session:
                query = "SELECT count(*) FROM outbox WHERE sent_at IS NULL"
                unsent = (await session.execute(text(query))).scalar_one()
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
        await connection.close()
    assert len(ends) > 5 and not left


async def test_a_redelivered_event_has_its_effect_once(nats_server: Nats, store: Database) -> None:
    run = uuid4().hex[:6]
    seen: list[str] = []

    async def heard(_work: Work[object], events: Sequence[Event[ResidentRegistered]]) -> None:
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


@pytest.mark.parametrize(
    "wrong",
    [
        {"ce-type": InstitutionRegistered.DESCRIPTOR.full_name},
        {"ce-subject": "another"},
        {"Nats-Stream": "CATALOG"},
    ],
)
async def test_an_event_that_claims_what_its_subject_does_not_is_buried(
    nats_server: Nats, store: Database, wrong: dict[str, str]
) -> None:
    seen: list[str] = []
    run = uuid4().hex[:6]

    async def heard(_work: Work[object], events: Sequence[Event[ResidentRegistered]]) -> None:
        seen.extend(event.message.resident_id for event in events)

    async with at_work(nats_server, store, heard, name=f"test-{run}") as jet:
        kind = ResidentRegistered.DESCRIPTOR.full_name
        headers = {"ce-id": str(uuid4()), "ce-type": kind, "ce-time": "2026-05-01T08:00:00+00:00", "ce-subject": run}
        body = ResidentRegistered(resident_id=f"{run}-x").SerializeToString()
        await jet.publish(f"{kind}.{run}", body, headers=headers | wrong)
        await announce(store, f"{run}-last")
        await eventually(lambda: f"{run}-last" in seen)
        letters = [letter for letter in await dead_letters.list_dead(jet) if letter.subject == f"{kind}.{run}"]
    assert f"{run}-x" not in seen
    assert ["NotItsPublishers" in letter.reason for letter in letters] == [True]


async def test_however_much_was_kept_for_long_enough_it_goes_in_pieces_beside_what_is_sent(
    nats_server: Nats, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One piece a minute is less than a busy city adds; all at once is more than a statement may take."""
    monkeypatch.setattr(relay_module, "PRUNE_MAX", 50)
    monkeypatch.setattr(relay_module, "POLL_SECONDS", 0.05)
    run, tables = uuid4().hex, ("outbox", "inbox", "idempotency")
    old = (
        "INSERT INTO outbox (id, subject, type, payload, traceparent, sent_at) SELECT gen_random_uuid(), "
        f"'{run}', '{run}', '', '', now() - interval '4 days' FROM generate_series(1, 220)",
        "INSERT INTO inbox (durable, event_id, handled_at) SELECT "
        f"'{run}', gen_random_uuid(), now() - interval '31 days' FROM generate_series(1, 220)",
        "INSERT INTO idempotency (subject_id, key, request_sha256, created_at) SELECT "
        f"'{run}', n::text, '', now() - interval '8 days' FROM generate_series(1, 220) AS n",
    )
    async with store.transaction() as session:
        for statement in old:
            await session.execute(text(statement))
    connection = await bus.connect(Settings(nats_url=nats_server.url_for("operator")), "operator")
    await bus.ensure_streams(bus.jetstream(connection), "identity")
    working = asyncio.create_task(Relay("identity", store, connection).run())
    try:
        await announce(store, run)
        async with asyncio.timeout(20):
            left = [1]
            while any(left):
                await asyncio.sleep(0.05)
                async with store.transaction() as session:
                    left = [
                        (await session.execute(text(f"SELECT count(*) FROM {table} WHERE {where}"))).scalar_one()
                        for table, where in zip(
                            tables, (f"type = '{run}'", f"durable = '{run}'", f"subject_id = '{run}'"), strict=True
                        )
                    ]
                    unsent = await session.execute(text("SELECT count(*) FROM outbox WHERE sent_at IS NULL"))
                    left.append(unsent.scalar_one())
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
        await connection.close()


async def test_what_is_still_needed_of_outbox_inbox_and_keys_is_kept_however_old_the_rest_is(
    nats_server: Nats, store: Database
) -> None:
    """Each table has a row that has just been kept for long enough, one that has not quite, and what is never over."""
    run = uuid4().hex
    kept_for = {"outbox": ("sent_at", 3), "inbox": ("handled_at", 30), "idempotency": ("created_at", 7)}
    rows = {
        "outbox": "INSERT INTO outbox (id, subject, type, payload, traceparent, sent_at) "
        f"VALUES (gen_random_uuid(), '{run}', :what, '', '', :at)",
        "inbox": "INSERT INTO inbox (durable, event_id, handled_at) "
        f"VALUES ('{run} ' || :what, gen_random_uuid(), :at)",
        "idempotency": "INSERT INTO idempotency (subject_id, key, request_sha256, created_at) "
        f"VALUES ('{run}', :what, '', :at)",
    }
    now = datetime.now(UTC)
    async with store.transaction() as session:
        for table, (_, days) in kept_for.items():
            for what, at in (
                ("over", now - timedelta(days=days, minutes=1)),
                ("needed", now - timedelta(days=days) + timedelta(minutes=5)),
            ):
                await session.execute(text(rows[table]), {"what": what, "at": at})
        old = now - timedelta(days=400)
        await session.execute(text(rows["inbox"]), {"what": "acknowledged", "at": old})
        unsent = text(
            "INSERT INTO outbox (id, subject, type, payload, traceparent, created_at) "
            f"VALUES (gen_random_uuid(), '{run}', 'unsent', '', '', :at)"
        )
        await session.execute(unsent, {"at": old})
    database = await asyncpg.connect(store.url.replace("+asyncpg", ""))
    connection = await bus.connect(Settings(nats_url=nats_server.url_for("operator")), "operator")
    try:
        while await Relay("identity", store, connection)._prune(database):
            pass
        left = {
            *(await database.fetch("SELECT 'outbox', type FROM outbox WHERE subject = $1", run)),
            *(await database.fetch("SELECT 'inbox', durable FROM inbox WHERE durable LIKE $1", f"{run}%")),
            *(await database.fetch("SELECT 'idempotency', key FROM idempotency WHERE subject_id = $1", run)),
        }
        await database.execute("DELETE FROM outbox WHERE subject = $1", run)  # nobody is there whom it is for
    finally:
        await connection.close()
        await database.close()
    assert {tuple(row) for row in left} == {
        ("outbox", "needed"),
        ("outbox", "unsent"),
        ("inbox", f"{run} needed"),
        ("inbox", f"{run} acknowledged"),
        ("idempotency", "needed"),
    }, "an event that was not sent, and how far a durable has come, are never over"


async def test_two_relays_of_one_service_take_turns(nats_server: Nats, store: Database) -> None:
    connection = await nats.connect(nats_server.url_for("operator"))
    relays = [asyncio.create_task(Relay("identity", store, connection).run()) for _ in range(2)]
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


async def test_a_commit_of_another_process_wakes_the_relay_without_a_poll(
    nats_server: Nats, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chassis import relay as relaying

    monkeypatch.setattr(relaying, "POLL_SECONDS", 60.0)
    run = uuid4().hex[:6]
    another = Database(store.url)
    connection = await bus.connect(Settings(nats_url=nats_server.url_for("operator")), "operator")
    await bus.ensure_streams(bus.jetstream(connection), "identity")
    at_it = asyncio.create_task(Relay("identity", store, connection).run())
    await announce(store, f"{run}-own")
    await all_sent(store)
    standing_by = asyncio.create_task(Relay("identity", another, connection).run())
    await asyncio.sleep(0.5)  # it has asked for the lock, and waits
    await announce(another, f"{run}-other")
    async with asyncio.timeout(10):
        while await unsent(store):
            await asyncio.sleep(0.02)
    sent = [key for key, _ in await stored(bus.jetstream(connection), run, 2)]
    assert sent == [f"{run}-own", f"{run}-other"]
    for task in (at_it, standing_by):
        task.cancel()
    await asyncio.gather(at_it, standing_by, return_exceptions=True)
    await connection.close()
    await another.close()


async def stored(jet: JetStreamContext, run: str, most: int) -> list[tuple[str, str]]:
    """What the bus has of this run: the last parts of the subjects, and the batches they came in."""
    rows: list[tuple[str, str]] = []
    listener = await jet.subscribe("yima.identity.v1.ResidentRegistered.*", ordered_consumer=True)
    with suppress(TimeoutError):
        while len(rows) < most:
            message = await listener.next_msg(timeout=1)
            if (key := message.subject.rpartition(".")[2]).startswith(run):
                rows.append((key, (message.headers or {}).get("Nats-Batch-Id", "")))
    await listener.unsubscribe()
    return rows


async def unsent(store: Database) -> int:
    async with store.transaction() as session:
        return int(await session.scalar(text("SELECT count(*) FROM outbox WHERE sent_at IS NULL")) or 0)


async def all_sent(store: Database) -> None:
    async with asyncio.timeout(20):
        while await unsent(store):
            await asyncio.sleep(0.02)


async def test_many_events_are_stored_together_and_few_at_once(nats_server: Nats, store: Database) -> None:
    run = uuid4().hex[:6]
    async with at_work(nats_server, store, noted, consume=False) as jet:
        await announce(store, *(f"{run}-{number}" for number in range(200)))
        await all_sent(store)
        await announce(store, f"{run}-x", f"{run}-y")
        await all_sent(store)
        sequences = await stored(jet, run, 202)
    assert [key for key, _ in sequences] == [*(f"{run}-{number}" for number in range(200)), f"{run}-x", f"{run}-y"]
    assert len({batch for _, batch in sequences[:200]}) == 1 and sequences[0][1], "one batch"
    assert {batch for _, batch in sequences[200:]} == {""}


async def test_events_that_were_stored_before_their_relay_died_are_not_doubled(
    nats_server: Nats, store: Database
) -> None:
    run = uuid4().hex[:6]
    async with at_work(nats_server, store, noted, consume=False):
        await announce(store, *(f"{run}-{number}" for number in range(100)))
        await all_sent(store)
    async with store.transaction() as session:
        await session.execute(text("UPDATE outbox SET sent_at = NULL"))  # it had no time to take note
    await announce(store, *(f"{run}-{number}" for number in range(100, 150)))
    async with at_work(nats_server, store, noted, consume=False) as jet:
        await all_sent(store)
        sequences = await stored(jet, run, 151)
    assert [key for key, _ in sequences] == [f"{run}-{number}" for number in range(150)], "in order, each once"


async def test_a_stream_of_a_release_before_takes_events_one_by_one_and_batches_after_it(
    nats_server: Nats, store: Database
) -> None:
    run = uuid4().hex[:6]
    connection = await nats.connect(nats_server.url_for("operator"))
    jet = bus.jetstream(connection)
    with suppress(NotFoundError):
        await jet.delete_stream("IDENTITY")
    await jet.add_stream(name="IDENTITY", subjects=["yima.identity.v1.>"])
    relay = asyncio.create_task(Relay("identity", store, connection).run())
    await announce(store, *(f"{run}-{number}" for number in range(100)))
    await all_sent(store)
    relay.cancel()
    await bus.update_streams(jet, "identity")
    async with at_work(nats_server, store, noted, consume=False):
        await announce(store, *(f"{run}-{number}" for number in range(100, 200)))
        await all_sent(store)
    sequences = await stored(jet, run, 200)
    await connection.close()
    assert [key for key, _ in sequences] == [f"{run}-{number}" for number in range(200)]
    assert {batch for _, batch in sequences[:100]} == {""}
    assert sequences[100][1]


async def noted(_work: Work[object], _events: Sequence[Event[ResidentRegistered]]) -> None:
    """Heard, and that is all."""


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=30))
def test_waves_keep_each_aggregate_in_order_and_lose_nothing(sent: list[tuple[str, bool]]) -> None:
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


async def noting(run: str, seen: list[str]) -> Callable[..., Any]:
    async def heard(_work: Work[object], events: Sequence[Event[ResidentRegistered]]) -> None:
        seen.extend(event.message.resident_id for event in events if event.message.resident_id.startswith(run))

    return heard


@pytest.mark.parametrize("gone", ["durable", "stream"])
async def test_a_durable_or_stream_that_is_gone_is_declared_again_and_nothing_is_lost_or_doubled(
    nats_server: Nats, store: Database, gone: str
) -> None:
    run = uuid4().hex[:6]
    seen: list[str] = []
    durable = f"test-{run}"
    async with at_work(nats_server, store, await noting(run, seen), name=durable) as jet:
        await announce(store, *(f"{run}-a{number}" for number in range(20)))
        await eventually(lambda: len(seen) == 20)
        if gone == "durable":
            await jet.delete_consumer("IDENTITY", durable)
        else:
            await jet.delete_stream("IDENTITY")
        await announce(store, *(f"{run}-b{number}" for number in range(20)))
        await eventually(lambda: len(set(seen)) == 40, 15)
        await announce(store, f"{run}-last")
        await eventually(lambda: f"{run}-last" in seen)
    assert len(seen) == len(set(seen)) == 41


async def test_what_the_bus_acknowledged_and_lost_is_found_and_sent_again(nats_server: Nats, store: Database) -> None:
    """As after a power cut: the newest messages of the stream are gone, and the next ones get their places."""
    run = uuid4().hex[:6]
    async with at_work(nats_server, store, noted, consume=False) as jet:
        await announce(store, *(f"{run}-{number}" for number in range(30)))
        await all_sent(store)
        kept = (await jet.stream_info("IDENTITY")).state.last_seq - 5
        await jet.delete_stream("IDENTITY")
        connection = await nats.connect(nats_server.url_for("operator"))
        await bus.ensure_streams(bus.jetstream(connection), "identity")
        for number in range(25):  # a stream that ends before what was acknowledged
            await jet.publish(f"yima.identity.v1.ResidentRegistered.{run}-old{number}", b"")
        await connection.close()
        assert kept > 0
        await announce(store, f"{run}-next")
        async with asyncio.timeout(25):
            while {f"{run}-{number}" for number in range(25, 30)} - {key for key, _ in await stored(jet, run, 1000)}:
                await asyncio.sleep(0.2)
        keys = [key for key, _ in await stored(jet, run, 1000)]
    assert f"{run}-next" in keys


async def test_a_relay_that_starts_after_the_loss_finds_it(nats_server: Nats, store: Database) -> None:
    run = uuid4().hex[:6]
    async with at_work(nats_server, store, noted, consume=False) as jet:
        await announce(store, *(f"{run}-{number}" for number in range(10)))
        await all_sent(store)
        await jet.delete_stream("IDENTITY")
    seen: list[str] = []
    async with at_work(nats_server, store, await noting(run, seen)):
        await eventually(lambda: len(seen) == 10)


@pytest.mark.parametrize("status", ["409 Consumer Deleted", "503", "400 Bad Request", "404 No Messages", "408 Timeout"])
async def test_no_answer_to_a_pull_is_asked_for_again_and_again(
    nats_server: Nats, store: Database, status: str
) -> None:
    """Somebody answers every pull at once with a status."""
    connection = await bus.connect(Settings(nats_url=nats_server.url_for("operator")), "operator")
    await bus.ensure_streams(bus.jetstream(connection), "identity")
    hears = subscription(f"test-{uuid4().hex[:8]}", {ResidentRegistered: noted})
    pulls = 0

    async def answer(message: Any) -> None:
        nonlocal pulls
        pulls += 1
        code, _, words = status.partition(" ")
        await connection.publish(message.reply, b"", headers={"Status": code, "Description": words})

    await connection.subscribe(f"$JS.API.CONSUMER.MSG.NEXT.IDENTITY.{hears.durable}", cb=answer)
    heard = Consumer(hears, store, connection, None)
    consuming = asyncio.create_task(heard.run())
    await asyncio.sleep(3)
    heard.stop()
    await asyncio.wait_for(consuming, 20)
    await connection.close()
    assert 1 <= pulls <= 10, f"asked {pulls} times in 3 s"


async def announced_to(jet: JetStreamContext, durable: str) -> None:
    """Wait until the durable is there and has been given all there is."""
    async with asyncio.timeout(20):
        while True:
            with suppress(NotFoundError):
                if not (await jet.consumer_info("IDENTITY", durable)).num_pending:
                    return
            await asyncio.sleep(0.05)


async def test_a_consumer_that_hears_nothing_while_events_wait_for_it_is_deaf(
    nats_server: Nats, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(consumer, "DEAF_SECONDS", 0.5)
    connection = await bus.connect(Settings(nats_url=nats_server.url_for("operator")), "operator")
    jet = bus.jetstream(connection)
    await bus.ensure_streams(jet, "identity")
    hears = subscription(f"test-{uuid4().hex[:8]}", {ResidentRegistered: noted})
    heard = Consumer(hears, store, connection, None)
    consuming = asyncio.create_task(heard.run())
    await announced_to(jet, hears.durable)
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    pause = f'{{"pause_until": "{until}"}}'.encode()
    await connection.request(f"$JS.API.CONSUMER.PAUSE.IDENTITY.{hears.durable}", pause)  # it is given nothing any more
    assert not heard.deaf
    await jet.publish(f"{ResidentRegistered.DESCRIPTOR.full_name}.x", b"")
    await eventually(lambda: heard.deaf)
    heard.stop()
    await asyncio.wait_for(consuming, 20)
    await connection.close()


@pytest.fixture
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(consumer, "MARGIN", timedelta())


async def noted_until(store: Database, durable: str) -> datetime | None:
    async with store.transaction() as session:
        query = text("SELECT handled_at FROM inbox WHERE durable = :mark")
        at: datetime | None = await session.scalar(query, {"mark": f"{durable} acknowledged"})
        return at


async def come_to(store: Database, durable: str, moment: datetime) -> None:
    """Wait until the inbox has a mark of this moment or a later one."""
    async with asyncio.timeout(20):
        while (until := await noted_until(store, durable)) is None or until < moment:
            await asyncio.sleep(0.05)


@pytest.mark.usefixtures("looks_often")
@pytest.mark.parametrize("inbox", ["kept", "cleaned"])
async def test_a_durable_made_again_hears_what_is_new_and_nothing_old(
    nats_server: Nats, store: Database, inbox: str
) -> None:
    run = uuid4().hex[:6]
    seen: list[str] = []
    durable = f"test-{run}"
    async with at_work(nats_server, store, await noting(run, seen), name=durable) as jet:
        await announce(store, *(f"{run}-a{number}" for number in range(300)))
        await eventually(lambda: len(seen) == 300)
        async with asyncio.timeout(20):  # till all are acknowledged
            while (info := await jet.consumer_info("IDENTITY", durable)).num_ack_pending or info.num_pending:
                await asyncio.sleep(0.05)
        assert info.ack_floor is not None
        stored_at = (await jet.get_msg("IDENTITY", info.ack_floor.stream_seq)).time
        assert stored_at is not None
        await come_to(store, durable, stored_at)
        if inbox == "cleaned":  # as after its thirty days: what an event did is not done again
            async with store.transaction() as session:
                await session.execute(text("DELETE FROM inbox WHERE durable = :durable"), {"durable": durable})
        await jet.delete_consumer("IDENTITY", durable)
        await announce(store, *(f"{run}-b{number}" for number in range(20)))
        await eventually(lambda: len(set(seen)) == 320, 15)
        again = await jet.consumer_info("IDENTITY", durable)
        assert again.config.deliver_policy == "by_start_time"
        assert again.delivered is not None and again.delivered.consumer_seq <= 22, "those of before are not sent again"
    assert sorted(seen)[-20:] == sorted(f"{run}-b{number}" for number in range(20))
    if inbox == "kept":
        assert len(seen) == 320


@pytest.mark.usefixtures("looks_often")
async def test_a_durable_made_again_hears_what_was_put_off_before_it_was_gone(
    nats_server: Nats, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "BACKOFF_SECONDS", (60.0,))
    run = uuid4().hex[:6]
    seen: list[str] = []
    here = False

    async def heard(_work: Work[object], events: Sequence[Event[ResidentRegistered]]) -> None:
        names = [event.message.resident_id for event in events if event.message.resident_id.startswith(run)]
        if f"{run}-early" in names and not here:
            raise consumer.NotYet
        seen.extend(names)

    durable = f"test-{run}"
    async with at_work(nats_server, store, heard, name=durable) as jet:
        await announce(store, f"{run}-first")
        await eventually(lambda: seen == [f"{run}-first"])
        await announce(store, f"{run}-early")
        await asyncio.sleep(0.5)
        await announce(store, *(f"{run}-{number}" for number in range(20)))
        await eventually(lambda: len(seen) == 21)
        await asyncio.sleep(0.5)  # some looks
        here = True
        await jet.delete_consumer("IDENTITY", durable)
        await eventually(lambda: f"{run}-early" in seen, 15)
    assert len(seen) == len(set(seen)) == 22


@pytest.mark.usefixtures("looks_often")
async def test_how_long_the_oldest_event_waits_is_measured_though_others_are_handled(
    nats_server: Nats, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "BACKOFF_SECONDS", (0.3,))
    run = uuid4().hex[:6]
    seen: list[str] = []
    here = False

    async def heard(_work: Work[object], events: Sequence[Event[ResidentRegistered]]) -> None:
        names = [event.message.resident_id for event in events if event.message.resident_id.startswith(run)]
        if f"{run}-early" in names and not here:
            raise consumer.NotYet
        seen.extend(names)

    durable = f"test-{run}"

    def oldest() -> float:
        return measures._lags[durable].oldest_seconds if durable in measures._lags else -1.0

    async with at_work(nats_server, store, heard, name=durable):
        await announce(store, f"{run}-first")
        await eventually(lambda: bool(seen) and 0 <= oldest() < 0.2)
        await announce(store, f"{run}-early")
        for number in range(20):
            await announce(store, f"{run}-{number}")
            await asyncio.sleep(0.1)
        await eventually(lambda: oldest() > 1.5)
        here = True
        await eventually(lambda: f"{run}-early" in seen and oldest() < 0.5)
    assert len(seen) == 22


@pytest.mark.usefixtures("looks_often")
async def test_a_durable_that_cannot_be_made_or_looked_at_is_deaf_and_one_without_a_stream_is_not(
    nats_server: Nats, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "DEAF_SECONDS", 1.0)
    connection = await bus.connect(Settings(nats_url=nats_server.url_for("operator")), "operator")
    jet = bus.jetstream(connection)
    with suppress(NotFoundError):
        await jet.delete_stream("CONSENT")
    await jet.add_stream(name="CONSENT", subjects=["yima.consent.v1.>"], max_consumers=1)
    await jet.add_consumer("CONSENT", durable_name="another")
    run = uuid4().hex[:6]
    hears = [
        subscription(f"test-{run}-{kind.DESCRIPTOR.name}", {kind: noted}) for kind in (ConsentGranted, PartnerApplied)
    ]
    kept = [Consumer(hears_of, store, connection, None) for hears_of in hears]
    consuming = [asyncio.create_task(consumer.run()) for consumer in kept]
    refused, nowhere = kept
    await eventually(lambda: refused.deaf)
    await asyncio.sleep(1.5)
    assert not nowhere.deaf, "nobody has published there yet"
    await jet.delete_consumer("CONSENT", "another")  # now there is room
    await eventually(lambda: not refused.deaf)
    for heard_by in kept:
        heard_by.stop()
    await asyncio.wait_for(asyncio.gather(*consuming), 20)
    await jet.delete_stream("CONSENT")
    await connection.close()


POISONED = """
import asyncio, os, sys
from chassis import bus, consumer
from chassis.consumer import Consumer, subscription
from chassis.database import Database
from chassis.settings import Settings
from yima.consent.v1.events_pb2 import ConsentGranted
from yima.identity.v1.events_pb2 import ResidentRegistered

consumer.ACK_WAIT_SECONDS = 0.5
url, nats_url, durable = sys.argv[1:]

async def heard(work, events):
    if any(event.message.resident_id.endswith("poison") for event in events):
        os._exit(9)

async def main():
    connection = await bus.connect(Settings(nats_url=nats_url), "operator")
    await Consumer(subscription(durable, {ResidentRegistered: heard}), Database(url), connection, None).run()

asyncio.run(main())
"""


@pytest.mark.long
async def test_a_message_that_ends_its_process_is_buried_by_count_and_the_others_are_handled(
    nats_server: Nats, store: Database
) -> None:
    run = uuid4().hex[:6]
    durable = f"test-{run}"
    async with at_work(nats_server, store, noted, consume=False) as jet:
        await announce(store, f"{run}-1", f"{run}-poison", f"{run}-2")
        await all_sent(store)

        async def buried() -> list[str]:
            return [letter.subject for letter in await dead_letters.list_dead(jet) if f".{run}-" in letter.subject]

        deaths = 0
        async with asyncio.timeout(60):
            while not await buried():
                command = [sys.executable, "-c", POISONED, store.url, nats_server.url_for("operator"), durable]
                process = await asyncio.create_subprocess_exec(*command)
                while process.returncode is None and not await buried():
                    await asyncio.sleep(0.1)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(process.wait(), 0.05)
                if process.returncode == 9:
                    deaths += 1
        assert await buried() == [f"yima.identity.v1.ResidentRegistered.{run}-poison"]
        assert 3 <= deaths <= consumer.ATTEMPTS_MAX

        async def handled() -> int:
            async with store.transaction() as session:
                counted = text("SELECT count(*) FROM inbox WHERE durable = :durable")
                return int(await session.scalar(counted, {"durable": durable}) or 0)

        async with asyncio.timeout(20):
            while await handled() < 2:
                await asyncio.sleep(0.1)
        if process.returncode is None:
            process.kill()
            await process.wait()
