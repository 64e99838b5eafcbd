"""The fixture `records_db`: records' database."""

import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from chassis.database import Database
from city_pack import pack
from city_pack.pack import City
from devstack import cities
from records.store import grounds
from sqlalchemy.ext.asyncio import AsyncSession

sys.path.insert(0, str(Path(__file__).parent))


class TestedDatabase(Database):
    """A test looks at everybody's, and calls commands as if what serves them had said on what grounds. Where the
    service itself has to say so, end to end tests and test_grounds.py have it in its own database."""

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        async with super().transaction() as session:
            await grounds.work(session, "test")
            yield session


@pytest.fixture
async def records_db(database: str) -> AsyncGenerator[Database]:
    connected = TestedDatabase(database)
    yield connected
    await connected.close()


@pytest.fixture(scope="session")
def own_city() -> City:
    """Jinan, as its pack has it."""
    return pack.read(str(cities.City.named("jinan").pack))
