"""Records take in FHIR R4 as institutions send it, all or none, and keep each resident's apart."""

import asyncio
import json
import re
import tarfile
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import orjson
import pytest
from chassis.database import Database
from devstack import published
from hypothesis import given
from hypothesis import strategies as st
from records import api, app, commands, domain, fhir, rules, store
from records.domain import HELD_BACK, QuotaReached, ResourceRefused, ResourceStale
from records.rules import Kept
from records.tables import OUT_OF_RANGE
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

SERVICE = "records"
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
# A herd, an oyster bed, nobody, and newborns who are within the resource only are no resident of ours.
REFUSED_AT = {"r.category": 29, "r.period.start": 7, "r.subject.reference": 6, "r.subject": 2}
RESIDENT = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
JINAN = ZoneInfo("Asia/Shanghai")


def described(resource: str) -> Kept | str:
    """What a resource is, or the field at which it is refused."""
    try:
        return rules.check(fhir.parse(resource, "r"), "r", resident_id=RESIDENT, zone=JINAN, now=NOON)
    except ResourceRefused as refusal:
        return refusal.field


def of_resident(resource: str, resident: UUID = RESIDENT) -> str:
    """One of HL7's examples, of this resident: only references to patients are others."""
    return re.sub(r'"(?:http://[^"]*/)?Patient/[^"]*"', f'"Patient/{resident}"', resource)


@pytest.fixture(scope="module")
def examples() -> list[str]:
    """HL7's examples of Observation and Encounter in R4, of our resident. The people in them are HL7's inventions."""
    try:
        archive = published.from_npm(
            "hl7.fhir.r4.examples", "4.0.1", "dce87f1b5b9341867033f7d1f544fa1b5232503f6d62813887ac6b8a8b6cb682"
        )
    except published.NotFetched as why:
        pytest.skip(str(why))
    with tarfile.open(archive) as files:
        members = sorted(member.name for member in files if re.match(r"package/(Observation|Encounter)-", member.name))
        return [of_resident(files.extractfile(name).read().decode()) for name in members]  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def taken(examples: list[str]) -> list[str]:
    """Those that records take in."""
    return [resource for resource in examples if isinstance(described(resource), Kept)]


