"""A house for every test of consent that wants one."""

import sys
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from chassis import signing
from chassis.database import Database

sys.path.insert(0, str(Path(__file__).parent))

from house import House


@pytest.fixture
async def house(database: str) -> AsyncGenerator[House]:
    """Consent with one resident, and one partner in good standing."""
    made = Database(database)
    async with made.transaction() as session:
        keys = await signing.load(session, datetime.now(UTC))
    found = House(made, keys)
    await found.stands()
    yield found
    await made.close()
