"""Settlement with one partner, for every test that wants it."""

from collections.abc import AsyncGenerator
from pathlib import Path
from uuid import uuid4

import pytest
from chassis.database import Database
from settlement.provider.sandbox import Sandbox

from services.settlement.tests.office import Books, Office, open_for_business


@pytest.fixture
async def office(database: str, owner_database: str, tmp_path: Path) -> AsyncGenerator[Office]:
    store = Database(database)
    made = Office(store, Books(Sandbox(tmp_path / "books.sqlite")), uuid4(), owner_database)
    await open_for_business(made)
    yield made
    made.books.sandbox.close()
    await store.close()
