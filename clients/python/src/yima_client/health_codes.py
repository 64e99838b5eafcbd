"""Verifying a health code without asking the city: with its published keys alone, on a device without a network.

A code is "YM1:" and, in base45 (RFC 9285), a COSE_Sign1 (RFC 9052) that holds a CWT (RFC 8392), signed with Ed25519.
What can be said without asking is whose signature it is, of which city, and in which minute it is good. Whose code it
is only the city can tell, and only the city honours it, once: keep the text and the moment, and send both in within
three days. docs/health-codes.md has the format, and vectors to test another implementation with.
"""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import base45
import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PREFIX = "YM1:"
LENGTH_MAX = 512
SIGN1_TAG = 18
ALGORITHM, KEY_ID = 1, 4  # headers' labels
EDDSA = -8
ISSUER, EXPIRES, NOT_BEFORE, ISSUED, TOKEN_ID = 1, 4, 5, 6, 7  # claims' labels
LIFETIME = timedelta(minutes=1)
AHEAD_MAX = timedelta(minutes=59)
SKEW = timedelta(seconds=5)


class CodeNotGood(Exception):
    """The code is not one to accept. `code` says why, in the words of the city's own refusals."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


@dataclass(frozen=True, slots=True)
class HealthCode:
    """A genuine health code: who issued it, and the minute in which it is good."""

    city: str
    kid: str
    token_id: str  # in hexadecimal digits; the same code is the same id
    issued_at: datetime
    not_before: datetime
    expires_at: datetime


def keys_of(text: str) -> dict[str, Ed25519PublicKey]:
    """The keys of a JWK set (RFC 8037), by their ids. Raises ValueError where it is none."""
    try:
        keys = json.loads(text)["keys"]
        return {
            str(key["kid"]): Ed25519PublicKey.from_public_bytes(unpadded(key["x"]))
            for key in keys
            if (key["kty"], key["crv"]) == ("OKP", "Ed25519")
        }
    except (KeyError, TypeError) as error:
        raise ValueError(f"this is no JWK set: {error!r}") from None


def read_keys(file: Path) -> dict[str, Ed25519PublicKey]:
    """The keys in a file, as `yima code keys` writes it."""
    return keys_of(file.read_text())


def verify(text: str, keys: dict[str, Ed25519PublicKey], city: str = "", at: datetime | None = None) -> HealthCode:
    """The code, if one of these keys signed it, for this city where one is named, and it is good at a moment: now,
    unless another is given. Raises `CodeNotGood`."""
    code = genuine(text, keys)
    if city and code.city != city:
        raise CodeNotGood("code-forged", f"it is of {code.city}")
    moment = at or datetime.now(UTC)
    if code.expires_at - code.not_before > LIFETIME or not timedelta() <= code.not_before - code.issued_at <= AHEAD_MAX:
        raise CodeNotGood("code-forged", "its times are not ones a city issues")
    if code.issued_at > moment + SKEW:
        raise CodeNotGood("clocks-differ", "the clock that issued it is ahead of this one")
    if code.not_before > moment + SKEW:
        raise CodeNotGood("code-not-yet", f"it is good from {code.not_before.isoformat()}")
    if moment >= code.expires_at:
        raise CodeNotGood("code-expired", f"it was good until {code.expires_at.isoformat()}")
    return code


def genuine(text: str, keys: dict[str, Ed25519PublicKey]) -> HealthCode:
    """The code, if one of these keys signed it; whether it is good now is not looked at."""
    if not text.startswith(PREFIX) or len(text) > LENGTH_MAX:
        raise CodeNotGood("code-forged", f"a health code starts with {PREFIX}")
    try:
        protected, payload, signature = parts(base45.b45decode(text.removeprefix(PREFIX)))
        headers = cbor2.loads(protected)
        kid = headers[KEY_ID].decode()
        if headers[ALGORITHM] != EDDSA:
            raise CodeNotGood("code-forged", "it is not signed with Ed25519")
        if kid not in keys:
            raise CodeNotGood("code-forged", f"none of these keys is {kid}; fetch the keys again")
        keys[kid].verify(signature, cbor2.dumps(["Signature1", protected, b"", payload]))
        return said_by(cbor2.loads(payload), kid)
    except (
        cbor2.CBORDecodeError, InvalidSignature, ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError
    ):  # fmt: skip
        raise CodeNotGood("code-forged", "its signature or its form is not genuine") from None


def city_said(text: str) -> str:
    """Which city a code says that it is of, before anybody has verified it."""
    if not text.startswith(PREFIX) or len(text) > LENGTH_MAX:
        raise CodeNotGood("code-forged", f"a health code starts with {PREFIX}")
    try:
        return str(cbor2.loads(parts(base45.b45decode(text.removeprefix(PREFIX)))[1])[ISSUER])
    except (cbor2.CBORDecodeError, ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError):
        raise CodeNotGood("code-forged", "its form is not genuine") from None


def parts(envelope: bytes) -> tuple[bytes, bytes, bytes]:
    """Protected headers, payload and signature of a COSE_Sign1, and nothing behind it."""
    tag = cbor2.loads(envelope)
    if tag.tag != SIGN1_TAG or cbor2.dumps(tag) != envelope:
        raise ValueError("no COSE_Sign1, or more than one")
    protected, unprotected, payload, signature = tag.value
    if unprotected != {}:
        raise ValueError("something is in it that is not signed")
    return protected, payload, signature


def said_by(claims: dict[int, Any], kid: str) -> HealthCode:
    return HealthCode(
        city=str(claims[ISSUER]),
        kid=kid,
        token_id=bytes(claims[TOKEN_ID]).hex(),
        issued_at=moment_of(claims[ISSUED]),
        not_before=moment_of(claims.get(NOT_BEFORE, claims[ISSUED])),
        expires_at=moment_of(claims[EXPIRES]),
    )


def moment_of(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def unpadded(text: str) -> bytes:
    """Base64url without padding, as JOSE writes it."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
