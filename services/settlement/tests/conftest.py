"""Settlement with one partner, for every test that wants it."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from services.settlement.tests.bank_harness import BankHarness
from services.settlement.tests.harness import Harness, a_harness


@pytest.fixture
async def harness(database: str, tmp_path: Path) -> AsyncGenerator[Harness]:
    async with a_harness(Harness, database, tmp_path) as new_harness:
        yield new_harness


@pytest.fixture
async def bank_harness(own_database: str, tmp_path: Path) -> AsyncGenerator[BankHarness]:
    """Its database is its own: a reconciliation is about everything there is."""
    async with a_harness(BankHarness, own_database, tmp_path) as new_harness:
        yield new_harness
