"""DuckDB, shut in: in memory, with no file, no network, no extension, and nothing about that to be changed."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from records.domain.views import View

ROWS_AT_ONCE = 10_000


def open_shut_in(memory_mb: int, threads: int) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        ":memory:",
        config={
            "threads": threads,
            "memory_limit": f"{memory_mb}MB",
            "python_enable_replacements": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    connection.execute("SET temp_directory = ''")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


class FlatTable:
    """A view's table, which takes rows by the thousand."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, name: str, view: View) -> None:
        self.connection = connection
        types = ["bigint", "bigint", *(column.sql_type for column in view.columns)]
        names = ['"_person"', '"_key"', *(f'"{column.name}"' for column in view.columns)]
        declared = ", ".join(f"{column} {kind}" for column, kind in zip(names, types, strict=True))
        connection.execute(f'CREATE TABLE "{name}" ({declared})')
        unnested = ", ".join(f"unnest(${index}::{kind}[])" for index, kind in enumerate(types, start=1))
        self.insert = f'INSERT INTO "{name}" SELECT {unnested}'
        self.texts = [index for index, kind in enumerate(types) if kind.startswith("varchar")]
        self.rows: list[tuple[Any, ...]] = []

    def add(self, person: int, key: int, rows: Sequence[tuple[Any, ...]]) -> None:
        self.rows += [(person, key, *row) for row in rows]
        if len(self.rows) >= ROWS_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        if not self.rows:
            return
        columns = [list(column) for column in zip(*self.rows, strict=True)]
        for index in self.texts:
            columns[index] = [*as_texts(columns[index])]
        self.connection.execute(self.insert, columns)
        self.rows = []


def as_texts(values: Sequence[Any]) -> Iterator[Any]:
    """What a column of texts holds: of a column that says no type, numbers and truth values as JSON writes them."""
    for value in values:
        if value is None or isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield [*as_texts(value)]
        else:
            yield json.dumps(value)
