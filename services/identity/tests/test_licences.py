"""A licence is one person's within an institution, however its number is spelled; the spelling that is shown stays."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest
from chassis import migrations, texts
from chassis.database import Database
from devstack.postgres import Postgres
from devstack.samples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from identity.commands import people
from identity.domain.people import LicenceTaken, parse_licence
from identity.tables import InstitutionRow, PractitionerRow
from sqlalchemy import text

pytestmark = pytest.mark.anyio
SERVICE = "identity"
NAME = "identity_before_looks"
TWINS = {"0": "0Oo", "O": "0Oo", "1": "1IilL", "I": "1IilL", "L": "1IilL"}
PARTS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=3, max_size=8)
LICENCES = st.tuples(PARTS, st.sampled_from(["-", "/", ".", " "]), PARTS).map("".join)


@dataclass
class Hospital:
    """An institution that registers its people."""

    database: Database
    id: UUID

    async def register(self, licence: str) -> PractitionerRow:
        async with self.database.transaction() as session:
            return await people.register_practitioner(
                session,
                institution_id=self.id,
                login=f"{uuid4().hex}@h.example.org",
                password_hash="none",
                name="Doctor",
                licence_number=licence,
                title="Doctor",
                now=datetime.now(UTC),
            )


@pytest.fixture
async def hospital(database: str) -> AsyncGenerator[Hospital]:
    test_database = Database(database)
    institution = InstitutionRow(id=uuid4(), name={"en": "Hospital"}, registered_at=datetime.now(UTC))
    async with test_database.transaction() as session:
        session.add(institution)
        institution_id = institution.id
    yield Hospital(test_database, institution_id)
    await test_database.close()


@pytest.mark.parametrize(
    "second",
    [
        "LIC 8668A410", "LIC/8668A410", "LIC.8668A410", "LIC8668A410", "LIC-8668A41O", "L1C-8668A410", "IIC-8668-A410",
        "lic-8668a410", "ＬＩＣ－８６６８Ａ４１０", "LIC-٨٦٦٨A410", " LIC-8668A410 ", "liC 8668 A4l0",
    ],
)  # fmt: skip
async def test_another_spelling_of_a_licence_is_the_same_licence(hospital: Hospital, second: str) -> None:
    first = await hospital.register("LIC-8668A410")
    assert first.licence_number == "LIC-8668A410"
    with pytest.raises(LicenceTaken) as refused:
        await hospital.register(second)
    assert refused.value.field == "licence_number"


async def test_licences_that_differ_otherwise_are_two(hospital: Hospital) -> None:
    licences = ["LIC-1", "LIC-2", "LIC-21", "MIC-1", "LIC-1A"]
    practitioners = [await hospital.register(licence) for licence in licences]
    assert [practitioner.licence_number for practitioner in practitioners] == licences
    assert len({practitioner.id for practitioner in practitioners}) == len(licences)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(licence=LICENCES, choices=st.lists(st.integers(0, 9), min_size=40, max_size=40))
async def test_the_database_and_the_application_see_the_same_look(
    hospital: Hospital, licence: str, choices: list[int]
) -> None:
    spelled = "".join(
        twins[choice % len(twins)] if (twins := TWINS.get(letter, letter)) else letter
        for letter, choice in zip(licence, choices, strict=False)
    )
    stored = parse_licence(spelled)
    async with hospital.database.transaction() as session:
        row = PractitionerRow(
            id=uuid4(),
            institution_id=hospital.id,
            name="Doctor",
            licence_number=stored,
            title="Doctor",
            registered_at=datetime.now(UTC),
        )
        session.add(row)
        await session.flush()
        look = await session.scalar(text("SELECT licence_look FROM practitioner WHERE id = :id"), {"id": row.id})
        await session.execute(text("DELETE FROM licence_check WHERE practitioner_id = :id"), {"id": row.id})
        await session.delete(row)
    assert look == texts.look(stored) == texts.look(licence)


async def test_people_under_licences_that_look_the_same_stay_and_nobody_joins_them(postgres_server: Postgres) -> None:
    """Also while the release before this one still registers people."""
    await postgres_server.ensure_database(NAME, "identity_owner", "owner", "identity_app", "app")
    url = postgres_server.url(NAME, "identity_owner", "owner")
    await migrations.upgrade("identity", url, "0004")
    old = await asyncpg.connect(
        host=str(postgres_server.socket_folder),
        port=postgres_server.port,
        user="identity_app",
        password="app",
        database=NAME,
    )
    institution = str(uuid4())
    await old.execute("INSERT INTO institution VALUES ($1, '{}', now())", institution)
    register = """
        INSERT INTO practitioner (id, institution_id, name, licence_number, title, registered_at)
        VALUES ($1, $2, 'Doctor', $3, 'Doctor', now()) ON CONFLICT (institution_id, licence_number) DO NOTHING
    """
    for licence in ("LIC-10", "LIC 1O", "L1C/10", "LIC-20"):
        await old.execute(register, str(uuid4()), institution, licence)
    await migrations.upgrade("identity", url)
    there = await old.fetch("SELECT licence_number, licence_look FROM practitioner")
    assert {row["licence_number"]: row["licence_look"] for row in there} == {
        "LIC-10": "11C10",
        "LIC 1O": "11C10",
        "L1C/10": "11C10",
        "LIC-20": "11C20",
    }
    await old.execute(register, str(uuid4()), institution, "LIC-30")
    for again in ("LIC.10", "LIC 30"):
        with pytest.raises(asyncpg.UniqueViolationError):
            await old.execute(register, str(uuid4()), institution, again)
    await old.close()
