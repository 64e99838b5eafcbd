"""Rows of a service's tables, made and inserted at the speed of what they are: values that were checked before.

SQLModel checks nothing of a table's rows when they are made, but sets each value through pydantic and SQLAlchemy one by
one. A row that is not in the database yet has no history to keep: its values are put in place at once.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import orjson
from sqlalchemy import ARRAY, Column, Table, text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_attribute
from sqlmodel import SQLModel

from chassis.statements import DIALECT, DRIVER, Statement

MANY = (ARRAY, JSONB)


class Row(SQLModel):
    """What the rows of every service's tables are. An unknown column is a TypeError, as with any function."""

    def __init__(self, **values: Any) -> None:
        if unknown := values.keys() - _columns(type(self)):
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        self.__dict__.update(_defaults(type(self)))
        self.__dict__.update(values)

    def __getattr__(self, name: str) -> Any:
        # SQLAlchemy looks whether a row has its state yet; pydantic would look in several places for it.
        raise AttributeError(f"{type(self).__name__} has no {name}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "_sa_instance_state":
            self.__dict__[name] = value
        else:
            set_attribute(self, name, value)


@cache
def _columns(kind: type[Row]) -> frozenset[str]:
    return frozenset(kind.model_fields)


@cache
def _defaults(kind: type[Row]) -> Mapping[str, Any]:
    """The columns that need no value, with the one they have then."""
    return {name: field.get_default() for name, field in kind.model_fields.items() if not field.is_required()}


COUNTING = text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))")


async def lock_count(session: AsyncSession, what: str, whose: object = "") -> None:
    """Let nobody else count these before this transaction ends: whoever counts, decides by the number and adds one is
    alone in it. There may be no row to lock yet."""
    await session.execute(COUNTING, {"what": f"count of {what} {whose}"})


async def insert(session: AsyncSession, rows: Sequence[Row], otherwise: str = "") -> None:
    """Insert rows of one table in one statement, however many; `otherwise` is what SQL has after the values, such as
    `ON CONFLICT DO NOTHING`. The statement's text does not grow with the rows, so that it is prepared once."""
    if not rows:
        return
    statement, columns = _insertion(type(rows[0]), otherwise)
    values = [row.__dict__ for row in rows]
    arrays = {
        name: [dumps(row[name]) for row in values] if as_json else [row[name] for row in values]
        for name, as_json in columns.items()
    }
    await statement.fetch(session, **arrays)


async def copy(session: AsyncSession, rows: Sequence[Row]) -> None:
    """Add rows of one table within the session's transaction by COPY: for very many that are all new. Columns whose
    values the database makes, and words to search by, are left to it."""
    if rows:
        table: Table = type(rows[0]).__table__  # type: ignore[attr-defined] # SQLModel gives every table model one
        columns = [
            column.name
            for column in table.columns
            if not ((column.identity is not None and column.identity.always) or isinstance(column.type, TSVECTOR))
        ]
        await copy_records(
            session, table.name, columns, [tuple(row.__dict__[name] for name in columns) for row in rows]
        )


async def copy_records(
    session: AsyncSession, table: str, columns: Sequence[str], records: Sequence[tuple[Any, ...]]
) -> None:
    """Add records to a table within the session's transaction, as fast as PostgreSQL takes them."""
    driver = session.info.get(DRIVER) or (await (await session.connection()).get_raw_connection()).driver_connection
    assert driver is not None
    await driver.copy_records_to_table(table, records=records, columns=columns)


@cache
def _insertion(kind: type[Row], otherwise: str) -> tuple[Statement, Mapping[str, bool]]:
    """The statement, and its columns; those that hold more than one value travel as JSON."""
    table: Table = kind.__table__  # type: ignore[attr-defined] # SQLModel gives every table model one
    columns = [column for column in table.columns if column.identity is None or not column.identity.always]
    names = ", ".join(column.name for column in columns)
    arrays = ", ".join(f"CAST(:{column.name} AS {_travels_as(column)}[])" for column in columns)
    values = ", ".join(_arrives_as(column) for column in columns)
    statement = (
        f"INSERT INTO {table.name} ({names}) SELECT {values} FROM unnest({arrays}) AS given ({names}) {otherwise}"  # noqa: S608 names of ours
    )
    return Statement(statement), {column.name: isinstance(column.type, MANY) for column in columns}


def _travels_as(column: Column[Any]) -> str:
    return "TEXT" if isinstance(column.type, MANY) else str(column.type.compile(DIALECT))


def _arrives_as(column: Column[Any]) -> str:
    if isinstance(column.type, ARRAY):
        kind = column.type.item_type.compile(DIALECT)
        items = f"jsonb_array_elements_text(CAST(given.{column.name} AS jsonb)) AS item"
        return f"ARRAY(SELECT CAST(item AS {kind}) FROM {items})"  # noqa: S608 names of ours
    return f"CAST(given.{column.name} AS jsonb)" if isinstance(column.type, JSONB) else f"given.{column.name}"


def dumps(value: object) -> str:
    """A parameter's value as JSON."""
    return orjson.dumps(value, default=str).decode()  # the driver's UUIDs are a class of their own
