"""A name or a birth date that was mistyped is corrected: until it is proven who somebody is, or with what proves it."""

from collections.abc import AsyncGenerator, Generator
from datetime import date, timedelta
from typing import Any

import pytest
from devstack.fictional import identity_number
from identity.domain.proofs import CORRECTIONS_MAX
from sqlalchemy.exc import ProgrammingError

from services.identity.tests import registers
from services.identity.tests.callers import Callers, claims, code, opened
from services.identity.tests.registers import Registers
from services.identity.tests.test_guardians import years_ago
from services.identity.tests.test_sessions import in_database

pytestmark = pytest.mark.anyio
SERVICE = "identity"
BORN = "1960-05-05"
TOMORROWS = "1960-05-06"


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Generator[Registers]:
    with registers.running(tmp_path_factory.mktemp("registers")) as running:
        yield running


@pytest.fixture
async def callers(database: str, monkeypatch: pytest.MonkeyPatch, people: Registers) -> AsyncGenerator[Callers]:
    async with opened(database, monkeypatch, **people.settings) as running:
        yield running


async def somebody(callers: Callers) -> str:
    """The token of somebody who is registered."""
    return await callers.token(await callers.resident())


async def correct(callers: Callers, token: str, **right: str) -> Any:
    """What a correction is answered: the resident, or the code of its refusal."""
    answer = await callers.post("/corrections", token, **right)
    return answer.json() if answer.status_code == 200 else code(answer)


async def a_child(callers: Callers, token: str, born: str) -> str:
    answer = await callers.post("/dependants", token, name="Kid", birth_date=born)
    return str(answer.json()["id"])


async def test_what_was_mistyped_is_right_everywhere_and_what_it_was_is_kept(callers: Callers) -> None:
    login = await callers.resident()
    token = await callers.token(login)
    right = await correct(callers, token, name="Lin Yi", birth_date="1961-05-05")
    assert (right["name"], right["birthDate"], right.get("provenAt")) == ("Lin Yi", "1961-05-05", None)
    me = (await callers.http.get("/me", headers={"authorization": f"Bearer {token}"})).json()
    assert me["resident"]["name"] == "Lin Yi"
    (account,) = await in_database(callers, "SELECT name FROM account WHERE login = :login", login=login)
    assert account.name == "Lin Yi"
    (before,) = await in_database(
        callers,
        "SELECT name, birth_date FROM resident_correction WHERE resident_id = CAST(:id AS uuid)",
        id=right["id"],
    )
    assert (before.name, before.birth_date) == ("Lin", date(1960, 5, 5))


async def test_nothing_is_corrected_to_what_it_is_or_to_what_nobody_has(callers: Callers) -> None:
    token = await somebody(callers)
    assert await correct(callers, token) == "invalid"
    assert await correct(callers, token, name="Lin", birth_date=BORN) == "invalid"
    assert await correct(callers, token, name="<b>Lin</b>") == "invalid"
    assert await correct(callers, token, birth_date="1820-01-01") == "invalid"
    assert await correct(callers, token, name="Wu", resident_id="01a2252b-34b9-70e8-8762-a7f1f2b11c64") == "forbidden"


async def test_without_the_register_it_is_corrected_a_few_times(callers: Callers) -> None:
    token = await somebody(callers)
    for number in range(CORRECTIONS_MAX):
        assert (await correct(callers, token, name="Lin " + "abc"[number]))["id"]
    assert await correct(callers, token, name="Lin Last") == "too-many-corrections"


async def test_what_is_proven_is_corrected_with_the_number_that_proves_it_and_no_other(callers: Callers) -> None:
    login = await callers.resident()
    token = await callers.token(login)
    number = identity_number(BORN)
    proven = await callers.post("/proofs", token, identity_number=number)
    assert proven.status_code == 200, proven.text
    assert await correct(callers, token, birth_date=TOMORROWS) == "identity-number-needed"
    assert await correct(callers, token, birth_date=TOMORROWS, identity_number=number) == "invalid", (
        "the number says it"
    )
    assert await correct(callers, token, name="Wu", identity_number=number) == "identity-not-confirmed"
    other = identity_number(BORN)
    assert await correct(callers, token, name="Wu", identity_number=other) == "already-proven"
    assert claims(await callers.token(login))["prv"], "nothing was taken from them"


async def test_who_mistyped_their_name_proves_who_they_are_by_correcting_it(callers: Callers) -> None:
    login = await callers.resident()
    right = await correct(callers, await callers.token(login), name="Lin Yi", identity_number=identity_number(BORN))
    assert right["provenAt"] and right["name"] == "Lin Yi"
    assert claims(await callers.token(login))["prv"] == [right["id"]]


async def test_a_guardian_makes_no_child_younger_nor_of_age_by_their_own_word(callers: Callers) -> None:
    login = await callers.resident()
    token = await callers.token(login)
    born = years_ago(17)
    child = await a_child(callers, token, born)
    token = await callers.token(login)
    younger = str(date.fromisoformat(born) + timedelta(days=40))
    assert await correct(callers, token, resident_id=child, birth_date=younger) == "identity-number-needed"
    older = years_ago(19)
    assert await correct(callers, token, resident_id=child, birth_date=older) == "correction-changes-majority"
    assert (await correct(callers, token, resident_id=child, name="Kid Li"))["name"] == "Kid Li"
    assert await correct(callers, token, birth_date=years_ago(16)) == "correction-changes-majority", "they act for one"


async def test_what_somebody_was_called_before_cannot_be_taken_back(callers: Callers) -> None:
    right = await correct(callers, await somebody(callers), name="Lin Yi")
    for statement in ("UPDATE resident_correction SET name = 'x'", "DELETE FROM resident_correction"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            await in_database(callers, f"{statement} WHERE resident_id = CAST(:id AS uuid) RETURNING 1", id=right["id"])
