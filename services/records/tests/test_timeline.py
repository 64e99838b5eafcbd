"""A resident's record as they read it themselves: across institutions, in their language, at a constant cost."""

import json
from collections.abc import Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.pages import Part, beginning
from city_pack.pack import City, ReferenceRange
from records.api.timeline import NEWEST_FIRST, read_page
from records.commands import error_reports
from records.domain import series
from records.domain import timeline as rules
from records.domain.series import Trend
from records.domain.terminology import CodeFileRefused, FileFormat, Name, read
from records.domain.timeline import TimelineKind, TimelineState
from records.store import timeline as store
from records.store.timeline import TimelineEntry, TimelineFilter
from records_scenario import JINAN, NOON, ingest, observation, of_kind
from sqlalchemy import event
from yima.common.v1.types_pb2 import PageRequest

pytestmark = pytest.mark.anyio
SERVICE = "records"
LOINC = "http://loinc.org"


async def timeline(
    records_db: Database, resident: UUID, wanted: TimelineFilter | None = None, limit: int = 50, before: Any = None
) -> Sequence[TimelineEntry]:
    async with records_db.transaction() as session:
        part = Part(limit, before)
        rows = await store.page(session, resident, wanted or TimelineFilter(), part, zone=JINAN, now=NOON)
    return rows[:limit]


def named(entries: Sequence[TimelineEntry]) -> list[str]:
    return [each.record.fhir_id for each in entries]


def visit(name: str, day: str, **changes: Any) -> str:
    return of_kind("Encounter", id=name, period={"start": day, "end": day}, **changes)


def of_visit(kind: str, name: str, visit_name: str, **changes: Any) -> str:
    return of_kind(kind, id=name, encounter={"reference": f"Encounter/{visit_name}"}, **changes)


async def test_what_belongs_to_a_visit_is_in_it_and_all_else_is_newest_first(records_db: Database) -> None:
    resident, hospital, clinic = uuid4(), uuid4(), uuid4()
    await ingest(
        records_db, resident, hospital,
        visit("admission", "2026-03-01"),
        of_visit("Condition", "hypertension", "admission", recordedDate="2026-03-01"),
        of_visit("Observation", "late-result", "admission", effectiveDateTime="2026-03-09"),
        of_visit("Observation", "of-nothing", "never-sent", effectiveDateTime="2026-03-04"),
    )  # fmt: skip
    await ingest(
        records_db, resident, clinic,
        of_kind("Immunization", id="flu", occurrenceDateTime="2026-03-05"),
        of_visit("Observation", "named-alike", "admission", effectiveDateTime="2026-03-06"),  # of the other's visit
    )  # fmt: skip
    entries = await timeline(records_db, resident)
    assert named(entries) == ["named-alike", "flu", "of-nothing", "admission"]
    async with records_db.transaction() as session:
        visits = [entries[-1].record.id]
        within = await store.of_visits(session, resident, visits, zone=JINAN, now=NOON)
    assert named(within[visits[0]]) == ["late-result", "hypertension"]
    assert named(await timeline(records_db, resident, TimelineFilter(visit_id=visits[0]))) == [
        "late-result", "hypertension",
    ]  # fmt: skip


async def test_nothing_is_lost_where_a_visit_is_not_on_the_timeline(records_db: Database) -> None:
    resident, hospital = uuid4(), uuid4()
    await ingest(
        records_db, resident, hospital,
        visit("cancelled", "2026-03-01", status="cancelled"),
        of_visit("Observation", "of-cancelled", "cancelled", effectiveDateTime="2026-03-01"),
        visit("before", "2026-02-01"),
        of_visit("Observation", "later", "before", effectiveDateTime="2026-03-02"),
    )  # fmt: skip
    assert named(await timeline(records_db, resident)) == ["of-cancelled", "before"]
    since = TimelineFilter(since=datetime(2026, 2, 15, tzinfo=UTC))
    assert named(await timeline(records_db, resident, since)) == ["later", "of-cancelled"]


