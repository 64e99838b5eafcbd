"""When a partner is paid, how much is kept back, and what becomes of a debt.

A negative balance is a normal state: what the partner earns next is set against it, then its reserve, and what is left
may be invoiced.
"""

from dataclasses import dataclass

from chassis.money import allocate
from chassis.refusals import Refusal

ALL = 10_000  # basis points


class NoDebt(Refusal):
    """The partner owes nothing."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a partner is paid. Days count from the capture (hold) and from the payout (reserve)."""

    hold_days: int = 0
    minimum_minor: int = 0
    reserve_basis_points: int = 0
    reserve_days: int = 0
    frozen: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a partner as a payee."""

    may_be_paid: bool = False
    has_bank_account: bool = False


def kept_back(balance_minor: int, terms: Terms) -> int:
    """What of a payout goes to the reserve."""
    return allocate(balance_minor, [terms.reserve_basis_points, ALL - terms.reserve_basis_points])[0]


def released(held_before_minor: int, taken_minor: int, reserve_minor: int) -> int:
    """What of the reserve is free: what was put in long enough ago, less what was taken out since, oldest first."""
    return max(0, min(held_before_minor - taken_minor, reserve_minor))


def drawn(balance_minor: int, reserve_minor: int) -> int:
    """What the reserve pays of a debt."""
    return max(0, min(-balance_minor, reserve_minor))


def why_held(balance_minor: int, terms: Terms, payee: Standing) -> str:
    """Why a partner is not paid now; empty when it is. `balance_minor` is what is due, after the reserve."""
    reasons = (
        (balance_minor < 0, "the partner owes money; what it earns next is set against it"),
        (balance_minor == 0, "nothing is due"),
        (bool(terms.frozen), f"payouts are frozen: {terms.frozen}"),
        (not payee.may_be_paid, "the partner may not be paid now: look at its status and certificates"),
        (not payee.has_bank_account, "the partner's bank account is not known"),
        (balance_minor < terms.minimum_minor, f"the partner's minimum is {terms.minimum_minor} minor units"),
    )
    return next((reason for holds, reason in reasons if holds), "")
