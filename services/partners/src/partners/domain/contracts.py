"""Contracts: how a payment is divided between the partner and others."""

from collections.abc import Collection, Sequence

from chassis.refusals import Invalid, Refusal
from city_pack.split_plans import Share, first_fault

SHARES_MAX = 20
PLATFORM = "platform"
TIERS_MAX = 20


class ContractSuperseded(Refusal):
    code = "contract-superseded"
    title = "The contract was signed before, or another is on offer."


def check_shares(shares: Sequence[Share]) -> None:
    """Refuse a split plan that could not be carried out."""
    if len(shares) > SHARES_MAX:
        raise Invalid("shares", f"at most {SHARES_MAX}")
    for index, share in enumerate(shares):
        if len(share.tiers) > TIERS_MAX:
            raise Invalid(f"shares[{index}].tiers", f"at most {TIERS_MAX}")
    if fault := first_fault(shares):
        raise Invalid(fault.field, fault.detail)


def check_parties(shares: Sequence[Share], known: Collection[str]) -> None:
    """Refuse a share of anybody who is no party to contracts in this city: another partner, which has agreed to
    nothing; a practitioner, whom nothing is paid to; a fund or tax the city's pack does not name; the partner itself,
    whose part is the rest."""
    for index, share in enumerate(shares):
        if share.party not in known:
            raise Invalid(
                f"shares[{index}].party",
                f"must be one of {', '.join(sorted(known))}; what is left is the partner's own",
            )


def check_commission(shares: Sequence[Share], points_max: int, minor_max: int) -> None:
    """Refuse more for the platform than the city's tariff allows: in basis points; as a fixed amount or a floor."""
    for index, share in enumerate(shares):
        if share.party != PLATFORM:
            continue
        field = f"shares[{index}]"
        rates = [(f"{field}.basis_points", share.basis_points or 0)]
        rates += [(f"{field}.tiers[{step}].basis_points", tier.basis_points) for step, tier in enumerate(share.tiers)]
        for name, points in rates:
            if points > points_max:
                raise Invalid(
                    name, f"the platform's commission is at most {points_max} basis points for such a partner"
                )
        for name, minor in (("fixed", share.fixed_minor), ("floor", share.floor_minor)):
            if minor is not None and minor > minor_max:
                raise Invalid(f"{field}.{name}", f"for such a partner at most {minor_max} minor units are agreed")
