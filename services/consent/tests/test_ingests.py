"""Who adds to a record is in good standing and serves or has scanned the resident, who sees what was added."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from chassis.auth import Principal
from chassis.pages import by_position
from consent import handlers
from consent.api import access_log as api
from consent.commands import decisions
from consent.commands.decisions import Question
from consent.domain.decisions import SCAN_COUNTS_FOR, Reason, check_ingest
from consent.store.access_log import LogFilter
from consent_scenario import LABORATORY, Scenario
from yima.common.v1.route_pb2 import Role
from yima.common.v1.types_pb2 import PageRequest
from yima.consent.v1 import api_pb2 as pb
from yima.ordering.v1.events_pb2 import OrderTransferred

pytestmark = pytest.mark.anyio
SERVICE = "consent"


async def log(scenario: Scenario) -> list[pb.AccessLogEntry]:
    """The decisions that the resident sees, newest first."""
    async with scenario.database.transaction() as session:
        entries, _ = await api.listed(session, LogFilter(scenario.resident), by_position(PageRequest(first=100)))
        return [entry for entry in entries if not entry.act]


async def test_a_stranger_adds_nothing(scenario: Scenario) -> None:
    scenario.resident = uuid4()
    assert (await scenario.add()).reason == Reason.NO_RELATION
    operator = Principal(Role.ROLE_OPERATOR, str(uuid4()))
    assert (await scenario.add(operator)).reason == Reason.NO_RELATION
    assert not (await scenario.add(Principal(Role.ROLE_RESIDENT, str(scenario.resident)))).permitted


async def test_whoever_serves_by_a_confirmed_order_adds_until_it_ends(scenario: Scenario) -> None:
    scenario.resident = uuid4()
    order_id = await scenario.order(confirmed=False)
    assert (await scenario.add()).reason == Reason.NO_RELATION
    await scenario.confirm(order_id)
    assert (await scenario.add()).reason == Reason.SERVES_BY_ORDER
    assert (await scenario.add(scenario.doctor(uuid4()))).reason == Reason.PARTNER_NOT_IN_STANDING
    assert (await scenario.add(resident=uuid4())).reason == Reason.NO_RELATION
    await scenario.end(order_id)
    assert (await scenario.add()).reason == Reason.NO_RELATION


async def test_whoever_scanned_the_code_adds_for_an_hour(scenario: Scenario) -> None:
    scenario.resident = uuid4()
    await scenario.scan(datetime.now(UTC) - SCAN_COUNTS_FOR)
    assert (await scenario.add()).reason == Reason.NO_RELATION
    await scenario.scan(datetime.now(UTC) - SCAN_COUNTS_FOR + timedelta(minutes=1))
    assert (await scenario.add()).reason == Reason.SCANNED
    await scenario.scan(datetime.now(UTC) - 2 * SCAN_COUNTS_FOR)  # heard late
    assert (await scenario.add()).reason == Reason.SCANNED
    assert not (await scenario.ask()).permitted, "a scan opens no record for reading"


async def test_an_order_that_was_passed_on_relates_to_whom_it_serves(scenario: Scenario) -> None:
    scenario.resident = uuid4()
    order_id = await scenario.order()
    payer, child = scenario.resident, uuid4()
    for version in (5, 4):
        served = child if version == 5 else payer
        transferred = scenario.order_event(OrderTransferred, order_id, beneficiary_id=str(served), version=version)
        await scenario.hear(handlers.on_order_transferred, transferred)
    assert (await scenario.add(resident=child)).permitted
    assert not (await scenario.add(resident=payer)).permitted


async def test_the_resident_sees_what_came_from_whom_and_how_much(scenario: Scenario) -> None:
    scenario.resident = uuid4()
    await scenario.order()
    doctor = scenario.doctor()
    decision = await scenario.add(doctor, count=17)
    (entry,) = await log(scenario)
    assert (entry.decision_id, entry.kind, entry.count) == (decision.id, pb.ACCESS_KIND_INGEST, 17)
    assert (entry.partner_id, entry.subject_id) == (str(scenario.partner), doctor.subject_id)
    assert list(entry.information_types) == ["vital-signs"]


async def test_whoever_is_outside_fills_no_log(scenario: Scenario) -> None:
    """Two hundred refusals of an institution nobody has screened are one entry, which names it and counts them."""
    scenario.resident, stranger = uuid4(), uuid4()
    first = await scenario.ask(scenario.doctor(stranger))
    for _ in range(9):
        last = await scenario.ask(scenario.doctor(stranger), times=20)
        await scenario.ask(scenario.doctor(stranger), kinds=LABORATORY, purpose="HRESCH", times=2)
    assert last.id == first.id, "the decision it is counted with"
    (entry,) = await log(scenario)
    assert (entry.partner_id, entry.permitted, entry.reason) == (str(stranger), False, Reason.PARTNER_NOT_IN_STANDING)
    assert entry.times == 1 + 9 * 22
    assert entry.last_at.ToDatetime() > entry.decided_at.ToDatetime()


async def test_refusals_are_counted_by_the_city_s_day(scenario: Scenario) -> None:
    """At half past midnight of the city's it is another day than an hour before, whichever day it is by UTC."""
    doctor, now = scenario.doctor(uuid4()), datetime.now(UTC)
    question = Question(doctor, scenario.resident, check_ingest(["vital-signs"], 1))
    since_midnight = timedelta(hours=now.hour, minutes=now.minute)
    ahead = timedelta(minutes=30) - since_midnight
    ahead += timedelta(days=1) if ahead <= timedelta(hours=-23) else timedelta()
    half_past_midnight, an_hour_before = timezone(ahead), timezone(ahead - timedelta(hours=1))
    decision_ids = [
        (await decisions.decide_together(scenario.database, [question], zone))[0].id
        for zone in (an_hour_before, an_hour_before, half_past_midnight, half_past_midnight)
    ]
    assert decision_ids[0] == decision_ids[1] != decision_ids[2] == decision_ids[3]
    assert [entry.times for entry in await log(scenario)] == [2, 2]


async def test_refusals_that_differ_by_person_or_reason_are_entries_of_their_own(scenario: Scenario) -> None:
    scenario.resident = uuid4()
    first, second = scenario.doctor(), scenario.doctor()
    for doctor in (first, second, first):
        await scenario.ask(doctor)
        await scenario.add(doctor)
    assert sorted((entry.subject_id, entry.reason, entry.times) for entry in await log(scenario)) == sorted(
        (doctor.subject_id, reason, times)
        for doctor, times in ((first, 2), (second, 1))
        for reason in (Reason.NO_CONSENT, Reason.NO_RELATION)
    )


async def test_every_permit_is_an_entry_of_its_own(scenario: Scenario) -> None:
    scenario.resident = uuid4()
    await scenario.order()
    doctor = scenario.doctor()
    await scenario.ask(doctor, times=5)
    assert [entry.times for entry in await log(scenario)] == [1] * 5
