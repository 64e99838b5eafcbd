"""Databases that fail: what passes is 503, waited for, and over within seconds. On real PostgreSQL servers."""

import asyncio
import os
import subprocess
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from chassis import bus, dead_letters, failures, problems
from chassis.consumer import Consumer, Event, Work, subscription
from chassis.database import Database
from chassis.outbox import publish
from chassis.relay import Relay
from chassis.settings import Settings
from devstack.nats import Nats
from devstack.postgres import Postgres, let_through, unprivileged
from devstack.pytest_plugin import _migrate
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from yima.identity.v1.events_pb2 import ResidentRegistered

pytestmark = pytest.mark.anyio
SERVICE = "identity"


@pytest.fixture
async def store(own_database: str) -> AsyncGenerator[Database]:
    made = Database(own_database)
    yield made
    await made.close()


def name_of(database: Database) -> str:
    return database.place.rpartition("/")[2]


async def write(database: Database, name: str = "") -> None:
    """What every command does: a row and an event, in one transaction."""
    async with database.transaction() as session:
        publish(session, ResidentRegistered(resident_id=name or str(uuid4()), version=1), name or "x")


async def soon(work: Callable[[], Awaitable[Any]], seconds: float = 8) -> None:
    """Wait until the work can be done; everything before that has to be a failure that passes."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                await work()
                return
            except Exception as error:
                assert problems.answer_to(error, {}).status == 503, error
            await asyncio.sleep(0.1)


# --- every state that passes, met for real


async def refused(database: Database, *statements: str) -> BaseException:
    """What a transaction of these statements raises."""
    with pytest.raises(DBAPIError) as caught:
        async with database.transaction() as session:
            for statement in statements:
                await session.execute(text(statement))
    return caught.value


async def test_statement_and_lock_timeouts_pass(store: Database) -> None:
    slow = await refused(store, "SET LOCAL statement_timeout = '50ms'", "SELECT pg_sleep(5)")
    async with store.transaction() as session:
        await session.execute(text("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE"))
        locked = await refused(store, "SET LOCAL lock_timeout = '50ms'", "SELECT FROM outbox")
    for error, state in ((slow, "57014"), (locked, "55P03")):
        assert failures.sqlstate(error) == state
        answer = problems.answer_to(error, {})
        assert (answer.status, answer.headers["retry-after"]) == (503, "1")
        assert not failures.worth_repeating(error)


async def test_a_deadlock_and_a_serialisation_failure_pass_and_are_worth_repeating(store: Database) -> None:
    first, second = uuid4(), uuid4()
    insert = text("INSERT INTO inbox (durable, event_id) VALUES (:durable, :event_id)")

    async def cross(one: Any, other: Any, both: asyncio.Barrier) -> None:
        async with store.transaction() as session:
            await session.execute(insert, {"durable": "x", "event_id": one})
            await both.wait()
            await session.execute(insert, {"durable": "x", "event_id": other})

    both = asyncio.Barrier(2)
    found = await asyncio.gather(cross(first, second, both), cross(second, first, both), return_exceptions=True)
    (deadlock,) = [error for error in found if isinstance(error, Exception) and failures.sqlstate(error) == "40P01"]
    assert problems.answer_to(deadlock, {}).status == 503 and failures.worth_repeating(deadlock)

    begin, read = "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "SELECT count(*) FROM inbox"
    change = "UPDATE inbox SET handled_at = now()"
    with pytest.raises(DBAPIError) as caught:
        async with store.transaction() as session:
            await session.execute(text(begin))
            await session.execute(text(read))
            async with store.transaction() as another:
                await another.execute(text(change))
            await session.execute(text(change))
    assert failures.sqlstate(caught.value) == "40001"
    assert problems.answer_to(caught.value, {}).status == 503 and failures.worth_repeating(caught.value)


async def test_too_many_connections_pass(store: Database, postgres_server: Postgres) -> None:
    role = f"{SERVICE}_app"
    await postgres_server.run_sql("postgres", f"ALTER ROLE {role} CONNECTION LIMIT 0")
    try:
        with pytest.raises((DBAPIError, asyncpg.PostgresError)) as caught:
            await write(store)
        assert failures.sqlstate(caught.value) == "53300"
        assert problems.answer_to(caught.value, {}).status == 503
        with pytest.raises((DBAPIError, asyncpg.PostgresError)):
            await store.ready()
    finally:
        await postgres_server.run_sql("postgres", f"ALTER ROLE {role} CONNECTION LIMIT -1")
    await write(store)
    await store.ready()


async def test_a_full_disk_passes_and_is_over_once_there_is_room(
    store: Database, postgres_server: Postgres, small_disk: Path
) -> None:
    name = name_of(store)
    await postgres_server.run_sql(name, f"CREATE TABLESPACE {name} LOCATION '{small_disk}'")
    await postgres_server.run_sql(name, f"ALTER TABLE outbox SET TABLESPACE {name}")
    try:
        await write(store)
        with pytest.raises(DBAPIError) as caught:
            async with store.transaction() as session:
                for _ in range(100):
                    message = ResidentRegistered(resident_id="x", guardian_ids=[str(uuid4()) for _ in range(2000)])
                    publish(session, message, "x")
        assert failures.sqlstate(caught.value) == "53100"
        assert problems.answer_to(caught.value, {}).status == 503
        make_room(small_disk.parent)
        await soon(lambda: write(store))
    finally:
        await postgres_server.run_sql(name, "ALTER TABLE outbox SET TABLESPACE pg_default")
        await postgres_server.run_sql(name, f"DROP TABLESPACE {name}")


def make_room(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of four megabytes that PostgreSQL may write to."""
    owner = unprivileged()
    if owner is None:
        pytest.skip("only root may mount a small file system")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)], check=False)
    if mounted.returncode:
        pytest.skip("a small file system cannot be mounted here")
    let_through(disk)
    folder = disk / "data"
    folder.mkdir()
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    yield folder
    subprocess.run(["umount", str(disk)], check=True)


