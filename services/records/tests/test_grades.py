"""How good data is, as letters by institution, kind and month; a report of each; a catalogue that counts nobody."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from chassis import moments, signing
from chassis.database import Database
from chassis.pages import beginning
from chassis.refusals import Invalid
from chassis.sealing import Sealer
from chassis.signing import SigningKeys
from city_pack.pack import City
from hypothesis import given
from hypothesis import strategies as st
from records.commands import grades, quality, quality_reports, resource_catalogue
from records.domain.grades import RESIDENTS_MIN, said, written
from records.domain.quality_reports import MonthNotOver
from records.domain.resource_catalogue import rounded_down
from records.domain.rule_packs import SHIPPED, Thresholds, read_packs
from records.store import grades as store
from records.store import quality_reports as report_store
from records.store import resource_catalogue as catalogue_store
from records.tables import GradeRow, QualityReportRow
from records_scenario import APART, NOON, ingest, nobody_known, observation, of_kind
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.records.v1.events_pb2 import QualityGraded

SERVICE = "records"
CORE = read_packs(["core-2026.1"], [SHIPPED])
MAY = date(2026, 5, 1)  # of NOON, when the tests' resources come
JUNE = datetime(2026, 6, 2, tzinfo=UTC)
NAMES = {"zh-CN": "济南示范医院", "en": "Example Hospital", "ar": "مستشفى"}


def glucose(fhir_id: str, value: float, **changes: object) -> str:
    quantity = {"value": value, "system": "http://unitsofmeasure.org", "code": "mmol/L"}
    code = {"coding": [{"system": "http://loinc.org", "code": "2345-7"}]}
    return observation(id=fhir_id, code=code, valueQuantity=quantity, **changes)


@dataclass
class Hospital:
    """An institution whose data is graded."""

    database: Database
    city: City
    institution: UUID = field(default_factory=uuid4)

    async def send(self, good: int, wrong: int = 0) -> None:
        """A glucose of each of so many residents, of which some are such as nobody has."""
        for number in range(good + wrong):
            value = 5 if number < good else 900
            await ingest(self.database, uuid4(), self.institution, glucose(f"g{uuid4().hex[:8]}-{number}", value))
        while await quality.examine(self.database, CORE, self.city, nobody_known, NOON):
            pass

    async def graded(self) -> list[GradeRow]:
        now = NOON + timedelta(hours=1)
        while await grades.grade_next(self.database, CORE, self.city, now):
            pass
        async with self.database.transaction() as session:
            return list(await store.of_month(session, self.institution, MAY))

    async def report(self, keys: SigningKeys, names: Mapping[str, str] = NAMES) -> QualityReportRow | None:
        async with self.database.transaction() as session:
            return await quality_reports.issue(session, self.institution, names, MAY, CORE, self.city, keys, JUNE)


@pytest.fixture
def hospital(records_db: Database, own_city: City) -> Hospital:
    return Hospital(records_db, own_city)


@pytest.fixture
async def keys(records_db: Database) -> SigningKeys:
    async with records_db.transaction() as session:
        return await signing.load(session, datetime.now(UTC), Sealer((b"k" * 32,)))


def test_months_follow_one_another() -> None:
    december = moments.parse_month("2026-12", "month")
    january = moments.months_before(december, -1)
    assert (written(january), written(moments.months_before(january, 1))) == ("2027-01", "2026-12")
    for wrong in ("2026-13", "2026-1", "26-01", "2026-01-01", "1999-01"):
        with pytest.raises(Invalid):
            moments.parse_month(wrong, "month")


@given(st.integers(0, 10**12))
def test_the_catalogue_rounds_down_to_one_digit_and_says_nothing_of_few(count: int) -> None:
    shown = rounded_down(count)
    assert shown <= count and (shown == 0 if count < RESIDENTS_MIN else shown * 2 > count)
    assert str(shown).strip("0") in {"", *"123456789"}


@given(st.integers(0, 500), st.integers(0, 500))
def test_no_number_is_said_by_which_somebody_could_be_singled_out(count: int, rest: int) -> None:
    shown = said(count, count + rest)
    assert shown in (None, count)
    assert (shown is None) == (0 < count < RESIDENTS_MIN or 0 < rest < RESIDENTS_MIN)


@given(st.integers(1, 10_000), st.data())
def test_letters_fall_as_more_is_found(of: int, data: st.DataObject) -> None:
    fewer = data.draw(st.integers(0, of))
    more = data.draw(st.integers(fewer, of))
    assert Thresholds().letter(of - fewer, of) <= Thresholds().letter(of - more, of)
    assert Thresholds().letter(of, of) == "A"


@pytest.mark.anyio
async def test_a_month_is_as_good_as_its_worst_part(hospital: Hospital) -> None:
    await hospital.send(18, 2)
    (graded,) = await hospital.graded()
    assert (graded.resource_type, graded.resources, graded.residents, graded.letter) == ("Observation", 20, 20, "C")
    assert graded.affected == {"validity": 2}
    parts = {part.dimension: part.letter for part in quality_reports.grade_of(graded, CORE).parts}
    assert parts == {
        "completeness": "A", "validity": "C", "timeliness": "A", "uniqueness": "A", "consistency": "A",
    }  # fmt: skip


@pytest.mark.anyio
async def test_what_is_put_right_is_graded_better(hospital: Hospital) -> None:
    person = uuid4()
    await hospital.send(9)
    await ingest(hospital.database, person, hospital.institution, glucose("wrong", 900))
    await hospital.send(0)
    assert [each.letter for each in await hospital.graded()] == ["C"]
    await ingest(hospital.database, person, hospital.institution, glucose("wrong", 9, status="amended"))
    await hospital.send(0)
    assert [each.letter for each in await hospital.graded()] == ["A"]


@pytest.mark.anyio
async def test_nothing_is_graded_of_few_residents(hospital: Hospital) -> None:
    await hospital.send(RESIDENTS_MIN - 1)
    one_person = uuid4()
    many = [of_kind("Procedure", id=f"p{number}", performedDateTime=f"2026-04-{number + 10}") for number in range(20)]
    await ingest(hospital.database, one_person, hospital.institution, *many)
    await hospital.send(0)
    assert await hospital.graded() == []
    insert = (
        "INSERT INTO quality_grade (institution_id, month, resource_type, residents, resources, affected, letter,"
        " graded_at, id) VALUES (:id, '2026-05-01', 'Observation', 9, 9, '{}', 'A', now(), gen_random_uuid())"
    )
    with pytest.raises(DBAPIError, match="quality_grade_of_enough"):
        async with hospital.database.transaction() as session:
            await session.execute(text(insert), {"id": uuid4()})


@pytest.mark.anyio
async def test_a_report_is_issued_once_and_says_the_same_in_the_same_bytes(
    hospital: Hospital, keys: SigningKeys
) -> None:
    await hospital.send(28, 2)
    await hospital.graded()
    row = await hospital.report(keys)
    assert row is not None and row.letter == "C" and row.sha256 == hashlib.sha256(row.content).hexdigest()
    content = json.loads(row.content)
    assert content["names"] == NAMES and content["month"] == "2026-05" and content["resources"] == 30
    (validity,) = [part for part in content["parts"] if part["part"] == "validity"]
    assert validity == {"part": "validity", "letter": "C", "resources": None}, "two could be singled out"
    (finding,) = content["findings"]
    assert finding["rule"] == "glucose-range" and finding["resources"] is None
    assert [each["month"] for each in content["trend"]] == ["2026-05"]
    assert await hospital.report(keys) is None, "it was issued"
    async with hospital.database.transaction() as session:
        rows = await store.of_month(session, hospital.institution, MAY)
        again = await quality_reports.contents(session, hospital.institution, NAMES, MAY, rows, CORE, hospital.city)
        published = await session.scalar(text("SELECT count(*) FROM outbox WHERE type LIKE '%QualityReportIssued'"))
        graded = await session.scalar(
            text("SELECT payload FROM outbox WHERE type LIKE '%QualityGraded' ORDER BY position DESC LIMIT 1")
        )
    assert quality_reports.reports.as_json(again) == row.content and published
    event = QualityGraded.FromString(graded)
    assert (event.institution_id, event.month, event.letter) == (str(hospital.institution), "2026-05", "C")
    assert [(each.resource_type, each.letter) for each in event.grades] == [("Observation", "C")]


@pytest.mark.anyio
async def test_the_pdf_prints_names_in_their_own_scripts(hospital: Hospital, keys: SigningKeys) -> None:
    await hospital.send(12)
    await hospital.graded()
    row = await hospital.report(keys)
    assert (
        row is not None and row.pdf.startswith(b"%PDF-") and b"NotoSansSC" in row.pdf and b"NotoSansArabic" in row.pdf
    )


@pytest.mark.anyio
async def test_a_reported_month_stays_what_it_was(hospital: Hospital, keys: SigningKeys) -> None:
    await hospital.send(12)
    await hospital.graded()
    await hospital.report(keys)
    await hospital.send(0, 6)
    assert [each.resources for each in await hospital.graded()] == [12], "it is not graded again"
    for change, why in (
        ("UPDATE quality_grade SET letter = 'A' WHERE institution_id = :id", "stay what they were"),
        ("DELETE FROM quality_grade WHERE institution_id = :id", "stay what they were"),
        ("UPDATE grading SET sealed_at = NULL WHERE institution_id = :id", "stays so"),
        ("UPDATE quality_report SET letter = 'A' WHERE institution_id = :id", "permission denied"),
        ("DELETE FROM quality_report WHERE institution_id = :id", "permission denied"),
    ):
        with pytest.raises(DBAPIError, match=why):
            async with hospital.database.transaction() as session:
                await session.execute(text(change), {"id": hospital.institution})


def test_a_month_is_reported_once_it_is_over(own_city: City) -> None:
    start, finish = moments.month_bounds(MAY, own_city.zone)
    for now in (start, finish - timedelta(seconds=1)):
        with pytest.raises(MonthNotOver):
            quality_reports.check_over(MAY, own_city, now)
    quality_reports.check_over(MAY, own_city, finish)


@pytest.mark.anyio
async def test_reports_of_all_are_issued_by_one_command_that_may_run_again(
    hospital: Hospital, keys: SigningKeys
) -> None:
    asked: list[UUID] = []

    async def names_of(institution_id: UUID) -> Mapping[str, str]:
        asked.append(institution_id)
        return NAMES

    await hospital.send(12)
    await hospital.graded()
    counts = [
        await quality_reports.issue_due(hospital.database, CORE, hospital.city, keys, names_of, MAY) for _ in range(2)
    ]
    assert counts[0] >= 1 and counts[1] == 0 and hospital.institution in asked
    async with hospital.database.transaction() as session:
        (row,) = await report_store.page(session, hospital.institution, beginning(10))
    assert row.month == MAY


async def lines(database: Database, institution: UUID) -> list[catalogue_store.CatalogueEntry]:
    async with database.transaction() as session:
        return list(
            await catalogue_store.page(
                session,
                institution_id=institution,
                information_type="",
                resource_type="",
                since=None,
                part=beginning(50),
            )
        )


@pytest.mark.anyio
async def test_the_catalogue_says_what_there_is_and_counts_nobody(hospital: Hospital) -> None:
    await hospital.send(23)
    await ingest(hospital.database, uuid4(), hospital.institution, of_kind("Immunization", id="rare"))
    now = NOON

    async def counted() -> list[catalogue_store.CatalogueEntry]:
        async with hospital.database.transaction() as session:
            await catalogue_store.count(session, APART, hospital.city.time_zone, now)
        return await lines(hospital.database, hospital.institution)

    (line,) = await counted()
    assert (line.information_type, line.resource_type, line.resources_at_least) == ("laboratory", "Observation", 20)
    assert (line.first_day, line.newest_day, line.letter) == (date(2026, 4, 30), date(2026, 4, 30), "")
    newest = glucose("newest", 5, effectiveDateTime="2026-05-01T08:00:00Z")
    await ingest(hospital.database, uuid4(), hospital.institution, newest)
    now = NOON + timedelta(seconds=1)
    (again,) = await counted()
    assert (again.newest_day, again.resources_at_least, again.id) == (line.newest_day, 20, line.id), (
        "one resident more says nothing"
    )


@pytest.mark.anyio
async def test_the_catalogue_leaves_out_what_is_apart(hospital: Hospital) -> None:
    hiv = {"coding": [{"system": "http://loinc.org", "code": "56888-1"}]}
    for _ in range(RESIDENTS_MIN):
        await ingest(hospital.database, uuid4(), hospital.institution, observation(id=uuid4().hex, code=hiv))
    async with hospital.database.transaction() as session:
        await catalogue_store.count(session, APART, hospital.city.time_zone, NOON + timedelta(seconds=2))
    assert await lines(hospital.database, hospital.institution) == []


@pytest.mark.anyio
async def test_asking_again_within_a_day_counts_nothing_again(records_db: Database, own_city: City) -> None:
    now = datetime.now(UTC) + timedelta(days=3)
    assert await resource_catalogue.count_due(records_db, own_city, APART, now)
    assert not await resource_catalogue.count_due(records_db, own_city, APART, now + timedelta(hours=23))
    assert await resource_catalogue.count_due(records_db, own_city, APART, now + timedelta(hours=24))
