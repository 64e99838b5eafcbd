"""Signing in with an OpenID provider (OpenID Connect, authorization code with PKCE): what it is asked, and whether what
it says is genuine and meant for us."""

import base64
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from chassis import jwts
from chassis.refusals import RETRY_AFTER, Refusal
from chassis.settings import SettingUnfit
from joserfc.jwk import Key, KeySet

from identity.domain.access import TryLimit

FEDERATED = "fed"  # among a session's factors, beside those of RFC 8176
SIGN_IN_LIFE = timedelta(minutes=10)
RANDOM_BYTES = 32
LEEWAY_SECONDS = 60  # two clocks
TEXT_MAX = 4_000
SUBJECT_LENGTH_MAX = 255  # as OpenID Connect has it
# Asymmetric ones only: "none" is no signature, and with HS256 whoever has the client's secret would be the provider.
ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]
LOOPBACK = ("localhost", "127.0.0.1", "::1")
AWAY_SECONDS = 5
# Of sign-ins that are begun from one address: each keeps a row for ten minutes.
BEGUN_FROM_ADDRESS = TryLimit("provider", 60, 2.0, 0.0)


class ProviderNotSetUp(Refusal):
    code = "provider-not-set-up"
    title = "This city has no OpenID provider to sign in with."


class ProviderSignInOver(Refusal):
    code = "provider-sign-in-over"
    title = "This sign-in was begun too long ago, or was finished before; begin again."


class ProviderRefused(Refusal):
    code = "provider-refused"
    title = "What came from the provider is not genuine, or is not of this sign-in."


class ProviderNotLinked(Refusal):
    code = "provider-not-linked"
    title = "No account is linked with who the provider says this is."


class ProviderLinkTaken(Refusal):
    code = "provider-link-taken"
    title = "The account, or who the provider says this is, has another link already."


class ProviderAway(Refusal):
    code = "provider-away"
    title = "The provider does not answer; sign in with the password, or try again shortly."

    @property
    def data(self) -> dict[str, Any]:
        return {RETRY_AFTER: AWAY_SECONDS}


@dataclass(frozen=True, slots=True)
class Registered:
    """What the provider knows us by: the issuer's address, our client id and secret, and the page that it sends people
    back to."""

    issuer: str
    client_id: str
    client_secret: str
    redirect: str

    @staticmethod
    def of(issuer: str, client_id: str, client_secret: str, redirect: str) -> "Registered | None":
        """From settings; None where there is no provider. Raises `SettingUnfit`."""
        if not issuer:
            return None
        for name, value in (("ISSUER", issuer), ("REDIRECT", redirect)):
            parts = urlsplit(value)
            if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
                raise SettingUnfit(f"YIMA_OPENID_{name}: {value!r} must begin with https://")
        for name, value in (("CLIENT_ID", client_id), ("CLIENT_SECRET", client_secret)):
            if not value:
                raise SettingUnfit(f"set YIMA_OPENID_{name}, too: the provider knows this system by it")
        return Registered(issuer, client_id, client_secret, redirect)


@dataclass(frozen=True, slots=True)
class SignInValues:
    """What a sign-in was begun with: each is random, and good for it alone."""

    state: str
    nonce: str
    verifier: str  # of PKCE (RFC 7636)


def new_sign_in_values() -> SignInValues:
    return SignInValues(*(secrets.token_urlsafe(RANDOM_BYTES) for _ in range(3)))


def sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def authorization_url(endpoint: str, registered: Registered, values: SignInValues) -> str:
    """Where a browser goes."""
    challenge = base64.urlsafe_b64encode(sha256(values.verifier)).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": registered.client_id,
        "redirect_uri": registered.redirect,
        "scope": "openid",
        "state": values.state,
        "nonce": values.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


def key_for(token: str, keys: Sequence[Key]) -> Key | None:
    """The key that a token says it is signed with, or the only one there is where it says none; None where it is not
    known. Raises `ProviderRefused` where it is signed as no provider may."""
    try:
        header = jwts.header_of(token)
    except jwts.NotGenuine:
        raise ProviderRefused("its id token is not a JWT") from None
    if header.get("alg") not in ALGORITHMS:
        raise ProviderRefused("its id token is not signed with a key that is published")
    signing = [key for key in keys if key.get("use", "sig") == "sig"]
    if "kid" not in header:
        return signing[0] if len(signing) == 1 else None
    return next((key for key in signing if key.kid == header["kid"]), None)


def subject_of(token: str, key: Key, registered: Registered, nonce_sha256: bytes, now: datetime) -> str:
    """Who the provider says it is: the id token is its own, of now, for us, and of this sign-in. Raises
    `ProviderRefused`."""
    try:
        claims = jwts.claims_of(token, KeySet([key]) if key.kid else key, ALGORITHMS)
    except jwts.NotGenuine:
        raise ProviderRefused("its id token's signature is not genuine") from None
    seconds = now.timestamp()
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    subject = claims.get("sub")
    faults = {
        "it is of another issuer": claims.get("iss") != registered.issuer,
        "it is for somebody else": registered.client_id not in audiences,
        "it was given to somebody else": (len(audiences) > 1 or "azp" in claims)
        and claims.get("azp") != registered.client_id,
        "it is over": not is_number(claims.get("exp")) or claims["exp"] + LEEWAY_SECONDS <= seconds,
        "it is not of now": not is_number(claims.get("iat"))
        or abs(claims["iat"] - seconds) > SIGN_IN_LIFE.total_seconds() + LEEWAY_SECONDS,
        "it is of another sign-in": not isinstance(claims.get("nonce"), str)
        or not secrets.compare_digest(sha256(claims["nonce"]), nonce_sha256),
        "it says nobody": not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_LENGTH_MAX,
    }
    for fault, there in faults.items():
        if there:
            raise ProviderRefused(f"the id token: {fault}")
    return str(subject)


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def endpoint_of(configuration: Mapping[str, Any], name: str, issuer: str) -> str:
    """An address of the provider's, as its configuration says. Raises `ProviderAway` where there is none to be used: it
    must be reached as safely as the provider itself."""
    value = configuration.get(name)
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts is None or not (parts.scheme == "https" or (parts.scheme == "http" and issuer.startswith("http://"))):
        raise ProviderAway(f"its configuration has no usable {name}")
    return str(value)
