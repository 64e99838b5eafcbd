"""People are who they say: by an identity number that the register of people confirms, and of which no copy is kept."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncGenerator, Generator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from chassis.database import Database
from chassis.refusals import Invalid
from devstack.fictional import identity_number, identity_number_of
from hypothesis import given
from hypothesis import strategies as st
from identity.domain.proofs import OF_PERSON, NumberKey, parse_identity_number, sex_of
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from stdnum.cn import ric
from yima.identity.v1.events_pb2 import ResidentProven

from services.identity.tests import registers
from services.identity.tests.callers import PASSWORD, Callers, claims, code, opened
from services.identity.tests.registers import SECRET, Registers

pytestmark = pytest.mark.anyio
SERVICE = "identity"
BORN = "1960-05-05"
DAYS = st.dates(date(1910, 1, 1), date(2026, 1, 1))


@pytest.fixture(scope="module")
def people_register(tmp_path_factory: pytest.TempPathFactory) -> Generator[Registers]:
    with registers.running(Path(tmp_path_factory.mktemp("registers"))) as process:
        yield process


@pytest.fixture
async def callers(
    database: str, monkeypatch: pytest.MonkeyPatch, people_register: Registers
) -> AsyncGenerator[Callers]:
    people_register.go_wrong()
    async with opened(database, monkeypatch, **people_register.settings) as running:
        yield running


def new_login() -> str:
    return f"{uuid4().hex}@residents.example.org"


async def registered(
    callers: Callers, name: str = "Lin", number: str = "", born: str = BORN, login: str = ""
) -> httpx2.Response:
    return await callers.post(
        "/residents",
        login=login or new_login(),
        password=PASSWORD,
        name=name,
        birth_date=born,
        identity_number=number,
    )


async def unproven(callers: Callers, name: str = "Lin") -> tuple[str, str]:
    """The login and a token of a resident who has not proven who they are."""
    login = new_login()
    assert (await registered(callers, name, login=login)).status_code == 200
    return login, await callers.token(login)


async def prove(callers: Callers, token: str, number: str, **more: str) -> httpx2.Response:
    return await callers.post("/proofs", token, identity_number=number, **more)


def proven_in(token: str) -> list[str]:
    return list(claims(token).get("prv", []))


async def me(callers: Callers, token: str) -> dict[str, Any]:
    answer = await callers.http.get("/me", headers={"authorization": f"Bearer {token}"})
    return dict(answer.json())


@given(DAYS, st.sampled_from(["{}", " {} ", "{}\u3000"]))
def test_every_number_of_that_birthday_is_taken_however_it_is_spaced(born: date, spaced: str) -> None:
    number = identity_number(str(born))
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in number)
    assert parse_identity_number(spaced.format(number.lower()), born) == number
    assert parse_identity_number(wide, born) == number
    assert parse_identity_number(f"{number[:6]} {number[6:14]} {number[14:]}", born) == number


@given(number=st.integers(0, 10**8 - 1))
def test_an_odd_order_number_is_a_mans_and_an_even_one_a_womans(number: int) -> None:
    assert sex_of(identity_number_of(number, "1980-02-03")) == ("male" if number % 2 else "female")


@given(DAYS, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_a_number_with_one_character_wrong_is_refused_and_never_quoted(born: date, index: int, wrong: str) -> None:
    number = identity_number(str(born))
    if number[index] == wrong:
        return
    mistaken = number[:index] + wrong + number[index + 1 :]
    with pytest.raises(Invalid) as refused:
        parse_identity_number(mistaken, born)
    assert refused.value.field == "identity_number"
    assert mistaken not in refused.value.detail and mistaken[6:14] not in refused.value.detail


@pytest.mark.parametrize("number", ["", "1", "36042619910101007", "3604261991010100711", "x" * 18, "36042619911301007"])
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(Invalid):
        parse_identity_number(number, date(1991, 1, 1))


def test_a_day_that_there_is_not_is_no_birth_date() -> None:
    digits = "00000119910230001"
    with pytest.raises(Invalid, match="birth date"):
        parse_identity_number(digits + ric.calc_check_digit(f"{digits}0"), date(1991, 2, 28))


async def test_a_resident_proves_who_they_are_and_the_next_token_says_so(callers: Callers, database: str) -> None:
    login, token = await unproven(callers)
    own_id = claims(token)["sub"]
    assert proven_in(token) == [] and "provenAt" not in (await me(callers, token))["resident"]
    number = identity_number(BORN)
    answer = await prove(callers, token, number)
    assert answer.status_code == 200, answer.text
    assert proven_in(await callers.token(login)) == [own_id]
    assert (await me(callers, token))["resident"]["provenAt"] == answer.json()["provenAt"]
    again = await prove(callers, token, number)
    assert again.json()["provenAt"] == answer.json()["provenAt"], "proven once, it stays as it was"
    assert code(await prove(callers, token, identity_number(BORN))) == "already-proven"
    store = Database(database)
    async with store.transaction() as session:
        payloads = await session.scalars(
            text("SELECT payload FROM outbox WHERE type = :type"), {"type": ResidentProven.DESCRIPTOR.full_name}
        )
        told = [event for event in map(ResidentProven.FromString, payloads) if event.resident_id == own_id]
    await store.close()
    assert [(event.version, event.HasField("proven_at")) for event in told] == [(2, True)]


async def test_who_registers_with_a_number_is_proven_at_once_or_not_registered(callers: Callers) -> None:
    number, login = identity_number(BORN), new_login()
    assert "provenAt" in (await registered(callers, "Lin", number, login=login)).json()
    assert len(proven_in(await callers.token(login))) == 1
    refused_login = new_login()
    assert code(await registered(callers, "Wen", number, login=refused_login)) == "identity-not-confirmed"
    assert code(await registered(callers, "Lin", number, login=refused_login)) == "identity-number-taken"
    assert code(await callers.sign_in(refused_login)) == "sign-in-refused", "nothing half-registered"
    assert code(await registered(callers, "Lin", identity_number("1960-05-06"))) == "invalid"


@pytest.mark.parametrize(
    ("enters", "claims_it", "same"),
    [
        ("Copec Hoba", "\u0421\u043e\u0440\u0435\u0441 \u041d\u043e\u0432\u0430", False),
        ("Jose\u0301 Lin", "Jos\u00e9 LIN", True),
        ("Lin Xiao", "Lin  Xiao ", True),
        ("Lin Xiao", "Lin Xia0", False),
        ("\u6797\u6653", "\u6797\u66c9", False),
    ],
)
async def test_names_are_one_by_their_form_and_case_and_not_by_their_looks(
    callers: Callers, enters: str, claims_it: str, same: bool
) -> None:
    number = identity_number(BORN)
    assert (await registered(callers, enters, number)).status_code == 200
    _, token = await unproven(callers, claims_it)
    expected = "identity-number-taken" if same else "identity-not-confirmed"
    assert code(await prove(callers, token, number)) == expected


@pytest.mark.parametrize("fault", [{"away": 1}, {"malformed": 1}, {"wrong": 1}, {"slow_seconds": 3}])
async def test_what_the_register_does_not_answer_is_neither_yes_nor_no(
    callers: Callers, people_register: Registers, fault: dict[str, float], caplog: pytest.LogCaptureFixture
) -> None:
    login, token = await unproven(callers)
    number = identity_number(BORN)
    people_register.go_wrong(**fault)
    tries = 1 if "slow_seconds" in fault else OF_PERSON.free + 2
    for _ in range(tries):
        answer = await prove(callers, token, number)
        assert (answer.status_code, code(answer)) == (503, "register-away")
        assert int(answer.headers["retry-after"]) > 0
        assert number not in answer.text
    assert number not in caplog.text
    assert proven_in(await callers.token(login)) == []
    people_register.go_wrong()
    assert (await prove(callers, token, number)).status_code == 200, "none of that counted as a try"


async def test_an_answer_that_is_lost_now_and_then_is_asked_for_again(
    callers: Callers, people_register: Registers
) -> None:
    people_register.go_wrong(wrong=0.2, malformed=0.2)
    done = 0
    for _ in range(12):
        _, token = await unproven(callers)
        answer = await prove(callers, token, identity_number(BORN))
        assert answer.status_code == 200 or code(answer) == "register-away"
        done += answer.status_code == 200
    assert done, "of a register that answers most of the time something is heard"


async def test_a_register_that_is_not_there_is_away(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(database, monkeypatch, YIMA_REGISTERS_URL="http://127.0.0.1:9") as callers:
        assert code(await registered(callers, "Lin", identity_number(BORN))) == "register-away"


async def test_a_register_asks_for_its_secret(people_register: Registers) -> None:
    question = {"question": "1", "name": "Lin", "number": identity_number(BORN)}
    async with httpx2.AsyncClient(base_url=people_register.url, trust_env=False) as http:
        for headers in ({}, {"authorization": "Bearer another"}):
            assert (await http.post("/people/checks", json=question, headers=headers)).status_code == 401
            assert (await http.put("/faults", json={}, headers=headers)).status_code == 401
        nonsense = await http.post("/people/checks", json={}, headers={"authorization": f"Bearer {SECRET}"})
    assert nonsense.status_code == 400


async def test_numbers_cannot_be_guessed_on_and_on(callers: Callers) -> None:
    number = identity_number(BORN)
    await registered(callers, "Somebody", number)
    _, token = await unproven(callers)
    answers = [code(await prove(callers, token, number)) for _ in range(OF_PERSON.free + 2)]
    assert answers == ["identity-not-confirmed"] * OF_PERSON.free + ["too-many-tries"] * 2
    _, other = await unproven(callers, "Somebody Else")
    others = [code(await prove(callers, other, number)) for _ in range(3)]
    assert "too-many-tries" in others, "at this number, whoever tries"
    assert (await prove(callers, other, identity_number(BORN))).status_code == 200, "their own is taken"


async def test_of_two_who_have_one_number_at_the_same_moment_one_is_proven(callers: Callers) -> None:
    number = identity_number(BORN)
    tokens = [(await unproven(callers))[1] for _ in range(4)]
    answers = await asyncio.gather(*(prove(callers, token, number) for token in tokens))
    codes = sorted("proven" if answer.status_code == 200 else code(answer) for answer in answers)
    assert codes == ["identity-number-taken"] * 3 + ["proven"]


async def test_a_child_is_proven_by_a_guardian_who_is_proven_first(callers: Callers) -> None:
    login, token = await unproven(callers)
    born = f"{datetime.now(UTC).year - 7}-01-05"
    child = {"name": "Kid", "birth_date": born, "identity_number": identity_number(born)}
    assert code(await callers.post("/dependants", token, **child)) == "guardian-not-proven"
    added = (await callers.post("/dependants", token, name="Kid", birth_date=born)).json()["id"]
    token = await callers.token(login)
    theirs = await prove(callers, token, child["identity_number"], resident_id=added)
    assert code(theirs) == "guardian-not-proven"
    assert (await prove(callers, token, identity_number(BORN))).status_code == 200
    assert (await prove(callers, token, child["identity_number"], resident_id=added)).status_code == 200
    second = await callers.post("/dependants", token, **child | {"identity_number": identity_number(born)})
    assert "provenAt" in second.json()
    proven = proven_in(await callers.token(login))
    assert set(proven) == {claims(token)["sub"], added, second.json()["id"]}
    _, stranger = await unproven(callers)
    assert code(await prove(callers, stranger, identity_number(born), resident_id=added)) == "forbidden"


async def test_records_learn_who_is_proven_and_residents_nothing_of_others(callers: Callers) -> None:
    staff_login = f"{uuid4().hex}@clinic.example.org"
    name = {"text": {"zh-CN": "诊所", "en": "Clinic"}}
    await callers.post("/institutions", login=staff_login, password=PASSWORD, name=name, staff_name="Staff")
    staff = {"authorization": f"Bearer {await callers.token(staff_login)}"}
    _, token = await unproven(callers)
    path = f"/residents/{claims(token)['sub']}/proven"
    assert (await callers.http.get(path, headers=staff)).json() == {"proven": False}
    await prove(callers, token, identity_number(BORN))
    assert (await callers.http.get(path, headers=staff)).json() == {"proven": True}
    _, other = await unproven(callers)
    assert (await callers.http.get(path, headers={"authorization": f"Bearer {other}"})).status_code == 403


async def test_a_number_is_kept_nowhere_and_nobody_with_the_database_can_try_one_out(
    callers: Callers, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    _, token = await unproven(callers)
    number, wrong = identity_number(BORN), identity_number(BORN)
    await registered(callers, "Somebody", wrong)
    own_id = UUID(claims(token)["sub"])
    for sent in (wrong, number):
        headers = {"authorization": f"Bearer {token}", "idempotency-key": str(uuid4())}
        await callers.http.post("/proofs", json={"identity_number": sent}, headers=headers)
    store = Database(database)
    async with store.transaction() as session:
        tables = list(await session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")))
        kept = ""
        for table in tables:
            rows = await session.scalars(text(f'SELECT CAST("{table}" AS text) FROM "{table}"'))
            kept += "\n".join(rows)
        hashed = await session.scalar(
            text("SELECT number_hash FROM identity_proof WHERE resident_id = :id"), {"id": own_id}
        )
    await store.close()
    assert hashed == NumberKey("a secret of some length").hashed(number)
    for secret in (number, wrong):
        assert secret not in kept + caplog.text
        assert secret.encode().hex() not in kept
        for plain in (hashlib.sha256, hashlib.sha1, hashlib.md5):
            assert plain(secret.encode()).hexdigest() not in kept


async def test_the_database_itself_lets_one_number_prove_one_resident_and_no_proof_change(
    callers: Callers, database: str
) -> None:
    people = []
    for _ in range(2):
        _, token = await unproven(callers)
        await prove(callers, token, identity_number(BORN))
        people.append(UUID(claims(token)["sub"]))
    _, third = await unproven(callers)
    store = Database(database)
    for statement in (
        "UPDATE identity_proof SET proven_at = now() WHERE resident_id = :id",
        "DELETE FROM identity_proof WHERE resident_id = :id",
        "INSERT INTO identity_proof SELECT CAST(:other AS uuid), number_hash, 'x', :id, now() FROM identity_proof "
        "WHERE resident_id = :id",
        "INSERT INTO identity_proof VALUES (CAST(:other AS uuid), 'short', 'x', :id, now())",
    ):
        with pytest.raises(DBAPIError):
            async with store.transaction() as session:
                await session.execute(text(statement), {"id": people[0], "other": claims(third)["sub"]})
    await store.close()
