"""Codes are sent to people's addresses: to reset a forgotten password, and to confirm that messages arrive. Nobody
learns who has an account, and nobody guesses a code."""

import asyncio
import json
import re
import statistics
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from chassis.database import Database
from identity.api import Resources
from identity.app import resources, send_messages
from identity.domain.contacts import (
    CODE_LIFE,
    CODE_TRIES_MAX,
    CONTACTS_MAX,
    RESETS_AT_LOGIN,
    RESETS_FROM_ADDRESS,
    MessageKind,
    OrderFacts,
    code_mac,
    is_code,
    text_of,
)

from services.identity.tests.callers import CAFE, HOME, PASSWORD, Callers, code, opened
from services.identity.tests.test_api import soon_refused
from services.identity.tests.test_sessions import OPERATOR, in_database, refreshed

pytestmark = pytest.mark.anyio
SERVICE = "identity"
NEW = "four entirely new words"
PATIENCE_SECONDS = 3.0


@dataclass
class Reached:
    """Identity, and what it sent to people."""

    callers: Callers
    file: Path
    database: Database
    resources: Resources

    def sent(self, address: str) -> list[str]:
        lines = self.file.read_text("utf-8").splitlines() if self.file.exists() else []
        return [message["text"] for message in map(json.loads, lines) if message["to"] == address]

    async def next(self, address: str, before: int = 0) -> str:
        """The newest message there, once there are more than before."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(self.sent(address)) <= before:
            await send_messages(self.database, self.resources)  # as its worker does
            assert time.monotonic() < deadline, "nothing was sent"
            await asyncio.sleep(0.05)
        return self.sent(address)[-1]

    async def code(self, address: str, before: int = 0) -> str:
        match = re.search(r"[0-9]{6}", await self.next(address, before))
        assert match is not None
        return match[0]

    async def ask_for_reset(self, login: str, address: str = "") -> httpx2.Response:
        return await self.callers.post("/password-resets", address=address, login=login)

    async def contact_code(self, token: str, address: str) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {token}"}
        answer = await self.callers.http.post("/contact-codes", json={"address": address}, headers=headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def reset(self, reset_id: str, given: str, password: str = NEW) -> httpx2.Response:
        return await self.callers.post(f"/password-resets/{reset_id}", code=given, new_password=password)


@asynccontextmanager
async def reached_by(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncGenerator[Reached]:
    file = tmp_path / "messages.jsonl"
    settings = {"YIMA_MESSAGES_FILE": str(file), "YIMA_CONFIRM_REGISTRATIONS": "false"}
    async with opened(database, monkeypatch, **settings) as callers:
        store = Database(database)
        async with resources(callers.service.settings, store) as needed:
            yield Reached(callers, file, store, needed)
        await store.close()


@pytest.fixture
async def reached(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncGenerator[Reached]:
    async with reached_by(database, monkeypatch, tmp_path) as opened_identity:
        yield opened_identity


def another(given: str) -> str:
    return f"{(int(given) + 1) % 10**6:06}"


async def test_a_forgotten_password_is_reset_by_the_code_that_was_sent_and_everybody_is_signed_out(
    reached: Reached,
) -> None:
    callers, login = reached.callers, await reached.callers.resident()
    before = (await callers.sign_in(login)).json()
    asked = (await reached.ask_for_reset(login)).json()
    given = await reached.code(login)
    answer = await reached.reset(asked["id"], f" {given[:3]} {given[3:]} ")
    assert answer.json() == {"sessions": 1}
    assert (await callers.sign_in(login, PASSWORD)).status_code == 401
    assert (await callers.sign_in(login, NEW)).status_code == 200
    await soon_refused(callers, before["accessToken"])
    assert code(await refreshed(callers, before["refreshToken"])) == "refresh-refused"
    assert "password was changed" in await reached.next(login, 1), "the owner hears of it"


async def test_a_code_is_used_once(reached: Reached) -> None:
    login = await reached.callers.resident()
    reset_id = (await reached.ask_for_reset(login)).json()["id"]
    given = await reached.code(login)
    assert (await reached.reset(reset_id, given)).status_code == 200
    again = await reached.reset(reset_id, given, "five other entirely new words")
    assert (again.status_code, code(again)) == (403, "code-wrong")
    assert (await reached.callers.sign_in(login, NEW)).status_code == 200


async def test_of_many_at_once_with_the_right_code_one_resets(reached: Reached) -> None:
    login = await reached.callers.resident()
    reset_id = (await reached.ask_for_reset(login)).json()["id"]
    given = await reached.code(login)
    answers = await asyncio.gather(*(reached.reset(reset_id, given) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 403, 403, 403]


async def test_a_code_has_five_tries_however_many_are_made_at_once(reached: Reached) -> None:
    login = await reached.callers.resident()
    reset_id = (await reached.ask_for_reset(login)).json()["id"]
    given = await reached.code(login)
    answers = []
    for _ in range(3):
        answers += await asyncio.gather(*(reached.reset(reset_id, another(given)) for _ in range(4)))
    assert {code(answer) for answer in answers} == {"code-wrong"}
    (row,) = await in_database(
        reached.callers, "SELECT tries FROM contact_code WHERE id = CAST(:id AS uuid)", id=reset_id
    )
    assert row.tries == CODE_TRIES_MAX
    assert code(await reached.reset(reset_id, given)) == "code-wrong", "the right one comes too late"
    assert (await reached.callers.sign_in(login, PASSWORD)).status_code == 200


async def test_a_code_is_good_for_ten_minutes(reached: Reached) -> None:
    login = await reached.callers.resident()
    reset_id = (await reached.ask_for_reset(login)).json()["id"]
    given = await reached.code(login)
    await in_database(
        reached.callers,
        "UPDATE contact_code SET expires_at = expires_at - CAST(:life AS interval) WHERE id = CAST(:id AS uuid)",
        life=CODE_LIFE,
        id=reset_id,
    )
    assert code(await reached.reset(reset_id, given)) == "code-wrong"


async def test_a_code_is_good_for_who_asked_for_it_and_for_what(reached: Reached) -> None:
    """Neither with the id of somebody else's request, nor for the other purpose."""
    callers = reached.callers
    login = await callers.resident()
    theirs, mine = (await reached.ask_for_reset(login)).json()["id"], (await reached.ask_for_reset(login)).json()["id"]
    await reached.code(login, 1)
    codes = [match[0] for text in reached.sent(login) if (match := re.search(r"[0-9]{6}", text))]
    if codes[0] != codes[1]:
        assert code(await reached.reset(mine, codes[0])) == "code-wrong"
    confirmed = await callers.post(f"/contact-codes/{theirs}", await callers.token(login), code=codes[0])
    assert code(confirmed) == "code-wrong"
    assert (await reached.reset(theirs, codes[0])).status_code == 200


