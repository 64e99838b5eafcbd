"""Passkeys: made by who may, good for whose they are, where they are, once a challenge; copies are noticed."""

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from chassis.refusals import Invalid, Refusal
from chassis.settings import SettingUnfit
from devstack.authenticator import CAN_SYNC, ORIGIN, PRESENT, SYNCED, VERIFIED, Authenticator, b64, unb64
from devstack.samples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from identity.domain.factors import RECOVERY_CODES
from identity.domain.passkeys import (
    PASSKEYS_MAX,
    Site,
    assertion_of,
    creation_options,
    new_challenge,
    request_options,
    verified_count,
    verified_creation,
)

from services.identity.tests.callers import PASSWORD, Callers, claims, code, opened
from services.identity.tests.test_factors import (
    REGULATOR,
    REGULATORS_PASSWORD,
    codes_of,
    enrolled,
    later,
    with_code,
)
from services.identity.tests.test_sessions import OPERATOR, OPERATORS_PASSWORD, in_database, refreshed

pytestmark = pytest.mark.anyio
SERVICE = "identity"
SITE = Site.of(ORIGIN, "", "Yima jinan")
assert SITE is not None


@pytest.fixture(scope="module")
async def callers(database: str, anyio_backend: object) -> AsyncGenerator[Callers]:
    with pytest.MonkeyPatch.context() as patch:
        async with opened(database, patch, YIMA_PASSKEY_ORIGINS=ORIGIN) as running:
            yield running


async def begun(callers: Callers, login: str, password: str = PASSWORD) -> dict[str, Any]:
    answer = await callers.post("/passkeys", login=login, password=password)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def made(callers: Callers, ceremony: dict[str, Any], credential: str, name: str = "phone") -> httpx2.Response:
    return await callers.post(f"/passkeys/{ceremony['id']}", name=name, credential=credential)


async def with_passkey(
    callers: Callers, login: str = "", password: str = PASSWORD, authenticator: Authenticator | None = None
) -> tuple[str, Authenticator, dict[str, Any]]:
    """A login that has a passkey, its authenticator, and what was answered when it was made."""
    login, authenticator = login or await callers.resident(), authenticator or Authenticator()
    ceremony = await begun(callers, login, password)
    answer = await made(callers, ceremony, authenticator.create(ceremony["options"]))
    assert answer.status_code == 200, answer.text
    return login, authenticator, dict(answer.json())


async def asked(callers: Callers) -> dict[str, Any]:
    answer = await callers.post("/passkey-sign-ins")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def answered(callers: Callers, ceremony: dict[str, Any], credential: str) -> httpx2.Response:
    return await callers.post(f"/passkey-sign-ins/{ceremony['id']}", credential=credential)


async def signs_in(callers: Callers, authenticator: Authenticator, **otherwise: Any) -> httpx2.Response:
    ceremony = await asked(callers)
    return await answered(callers, ceremony, authenticator.get(ceremony["options"], **otherwise))


async def signed_in(callers: Callers, authenticator: Authenticator) -> str:
    answer = await signs_in(callers, authenticator)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["accessToken"])


async def long_ago(callers: Callers) -> None:
    """As if every session had used its factor an hour earlier."""
    await in_database(callers, "UPDATE access_session SET factor_at = factor_at - interval '1 hour'")


@pytest.mark.parametrize("eddsa", [False, True])
async def test_a_passkey_signs_in_by_itself_for_its_owner_was_verified(callers: Callers, eddsa: bool) -> None:
    login, authenticator, answer = await with_passkey(callers, authenticator=Authenticator(eddsa=eddsa))
    assert len(set(answer["recoveryCodes"])) == RECOVERY_CODES
    token = (await signs_in(callers, authenticator)).json()
    assert claims(token["accessToken"])["amr"] == ["webauthn"]
    assert await callers.me(token["accessToken"]) == 200
    again = await refreshed(callers, token["refreshToken"])
    assert claims(again.json()["accessToken"])["amr"] == ["webauthn"], "a session goes on as it began"
    (listed,) = (await callers.http.get("/passkeys", headers=bearer(token["accessToken"]))).json()["passkeys"]
    assert listed["lastUsedAt"] and listed["name"] == "phone"
    assert code(await callers.sign_in(login)) == "second-factor-needed", "the password alone is not enough any more"


