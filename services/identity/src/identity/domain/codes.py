"""Health codes: what their tokens say, and how a token is written and read.

On the wire a token is "YM1:" and a base45 COSE_Sign1 (RFC 9052, RFC 9285) that holds a CWT (RFC 8392).

The key is Ed25519. Labels and order follow the RFCs, so that any COSE library can verify a token with our key set.
Whose code it is, and of which generation, only identity can tell: both are enciphered, and look different in each
token, so that nobody who keeps pictures of codes knows a person again. docs/health-codes.md has the format for others.

A token is good in a minute of its own, from its not-before to its expiry. That minute may lie up to an hour ahead: a
phone fetches such tokens for when it has no network. Where a copy of a token was shown, or a phone was lost, the code
moves on to its next generation, and every token of an earlier one is refused.
"""

import re
import secrets
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import cbor2
from chassis.refusals import Invalid, Refusal
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from identity.domain import base45

HEALTH_CODE_LIFETIME = timedelta(seconds=60)
PREFETCHED_MAX = 60  # tokens at once, a minute each
CLOCK_SKEW = timedelta(seconds=5)
PREFIX = "YM1:"
CITY = re.compile(r"[a-z][a-z0-9-]{0,63}")
TEXT_LENGTH_MAX = 512
TOKEN_ID_BYTES = 16
SIGN1_TAG = 18
NO_TIME = timedelta()
PREFETCHED_FOR = (PREFETCHED_MAX - 1) * HEALTH_CODE_LIFETIME  # from the issue to the last token's not-before
ALGORITHM, KEY_ID = 1, 4  # COSE header labels
EDDSA = -8
ISSUER, SUBJECT, EXPIRES, NOT_BEFORE, ISSUED, TOKEN_ID = 1, 2, 4, 5, 6, 7  # CWT claim keys
GENERATION = -70001  # a claim of our own: the second block of what is enciphered
GENERATION_BYTES = 16


class CodeForged(Refusal):
    code = "code-forged"
    title = "This is not a health code of this city."


class ClocksDiffer(Refusal):
    code = "clocks-differ"
    title = "The health code is genuine, but the clock that issued it is ahead of the one that reads it."


class CodeNotYet(Refusal):
    code = "code-not-yet"
    title = "The health code is for a later minute; ask for the one of this minute."


class CodeExpired(Refusal):
    code = "code-expired"
    title = "The health code has expired; ask for a fresh one."


class CodeRotated(Refusal):
    code = "code-rotated"
    title = "The health code was replaced after this was issued; ask for a fresh one."


