"""What a line contains, how much of it was used, and what it therefore costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.money import allocate
from chassis.refusals import Invalid, Refusal

UNITS_MAX = 366
BASIS_POINTS = 10_000


class EntitlementUsedUp(Refusal):
    code = "entitlement-used-up"
    title = "Nothing is left of this."


class EntitlementOver(Refusal):
    code = "entitlement-over"
    title = "The time to use this is over."


class TransferRefused(Refusal):
    code = "transfer-refused"
    title = "This order cannot be passed on."


class AllOfIt(Refusal):
    code = "all-of-it"
    title = "These sessions are all that is left of the order; cancel the order."


class TooLateToMove(Refusal):
    code = "too-late-to-move"
    title = "Moving the booking now would cost a fee; cancel, or ask the partner to move it."


@dataclass(frozen=True, slots=True)
class ItemUse:
    """So many units of an item were granted, used and given up; a unit's price is its weight's share."""

    granted: int
    used: int
    weight: int
    given_up: int = 0


@dataclass(frozen=True, slots=True)
class CancellationRule:
    """Cancelled less than so many hours before the booked time, it costs this part of the price."""

    hours_before: int
    fee_basis_points: int


def due(total_minor: int, proven: bool, contents: Sequence[ItemUse], fees_minor: int = 0) -> int:
    """What a line costs for what was used of it: everything once it is proven whole, else the used units' share, and
    the fees of sessions that were given up.

    The share is the larger-remainder part of one division of the total, so that used and unused sum to it exactly.
    """
    if proven and not any(item.given_up for item in contents):
        return total_minor
    return min(total_minor, used_share(total_minor, contents) + fees_minor)


def used_share(total_minor: int, contents: Sequence[ItemUse]) -> int:
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


def session_parts(total_minor: int, visits: Sequence[ItemUse], others: Sequence[ItemUse]) -> list[int]:
    """What each visit that is neither used nor given up is of the price, in minor units."""
    left = [(item.granted - item.used - item.given_up, item.weight) for item in visits]
    count, weight = sum(units for units, _ in left), sum(units * each for units, each in left)
    everything = sum(item.granted * item.weight for item in (*visits, *others))
    if not weight:
        return []
    return allocate(allocate(total_minor, [weight, everything - weight])[0], [1] * count)


def fees(parts: Sequence[int], rules: Sequence[CancellationRule], sessions: Sequence[datetime], now: datetime) -> int:
    """What giving up these sessions now costs, each by its own time and of its own part of the price."""
    total = 0
    for part, starts_at in zip(parts, sessions, strict=False):
        fee = fee_basis_points(rules, starts_at, now)
        total += allocate(part, [fee, BASIS_POINTS - fee])[0]
    return total


def free_until(rules: Sequence[CancellationRule], starts_at: datetime | None) -> datetime | None:
    """Until when cancelling costs no fee, which may be past; None where it never does."""
    if starts_at is None or not rules:
        return None
    return starts_at - timedelta(hours=max(rule.hours_before for rule in rules))


def days(count: int) -> timedelta:
    return timedelta(days=count)


def check_units(units: int, field: str) -> int:
    if not 1 <= units <= UNITS_MAX:
        raise Invalid(field, f"must be between 1 and {UNITS_MAX}")
    return units
