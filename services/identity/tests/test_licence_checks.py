"""A practitioner practises with a licence that its register confirms, and for as long as it does."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from identity.commands import licences
from identity.domain.licences import RETRY_FIRST, RETRY_LAST, LicenceState, retry_after, state_after
from identity.registers.http import HttpRegisters
from identity.tables import InstitutionRow, LicenceCheckRow, PractitionerRow
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.identity.tests import registers
from services.identity.tests.registers import SECRET, Registers

pytestmark = pytest.mark.anyio
SERVICE = "identity"
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def licence_register(tmp_path_factory: pytest.TempPathFactory) -> Generator[Registers]:
    with registers.running(Path(tmp_path_factory.mktemp("registers"))) as process:
        yield process


@dataclass
class Ward:
    """An institution of its own database, whose practitioners are checked when `check` is called."""

    database: Database
    institution: UUID
    register: HttpRegisters

    async def hire(self, name: str = "Dr Tan", licence: str = "") -> PractitionerRow:
        """Register a practitioner about whom the register was not asked yet, with a session."""
        practitioner = PractitionerRow(
            id=uuid4(),
            institution_id=self.institution,
            name=name,
            licence_number=licence or f"LIC-{uuid4().hex[:12].upper()}",
            title="Doctor",
            registered_at=datetime.now(UTC),
        )
        async with self.database.transaction() as session:
            session.add(practitioner)
            await session.flush()
            await session.execute(
                text(
                    "INSERT INTO access_session (id, subject_id, began_at, expires_at) "
                    "VALUES (:id, :subject, now(), now() + interval '1 hour')"
                ),
                {"id": uuid4(), "subject": practitioner.id},
            )
        return practitioner

    async def check(self) -> None:
        """Ask about all that are due."""
        while await licences.check_due(self.database, self.register, DAY):
            pass

    async def due_now(self, practitioner: PractitionerRow) -> None:
        async with self.database.transaction() as session:
            await session.execute(
                text("UPDATE licence_check SET due_at = now() WHERE practitioner_id = :id"), {"id": practitioner.id}
            )

    async def known(self, practitioner: PractitionerRow) -> LicenceCheckRow:
        async with self.database.transaction() as session:
            return await session.get_one(LicenceCheckRow, practitioner.id)

    async def signed_in(self, practitioner: PractitionerRow) -> bool:
        async with self.database.transaction() as session:
            query = "SELECT count(*) FROM access_session WHERE subject_id = :id AND ended_at IS NULL"
            return bool(await session.scalar(text(query), {"id": practitioner.id}))

    async def announced(self, practitioner: PractitionerRow) -> list[str]:
        async with self.database.transaction() as session:
            query = "SELECT type FROM outbox WHERE type LIKE '%.Licence%' AND payload LIKE :about ORDER BY position"
            about = b"%" + str(practitioner.id).encode() + b"%"
            return [kind.rpartition(".")[2] for kind in await session.scalars(text(query), {"about": about})]


@asynccontextmanager
async def a_ward(url: str, register: Registers) -> AsyncGenerator[Ward]:
    database, institution = Database(url), uuid4()
    async with database.transaction() as session:
        session.add(InstitutionRow(id=institution, name={"en": "Hospital"}, registered_at=datetime.now(UTC)))
    http = HttpRegisters(register.url, SECRET)
    yield Ward(database, institution, http)
    await http.close()
    await database.close()


@pytest.fixture
async def ward(own_database: str, licence_register: Registers) -> AsyncGenerator[Ward]:
    licence_register.go_wrong()
    async with a_ward(own_database, licence_register) as made:
        yield made


async def test_a_licence_is_checked_by_itself_and_withdrawn_when_its_register_says_so(
    ward: Ward, licence_register: Registers
) -> None:
    doctor, colleague = await ward.hire(), await ward.hire("Bo Yan")
    assert (await ward.known(doctor)).state == LicenceState.WAITING
    await ward.check()
    first = await ward.known(doctor)
    assert (first.state, first.version, first.checked_at is not None) == (LicenceState.CHECKED, 1, True)
    licence_register.put_licence(doctor.licence_number or "", "withdrawn")
    await ward.check()
    assert (await ward.known(doctor)).state == LicenceState.CHECKED, "it is not due yet"
    for practitioner in (doctor, colleague):
        await ward.due_now(practitioner)
    await ward.check()
    assert ((await ward.known(doctor)).state, await ward.signed_in(doctor)) == (LicenceState.WITHDRAWN, False)
    assert ((await ward.known(colleague)).state, await ward.signed_in(colleague)) == (LicenceState.CHECKED, True)
    licence_register.put_licence(doctor.licence_number or "", "good")
    await ward.due_now(doctor)
    await ward.check()
    assert (await ward.known(doctor)).version == 3
    assert await ward.announced(doctor) == ["LicenceChecked", "LicenceWithdrawn", "LicenceChecked"]
    assert await ward.announced(colleague) == ["LicenceChecked"]


async def test_somebody_elses_licence_is_refused(ward: Ward) -> None:
    doctor = await ward.hire("Dr Tan")
    await ward.check()
    institution = uuid4()
    async with ward.database.transaction() as session:
        session.add(InstitutionRow(id=institution, name={"en": "Another"}, registered_at=datetime.now(UTC)))
    ward.institution = institution
    thief = await ward.hire("Dr Wen", (doctor.licence_number or "").replace("-", " "))
    await ward.check()
    assert ((await ward.known(thief)).state, await ward.announced(thief)) == (LicenceState.REFUSED, [])


@pytest.mark.parametrize("fault", [{"away": 1}, {"malformed": 1}, {"wrong": 1}])
async def test_a_register_that_does_not_answer_gives_no_right_and_takes_none(
    ward: Ward, licence_register: Registers, fault: dict[str, float]
) -> None:
    doctor = await ward.hire()
    await ward.check()
    newcomer = await ward.hire("Bo Yan")
    licence_register.go_wrong(**fault)
    for attempts in (1, 2):
        for practitioner in (doctor, newcomer):
            await ward.due_now(practitioner)
        await ward.check()
        kept, waiting = await ward.known(doctor), await ward.known(newcomer)
        assert (kept.state, waiting.state) == (LicenceState.CHECKED, LicenceState.WAITING)
        assert (kept.attempts, waiting.attempts) == (attempts, attempts)
        assert kept.due_at - datetime.now(UTC) < timedelta(minutes=2), "asked again soon"
    licence_register.go_wrong()
    await ward.due_now(newcomer)
    await ward.check()
    assert ((await ward.known(newcomer)).state, await ward.signed_in(doctor)) == (LicenceState.CHECKED, True)


async def test_two_processes_ask_about_each_licence_once(ward: Ward, licence_register: Registers) -> None:
    doctors = [await ward.hire(f"Doctor {'ABCDEFGHIJKL'[number]}") for number in range(12)]
    await asyncio.gather(ward.check(), ward.check(), ward.check())
    assert [(await ward.known(doctor)).version for doctor in doctors] == [1] * 12


async def test_who_has_left_is_asked_about_no_more(ward: Ward, licence_register: Registers) -> None:
    doctor = await ward.hire()
    async with ward.database.transaction() as session:
        await session.execute(
            text(
                "UPDATE practitioner SET ended_at = now(), ended_by = :by, former_licence_number = licence_number, "
                "licence_number = NULL WHERE id = :id"
            ),
            {"id": doctor.id, "by": uuid4()},
        )
    await ward.check()
    assert (await ward.known(doctor)).state == LicenceState.WAITING


@pytest.mark.parametrize("before", list(LicenceState))
@pytest.mark.parametrize("after", list(LicenceState))
async def test_the_database_lets_a_licence_move_only_as_its_register_can_say(
    ward: Ward, before: LicenceState, after: LicenceState
) -> None:
    doctor = await ward.hire()
    moves = {(state, state_after(state, confirmed)) for state in LicenceState for confirmed in (True, False)}
    ways: dict[LicenceState, list[LicenceState]] = {
        LicenceState.WAITING: [],
        LicenceState.CHECKED: [LicenceState.CHECKED],
        LicenceState.REFUSED: [LicenceState.REFUSED],
        LicenceState.WITHDRAWN: [LicenceState.CHECKED, LicenceState.WITHDRAWN],
    }
    for state in ways[before]:
        await move(ward, doctor, state)
    if before == after or (before, after) in moves:
        await move(ward, doctor, after)
        assert (await ward.known(doctor)).state == after
        return
    with pytest.raises(DBAPIError):
        await move(ward, doctor, after)


async def move(ward: Ward, practitioner: PractitionerRow, state: LicenceState) -> Any:
    async with ward.database.transaction() as session:
        await session.execute(
            text(
                "UPDATE licence_check SET state = CAST(:state AS varchar), "
                "version = version + (CASE WHEN state = CAST(:state AS varchar) THEN 0 ELSE 1 END), "
                "checked_at = CASE WHEN CAST(:state AS varchar) = 'waiting' THEN NULL ELSE now() END "
                "WHERE practitioner_id = :id"
            ),
            {"state": state.value, "id": practitioner.id},
        )


def test_retries_are_further_and_further_apart_and_never_end() -> None:
    waits = [retry_after(attempts) for attempts in range(1, 40)]
    assert waits[0] == RETRY_FIRST and waits[-1] == RETRY_LAST
    assert waits == sorted(waits)
