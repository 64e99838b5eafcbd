"""A network that is lost without a word: connections lead nowhere, and neither end is told. Nobody waits for them for
long, and what they held is given back."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from chassis import bus
from chassis import database as database_module
from chassis import relay as relay_module
from chassis.database import Database
from chassis.outbox import publish
from chassis.readings import Readings
from chassis.relay import Relay
from chassis.settings import Settings
from devstack.nats import Nats
from devstack.postgres import Postgres
from devstack.road import Road
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from yima.identity.v1.events_pb2 import ResidentRegistered

pytestmark = pytest.mark.anyio
SERVICE = "identity"
GIVEN_UP_SECONDS = 0.25  # after which callers in these tests wait no more
HELD_SECONDS = 2.0  # after which a server takes back what a silent client holds
SOON_SECONDS = 30.0
READINGS = 4  # connections for them


@pytest.fixture
def road(postgres_server: Postgres) -> Iterator[Road]:
    """A way to the databases' server that can be lost."""
    with tempfile.TemporaryDirectory(prefix="yima-") as folder:
        made = Road(Path(folder) / ".s.PGSQL.5432", [postgres_server.socket_folder / ".s.PGSQL.5432"])
        made.start()
        yield made
        made.stop()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "HELD_SECONDS", HELD_SECONDS)
    monkeypatch.setattr(relay_module, "SILENT_SECONDS", HELD_SECONDS)


@pytest.fixture
async def here(own_database: str) -> AsyncGenerator[Database]:
    """The database, by a way that is never lost."""
    store = Database(own_database)
    yield store
    await store.close()


@pytest.fixture
async def there(own_database: str, road: Road, here: Database) -> AsyncGenerator[Database]:
    """The same database, over the road."""
    assert isinstance(road.address, Path)
    store = Database(
        own_database.replace(own_database.partition("host=")[2].partition("&")[0], str(road.address.parent))
    )
    yield store
    road.cut()
    await store.close()


async def announce(store: Database, name: str) -> None:
    async with store.transaction() as session:
        publish(session, ResidentRegistered(resident_id=name, version=1), name)


async def unsent(store: Database) -> int:
    async with store.transaction() as session:
        return int((await session.execute(text("SELECT count(*) FROM outbox WHERE sent_at IS NULL"))).scalar_one())


async def lock(session: AsyncSession) -> None:
    await session.execute(text("LOCK TABLE idempotency IN ACCESS EXCLUSIVE MODE"))


async def test_a_relay_that_is_lost_without_a_word_gives_its_place_to_another(
    nats_server: Nats, here: Database, there: Database, road: Road
) -> None:
    connection = await bus.connect(Settings(nats_url=nats_server.url_for("operator")), "operator")
    await bus.ensure_streams(bus.jetstream(connection), SERVICE)
    first = asyncio.create_task(Relay(SERVICE, there, connection).run())
    relays = [first]
    try:
        async with asyncio.timeout(SOON_SECONDS):
            await announce(here, uuid4().hex)
            while await unsent(here):
                await asyncio.sleep(0.05)
            road.freeze()
            first.cancel()  # its machine is gone, and so is whatever would have closed its connection
            relays.append(asyncio.create_task(Relay(SERVICE, here, connection).run()))
            await announce(here, uuid4().hex)
            while await unsent(here):
                await asyncio.sleep(0.05)
    finally:
        for relay in relays:
            relay.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*relays, return_exceptions=True)
        await connection.close()


async def test_what_a_transaction_has_locked_is_free_again_once_its_network_is_lost(
    here: Database, there: Database, road: Road
) -> None:
    locked = asyncio.Event()

    async def hold() -> None:
        async with there.transaction() as lost:
            await lock(lost)
            locked.set()
            await asyncio.Event().wait()

    holding = asyncio.create_task(hold())
    await locked.wait()
    road.freeze()
    async with asyncio.timeout(SOON_SECONDS), here.transaction() as session:
        await lock(session)
    holding.cancel()
    async with asyncio.timeout(SOON_SECONDS):
        await asyncio.gather(holding, return_exceptions=True)


@pytest.mark.parametrize("way", ["transaction", "reading"])
async def test_a_call_that_is_given_up_while_its_network_is_lost_ends_and_its_connection_is_not_used_again(
    there: Database, road: Road, way: str
) -> None:
    readings = Readings(there, READINGS)

    async def work() -> None:
        if way == "reading":
            await readings.fetch("SELECT 1", [])
        else:
            async with there.transaction() as session:
                await session.execute(text("SELECT 1"))

    await work()
    road.freeze()
    async with asyncio.timeout(SOON_SECONDS):
        for _ in range(2 * database_module.POOL_MAX):
            with suppress(TimeoutError):
                async with asyncio.timeout(GIVEN_UP_SECONDS):
                    await work()
        await work()
        await readings.close()
