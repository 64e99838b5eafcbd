"""A partner appeals against a rejection or a suspension, once and in time; others than who took the step decide."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.ids import new_id
from chassis.pages import Part, beginning
from chassis.refusals import Forbidden, Invalid, Refusal
from hypothesis import given
from hypothesis import strategies as st
from partners.api.partners import partner_message
from partners.commands import appeals, applications
from partners.domain.appeals import (
    ENOUGH,
    AlreadyAppealed,
    AlreadySpoken,
    AppealOver,
    AppealStatus,
    NothingToAppeal,
    OwnStep,
    RegulatorDecides,
    outcome,
)
from partners.domain.standing import Actor, PartnerStatus
from partners.store import appeals as store
from partners.store import funnel
from partners.store.appeals import Appeal
from partners.tables import DocumentRow
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.partners.v1 import api_pb2 as pb
from yima.partners.v1 import events_pb2 as events_pb
from yima.partners.v1.events_pb2 import AppealDecided

from services.partners.tests.certifying import answers
from services.partners.tests.test_funnel import apply
from services.partners.tests.test_steps import (
    CONFIRMED,
    JINAN,
    NOW,
    OPERATOR,
    REGULATOR,
    STAFF,
    active,
    load_partner,
    reinstate,
    suspend,
)

pytestmark = pytest.mark.anyio
SERVICE = "partners"
DAYS = 30
SECOND, THIRD, OTHER_REGULATOR = uuid4(), uuid4(), uuid4()


@pytest.fixture
async def db(database: str) -> AsyncGenerator[Database]:
    opened = Database(database)
    yield opened
    await opened.close()


async def screen(db: Database, partner_id: UUID, *, passed: bool, at: datetime = NOW) -> None:
    async with db.transaction() as session:
        await applications.decide_screening(
            session, partner_id=partner_id, passed=passed, reasons=["as answered"], city=JINAN, by=OPERATOR, now=at,
            registration=CONFIRMED if passed else None,
            answers=answers(JINAN, "LABORATORY", pb.VERDICT_MET if passed else pb.VERDICT_NOT_MET),
        )  # fmt: skip


async def rejected(db: Database) -> UUID:
    partner_id = await apply(db, NOW)
    await screen(db, partner_id, passed=False)
    return partner_id


async def suspended(db: Database, actor: Actor = Actor.OPERATOR) -> UUID:
    partner_id = await active(db)
    await suspend(db, partner_id, actor)
    return partner_id


async def appeal(db: Database, partner_id: UUID, at: datetime = NOW, *documents: str, reason: str = "wrong") -> Appeal:
    async with db.transaction() as session:
        return await appeals.open_appeal(
            session, partner_id=partner_id, reason=reason, document_ids=documents, days=DAYS, by=STAFF, now=at
        )


async def speak(
    db: Database, appeal_id: UUID, by: UUID, granted: bool, actor: Actor = Actor.OPERATOR, at: datetime = NOW
) -> Appeal:
    async with db.transaction() as session:
        return await appeals.decide(
            session, appeal_id=appeal_id, granted=granted, reason=f"says {granted}", by=by, actor=actor, now=at
        )


async def decisions(db: Database, appeal_id: UUID) -> list[AppealDecided]:
    async with db.transaction() as session:
        payloads = await session.scalars(
            text("SELECT payload FROM outbox WHERE type LIKE '%.AppealDecided' ORDER BY id")
        )
        said = [AppealDecided.FromString(payload) for payload in payloads]
    return [each for each in said if each.appeal_id == str(appeal_id)]


async def status_of(db: Database, partner_id: UUID) -> str:
    return (await load_partner(db, partner_id)).row.status


async def test_two_others_bring_a_rejected_application_back_to_its_screening(db: Database) -> None:
    partner_id = await rejected(db)
    opened = await appeal(db, partner_id)
    first = await speak(db, opened.row.id, SECOND, True)
    assert (first.row.status, await status_of(db, partner_id)) == (AppealStatus.WAITING, "rejected")
    ended = await speak(db, opened.row.id, REGULATOR, True, Actor.REGULATOR)
    assert (ended.row.status, await status_of(db, partner_id)) == (AppealStatus.GRANTED, "screening")
    (said,) = await decisions(db, opened.row.id)
    assert (said.granted, said.standing.status) == (True, pb.PARTNER_STATUS_SCREENING)
    await screen(db, partner_id, passed=True)
    assert await status_of(db, partner_id) == "certifying"


async def test_a_suspension_is_lifted_and_two_who_dismiss_leave_it(db: Database) -> None:
    for granted, becomes in ((True, "active"), (False, "suspended")):
        partner_id = await suspended(db)
        opened = await appeal(db, partner_id)
        await speak(db, opened.row.id, SECOND, granted)
        await speak(db, opened.row.id, THIRD, granted)
        assert await status_of(db, partner_id) == becomes
        (said,) = await decisions(db, opened.row.id)
        assert (said.granted, said.against) == (granted, pb.PARTNER_STATUS_SUSPENDED)
        with pytest.raises(AppealOver):
            await speak(db, opened.row.id, REGULATOR, True, Actor.REGULATOR)


@pytest.mark.parametrize("third", [True, False])
async def test_where_two_differ_a_third_decides(db: Database, third: bool) -> None:
    partner_id = await suspended(db)
    opened = await appeal(db, partner_id)
    await speak(db, opened.row.id, SECOND, True)
    assert (await speak(db, opened.row.id, THIRD, False)).row.status == AppealStatus.WAITING
    ended = await speak(db, opened.row.id, REGULATOR, third, Actor.REGULATOR)
    assert ended.row.status == (AppealStatus.GRANTED if third else AppealStatus.DISMISSED)


async def test_against_a_regulators_step_another_regulator_decides_alone(db: Database) -> None:
    partner_id = await suspended(db, Actor.REGULATOR)
    opened = await appeal(db, partner_id)
    with pytest.raises(OwnStep):
        await speak(db, opened.row.id, REGULATOR, True, Actor.REGULATOR)
    with pytest.raises(RegulatorDecides):
        await speak(db, opened.row.id, SECOND, True)
    await speak(db, opened.row.id, OTHER_REGULATOR, True, Actor.REGULATOR)
    assert await status_of(db, partner_id) == "active"


async def test_nobody_speaks_twice_or_on_their_own_step(db: Database) -> None:
    opened = await appeal(db, await rejected(db))
    for actor in (Actor.OPERATOR, Actor.REGULATOR):
        with pytest.raises(OwnStep):
            await speak(db, opened.row.id, OPERATOR, True, actor)
    await speak(db, opened.row.id, SECOND, True)
    with pytest.raises(AlreadySpoken):
        await speak(db, opened.row.id, SECOND, True)
    with pytest.raises(Invalid):
        async with db.transaction() as session:
            await appeals.decide(
                session, appeal_id=opened.row.id, granted=True, reason="", by=THIRD, actor=Actor.OPERATOR, now=NOW
            )


async def test_once_a_step_and_within_its_days(db: Database) -> None:
    partner_id = await rejected(db)
    end = NOW + timedelta(days=DAYS)
    shown = partner_message(await load_partner(db, partner_id), NOW, JINAN, supervises=False)
    assert shown.appeal_until.ToDatetime(NOW.tzinfo) == end
    with pytest.raises(NothingToAppeal):
        await appeal(db, partner_id, end)
    await appeal(db, partner_id, end - timedelta(seconds=1))
    with pytest.raises(AlreadyAppealed):
        await appeal(db, partner_id)
    after = partner_message(await load_partner(db, partner_id), NOW, JINAN, supervises=False)
    assert (after.HasField("appeal_until"), after.appeals[0].status) == (False, pb.APPEAL_STATUS_WAITING)


async def test_only_a_rejection_or_a_suspension_is_appealed_against_and_with_a_reason(db: Database) -> None:
    for partner_id in (await apply(db, NOW), await active(db)):
        with pytest.raises(NothingToAppeal):
            await appeal(db, partner_id)
    partner_id = await rejected(db)
    for reason in ("", " ", "x" * 2_001):
        with pytest.raises(Invalid) as refused:
            await appeal(db, partner_id, reason=reason)
        assert refused.value.field == "reason"


async def test_documents_are_the_partners_own_and_stay(db: Database) -> None:
    partner_id, other = await rejected(db), uuid4()
    ids = {}
    for owner in (partner_id, other):
        ids[owner] = new_id()
        async with db.transaction() as session:
            session.add(
                DocumentRow(
                    id=ids[owner], partner_id=owner, media_type="application/pdf", size=9, sha256=b"s" * 32,
                    announced_at=NOW, uploaded_at=NOW, link_sha256=ids[owner].bytes * 2, link_expires_at=NOW,
                )
            )  # fmt: skip
    for documents in ([str(ids[other])], [str(uuid4())], [str(ids[partner_id])] * 2, [str(uuid4()) for _ in range(11)]):
        with pytest.raises(Invalid) as refused:
            await appeal(db, partner_id, NOW, *documents)
        assert refused.value.field.startswith("document_ids")
    opened = await appeal(db, partner_id, NOW, str(ids[partner_id]))
    assert opened.row.document_ids == [ids[partner_id]]
    async with db.transaction() as session:
        named_at = await session.scalar(text("SELECT named_at FROM document WHERE id = :id"), {"id": ids[partner_id]})
    assert named_at is not None, "it is not removed as one that nobody names"


async def test_an_appeal_lapses_as_another_step_is_taken(db: Database) -> None:
    partner_id = await suspended(db)
    opened = await appeal(db, partner_id)
    await suspend(db, partner_id, Actor.REGULATOR)
    with pytest.raises(AppealOver):
        await speak(db, opened.row.id, SECOND, True)
    assert [each.row.status for each in (await load_partner(db, partner_id)).appeals] == [AppealStatus.LAPSED]
    again = await appeal(db, partner_id)
    await reinstate(db, partner_id, Actor.REGULATOR)
    lapsed = (await load_partner(db, partner_id)).appeals
    assert [(each.row.id, each.row.status) for each in lapsed] == [
        (again.row.id, AppealStatus.LAPSED),
        (opened.row.id, AppealStatus.LAPSED),
    ]


async def test_a_partner_reads_what_was_said_once_it_is_decided_and_roles_for_persons(db: Database) -> None:
    partner_id = await suspended(db)
    opened = await appeal(db, partner_id)
    await speak(db, opened.row.id, SECOND, False)
    own = partner_message(await load_partner(db, partner_id), NOW, JINAN, supervises=False).appeals[0]
    assert (list(own.voices), own.appealed_by) == ([], "")
    supervised = partner_message(await load_partner(db, partner_id), NOW, JINAN, supervises=True).appeals[0]
    assert (supervised.voices[0].spoken_by, supervised.appealed_by) == (str(SECOND), str(STAFF))
    await speak(db, opened.row.id, THIRD, False)
    own = partner_message(await load_partner(db, partner_id), NOW, JINAN, supervises=False).appeals[0]
    assert [(voice.reason, voice.spoken_by) for voice in own.voices] == [("says False", "")] * 2


async def test_the_desk_lists_what_waits_page_by_page(db: Database) -> None:
    opened = [await appeal(db, await suspended(db)) for _ in range(3)]
    await speak(db, opened[1].row.id, SECOND, False)
    await speak(db, opened[1].row.id, THIRD, False)
    ours = {each.row.id for each in opened}
    listed: list[UUID] = []
    part = beginning(2)
    while True:
        async with db.transaction() as session:
            rows = await store.page(session, waiting=True, part=part)
        listed += [each.row.id for each in rows[:2]]
        if len(rows) <= 2:
            break
        part = Part(2, (listed[-1],))
    assert [each for each in listed if each in ours] == [opened[2].row.id, opened[0].row.id]


async def test_voices_at_the_same_moment_end_an_appeal_once(db: Database) -> None:
    partner_id = await suspended(db)
    opened = await appeal(db, partner_id)
    people = [uuid4() for _ in range(5)]
    results = await asyncio.gather(
        *(speak(db, opened.row.id, by, True) for by in [*people, people[0]]), return_exceptions=True
    )
    refused = [each for each in results if isinstance(each, BaseException)]
    assert len(refused) == 4 and all(isinstance(each, Refusal) for each in refused), results
    assert len(await decisions(db, opened.row.id)) == 1
    (kept,) = (await load_partner(db, partner_id)).appeals
    assert (kept.row.status, len(kept.voices)) == (AppealStatus.GRANTED, 2)


async def test_appeals_of_the_same_step_at_the_same_moment_are_one(db: Database) -> None:
    partner_id = await rejected(db)
    results = await asyncio.gather(*(appeal(db, partner_id) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(each, AlreadyAppealed) for each in results) == 3, results


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE appeal SET status = 'granted', ended_at = now() WHERE id = :id",
        "UPDATE appeal SET status = 'dismissed', ended_at = now() WHERE id = :id",
        "UPDATE appeal SET status = 'lapsed', ended_at = now() WHERE id = :id",
        "UPDATE appeal SET reason = 'another' WHERE id = :id",
        "DELETE FROM appeal WHERE id = :id",
        "INSERT INTO appeal_voice SELECT id, decided_by, 2, decided_by, 'operator', now(), true, 'x' FROM appeal"
        " WHERE id = :id",
        "INSERT INTO appeal_voice SELECT id, gen_random_uuid(), 3, decided_by, 'operator', now(), true, 'x'"
        " FROM appeal WHERE id = :id",
        "INSERT INTO appeal_voice SELECT id, gen_random_uuid(), 2, gen_random_uuid(), 'operator', now(), true, 'x'"
        " FROM appeal WHERE id = :id",
        "UPDATE appeal_voice SET granted = false WHERE appeal_id = :id",
        "DELETE FROM appeal_voice WHERE appeal_id = :id",
        "INSERT INTO partner_step SELECT gen_random_uuid(), partner_id, 'rejected', 'screening', 'operator',"
        " decided_by, now(), 'x' FROM appeal WHERE id = :id",
    ],
)
async def test_the_database_holds_who_decides_and_what_was_said(owner_database: str, db: Database, change: str) -> None:
    partner_id = await rejected(db)
    opened = await appeal(db, partner_id)
    await speak(db, opened.row.id, SECOND, True)
    owner = Database(owner_database)
    with pytest.raises(DBAPIError):
        async with owner.transaction() as session:
            await session.execute(text(change), {"id": opened.row.id})
    await owner.close()
    (kept,) = (await load_partner(db, partner_id)).appeals
    assert (kept.row.status, len(kept.voices)) == (AppealStatus.WAITING, 1)


async def test_the_funnel_counts_no_appeal_as_an_application_and_screens_on(db: Database) -> None:
    partner_id = await rejected(db)
    opened = await appeal(db, partner_id)
    for by in (SECOND, THIRD):
        await speak(db, opened.row.id, by, True, at=NOW + timedelta(days=2))
    later = NOW + timedelta(days=5)
    async with db.transaction() as session:
        steps = await funnel.of_partner(session, partner_id, later)
    assert {step.applications for step in steps} == {1}
    assert [(step.stage, step.is_open) for step in steps] == [(1, False), (2, True)], "it is being screened again"
    await screen(db, partner_id, passed=True, at=later)
    async with db.transaction() as session:
        steps = await funnel.of_partner(session, partner_id, later)
    screening = next(step for step in steps if step.stage == 2)
    assert screening.ended_at == later and not screening.is_open


@given(st.sampled_from([Actor.OPERATOR, Actor.REGULATOR]), st.lists(st.booleans(), max_size=5))
def test_the_first_side_with_enough_voices_decides(decided_as: Actor, voices: list[bool]) -> None:
    enough, spoken = ENOUGH[decided_as], list[bool]()
    for voice in voices:
        if outcome(decided_as, spoken) is not AppealStatus.WAITING:
            break
        spoken.append(voice)
    ended = outcome(decided_as, spoken)
    assert len(spoken) <= 2 * enough - 1, "a third at most"
    sides = {AppealStatus.GRANTED: spoken.count(True), AppealStatus.DISMISSED: spoken.count(False)}
    if ended is AppealStatus.WAITING:
        assert max(sides.values()) < enough
    else:
        assert sides[ended] == enough and all(count < enough for side, count in sides.items() if side is not ended)


def test_every_refusal_is_typed() -> None:
    assert issubclass(OwnStep, Forbidden) and issubclass(RegulatorDecides, Forbidden)
    assert PartnerStatus.SCREENING.value == "screening"


async def test_a_rejection_says_until_when_an_appeal_may_be_made_and_an_appeal_whose_step_it_is_against(
    db: Database,
) -> None:
    partner_id = await rejected(db)
    assert (await said(db, partner_id, events_pb.PartnerScreened)).appeal_until.ToDatetime(UTC) == NOW + timedelta(
        days=JINAN.rubric.appeal_days
    )
    await appeal(db, partner_id)
    assert not (await said(db, partner_id, events_pb.PartnerAppealed)).by_regulator
    supervised = await suspended(db, Actor.REGULATOR)
    await appeal(db, supervised)
    assert (await said(db, supervised, events_pb.PartnerAppealed)).by_regulator


async def said(db: Database, partner_id: UUID, kind: type[Any]) -> Any:
    """The newest event of a type about a partner."""
    async with db.transaction() as session:
        payload = await session.scalar(
            text("SELECT payload FROM outbox WHERE subject = :subject ORDER BY position DESC LIMIT 1"),
            {"subject": f"{kind.DESCRIPTOR.full_name}.{partner_id}"},
        )
        return kind.FromString(payload)
