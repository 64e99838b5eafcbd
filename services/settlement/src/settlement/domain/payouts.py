"""When a partner is paid, how much is kept back, and what becomes of a debt.

A negative balance is a normal state: what the partner earns next is set against it, then its reserve, and what is left
may be invoiced.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from chassis.money import allocate, written
from chassis.refusals import Refusal
from yima.common.v1.types_pb2 import Money

from settlement.domain import moves
from settlement.domain.moves import Moves
from settlement.domain.payout_terms import ALL, Terms

RETURNS_MAX = 3  # payouts that come back in a row; then no more is tried


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a partner as a payee."""

    may_be_paid: bool = False
    has_bank_account: bool = False
    returned: str = ""  # why its last payouts came back, where so many did that no more is tried
    frozen_case: str = ""  # the regulator's case under which it is paid nothing


def kept_back(balance_minor: int, terms: Terms) -> int:
    """What of a payout goes to the reserve."""
    return allocate(balance_minor, [terms.reserve_basis_points, ALL - terms.reserve_basis_points])[0]


def to_pay(balance_minor: int, terms: Terms) -> int:
    """What of a balance a payout carries after the reserve; all of a debt."""
    return balance_minor - kept_back(balance_minor, terms) if balance_minor > 0 else balance_minor


def released(held_before_minor: int, taken_minor: int, reserve_minor: int) -> int:
    """What of the reserve is free: what was put in long enough ago, less what was taken out since, oldest first."""
    return max(0, min(held_before_minor - taken_minor, reserve_minor))


def drawn(balance_minor: int, reserve_minor: int) -> int:
    """What the reserve pays of a debt."""
    return max(0, min(-balance_minor, reserve_minor))


@dataclass(frozen=True, slots=True)
class HeldMoney:
    """What of a partner's money in one currency is held from being paid, in minor units."""

    disputed_minor: int = 0
    complained_minor: int = 0
    waiting_minor: int = 0  # for the days it is held from its capture
    waiting_until: date | None = None  # the city's day on which the first of it may be paid

    unexplained_minor: int = 0  # of orders with a case about what a bank took or the provider reported

    def reasons(self, hold_days: int, currency: str) -> str:
        """Why, in words; empty when nothing is held."""
        said = [
            f"open {what} hold {in_full(minor, currency)} until they are decided"
            for minor, what in ((self.disputed_minor, "disputes"), (self.complained_minor, "complaints"))
            if minor
        ]
        if self.unexplained_minor:
            said.append(f"open cases hold {in_full(self.unexplained_minor, currency)} until they are settled")
        if self.waiting_minor:
            said.append(
                f"{in_full(self.waiting_minor, currency)} is held for {hold_days} days from its capture,"
                f" the first of it until {self.waiting_until}"
            )
        return "; ".join(said)


def in_full(minor: int, currency: str) -> str:
    """An amount as people read it, e.g. "324.00 CNY"."""
    return f"{written(Money(currency=currency, minor=minor))} {currency}"


def why_held(
    balance_minor: int,
    currency: str,
    terms: Terms,
    payee: Standing,
    obstacle: str = "",
    held: HeldMoney = HeldMoney(),
) -> str:
    """Why a partner is not paid now; empty when it is. `balance_minor` is what is due, after the reserve.

    An `obstacle` is what its schedule or its rail says against it.
    """
    on_hold = held.reasons(terms.hold_days, currency)
    returned = f"{RETURNS_MAX} payouts in a row came back ({payee.returned}); a new bank account starts them again"
    owes = "the partner owes money; what it earns next is set against it"
    reasons = (
        (balance_minor < 0, f"{owes}; {on_hold}" if on_hold else owes),
        (balance_minor == 0 and bool(on_hold), on_hold),
        (balance_minor == 0, "nothing is due"),
        (bool(terms.frozen), f"payouts are frozen: {terms.frozen}"),
        (bool(payee.frozen_case), f"a regulator has frozen the partner's payouts, case {payee.frozen_case}"),
        (not payee.may_be_paid, "the partner may not be paid now: look at its status and certificates"),
        (not payee.has_bank_account, "the partner's bank account is not known"),
        (bool(payee.returned), returned),
        (bool(obstacle), obstacle),
        (balance_minor < terms.minimum_minor, f"the partner's minimum is {in_full(terms.minimum_minor, currency)}"),
    )
    return next((reason for holds, reason in reasons if holds), "")


class PayoutStatus(StrEnum):
    """Where a payout stands."""

    CLAIMED = "claimed"
    SUBMITTED = "submitted"
    PAID = "paid"
    RETURNED = "returned"


class NothingReturned(Refusal):
    code = "nothing-returned"
    title = "No bank statement says that this payout came back, or that is booked already."


MOVES: Moves[PayoutStatus] = {
    PayoutStatus.CLAIMED: frozenset({PayoutStatus.SUBMITTED, PayoutStatus.PAID, PayoutStatus.RETURNED}),
    PayoutStatus.SUBMITTED: frozenset({PayoutStatus.PAID}),
    PayoutStatus.PAID: frozenset({PayoutStatus.RETURNED}),
    PayoutStatus.RETURNED: frozenset(),
}


class HasStatus(Protocol):
    status: str


def move_payout(payout: HasStatus, to: PayoutStatus) -> None:
    """Move a payout on. Every change of a payout's status goes through here, or through SQL that asks `before`."""
    payout.status = moves.move(MOVES, PayoutStatus(payout.status), to)


def before(status: PayoutStatus) -> list[PayoutStatus]:
    """The statuses from which a payout may come to this one."""
    return moves.before(MOVES, status)


def version_of(status: PayoutStatus) -> int:
    """A payout moves one way, so that its step is its version."""
    return list(PayoutStatus).index(status) + 1