def observation(**changes: object) -> str:
    resource = {
        "resourceType": "Observation",
        "id": "fasting-glucose",
        "status": "final",
        "category": [{"coding": [{"code": "laboratory"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "1558-6"}]},
        "subject": {"reference": f"Patient/{RESIDENT}"},
        "effectiveDateTime": "2026-04-30T08:15:00+08:00",
        "valueQuantity": {"value": 6.1, "unit": "mmol/L"},
    } | changes
    return orjson.dumps({name: value for name, value in resource.items() if value is not None}).decode()


@pytest.fixture
async def archive(database: str) -> AsyncGenerator[Database]:
    made = Database(database)
    yield made
    await made.close()


async def ingest(archive: Database, resident: UUID, institution: UUID, *resources: str) -> tuple[int, int, int]:
    async with archive.transaction() as session:
        sent = commands.check_resources(
            [of_resident(one, resident) for one in resources], resident_id=resident, zone=JINAN, now=NOON
        )
        receipt = await commands.ingest_resources(
            session,
            resident_id=resident,
            institution_id=institution,
            sent=sent,
            size=sum(map(len, resources)),
            zone=JINAN,
            now=NOON,
        )
    return receipt.created, receipt.updated, receipt.unchanged


async def count(archive: Database, resident: UUID) -> int:
    async with archive.transaction() as session:
        found = await session.scalar(
            text("SELECT count(*) FROM record WHERE resident_id = :resident"), {"resident": resident}
        )
    return int(found or 0)


def test_of_hl7s_examples_only_those_are_refused_that_have_no_category_no_time_or_no_resident(
    examples: list[str], taken: list[str]
) -> None:
    refused = [found for found in map(described, examples) if isinstance(found, str)]
    assert len(examples) == 74
    assert len(taken) == 30
    assert Counter(refused) == REFUSED_AT


@pytest.mark.anyio
async def test_hl7s_examples_are_taken_in_and_read_back_as_they_came(archive: Database, taken: list[str]) -> None:
    resident, institution = uuid4(), uuid4()
    assert await ingest(archive, resident, institution, *taken) == (30, 0, 0)
    async with archive.transaction() as session:
        kinds = ["vital-signs", "laboratory", "encounters"]
        found = await store.page(session, resident, kinds, None, 100)
        found = [*found, *await store.page(session, resident, kinds, None, 100, sorted(HELD_BACK))]
    sent = {(orjson.loads(r)["resourceType"], orjson.loads(r)["id"]): of_resident(r, resident) for r in taken}
    assert {(row.resource_type, row.fhir_id): row.content for row in found} == sent
    found = found[-len(taken) :]
    assert [row.effective_at for row in found] == sorted((row.effective_at for row in found), reverse=True)


@pytest.mark.anyio
async def test_a_resource_sent_again_is_stored_once_and_a_changed_one_replaces_it(archive: Database) -> None:
    resident, institution = uuid4(), uuid4()
    assert await ingest(archive, resident, institution, observation()) == (1, 0, 0)
    assert await ingest(archive, resident, institution, observation()) == (0, 0, 1)
    assert await ingest(archive, resident, institution, observation(status="amended")) == (0, 1, 0)
    assert await count(archive, resident) == 1


@pytest.mark.anyio
async def test_one_bad_resource_keeps_all_the_others_out(archive: Database) -> None:
    resident = uuid4()
    with pytest.raises(ResourceRefused) as refusal:
        await ingest(archive, resident, uuid4(), observation(), observation(id="second", status="unheard-of"))
    assert refusal.value.field.startswith("resources[1]")
    assert await count(archive, resident) == 0


@pytest.mark.anyio
async def test_an_institution_cannot_move_a_resource_to_another_resident(archive: Database) -> None:
    resident, other, institution = uuid4(), uuid4(), uuid4()
    await ingest(archive, resident, institution, observation())
    with pytest.raises(ResourceRefused, match="another resident"):
        await ingest(archive, other, institution, observation(status="amended"))
    assert await count(archive, resident) == 1
    assert await count(archive, other) == 0


@pytest.mark.parametrize(
    ("resource", "field"),
    [
        ("{", "r"),
        ("[]", "r.resourceType"),
        ('{"resourceType": "Patient"}', "r.resourceType"),
        (observation(id=None), "r.id"),
        (observation(id="with space"), "r.id"),
        (observation(category=None), "r.category"),
        (observation(effectiveDateTime=None), "r.effectiveDateTime"),
        (observation(effectiveDateTime="yesterday"), "r.effectiveDateTime"),
        (observation(unheardOf=1), "r.unheardOf"),
        (observation(status="unheard-of"), "r.status"),
        (observation(status=None), "r.status"),
    ],
)
def test_a_resource_that_cannot_be_kept_is_refused_at_its_field(resource: str, field: str) -> None:
    assert described(resource) == field


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_whatever_is_sent_is_a_resource_or_a_refusal(sent: str) -> None:
    assert isinstance(described(sent), Kept | str)


@given(st.text(min_size=1))
def test_a_refusal_never_repeats_what_was_in_the_resource(secret: str) -> None:
    told = observation(status=f"secret-{secret}-secret")
    with pytest.raises(ResourceRefused) as refusal:
        fhir.parse(told, "r")
    assert f"secret-{secret}-secret" not in str(refusal.value)


@pytest.mark.anyio
@pytest.mark.parametrize("limit", ["RESOURCES_A_DAY_MAX", "BYTES_A_DAY_MAX"])
async def test_an_institution_sends_so_much_a_day_and_nothing_of_what_is_more_is_kept(
    archive: Database, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    resident, institution = uuid4(), uuid4()
    most = 2 if limit == "RESOURCES_A_DAY_MAX" else 2 * len(observation(id="o1"))
    monkeypatch.setattr(domain, limit, most)
    for number in (1, 2):
        await ingest(archive, resident, institution, observation(id=f"o{number}"))
    with pytest.raises(QuotaReached):
        await ingest(archive, resident, institution, observation(id="o3"))
    assert await count(archive, resident) == 2
    await ingest(archive, resident, uuid4(), observation(id="o3"))


DEEP: dict[str, object] = {"url": "http://example.org/e", "valueString": "x"}
for _ in range(400):
    DEEP = {"url": "http://example.org/e", "extension": [DEEP]}
SOMEBODY = "01890a5d-0000-774b-bcce-b302099a8057"
PRESSURE = {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]}
TEMPERATURE = {"coding": [{"system": "http://loinc.org", "code": "8310-5"}]}


def quantity(code: str, value: float = 120) -> dict[str, object]:
    return {"value": value, "unit": code, "system": "http://unitsofmeasure.org", "code": code}


def narrative(inner: str) -> dict[str, str]:
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{inner}</div>'}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"effectiveDateTime": "0001-01-01T00:00:00+14:00"}, "r.effectiveDateTime"),
        ({"effectiveDateTime": "9999-12-31T23:59:59-14:00"}, "r.effectiveDateTime"),
        ({"effectiveDateTime": "9999-12-31T23:59:59-12:00"}, "r.effectiveDateTime"),
        ({"effectiveDateTime": "2999-01-01T00:00:00Z"}, "r.effectiveDateTime"),
        ({"effectiveDateTime": "1701-01-01"}, "r.effectiveDateTime"),
        ({"effectiveDateTime": "2026-05-03"}, "r.effectiveDateTime"),
        ({"effectiveDateTime": "0001"}, "r.effectiveDateTime"),
        ({"effectiveDateTime": "9999-12"}, "r.effectiveDateTime"),
        ({"issued": "9999-12-31T23:59:59-14:00"}, "r.issued"),
        ({"meta": {"lastUpdated": "9999-12-31T23:59:59-14:00"}}, "r.meta.lastUpdated"),
        ({"effectiveDateTime": None, "effectivePeriod": {"start": "2026-04-02", "end": "2026-04-01"}},
         "r.effectivePeriod.end"),
        ({"subject": None}, "r.subject"),
        ({"subject": {"identifier": {"value": "x"}}}, "r.subject"),
        ({"subject": {"reference": f"Patient/{SOMEBODY}"}}, "r.subject.reference"),
        ({"subject": {"reference": "Patient/example"}}, "r.subject.reference"),
        ({"subject": {"reference": "Group/1"}}, "r.subject.reference"),
        ({"subject": {"reference": f"https://example.org/fhir/Patient/{SOMEBODY}"}}, "r.subject.reference"),
        ({"subject": {"reference": f"urn:uuid:{SOMEBODY}"}}, "r.subject.reference"),
        ({"subject": {"reference": f"https://example.org/fhir/Patient/{RESIDENT}"}}, "r.subject.reference"),
        ({"subject": {"reference": f"http://example.org/Patient/{RESIDENT}"}}, "r.subject.reference"),
        ({"subject": {"reference": f"Patient/{RESIDENT}", "identifier": {"value": str(SOMEBODY)}}},
         "r.subject.identifier"),
        ({"subject": {"reference": f"Patient/{RESIDENT}", "identifier": {"value": f"urn:uuid:{SOMEBODY}"}}},
         "r.subject.identifier"),
        ({"effectiveDateTime": None, "effectivePeriod": {"start": "2026-04-02", "end": "2199-01-01"}},
         "r.effectivePeriod.end"),
        ({"focus": [{"reference": f"Patient/{SOMEBODY}"}]}, "r.focus[0].reference"),
        ({"performer": [{"reference": f"Patient/{SOMEBODY}/_history/2"}]}, "r.performer[0].reference"),
        ({"code": TEMPERATURE, "valueQuantity": quantity("mm[Hg]")}, "r.valueQuantity.code"),
        ({"code": PRESSURE, "valueQuantity": quantity("mmHg")}, "r.valueQuantity.code"),
        ({"valueQuantity": quantity("nonsense!!")}, "r.valueQuantity.code"),
        ({"valueQuantity": quantity("m." * 200)}, "r.valueQuantity.code"),
        ({"component": [{"code": PRESSURE, "valueQuantity": quantity("Cel")}]}, "r.component[0].valueQuantity.code"),
        ({"text": narrative("<script>alert(1)</script>")}, "r.text.div"),
        ({"text": narrative('<p onclick="x()">a</p>')}, "r.text.div"),
        ({"text": narrative('<img src="https://example.org/x.png"/>')}, "r.text.div"),
        ({"text": narrative('<a href="javascript:x()">a</a>')}, "r.text.div"),
        ({"text": narrative('<a href=" jAvAscript:x()">a</a>')}, "r.text.div"),
        ({"text": narrative('<p style="background: url(//x)">a</p>')}, "r.text.div"),
        ({"text": narrative("<form><input/></form>")}, "r.text.div"),
        ({"text": narrative("<iframe/>")}, "r.text.div"),
        ({"text": narrative("<svg xmlns='http://www.w3.org/2000/svg'><b/></svg>")}, "r.text.div"),
        ({"text": narrative("<p>not closed")}, "r.text.div"),
        ({"text": {"status": "generated", "div": "<!DOCTYPE div [<!ENTITY a 'b'>]><div>&a;</div>"}}, "r.text.div"),
        ({"extension": [DEEP]}, "r.extension"),
        ({"note": [{"text": "a\0b"}]}, "r.note[0].text"),
        ({"note": [{"text": "\u202eevil"}]}, "r"),
    ],
)  # fmt: skip
def test_what_cannot_be_or_is_another_persons_is_refused_at_its_place(changes: dict[str, object], field: str) -> None:
    resource = json.loads(observation()) | changes
    found = described(json.dumps({name: value for name, value in resource.items() if value is not None}))
    assert isinstance(found, str)
    assert found.startswith(field)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        (lambda text: text.replace('"status":"final"', '"status":"final","status":"amended"'), "r.status"),
        (lambda text: text.replace("6.1", "NaN"), "r.valueQuantity.value"),
        (lambda text: text.replace("6.1", "1e400"), "r.valueQuantity.value"),
        (lambda text: text.replace("6.1", "1." + "1" * 30), "r.valueQuantity.value"),
        (lambda text: text.replace("6.1", "9" * 5000), "r.valueQuantity.value"),
        (lambda text: text.replace('"mmol/L"', '"\\ud800"'), "r.valueQuantity.unit"),
        (lambda text: text.replace('"mmol/L"', '"a\\u0000b"'), "r.valueQuantity.unit"),
    ],
)
def test_json_of_two_meanings_is_refused_at_its_place(changed: Callable[[str], str], field: str) -> None:
    assert described(changed(observation())) == field


