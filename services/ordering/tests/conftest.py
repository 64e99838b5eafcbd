"""A desk for every test of ordering that wants one."""

import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from chassis.database import Database

sys.path.insert(0, str(Path(__file__).parent))

from desk import Desk


@pytest.fixture
async def desk(database: str) -> AsyncGenerator[Desk]:
    store = Database(database)
    yield Desk(store)
    await store.close()
