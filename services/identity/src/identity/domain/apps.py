"""Apps that residents use (HL7 SMART App Launch 2.2, standalone launch): what one may ask, and with what it comes back.

A public client: it proves with PKCE (RFC 7636, S256 alone) that it is who asked. A redirect URI is compared letter by
letter (RFC 9700, 4.1.3); where it is not the app's, nobody is sent anywhere.
"""

import base64
import binascii
import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hmac import compare_digest

from chassis.refusals import Invalid, Refusal
from city_pack import smart

from identity.domain.clients import ScopeRefused

CODE_LIFE = timedelta(seconds=60)
ONCE_LIFE = timedelta(hours=1)  # of what an app may see that does not go on while the resident is away
DAYS_MAX = 365
CODE_PREFIX, CODE_BYTES = "yc_", 32
SHA256_BYTES = 32
VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")


class AppRefused(Refusal):
    code = "app-refused"
    title = "There is no such app, or it may not ask residents for anything now."


class AppCodeRefused(Refusal):
    code = "app-code-refused"
    title = "The app's code is not good: it is another app's, was used before, or is over."


class UnderAge(Refusal):
    code = "under-age"
    title = "A minor lets no app see their record; who acts for them does."


@dataclass(frozen=True, slots=True)
class App:
    """What an app is registered with."""

    redirect_uris: Sequence[str]
    most: Mapping[str, str]  # what it may ask to read


@dataclass(frozen=True, slots=True)
class Asked:
    """What an app asks for, once it may."""

    redirect_uri: str
    readings: Mapping[str, str]  # by kind of resource, or `*`
    challenge: bytes
    goes_on: bool

    @property
    def scopes(self) -> Sequence[str]:
        return smart.written(self.readings)


def check_redirect(app: App, redirect_uri: str) -> None:
    """Refuse where a browser would be sent to whom nobody registered."""
    if redirect_uri not in app.redirect_uris:
        raise AppRefused("redirect_uri is none that the app is registered with; go back to where you came from")


def asked(
    app: App, *, redirect_uri: str, response_type: str, scope: str, challenge: str, method: str, aud: str, origin: str
) -> Asked:
    """What an app asks for. `origin` is this city's FHIR origin."""
    check_redirect(app, redirect_uri)
    if response_type != "code":
        raise Invalid("response_type", "must be code")
    if method != "S256":
        raise Invalid("code_challenge_method", "must be S256: a verifier that is sent as it is protects nobody")
    if not origin or aud.rstrip("/") != origin:
        raise Invalid("aud", f"must be {origin}, the FHIR origin that the token is for")
    readings = smart.readings(scope)
    if not smart.types_of(readings):
        raise ScopeRefused("ask for patient/<kind>.rs, such as patient/Observation.rs", "scope")
    for kind, letters in readings.items():
        if not smart.covers(app.most, kind, letters):
            raise ScopeRefused(f"the app is not registered for patient/{kind}.{letters}", "scope")
    return Asked(redirect_uri, readings, challenge_of(challenge), smart.goes_on(scope))


def challenge_of(text: str) -> bytes:
    try:
        challenge = base64.b64decode(f"{text}=", altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        challenge = b""
    if len(challenge) != SHA256_BYTES:
        raise Invalid("code_challenge", "must be the base64url of a SHA-256, without padding")
    return challenge


def chosen(asked_for: Asked, scopes: Sequence[str]) -> Mapping[str, str]:
    """What the resident lets the app have of what it asks for."""
    if not scopes:
        raise Invalid("scopes", "name at least one; to let it have none, leave the app without an answer")
    for index, scope in enumerate(scopes):
        if scope not in asked_for.scopes:
            raise Invalid(f"scopes[{index}]", f"must be one of {', '.join(asked_for.scopes)}")
    let = smart.readings(" ".join(scopes))
    if not smart.types_of(let):
        raise Invalid("scopes", "name one that opens something of the record")
    return let


def until(asked_for: Asked, days: int, now: datetime) -> datetime:
    """Until when the app may look."""
    if not asked_for.goes_on:
        return now + ONCE_LIFE
    if not 1 <= days <= DAYS_MAX:
        raise Invalid("days", f"must be 1 to {DAYS_MAX}")
    return now + timedelta(days=days)


def check_of_age(birth_date: date, adults_born_until: date) -> None:
    if birth_date > adults_born_until:
        raise UnderAge("ask your guardian to let the app see it")


def new_code() -> str:
    return CODE_PREFIX + secrets.token_urlsafe(CODE_BYTES)


def sha256(text: str) -> bytes:
    """What is kept of a code: whoever reads the database cannot use it."""
    return hashlib.sha256(text.encode()).digest()


def proves(verifier: str, challenge: bytes) -> bool:
    """Is this what the challenge was made of (RFC 7636, 4.6)?"""
    return VERIFIER.fullmatch(verifier) is not None and compare_digest(sha256(verifier), challenge)


def narrowed(granted: str, asked_for: str) -> str:
    """Fewer of the scopes that were granted, where a refresh asks for fewer."""
    if not asked_for:
        return granted
    most = smart.readings(granted)
    fewer = {kind: letters for kind, letters in smart.readings(asked_for).items() if smart.covers(most, kind, letters)}
    if not fewer:
        raise ScopeRefused("none of these were granted; leave scope out for all", "scope")
    return " ".join(smart.written(fewer))
