"""Rules look at readings as they come: a threshold, some of the last, a rise. A flag stays open, and says no value."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.pages import beginning
from chassis.refusals import Invalid
from devices_scenario import NOW, Device, a_device
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from records.commands import alert_rules as commands
from records.commands.alert_rules import Patient
from records.domain.alert_rules import (
    RULES_OF_PATIENT_MAX,
    AlertRuleMoveRefused,
    AlertRuleStatus,
    AlertTerms,
    NoConsentForRule,
    NoSuchProgramme,
    OwnAlertRule,
    TooManyAlertRules,
    check_alert_terms,
    check_asked,
    check_known,
    check_programme,
)
from records.domain.releases import Release
from records.domain.sensitivity import Sensitivity
from records.handlers import SUBSCRIPTIONS
from records.store import alert_rules as store
from records.tables import AlertRuleRow, ReadingFlagRow
from records_scenario import APART
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select
from yima.consent.v1.events_pb2 import ConsentEnded, ConsentRevoked
from yima.records.v1.events_pb2 import ReadingFlagged

from services.any_order import deliver, heard, orders_of

pytestmark = pytest.mark.anyio
SERVICE = "records"
SYSTOLIC = {"title": "High pressure", "code": "8480-6", "test": 1, "threshold": "160", "severity": 2}


def terms(**changes: Any) -> AlertTerms:
    known = {"clear_at": "", "needed": 0, "readings": 0, "window_minutes": 0}
    return check_alert_terms(**SYSTOLIC | known | changes)


async def a_rule(device: Device, **changes: Any) -> AlertRuleRow:
    """A practitioner's rule for whoever the device is bound to."""
    patient = Patient(device.row.resident_id, uuid4(), uuid4(), changes.pop("consent_id", uuid4()))
    async with device.database.transaction() as session:
        return await commands.make_for_patient(
            session, patient=patient, terms=terms(**changes), by=patient.practitioner_id, now=NOW
        )


async def flags(device: Device) -> Sequence[ReadingFlagRow]:
    async with device.database.transaction() as session:
        query = select(ReadingFlagRow).where(ReadingFlagRow.resident_id == device.row.resident_id)
        return (await session.scalars(query.order_by(col(ReadingFlagRow.id)))).all()


async def published(device: Device) -> list[ReadingFlagged]:
    async with device.database.transaction() as session:
        query = text(
            "SELECT payload FROM outbox WHERE type = 'yima.records.v1.ReadingFlagged'"
            " AND position(CAST(:resident AS bytea) IN payload) > 0 ORDER BY position"
        )
        rows = await session.execute(query, {"resident": str(device.row.resident_id).encode()})
        return [ReadingFlagged.FromString(row.payload) for row in rows]


async def send(device: Device, *systolic: float, ago: int = 0) -> None:
    """Readings, each a second after the one before."""
    device.now += timedelta(minutes=1)
    readings = [device.pressure(value, at=device.now - timedelta(minutes=ago, seconds=59 - at))
                for at, value in enumerate(systolic)]  # fmt: skip
    assert set(await device.send(*readings)) == {"STORED"}


async def test_a_reading_beyond_a_threshold_is_flagged_once_and_says_no_value(records_db: Database) -> None:
    device = await a_device(records_db)
    rule = await a_rule(device, clear_at="150")
    await send(device, 160)
    assert not await flags(device), "at the threshold it is not beyond"
    await send(device, 171.5)
    await send(device, 183, 175)
    (flag,) = await flags(device)
    (event,) = await published(device)
    assert (flag.rule_id, flag.code, flag.cleared_at) == (rule.id, "8480-6", None)
    assert (event.alert_rule_id, event.severity, event.reading_flag_id) == (str(rule.id), 2, str(flag.id))
    assert (event.device_id, event.record_id) == (str(device.row.id), str(flag.record_id))
    assert "171.5" not in str(event)
    assert not {field.name for field in event.DESCRIPTOR.fields} & {"value", "code", "threshold"}


async def test_one_good_reading_clears_nothing_and_what_hovers_does_not_flood(records_db: Database) -> None:
    device = await a_device(records_db)
    await a_rule(device, clear_at="150")
    await send(device, 170)
    for value in (149, 165, 155, 158, 149, 161, 155, 151):
        await send(device, value)
    assert [flag.cleared_at for flag in await flags(device)] == [None]
    await send(device, 149, 150)
    (cleared,) = await flags(device)
    assert cleared.cleared_at == device.now
    await send(device, 170)
    assert len(await flags(device)) == len(await published(device)) == 2


async def test_some_of_the_last_readings_break_a_rule_together(records_db: Database) -> None:
    device = await a_device(records_db)
    await a_rule(device, needed=2, readings=3, window_minutes=600)
    await send(device, 170, 120, 120, 120, 170)
    assert not await flags(device), "the first is too long ago"
    await send(device, 120)
    await send(device, 170)
    assert len(await flags(device)) == 1


