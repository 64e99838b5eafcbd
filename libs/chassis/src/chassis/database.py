"""One transaction a request or delivery batch, committed here and nowhere else."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from chassis import outbox

log = logging.getLogger("chassis.database")

POOL_MAX = 12
POOL_WAIT_SECONDS = 10
STATEMENT_TIMEOUT_SECONDS = 15
READY_SECONDS = 2.0
RETRY_SECONDS = 1.0
UNDEFINED_TABLE = "42P01"


class Database:
    """A service's own PostgreSQL database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = create_async_engine(
            url,
            pool_size=POOL_MAX,
            max_overflow=0,
            pool_timeout=POOL_WAIT_SECONDS,
            pool_pre_ping=False,
            connect_args={"server_settings": {"statement_timeout": f"{STATEMENT_TIMEOUT_SECONDS}s", "jit": "off"}},
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False, autoflush=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        """A session whose work, and the events it published, are committed together or not at all."""
        async with self._sessions() as session, session.begin():
            yield session
            await session.flush()
            await outbox.write(session)

    async def ready(self) -> None:
        """Raise unless the database answers and has been migrated."""
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1 FROM outbox LIMIT 1"))

    async def migrated(self, stop: asyncio.Event) -> bool:
        """Wait until it answers and has been migrated, for as long as that takes; False if `stop` is set first."""
        told = ""
        while not stop.is_set():
            try:
                await asyncio.wait_for(self.ready(), READY_SECONDS)
            except Exception as error:
                if told != (why := missing(error)):
                    log.warning("waiting for the database: %s", told := why)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), RETRY_SECONDS)
            else:
                return True
        return False

    async def close(self) -> None:
        await self.engine.dispose()


def missing(error: Exception) -> str:
    """What a database that is not ready lacks."""
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") == UNDEFINED_TABLE:
        return "it has not been migrated"
    return f"it does not answer ({type(error).__name__})"