async def test_the_options_are_what_a_browser_parses_and_ask_for_the_owner(callers: Callers) -> None:
    login = await callers.resident()
    creation = json.loads((await begun(callers, login))["options"])
    assert creation["rp"] == {"id": "yima.example.org", "name": "Yima jinan"}
    assert creation["authenticatorSelection"]["userVerification"] == "required"
    assert creation["authenticatorSelection"]["residentKey"] == "required"
    assert {kind["alg"] for kind in creation["pubKeyCredParams"]} == {-7, -8, -257}
    request = json.loads((await asked(callers))["options"])
    assert (request["rpId"], request["userVerification"]) == ("yima.example.org", "required")
    assert not request["allowCredentials"], "a sign-in tells of nobody's passkeys"


FORGED: dict[str, dict[str, Any]] = {
    "another challenge": {"client_data": {"challenge": b64(bytes(32))}},
    "a page of another origin": {"client_data": {"origin": "https://yima.example.org.evil.example"}},
    "a page over plain HTTP": {"client_data": {"origin": "http://yima.example.org"}},
    "a page of a subdomain": {"client_data": {"origin": "https://app.yima.example.org"}},
    "a frame in another site's page": {"client_data": {"crossOrigin": True}},
    "a passkey of another site": {"rp_id": "evil.example"},
    "an owner who was not verified": {"flags": PRESENT},
    "nobody there": {"flags": VERIFIED},
    "a registration in a sign-in's place": {"client_data": {"type": "webauthn.create"}},
    "a signature of something else": {"signature": b"0" * 70},
    "somebody else's handle": {"user_handle": uuid4().bytes},
    "another credential's id": {"credential_id": b"x" * 32},
}


async def test_what_is_not_genuine_is_refused(callers: Callers) -> None:
    _, authenticator, _ = await with_passkey(callers)
    answers = {name: await signs_in(callers, authenticator, **otherwise) for name, otherwise in FORGED.items()}
    taken = {name: answer.text for name, answer in answers.items() if answer.status_code != 401}
    assert taken == {}
    assert {code(answer) for answer in answers.values()} == {"passkey-refused"}
    assert await signed_in(callers, authenticator), "and nothing of it was kept: the genuine one goes on"


MISMADE: dict[str, dict[str, Any]] = {
    "another challenge": {"client_data": {"challenge": b64(bytes(32))}},
    "a page of another origin": {"client_data": {"origin": "https://evil.example"}},
    "a frame in another site's page": {"client_data": {"crossOrigin": True}},
    "a passkey of another site": {"rp_id": "evil.example"},
    "an owner who was not verified": {"flags": PRESENT},
    "a sign-in in a registration's place": {"client_data": {"type": "webauthn.get"}},
    "certificates that nobody asked for": {"attestation": {"fmt": "tpm", "attStmt": {"ver": "2.0"}}},
    "a key that is none": {"attested": bytes(16) + (1).to_bytes(2) + b"x" + b"\xa0"},
}


async def test_a_passkey_that_was_not_made_for_us_is_not_kept(callers: Callers) -> None:
    login = await callers.resident()
    answers = {}
    for name, otherwise in MISMADE.items():
        ceremony = await begun(callers, login)
        answers[name] = await made(callers, ceremony, Authenticator().create(ceremony["options"], **otherwise))
    taken = {name: answer.text for name, answer in answers.items() if answer.status_code != 401}
    assert taken == {}
    assert {code(answer) for answer in answers.values()} == {"passkey-refused"}
    assert (await callers.sign_in(login)).status_code == 200, "the account has no factor"


