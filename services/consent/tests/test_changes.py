"""The log has more than decisions: scans and copies of codes, what becomes of consents and rules, and who looked."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from chassis.auth import Principal
from chassis.pages import by_position
from chassis.wire import timestamp
from consent import handlers
from consent.api import access_log as api
from consent.commands import changes, visits
from consent.commands import consents as commands
from consent.domain.access_log import AccessAct
from consent.domain.consents import ConsentEnd
from consent.domain.decisions import AccessKind
from consent.store.access_log import LogFilter
from consent.store.looks import forget_looks
from consent_scenario import Scenario
from sqlalchemy import text
from yima.common.v1.route_pb2 import Role
from yima.common.v1.types_pb2 import LocalizedText, PageRequest
from yima.consent.v1 import api_pb2 as pb
from yima.identity.v1 import events_pb2 as identity_pb
from yima.identity.v1.cities_pb2 import ScannedElsewhere
from yima.identity.v1.events_pb2 import (
    HealthCodeRedeemed,
    HealthCodeRedeemedElsewhere,
    HealthCodeReplayed,
)
from yima.ordering.v1 import events_pb2 as ordering_pb

pytestmark = pytest.mark.anyio
SERVICE = "consent"


async def log(scenario: Scenario, **wanted: object) -> list[pb.AccessLogEntry]:
    """What is in the resident's log, oldest first."""
    async with scenario.database.transaction() as session:
        entries, _ = await api.listed(
            session, LogFilter(scenario.resident, **wanted), by_position(PageRequest(first=100))
        )  # type: ignore[arg-type]
        return list(entries)[::-1]


async def test_a_consents_whole_life_is_in_the_log_with_who_did_it(scenario: Scenario) -> None:
    scenario.resident, guardian = uuid4(), uuid4()
    await scenario.order(by=guardian)
    (artefact,) = await scenario.artefacts()
    async with scenario.database.transaction() as session:
        await commands.revoke_consent(
            session,
            artefact_id=artefact.id,
            residents=[scenario.resident],
            reason="I changed doctors",
            now=datetime.now(UTC),
            by=guardian,
        )
    asked, granted, revoked = await log(scenario, kind=int(AccessKind.CONSENT))
    assert [entry.act for entry in (asked, granted, revoked)] == [
        AccessAct.CONSENT_REQUESTED,
        AccessAct.CONSENT_GRANTED,
        AccessAct.CONSENT_REVOKED,
    ]
    assert {entry.partner_id for entry in (asked, granted, revoked)} == {str(scenario.partner)}
    assert (granted.subject_id, granted.consent_id) == (str(guardian), str(artefact.id))
    assert (revoked.subject_id, revoked.note) == (str(guardian), "I changed doctors")
    assert list(granted.information_types) == ["vital-signs"]


async def test_a_consent_that_ends_with_its_order_is_in_the_log_with_why(scenario: Scenario) -> None:
    scenario.resident = uuid4()
    order_id = await scenario.order()
    await scenario.end(order_id, ConsentEnd.ORDER_CANCELLED)
    ended = (await log(scenario))[-1]
    assert (ended.act, ended.ended_because, ended.subject_id) == (
        AccessAct.CONSENT_ENDED,
        ConsentEnd.ORDER_CANCELLED,
        "",
    )


async def test_a_guardians_rule_that_ends_with_the_guardianship_is_in_the_log(scenario: Scenario) -> None:
    scenario.resident, guardian = uuid4(), uuid4()
    async with scenario.database.transaction() as session:
        rule = await visits.set_rule(
            session, resident_id=scenario.resident, by=guardian, until=None, kinds=[],
            information_types=frozenset({"vital-signs"}), hours=None, whole_institution=False, now=datetime.now(UTC),
        )  # fmt: skip
    await scenario.hear(handlers.on_guardianship_ended, scenario.guardianship_ended(guardian))
    was_set, ended = await log(scenario, kind=int(AccessKind.POLICY))
    assert [was_set.act, ended.act] == [AccessAct.RULE_SET, AccessAct.RULE_WITHDRAWN]
    assert [was_set.subject_id, ended.subject_id] == [str(guardian), ""]
    assert was_set.about_id == ended.about_id == str(rule.id)


