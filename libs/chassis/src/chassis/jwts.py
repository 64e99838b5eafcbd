"""Signed tokens of strangers (RFC 7515, 7519), read in one place: each is genuine, or `NotGenuine`.

The library raises whatever its code runs into in a hostile header: a list, a `crit` that is a number, a depth without
end. Whoever called it at several places caught some of it at each, and an access token with such a header was a fault
of ours.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

ALGORITHM = "EdDSA"  # as most libraries call it, with an Ed25519 key; see docs/adr/0019
ALGORITHMS = [ALGORITHM, "Ed25519"]  # as RFC 9864 calls it
HOSTILE = (JoseError, ValueError, TypeError, AttributeError, LookupError, RecursionError)  # what a token may run into


class NotGenuine(ValueError):
    """Why a signed text is not what it should be, as the end of a sentence: "is not a JWT"."""


@contextmanager
def _hostile_is(reason: str) -> Generator[None]:
    try:
        yield
    except HOSTILE:
        raise NotGenuine(reason) from None


def header_of(token: str) -> Mapping[str, Any]:
    """What a token's header says, before anybody has verified it."""
    with _hostile_is("is not a JWT"):
        return dict(jws.extract_compact(token.encode()).headers())


def payload_of(token: str) -> bytes:
    """What a token says, before anybody has verified it."""
    with _hostile_is("is not a JWT"):
        return bytes(jws.extract_compact(token.encode()).payload or b"")


def claims_of(token: str, key: Key | KeySet, algorithms: Sequence[str] = ALGORITHMS) -> dict[str, Any]:
    """What a token says that this key has signed."""
    with _hostile_is("has a signature that is not genuine"):
        return dict(jwt.decode(token, key, algorithms=list(algorithms)).claims)


def signed_payload_of(text: str, key: Key) -> bytes:
    """What a text says that this key has signed, whatever is in it."""
    with _hostile_is("has a signature that is not genuine"):
        return bytes(jws.deserialize_compact(text, key, algorithms=ALGORITHMS).payload or b"")
