"""Rules of consent: what is asked, what is in force, what a decision says. No I/O; the clock is passed in."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from uuid import UUID

from chassis.refusals import Invalid, Refusal

INFORMATION_TYPES = frozenset(
    {"vital-signs", "laboratory", "encounters", "imaging", "medications", "maternal", "child-health", "activity"}
)
# HL7 v3 PurposeOfUse
PURPOSES = frozenset({"TREAT", "ETREAT", "CAREMGT", "PUBHLTH", "HRESCH", "HPAYMT", "HOPERAT", "PATRQT"})
ASKED_MAX = 20
GRACE_DAYS = 7  # from when an erasure is due until it is overdue
OVERDUE_DAYS_MAX = 7  # from when it is overdue until somebody has to act
SHA256_BYTES = 32
INGESTED_MAX = 10_000
SCAN_COUNTS_FOR = timedelta(hours=1)  # so long after a scan the resident counts as present
AGREEMENT_KEPT_FOR = timedelta(hours=1)  # an order is heard of within seconds
AGREEMENTS_MAX = 200  # of one person, for orders not heard of
# What was decided may be under way to whoever asked for so long; a revocation's answer waits until it has arrived.
RELEASE_SECONDS = 0.5


class Status(StrEnum):
    """Where a request stands."""

    REQUESTED = "requested"
    GRANTED = "granted"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"


NEXT: Mapping[Status, frozenset[Status]] = {
    Status.REQUESTED: frozenset({Status.GRANTED, Status.DENIED, Status.WITHDRAWN}),
}


class AccessMode(IntEnum):
    """What may be done with data; the contract's numbers."""

    VIEW = 1
    STORE = 2
    COMPUTE = 3


class Reason(IntEnum):
    """Why a decision came out as it did; the contract's numbers."""

    CONSENT_IN_FORCE = 1
    OWN_RECORD = 2
    NO_CONSENT = 3
    CONSENT_REVOKED = 4
    CONSENT_EXPIRED = 5
    OTHER_PURPOSE = 6
    OTHER_INFORMATION_TYPE = 7
    OTHER_ACCESS_MODE = 8
    PARTNER_NOT_IN_STANDING = 9
    ORDER_NOT_CONFIRMED = 10
    ORDER_ENDED = 11
    SERVES_BY_ORDER = 12
    SCANNED = 13
    NO_RELATION = 14
    GUARDIANSHIP_ENDED = 15


class End(IntEnum):
    """What ended a consent before its time: how its order ended, or that whoever gave it acts for the resident no
    longer; the contract's numbers."""

    ORDER_CLOSED = 1
    ORDER_CANCELLED = 2
    ORDER_REFUSED = 3
    ORDER_EXPIRED = 4
    GUARDIANSHIP_ENDED = 5


class Kind(IntEnum):
    """What a decision is about; the contract's numbers."""

    READ = 1
    INGEST = 2


class ErasureStatus(IntEnum):
    """Where an erasure stands; the contract's numbers."""

    EXPECTED = 1
    DUE = 2
    OVERDUE = 3
    ATTESTED = 4


class ErasureMethod(IntEnum):
    """How something was erased (NIST SP 800-88); the contract's numbers."""

    CLEAR = 1
    PURGE = 2
    CRYPTOGRAPHIC_ERASE = 3
    DESTROY = 4
    NOTHING_KEPT = 5


class AlreadyAnswered(Refusal):
    code = "already-answered"
    title = "The request was answered before, or its order has ended."


class AlreadyRevoked(Refusal):
    code = "already-revoked"
    title = "The consent was revoked before."


class AlreadyEnded(Refusal):
    code = "already-ended"
    title = "The consent ended with its order."


class TooManyAgreements(Refusal):
    code = "too-many-agreements"
    title = "Too many of the caller's orders are not heard of yet."


class ConsentInForce(Refusal):
    code = "consent-in-force"
    title = "The consent has not ended: what was kept under it need not be erased yet."


class NothingToErase(Refusal):
    code = "nothing-to-erase"
    title = "The consent lets nobody keep anything."


class AlreadyAttested(Refusal):
    code = "already-attested"
    title = "The erasure was attested before."


