"""The fixture `scenario`, for every test of ordering that takes it."""

import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from chassis.database import Database

sys.path.insert(0, str(Path(__file__).parent))

from ordering_scenario import Scenario


@pytest.fixture
async def scenario(database: str) -> AsyncGenerator[Scenario]:
    store = Database(database)
    yield Scenario(store)
    await store.close()
