"""What a caller is answered: guessing is slow however it is done, locks nobody else out, and what is ended is over."""

import asyncio
import json
import time
from uuid import uuid4

import pytest
from identity.domain import access
from identity.domain.access import AT_LOGIN
from yima.identity.v1.events_pb2 import SessionsEnded

from services.identity.tests.callers import CAFE, HOME, PASSWORD, Callers, claims, code, guess, opened

pytestmark = pytest.mark.anyio
SERVICE = "identity"


async def test_guessing_at_one_login_is_stopped_and_says_for_how_long(callers: Callers) -> None:
    login = await callers.resident()
    answers = await guess(callers, login, CAFE, AT_LOGIN.free + 5)
    assert [code(answer) for answer in answers[: AT_LOGIN.free]] == ["sign-in-refused"] * AT_LOGIN.free
    last = answers[-1]
    assert (last.status_code, code(last)) == (429, "too-many-tries")
    assert int(last.headers["retry-after"]) == last.json()["data"]["retryAfterSeconds"] >= 1
    right = await callers.sign_in(login, PASSWORD, CAFE)
    assert right.status_code == 429, "the right password tells no more than a wrong one while there is a wait"


async def test_waits_grow_with_every_wrong_password(callers: Callers) -> None:
    login, waits = await callers.resident(), []
    for _ in range(AT_LOGIN.free + 4):
        answer = await callers.sign_in(login, "wrong", CAFE)
        if answer.status_code == 429:
            waits.append(int(answer.headers["retry-after"]))
            await later(callers, waits[-1])
    assert waits == sorted(waits)
    assert waits[-1] >= 2 * waits[0]


async def later(callers: Callers, seconds: float) -> None:
    """As if so many seconds had passed since the last tries."""
    from chassis.database import Database
    from sqlalchemy import text

    store = Database(callers.service.settings.database_url)
    async with store.transaction() as session:
        await session.execute(
            text("UPDATE try_count SET last_at = last_at - make_interval(secs => :seconds)"), {"seconds": seconds}
        )
    await store.close()


async def test_nobody_is_locked_out_where_they_signed_in_before_however_others_guess(callers: Callers) -> None:
    login = await callers.resident()
    await callers.token(login, address=HOME)
    await guess(callers, login, CAFE, AT_LOGIN.free + 3)
    assert (await callers.sign_in(login, PASSWORD, CAFE)).status_code == 429
    assert (await callers.sign_in(login, PASSWORD, HOME)).status_code == 200


async def test_a_lock_is_over_after_minutes_even_elsewhere(callers: Callers) -> None:
    login = await callers.resident()
    for _ in range(AT_LOGIN.free + 12):
        await callers.sign_in(login, "wrong", CAFE)
        await later(callers, 1000.0 if _ < AT_LOGIN.free else 0.0)
    await later(callers, AT_LOGIN.wait_max_seconds)
    assert (await callers.sign_in(login, PASSWORD, "192.0.2.44")).status_code == 200


async def test_one_address_guesses_at_many_logins_no_faster(callers: Callers) -> None:
    answers = []
    for number in range(access.FROM_ADDRESS.free + 3):
        answers.append(await callers.sign_in(f"somebody-{number}@residents.example.org", "wrong", "192.0.2.99"))
    assert code(answers[0]) == "sign-in-refused"
    assert code(answers[-1]) == "too-many-tries"
    assert (await callers.sign_in("somebody@residents.example.org", "wrong", "192.0.2.98")).status_code == 401


@pytest.mark.parametrize("known", [True, False])
async def test_an_address_of_ipv6_is_its_network(callers: Callers, known: bool) -> None:
    login = await callers.resident() if known else "nobody@residents.example.org"
    answers = [
        await callers.sign_in(login, "wrong", f"2001:db8:0:1::{number:x}") for number in range(AT_LOGIN.free + 2)
    ]
    assert code(answers[-1]) == "too-many-tries"


async def test_right_passwords_are_not_counted(callers: Callers) -> None:
    login = await callers.resident()
    for _ in range(2 * AT_LOGIN.free):
        assert await callers.token(login, address=HOME)


@pytest.mark.usefixtures("dear_passwords")
async def test_answers_do_not_tell_whether_there_is_such_a_login(callers: Callers) -> None:
    """Neither by what they say nor by how long they take, malformed logins included. What a busy machine adds is in
    some rounds; what the login itself adds would be in all."""
    rounds = []
    for number in range(5):
        unknown, malformed = f"nobody-here-{number}@residents.example.org", f"no login at all {number}"
        rounds.append(await fastest(callers, {await callers.resident(), unknown, malformed}))
        if max(rounds[-1]) < 2 * min(rounds[-1]):
            return
    raise AssertionError(rounds)


async def fastest(callers: Callers, logins: set[str]) -> list[float]:
    """How long the answer to a wrong password took for each login, when it was fastest. All answers are the same."""
    took: dict[str, list[float]] = {login: [] for login in logins}
    answers = set[str]()
    for _ in range(AT_LOGIN.free - 2):
        for login, seconds in took.items():
            began = time.perf_counter()
            answer = await callers.sign_in(login, "a wrong password of some length")
            seconds.append(time.perf_counter() - began)
            answers.add(answer.text)
    assert len(answers) == 1
    return [min(seconds) for seconds in took.values()]