async def test_neither_answer_nor_time_tells_whether_there_is_such_a_login(reached: Reached) -> None:
    known = [await reached.callers.resident() for _ in range(8)]
    took: dict[bool, list[float]] = {True: [], False: []}
    shapes: dict[bool, set[str]] = {True: set(), False: set()}
    for number, login in enumerate(known):
        for there in (True, False):
            began = time.perf_counter()
            answer = await reached.ask_for_reset(login if there else f"nobody-{number}@residents.example.org")
            took[there].append(time.perf_counter() - began)
            shapes[there].add(f"{answer.status_code} {sorted(answer.json())} {len(answer.json()['id'])}")
    assert shapes[True] == shapes[False]
    medians = {there: statistics.median(values) for there, values in took.items()}
    assert max(medians.values()) < 2 * min(medians.values()), medians


async def test_a_reset_of_nobodys_login_is_refused_like_one_with_a_wrong_code(reached: Reached) -> None:
    login = await reached.callers.resident()
    known, unknown = (
        (await reached.ask_for_reset(login)).json()["id"],
        (await reached.ask_for_reset("no@x.example.org")).json()["id"],
    )
    given = await reached.code(login)
    answers = [await reached.reset(reset_id, another(given)) for reset_id in (known, unknown, str(uuid4()))]
    assert len({answer.text for answer in answers}) == 1
    assert reached.sent("no@x.example.org") == []


async def test_how_often_a_code_is_asked_for_is_bound_by_login_whether_there_is_one_or_not(reached: Reached) -> None:
    for login in (await reached.callers.resident(), "nobody@residents.example.org"):
        answers = [
            await reached.ask_for_reset(login, f"192.0.2.{number}") for number in range(RESETS_AT_LOGIN.free + 1)
        ]
        assert [answer.status_code for answer in answers] == [200] * RESETS_AT_LOGIN.free + [429]
        assert code(answers[-1]) == "too-many-tries"


async def test_nobody_elsewhere_uses_up_what_may_be_asked_for_where_the_account_was_used(reached: Reached) -> None:
    login = await reached.callers.resident(HOME)
    for number in range(RESETS_AT_LOGIN.free + 1):
        await reached.ask_for_reset(login, f"192.0.2.{number}")
    assert (await reached.ask_for_reset(login, CAFE)).status_code == 429
    assert (await reached.ask_for_reset(login, HOME)).status_code == 200


async def test_one_address_asks_for_codes_of_so_many_logins_only(reached: Reached) -> None:
    answers = [
        await reached.ask_for_reset(f"somebody-{number}@x.example.org", "192.0.2.200")
        for number in range(RESETS_FROM_ADDRESS.free + 1)
    ]
    assert answers[-2].status_code == 200
    assert code(answers[-1]) == "too-many-tries"


