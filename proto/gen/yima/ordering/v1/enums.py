"""Generated from the contract; do not edit."""

from enum import IntEnum


class OrderEnding(IntEnum):
    """What had become of orders when their month was counted."""

    SERVED = 1
    CALLED_OFF = 2
    UNDER_WAY = 3


class OrderStatus(IntEnum):
    """Where an order stands."""

    PLACED = 1
    CONFIRMED = 2
    ACCEPTED = 3
    FULFILLING = 4
    FULFILLED = 5
    CLOSED = 6
    REFUSED = 7
    CANCELLED = 8
    EXPIRED = 9


class Requirement(IntEnum):
    """What an order waits for before it is confirmed."""

    MONEY = 1
    CONSENT = 2
    WORD = 3


class SeriesEnd(IntEnum):
    """Why no further period follows."""

    STOPPED = 1
    UNPAID = 2
    NOT_ACCEPTED = 3
    CALLED_OFF = 4
    COMPLETE = 5
    WITHDRAWN = 6
    STANDING = 7
    NOT_ELIGIBLE = 8


class TermsDifference(IntEnum):
    """In what terms differ from those that were agreed to."""

    PRICE = 1
    DATA = 2
    CANCELLATION = 3
    OTHER = 4


class OrderParty(IntEnum):
    """Who has to do something for an order."""

    RESIDENT = 1
    PARTNER = 2
    OPERATOR = 3
    PLATFORM = 4


class OrderAction(IntEnum):
    """What an order waits for."""

    PAY = 1
    CONSENT = 2
    ACCEPT = 3
    BOOK = 4
    AGREE_TO_SESSIONS = 5
    SERVE = 6
    DECLARE_FULFILLED = 7
    OBJECT = 8
    DECIDE_OBJECTION = 9
    TAKE_MONEY = 10
    AGREE = 11


class WarningKind(IntEnum):
    """Something to think about before ordering."""

    RECENT_EQUIVALENT = 1
    OPEN_EQUIVALENT = 2


class BookedBy(IntEnum):
    """Whose act put a session at its time."""

    RESIDENT = 1
    PARTNER = 2


class ProofSource(IntEnum):
    """What a proof rests on."""

    SCAN = 1
    PARTNER = 2
    RESIDENT = 3


class ReviewStatus(IntEnum):
    """Whether a review's text is shown. Its rating counts at once."""

    PENDING = 1
    PUBLISHED = 2
    WITHHELD = 3


class ComplaintStatus(IntEnum):
    """Where a complaint stands."""

    OPEN = 1
    ANSWERED = 2
    DECIDED = 3


class PrivateOfferStatus(IntEnum):
    """Where a private offer stands."""

    OPEN = 1
    TAKEN = 2
    USED = 3
    WITHDRAWN = 4
    LAPSED = 5


class PrivateOfferEnd(IntEnum):
    """Why a private offer is over that nobody ordered by."""

    WITHDRAWN = 1
    DAY_OVER = 2
    OFFERING_CHANGED = 3
    STANDING = 4


class FollowUpOrderState(IntEnum):
    """How far an order has come that was placed for a follow-up."""

    OPEN = 1
    OVER = 2
    SERVED = 3