async def test_who_scans_a_code_or_is_shown_a_copy_is_in_the_log_with_place_and_app(scenario: Scenario) -> None:
    scenario.resident, doctor, scan_id = uuid4(), uuid4(), uuid4()
    whose = {"resident_id": str(scenario.resident), "practitioner_id": str(doctor), "partner_id": str(scenario.partner)}
    where = {"place": "Ward 3", "app": "Scanner 2.1", "scan_id": str(scan_id)}
    at = timestamp(datetime.now(UTC))
    await scenario.hear(
        handlers.on_health_code_redeemed, HealthCodeRedeemed(**whose, **where, scanned_at=at, late=True)
    )
    await scenario.hear(handlers.on_health_code_replayed, HealthCodeReplayed(**whose, **where, presented_at=at))
    scanned, replayed = await log(scenario, kind=int(AccessKind.SCAN))
    assert [scanned.act, replayed.act] == [AccessAct.CODE_SCANNED, AccessAct.CODE_REPLAYED]
    for entry in (scanned, replayed):
        assert (entry.subject_id, entry.partner_id) == (str(doctor), str(scenario.partner))
        assert (entry.place, entry.app, entry.about_id) == ("Ward 3", "Scanner 2.1", str(scan_id))


async def test_a_scan_in_another_city_is_in_the_log_in_that_citys_words_and_opens_nothing(scenario: Scenario) -> None:
    scenario.resident, at = uuid4(), timestamp(datetime.now(UTC))
    elsewhere = ScannedElsewhere(
        city="tianjin",
        practitioner_id=str(uuid4()),
        practitioner_name="Zhang Wei",
        practitioner_title="physician",
        institution_id=str(uuid4()),
        institution_name=LocalizedText(text={"zh-CN": "医院", "en": "Hospital"}),
    )
    said = {"resident_id": str(scenario.resident), "scan_id": str(uuid4()), "elsewhere": elsewhere, "place": "Room 3"}
    await scenario.hear(handlers.on_health_code_redeemed_elsewhere, HealthCodeRedeemedElsewhere(**said, scanned_at=at))
    await scenario.hear(handlers.on_health_code_replayed, HealthCodeReplayed(**said, presented_at=at, rotated=True))
    scanned, replayed = await log(scenario, kind=int(AccessKind.SCAN))
    assert [scanned.act, replayed.act] == [AccessAct.CODE_SCANNED_ELSEWHERE, AccessAct.CODE_REPLAYED_ELSEWHERE]
    for entry in (scanned, replayed):
        assert (entry.note, entry.place) == ("tianjin: Zhang Wei, physician; Hospital / 医院", "Room 3")
        assert (entry.partner_id, entry.subject_id) == ("", "")
    async with scenario.database.transaction() as session:
        for table in ("last_scan", "consent_request"):
            query = text(f"SELECT count(*) FROM {table} WHERE resident_id = :resident")
            assert await session.scalar(query, {"resident": scenario.resident}) == 0


async def test_a_regulators_look_is_in_the_log_and_the_residents_own_is_not(scenario: Scenario) -> None:
    scenario.resident = uuid4()
    regulator = Principal(Role.ROLE_REGULATOR, str(uuid4()))
    own = Principal(Role.ROLE_RESIDENT, str(scenario.resident))
    async with scenario.database.transaction() as session:
        for who in (regulator, own):
            residents = [str(scenario.resident)] * 3
            await changes.log_looks(session, who, AccessAct.CONSENTS_SEEN, residents, datetime.now(UTC))
    (look,) = await log(scenario)
    assert (look.kind, look.act) == (AccessKind.LOOK, AccessAct.CONSENTS_SEEN)
    assert (look.subject_id, look.role) == (regulator.subject_id, Role.ROLE_REGULATOR)


