"""A factor is used again in a session that goes on; authenticators' secrets lie enciphered."""

import base64
from typing import Any
from uuid import UUID

import pytest
from chassis.database import Database
from chassis.sealing import Sealer
from devstack.authenticator import ORIGIN, Authenticator
from identity.commands import factors
from identity.domain.factors import OF_SECOND_FACTOR, SECRET_BYTES, unsealed

from services.identity.tests.callers import Callers, claims, code, opened
from services.identity.tests.test_factors import (
    REGULATOR,
    REGULATORS_PASSWORD,
    codes_of,
    enrolled,
    later,
    with_code,
)
from services.identity.tests.test_passkeys import asked, long_ago, signed_in, with_passkey
from services.identity.tests.test_sessions import OPERATOR, OPERATORS_PASSWORD, in_database, refreshed

pytestmark = pytest.mark.anyio
SERVICE = "identity"
KEYS = [base64.b64encode(letter * 32).decode() for letter in (b"a", b"b")]


async def stepped_up(callers: Callers, token: str, given: str) -> Any:
    return await callers.post("/step-ups", token, code=given)


async def test_a_code_steps_a_session_up_which_goes_on(callers: Callers) -> None:
    _, secret, answer = await enrolled(callers)
    token = answer["accessToken"]
    await long_ago(callers)
    assert code(await callers.post("/second-factors/more", token)) == "step-up-needed"
    again = await stepped_up(callers, token, codes_of(secret))
    assert again.status_code == 200, again.text
    assert claims(again.json()["accessToken"])["sid"] == claims(token)["sid"], "it is the same session"
    assert not again.json()["refreshToken"]
    assert (await refreshed(callers, answer["refreshToken"])).status_code == 200, "the one there is goes on"
    there = await callers.post("/second-factors/more", again.json()["accessToken"])
    assert code(there) == "second-factor-there", "it is no longer asked for a factor"


