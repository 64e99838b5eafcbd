"""What the bench fills by COPY is like what a service writes: every row is there, and every index again."""

from collections.abc import Sequence
from uuid import uuid4

import pytest
from chassis import migrations
from devstack.postgres import Postgres

from bench.contents import entries, ordered, posted, scanned
from bench.decisions import consents
from bench.filling import Rows, copy_first, copy_more
from bench.records import observations

pytestmark = pytest.mark.anyio
COUNT = 1_000
INDEXES = """
    SELECT split_part(indexdef, ' WHERE ', 1) AS index, indexdef ~ ' WHERE ' AS in_part FROM pg_indexes
    WHERE schemaname = 'public' ORDER BY 1
"""
CONTENTS: dict[str, tuple[str, Sequence[Rows]]] = {
    "consents": ("consent", consents(COUNT)),
    "entries of the access log": ("consent", [entries(COUNT)]),
    "orders": ("ordering", ordered(COUNT, str(uuid4()), str(uuid4()), 1)),
    "postings": ("settlement", posted(COUNT)),
    "scans": ("identity", scanned(COUNT, 10)),
    "records": ("records", [observations(COUNT, 10, '{"text": "a\\tb\\\\c"}', "digest")]),
}


@pytest.mark.parametrize("what", CONTENTS)
async def test_every_row_is_there_and_every_index_is_made_again(what: str, postgres_server: Postgres) -> None:
    service, tables = CONTENTS[what]
    name = f"filled_{uuid4().hex}"
    await postgres_server.create_database(name)
    try:
        await migrations.upgrade(service, postgres_server.url(name))
        indexes = await postgres_server.fetch(name, INDEXES)
        await copy_first(postgres_server.dsn(name), *tables)
        assert await postgres_server.fetch(name, INDEXES) == indexes
        for rows in tables:
            (found,) = await postgres_server.fetch(name, f"SELECT count(*) AS rows FROM {rows.table}")
            assert found["rows"] == rows.count, rows.table
    finally:
        await postgres_server.drop_database(name)


async def test_more_rows_join_those_that_are_there(postgres_server: Postgres) -> None:
    name = f"filled_{uuid4().hex}"
    await postgres_server.create_database(name)
    try:
        await migrations.upgrade("settlement", postgres_server.url(name))
        await copy_first(postgres_server.dsn(name), *posted(COUNT))
        await copy_more(postgres_server.dsn(name), *posted(10, COUNT))
        (found,) = await postgres_server.fetch(name, "SELECT count(DISTINCT entry_id) AS entries FROM posting")
        assert found["entries"] == COUNT + 10
    finally:
        await postgres_server.drop_database(name)