async def test_below_is_as_above(records_db: Database) -> None:
    device = await a_device(records_db)
    await a_rule(device, test=2, threshold="90", clear_at="100")
    await send(device, 90)
    assert not await flags(device)
    await send(device, 89)
    await send(device, 95, 99)
    assert [flag.cleared_at for flag in await flags(device)] == [None]
    await send(device, 100, 101)
    assert all(flag.cleared_at for flag in await flags(device))


async def test_a_rise_is_of_its_window(records_db: Database) -> None:
    device = await a_device(records_db)
    await a_rule(device, test=3, threshold="30", clear_at="10", window_minutes=120)
    device.now += timedelta(hours=5)
    await send(device, 110, ago=130)
    await send(device, 145)
    assert not await flags(device), "the lower one is out of the window"
    await send(device, 120)
    await send(device, 151)
    assert len(await flags(device)) == 1


async def test_what_comes_later_than_the_window_flags_nothing(records_db: Database) -> None:
    device = await a_device(records_db)
    device.now += timedelta(days=3)
    await a_rule(device, window_minutes=60)
    await send(device, 180, ago=90)
    assert not await flags(device)
    await send(device, 180, ago=30)
    assert len(await flags(device)) == 1


async def test_readings_out_of_order_flag_as_in_order(records_db: Database) -> None:
    device = await a_device(records_db)
    await a_rule(device, needed=2, readings=2, window_minutes=600)
    device.now += timedelta(hours=2)
    at = [device.now - timedelta(minutes=minutes) for minutes in (30, 20, 10)]
    sent = [device.pressure(value, at=moment) for value, moment in zip((170, 171, 120), at, strict=True)]
    assert await device.send(sent[2], sent[0]) == ["STORED", "STORED"]
    assert not await flags(device)
    assert await device.send(sent[1]) == ["STORED"]
    assert len(await flags(device)) == 1


async def test_a_programme_watches_those_who_take_part(records_db: Database) -> None:
    programme = f"p-{uuid4().hex[:8]}"
    proposer, colleague = uuid4(), uuid4()
    joined, other = await a_device(records_db), await a_device(records_db)
    async with records_db.transaction() as session:
        rule = await commands.propose_for_programme(session, programme=programme, terms=terms(), by=proposer, now=NOW)
    assert await take_part(joined, programme) == [programme], "before any rule of it is in force"
    with pytest.raises(OwnAlertRule):
        await decide(records_db, rule.id, proposer)
    await decide(records_db, rule.id, colleague)
    with pytest.raises(AlertRuleMoveRefused):
        await decide(records_db, rule.id, colleague)
    await send(joined, 170)
    await send(other, 170)
    assert len(await flags(joined)) == 1
    assert not await flags(other), "who takes no part is not watched"
    (event,) = await published(joined)
    assert (event.programme, event.practitioner_id) == (programme, "")
    await send(joined, 120, 120)
    assert await take_part(joined, programme, joins=False) == []
    await send(joined, 180)
    assert len(await flags(joined)) == 1


async def test_of_a_resident_only_the_programmes_that_are_asked_for_are_said_and_only_while_they_take_part(
    records_db: Database,
) -> None:
    device, other = await a_device(records_db), await a_device(records_db)
    for programme in ("hypertension", "diabetes"):
        await take_part(device, programme)

    async def said(of: Device, *asked: str) -> Sequence[str]:
        async with records_db.transaction() as session:
            return await store.programmes_of(session, of.row.resident_id, asked)

    assert await said(device, "hypertension", "heart-failure") == ["hypertension"]
    assert await said(device, "diabetes", "hypertension") == ["diabetes", "hypertension"]
    assert await said(other, "diabetes", "hypertension") == []
    await take_part(device, "hypertension", joins=False)
    assert await said(device, "hypertension") == []
    await take_part(device, "hypertension")
    assert await said(device, "hypertension") == ["hypertension"]


async def take_part(device: Device, programme: str, *, joins: bool = True) -> Sequence[str]:
    async with device.database.transaction() as session:
        return await commands.set_programme(
            session, resident_id=device.row.resident_id, programme=programme, joins=joins, now=NOW
        )


async def decide(database: Database, rule_id: UUID, by: UUID) -> None:
    async with database.transaction() as session:
        await commands.decide_rule(session, rule_id=rule_id, approved=True, reason="", by=by, now=NOW)


async def test_a_rule_ends_by_itself_and_by_its_practitioner(records_db: Database) -> None:
    device = await a_device(records_db)
    rule = await a_rule(device)
    device.now = NOW + timedelta(days=91)
    await send(device, 180)
    assert not await flags(device)
    async with records_db.transaction() as session:
        ended = await commands.end_rule(
            session, rule_id=rule.id, practitioner_id=rule.practitioner_id, by=rule.proposed_by, now=NOW
        )
    assert ended.status == AlertRuleStatus.ENDED