async def test_one_thing_is_asked_for_by_itself_and_a_visit_with_what_belongs_to_it(
    records_db: Database, own_city: City
) -> None:
    resident, hospital = uuid4(), uuid4()
    await ingest(
        records_db, resident, hospital,
        visit("admission", "2026-03-01"),
        of_visit("Observation", "result", "admission", effectiveDateTime="2026-03-09"),
        of_kind("Immunization", id="flu", occurrenceDateTime="2026-03-05"),
    )  # fmt: skip
    async with records_db.transaction() as session:
        (result,) = await store.page(
            session,
            resident,
            TimelineFilter(kinds=frozenset({TimelineKind.RESULT})),
            beginning(5),
            zone=JINAN,
            now=NOON,
        )
        alone = TimelineFilter(record_id=result.record.id)
        assert named(await store.page(session, resident, alone, beginning(5), zone=JINAN, now=NOON)) == ["result"]
        assert await store.page(session, uuid4(), alone, beginning(5), zone=JINAN, now=NOON) == []
        assert result.visit_id is not None
        visit_alone = TimelineFilter(record_id=result.visit_id)
        whole = await read_page(session, resident, visit_alone, NEWEST_FIRST.part(PageRequest(first=5)), own_city, NOON)
    assert named([each.entry for each in whole.resources]) == ["admission"]
    assert named([each.entry for each in whole.belonging[result.visit_id]]) == ["result"]


async def test_what_is_asked_for_by_kind_institution_period_or_state_comes_by_itself(records_db: Database) -> None:
    resident, hospital, clinic = uuid4(), uuid4(), uuid4()
    ended = {"coding": [{"code": "resolved"}]}
    check_up = [{"coding": [{"system": "http://snomed.info/sct", "code": "268565007"}]}]
    await ingest(
        records_db, resident, hospital,
        visit("yearly", "2026-01-10", type=check_up),
        of_visit("Condition", "asthma", "yearly", recordedDate="2026-01-10"),
        of_kind("Condition", id="flu", recordedDate="2026-01-09", clinicalStatus=ended),
        of_kind("MedicationRequest", id="inhaler", authoredOn="2026-01-08"),
        of_kind(
            "MedicationRequest", id="over", authoredOn="2026-01-07",
            dispenseRequest={"validityPeriod": {"end": "2026-02-01"}},
        ),
        of_kind("CarePlan", id="plan", period={"start": "2026-01-06", "end": "2026-04-01"}),
    )  # fmt: skip
    await ingest(
        records_db, resident, clinic,
        of_kind("DiagnosticReport", id="ct", category=[{"coding": [{"code": "CT"}]}], issued="2026-01-05T08:00:00Z"),
        of_kind("DiagnosticReport", id="blood", issued="2026-01-04T08:00:00Z"),
    )  # fmt: skip

    async def found(**wanted: Any) -> list[str]:
        return named(await timeline(records_db, resident, TimelineFilter(**wanted)))

    kinds = TimelineKind
    assert await found(kinds=frozenset({kinds.DIAGNOSIS})) == ["asthma", "flu"]
    assert await found(kinds=frozenset({kinds.CHECK_UP})) == ["yearly"]
    assert await found(kinds=frozenset({kinds.VISIT})) == []
    assert await found(kinds=frozenset({kinds.IMAGING})) == ["ct"]
    assert await found(kinds=frozenset({kinds.REPORT})) == ["blood"]
    assert await found(state=TimelineState.CURRENT) == ["asthma", "inhaler"]
    assert await found(kinds=frozenset({kinds.MEDICINE}), state=TimelineState.PAST) == ["over"]
    assert await found(kinds=frozenset({kinds.CARE_PLAN}), state=TimelineState.PAST) == ["plan"]
    assert await found(institution_ids=[clinic]) == ["ct", "blood"]
    assert await found(until=datetime(2026, 1, 5, tzinfo=UTC)) == ["blood"]


