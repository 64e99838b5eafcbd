"""People judge samples of what came: two who do not know of one another's judgement, and nobody by name."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import orjson
import pytest
from chassis.database import Database
from chassis.pages import beginning
from chassis.refusals import NotFound
from city_pack.pack import City
from hypothesis import given
from hypothesis import strategies as st
from records.api.reviews import review_message
from records.commands import grades, quality
from records.commands import reviews as commands
from records.commands.quality_reports import judged_grade
from records.domain.reviews import (
    LOOKS_MAX,
    MOVES,
    OPEN,
    SETTLED_MIN,
    VISIBLE,
    ReviewClosed,
    ReviewJudged,
    ReviewNotLooked,
    ReviewReason,
    ReviewStatus,
    TooManyLooks,
    Verdict,
    accuracy,
    facts,
    outcome,
)
from records.domain.rule_packs import SHIPPED, Thresholds, read_packs
from records.store import reviews as store
from records.tables import GradeRow, QualityReviewRow
from records_scenario import APART, NOON, ingest, nobody_known, observation, of_kind
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.common.v1.route_pb2 import Role

SERVICE = "records"
CORE = read_packs(["core-2026.1"], [SHIPPED])
MAY = date(2026, 5, 1)  # of NOON, when the tests' resources come
JUNE = datetime(2026, 6, 2, tzinfo=UTC)
UNIT = {"system": "http://unitsofmeasure.org", "code": "mmol/L"}


def glucose(fhir_id: str, value: float, **changes: object) -> str:
    code = {"coding": [{"system": "http://loinc.org", "code": "2345-7", "display": "Glucose"}]}
    return observation(id=fhir_id, code=code, valueQuantity={"value": value, **UNIT}, **changes)


class Reviews:
    """An institution whose data is judged."""

    def __init__(self, database: Database, city: City) -> None:
        self.database, self.city, self.institution = database, city, uuid4()

    async def send(self, *contents: str) -> None:
        """These resources, each of another resident."""
        for content in contents:
            await ingest(self.database, uuid4(), self.institution, content)
        while await quality.examine(self.database, CORE, self.city, nobody_known, NOON):
            pass

    async def draw(self) -> None:
        while await grades.grade_next(self.database, CORE, self.city, NOON + timedelta(hours=1)):
            pass
        while await commands.draw_next(self.database, self.city, APART, JUNE):
            pass

    async def rows(self, reason: ReviewReason = ReviewReason.SAMPLE) -> list[QualityReviewRow]:
        async with self.database.transaction() as session:
            rows = await store.page(
                session, reviewer_id=None, statuses=[*ReviewStatus], overdue_at=None, part=beginning(10_000)
            )
        return [row for row in rows if row.institution_id == self.institution and row.reason == reason]

    async def look(self, review: QualityReviewRow, by: UUID) -> str:
        async with self.database.transaction() as session:
            _, content = await commands.look(session, review_id=review.id, by=by, role=Role.ROLE_OPERATOR, now=JUNE)
        return content.content

    async def judge(self, review: QualityReviewRow, by: UUID, verdict: Verdict, looks: bool = True) -> QualityReviewRow:
        if looks:
            await self.look(review, by)
        async with self.database.transaction() as session:
            return await commands.judge(
                session, review_id=review.id, by=by, verdict=verdict, note="seen", city=self.city, now=JUNE
            )


@pytest.fixture
def reviews(records_db: Database, own_city: City) -> Reviews:
    return Reviews(records_db, own_city)


@given(st.lists(st.sampled_from(list(Verdict)), max_size=3))
def test_two_who_agree_settle_and_a_third_is_asked_only_where_they_differ(verdicts: list[Verdict]) -> None:
    status = outcome(verdicts)
    if len(verdicts) < 2:
        assert status == ReviewStatus.OPEN
    elif len(verdicts) == 2 and len(set(verdicts)) == 2:
        assert status == ReviewStatus.DISPUTED
    else:
        majority = max(set(verdicts), key=verdicts.count)
        assert status.name == majority.name and MOVES[status] == frozenset()


@given(st.integers(0, 20), st.integers(0, 20))
def test_people_grade_nothing_by_few_and_the_worse_the_more_is_wrong(sound: int, wrong: int) -> None:
    part = accuracy(sound, wrong, Thresholds())
    assert (part is None) == (sound + wrong < SETTLED_MIN)
    if part is not None:
        worse = accuracy(max(sound - 1, 0), wrong + 1, Thresholds())
        assert part.affected == wrong and (worse is None or part.letter <= worse.letter)


def test_a_reviewer_sees_what_was_measured_and_nothing_of_whose_it_is() -> None:
    secret = "Wang Xiaoming 13800000000"
    resource = orjson.loads(glucose("mrn-4711", 6.10)) | {
        "identifier": [{"system": "urn:oid:1.2.3", "value": secret}],
        "text": {"status": "generated", "div": f"<div>{secret}</div>"},
        "note": [{"text": secret}],
        "performer": [{"reference": "Practitioner/7", "display": secret}],
        "contained": [{"resourceType": "Patient", "name": [{"text": secret}]}],
        "extension": [{"url": "urn:x", "valueString": secret}],
        "bodySite": {"text": secret, "coding": [{"code": "arm", "display": "Arm"}]},
        "valueString": secret,
        "meta": {"source": secret},
    }
    content = orjson.dumps(resource).decode().replace("6.1}", "6.10}").replace('"value":6.1,', '"value":6.10,')
    seen = dict(facts(content))
    assert seen["valueQuantity.value"] == "6.10" and seen["code.coding[0].display"] == "Glucose"
    assert seen["bodySite.coding[0].code"] == "arm" and seen["effectiveDateTime"].startswith("2026-04-30")
    printed = orjson.dumps(seen).decode()
    for inside in (secret, "mrn-4711", "Patient", str(resource["subject"]["reference"]), "Practitioner"):
        assert inside not in printed


def test_no_element_that_names_somebody_is_visible() -> None:
    names = (
        "id identifier subject patient performer author name telecom address text note reference birthDate contained"
    )
    assert VISIBLE.isdisjoint(f"{names} extension meta attachment data div photo recorder asserter url".split())


@pytest.mark.anyio
async def test_a_months_sample_is_bounded_drawn_once_and_can_be_drawn_again_by_its_seed(reviews: Reviews) -> None:
    await reviews.send(*(glucose(f"g{number}", 5 + number / 100) for number in range(24)))
    await reviews.draw()
    await reviews.draw()
    rows = await reviews.rows()
    assert len(rows) == reviews.city.quality.sample == 10
    assert {(row.month, row.resource_type, row.status) for row in rows} == {(MAY, "Observation", ReviewStatus.OPEN)}
    assert rows[0].due_at == JUNE + timedelta(days=reviews.city.quality.review_days)
    again = text(
        "SELECT record.id FROM record JOIN review_sample AS drawn USING (institution_id, resource_type)"
        " WHERE institution_id = :id ORDER BY sha256(convert_to(seed || record.id, 'UTF8')) LIMIT 10"
    )
    async with reviews.database.transaction() as session:
        ids = set(await session.scalars(again, {"id": reviews.institution}))
    assert {row.record_id for row in rows} == ids


@pytest.mark.anyio
async def test_what_is_seriously_wrong_waits_at_once_and_within_a_bound(reviews: Reviews) -> None:
    await reviews.send(*(glucose(f"w{number}", 900 + number) for number in range(14)))
    rows = await reviews.rows(ReviewReason.SERIOUS)
    assert len(rows) == reviews.city.quality.serious_max == 10


@pytest.mark.anyio
async def test_what_is_apart_is_in_no_sample(reviews: Reviews) -> None:
    hiv = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "B20"}]}
    await reviews.send(*(of_kind("Condition", id=f"c{number}", code=hiv) for number in range(12)))
    await reviews.draw()
    assert await reviews.rows() == []


@pytest.mark.anyio
async def test_two_settle_it_and_neither_learns_before_what_the_other_judged(reviews: Reviews) -> None:
    await reviews.send(*(glucose(f"g{number}", 5) for number in range(10)))
    await reviews.draw()
    review, first, second = (await reviews.rows())[0], uuid4(), uuid4()
    with pytest.raises(ReviewNotLooked):
        await reviews.judge(review, first, Verdict.SOUND, looks=False)
    after_one = await reviews.judge(review, first, Verdict.SOUND)
    assert after_one.status == ReviewStatus.OPEN
    async with reviews.database.transaction() as session:
        judged = (await store.judgements(session, [review.id]))[review.id]
    shown = review_message(after_one, judged, JUNE)
    assert not shown.judgements and not shown.institution_id
    with pytest.raises(ReviewJudged):
        await reviews.judge(review, first, Verdict.SOUND)
    settled = await reviews.judge(review, second, Verdict.SOUND)
    async with reviews.database.transaction() as session:
        judged = (await store.judgements(session, [review.id]))[review.id]
    shown = review_message(settled, judged, JUNE)
    assert settled.status == ReviewStatus.SOUND and len(shown.judgements) == 2
    assert shown.institution_id == str(reviews.institution)
    with pytest.raises(ReviewClosed):
        await reviews.judge(review, uuid4(), Verdict.WRONG)


@pytest.mark.anyio
async def test_where_two_differ_a_third_decides_with_time_of_their_own(reviews: Reviews) -> None:
    await reviews.send(*(glucose(f"g{number}", 5) for number in range(10)))
    await reviews.draw()
    review = (await reviews.rows())[0]
    await reviews.judge(review, uuid4(), Verdict.SOUND)
    disputed = await reviews.judge(review, uuid4(), Verdict.WRONG)
    assert disputed.status == ReviewStatus.DISPUTED and disputed.status in OPEN
    assert (await reviews.judge(review, uuid4(), Verdict.WRONG)).status == ReviewStatus.WRONG


@pytest.mark.anyio
async def test_what_was_sent_again_or_left_is_judged_no_more(reviews: Reviews) -> None:
    await reviews.send(*(glucose(f"g{number}", 5) for number in range(9)))
    person = uuid4()
    await ingest(reviews.database, person, reviews.institution, glucose("mine", 7))
    await reviews.send()
    await reviews.draw()
    async with reviews.database.transaction() as session:
        record = await session.scalar(text("SELECT id FROM record WHERE resident_id = :id"), {"id": person})
    (review,) = [row for row in await reviews.rows() if row.record_id == record]
    await ingest(reviews.database, person, reviews.institution, glucose("mine", 8, status="amended"))
    with pytest.raises(ReviewClosed):
        await reviews.look(review, uuid4())
    async with reviews.database.transaction() as session:
        await store.close_moot(session, JUNE)
    (review,) = [row for row in await reviews.rows() if row.record_id == record]
    assert review.status == ReviewStatus.MOOT
    missing = review.model_copy(update={"id": uuid4()})
    with pytest.raises(NotFound):
        await reviews.look(missing, uuid4())


@pytest.mark.anyio
async def test_each_look_is_kept_and_told_and_nobody_looks_without_end(reviews: Reviews) -> None:
    await reviews.send(*(glucose(f"g{number}", 5) for number in range(10)))
    await reviews.draw()
    review, operator = (await reviews.rows())[0], uuid4()
    for _ in range(LOOKS_MAX):
        await reviews.look(review, operator)
    with pytest.raises(TooManyLooks):
        await reviews.look(review, operator)
    said = text(
        "SELECT count(*) FROM outbox WHERE type LIKE '%ResidentsSeen'"
        " AND position(:by in encode(payload, 'escape')) > 0"
    )
    async with reviews.database.transaction() as session:
        assert await session.scalar(said, {"by": str(operator)}) == LOOKS_MAX


@pytest.mark.anyio
async def test_the_database_settles_nothing_by_one_and_forgets_nothing(reviews: Reviews) -> None:
    await reviews.send(*(glucose(f"g{number}", 5) for number in range(10)))
    await reviews.draw()
    review = (await reviews.rows())[0]
    await reviews.judge(review, uuid4(), Verdict.SOUND)
    for change, why in (
        ("UPDATE quality_review SET status = 3, closed_at = now() WHERE id = :id", "two who judged alike"),
        ("UPDATE review_judgement SET verdict = 2 WHERE review_id = :id", "permission denied"),
        ("DELETE FROM review_look WHERE review_id = :id", "permission denied"),
        (
            "INSERT INTO review_judgement (review_id, reviewer_id, number, verdict, note, judged_at)"
            " VALUES (:id, gen_random_uuid(), 2, 1, '', now())",
            "not looked",
        ),
    ):
        with pytest.raises(DBAPIError, match=why):
            async with reviews.database.transaction() as session:
                await session.execute(text(change), {"id": review.id})


@pytest.mark.anyio
async def test_what_people_judged_counts_in_the_grade_and_what_is_overdue_is_measured(reviews: Reviews) -> None:
    await reviews.send(*(glucose(f"g{number}", 5) for number in range(10)))
    await reviews.draw()
    for number, review in enumerate((await reviews.rows())[:5]):
        for _ in range(2):
            await reviews.judge(review, uuid4(), Verdict.WRONG if number < 2 else Verdict.SOUND)
    graded = (reviews.institution, MAY, "Observation")
    async with reviews.database.transaction() as session:
        judged = (await store.settled(session, [graded]))[graded]
        row = await session.get(GradeRow, graded)
        late = await store.overdue(session, JUNE + timedelta(days=15))
        soon = await store.overdue(session, JUNE)
        assert row is not None
    assert judged == (3, 2)
    grade = judged_grade(row, CORE, judged)
    assert (row.letter, grade.letter, grade.parts[-1].dimension) == ("A", "E", "accuracy")
    assert late - soon >= 5