@pytest.mark.parametrize("written", ["5.10", "1.0000000000000000001", "1E+2", "0.50", "-0.0"])
@pytest.mark.anyio
async def test_a_decimal_comes_back_as_it_was_sent(archive: Database, written: str) -> None:
    resident = uuid4()
    sent = observation().replace("6.1", written)
    await ingest(archive, resident, uuid4(), sent)
    async with archive.transaction() as session:
        (row,) = await store.page(session, resident, ["laboratory"], None, 10)
    assert row.content == of_resident(sent, resident)
    assert f'"value":{written},' in api.record_message(row).resource


@pytest.mark.parametrize(
    ("written", "begins"),
    [
        ("2026-04-01", "2026-03-31T16:00:00+00:00"),
        ("2026-04", "2026-03-31T16:00:00+00:00"),
        ("2026", "2025-12-31T16:00:00+00:00"),
    ],
)
def test_a_date_without_a_time_is_the_citys_day(written: str, begins: str) -> None:
    found = described(observation(effectiveDateTime=written))
    assert isinstance(found, Kept)
    assert found.effective_at.isoformat() == begins


@pytest.mark.parametrize("unit", ["mmol/L", "10*3/uL", "{score}", "ng/mL{FEU}", "/min", "1", "%", "kg/m2"])
def test_units_of_ucum_are_taken(unit: str) -> None:
    assert isinstance(described(observation(valueQuantity=quantity(unit))), Kept)


