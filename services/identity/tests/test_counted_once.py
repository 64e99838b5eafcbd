"""Who counts, decides by the number and adds one is alone in it: of two at once the second waits for the first."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import pytest
from chassis.database import Database
from identity.domain.accounts import Role
from identity.store import accounts, guardianships

from services.counted_once import Count, nobody_else_counts_the_same

pytestmark = pytest.mark.anyio
SERVICE = "identity"
NOW = datetime.now(UTC)
COUNTS: dict[str, Count] = {
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
    await nobody_else_counts_the_same(identity_db, COUNTS[what])
