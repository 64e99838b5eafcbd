"""Between cities: a code of one is honoured in another, by its own city, which is asked.

What cities send one another is a JWT each, signed with the sender's city key, which the trust list names. It says who
it is for, until when it is good, and, of a request, a number that is used once. No city reads another's records by it.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import orjson
from chassis import texts
from chassis.refusals import Invalid, Refusal, TryLater
from chassis.signing import b64, jose_key
from city_pack import trust
from city_pack.trust import NotGenuine, TrustedCity
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc.jwk import OKPKey

from identity.domain.codes import CLOCK_SKEW
from identity.domain.scans import Scanning, scanning

REQUEST, ANSWER, RECEIPT = "yima-scan-request+jwt", "yima-scan-answer+jwt", "yima-scan-receipt+jwt"
STATEMENT = "yima-city-keys+jwt"
REQUEST_LIFETIME = timedelta(seconds=30)
STATEMENT_LIFETIME = timedelta(hours=24)  # so long a city's codes are verified while it cannot be reached
NONCE_LENGTH_MAX = 100
SEQUENCE_MAX = 2**31 - 1  # of a trust list: what every client can read
SEED_BYTES = 32
LOCALES_MAX = 10
SCANNERS = UUID("6f0c1c1e-7f5b-5c0e-9b56-0d3a7a2f7a11")  # the namespace of scanners' ids in other cities


class CodeOfAnotherCity(Refusal):
    code = "code-of-another-city"
    title = "The health code is of another city."


class CityNotTrusted(Refusal):
    code = "city-not-trusted"
    title = "The trust list in force does not have this city."


class NoTrustList(Refusal):
    code = "no-trust-list"
    title = "There is no trust list here: no other city's code is honoured."


class TrustListExpired(Refusal):
    code = "trust-list-expired"
    title = "The trust list is good no longer."


class TrustListForged(Refusal):
    code = "trust-list-forged"
    title = "This is no trust list of the authority that the city's pack names."


class TrustListRolledBack(Refusal):
    code = "trust-list-rolled-back"
    title = "There is a newer trust list than this one."


class TrustListProposed(Refusal):
    code = "trust-list-proposed"
    title = "Another trust list waits for a decision; decide it first."


class ProposerApproves(Refusal):
    code = "trust-list-by-two"
    title = "Whoever proposed a trust list does not approve it; another person does."


class HomeCityAway(TryLater):
    code = "home-city-away"
    title = "The city whose code it is does not answer; `retry_after` says in how many seconds to try again."


class HomeCityRefused(Refusal):
    code = "home-city-refused"
    title = "The city whose code it is does not honour it."


class CityRequestForged(Refusal):
    code = "city-request-forged"
    title = "This is no request that a city of the trust list signed for this one."


class CityRequestReplayed(Refusal):
    code = "city-request-replayed"
    title = "This request of another city was used before."


@dataclass(frozen=True)
class CityKey:
    """What this city signs with, what it says to others."""

    private: OKPKey

    @classmethod
    def of(cls, written: str) -> "CityKey":
        """The key of a setting: 32 bytes in base64. Its id is a hash of the public key. Raises ValueError."""
        try:
            seed = base64.b64decode(written, validate=True)
        except binascii.Error:
            raise ValueError("must be base64") from None
        if len(seed) != SEED_BYTES:
            raise ValueError(f"must have {SEED_BYTES} bytes")
        private = Ed25519PrivateKey.from_private_bytes(seed)
        kid = b64(hashlib.sha256(private.public_key().public_bytes_raw()).digest()[:12])
        return cls(jose_key(private, kid))

    @property
    def kid(self) -> str:
        return str(self.private.kid)

    @property
    def x(self) -> str:
        """The public key, in base64url."""
        return str(self.private.as_dict(private=False)["x"])

    def is_of(self, city: TrustedCity) -> bool:
        """Does a list name this key as the city's?"""
        return any(key.as_dict(private=False)["x"] == self.x for key in city.keys.values())


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Who scanned a code in another city, in that city's words. The ids are that city's."""

    city: str
    practitioner_id: str
    practitioner_name: str
    practitioner_title: str
    institution_id: str
    institution_name: dict[str, str]

    @property
    def id(self) -> UUID:
        """The id they go by here: another city's practitioner of the same id is somebody else."""
        return uuid5(SCANNERS, f"{self.city} {self.practitioner_id}")

    def dumps(self) -> str:
        return orjson.dumps(asdict(self)).decode()

    @classmethod
    def loads(cls, text: str) -> "Elsewhere":
        return cls(**orjson.loads(text))


