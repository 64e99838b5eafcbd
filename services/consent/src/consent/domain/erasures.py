"""What has to be erased, when, and how somebody says that it is."""

from datetime import datetime, timedelta
from enum import IntEnum

from chassis.refusals import Invalid, Refusal

from consent.domain.consents import SHA256_BYTES

GRACE_DAYS = 7  # from when an erasure is due until it is overdue
OVERDUE_DAYS_MAX = 7  # from when it is overdue until somebody has to act


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


class ConsentInForce(Refusal):
    code = "consent-in-force"
    title = "The consent has not ended: what was kept under it need not be erased yet."


class NothingToErase(Refusal):
    code = "nothing-to-erase"
    title = "The consent lets nobody keep anything."


class AlreadyAttested(Refusal):
    code = "already-attested"
    title = "The erasure was attested before."


def check_attestation(method: int, protocol_sha256: bytes) -> ErasureMethod:
    """How something was erased, if that is a known way; the hash of a protocol may be there."""
    if method not in set(ErasureMethod):
        raise Invalid("method", f"must be one of {', '.join(ErasureMethod.__members__)}")
    if protocol_sha256 and len(protocol_sha256) != SHA256_BYTES:
        raise Invalid("protocol_sha256", f"must be the {SHA256_BYTES} bytes of a SHA-256, or left out")
    return ErasureMethod(method)


def overdue_since(at: datetime) -> datetime:
    """What was due by the returned moment, and is not attested, is overdue at `at`."""
    return at - timedelta(days=GRACE_DAYS)


def long_overdue_since(at: datetime) -> datetime:
    """The same for what is overdue so long that somebody has to act."""
    return overdue_since(at) - timedelta(days=OVERDUE_DAYS_MAX)


def erasure_status(due_at: datetime, attested_at: datetime | None, at: datetime) -> ErasureStatus:
    """By the clock, at the moment of asking. An attested erasure is never overdue, however late it was."""
    if attested_at is not None:
        return ErasureStatus.ATTESTED
    if at < due_at:
        return ErasureStatus.EXPECTED
    return ErasureStatus.OVERDUE if due_at <= overdue_since(at) else ErasureStatus.DUE
