"""Whatever is in a token that a stranger sends, it is read, or it is not genuine: nothing else is raised."""

import orjson
import pytest
from chassis import jwts
from chassis.signing import b64, jose_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as some
from joserfc import jwt

KEY = jose_key(Ed25519PrivateKey.generate(), "k")
VALUES = some.recursive(
    some.none() | some.booleans() | some.integers(-9, 2**53) | some.sampled_from(["EdDSA", "k", "x", ""]),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
NAMES = some.sampled_from(["alg", "kid", "typ", "crit", "b64", "jku", "zip", "cty"])
HEADERS = VALUES | some.dictionaries(NAMES, VALUES, max_size=5) | some.lists(NAMES, max_size=2)


@given(header=HEADERS, payload=VALUES)
def test_no_header_is_more_than_not_genuine(header: object, payload: object) -> None:
    token = f"{b64(orjson.dumps(header))}.{b64(orjson.dumps(payload))}.AAAA"
    for read in (jwts.header_of, jwts.payload_of):
        try:
            assert read(token) is not None
        except jwts.NotGenuine:
            continue
    for verify in (jwts.claims_of, jwts.signed_payload_of):
        with pytest.raises(jwts.NotGenuine):
            verify(token, KEY)


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_depth_without_end_is_not_genuine(opening: str) -> None:
    deep = b64((opening * 200_000).encode())
    for token in (f"{deep}.e30.AAAA", f"{b64(b'{"alg":"EdDSA"}')}.{deep}.AAAA"):
        with pytest.raises(jwts.NotGenuine):
            jwts.claims_of(token, KEY)


def test_what_the_key_signed_is_read() -> None:
    token = jwt.encode({"alg": jwts.ALGORITHM, "kid": "k"}, {"sub": "s"}, KEY, algorithms=jwts.ALGORITHMS)
    assert jwts.header_of(token)["kid"] == "k"
    assert jwts.claims_of(token, KEY) == {"sub": "s"}
    assert orjson.loads(jwts.signed_payload_of(token, KEY)) == {"sub": "s"}
