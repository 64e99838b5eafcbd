"""No version of a resource is lost to the next, and an older one never replaces a newer one."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from records.domain.releases import HELD_BACK, Release
from records.domain.versions import ResourceStale
from records.store import releases as store
from records.tables import RecordRow
from records_scenario import APART, NOON, count, ingest, observation, of_resident, page_of
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

pytestmark = pytest.mark.anyio
SERVICE = "records"


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
async def test_an_older_version_never_replaces_a_newer(records_db: Database, first: Any, then: Any) -> None:
    resident, institution = uuid4(), uuid4()
    await ingest(records_db, resident, institution, observation(**first))
    with pytest.raises(ResourceStale) as refused:
        await ingest(records_db, resident, institution, observation(**then))
    assert refused.value.field.startswith("resources[0]")
    async with records_db.transaction() as session:
        (row,) = await page_of(session, resident, ["laboratory"], None, 10, sorted(HELD_BACK))
    assert row.content == of_resident(observation(**first), resident)


async def test_versions_in_order_replace_one_another_and_a_retry_changes_nothing(records_db: Database) -> None:
    resident, institution = uuid4(), uuid4()
    versions = [
        observation(meta={"versionId": str(number)}, status=status)
        for number, status in enumerate(["registered", "preliminary", "final", "amended", "final"], 1)
    ]
    for version in versions:
        await ingest(records_db, resident, institution, version)
        assert await ingest(records_db, resident, institution, version) == (0, 0, 1)
    assert await count(records_db, resident) == 1


async def test_two_versions_at_the_same_time_are_not_both_the_newest(records_db: Database) -> None:
    resident, institution = uuid4(), uuid4()
    sent = [observation(note=[{"text": str(number)}]) for number in range(6)]
    results = await asyncio.gather(
        *(ingest(records_db, resident, institution, resource) for resource in sent), return_exceptions=True
    )
    assert {type(result) for result in results} <= {tuple, ResourceStale}
    async with records_db.transaction() as session:
        (row,) = await page_of(session, resident, ["laboratory"], None, 10)
    assert row.version == sum(isinstance(result, tuple) for result in results)


async def test_a_version_that_is_replaced_is_kept_as_it_was_sent_and_stays(records_db: Database) -> None:
    resident, institution = uuid4(), uuid4()
    sent = [
        of_resident(
            observation(status=status, valueQuantity={"value": number}, meta={"versionId": str(number)}), resident
        )
        for number, status in enumerate(("preliminary", "final", "corrected", "entered-in-error"), start=1)
    ]
    for content in (*sent, sent[-1]):
        await ingest(records_db, resident, institution, content)
    async with records_db.transaction() as session:
        rows = await session.execute(
            text(
                "SELECT kept.version, kept.content, kept.status FROM resource_version AS kept"
                " JOIN record ON record.id = kept.record_id WHERE record.resident_id = :id ORDER BY kept.version"
            ),
            {"id": resident},
        )
        kept = [(row.version, row.content, row.status) for row in rows]
    assert kept == [(1, sent[0], "preliminary"), (2, sent[1], "final"), (3, sent[2], "corrected")]
    for change in ("UPDATE resource_version SET content = ''", "DELETE FROM resource_version"):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with records_db.transaction() as session:
                await session.execute(text(change))


async def versions_of(records_db: Database, resident: UUID, *releases: Release) -> list[tuple[int, str]]:
    """Each version that may be released, with its status, newest first."""
    async with records_db.transaction() as session:
        record_id = await session.scalar(select(RecordRow.id).where(RecordRow.resident_id == resident))
        assert record_id is not None
        assert await store.versions(session, uuid4(), record_id, releases, APART) is None, "it is nobody else's"
        content = await store.versions(session, resident, record_id, releases, APART)
    if content is None:
        return []
    row, replaced = content
    return [(row.version, row.status), *((version.version, version.status) for version in replaced)]


async def test_what_a_resource_said_before_can_be_read_as_far_as_it_may_be_released(records_db: Database) -> None:
    resident, institution = uuid4(), uuid4()
    hiv = {"code": {"coding": [{"system": "http://loinc.org", "code": "56888-1"}]}}
    for status, more in (("preliminary", {}), ("final", hiv), ("amended", {})):
        await ingest(records_db, resident, institution, observation(status=status, **more))
    laboratory = frozenset({"laboratory"})
    everything = [(3, "amended"), (2, "final"), (1, "preliminary")]
    assert await versions_of(records_db, resident, Release(laboratory, APART.categories)) == everything
    assert await versions_of(records_db, resident, Release(laboratory)) == [everything[0], everything[2]]
    assert await versions_of(records_db, resident, Release(frozenset({"imaging"}), APART.categories)) == []
    assert await versions_of(records_db, resident, Release(laboratory, data_from=NOON)) == []
    assert await versions_of(records_db, resident) == []