async def test_a_server_that_says_its_disk_is_full_is_waited_for(store: Database, postgres_server: Postgres) -> None:
    """The same by the server's word alone, where no small file system can be had."""
    name = name_of(store)
    await postgres_server.run_sql(
        name,
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$",
        "CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON inbox FOR EACH ROW EXECUTE FUNCTION full_disk()",
    )
    with pytest.raises(DBAPIError) as caught:
        await store.ready()
    assert problems.answer_to(caught.value, {}).status == 503
    assert "disk" in store.why_not(caught.value)
    await postgres_server.run_sql(name, "DROP TRIGGER full_disk ON inbox")
    await store.ready()


async def test_a_value_that_does_not_fit_is_no_passing_state(store: Database) -> None:
    for statement in ("SELECT 1/0", "SELECT no_such_column FROM outbox", "SELECT CAST('x' AS int)"):
        error = await refused(store, statement)
        assert problems.answer_to(error, {}).status == 500, statement
    with pytest.raises(DBAPIError) as caught:
        async with store.transaction() as session:
            await session.execute(text("SELECT CAST(:number AS int)"), {"number": "none"})
    assert problems.answer_to(caught.value, {}).status == 500


def test_errors_without_a_database_pass_by_what_they_are() -> None:
    for error in (ConnectionRefusedError(), TimeoutError(), PoolTimeout(), OSError(28, "No space left on device")):
        assert failures.passes(error), error
    for other in (ValueError(), KeyError(), RuntimeError("x")):
        assert not failures.passes(other), other


# --- a server that only reads, and is written to again


@asynccontextmanager
async def at_work(server: Nats, store: Database, handler: Any, durable: str) -> AsyncGenerator[bus.JetStreamContext]:
    """A relay and a consumer, as a service runs them."""
    connection = await bus.connect(Settings(nats_url=server.url_for("operator")), "operator")
    jet = bus.jetstream(connection)
    await bus.ensure_streams(jet, "identity")
    relay = asyncio.create_task(Relay("identity", store, connection).run())
    heard: Consumer[None] = Consumer(subscription(durable, {ResidentRegistered: handler}), store, connection, None)
    consuming = asyncio.create_task(heard.run())
    try:
        yield jet
    finally:
        heard.stop()
        await asyncio.wait_for(consuming, 20)
        relay.cancel()
        with suppress(asyncio.CancelledError):
            await relay
        await connection.close()


class Kept:
    """A handler that writes what it hears into the database, and how often it did."""

    def __init__(self, run: str) -> None:
        self.run = run

    async def __call__(self, work: Work[Any], events: Sequence[Event[ResidentRegistered]]) -> None:
        insert = text("INSERT INTO idempotency (subject_id, key, request_sha256) VALUES (:who, :key, '')")
        for event in events:
            if event.message.resident_id.startswith(self.run):
                await work.session.execute(insert, {"who": event.message.resident_id, "key": self.run})

    async def names(self, store: Database) -> set[str]:
        async with store.transaction() as session:
            found = await session.scalars(
                text("SELECT subject_id FROM idempotency WHERE key = :run"), {"run": self.run}
            )
            return set(found)