async def test_of_the_looks_of_a_person_at_a_resident_the_log_has_one_a_minute_however_many_pages_load_at_once(
    scenario: Scenario,
) -> None:
    scenario.resident, other = uuid4(), uuid4()
    regulator, colleague = (Principal(Role.ROLE_REGULATOR, str(uuid4())) for _ in range(2))
    minute = datetime.now(UTC).replace(second=0, microsecond=0)

    async def look(who: Principal, act: AccessAct, seconds: int) -> None:
        async with scenario.database.transaction() as session:
            residents = [str(scenario.resident), str(other)]
            await changes.log_looks(session, who, act, residents, minute + timedelta(seconds=seconds))

    await asyncio.gather(*(look(regulator, AccessAct.CONSENTS_SEEN, number) for number in range(20)))
    assert len(await log(scenario)) == 1
    await look(colleague, AccessAct.CONSENTS_SEEN, 5)
    await look(regulator, AccessAct.LOG_SEEN, 5)
    await look(regulator, AccessAct.CONSENTS_SEEN, 60)
    seen = [(entry.subject_id, entry.act) for entry in await log(scenario)]
    assert seen == [
        (regulator.subject_id, AccessAct.CONSENTS_SEEN),
        (colleague.subject_id, AccessAct.CONSENTS_SEEN),
        (regulator.subject_id, AccessAct.LOG_SEEN),
        (regulator.subject_id, AccessAct.CONSENTS_SEEN),
    ]
    async with scenario.database.transaction() as session:
        await forget_looks(session, minute + timedelta(days=9))
    await look(regulator, AccessAct.CONSENTS_SEEN, 61)
    assert len(await log(scenario)) == 5, "what was noted was forgotten"


async def test_the_log_is_found_by_person_partner_kind_and_time(scenario: Scenario) -> None:
    scenario.resident, before = uuid4(), datetime.now(UTC)
    doctor = scenario.doctor()
    await scenario.order()
    decision = await scenario.ask(doctor)
    await scenario.ask()
    by_person = await log(scenario, subject_id=UUID(doctor.subject_id))
    assert [entry.decision_id for entry in by_person] == [decision.id]
    assert len(await log(scenario, kind=int(AccessKind.READ))) == 2
    assert len(await log(scenario, partner_id=scenario.partner)) == 4
    assert await log(scenario, partner_id=uuid4()) == []
    assert await log(scenario, until=before) == []
    assert len(await log(scenario, since=before)) == 4


async def test_what_other_services_show_to_operators_and_regulators_is_in_the_residents_log_once_a_look(
    scenario: Scenario,
) -> None:
    operator, regulator, scenario.resident, other = uuid4(), uuid4(), uuid4(), uuid4()
    seen = {
        "resident_ids": [str(scenario.resident), str(other), str(scenario.resident)],
        "seen_at": timestamp(datetime.now(UTC)),
        "version": 1,
    }
    await scenario.hear(
        handlers.on_residents_seen(AccessAct.ORDERS_SEEN),
        ordering_pb.ResidentsSeen(**seen, seen_by=str(operator), role=Role.ROLE_OPERATOR, method="ListOrders"),  # type: ignore[arg-type]
    )
    await scenario.hear(
        handlers.on_residents_seen(AccessAct.PERSON_SEEN),
        identity_pb.ResidentsSeen(**seen, seen_by=str(regulator), role=Role.ROLE_REGULATOR, method="GetX"),  # type: ignore[arg-type]
    )
    looks = [(entry.kind, entry.act, entry.subject_id, entry.role) for entry in await log(scenario)]
    assert looks == [
        (AccessKind.LOOK, AccessAct.ORDERS_SEEN, str(operator), Role.ROLE_OPERATOR),
        (AccessKind.LOOK, AccessAct.PERSON_SEEN, str(regulator), Role.ROLE_REGULATOR),
    ]
