"""Generated from the contract; do not edit."""

from enum import IntEnum


class AccountStatus(IntEnum):
    """How an account stands."""

    UNCONFIRMED = 1
    ACTIVE = 2
    SUSPENDED = 3
    LEFT = 4


class AccountChangeKind(IntEnum):
    """What changed about an account."""

    JOINED = 1
    CONFIRMED = 2
    DUTIES = 3
    SUSPENDED = 4
    REINSTATED = 5
    LEFT = 6


class LicenceState(IntEnum):
    """What the register of licences says of a practitioner's. Only with one that is checked does a practitioner scan codes, and read or write records."""

    WAITING = 1
    CHECKED = 2
    REFUSED = 3
    WITHDRAWN = 4


class GuardianshipEnd(IntEnum):
    """Why a guardianship ended."""

    BY_GUARDIAN = 1
    BY_OPERATOR = 2
    OF_AGE = 3
