"""How refunds move, and where they leave their payment."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from chassis.refusals import Refusal

from settlement.domain import moves
from settlement.domain.moves import Moves
from settlement.domain.payments import PaymentStatus


class RefundStatus(StrEnum):
    """Where a refund stands: asked of the provider, done, or failed with its reason."""

    ASKED = "asked"
    DONE = "done"
    FAILED = "failed"


class RefundKind(StrEnum):
    """Why money goes back."""

    REFUND = "refund"
    ADVANCE = "advance"  # taken in advance and not used
    CHARGEBACK = "chargeback"  # the cardholder's bank has taken it already


FIRST = frozenset({RefundStatus.ASKED, RefundStatus.DONE})  # done: the cardholder's bank gave it back
MOVES: Moves[RefundStatus] = {
    RefundStatus.ASKED: frozenset({RefundStatus.DONE, RefundStatus.FAILED}),
    RefundStatus.FAILED: frozenset({RefundStatus.DONE}),
    RefundStatus.DONE: frozenset({RefundStatus.FAILED}),  # it came back to the provider
}


class HasState(Protocol):
    state: str


def move_refund(refund: HasState, to: RefundStatus) -> None:
    """Move a refund on. Every change of a refund's state goes through here."""
    refund.state = moves.move(MOVES, RefundStatus(refund.state), to)


def refund_status(captured_minor: int, refunds: Sequence[tuple[int, str]]) -> PaymentStatus:
    """Where a captured payment stands, given amount and state of each of its refunds."""
    states = {state for _, state in refunds}
    back = sum(minor for minor, state in refunds if state == RefundStatus.DONE)
    if RefundStatus.FAILED in states:
        return PaymentStatus.REFUND_FAILED
    if RefundStatus.ASKED in states:
        return PaymentStatus.REFUNDING
    if not back:
        return PaymentStatus.CAPTURED
    return PaymentStatus.REFUNDED if back >= captured_minor else PaymentStatus.PARTLY_REFUNDED


class NothingTaken(Refusal):
    code = "nothing-taken"
    title = "No money of this order has been taken that could be given back."


class BeyondFunds(Refusal):
    code = "beyond-funds"
    title = "Who bears this refund has too little left for it; the operator may give it back."
