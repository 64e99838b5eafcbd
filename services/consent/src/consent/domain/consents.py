"""What a resident is asked for and signs: who answers it when, how long it holds, what ends it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from chassis.refusals import Invalid, Refusal

HASHES_MAX = 20
SHA256_BYTES = 32
AGREEMENT_KEPT_FOR = timedelta(hours=1)  # an order arrives within seconds
AGREEMENTS_MAX = 200  # of one person, that wait for their orders
NOT_THEIR_RESIDENT = "there is no such resident, or you do not act for them; name yourself or a dependant"
# A decision may be on its way to the caller for so long; the answer to a revocation waits until it has arrived.
RELEASE_SECONDS = 0.5


class Origin(IntEnum):
    """What a request or an artefact comes from; the contract's numbers."""

    ORDER = 1
    VISIT = 2
    EMERGENCY = 3
    OFFER = 4
    PROJECT = 5


class RequestStatus(StrEnum):
    """Where a request stands."""

    REQUESTED = "requested"
    GRANTED = "granted"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"  # by the offer of a later scan
    EXPIRED = "expired"  # by the clock, never stored: the visit is over


NEXT: Mapping[RequestStatus, frozenset[RequestStatus]] = {
    RequestStatus.REQUESTED: frozenset(
        {RequestStatus.GRANTED, RequestStatus.DENIED, RequestStatus.WITHDRAWN, RequestStatus.SUPERSEDED}
    ),
}


class AccessMode(IntEnum):
    """What may be done with data; the contract's numbers."""

    VIEW = 1
    STORE = 2
    COMPUTE = 3


class ConsentEnd(IntEnum):
    """What ended a consent before its time: how its order ended, that its guardian no longer acts for the resident, or
    that its project ended, or that its grantee left; the contract's numbers."""

    ORDER_CLOSED = 1
    ORDER_CANCELLED = 2
    ORDER_REFUSED = 3
    ORDER_EXPIRED = 4
    GUARDIANSHIP_ENDED = 5
    NOT_JUSTIFIED = 6  # the emergency, found whoever reviewed it
    PROJECT_ENDED = 7
    GRANTEE_LEFT = 8


class AlreadyAnswered(Refusal):
    code = "already-answered"
    title = "The request was answered before, or its order has ended."


class AlreadyRevoked(Refusal):
    code = "already-revoked"
    title = "The consent was revoked before."


class AlreadyEnded(Refusal):
    code = "already-ended"
    title = "The consent ended with its order or project."


class TooManyAgreements(Refusal):
    code = "too-many-agreements"
    title = "Too many of the caller's orders are not heard of yet."


def advance(current: RequestStatus, target: RequestStatus) -> RequestStatus:
    """Return `target` if a request may go there from `current`."""
    if target in NEXT.get(current, frozenset()):
        return target
    raise AlreadyAnswered(f"a request that is {current} cannot become {target}")


def check_hashes(hashes: Sequence[bytes]) -> frozenset[bytes]:
    """The hashes of what somebody agrees to."""
    if not 1 <= len(hashes) <= HASHES_MAX:
        raise Invalid("consent_hashes", f"name 1 to {HASHES_MAX} of them")
    for index, digest in enumerate(hashes):
        if len(digest) != SHA256_BYTES:
            raise Invalid(f"consent_hashes[{index}]", f"must be the {SHA256_BYTES} bytes of a SHA-256")
    return frozenset(hashes)


def end_of(expires_at: datetime, revoked_at: datetime | None, ended_at: datetime | None = None) -> datetime:
    """The first moment at which a consent is no longer in force."""
    return min(moment for moment in (expires_at, revoked_at, ended_at) if moment is not None)
