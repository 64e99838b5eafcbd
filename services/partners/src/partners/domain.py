"""Rules of applications, certificates, contracts and what they allow. No I/O; the clock is passed in."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from chassis import moments, texts
from chassis.refusals import Forbidden, Invalid, Refusal
from city_pack.split_plans import Share, first_fault
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Status(StrEnum):
    """Where a partner stands between applying and leaving."""

    SCREENING = "screening"
    CERTIFYING = "certifying"
    CONTRACTING = "contracting"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REJECTED = "rejected"


class Capability(StrEnum):
    """What a partner may do."""

    PUBLISH = "publish"
    SELL = "sell"
    FULFIL = "fulfil"
    READ_DATA = "read_data"
    BE_PAID = "be_paid"


class Aspect(StrEnum):
    """What a partner is certified in; all five are needed."""

    LAW = "law"
    SECURITY = "security"
    TECHNOLOGY = "technology"
    PRODUCT = "product"
    SERVICE = "service"


class Actor(StrEnum):
    """In which role somebody takes a step."""

    PARTNER = "partner"
    OPERATOR = "operator"
    REGULATOR = "regulator"


APPLICANT = frozenset({Actor.PARTNER})
OFFICE = frozenset({Actor.OPERATOR})
SUPERVISION = frozenset({Actor.OPERATOR, Actor.REGULATOR})

# Every step there is, and who may take it; a trigger in the database has the same table. Of a suspension it also counts
# who made it: `may_lift`.
NEXT: Mapping[Status, Mapping[Status, frozenset[Actor]]] = {
    Status.SCREENING: {Status.CERTIFYING: OFFICE, Status.REJECTED: OFFICE},
    Status.REJECTED: {Status.SCREENING: APPLICANT},
    Status.CERTIFYING: {Status.CONTRACTING: OFFICE},
    Status.CONTRACTING: {Status.ACTIVE: APPLICANT},
    Status.ACTIVE: {Status.SUSPENDED: SUPERVISION},
    Status.SUSPENDED: {Status.ACTIVE: SUPERVISION},
}

# What a status allows, and what is left of it when a certificate has lapsed: open orders finish, payouts continue.
ALLOWED: Mapping[Status, frozenset[Capability]] = {
    Status.ACTIVE: frozenset(Capability),
    Status.SUSPENDED: frozenset({Capability.FULFIL}),
}
LEFT_WHEN_LAPSED = frozenset({Capability.FULFIL, Capability.BE_PAID})

# What somebody who is not active does next.
NEXT_STEPS: Mapping[Status, str] = {
    Status.SCREENING: "wait for the operator's decision",
    Status.CERTIFYING: "wait for the operator's certificates",
    Status.CONTRACTING: "sign the contract that is on offer",
    Status.SUSPENDED: "answer whoever suspended it, and wait to be reinstated",
    Status.REJECTED: "apply again, with what was missing",
}

TEXT_LENGTH_MAX = 200
REASONS_MAX = 20
EVIDENCE_MAX = 50
DISTRICTS_MAX = 40
SCOPE_MAX = 50
SHARES_MAX = 20
CERTIFICATE_LIFE_MAX = timedelta(days=5 * 366)
API_KEY_LIFE = timedelta(days=365)
EVERYTHING = "*"
PLATFORM = "platform"

REGISTRATION = re.compile(r"[0-9A-Z][0-9A-Z-]{6,22}[0-9A-Z]")
ACCOUNT = re.compile(r"[0-9A-Z]{6,34}")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
TELEPHONE = re.compile(r"\+[1-9]( ?[0-9]){6,14}")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TIERS_MAX = 20


DOCUMENT_BYTES_MAX = 10 * 1024 * 1024
UPLOAD_LIFE = timedelta(minutes=15)
LINK_LIFE = timedelta(minutes=5)
# What each kind of document begins with, so that nothing is kept under a name that is not its own.
MEDIA_TYPES: Mapping[str, bytes] = {
    "application/pdf": b"%PDF-",
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
}


MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Quota:
    """How much an institution may hand in, all of its documents together."""

    documents: int
    size: int  # bytes


QUOTA_BEFORE_SCREENING = Quota(50, 64 * MEBIBYTE)
QUOTA = Quota(500, 1024 * MEBIBYTE)
UNNAMED_FOR = timedelta(days=1)  # a document that no application names and no operator has opened is kept so long


class TooManyDocuments(Refusal):
    code = "too-many-documents"
    title = "The institution has handed in as many documents as it may."


class DocumentRefused(Invalid):
    code = "document-refused"
    title = "What was sent is not the document that was announced. It was not kept."


class AlreadyApplied(Refusal):
    code = "already-applied"
    title = "The institution has applied before."


class RegistrationTaken(Refusal):
    code = "registration-taken"
    title = "Another partner that passed screening has this registration number."


class Scope(StrEnum):
    """What an API key may do. The values are those of the contract's `Scope`, in lower case."""

    OFFERINGS = "offerings"
    ORDERS = "orders"
    RECORDS = "records"
    MONEY = "money"
    DOCUMENTS = "documents"