def advance(current: Status, wanted: Status) -> Status:
    """Return `wanted` if a request may go there from `current`."""
    if wanted in NEXT.get(current, frozenset()):
        return wanted
    raise AlreadyAnswered(f"a request that is {current} cannot become {wanted}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to do with a resident's data. An ingest has no purpose, but a count."""

    information_types: frozenset[str]
    purpose: str
    access_mode: AccessMode
    kind: Kind = Kind.READ
    count: int = 0


def check_asked(information_types: Sequence[str], purpose: str, access_mode: int) -> Asked:
    """What is asked, if it can be decided at all."""
    kinds = check_types(information_types)
    if purpose not in PURPOSES:
        raise Invalid("purpose", f"must be one of {', '.join(sorted(PURPOSES))}")
    if access_mode not in set(AccessMode):
        raise Invalid("access_mode", "must be VIEW, STORE or COMPUTE")
    return Asked(kinds, purpose, AccessMode(access_mode))


def check_types(information_types: Sequence[str]) -> frozenset[str]:
    if not 1 <= len(information_types) <= ASKED_MAX:
        raise Invalid("information_types", f"name 1 to {ASKED_MAX} of them")
    for index, kind in enumerate(information_types):
        if kind not in INFORMATION_TYPES:
            raise Invalid(f"information_types[{index}]", f"must be one of {', '.join(sorted(INFORMATION_TYPES))}")
    return frozenset(information_types)


def check_hashes(hashes: Sequence[bytes]) -> frozenset[bytes]:
    """The hashes of what somebody agrees to."""
    if not 1 <= len(hashes) <= ASKED_MAX:
        raise Invalid("consent_hashes", f"name 1 to {ASKED_MAX} of them")
    for index, digest in enumerate(hashes):
        if len(digest) != SHA256_BYTES:
            raise Invalid(f"consent_hashes[{index}]", f"must be the {SHA256_BYTES} bytes of a SHA-256")
    return frozenset(hashes)


def check_ingest(information_types: Sequence[str], count: int) -> Asked:
    """What somebody wants to add, if it can be decided at all."""
    if not 1 <= count <= INGESTED_MAX:
        raise Invalid("count", f"must be between 1 and {INGESTED_MAX}")
    return Asked(check_types(information_types), "", AccessMode.STORE, Kind.INGEST, count)


def end_of(expires_at: datetime, revoked_at: datetime | None, ended_at: datetime | None = None) -> datetime:
    """The first moment at which a consent is no longer in force."""
    return min(moment for moment in (expires_at, revoked_at, ended_at) if moment is not None)


@dataclass(frozen=True, slots=True)
class Standing:
    """A partner's standing, as far as decisions go by it."""

    reads_data: bool
    certified_until: datetime | None

    def good(self, at: datetime) -> bool:
        """May the partner use residents' data now? A certificate lapses by the clock, no event is needed."""
        return self.reads_data and self.certified_until is not None and at < self.certified_until


NO_STANDING = Standing(False, None)  # of a partner nobody has told of


@dataclass(frozen=True, slots=True)
class Relation:
    """What there is between a partner and a resident now."""

    serves: bool  # by an order that is confirmed and has not ended
    scanned_at: datetime | None  # the resident's code, last


@dataclass(frozen=True, slots=True)
class Artefact:
    """A signed permission, as far as decisions go: in force from its order's confirmation to the order's end or until
    it expires, unless revoked. That it was revoked, and that the order ended, does not depend on any clock."""

    id: UUID
    information_types: frozenset[str]
    purpose: str
    access_mode: AccessMode
    expires_at: datetime
    revoked: bool = False
    confirmed: bool = True
    ended: bool = False
    guardianship_ended: bool = False  # of whoever gave it, which ended it

    def in_force(self, at: datetime) -> bool:
        """By the clock, at the moment of asking: no sweep expires a consent."""
        return self.confirmed and not self.ended and not self.revoked and at < self.expires_at


@dataclass(frozen=True, slots=True)
class Verdict:
    """Permit or deny, why, and by which artefact."""

    permitted: bool
    reason: Reason
    artefact_id: UUID | None = None


def decide(standing: Standing, artefacts: Sequence[Artefact], asked: Asked, at: datetime) -> Verdict:
    """Permit what artefacts in force cover together, for the same purpose and mode, to a partner in good standing; else
    deny with what came nearest.

    `artefacts` are those of the resident for the one who asks, newest first; the newest that helps is named.
    """
    if not standing.good(at):
        return Verdict(False, Reason.PARTNER_NOT_IN_STANDING)
    in_force = [artefact for artefact in artefacts if artefact.in_force(at)]
    fitting = [one for one in in_force if (one.purpose, one.access_mode) == (asked.purpose, asked.access_mode)]
    covering = [artefact for artefact in fitting if artefact.information_types & asked.information_types]
    covered = frozenset[str]().union(*(artefact.information_types for artefact in covering))
    if covering and asked.information_types <= covered:
        return Verdict(True, Reason.CONSENT_IN_FORCE, covering[0].id)
    return Verdict(False, why_not(artefacts, in_force, asked, at))


def why_not(artefacts: Sequence[Artefact], in_force: Sequence[Artefact], asked: Asked, at: datetime) -> Reason:
    """What came nearest to a permit."""
    for_purpose = [artefact for artefact in in_force if artefact.purpose == asked.purpose]
    waiting = [artefact for artefact in artefacts if not artefact.confirmed and at < artefact.expires_at]
    reasons = {
        Reason.OTHER_INFORMATION_TYPE: any(artefact.access_mode == asked.access_mode for artefact in for_purpose),
        Reason.OTHER_ACCESS_MODE: bool(for_purpose),
        Reason.OTHER_PURPOSE: bool(in_force),
        Reason.CONSENT_REVOKED: any(artefact.revoked for artefact in artefacts),
        Reason.GUARDIANSHIP_ENDED: any(artefact.guardianship_ended for artefact in artefacts),
        Reason.ORDER_ENDED: any(artefact.ended for artefact in artefacts),
        Reason.ORDER_NOT_CONFIRMED: bool(waiting),
        Reason.CONSENT_EXPIRED: bool(artefacts),
    }
    return next((reason for reason, holds in reasons.items() if holds), Reason.NO_CONSENT)


def decide_ingest(standing: Standing, relation: Relation, at: datetime) -> Verdict:
    """Permit a partner in good standing to add to the record of somebody it serves, or has before it."""
    if not standing.good(at):
        return Verdict(False, Reason.PARTNER_NOT_IN_STANDING)
    if relation.serves:
        return Verdict(True, Reason.SERVES_BY_ORDER)
    if relation.scanned_at is not None and at < relation.scanned_at + SCAN_COUNTS_FOR:
        return Verdict(True, Reason.SCANNED)
    return Verdict(False, Reason.NO_RELATION)


def check_attestation(method: int, protocol_sha256: bytes) -> ErasureMethod:
    """How something was erased, if that is a known way; the hash of a protocol may be there."""
    if method not in set(ErasureMethod):
        raise Invalid("method", f"must be one of {', '.join(ErasureMethod.__members__)}")
    if protocol_sha256 and len(protocol_sha256) != SHA256_BYTES:
        raise Invalid("protocol_sha256", f"must be the {SHA256_BYTES} bytes of a SHA-256, or left out")
    return ErasureMethod(method)


def overdue_since(at: datetime) -> datetime:
    """What was due by then, and is not attested, is overdue at this moment."""
    return at - timedelta(days=GRACE_DAYS)


def long_overdue_since(at: datetime) -> datetime:
    """The same for what is overdue for so long that somebody has to act."""
    return overdue_since(at) - timedelta(days=OVERDUE_DAYS_MAX)


def erasure_status(due_at: datetime, attested_at: datetime | None, at: datetime) -> ErasureStatus:
    """By the clock, at the moment of asking. An attested erasure is never overdue, however late it was."""
    if attested_at is not None:
        return ErasureStatus.ATTESTED
    if at < due_at:
        return ErasureStatus.EXPECTED
    return ErasureStatus.OVERDUE if due_at <= overdue_since(at) else ErasureStatus.DUE


def chained(previous: bytes, entry: bytes) -> bytes:
    """An access-log entry's hash: SHA-256 over the one before it and the entry's canonical bytes."""
    return hashlib.sha256(previous + entry).digest()


GENESIS = bytes(32)  # before the first entry
