"""Which split plans can be carried out.

One rule for the three who need it: a city's pack declares plans, partners sign them, settlement divides money by them.
It is pure and knows nobody: amounts are minor units of one currency, fields are named as the contracts name them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

ALL = 10_000  # basis points: the whole


@dataclass(frozen=True, slots=True)
class Tier:
    """The rate at which the part of the gross above `above_minor` is taken, up to the next tier."""

    above_minor: int
    basis_points: int


@dataclass(frozen=True, slots=True)
class Share:
    """One party's share; of `basis_points`, `fixed_minor` and `tiers` one is given. `of` names the party from whose
    part it is taken instead of the gross."""

    party: str
    basis_points: int | None = None
    fixed_minor: int | None = None
    floor_minor: int | None = None
    cap_minor: int | None = None
    tiers: tuple[Tier, ...] = ()
    of: str = ""

    @property
    def most_points(self) -> int:
        """The highest part of the gross it can come to, floors and fixed amounts apart."""
        return 0 if self.of else max([self.basis_points or 0, *(tier.basis_points for tier in self.tiers)])


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a plan, and at which field."""

    field: str
    detail: str


def first_fault(shares: Sequence[Share]) -> Fault | None:
    """Why nobody could carry this plan out; None where it can be. 0 % is a share like any other."""
    return next(faults(shares), None)


def faults(shares: Sequence[Share]) -> Iterator[Fault]:
    """All that is wrong with a plan, share by share."""
    for index, share in enumerate(shares):
        yield from share_faults(share, shares[:index], f"shares[{index}]")
    if len({share.party for share in shares}) < len(shares):
        yield Fault("shares", "a party may have one share")
    if sum(share.most_points for share in shares) > ALL:
        yield Fault("shares", "together they are more than the whole")


def share_faults(share: Share, earlier: Sequence[Share], field: str) -> Iterator[Fault]:
    """All that is wrong with a share that follows `earlier` ones."""
    if not share.party.strip():
        yield Fault(f"{field}.party", "a share needs a party")
    if [share.basis_points is not None, share.fixed_minor is not None, bool(share.tiers)].count(True) != 1:
        yield Fault(field, "give one of basis_points, fixed and tiers")
    yield from tier_faults(share.tiers, f"{field}.tiers")
    if share.of and (share.basis_points is None or share.of not in [other.party for other in earlier if not other.of]):
        yield Fault(f"{field}.of", "must be the party of an earlier share, with basis_points of its part")
    if share.basis_points is not None and not 0 <= share.basis_points <= ALL:
        yield Fault(f"{field}.basis_points", f"must be between 0 and {ALL}")
    for name, minor in (("fixed", share.fixed_minor), ("floor", share.floor_minor), ("cap", share.cap_minor)):
        if minor is not None and minor < 0:
            yield Fault(f"{field}.{name}", "must not be negative")
    if share.floor_minor is not None and share.cap_minor is not None and share.floor_minor > share.cap_minor:
        yield Fault(f"{field}.floor", "must not be above the cap")


def tier_faults(tiers: Sequence[Tier], field: str) -> Iterator[Fault]:
    """All that is wrong with a share's tiers."""
    for index, tier in enumerate(tiers):
        above_more = tier.above_minor > tiers[index - 1].above_minor if index else tier.above_minor == 0
        if not above_more:
            yield Fault(f"{field}[{index}].above", "the first tier is above 0, each further one above more")
        if not 0 <= tier.basis_points <= ALL:
            yield Fault(f"{field}[{index}].basis_points", f"must be between 0 and {ALL}")
