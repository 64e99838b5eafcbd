"""Whether an API key is good does not depend on the order in which its life is told."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.wire import timestamp
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from identity.events import SUBSCRIPTIONS
from identity.tables import ApiKeyRow
from yima.partners.v1.events_pb2 import ApiKeyIssued, ApiKeyRevoked

from services.any_order import deliver, heard, orders_of

pytestmark = pytest.mark.anyio
SERVICE = "identity"
NOW = datetime.now(UTC)
ORDER = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
async def register(database: str) -> AsyncGenerator[Database]:
    made = Database(database)
    yield made
    await made.close()


def told(key: UUID) -> list[Message]:
    """A key is issued, and revoked."""
    issued = ApiKeyIssued(
        api_key_id=str(key), partner_id=str(key), secret_sha256=sha256(key.bytes).digest(),
        expires_at=timestamp(NOW + timedelta(days=1)), version=1,
    )  # fmt: skip
    return [issued, ApiKeyRevoked(api_key_id=str(key), partner_id=str(key), version=2)]


def test_every_event_that_is_heard_is_in_the_story() -> None:
    assert {message.DESCRIPTOR.full_name for message in told(uuid4())} == heard(SUBSCRIPTIONS)


@ORDER
@given(order=orders_of(2))
async def test_a_revoked_key_stays_revoked_in_whatever_order_its_life_is_told(
    register: Database, order: list[int]
) -> None:
    once, shuffled = uuid4(), uuid4()
    await deliver(register, SUBSCRIPTIONS, told(once), range(2), None, NOW)
    await deliver(register, SUBSCRIPTIONS, told(shuffled), order, None, NOW)
    async with register.transaction() as session:
        keys = [await session.get(ApiKeyRow, key) for key in (once, shuffled)]
    assert [key is not None and key.revoked_at is not None for key in keys] == [True, True]
