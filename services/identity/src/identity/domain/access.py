"""Signing in: how often it may be tried and from where, and what an access token says."""

import hashlib
import ipaddress
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis import texts
from chassis.refusals import Invalid, Refusal
from yima.common.v1.route_pb2 import GuardianAct

from identity.domain.guardianships import ALL_ACTS, Act, Ward

ACCESS_SECONDS = 600  # what a service that hears of no end goes on believing a token for, at most
KNOWN_ADDRESS_LIFE = timedelta(days=90)
NUMBERS = {act: GuardianAct.Value(f"GUARDIAN_ACT_{act.upper()}") for act in Act}  # as tokens name acts
IPV6_NETWORK_BITS = 64  # what one connection is given


class SignInRefused(Refusal):
    code = "sign-in-refused"
    title = "The login and the password do not belong together."


def login_or_nobodys(text: str) -> str:
    """The login somebody signs in with; what cannot be one is nobody's, and is answered like any unknown one."""
    try:
        return texts.login(text)
    except Invalid:
        return ""


def network_of(address: str) -> str:
    """What counts as one address: an IPv4 address, or the network that one IPv6 connection is given; "" for none."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        if (mapped := parsed.ipv4_mapped) is not None:
            return str(mapped)
        return str(ipaddress.ip_network((parsed, IPV6_NETWORK_BITS), strict=False))
    return str(parsed)


def hashed(*parts: str) -> bytes:
    """What tries are counted about: nobody's login or address is kept beside how often it was tried."""
    return hashlib.sha256("\0".join(parts).encode()).digest()


@dataclass(frozen=True, slots=True)
class TryLimit:
    """How often something may be tried: `free` times at once, then after waits that double up to `wait_max_seconds`.
    One try is forgiven every `forgiven_seconds`. Registrations wait until one is forgiven (`wait_max_seconds` 0)."""

    kind: str
    free: int
    forgiven_seconds: float
    wait_max_seconds: float


# Of wrong passwords. An address that an account was signed in to from before has an allowance of its own there, so that
# nobody else can use it up; whoever shares an address with many people has more tries in all than at one login.
AT_LOGIN = TryLimit("login", 10, 600.0, 300.0)
AT_LOGIN_FROM_KNOWN_ADDRESS = TryLimit("known", 10, 600.0, 300.0)
FROM_ADDRESS = TryLimit("address", 60, 60.0, 30.0)
# That a resident was not born by a day: an institution's mistakes, but not enough of them to find the birthday by.
OF_BIRTH = TryLimit("birth", 5, 86_400.0, 0.0)
OF_CURRENT_PASSWORD = TryLimit("current", 10, 600.0, 300.0)


@dataclass(frozen=True, slots=True)
class Dependant:
    """For whom somebody acts, for what, and until when; `until` is None where it does not end by itself."""

    id: UUID
    ward: Ward
    acts: Collection[Act]
    until: datetime | None


def access_claims(
    *,
    city: str,
    role: str,
    session_id: UUID,
    subject_id: UUID,
    partner_id: UUID | None = None,
    api_key_id: UUID | None = None,
    scopes: Sequence[int] = (),
    duties: Sequence[int] = (),
    acting: Sequence[Dependant] = (),
    factors: Sequence[str] = (),
    proven: Collection[UUID] = (),
    stale_from: datetime | None = None,
    fhir_scope: str = "",
    fhir_patient: UUID | None = None,
    now: datetime,
    expires_at: datetime,
) -> dict[str, object]:
    """What an access token says: ids, and nothing of a person, since anybody who sees a token can read it. `dep` are
    minors for whom the subject does everything, `lim` for whom else, and for what. `proven` are those of the subject
    and the dependants who are proven to be who they say. From `stale_from` on a second factor is asked for again before
    what is grave; it is not where there is none. With `fhir_scope` it is good for that alone, and with `fhir_patient`
    for that resident's record alone."""
    claims: dict[str, object] = {
        "use": "access",
        "iss": city,
        "sub": str(subject_id),
        "sid": str(session_id),
        "role": role,
        "iat": int(now.timestamp()),
        "exp": int(expires_at.timestamp()),
    }
    if partner_id is not None:
        claims["pid"] = str(partner_id)
    acting = [dependant for dependant in acting if dependant.until is None or now < dependant.until]
    whole = [str(each.id) for each in acting if each.ward == Ward.MINOR and set(each.acts) == set(ALL_ACTS)]
    if whole:
        claims["dep"] = whole
    limited = {str(each.id): each.acts for each in acting if str(each.id) not in whole}
    if limited:
        claims["lim"] = {dependant: sorted(NUMBERS[act] for act in acts) for dependant, acts in limited.items()}
    soon_over = {str(each.id): int(each.until.timestamp()) for each in acting if each.until and each.until < expires_at}
    if soon_over:
        claims["adult"] = soon_over  # of others it is not said when: it would tell their birthday
    if factors:
        claims["amr"] = list(factors)
    if stale_from is not None:
        claims["sup"] = int(stale_from.timestamp())
    if duties:
        claims["dty"] = sorted(duties)
    if proven:
        claims["prv"] = [str(resident_id) for resident_id in proven]
    if api_key_id is not None:
        claims |= {"key": str(api_key_id), "scp": list(scopes)}
    if fhir_scope:
        claims["fhir"] = fhir_scope
    if fhir_patient is not None:
        claims["pat"] = str(fhir_patient)
    return claims
