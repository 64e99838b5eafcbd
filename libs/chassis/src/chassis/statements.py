"""Statements of hot paths: written once as SQL, run by the driver itself within the session's transaction.

What SQLAlchemy does for a statement costs several times what the driver does. It begins a transaction at its own first
statement; where that is one of these, the driver begins it, and SQLAlchemy ends it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

import asyncpg
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import errors

DIALECT = dialect()  # type: ignore[no-untyped-call]
DRIVER = "driver"  # where a session keeps its driver's connection


class NamedRow(Protocol):
    """A row, read by its columns' names."""

    def __getitem__(self, name: str, /) -> Any: ...


class Reads(Protocol):
    """What statements are run on each by itself."""

    async def fetch(self, sql: str, values: Sequence[Any], planned_by: str = "") -> Sequence[NamedRow]:
        """The rows of a statement, see `chassis.readings`."""


class Statement:
    """An SQL statement with `:named` parameters. Its rows are read by their columns' names."""

    def __init__(self, sql: str) -> None:
        compiled = text(sql).compile(dialect=DIALECT)
        self._sql = str(compiled)
        self._names: Sequence[str] = compiled.positiontup or ()  # the SQL compiler's

    async def fetch(self, session: AsyncSession, **parameters: Any) -> Sequence[NamedRow]:
        """Run it; returns its rows. Raises what SQLAlchemy raises."""
        driver = session.info.get(DRIVER) or await begun(session)
        return await read(driver, self._sql, [parameters[name] for name in self._names])

    async def read(self, readings: Reads, **parameters: Any) -> Sequence[NamedRow]:
        """Run it by itself, where there is no transaction; returns its rows."""
        return await readings.fetch(self._sql, [parameters[name] for name in self._names])


async def begun(session: AsyncSession) -> Any:
    """The driver's connection, within the session's transaction: begun now, unless a statement of SQLAlchemy's has."""
    held = await (await session.connection()).get_raw_connection()
    adapted: Any = held.dbapi_connection  # SQLAlchemy's: it begins a transaction where it has none, and ends its own
    driver: Any = held.driver_connection
    session.info[DRIVER] = driver
    if adapted._transaction is None:
        begins = driver.transaction()
        try:
            await run(lambda _: begins.start(), "BEGIN")
        except (TimeoutError, asyncio.CancelledError):
            await session.invalidate()  # nobody knows whether it has begun
            raise
        adapted._transaction = begins
    return driver


async def read(driver: Any, sql: str, values: Sequence[Any]) -> Sequence[NamedRow]:
    """Rows of the driver's own. Raises what SQLAlchemy raises."""
    rows: Sequence[NamedRow] = await run(driver.fetch, sql, *values)
    return rows


async def run(call: Callable[..., Awaitable[Any]], sql: str, *values: Any) -> Any:
    """What the driver answers. Raises what SQLAlchemy raises."""
    try:
        return await call(sql, *values)
    except asyncpg.IntegrityConstraintViolationError as error:
        errors.strip(error)
        raise IntegrityError(sql, None, error) from error
    except (asyncpg.InterfaceError, asyncpg.PostgresConnectionError, OSError) as error:
        errors.strip(error)
        raise InterfaceError(sql, None, error) from error
    except asyncpg.PostgresError as error:
        errors.strip(error)
        raise DBAPIError(sql, None, error) from error
