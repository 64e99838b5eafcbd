"""How payments move, and what of an order moves them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from settlement.domain import moves
from settlement.domain.moves import Moves


class PaymentStatus(StrEnum):
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


# Where a payment begins: what is free has been paid for.
FIRST = frozenset({PaymentStatus.AWAITING_METHOD, PaymentStatus.AUTHORISING, PaymentStatus.CAPTURED})
MOVES: Moves[PaymentStatus] = {
    PaymentStatus.AWAITING_METHOD: frozenset({PaymentStatus.AUTHORISING, PaymentStatus.VOIDED}),
    PaymentStatus.AUTHORISING: frozenset(
        # To capture_failed, where it was served and the method chosen instead was declined, too.
        {PaymentStatus.AUTHORISED, PaymentStatus.FAILED, PaymentStatus.CAPTURE_FAILED, PaymentStatus.VOIDING}
    ),
    PaymentStatus.FAILED: frozenset({PaymentStatus.AUTHORISING, PaymentStatus.VOIDED}),
    PaymentStatus.AUTHORISED: frozenset({PaymentStatus.ADVANCING, PaymentStatus.CAPTURING, PaymentStatus.VOIDING}),
    PaymentStatus.ADVANCING: frozenset({PaymentStatus.ADVANCED, PaymentStatus.AUTHORISED}),
    PaymentStatus.ADVANCED: frozenset({PaymentStatus.CAPTURING, PaymentStatus.VOIDING}),
    PaymentStatus.CAPTURING: frozenset({PaymentStatus.CAPTURED, PaymentStatus.CAPTURE_FAILED}),
    # To failed, where it was written off.
    PaymentStatus.CAPTURE_FAILED: frozenset({PaymentStatus.CAPTURED, PaymentStatus.AUTHORISING, PaymentStatus.FAILED}),
    PaymentStatus.VOIDING: frozenset({PaymentStatus.VOIDED, PaymentStatus.VOID_FAILED}),
    PaymentStatus.VOID_FAILED: frozenset({PaymentStatus.VOIDED}),
    # What was taken in advance and given back came again to the provider.
    PaymentStatus.VOIDED: frozenset({PaymentStatus.VOID_FAILED}),
    # To partly_refunded and refunded at once, where a cardholder's bank took the money.
    PaymentStatus.CAPTURED: frozenset({PaymentStatus.REFUNDING, PaymentStatus.PARTLY_REFUNDED, PaymentStatus.REFUNDED}),
    PaymentStatus.REFUNDING: frozenset(
        {PaymentStatus.PARTLY_REFUNDED, PaymentStatus.REFUNDED, PaymentStatus.REFUND_FAILED}
    ),
    PaymentStatus.REFUND_FAILED: frozenset(
        {PaymentStatus.PARTLY_REFUNDED, PaymentStatus.REFUNDED, PaymentStatus.REFUNDING}
    ),
    PaymentStatus.PARTLY_REFUNDED: frozenset(
        {PaymentStatus.REFUNDING, PaymentStatus.REFUNDED, PaymentStatus.REFUND_FAILED}
    ),
    PaymentStatus.REFUNDED: frozenset({PaymentStatus.REFUND_FAILED}),
}
TAKEN = frozenset(
    {
        PaymentStatus.CAPTURED,
        PaymentStatus.REFUNDING,
        PaymentStatus.REFUND_FAILED,
        PaymentStatus.PARTLY_REFUNDED,
        PaymentStatus.REFUNDED,
    }
)
GIVEN_UP = frozenset(
    {PaymentStatus.VOIDING, PaymentStatus.VOIDED, PaymentStatus.VOID_FAILED, PaymentStatus.FAILED}
)  # nothing will be taken


class HasStatus(Protocol):
    status: str


def move_payment(payment: HasStatus, to: PaymentStatus) -> None:
    """Move a payment on. Every change of a payment's status goes through here, or through SQL that asks `before`."""
    payment.status = moves.move(MOVES, PaymentStatus(payment.status), to)


def before(status: PaymentStatus) -> list[PaymentStatus]:
    """The statuses from which a payment may come to this one."""
    return moves.before(MOVES, status)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line of an order that was placed."""

    id: UUID
    gross_minor: int
    offering_id: UUID | None = None
    offering_revision: int = 0
    certificate_ids: Sequence[str] = ()  # of its partner's, in force when it was ordered


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order that was placed, as ordering says; without a payment method until one is chosen."""

    id: UUID
    partner_id: UUID
    resident_id: UUID
    placed_by: UUID
    version: int
    total_minor: int
    currency: str
    payment_method: str
    lines: Sequence[OrderLine]
    traceparent: str
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class ChosenMethod:
    """The payment method that was chosen for an order at a version of it."""

    order_id: UUID
    version: int
    payment_method: str
    traceparent: str


@dataclass(frozen=True, slots=True)
class LineDue:
    """What a line costs in the end, where that is less than was ordered."""

    line_id: UUID
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class EndedOrder:
    """An order that was fulfilled, cancelled or refused, or has expired: the lines that were served, and what is due
    of lines that cost less."""

    id: UUID
    traceparent: str
    ended_at: datetime
    line_ids: Sequence[UUID]
    dues: Sequence[LineDue]