async def test_a_database_made_read_only_loses_nothing_buries_nothing_and_is_back_within_seconds(
    nats_server: Nats, store: Database, postgres_server: Postgres
) -> None:
    run, name = uuid4().hex[:6], name_of(store)
    kept = Kept(run)
    end = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()"
    async with at_work(nats_server, store, kept, f"test-{run}") as jet:
        await write(store, f"{run}-before")
        await eventually(lambda: holds(kept, store, {f"{run}-before"}))
        await postgres_server.run_sql("postgres", f"ALTER DATABASE {name} SET default_transaction_read_only = on", end)
        body = ResidentRegistered(resident_id=f"{run}-meanwhile", version=1)
        headers = {
            "ce-id": str(uuid4()), "ce-type": body.DESCRIPTOR.full_name, "ce-time": "2026-05-01T08:00:00+00:00",
            "ce-subject": run,
        }  # fmt: skip
        await jet.publish(f"{body.DESCRIPTOR.full_name}.{run}", body.SerializeToString(), headers=headers)
        statuses = set()
        for _ in range(40):  # for longer than an event that fails has attempts
            try:
                await write(store)
            except Exception as error:
                statuses.add(problems.answer_to(error, {}).status)
            with pytest.raises((DBAPIError, asyncpg.PostgresError)):
                await store.ready()
            await asyncio.sleep(0.1)
        assert statuses == {503}
        await postgres_server.run_sql("postgres", f"ALTER DATABASE {name} RESET default_transaction_read_only")
        await soon(lambda: write(store, f"{run}-after"))  # nobody ends the connections that were made meanwhile
        await soon(store.ready)
        await eventually(lambda: holds(kept, store, {f"{run}-{when}" for when in ("before", "meanwhile", "after")}))
        assert [letter for letter in await dead_letters.list_dead(jet) if letter.durable == f"test-{run}"] == []


async def holds(kept: Kept, store: Database, names: set[str]) -> bool:
    return await kept.names(store) == names


async def eventually(good: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not await good():
            await asyncio.sleep(0.05)


# --- a server that dies, and another that takes over


class Address:
    """An address that leads to one server and then to another, as a Service of a cluster does."""

    def __init__(self, server: Postgres) -> None:
        self.server = server
        self.port = 0

    @asynccontextmanager
    async def open(self) -> AsyncGenerator["Address"]:
        listener = await asyncio.start_server(self._lead, "127.0.0.1", 0)
        self.port = listener.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            listener.close()

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = self.server.socket_folder / f".s.PGSQL.{self.server.port or 5432}"
        try:
            there, back = await asyncio.open_unix_connection(str(path))
        except OSError:
            writer.close()
            return
        await asyncio.gather(self._pass_on(reader, back), self._pass_on(there, writer))

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(65536):
                writer.write(chunk)
                await writer.drain()
        with suppress(OSError):
            writer.close()


async def test_a_standby_takes_over_under_load_and_nothing_acknowledged_is_lost(
    nats_server: Nats, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run = uuid4().hex[:6]
    first = Postgres(tmp_path_factory.mktemp("first"), password="postgres")
    second = Postgres(tmp_path_factory.mktemp("second"), password="postgres")
    first.start()
    try:
        template = await _migrate(first, SERVICE)
        second.follow(first)
        await first.run_sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
        async with Address(first).open() as address:
            url = f"postgresql+asyncpg://{SERVICE}_app:app@127.0.0.1:{address.port}/{template}"
            store = Database(url)
            kept, written, statuses = Kept(run), set[str](), set[int]()

            async def write_on() -> None:
                number = 0
                while True:
                    name = f"{run}-{number}"
                    try:
                        await asyncio.wait_for(write(store, name), 3)
                        written.add(name)
                    except Exception as error:
                        statuses.add(problems.answer_to(error, {}).status)
                    number += 1
                    await asyncio.sleep(0.02)

            async with at_work(nats_server, store, kept, f"test-{run}") as jet:
                writing = asyncio.create_task(write_on())
                await asyncio.sleep(1)
                first.kill()
                address.server = second
                await asyncio.sleep(1)  # it only reads yet
                before = len(written)
                await second.promote()
                await soon(lambda: write(store, f"{run}-promoted"))
                await soon(store.ready)
                await asyncio.sleep(1)
                writing.cancel()
                await asyncio.gather(writing, return_exceptions=True)
                assert len(written) > before, "it did not go on"
                assert statuses <= {503}, statuses

                async def all_heard() -> bool:
                    return written <= await kept.names(store)

                await eventually(all_heard, 30)
                assert [letter for letter in await dead_letters.list_dead(jet) if letter.durable == f"test-{run}"] == []
            await store.close()
    finally:
        second.stop()
        first.stop()


# --- one clock for all replicas


@pytest.mark.parametrize("apart", [-90, -3, 3, 90])
async def test_a_replica_whose_clock_is_off_goes_by_the_database_s(own_database: str, apart: int) -> None:
    there = Database(own_database, lambda: datetime.now(UTC) + timedelta(seconds=apart))
    here = Database(own_database)
    for one in (here, there):
        await one.ready()
    assert abs(here.now() - there.now()) < timedelta(seconds=0.5)
    async with here.transaction() as session:
        database_s = await session.scalar(text("SELECT clock_timestamp()"))
    assert abs(there.now() - database_s) < timedelta(seconds=0.5)
    for one in (here, there):
        await one.close()
