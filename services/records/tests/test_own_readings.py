"""What residents measure at home: entered, corrected and withdrawn as their own word, and nobody else's."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.pages import beginning
from chassis.refusals import Invalid, NotFound
from hypothesis import given
from hypothesis import strategies as st
from records.commands import own_readings as commands
from records.commands.own_readings import Author, Entered
from records.domain import own_readings as rules
from records.domain.measurements import measurements
from records.domain.own_readings import (
    OwnReadingKind,
    Reading,
    ReadingChanged,
    ReadingImplausible,
    ReadingWithdrawn,
    TooManyReadings,
)
from records.domain.releases import Release
from records.store import releases as store
from records.store import timeline
from records.store.timeline import TimelineFilter
from records_scenario import APART, JINAN, NOON, ingest, observation, page_of
from sqlalchemy import text

pytestmark = pytest.mark.anyio
SERVICE = "records"
BORN = date(1980, 5, 1)
Kind = OwnReadingKind
GOOD: dict[OwnReadingKind, dict[str, str]] = {
    Kind.BLOOD_PRESSURE: {"systolic": "128", "diastolic": "82"},
    Kind.GLUCOSE: {"value": "5.60"},
    Kind.WEIGHT: {"value": "71.5"},
    Kind.TEMPERATURE: {"value": "98.6", "unit": "[degF]"},
    Kind.HEART_RATE: {"value": "64"},
    Kind.OXYGEN: {"value": "97"},
    Kind.STEPS: {"value": "8000"},
    Kind.NOTE: {"note": "dizzy after lunch"},
}


def reading(kind: OwnReadingKind = Kind.WEIGHT, **changes: Any) -> Reading:
    return Reading(**({"kind": kind, "measured_at": NOON} | GOOD[kind] | changes))


async def enter(records_db: Database, resident: UUID, entered: Reading, by: UUID | None = None) -> Entered:
    async with records_db.transaction() as session:
        return await commands.record_own_reading(
            session, author=Author(resident, by or resident, BORN), reading=entered, zone=JINAN, apart=APART, now=NOON
        )


async def correct(records_db: Database, resident: UUID, record: UUID, version: int, values: Reading) -> Entered:
    async with records_db.transaction() as session:
        return await commands.correct_own_reading(
            session, author=Author(resident, resident, BORN), record_id=record, version=version, values=values,
            zone=JINAN, apart=APART, now=NOON,
        )  # fmt: skip


async def withdraw(records_db: Database, resident: UUID, record: UUID) -> Entered:
    async with records_db.transaction() as session:
        return await commands.withdraw_own_reading(
            session, author=Author(resident, resident, BORN), record_id=record, zone=JINAN, apart=APART, now=NOON
        )


@pytest.mark.parametrize("kind", Kind)
async def test_what_is_entered_is_read_back_and_says_whose_word_it_is(
    records_db: Database, kind: OwnReadingKind
) -> None:
    resident, guardian = uuid4(), uuid4()
    entered = await enter(records_db, resident, reading(kind), by=guardian)
    types = sorted(APART.categories | {"vital-signs", "laboratory", "activity", "encounters"})
    async with records_db.transaction() as session:
        (row,) = await page_of(session, resident, types, None, 10)
    assert (row.id, row.author, row.author_id, row.institution_id) == (entered.record_id, "resident", guardian, None)
    assert commands.read(row) == rules.checked(reading(kind), born=BORN, zone=JINAN, now=NOON)
    said = json.loads(row.content or "")
    assert said["performer"] == [{"reference": f"Patient/{resident}"}]
    assert said["meta"]["tag"][0]["code"] == "resident"


async def test_what_a_resident_entered_is_asked_for_by_itself(records_db: Database) -> None:
    resident = uuid4()
    await ingest(records_db, resident, uuid4(), observation())
    entered = await enter(records_db, resident, reading())
    async with records_db.transaction() as session:
        own, everything = [
            await timeline.page(session, resident, asked, beginning(10), zone=JINAN, now=NOON)
            for asked in (TimelineFilter(own_only=True), TimelineFilter())
        ]
    assert [each.record.id for each in own] == [entered.record_id]
    assert len(everything) == 2


@pytest.mark.parametrize(
    ("kind", "changes", "field", "why"),
    [
        (Kind.WEIGHT, {"value": "715"}, "values.value", ReadingImplausible),
        (Kind.WEIGHT, {"value": "71,5"}, "values.value", Invalid),
        (Kind.WEIGHT, {"value": "-1"}, "values.value", Invalid),
        (Kind.WEIGHT, {"value": "NaN"}, "values.value", Invalid),
        (Kind.WEIGHT, {"value": ""}, "values.value", Invalid),
        (Kind.WEIGHT, {"unit": "mmol/L"}, "values.unit", Invalid),
        (Kind.WEIGHT, {"systolic": "120"}, "values.systolic", Invalid),
        (Kind.GLUCOSE, {"value": "110"}, "values.value", ReadingImplausible),  # in mg/dL, and said as mmol/L
        (Kind.TEMPERATURE, {"value": "36.6"}, "values.value", ReadingImplausible),  # in °C, and said as °F
        (Kind.BLOOD_PRESSURE, {"systolic": "82", "diastolic": "128"}, "values.diastolic", ReadingImplausible),
        (Kind.BLOOD_PRESSURE, {"diastolic": ""}, "values.diastolic", Invalid),
        (Kind.BLOOD_PRESSURE, {"value": "128"}, "values.value", Invalid),
        (Kind.STEPS, {"value": "10.5"}, "values.value", Invalid),
        (Kind.NOTE, {"note": ""}, "values.note", Invalid),
        (Kind.NOTE, {"value": "1"}, "values.value", Invalid),
        (Kind.NOTE, {"note": "x" * 2_001}, "values.note", Invalid),
        (Kind.OXYGEN, {"measured_at": NOON + timedelta(hours=1)}, "values.measured_at", Invalid),
        (Kind.OXYGEN, {"measured_at": NOON - timedelta(days=365 * 60)}, "values.measured_at", Invalid),
    ],
)
def test_what_nobody_has_is_refused_with_its_field(
    kind: OwnReadingKind, changes: dict[str, Any], field: str, why: type[Invalid]
) -> None:
    with pytest.raises(Invalid) as refused:
        rules.checked(reading(kind, **changes), born=BORN, zone=JINAN, now=NOON)
    assert (refused.value.field, type(refused.value)) == (field, why)


@given(st.decimals("0.001", "999999", places=3), st.sampled_from([kind for kind in Kind if kind in rules.CODES]))
def test_a_value_is_taken_just_where_somebody_can_have_it_and_keeps_its_digits(
    value: Decimal, kind: OwnReadingKind
) -> None:
    written = str(value.to_integral_value() if kind is Kind.STEPS else value)
    code = next(iter(rules.CODES[kind].values()))
    low, high = measurements()[code].possible
    sent = Reading(kind, NOON, value=written)
    try:
        taken = rules.checked(sent, born=BORN, zone=JINAN, now=NOON)
    except ReadingImplausible:
        assert not low <= Decimal(written) <= high
    else:
        assert low <= Decimal(written) <= high
        said = rules.resource(taken, fhir_id="x", resident_id=uuid4(), status="final", zone=JINAN)
        assert rules.read(said, NOON) == taken


async def test_a_correction_leaves_the_version_before_and_a_withdrawal_holds_it_back(records_db: Database) -> None:
    resident = uuid4()
    entered = await enter(records_db, resident, reading(value="17.5"))
    corrected = await correct(records_db, resident, entered.record_id, 1, reading(value="71.5"))
    assert (corrected.version, corrected.reading.value) == (2, "71.5")
    same = await correct(records_db, resident, entered.record_id, 2, reading(value="71.5"))
    assert same.version == 2  # nothing was changed
    with pytest.raises(ReadingChanged):
        await correct(records_db, resident, entered.record_id, 1, reading(value="70"))
    withdrawn = await withdraw(records_db, resident, entered.record_id)
    assert (withdrawn.version, withdrawn.withdrawn) == (3, True)
    assert (await withdraw(records_db, resident, entered.record_id)).version == 3
    with pytest.raises(ReadingWithdrawn):
        await correct(records_db, resident, entered.record_id, 3, reading())
    async with records_db.transaction() as session:
        assert await page_of(session, resident, ["vital-signs"], None, 10) == []
        everything = [Release(frozenset({"vital-signs"}), APART.categories)]
        found = await store.versions(session, resident, entered.record_id, everything, APART)
    assert found is not None
    _, before = found
    assert [json.loads(version.content or "")["valueQuantity"]["value"] for version in before] == [71.5, 17.5]


async def test_nobody_corrects_what_an_institution_sent_or_another_entered(records_db: Database) -> None:
    resident, other = uuid4(), uuid4()
    await ingest(records_db, resident, uuid4(), observation())
    theirs = await enter(records_db, other, reading())
    async with records_db.transaction() as session:
        sent = await session.scalar(text("SELECT id FROM record WHERE resident_id = :it"), {"it": resident})
    for record in (sent, theirs.record_id, uuid4()):
        with pytest.raises(NotFound) as refused:
            await correct(records_db, resident, record, 1, reading())
        assert refused.value.field == "record_id"
        with pytest.raises(NotFound):
            await withdraw(records_db, resident, record)


async def test_so_many_are_entered_in_a_day_and_corrections_count(
    records_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "DAILY_MAX", 3)
    resident = uuid4()
    entered = await enter(records_db, resident, reading())
    await correct(records_db, resident, entered.record_id, 1, reading(value="70"))
    await enter(records_db, resident, reading())
    with pytest.raises(TooManyReadings):
        await enter(records_db, resident, reading())
    await withdraw(records_db, resident, entered.record_id)  # what is wrong can always be taken back
