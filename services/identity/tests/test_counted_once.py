"""Who counts, decides by the number and adds one is alone in it: of two at once the second waits for the first."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from chassis import failures
from chassis.database import Database
from identity.domain.accounts import Role
from identity.store import accounts, guardianships
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

pytestmark = pytest.mark.anyio
SERVICE = "identity"
NOW = datetime.now(UTC)
FIRST, SECOND = UUID(int=1), UUID(int=2)
COUNTS: dict[str, Callable[[AsyncSession, UUID], Awaitable[int]]] = {
    "invitations": lambda session, whose: accounts.open_invitations(
        session, accounts.Colleagues(Role.PARTNER, whose), NOW
    ),
    "guardianship proposals": lambda session, whose: guardianships.open_proposals(session, whose, NOW),
}


@pytest.fixture
async def identity_db(database: str) -> AsyncGenerator[Database]:
    connected = Database(database)
    yield connected
    await connected.close()


@pytest.mark.parametrize("what", COUNTS)
async def test_nobody_else_counts_the_same_before_a_transaction_ends(identity_db: Database, what: str) -> None:
    count = COUNTS[what]
    async with identity_db.transaction() as first:
        await count(first, FIRST)
        async with identity_db.transaction() as other:
            await count(other, SECOND)
        with pytest.raises(DBAPIError) as waited:
            async with identity_db.transaction() as second:
                await second.execute(text("SET LOCAL lock_timeout = '200ms'"))
                await count(second, FIRST)
    assert failures.sqlstate(waited.value) == "55P03"
