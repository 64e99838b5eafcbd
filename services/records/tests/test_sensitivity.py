"""What is apart is let out only where a release names it: it is in no page, and leaves no gap that shows it."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.pages import beginning
from city_pack.sensitivity import DEFAULT
from records.domain.releases import Release
from records.domain.sensitivity import Sensitivity, sensitivity
from records.store import releases as release_store
from records.store import sensitivity as sensitivity_store
from records.tables import RecordRow
from records_scenario import APART, NOON, ingest, observation
from sqlalchemy import text

pytestmark = pytest.mark.anyio
SERVICE = "records"
LABORATORY = frozenset({"laboratory"})
ICD_10 = "http://hl7.org/fhir/sid/icd-10"
LOINC = "http://loinc.org"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def coded(system: str, code: str, **more: Any) -> dict[str, Any]:
    return {"code": {"coding": [{"system": system, "code": code}]}} | more


HIV_TEST = coded(LOINC, "56888-1", valueQuantity=None, valueString="negative")
CASES = [
    ("an HIV test", HIV_TEST, {"hiv"}),
    ("a depression score", coded(LOINC, "44261-6", valueQuantity=None, valueInteger=9), {"mental-health"}),
    ("a pregnancy test", coded(LOINC, "2106-3", valueQuantity=None, valueString="positive"), {"reproductive-health"}),
    ("a label of the source", {"meta": {"security": [{"system": ACT_CODE, "code": "HIV"}]}}, {"hiv"}),
    (
        "a finding as the value",
        {"valueQuantity": None, "valueCodeableConcept": {"coding": [{"system": ICD_10, "code": "F32.1"}]}},
        {"mental-health"},
    ),
    ("two at once", coded(ICD_10, "O98.7"), {"hiv", "reproductive-health"}),
    ("another system's code", coded("http://example.org/codes", "F32.1"), set()),
    ("a code that only begins alike", coded(LOINC, "56888-10"), set()),
    ("a dot is a dot", coded(ICD_10, "O98x7"), {"reproductive-health"}),
    ("a glucose", {}, set()),
]


async def shown(
    records_db: Database, resident: UUID, *releases: Release, apart: Sensitivity = APART
) -> list[RecordRow]:
    async with records_db.transaction() as session:
        return list(await release_store.page(session, resident, releases, apart, beginning(100)))


@pytest.mark.parametrize(("what", "changes", "categories"), CASES, ids=[case[0].replace(" ", "-") for case in CASES])
@pytest.mark.parametrize("classified", [True, False])
async def test_what_is_apart_is_let_out_only_where_it_is_named(
    records_db: Database, what: str, changes: dict[str, Any], categories: set[str], classified: bool
) -> None:
    resident = uuid4()
    await ingest(records_db, resident, uuid4(), observation(**changes))
    async with records_db.transaction() as session:
        if not classified:  # as a release before stored it
            update = "UPDATE record SET sensitive = '{}', classified_by = '' WHERE resident_id = :resident"
            await session.execute(text(update), {"resident": resident})
    for named in (set(), {"hiv"}, {"mental-health", "reproductive-health"}, set(DEFAULT)):
        rows = await shown(records_db, resident, Release(LABORATORY, frozenset(named)))
        assert bool(rows) is (categories <= named), (what, named)


async def test_a_page_shows_no_gap_where_something_was_left_out(records_db: Database) -> None:
    resident = uuid4()
    for number in range(6):
        moment = (NOON - timedelta(days=number + 1)).isoformat()
        changes = HIV_TEST if number % 2 else {}
        await ingest(records_db, resident, uuid4(), observation(id=f"r{number}", effectiveDateTime=moment, **changes))
    async with records_db.transaction() as session:
        rows = await release_store.page(session, resident, [Release(LABORATORY)], APART, beginning(3))
    assert [row.fhir_id for row in rows] == ["r0", "r2", "r4"], "three, and no fourth that would promise a next page"


async def test_a_release_lets_out_only_what_is_dated_within_it_and_several_what_each_lets_out(
    records_db: Database,
) -> None:
    resident = uuid4()
    for number in range(4):
        moment = (NOON - timedelta(days=number + 1)).isoformat()
        await ingest(records_db, resident, uuid4(), observation(id=f"r{number}", effectiveDateTime=moment))
    from_, until = NOON - timedelta(days=3), NOON - timedelta(days=1)
    rows = await shown(records_db, resident, Release(LABORATORY, data_from=from_, data_until=until))
    assert [row.fhir_id for row in rows] == ["r1", "r2"], "from the moment on, until before the other"
    old, new = Release(LABORATORY, data_until=from_), Release(LABORATORY, data_from=until)
    assert [row.fhir_id for row in await shown(records_db, resident, old, new)] == ["r0", "r3"]
    assert await shown(records_db, resident) == []
    other = Release(frozenset({"imaging"}), data_from=until)
    assert [row.fhir_id for row in await shown(records_db, resident, other, old)] == ["r3"]


async def test_a_city_that_changes_its_categories_shuts_at_once_and_the_record_is_classified_again(
    records_db: Database,
) -> None:
    resident = uuid4()
    await ingest(records_db, resident, uuid4(), observation())
    assert len(await shown(records_db, resident, Release(LABORATORY))) == 1
    changed = sensitivity({"sugar": (DEFAULT["hiv"][0].model_copy(update={"system": LOINC, "codes": ("1558-6",)}),)})
    assert await shown(records_db, resident, Release(LABORATORY), apart=changed) == [], "before anything is classified"
    after: UUID | None = UUID(int=0)
    while after is not None:
        async with records_db.transaction() as session:
            after = await sensitivity_store.classify(session, changed, after, 2)
    (row,) = await shown(records_db, resident, Release(LABORATORY, frozenset({"sugar"})), apart=changed)
    assert (row.sensitive, row.classified_by) == (["sugar"], f"{changed.digest}:{row.version}")
    assert await shown(records_db, resident, Release(LABORATORY), apart=changed) == []


async def test_a_new_version_is_classified_by_what_it_says(records_db: Database) -> None:
    resident, institution = uuid4(), uuid4()
    await ingest(records_db, resident, institution, observation(meta={"versionId": "1"}))
    await ingest(records_db, resident, institution, observation(meta={"versionId": "2"}, **HIV_TEST))
    assert await shown(records_db, resident, Release(LABORATORY)) == []
    (row,) = await shown(records_db, resident, Release(LABORATORY, frozenset({"hiv"})))
    assert (row.sensitive, row.version) == (["hiv"], 2)
