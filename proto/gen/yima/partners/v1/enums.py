"""Generated from the contract; do not edit."""

from enum import IntEnum


class PartnerKind(IntEnum):
    """What kind of organisation a partner is."""

    HOSPITAL = 1
    CLINIC = 2
    COMMUNITY_HEALTH_CENTRE = 3
    LABORATORY = 4
    DEVICE_MAKER = 5
    INSURER = 6
    AI_COMPANY = 7
    HEALTH_MANAGEMENT = 8


class DataLevel(IntEnum):
    """A level of data on which partners take part; one may be on several."""

    COLLECTION = 1
    CONNECTIVITY = 2
    UTILISATION = 3
    SERVICE = 4


class FunnelStage(IntEnum):
    """The steps between an application and the first offering on sale, in their order."""

    DOCUMENTS = 1
    SCREENING = 2
    CERTIFICATES = 3
    CONTRACT_OFFER = 4
    CONTRACT_SIGNATURE = 5
    FIRST_OFFERING = 6


class PartnerStatus(IntEnum):
    """Where a partner stands between applying and leaving."""

    APPLIED = 1
    SCREENING = 2
    CERTIFYING = 3
    CONTRACTING = 4
    ACTIVE = 5
    SUSPENDED = 6
    OFFBOARDING = 7
    LEFT = 8
    REJECTED = 9


class Capability(IntEnum):
    """What a partner may do. It is derived from status and certificates by one table."""

    PUBLISH = 1
    SELL = 2
    FULFIL = 3
    READ_DATA = 4
    BE_PAID = 5


class FreezeTarget(IntEnum):
    """What a freeze is of."""

    PARTNER = 1
    OFFERING = 2
    PRACTITIONER = 3
    ACCOUNT = 4


class Aspect(IntEnum):
    """What a partner is certified in."""

    LAW = 1
    SECURITY = 2
    TECHNOLOGY = 3
    PRODUCT = 4
    SERVICE = 5


class Verdict(IntEnum):
    """What a screener finds of an item."""

    MET = 1
    PARTLY_MET = 2
    NOT_MET = 3


class ReviewKind(IntEnum):
    """What was reviewed."""

    APPLICATION = 1
    PARTIAL = 2
    RENEWAL = 3


class BankAccountChangeStatus(IntEnum):
    """Where a change of a bank account stands."""

    PROPOSED = 1
    CONFIRMED = 2
    IN_FORCE = 3
    STOPPED = 4


class EvidenceStatus(IntEnum):
    """Where a piece of evidence stands."""

    IN_FORCE = 1
    TO_RENEW = 2
    RENEWED = 3
    PAST = 4


class AppealStatus(IntEnum):
    """Where an appeal stands."""

    WAITING = 1
    GRANTED = 2
    DISMISSED = 3
    LAPSED = 4


class OffboardingStep(IntEnum):
    """The steps of leaving, in their order."""

    SALE_STOPPED = 1
    ORDERS_FINISHED = 2
    MONEY_SETTLED = 3
    DATA_ERASED = 4
    CERTIFICATES_ENDED = 5


class DoubtKind(IntEnum):
    """Kinds of doubts."""

    SAME_REGISTRATION_NUMBER = 1
    SAME_NAME = 2


class ContractStatus(IntEnum):
    """Where a version of a partner's contract stands."""

    OFFERED = 1
    SUPERSEDED = 2
    AGREED = 3
    IN_FORCE = 4
    REPLACED = 5
