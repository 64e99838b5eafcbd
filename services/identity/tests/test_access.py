"""Signing in and out: guessing is slow however it is done, locks nobody else out, and what is ended is over."""

import asyncio
import json
import math
import statistics
import time
from base64 import urlsafe_b64decode
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from chassis.api import ADDRESS_HEADER
from chassis.refusals import Invalid
from chassis.service import Service
from devstack.cities import City
from hypothesis import given
from hypothesis import strategies as st
from identity.api import Resources
from identity.app import Settings, service
from identity.domain import access
from identity.domain.access import AT_LOGIN
from identity.domain.passwords import PASSWORD_LENGTH_MIN, new_password
from identity.domain.passwords import password as normalised
from identity.hashing import WAITING_MAX, Lane, Passwords
from yima.identity.v1.events_pb2 import SessionsEnded

pytestmark = pytest.mark.anyio
SERVICE = "identity"
PASSWORD = "a password of some length"
HOME, CAFE = "203.0.113.7", "198.51.100.9"


@dataclass
class Desk:
    """Identity over HTTP, and whoever asks from some address."""

    http: httpx2.AsyncClient
    service: Service[Settings, Resources]

    async def post(self, path: str, token: str = "", address: str = "", **body: Any) -> httpx2.Response:
        headers = {ADDRESS_HEADER: address} if address else {}
        if token:
            headers["authorization"] = f"Bearer {token}"
        return await self.http.post(path, json=body, headers=headers)

    async def resident(self, address: str = "") -> str:
        """A new resident's login."""
        login = f"{uuid4().hex}@residents.example.org"
        made = await self.post(
            "/residents", address=address, login=login, password=PASSWORD, name="Lin", birth_date="1960-05-05"
        )
        assert made.status_code == 200, made.text
        return login

    async def sign_in(self, login: str, password: str = PASSWORD, address: str = "") -> httpx2.Response:
        return await self.post("/tokens", address=address, login=login, password=password)

    async def token(self, login: str, password: str = PASSWORD, address: str = "") -> str:
        answer = await self.sign_in(login, password, address)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["accessToken"])

    async def me(self, token: str) -> int:
        return (await self.http.get("/me", headers={"authorization": f"Bearer {token}"})).status_code


@asynccontextmanager
async def opened(database: str, monkeypatch: pytest.MonkeyPatch, **settings: str) -> AsyncGenerator[Desk]:
    told = {
        "YIMA_DATABASE_URL": database,
        "YIMA_CITY_FILE": str(City.named("jinan").pack),
        "YIMA_OPERATOR_PASSWORD": "an operator's unlikely words",
        "YIMA_REGULATOR_PASSWORD": "a regulator's unlikely words",
        "YIMA_REGISTRATIONS_PER_HOUR": "1000",
        **settings,
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    identity = service()
    async with identity.running(messaging=False) as app:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://identity", timeout=60) as http:
            yield Desk(http, identity)


@pytest.fixture
async def desk(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Desk]:
    async with opened(database, monkeypatch) as made:
        yield made


def code(answer: httpx2.Response) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]


def claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    return dict(json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4))))


async def test_a_hundred_wrong_passwords_at_once_count_as_a_hundred(desk: Desk) -> None:
    login = await desk.resident()
    addresses = [f"192.0.2.{number}" for number in range(100)]  # from everywhere: no address is what stops them
    began = time.monotonic()
    answers = await asyncio.gather(*(desk.sign_in(login, f"wrong {one}", one) for one in addresses))
    waits = math.log2(1 + time.monotonic() - began)  # each wait is twice the last, and one more try follows it
    codes = [code(answer) for answer in answers]
    assert set(codes) <= {"sign-in-refused", "too-many-tries", "busy"}
    assert codes.count("sign-in-refused") <= AT_LOGIN.free + 1 + waits
    await asyncio.sleep(0)
    answer = await desk.sign_in(login, PASSWORD, "192.0.2.200")
    while code_of_or_none(answer) == "busy":
        answer = await desk.sign_in(login, PASSWORD, "192.0.2.200")
    assert answer.status_code in (200, 429)


def code_of_or_none(answer: httpx2.Response) -> str:
    return "" if answer.status_code == 200 else code(answer)


async def guess(desk: Desk, login: str, address: str, times: int) -> list[httpx2.Response]:
    return [await desk.sign_in(login, f"wrong {number}", address) for number in range(times)]