@pytest.mark.parametrize("password", ["short", "1234567890"])
async def test_a_weak_password_is_refused_by_its_field_and_costs_no_try(reached: Reached, password: str) -> None:
    login = await reached.callers.resident()
    reset_id = (await reached.ask_for_reset(login)).json()["id"]
    given = await reached.code(login)
    refused = await reached.reset(reset_id, given, password)
    assert (refused.status_code, refused.json()["field"]) == (400, "new_password")
    assert (await reached.reset(reset_id, given, login)).json()["field"] == "new_password", "nor one that is the login"
    assert (await reached.reset(reset_id, given)).status_code == 200


async def test_no_code_resets_a_password_that_is_a_setting(reached: Reached) -> None:
    assert (await reached.ask_for_reset(OPERATOR)).status_code == 200
    login = await reached.callers.resident()
    await reached.ask_for_reset(login)
    await reached.code(login)
    assert reached.sent(OPERATOR) == []


async def test_codes_are_kept_as_keyed_hashes(reached: Reached) -> None:
    login = await reached.callers.resident()
    await reached.ask_for_reset(login)
    given = await reached.code(login)
    kept = await in_database(
        reached.callers, "SELECT to_jsonb(contact_code)::text || to_jsonb(message)::text FROM contact_code, message"
    )
    assert not any(re.search(rf"(?<![0-9a-f]){given}(?![0-9a-f])", str(row)) for row in kept)


async def test_an_address_is_confirmed_by_its_code_and_hears_of_the_account_from_then_on(reached: Reached) -> None:
    callers, login, phone = reached.callers, await reached.callers.resident(), f"+86{uuid4().int % 10**10:010}"
    token = await callers.token(login)
    asked = await reached.contact_code(token, phone)
    confirmed = await callers.post(f"/contact-codes/{asked['id']}", token, code=await reached.code(phone))
    assert confirmed.json()["address"] == phone
    me = (await callers.http.get("/me", headers={"authorization": f"Bearer {token}"})).json()
    assert [contact["address"] for contact in me["contacts"]] == [phone]
    assert "added to your account" in await reached.next(login), "who has the account hears of it where they did before"
    first = (await callers.sign_in(login)).json()
    second = (await refreshed(callers, first["refreshToken"])).json()
    await refreshed(callers, second["refreshToken"])
    assert code(await refreshed(callers, first["refreshToken"])) == "refresh-token-reused"
    for address in (login, phone):
        assert "copied one of your sessions" in await reached.next(address, 1)


async def test_nobody_confirms_an_address_for_somebody_else(reached: Reached) -> None:
    callers = reached.callers
    mine, theirs = [await callers.token(await callers.resident()) for _ in range(2)]
    address = f"{uuid4().hex}@x.example.org"
    asked = await reached.contact_code(mine, address)
    refused = await callers.post(f"/contact-codes/{asked['id']}", theirs, code=await reached.code(address))
    assert code(refused) == "code-wrong"


async def test_an_account_has_so_many_contacts_at_most(reached: Reached) -> None:
    callers = reached.callers
    token = await callers.token(await callers.resident())
    answers = []
    for _ in range(CONTACTS_MAX + 1):
        address = f"{uuid4().hex}@x.example.org"
        asked = await reached.contact_code(token, address)
        answers.append(await callers.post(f"/contact-codes/{asked['id']}", token, code=await reached.code(address)))
    assert [answer.status_code for answer in answers] == [200] * CONTACTS_MAX + [409]
    assert code(answers[-1]) == "too-many-contacts"


async def test_where_no_messages_can_be_sent_that_is_said(callers: Callers) -> None:
    refused = await callers.post("/password-resets", login="somebody@x.example.org")
    assert (refused.status_code, code(refused)) == (409, "messages-not-set-up")


@pytest.mark.parametrize("kind", MessageKind)
def test_every_message_is_there_in_the_citys_languages(kind: MessageKind) -> None:
    order = OrderFacts({"en": "A check"}, 0, {"en": "A clinic"}, "CNY 1.00") if kind is MessageKind.ORDER_WORD else None
    both = text_of(kind, ["zh-CN", "en"], "123456", order)
    assert both.count("\n") == 1
    assert text_of(kind, ["fr"], "123456", order) == text_of(kind, ["en"], "123456", order)
    assert both.count("123456") in (0, 2)


def test_a_code_is_itself_alone() -> None:
    keys: list[bytes] = [b"k" * 32, b"l" * 32]
    mac = code_mac("012345", "an id", keys[1])
    right: Callable[[str, str], bool] = lambda given, about: is_code(given, about, mac, keys)  # noqa: E731
    assert right("012 345", "an id")
    wrong: list[tuple[Any, str]] = [("12345", "an id"), ("012346", "an id"), ("012345", "another id"), ("", "an id")]
    assert not any(right(given, about) for given, about in wrong)
