"""When a database refuses a row of any table, no value of it is in a log, a dead letter, an answer or a span."""

import asyncio
import io
import logging
import sys
import traceback
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis import bus, dead_letters, errors, migrations, problems, telemetry
from chassis.consumer import Consumer, Event, Work, subscription
from chassis.database import Database
from chassis.outbox import publish
from chassis.relay import Relay
from chassis.settings import Settings
from chassis.statements import Statement
from devstack.nats import Nats
from devstack.postgres import Postgres
from devstack.samples import some_of
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from yima.identity.v1.events_pb2 import ResidentRegistered
from yima.services import SERVICES

pytestmark = pytest.mark.anyio
SERVICE = "records"

STACK_MAX, STACK_END = 1_000, 3  # frames of a stack that are written
SECRETS = ("HIV-positive", "cafe0bad", "987654321", "2031-03-03", "2031, 3, 3", "4849562d", "SElWL")
# What a column of each kind is given; what is left out of a row stays NULL.
GIVEN = {
    "uuid": "CAST('cafe0bad-0000-7000-8000-00000000000{n}' AS uuid)",
    "text": "'HIV-positive {n}'",
    "character varying": "'HIV-positive {n}'",
    "jsonb": 'CAST(\'{{"note": "HIV-positive {n}"}}\' AS jsonb)',
    "bytea": "convert_to('HIV-positive {n}', 'UTF8')",
    "integer": "987654321",
    "bigint": "987654321",
    "numeric": "987654321",
    "boolean": "true",
    "date": "CAST('2031-03-03' AS date)",
    "timestamp with time zone": "CAST('2031-03-03T00:00:00Z' AS timestamptz)",
    "ARRAY": "CAST('{{HIV-positive}}' AS text[])",
}
COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, is_identity, udt_name FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name <> 'alembic_version' ORDER BY table_name, ordinal_position
"""
# Functions that put a value into what they raise: PostgreSQL logs the message, whatever it leaves out beside it.
QUOTING = r"""
    SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        AND prosrc ~* 'RAISE\s+(DEBUG|LOG|INFO|NOTICE|WARNING|EXCEPTION)?\s*''([^'']|'''')*%'
"""


@pytest.fixture
def heard() -> Iterator[io.StringIO]:
    """All that is logged, as a service's process writes it."""
    before, root = logging.getLogRecordFactory(), logging.getLogger()
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    errors.install()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)
    logging.setLogRecordFactory(before)


def insertion(table: str, columns: Sequence[Any], without: str = "") -> str:
    given = {
        row["column_name"]: GIVEN.get(row["data_type"], "NULL").format(n=1)
        for row in columns
        if row["is_identity"] == "NO" and row["column_name"] != without
    }
    given = {name: "ARRAY[]::" + udt(columns, name) if kind == "NULL" else kind for name, kind in given.items()}
    return f"INSERT INTO {table} ({', '.join(given)}) VALUES ({', '.join(given.values())})"


def udt(columns: Sequence[Any], name: str) -> str:
    found = next(row["udt_name"] for row in columns if row["column_name"] == name)
    return f"{found.removeprefix('_')}[]"


async def failure(database: Database, run: Callable[[AsyncSession], Awaitable[object]]) -> Exception | None:
    try:
        async with database.transaction() as session:
            await run(session)
    except Exception as error:
        return error
    return None


def everything_said(error: Exception, heard: io.StringIO) -> str:
    """All the ways in which an error reaches somebody."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    before, telemetry.tracer = telemetry.tracer, provider.get_tracer("test")
    try:
        with telemetry.span("test", SpanKind.SERVER):
            raise error
    except Exception as caught:
        log = logging.getLogger("test")
        log.error("%s and %r", caught, caught)
        log.exception("with its stack")
        log.error(caught)
        answer = problems.answer_to(caught, {})
    finally:
        telemetry.tracer = before
    spans = [span.to_json() for span in exporter.get_finished_spans()]
    said = [str(error), repr(error), errors.describe(error), errors.render(error), answer.body.decode(), *spans]
    said += traceback.format_exception(error)
    return "\n".join([*said, heard.getvalue()])


@pytest.fixture
def name(migrated: Callable[[str], str], service: str) -> str:
    """A database of the service's."""
    return migrated(service)


@pytest.mark.parametrize("each_column", [False, pytest.param(True, marks=pytest.mark.long)])
@pytest.mark.parametrize("service", some_of(SERVICES, 3))
async def test_a_refused_row_of_any_table_is_quoted_nowhere(
    postgres_server: Postgres,
    heard: io.StringIO,
    name: str,
    service: str,
    each_column: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A row twice, rows that a check refuses, and rows without what must be there: each such column, or two."""
    logged = postgres_server.log.stat().st_size  # of the tests before, whose services are not this one
    rows = await postgres_server.fetch(name, COLUMNS)
    database = Database(postgres_server.url(name, f"{service}_owner", "owner"))
    tables = {row["table_name"]: [one for one in rows if one["table_name"] == row["table_name"]] for row in rows}
    for table, columns in tables.items():
        needed = [row["column_name"] for row in columns if row["is_nullable"] == "NO" and row["is_identity"] == "NO"]
        statements = [insertion(table, columns), insertion(table, columns)]
        left_out = needed if each_column else dict.fromkeys([*needed[:1], *needed[-1:]])
        statements += [insertion(table, columns, without) for without in left_out]
        refused = 0
        monkeypatch.setattr(sys, "tracebacklimit", STACK_MAX, raising=False)
        for sql in statements:
            for run in (
                lambda session, sql=sql: session.execute(text(sql)),
                lambda session, sql=sql: by_driver(session, sql),
            ):
                error = await failure(database, run)
                if error is None:
                    continue
                refused += 1
                said = everything_said(error, heard)
                # The statement's own text, which has no values where code of ours wrote it.
                said = said.replace(sql, "").replace(sql.replace("'", "\\'"), "")
                assert not [secret for secret in SECRETS if secret in said], f"{table}: {said[:3000]}"
                heard.seek(0)
                heard.truncate()
            if (
                refused
            ):  # the stack is code, the same for every row: its end is enough from now on, and its writing dear
                monkeypatch.setattr(sys, "tracebacklimit", STACK_END, raising=False)
        assert refused, f"{table} refused nothing"
    await database.close()
    own_log = postgres_server.log.read_bytes()[logged:].decode("utf-8", "replace")
    assert "ERROR:" in own_log
    quoting = [line for line in own_log.splitlines() if any(secret in line for secret in SECRETS)]
    assert not quoting, "what the server itself has logged"


@pytest.mark.parametrize("service", SERVICES)
async def test_no_trigger_puts_a_value_into_what_it_raises(postgres_server: Postgres, name: str, service: str) -> None:
    quotes = "CREATE FUNCTION quotes() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a %', 1; END $$"
    await postgres_server.run_sql(name, quotes)  # this is found, or the search is good for nothing
    assert [row["proname"] for row in await postgres_server.fetch(name, QUOTING)] == ["quotes"]


async def by_session(session: AsyncSession, sql: str) -> None:
    await session.execute(text(sql.replace(":", "\\:")))


async def by_driver(session: AsyncSession, sql: str) -> None:
    await Statement("SELECT 1").fetch(session)
    await Statement(sql.replace(":", "\\:")).fetch(session)


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("SELECT CAST(CAST(:given AS text) AS uuid)", "HIV-positive"),
        ("SELECT CAST(CAST(:given AS text) AS jsonb)", '{"note": "HIV-positive"'),
        ("SELECT CAST(CAST(:given AS text) AS timestamptz)", "HIV-positive"),
        ("SELECT CAST(:given AS text)", "HIV-positive\0"),
        ("SELECT CAST(:given AS bigint)", "HIV-positive"),
        ("SELECT CAST(:given AS uuid)", "HIV-positive"),
        ("SELECT CAST(:given AS integer)", 987654321987654321),
        ("SELECT nothing FROM outbox WHERE event_id = CAST(:given AS uuid)", uuid4()),
    ],
)
@pytest.mark.parametrize("driver", [False, True])
async def test_a_parameter_that_does_not_fit_is_quoted_nowhere(
    database: str, heard: io.StringIO, sql: str, value: object, driver: bool
) -> None:
    records = Database(database)

    async def run(session: AsyncSession) -> None:
        if driver:
            await Statement("SELECT 1").fetch(session)
            await Statement(sql).fetch(session, given=value)
        else:
            await session.execute(text(sql), {"given": value})

    error = await failure(records, run)
    await records.close()
    assert error is not None
    said = everything_said(error, heard)
    assert not [secret for secret in (*SECRETS, str(value)) if secret in said], said


async def test_a_dead_letter_says_why_and_quotes_no_row(
    postgres_server: Postgres, nats_server: Nats, heard: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.consumer.ATTEMPTS_MAX", 1)
    await postgres_server.ensure_database("letters", "identity_owner", "owner", "identity_app", "app")
    await migrations.upgrade("identity", postgres_server.url("letters", "identity_owner", "owner"))
    database = Database(postgres_server.url("letters", "identity_app", "app"))
    connection = await bus.connect(Settings(nats_url=nats_server.url_for("operator")), "operator")
    jet = bus.jetstream(connection)
    await bus.ensure_streams(jet, "identity")

    async def refused(work: Work[object], _events: Sequence[Event[ResidentRegistered]]) -> None:
        await work.session.execute(
            text("INSERT INTO resident (id, name) VALUES (:id, :name)"), {"id": UUID(int=1), "name": "HIV-positive"}
        )

    consumer = Consumer(subscription("test-quoting", {ResidentRegistered: refused}), database, connection, None)
    relay = Relay("identity", database, connection)
    tasks = [asyncio.create_task(consumer.run()), asyncio.create_task(relay.run())]
    key = f"quoting-{uuid4().hex}"  # the bus is shared: others' events are buried here too
    async with database.transaction() as session:
        publish(session, ResidentRegistered(resident_id="x"), key)
    letters: list[dead_letters.DeadLetter] = []
    async with asyncio.timeout(20):
        while not letters:
            letters = [letter for letter in await dead_letters.list_dead(jet) if letter.subject.endswith(f".{key}")]
            await asyncio.sleep(0.05)
    consumer.stop()
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await connection.close()
    await database.close()
    assert "NotNullViolation" in letters[0].reason
    assert "birth_date" in letters[0].reason, "which column it was"
    assert "HIV-positive" not in letters[0].reason + heard.getvalue()
