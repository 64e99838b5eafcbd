"""Databases that fail: what passes is 503, waited for, and over within seconds. On real PostgreSQL servers."""

import asyncio
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from asyncpg.exceptions import InvalidPasswordError
from chassis import bus, dead_letters, failures, problems
from chassis import database as database_module
from chassis.consumer import Consumer, Event, Work, subscription
from chassis.database import Database, DatabaseAway
from chassis.outbox import publish
from chassis.refusals import Invalid
from chassis.relay import Relay
from chassis.settings import Settings
from chassis.statements import Statement
from devstack.cluster import Cluster
from devstack.nats import Nats
from devstack.postgres import Postgres, let_through, unprivileged
from devstack.pytest_plugin import _migrate
from nats.js import JetStreamContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession
from yima.identity.v1.events_pb2 import ResidentRegistered

pytestmark = pytest.mark.anyio
SERVICE = "identity"
PACK = Path(__file__).parents[3] / "charts/yima/cities/jinan.yaml"


@pytest.fixture
async def store(own_database: str) -> AsyncGenerator[Database]:
    store = Database(own_database)
    yield store
    await store.close()


def name_of(database: Database) -> str:
    return database.location.rpartition("/")[2]


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


async def refused(database: Database, *statements: str) -> DBAPIError:
    """What a transaction of these statements raises."""
    with pytest.raises(DBAPIError) as caught:
        async with database.transaction() as session:
            for statement in statements:
                await session.execute(text(statement))
    return caught.value


NOTED = "INSERT INTO inbox (durable, event_id) VALUES (:durable, gen_random_uuid())"


@pytest.mark.parametrize("driver_first", [True, False])
async def test_statements_of_the_driver_and_of_sqlalchemy_are_undone_and_committed_together(
    store: Database, driver_first: bool
) -> None:
    durable = f"test-{uuid4().hex[:6]}"
    by_driver = Statement(NOTED)

    async def note(session: AsyncSession) -> None:
        for driver in (driver_first, not driver_first):
            if driver:
                await by_driver.fetch(session, durable=durable)
            else:
                await session.execute(text(NOTED), {"durable": durable})

    async def noted() -> int:
        async with store.transaction() as session:
            counted = text("SELECT count(*) FROM inbox WHERE durable = :durable")
            return int((await session.execute(counted, {"durable": durable})).scalar_one())

    with pytest.raises(RuntimeError):
        async with store.transaction() as session:
            await note(session)
            raise RuntimeError("rolled back")
    assert await noted() == 0
    async with store.transaction() as session:
        await note(session)
    assert await noted() == 2


async def test_however_soon_a_transaction_is_given_up_the_next_one_is_committed(own_database: str) -> None:
    store = Database(own_database, connections=1)
    await write(store)
    for turns in range(40):  # of the loop, before it is given up
        giving_up = asyncio.create_task(write(store))
        for _ in range(turns):
            await asyncio.sleep(0)
        giving_up.cancel()
        await asyncio.wait([giving_up])
        await write(store)
    await store.close()


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


async def test_a_refusal_that_comes_of_a_file_which_cannot_be_read_is_the_refusal() -> None:
    """A decoder says by an `OSError` that a picture is cut; so does a network that it is gone."""
    try:
        try:
            raise OSError("image file is truncated")
        except OSError as error:
            raise Invalid("picture", "this is no picture that can be read") from error
    except Invalid as refused:
        answer = problems.answer_to(refused, {})
    assert answer.status == 400 and b"can be read" in answer.body
    assert problems.answer_to(OSError("no route to host"), {}).status == 503


async def test_a_deadlock_and_a_serialisation_failure_pass_and_are_worth_repeating(store: Database) -> None:
    first, second = uuid4(), uuid4()
    insert = text("INSERT INTO inbox (durable, event_id) VALUES (:durable, :event_id)")

    async def cross(first_row: Any, other: Any, both: asyncio.Barrier) -> None:
        async with store.transaction() as session:
            await session.execute(insert, {"durable": "x", "event_id": first_row})
            await both.wait()
            await session.execute(insert, {"durable": "x", "event_id": other})

    both = asyncio.Barrier(2)
    outcomes = await asyncio.gather(cross(first, second, both), cross(second, first, both), return_exceptions=True)
    (deadlock,) = [error for error in outcomes if isinstance(error, Exception) and failures.sqlstate(error) == "40P01"]
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


@pytest.mark.long
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


