"""Connections on which statements are run each by itself: they read, and need no transaction in common.

They stay taken out of their database's pool: what SQLAlchemy does to lend a connection and to take it back costs more
than a statement that reads little.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import failures, statements
from chassis.database import POOL_WAIT_SECONDS, Database
from chassis.statements import NamedRow


@dataclass(slots=True, eq=False)
class Held:
    """A connection, with what it was made before, and the settings by which the server plans its statements."""

    connection: AsyncConnection
    driver: Any
    generation: int
    settings: str = ""


class Readings:
    """At most so many connections of a database, for statements that read."""

    def __init__(self, database: Database, most: int) -> None:
        self._database = database
        self._free = asyncio.Semaphore(most)
        self._idle: list[Held] = []

    async def fetch(self, sql: str, values: Sequence[Any], planned_by: str = "") -> Sequence[NamedRow]:
        """The rows of a statement, with its values in the order of its `$1`, `$2` … `planned_by`: the server plans it
        by these settings, a list of `SET`s. They stay, and are sent only where no idle connection has them; each list
        must set what any other one does. Raises what SQLAlchemy raises."""
        await self._wait()
        try:
            held = await self._taken(planned_by)
            try:
                if planned_by and held.settings != planned_by:
                    held.settings = ""
                    await statements.run(held.driver.execute, planned_by)
                    held.settings = planned_by
                rows = await statements.read(held.driver, sql, values)
            except (TimeoutError, asyncio.CancelledError):
                await discard(held)  # the driver would wait for its answer
                raise
            except BaseException as error:
                if held.driver.is_closed() or failures.server_ended(error):
                    await discard(held)
                else:
                    self._idle.append(held)
                raise
            self._idle.append(held)
            return rows
        except Exception as error:
            if failures.server_ended(error):
                self._database.forget_connections()
            raise
        finally:
            self._free.release()

    async def close(self) -> None:
        """Close what is idle."""
        while self._idle:
            await discard(self._idle.pop())

    async def _wait(self) -> None:
        if not self._free.locked():
            await self._free.acquire()  # at once
            return
        try:
            async with asyncio.timeout(POOL_WAIT_SECONDS):
                await self._free.acquire()
        except TimeoutError:
            raise PoolTimeout(f"every connection for reading was in use for {POOL_WAIT_SECONDS} s") from None

    async def _taken(self, planned_by: str) -> Held:
        """An idle connection, one with these settings before others; or another."""
        while self._idle:
            fit = (at for at, held in enumerate(self._idle) if held.settings == planned_by)
            held = self._idle.pop(next(fit, -1))
            if held.generation == self._database.generation and not held.driver.is_closed():
                return held
            await discard(held)
        generation = self._database.generation
        connection = await self._database.engine.connect()
        driver = (await connection.get_raw_connection()).driver_connection
        return Held(connection, driver, generation)


async def discard(held: Held) -> None:
    """Use it no more."""
    await held.connection.invalidate()
    await held.connection.close()
