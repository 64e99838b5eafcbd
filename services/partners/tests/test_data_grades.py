"""Grades of data at certification: below the city's floor somebody is asked to look, and nothing follows by itself."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.consumer import Event, Work
from chassis.database import Database
from chassis.pages import beginning
from chassis.wire import timestamp
from partners.api.partners import filter_of, partner_message
from partners.commands.data_grades import note_grades
from partners.handlers import SUBSCRIPTIONS
from partners.store import partners
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from yima.partners.v1 import api_pb2 as pb
from yima.records.v1.events_pb2 import KindGrade, QualityGraded

from services.partners.tests.certifying import answers
from services.partners.tests.test_numbers import a_number, apply
from services.partners.tests.test_reviews import decide, review
from services.partners.tests.test_steps import JINAN, NOW, active, load_partner

SERVICE = "partners"
pytestmark = pytest.mark.anyio
FLOOR = JINAN.quality.grade_floor


@pytest.fixture
async def db(database: str) -> AsyncGenerator[Database]:
    opened = Database(database)
    yield opened
    await opened.close()


def reported(institution: UUID, month: int, **letters: str) -> QualityGraded:
    """The grades of a month of 2026, reported so many days after `NOW`."""
    return QualityGraded(
        institution_id=str(institution),
        month=f"2026-{month:02}",
        letter=max(letters.values()),
        grades=[KindGrade(resource_type=kind, letter=letter) for kind, letter in letters.items()],
        graded_at=timestamp(NOW + timedelta(days=month)),
        version=2026 * 12 + month,
    )


async def hear(db: Database, *messages: QualityGraded) -> None:
    hears = next(each for each in SUBSCRIPTIONS if QualityGraded in each.handlers)
    events = [Event(uuid4(), NOW, "", "", message) for message in messages]
    async with db.transaction() as session:
        await hears.handlers[QualityGraded](Work(session, NOW, None), events)


async def shown(db: Database, partner_id: UUID, *, supervises: bool = True) -> pb.Partner:
    return partner_message(await load_partner(db, partner_id), NOW, JINAN, supervises=supervises)


async def waits(db: Database, partner_id: UUID) -> bool:
    """Is a partner among those whose grades wait for a review? By the list, which says the same as the partner."""
    async with db.transaction() as session:
        criteria = filter_of(pb.ListPartnersRequest(grades_to_review=True), JINAN)
        listed = partner_id in [each for _, each in await partners.page(session, criteria, beginning(1000))]
    assert any(grade.to_review for grade in (await shown(db, partner_id)).data_grades) == listed
    return listed


async def test_a_grade_below_the_citys_floor_waits_for_a_review_and_suspends_nobody(db: Database) -> None:
    assert FLOOR == "C"
    partner_id = await active(db)
    before = await shown(db, partner_id)
    assert not before.data_grades
    assert not await waits(db, partner_id)
    await hear(db, reported(partner_id, 1, Observation="C", Encounter="A"))
    assert not await waits(db, partner_id), "the floor itself is enough"
    await hear(db, reported(partner_id, 2, Observation="D", Encounter="B"))
    assert await waits(db, partner_id)
    after = await shown(db, partner_id)
    assert [(each.resource_type, each.letter, each.month, each.to_review) for each in after.data_grades] == [
        ("Encounter", "B", "2026-02", False),
        ("Observation", "D", "2026-02", True),
    ]
    assert (after.status, list(after.capabilities), after.version) == (
        before.status,
        list(before.capabilities),
        before.version,
    ), "a person decides what follows"
    own = await shown(db, partner_id, supervises=False)
    assert own.data_grades == after.data_grades, "the partner sees the same"


async def test_a_review_of_technology_answers_it_and_another_area_does_not(db: Database) -> None:
    partner_id = await active(db)
    await hear(db, reported(partner_id, 3, Observation="E"))
    await review(db, partner_id, of_area("LAW"), later=4, areas=[pb.ASPECT_LAW])
    assert await waits(db, partner_id)
    await review(db, partner_id, of_area("TECHNOLOGY"), later=5, areas=[pb.ASPECT_TECHNOLOGY])
    assert not await waits(db, partner_id)
    (grade,) = (await shown(db, partner_id)).data_grades
    assert grade.letter == "E", "the grade is what it is"
    await hear(db, reported(partner_id, 6, Observation="D"))
    assert await waits(db, partner_id), "the next month below the floor asks again"
    await hear(db, reported(partner_id, 7, Observation="B"))
    assert not await waits(db, partner_id)


def of_area(area: str) -> list[pb.ChecklistAnswer]:
    """All met, of the items of one area."""
    codes = {item.code for item in JINAN.rubric.of("CLINIC").items if item.area == area}
    return [answer for answer in answers(JINAN, "CLINIC") if answer.item in codes]


async def test_what_an_applicant_sent_before_is_seen_at_its_screening_which_answers_it(db: Database) -> None:
    partner_id = uuid4()
    await hear(db, reported(partner_id, 1, Observation="E"))
    async with db.transaction() as session:
        # Reported before the decision of `NOW`.
        await session.execute(
            text("UPDATE data_grade SET graded_at = :at, version = version + 1 WHERE partner_id = :id"),
            {"at": NOW - timedelta(days=1), "id": partner_id},
        )
    await apply(db, a_number(), partner_id=partner_id)
    assert await waits(db, partner_id)
    await decide(db, partner_id, answers(JINAN, "HOSPITAL"))
    assert not await waits(db, partner_id)


async def test_a_delivery_of_several_months_keeps_the_newest_of_each_kind(db: Database) -> None:
    one, other = await active(db), await active(db)
    messages = [
        reported(one, 3, Observation="B"),
        reported(other, 2, Observation="E"),
        reported(one, 1, Observation="E", Encounter="E"),
    ]
    async with db.transaction() as session:
        await note_grades(session, messages)
        await note_grades(session, [])
    letters = {each.resource_type: each.letter for each in (await shown(db, one)).data_grades}
    assert letters == {"Observation": "B", "Encounter": "E"}
    assert [each.letter for each in (await shown(db, other)).data_grades] == ["E"]


@pytest.mark.parametrize(
    "change",
    ["letter = 'A'", "letter = 'A', version = version - 1", "letter = 'F', version = version + 1"],
    ids=["without a newer report", "by an older one", "to no letter"],
)
async def test_the_database_itself_lets_only_a_newer_grade_take_its_place(db: Database, change: str) -> None:
    partner_id = uuid4()
    await hear(db, reported(partner_id, 1, Observation="E"))
    values: dict[str, Any] = {"id": partner_id}
    with pytest.raises(IntegrityError):
        async with db.transaction() as session:
            await session.execute(text(f"UPDATE data_grade SET {change} WHERE partner_id = :id"), values)
