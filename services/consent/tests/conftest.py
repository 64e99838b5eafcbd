"""The fixture `scenario`, for every test of consent that takes it."""

import sys
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from chassis import signing
from chassis.database import Database
from chassis.sealing import Sealer

sys.path.insert(0, str(Path(__file__).parent))

from consent_scenario import Scenario


@pytest.fixture
async def scenario(database: str) -> AsyncGenerator[Scenario]:
    """Consent with one resident, and one partner in good standing."""
    connected = Database(database)
    async with connected.transaction() as session:
        keys = await signing.load(session, datetime.now(UTC), Sealer((bytes(32),)))
    scenario = Scenario(connected, keys)
    await scenario.stands()
    yield scenario
    await connected.close()
