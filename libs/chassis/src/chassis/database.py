"""One transaction a request or delivery batch, committed here and nowhere else."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from chassis import outbox

POOL_MAX = 12
POOL_WAIT_SECONDS = 10
STATEMENT_TIMEOUT_SECONDS = 15


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

    async def close(self) -> None:
        await self.engine.dispose()
