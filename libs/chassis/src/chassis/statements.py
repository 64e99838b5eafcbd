"""Statements of hot paths: written once as SQL, run by the driver itself within the session's transaction.

What SQLAlchemy does for a statement costs several times what the driver does. The first statement of a transaction goes
through it all the same, since that begins the transaction; the ones after it need not.
"""

from collections.abc import Sequence
from typing import Any, Protocol, cast

import asyncpg
from sqlalchemy import CursorResult, text
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import errors

DIALECT = dialect()  # type: ignore[no-untyped-call]
DRIVER = "driver"  # where a session keeps its driver's connection


class NamedRow(Protocol):
    """A row, read by its columns' names."""

    def __getitem__(self, name: str, /) -> Any: ...


class Statement:
    """An SQL statement with `:named` parameters. Its rows are read by their columns' names."""

    def __init__(self, sql: str) -> None:
        self._text = text(sql)
        compiled = self._text.compile(dialect=DIALECT)
        self._sql = str(compiled)
        self._names: Sequence[str] = compiled.positiontup or ()  # the SQL compiler's

    async def fetch(self, session: AsyncSession, **parameters: Any) -> Sequence[NamedRow]:
        """Run it; returns its rows. Raises what SQLAlchemy raises."""
        driver = session.info.get(DRIVER)
        if driver is None:
            result = cast(CursorResult[Any], await session.execute(self._text, parameters))
            rows: Sequence[NamedRow] = result.mappings().all() if result.returns_rows else ()
            session.info[DRIVER] = (await (await session.connection()).get_raw_connection()).driver_connection
            return rows
        try:
            rows = await driver.fetch(self._sql, *[parameters[name] for name in self._names])
        except asyncpg.IntegrityConstraintViolationError as error:
            errors.strip(error)
            raise IntegrityError(self._sql, None, error) from error
        except (asyncpg.InterfaceError, asyncpg.PostgresConnectionError, OSError) as error:
            errors.strip(error)
            raise InterfaceError(self._sql, None, error) from error
        except asyncpg.PostgresError as error:
            errors.strip(error)
            raise DBAPIError(self._sql, None, error) from error
        return rows
