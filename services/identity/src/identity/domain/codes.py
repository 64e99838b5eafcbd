"""Health codes: what their tokens and the receipts of scans say, and how a token is written and read.

On the wire a token is "YM1:" and a base45 COSE_Sign1 (RFC 9052, RFC 9285) that holds a CWT (RFC 8392).

The key is Ed25519. Labels and order follow the RFCs, so that any COSE library can verify a token with our key set.
Whose code it is only identity can tell: the subject is enciphered, and looks different in each token, so that nobody
who keeps pictures of codes knows a person again.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import base45
import cbor2
from chassis.refusals import Refusal
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

HEALTH_CODE_LIFETIME = timedelta(seconds=60)
RECEIPT_LIFETIME = timedelta(minutes=15)
CLOCK_SKEW = timedelta(seconds=5)
PREFIX = "YM1:"
TEXT_LENGTH_MAX = 512
TOKEN_ID_BYTES = 16
SIGN1_TAG = 18
ALGORITHM, KEY_ID = 1, 4  # COSE header labels
EDDSA = -8
ISSUER, SUBJECT, EXPIRES, ISSUED, TOKEN_ID = 1, 2, 4, 6, 7  # CWT claim keys


class CodeForged(Refusal):
    code = "code-forged"
    title = "This is not a health code of this city."


class ClocksDiffer(Refusal):
    code = "clocks-differ"
    title = "The health code is genuine, but the clock that issued it is ahead of the one that reads it."


class CodeExpired(Refusal):
    code = "code-expired"
    title = "The health code has expired; ask for a fresh one."


class CodeUsed(Refusal):
    code = "code-used"
    title = "The health code was used before; ask for a fresh one."


@dataclass(frozen=True, slots=True)
class CodeClaims:
    """What a genuine health-code token says (a CWT, RFC 8392)."""

    token_id: bytes
    health_code_id: UUID
    issued_at: datetime
    expires_at: datetime

    def check(self, now: datetime) -> None:
        """Refuse a token that is not in force at `now`, or that claims a longer life than we give."""
        if self.expires_at - self.issued_at > HEALTH_CODE_LIFETIME:
            raise CodeForged("its times are not ones this city issues", "text")
        if self.issued_at > now + CLOCK_SKEW:
            ahead = round((self.issued_at - now).total_seconds())
            raise ClocksDiffer(f"by {ahead} seconds; show it again in a moment, and tell the operator", "text")
        if now >= self.expires_at:
            raise CodeExpired("it is good for one minute; show a fresh one", "text")


@dataclass(frozen=True)
class CodeKeys:
    """What signs tokens and enciphers whose they are, now (`kid`) and, by their ids, before."""

    kid: str
    signing: Ed25519PrivateKey
    verifying: Mapping[str, Ed25519PublicKey]
    subjects: Mapping[str, bytes]  # AES-256 keys


def issue(keys: CodeKeys, city: str, health_code_id: UUID, now: datetime) -> tuple[str, CodeClaims]:
    """A fresh token for a health code, and what it says."""
    issued = int(now.timestamp())
    expires = issued + int(HEALTH_CODE_LIFETIME.total_seconds())
    token_id = secrets.token_bytes(TOKEN_ID_BYTES)
    protected = cbor2.dumps({ALGORITHM: EDDSA, KEY_ID: keys.kid.encode()})
    subject = enciphered(keys.subjects[keys.kid], token_id, health_code_id)
    payload = cbor2.dumps({ISSUER: city, SUBJECT: subject, EXPIRES: expires, ISSUED: issued, TOKEN_ID: token_id})
    signature = keys.signing.sign(to_be_signed(protected, payload))
    envelope = cbor2.dumps(cbor2.CBORTag(SIGN1_TAG, [protected, {}, payload, signature]))
    claims = CodeClaims(
        token_id, health_code_id, datetime.fromtimestamp(issued, UTC), datetime.fromtimestamp(expires, UTC)
    )
    return PREFIX + base45.b45encode(envelope).decode(), claims


def read(text: str, keys: CodeKeys, city: str) -> CodeClaims:
    """What a scanned text says, if one of our keys signed it. Freshness and use are for the caller to check."""
    if not text.startswith(PREFIX) or len(text) > TEXT_LENGTH_MAX:
        raise CodeForged(f"a health code starts with {PREFIX}", "text")
    try:
        tag = decode(base45.b45decode(text.removeprefix(PREFIX)))
        protected, _, payload, signature = tag.value
        headers = decode(protected)
        kid = headers[KEY_ID].decode()
        if tag.tag != SIGN1_TAG or headers[ALGORITHM] != EDDSA:
            raise CodeForged("it is not signed the way this city signs", "text")
        keys.verifying[kid].verify(signature, to_be_signed(protected, payload))
        claims = decode(payload)
        if claims[ISSUER] != city:
            raise CodeForged("it is another city's", "text")
        token_id = bytes(claims[TOKEN_ID])
        return CodeClaims(
            token_id=token_id,
            health_code_id=deciphered(keys.subjects[kid], token_id, bytes(claims[SUBJECT])),
            issued_at=datetime.fromtimestamp(claims[ISSUED], UTC),
            expires_at=datetime.fromtimestamp(claims[EXPIRES], UTC),
        )
    except (
        cbor2.CBORDecodeError, InvalidSignature, ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError
    ):  # fmt: skip
        raise CodeForged("its signature or its form is not genuine", "text") from None


def enciphered(key: bytes, token_id: bytes, health_code_id: UUID) -> bytes:
    """One block of AES-CBC. The token's id, which is random and used once, is its initialisation vector; the token's
    signature covers both."""
    encryptor = Cipher(algorithms.AES256(key), modes.CBC(token_id)).encryptor()
    return encryptor.update(health_code_id.bytes) + encryptor.finalize()


def deciphered(key: bytes, token_id: bytes, subject: bytes) -> UUID:
    """Whose code it is. Raises ValueError where this is no such subject."""
    decryptor = Cipher(algorithms.AES256(key), modes.CBC(token_id)).decryptor()
    return UUID(bytes=decryptor.update(subject) + decryptor.finalize())


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


def receipt_claims(
    *, scan_id: UUID, resident_id: UUID, practitioner_id: UUID, partner_id: UUID, scanned_at: datetime
) -> dict[str, object]:
    """What a scan's receipt says: other services verify it without asking us."""
    return {
        "use": "scan",
        "scan_id": str(scan_id),
        "resident_id": str(resident_id),
        "practitioner_id": str(practitioner_id),
        "partner_id": str(partner_id),
        "scanned_at": scanned_at.isoformat(),  # to the microsecond: an order accepted within the same second is later
        "iat": int(scanned_at.timestamp()),
        "exp": int((scanned_at + RECEIPT_LIFETIME).timestamp()),
    }
