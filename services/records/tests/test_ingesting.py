"""Records take in FHIR R4 as institutions send it, all or none, and keep each resident's apart."""

import tarfile
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import orjson
import pytest
from chassis.database import Database
from chassis.pages import beginning
from chassis.refusals import Invalid
from city_pack.information import INFORMATION_TYPES
from devstack import published
from records import app
from records.api import releases
from records.domain.ingests import Quota, QuotaReached, ResourceRefused
from records.domain.kinds import KINDS
from records.domain.releases import HELD_BACK, Release, check_wanted
from records.domain.resources import ResourceFacts
from records.domain.summaries import summary
from records.store import releases as release_store
from records.store import sensitivity as sensitivity_store
from records.store.releases import RecordFilter
from records.tables import OUT_OF_RANGE
from records_scenario import APART, DAY, NOON, check, count, ingest, observation, of_kind, of_resident, page_of
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

SERVICE = "records"
# Of HL7's examples: those of herds, oyster beds and nobody, of no time, of no category, in units that UCUM has not
# (mEq, mcg, drops), and a device that nobody has.
REFUSED_AT = {
    "r.category": 32, "r.dosageInstruction": 10, "r.effectiveDateTime": 1, "r.occurrenceDateTime": 1, "r.patient": 1,
    "r.performedDateTime": 4, "r.period.start": 10, "r.recordedDate": 2, "r.status": 1, "r.subject": 12,
}  # fmt: skip


@pytest.fixture(scope="module")
def examples() -> list[str]:
    """HL7's examples in R4 of the kinds that are kept, of our resident. The people in them are HL7's inventions."""
    try:
        archive = published.from_npm(
            "hl7.fhir.r4.examples", "4.0.1", "dce87f1b5b9341867033f7d1f544fa1b5232503f6d62813887ac6b8a8b6cb682"
        )
    except published.NotFetched as why:
        pytest.skip(str(why))
    with tarfile.open(archive) as files:
        members = sorted(member.name for member in files if member.name.split("/")[1].split("-")[0] in KINDS)
        return [of_resident(files.extractfile(name).read().decode()) for name in members]  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def taken(examples: list[str]) -> list[str]:
    """Those that records take in."""
    return [resource for resource in examples if isinstance(check(resource), ResourceFacts)]


def test_of_hl7s_examples_only_those_are_refused_that_lack_what_a_record_needs(
    examples: list[str], taken: list[str]
) -> None:
    refused = [field for field in map(check, examples) if isinstance(field, str)]
    assert len(taken) == 113
    assert Counter(field.partition("[")[0].removesuffix(".reference") for field in refused) == REFUSED_AT
    assert {orjson.loads(resource)["resourceType"] for resource in taken} == KINDS.keys() - {"Device"}


@pytest.mark.anyio
async def test_hl7s_examples_are_taken_in_and_read_back_as_they_came(records_db: Database, taken: list[str]) -> None:
    resident, institution = uuid4(), uuid4()
    assert await ingest(records_db, resident, institution, *taken) == (len(taken), 0, 0)
    async with records_db.transaction() as session:
        rows = await page_of(session, resident, sorted(INFORMATION_TYPES), None, 200, sorted(HELD_BACK))
    sent = {(orjson.loads(r)["resourceType"], orjson.loads(r)["id"]): of_resident(r, resident) for r in taken}
    assert {(row.resource_type, row.fhir_id): row.content for row in rows} == sent
    assert [row.effective_at for row in rows] == sorted((row.effective_at for row in rows), reverse=True)


def test_nearly_all_of_hl7s_examples_say_in_words_what_they_are(taken: list[str]) -> None:
    resources = [orjson.loads(resource) for resource in taken]
    unnamed = [resource["id"] for resource in resources if summary(resource).title == resource["resourceType"]]
    assert len(unnamed) <= 12, unnamed


@pytest.mark.anyio
async def test_a_resource_sent_again_is_stored_once_and_a_changed_one_replaces_it(records_db: Database) -> None:
    resident, institution = uuid4(), uuid4()
    assert await ingest(records_db, resident, institution, observation()) == (1, 0, 0)
    assert await ingest(records_db, resident, institution, observation()) == (0, 0, 1)
    assert await ingest(records_db, resident, institution, observation(status="amended")) == (0, 1, 0)
    assert await count(records_db, resident) == 1


@pytest.mark.anyio
async def test_one_bad_resource_keeps_all_the_others_out(records_db: Database) -> None:
    resident = uuid4()
    with pytest.raises(ResourceRefused) as refusal:
        await ingest(records_db, resident, uuid4(), observation(), observation(id="second", status="unheard-of"))
    assert refusal.value.field.startswith("resources[1]")
    assert await count(records_db, resident) == 0


@pytest.mark.anyio
async def test_an_institution_cannot_move_a_resource_to_another_resident(records_db: Database) -> None:
    resident, other, institution = uuid4(), uuid4(), uuid4()
    await ingest(records_db, resident, institution, observation())
    with pytest.raises(ResourceRefused, match="another resident"):
        await ingest(records_db, other, institution, observation(status="amended"))
    assert await count(records_db, resident) == 1
    assert await count(records_db, other) == 0


