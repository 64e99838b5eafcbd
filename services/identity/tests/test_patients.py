"""Patients of institutions: whose they are is said of the proven alone, and numbers are sealed for one institution."""

from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from devstack.fictional import identity_number
from identity.commands.patients import match_patients, seal_numbers
from identity.domain.patients import Basis, Evidence, Match, PatientSeals, TooManyNumbers
from identity.domain.proofs import NumberKey
from identity.tables import IdentityProofRow, InstitutionRow, PractitionerRow, ResidentRow, ScanRow

pytestmark = pytest.mark.anyio
SERVICE = "identity"
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
BORN = date(1960, 5, 5)
SECRET = "a secret of some length"
SEALS, KEY = PatientSeals(SECRET), NumberKey(SECRET)
NOBODY = Match()


class City:
    """A city's people, and an institution whose practitioner scans."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.institution, self.practitioner = uuid4(), uuid4()

    async def add(self, *rows: object) -> None:
        async with self.database.transaction() as session:
            for row in rows:
                session.add(row)
                await session.flush()

    async def resident(self, number: str = "", name: str = "") -> UUID:
        """A resident, proven if there is a number."""
        person = ResidentRow(
            id=uuid4(), name=name or f"Lin {uuid4()}", birth_date=BORN, health_code_id=uuid4(), registered_at=NOW
        )
        await self.add(person)
        if number:
            await self.add(
                IdentityProofRow(
                    resident_id=person.id,
                    number_hash=KEY.hashed(number),
                    reference="r",
                    proven_by=person.id,
                    proven_at=NOW,
                )
            )
        return person.id

    async def scan(self, resident: UUID) -> UUID:
        scan = ScanRow(
            id=uuid4(),
            token_id=uuid4().bytes,
            resident_id=resident,
            practitioner_id=self.practitioner,
            institution_id=self.institution,
            scanned_at=NOW,
        )
        await self.add(scan)
        return scan.id

    async def match(self, *evidence: Evidence, by: UUID | None = None) -> list[Match]:
        async with self.database.transaction() as session:
            return list(await match_patients(session, institution_id=by or self.institution, patients=evidence))


@pytest.fixture
async def city(database: str) -> AsyncGenerator[City]:
    connected = Database(database)
    city = City(connected)
    await city.add(
        InstitutionRow(id=city.institution, name={"en": "Clinic"}, registered_at=NOW),
        PractitionerRow(
            id=city.practitioner,
            institution_id=city.institution,
            name="Wang",
            licence_number=uuid4().hex,
            title="physician",
            registered_at=NOW,
        ),
    )
    yield city
    await connected.close()


def a_number() -> str:
    return identity_number(BORN.isoformat())


async def test_a_scan_of_ones_own_an_identity_number_or_an_id_that_was_told_mean_somebody(city: City) -> None:
    number = a_number()
    person = await city.resident(number)
    scan = await city.scan(person)
    every = [
        Evidence(scan_id=scan),
        Evidence(number_hash=KEY.hashed(number)),
        Evidence(resident_id=person),
        Evidence(number_hash=KEY.hashed(number), scan_id=scan, name="Somebody Else", birth_date=BORN),
    ]
    assert [(each.resident_id, each.basis) for each in await city.match(*every)] == [
        (person, Basis.HEALTH_CODE),
        (person, Basis.IDENTITY_NUMBER),
        (person, Basis.RESIDENT_ID),
        (person, Basis.HEALTH_CODE),
    ]
    assert await city.match(every[0], by=uuid4()) == [NOBODY], "a scan of another institution's says nothing"


async def test_unknown_and_not_proven_have_one_answer(city: City) -> None:
    unproven = await city.resident()
    scan = await city.scan(unproven)
    asked = [
        Evidence(scan_id=scan),
        Evidence(scan_id=uuid4()),
        Evidence(resident_id=unproven),
        Evidence(resident_id=uuid4()),
        Evidence(number_hash=KEY.hashed(a_number())),
        Evidence(),
    ]
    assert await city.match(*asked) == [NOBODY] * len(asked)


async def test_evidence_of_two_people_means_nobody(city: City) -> None:
    number = a_number()
    await city.resident(number)
    scan = await city.scan(await city.resident(a_number()))
    assert await city.match(Evidence(KEY.hashed(number), scan)) == [Match(differs=True)]


async def test_name_and_birth_date_mean_somebody_only_by_themselves_and_of_one_person(city: City) -> None:
    name = f"Mei {uuid4().hex}"
    person = await city.resident(a_number(), name)
    await city.resident("", name)  # not proven: it may be anybody
    by_name = Evidence(name=name.upper(), birth_date=BORN)
    assert await city.match(by_name) == [Match(person, Basis.CONFIRMED)]
    assert await city.match(Evidence(name=name, birth_date=BORN + timedelta(days=1))) == [NOBODY]
    assert await city.match(Evidence(KEY.hashed(a_number()), name=name, birth_date=BORN)) == [NOBODY]
    await city.resident(a_number(), name)
    assert await city.match(by_name) == [NOBODY], "two people have it"


async def seal(city: City, *numbers: str, most: int = 100, day: date = BORN, by: UUID | None = None) -> list[bytes]:
    async with city.database.transaction() as session:
        return list(
            await seal_numbers(
                session, SEALS, KEY, institution_id=by or city.institution, numbers=numbers, day=day, most=most
            )
        )


async def test_a_seal_is_of_use_to_one_institution_and_says_nothing_without_the_secret(city: City) -> None:
    number, other = a_number(), uuid4()
    ours, again, theirs, none = (
        *await seal(city, number, number.lower()),
        *await seal(city, number, by=other),
        *await seal(city, "P-4711"),
    )
    assert ours == again != theirs and none == b""
    assert SEALS.open(city.institution, ours) == KEY.hashed(number)
    assert SEALS.open(other, ours) is None and SEALS.open(city.institution, b"x") is None
    assert PatientSeals(f"another {SECRET}").open(city.institution, ours) is None
    assert number.encode() not in ours and KEY.hashed(number) not in ours


async def test_an_institution_has_so_many_numbers_sealed_a_day_and_no_more(city: City) -> None:
    await seal(city, a_number(), a_number(), most=3)
    with pytest.raises(TooManyNumbers):
        await seal(city, a_number(), a_number(), most=3)
    await seal(city, a_number(), most=3)
    await seal(city, a_number(), a_number(), most=3, day=BORN + timedelta(days=1))
