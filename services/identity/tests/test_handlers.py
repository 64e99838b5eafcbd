"""What identity hears ends the sessions of partners' systems, and everybody who verifies tokens hears of that."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.consumer import Event, Work
from chassis.database import Database
from identity.handlers import on_api_key_revoked, on_standing_lost
from identity.tables import SessionRow
from sqlalchemy import text
from yima.identity.v1.events_pb2 import SessionsEnded
from yima.partners.v1.events_pb2 import ApiKeyRevoked, CertificateLapsed, PartnerSuspended, Standing

pytestmark = pytest.mark.anyio
SERVICE = "identity"
NOW = datetime.now(UTC)


@pytest.fixture
async def identity(database: str) -> AsyncGenerator[Database]:
    opened = Database(database)
    yield opened
    await opened.close()


async def begin_session(identity: Database, partner_id: UUID, api_key_id: UUID | None) -> UUID:
    row = SessionRow(
        id=uuid4(),
        subject_id=api_key_id or uuid4(),
        partner_id=partner_id,
        api_key_id=api_key_id,
        began_at=NOW,
        expires_at=NOW + timedelta(hours=1),
    )
    session_id = row.id
    async with identity.transaction() as session:
        session.add(row)
    return session_id


async def announced(identity: Database, session_id: UUID) -> list[SessionsEnded]:
    """The announcements that name a session."""
    async with identity.transaction() as session:
        payloads = await session.scalars(
            text("SELECT payload FROM outbox WHERE type = :type"), {"type": SessionsEnded.DESCRIPTOR.full_name}
        )
        events = [SessionsEnded.FromString(payload) for payload in payloads]
    return [event for event in events if str(session_id) in event.session_ids]


async def test_a_revoked_api_key_ends_its_session_and_that_is_announced_once(identity: Database) -> None:
    partner_id, api_key_id = uuid4(), uuid4()
    session_id = await begin_session(identity, partner_id, api_key_id)
    other = await begin_session(identity, partner_id, uuid4())
    revoked = ApiKeyRevoked(api_key_id=str(api_key_id), partner_id=str(partner_id), version=2)
    for _ in range(2):  # a durable's effect is single, and so is that of two durables
        async with identity.transaction() as session:
            await on_api_key_revoked(Work(session, NOW, None), [Event(uuid4(), NOW, "", "", revoked)])
    (event,) = await announced(identity, session_id)
    assert event.subject_id == str(api_key_id)
    assert event.until.ToDatetime(UTC) == (NOW + timedelta(hours=1)).replace(microsecond=event.until.nanos // 1000)
    assert await announced(identity, other) == []


@pytest.mark.parametrize("loses", [PartnerSuspended, CertificateLapsed])
async def test_the_systems_of_who_loses_its_standing_are_out_and_its_people_stay(
    identity: Database, loses: Any
) -> None:
    partner_id = uuid4()
    system = await begin_session(identity, partner_id, uuid4())
    person = await begin_session(identity, partner_id, None)
    suspended = loses(standing=Standing(partner_id=str(partner_id), version=7))
    async with identity.transaction() as session:
        await on_standing_lost(Work(session, NOW, None), [Event(uuid4(), NOW, "", "", suspended)])
    assert len(await announced(identity, system)) == 1
    assert await announced(identity, person) == []