async def test_one_address_registers_only_so_many(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(database, monkeypatch, YIMA_REGISTRATIONS_PER_HOUR="5") as callers:
        for _ in range(5):
            await callers.resident(HOME)
        body = {
            "login": f"{uuid4().hex}@x.example.org",
            "password": PASSWORD,
            "name": "Lin",
            "birth_date": "1990-01-01",
        }
        refused = await callers.post("/residents", address=HOME, **body)
        assert (refused.status_code, code(refused)) == (429, "too-many-tries")
        assert 1 <= int(refused.headers["retry-after"]) <= 721
        assert (await callers.post("/residents", address=CAFE, **body)).status_code == 200


async def test_refused_registrations_count_too_so_that_taken_logins_cannot_be_listed(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(database, monkeypatch, YIMA_REGISTRATIONS_PER_HOUR="4") as callers:
        login = await callers.resident("192.0.2.1")
        body = {"login": login, "password": PASSWORD, "name": "Lin", "birth_date": "1990-01-01"}
        codes = [code(await callers.post("/residents", address="192.0.2.77", **body)) for _ in range(5)]
        assert codes == ["login-taken"] * 4 + ["too-many-tries"]


async def test_a_token_says_ids_and_nothing_of_a_person(callers: Callers) -> None:
    login = await callers.resident()
    token = await callers.token(login)
    child = await callers.post("/dependants", token, name="Child", birth_date="2024-02-29")
    said = claims(await callers.token(login))
    assert set(said) == {"use", "iss", "sub", "sid", "role", "iat", "exp", "dep", "amr"}
    assert said["dep"] == [child.json()["id"]]
    assert all(born not in json.dumps(said) for born in ("1960-05-05", "2024-02-29"))


async def test_signing_out_ends_this_session_and_no_other(callers: Callers) -> None:
    login = await callers.resident()
    here, there = await callers.token(login), await callers.token(login)
    assert (await callers.post("/sign-out", here)).json() == {"sessions": 1}
    await soon_refused(callers, here)
    assert await callers.me(there) == 200


async def test_signing_out_everywhere_ends_every_session(callers: Callers) -> None:
    login = await callers.resident()
    tokens = [await callers.token(login) for _ in range(3)]
    other = await callers.token(await callers.resident())
    assert (await callers.post("/sign-out-everywhere", tokens[0])).json() == {"sessions": 3}
    for token in tokens:
        await soon_refused(callers, token)
    assert await callers.me(other) == 200


async def soon_refused(callers: Callers, token: str) -> None:
    """Without the bus, a process hears of it by asking every few seconds."""
    deadline = time.monotonic() + 10
    while await callers.me(token) != 401:
        assert time.monotonic() < deadline, "an ended session is still good"
        await asyncio.sleep(0.1)


async def test_a_new_password_takes_the_old_ones_place_and_ends_every_other_session(callers: Callers) -> None:
    login, new = await callers.resident(), "four entirely new words"
    here, there = await callers.token(login), await callers.token(login)
    wrong = await callers.post("/password", here, current_password="not this one", new_password=new)
    assert (wrong.status_code, code(wrong)) == (403, "password-wrong")
    changed = await callers.post("/password", here, current_password=PASSWORD, new_password=new)
    assert changed.json() == {"sessions": 1}
    assert (await callers.sign_in(login, PASSWORD)).status_code == 401
    assert (await callers.sign_in(login, new)).status_code == 200
    await soon_refused(callers, there)
    assert await callers.me(here) == 200


async def test_whoever_has_a_token_cannot_guess_the_password_with_it(callers: Callers) -> None:
    token = await callers.token(await callers.resident())
    for _ in range(access.OF_CURRENT_PASSWORD.free):
        await callers.post("/password", token, current_password="wrong", new_password="four entirely new words")
    last = [
        await callers.post("/password", token, current_password="wrong", new_password="four entirely new words")
        for _ in range(2)
    ][-1]
    assert code(last) == "too-many-tries"


async def test_an_operator_ends_somebodys_sessions_and_nobody_else_may(callers: Callers) -> None:
    login = await callers.resident()
    token = await callers.token(login)
    operator = await callers.token("operator@yima.example.org", "an operator's unlikely words")
    assert (await callers.post("/ended-sessions", token, login=login, reason="lost")).status_code == 403
    nobody = await callers.post("/ended-sessions", operator, login="nobody@x.example.org", reason="lost")
    assert nobody.status_code == 404
    supervisor = await callers.post(
        "/ended-sessions", operator, login="regulator@yima.example.org", reason="in the way"
    )
    assert (supervisor.status_code, supervisor.json()["field"]) == (403, "login")
    ended = await callers.post("/ended-sessions", operator, login=login, reason="lost a telephone")
    assert ended.json() == {"sessions": 1}
    await soon_refused(callers, token)


async def test_ends_are_announced_with_what_is_needed_to_keep_them(callers: Callers) -> None:
    from chassis.database import Database
    from sqlalchemy import text

    token = await callers.token(await callers.resident())
    await callers.post("/sign-out", token)
    store = Database(callers.service.settings.database_url)
    async with store.transaction() as session:
        payloads = await session.scalars(
            text("SELECT payload FROM outbox WHERE type = :type"), {"type": SessionsEnded.DESCRIPTOR.full_name}
        )
        events = [SessionsEnded.FromString(payload) for payload in payloads]
    await store.close()
    said = claims(token)
    (ended,) = [event for event in events if said["sid"] in event.session_ids]
    assert ended.until.seconds == said["exp"]


async def test_a_weak_password_is_refused_by_its_field_wherever_one_is_chosen(callers: Callers) -> None:
    login = f"{uuid4().hex}@residents.example.org"
    body = {"login": login, "password": login, "name": "Lin", "birth_date": "1990-01-01"}
    refused = await callers.post("/residents", **body)
    assert (refused.status_code, refused.json()["field"]) == (400, "password")
    token = await callers.token(await callers.resident())
    refused = await callers.post("/password", token, current_password=PASSWORD, new_password="1234567890")
    assert (refused.status_code, refused.json()["field"]) == (400, "new_password")
