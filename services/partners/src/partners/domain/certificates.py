"""Certificates: that a partner is fit in each aspect, for a scope, until a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.refusals import Forbidden, Refusal

from partners.domain.codes import check_codes


class Aspect(StrEnum):
    """What a partner is certified in; all five are needed."""

    LAW = "law"
    SECURITY = "security"
    TECHNOLOGY = "technology"
    PRODUCT = "product"
    SERVICE = "service"


class NothingToCosign(Refusal):
    code = "nothing-to-cosign"
    title = "The certificate needs no signature of a regulator's, has it, is over, or another was proposed since."


class NothingToRevoke(Refusal):
    code = "nothing-to-revoke"
    title = "The certificate is not in force: it is over, was revoked, was replaced, or was never signed."


class OwnProposal(Forbidden):
    code = "own-proposal"
    title = "Nobody signs what they proposed."


SCOPE_MAX = 50
CERTIFICATE_LIFE_MAX = timedelta(days=5 * 366)
EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class CertificateTerms:
    """A certificate, as far as rules are concerned."""

    aspect: Aspect
    scope: frozenset[str]
    expires_at: datetime
    id: UUID | None = None


def certified_until(certificates: Iterable[CertificateTerms]) -> datetime | None:
    """When the first of the five aspects ends; None while one is missing."""
    ends = {certificate.aspect: certificate.expires_at for certificate in certificates}
    return min(ends.values()) if ends.keys() == set(Aspect) else None


def in_force(certificates: Iterable[CertificateTerms], now: datetime) -> list[UUID]:
    """The ids of those that are in force, in the order of aspects."""
    ids = {certificate.aspect: certificate.id for certificate in certificates if now < certificate.expires_at}
    return [certificate_id for aspect in Aspect if (certificate_id := ids.get(aspect)) is not None]


def certified_scope(certificates: Iterable[CertificateTerms]) -> list[str]:
    """The categories that all five aspects cover."""
    scopes = {certificate.aspect: certificate.scope for certificate in certificates}
    if scopes.keys() != set(Aspect):
        return []
    limited = [scope for scope in scopes.values() if EVERYTHING not in scope]
    return sorted(frozenset.intersection(*limited)) if limited else [EVERYTHING]


def parse_scope(values: Sequence[str], field: str) -> list[str]:
    """A certificate's scope: everything, or some categories."""
    return [EVERYTHING] if list(values) == [EVERYTHING] else check_codes(values, field, SCOPE_MAX)
