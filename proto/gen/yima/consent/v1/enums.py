"""Generated from the contract; do not edit."""

from enum import IntEnum


class ConsentStatus(IntEnum):
    """Where a request or an artefact stands. Expiry is decided by the clock at the moment of asking."""

    REQUESTED = 1
    GRANTED = 2
    DENIED = 3
    REVOKED = 4
    EXPIRED = 5
    SUPERSEDED = 6
    SUSPENDED = 7
    WITHDRAWN = 8
    ENDED = 9
    AWAITING_ORDER = 10


class Origin(IntEnum):
    """What a request or an artefact comes from."""

    ORDER = 1
    VISIT = 2
    EMERGENCY = 3
    OFFER = 4
    PROJECT = 5


class Reason(IntEnum):
    """Why a decision came out as it did."""

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
    OTHER_PRACTITIONER = 16
    VISIT_OFFERED = 17
    VISIT_DENIED = 18
    EMERGENCY = 19
    LEGAL_BASIS = 20
    USED_UP = 21
    PROJECT_ENDED = 22
    ITS_PATIENT = 23
    FROZEN = 30
    NO_DECISION = 100


class ConsentEnd(IntEnum):
    """How a consent ended before its time."""

    ORDER_CLOSED = 1
    ORDER_CANCELLED = 2
    ORDER_REFUSED = 3
    ORDER_EXPIRED = 4
    GUARDIANSHIP_ENDED = 5
    NOT_JUSTIFIED = 6
    PROJECT_ENDED = 7
    GRANTEE_LEFT = 8


class AccessKind(IntEnum):
    """What an entry of the access log is about."""

    READ = 1
    INGEST = 2
    SCAN = 3
    EMERGENCY = 4
    CONSENT = 5
    POLICY = 6
    LOOK = 7
    REFUSALS = 8
    CITY = 9


class AccessAct(IntEnum):
    """What was done, where an entry of the access log is not a decision."""

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


class ErasureStatus(IntEnum):
    """Where an erasure stands. By the clock at the moment of asking."""

    EXPECTED = 1
    DUE = 2
    OVERDUE = 3
    ATTESTED = 4


class ErasureMethod(IntEnum):
    """How something was erased, in the words of NIST SP 800-88."""

    CLEAR = 1
    PURGE = 2
    CRYPTOGRAPHIC_ERASE = 3
    DESTROY = 4
    NOTHING_KEPT = 5


class GroundKind(IntEnum):
    """What bears upon whether somebody may use data."""

    STANDING = 1
    CONSENT = 2
    VISIT = 3
    VISIT_RULE = 4
    LEGAL_BASIS = 5


class RemedyKind(IntEnum):
    """What would change it."""

    REVOKE_CONSENT = 1
    ANSWER_VISIT = 2
    END_VISIT_RULE = 3
    LEGAL_BASIS_ENDS = 4
    SHOW_CODE = 5
    CONSENT_TO_ORDER = 6
    CONFIRM_ORDER = 7
    REGAIN_STANDING = 8
    JOIN_PROJECT = 9


class LegalBasisStatus(IntEnum):
    """Where a legal basis stands. By the clock at the moment of asking."""

    ENTERED = 1
    IN_FORCE = 2
    EXPIRED = 3
    ENDED = 4


class ProjectStatus(IntEnum):
    """Where a project stands. By the clock at the moment of asking."""

    PROPOSED = 1
    ENDORSED = 2
    APPROVED = 3
    EXPIRED = 4
    ENDED = 5


class EmergencyStatus(IntEnum):
    """Where an emergency stands. By the clock at the moment of asking."""

    TO_REVIEW = 1
    OVERDUE = 2
    REVIEWED = 3
    AUDITED = 4
