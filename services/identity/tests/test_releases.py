"""Who comes is known by name, age and a telephone they confirmed; a child is reached by who acts for them."""

from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from identity.store import releases
from identity.tables import AccountRow, ContactRow, GuardianRow, ResidentRow

pytestmark = pytest.mark.anyio
SERVICE = "identity"
NOW = datetime.now(UTC)


@pytest.fixture
async def db(database: str) -> AsyncGenerator[Database]:
    opened = Database(database)
    yield opened
    await opened.close()


async def resident(db: Database, name: str, born: date, *contacts: str) -> UUID:
    resident_id = uuid4()
    async with db.transaction() as session:
        session.add(ResidentRow(id=resident_id, name=name, birth_date=born, health_code_id=uuid4(), registered_at=NOW))
        session.add(
            AccountRow(
                login=f"{uuid4().hex}@x.org",
                password_hash="",
                role="resident",
                subject_id=resident_id,
                name=name,
                created_at=NOW,
                duties=[],
            )
        )
        await session.flush()
        session.add_all([ContactRow(subject_id=resident_id, address=each, confirmed_at=NOW) for each in contacts])
    return resident_id


async def who(db: Database, resident_id: UUID, *, minor: bool = False) -> releases.Person | None:
    async with db.transaction() as session:
        return await releases.person(session, resident_id, NOW, minor=minor)


async def test_a_person_has_their_own_telephone_and_no_address_is_taken_for_one(db: Database) -> None:
    resident_id = await resident(db, "Lin", date(1960, 5, 5), "lin@x.org", "+8653155500100")
    person = await who(db, resident_id)
    assert person == releases.Person("Lin", date(1960, 5, 5), False, "+8653155500100", [])
    nobody = await who(db, await resident(db, "Wu", date(1960, 5, 5), "wu@x.org"))
    assert nobody is not None
    assert nobody.telephone == ""
    assert await who(db, uuid4()) is None


async def test_a_child_is_reached_by_who_acts_for_them_while_they_do(db: Database) -> None:
    mother = await resident(db, "Mother", date(1990, 1, 1), "+8653155500101")
    child = uuid4()
    async with db.transaction() as session:
        born = date(2024, 1, 1)
        session.add(ResidentRow(id=child, name="Child", birth_date=born, health_code_id=uuid4(), registered_at=NOW))
        await session.flush()
        session.add(GuardianRow(id=uuid4(), guardian_id=mother, dependant_id=child, since=NOW))
    person = await who(db, child, minor=True)
    assert person is not None
    assert (person.telephone, person.guardian_names) == ("+8653155500101", ["Mother"])
    of_age = await who(db, child, minor=False)
    assert of_age is not None
    assert (of_age.telephone, of_age.guardian_names) == ("", []), "nobody acts for who is of age"
