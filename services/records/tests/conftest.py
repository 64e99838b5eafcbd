"""The fixture `records_db`: records' database."""

import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from chassis.database import Database

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
async def records_db(database: str) -> AsyncGenerator[Database]:
    connected = Database(database)
    yield connected
    await connected.close()
