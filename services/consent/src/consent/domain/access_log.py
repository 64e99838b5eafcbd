"""The access log: what its entries say that are not decisions, and its chain of hashes."""

import hashlib
from enum import IntEnum

from chassis.refusals import Refusal, Unavailable

NO_SUCH_ENTRY = "there is no such entry, or it is not about somebody whose log you see"
GENESIS = bytes(32)  # before the first entry


def chained(previous: bytes, entry: bytes) -> bytes:
    """An access-log entry's hash: SHA-256 over the one before it and the entry's canonical bytes."""
    return hashlib.sha256(previous + entry).digest()


class AccessAct(IntEnum):
    """What was done, where an entry is not a decision; the contract's numbers."""

    CODE_SCANNED = 1
    CODE_REPLAYED = 2
    EMERGENCY_OPENED = 3
    EMERGENCY_REVIEWED = 4
    CONSENT_REQUESTED = 5
    CONSENT_GRANTED = 6
    CONSENT_DENIED = 7
    CONSENT_REVOKED = 8
    CONSENT_ENDED = 9
    RULE_SET = 10
    RULE_WITHDRAWN = 11
    LOG_SEEN = 12
    CONSENTS_SEEN = 13
    ERASURES_SEEN = 14
    REFUSED_AGAIN = 15
    ORDERS_SEEN = 16
    PERSON_SEEN = 17
    EMERGENCIES_SEEN = 18
    RESOURCE_REVIEWED = 19
    CODE_SCANNED_ELSEWHERE = 20
    CODE_REPLAYED_ELSEWHERE = 21
    LEGAL_BASIS_ENTERED = 30
    LEGAL_BASIS_SIGNED = 31
    LEGAL_BASIS_ENDED = 32
    PROJECT_PROPOSED = 33
    PROJECT_ENDORSED = 34
    PROJECT_APPROVED = 35
    PROJECT_ENDED = 36
    FREEZE_IMPOSED = 37
    FREEZE_LIFTED = 38
    TRUST_LIST_PUT = 39
    PACK_CHANGED = 40
    PATIENT_ASKED = 41
    PATIENT_MATCHED = 42
    PATIENT_UNMATCHED = 43
    READING_WITHDRAWN = 44
    FOLLOW_UP_NOTED = 45
    FOLLOW_UP_CLOSED = 46


class LogBroken(Unavailable):
    code = "access-log-broken"
    title = "The access log is not the one that was signed; nothing is added to it until it is restored."


class UnknownWitness(Refusal):
    code = "unknown-witness"
    title = "The signature is of no witness that is known here."