async def test_a_practitioner_has_so_many_rules_for_a_patient(records_db: Database) -> None:
    patient = Patient(uuid4(), uuid4(), uuid4(), uuid4())
    async with records_db.transaction() as session:
        for _ in range(RULES_OF_PATIENT_MAX):
            await commands.make_for_patient(session, patient=patient, terms=terms(), by=uuid4(), now=NOW)
    with pytest.raises(TooManyAlertRules):
        async with records_db.transaction() as session:
            await commands.make_for_patient(session, patient=patient, terms=terms(), by=uuid4(), now=NOW)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=orders_of(2))
async def test_a_rule_ends_with_its_consent_in_whatever_order_that_is_heard(
    records_db: Database, order: Sequence[int]
) -> None:
    device, consent_id = await a_device(records_db), uuid4()
    rule = await a_rule(device, consent_id=consent_id)
    kept = await a_rule(device)
    story: list[Message] = [
        ConsentRevoked(consent_id=str(consent_id), version=2), ConsentEnded(consent_id=str(consent_id), version=3)
    ]  # fmt: skip
    consents = [each for each in SUBSCRIPTIONS if each.durable == "records-consents"]
    assert heard(consents) == {message.DESCRIPTOR.full_name for message in story}
    await deliver(records_db, SUBSCRIPTIONS, story, order, None, NOW)
    async with records_db.transaction() as session:
        statuses = [(await store.rule(session, each.id)) for each in (rule, kept)]
    assert [row and row.status for row in statuses] == [AlertRuleStatus.ENDED, AlertRuleStatus.IN_FORCE]
    with pytest.raises(NoConsentForRule):
        await a_rule(device, consent_id=consent_id)


async def test_flags_are_released_as_the_record_that_they_are_about(records_db: Database) -> None:
    device = await a_device(records_db)
    rule = await a_rule(device)
    await send(device, 170)

    async def seen(release: Release, apart: Sensitivity = APART) -> list[UUID]:
        async with records_db.transaction() as session:
            listed = await store.flags(session, device.row.resident_id, [release], apart, False, beginning(10))
        return [watching.id for _, watching in listed]

    assert await seen(Release(frozenset({"vital-signs"}))) == [rule.id]
    assert await seen(Release(frozenset({"laboratory"}))) == []
    assert await seen(Release(frozenset({"vital-signs"}), data_until=NOW)) == []


async def test_the_database_itself_keeps_rules_and_flags(records_db: Database) -> None:
    device = await a_device(records_db)
    rule = await a_rule(device)
    await send(device, 170)
    await send(device, 120, 120)
    for statement in (
        "UPDATE alert_rule SET threshold = 100 WHERE id = :id",
        "UPDATE alert_rule SET status = 1 WHERE id = :id",
        "DELETE FROM alert_rule WHERE id = :id",
        "UPDATE reading_flag SET cleared_at = NULL WHERE rule_id = :id",
        "DELETE FROM reading_flag WHERE rule_id = :id",
    ):
        with pytest.raises(DBAPIError):
            async with records_db.transaction() as session:
                await session.execute(text(statement), {"id": rule.id})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "1-1"}, "code"),
        ({"test": 0}, "test"),
        ({"severity": 4}, "severity"),
        ({"threshold": "high"}, "threshold"),
        ({"threshold": "NaN"}, "threshold"),
        ({"threshold": "1e2"}, "threshold"),
        ({"threshold": "5000"}, "threshold"),
        ({"clear_at": "161"}, "clear_at"),
        ({"test": 2, "clear_at": "159"}, "clear_at"),
        ({"needed": 3, "readings": 2}, "readings"),
        ({"readings": 21}, "readings"),
        ({"window_minutes": 50_000}, "window_minutes"),
        ({"test": 3, "threshold": "0"}, "threshold"),
        ({"test": 3, "threshold": "30", "readings": 2}, "readings"),
        ({"title": ""}, "title"),
    ],
)
def test_terms_that_no_rule_can_have_are_refused_at_their_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        terms(**changes)
    assert refused.value.field == field


def test_a_programmes_name_is_a_plain_word() -> None:
    assert check_programme("heart-failure") == "heart-failure"
    for name in ("", "x", "Hypertension", "a b", "-a", "a" * 41):
        with pytest.raises(Invalid):
            check_programme(name)


def test_a_programme_is_one_of_the_citys() -> None:
    assert check_known("hypertension", {"hypertension"}) == "hypertension"
    with pytest.raises(NoSuchProgramme) as refused:
        check_known("diabetes", {"hypertension", "asthma"})
    assert refused.value.detail == "there are asthma, hypertension"
    with pytest.raises(NoSuchProgramme):
        check_known("hypertension", set())


def test_a_question_for_programmes_is_bounded() -> None:
    most = [f"p{number}" for number in range(200)]
    assert check_asked(most) == most
    for asked, field in (([], "programmes"), ([*most, "one-more"], "programmes"), (["a-b", "A"], "programmes[1]")):
        with pytest.raises(Invalid) as refused:
            check_asked(asked)
        assert refused.value.field == field
