"""How a line's money is divided: once, exactly, from a plan that is data.

Each share takes its part of the gross, its fixed amount, or what its tiers come to, within floor and cap; what is left
is the selling partner's. A part of the gross is rounded up to a minor unit, so that many small orders pay no less than
one large one. (Lines from before that was decided have their parts allocated: down, and what is left over to the
largest remainders.) Shares are served in the plan's order, and none takes more than is left: of a gross too small for
all, the first are paid first. A share of another share is taken from that one's part: a tax on a commission costs
whoever gets the commission.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from chassis.money import allocate
from chassis.refusals import Refusal
from city_pack.split_plans import ALL, Share, Tier, first_fault


class RefundTooLarge(Refusal):
    code = "refund-too-large"
    title = "More would be given back than was taken."


class Liability(StrEnum):
    """Who bears a refund: every party its part, the selling partner all of it, or the platform all of it."""

    PRO_RATA = "pro_rata"
    PARTNER = "partner"
    PLATFORM = "platform"


class Rounding(StrEnum):
    """How a part of the gross comes to whole minor units."""

    NEAREST = "nearest"  # allocated with the others'
    UP = "up"


@dataclass(frozen=True, slots=True)
class Part:
    """What a party gets of a line, in minor units."""

    party: str
    amount_minor: int


class PlanMalformed(Refusal):
    code = "plan-malformed"
    title = "A split plan cannot be applied."

    def __init__(self, detail: str, field: str) -> None:
        super().__init__(f"{field}: {detail}", field)


def check(shares: Sequence[Share]) -> None:
    """Refuse a plan that nobody could apply."""
    if fault := first_fault(shares):
        raise PlanMalformed(fault.detail, fault.field)


def split(
    gross_minor: int, shares: Sequence[Share], seller: UUID | str, rounding: Rounding = Rounding.UP
) -> list[Part]:
    """The parts of a line's gross: the shares' in their order, then the seller's. They sum to the gross exactly."""
    points = [0 if share.of else share.basis_points or 0 for share in shares]
    if not gross_minor:
        proportional = [0] * len(shares)
    elif rounding is Rounding.UP:
        proportional = [part_of(gross_minor, share, rounding) for share in points]
    else:
        proportional = allocate(gross_minor, [*points, ALL - sum(points)])
    left = gross_minor
    taken: dict[str, int] = {}
    for share, by_points in zip(shares, proportional, strict=False):
        if share.of:
            there = taken[share.of]
            taken[share.party] = min(within(share, part_of(there, share.basis_points or 0, Rounding.NEAREST)), there)
            taken[share.of] = there - taken[share.party]
            continue
        wanted = tiered(gross_minor, share.tiers, rounding) if share.tiers else by_points
        wanted = within(share, wanted if share.fixed_minor is None else share.fixed_minor)
        taken[share.party] = min(wanted, left)
        left -= taken[share.party]
    return [*(Part(party, minor) for party, minor in taken.items()), Part(f"partner:{seller}", left)]


def within(share: Share, wanted: int) -> int:
    """What a share takes, with its floor and cap."""
    floored = wanted if share.floor_minor is None else max(wanted, share.floor_minor)
    return floored if share.cap_minor is None else min(floored, share.cap_minor)


def part_of(minor: int, basis_points: int, rounding: Rounding) -> int:
    if rounding is Rounding.UP:
        return -(-minor * basis_points // ALL)
    return allocate(minor, [basis_points, ALL - basis_points])[0]


def tiered(gross_minor: int, tiers: Sequence[Tier], rounding: Rounding) -> int:
    """Each part of the gross at its own tier's rate."""
    ends = [*(tier.above_minor for tier in tiers[1:]), gross_minor]
    return sum(
        part_of(max(0, min(end, gross_minor) - tier.above_minor), tier.basis_points, rounding)
        for tier, end in zip(tiers, ends, strict=True)
    )


def refund(amount_minor: int, remaining: Sequence[int]) -> list[int]:
    """How much of a refund each stored part bears, given what is left of each.

    No part gives back more than it has left, and whatever the sequence of refunds, together they give back the parts
    exactly.
    """
    if not 0 < amount_minor <= sum(remaining):
        raise RefundTooLarge(f"at most {sum(remaining)} minor units are left to give back", "amount")
    return allocate(amount_minor, remaining)