# Every error that asyncpg knows, by its SQLSTATE or the class of it; the longest that fits decides. What a new release
# adds is in no list, and somebody has to decide.
PASSES = [
    "08", "28", "3D", "40", "53", "57P", "57014", "58", "25006", "25P03", "25P04", "26000", "42P05", "55P03", "72000",
]  # fmt: skip
STAYS = [
    "01", "02", "03", "09", "0A", "0B", "0F", "0L", "0P", "0Z", "10", "20", "21", "22", "23", "24", "25", "27", "2B",
    "2D", "2F", "34", "38", "39", "3B", "3F", "42", "44", "54", "55", "57000", "F0", "HV", "P0", "XX",
]  # fmt: skip
WITHOUT_STATE = {
    "InterfaceError": True,  # the connection is closed, or closing
    "InternalClientError": True,  # the connection is out of step
    "ProtocolError": True,
    "OutdatedSchemaCacheError": True,
    "TargetServerAttributeNotMatched": True,  # no server is the one to write to
    "ClientConfigurationError": False,
    "UnsupportedClientFeatureError": False,
    "UnsupportedServerFeatureError": False,
    "InterfaceWarning": False,
    "FatalPostgresError": False,  # abstract, as the next two
    "PostgresError": False,
    "UnknownPostgresError": False,
}


def errors_of_the_driver() -> list[type[BaseException]]:
    kinds = [kind for kind in vars(asyncpg.exceptions).values() if isinstance(kind, type)]
    return sorted({kind for kind in kinds if issubclass(kind, BaseException)}, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", errors_of_the_driver(), ids=lambda kind: kind.__name__)
def test_every_error_of_the_driver_is_one_that_passes_or_one_that_stays_by_decision(kind: type[BaseException]) -> None:
    error = kind("said by the server") if kind.__name__ != "InterfaceWarning" else Warning()
    state = getattr(kind, "sqlstate", None)
    if kind.__name__ == "InvalidCachedStatementError":
        passes = True  # a plan of before a migration
    elif state is None:
        passes = WITHOUT_STATE[kind.__name__]
    else:
        rules = [(rule, True) for rule in PASSES] + [(rule, False) for rule in STAYS]
        passes = max((len(rule), good) for rule, good in rules if state.startswith(rule))[1]
    wrapped = DBAPIError("SELECT", {}, error)
    if state is not None:
        assert failures.passes(wrapped) is passes, f"{state} as SQLAlchemy raises it"
    assert failures.passes(error) is passes, state
    assert problems.answer_to(error, {}).status == (503 if passes else 500)  # type: ignore[arg-type]
    if failures.server_ended(error) or failures.worth_repeating(error):
        assert passes


@pytest.mark.parametrize(
    ("error", "ended"),
    [
        (ConnectionRefusedError(), True),
        (ConnectionResetError(), True),
        (BrokenPipeError(), True),
        (asyncio.IncompleteReadError(b"", 4), True),
        (socket.gaierror(-2, "Name or service not known"), True),
        (socket.gaierror(-3, "Temporary failure in name resolution"), True),
        (ssl.SSLCertVerificationError(1, "certificate has expired"), True),
        (ssl.SSLError(1, "wrong version number"), True),
        (OSError(113, "No route to host"), True),
        (OSError(24, "Too many open files"), True),
        (TimeoutError(), False),
        (PoolTimeout(), False),
    ],
)
def test_what_keeps_a_server_from_being_reached_passes(error: Exception, ended: bool) -> None:
    assert failures.passes(error)
    assert failures.server_ended(error) is ended
    assert problems.answer_to(error, {}).status == 503


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("08P01", "query_wait_timeout"),
        ("08P01", "no more connections allowed (max_client_conn)"),
        ("08P01", "server_login_retry"),
        ("08006", "server conn crashed?"),
        ("08000", "client_login_timeout"),
        ("57P01", "terminating connection due to administrator command"),
        ("53300", "sorry, too many clients already"),
        ("26000", 'prepared statement "x" does not exist'),
        ("42P05", 'prepared statement "x" already exists'),
        ("53999", "a state that the driver does not know, of a class that it does"),
    ],
)
def test_what_a_pooler_in_between_says_passes(state: str, message: str) -> None:
    error = asyncpg.PostgresError.new({"S": "FATAL", "C": state, "M": message})
    assert failures.sqlstate(error) == state
    assert failures.passes(error) and problems.answer_to(error, {}).status == 503


def test_a_mistake_of_ours_does_not_pass() -> None:
    for other in (ValueError(), KeyError(), RuntimeError("x"), UnicodeError("label too long")):
        assert not failures.passes(other), other


async def test_addresses_without_a_server_pass_as_they_are_met() -> None:
    for url in (
        "postgresql+asyncpg://x:x@database.invalid/x",
        "postgresql+asyncpg://x:x@127.0.0.1:1/x",
        "postgresql+asyncpg://x:x@/x?host=/nowhere",
    ):
        nowhere = Database(url)
        with pytest.raises(Exception) as caught:
            await write(nowhere)
        assert problems.answer_to(caught.value, {}).status == 503, url
        assert "cannot be reached" in nowhere.why_not(caught.value)
        await nowhere.close()


