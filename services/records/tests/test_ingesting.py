"""Records take in FHIR R4 as institutions send it, all or none, and keep each resident's apart.

`hl7_examples.ndjson` holds every Observation and Encounter of the npm package `hl7.fhir.r4.examples` 4.0.1, which HL7
publishes under CC0; the people in it are HL7's inventions.
"""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import orjson
import pytest
from chassis.database import Database
from hypothesis import given
from hypothesis import strategies as st
from records import commands, domain, fhir, store
from records.domain import QuotaReached, ResourceRefused
from sqlalchemy import text

SERVICE = "records"
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
HL7 = (Path(__file__).parent / "hl7_examples.ndjson").read_text("utf-8").splitlines()
WITHOUT_CATEGORY_OR_TIME = "r.category", "r.period.start"


def described(resource: str) -> domain.Kept | str:
    """What a resource is, or the field at which it is refused."""
    try:
        return domain.describe(fhir.parse(resource, "r"), "r")
    except ResourceRefused as refusal:
        return refusal.field


TAKEN = [resource for resource in HL7 if isinstance(described(resource), domain.Kept)]


def observation(**changes: object) -> str:
    resource = {
        "resourceType": "Observation",
        "id": "fasting-glucose",
        "status": "final",
        "category": [{"coding": [{"code": "laboratory"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "1558-6"}]},
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
    rows = commands.check_resources(resources)
    async with archive.transaction() as session:
        receipt = await commands.ingest_resources(
            session,
            resident_id=resident,
            institution_id=institution,
            rows=rows,
            size=sum(map(len, resources)),
            now=NOON,
        )
    return receipt.created, receipt.updated, receipt.unchanged


async def count(archive: Database, resident: UUID) -> int:
    async with archive.transaction() as session:
        found = await session.scalar(
            text("SELECT count(*) FROM record WHERE resident_id = :resident"), {"resident": resident}
        )
    return int(found or 0)


def test_of_hl7s_examples_only_those_that_consent_or_time_could_not_order_are_refused() -> None:
    refused = [found for found in map(described, HL7) if isinstance(found, str)]
    assert len(HL7) == 74
    assert len(TAKEN) == 36
    assert set(refused) == set(WITHOUT_CATEGORY_OR_TIME)


@pytest.mark.anyio
async def test_hl7s_examples_are_taken_in_and_read_back_as_they_came(archive: Database) -> None:
    resident, institution = uuid4(), uuid4()
    assert await ingest(archive, resident, institution, *TAKEN) == (36, 0, 0)
    async with archive.transaction() as session:
        kinds = ["vital-signs", "laboratory", "encounters"]
        found = await store.page(session, resident, kinds, None, 100)
    sent = {(r["resourceType"], r["id"]): r for r in map(orjson.loads, TAKEN)}
    assert {(row.resource_type, row.fhir_id): row.resource for row in found} == sent
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
    assert isinstance(described(sent), domain.Kept | str)


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
