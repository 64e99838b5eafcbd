"""Generated from the contract; do not edit."""

from enum import IntEnum


class UnitKind(IntEnum):
    """What one unit of an entitlement is."""

    VISIT = 1
    MEASUREMENT = 2


class Unused(IntEnum):
    """What becomes of units that were not used within their time, once at least one was."""

    NOT_CHARGED = 1
    CHARGED = 2


class PriceBasis(IntEnum):
    """What an offering's price is for."""

    ORDER = 1
    PACKAGE = 2
    USAGE = 4
    PERIOD = 5


class Population(IntEnum):
    """For whom a service is meant first."""

    EVERYONE = 1
    HYPERTENSION = 2
    DIABETES = 3
    MATERNAL = 4
    INFANT = 5
    ELDERLY = 6


class OfferingKind(IntEnum):
    """How a service is delivered. It says which process the order follows."""

    SINGLE_VISIT = 1
    PACKAGE = 2
    SUBSCRIPTION = 3
    DEVICE_MONITORING = 4
    DATA_SERVICE = 5


class OfferingStatus(IntEnum):
    """Where an offering's revision stands."""

    DRAFT = 1
    SUBMITTED = 2
    IN_REVIEW = 3
    PUBLISHED = 4
    SUPERSEDED = 5
    REFUSED = 6
    RESTRICTED = 7
    RETIRED = 8


class AccessMode(IntEnum):
    """What may be done with data: look at it, keep it, or only compute on it."""

    VIEW = 1
    STORE = 2
    COMPUTE = 3


class SkipReason(IntEnum):
    """Why a weekly pattern makes no slot at a time it names."""

    PAST = 1
    NO_SUCH_TIME = 2


class OfferingSort(IntEnum):
    """In which order offerings are listed."""

    NEWEST = 1
    RELEVANCE = 2
    DISTANCE = 3
    PRICE = 4
    RATING = 5
    NEXT_FREE_SLOT = 6


class CalendarKind(IntEnum):
    """What a calendar is of."""

    PRACTITIONER = 1
    ROOM = 2
    DEVICE = 3