async def test_what_waits_for_a_database_says_each_reason_once_and_goes_on_when_it_is_there(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "RETRY_SECONDS", 0.001)
    answers: list[Exception] = [OSError(111, "Connection refused")] * 3 + [InvalidPasswordError("no role yet")] * 2

    async def use() -> str:
        if answers:
            raise answers.pop(0)
        return "there"

    def why_not(error: BaseException) -> str:
        return database_module.why_unusable("db:5432/ordering", "YIMA_MIGRATION_DATABASE_URL", error)

    assert await database_module.wait_for(use, why_not, 60) == "there"
    assert [record.message for record in caplog.records] == [
        "waiting: the database at db:5432/ordering (YIMA_MIGRATION_DATABASE_URL) cannot be reached: Connection refused",
        "waiting: the database at db:5432/ordering (YIMA_MIGRATION_DATABASE_URL) refuses the role or its password",
    ]
    answers.append(OSError(111, "Connection refused"))
    with pytest.raises(DatabaseAway, match="cannot be reached"):
        await database_module.wait_for(use, why_not, 0)


@pytest.mark.parametrize("act", [["--migrate"], ["--after-restore"], ["--task", "rotate-keys"]])
def test_a_job_whose_database_stays_away_ends_in_one_line_that_names_the_setting(act: list[str]) -> None:
    nowhere = "postgresql+asyncpg://role:password@127.0.0.1:1/consent"
    urls = {"YIMA_DATABASE_URL": nowhere, "YIMA_MIGRATION_DATABASE_URL": nowhere}
    needed = {"YIMA_CITY_FILE": str(PACK), "YIMA_KEY_ENCRYPTION_KEYS": "A" * 43 + "="}
    environment = {**os.environ, **urls, **needed, "YIMA_DATABASE_WAIT_SECONDS": "0"}
    command = [sys.executable, "-m", "chassis", "consent", *act]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert "the database at 127.0.0.1:1/consent (YIMA_" in line and "cannot be reached" in line
    assert "password" not in line


async def test_a_plan_that_a_migration_made_useless_is_made_again(store: Database, postgres_server: Postgres) -> None:
    name = name_of(store)
    read = text("SELECT * FROM idempotency")
    async with store.transaction() as session:
        await session.execute(read)
    await postgres_server.run_sql(name, "ALTER TABLE idempotency ADD COLUMN more text")
    errors = []
    for _ in range(2):
        try:
            async with store.transaction() as session:
                await session.execute(read)
        except Exception as error:
            errors.append(error)
    assert len(errors) <= 1
    assert all(failures.worth_repeating(error) for error in errors), errors


# --- a server that only reads, and is written to again


@asynccontextmanager
async def at_work(server: Nats, store: Database, handler: Any, durable: str) -> AsyncGenerator[JetStreamContext]:
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

    async def __call__(self, work: Work[object], events: Sequence[Event[ResidentRegistered]]) -> None:
        insert = text("INSERT INTO idempotency (subject_id, key, request_sha256) VALUES (:who, :key, '')")
        for event in events:
            if event.message.resident_id.startswith(self.run):
                await work.session.execute(insert, {"who": event.message.resident_id, "key": self.run})

    async def names(self, store: Database) -> set[str]:
        async with store.transaction() as session:
            ids = await session.scalars(text("SELECT subject_id FROM idempotency WHERE key = :run"), {"run": self.run})
            return set(ids)


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
            "ce-id": str(uuid4()),
            "ce-type": body.DESCRIPTOR.full_name,
            "ce-time": "2026-05-01T08:00:00+00:00",
            "ce-subject": run,
        }
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


@pytest.mark.long
async def test_standbys_take_over_twice_under_load_and_nothing_acknowledged_is_lost(
    nats_server: Nats, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run = uuid4().hex[:6]
    cluster = Cluster(tmp_path_factory.mktemp("cluster"), password="postgres")
    cluster.start()
    try:
        template = await _migrate(cluster.primary, SERVICE)
        store = Database(cluster.url(template, f"{SERVICE}_app", "app"))
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
            for promotion in range(2):
                await cluster.add_standby()
                await asyncio.sleep(1)
                cluster.lose_primary()
                await asyncio.sleep(1)  # it only reads yet
                before = len(written)
                await cluster.promote()
                await soon(partial(write, store, f"{run}-promoted-{promotion}"))
                await soon(store.ready)
                await asyncio.sleep(1)
                assert len(written) > before, "it did not go on"
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            assert statuses <= {503}, statuses

            async def all_heard() -> bool:
                return written <= await kept.names(store)

            await eventually(all_heard, 30)
            assert [letter for letter in await dead_letters.list_dead(jet) if letter.durable == f"test-{run}"] == []
        await store.close()
    finally:
        cluster.stop()


# --- one clock for all replicas


@pytest.mark.parametrize("apart", [-90, -3, 3, 90])
async def test_a_replica_whose_clock_is_off_goes_by_the_database_s(own_database: str, apart: int) -> None:
    there = Database(own_database, lambda: datetime.now(UTC) + timedelta(seconds=apart))
    here = Database(own_database)
    for database in (here, there):
        await database.ready()
    assert abs(here.now() - there.now()) < timedelta(seconds=0.5)
    async with here.transaction() as session:
        database_s = await session.scalar(text("SELECT clock_timestamp()"))
    assert abs(there.now() - database_s) < timedelta(seconds=0.5)
    for database in (here, there):
        await database.close()
