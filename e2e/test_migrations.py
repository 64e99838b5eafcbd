"""What migrations make is what the code's tables say, for every service, from nothing and from the release before."""

import pytest
from chassis import migrations
from devstack.postgres import Postgres
from devstack.stack import SERVICES

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