@pytest.mark.parametrize(
    "inner", ["<p>a&nbsp;b</p>", '<a href="#x">a</a>', '<table><tr><td style="color: red">1</td></tr></table>']
)
def test_formatted_text_is_taken(inner: str) -> None:
    assert isinstance(described(observation(text=narrative(inner))), Kept)


@given(st.text(max_size=60) | st.text(alphabet="<>/ab =\"'&;!-[]", max_size=40))
def test_any_narrative_is_formatted_text_or_refused(inner: str) -> None:
    assert isinstance(described(observation(text=narrative(inner))), Kept | str)


def test_a_planned_encounter_may_be_in_the_future_and_no_other() -> None:
    encounter = {
        "resourceType": "Encounter", "id": "e", "status": "planned", "class": {"code": "AMB"},
        "subject": {"reference": f"Patient/{RESIDENT}"}, "period": {"start": "2026-06-01"},
    }  # fmt: skip
    assert isinstance(described(json.dumps(encounter)), Kept)
    assert described(json.dumps(encounter | {"status": "finished"})) == "r.period.start"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"status": "amended"}, {"status": "final", "note": [{"text": "late"}]}),
        ({"status": "entered-in-error"}, {"status": "final"}),
        ({"status": "final"}, {"status": "preliminary"}),
        ({"meta": {"versionId": "2"}, "status": "amended"}, {"meta": {"versionId": "1"}}),
        ({"meta": {"versionId": "2"}}, {"meta": {"versionId": "2"}, "status": "amended"}),
        ({"meta": {"lastUpdated": "2026-04-30T10:00:00Z"}}, {"meta": {"lastUpdated": "2026-04-30T09:00:00Z"}}),
        ({"meta": {"lastUpdated": "2026-04-30T10:00:00Z"}}, {"note": [{"text": "of no version"}]}),
        ({"meta": {"lastUpdated": "2026-04-30T10:00:00Z"}}, {"meta": {"versionId": "3"}}),
        ({"meta": {"versionId": "3"}}, {"meta": {"lastUpdated": "2026-04-30T10:00:00Z"}}),
    ],
)
@pytest.mark.anyio
async def test_an_older_version_never_replaces_a_newer(archive: Database, first: Any, then: Any) -> None:
    resident, institution = uuid4(), uuid4()
    await ingest(archive, resident, institution, observation(**first))
    with pytest.raises(ResourceStale) as refused:
        await ingest(archive, resident, institution, observation(**then))
    assert refused.value.field.startswith("resources[0]")
    async with archive.transaction() as session:
        (row,) = await store.page(session, resident, ["laboratory"], None, 10, sorted(HELD_BACK))
    assert row.content == of_resident(observation(**first), resident)