async def test_a_challenge_is_good_once_however_many_answer_it_at_once(callers: Callers) -> None:
    _, authenticator, _ = await with_passkey(callers)
    ceremony = await asked(callers)
    credential = authenticator.get(ceremony["options"])
    answers = await asyncio.gather(*(answered(callers, ceremony, credential) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 410, 410, 410]
    assert code(await answered(callers, ceremony, credential)) == "passkey-ceremony-over"


async def test_a_challenge_that_was_answered_wrongly_is_over_too(callers: Callers) -> None:
    _, authenticator, _ = await with_passkey(callers)
    ceremony = await asked(callers)
    wrong = authenticator.get(ceremony["options"], signature=b"0" * 70)
    assert code(await answered(callers, ceremony, wrong)) == "passkey-refused"
    right = authenticator.get(ceremony["options"])
    assert code(await answered(callers, ceremony, right)) == "passkey-ceremony-over"


async def test_an_answer_to_one_challenge_is_none_to_another(callers: Callers) -> None:
    _, authenticator, _ = await with_passkey(callers)
    credential = authenticator.get((await asked(callers))["options"])
    assert code(await answered(callers, await asked(callers), credential)) == "passkey-refused"


async def test_a_challenge_lasts_five_minutes(callers: Callers) -> None:
    _, authenticator, _ = await with_passkey(callers)
    ceremony = await asked(callers)
    await in_database(callers, "UPDATE passkey_ceremony SET expires_at = now() - interval '1 second'")
    late = await answered(callers, ceremony, authenticator.get(ceremony["options"]))
    assert (late.status_code, code(late)) == (410, "passkey-ceremony-over")


async def test_a_challenge_for_making_is_none_for_signing_in_and_the_other_way_round(callers: Callers) -> None:
    _, authenticator, _ = await with_passkey(callers)
    making, signing = await begun(callers, await callers.resident()), await asked(callers)
    options = json.dumps({"challenge": json.loads(making["options"])["challenge"], "rpId": "yima.example.org"})
    assert code(await answered(callers, making, authenticator.get(options))) == "passkey-ceremony-over"
    challenge = json.loads(signing["options"])["challenge"]
    options = json.dumps({**json.loads(making["options"]), "challenge": challenge})
    assert code(await made(callers, signing, Authenticator().create(options))) == "passkey-ceremony-over"


async def test_a_copy_whose_counter_is_behind_is_refused_and_its_owner_told(callers: Callers) -> None:
    login, authenticator, _ = await with_passkey(callers)
    copy = authenticator.copy()
    await signed_in(callers, authenticator)
    await signed_in(callers, authenticator)
    refused = await signs_in(callers, copy)
    assert (refused.status_code, code(refused)) == (401, "passkey-copied")
    told = await in_database(callers, "SELECT 1 FROM message WHERE kind = 'passkey-copied' AND address = :a", a=login)
    assert len(told) == 1
    forged = await signs_in(callers, copy, signature=b"0" * 70)
    assert code(forged) == "passkey-refused", "nobody without the key makes such a message"
    assert await signed_in(callers, authenticator)


async def test_of_two_answers_with_one_count_one_is_taken(callers: Callers) -> None:
    _, authenticator, _ = await with_passkey(callers)
    copy = authenticator.copy()
    ceremonies = [await asked(callers), await asked(callers)]
    answers = await asyncio.gather(
        *(
            answered(callers, ceremony, one.get(ceremony["options"]))
            for ceremony, one in zip(ceremonies, (authenticator, copy), strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 401]


async def test_a_synced_passkey_that_does_not_count_signs_in_again_and_again(callers: Callers) -> None:
    synced = Authenticator(counts=False, flags=PRESENT | VERIFIED | CAN_SYNC | SYNCED)
    _, _, answer = await with_passkey(callers, authenticator=synced)
    assert answer["passkey"]["synced"]
    for _ in range(3):
        await signed_in(callers, synced)


async def test_the_database_lets_no_counter_go_back_and_no_passkey_change_hands(callers: Callers) -> None:
    _, authenticator, _ = await with_passkey(callers)
    await signed_in(callers, authenticator)
    for change in ("sign_count = sign_count - 1", "public_key = 'x'", "subject_id = gen_random_uuid()"):
        with pytest.raises(Exception, match="passkey"):
            await in_database(callers, f"UPDATE passkey SET {change}")


async def test_whoever_has_the_password_adds_no_passkey_beside_a_factor(callers: Callers) -> None:
    login, _, _ = await with_passkey(callers)
    other, _, _ = await enrolled(callers)
    for taken in (login, other):
        refused = await callers.post("/passkeys", login=taken, password=PASSWORD)
        assert (refused.status_code, code(refused)) == (409, "second-factor-there")
    refused = await callers.post("/second-factors", login=login, password=PASSWORD)
    assert code(refused) == "second-factor-there", "nor an authenticator beside a passkey"


async def test_what_was_begun_with_the_password_alone_is_void_once_there_is_a_factor(callers: Callers) -> None:
    """Whoever had the password began both; its owner was first with a factor."""
    login = await callers.resident()
    theirs = await begun(callers, login)
    secret = (await callers.post("/second-factors", login=login, password=PASSWORD)).json()["secret"]
    await with_passkey(callers, login)
    assert code(await made(callers, theirs, Authenticator().create(theirs["options"]))) == "second-factor-there"
    assert code(await with_code(callers, login, codes_of(secret))) == "second-factor-wrong"


async def test_an_authenticator_is_made_once(callers: Callers) -> None:
    _, authenticator, _ = await with_passkey(callers)
    ceremony = await begun(callers, await callers.resident())
    again = await made(callers, ceremony, authenticator.create(ceremony["options"]))
    assert (again.status_code, code(again)) == (409, "passkey-known")


async def test_further_passkeys_are_added_by_who_used_a_factor_just_now(callers: Callers) -> None:
    _, authenticator, _ = await with_passkey(callers)
    token = await signed_in(callers, authenticator)
    for number in range(1, PASSKEYS_MAX + 1):
        ceremony = (await callers.post("/passkeys/more", token)).json()
        assert len(json.loads(ceremony["options"])["excludeCredentials"]) == number
        answer = await made(callers, ceremony, Authenticator().create(ceremony["options"]), f"key {number}")
        if number < PASSKEYS_MAX:
            assert answer.status_code == 200, answer.text
            assert not answer.json()["recoveryCodes"], "they are shown once"
    assert (answer.status_code, code(answer)) == (409, "too-many-passkeys")
    await long_ago(callers)
    refused = await callers.post("/passkeys/more", token)
    assert (refused.status_code, code(refused)) == (403, "step-up-needed")


async def test_a_session_from_before_the_factor_adds_none(callers: Callers) -> None:
    login = await callers.resident()
    old = await callers.token(login)
    refused = await callers.post("/passkeys/more", old)
    assert code(refused) == "second-factor-not-set-up", "the first is begun with the password"
    await with_passkey(callers, login)
    assert code(await callers.post("/passkeys/more", old)) == "step-up-needed"


async def test_passkeys_are_listed_named_and_removed_by_their_owner_alone(callers: Callers) -> None:
    login, authenticator, answer = await with_passkey(callers)
    passkey_id = answer["passkey"]["id"]
    token = await signed_in(callers, authenticator)
    stranger = await callers.token(await callers.resident())
    named = await callers.http.put(f"/passkeys/{passkey_id}/name", json={"name": "work"}, headers=bearer(token))
    assert named.json()["name"] == "work"
    for foreign in (
        await callers.http.put(f"/passkeys/{passkey_id}/name", json={"name": "mine"}, headers=bearer(stranger)),
        await callers.post(f"/passkeys/{passkey_id}/removal", stranger),
    ):
        assert foreign.status_code in (401, 404)
    assert (await callers.http.get("/passkeys", headers=bearer(stranger))).json()["passkeys"] == []
    assert (await callers.post(f"/passkeys/{passkey_id}/removal", token)).status_code == 200
    assert code(await signs_in(callers, authenticator)) == "passkey-refused"
    assert (await callers.sign_in(login)).status_code == 200, "a resident needs no factor"
    left = await in_database(
        callers, "SELECT 1 FROM recovery_code JOIN account USING (subject_id) WHERE login = :l", l=login
    )
    assert left == [], "nor what stood in for it"


async def test_a_passkey_is_removed_by_who_used_a_factor_just_now(callers: Callers) -> None:
    _, authenticator, answer = await with_passkey(callers)
    token = await signed_in(callers, authenticator)
    await long_ago(callers)
    refused = await callers.post(f"/passkeys/{answer['passkey']['id']}/removal", token)
    assert (refused.status_code, code(refused)) == (403, "step-up-needed")


async def test_a_recovery_code_stands_in_for_a_lost_passkey(callers: Callers) -> None:
    login, _, answer = await with_passkey(callers)
    assert (await with_code(callers, login, answer["recoveryCodes"][0])).status_code == 200
    assert code(await with_code(callers, login, answer["recoveryCodes"][0])) == "second-factor-wrong"


async def test_an_authenticators_codes_are_set_up_beside_a_passkey_by_who_has_it(callers: Callers) -> None:
    login, authenticator, _ = await with_passkey(callers)
    token = await signed_in(callers, authenticator)
    secret = (await callers.post("/second-factors/more", token)).json()["secret"]
    first = await with_code(callers, login, codes_of(secret))
    assert claims(first.json()["accessToken"])["amr"] == ["pwd", "otp"]
    assert not first.json()["recoveryCodes"], "those of the passkey go on"
    await later(callers)
    ended = await callers.post("/second-factors/end", token, code=codes_of(secret))
    assert ended.status_code == 200, ended.text
    assert await signed_in(callers, authenticator)


async def test_an_operator_takes_passkeys_away_from_who_lost_them(callers: Callers) -> None:
    login, authenticator, _ = await with_passkey(callers)
    operator = await callers.token(OPERATOR, OPERATORS_PASSWORD)
    body: dict[str, Any] = {"login": login, "reason": "lost a telephone"}
    assert (await callers.post("/second-factors/reset", operator, **body)).status_code == 200
    assert code(await signs_in(callers, authenticator)) == "passkey-refused"
    assert (await callers.sign_in(login)).status_code == 200


async def test_who_needs_a_factor_has_a_passkey_in_its_place_and_keeps_the_last(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    needing: dict[str, str] = {"YIMA_PASSKEY_ORIGINS": ORIGIN, "YIMA_SECOND_FACTOR_ROLES": "operator, regulator"}
    async with opened(database, monkeypatch, **needing) as callers:
        _, authenticator, answer = await with_passkey(callers, REGULATOR, REGULATORS_PASSWORD)
        token = await signed_in(callers, authenticator)
        passkey_id = answer["passkey"]["id"]
        refused = await callers.post(f"/passkeys/{passkey_id}/removal", token)
        assert (refused.status_code, code(refused)) == (403, "last-factor")
        ceremony = (await callers.post("/passkeys/more", token)).json()
        assert (await made(callers, ceremony, Authenticator().create(ceremony["options"]))).status_code == 200
        assert (await callers.post(f"/passkeys/{passkey_id}/removal", token)).status_code == 200


async def test_a_suspended_account_is_not_signed_in_by_its_passkey(callers: Callers) -> None:
    login, authenticator, _ = await with_passkey(callers)
    await in_database(callers, "UPDATE account SET suspended_at = now() WHERE login = :login", login=login)
    assert code(await signs_in(callers, authenticator)) == "account-suspended"


async def test_a_city_that_has_not_said_where_its_pages_are_takes_none(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(database, monkeypatch, YIMA_PASSKEY_ORIGINS="") as callers:
        login = await callers.resident()
        for answer in (
            await callers.post("/passkey-sign-ins"),
            await callers.post("/passkeys", login=login, password=PASSWORD),
        ):
            assert (answer.status_code, code(answer)) == (409, "passkeys-not-set-up")


async def test_sign_ins_that_are_begun_from_one_address_are_bounded(callers: Callers) -> None:
    answers = [await callers.post("/passkey-sign-ins", address="192.0.2.77") for _ in range(70)]
    assert {code(answer) for answer in answers if answer.status_code != 200} == {"too-many-tries"}
    assert (await callers.post("/passkey-sign-ins", address="192.0.2.78")).status_code == 200


@pytest.mark.parametrize(
    ("origins", "domain", "domain_then"),
    [
        ("https://yima.example.org", "", "yima.example.org"),
        ("https://yima.example.org, https://desk.yima.example.org", "", "yima.example.org"),
        ("https://yima.example.org", "example.org", "example.org"),
        ("http://localhost:8700", "", "localhost"),
    ],
)
def test_a_site_is_its_pages_and_their_domain(origins: str, domain: str, domain_then: str) -> None:
    site = Site.of(origins, domain, "Yima")
    assert site is not None and site.domain == domain_then


@pytest.mark.parametrize(
    ("origins", "domain"),
    [
        ("http://yima.example.org", ""),
        ("https://yima.example.org/", ""),
        ("https://Yima.example.org", ""),
        ("https://yima.example.org, https://example.com", ""),
        ("https://evil-example.org", "example.org"),
        ("yima.example.org", ""),
        ("https://", ""),
        ("https://user@yima.example.org", ""),
    ],
)
def test_a_site_that_no_browser_would_take_does_not_start(origins: str, domain: str) -> None:
    with pytest.raises(SettingUnfit, match="YIMA_PASSKEY_"):
        Site.of(origins, domain, "Yima")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.binary(max_size=40).map(b64),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)
PARTS = st.sampled_from(["clientDataJSON", "authenticatorData", "signature", "userHandle", "attestationObject"])


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(PARTS, JSON), st.dictionaries(st.sampled_from(["id", "rawId", "type", "response"]), JSON))
def test_whatever_is_answered_is_taken_or_refused(parts: dict[str, Any], whole: dict[str, Any]) -> None:
    """Of a genuine answer any part is something else."""
    assert SITE is not None
    authenticator, challenge = Authenticator(), new_challenge()
    creation = json.loads(authenticator.create(creation_options(SITE, challenge, UUID(int=1), "a@b.example", [])))
    signature = json.loads(authenticator.get(request_options(SITE, challenge)))
    for genuine, verify in ((creation, verified_creation), (signature, assertion_counted)):
        answer = {**genuine, "response": {**genuine["response"], **parts}, **whole}
        try:
            verify(
                SITE, challenge, json.dumps(answer), *([authenticator.cose()] if verify is assertion_counted else [])
            )
        except (Invalid, Refusal) as refusal:
            assert refusal.field == "credential"
            assert refusal.detail.isascii() or isinstance(refusal, Invalid)


def assertion_counted(site: Site, challenge: bytes, credential: str, public_key: bytes) -> int:
    return verified_count(site, challenge, assertion_of(credential), public_key)


@settings(max_examples=examples(60))
@given(st.sampled_from(["clientDataJSON", "authenticatorData", "signature"]), st.integers(0), st.integers(0, 7))
def test_no_bit_of_an_answer_may_be_another(part: str, position: int, bit: int) -> None:
    assert SITE is not None
    authenticator, challenge = Authenticator(), new_challenge()
    answer = json.loads(authenticator.get(request_options(SITE, challenge)))
    changed = bytearray(unb64(answer["response"][part]))
    changed[position % len(changed)] ^= 1 << bit
    answer["response"][part] = b64(bytes(changed))
    answer["response"]["userHandle"] = b64(b"x")
    with pytest.raises(Refusal):
        assertion_counted(SITE, challenge, json.dumps(answer), authenticator.cose())


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}
