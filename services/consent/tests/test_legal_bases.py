"""Legal bases other than consent: entered by one, signed by another, named wherever they count, ended at once."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from chassis.auth import Principal
from chassis.pages import beginning
from chassis.refusals import Invalid, NotFound
from consent.commands import legal_bases as commands
from consent.domain.consents import AccessMode
from consent.domain.decisions import LegalBasis, Reason, Verdict, check_access_request, permit_by_law
from consent.domain.legal_bases import LegalBasisOver, LegalBasisStatus, check_valid_days, legal_basis_status
from consent.store import legal_bases as store
from consent.tables import LegalBasisRow
from consent_scenario import LABORATORY, VITALS, Scenario
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.common.v1.route_pb2 import Role
from yima.consent.v1.api_pb2 import AccessLogEntry
from yima.consent.v1.events_pb2 import LegalBasisEnded, LegalBasisSigned

pytestmark = pytest.mark.anyio
SERVICE = "consent"
OPERATOR = Principal(Role.ROLE_OPERATOR, str(uuid4()))
REGULATOR = Principal(Role.ROLE_REGULATOR, str(uuid4()))
STATUTE = "Law on infectious diseases, article 30"


async def enter(scenario: Scenario, **other: Any) -> LegalBasisRow:
    values: dict[str, Any] = {
        "statute": STATUTE,
        "why": "reports of notifiable diseases",
        "grantee_id": scenario.partner,
        "access": check_access_request(["vital-signs", "laboratory"], "PUBHLTH", 1),
        "sensitive_categories": frozenset({"hiv"}),
        "valid_days": 30,
        "by": OPERATOR,
        "now": datetime.now(UTC),
    }
    async with scenario.database.transaction() as session:
        return await commands.enter(session, **(values | other))


async def sign(scenario: Scenario, row: LegalBasisRow, by: Principal = REGULATOR, now: datetime | None = None) -> None:
    async with scenario.database.transaction() as session:
        await commands.sign(session, basis_id=row.id, by=by, now=now or datetime.now(UTC))


async def end(scenario: Scenario, row: LegalBasisRow) -> None:
    async with scenario.database.transaction() as session:
        await commands.end(session, basis_id=row.id, by=OPERATOR, reason="the epidemic is over", now=datetime.now(UTC))


@pytest.fixture(autouse=True)
async def another_pair(scenario: Scenario) -> None:
    scenario.resident, scenario.partner = uuid4(), uuid4()
    await scenario.stands()


async def test_a_signed_basis_permits_what_it_says_and_is_named_in_the_answer_and_the_log(scenario: Scenario) -> None:
    row = await enter(scenario)
    assert (await scenario.ask(purpose="PUBHLTH")).reason == Reason.NO_CONSENT, "nobody has signed it"
    await sign(scenario, row)
    decision = await scenario.ask(purpose="PUBHLTH", kinds=VITALS | LABORATORY)
    assert (decision.permitted, decision.reason) == (True, Reason.LEGAL_BASIS)
    assert (decision.legal_basis_id, decision.statute, decision.consent_id) == (str(row.id), STATUTE, "")
    assert [list(release.sensitive_categories) for release in decision.releases] == [["hiv"]]
    async with scenario.database.transaction() as session:
        rows = await session.scalars(
            text("SELECT entry FROM access_log_waiting WHERE resident_id = :resident ORDER BY id DESC LIMIT 1"),
            {"resident": scenario.resident},
        )
        entry = AccessLogEntry.FromString(rows.one())
    assert (entry.about_id, entry.note, entry.reason) == (str(row.id), STATUTE, Reason.LEGAL_BASIS)
    (signed,) = [event for event in await scenario.published(LegalBasisSigned) if event.legal_basis_id == str(row.id)]
    assert signed.grantee_id == str(scenario.partner)


async def test_it_permits_nothing_else_to_nobody_else_and_not_without_standing(scenario: Scenario) -> None:
    await sign(scenario, await enter(scenario))
    for how in ({"purpose": "TREAT"}, {"purpose": "PUBHLTH", "kinds": VITALS | frozenset({"imaging"})}):
        assert not (await scenario.ask(**how)).permitted
    assert not (await scenario.ask(scenario.doctor(uuid4()), purpose="PUBHLTH")).permitted
    await scenario.stands(reads=False)
    assert (await scenario.ask(purpose="PUBHLTH")).reason == Reason.PARTNER_NOT_IN_STANDING


async def test_two_bases_are_not_added_up(scenario: Scenario) -> None:
    for kind in ("vital-signs", "laboratory"):
        await sign(scenario, await enter(scenario, access=check_access_request([kind], "PUBHLTH", 1)))
    assert (await scenario.ask(purpose="PUBHLTH")).permitted
    assert not (await scenario.ask(purpose="PUBHLTH", kinds=VITALS | LABORATORY)).permitted


async def test_a_consent_goes_before_the_law(scenario: Scenario) -> None:
    await sign(scenario, await enter(scenario, access=check_access_request(["vital-signs"], "TREAT", 1)))
    await scenario.order()
    assert (await scenario.ask()).reason == Reason.CONSENT_IN_FORCE


async def test_whoever_entered_it_does_not_sign_it_and_it_is_signed_once(scenario: Scenario) -> None:
    row = await enter(scenario)
    with pytest.raises(DBAPIError):
        await sign(scenario, row, by=OPERATOR)
    await sign(scenario, row)
    with pytest.raises(LegalBasisOver):
        await sign(scenario, row)


async def test_what_has_ended_permits_nothing_more_and_is_not_signed(scenario: Scenario) -> None:
    row, unsigned = await enter(scenario), await enter(scenario)
    await sign(scenario, row)
    for basis in (row, unsigned):
        await end(scenario, basis)
        with pytest.raises(LegalBasisOver):
            await end(scenario, basis)
    assert not (await scenario.ask(purpose="PUBHLTH")).permitted
    with pytest.raises(LegalBasisOver):
        await sign(scenario, unsigned)
    assert [event.legal_basis_id for event in await scenario.published(LegalBasisEnded)][-1] == str(unsigned.id)
    with pytest.raises(NotFound):
        async with scenario.database.transaction() as session:
            await commands.sign(session, basis_id=uuid4(), by=REGULATOR, now=datetime.now(UTC))


async def test_it_expires_by_the_clock_and_each_status_is_found(scenario: Scenario) -> None:
    expired, running, entered = [await enter(scenario) for _ in range(3)]
    now = datetime.now(UTC)
    await sign(scenario, expired, now=now - timedelta(days=31))
    await sign(scenario, running)
    ended = await enter(scenario)
    await end(scenario, ended)
    async with scenario.database.transaction() as session:
        for status, row in zip(LegalBasisStatus, (entered, running, expired, ended), strict=True):
            rows = await store.bases_page(session, status, now + timedelta(seconds=5), beginning(100))
            mine = [found for found in rows if found.grantee_id == scenario.partner]
            assert [found.id for found in mine] == [row.id], status
            assert legal_basis_status(mine[0].signed_at, mine[0].expires_at, mine[0].ended_at, now) is status


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM legal_basis WHERE id = :id",
        "UPDATE legal_basis SET information_types = '{imaging}' WHERE id = :id",
        "UPDATE legal_basis SET expires_at = expires_at + interval '1 day' WHERE id = :id",
        "UPDATE legal_basis SET signed_by = NULL, signed_at = NULL, expires_at = NULL WHERE id = :id",
    ],
)
async def test_the_database_itself_refuses_to_change_what_was_signed(scenario: Scenario, change: str) -> None:
    row = await enter(scenario)
    await sign(scenario, row)
    with pytest.raises(DBAPIError):
        async with scenario.database.transaction() as session:
            await session.execute(text(change), {"id": row.id})


@pytest.mark.parametrize("days", [-1, 0, 5 * 366 + 1])
async def test_a_basis_lasts_a_bounded_time(days: int) -> None:
    with pytest.raises(Invalid) as refused:
        check_valid_days(days)
    assert refused.value.field == "valid_days"


@pytest.mark.parametrize("reason", [Reason.PARTNER_NOT_IN_STANDING, Reason.FROZEN, Reason.GUARDIANSHIP_ENDED])
async def test_no_law_helps_who_is_frozen_out_of_standing_or_acts_for_nobody(reason: Reason) -> None:
    access = check_access_request(["laboratory"], "PUBHLTH", 1)
    basis = LegalBasis(uuid4(), STATUTE, LABORATORY, "PUBHLTH", AccessMode.VIEW)
    refused = Verdict(False, reason)
    assert permit_by_law(refused, access, [basis]) == refused
    assert permit_by_law(Verdict(False, Reason.NO_CONSENT), access, [basis]).permitted


async def test_what_is_asked_as_far_as_covered_a_law_permits_for_what_it_is_about() -> None:
    access = check_access_request(["laboratory", "imaging"], "PUBHLTH", 1, as_far_as_covered=True)
    basis = LegalBasis(uuid4(), STATUTE, LABORATORY, "PUBHLTH", AccessMode.VIEW)
    verdict = permit_by_law(Verdict(False, Reason.NO_CONSENT), access, [basis])
    assert [release.information_types for release in verdict.releases] == [LABORATORY]
