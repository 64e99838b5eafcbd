"""What migrations make is what the code's tables say, for every service, from nothing and from the release before."""

import asyncpg
import pytest
from chassis import migrations
from chassis.rights import CHANGES
from devstack.postgres import Postgres
from devstack.stack import SERVICES
from sqlalchemy import MetaData

pytestmark = pytest.mark.anyio


async def fresh(server: Postgres, service: str, name: str) -> str:
    """The URL, for its owner, of an empty database as an operator makes it."""
    await server.ensure_database(name, f"{service}_owner", "owner", f"{service}_app", "app")
    return server.url(name, f"{service}_owner", "owner")


@pytest.mark.filterwarnings("ignore:Did not recognize type 'xid8'")  # PostgreSQL's, which SQLAlchemy has no name for
@pytest.mark.parametrize("service", SERVICES)
async def test_migrations_and_tables_agree(postgres_server: Postgres, service: str) -> None:
    url = await fresh(postgres_server, service, f"{service}_compared")
    await migrations.upgrade(service, url)
    await migrations.check(service, url)
    await migrations.upgrade(service, url)  # a second time there is nothing to do


@pytest.mark.parametrize("service", SERVICES)
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


@pytest.mark.parametrize("service", ["settlement", "consent"])
async def test_the_application_may_add_to_what_stays_and_change_no_more_than_is_declared(
    postgres_server: Postgres, service: str
) -> None:
    """Whatever default privileges gave, and whatever an operator granted in between."""
    name, role = f"{service}_rights", f"{service}_app"
    url = await fresh(postgres_server, service, name)
    await migrations.upgrade(service, url)
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
        "SELECT DISTINCT tgrelid::regclass::text AS name FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 24 > 0"
    )
    undeclared = {row["name"].strip('"') for row in triggered} - kept.keys()
    assert undeclared == set(), "a trigger keeps them, the rights do not"
    await owner.close()