class NameTaken(Refusal):
    code = "name-taken"
    title = "A partner of this name in the same district was let through before."


# What selling takes; health data and money only where they are asked for.
DEFAULT_SCOPES = (Scope.OFFERINGS, Scope.ORDERS)
API_KEYS_MAX = 50  # that are good, of one partner


class TooManyApiKeys(Refusal):
    code = "too-many-api-keys"
    title = "A partner may have only so many API keys at once."


class StepRefused(Refusal):
    code = "step-refused"
    title = "The partner's status does not allow this step."


class NotTheirStep(Forbidden):
    code = "not-their-step"
    title = "The caller's role does not take this step."


class SuspendedByRegulator(Forbidden):
    code = "suspended-by-regulator"
    title = "A regulator suspended the partner; only a regulator lifts that."


class ContractSuperseded(Refusal):
    code = "contract-superseded"
    title = "The contract was signed before, or another is on offer."


def advance(current: Status, wanted: Status, actor: Actor) -> Status:
    """Return `wanted` if this actor may take a partner there from `current`."""
    actors = NEXT.get(current, {}).get(wanted)
    if actors is None:
        raise StepRefused(f"a partner that is {current} cannot become {wanted}")
    if actor not in actors:
        raise NotTheirStep(f"from {current} to {wanted} a partner is taken by: {', '.join(sorted(actors))}")
    return wanted


def may_suspend(current: Status, suspended_as: Actor | None, actor: Actor) -> None:
    """Refuse a suspension that cannot be made. A regulator may take over an operator's, so that it is not lifted."""
    if current == Status.SUSPENDED and actor == Actor.REGULATOR and suspended_as != Actor.REGULATOR:
        return
    advance(current, Status.SUSPENDED, actor)


def may_lift(current: Status, suspended_as: Actor | None, actor: Actor) -> None:
    """Refuse to lift a suspension that this actor may not lift; one of unknown origin counts as a regulator's."""
    if current != Status.SUSPENDED:
        raise StepRefused(f"a partner that is {current} is not suspended")
    advance(current, Status.ACTIVE, actor)
    if suspended_as != Actor.OPERATOR and actor != Actor.REGULATOR:
        raise SuspendedByRegulator("ask the regulator to reinstate the partner")


def check_good_standing(status: Status | None, certified_until: datetime | None, now: datetime) -> None:
    """Refuse what only a partner in good standing does, saying what leads there. Asked before every act of a partner
    whose route does not say otherwise (`Route.standing`)."""
    if status is None:
        raise StepRefused("apply first, and wait until the operator has let you through")
    if status != Status.ACTIVE:
        raise StepRefused(f"this is for active partners, and this one is {status}: {NEXT_STEPS[status]}")
    if certified_until is None or certified_until <= now:
        raise StepRefused("a certificate has lapsed: hand in new evidence, and ask the operator to renew it")


