"""Events that end the sessions of a partner's systems do so in whatever order they arrive, and however often."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from devstack.samples import examples
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from identity.handlers import SUBSCRIPTIONS
from identity.store import freezes
from identity.tables import AppGrantRow, SessionRow
from sqlalchemy.exc import IntegrityError
from yima.consent.v1.events_pb2 import OfferClosed
from yima.partners.v1.api_pb2 import CAPABILITY_READ_DATA, FREEZE_TARGET_ACCOUNT, FREEZE_TARGET_PARTNER
from yima.partners.v1.events_pb2 import (
    ApiKeyRevoked,
    CertificateLapsed,
    FreezeImposed,
    FreezeLifted,
    PartnerSuspended,
    Standing,
)

from services.any_order import deliver, heard, orders_of

pytestmark = pytest.mark.anyio
SERVICE = "identity"
NOW = datetime.now(UTC)
ORDER = settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
async def register(database: str) -> AsyncGenerator[Database]:
    test_database = Database(database)
    yield test_database
    await test_database.close()


def events_about(key: UUID, partner: UUID, consent: UUID) -> list[Message]:
    """A key is revoked, another one's partner suspended, lapsed, frozen and no longer, and an app's consent is over."""
    freeze = {"freeze_id": str(uuid4()), "target": FREEZE_TARGET_PARTNER, "target_id": str(partner)}
    return [
        ApiKeyRevoked(api_key_id=str(key), partner_id=str(uuid4()), version=2),
        PartnerSuspended(standing=Standing(partner_id=str(partner), version=7)),
        CertificateLapsed(standing=Standing(partner_id=str(partner), version=8)),
        FreezeImposed(**freeze, capabilities=[CAPABILITY_READ_DATA], version=1),  # type: ignore[arg-type]
        FreezeLifted(**freeze, capabilities=[CAPABILITY_READ_DATA], version=2),  # type: ignore[arg-type]
        OfferClosed(consent_id=str(consent), revoked=True, version=3),
    ]


def of_account(subject: UUID) -> list[Message]:
    """An account is frozen in two cases, of which one is over."""
    first, second = (
        {"freeze_id": str(uuid4()), "target": FREEZE_TARGET_ACCOUNT, "target_id": str(subject)} for _ in range(2)
    )
    return [
        FreezeImposed(**first, version=1),  # type: ignore[arg-type]
        FreezeLifted(**first, version=2),  # type: ignore[arg-type]
        FreezeImposed(**second, version=1),  # type: ignore[arg-type]
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


def grant_of(session_id: UUID, consent_id: UUID) -> AppGrantRow:
    """What a resident let the app of this session see, by this consent."""
    return AppGrantRow(
        id=uuid4(),
        code_sha256=uuid4().bytes * 2,
        client_id=uuid4(),
        partner_id=uuid4(),
        resident_id=uuid4(),
        granted_by=uuid4(),
        consent_id=consent_id,
        scope="patient/Observation.rs",
        goes_on=True,
        redirect_uri="https://app.example.org/back",
        challenge=bytes(32),
        granted_at=NOW,
        code_until=NOW + timedelta(minutes=1),
        until=NOW + timedelta(days=1),
        used_at=NOW,
        session_id=session_id,
    )


def test_every_event_that_is_heard_is_in_the_story() -> None:
    assert {message.DESCRIPTOR.full_name for message in events_about(uuid4(), uuid4(), uuid4())} == heard(SUBSCRIPTIONS)


@ORDER
@given(order=orders_of(6))
async def test_sessions_of_systems_end_and_those_of_people_do_not(register: Database, order: list[int]) -> None:
    revoked, suspended, partner, other, consent, app = (uuid4() for _ in range(6))
    rows = [
        session(revoked, revoked, other),
        session(suspended, suspended, partner),
        session(uuid4(), None, partner),  # of its staff
        session(uuid4(), None, other),
        session(app, app, other),
    ]
    ids = [row.id for row in rows]
    async with register.transaction() as store:
        store.add_all(rows)
        store.add(grant_of(ids[-1], consent))
    await deliver(register, SUBSCRIPTIONS, events_about(revoked, partner, consent), order, None, NOW)
    async with register.transaction() as store:
        kept = [await store.get(SessionRow, session_id) for session_id in ids]
    assert [row is not None and row.ended_at is not None for row in kept] == [True, True, False, False, True]


@ORDER
@given(order=orders_of(3))
async def test_an_account_is_frozen_until_the_last_freeze_of_it_is_lifted(register: Database, order: list[int]) -> None:
    subject = uuid4()
    before = session(subject, None, uuid4())
    session_id = before.id
    async with register.transaction() as store:
        store.add(before)
    events = of_account(subject)
    await deliver(register, SUBSCRIPTIONS, events, order, None, NOW)
    async with register.transaction() as store:
        assert (await store.get_one(SessionRow, session_id)).ended_at is not None
        assert await freezes.is_account_frozen(store, subject)
    with pytest.raises(IntegrityError, match="no session begins for a frozen account"):
        async with register.transaction() as store:
            store.add(session(subject, None, uuid4()))
    lifted = FreezeLifted.FromString(events[2].SerializeToString())
    lifted.version = 2
    await deliver(register, SUBSCRIPTIONS, [lifted], [0], None, NOW)
    async with register.transaction() as store:
        store.add(session(subject, None, uuid4()))
