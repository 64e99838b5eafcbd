"""Nothing is taken in of before a resident's birth, and no version of a resource is lost to the next."""

from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import orjson
import pytest
from chassis.database import Database
from records import commands, domain
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

pytestmark = pytest.mark.anyio
SERVICE = "records"
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
JINAN = ZoneInfo("Asia/Shanghai")
RESIDENT = uuid4()


@pytest.fixture
async def archive(database: str) -> AsyncGenerator[Database]:
    made = Database(database)
    yield made
    await made.close()


def observation(resident: UUID, at: str, **changes: object) -> str:
    resource = {
        "resourceType": "Observation", "id": "glucose", "status": "final",
        "category": [{"coding": [{"code": "laboratory"}]}], "code": {"text": "glucose"},
        "subject": {"reference": f"Patient/{resident}"}, "effectiveDateTime": at,
    } | changes  # fmt: skip
    return orjson.dumps(resource).decode()


async def ingest(archive: Database, resident: UUID, institution: UUID, *resources: str) -> None:
    async with archive.transaction() as session:
        sent = commands.check_resources(resources, resident_id=resident, zone=JINAN, now=NOON)
        await commands.ingest_resources(
            session, resident_id=resident, institution_id=institution, sent=sent, size=1, zone=JINAN, now=NOON
        )


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2019", "2020-01-01"), ("2019-02", "2019-03-01"), ("2019-03-12", "2019-03-13"),
        ("2019-03-12T23:59:59+08:00", "2019-03-13"), ("2019-03-12T23:59:59Z", "2019-03-14"),
    ],
)  # fmt: skip
def test_whoever_is_asked_about_must_be_born_by_the_last_day_a_date_may_mean(at: str, day: str) -> None:
    (sent,) = commands.check_resources([observation(RESIDENT, at)], resident_id=RESIDENT, zone=JINAN, now=NOON)
    assert domain.latest_birth(sent.kept.effective_until, JINAN) == date.fromisoformat(day)
    assert sent.kept.dated == "resources[0].effectiveDateTime"


async def test_a_version_that_is_replaced_is_kept_as_it_was_sent_and_stays(archive: Database) -> None:
    resident, institution = uuid4(), uuid4()
    sent = [
        observation(
            resident, "2026-04-30", status=status, valueString=f"value {number}", meta={"versionId": str(number)}
        )
        for number, status in enumerate(("preliminary", "final", "corrected", "entered-in-error"), start=1)
    ]
    for one in (*sent, sent[-1]):
        await ingest(archive, resident, institution, one)
    async with archive.transaction() as session:
        kept = await session.execute(
            text(
                "SELECT kept.version, kept.content, kept.status FROM resource_version AS kept"
                " JOIN record ON record.id = kept.record_id WHERE record.resident_id = :id ORDER BY kept.version"
            ),
            {"id": resident},
        )
        rows = [tuple(row) for row in kept]
    assert rows == [(1, sent[0], "preliminary"), (2, sent[1], "final"), (3, sent[2], "corrected")]
    for change in ("UPDATE resource_version SET content = ''", "DELETE FROM resource_version"):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with archive.transaction() as session:
                await session.execute(text(change))
