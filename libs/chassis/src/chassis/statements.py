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
PLANNED_BY = "planned_by"  # where a connection keeps by which settings its statements are planned
DRIVER = "driver"  # where a session keeps its driver's connection


class NamedRow(Protocol):
    """A row, read by its columns' names."""

    def __getitem__(self, name: str, /) -> Any: ...


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

    async def read(self, reading: "Reading", **parameters: Any) -> Sequence[NamedRow]:
        """Run it by itself, where there is no transaction; returns its rows."""
        return await reading.fetch(self._sql, [parameters[name] for name in self._names])


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


class Reading:
    """A connection on which statements are run each by itself: they read, and need no transaction in common."""

    def __init__(self, driver: Any, kept: dict[Any, Any]) -> None:
        """`kept` is what is remembered of the connection for as long as it is open."""
        self._driver = driver
        self._kept = kept

    async def fetch(self, sql: str, values: Sequence[Any]) -> Sequence[NamedRow]:
        """The rows of a statement, with its values in the order of its `$1`, `$2` …"""
        return await read(self._driver, sql, values)

    async def planned_by(self, settings: str) -> None:
        """From now on the server plans this connection's statements by these settings, a list of `SET`s. They stay, so
        a connection is asked only where it has others. Each list must set what any other one does."""
        if self._kept.get(PLANNED_BY) != settings:
            await run(self._driver.execute, settings)
            self._kept[PLANNED_BY] = settings