@dataclass(frozen=True, slots=True)
class CityRequest:
    """What a city asks another: to honour a code for a practitioner of its own."""

    city: str
    nonce: str
    expires_at: datetime
    text: str
    scanner: Elsewhere
    scanning: Scanning


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who showed a code, as their own city says it: no more than it takes to see that it is they."""

    name: str
    birth_year: int
    proven: bool


@dataclass(frozen=True, slots=True)
class HomeAnswer:
    """What a city answers another: that it honoured the code, for whom it is to be kept, and who showed it."""

    receipt: str
    scanned_at: datetime
    late: bool
    visitor: Visitor


def check_times(claims: Mapping[str, Any], now: datetime, longest: timedelta) -> datetime:
    """Until when a JWT is good. Raises `NotGenuine` where it is not good now, or claims a longer life than it may."""
    issued, expires = trust.moment(claims.get("iat")), trust.moment(claims.get("exp"))
    if issued > now + CLOCK_SKEW:
        raise NotGenuine("it is from a clock that is ahead of this one")
    if expires - issued > longest:
        raise NotGenuine("it is good for longer than it may be")
    if now >= expires:
        raise NotGenuine("it is over")
    return expires


def addressed(token: str, sender: TrustedCity, kind: str, own: str) -> Mapping[str, Any]:
    """The claims of a JWT from one city to this one. A key is looked for among the sender's own, whoever else uses its
    id. Raises `NotGenuine`."""
    claims = trust.opened(token, sender.keys, kind)
    if claims.get("iss") != sender.name:
        raise NotGenuine(f"it is not {sender.name}'s")
    if claims.get("aud") != own:
        raise NotGenuine("it is for another city")
    return claims


def statement_claims(city: str, keys: Mapping[str, Ed25519PublicKey], now: datetime) -> dict[str, Any]:
    """What a city says of the keys that sign its codes."""
    jwks = [{"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": b64(key.public_bytes_raw())} for kid, key in keys.items()]
    expires_at = now + STATEMENT_LIFETIME
    return {"iss": city, "iat": int(now.timestamp()), "exp": int(expires_at.timestamp()), "keys": jwks}


@dataclass(frozen=True, slots=True)
class CityStatement:
    """Which keys sign a city's codes."""

    keys: Mapping[str, Ed25519PublicKey]
    issued_at: datetime
    expires_at: datetime


def read_statement(token: str, city: TrustedCity, now: datetime) -> CityStatement:
    """What a city says of its keys, if its own key in the list signed it and it is good now. Raises `NotGenuine`."""
    claims = trust.opened(token, city.keys, STATEMENT)
    if claims.get("iss") != city.name:
        raise NotGenuine(f"it is not {city.name}'s")
    expires_at = check_times(claims, now, STATEMENT_LIFETIME)
    keys = claims.get("keys")
    if not isinstance(keys, list):
        raise NotGenuine("it has no keys")
    known = {
        kid: Ed25519PublicKey.from_public_bytes(trust.raw_public(key)) for kid, key in trust.public_keys(keys).items()
    }
    return CityStatement(known, trust.moment(claims["iat"]), expires_at)


def request_claims(
    *, own: str, home: str, nonce: str, text: str, scanner: Elsewhere, scanning: Scanning, now: datetime
) -> dict[str, Any]:
    """What this city asks another."""
    claims: dict[str, Any] = {
        "iss": own,
        "aud": home,
        "iat": int(now.timestamp()),
        "exp": int((now + REQUEST_LIFETIME).timestamp()),
        "jti": nonce,
        "code": text,
        "app": scanning.app,
        "place": scanning.place,
        "practitioner": {
            "id": scanner.practitioner_id,
            "name": scanner.practitioner_name,
            "title": scanner.practitioner_title,
        },
        "institution": {"id": scanner.institution_id, "name": scanner.institution_name},
    }
    if scanning.scanned_at is not None:
        claims["scanned_at"] = scanning.scanned_at.isoformat()
    return claims


