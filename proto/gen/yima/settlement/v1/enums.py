"""Generated from the contract; do not edit."""

from enum import IntEnum


class Rounding(IntEnum):
    """How parts of the gross come to whole minor units."""

    UP = 1


class RefundLiability(IntEnum):
    """Who bears a refund."""

    PRO_RATA = 1
    PARTNER = 2
    PLATFORM = 3


class PayoutRail(IntEnum):
    """Who carries a partner's payouts."""

    PROVIDER = 1
    BANK = 2


class PayoutSchedule(IntEnum):
    """When the sweep pays a partner."""

    DAILY = 1
    WEEKLY = 2
    MONTHLY = 3


class MoneyShare(IntEnum):
    """Whose part of an order's money."""

    PARTNERS = 1
    PLATFORM = 2
    OTHERS = 3


class BreakKind(IntEnum):
    """What is wrong."""

    NOT_IN_LEDGER = 1
    NOT_TOLD = 2
    AMOUNT_DIFFERS = 3
    PAYOUT_UNCONFIRMED = 4
    REFUND_OVERDUE = 5
    CAPTURE_OVERDUE = 6


class BreakSource(IntEnum):
    """Who tells of money beside the ledger."""

    BANK = 1
    PROVIDER = 2


class BreakStatus(IntEnum):
    """Where a break stands."""

    OPEN = 1
    RESOLVED = 2


class BreakResolution(IntEnum):
    """How a break ended."""

    MATCHED = 1
    ADJUSTED = 2
    GONE = 3


class AdjustmentStatus(IntEnum):
    """Where an adjustment stands."""

    PROPOSED = 1
    APPROVED = 2
    REJECTED = 3


class StatementStatus(IntEnum):
    """Where an issued statement stands."""

    ISSUED = 1
    CONFIRMED = 2
    DISPUTED = 3
    RESOLVED = 4
    DEEMED_CONFIRMED = 5


class DocumentFormat(IntEnum):
    """In which form a document is wanted."""

    JSON = 1
    CSV = 2
    PDF = 3


class PaymentStatus(IntEnum):
    """Where a payment stands."""

    AWAITING_METHOD = 1
    AUTHORISING = 2
    AUTHORISED = 3
    CAPTURING = 4
    CAPTURED = 5
    VOIDING = 6
    VOIDED = 7
    FAILED = 8
    PARTLY_REFUNDED = 9
    REFUNDED = 10
    ADVANCING = 11
    ADVANCED = 12
    REFUNDING = 13
    REFUND_FAILED = 14
    CAPTURE_FAILED = 15
    VOID_FAILED = 16


class PayoutStatus(IntEnum):
    """Where a payout stands."""

    CLAIMED = 1
    SUBMITTED = 2
    PAID = 3
    RETURNED = 4


class PaymentStepKind(IntEnum):
    """What a payment provider asks of who pays."""

    REDIRECT = 1
    SCAN = 2
    CONFIRM = 3


class RefundStatus(IntEnum):
    """Where a refund stands."""

    ASKED = 1
    DONE = 2
    FAILED = 3


class DisputeStatus(IntEnum):
    """Where a dispute stands."""

    OPEN = 1
    WON = 2
    LOST = 3


class ProposalStatus(IntEnum):
    """Where a proposal stands."""

    PROPOSED = 1
    APPROVED = 2
    REJECTED = 3


class MoneyCaseKind(IntEnum):
    """What is wrong with money."""

    REFUND_FAILED = 1
    VOID_FAILED = 2
    CAPTURE_FAILED = 3
    PAYOUTS_STOPPED = 4
    NO_ANSWER = 5
    AMOUNT_DIFFERS = 6
    CONTRADICTED = 7
    CHARGED_BEYOND = 8
    STATEMENT_GAP = 9