async def test_guessing_at_one_login_is_stopped_and_says_for_how_long(desk: Desk) -> None:
    login = await desk.resident()
    answers = await guess(desk, login, CAFE, AT_LOGIN.free + 5)
    assert [code(answer) for answer in answers[: AT_LOGIN.free]] == ["sign-in-refused"] * AT_LOGIN.free
    last = answers[-1]
    assert (last.status_code, code(last)) == (429, "too-many-tries")
    assert int(last.headers["retry-after"]) == last.json()["data"]["retryAfterSeconds"] >= 1
    right = await desk.sign_in(login, PASSWORD, CAFE)
    assert right.status_code == 429, "the right password tells no more than a wrong one while there is a wait"


async def test_waits_grow_with_every_wrong_password(desk: Desk) -> None:
    login, waits = await desk.resident(), []
    for _ in range(AT_LOGIN.free + 4):
        answer = await desk.sign_in(login, "wrong", CAFE)
        if answer.status_code == 429:
            waits.append(int(answer.headers["retry-after"]))
            await later(desk, waits[-1])
    assert waits == sorted(waits)
    assert waits[-1] >= 2 * waits[0]


async def later(desk: Desk, seconds: float) -> None:
    """As if so many seconds had passed since the last tries."""
    from chassis.database import Database
    from sqlalchemy import text

    store = Database(desk.service.settings.database_url)
    async with store.transaction() as session:
        await session.execute(
            text("UPDATE try_count SET last_at = last_at - make_interval(secs => :seconds)"), {"seconds": seconds}
        )
    await store.close()


async def test_nobody_is_locked_out_where_they_signed_in_before_however_others_guess(desk: Desk) -> None:
    login = await desk.resident()
    await desk.token(login, address=HOME)
    await guess(desk, login, CAFE, AT_LOGIN.free + 3)
    assert (await desk.sign_in(login, PASSWORD, CAFE)).status_code == 429
    assert (await desk.sign_in(login, PASSWORD, HOME)).status_code == 200


async def test_a_lock_is_over_after_minutes_even_elsewhere(desk: Desk) -> None:
    login = await desk.resident()
    for _ in range(AT_LOGIN.free + 12):
        await desk.sign_in(login, "wrong", CAFE)
        await later(desk, 1000.0 if _ < AT_LOGIN.free else 0.0)
    await later(desk, AT_LOGIN.wait_max_seconds)
    assert (await desk.sign_in(login, PASSWORD, "192.0.2.44")).status_code == 200


async def test_one_address_guesses_at_many_logins_no_faster(desk: Desk) -> None:
    answers = []
    for number in range(access.FROM_ADDRESS.free + 3):
        answers.append(await desk.sign_in(f"somebody-{number}@residents.example.org", "wrong", "192.0.2.99"))
    assert code(answers[0]) == "sign-in-refused"
    assert code(answers[-1]) == "too-many-tries"
    assert (await desk.sign_in("somebody@residents.example.org", "wrong", "192.0.2.98")).status_code == 401


@pytest.mark.parametrize("known", [True, False])
async def test_an_address_of_ipv6_is_its_network(desk: Desk, known: bool) -> None:
    login = await desk.resident() if known else "nobody@residents.example.org"
    answers = [await desk.sign_in(login, "wrong", f"2001:db8:0:1::{number:x}") for number in range(AT_LOGIN.free + 2)]
    assert code(answers[-1]) == "too-many-tries"


async def test_right_passwords_are_not_counted(desk: Desk) -> None:
    login = await desk.resident()
    for _ in range(2 * AT_LOGIN.free):
        await desk.token(login, address=HOME)


async def test_answers_do_not_tell_whether_there_is_such_a_login(desk: Desk) -> None:
    """Neither by what they say nor by how long they take, malformed logins included."""
    login = await desk.resident()
    asked = {"known": login, "unknown": "nobody-here@residents.example.org", "malformed": "no login at all"}
    took: dict[str, list[float]] = {name: [] for name in asked}
    told = {name: set[str]() for name in asked}
    for _ in range(AT_LOGIN.free - 2):
        for name, given_login in asked.items():
            began = time.perf_counter()
            answer = await desk.sign_in(given_login, "a wrong password of some length")
            took[name].append(time.perf_counter() - began)
            told[name].add(answer.text)
    assert told["known"] == told["unknown"] == told["malformed"]
    medians = {name: statistics.median(values) for name, values in took.items()}
    assert max(medians.values()) < 2 * min(medians.values()), medians


