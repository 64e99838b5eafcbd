"""A second factor: set up by who has the password, asked for from then on, each code good once, none guessed."""

import asyncio
import base64
import hashlib
import hmac
import time
from typing import Any
from urllib.parse import parse_qs, urlparse

import httpx2
import pytest
from identity.domain.factors import OF_SECOND_FACTOR, RECOVERY_CODES, STEP_SECONDS, code_at, step_of
from yima.common.v1.route_pb2 import Role

from services.identity.tests.callers import CAFE, HOME, PASSWORD, Callers, claims, code, opened
from services.identity.tests.test_api import soon_refused
from services.identity.tests.test_sessions import OPERATOR, OPERATORS_PASSWORD, in_database, refreshed

pytestmark = pytest.mark.anyio
SERVICE = "identity"
REGULATOR, REGULATORS_PASSWORD = "regulator@yima.example.org", "a regulator's unlikely words"


def codes_of(secret: str) -> str:
    """What an authenticator shows now; by hand rather than by the code under test."""
    step = int(time.time()) // STEP_SECONDS
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8), hashlib.sha1)
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4]) & 0x7FFFFFFF) % 10**6:06}"


async def begun(callers: Callers, login: str, password: str = PASSWORD) -> httpx2.Response:
    return await callers.post("/second-factors", login=login, password=password)


async def with_code(callers: Callers, login: str, given: str, password: str = PASSWORD, address: str = "") -> Any:
    return await callers.post("/tokens", address=address, login=login, password=password, code=given)


async def enrolled(callers: Callers, login: str = "", password: str = PASSWORD) -> tuple[str, str, dict[str, Any]]:
    """A login with a second factor, its secret, and the answer that confirmed it."""
    login = login or await callers.resident()
    secret = (await begun(callers, login, password)).json()["secret"]
    answer = await with_code(callers, login, codes_of(secret), password)
    assert answer.status_code == 200, answer.text
    await later(callers)
    return login, secret, dict(answer.json())


async def later(callers: Callers) -> None:
    """As if so much time had passed that the authenticator shows other codes than those that were used."""
    await in_database(callers, "UPDATE second_factor SET last_step = 0")


async def test_an_authenticator_is_set_up_by_who_has_the_password_and_asked_for_from_then_on(callers: Callers) -> None:
    login, secret, answer = await enrolled(callers)
    assert claims(answer["accessToken"])["amr"] == ["pwd", "otp"]
    assert len(set(answer["recoveryCodes"])) == RECOVERY_CODES
    without = await callers.sign_in(login)
    assert (without.status_code, code(without)) == (401, "second-factor-needed")
    right = await with_code(callers, login, codes_of(secret))
    assert right.status_code == 200
    assert not right.json()["recoveryCodes"], "they are shown once"
    again = await refreshed(callers, right.json()["refreshToken"])
    assert claims(again.json()["accessToken"])["amr"] == ["pwd", "otp"], "a session goes on as it began"


async def test_the_uri_is_what_authenticators_read(callers: Callers) -> None:
    login = await callers.resident()
    answer = (await begun(callers, login)).json()
    uri = urlparse(answer["uri"])
    said = {name: values[0] for name, values in parse_qs(uri.query).items()}
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert said["secret"].rstrip("=") == answer["secret"].rstrip("=")
    assert (said["algorithm"], said["digits"], said["period"]) == ("SHA1", "6", "30")


async def test_without_a_code_a_resident_signs_in_as_before_until_one_was_right(callers: Callers) -> None:
    login = await callers.resident()
    await begun(callers, login)
    assert claims(await callers.token(login))["amr"] == ["pwd"]
    assert code(await with_code(callers, login, "000000")) == "second-factor-wrong"
    assert (await callers.sign_in(login)).status_code == 200


