"""How payments move, and what of an order moves them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


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


NEXT: Mapping[PaymentStatus, frozenset[PaymentStatus]] = {
    PaymentStatus.AWAITING_METHOD: frozenset({PaymentStatus.AUTHORISING, PaymentStatus.VOIDED}),
    PaymentStatus.AUTHORISING: frozenset({PaymentStatus.AUTHORISED, PaymentStatus.FAILED, PaymentStatus.VOIDING}),
    PaymentStatus.FAILED: frozenset({PaymentStatus.AUTHORISING, PaymentStatus.VOIDED}),
    PaymentStatus.AUTHORISED: frozenset({PaymentStatus.ADVANCING, PaymentStatus.CAPTURING, PaymentStatus.VOIDING}),
    PaymentStatus.ADVANCING: frozenset({PaymentStatus.ADVANCED, PaymentStatus.AUTHORISED}),
    PaymentStatus.ADVANCED: frozenset({PaymentStatus.CAPTURING, PaymentStatus.VOIDED}),
    PaymentStatus.CAPTURING: frozenset({PaymentStatus.CAPTURED, PaymentStatus.CAPTURE_FAILED}),
    PaymentStatus.CAPTURE_FAILED: frozenset({PaymentStatus.CAPTURED, PaymentStatus.AUTHORISING, PaymentStatus.FAILED}),
    PaymentStatus.VOIDING: frozenset({PaymentStatus.VOIDED, PaymentStatus.VOID_FAILED}),
    PaymentStatus.VOID_FAILED: frozenset({PaymentStatus.VOIDED}),
    PaymentStatus.CAPTURED: frozenset({PaymentStatus.REFUNDING}),
    PaymentStatus.REFUNDING: frozenset(
        {PaymentStatus.PARTLY_REFUNDED, PaymentStatus.REFUNDED, PaymentStatus.REFUND_FAILED}
    ),
    PaymentStatus.REFUND_FAILED: frozenset(
        {PaymentStatus.PARTLY_REFUNDED, PaymentStatus.REFUNDED, PaymentStatus.REFUNDING}
    ),
    PaymentStatus.PARTLY_REFUNDED: frozenset({PaymentStatus.REFUNDING}),
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


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line of an order that was placed."""

    id: UUID
    gross_minor: int


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