@contextmanager
def statements(database: Database) -> Any:
    """What is asked of the database meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_a_page_costs_the_same_however_much_is_on_it(records_db: Database, own_city: City) -> None:
    async def cost(visits: int, each: int) -> tuple[int, int]:
        resident, institution = uuid4(), uuid4()
        for number in range(visits):
            await ingest(
                records_db, resident, institution, visit(f"v{number}", "2026-03-01"),
                *(of_visit("Observation", f"o{number}-{index}", f"v{number}") for index in range(each)),
            )  # fmt: skip
        async with records_db.transaction() as session:
            with statements(records_db) as asked:
                page = await read_page(
                    session, resident, TimelineFilter(), NEWEST_FIRST.part(PageRequest(first=50)), own_city, NOON
                )
        return len(page.resources) + sum(map(len, page.belonging.values())), len(asked)

    (few, cheap), (many, dear) = await cost(1, 1), await cost(12, 6)
    assert (few, many) == (2, 84)
    assert cheap == dear == 4


async def test_pages_follow_one_another_and_each_thing_comes_once(records_db: Database) -> None:
    resident = uuid4()
    same = "2026-01-05T08:00:00Z"
    await ingest(
        records_db, resident, uuid4(), *(observation(id=f"o{index}", effectiveDateTime=same) for index in range(7))
    )
    seen: list[str] = []
    before = None
    while page := await timeline(records_db, resident, limit=3, before=before):
        seen += named(page)
        before = (page[-1].record.effective_at, page[-1].record.id)
    assert len(seen) == len(set(seen)) == 7


async def test_texts_are_a_tables_in_the_readers_language_else_as_sent(records_db: Database) -> None:
    texts = {(LOINC, "1"): {"": "Glucose", "zh-CN": "葡萄糖"}, (LOINC, "2"): {"": "Sodium"}, (LOINC, "3"): {"zh": "钾"}}
    locales = ("zh-CN", "en")
    said = rules.in_languages
    assert said([(LOINC, "1")], "GLU", texts, locales) == {"zh-CN": "葡萄糖", "en": "GLU"}
    assert said([("urn:x", "GLU"), (LOINC, "1")], "", texts, locales) == {"zh-CN": "葡萄糖", "en": "Glucose"}
    assert said([(LOINC, "2")], "", texts, locales) == {"zh-CN": "Sodium", "en": "Sodium"}
    assert said([(LOINC, "3")], "K", texts, locales) == {"zh-CN": "钾", "en": "K"}
    assert said([(LOINC, "9")], "as sent", texts, locales) == {"zh-CN": "as sent", "en": "as sent"}


def test_what_codes_are_called_comes_with_the_table() -> None:
    concept = {
        "code": "D1", "display": "Asthma",
        "designation": [
            {"language": "zh-CN", "value": "哮喘"},
            {"language": "zh-CN", "value": "喘", "use": {"code": "synonym"}},
            {"value": "of no language"},
        ],
    }  # fmt: skip
    system = {
        "resourceType": "CodeSystem", "url": "urn:example:d", "version": "1", "title": "D", "content": "complete",
        "concept": [concept],
    }  # fmt: skip
    nothing = Name("", "", "")
    (entry,) = read(FileFormat.FHIR, json.dumps(system).encode(), nothing).entries
    assert entry.designations == {"zh-CN": "哮喘"}  # type: ignore[union-attr] # of a table
    (line,) = read(
        FileFormat.CSV, "code,display,display:zh-CN,display:ar\nD1,Asthma,哮喘,\n".encode(), Name("urn:d", "1", "D")
    ).entries
    assert line.designations == {"zh-CN": "哮喘"}  # type: ignore[union-attr]
    for broken in (
        {"language": "Chinese!", "value": "x"},
        {"language": "zh", "value": ""},
        {"language": 1, "value": "x"},
    ):
        concept["designation"] = [broken]
        with pytest.raises(CodeFileRefused, match="designation"):
            read(FileFormat.FHIR, json.dumps(system).encode(), nothing)


def value(**changes: Any) -> rules.Measured:
    (measured,) = rules.measured(json.loads(observation(**changes), parse_float=Decimal))
    return measured


RANGES = (
    ReferenceRange(code="1558-6", unit="mmol/L", low="3.9", high="6.1", **{"ageFromMonths": 216}),  # type: ignore[arg-type]
    ReferenceRange(code="1558-6", unit="mmol/L", low="3.3", high="5.6", **{"ageBelowMonths": 216}),  # type: ignore[arg-type]
)
ADULT, CHILD = date(1980, 5, 1), date(2020, 5, 1)


@pytest.mark.parametrize(
    ("sent", "born", "held"),
    [
        # The range that came with it; else the city's, for that age; else none.
        ({"referenceRange": [{"low": {"value": 4}, "high": {"value": 6}}]}, ADULT, ("4", "6", False, "high", False)),
        ({}, ADULT, ("3.9", "6.1", True, "normal", False)),
        ({}, CHILD, ("3.3", "5.6", True, "high", False)),
        ({}, None, (None, None, False, None, False)),
        ({"valueQuantity": {"value": 110, "code": "mg/dL"}}, ADULT, (None, None, False, None, False)),
        # A range in another unit, or of pregnant women, is none.
        (
            {"referenceRange": [{"low": {"value": 70, "unit": "mg/dL"}}, {"high": {"value": 6}}]},
            ADULT,
            (None, "6", False, "high", False),
        ),
        (
            {"referenceRange": [{"high": {"value": 5}, "type": {"coding": [{"system": "s", "code": "pre-puberty"}]}}]},
            ADULT,
            ("3.9", "6.1", True, "normal", False),
        ),
        # Its sender's judgement goes before the range's.
        ({"interpretation": [{"coding": [{"code": "HH"}]}]}, ADULT, ("3.9", "6.1", True, "critically_high", True)),
        # Of a bound nothing is said: <5 may be anything.
        (
            {"valueQuantity": {"value": 5, "comparator": "<", "unit": "mmol/L"}},
            ADULT,
            ("3.9", "6.1", True, None, False),
        ),
    ],
)
def test_a_value_is_held_against_the_range_that_came_with_it_else_the_citys(
    sent: dict[str, Any], born: date | None, held: tuple[Any, ...]
) -> None:
    answer = rules.held_against(value(**sent), RANGES, born, NOON, JINAN)
    low, high = (answer.bounds.low, answer.bounds.high) if answer.bounds else (None, None)
    judged = answer.judgement.value if answer.judgement else None
    said = (str(low) if low is not None else None, str(high) if high is not None else None)
    assert (*said, answer.by_city, judged, answer.by_sender) == held


@pytest.mark.parametrize(
    ("values", "direction"),
    [
        ("5", None),
        ("5 5.1", Trend.STEADY),
        ("5 6", Trend.RISING),
        ("6 6.2 5.9 5", Trend.FALLING),
        ("0 0", Trend.STEADY),
        ("0 1", Trend.RISING),
        ("-2 -3", Trend.FALLING),
    ],
)
def test_a_series_goes_where_its_latest_value_lies_beside_those_before(values: str, direction: Trend | None) -> None:
    assert series.trend([Decimal(each) for each in values.split()]) == direction


async def test_a_series_has_what_every_institution_measured_of_one_thing_in_one_unit(records_db: Database) -> None:
    resident, hospital, clinic = uuid4(), uuid4(), uuid4()
    panel = {
        "code": {"coding": [{"system": LOINC, "code": "24331-1"}]}, "valueQuantity": None,
        "component": [{"code": {"coding": [{"system": LOINC, "code": "1558-6"}]}, "valueQuantity": {"value": 5.0}}],
    }  # fmt: skip
    await ingest(
        records_db, resident, hospital,
        observation(id="first", effectiveDateTime="2026-01-01"),
        observation(id="wrong", effectiveDateTime="2026-01-02", status="entered-in-error"),
        observation(id="other", code={"coding": [{"system": LOINC, "code": "718-7"}]}),
    )  # fmt: skip
    await ingest(records_db, resident, clinic, observation(id="panel", effectiveDateTime="2026-01-03", **panel))
    async with records_db.transaction() as session:
        rows = await store.series(session, resident, (LOINC, "1558-6"), None, None, 10)
    assert [row.fhir_id for row in rows] == ["panel", "first"]


@pytest.mark.parametrize(
    ("sent", "made"),
    [
        ({"value": 99, "code": "mg/dL"}, ("5.49524", "3.88552", "5.55074")),  # by the mass of a mole
        ({"value": 5.5, "code": "mmol/L"}, ("5.5", "70", "100")),
        ({"value": 5500, "code": "umol/L"}, ("5.5", "0.07", "0.1")),
        ({"value": 99, "code": "mm[Hg]"}, None),
        ({"value": 99, "code": "mg/dL", "comparator": "<"}, None),
        ({"value": 99, "unit": "of something"}, None),
    ],
)
def test_a_value_is_made_the_series_unit_with_its_range_or_left_out(
    sent: dict[str, Any], made: tuple[str, str, str] | None
) -> None:
    bounds = [{"low": {"value": 70}, "high": {"value": 100}}]
    measured = value(valueQuantity=sent | {"system": "http://unitsofmeasure.org"}, referenceRange=bounds)
    alike = series.made_alike(measured, "mmol/L", Decimal("180.156"))
    if alike is None or alike.bounds is None:
        assert made is None
    else:
        assert (str(alike.number), str(alike.bounds.low), str(alike.bounds.high)) == made


async def test_what_was_said_to_be_wrong_last_is_shown_with_each_thing(records_db: Database) -> None:
    resident = uuid4()
    await ingest(records_db, resident, uuid4(), observation(id="a"), observation(id="b"))
    (first, second) = await timeline(records_db, resident)
    for record, words in ((first, "once"), (first, "again")):
        async with records_db.transaction() as session:
            report = await error_reports.report_error(
                session, resident_id=resident, record_id=record.record.id, description=words, by=resident, now=NOON
            )
        if words == "once":
            async with records_db.transaction() as session:
                await error_reports.withdraw_error_report(
                    session, report_id=report.id, acts_for=lambda _: True, by=resident, now=NOON
                )
    async with records_db.transaction() as session:
        reports = await store.reported(session, [first.record.id, second.record.id])
    assert {key: row.description for key, row in reports.items()} == {first.record.id: "again"}
