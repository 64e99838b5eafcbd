"""What a line contains, how much of it was used, and what it therefore costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.money import allocate
from chassis.refusals import Invalid, Refusal

UNITS_MAX = 366
BASIS_POINTS = 10_000


class EntitlementUsedUp(Refusal):
    """Nothing is left of this."""


class EntitlementOver(Refusal):
    """The time to use this is over."""


class TransferRefused(Refusal):
    """This order cannot be passed on."""


class TooLateToMove(Refusal):
    """Moving the booking now would cost a fee; cancel, or ask the partner to move it."""


@dataclass(frozen=True, slots=True)
class Used:
    """So many units of an item were granted and used; a unit's price is its weight's share."""

    granted: int
    used: int
    weight: int


@dataclass(frozen=True, slots=True)
class CancellationRule:
    """Cancelled less than so many hours before the booked time, it costs this part of the price."""

    hours_before: int
    fee_basis_points: int


def due(total_minor: int, proven: bool, contents: Sequence[Used]) -> int:
    """What a line costs for what was used of it: everything once it is proven whole, else the used units' share.

    The share is the larger-remainder part of one division of the total, so that used and unused sum to it exactly.
    """
    if proven:
        return total_minor
    used = sum(item.used * item.weight for item in contents)
    unused = sum((item.granted - item.used) * item.weight for item in contents)
    if not used:
        return 0
    return allocate(total_minor, [used, unused])[0]


def fee_basis_points(rules: Sequence[CancellationRule], starts_at: datetime | None, now: datetime) -> int:
    """The part of the price that cancelling now costs: the highest of the rules whose time has come."""
    if starts_at is None:
        return 0
    left = starts_at - now
    return max((rule.fee_basis_points for rule in rules if left < timedelta(hours=rule.hours_before)), default=0)


def free_until(rules: Sequence[CancellationRule], starts_at: datetime | None) -> datetime | None:
    """Until when cancelling costs no fee; None where it never does."""
    if starts_at is None or not rules:
        return None
    return starts_at - timedelta(hours=max(rule.hours_before for rule in rules))


def cancellation_due(total_minor: int, used_minor: int, fee: int) -> int:
    """What cancelling a line costs: what was used of it, and the fee on the rest."""
    return used_minor + allocate(total_minor - used_minor, [fee, BASIS_POINTS - fee])[0]


def days(count: int) -> timedelta:
    return timedelta(days=count)


def check_units(units: int, field: str) -> int:
    if not 1 <= units <= UNITS_MAX:
        raise Invalid(field, f"must be between 1 and {UNITS_MAX}")
    return units
