"""What migrations make is what the code's tables say, for every service, from nothing and from the release before."""

import asyncio
import io
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest
from chassis import migrations, restoring
from chassis.rights import CHANGES
from devstack import ports
from devstack.nats import Nats
from devstack.postgres import Postgres
from devstack.samples import some_of
from devstack.stack import Stack, environment
from devstack.supervisor import ProcessSpec, Supervisor
from ops.demo import history
from ops.example_city import ingest
from sqlalchemy import MetaData
from yima.services import SERVICES
from yima_client.caller import connect

from e2e.city import nursery
from e2e.people import a_clinic, a_resident, confirmed, place, serve, until_status

pytestmark = pytest.mark.anyio


async def fresh(server: Postgres, service: str, name: str) -> str:
    """The URL, for its owner, of an empty database as an operator makes it."""
    await server.ensure_database(name, f"{service}_owner", "owner", f"{service}_app", "app")
    return owned(server, service, name)


def owned(server: Postgres, service: str, name: str) -> str:
    """The URL of a database of a service, for its owner."""
    return server.url(name, f"{service}_owner", "owner")


@pytest.fixture
def migrated_database(service: str, migrated: Callable[[str], str]) -> str:
    """The name of a database of the test's service, as its migrations make it from nothing."""
    return migrated(service)


@pytest.mark.filterwarnings("ignore:Did not recognize type 'xid8'")  # PostgreSQL's, which SQLAlchemy has no name for
# SQLAlchemy reads that a CHECK is NOT VALID, and hands it on to itself by a name that it does not know.
@pytest.mark.filterwarnings("ignore:Can't validate argument 'dialect_options'")
@pytest.mark.parametrize("service", SERVICES)
async def test_migrations_and_tables_agree(postgres_server: Postgres, migrated_database: str, service: str) -> None:
    url = owned(postgres_server, service, migrated_database)
    await migrations.check(service, url)
    await migrations.upgrade(service, url)  # a second time there is nothing to do


@pytest.mark.parametrize("service", some_of(SERVICES, 2))
async def test_an_upgrade_goes_from_each_revision_to_the_next_and_leaves_what_there_was(
    postgres_server: Postgres, service: str
) -> None:
    """N-1 → N on a real database: the tables of the release before are still there, with all their columns."""
    url = await fresh(postgres_server, service, f"{service}_stepped")
    columns: set[tuple[str, str]] = set()
    for revision in reversed(migrations.revisions(service)):
        await migrations.upgrade(service, url, revision)
        rows = await postgres_server.fetch(
            f"{service}_stepped",
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'",
        )
        now = {(row["table_name"], row["column_name"]) for row in rows}
        assert columns <= now, f"{revision} takes away what old code still reads: {columns - now}"
        columns = now


MAY = """
    SELECT has_table_privilege($1, $2, 'SELECT') AND has_table_privilege($1, $2, 'INSERT') AS add,
        has_table_privilege($1, $2, 'UPDATE') OR has_table_privilege($1, $2, 'DELETE')
            OR has_table_privilege($1, $2, 'TRUNCATE') AS change,
        array(SELECT attname::text FROM pg_attribute WHERE attrelid = $2::regclass AND attnum > 0 AND NOT attisdropped
            AND has_column_privilege($1, $2::regclass, attnum, 'UPDATE')) AS columns
"""


# Their rows may go, and a trigger says when: what waits for its place in the access log, and checkpoints in between.
LEAVE_BY_RULE = {"access_log_waiting", "access_log_checkpoint"}


@pytest.mark.parametrize("service", ["settlement", "consent"])
async def test_the_application_may_add_to_what_stays_and_change_no_more_than_is_declared(
    postgres_server: Postgres, migrated_database: str, service: str
) -> None:
    """Whatever default privileges gave, and whatever an operator granted in between."""
    name, role = migrated_database, f"{service}_app"
    url = owned(postgres_server, service, name)
    tables: MetaData = __import__(f"{service}.tables", fromlist=["tables"]).Base.metadata
    kept = {table.name: set(table.info[CHANGES]) for table in tables.sorted_tables if CHANGES in table.info}
    assert kept
    owner = await asyncpg.connect(postgres_server.dsn(name, f"{service}_owner", "owner"))

    async def held() -> None:
        for table, columns in kept.items():
            may = await owner.fetchrow(MAY, role, f'"{table}"')
            assert may is not None
            assert (may["add"], may["change"], set(may["columns"])) == (True, False, columns), table

    await held()
    await owner.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}, PUBLIC")
    await migrations.upgrade(service, url)
    await held()
    triggered = await owner.fetch(
        # One that says which status may follow which keeps no row as it is.
        "SELECT DISTINCT tgrelid::regclass::text AS name FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgtype & 24 > 0 AND tgfoid::regproc::text <> 'refuse_move'"
    )
    undeclared = {row["name"].strip('"') for row in triggered} - kept.keys() - LEAVE_BY_RULE
    assert undeclared == set(), "a trigger keeps them, the rights do not"
    await owner.close()