@given(sent=st.lists(st.tuples(st.none() | st.integers(1, 4), st.none() | st.integers(1, 4)), min_size=2, max_size=8))
def test_however_versions_are_marked_what_is_taken_is_older_than_nothing_taken_before(
    sent: list[tuple[int | None, int | None]],
) -> None:
    known = domain.Version("final", None, None)
    for hour, number in sent:
        updated = None if hour is None else NOON.replace(hour=hour)
        version = domain.Version("final", number, updated)
        try:
            domain.check_newer(version, known, "r")
        except ResourceStale:
            continue
        assert known.updated_at is None or updated is None or updated >= known.updated_at
        if known.updated_at is not None or known.number is not None:
            later = bool(updated and known.updated_at and updated > known.updated_at)
            assert later or (number is not None and known.number is not None and number > known.number)
        known = version.after(known)


@pytest.mark.anyio
async def test_versions_in_order_replace_one_another_and_a_retry_changes_nothing(archive: Database) -> None:
    resident, institution = uuid4(), uuid4()
    versions = [
        observation(meta={"versionId": str(number)}, status=status)
        for number, status in enumerate(["registered", "preliminary", "final", "amended", "final"], 1)
    ]
    for version in versions:
        await ingest(archive, resident, institution, version)
        assert await ingest(archive, resident, institution, version) == (0, 0, 1)
    assert await count(archive, resident) == 1


@pytest.mark.parametrize("status", sorted(HELD_BACK))
@pytest.mark.anyio
async def test_what_was_not_so_or_is_not_certain_is_released_only_when_it_is_asked_for(
    archive: Database, status: str
) -> None:
    resident = uuid4()
    await ingest(archive, resident, uuid4(), observation(status=status), observation(id="good"))
    async with archive.transaction() as session:
        shown = await store.page(session, resident, ["laboratory"], None, 10)
        asked = await store.page(session, resident, ["laboratory"], None, 10, [status])
    assert [row.fhir_id for row in shown] == ["good"]
    assert {row.status for row in asked} == {"final", status}


@pytest.mark.anyio
async def test_two_versions_at_the_same_time_are_not_both_the_newest(archive: Database) -> None:
    resident, institution = uuid4(), uuid4()
    sent = [observation(note=[{"text": str(number)}]) for number in range(6)]
    done = await asyncio.gather(*(ingest(archive, resident, institution, one) for one in sent), return_exceptions=True)
    assert {type(one) for one in done} <= {tuple, ResourceStale}
    async with archive.transaction() as session:
        (row,) = await store.page(session, resident, ["laboratory"], None, 10)
    assert row.version == sum(isinstance(one, tuple) for one in done)


@pytest.mark.anyio
async def test_a_row_that_cannot_be_read_takes_no_others_with_it(
    archive: Database, owner_database: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A row of before the bounds: the database refuses a new one, and a page shows all but the old."""
    resident = uuid4()
    await ingest(archive, resident, uuid4(), observation(), observation(id="second"))
    with pytest.raises(IntegrityError, match="record_readable"):
        async with archive.transaction() as session:
            await session.execute(text("UPDATE record SET effective_at = '9999-12-31T23:59:59-12:00'"))
    owner = Database(owner_database)
    async with owner.transaction() as session:
        await session.execute(text("ALTER TABLE record DROP CONSTRAINT record_readable"))
        await session.execute(
            text(
                "UPDATE record SET effective_at = '0001-01-01T00:00:00+14:00'"
                " WHERE fhir_id = 'second' AND resident_id = :r"
            ),
            {"r": resident},
        )
        await session.execute(
            text(f"ALTER TABLE record ADD CONSTRAINT record_readable CHECK (NOT ({OUT_OF_RANGE})) NOT VALID")
        )
    await owner.close()
    async with archive.transaction() as session:
        shown = await store.page(session, resident, ["laboratory"], None, 10)
        assert await store.unreadable(session) == 1
    assert [row.fhir_id for row in shown] == ["fasting-glucose"]
    await app.count_unreadable(archive, None)  # type: ignore[arg-type] # it needs none
    assert "1 record cannot be read" in caplog.text
