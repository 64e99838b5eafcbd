"""A resident says what is wrong in their record; its institution answers, and nothing disappears."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.pages import Part, beginning
from chassis.refusals import Invalid, NotFound
from records.commands import error_reports as commands
from records.domain.error_reports import (
    ANSWER_WITHIN,
    OPEN_MAX,
    ErrorReportClosed,
    ErrorReportOpen,
    ErrorReportStatus,
    NotCorrected,
    TooManyErrorReports,
)
from records.store import error_reports as store
from records.tables import ErrorReportRow
from records_scenario import ingest, observation
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

pytestmark = pytest.mark.anyio
SERVICE = "records"
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


async def a_record(records_db: Database, resident: UUID, institution: UUID, **changes: object) -> UUID:
    """The id of a resource that an institution has sent."""
    await ingest(records_db, resident, institution, observation(**changes))
    async with records_db.transaction() as session:
        query = text("SELECT id FROM record WHERE resident_id = :resident ORDER BY id DESC LIMIT 1")
        return UUID(str(await session.scalar(query, {"resident": resident})))


async def report(records_db: Database, resident: UUID, record: UUID, words: str = "not my sugar") -> ErrorReportRow:
    async with records_db.transaction() as session:
        return await commands.report_error(
            session, resident_id=resident, record_id=record, description=words, by=resident, now=NOW
        )


async def answer(
    records_db: Database, reported: ErrorReportRow, institution: UUID, *, corrected: bool, words: str = "we looked"
) -> ErrorReportRow:
    async with records_db.transaction() as session:
        return await commands.answer_error_report(
            session,
            report_id=reported.id,
            institution_id=institution,
            corrected=corrected,
            answer=words,
            by=uuid4(),
            now=NOW,
        )


async def withdraw(records_db: Database, reported: ErrorReportRow, caller: UUID) -> ErrorReportRow:
    async with records_db.transaction() as session:
        return await commands.withdraw_error_report(
            session, report_id=reported.id, acts_for=lambda resident: resident == caller, by=caller, now=NOW
        )


async def test_a_report_names_the_version_and_by_when_it_is_answered(records_db: Database) -> None:
    resident, institution = uuid4(), uuid4()
    record = await a_record(records_db, resident, institution)
    reported = await report(records_db, resident, record)
    assert (reported.institution_id, reported.record_version, reported.fhir_id) == (institution, 1, "fasting-glucose")
    assert reported.answer_by == NOW + ANSWER_WITHIN
    confirmed = await answer(records_db, reported, institution, corrected=False, words="measured twice, both the same")
    assert (confirmed.status, confirmed.answer) == ("confirmed", "measured twice, both the same")


async def test_corrected_is_only_what_was_sent_again_since(records_db: Database) -> None:
    resident, institution = uuid4(), uuid4()
    record = await a_record(records_db, resident, institution)
    reported = await report(records_db, resident, record)
    with pytest.raises(NotCorrected):
        await answer(records_db, reported, institution, corrected=True)
    await ingest(records_db, resident, institution, observation(status="corrected", valueQuantity={"value": 5.1}))
    corrected = await answer(records_db, reported, institution, corrected=True)
    assert (corrected.status, corrected.corrected_version) == ("corrected", 2)


async def test_each_report_is_answered_by_the_institution_that_sent_the_resource_alone(records_db: Database) -> None:
    resident, institution = uuid4(), uuid4()
    reported = await report(records_db, resident, await a_record(records_db, resident, institution))
    with pytest.raises(NotFound):
        await answer(records_db, reported, uuid4(), corrected=False)
    with pytest.raises(NotFound):
        await withdraw(records_db, reported, uuid4())
    assert (await withdraw(records_db, reported, resident)).status == "withdrawn"


async def test_nobody_reports_what_is_in_anothers_record(records_db: Database) -> None:
    record = await a_record(records_db, uuid4(), uuid4())
    with pytest.raises(NotFound):
        await report(records_db, uuid4(), record)


async def test_of_a_resource_one_report_is_open_at_a_time(records_db: Database) -> None:
    resident, institution = uuid4(), uuid4()
    record = await a_record(records_db, resident, institution)
    tries = await asyncio.gather(*(report(records_db, resident, record) for _ in range(4)), return_exceptions=True)
    reported = [each for each in tries if isinstance(each, ErrorReportRow)]
    assert [type(each) for each in tries if each not in reported] == [ErrorReportOpen] * 3
    await answer(records_db, reported[0], institution, corrected=False)
    await report(records_db, resident, record, "it is still wrong")


@pytest.mark.parametrize("first", ["answer", "withdraw"])
async def test_a_closed_report_stays_as_it_is(records_db: Database, first: str) -> None:
    resident, institution = uuid4(), uuid4()
    reported = await report(records_db, resident, await a_record(records_db, resident, institution))
    if first == "answer":
        await answer(records_db, reported, institution, corrected=False)
    else:
        await withdraw(records_db, reported, resident)
    with pytest.raises(ErrorReportClosed):
        await answer(records_db, reported, institution, corrected=False)
    with pytest.raises(ErrorReportClosed):
        await withdraw(records_db, reported, resident)
    with pytest.raises(DBAPIError, match="stays as it is"):
        async with records_db.transaction() as session:
            await session.execute(text("UPDATE error_report SET answer = 'x' WHERE id = :id"), {"id": reported.id})


@pytest.mark.parametrize("words", ["", "   ", "x" * 2_001, "a\u202eb"])
async def test_words_that_are_none_are_refused_by_their_field(records_db: Database, words: str) -> None:
    resident, institution = uuid4(), uuid4()
    record = await a_record(records_db, resident, institution)
    with pytest.raises(Invalid) as refused:
        await report(records_db, resident, record, words)
    assert refused.value.field == "description"
    reported = await report(records_db, resident, record)
    with pytest.raises(Invalid) as refused:
        await answer(records_db, reported, institution, corrected=False, words=words)
    assert refused.value.field == "answer"


async def test_a_residents_open_reports_are_not_endless(records_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "OPEN_MAX", 2)
    assert OPEN_MAX > 2
    resident, institution = uuid4(), uuid4()
    records = [await a_record(records_db, resident, institution, id=f"glucose-{number}") for number in range(3)]
    for record in records[:2]:
        await report(records_db, resident, record)
    with pytest.raises(TooManyErrorReports):
        await report(records_db, resident, records[2])


async def test_reports_are_listed_to_the_resident_and_to_their_institution(records_db: Database) -> None:
    resident, institution = uuid4(), uuid4()
    records = [await a_record(records_db, resident, institution, id=f"glucose-{number}") for number in range(3)]
    reported = [await report(records_db, resident, record) for record in records]
    await answer(records_db, reported[0], institution, corrected=False)

    async def listed(**of: Any) -> list[UUID]:
        async with records_db.transaction() as session:
            page = await store.page(session, **{"status": None, "part": beginning(2)} | of)
        return [row.id for row in page]

    newest_first = [row.id for row in reversed(reported)]
    assert await listed(resident_id=resident) == newest_first
    assert await listed(institution_id=institution, part=Part(2, (newest_first[0],))) == newest_first[1:]
    assert await listed(institution_id=institution, status=ErrorReportStatus.OPEN) == newest_first[:2]
    assert await listed(institution_id=institution, resident_id=resident) == newest_first
    assert await listed(institution_id=uuid4()) == await listed(resident_id=uuid4()) == []
    async with records_db.transaction() as session:
        late = await store.overdue(session, NOW + ANSWER_WITHIN + timedelta(seconds=1))
        assert late - await store.overdue(session, NOW) >= 2


async def test_what_is_published_says_nothing_of_what_was_written(records_db: Database) -> None:
    resident, institution = uuid4(), uuid4()
    reported = await report(records_db, resident, await a_record(records_db, resident, institution), "my secret")
    await answer(records_db, reported, institution, corrected=False, words="your secret")
    async with records_db.transaction() as session:
        payloads = await session.scalars(text("SELECT payload FROM outbox WHERE type LIKE '%ErrorReport%'"))
    published = [bytes(payload) for payload in payloads if str(reported.id).encode() in payload]
    assert len(published) == 2
    assert not any(b"secret" in payload for payload in published)
