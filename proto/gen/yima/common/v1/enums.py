"""Generated from the contract; do not edit."""

from enum import IntEnum


class Role(IntEnum):
    """Who a caller is. A person or system has exactly one role in one token."""

    RESIDENT = 1
    PRACTITIONER = 2
    PARTNER = 3
    OPERATOR = 4
    REGULATOR = 5


class Scope(IntEnum):
    """What a partner's API key may do. A key has one or more of these; a route says which one it takes."""

    OFFERINGS = 1
    ORDERS = 2
    RECORDS = 3
    MONEY = 4
    DOCUMENTS = 5
    STANDING = 6
    WEBHOOKS = 7


class Duty(IntEnum):
    """What an account of a role that has duties is for. An account has one or more; a route says which it takes."""

    ONBOARDING = 1
    FINANCE = 2
    SUPPORT = 3
    ACCOUNTS = 4
    OWNER = 5
    DESK = 6
    DEVELOPER = 7
    SUPERVISE = 8
    AUDIT = 9
    QUALITY = 10


class GuardianAct(IntEnum):
    """What a guardian may do for a dependant. A guardianship names one or more; a route says of which it takes one."""

    ORDERS = 1
    CONSENTS = 2
    RECORDS = 3
    HEALTH_CODE = 4


class StandingNeeded(IntEnum):
    """How the partner that a caller is of must stand, for a route that changes something."""

    NONE = 1
    BY_RULE = 2


class PartnerView(IntEnum):
    """How partners see a field."""

    SEALED = 1
    WITHHELD = 2
    NAMES_RESIDENT = 3


class Sex(IntEnum):
    """The sex that an identity number says."""

    FEMALE = 1
    MALE = 2
