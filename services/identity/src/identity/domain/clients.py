"""Systems that sign in with a key of their own: what they sign (RFC 7523), and what they may ask for (SMART)."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.ids import Kind, parse_id
from chassis.refusals import Invalid, Refusal
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

ALGORITHMS = ["RS384", "ES384", "RS256", "RS512", "PS256", "PS384", "PS512", "ES256", "EdDSA", "Ed25519"]
ASSERTION_LIFE_MAX = timedelta(minutes=5)  # as SMART on FHIR has it
CLOCK_SLACK = timedelta(seconds=30)
JTI_LENGTH_MAX = 255
TOKEN_LIFE_MAX = timedelta(minutes=5)
SCOPES_LENGTH_MAX = 2_000
SCOPE = re.compile(r"system/(\*|[A-Za-z]{1,64})\.(read|write|\*|c?r?u?d?s?)")
LETTERS: Mapping[str, str] = {"read": "rs", "write": "cud", "*": "cruds"}  # of SMART on FHIR 1, in those of 2


class ClientRefused(Refusal):
    """Whoever asks for a token has not proven to be the system that they say."""

    code = "client-refused"
    title = "The system has not proven who it is; what it signed is not good, or was used before."


class ScopeRefused(Refusal):
    """None of what is asked for can be given to this system."""

    code = "scope-refused"
    title = "The system may do nothing of what it asks for."


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a system has signed: who it is, once, and until when that may be used."""

    api_key_id: UUID
    jti_sha256: bytes
    expires_at: datetime


def client_of(token: str) -> UUID:
    """The system that a token says it is from, before anything of it is believed."""
    try:
        claims = jwt_claims(token)
        return parse_id(str(claims.get("iss", "")), "iss", Kind.API_KEY)
    except (JoseError, ValueError, TypeError, Invalid):
        raise ClientRefused("send a signed JWT whose iss is the id of an API key", "client_assertion") from None


def jwt_claims(token: str) -> Mapping[str, Any]:
    claims = json.loads(jws.extract_compact(token.encode()).payload)
    if not isinstance(claims, dict):
        raise TypeError("no claims")
    return claims


def verified(token: str, key_set: Mapping[str, Any], *, client_id: UUID, audience: str, now: datetime) -> Assertion:
    """What a system has signed, if it did, for us, and just now."""
    try:
        header = jws.extract_compact(token.encode()).headers()
        keys = [key for key in KeySet.import_key_set(key_set).keys if key.kid == header.get("kid")]  # type: ignore[arg-type]
        if not keys:
            raise ClientRefused("its kid is of none of the keys that are registered for it", "client_assertion")
        claims = jwt.decode(token, keys[0], algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, TypeError):
        raise ClientRefused("the signature is not of a key that is registered for it", "client_assertion") from None
    return checked(claims, client_id=client_id, audience=audience, now=now)


def checked(claims: Mapping[str, Any], *, client_id: UUID, audience: str, now: datetime) -> Assertion:
    """What signed claims say. Refused where they are of another system, for another server, over, or good for long."""

    def refused(why: str) -> ClientRefused:
        return ClientRefused(why, "client_assertion")

    if not (is_client(claims.get("iss"), client_id) and is_client(claims.get("sub"), client_id)):
        raise refused("iss and sub must both be the id of the API key")
    said = claims.get("aud")
    if audience not in (said if isinstance(said, list) else [said]):
        raise refused("aud must be the address of the token endpoint, as smart-configuration has it")
    expires_at = moment_of(claims.get("exp"))
    if expires_at is None or expires_at <= now - CLOCK_SLACK:
        raise refused("it is over, or does not say when; sign another for each request")
    if expires_at > now + ASSERTION_LIFE_MAX + CLOCK_SLACK:
        raise refused("exp must lie at most five minutes ahead")
    for name in ("nbf", "iat"):
        if name in claims and ((at := moment_of(claims[name])) is None or at > now + CLOCK_SLACK):
            raise refused(f"{name} lies in the future; set the system's clock")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 1 <= len(jti) <= JTI_LENGTH_MAX:
        raise refused("jti is needed: another for each")
    return Assertion(client_id, hashlib.sha256(jti.encode("utf-8", "surrogatepass")).digest(), expires_at)


def is_client(said: object, client_id: UUID) -> bool:
    try:
        return isinstance(said, str) and parse_id(said, "iss", Kind.API_KEY) == client_id
    except Invalid:
        return False


def moment_of(said: object) -> datetime | None:
    """A moment in seconds since 1970; None where it is none."""
    if isinstance(said, bool) or not isinstance(said, int | float):
        return None
    try:
        return datetime.fromtimestamp(said, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def granted(scope: str) -> str:
    """What is given of what a system asks for: `system/<kind or *>.<letters>`. What else it asks for is left out."""
    if len(scope) > SCOPES_LENGTH_MAX:
        raise ScopeRefused(f"ask for it in {SCOPES_LENGTH_MAX} characters", "scope")
    known: dict[str, set[str]] = {}
    for asked in scope.split(" "):
        if (match := SCOPE.fullmatch(asked)) and match[2]:
            known.setdefault(match[1], set()).update(LETTERS.get(match[2], match[2]))
    if not known:
        raise ScopeRefused("ask for system/<kind>.<cruds>, such as system/Observation.rs or system/*.cruds", "scope")
    letters = {kind: "".join(each for each in "cruds" if each in given) for kind, given in known.items()}
    return " ".join(f"system/{kind}.{given}" for kind, given in sorted(letters.items()))
