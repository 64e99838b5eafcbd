"""Consent is decided by the clock, at the moment of asking, and every decision is in a chain nobody can rewrite."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from chassis import signing
from chassis.auth import Principal
from chassis.database import Database
from consent import artefacts, commands, deciding, domain, store
from consent.deciding import Question
from consent.domain import NO_STANDING, AccessMode, Artefact, Asked, Reason, Standing
from consent.store import Heard
from consent.tables import ArtefactRow, RequestRow, StandingRow
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.catalog.v1.api_pb2 import ConsentTemplate
from yima.common.v1.route_pb2 import Role

pytestmark = pytest.mark.anyio
SERVICE = "consent"
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
YEAR = timedelta(days=365)


def artefact(**changes: object) -> Artefact:
    told: dict[str, object] = {
        "id": uuid4(), "information_types": frozenset({"vital-signs"}), "purpose": "TREAT",
        "access_mode": AccessMode.VIEW, "expires_at": NOON + DAY,
    } | changes  # fmt: skip
    return Artefact(**told)  # type: ignore[arg-type]


VITALS = Asked(frozenset({"vital-signs"}), "TREAT", AccessMode.VIEW)


@pytest.mark.parametrize(
    ("held", "asked", "at", "reason"),
    [
        ([], VITALS, NOON, Reason.NO_CONSENT),
        ([artefact()], VITALS, NOON, Reason.CONSENT_IN_FORCE),
        ([artefact()], VITALS, NOON + DAY - timedelta(microseconds=1), Reason.CONSENT_IN_FORCE),
        ([artefact()], VITALS, NOON + DAY, Reason.CONSENT_EXPIRED),
        ([artefact(revoked=True)], VITALS, NOON, Reason.CONSENT_REVOKED),
        ([artefact(revoked=True)], VITALS, NOON - YEAR, Reason.CONSENT_REVOKED),
        ([artefact(ended=True)], VITALS, NOON, Reason.ORDER_ENDED),
        ([artefact(confirmed=False)], VITALS, NOON, Reason.ORDER_NOT_CONFIRMED),
        ([artefact(confirmed=False)], VITALS, NOON + DAY, Reason.CONSENT_EXPIRED),
        ([artefact(revoked=True), artefact()], VITALS, NOON, Reason.CONSENT_IN_FORCE),
        ([artefact()], Asked(VITALS.information_types, "HRESCH", AccessMode.VIEW), NOON, Reason.OTHER_PURPOSE),
        ([artefact()], Asked(VITALS.information_types, "TREAT", AccessMode.STORE), NOON, Reason.OTHER_ACCESS_MODE),
        ([artefact()], Asked(frozenset({"vital-signs", "laboratory"}), "TREAT", AccessMode.VIEW), NOON,
         Reason.OTHER_INFORMATION_TYPE),
        ([artefact(), artefact(information_types=frozenset({"laboratory"}))],
         Asked(frozenset({"vital-signs", "laboratory"}), "TREAT", AccessMode.VIEW), NOON, Reason.CONSENT_IN_FORCE),
    ],
)  # fmt: skip
def test_a_decision_says_why(held: list[Artefact], asked: Asked, at: datetime, reason: Reason) -> None:
    verdict = domain.decide(Standing(True, at + DAY), held, asked, at)
    assert verdict.reason is reason
    assert verdict.permitted is (reason is Reason.CONSENT_IN_FORCE)
    for bad in (NO_STANDING, Standing(False, at + DAY), Standing(True, None), Standing(True, at)):
        assert domain.decide(bad, held, asked, at).reason is Reason.PARTNER_NOT_IN_STANDING


@pytest.fixture
async def office(database: str) -> AsyncGenerator[Database]:
    made = Database(database)
    yield made
    await made.close()


async def granted(office: Database, resident: UUID, partner: UUID) -> ArtefactRow:
    """An artefact in force, as GrantConsent makes it."""
    template = ConsentTemplate(information_types=["vital-signs"], purpose="TREAT", access_mode=1, valid_days=30)  # type: ignore[arg-type]
    async with office.transaction() as session:
        keys = await signing.load(session, datetime.now(UTC))
        request = RequestRow(
            id=uuid4(), resident_id=resident, grantee_id=partner, order_id=uuid4(), order_line_id=uuid4(),
            template=template.SerializeToString(), template_hash=b"h" * 32, status="granted",
            requested_at=datetime.now(UTC),
        )  # fmt: skip
        await store.add_requests(session, [request])
        made = artefacts.grant(request, resident, keys, datetime.now(UTC))
        await store.add_artefacts(session, [made])
        await store.note_confirmed(session, [Heard(request.order_id, resident, partner)], datetime.now(UTC))
        in_standing = StandingRow(
            partner_id=partner, reads_data=True, certified_until=datetime.now(UTC) + YEAR, version=1
        )
        await store.note_standings(session, [in_standing])
    return made


def question(resident: UUID, partner: UUID) -> Question:
    return Question(Principal(Role.ROLE_PRACTITIONER, str(uuid4()), str(partner)), resident, VITALS)


async def test_no_decision_permits_after_a_revocation_was_acknowledged(office: Database) -> None:
    resident, partner = uuid4(), uuid4()
    consent = await granted(office, resident, partner)
    acknowledged = asyncio.Event()

    async def ask_until_refused() -> list[tuple[bool, bool]]:
        """For each decision: was the revocation acknowledged before it was asked, and was it permitted?"""
        seen = []
        for _ in range(400):
            before = acknowledged.is_set()
            (decision,) = await deciding.decide_together(office, [question(resident, partner)])
            seen.append((before, decision.permitted))
            if before:
                break
        return seen

    async def revoke() -> None:
        await asyncio.sleep(0.1)
        async with office.transaction() as session:
            await commands.revoke_consent(
                session, artefact_id=consent.id, residents=[resident], reason="", now=datetime.now(UTC)
            )
        acknowledged.set()

    *asked, _ = await asyncio.gather(*(ask_until_refused() for _ in range(6)), revoke())
    decisions = [one for seen in asked if seen for one in seen]
    assert any(permitted for _, permitted in decisions)
    assert not [one for one in decisions if one == (True, True)]


async def test_residents_see_their_own_records_and_strangers_do_not(office: Database) -> None:
    resident, other = uuid4(), uuid4()
    mine = Question(Principal(Role.ROLE_RESIDENT, str(resident)), resident, VITALS)
    theirs = Question(Principal(Role.ROLE_RESIDENT, str(resident)), other, VITALS)
    decisions = await deciding.decide_together(office, [mine, theirs, question(other, uuid4())])
    assert [decision.permitted for decision in decisions] == [True, False, False]


async def test_a_changed_access_log_is_found_out_at_its_first_changed_entry(
    office: Database, owner_database: str
) -> None:
    for _ in range(3):
        await asyncio.gather(
            *(deciding.decide_together(office, [question(uuid4(), uuid4()) for _ in range(5)]) for _ in range(4))
        )
    async with office.transaction() as session:
        counted, broken_at = await commands.check_log(session)
    assert counted >= 60
    assert broken_at == 0
    for store_url in (office.url, owner_database):
        store_ = Database(store_url)
        with pytest.raises(DBAPIError):
            async with store_.transaction() as session:
                await session.execute(text("UPDATE access_log SET entry = '\\x00' WHERE position = 7"))
        await store_.close()
    owner = Database(owner_database)  # whoever owns the table can take the trigger away, but not the hashes
    async with owner.transaction() as session:
        await session.execute(text("ALTER TABLE access_log DISABLE TRIGGER log_stays"))
        await session.execute(text("UPDATE access_log SET entry = '\\x00' WHERE position = 7"))
    await owner.close()
    async with office.transaction() as session:
        assert await commands.check_log(session) == (6, 7)


async def test_a_signed_artefact_cannot_be_widened(office: Database, owner_database: str) -> None:
    await granted(office, uuid4(), uuid4())
    owner = Database(owner_database)
    with pytest.raises(DBAPIError, match="only be revoked, or end"):
        async with owner.transaction() as session:
            await session.execute(text("UPDATE consent_artefact SET information_types = '{laboratory}'"))
    await owner.close()