@dataclass(frozen=True, slots=True)
class Certified:
    """A certificate, as far as rules are concerned."""

    aspect: Aspect
    scope: frozenset[str]
    expires_at: datetime


def certified_until(certificates: Iterable[Certified]) -> datetime | None:
    """When the first of the five aspects ends; None while one is missing."""
    ends = {certificate.aspect: certificate.expires_at for certificate in certificates}
    return min(ends.values()) if ends.keys() == set(Aspect) else None


def certified_scope(certificates: Iterable[Certified]) -> list[str]:
    """The categories that all five aspects cover."""
    scopes = {certificate.aspect: certificate.scope for certificate in certificates}
    if scopes.keys() != set(Aspect):
        return []
    limited = [scope for scope in scopes.values() if EVERYTHING not in scope]
    return sorted(frozenset.intersection(*limited)) if limited else [EVERYTHING]


def capabilities(status: Status, certificates: Sequence[Certified], now: datetime) -> list[Capability]:
    """What a partner may do now: the one place that says so."""
    allowed = ALLOWED.get(status, frozenset())
    until = certified_until(certificates)
    if until is None or now >= until:
        allowed = allowed & LEFT_WHEN_LAPSED
    return sorted(allowed)


def registration_number(value: str, field: str) -> str:
    """A registration number in its one form: capitals and digits of ASCII, whatever keyboard wrote them."""
    return matching(unicodedata.normalize("NFKC", value).strip().upper(), REGISTRATION, field, "91370100MA3XXXXXXX")


def name_looks(name: Mapping[str, str]) -> list[str]:
    """What a name looks like in each of its languages, to compare by: see `texts.look`."""
    return sorted({texts.look(value) for value in name.values()})


def matching(value: str, pattern: re.Pattern[str], field: str, example: str) -> str:
    if not pattern.fullmatch(value):
        raise Invalid(field, f"must look like {example}")
    return value


def slugs(values: Sequence[str], field: str, most: int) -> list[str]:
    """District or category codes: some, not too many, none twice."""
    if not 1 <= len(values) <= most or len(set(values)) != len(values):
        raise Invalid(field, f"must have 1 to {most} codes, none twice")
    for place, value in enumerate(values):
        matching(value, SLUG, f"{field}[{place}]", "chronic-care")
    return list(values)


def known(values: Sequence[str], tree: Container[str], field: str, what: str) -> None:
    """Refuse a code that the city does not have."""
    for place, value in enumerate(values):
        if value not in tree:
            raise Invalid(f"{field}[{place}]", f"there is no {what} {value!r} in this city")


def scope(values: Sequence[str], field: str) -> list[str]:
    """A certificate's scope: everything, or some categories."""
    return [EVERYTHING] if list(values) == [EVERYTHING] else slugs(values, field, SCOPE_MAX)


def valid_until(value: str, today: date, field: str) -> date:
    """The last day of a document's validity, not past."""
    day = moments.parse_day(value, field)
    if day < today:
        raise Invalid(field, "is past: hand in a document that is in force")
    return day


def expiry(value: datetime, now: datetime, field: str, longest: timedelta = CERTIFICATE_LIFE_MAX) -> datetime:
    """A moment in the future, but not too far."""
    if not now < value <= now + longest:
        raise Invalid(field, f"must lie in the future, at most {longest.days} days from now")
    return value


def reasons(values: Sequence[str]) -> list[str]:
    """Reasons for a decision: at least one."""
    if not 1 <= len(values) <= REASONS_MAX:
        raise Invalid("reasons", f"must have 1 to {REASONS_MAX} reasons")
    return [texts.line(value, f"reasons[{place}]", texts.REASON_LENGTH_MAX) for place, value in enumerate(values)]


