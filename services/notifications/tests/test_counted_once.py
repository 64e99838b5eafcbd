"""Who counts, decides by the number and adds one is alone in it: of two at once the second waits for the first."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import pytest
from chassis.database import Database
from notifications.store import conformance

from services.counted_once import Count, nobody_else_counts_the_same

pytestmark = pytest.mark.anyio
SERVICE = "notifications"
NOW = datetime.now(UTC)
COUNTS: dict[str, Count] = {
    "conformance runs": lambda session, whose: conformance.count_since(session, whose, NOW),
}


@pytest.fixture
async def notifications_db(database: str) -> AsyncGenerator[Database]:
    connected = Database(database)
    yield connected
    await connected.close()


@pytest.mark.parametrize("what", COUNTS)
async def test_nobody_else_counts_the_same_before_a_transaction_ends(notifications_db: Database, what: str) -> None:
    await nobody_else_counts_the_same(notifications_db, COUNTS[what])
