"""A practitioner who leaves an institution scans nothing more; what was theirs is free, what they did before stays."""

import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx2
import pytest
from chassis.database import Database
from identity.commands import access, people
from identity.domain.access import SignInRefused
from sqlalchemy import text
from yima.identity.v1.events_pb2 import PractitionerRegistrationEnded

from services.identity.tests.callers import PASSWORD, Callers, code, opened

pytestmark = pytest.mark.anyio
SERVICE = "identity"


@dataclass
class Hospital:
    """An institution, the token of its staff, and its practitioners."""

    callers: Callers
    database: Database
    id: UUID
    staff: str
    password_hash: str

    async def register(self, login: str, licence: str) -> UUID:
        """A practitioner, who signs in with `PASSWORD`."""
        async with self.database.transaction() as session:
            practitioner = await people.register_practitioner(
                session,
                institution_id=self.id,
                login=login,
                password_hash=self.password_hash,
                name="Doctor",
                licence_number=licence,
                title="Doctor",
                now=datetime.now(UTC),
            )
            return practitioner.id

    async def end(self, practitioner_id: UUID, token: str = "", reason: str = "") -> httpx2.Response:
        return await self.callers.post(f"/practitioners/{practitioner_id}/end", token or self.staff, reason=reason)


@pytest.fixture
async def callers(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Callers]:
    async with opened(database, monkeypatch) as callers:
        yield callers


@pytest.fixture
async def identity(database: str) -> AsyncGenerator[Database]:
    opened_database = Database(database)
    yield opened_database
    await opened_database.close()


async def a_hospital(callers: Callers, identity: Database) -> Hospital:
    login = f"{uuid4().hex}@h.example.org"
    name = {"text": {"zh-CN": "医院", "en": "Hospital"}}
    answer = await callers.post("/institutions", name=name, login=login, password=PASSWORD, staff_name="Staff")
    assert answer.status_code == 200, answer.text
    async with identity.transaction() as session:
        password_hash = await session.scalar(
            text("SELECT password_hash FROM account WHERE login = :login"), {"login": login}
        )
    return Hospital(callers, identity, UUID(answer.json()["id"]), await callers.token(login), str(password_hash))


@pytest.fixture
async def hospital(callers: Callers, identity: Database) -> Hospital:
    return await a_hospital(callers, identity)


def a_login() -> str:
    return f"{uuid4().hex}@h.example.org"


def a_licence() -> str:
    return f"LIC-{uuid4().hex[:10].upper()}"


async def announced(identity: Database, practitioner_id: UUID) -> list[PractitionerRegistrationEnded]:
    async with identity.transaction() as session:
        payloads = await session.scalars(
            text("SELECT payload FROM outbox WHERE type = :type"),
            {"type": PractitionerRegistrationEnded.DESCRIPTOR.full_name},
        )
        events = [PractitionerRegistrationEnded.FromString(payload) for payload in payloads]
    return [event for event in events if event.practitioner_id == str(practitioner_id)]


async def test_who_left_is_signed_out_and_signs_in_no_more(hospital: Hospital) -> None:
    login, licence = a_login(), a_licence()
    practitioner_id = await hospital.register(login, licence)
    token = await hospital.callers.token(login)
    assert await hospital.callers.me(token) == 200
    ended = await hospital.end(practitioner_id, reason="works elsewhere now")
    assert ended.status_code == 200, ended.text
    shown = ended.json()
    assert (shown["id"], shown["licenceNumber"]) == (str(practitioner_id), licence)
    assert shown["endedAt"]
    refused, unknown = await hospital.callers.sign_in(login), await hospital.callers.sign_in(a_login())
    assert refused.status_code == unknown.status_code == 401
    assert refused.json() | {"instance": ""} == unknown.json() | {"instance": ""}
    deadline = time.monotonic() + 10  # without the bus, a process hears of ended sessions every few seconds
    while await hospital.callers.me(token) != 401:
        assert time.monotonic() < deadline, "the token from before is still taken"


async def test_ended_twice_it_ended_the_first_time_and_is_announced_once(hospital: Hospital) -> None:
    practitioner_id = await hospital.register(a_login(), a_licence())
    operator = await hospital.callers.token("operator@yima.example.org", "an operator's unlikely words")
    first = await hospital.end(practitioner_id, operator, "a court said so")
    again = await hospital.end(practitioner_id)
    assert first.status_code == again.status_code == 200, first.text
    assert first.json() == again.json()
    (event,) = await announced(hospital.database, practitioner_id)
    assert (event.institution_id, event.version) == (str(hospital.id), 2)
    assert event.HasField("ended_at")


