"""How payments and payouts move."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
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
    REFUNDING = "refunding"  # asked of the provider
    REFUND_FAILED = "refund_failed"  # refused by it; asked again on a schedule
    CAPTURE_FAILED = "capture_failed"
    VOID_FAILED = "void_failed"


class Refund(StrEnum):
    """Where a refund stands: asked of the provider, done, or failed with its reason."""

    ASKED = "asked"
    DONE = "done"
    FAILED = "failed"


class RefundKind(StrEnum):
    """Why money goes back."""

    REFUND = "refund"
    ADVANCE = "advance"  # taken in advance and not used
    CHARGEBACK = "chargeback"  # the cardholder's bank has taken it already


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
    Payment.CAPTURING: frozenset({Payment.CAPTURED, Payment.CAPTURE_FAILED}),
    Payment.CAPTURE_FAILED: frozenset({Payment.CAPTURED, Payment.AUTHORISING, Payment.FAILED}),
    Payment.VOIDING: frozenset({Payment.VOIDED, Payment.VOID_FAILED}),
    Payment.VOID_FAILED: frozenset({Payment.VOIDED}),
    Payment.CAPTURED: frozenset({Payment.REFUNDING}),
    Payment.REFUNDING: frozenset({Payment.PARTLY_REFUNDED, Payment.REFUNDED, Payment.REFUND_FAILED}),
    Payment.REFUND_FAILED: frozenset({Payment.PARTLY_REFUNDED, Payment.REFUNDED, Payment.REFUNDING}),
    Payment.PARTLY_REFUNDED: frozenset({Payment.REFUNDING}),
    Payment.REFUNDED: frozenset({Payment.REFUND_FAILED}),
}
TAKEN = frozenset(
    {
        Payment.CAPTURED, Payment.REFUNDING, Payment.REFUND_FAILED, Payment.PARTLY_REFUNDED, Payment.REFUNDED,
    }
)  # fmt: skip
GIVEN_UP = frozenset({Payment.VOIDING, Payment.VOIDED, Payment.VOID_FAILED, Payment.FAILED})  # nothing will be taken
# What the provider refuses is asked for again under a new key after each of these; then only a person helps.
RETRIES = (
    timedelta(minutes=15), timedelta(hours=2), timedelta(hours=12), timedelta(days=1), timedelta(days=2),
    timedelta(days=4),
)  # fmt: skip


def refund_status(captured_minor: int, refunds: Sequence[tuple[int, str]]) -> Payment:
    """Where a captured payment stands, given amount and state of each of its refunds."""
    states = {state for _, state in refunds}
    back = sum(minor for minor, state in refunds if state == Refund.DONE)
    if Refund.FAILED in states:
        return Payment.REFUND_FAILED
    if Refund.ASKED in states:
        return Payment.REFUNDING
    if not back:
        return Payment.CAPTURED
    return Payment.REFUNDED if back >= captured_minor else Payment.PARTLY_REFUNDED


class Disputed(Refusal):
    code = "disputed"
    title = "A dispute about this payment is open; its decision says what becomes of the money."


class Decided(Refusal):
    code = "decided"
    title = "The dispute has been decided."


class BankDecides(Refusal):
    code = "bank-decides"
    title = "The cardholder's bank decides this dispute."


class NothingTaken(Refusal):
    code = "nothing-taken"
    title = "No money of this order has been taken that could be given back."
