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
from functools import lru_cache
from uuid import UUID

from chassis.money import allocate, currency_of
from chassis.refusals import Refusal
from city_pack.split_plans import ALL, Share, Tier, first_fault
from yima.settlement.v1 import split_pb2


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
            available = taken[share.of]
            taken[share.party] = min(
                within(share, part_of(available, share.basis_points or 0, Rounding.NEAREST)), available
            )
            taken[share.of] = available - taken[share.party]
            continue
        share_minor = tiered(gross_minor, share.tiers, rounding) if share.tiers else by_points
        share_minor = within(share, share_minor if share.fixed_minor is None else share.fixed_minor)
        taken[share.party] = min(share_minor, left)
        left -= taken[share.party]
    return [*(Part(party, minor) for party, minor in taken.items()), Part(f"partner:{seller}", left)]


def within(share: Share, minor: int) -> int:
    """What a share takes, with its floor and cap."""
    floored = minor if share.floor_minor is None else max(minor, share.floor_minor)
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


PLANS_KEPT_MAX = 4096


def check_currency(plan: split_pb2.SplitPlan) -> None:
    """Refuse a plan whose amounts are of several currencies, or of one nobody knows."""
    currencies = set()
    for index, share in enumerate(plan.shares):
        amounts = [(name, getattr(share, name)) for name in ("fixed", "floor", "cap") if share.HasField(name)]
        amounts += [(f"tiers[{step}].above", tier.above) for step, tier in enumerate(share.tiers) if tier.above.minor]
        for name, amount in amounts:
            currencies.add(currency_of(amount.currency, f"shares[{index}].{name}.currency").code)
    if len(currencies) > 1:
        raise PlanMalformed(f"its amounts are of {', '.join(sorted(currencies))}", "shares")


@lru_cache(PLANS_KEPT_MAX)
def shares_of(plan: bytes) -> Sequence[Share]:
    """The shares of a plan as it was signed."""
    return tuple(share_of(share) for share in split_pb2.SplitPlan.FromString(plan).shares)


@lru_cache(PLANS_KEPT_MAX)
def rounding_of(plan: bytes) -> Rounding:
    up = split_pb2.SplitPlan.FromString(plan).rounding == split_pb2.ROUNDING_UP
    return Rounding.UP if up else Rounding.NEAREST


@lru_cache(PLANS_KEPT_MAX)
def frozen_plan(plan: bytes) -> bytes:
    """A signed plan as a line is frozen with it: it says how its parts are rounded."""
    message = split_pb2.SplitPlan.FromString(plan)
    message.rounding = split_pb2.ROUNDING_UP
    return message.SerializeToString(deterministic=True)


def share_of(share: split_pb2.Share) -> Share:
    return Share(
        party=share.party,
        basis_points=share.basis_points if share.HasField("basis_points") else None,
        fixed_minor=share.fixed.minor if share.HasField("fixed") else None,
        floor_minor=share.floor.minor if share.HasField("floor") else None,
        cap_minor=share.cap.minor if share.HasField("cap") else None,
        tiers=tuple(Tier(tier.above.minor, tier.basis_points) for tier in share.tiers),
        of=share.of,
    )


def split_by_plan(gross_minor: int, plan: bytes, seller: UUID) -> list[Part]:
    """The parts of a line's gross by the plan it was frozen with."""
    return split(gross_minor, shares_of(plan), seller, rounding_of(plan))


def liability_of(plan: bytes) -> Liability:
    """Who bears a refund of a line, by the plan it was frozen with."""
    return LIABILITIES[split_pb2.SplitPlan.FromString(plan).refund_liability]


LIABILITIES = {
    split_pb2.REFUND_LIABILITY_UNSPECIFIED: Liability.PRO_RATA,
    split_pb2.REFUND_LIABILITY_PRO_RATA: Liability.PRO_RATA,
    split_pb2.REFUND_LIABILITY_PARTNER: Liability.PARTNER,
    split_pb2.REFUND_LIABILITY_PLATFORM: Liability.PLATFORM,
}
