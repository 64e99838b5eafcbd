"""The city's certificate registry, verified offline with the published keys: who is certified in what, and when.

It is a JWT (RFC 7519) signed with Ed25519, which any library for them verifies. docs/certificates.md says what is in
it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from yima_client.transparency import Flaw, NotProved, check_receipt

KIND = "certificate-registry"


@dataclass(frozen=True, slots=True)
class ListedCertificate:
    """A certificate of the registry, and whether it is in force at the moment that was asked about."""

    certificate_id: str
    partner_id: str
    partner: str  # what the partner calls itself
    partner_status: str
    aspect: str
    until: datetime
    in_force: bool
    why_not: str  # revoked, replaced, struck-off, expired, not-yet; empty where it is in force
    reason: str  # of a revocation


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry whose signature holds."""

    city: str
    number: int
    issued_at: datetime
    next_at: datetime
    certificates: list[ListedCertificate]


def verify_registry(document: str, keys: Mapping[str, Any], at: datetime, *, locale: str = "") -> Registry:
    """The registry as it stands at a moment, which lies between its issue and the next one's. `keys` is what
    `/certificate-keys.json` serves, or `/audit-keys.json`. Raises `NotProved`."""
    claims = check_receipt(document, keys.get("certificates") or keys)
    if claims.get("kind") != KIND:
        raise NotProved("this is signed by the city, and is no certificate registry")
    issued_at, next_at = moment_of(claims["iat"]), moment_of(claims["exp"])
    if not issued_at <= at < next_at:
        raise NotProved(
            f"the registry says nothing of {at.isoformat()}: it is good from {issued_at.isoformat()} until"
            f" {next_at.isoformat()}. What was revoked since is in a newer one",
            Flaw.STALE,
        )
    certificates = [
        listed(certificate, partner, at, locale)
        for partner in claims["partners"]
        for certificate in partner["certificates"]
    ]
    return Registry(claims["iss"], claims["number"], issued_at, next_at, certificates)


def listed(certificate: Mapping[str, Any], partner: Mapping[str, Any], at: datetime, locale: str) -> ListedCertificate:
    starts, until = datetime.fromisoformat(certificate["from"]), datetime.fromisoformat(certificate["until"])
    ended = certificate.get("ended")
    why_not = ""
    if ended is not None and datetime.fromisoformat(ended["at"]) <= at:
        why_not = ended["because"]
    elif until <= at:
        why_not = "expired"
    elif at < starts:
        why_not = "not-yet"
    names = partner["name"]
    return ListedCertificate(
        certificate_id=certificate["id"],
        partner_id=partner["id"],
        partner=names.get(locale) or next(iter(names.values()), ""),
        partner_status=partner["status"],
        aspect=certificate["aspect"],
        until=until,
        in_force=not why_not,
        why_not=why_not,
        reason=(ended or {}).get("reason", ""),
    )


def moment_of(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
