"""Databases like a service's own, filled by COPY with ever so many rows, as a restore would fill them: what a service
checks as it writes was checked before.

Tables are empty before. Their rows come frozen, so that tidying up has only to note it, and indexes that hold no law
are made once they are all there. One core writes the lines meanwhile that the other one takes in.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg
from chassis import migrations
from devstack.stack import Stack

LINES = 5_000  # that are sent together
BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
SETTINGS = "SET session_replication_role = replica; SET maintenance_work_mem = '512MB'"
INDEXES = """
    SELECT indexname AS name, indexdef AS definition FROM pg_indexes
    WHERE tablename = $1 AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""


@dataclass(frozen=True)
class Rows:
    """So many rows of a table: the columns that are given, and by its number the fields of each, as COPY reads them."""

    table: str
    columns: str
    count: int
    fields: Callable[[int], Sequence[object]]
    first: int = 0

    async def lines(self) -> AsyncGenerator[bytes]:
        end = self.first + self.count
        for start in range(self.first, end, LINES):
            numbers = range(start, min(start + LINES, end))
            yield "".join(["\t".join(map(str, self.fields(number))) + "\n" for number in numbers]).encode()


def numbered(kind: str, number: int) -> str:
    """An id of a kind ("8000", "9000", …) by its number."""
    return f"00000000-0000-7000-{kind}-{number:012x}"


def at(number: int) -> datetime:
    """A moment, a second after the number's before."""
    return BEGAN + timedelta(seconds=number)


def escaped(value: str) -> str:
    """A text as COPY reads it."""
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


async def fill(stack: Stack, service: str, name: str, *tables: Rows) -> bool:
    """A database of this name like a service's own, with these rows; was it filled just now?"""
    if await stack.postgres.fetch("postgres", f"SELECT FROM pg_database WHERE datname = '{name}'"):
        return False
    await stack.postgres.create_database(name)
    await migrations.upgrade(service, stack.postgres.url(name))
    await copy_first(stack.postgres.dsn(name), *tables)
    return True


async def copy_first(dsn: str, *tables: Rows) -> None:
    """Fill empty tables, those before others that refer to them, as the superuser."""
    async with connected(dsn) as connection:
        for rows in tables:
            indexes = await connection.fetch(INDEXES, rows.table)
            async with connection.transaction():
                await connection.execute(f"TRUNCATE {rows.table} CASCADE")  # in the transaction: else none is frozen
                for index in indexes:
                    await connection.execute(f"DROP INDEX {index['name']}")
                await copied(connection, rows, freeze=True)
            for index in indexes:
                await connection.execute(index["definition"])
            await connection.execute(f"VACUUM ANALYZE {rows.table}")


async def copy_more(dsn: str, *tables: Rows) -> None:
    """Add rows to tables that have some."""
    async with connected(dsn) as connection:
        for rows in tables:
            await copied(connection, rows, freeze=False)
            await connection.execute(f"VACUUM ANALYZE {rows.table}")


async def copied(connection: "asyncpg.Connection[asyncpg.Record]", rows: Rows, freeze: bool) -> None:
    await connection.copy_to_table(rows.table, source=rows.lines(), columns=rows.columns.split(), freeze=freeze)


@asynccontextmanager
async def connected(dsn: str) -> "AsyncGenerator[asyncpg.Connection[asyncpg.Record]]":
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(SETTINGS)
        yield connection
    finally:
        await connection.close()
