"""Who counts, decides by the number and adds one is alone in it: of two at once the second waits for the first."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from chassis import failures
from chassis.database import Database
from notifications.store import conformance
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

pytestmark = pytest.mark.anyio
SERVICE = "notifications"
NOW = datetime.now(UTC)
FIRST, SECOND = UUID(int=1), UUID(int=2)
COUNTS: dict[str, Callable[[AsyncSession, UUID], Awaitable[int]]] = {
    "conformance runs": lambda session, whose: conformance.count_since(session, whose, NOW),
}


@pytest.fixture
async def notifications_db(database: str) -> AsyncGenerator[Database]:
    connected = Database(database)
    yield connected
    await connected.close()


@pytest.mark.parametrize("what", COUNTS)
async def test_nobody_else_counts_the_same_before_a_transaction_ends(notifications_db: Database, what: str) -> None:
    count = COUNTS[what]
    async with notifications_db.transaction() as first:
        await count(first, FIRST)
        async with notifications_db.transaction() as other:
            await count(other, SECOND)
        with pytest.raises(DBAPIError) as waited:
            async with notifications_db.transaction() as second:
                await second.execute(text("SET LOCAL lock_timeout = '200ms'"))
                await count(second, FIRST)
    assert failures.sqlstate(waited.value) == "55P03"
