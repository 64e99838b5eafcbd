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
REASON_LENGTH_MAX = 500
GRACE_DAYS = 7  # from when an erasure is due until it is overdue
OVERDUE_DAYS_MAX = 7  # from when it is overdue until somebody has to act
SHA256_BYTES = 32


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
    """The request was answered before, or its order has ended."""


class AlreadyRevoked(Refusal):
    """The consent was revoked before."""


class ConsentInForce(Refusal):
    """The consent has not ended: what was kept under it need not be erased yet."""


class NothingToErase(Refusal):
    """The consent lets nobody keep anything."""


class AlreadyAttested(Refusal):
    """The erasure was attested before."""


def advance(current: Status, wanted: Status) -> Status:
    """Return `wanted` if a request may go there from `current`."""
    if wanted in NEXT.get(current, frozenset()):
        return wanted
    raise AlreadyAnswered(f"a request that is {current} cannot become {wanted}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to do with a resident's data."""

    information_types: frozenset[str]
    purpose: str
    access_mode: AccessMode


def check_asked(information_types: Sequence[str], purpose: str, access_mode: int) -> Asked:
    """What is asked, if it can be decided at all."""
    if not 1 <= len(information_types) <= ASKED_MAX:
        raise Invalid("information_types", f"name 1 to {ASKED_MAX} of them")
    for place, kind in enumerate(information_types):
        if kind not in INFORMATION_TYPES:
            raise Invalid(f"information_types[{place}]", f"must be one of {', '.join(sorted(INFORMATION_TYPES))}")
    if purpose not in PURPOSES:
        raise Invalid("purpose", f"must be one of {', '.join(sorted(PURPOSES))}")
    if access_mode not in set(AccessMode):
        raise Invalid("access_mode", "must be VIEW, STORE or COMPUTE")
    return Asked(frozenset(information_types), purpose, AccessMode(access_mode))


def end_of(expires_at: datetime, revoked_at: datetime | None) -> datetime:
    """The first moment at which a consent is no longer in force."""
    return min(expires_at, revoked_at or expires_at)


@dataclass(frozen=True, slots=True)
class Artefact:
    """A signed permission, as far as decisions go. In force in [granted_at, expires_at), unless revoked."""

    id: UUID
    information_types: frozenset[str]
    purpose: str
    access_mode: AccessMode
    granted_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    def in_force(self, at: datetime) -> bool:
        """By the clock, at the moment of asking: no sweep expires a consent."""
        return self.granted_at <= at < end_of(self.expires_at, self.revoked_at)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Permit or deny, why, and by which artefact."""

    permitted: bool
    reason: Reason
    artefact_id: UUID | None = None


def decide(artefacts: Sequence[Artefact], asked: Asked, at: datetime) -> Verdict:
    """Permit what artefacts in force cover together, for the same purpose and mode; else deny with what came nearest.

    `artefacts` are those of the resident for the one who asks, newest first; the newest that helps is named.
    """
    in_force = [artefact for artefact in artefacts if artefact.in_force(at)]
    for_purpose = [artefact for artefact in in_force if artefact.purpose == asked.purpose]
    for_mode = [artefact for artefact in for_purpose if artefact.access_mode == asked.access_mode]
    covering = [artefact for artefact in for_mode if artefact.information_types & asked.information_types]
    covered = frozenset[str]().union(*(artefact.information_types for artefact in covering))
    if covering and asked.information_types <= covered:
        return Verdict(True, Reason.CONSENT_IN_FORCE, covering[0].id)
    if for_mode:
        return Verdict(False, Reason.OTHER_INFORMATION_TYPE)
    if for_purpose:
        return Verdict(False, Reason.OTHER_ACCESS_MODE)
    if in_force:
        return Verdict(False, Reason.OTHER_PURPOSE)
    if any(artefact.revoked_at is not None for artefact in artefacts):
        return Verdict(False, Reason.CONSENT_REVOKED)
    return Verdict(False, Reason.CONSENT_EXPIRED if artefacts else Reason.NO_CONSENT)


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
