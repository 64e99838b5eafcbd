"""Settlement with one partner, for every test that wants it."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from services.settlement.tests.bureau import Bureau
from services.settlement.tests.office import Office, an_office


@pytest.fixture
async def office(database: str, tmp_path: Path) -> AsyncGenerator[Office]:
    async with an_office(Office, database, tmp_path) as made:
        yield made


@pytest.fixture
async def bureau(own_database: str, tmp_path: Path) -> AsyncGenerator[Bureau]:
    """Its database is its own: a reconciliation is about everything there is."""
    async with an_office(Bureau, own_database, tmp_path) as made:
        yield made
