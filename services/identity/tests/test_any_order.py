"""Events that end the sessions of a partner's systems do so in whatever order they arrive, and however often."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from identity.handlers import SUBSCRIPTIONS
from identity.tables import SessionRow
from yima.partners.v1.events_pb2 import ApiKeyRevoked, PartnerSuspended, Standing

from services.any_order import deliver, heard, orders_of

pytestmark = pytest.mark.anyio
SERVICE = "identity"
NOW = datetime.now(UTC)
ORDER = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
async def register(database: str) -> AsyncGenerator[Database]:
    test_database = Database(database)
    yield test_database
    await test_database.close()


def events_about(key: UUID, partner: UUID) -> list[Message]:
    """A key is revoked, and another one's partner suspended."""
    return [
        ApiKeyRevoked(api_key_id=str(key), partner_id=str(uuid4()), version=2),
        PartnerSuspended(standing=Standing(partner_id=str(partner), version=7)),
    ]


def session(subject: UUID, key: UUID | None, partner: UUID) -> SessionRow:
    return SessionRow(
        id=uuid4(),
        subject_id=subject,
        partner_id=partner,
        api_key_id=key,
        began_at=NOW,
        expires_at=NOW + timedelta(hours=1),
    )


def test_every_event_that_is_heard_is_in_the_story() -> None:
    assert {message.DESCRIPTOR.full_name for message in events_about(uuid4(), uuid4())} == heard(SUBSCRIPTIONS)


@ORDER
@given(order=orders_of(2))
async def test_sessions_of_systems_end_and_those_of_people_do_not(register: Database, order: list[int]) -> None:
    revoked, suspended, partner, other = uuid4(), uuid4(), uuid4(), uuid4()
    rows = [
        session(revoked, revoked, other),
        session(suspended, suspended, partner),
        session(uuid4(), None, partner),  # of its staff
        session(uuid4(), None, other),
    ]
    ids = [row.id for row in rows]
    async with register.transaction() as store:
        store.add_all(rows)
    await deliver(register, SUBSCRIPTIONS, events_about(revoked, partner), order, None, NOW)
    async with register.transaction() as store:
        kept = [await store.get(SessionRow, session_id) for session_id in ids]
    assert [row is not None and row.ended_at is not None for row in kept] == [True, True, False, False]