@pytest.mark.anyio
@pytest.mark.parametrize("limited", ["resources", "bytes"])
async def test_an_institution_sends_so_much_a_day_and_nothing_of_what_is_more_is_kept(
    records_db: Database, limited: str
) -> None:
    resident, institution = uuid4(), uuid4()
    quota = Quota(2, 1_000_000) if limited == "resources" else Quota(9, 2 * len(observation(id="o1")))
    for number in (1, 2):
        await ingest(records_db, resident, institution, observation(id=f"o{number}"), quota=quota)
    with pytest.raises(QuotaReached):
        await ingest(records_db, resident, institution, observation(id="o3"), quota=quota)
    assert await count(records_db, resident) == 2
    await ingest(records_db, resident, uuid4(), observation(id="o3"), quota=quota)


@pytest.mark.parametrize("written", ["5.10", "1.0000000000000000001", "1E+2", "0.50", "-0.0"])
@pytest.mark.anyio
async def test_a_decimal_comes_back_as_it_was_sent(records_db: Database, written: str) -> None:
    resident = uuid4()
    sent = observation().replace("6.1", written)
    await ingest(records_db, resident, uuid4(), sent)
    async with records_db.transaction() as session:
        (row,) = await page_of(session, resident, ["laboratory"], None, 10)
    assert row.content == of_resident(sent, resident)
    assert f'"value":{written},' in releases.record_message(row).resource


def of_status(status: str) -> str:
    """A laboratory's resource of a kind that has this status."""
    meta = {"tag": [{"system": "urn:yima:information-type", "code": "laboratory"}]}
    for kind, rules in KINDS.items():
        if status in rules.statuses:
            return of_kind(kind, meta={"lastUpdated": f"{DAY}T08:00:00Z"} | meta, status=status)
    return of_kind("Condition", meta=meta, verificationStatus={"coding": [{"code": status}]})


@pytest.mark.parametrize("status", sorted(HELD_BACK))
@pytest.mark.anyio
async def test_what_was_not_so_or_is_not_certain_is_released_only_when_it_is_asked_for(
    records_db: Database, status: str
) -> None:
    resident = uuid4()
    await ingest(records_db, resident, uuid4(), of_status(status), observation(id="good"))
    async with records_db.transaction() as session:
        shown = await page_of(session, resident, ["laboratory"], None, 10)
        with_status = await page_of(session, resident, ["laboratory"], None, 10, [status])
    assert [row.fhir_id for row in shown] == ["good"]
    assert {row.status for row in with_status} == {"final", status}


@pytest.mark.anyio
async def test_a_row_that_cannot_be_read_takes_no_others_with_it(
    records_db: Database, owner_database: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A row of before the bounds: the database refuses a new one, and a page shows all but the old."""
    resident = uuid4()
    await ingest(records_db, resident, uuid4(), observation(), observation(id="second"))
    with pytest.raises(IntegrityError, match="record_readable"):
        async with records_db.transaction() as session:
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
    async with records_db.transaction() as session:
        shown = await page_of(session, resident, ["laboratory"], None, 10)
        assert await sensitivity_store.unreadable(session) == 1
    assert [row.fhir_id for row in shown] == ["fasting-glucose"]
    await app.count_unreadable(records_db, None)  # type: ignore[arg-type] # it needs none
    assert "1 record cannot be read" in caplog.text


WANTED = [
    ({}, {"glucose", "pressure", "diagnosis", "old"}),
    ({"resource_types": ["Condition"]}, {"diagnosis"}),
    ({"codes": ["8480-6"]}, {"pressure"}),
    ({"codes": ["8480-6", "1558-6"]}, {"pressure", "glucose", "old"}),
    ({"codes": ["8480"]}, set()),
    ({"codes": ['" || true || "']}, set()),
    ({"since": NOON - timedelta(days=30)}, {"glucose", "pressure", "diagnosis"}),
    ({"until": NOON - timedelta(days=30)}, {"old"}),
    ({"resource_types": ["Observation"], "since": NOON - timedelta(days=30), "codes": ["1558-6"]}, {"glucose"}),
]


@pytest.mark.anyio
async def test_of_a_record_only_what_is_wanted_is_read(records_db: Database) -> None:
    resident, institution, other = uuid4(), uuid4(), uuid4()
    pressure = [{"code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]}}]
    plain = {"coding": [{"system": "urn:example", "code": "x"}]}
    await ingest(
        records_db,
        resident,
        institution,
        observation(id="glucose"),
        of_kind("Condition", id="diagnosis", code=plain),
        observation(id="pressure", code=plain, component=pressure),
    )
    await ingest(records_db, resident, other, observation(id="old", effectiveDateTime="2025-01-01"))
    everything = [Release(INFORMATION_TYPES, APART.categories)]

    async def read(wanted: RecordFilter) -> set[str]:
        async with records_db.transaction() as session:
            rows = await release_store.page(session, resident, everything, APART, beginning(10), (), wanted)
        return {row.fhir_id for row in rows}

    for wanted, names in WANTED:
        assert await read(RecordFilter(**wanted)) == names, wanted
    assert await read(RecordFilter(institution_ids=[other])) == {"old"}
    assert await read(RecordFilter(institution_ids=[uuid4()])) == set()


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ((["Patient"], [], []), "resource_types[0]"),
        (([], [""], []), "codes[0]"),
        (([], ["x" * 65], []), "codes[0]"),
        (([], ["x"] * 21, []), "codes"),
        (([], [], ["x"] * 21), "institution_ids"),
    ],
)
def test_what_cannot_be_wanted_is_refused_at_its_field(
    wanted: tuple[list[str], list[str], list[str]], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        check_wanted(*wanted)
    assert refused.value.field == field
