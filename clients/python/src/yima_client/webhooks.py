"""Webhooks: is what came genuine, and what does it say? In one line:

    event = webhooks.verify(secret, request.headers, await request.body())

Signatures are those of Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 with a secret that both know
(`whsec_…`), or Ed25519 with the city's public key (`whpk_…`). While a secret is rotated both sign: verify with either.
"""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TOLERANCE_SECONDS = 300.0  # what was signed longer ago, or is of the future, may be a replay
SECRET, PUBLIC_KEY = "whsec_", "whpk_"
HMAC, ED25519 = "v1", "v1a"


class NotGenuine(Exception):
    """What came is not signed by whoever has the secret, or not now. Answer it with 400 and do nothing."""


@dataclass(frozen=True)
class Event:
    """What happened, as a webhook says it."""

    id: str  # the same whenever it is sent again: deal with each once
    type: str  # such as `order.confirmed`
    subject: str  # what it is about, such as `ord_…`
    sequence: int  # grows with each event of one subject; 0 where it has none
    data: Mapping[str, Any]
    body: Mapping[str, Any]  # all of it


def verify(
    secret: str | Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    *,
    now: float | None = None,
    tolerance: float = TOLERANCE_SECONDS,
) -> Event:
    """The event that a request brings. `secret` is the endpoint's, or both of them while it is rotated. `body` is what
    came, byte for byte. Raises `NotGenuine`."""
    named = {name.lower(): value for name, value in headers.items()}
    missing = [name for name in ("webhook-id", "webhook-timestamp", "webhook-signature") if not named.get(name)]
    if missing:
        raise NotGenuine(f"there is no header {missing[0]}")
    sent_at, id_ = named["webhook-timestamp"], named["webhook-id"]
    if not (sent_at.isascii() and sent_at.isdecimal()) or len(sent_at) > 12:
        raise NotGenuine("the header webhook-timestamp is no number of seconds")
    if abs((time.time() if now is None else now) - int(sent_at)) > tolerance:
        raise NotGenuine(f"it was signed more than {tolerance:.0f} seconds ago, or clocks differ")
    signed = f"{id_}.{sent_at}.".encode() + body
    signatures = [written.partition(",")[::2] for written in named["webhook-signature"].split()]
    secrets = [secret] if isinstance(secret, str) else secret
    if not any(holds(each, signed, scheme, text) for each in secrets for scheme, text in signatures):
        raise NotGenuine("no signature is of this secret; is it this endpoint's, and is the body what came?")
    return event_of(id_, body)


def signed_headers(secret: str, id_: str, body: bytes, sent_at: int) -> dict[str, str]:
    """The headers that a webhook comes with, signed with a secret: for who sends events to a system of their own."""
    key = base64.b64decode(secret.removeprefix(SECRET))
    signature = base64.b64encode(hmac.digest(key, f"{id_}.{sent_at}.".encode() + body, hashlib.sha256)).decode()
    return {
        "content-type": "application/json",
        "webhook-id": id_,
        "webhook-timestamp": str(sent_at),
        "webhook-signature": f"{HMAC},{signature}",
    }


def holds(secret: str, signed: bytes, scheme: str, text: str) -> bool:
    """Is this signature, in Base64, of the secret or public key?"""
    try:
        signature = base64.b64decode(text, validate=True)
        if secret.startswith(PUBLIC_KEY):
            return scheme == ED25519 and ed25519_holds(
                base64.b64decode(secret.removeprefix(PUBLIC_KEY)), signature, signed
            )
        key = base64.b64decode(secret.removeprefix(SECRET), validate=True)
    except (binascii.Error, ValueError):
        return False
    return scheme == HMAC and hmac.compare_digest(hmac.digest(key, signed, hashlib.sha256), signature)


def ed25519_holds(public: bytes, signature: bytes, signed: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def event_of(id_: str, body: bytes) -> Event:
    """What a genuine body says."""
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise NotGenuine("the body is no JSON object")
    data = said.get("data")
    return Event(
        id=id_,
        type=str(said.get("type", "")),
        subject=str(said.get("subject", "")),
        sequence=int(said.get("sequence") or 0),
        data=data if isinstance(data, dict) else {},
        body=said,
    )
