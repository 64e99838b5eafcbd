"""Stored data is examined by packs of rules. What is found is kept with the version, and gone once it is put right."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import orjson
import pytest
from chassis.database import Database
from chassis.pages import beginning
from chassis.refusals import Invalid
from city_pack.pack import City
from hypothesis import given, settings
from hypothesis import strategies as st
from records.commands import quality, terminology
from records.commands.judging import PersonAnswer, PersonQuestion
from records.domain import quantities
from records.domain.examinations import NamedPerson
from records.domain.quantities import SentQuantity
from records.domain.releases import Release
from records.domain.rule_packs import SHIPPED, BadRulePack, Measurement, RuleBook, parse_pack, read_packs
from records.domain.search import search_of
from records.domain.terminology import FileFormat, Name
from records.store import quality as store
from records.store import search as fhir_search
from records_scenario import APART, JINAN, NOON, RESIDENT, ingest, nobody_known, observation, of_kind
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

SERVICE = "records"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
CORE = read_packs(["core-2026.1"], [SHIPPED])
HEAD = "pack: own-1\ntitle: Own\nrules:\n"
OVER = {"coding": [{"code": "resolved"}]}
VISIT = {"encounter": {"reference": "Encounter/visit"}}


def measured(code: str, value: float, unit: str, **changes: object) -> str:
    """A vital sign or laboratory value in a unit by its code."""
    quantity = {"value": value, "unit": unit, "system": UCUM, "code": unit}
    return observation(code={"coding": [{"system": LOINC, "code": code}]}, valueQuantity=quantity, **changes)


def pressures(*values: tuple[str, float], **changes: object) -> str:
    """An Observation with components."""
    components = [
        {
            "code": {"coding": [{"system": LOINC, "code": code}]},
            "valueQuantity": {"value": value, "system": UCUM, "code": "mm[Hg]"},
        }
        for code, value in values
    ]
    panel = {"coding": [{"system": LOINC, "code": "85354-9"}]}
    return observation(code=panel, valueQuantity=None, component=components, **changes)


@dataclass
class Hospital:
    """An institution, a resident of whom it sends, and what identity says of them."""

    database: Database
    city: City
    book: RuleBook = CORE
    institution: UUID = field(default_factory=uuid4)
    resident: UUID = field(default_factory=uuid4)
    born: date | None = None
    name: str = ""
    asked: list[PersonQuestion] = field(default_factory=list)

    async def identity(self, _institution: UUID, questions: Sequence[PersonQuestion]) -> Sequence[PersonAnswer]:
        """Identity, which knows this resident alone."""
        self.asked += questions
        return [self.answer(question) for question in questions]

    def answer(self, question: PersonQuestion) -> PersonAnswer:
        if self.born is None or question.resident_id != self.resident:
            return PersonAnswer({})
        born = {day: self.born <= day for day in question.age_days | question.birth_days}
        others = frozenset(
            person
            for person in question.people
            if person.name not in ("", self.name) or person.birth_date not in ("", str(self.born))
        )
        return PersonAnswer(born, others)

    async def send(self, *contents: str) -> None:
        await ingest(self.database, self.resident, self.institution, *contents)

    async def findings(self, *, gone: bool = False) -> list[store.ListedFinding]:
        """What is found of what this hospital sent, once all that waits is examined."""
        while await quality.examine(self.database, self.book, self.city, self.identity, NOON):
            pass
        async with self.database.transaction() as session:
            rows = await store.page(session, self.institution, rule="", severity="", gone=gone, part=beginning(200))
        return list(rows)

    async def found(self, *contents: str) -> set[tuple[str, str]]:
        """Which rules what is sent breaks, by its id."""
        await self.send(*contents)
        return {(row.fhir_id, row.rule) for row in await self.findings()}


@pytest.fixture
def hospital(records_db: Database, own_city: City) -> Hospital:
    return Hospital(records_db, own_city)


@pytest.fixture
async def loaded(records_db: Database) -> str:
    """A table of codes that is loaded, with the code `a`, by its URL."""
    url = f"urn:example:{uuid4().hex}"
    content = b"code,display\na,A drug\n"
    async with records_db.transaction() as session:
        _, path = await terminology.announce(
            session,
            file_format=FileFormat.CSV,
            size=len(content),
            sha256=hashlib.sha256(content).digest(),
            name=Name(url, "1", "Drugs"),
            account_id=uuid4(),
            institution_id=None,
            now=NOON,
        )
    await terminology.load(records_db, path.rpartition("/")[2], content, NOON)
    return url


def test_the_packs_that_come_with_yima_can_be_used(own_city: City) -> None:
    for path in sorted(SHIPPED.glob("*.yaml")):
        book = read_packs([path.stem], [SHIPPED])
        assert book.rules and all(rule.remedy and rule.title for rule in book.rules.values())
        quality.check_packs(book, own_city)
    assert CORE.measurements["2345-7"].unit == "mmol/L"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (HEAD + "  - {id: a", 5, "not YAML"),
        ("", 1, "is empty"),
        ("pack: own-2\ntitle: Own\n", 1, "as the file is called"),
        ("pack: own-1\ntitle: Own\npack: own-1\n", 1, "pack is there twice"),
        ("pack: own-1\ntitle: Own\ncolour: red\n", 3, "no key of a rule pack"),
        ("pack: own-1\ntitle: &a Own\nrules: *a\n", 3, "rules"),
        (HEAD + "  - id: a\n    kind: guess\n", 4, "rules[0]"),
        (
            HEAD + "  - id: a\n    kind: late\n    title: T\n    severity: GRAVE\n    remedy: R\n"
            "    resources: [Encounter]\n    days: 3\n",
            7,
            "severity",
        ),
        (
            HEAD + "  - id: a\n    kind: late\n    title: T\n    severity: NOTE\n    remedy: R\n"
            "    resources: [Person]\n    days: 3\n",
            9,
            "Person is none of",
        ),
        (
            HEAD + "  - id: a\n    kind: range\n    title: T\n    severity: NOTE\n    remedy: R\n    code: 8480-6\n"
            "    unit: mm[Hg]\n    bounds:\n      - {low: 3, high: 2}\n",
            12,
            "must lie above low",
        ),
        (
            HEAD + "  - id: a\n    kind: range\n    title: T\n    severity: NOTE\n    remedy: R\n    code: 8480-6\n"
            "    unit: mm[Hg]\n    bounds:\n      - {low: 1, high: 2, ageFromYears: 3}\n",
            11,
            "must begin at age 0",
        ),
        (
            HEAD + 2 * ("  - id: a\n    kind: late\n    title: T\n    severity: NOTE\n    remedy: R\n"
            "    resources: [Encounter]\n    days: 3\n"),
            4,
            "a is there twice",
        ),
        ("pack: own-1\ntitle: Own\nmeasurements:\n  - {code: 1-8, name: N, unit: .inf}\n", 4, "decimal number"),
    ],
)  # fmt: skip
def test_a_wrong_pack_is_refused_naming_the_line(text: str, line: int, says: str) -> None:
    with pytest.raises(BadRulePack) as refused:
        parse_pack(text, "own-1", "own-1.yaml")
    assert f"own-1.yaml:{line}:" in str(refused.value) and says in str(refused.value), str(refused.value)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("pack: own-1\ntitle[]{}&*!|>'\"#,rulesidkn?%@`"), max_size=200))
def test_no_text_breaks_the_reading_of_a_pack(text: str) -> None:
    try:
        parse_pack(text, "own-1", "own-1.yaml")
    except BadRulePack as refused:
        assert "own-1.yaml" in str(refused)


def test_a_pack_that_no_folder_has_or_that_names_another_version_of_a_table_is_refused(
    own_city: City, tmp_path: Path
) -> None:
    with pytest.raises(BadRulePack, match=r"missing-1\.yaml"):
        read_packs(["missing-1"], [tmp_path, SHIPPED])
    (table,) = [table for table in own_city.code_tables if "Condition" in table.kinds]
    rule = (
        "  - id: a\n    kind: codes\n    title: T\n    severity: NOTE\n    remedy: R\n    resources: [Condition]\n"
        f'    tables: [{{url: "{table.url}", version: "0"}}]\n'
    )
    with pytest.raises(BadRulePack, match="names version 0"):
        quality.check_packs(RuleBook([parse_pack(HEAD + rule, "own-1", "own-1.yaml")]), own_city)
    (tmp_path / "own-1.yaml").write_text(HEAD + rule.replace("- id: a", "- id: sent-late"), "utf-8")
    with pytest.raises(BadRulePack, match="sent-late is in another pack"):
        read_packs(["core-2026.1", "own-1"], [tmp_path, SHIPPED])


@pytest.mark.parametrize(
    ("code", "value", "unit", "canonical"),
    [
        ("2345-7", 110, "mg/dL", "6.10582"),
        ("2345-7", 6.1, "mmol/L", "6.1"),
        ("14749-6", 6.1, "mmol/L", "6.1"),
        ("2160-0", 1, "mg/dL", "88.4017"),
        ("2093-3", 200, "mg/dL", "5.17258"),
        ("3094-0", 14, "mg/dL", "4.9975"),
        ("60985-9", 1, "kPa", "7.50062"),
        ("2703-7", 13.3, "kPa", "99.7582"),
        ("29463-7", 154, "[lb_av]", "69.8532"),
        ("29463-7", 3500, "g", "3.5"),
        ("8302-2", 70, "[in_i]", "177.8"),
        ("8310-5", 98.6, "[degF]", "37"),
        ("8310-5", 310.15, "K", "37"),
        ("718-7", 14.2, "g/dL", "142"),
        ("2345-7", 110, "mm[Hg]", None),
        ("2345-7", 110, "", None),
        ("2345-7", 110, "nonsense", None),
        ("8480-6", 120, "mmol/L", None),
    ],
)
def test_quantities_are_made_alike(code: str, value: float, unit: str, canonical: str | None) -> None:
    sent = SentQuantity("valueQuantity", code, Decimal(repr(value)), unit)
    made = quantities.canonical(sent, CORE.measurements[code])
    assert (None if made is None else str(made)) == canonical


@settings(max_examples=60, deadline=None)
@given(st.decimals(min_value="0.1", max_value="999", places=2), st.sampled_from(["mg/dL", "g/L", "mmol/L", "umol/mL"]))
def test_a_quantity_made_alike_is_the_same_amount_whichever_unit_it_came_in(value: Decimal, unit: str) -> None:
    glucose = CORE.measurements["2345-7"]
    made = quantities.canonical(SentQuantity("", glucose.code, value, unit), glucose)
    assert made is not None and glucose.molar_mass is not None
    per = {"mg/dL": Decimal(10) / glucose.molar_mass, "g/L": Decimal(1000) / glucose.molar_mass}.get(unit, Decimal(1))
    assert abs(made - value * per) <= value * per * Decimal("0.00001")


@pytest.mark.anyio
async def test_values_that_nobody_has_are_found_in_whatever_unit_they_came(hospital: Hospital) -> None:
    found = await hospital.found(
        measured("2345-7", 110, "mg/dL", id="usual"),
        measured("2345-7", 4000, "mg/dL", id="impossible"),
        measured("2345-7", 110, "mmol/L", id="wrong-unit"),
        measured("2345-7", 5, "L", id="no-concentration"),
        observation(id="no-unit", code={"coding": [{"system": LOINC, "code": "2345-7"}]}),
    )
    assert {each for each in found if "range" in each[1]} == {
        ("impossible", "glucose-range"), ("wrong-unit", "glucose-range"), ("no-concentration", "glucose-range"),
        ("no-unit", "glucose-range"),
    }  # fmt: skip


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("age_years", "weight", "is_found"), [(0, 60, True), (0, 4, False), (40, 60, False), (40, 4, True), (40, 900, True)]
)
async def test_what_somebody_can_have_hangs_on_their_age_which_identity_tells_by_yes_and_no(
    hospital: Hospital, age_years: int, weight: float, is_found: bool
) -> None:
    hospital.born = (NOON - timedelta(days=366 * age_years + 40)).date()
    found = await hospital.found(measured("29463-7", weight, "kg", id="w"))
    assert (("w", "weight-range") in found) is is_found
    for question in hospital.asked:
        assert not question.birth_days and len(question.age_days) == 2, (
            "days that tell an age, and none that tells a birth"
        )


@pytest.mark.anyio
async def test_nobody_is_asked_how_old_somebody_is_where_it_does_not_matter(hospital: Hospital) -> None:
    await hospital.found(measured("29463-7", 20, "kg", id="w"), measured("8867-4", 70, "/min", id="h"))
    assert hospital.asked == []


WRONG_DATES = [
    (
        of_kind("Encounter", id="e", period={"start": "2026-04-20T08:00:00Z", "end": "2026-04-20T09:00:00Z"}),
        set[str](),
    ),
    (of_kind("Condition", id="c", onsetDateTime="2026-04-20", abatementDateTime="2026-04-10", clinicalStatus=OVER),
     {"illness-ends-before-it-begins"}),
    (observation(id="o", effectiveDateTime="2026-04-20T08:00:00Z", issued="2026-04-19T08:00:00Z"),
     {"issued-before-measured"}),
    (of_kind("Immunization", id="i", expirationDate="2026-03-01"), {"expires-before-it-was-given"}),
    (of_kind("Encounter", id="l", period={"start": "2025-01-20"}), {"sent-late"}),
    (of_kind("Condition", id="b", onsetDateTime="1969-12-30"), {"before-birth"}),
    (of_kind("Condition", id="n", onsetDateTime="1970"), set[str]()),
]  # fmt: skip


@pytest.mark.anyio
@pytest.mark.parametrize(("content", "rules"), WRONG_DATES)
async def test_dates_that_cannot_be_are_found(hospital: Hospital, content: str, rules: set[str]) -> None:
    hospital.born = date(1970, 1, 1)
    dates = {
        "illness-ends-before-it-begins", "issued-before-measured", "expires-before-it-was-given", "sent-late",
        "before-birth", "visit-ends-before-it-begins",
    }  # fmt: skip
    assert {rule for _, rule in await hospital.found(content) if rule in dates} == rules


@pytest.mark.anyio
async def test_the_same_under_another_id_is_found_in_the_later_one(hospital: Hospital, own_city: City) -> None:
    await hospital.send(measured("2345-7", 6, "mmol/L", id="first"))
    assert await hospital.found(
        measured("2345-7", 6, "mmol/L", id="again", encounter={"reference": "Encounter/x"}),
        measured("2345-7", 7, "mmol/L", id="another-value"),
        measured("2345-7", 6, "mmol/L", id="another-time", effectiveDateTime="2026-04-30T09:15:00+08:00"),
    ) == {("again", "same-under-another-id")}
    elsewhere = Hospital(hospital.database, own_city, resident=hospital.resident)
    assert await elsewhere.found(measured("2345-7", 6, "mmol/L", id="of-another-institution")) == set()
    await hospital.send(measured("2345-7", 6, "mmol/L", id="first", status="entered-in-error"))
    assert await hospital.findings() == [], "the first was taken back: the second is the only one"


@pytest.mark.anyio
async def test_a_pressure_alone_is_found_until_the_other_one_comes(hospital: Hospital) -> None:
    assert await hospital.found(pressures(("8480-6", 120), id="alone")) == {("alone", "systolic-without-diastolic")}
    assert await hospital.found(
        pressures(("8480-6", 120), ("8462-4", 80), id="both", issued="2026-04-30T09:00:00Z")
    ) == (set()), "the other panel of the same moment has the diastolic"
    at = {"effectiveDateTime": "2026-04-29T08:00:00Z"}
    assert await hospital.found(measured("8480-6", 120, "mm[Hg]", id="s", **at)) == {
        ("s", "systolic-without-diastolic")
    }
    assert await hospital.found(measured("8462-4", 80, "mm[Hg]", id="d", **at)) == set()
    gone = await hospital.findings(gone=True)
    assert {row.fhir_id for row in gone} == {"alone", "s"} and all(row.gone_at for row in gone)


@pytest.mark.anyio
async def test_a_prescription_has_a_diagnosis_in_its_visit(hospital: Hospital) -> None:
    rule = "prescription-without-diagnosis"
    assert await hospital.found(
        of_kind("MedicationRequest", id="without", **VISIT),
        of_kind("MedicationRequest", id="of-no-visit", authoredOn="2026-04-29"),
        of_kind("MedicationRequest", id="says-why", **VISIT, reasonCode=[{"text": "pain"}]),
    ) == {("without", rule)}
    assert await hospital.found(of_kind("Condition", id="why", **VISIT)) == set()
    assert await hospital.found(of_kind("Condition", id="why", encounter={"reference": "Encounter/other"})) == set(), (
        "it is looked at again by the next command, not by each change of what it hung on"
    )


@pytest.mark.anyio
async def test_nothing_is_done_to_who_has_died_in_an_institutions_care(hospital: Hospital, own_city: City) -> None:
    died = {"system": "http://terminology.hl7.org/CodeSystem/discharge-disposition", "code": "exp"}
    stay = of_kind(
        "Encounter", id="stay", period={"start": "2026-04-05", "end": "2026-04-07"},
        hospitalization={"dischargeDisposition": {"coding": [died]}},
    )  # fmt: skip
    await hospital.send(of_kind("Procedure", id="before", performedDateTime="2026-04-06"))
    await hospital.send(of_kind("Procedure", id="after", performedDateTime="2026-04-20"))
    assert await hospital.findings() == []
    assert await hospital.found(stay) == {("after", "after-death")}
    elsewhere = Hospital(hospital.database, own_city, resident=hospital.resident)
    assert await elsewhere.found(of_kind("Procedure", id="p", performedDateTime="2026-04-20")) == set(), (
        "what another institution says of a death is not told"
    )


@pytest.mark.anyio
async def test_a_name_that_is_not_the_residents_is_found_by_a_no_alone(hospital: Hospital) -> None:
    hospital.born, hospital.name = date(1970, 1, 1), "Wang Fang"

    def called(fhir_id: str, day: int, name: str, birth_date: str = "") -> str:
        at = f"2026-04-{day}"
        contained = [{"resourceType": "Patient", "id": "p", "birthDate": birth_date}] if birth_date else None
        subject = {"reference": f"Patient/{RESIDENT}", "display": name}
        return of_kind("Procedure", id=fhir_id, subject=subject, contained=contained, performedDateTime=at)

    assert await hospital.found(
        called("same", 11, "Wang Fang"), called("other", 12, "Li Na"),
        called("born-then", 13, "Wang Fang", "1970-01-01"), called("born-else", 14, "Wang Fang", "1971-01-01"),
    ) == {("other", "another-name"), ("born-else", "another-name")}  # fmt: skip
    (finding, _) = await hospital.findings()
    said = f"{finding.detail} {finding.field}"
    assert "Li Na" not in said and "Wang" not in said and "19" not in said
    assert {person for question in hospital.asked for person in question.people} >= {NamedPerson("Li Na", "")}


@pytest.mark.anyio
async def test_codes_have_to_be_of_the_packs_tables_once_those_are_loaded(hospital: Hospital, loaded: str) -> None:
    rule = (
        "  - id: drug-not-in-table\n    kind: codes\n    title: T\n    severity: WARNING\n    remedy: R\n"
        f'    resources: [MedicationRequest]\n    tables: [{{url: "{loaded}", version: "1"}}, '
        '{url: "urn:not:loaded", version: "1"}]\n'
    )
    hospital.book = RuleBook([parse_pack(HEAD + rule, "own-1", "own-1.yaml")])

    def prescribed(fhir_id: str, system: str, code: str) -> str:
        return of_kind(
            "MedicationRequest", id=fhir_id, medicationCodeableConcept={"coding": [{"system": system, "code": code}]}
        )

    assert await hospital.found(
        prescribed("known", loaded, "a"), prescribed("unknown", loaded, "z"), prescribed("local", "urn:x:y", "a")
    ) == {("unknown", "drug-not-in-table"), ("local", "drug-not-in-table")}


@pytest.mark.anyio
async def test_what_is_put_right_is_gone_and_stays_to_be_read(hospital: Hospital) -> None:
    await hospital.found(measured("2345-7", 900, "mmol/L", id="r"))
    (finding,) = await hospital.findings()
    assert (finding.rule, finding.version, finding.severity, finding.pack) == (
        "glucose-range",
        1,
        "ERROR",
        "core-2026.1",
    )
    assert finding.field == "valueQuantity" and finding.gone_at is None and "900" not in finding.detail
    await hospital.send(measured("2345-7", 9, "mmol/L", id="r", status="amended"))
    assert await hospital.findings() == []
    (kept,) = await hospital.findings(gone=True)
    assert (kept.id, kept.version, kept.gone_at) == (finding.id, 1, NOON)
    await hospital.send(measured("2345-7", 999, "mmol/L", id="r", status="corrected"))
    (second,) = await hospital.findings()
    assert (second.version, second.gone_at) == (3, None)


@pytest.mark.anyio
async def test_a_newer_pack_is_run_over_what_is_stored_by_command(hospital: Hospital) -> None:
    hospital.book = RuleBook()
    assert await hospital.found(measured("2345-7", 900, "mmol/L", id="r")) == set()
    hospital.book = CORE
    assert await hospital.findings() == [], "a pack alone changes nothing that was examined"
    assert await quality.examine_all_again(hospital.database) >= 1
    assert [row.rule for row in await hospital.findings()] == ["glucose-range"]


@pytest.mark.anyio
async def test_a_pack_that_was_used_never_changes(records_db: Database) -> None:
    name = f"own-{uuid4().int % 10**9}"
    first, second = (
        RuleBook([parse_pack(f"pack: {name}\ntitle: {title}\n", name, "own.yaml")]) for title in ("One", "Other")
    )
    for _ in range(2):
        async with records_db.transaction() as session:
            await quality.keep_packs(session, first, NOON)
    with pytest.raises(BadRulePack, match="another version"):
        async with records_db.transaction() as session:
            await quality.keep_packs(session, second, NOON)
    for change in ("UPDATE rule_pack SET content = ''", "DELETE FROM rule_pack"):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with records_db.transaction() as session:
                await session.execute(text(change))


@pytest.mark.anyio
async def test_the_sent_quantity_stays_and_one_made_alike_stands_beside_it(hospital: Hospital) -> None:
    await hospital.found(measured("2345-7", 110, "mg/dL", id="r"))

    async def beside() -> list[tuple[str, Decimal, str]]:
        query = text(
            "SELECT measurement.path, measurement.value, measurement.unit FROM measurement JOIN record"
            " ON record.id = record_id WHERE institution_id = :institution"
        )
        async with hospital.database.transaction() as session:
            rows = await session.execute(query, {"institution": hospital.institution})
            return [(row.path, row.value, row.unit) for row in rows]

    assert await beside() == [("valueQuantity", Decimal("6.10582"), "mmol/L")]
    async with hospital.database.transaction() as session:
        content = await session.scalar(
            text("SELECT content FROM record WHERE institution_id = :id"), {"id": hospital.institution}
        )
    assert orjson.loads(str(content))["valueQuantity"]["value"] == 110
    await hospital.found(measured("2345-7", 5, "mmol/L", id="r", status="amended"))
    assert await beside() == [("valueQuantity", Decimal(5), "mmol/L")]


def test_a_measurement_without_a_molar_mass_is_no_substance() -> None:
    pressure = Measurement.model_validate({"code": "8480-6", "name": "P", "unit": "mm[Hg]"})
    assert quantities.canonical(SentQuantity("", "8480-6", Decimal(1), "mol/L"), pressure) is None


@pytest.mark.anyio
async def test_an_institution_is_shown_its_own_findings_alone(hospital: Hospital, own_city: City) -> None:
    await hospital.found(measured("2345-7", 900, "mmol/L", id="r"))
    stranger: Callable[..., Hospital] = Hospital
    assert await stranger(hospital.database, own_city).findings() == []
    assert await nobody_known(uuid4(), [PersonQuestion(uuid4())]) == [PersonAnswer({})]


@pytest.mark.anyio
async def test_an_amount_is_found_in_whatever_unit_it_came_and_is_asked_for(hospital: Hospital) -> None:
    await hospital.found(
        measured("2345-7", 110, "mg/dL", id="mass"),
        measured("14749-6", 6.1, "mmol/L", id="substance"),
        measured("2345-7", 7.2, "mmol/L", id="high"),
        measured("29463-7", 6.1, "kg", id="weight"),
        pressures(("8480-6", 150), ("8462-4", 90), id="pressure"),
        observation(id="words", valueQuantity=None, valueString="6.1"),
    )

    async def searched(value: str, name: str = "value-quantity") -> set[str]:
        search = search_of(["Observation"], [(name, value)], lenient=False, zone=JINAN, measurements=CORE.measurements)
        everything = [Release(frozenset({"laboratory"}), APART.categories)]
        async with hospital.database.transaction() as session:
            rows = await fhir_search.page(session, search, hospital.resident, None, everything, APART)
        return {row.fhir_id for row in rows}

    assert await searched(f"6.1|{UCUM}|mmol/L") == {"mass", "substance"}, "5.95 until 6.15, as FHIR rounds"
    assert await searched(f"110|{UCUM}|mg/dL") == {"mass", "substance"}
    assert await searched(f"gt126|{UCUM}|mg/dL") == {"high"}
    assert await searched("le6.1||mmol/L") == {"substance"}
    assert await searched("ne6.1||mmol/L") == {"high"}
    assert await searched("ap6100||g") == {"weight"}
    assert await searched("gt18||kPa", "component-value-quantity") == {"pressure"}
    assert await searched("gt18||kPa") == set()
    assert await searched("gt18||kPa", "combo-value-quantity") == {"pressure"}
    assert await searched("gt100||mmol/L,lt6||kg") == set()
    for unfit in ("6.1", "6.1||", "six||mmol/L", "6.1|urn:x:y|mmol/L", "6.1||nonsense", "1e9||kg", "ne1||kg,ne2||kg"):
        with pytest.raises(Invalid) as refused:
            await searched(unfit)
        assert refused.value.field == "value-quantity"