async def test_who_finds_the_queue_full_is_told_when_to_come_again(desk: Desk) -> None:
    answers = await asyncio.gather(
        *(desk.sign_in(f"n{number}@x.example.org", "wrong", f"192.0.{number}.1") for number in range(150))
    )
    busy = [answer for answer in answers if code(answer) == "busy"]
    assert busy
    assert {(answer.status_code, answer.headers["retry-after"]) for answer in busy} == {(429, "2")}


async def test_one_address_does_not_fill_the_queue_for_all(desk: Desk) -> None:
    many = [asyncio.create_task(desk.sign_in(f"m{number}@x.example.org", "wrong", CAFE)) for number in range(60)]
    await asyncio.sleep(0)
    answer = await desk.sign_in("somebody-else@x.example.org", "wrong", HOME)
    assert code(answer) == "sign-in-refused"
    assert "busy" in {code(one) for one in await asyncio.gather(*many)}


async def flooded(desk: Desk, flood: Sequence[Coroutine[Any, Any, httpx2.Response]], login: str) -> httpx2.Response:
    """What somebody at home is answered who signs in while all of a flood is under way."""
    waiting = [asyncio.create_task(one) for one in flood]
    while not any(task.done() for task in waiting):
        await asyncio.sleep(0.001)
    answer = await desk.sign_in(login, PASSWORD, HOME)
    assert not all(task.done() for task in waiting), "the flood was over before"
    await asyncio.gather(*waiting)
    return answer


def registration(desk: Desk, address: str) -> Coroutine[Any, Any, httpx2.Response]:
    login = f"{uuid4().hex}@residents.example.org"
    return desk.post("/residents", address=address, login=login, password=PASSWORD, name="Lin", birth_date="1960-05-05")


async def test_registrations_from_everywhere_make_no_sign_in_wait(desk: Desk) -> None:
    known, new = await desk.resident(), await desk.resident()
    await desk.token(known, address=HOME)
    for login in (known, new):
        flood = [registration(desk, f"198.18.{number}.1") for number in range(120)]
        answer = await flooded(desk, flood, login)
        assert answer.status_code == 200, answer.text


async def test_sign_ins_from_everywhere_send_nobody_away_who_was_signed_in_before(desk: Desk) -> None:
    """Strangers with right passwords, with wrong ones, and accounts that are known where they come from."""
    known = await desk.resident()
    await desk.token(known, address=HOME)
    others = [await desk.resident() for _ in range(4)]
    addresses = [f"198.19.{number}.1" for number in range(120)]
    for password in (PASSWORD, "a wrong password of some length"):
        flood = [desk.sign_in(others[one % 4], password, address) for one, address in enumerate(addresses)]
        answer = await flooded(desk, flood, known)
        assert answer.status_code == 200, answer.text
    for one, address in enumerate(addresses[:4]):
        while (await desk.sign_in(others[one], PASSWORD, address)).status_code != 200:
            await asyncio.sleep(0.2)
    flood = [desk.sign_in(others[one % 4], PASSWORD, addresses[one % 4]) for one in range(200)]
    answer = await flooded(desk, flood, known)
    assert answer.status_code == 200, answer.text


async def test_who_registers_is_not_kept_waiting_for_ever_by_who_signs_in() -> None:
    passwords = Passwords()
    try:
        known = [asyncio.create_task(passwords.hash(f"{one}", Lane.KNOWN)) for one in range(40)]
        await asyncio.sleep(0)
        await passwords.hash("registering", Lane.REGISTRATION)
        assert sum(task.done() for task in known) < 30
        await asyncio.gather(*known)
    finally:
        passwords.close()


async def test_whoever_leaves_a_lane_leaves_their_turn_to_the_next() -> None:
    passwords = Passwords()
    try:
        tasks = [asyncio.create_task(passwords.hash(f"{one}", Lane(one % 3))) for one in range(30)]
        await asyncio.sleep(0.02)
        for task in tasks[::2]:
            task.cancel()
        done = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 30)
        assert sum(isinstance(one, str) for one in done) >= 15
        assert await asyncio.wait_for(passwords.hash("last", Lane.STRANGER), 30)
    finally:
        passwords.close()


