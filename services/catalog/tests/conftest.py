"""The fixture `catalog_db`: the catalog's database, with one service definition."""

import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from chassis.database import Database

sys.path.insert(0, str(Path(__file__).parent))

from catalog_scenario import put_hypertension_follow_up


@pytest.fixture
async def catalog_db(database: str) -> AsyncGenerator[Database]:
    connected = Database(database)
    await put_hypertension_follow_up(connected)
    yield connected
    await connected.close()