def read_request(token: str, sender: TrustedCity, own: str, now: datetime) -> CityRequest:
    """A request of another city to this one. Raises `NotGenuine` where it is not that, `Invalid` where the words in it
    are not ones that a resident is shown."""
    claims = addressed(token, sender, REQUEST, own)
    expires_at = check_times(claims, now, REQUEST_LIFETIME)
    nonce, code = claims.get("jti"), claims.get("code")
    if not isinstance(nonce, str) or not 16 <= len(nonce) <= NONCE_LENGTH_MAX or not nonce.isascii():
        raise NotGenuine("it has no number of its own")
    try:
        practitioner, institution, said = claims["practitioner"], claims["institution"], claims.get("scanned_at")
        scanner = Elsewhere(
            sender.name,
            str(UUID(practitioner["id"])),
            texts.name(practitioner["name"], "practitioner.name"),
            texts.line(practitioner["title"], "practitioner.title"),
            str(UUID(institution["id"])),
            localized(institution["name"]),
        )
        scanned_at = None if said is None else datetime.fromisoformat(said)
        if scanned_at is not None and scanned_at.tzinfo is None:
            raise NotGenuine("its moment has no offset from UTC")
        how = scanning(scanned_at, claims.get("app", ""), claims.get("place", ""))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, NotGenuine):
            raise
        raise NotGenuine("it does not say who scanned the code") from None
    if not isinstance(code, str):
        raise NotGenuine("it has no code")
    return CityRequest(sender.name, nonce, expires_at, code, scanner, how)


def localized(name: Mapping[str, str]) -> dict[str, str]:
    """An institution's name in another city's languages."""
    if not isinstance(name, dict) or not 1 <= len(name) <= LOCALES_MAX:
        raise Invalid("institution.name", f"must be given in 1 to {LOCALES_MAX} languages")
    return {
        texts.line(locale, "institution.name", 35): texts.name(text, "institution.name")
        for locale, text in name.items()
    }


def receipt_claims(
    *, own: str, request: CityRequest, scan_id: UUID, scanned_at: datetime, late: bool, now: datetime
) -> dict[str, Any]:
    """What a city gives another to keep: that it honoured a code, for whom. It names no resident."""
    return {
        "iss": own,
        "aud": request.city,
        "iat": int(now.timestamp()),
        "scan_id": str(scan_id),
        "practitioner_id": request.scanner.practitioner_id,
        "institution_id": request.scanner.institution_id,
        "scanned_at": scanned_at.isoformat(),
        "late": late,
    }


def answer_claims(*, own: str, request: CityRequest, receipt: str, visitor: Visitor, now: datetime) -> dict[str, Any]:
    """What a city answers a request with."""
    return {
        "iss": own,
        "aud": request.city,
        "iat": int(now.timestamp()),
        "exp": int((now + REQUEST_LIFETIME).timestamp()),
        "jti": request.nonce,
        "receipt": receipt,
        "person": asdict(visitor),
    }


def read_answer(token: str, home: TrustedCity, own: str, nonce: str, now: datetime) -> HomeAnswer:
    """What a city answered this one's request of this number. Raises `NotGenuine`."""
    claims = addressed(token, home, ANSWER, own)
    check_times(claims, now, REQUEST_LIFETIME)
    if claims.get("jti") != nonce:
        raise NotGenuine("it answers another request")
    receipt = addressed(str(claims.get("receipt")), home, RECEIPT, own)
    try:
        scanned_at, person = datetime.fromisoformat(receipt["scanned_at"]), claims["person"]
        if scanned_at.tzinfo is None:
            raise NotGenuine("its moment has no offset from UTC")
        visitor = Visitor(texts.name(person["name"]), int(person["birth_year"]), bool(person["proven"]))
    except (KeyError, TypeError, ValueError, Invalid) as error:
        if isinstance(error, NotGenuine):
            raise
        raise NotGenuine("it does not say who showed the code") from None
    return HomeAnswer(str(claims["receipt"]), scanned_at, bool(receipt.get("late")), visitor)


def city_named(cities: Mapping[str, TrustedCity], name: str) -> TrustedCity:
    """A city of the list. Raises `CityNotTrusted`."""
    if (city := cities.get(name)) is None:
        raise CityNotTrusted(f"{name or 'it'} is not in it, or no longer", "text")
    return city


def others(cities: Mapping[str, TrustedCity], own: str) -> Sequence[TrustedCity]:
    return [city for city in cities.values() if city.name != own]
