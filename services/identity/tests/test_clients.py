"""A partner's system signs in with a key of its own: what it signed is good once, for us, just now, and of its key."""

import base64
import hmac
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.auth import sign
from chassis.database import Database
from hypothesis import given
from hypothesis import strategies as st
from identity import store
from identity.domain.clients import Assertion, ClientRefused, ScopeRefused, client_of, granted, verified
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

SERVICE = "identity"
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
CLIENT = uuid4()
HERE = "https://yima.example.org/oauth/token"
EC = ECKey.generate_key("P-384", {"kid": "ec"}, private=True)
RSA = RSAKey.generate_key(2048, {"kid": "rsa"}, private=True)
ED = OKPKey.generate_key("Ed25519", {"kid": "ed"}, private=True)
REGISTERED = {"keys": [key.as_dict(private=False) | {"kid": key.kid} for key in (EC, RSA, ED)]}
KEYS = {"ES384": EC, "RS384": RSA, "PS384": RSA, "EdDSA": ED}


def signed(key: Key = EC, algorithm: str = "ES384", header: dict[str, Any] | None = None, **changes: object) -> str:
    claims = {
        "iss": str(CLIENT),
        "sub": str(CLIENT),
        "aud": HERE,
        "jti": uuid4().hex,
        "iat": int(NOW.timestamp()),
        "exp": int((NOW + timedelta(minutes=4)).timestamp()),
    } | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": algorithm, "kid": key.kid} | (header or {}), claims, key, algorithms=[algorithm])


def check(token: str, key_set: dict[str, Any] = REGISTERED) -> Assertion:
    return verified(token, key_set, client_id=CLIENT, audience=HERE, now=NOW)


@pytest.mark.parametrize("algorithm", sorted(KEYS))
def test_what_a_registered_key_signed_is_good(algorithm: str) -> None:
    token = signed(KEYS[algorithm], algorithm)
    assert client_of(token) == CLIENT
    assert check(token).api_key_id == CLIENT
    assert check(signed(aud=["https://other.example.org", HERE])).expires_at == NOW + timedelta(minutes=4)
    assert check(signed(iss=f"key_{CLIENT.hex}", sub=f"key_{CLIENT.hex}")).api_key_id == CLIENT


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"aud": "https://other.example.org/oauth/token"}, "aud"),
        ({"aud": HERE + "/"}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": {HERE: 1}}, "aud"),
        ({"iss": str(uuid4())}, "iss and sub"),
        ({"sub": str(uuid4())}, "iss and sub"),
        ({"sub": None}, "iss and sub"),
        ({"exp": int((NOW - timedelta(minutes=1)).timestamp())}, "over"),
        ({"exp": None}, "over"),
        ({"exp": "soon"}, "over"),
        ({"exp": 1e300}, "over"),
        ({"exp": True}, "over"),
        ({"exp": int((NOW + timedelta(hours=1)).timestamp())}, "five minutes"),
        ({"nbf": int((NOW + timedelta(minutes=3)).timestamp())}, "nbf"),
        ({"iat": int((NOW + timedelta(minutes=3)).timestamp())}, "iat"),
        ({"jti": None}, "jti"),
        ({"jti": ""}, "jti"),
        ({"jti": 7}, "jti"),
        ({"jti": "x" * 300}, "jti"),
    ],
)
def test_what_is_for_another_is_over_or_has_no_number_is_refused(changes: dict[str, object], why: str) -> None:
    with pytest.raises(ClientRefused, match=why):
        check(signed(**changes))


def test_what_no_registered_key_signed_is_refused() -> None:
    foreign = ECKey.generate_key("P-384", {"kid": "ec"}, private=True)
    unknown = ECKey.generate_key("P-384", {"kid": "other"}, private=True)
    # A public key is no secret: what is "signed" with it by HMAC proves nothing.
    head = (
        base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"rsa"}').rstrip(b"=") + b"." + signed().split(".")[1].encode()
    )
    by_hmac = base64.urlsafe_b64encode(hmac.digest(RSA.as_pem(private=False), head, "sha256")).rstrip(b"=")
    for token in (
        signed(foreign),
        signed(unknown),
        f"{head.decode()}.{by_hmac.decode()}",
        signed(header={"kid": "rsa"}),
        signed(EC, "ES384", {"jwk": foreign.as_dict(private=False)})[:-4] + "AAAA",
        signed().rpartition(".")[0] + ".",
        "eyJhbGciOiJub25lIiwia2lkIjoiZWMifQ." + signed().split(".")[1] + ".",
    ):
        with pytest.raises(ClientRefused):
            check(token)


@given(st.text(max_size=60) | st.lists(st.text('eyJ{}:."0', max_size=20), min_size=3, max_size=3).map(".".join))
def test_what_is_no_jwt_is_refused(text: str) -> None:
    with pytest.raises(ClientRefused):
        client_of(text)
    with pytest.raises(ClientRefused):
        check(text)


@pytest.mark.anyio
async def test_an_assertion_is_used_once_by_its_system_and_forgotten_when_it_is_over(database: str) -> None:
    identity_db = Database(database)
    now = datetime.fromtimestamp(time.time(), UTC)
    fresh = Assertion(uuid4(), b"1" * 32, now + timedelta(minutes=5))
    over = Assertion(uuid4(), b"2" * 32, now - timedelta(days=1))

    async def use(assertion: Assertion) -> bool:
        async with identity_db.transaction() as session:
            return await store.access.use_assertion(session, assertion)

    assert [await use(fresh), await use(fresh), await use(over)] == [True, False, True]
    assert await use(Assertion(uuid4(), fresh.jti_sha256, fresh.expires_at)), "another system's number is its own"
    async with identity_db.transaction() as session:
        await store.access.sweep(session)
    assert [await use(fresh), await use(over)] == [False, True]
    await identity_db.close()


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("system/Observation.rs", "system/Observation.rs"),
        ("system/*.read system/*.write", "system/*.cruds"),
        ("system/*.* patient/*.rs openid", "system/*.cruds"),
        ("system/Observation.sr system/Encounter.rs", "system/Encounter.rs"),
        ("system/Observation.rs system/Observation.c system/Encounter.s", "system/Encounter.s system/Observation.crs"),
    ],
)
def test_a_system_gets_of_what_it_asks_for_what_systems_may(asked: str, given: str) -> None:
    assert granted(asked) == given


@pytest.mark.parametrize(
    "asked", ["", "openid", "patient/*.rs", "system/*", "system/*.", "system/Obs ervation.rs", "x" * 2001]
)
def test_a_system_that_asks_for_nothing_it_may_do_gets_nothing(asked: str) -> None:
    with pytest.raises(ScopeRefused):
        granted(asked)


def test_our_own_tokens_are_of_no_system() -> None:
    own = OKPKey.generate_key("Ed25519", {"kid": "ours"}, private=True)
    with pytest.raises(ClientRefused):
        check(sign(own, {"use": "access", "iss": "Jinan", "sub": str(UUID(int=1))}))
    with pytest.raises(ClientRefused):
        client_of(sign(own, {"use": "access", "iss": "Jinan", "sub": str(UUID(int=1))}))