async def test_nobody_else_ends_a_registration(hospital: Hospital, callers: Callers, identity: Database) -> None:
    login = a_login()
    practitioner_id = await hospital.register(login, a_licence())
    other = await a_hospital(callers, identity)
    theirs, unknown = await hospital.end(practitioner_id, other.staff), await hospital.end(uuid4())
    assert (theirs.status_code, code(theirs), theirs.json()["field"]) == (404, "not-found", "practitioner_id")
    assert theirs.json()["detail"] == unknown.json()["detail"], "it does not say that there is one elsewhere"
    doctor, resident = await callers.token(login), await callers.token(await callers.resident())
    for token in (doctor, resident):
        assert (await hospital.end(practitioner_id, token)).status_code == 403
    assert await callers.me(doctor) == 200
    assert await announced(identity, practitioner_id) == []


async def test_the_licence_and_the_login_are_free_at_once_for_any_employer(
    hospital: Hospital, callers: Callers, identity: Database
) -> None:
    login, licence = a_login(), a_licence()
    first = await hospital.register(login, licence)
    await hospital.end(first)
    other = await a_hospital(callers, identity)
    second = await other.register(login, licence)
    await callers.token(login)
    await other.end(second)
    third = await hospital.register(login, licence)
    assert len({first, second, third}) == 3
    assert (await hospital.end(first)).json()["licenceNumber"] == licence, "of whom it was is still known"
    await callers.token(login)  # ending the first again does not touch who has the login now


async def test_what_an_account_signed_in_with_ends_with_it(hospital: Hospital) -> None:
    practitioner_id = await hospital.register(a_login(), a_licence())
    about: dict[str, object] = {"id": practitioner_id}
    rows = {
        "second_factor": "(subject_id, secret, created_at) VALUES (:id, decode(repeat('ab', 20), 'hex'), now())",
        "passkey": "(id, subject_id, credential_id, public_key, sign_count, synced, name, created_at)"
        " VALUES (:id, :id, decode('ab', 'hex'), decode('ab', 'hex'), 0, false, 'phone', now())",
        "provider_link": "(id, subject_id, issuer, provider_subject, linked_at) VALUES (:id, :id, 'i', 's', now())",
        "passkey_ceremony": "(id, purpose, subject_id, challenge, expires_at)"
        " VALUES (:id, 'another', :id, decode(repeat('ab', 32), 'hex'), now())",
        "recovery_code": "(subject_id, sha256) VALUES (:id, decode(repeat('ab', 32), 'hex'))",
        "contact": "(subject_id, address, confirmed_at) VALUES (:id, 'doctor@x.example.org', now())",
    }
    async with hospital.database.transaction() as session:
        for table, values in rows.items():
            await session.execute(text(f"INSERT INTO {table} {values}"), about)
    await hospital.end(practitioner_id)
    async with hospital.database.transaction() as session:
        for table in rows:
            left = await session.execute(text(f"SELECT 1 FROM {table} WHERE subject_id = :id"), about)
            assert left.all() == [], table


async def test_a_sign_in_under_way_comes_to_nothing(hospital: Hospital) -> None:
    """Its password was looked at before the registration ended."""
    login = a_login()
    practitioner_id = await hospital.register(login, a_licence())
    async with hospital.database.transaction() as session:
        attempt = await access.begin_sign_in(session, login=login, address="")
    await hospital.end(practitioner_id)
    with pytest.raises(SignInRefused):
        async with hospital.database.transaction() as session:
            await access.finish_sign_in(session, attempt=attempt)


async def test_the_database_keeps_nobody_with_a_number_after_the_end(hospital: Hospital) -> None:
    practitioner_id = await hospital.register(a_login(), a_licence())
    await hospital.end(practitioner_id)
    with pytest.raises(Exception, match="practitioner_number_until_end"):
        async with hospital.database.transaction() as session:
            await session.execute(
                text("UPDATE practitioner SET licence_number = former_licence_number WHERE id = :id"),
                {"id": practitioner_id},
            )
