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


class GuardianshipBasis(IntEnum):
    """On what a guardianship rests."""

    REGISTRATION = 1
    AGREEMENT = 2
    EVIDENCE = 3


class GuardianshipProposalStatus(IntEnum):
    """Where a proposal stands."""

    OPEN = 1
    CONFIRMED = 2
    DECLINED = 3
    WITHDRAWN = 4
    REFUSED = 5
    EXPIRED = 6


class GuardianshipEvidenceKind(IntEnum):
    """What a document is that shows who acts for whom."""

    BIRTH_CERTIFICATE = 1
    HOUSEHOLD_REGISTER = 2
    COURT_DECISION = 3
    NOTARISED_AGREEMENT = 4
    APPOINTMENT = 5


class DistrictSource(IntEnum):
    """Who said where somebody lives."""

    REGISTER = 1
    OWN = 2


class LicenceState(IntEnum):
    """What the register of licences says of a practitioner's. Only with one that is checked does a practitioner scan codes, and read or write records."""

    WAITING = 1
    CHECKED = 2
    REFUSED = 3
    WITHDRAWN = 4


class Agreement(IntEnum):
    """Do two things agree?"""

    YES = 1
    NO = 2


class PatientMatchBasis(IntEnum):
    """By what a patient was matched; the strongest of what there was."""

    HEALTH_CODE = 1
    IDENTITY_NUMBER = 2
    RESIDENT_ID = 3
    CONFIRMED = 4


class GuardianshipEnd(IntEnum):
    """Why a guardianship ended."""

    BY_GUARDIAN = 1
    BY_OPERATOR = 2
    OF_AGE = 3
    BY_DEPENDANT = 4
    TERM = 5
