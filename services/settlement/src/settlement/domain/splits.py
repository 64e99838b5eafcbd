"""How a line's money is divided: once, exactly, from a plan that is data.

Each share takes its part of the gross (rounded to the nearest minor unit by allocation, see below) or its fixed amount,
within floor and cap; what is left is the selling partner's. Shares are served in the plan's order, and none takes more
than is left: of a gross too small for all, the first are paid first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from chassis.money import allocate
from chassis.refusals import Refusal

ALL = 10_000  # basis points


class RefundTooLarge(Refusal):
    """More would be given back than was taken."""


class Liability(StrEnum):
    """Who bears a refund: every party its part, the selling partner all of it, or the platform all of it."""

    PRO_RATA = "pro_rata"
    PARTNER = "partner"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Share:
    """One party's share; of `basis_points` and `fixed_minor` one is given."""

    party: str
    basis_points: int | None = None
    fixed_minor: int | None = None
    floor_minor: int | None = None
    cap_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What a party gets of a line, in minor units."""

    party: str
    amount_minor: int


class PlanMalformed(Refusal):
    """A split plan cannot be applied."""

    def __init__(self, detail: str, field: str) -> None:
        super().__init__(f"{field}: {detail}", field)


def check(shares: Sequence[Share]) -> None:
    """Refuse a plan that nobody could apply; 0 % is a share like any other."""
    for place, share in enumerate(shares):
        field = f"shares[{place}]"
        if not share.party.strip():
            raise PlanMalformed("a share needs a party", f"{field}.party")
        if (share.basis_points is None) == (share.fixed_minor is None):
            raise PlanMalformed("give either a part of the gross or a fixed amount", field)
        if share.basis_points is not None and not 0 <= share.basis_points <= ALL:
            raise PlanMalformed("must be between 0 and 10000", f"{field}.basis_points")
        if any(amount is not None and amount < 0 for amount in (share.fixed_minor, share.floor_minor, share.cap_minor)):
            raise PlanMalformed("no amount may be negative", field)
        if share.floor_minor is not None and share.cap_minor is not None and share.floor_minor > share.cap_minor:
            raise PlanMalformed("the floor is above the cap", f"{field}.floor")
    if (points := sum(share.basis_points or 0 for share in shares)) > ALL:
        raise PlanMalformed(f"the shares take {points / 100:g} % of the gross together", "shares")


def split(gross_minor: int, shares: Sequence[Share], seller: UUID | str) -> list[Part]:
    """The parts of a line's gross: the shares' in their order, then the seller's. They sum to the gross exactly."""
    points = [share.basis_points or 0 for share in shares]
    proportional = allocate(gross_minor, [*points, ALL - sum(points)]) if gross_minor else [0] * (len(shares) + 1)
    left = gross_minor
    parts = []
    for share, by_points in zip(shares, proportional, strict=False):
        wanted = by_points if share.fixed_minor is None else share.fixed_minor
        if share.floor_minor is not None:
            wanted = max(wanted, share.floor_minor)
        if share.cap_minor is not None:
            wanted = min(wanted, share.cap_minor)
        taken = min(wanted, left)
        left -= taken
        parts.append(Part(share.party, taken))
    return [*parts, Part(f"partner:{seller}", left)]


def refund(amount_minor: int, remaining: Sequence[int]) -> list[int]:
    """How much of a refund each stored part bears, given what is left of each.

    No part gives back more than it has left, and whatever the sequence of refunds, together they give back the parts
    exactly.
    """
    if not 0 < amount_minor <= sum(remaining):
        raise RefundTooLarge(f"at most {sum(remaining)} minor units are left to give back", "amount")
    return allocate(amount_minor, remaining)
