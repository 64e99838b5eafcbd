"""Breaking the glass: one practitioner, some hours, few a day, told at once, reviewed by somebody else."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.pages import beginning
from chassis.refusals import Forbidden, Invalid, NotFound
from consent.commands import consents as consent_commands
from consent.commands import emergencies as commands
from consent.domain.access_log import AccessAct
from consent.domain.consents import ConsentEnd
from consent.domain.decisions import AccessKind, Reason
from consent.domain.emergencies import (
    EmergencyOpen,
    EmergencyReviewedBefore,
    EmergencyStatus,
    TooManyEmergencies,
    emergency_status,
)
from consent.store import emergencies as store
from consent.tables import EmergencyRow
from consent_scenario import JINAN, VITALS, Scenario
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.common.v1.route_pb2 import Role
from yima.consent.v1.api_pb2 import AccessLogEntry
from yima.consent.v1.events_pb2 import EmergencyClosed, EmergencyOpened, EmergencyReviewed

pytestmark = pytest.mark.anyio
SERVICE = "consent"
WHY = "unconscious after a fall"
NOTE = "the ambulance's report agrees"
STAFF = uuid4()


@pytest.fixture(name="emergency")
async def _emergency(scenario: Scenario) -> AsyncGenerator[EmergencyRow]:
    """A record that a practitioner has opened."""
    scenario.resident = uuid4()
    yield await open_record(scenario)


async def open_record(scenario: Scenario, practitioner: UUID | None = None, **other: Any) -> EmergencyRow:
    arguments: dict[str, Any] = {"resident_id": scenario.resident, "reason": WHY, "now": datetime.now(UTC)} | other
    async with scenario.database.transaction() as session:
        return await commands.break_glass(
            session,
            practitioner_id=practitioner or uuid4(),
            partner_id=scenario.partner,
            city=JINAN,
            keys=scenario.keys,
            **arguments,
        )


async def review(scenario: Scenario, row: EmergencyRow, partner: UUID | None, **other: Any) -> EmergencyRow:
    """Review it for this partner, or audit it where none is named."""
    found: dict[str, Any] = {"by": STAFF, "justified": True, "note": NOTE} | other
    async with scenario.database.transaction() as session:
        return await commands.review_emergency(
            session, emergency_id=row.id, partner_id=partner, now=datetime.now(UTC), **found
        )


async def reason(scenario: Scenario, practitioner: UUID, purpose: str = "ETREAT") -> Reason:
    decision = await scenario.ask(scenario.doctor(practitioner=practitioner), purpose=purpose)
    return Reason(decision.reason)


async def test_it_opens_all_of_the_record_to_one_practitioner_and_the_log_says_by_what(
    scenario: Scenario, emergency: EmergencyRow
) -> None:
    decision = await scenario.ask(scenario.doctor(practitioner=emergency.practitioner_id), purpose="ETREAT")
    assert (decision.permitted, decision.reason) == (True, Reason.EMERGENCY)
    (release,) = decision.releases
    assert set(release.sensitive_categories) == set(JINAN.sensitive), "what is apart, too"
    assert await reason(scenario, uuid4()) == Reason.OTHER_PRACTITIONER
    assert await reason(scenario, emergency.practitioner_id, "TREAT") == Reason.OTHER_PURPOSE
    assert emergency.until - emergency.opened_at == timedelta(hours=JINAN.emergency.hours)
    (told,) = [e for e in await scenario.published(EmergencyOpened) if e.emergency_id == str(emergency.id)]
    assert (told.resident_id, told.practitioner_id) == (str(scenario.resident), str(emergency.practitioner_id))


async def test_a_partner_without_standing_reads_nothing_by_it(scenario: Scenario, emergency: EmergencyRow) -> None:
    await scenario.stands(reads=False)
    assert await reason(scenario, emergency.practitioner_id) == Reason.PARTNER_NOT_IN_STANDING


async def test_who_could_read_nothing_breaks_no_glass_and_nobody_is_told(scenario: Scenario) -> None:
    scenario.resident = uuid4()
    await scenario.stands(reads=False)
    with pytest.raises(Forbidden, match="may use nobody's data now"):
        await open_record(scenario)
    assert [e for e in await scenario.published(EmergencyOpened) if e.resident_id == str(scenario.resident)] == []


async def test_a_practitioner_opens_few_a_day_and_none_twice(scenario: Scenario) -> None:
    doctor = uuid4()
    scenario.resident = uuid4()
    await open_record(scenario, doctor)
    with pytest.raises(EmergencyOpen):
        await open_record(scenario, doctor)
    for _ in range(JINAN.emergency.practitioner_max - 1):
        await open_record(scenario, doctor, resident_id=uuid4())
    with pytest.raises(TooManyEmergencies):
        await open_record(scenario, doctor, resident_id=uuid4())
    assert (await open_record(scenario, uuid4())).resident_id == scenario.resident, "a colleague may"
    await open_record(scenario, doctor, resident_id=uuid4(), now=datetime.now(UTC) + timedelta(hours=25))


@pytest.mark.parametrize("why", ["", "   ", "help", "\u202eevil reason for it"])
async def test_a_reason_that_says_nothing_is_refused(scenario: Scenario, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        await open_record(scenario, reason=why)
    assert refused.value.field == "reason"


async def test_its_institution_reviews_it_once_the_regulator_audits_it_once_and_nobody_else(
    scenario: Scenario, emergency: EmergencyRow
) -> None:
    with pytest.raises(NotFound):
        await review(scenario, emergency, uuid4())
    await review(scenario, emergency, scenario.partner)
    with pytest.raises(EmergencyReviewedBefore):
        await review(scenario, emergency, scenario.partner, justified=False)
    assert await reason(scenario, emergency.practitioner_id) == Reason.EMERGENCY
    await review(scenario, emergency, None, justified=False)
    with pytest.raises(EmergencyReviewedBefore):
        await review(scenario, emergency, None)
    assert await reason(scenario, emergency.practitioner_id) == Reason.CONSENT_REVOKED, "what was none is shut at once"
    (artefact,) = await scenario.artefacts()
    assert artefact.ended_because == ConsentEnd.NOT_JUSTIFIED
    told = [e for e in await scenario.published(EmergencyReviewed) if e.emergency_id == str(emergency.id)]
    assert [(event.justified, event.audited) for event in told] == [(True, False), (False, True)]


async def test_nobody_reviews_what_they_opened_themselves(scenario: Scenario, emergency: EmergencyRow) -> None:
    with pytest.raises(DBAPIError):
        await review(scenario, emergency, scenario.partner, by=emergency.practitioner_id)
    with pytest.raises(DBAPIError):
        await review(scenario, emergency, None, by=emergency.practitioner_id)


async def test_the_resident_shuts_it_and_it_may_be_opened_again_within_the_bound(
    scenario: Scenario, emergency: EmergencyRow
) -> None:
    async with scenario.database.transaction() as session:
        await consent_commands.revoke_consent(
            session, artefact_id=emergency.consent_id, residents=[scenario.resident], reason="", now=datetime.now(UTC)
        )
    assert await reason(scenario, emergency.practitioner_id) == Reason.CONSENT_REVOKED
    (closed,) = [e for e in await scenario.published(EmergencyClosed) if e.consent_id == str(emergency.consent_id)]
    assert closed.practitioner_id == str(emergency.practitioner_id)
    await open_record(scenario, emergency.practitioner_id)
    assert await reason(scenario, emergency.practitioner_id) == Reason.EMERGENCY


async def test_each_sees_what_is_theirs_and_the_regulator_what_is_overdue(
    scenario: Scenario, emergency: EmergencyRow
) -> None:
    now, late = datetime.now(UTC), emergency.review_due_at

    async def listed(residents: list[UUID] | None, partner: UUID | None, at: datetime, status: Any = None) -> bool:
        async with scenario.database.transaction() as session:
            rows = await store.emergencies_page(session, residents, partner, emergency.id, status, at, beginning(10))
            return bool(rows)

    assert await listed([scenario.resident], None, now)
    assert not await listed([uuid4()], None, now)
    assert await listed(None, scenario.partner, now)
    assert not await listed(None, uuid4(), now)
    assert [await listed(None, None, now, status) for status in EmergencyStatus] == [True, False, False, False]
    assert [await listed(None, None, late, status) for status in EmergencyStatus] == [False, True, False, False]
    async with scenario.database.transaction() as session:
        assert (await store.unreviewed(session, late)).overdue >= 1
    await review(scenario, emergency, scenario.partner)
    assert [await listed(None, None, late, status) for status in EmergencyStatus] == [False, False, True, False]
    await review(scenario, emergency, None)
    assert [await listed(None, None, late, status) for status in EmergencyStatus] == [False, False, False, True]


async def test_the_residents_log_has_what_was_opened_and_found_in_the_words_of_who_did(
    scenario: Scenario, emergency: EmergencyRow
) -> None:
    await review(scenario, emergency, scenario.partner)
    await review(scenario, emergency, None, justified=False, note="no ambulance came")
    async with scenario.database.transaction() as session:
        rows = await session.scalars(
            text("SELECT entry FROM access_log_waiting WHERE resident_id = :resident ORDER BY id"),
            {"resident": scenario.resident},
        )
        entries = [AccessLogEntry.FromString(row) for row in rows]
    seen = [(AccessAct(entry.act), entry.role, entry.note) for entry in entries if entry.kind == AccessKind.EMERGENCY]
    assert seen == [
        (AccessAct.EMERGENCY_OPENED, Role.ROLE_PRACTITIONER, WHY),
        (AccessAct.EMERGENCY_REVIEWED, Role.ROLE_PARTNER, f"justified: {NOTE}"),
        (AccessAct.EMERGENCY_REVIEWED, Role.ROLE_REGULATOR, "not justified: no ambulance came"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM emergency WHERE id = :id",
        "UPDATE emergency SET reason = 'none of yours' WHERE id = :id",
        "UPDATE emergency SET until = until + interval '1 hour' WHERE id = :id",
        "UPDATE emergency SET review_justified = false WHERE id = :id",
        "UPDATE emergency SET reviewed_at = NULL, reviewed_by = NULL, review_justified = NULL, review_note = NULL"
        " WHERE id = :id",
    ],
)
async def test_the_database_itself_keeps_what_was_opened_and_found(
    scenario: Scenario, emergency: EmergencyRow, change: str
) -> None:
    await review(scenario, emergency, scenario.partner)
    with pytest.raises(DBAPIError):
        async with scenario.database.transaction() as session:
            await session.execute(text(change), {"id": emergency.id})


async def test_an_emergency_ends_by_the_clock(scenario: Scenario) -> None:
    scenario.resident, doctor = uuid4(), uuid4()
    before = datetime.now(UTC) - timedelta(hours=JINAN.emergency.hours)
    await open_record(scenario, doctor, now=before)
    assert await reason(scenario, doctor) == Reason.CONSENT_EXPIRED
    assert not (await scenario.ask(scenario.doctor(practitioner=doctor), kinds=VITALS)).permitted


MOMENTS = st.integers(0, 100).map(lambda hours: datetime(2026, 5, 1, tzinfo=UTC) + timedelta(hours=hours))


@given(MOMENTS, st.none() | MOMENTS, st.none() | MOMENTS, MOMENTS)
async def test_where_one_stands_goes_by_the_last_word_and_else_by_the_clock(
    due: datetime, reviewed: datetime | None, audited: datetime | None, at: datetime
) -> None:
    status = emergency_status(due, reviewed, audited, at)
    assert (status is EmergencyStatus.AUDITED) is (audited is not None)
    assert (status is EmergencyStatus.OVERDUE) is (audited is None and reviewed is None and due <= at)
