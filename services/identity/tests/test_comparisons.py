"""What records' rules ask about residents is answered yes or no, and never with a date or a name."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import httpx2
import pytest
from chassis.database import Database
from hypothesis import given
from hypothesis import strategies as st
from identity.commands.comparisons import Comparison, Person, Question, compare
from identity.domain.access import OF_BIRTH
from identity.domain.comparisons import same_birth_date, same_name
from identity.hashing import Passwords
from identity.tables import IdentityProofRow, ResidentRow

from services.identity.tests.callers import opened

SERVICE = "identity"
BORN = date(1980, 5, 5)


@pytest.mark.parametrize(
    ("sent", "known", "same"),
    [
        ("Wang Fang", "Wang Fang", True),
        ("FANG WANG", "Wang Fang", True),
        ("Wang, Fang", "Wang Fang", True),
        ("王芳", "王芳", True),
        ("王 芳", "王芳", True),
        ("王方", "王芳", False),
        ("Wang", "Wang Fang", False),
        ("", "Wang Fang", False),
        ("José", "JOSE\u0301", True),
    ],
)
def test_a_name_is_one_however_it_is_written(sent: str, known: str, same: bool) -> None:
    assert same_name(sent, known) is same


@given(st.text(max_size=40))
def test_every_name_is_its_own(name: str) -> None:
    assert same_name(name, name)
    assert not same_birth_date(name, BORN) or BORN.isoformat().startswith(name)


def test_a_birth_date_may_be_a_day_a_month_or_a_year() -> None:
    for sent, same in (("1980-05-05", True), ("1980-05", True), ("1980", True), ("1980-06", False), ("198", False)):
        assert same_birth_date(sent, BORN) is same


async def resident(database: Database, *, proven: bool = True) -> UUID:
    person = ResidentRow(
        id=uuid4(), name="Wang Fang", birth_date=BORN, health_code_id=uuid4(), registered_at=datetime.now(UTC)
    )
    async with database.transaction() as session:
        session.add(person)
        await session.flush()
        if proven:
            session.add(
                IdentityProofRow(
                    resident_id=person.id,
                    number_hash=uuid4().bytes * 2,
                    reference="r",
                    proven_by=person.id,
                    proven_at=datetime.now(UTC),
                )
            )
    return person.id


@pytest.mark.anyio
async def test_records_hears_yes_or_no_of_who_is_proven_and_nothing_of_others(database: str) -> None:
    connected = Database(database)
    known, unproven = await resident(connected), await resident(connected, proven=False)
    people = [Person("Wang Fang", ""), Person("Fang Wang", "1980-05"), Person("Li Na", ""), Person("", "1981")]

    async def asked(institution: UUID, person: UUID, *birth_days: date) -> Comparison:
        question = Question(person, [date(2000, 1, 1), date(1980, 5, 4)], birth_days, people)
        (said,) = await compare(connected, Passwords(), [question], institution_id=institution, address="203.0.113.7")
        return said

    institution = uuid4()
    said = await asked(institution, known, BORN)
    assert said == Comparison([True, False], [True], [True, True, False, False])
    for nobody in (unproven, uuid4()):
        assert await asked(institution, nobody, BORN) == Comparison([None, None], [None], [None] * 4)
    for _ in range(OF_BIRTH.free + 1):
        said = await asked(institution, known, BORN)
    assert said == Comparison([True, False], [None], [None] * 4), "who guesses on hears nothing more"
    assert (await asked(uuid4(), known, BORN)).born_by_birth_days == [True], "another institution's mistakes"
    await connected.close()


@pytest.mark.anyio
async def test_only_records_asks(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(database, monkeypatch) as callers:
        for sender in ("", "x", "a.b.c"):
            body = {"sender": sender, "questions": [{"resident_id": str(uuid4()), "age_days": ["1980-01-01"]}]}
            answer: httpx2.Response = await callers.http.post("/resident-comparisons", json=body)
            assert answer.status_code == 400 and answer.json()["field"] == "sender", answer.text
        answer = await callers.http.post("/resident-comparisons", json={"sender": "x", "questions": []})
        assert (answer.status_code, answer.json()["field"]) == (400, "questions")
