"""The fixture `records_db`: records' database."""

import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from chassis.database import Database
from city_pack import pack
from city_pack.pack import City
from devstack import cities

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
async def records_db(database: str) -> AsyncGenerator[Database]:
    connected = Database(database)
    yield connected
    await connected.close()


@pytest.fixture(scope="session")
def own_city() -> City:
    """Jinan, as its pack has it."""
    return pack.read(str(cities.City.named("jinan").pack))
