"""Which cities honour one another's health codes: a list that an authority signs, as each city's pack has it.

A list is a JWT (RFC 7519, EdDSA). It says who issued it, its number, until when it is good, and of each city its name,
where it is reached, and the keys that sign what it says to other cities. A newer list has a higher number.
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from chassis import jwts
from chassis.jwts import ALGORITHM
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

LIST = "yima-trust-list+jwt"  # what a list's header calls it
TOKEN_LENGTH_MAX = 1_000_000
CITIES_MAX = 2_000
KEYS_MAX = 4  # of one city: the one in use, and those before and after it
NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")
URL = re.compile(r"https://[^\s/?#@]+(/[^\s?#]*)?|http://(127\.0\.0\.1|\[::1\]|localhost)(:[0-9]+)?")
KEY_BYTES = 32


class NotGenuine(ValueError):
    """Nobody who may has signed this, or it is not what it should be."""


@dataclass(frozen=True, slots=True)
class TrustedCity:
    """A city whose codes are honoured."""

    name: str
    url: str  # of its gateway
    keys: Mapping[str, OKPKey]  # by their ids, which are the city's own: another may use the same


@dataclass(frozen=True, slots=True)
class TrustList:
    """What an authority says of cities."""

    authority: str
    sequence: int
    issued_at: datetime
    expires_at: datetime
    cities: Mapping[str, TrustedCity]
    document: str


def signed(key: OKPKey, kind: str, claims: Mapping[str, Any]) -> str:
    """A JWT of some kind, with the key's id in its header."""
    header = {"alg": ALGORITHM, "kid": key.kid, "typ": kind}
    return jwt.encode(header, dict(claims), key, algorithms=[ALGORITHM])


def opened(token: str, keys: Mapping[str, OKPKey], kind: str) -> dict[str, Any]:
    """The claims of a JWT of this kind that one of these keys signed. Its times are for the caller to check. Raises
    `NotGenuine`."""
    if len(token) > TOKEN_LENGTH_MAX:
        raise NotGenuine("it is too long")
    try:
        header = jwts.header_of(token)
        if header.get("typ") != kind:
            raise NotGenuine(f"it is no {kind}")
        key = keys.get(str(header.get("kid", "")))
        if key is None:
            raise NotGenuine("it is signed with a key that is not known")
        return jwts.claims_of(token, key)
    except jwts.NotGenuine:
        raise NotGenuine("its signature or its form is not genuine") from None


def claims_said(token: str) -> dict[str, Any]:
    """What a JWT says, where nobody has verified it; nothing where it is none."""
    try:
        if len(token) > TOKEN_LENGTH_MAX:
            return {}
        claims = orjson.loads(jwts.payload_of(token))
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}


def issuer_said(token: str) -> str:
    """Who a JWT says that it is of, before anybody has verified it; empty where it does not say."""
    issuer = claims_said(token).get("iss", "")
    return issuer if isinstance(issuer, str) and NAME.fullmatch(issuer) else ""


def public_key(key: Mapping[str, Any]) -> OKPKey:
    """The public Ed25519 key of a JWK (RFC 8037); what else is in it is left out. Raises `NotGenuine`."""
    try:
        kid, x = key["kid"], key["x"]
        if (key.get("kty", "OKP"), key.get("crv", "Ed25519")) != ("OKP", "Ed25519") or not 1 <= len(kid) <= 100:
            raise NotGenuine("a key must be an Ed25519 key with an id")
        if len(base64.urlsafe_b64decode(x + "=" * (-len(x) % 4))) != KEY_BYTES:
            raise NotGenuine("a key must have 32 bytes")
        return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": x, "use": "sig"})
    except (JoseError, KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
        if isinstance(error, NotGenuine):
            raise
        raise NotGenuine("a key must be an Ed25519 key in a JWK") from None


def raw_public(key: OKPKey) -> bytes:
    """The 32 bytes of a public key."""
    x = str(key.as_dict(private=False)["x"])
    return base64.urlsafe_b64decode(x + "=" * (-len(x) % 4))


def public_keys(keys: Sequence[Mapping[str, Any]]) -> Mapping[str, OKPKey]:
    """Public keys by their ids, each of which is there once."""
    known = {str(key.kid): key for key in map(public_key, keys)}
    if not known or len(known) != len(keys):
        raise NotGenuine("there must be keys, each with an id of its own")
    return known


def moment(seconds: object) -> datetime:
    """A moment in seconds since 1970. Raises `NotGenuine`."""
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 <= seconds < 2**35:
        raise NotGenuine("a moment must be in seconds since 1970")
    return datetime.fromtimestamp(seconds, UTC)


def read_list(document: str, authority: str, keys: Mapping[str, OKPKey]) -> TrustList:
    """A list, if this authority signed it with one of these keys. Whether it is in force is for the caller to check.
    Raises `NotGenuine`."""
    claims = opened(document, keys, LIST)
    if claims.get("iss") != authority:
        raise NotGenuine("it is another authority's")
    sequence, cities = claims.get("seq"), claims.get("cities")
    if not isinstance(sequence, int) or isinstance(sequence, bool) or not 1 <= sequence < 2**53:
        raise NotGenuine("its number must be a whole number from 1 on")
    if not isinstance(cities, list) or len(cities) > CITIES_MAX:
        raise NotGenuine(f"it must have at most {CITIES_MAX} cities")
    trusted = [_city(city) for city in cities]
    named = {city.name: city for city in trusted}
    if len(named) != len(trusted):
        raise NotGenuine("a city is in it twice")
    return TrustList(authority, sequence, moment(claims.get("iat")), moment(claims.get("exp")), named, document)


def _city(said: Any) -> TrustedCity:
    if not isinstance(said, dict):
        raise NotGenuine("a city must have a name, an address and keys")
    name, url, keys = said.get("name"), said.get("url"), said.get("keys")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise NotGenuine("a city's name must be a code")
    if not isinstance(url, str) or not URL.fullmatch(url):
        raise NotGenuine(f"{name}: its address must begin with https:// (http:// on this machine alone)")
    if not isinstance(keys, list) or not 1 <= len(keys) <= KEYS_MAX:
        raise NotGenuine(f"{name}: it must have 1 to {KEYS_MAX} keys")
    return TrustedCity(name, url.rstrip("/"), public_keys(keys))