async def test_tokens_say_from_when_on_the_factor_is_asked_for_again(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    needing = {"YIMA_SECOND_FACTOR_ROLES": "operator, regulator", "YIMA_STEP_UP_MINUTES": "7"}
    async with opened(database, monkeypatch) as callers:
        before = (await callers.sign_in(OPERATOR, OPERATORS_PASSWORD)).json()
        assert "sup" not in claims(before["accessToken"]), "where nobody needs a factor, nothing is asked"
    async with opened(database, monkeypatch, **needing) as callers:
        since = claims((await refreshed(callers, before["refreshToken"])).json()["accessToken"])
        assert since["sup"] <= since["iat"], "a session from before is asked at once"
        _, _, answer = await enrolled(callers, REGULATOR, REGULATORS_PASSWORD)
        said = claims(answer["accessToken"])
        assert said["sup"] - said["iat"] == 7 * 60
        again = claims((await refreshed(callers, answer["refreshToken"])).json()["accessToken"])
        assert again["sup"] == said["sup"], "a refresh is no use of a factor"
        resident = await callers.resident()
        assert "sup" not in claims(await callers.token(resident))
        _, _, chosen = await enrolled(callers, resident)
        assert "sup" in claims(chosen["accessToken"]), "whoever chose a factor is asked for it"


async def test_what_is_grave_in_identity_goes_on_after_a_step_up(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(database, monkeypatch) as callers:
        _, secret, answer = await enrolled(callers, OPERATOR, OPERATORS_PASSWORD)
        invitation: dict[str, Any] = {"note": "a colleague", "duties": ["DUTY_SUPPORT"]}
        assert (await callers.post("/invitations", answer["accessToken"], **invitation)).status_code == 200
        await long_ago(callers)
        stale = (await refreshed(callers, answer["refreshToken"])).json()["accessToken"]
        refused = await callers.post("/invitations", stale, **invitation)
        assert (refused.status_code, code(refused)) == (403, "step-up-needed")
        await later(callers)
        fresh = (await stepped_up(callers, stale, codes_of(secret))).json()["accessToken"]
        assert (await callers.post("/invitations", fresh, **invitation)).status_code == 200


async def test_a_code_steps_up_once_and_is_not_guessed(callers: Callers) -> None:
    _, secret, answer = await enrolled(callers)
    token, given = answer["accessToken"], codes_of(secret)
    assert (await stepped_up(callers, token, given)).status_code == 200
    wrong = await stepped_up(callers, token, given)
    assert (wrong.status_code, code(wrong)) == (401, "second-factor-wrong")
    answers = [await stepped_up(callers, token, f"{number:06}") for number in range(12)]
    codes = [code(refused) for refused in answers]
    assert codes.count("second-factor-wrong") <= OF_SECOND_FACTOR.free + 2
    assert "too-many-tries" in codes


async def test_an_authenticator_that_is_not_confirmed_steps_nobody_up(callers: Callers) -> None:
    login = await callers.resident()
    token = await callers.token(login)
    secret = (await callers.post("/second-factors", login=login, password="a password of some length")).json()["secret"]
    assert code(await stepped_up(callers, token, codes_of(secret))) == "second-factor-wrong"
    assert (await with_code(callers, login, codes_of(secret))).status_code == 200


async def test_nobody_steps_up_with_anothers_factor_or_an_ended_session(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(database, monkeypatch, YIMA_PASSKEY_ORIGINS=ORIGIN) as callers:
        _, authenticator, _ = await with_passkey(callers)
        _, other, _ = await with_passkey(callers, authenticator=Authenticator(eddsa=True))
        token = await signed_in(callers, authenticator)
        for whose, expected in ((other, "passkey-refused"), (authenticator, "")):
            ceremony = await asked(callers)
            credential = whose.get(ceremony["options"])
            answer = await callers.post("/step-ups", token, ceremony_id=ceremony["id"], credential=credential)
            assert (code(answer) if answer.status_code != 200 else "") == expected
        again = await callers.post("/step-ups", token, ceremony_id=ceremony["id"], credential=credential)
        assert code(again) == "passkey-ceremony-over"
        for body in ({}, {"code": "1", "ceremony_id": ceremony["id"], "credential": credential}):
            assert code(await callers.post("/step-ups", token, **body)) == "invalid"
        await in_database(callers, "UPDATE access_session SET ended_at = now()")
        ceremony = await asked(callers)
        credential = authenticator.get(ceremony["options"])
        ended = await callers.post("/step-ups", token, ceremony_id=ceremony["id"], credential=credential)
        assert ended.status_code == 401


async def test_an_authenticators_secret_is_in_no_dump_of_the_database(callers: Callers) -> None:
    _, secret, _ = await enrolled(callers)
    raw = base64.b32decode(secret)
    (row,) = await in_database(callers, "SELECT secret FROM second_factor ORDER BY created_at DESC LIMIT 1")
    assert raw not in bytes(row.secret) and len(row.secret) > SECRET_BYTES


async def test_what_an_earlier_release_kept_as_it_is_goes_on_and_is_enciphered(callers: Callers) -> None:
    login, secret, _ = await enrolled(callers)
    raw = base64.b32decode(secret)
    whose = "subject_id = (SELECT subject_id FROM account WHERE login = :login)"
    await in_database(callers, f"UPDATE second_factor SET secret = :raw WHERE {whose}", raw=raw, login=login)
    assert (await with_code(callers, login, codes_of(secret))).status_code == 200
    store = Database(callers.service.settings.database_url)
    async with store.transaction() as session:
        await factors.seal(session, callers.service.settings.sealer)
    await store.close()
    (row,) = await in_database(callers, f"SELECT secret FROM second_factor WHERE {whose}", login=login)
    assert bytes(row.secret) != raw
    await later(callers)
    assert (await with_code(callers, login, codes_of(secret))).status_code == 200


async def test_another_key_enciphers_what_an_older_one_did_and_nobodys_secret_is_anothers(callers: Callers) -> None:
    login, secret, _ = await enrolled(callers)
    settings = callers.service.settings
    newer = Sealer.of(f"{KEYS[0]},{settings.key_encryption_keys}")
    store = Database(settings.database_url)
    done = []
    for _ in range(2):
        async with store.transaction() as session:
            done.append(await factors.seal(session, newer))
    await store.close()
    assert done[0] >= 1 and done[1] == 0
    (row,) = await in_database(
        callers,
        "SELECT secret, subject_id FROM second_factor JOIN account USING (subject_id) WHERE login = :l",
        l=login,
    )
    alone = Sealer.of(KEYS[0])
    assert unsealed(bytes(row.secret), row.subject_id, alone) == base64.b32decode(secret)
    with pytest.raises(ValueError, match="second factor"):
        unsealed(bytes(row.secret), UUID(int=7), alone)
    with pytest.raises(ValueError, match="second factor"):
        unsealed(bytes(row.secret), row.subject_id, Sealer.of(KEYS[1]))
