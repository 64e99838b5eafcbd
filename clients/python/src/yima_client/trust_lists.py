"""Trust lists: which cities honour one another's health codes. Signing one, and verifying another city's code by it.

A list is a JWT (RFC 7519), signed with an authority's Ed25519 key (EdDSA, RFC 8037), typ `yima-trust-list+jwt`. It
names cities, and for each where it is reached and its own key, which signs a statement of the keys that sign its codes,
typ `yima-city-keys+jwt`. docs/health-codes.md has both.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from yima_client import health_codes
from yima_client.health_codes import HealthCode, unpadded

LIST, STATEMENT = "yima-trust-list+jwt", "yima-city-keys+jwt"
ALGORITHMS = ("EdDSA", "Ed25519")

type Keys = Mapping[str, Ed25519PublicKey]


class NotTrusted(Exception):
    """A list, or what a city says of its keys, is not genuine or not in force; or the city is not in the list."""


@dataclass(frozen=True, slots=True)
class TrustList:
    """What an authority says of cities."""

    authority: str
    number: int
    expires_at: datetime
    cities: Mapping[str, Keys]  # each one's own keys


def new_key() -> dict[str, str]:
    """A private key, as a JWK."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    kid = padless(hashlib.sha256(public).digest()[:12])
    return {"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": padless(public), "d": padless(private.private_bytes_raw())}


def sign(
    key: Mapping[str, str], authority: str, number: int, cities: Sequence[Mapping[str, Any]], until: datetime
) -> str:
    """A list of cities, each with `name`, `url` and `keys`, signed with an authority's private JWK."""
    now = int(datetime.now(UTC).timestamp())
    claims = {"iss": authority, "seq": number, "iat": now, "exp": int(until.timestamp()), "cities": list(cities)}
    header = {"alg": "EdDSA", "kid": key["kid"], "typ": LIST}
    text = ".".join(padless(json.dumps(part).encode()) for part in (header, claims))
    private = Ed25519PrivateKey.from_private_bytes(unpadded(key["d"]))
    return f"{text}.{padless(private.sign(text.encode()))}"


def values(key: Mapping[str, str], authority: str, document: str) -> dict[str, Any]:
    """What a city's pack has of an authority and its list, as values of the chart."""
    trust = {"authority": authority, "keys": [{"kid": key["kid"], "x": key["x"]}], "signedList": document}
    return {"global": {"city": {"trust": trust}}}


def opened(token: str, keys: Keys, kind: str) -> dict[str, Any]:
    """The claims of a JWT of this kind that one of these keys signed. Raises `NotTrusted`."""
    try:
        signed, _, signature = token.rpartition(".")
        header, claims = (json.loads(unpadded(part)) for part in signed.split("."))
        if header["typ"] != kind or header["alg"] not in ALGORITHMS:
            raise NotTrusted(f"this is no {kind}")
        keys[header["kid"]].verify(unpadded(signature), signed.encode())
        return dict(claims)
    except (InvalidSignature, ValueError, KeyError, TypeError, RecursionError):
        raise NotTrusted(f"this is no {kind} that one of these keys signed") from None


def read(document: str, authority: str, keys: Keys, at: datetime) -> TrustList:
    """A list that is in force at a moment. Raises `NotTrusted`."""
    claims = opened(document, keys, LIST)
    try:
        if claims["iss"] != authority:
            raise NotTrusted("the list is another authority's")
        expires_at = datetime.fromtimestamp(claims["exp"], UTC)
        cities = {city["name"]: public(city["keys"]) for city in claims["cities"]}
        number = int(claims["seq"])
    except (KeyError, TypeError, ValueError, OverflowError):
        raise NotTrusted("the list is not understood") from None
    if at >= expires_at:
        raise NotTrusted(f"the list was good until {expires_at.isoformat()}")
    return TrustList(authority, number, expires_at, cities)


def verify(text: str, trusted: Mapping[str, Any], at: datetime | None = None) -> HealthCode:
    """A code of any city of a list, by what `yima trust-list show --json` printed alone. Raises `NotTrusted`, or
    `CodeNotGood`."""
    moment = at or datetime.now(UTC)
    try:
        known = read(trusted["document"] or "", trusted["authority"] or "", public(trusted["authorityKeys"]), moment)
        statements = {city["name"]: city["statement"] or "" for city in trusted["cities"]}
    except (KeyError, TypeError, ValueError):
        raise NotTrusted("this is not what `yima trust-list show --json` prints") from None
    city = health_codes.city_said(text)
    if city not in known.cities:
        raise NotTrusted(f"{city} is not in the list")
    said = opened(statements.get(city, ""), known.cities[city], STATEMENT)
    if said.get("iss") != city or not isinstance(said.get("exp"), int) or moment.timestamp() >= said["exp"]:
        raise NotTrusted(f"what {city} says of its keys is not good any more; fetch its trust list and keys again")
    return health_codes.verify(text, dict(public(said["keys"])), city, moment)


def read_trusted(file: Path) -> dict[str, Any]:
    """What `yima trust-list show --json` printed into a file. Raises ValueError."""
    known = json.loads(file.read_text())
    if not isinstance(known, dict):
        raise ValueError("it is no trust list")
    return known


def public(keys: Sequence[Mapping[str, str]]) -> Keys:
    return {key["kid"]: Ed25519PublicKey.from_public_bytes(unpadded(key["x"])) for key in keys}


def padless(data: bytes) -> str:
    """Base64url without padding, as JOSE writes it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
