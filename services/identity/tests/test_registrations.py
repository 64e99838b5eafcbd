"""Who registers gives a code that is sent to their login. Nobody learns that way, or any other, who has an account."""

import statistics
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from chassis.database import Database
from identity import store
from identity.app import resources

from services.identity.tests.callers import PASSWORD, code, opened
from services.identity.tests.test_contacts import NEW, Reached, another
from services.identity.tests.test_sessions import in_database

pytestmark = pytest.mark.anyio
SERVICE = "identity"
NAME = {"text": {"zh-CN": "清泉诊所", "en": "Clear Spring Clinic"}}


@pytest.fixture
async def reached(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncGenerator[Reached]:
    settings = {"YIMA_MESSAGES_FILE": str(tmp_path / "messages.jsonl"), "YIMA_CONFIRM_REGISTRATIONS": "true"}
    async with opened(database, monkeypatch, **settings) as callers:
        kept = Database(database)
        async with resources(callers.service.settings, kept) as needed:
            yield Reached(callers, tmp_path / "messages.jsonl", kept, needed)
        await kept.close()


def a_login() -> str:
    return f"{uuid4().hex}@residents.example.org"


async def registered(reached: Reached, login: str, password: str = PASSWORD, name: str = "Lin") -> httpx2.Response:
    return await reached.callers.post("/residents", login=login, password=password, name=name, birth_date="1960-05-05")


async def confirmed(reached: Reached, answer: dict[str, Any], given: str) -> httpx2.Response:
    return await reached.callers.post(f"/registrations/{answer['id']}", code=given)


async def a_resident(reached: Reached) -> str:
    login = a_login()
    answer = (await registered(reached, login)).json()
    assert (await confirmed(reached, answer, await reached.code(login))).status_code == 200
    return login


async def test_nobody_signs_in_before_they_gave_the_code_and_it_looks_like_a_wrong_password(reached: Reached) -> None:
    login = a_login()
    answer = (await registered(reached, login)).json()
    before = await reached.callers.sign_in(login)
    assert before.text == (await reached.callers.sign_in("nobody@x.example.org")).text
    wrong = await confirmed(reached, answer, another(await reached.code(login)))
    assert (wrong.status_code, code(wrong)) == (403, "code-wrong")
    right = await confirmed(reached, answer, await reached.code(login))
    assert right.json()["address"] == login
    signed_in = (await reached.callers.sign_in(login)).json()
    assert signed_in["subjectId"] == answer["id"]


async def test_who_registers_a_taken_login_is_answered_like_anybody_and_its_owner_hears_of_it(reached: Reached) -> None:
    taken, free = await a_resident(reached), a_login()
    sent = len(reached.sent(taken))
    answers = [(await registered(reached, login, NEW, "Wu")).json() for login in (taken, free)]
    shapes = [{name: (type(value), len(str(value))) for name, value in answer.items()} for answer in answers]
    assert shapes[0] == shapes[1]
    assert [answer["name"] for answer in answers] == ["Wu", "Wu"]
    assert "you have an account" in await reached.next(taken, sent)
    given = await reached.code(free)
    assert code(await confirmed(reached, answers[0], given)) == "code-wrong"
    for login in (taken, free):
        assert code(await reached.callers.sign_in(login, NEW)) == "sign-in-refused", login
    assert (await reached.callers.sign_in(taken, PASSWORD)).status_code == 200, "whose it is has it as before"
    rows = await in_database(
        reached.callers, "SELECT 1 FROM resident WHERE id = CAST(:id AS uuid)", id=answers[0]["id"]
    )
    assert rows == [], "and nobody was registered"


async def test_the_time_of_a_registration_does_not_tell_either(reached: Reached) -> None:
    taken = await a_resident(reached)
    took: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(6):
        for there in (True, False):
            began = time.perf_counter()
            await registered(reached, taken if there else a_login(), NEW)
            took[there].append(time.perf_counter() - began)
    medians = {there: statistics.median(values) for there, values in took.items()}
    assert max(medians.values()) < 2 * min(medians.values()), medians


async def test_a_look_alike_of_a_login_is_answered_alike_and_signs_nobody_in(reached: Reached) -> None:
    number = uuid4().int % 10**9
    login, look_alike = f"caco{number}@residents.example.org", f"\u0441\u0430\u0441\u043e{number}@residents.example.org"
    answer = (await registered(reached, login)).json()
    await confirmed(reached, answer, await reached.code(login))
    sent = len(reached.sent(look_alike))
    other = await registered(reached, look_alike, NEW)
    assert sorted(other.json()) == sorted(answer)
    await reached.next(look_alike, sent)
    assert "code" not in reached.sent(look_alike)[-1]
    assert (await reached.callers.sign_in(look_alike, NEW)).status_code == 401
    assert (await reached.callers.sign_in(login)).status_code == 200


async def test_nobody_keeps_a_login_from_its_owner_by_registering_it(reached: Reached) -> None:
    """Whoever registers last, before a code was given, is who the code is for."""
    login = a_login()
    squatter = (await registered(reached, login, NEW, "Squatter")).json()
    first = await reached.code(login)
    owner = (await registered(reached, login, PASSWORD, "Owner")).json()
    second = await reached.code(login, 1)
    assert code(await confirmed(reached, squatter, first)) == "code-wrong"
    assert (await confirmed(reached, owner, second)).status_code == 200
    assert code(await reached.callers.sign_in(login, NEW)) == "sign-in-refused"
    assert (await reached.callers.sign_in(login, PASSWORD)).json()["subjectId"] == owner["id"]


async def test_a_reset_makes_no_account_out_of_a_registration(reached: Reached) -> None:
    login = a_login()
    await registered(reached, login)
    await reached.code(login)
    assert (await reached.ask_for_reset(login)).status_code == 200
    other = await a_resident(reached)
    await reached.ask_for_reset(other)
    await reached.code(other, 1)
    assert len(reached.sent(login)) == 1


async def test_a_login_that_nobody_confirmed_is_free_again_in_a_day(reached: Reached) -> None:
    login = a_login()
    await registered(reached, login)
    await in_database(
        reached.callers, "UPDATE account SET created_at = created_at - interval '25 hours' WHERE login = :l", l=login
    )
    kept = await a_resident(reached)
    async with reached.database.transaction() as session:
        await store.access.sweep(session)
    there = await in_database(reached.callers, "SELECT login FROM account WHERE login IN (:l, :k)", l=login, k=kept)
    assert [row.login for row in there] == [kept]


async def test_an_institution_confirms_its_first_login_too(reached: Reached) -> None:
    login = f"{uuid4().hex}@clinic.example.org"
    body = {"name": NAME, "login": login, "password": PASSWORD, "staff_name": "Wang"}
    answer = (await reached.callers.post("/institutions", **body)).json()
    again = (await reached.callers.post("/institutions", **body)).json()
    assert sorted(answer) == sorted(again)
    assert code(await reached.callers.sign_in(login)) == "sign-in-refused"
    assert (await confirmed(reached, again, await reached.code(login, 1))).status_code == 200
    taken = (await reached.callers.post("/institutions", **body)).json()
    assert sorted(taken) == sorted(answer)
    assert "you have an account" in await reached.next(login, 2)
    assert (await reached.callers.sign_in(login)).json()["partnerId"] == again["id"]


ROWS = {
    "account": "SELECT 1 FROM account WHERE subject_id = CAST(:id AS uuid) OR institution_id = CAST(:id AS uuid)",
    "resident": "SELECT 1 FROM resident WHERE id = CAST(:id AS uuid)",
    "institution": "SELECT 1 FROM institution WHERE id = CAST(:id AS uuid)",
    "event": "SELECT 1 FROM outbox WHERE subject LIKE '%Registered.' || :id",
}


async def rows_of(reached: Reached, registered_id: str) -> set[str]:
    """Where there is something of who registered."""
    return {name for name, query in ROWS.items() if await in_database(reached.callers, query, id=registered_id)}


async def a_day_later(reached: Reached, registered_id: str) -> None:
    """Forget what nobody confirmed in a day."""
    for table, name in (("account", "created_at"), ("resident", "registered_at"), ("institution", "registered_at")):
        column = {"account": "subject_id = CAST(:id AS uuid) OR institution_id"}.get(table, "id")
        await in_database(
            reached.callers,
            f"UPDATE {table} SET {name} = {name} - interval '25 hours' WHERE {column} = CAST(:id AS uuid) RETURNING 1",
            id=registered_id,
        )
    async with reached.database.transaction() as session:
        await store.access.sweep(session)


@pytest.mark.parametrize("kind", ["resident", "institution"])
async def test_a_registration_that_nobody_confirms_leaves_nothing_behind_and_nobody_hears_of_it(
    reached: Reached, kind: str
) -> None:
    login = a_login()
    about = {"name": NAME, "staff_name": "Wu"} if kind == "institution" else {"name": "Wu", "birth_date": "1960-05-05"}
    first, second = [
        (await reached.callers.post(f"/{kind}s", login=login, password=PASSWORD, **about)).json()["id"]
        for _ in range(2)
    ]
    assert await rows_of(reached, first) == {kind}, "whoever registers the login next takes it"
    assert await rows_of(reached, second) == {kind, "account"}, "and nobody hears of either"
    given = await reached.code(login)
    assert (await confirmed(reached, {"id": second}, given)).status_code == 200
    assert await rows_of(reached, second) == {kind, "account", "event"}
    for registered_id in (first, second):
        await a_day_later(reached, registered_id)
    assert await rows_of(reached, first) == set()
    assert await rows_of(reached, second) == {kind, "account", "event"}, "who confirmed it stays"
