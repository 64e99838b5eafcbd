"""How payments and payouts move."""

from collections.abc import Mapping
from enum import StrEnum

from chassis.refusals import Refusal


class Payment(StrEnum):
    """Where a payment stands."""

    AWAITING_METHOD = "awaiting_method"
    AUTHORISING = "authorising"
    AUTHORISED = "authorised"
    ADVANCING = "advancing"  # asked for before it is earned
    ADVANCED = "advanced"
    CAPTURING = "capturing"
    CAPTURED = "captured"
    VOIDING = "voiding"
    VOIDED = "voided"
    FAILED = "failed"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"


class Payout(StrEnum):
    """Where a payout stands."""

    CLAIMED = "claimed"
    SUBMITTED = "submitted"
    PAID = "paid"
    RETURNED = "returned"


class Dispute(StrEnum):
    """Where a dispute stands; won and lost are the partner's."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Step(StrEnum):
    """What a provider is asked to do."""

    AUTHORISE = "authorise"
    ADVANCE = "advance"  # a capture before the fulfilment
    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"
    PAY_OUT = "pay_out"


NEXT: Mapping[Payment, frozenset[Payment]] = {
    Payment.AWAITING_METHOD: frozenset({Payment.AUTHORISING, Payment.VOIDED}),
    Payment.AUTHORISING: frozenset({Payment.AUTHORISED, Payment.FAILED, Payment.VOIDING}),
    Payment.FAILED: frozenset({Payment.AUTHORISING, Payment.VOIDED}),
    Payment.AUTHORISED: frozenset({Payment.ADVANCING, Payment.CAPTURING, Payment.VOIDING}),
    Payment.ADVANCING: frozenset({Payment.ADVANCED, Payment.AUTHORISED}),
    Payment.ADVANCED: frozenset({Payment.CAPTURING, Payment.VOIDED}),
    Payment.CAPTURING: frozenset({Payment.CAPTURED, Payment.FAILED}),
    Payment.VOIDING: frozenset({Payment.VOIDED}),
    Payment.CAPTURED: frozenset({Payment.PARTLY_REFUNDED, Payment.REFUNDED}),
    Payment.PARTLY_REFUNDED: frozenset({Payment.REFUNDED}),
}
TAKEN = frozenset({Payment.CAPTURED, Payment.PARTLY_REFUNDED})


class Disputed(Refusal):
    """A dispute about this payment is open; its decision says what becomes of the money."""


class Decided(Refusal):
    """The dispute has been decided."""


class NothingTaken(Refusal):
    """No money of this order has been taken that could be given back."""
