"""However many come at once: who was signed in from there before finds room, and nobody waits for ever."""

import asyncio
import math
import time
from collections.abc import Coroutine, Sequence
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from identity.domain.access import AT_LOGIN
from identity.hashing import WAITING_MAX, Lane, Passwords

from services.identity.tests.callers import CAFE, HOME, PASSWORD, Callers, code

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("dear_passwords")]
SERVICE = "identity"


async def test_a_hundred_wrong_passwords_at_once_count_as_a_hundred(callers: Callers) -> None:
    login = await callers.resident()
    addresses = [f"192.0.2.{number}" for number in range(100)]  # from everywhere: no address is what stops them
    began = time.monotonic()
    answers = await asyncio.gather(*(callers.sign_in(login, f"wrong {address}", address) for address in addresses))
    waits = math.log2(1 + time.monotonic() - began)  # each wait is twice the last, and one more try follows it
    codes = [code(answer) for answer in answers]
    assert set(codes) <= {"sign-in-refused", "too-many-tries", "busy"}
    assert codes.count("sign-in-refused") <= AT_LOGIN.free + 1 + waits
    await asyncio.sleep(0)
    answer = await callers.sign_in(login, PASSWORD, "192.0.2.200")
    while code_of_or_none(answer) == "busy":
        answer = await callers.sign_in(login, PASSWORD, "192.0.2.200")
    assert answer.status_code in (200, 429)


def code_of_or_none(answer: httpx2.Response) -> str:
    return "" if answer.status_code == 200 else code(answer)


async def test_who_finds_the_queue_full_is_told_when_to_come_again(callers: Callers) -> None:
    answers = await asyncio.gather(
        *(callers.sign_in(f"n{number}@x.example.org", "wrong", f"192.0.{number}.1") for number in range(150))
    )
    busy = [answer for answer in answers if code(answer) == "busy"]
    assert busy
    assert {(answer.status_code, answer.headers["retry-after"]) for answer in busy} == {(429, "2")}


async def test_one_address_does_not_fill_the_queue_for_all(callers: Callers) -> None:
    many = [asyncio.create_task(callers.sign_in(f"m{number}@x.example.org", "wrong", CAFE)) for number in range(60)]
    await asyncio.sleep(0)
    answer = await callers.sign_in("somebody-else@x.example.org", "wrong", HOME)
    assert code(answer) == "sign-in-refused"
    assert "busy" in {code(answer) for answer in await asyncio.gather(*many)}


async def flooded(
    callers: Callers, flood: Sequence[Coroutine[Any, Any, httpx2.Response]], login: str
) -> httpx2.Response:
    """What somebody at home is answered who signs in while all of a flood is under way."""
    waiting = [asyncio.create_task(call) for call in flood]
    while not any(task.done() for task in waiting):
        await asyncio.sleep(0.001)
    answer = await callers.sign_in(login, PASSWORD, HOME)
    assert not all(task.done() for task in waiting), "the flood was over before"
    await asyncio.gather(*waiting)
    return answer


def registration(callers: Callers, address: str) -> Coroutine[Any, Any, httpx2.Response]:
    login = f"{uuid4().hex}@residents.example.org"
    return callers.post(
        "/residents", address=address, login=login, password=PASSWORD, name="Lin", birth_date="1960-05-05"
    )


@pytest.mark.long
async def test_registrations_from_everywhere_make_no_sign_in_wait(callers: Callers) -> None:
    known, new = await callers.resident(), await callers.resident()
    await callers.token(known, address=HOME)
    for login in (known, new):
        flood = [registration(callers, f"198.18.{number}.1") for number in range(120)]
        answer = await flooded(callers, flood, login)
        assert answer.status_code == 200, answer.text


@pytest.mark.long
async def test_sign_ins_from_everywhere_send_nobody_away_who_was_signed_in_before(callers: Callers) -> None:
    """Strangers with right passwords, with wrong ones, and accounts that are known where they come from."""
    known = await callers.resident()
    await callers.token(known, address=HOME)
    others = [await callers.resident() for _ in range(4)]
    addresses = [f"198.19.{number}.1" for number in range(120)]
    for password in (PASSWORD, "a wrong password of some length"):
        flood = [callers.sign_in(others[index % 4], password, address) for index, address in enumerate(addresses)]
        answer = await flooded(callers, flood, known)
        assert answer.status_code == 200, answer.text
    for index, address in enumerate(addresses[:4]):
        while (await callers.sign_in(others[index], PASSWORD, address)).status_code != 200:
            await asyncio.sleep(0.2)
    flood = [callers.sign_in(others[index % 4], PASSWORD, addresses[index % 4]) for index in range(200)]
    answer = await flooded(callers, flood, known)
    assert answer.status_code == 200, answer.text


async def test_who_registers_is_not_kept_waiting_for_ever_by_who_signs_in() -> None:
    passwords = Passwords()
    try:
        known = [asyncio.create_task(passwords.hash(f"{number}", Lane.KNOWN)) for number in range(40)]
        await asyncio.sleep(0)
        await passwords.hash("registering", Lane.REGISTRATION)
        assert sum(task.done() for task in known) < 30
        await asyncio.gather(*known)
    finally:
        passwords.close()


async def test_whoever_leaves_a_lane_leaves_their_turn_to_the_next() -> None:
    passwords = Passwords()
    try:
        tasks = [asyncio.create_task(passwords.hash(f"{number}", Lane(number % 3))) for number in range(30)]
        await asyncio.sleep(0.02)
        for task in tasks[::2]:
            task.cancel()
        done = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 30)
        assert sum(isinstance(result, str) for result in done) >= 15
        assert await asyncio.wait_for(passwords.hash("last", Lane.STRANGER), 30)
    finally:
        passwords.close()


async def test_health_codes_do_not_wait_behind_passwords(callers: Callers) -> None:
    """With the queue full of them a code is answered while they still wait: it shares neither threads nor connections
    with what they wait for."""
    token = await callers.token(await callers.resident())
    waiting = [
        asyncio.create_task(callers.sign_in(f"w{number}@x.example.org", "wrong", f"192.0.{number}.2"))
        for number in range(WAITING_MAX)
    ]
    while not any(task.done() and code(task.result()) == "sign-in-refused" for task in waiting):
        await asyncio.sleep(0.001)
    still = [task for task in waiting if not task.done()]
    assert (await callers.post("/health-code-tokens", token)).status_code == 200
    assert still
    assert not all(task.done() for task in still)
    await asyncio.gather(*waiting)


async def test_the_queue_is_short() -> None:
    assert WAITING_MAX <= 32