async def test_health_codes_do_not_wait_behind_passwords(desk: Desk) -> None:
    """With the queue full of them a code is answered while they still wait: it shares neither threads nor connections
    with what they wait for."""
    token = await desk.token(await desk.resident())
    waiting = [
        asyncio.create_task(desk.sign_in(f"w{number}@x.example.org", "wrong", f"192.0.{number}.2"))
        for number in range(WAITING_MAX)
    ]
    while not any(task.done() and code(task.result()) == "sign-in-refused" for task in waiting):
        await asyncio.sleep(0.001)
    still = [task for task in waiting if not task.done()]
    assert (await desk.post("/health-code-tokens", token)).status_code == 200
    assert still
    assert not all(task.done() for task in still)
    await asyncio.gather(*waiting)


async def test_the_queue_is_short() -> None:
    assert WAITING_MAX <= 32


async def test_one_address_registers_only_so_many(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(database, monkeypatch, YIMA_REGISTRATIONS_PER_HOUR="5") as desk:
        for _ in range(5):
            await desk.resident(HOME)
        body = {
            "login": f"{uuid4().hex}@x.example.org",
            "password": PASSWORD,
            "name": "Lin",
            "birth_date": "1990-01-01",
        }
        refused = await desk.post("/residents", address=HOME, **body)
        assert (refused.status_code, code(refused)) == (429, "too-many-tries")
        assert 1 <= int(refused.headers["retry-after"]) <= 721
        assert (await desk.post("/residents", address=CAFE, **body)).status_code == 200


async def test_refused_registrations_count_too_so_that_taken_logins_cannot_be_listed(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(database, monkeypatch, YIMA_REGISTRATIONS_PER_HOUR="4") as desk:
        login = await desk.resident("192.0.2.1")
        body = {"login": login, "password": PASSWORD, "name": "Lin", "birth_date": "1990-01-01"}
        codes = [code(await desk.post("/residents", address="192.0.2.77", **body)) for _ in range(5)]
        assert codes == ["login-taken"] * 4 + ["too-many-tries"]


async def test_a_token_says_ids_and_nothing_of_a_person(desk: Desk) -> None:
    login = await desk.resident()
    token = await desk.token(login)
    child = await desk.post("/dependants", token, name="Child", birth_date="2024-02-29")
    said = claims(await desk.token(login))
    assert set(said) == {"use", "iss", "sub", "sid", "role", "iat", "exp", "dep"}
    assert said["dep"] == [child.json()["id"]]
    assert all(born not in json.dumps(said) for born in ("1960-05-05", "2024-02-29"))


async def test_signing_out_ends_this_session_and_no_other(desk: Desk) -> None:
    login = await desk.resident()
    here, there = await desk.token(login), await desk.token(login)
    assert (await desk.post("/sign-out", here)).json() == {"sessions": 1}
    await soon_refused(desk, here)
    assert await desk.me(there) == 200


async def test_signing_out_everywhere_ends_every_session(desk: Desk) -> None:
    login = await desk.resident()
    tokens = [await desk.token(login) for _ in range(3)]
    other = await desk.token(await desk.resident())
    assert (await desk.post("/sign-out-everywhere", tokens[0])).json() == {"sessions": 3}
    for token in tokens:
        await soon_refused(desk, token)
    assert await desk.me(other) == 200


async def soon_refused(desk: Desk, token: str) -> None:
    """Without the bus, a process hears of it by asking every few seconds."""
    deadline = time.monotonic() + 10
    while await desk.me(token) != 401:
        assert time.monotonic() < deadline, "an ended session is still good"
        await asyncio.sleep(0.1)


async def test_a_new_password_takes_the_old_ones_place_and_ends_every_other_session(desk: Desk) -> None:
    login, new = await desk.resident(), "four entirely new words"
    here, there = await desk.token(login), await desk.token(login)
    wrong = await desk.post("/password", here, current_password="not this one", new_password=new)
    assert (wrong.status_code, code(wrong)) == (403, "password-wrong")
    changed = await desk.post("/password", here, current_password=PASSWORD, new_password=new)
    assert changed.json() == {"sessions": 1}
    assert (await desk.sign_in(login, PASSWORD)).status_code == 401
    assert (await desk.sign_in(login, new)).status_code == 200
    await soon_refused(desk, there)
    assert await desk.me(here) == 200


async def test_whoever_has_a_token_cannot_guess_the_password_with_it(desk: Desk) -> None:
    token = await desk.token(await desk.resident())
    for _ in range(access.OF_CURRENT_PASSWORD.free):
        await desk.post("/password", token, current_password="wrong", new_password="four entirely new words")
    last = [
        await desk.post("/password", token, current_password="wrong", new_password="four entirely new words")
        for _ in range(2)
    ][-1]
    assert code(last) == "too-many-tries"


async def test_an_operator_ends_somebodys_sessions_and_nobody_else_may(desk: Desk) -> None:
    login = await desk.resident()
    token = await desk.token(login)
    operator = await desk.token("operator@yima.example.org", "an operator's unlikely words")
    assert (await desk.post("/ended-sessions", token, login=login, reason="lost")).status_code == 403
    nobody = await desk.post("/ended-sessions", operator, login="nobody@x.example.org", reason="lost")
    assert nobody.status_code == 404
    supervisor = await desk.post("/ended-sessions", operator, login="regulator@yima.example.org", reason="in the way")
    assert (supervisor.status_code, supervisor.json()["field"]) == (403, "login")
    ended = await desk.post("/ended-sessions", operator, login=login, reason="lost a telephone")
    assert ended.json() == {"sessions": 1}
    await soon_refused(desk, token)


async def test_ends_are_announced_with_what_is_needed_to_keep_them(desk: Desk) -> None:
    from chassis.database import Database
    from sqlalchemy import text

    token = await desk.token(await desk.resident())
    await desk.post("/sign-out", token)
    store = Database(desk.service.settings.database_url)
    async with store.transaction() as session:
        payloads = await session.scalars(
            text("SELECT payload FROM outbox WHERE type = :type"), {"type": SessionsEnded.DESCRIPTOR.full_name}
        )
        told = [SessionsEnded.FromString(payload) for payload in payloads]
    await store.close()
    said = claims(token)
    (event,) = [one for one in told if said["sid"] in one.session_ids]
    assert event.until.seconds == said["exp"]


COMMON = ["1234567890", "aaaaaaaaaa", "password12", " " * 10, "qwertyuiop", "iloveyou123", "Password123!", "0987654321",
          "abcabcabcabc", "11111111111111111111", "p@ssw0rd123"]  # fmt: skip


@pytest.mark.parametrize("password", COMMON)
def test_common_passwords_are_refused(password: str) -> None:
    with pytest.raises(Invalid, match=r"guess|characters"):
        new_password(password, ["lin@residents.example.org"])


@pytest.mark.parametrize(
    "password",
    ["lin.meihua@residents.example.org", "linmeihua1990", "Meihua Lin 1", "jinanjinan12", "residents.example"],
)
def test_what_a_person_is_called_is_no_password(password: str) -> None:
    with pytest.raises(Invalid, match="guess"):
        new_password(password, ["lin.meihua@residents.example.org", "Lin Meihua", "1990-01-01", "jinan"])


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple", "CorrectHorseBatteryStaple", "correct-horse-battery-staple", "Tr0ub4dor&3",
        "correct_horse_battery_staple!", "correct horse battery", "Purple Monkey Dishwasher",
        "The quick brown fox jumps over the lazy dog.",
    ],
)  # fmt: skip
def test_an_example_that_everybody_has_read_is_no_password(password: str) -> None:
    with pytest.raises(Invalid, match="guess"):
        new_password(password, [])


