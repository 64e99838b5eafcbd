"""Consent is decided by the clock, at the moment of asking, and no decision permits after a revocation."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from chassis import signing
from chassis.auth import Principal
from chassis.database import Database
from chassis.sealing import Sealer
from consent.commands import consents as commands
from consent.commands import decisions, receipts
from consent.commands.decisions import Question
from consent.commands.receipts import Grant
from consent.domain.consents import AccessMode
from consent.domain.decisions import AccessRequest
from consent.store import consents, orders, standings
from consent.store.orders import OrderParties
from consent.tables import ArtefactRow, RequestRow, StandingRow
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.catalog.v1.api_pb2 import ConsentTemplate
from yima.common.v1.route_pb2 import Role

pytestmark = pytest.mark.anyio
SERVICE = "consent"
YEAR = timedelta(days=365)


VITALS = AccessRequest(frozenset({"vital-signs"}), "TREAT", AccessMode.VIEW)


@pytest.fixture
async def consent_db(database: str) -> AsyncGenerator[Database]:
    connected = Database(database)
    yield connected
    await connected.close()


async def granted(consent_db: Database, resident: UUID, partner: UUID) -> ArtefactRow:
    """An artefact in force, as GrantConsent makes it."""
    template = ConsentTemplate(information_types=["vital-signs"], purpose="TREAT", access_mode=1, valid_days=30)  # type: ignore[arg-type]
    async with consent_db.transaction() as session:
        keys = await signing.load(session, datetime.now(UTC), Sealer((bytes(32),)))
        request = RequestRow(
            id=uuid4(), resident_id=resident, grantee_id=partner, order_id=uuid4(), order_line_id=uuid4(),
            template=template.SerializeToString(), template_hash=b"h" * 32, status="granted",
            requested_at=datetime.now(UTC),
        )  # fmt: skip
        await consents.add_requests(session, [request])
        artefact = receipts.grant(request, Grant(resident), keys, datetime.now(UTC))
        await consents.add_artefacts(session, [artefact])
        await orders.note_confirmed(session, [OrderParties(request.order_id, resident, partner)], datetime.now(UTC))
        standing = StandingRow(partner_id=partner, reads_data=True, certified_until=datetime.now(UTC) + YEAR, version=1)
        await standings.note_standings(session, [standing])
    return artefact


def question(resident: UUID, partner: UUID) -> Question:
    return Question(Principal(Role.ROLE_PRACTITIONER, str(uuid4()), str(partner)), resident, VITALS)


async def test_no_decision_permits_after_a_revocation_was_acknowledged(consent_db: Database) -> None:
    resident, partner = uuid4(), uuid4()
    consent = await granted(consent_db, resident, partner)
    acknowledged = asyncio.Event()

    async def ask_until_refused() -> list[tuple[bool, bool]]:
        """For each decision: was the revocation acknowledged before it was asked, and was it permitted?"""
        outcomes = []
        for _ in range(400):
            before = acknowledged.is_set()
            (decision,) = await decisions.decide_together(consent_db, [question(resident, partner)])
            outcomes.append((before, decision.permitted))
            if before:
                break
        return outcomes

    async def revoke() -> None:
        await asyncio.sleep(0.1)
        async with consent_db.transaction() as session:
            await commands.revoke_consent(
                session, artefact_id=consent.id, residents=[resident], reason="", now=datetime.now(UTC)
            )
        acknowledged.set()

    *askers, _ = await asyncio.gather(*(ask_until_refused() for _ in range(6)), revoke())
    outcomes = [outcome for asker in askers if asker for outcome in asker]
    assert any(permitted for _, permitted in outcomes)
    assert (True, True) not in outcomes


async def test_residents_see_their_own_records_and_strangers_do_not(consent_db: Database) -> None:
    resident, other = uuid4(), uuid4()
    mine = Question(Principal(Role.ROLE_RESIDENT, str(resident)), resident, VITALS)
    theirs = Question(Principal(Role.ROLE_RESIDENT, str(resident)), other, VITALS)
    answers = await decisions.decide_together(consent_db, [mine, theirs, question(other, uuid4())])
    assert [decision.permitted for decision in answers] == [True, False, False]


async def test_a_signed_artefact_cannot_be_widened(consent_db: Database, owner_database: str) -> None:
    await granted(consent_db, uuid4(), uuid4())
    owner = Database(owner_database)
    with pytest.raises(DBAPIError, match="only be revoked, or end"):
        async with owner.transaction() as session:
            await session.execute(text("UPDATE consent_artefact SET information_types = '{laboratory}'"))
    await owner.close()
