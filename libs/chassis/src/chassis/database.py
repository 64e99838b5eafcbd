"""One transaction a request or delivery batch, committed here and nowhere else."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
from sqlalchemy import event, text
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from chassis import errors, failures, networks, outbox
from chassis.settings import SettingUnfit

log = logging.getLogger("chassis.database")

POOL_MAX = 12
RETRY_SECONDS = 1.0  # between two tries to use a database that is waited for
POOL_WAIT_SECONDS = 10
STATEMENT_TIMEOUT_SECONDS = 15
HELD_SECONDS = 60.0  # after which the server takes back what a transaction holds whose client says nothing
UNDONE_SECONDS = 2.0  # for undoing what was given up, before its connection is
DRIVER = "postgresql+asyncpg"
GENERATION = "generation"  # where the pool keeps how often all connections had been given up when one was made
HEARTBEAT_SECONDS = 5.0  # readiness writes this often, and reads in between
# A row of the inbox that no durable has; the inbox is every service's, and whoever may handle events may write it.
HEARTBEAT = text(
    """
    INSERT INTO inbox (durable, event_id) VALUES ('readiness', '00000000-0000-0000-0000-000000000000')
    ON CONFLICT (durable, event_id) DO UPDATE SET handled_at = now()
    """
)
ANSWERS = text("SELECT 1 FROM inbox LIMIT 1")
CLOCK = text("SELECT clock_timestamp()")
CLOCK_APART = timedelta(milliseconds=250)  # what clocks may differ by before anybody minds
URL_FORM = f"{DRIVER}://role:password@host:port/database"


class Database:
    """A service's own PostgreSQL database, which YIMA_DATABASE_URL names."""

    def __init__(
        self,
        url: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        connections: int = POOL_MAX,
        current: Callable[[], str] | None = None,
    ) -> None:
        """`current` says the URL as it is now, where it is in a file that may change: each new connection is made as
        the role and with the password that are there then."""
        self.url = url
        self._current = current
        self._clock = clock
        self._ahead = timedelta()  # of our clock, the database's
        self.location = location_of(url)
        self.engine = create_async_engine(
            url,
            pool_size=connections,
            max_overflow=0,
            pool_timeout=POOL_WAIT_SECONDS,
            pool_pre_ping=False,
            hide_parameters=True,
            connect_args={
                "timeout": POOL_WAIT_SECONDS,
                "server_settings": {
                    "statement_timeout": f"{STATEMENT_TIMEOUT_SECONDS}s",
                    "idle_in_transaction_session_timeout": f"{HELD_SECONDS * 1000:.0f}",
                    "jit": "off",
                },
            },
        )
        event.listen(self.engine.sync_engine, "handle_error", _strip)
        event.listen(self.engine.sync_engine, "do_connect", self._connecting)
        event.listen(self.engine.sync_engine, "connect", self._made)
        event.listen(self.engine.sync_engine, "checkout", self._checked_out)
        self.generation = 0  # how often all connections were given up
        self._heartbeat_at = -HEARTBEAT_SECONDS
        self._after_commit: list[Callable[[], None]] = []
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False, autoflush=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        """A session whose work, and the events it published, are committed together or not at all."""
        try:
            async with self._sessions() as session, session.begin():
                try:
                    yield session
                    await session.flush()
                    announced = await outbox.write(session)
                except (TimeoutError, asyncio.CancelledError):
                    await self._undo(session)
                    raise
        except Exception as error:
            if failures.server_ended(error):
                self.forget_connections()
            raise
        if announced:
            for call in self._after_commit:
                call()

    async def _undo(self, session: AsyncSession) -> None:
        """Undo what was given up. Where the server does not say that it has, its connection is not used again: the
        driver would wait for its answer, and whoever is given the connection next with it."""
        try:
            async with asyncio.timeout(UNDONE_SECONDS):
                await session.rollback()
        except Exception:
            await session.invalidate()

    def after_events(self, call: Callable[[], None]) -> None:
        """Have `call` called after each commit that left events in the outbox."""
        self._after_commit.append(call)

    def forget_connections(self) -> None:
        """Use no connection again that is there by now: its server has ended, or is not written to any more."""
        self.generation += 1

    def _connecting(self, _dialect: object, _record: object, _arguments: object, parameters: dict[str, Any]) -> None:
        if self._current is None:
            return
        try:
            now = make_url(self._current())
        except (SettingUnfit, ArgumentError, ValueError) as error:
            log.warning("connecting as before: %s", error if isinstance(error, SettingUnfit) else "no database's URL")
            return
        parameters["user"], parameters["password"] = now.username, now.password

    def _made(self, connection: Any, record: ConnectionPoolEntry) -> None:
        record.info[GENERATION] = self.generation
        networks.end_when_lost(connection.driver_connection)

    def _checked_out(self, _connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        if record.info.get(GENERATION) != self.generation:
            raise DisconnectionError("made before its server ended")  # the pool makes another

    async def ready(self) -> None:
        """Raise unless the database answers, has been migrated, and can be written to."""
        now = time.monotonic()
        try:
            async with self.engine.begin() as connection:
                if now - self._heartbeat_at >= HEARTBEAT_SECONDS:
                    await connection.execute(HEARTBEAT)
                    await self._set_clock(connection)
                else:
                    await connection.execute(ANSWERS)
        except Exception as error:
            self._heartbeat_at = -HEARTBEAT_SECONDS
            if failures.server_ended(error):
                self.forget_connections()
            raise
        if now - self._heartbeat_at >= HEARTBEAT_SECONDS:
            self._heartbeat_at = now

    def now(self) -> datetime:
        """The time by the database's clock, the one that all replicas of a service have in common."""
        return self._clock() + self._ahead

    async def _set_clock(self, connection: AsyncConnection) -> None:
        """Correct our clock by the database's, where they differ by more than the query can take."""
        before = self._clock()
        database_time = (await connection.execute(CLOCK)).scalar_one()
        after = self._clock()
        if after - before > CLOCK_APART / 2:
            return  # the answer took too long to compare the clocks
        ahead = database_time - (before + (after - before) / 2)
        if abs(ahead - self._ahead) > CLOCK_APART:
            log.warning("our clock is %+.1f s apart from the database's; we go by that", -ahead.total_seconds())
            self._ahead = ahead if abs(ahead) > CLOCK_APART else timedelta()

    async def close(self) -> None:
        await self.engine.dispose()

    def why_not(self, error: BaseException) -> str:
        """Why the database cannot be used: its location and its answer, without secrets."""
        return why_unusable(self.location, "YIMA_DATABASE_URL", error)


class DatabaseAway(Exception):
    """A database could not be used for as long as it was waited for; the text says which, and why."""


async def wait_for[A](use: Callable[[], Awaitable[A]], why_not: Callable[[BaseException], str], seconds: float) -> A:
    """What `use` answers, once the database lets it: a server starts, or a network lets a new pod out. Each reason to
    wait is a line in the log, said once."""
    deadline, said = time.monotonic() + seconds, ""
    while True:
        try:
            return await use()
        except Exception as error:
            why = why_not(error)
            if time.monotonic() >= deadline:
                raise DatabaseAway(why) from error
            if why != said:
                log.warning("waiting: %s", why)
                said = why
            await asyncio.sleep(RETRY_SECONDS)


async def tried[A](session: AsyncSession, act: Callable[[], Awaitable[A]]) -> A:
    """What `act` would answer: it is done and undone, with its events. Raises what it raises."""
    published = list(session.info.get(outbox.PUBLISHED, []))
    trial = await session.begin_nested()
    try:
        answer = await act()
        await session.flush()
    finally:
        await trial.rollback()
        session.info[outbox.PUBLISHED] = published
    return answer


def _strip(failed: ExceptionContext) -> None:
    """Whoever catches a statement's error finds no row and no parameter in it."""
    for error in (failed.original_exception, failed.sqlalchemy_exception):
        if error is not None:
            errors.strip(error)


def location_of(url: str, variable: str = "YIMA_DATABASE_URL") -> str:
    """Host, port and name of a database, of its URL; refused where it is none."""
    if not url:
        raise SettingUnfit(f"{variable} is not set: it wants {URL_FORM}")
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        parts = None
    if parts is None or parts.drivername != DRIVER or not parts.database:
        raise SettingUnfit(f"{variable} is no database's URL: it wants {URL_FORM}")
    host = parts.host or parts.query.get("host", "127.0.0.1")
    return f"{host}:{parts.port or parts.query.get('port', 5432)}/{parts.database}"


REASONS: dict[type[BaseException], str] = {
    asyncpg.UndefinedTableError: "has not been migrated yet",
    asyncpg.InvalidCatalogNameError: "does not exist",
    asyncpg.InvalidAuthorizationSpecificationError: "refuses the role or its password",
    asyncpg.InsufficientPrivilegeError: "gives the role no rights",
    asyncpg.ReadOnlySQLTransactionError: "can only be read: it is a standby, or was made read-only",
    asyncpg.DiskFullError: "has no room left on its disk",
    asyncpg.TooManyConnectionsError: "has no connection left for us",
    TimeoutError: "does not answer in time",
}


def why_unusable(location: str, variable: str, error: BaseException) -> str:
    """Why a database cannot be used: where it is, who says so, and its answer, without secrets."""
    cause = error.__cause__ or error.__context__ if isinstance(error, DBAPIError) else error
    root_cause = cause.__cause__ if cause is not None and cause.__cause__ is not None else cause
    return f"the database at {location} ({variable}) {reason(root_cause or error)}"


def reason(error: BaseException) -> str:
    """What an error says of a database, to be read after its location."""
    if known := next((said for kind, said in REASONS.items() if isinstance(error, kind)), ""):
        return known
    if isinstance(error, OSError):
        return f"cannot be reached: {error.strerror or type(error).__name__}"
    return f"does not answer: {errors.describe(error)}"