async def test_a_code_is_good_once_however_many_send_it_at_once(callers: Callers) -> None:
    login, secret, _ = await enrolled(callers)
    given = codes_of(secret)
    answers = await asyncio.gather(*(with_code(callers, login, given) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]
    assert code(await with_code(callers, login, given)) == "second-factor-wrong"


async def test_a_recovery_code_is_good_once_and_in_any_spelling(callers: Callers) -> None:
    login, _, answer = await enrolled(callers)
    given = answer["recoveryCodes"][3]
    assert (await with_code(callers, login, f" {given.lower().replace('-', ' ')} ")).status_code == 200
    assert code(await with_code(callers, login, given)) == "second-factor-wrong"
    assert (await with_code(callers, login, answer["recoveryCodes"][4])).status_code == 200


async def test_nobody_uses_anothers_recovery_code(callers: Callers) -> None:
    login, _, _ = await enrolled(callers)
    _, _, other = await enrolled(callers)
    assert code(await with_code(callers, login, other["recoveryCodes"][0])) == "second-factor-wrong"


async def test_codes_are_not_guessed_by_who_has_the_password(callers: Callers) -> None:
    login, _, _ = await enrolled(callers)
    answers = await asyncio.gather(
        *(with_code(callers, login, f"{number:06}", address=f"192.0.2.{number}") for number in range(12))
    )
    codes = [code(answer) for answer in answers if answer.status_code != 200]
    assert len(codes) == len(answers)
    assert codes.count("second-factor-wrong") <= OF_SECOND_FACTOR.free + 2, "after these, waits double"
    assert "too-many-tries" in codes


async def test_who_has_no_password_locks_nobody_out_of_their_codes(callers: Callers) -> None:
    login, secret, _ = await enrolled(callers)
    await callers.token_with(login, codes_of(secret), HOME)
    for number in range(8):
        refused = await with_code(callers, login, f"{number:06}", password="wrong", address=CAFE)
        assert code(refused) == "sign-in-refused", "neither is it told that there is a second factor"
    await later(callers)
    assert (await with_code(callers, login, codes_of(secret), address=HOME)).status_code == 200


async def test_a_password_without_its_code_makes_no_address_known(callers: Callers) -> None:
    login, _, _ = await enrolled(callers)
    before = await in_database(callers, "SELECT count(*) AS number FROM known_address")
    await callers.sign_in(login, PASSWORD, "192.0.2.66")
    assert await in_database(callers, "SELECT count(*) AS number FROM known_address") == before


async def test_a_factor_that_is_there_is_not_replaced_by_who_has_the_password(callers: Callers) -> None:
    login, secret, _ = await enrolled(callers)
    refused = await begun(callers, login)
    assert (refused.status_code, code(refused)) == (409, "second-factor-there")
    assert (await with_code(callers, login, codes_of(secret))).status_code == 200


@pytest.mark.parametrize("login", ["nobody@x.example.org", "no login"])
async def test_nobody_is_told_of_a_factor_without_the_password(callers: Callers, login: str) -> None:
    known, _, _ = await enrolled(callers)
    answers = [await begun(callers, one, "wrong") for one in (known, login)]
    assert answers[0].text == answers[1].text
    assert code(answers[0]) == "sign-in-refused"


async def test_a_resident_takes_their_factor_away_with_a_code_and_not_without(callers: Callers) -> None:
    login, secret, answer = await enrolled(callers)
    wrong = await callers.post("/second-factors/end", answer["accessToken"], code="000000")
    assert code(wrong) == "second-factor-wrong"
    assert (await callers.post("/second-factors/end", answer["accessToken"], code=codes_of(secret))).status_code == 200
    assert (await callers.sign_in(login)).status_code == 200


async def test_an_operator_takes_the_factor_of_who_lost_it_away_and_nobody_takes_their_own(callers: Callers) -> None:
    login, _, answer = await enrolled(callers)
    operator = await callers.token(OPERATOR, OPERATORS_PASSWORD)
    body: dict[str, Any] = {"login": login, "reason": "lost a telephone"}
    assert (await callers.post("/second-factors/reset", answer["accessToken"], **body)).status_code == 403
    assert (await callers.post("/second-factors/reset", operator, **body)).json() == {"sessions": 1}
    await soon_refused(callers, answer["accessToken"])
    assert (await callers.sign_in(login)).status_code == 200
    for supervisor in (OPERATOR, REGULATOR):
        refused = await callers.post("/second-factors/reset", operator, login=supervisor, reason="in the way")
        assert (refused.status_code, refused.json()["field"]) == (403, "login")
    assert (await callers.post("/second-factors/reset", operator, **body)).status_code == 404


async def test_who_needs_a_factor_by_rule_does_not_get_in_before_they_have_one(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = "practitioner, partner, operator, regulator"
    async with opened(database, monkeypatch, YIMA_SECOND_FACTOR_ROLES=every) as callers:
        refused = await callers.sign_in(REGULATOR, REGULATORS_PASSWORD)
        assert (refused.status_code, code(refused)) == (401, "second-factor-not-set-up")
        _, secret, answer = await enrolled(callers, REGULATOR, REGULATORS_PASSWORD)
        assert answer["role"] == Role.Name(Role.ROLE_REGULATOR)
        assert code(await callers.sign_in(REGULATOR, REGULATORS_PASSWORD)) == "second-factor-needed"
        assert (await with_code(callers, REGULATOR, codes_of(secret), REGULATORS_PASSWORD)).status_code == 200
        assert (await callers.sign_in(await callers.resident())).status_code == 200, "residents choose"
        await later(callers)
        ended = await callers.post("/second-factors/end", answer["accessToken"], code=codes_of(secret))
        assert (ended.status_code, code(ended)) == (403, "last-factor"), "nor do they take away what they must have"


def test_a_code_is_one_of_now_or_of_a_clock_that_is_a_little_off() -> None:
    from datetime import UTC, datetime

    secret, now = b"k" * 20, datetime(2026, 11, 29, tzinfo=UTC)
    here = int(now.timestamp()) // STEP_SECONDS
    found = {off: step_of(secret, code_at(secret, here + off), now) for off in range(-3, 4)}
    assert [off for off, step in found.items() if step == here + off] == [-1, 0, 1]
    assert all(step_of(secret, wrong, now) is None for wrong in ("", "１２３４５６", "12345", "1234567", "abcdef"))


def test_codes_are_those_of_rfc_6238() -> None:
    assert [code_at(b"12345678901234567890", at // 30) for at in (59, 1111111109, 2000000000)] == [
        "287082",
        "081804",
        "279037",
    ]