@given(st.text(max_size=9))
def test_short_passwords_are_refused(password: str) -> None:
    if len(normalised(password)) < PASSWORD_LENGTH_MIN:
        with pytest.raises(Invalid, match="10 to 128"):
            new_password(password, [])


@pytest.mark.parametrize(
    "password", ["crimson teapot gravel", "蓝色 水壶 四十二 号桥", "vT9#kq2LmZ8w", "x7" + "né" * 3 + "qPz!4k"]
)
def test_unlikely_passwords_are_taken_and_read_the_same_however_they_are_typed(password: str) -> None:
    import unicodedata

    assert new_password(password, ["lin@x.example.org"]) == new_password(
        unicodedata.normalize("NFD", password), ["lin@x.example.org"]
    )


async def test_a_weak_password_is_refused_by_its_field_wherever_one_is_chosen(desk: Desk) -> None:
    login = f"{uuid4().hex}@residents.example.org"
    body = {"login": login, "password": login, "name": "Lin", "birth_date": "1990-01-01"}
    refused = await desk.post("/residents", **body)
    assert (refused.status_code, refused.json()["field"]) == (400, "password")
    token = await desk.token(await desk.resident())
    refused = await desk.post("/password", token, current_password=PASSWORD, new_password="1234567890")
    assert (refused.status_code, refused.json()["field"]) == (400, "new_password")
