"""Who wrote a resource stays what it is: an institution's word is never a resident's, nor the other way round."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.ids import new_id
from chassis.refusals import Refusal
from records.commands import error_reports
from records.commands.quality import examine
from records.domain.authors import AUTHOR_SYSTEM
from records.domain.error_reports import NobodyToAnswer
from records.domain.ingests import ResourceRefused
from records.domain.rule_packs import RuleBook
from records.domain.shown import Identity, show
from records.store import ingests as store
from records_scenario import APART, NOON, check, ingest, nobody_known, observation
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

pytestmark = pytest.mark.anyio
SERVICE = "records"


def own(resident: UUID, fhir_id: str, **changes: Any) -> dict[str, Any]:
    """What is stored of something that the resident entered."""
    return {
        "id": new_id(), "author": "resident", "author_id": resident, "fhir_id": fhir_id, "resource_type": "Observation",
        "information_type": "vital-signs", "effective_at": NOON, "status": "final", "source_version": None,
        "source_updated_at": None, "content": "{}", "sha256": "00", "known_version": 0,
    } | changes  # fmt: skip


async def put(records_db: Database, resident: UUID, institution: UUID | None, *records: dict[str, Any]) -> int:
    async with records_db.transaction() as session:
        return len(await store.put(session, resident, institution, records, APART, NOON))


async def test_two_residents_own_readings_with_one_id_are_two_and_a_resident_has_it_once(records_db: Database) -> None:
    ayla, bela = uuid4(), uuid4()
    assert await put(records_db, ayla, None, own(ayla, "one")) == 1
    assert await put(records_db, bela, None, own(bela, "one")) == 1
    assert await put(records_db, ayla, None, own(ayla, "one", sha256="01")) == 0  # it is there, and was not read
    assert await put(records_db, ayla, None, own(ayla, "one", sha256="01", known_version=1)) == 1
    async with records_db.transaction() as session:
        kept = await store.stored_personal(session, ayla, [("Observation", "one")])
    assert [each.revision for each in kept.values()] == [2]


@pytest.mark.parametrize(
    ("institution", "author", "known"),
    [
        (False, "institution", False),  # an institution's resource without an institution
        (True, "institution", True),
        (True, "resident", True),  # a resident's word in an institution's name
        (False, "resident", False),  # of nobody
        (False, "device", False),
        (True, "somebody", True),
    ],
)
async def test_nothing_is_stored_of_which_it_is_not_said_who_wrote_it(
    records_db: Database, institution: bool, author: str, known: bool
) -> None:
    resident = uuid4()
    record = own(resident, "one", author=author, author_id=resident if known else None)
    with pytest.raises(DBAPIError, match="record_author"):
        await put(records_db, resident, uuid4() if institution else None, record)


@pytest.mark.parametrize("change", ["author = 'device'", "institution_id = gen_random_uuid(), author_id = NULL"])
async def test_nobody_makes_anothers_word_of_a_residents(records_db: Database, change: str) -> None:
    resident = uuid4()
    await put(records_db, resident, None, own(resident, "one"))
    with pytest.raises(DBAPIError, match="stays what it is"):
        async with records_db.transaction() as session:
            await session.execute(
                text(f"UPDATE record SET {change} WHERE resident_id = :resident"),
                {"resident": resident},
            )


async def test_an_institution_does_not_pass_anything_off_as_a_residents_word(records_db: Database) -> None:
    tag = {"tag": [{"system": AUTHOR_SYSTEM, "code": "resident"}]}
    assert check(observation(meta=tag)) == "r.meta.tag"
    with pytest.raises(ResourceRefused, match=AUTHOR_SYSTEM):
        await ingest(records_db, uuid4(), uuid4(), observation(meta=tag))


def test_what_a_resident_entered_says_so_beside_every_other_tag() -> None:
    def tags(content: str, author: str, keep: Any = None) -> list[str]:
        identity = Identity("Observation", "rec-1", 1, NOON, "Patient/res-1", author)
        shown = json.loads(show(content, identity, keep))
        return [tag["code"] for tag in shown["meta"].get("tag", ())]

    plain, tagged = '{"id": "1"}', '{"id": "1", "meta": {"tag": [ {"code": "x"} ]}}'
    assert (tags(plain, "institution"), tags(plain, "resident")) == ([], ["resident"])
    assert tags(tagged, "resident") == ["x", "resident"]
    assert tags(tagged, "device", lambda name: name == "status") == ["x", "device", "SUBSETTED"]
    assert tags('{"id": "1", "meta": {"tag": []}}', "institution", lambda name: True) == ["SUBSETTED"]


async def test_a_version_that_was_replaced_says_who_wrote_it(records_db: Database) -> None:
    resident, guardian = uuid4(), uuid4()
    await put(records_db, resident, None, own(resident, "one"))
    await put(records_db, resident, None, own(resident, "one", sha256="01", known_version=1, author_id=guardian))
    async with records_db.transaction() as session:
        authors = await session.execute(
            text(
                "SELECT version.author_id AS first, record.author_id AS then FROM resource_version AS version"
                " JOIN record ON record.id = version.record_id WHERE resident_id = :resident"
            ),
            {"resident": resident},
        )
    assert [(row.first, row.then) for row in authors] == [(resident, guardian)]


async def test_nobody_is_asked_to_mend_or_to_answer_for_what_a_resident_entered(
    records_db: Database, own_city: Any
) -> None:
    resident = uuid4()
    record = own(resident, "one")
    await put(records_db, resident, None, record)
    while await examine(records_db, RuleBook(), own_city, nobody_known, NOON):
        pass
    async with records_db.transaction() as session:
        findings = await session.scalar(
            text("SELECT count(*) FROM finding WHERE record_id = :record"), {"record": record["id"]}
        )
    assert findings == 0
    with pytest.raises(NobodyToAnswer) as refused:
        async with records_db.transaction() as session:
            await error_reports.report_error(
                session, resident_id=resident, record_id=record["id"], description="odd", by=resident, now=NOON
            )
    assert isinstance(refused.value, Refusal) and refused.value.field == "record_id"