class CodeUsed(Refusal):
    code = "code-used"
    title = "The health code was used before; ask for a fresh one."


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeMinute:
    """What anybody can read of a genuine health-code token (a CWT, RFC 8392)."""

    token_id: bytes
    issued_at: datetime
    not_before: datetime
    expires_at: datetime

    def check(self, moment: datetime) -> None:
        """Refuse a token that was not in force at a moment, or that claims a longer life than we give."""
        ahead = self.not_before - self.issued_at
        if self.expires_at - self.not_before > HEALTH_CODE_LIFETIME or not NO_TIME <= ahead <= PREFETCHED_FOR:
            raise CodeForged("its times are not ones this city issues", "text")
        if self.issued_at > moment + CLOCK_SKEW:
            seconds = round((self.issued_at - moment).total_seconds())
            raise ClocksDiffer(f"by {seconds} seconds; show it again in a moment, and tell the operator", "text")
        if self.not_before > moment + CLOCK_SKEW:
            seconds = round((self.not_before - moment).total_seconds())
            raise CodeNotYet(f"it is good from {seconds} seconds from now; show the one of this minute", "text")
        if moment >= self.expires_at:
            raise CodeExpired("it is good for one minute; show a fresh one", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeClaims(CodeMinute):
    """What its own city reads of a genuine token."""

    health_code_id: UUID
    generation: int  # of the health code, when the token was issued


@dataclass(frozen=True)
class CodeKeys:
    """What signs tokens and enciphers whose they are, now (`kid`) and, by their ids, before."""

    kid: str
    signing: Ed25519PrivateKey
    verifying: Mapping[str, Ed25519PublicKey]
    subjects: Mapping[str, bytes]  # AES-256 keys


@dataclass(frozen=True, slots=True)
class Token:
    """An issued token: the text of its QR, and the minute in which it is good."""

    text: str
    not_before: datetime
    expires_at: datetime


def issue(
    keys: CodeKeys, city: str, health_code_id: UUID, generation: int, now: datetime, count: int = 1
) -> Sequence[Token]:
    """Fresh tokens for a health code: the first is good from now on, each other one from when the one before ends."""
    issued, lifetime = int(now.timestamp()), int(HEALTH_CODE_LIFETIME.total_seconds())
    protected = cbor2.dumps({ALGORITHM: EDDSA, KEY_ID: keys.kid.encode()})
    tokens = []
    for not_before in range(issued, issued + count * lifetime, lifetime):
        token_id = secrets.token_bytes(TOKEN_ID_BYTES)
        subject = enciphered(keys.subjects[keys.kid], token_id, health_code_id, generation)
        claims = {
            ISSUER: city,
            SUBJECT: subject[:16],
            EXPIRES: not_before + lifetime,
            NOT_BEFORE: not_before,
            ISSUED: issued,
            TOKEN_ID: token_id,
            GENERATION: subject[16:],
        }
        text = signed(keys.signing, protected, cbor2.dumps(claims))
        tokens.append(Token(text, moment(not_before), moment(not_before + lifetime)))
    return tokens


def signed(key: Ed25519PrivateKey, protected: bytes, payload: bytes) -> str:
    """The text of a QR: a COSE_Sign1 over a payload."""
    signature = key.sign(to_be_signed(protected, payload))
    envelope = cbor2.dumps(cbor2.CBORTag(SIGN1_TAG, [protected, {}, payload, signature]))
    return f"{PREFIX}{base45.encode(envelope)}"


def check_count(count: int) -> None:
    """Refuse to issue no token, or more than an hour's."""
    if not 1 <= count <= PREFETCHED_MAX:
        raise Invalid("count", f"must be between 1 and {PREFETCHED_MAX}: one for each minute of an hour")


def read(text: str, keys: CodeKeys, city: str) -> CodeClaims:
    """What a scanned text says, if one of our keys signed it. Freshness and use are for the caller to check."""
    with malformed_is_forged():
        kid, claims = opened(text, keys.verifying)
        if claims[ISSUER] != city:
            raise CodeForged("it is another city's", "text")
        token_id = bytes(claims[TOKEN_ID])
        # The release before knew neither generations nor minutes ahead.
        subject = bytes(claims[SUBJECT]) + bytes(claims.get(GENERATION, b""))
        health_code_id, generation = deciphered(keys.subjects[kid], token_id, subject)
        return CodeClaims(
            token_id=token_id,
            health_code_id=health_code_id,
            generation=generation,
            issued_at=moment(claims[ISSUED]),
            not_before=moment(claims.get(NOT_BEFORE, claims[ISSUED])),
            expires_at=moment(claims[EXPIRES]),
        )


def read_foreign(text: str, verifying: Mapping[str, Ed25519PublicKey], city: str) -> CodeMinute:
    """What a text says that another city issued, if one of that city's keys signed it. Whose it is only that city can
    tell."""
    with malformed_is_forged():
        _, claims = opened(text, verifying)
        if claims[ISSUER] != city:
            raise CodeForged("it is another city's", "text")
        return CodeMinute(
            token_id=bytes(claims[TOKEN_ID]),
            issued_at=moment(claims[ISSUED]),
            not_before=moment(claims.get(NOT_BEFORE, claims[ISSUED])),
            expires_at=moment(claims[EXPIRES]),
        )


def said_of(text: str) -> tuple[str, str]:
    """Which city a text says that it is of, and which key signed it, before anybody has verified it. Raises
    `CodeForged`."""
    with malformed_is_forged():
        protected, _, payload, _ = envelope(text)
        city, kid = decode(payload)[ISSUER], decode(protected)[KEY_ID].decode()
        if not isinstance(city, str) or not CITY.fullmatch(city):
            raise CodeForged("it says no city that there is", "text")
        return city, kid


@contextmanager
def malformed_is_forged() -> Generator[None]:
    """Whatever is wrong with the form of a code, it is not genuine."""
    try:
        yield
    except (
        cbor2.CBORDecodeError, InvalidSignature, ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError
    ):  # fmt: skip
        raise CodeForged("its signature or its form is not genuine", "text") from None


def envelope(text: str) -> tuple[bytes, Any, bytes, bytes]:
    """The parts of a COSE_Sign1: what is signed with the payload, what is not, the payload and the signature."""
    if not text.startswith(PREFIX) or len(text) > TEXT_LENGTH_MAX:
        raise CodeForged(f"a health code starts with {PREFIX}", "text")
    tag = decode(base45.decode(text.removeprefix(PREFIX)))
    if tag.tag != SIGN1_TAG:
        raise CodeForged("it is not signed the way a city signs", "text")
    protected, unprotected, payload, signature = tag.value
    return protected, unprotected, payload, signature


def opened(text: str, verifying: Mapping[str, Ed25519PublicKey]) -> tuple[str, Any]:
    """The id of the key that signed a text, and what it says, if it is one of these keys."""
    protected, unprotected, payload, signature = envelope(text)
    headers = decode(protected)
    kid = headers[KEY_ID].decode()
    if unprotected != {} or headers[ALGORITHM] != EDDSA:
        raise CodeForged("it is not signed the way a city signs", "text")
    verifying[kid].verify(signature, to_be_signed(protected, payload))
    return kid, decode(payload)


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def enciphered(key: bytes, token_id: bytes, health_code_id: UUID, generation: int) -> bytes:
    """Two blocks of AES-CBC: whose code, and its generation. The token's id, which is random and used once, is their
    initialisation vector; the token's signature covers all three."""
    encryptor = Cipher(algorithms.AES256(key), modes.CBC(token_id)).encryptor()
    return encryptor.update(health_code_id.bytes + generation.to_bytes(GENERATION_BYTES)) + encryptor.finalize()


def deciphered(key: bytes, token_id: bytes, subject: bytes) -> tuple[UUID, int]:
    """Whose code it is, and of which generation. Raises ValueError where this is no such subject."""
    decryptor = Cipher(algorithms.AES256(key), modes.CBC(token_id)).decryptor()
    plain = decryptor.update(subject) + decryptor.finalize()
    return UUID(bytes=plain[:16]), int.from_bytes(plain[16:])


def to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """COSE's Sig_structure for one signer, without external data."""
    return cbor2.dumps(["Signature1", protected, b"", payload])


def decode(data: bytes) -> Any:
    """One CBOR item and nothing behind it."""
    stream = BytesIO(data)
    item = cbor2.load(stream)
    if stream.read(1):
        raise ValueError("trailing bytes")
    return item