def check_shares(shares: Sequence[Share]) -> None:
    """Refuse a split plan that could not be carried out."""
    if len(shares) > SHARES_MAX:
        raise Invalid("shares", f"at most {SHARES_MAX}")
    for index, share in enumerate(shares):
        if len(share.tiers) > TIERS_MAX:
            raise Invalid(f"shares[{index}].tiers", f"at most {TIERS_MAX}")
    if fault := first_fault(shares):
        raise Invalid(fault.field, fault.detail)


def check_parties(shares: Sequence[Share], known: Collection[str]) -> None:
    """Refuse a share of anybody who is no party to contracts in this city: another partner, which has agreed to
    nothing; a practitioner, whom nothing is paid to; a fund or tax the city's pack does not name; the partner itself,
    whose part is the rest."""
    for place, share in enumerate(shares):
        if share.party not in known:
            raise Invalid(
                f"shares[{place}].party",
                f"must be one of {', '.join(sorted(known))}; what is left is the partner's own",
            )


def check_commission(shares: Sequence[Share], points_max: int, minor_max: int) -> None:
    """Refuse more for the platform than the city's tariff allows: in basis points; as a fixed amount or a floor."""
    for place, share in enumerate(shares):
        if share.party != PLATFORM:
            continue
        field = f"shares[{place}]"
        rates = [(f"{field}.basis_points", share.basis_points or 0)]
        rates += [(f"{field}.tiers[{step}].basis_points", tier.basis_points) for step, tier in enumerate(share.tiers)]
        for name, points in rates:
            if points > points_max:
                raise Invalid(
                    name, f"the platform's commission is at most {points_max} basis points for such a partner"
                )
        for name, minor in (("fixed", share.fixed_minor), ("floor", share.floor_minor)):
            if minor is not None and minor > minor_max:
                raise Invalid(f"{field}.{name}", f"for such a partner at most {minor_max} minor units are agreed")


def announced(media_type: str, size: int, sha256: bytes) -> None:
    """Refuse to await a document that would not be kept."""
    if media_type not in MEDIA_TYPES:
        raise Invalid("media_type", f"must be one of {', '.join(MEDIA_TYPES)}")
    if not 1 <= size <= DOCUMENT_BYTES_MAX:
        raise Invalid("size", f"must be between 1 and {DOCUMENT_BYTES_MAX}")
    if len(sha256) != hashlib.sha256().digest_size:
        raise Invalid("sha256", "must be the 32 bytes of the document's SHA-256")


def check_quota(status: Status | None, documents: int, size: int, more: int) -> None:
    """Refuse `more` bytes of an institution that has handed in so many documents of so many bytes. Whoever has not
    passed screening may hand in less."""
    screened = status not in (None, Status.SCREENING, Status.REJECTED)
    quota = QUOTA if screened else QUOTA_BEFORE_SCREENING
    if documents < quota.documents and size + more <= quota.size:
        return
    most = f"{quota.documents} documents of {quota.size // MEBIBYTE} MiB together"
    remedy = "ask the operator to look at what is there" if screened else "apply with those that are there"
    raise TooManyDocuments(
        f"at most {most}, and there are {documents} of {size} bytes; send smaller files, or {remedy}:"
        f" what no application names is removed after {UNNAMED_FOR.days} day",
        "size",
    )


def check_document(content: bytes, media_type: str, size: int, sha256: bytes) -> None:
    """Refuse what is not the announced document."""
    if len(content) != size:
        raise DocumentRefused("", f"{len(content)} bytes came, and {size} were announced")
    if not content.startswith(MEDIA_TYPES[media_type]):
        raise DocumentRefused("", f"this is no {media_type}")
    if hashlib.sha256(content).digest() != sha256:
        raise DocumentRefused("", "its SHA-256 is not the one announced")


def public_key(raw: bytes, field: str) -> Ed25519PublicKey:
    """An Ed25519 public key, as 32 raw bytes (RFC 8032)."""
    try:
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError:
        raise Invalid(field, "must be an Ed25519 public key: 32 raw bytes, in base64 where it is JSON") from None