COLUMNS = """
    SELECT table_name, array_agg(quote_ident(column_name) ORDER BY ordinal_position) FROM information_schema.columns
    JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'
        AND table_name <> 'alembic_version'
    GROUP BY table_name
"""


NO_ROOM = (asyncpg.CheckViolationError, asyncpg.NotNullViolationError)


async def copied(source: str, target: str) -> dict[str, tuple[int, str]]:
    """Fill a database's tables with another's rows; how many each has then, and a digest of them.

    The other has the newer schema, where rows may be that an older key or check has no room for: those are left out.
    """
    there, here = await asyncpg.connect(source), await asyncpg.connect(target)
    try:
        await here.execute("SET session_replication_role = replica")  # rows are copied, not made: no trigger has a say
        for table, columns in await here.fetch(COLUMNS):
            await here.execute(f'DELETE FROM "{table}"')  # what a migration has put there is among the rows
            rows = io.BytesIO()
            query = f'SELECT {", ".join(columns)} FROM "{table}"'
            await there.copy_from_query(query, output=rows, format="binary")
            rows.seek(0)
            names = [column.strip('"') for column in columns]
            await here.execute(f'CREATE TEMP TABLE arrived AS SELECT {", ".join(columns)} FROM "{table}" LIMIT 0')
            await here.copy_to_table("arrived", source=rows, columns=names, format="binary")
            listed = ", ".join(columns)
            insert = f'INSERT INTO "{table}" ({listed}) OVERRIDING SYSTEM VALUE SELECT {listed} FROM arrived'
            try:
                await here.execute(f"{insert} ON CONFLICT DO NOTHING")
            except NO_ROOM:
                for row in await here.fetch("SELECT ctid FROM arrived"):
                    with suppress(*NO_ROOM):
                        await here.execute(f"{insert} WHERE ctid = $1 ON CONFLICT DO NOTHING", row["ctid"])
            await here.execute("DROP TABLE arrived")
        return await digests(here, {row[0]: row[1] for row in await here.fetch(COLUMNS)})
    finally:
        await there.close()
        await here.close()


async def digests(
    connection: "asyncpg.Connection[asyncpg.Record]", tables: dict[str, list[str]]
) -> dict[str, tuple[int, str]]:
    found = {}
    for table, columns in tables.items():
        query = f'SELECT ROW({", ".join(columns)})::text AS said FROM "{table}"'
        row = await connection.fetchrow(
            f"SELECT count(*), md5(string_agg(said, E'\\n' ORDER BY said)) FROM ({query}) AS t"
        )
        assert row is not None
        found[table] = (int(row[0]), str(row[1]))
    return found


@pytest.fixture(scope="module")
async def lived(stack: Stack) -> Stack:
    """The system with what an order leaves behind, from its partner's application to its settlement."""
    async with connect(stack.graphql) as nobody:
        clinic = await a_clinic(nobody, stack.secrets)
        resident, _ = await a_resident(nobody)
        for run in ("before", "again", "once-more"):
            await ingest(resident, clinic.practitioner, history(run))
        order_id = (await place(resident, clinic))["id"]
        await confirmed(resident, order_id)
        await serve(resident, clinic, order_id)
        await until_status(resident, order_id, "CLOSED")
    return stack


@pytest.mark.parametrize("service", some_of([name for name in SERVICES if len(migrations.revisions(name)) > 1], 2))
async def test_a_database_of_the_release_before_is_upgraded_with_its_data_and_is_served_from(
    service: str, lived: Stack, postgres_server: Postgres, nats_server: Nats, tmp_path: Path
) -> None:
    """N-1 → N: every old row is as it was, and the new code works with it."""
    name = f"{service}_before"
    url = await fresh(postgres_server, service, name)
    await migrations.upgrade(service, url, migrations.revisions(service)[1])
    before = await copied(lived.postgres.dsn(service), postgres_server.dsn(name))
    assert sum(count for count, _ in before.values()) > 10
    old = {row[0]: row[1] for row in await postgres_server.fetch(name, COLUMNS)}
    await migrations.upgrade(service, url)
    connection = await asyncpg.connect(postgres_server.dsn(name))
    assert await digests(connection, old) == before
    await connection.close()
    await restoring.after_restore(service, url)  # the rows are another server's

    port = ports.free()
    told = (
        environment()
        | dict(lived.supervisor.environment(service))
        | {
            "YIMA_DATABASE_URL": postgres_server.url(name, f"{service}_app", "app"),
            "YIMA_PORT": str(port),
            "YIMA_NATS_URL": nats_server.url,
            "YIMA_NATS_PASSWORD": nats_server.passwords[service],
        }
    )
    command = [sys.executable, "-m", "chassis", service]
    keeper = Supervisor(start_process=nursery().spawn)
    await keeper.start([ProcessSpec(service, command, told, tmp_path / "log", f"http://127.0.0.1:{port}/health/ready")])
    await keeper.stop()
    if service == "settlement":
        done = await asyncio.create_subprocess_exec(*command, "--task", "check-ledger", env=told)
        assert await done.wait() == 0, "the ledger holds in the new schema"
