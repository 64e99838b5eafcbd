"""Contracts: how a payment is divided between the partner and others."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from uuid import UUID

from chassis import moments
from chassis.refusals import Invalid, Refusal
from city_pack.split_plans import Share, first_fault

SHARES_MAX = 20
PLATFORM = "platform"
TIERS_MAX = 20


class ContractSuperseded(Refusal):
    code = "contract-superseded"
    title = "The contract was signed before, or another is on offer."


EFFECTIVE_IN_MAX = timedelta(days=366)


class ContractStatus(StrEnum):
    """Where a version of a contract stands."""

    OFFERED = "offered"
    SUPERSEDED = "superseded"
    AGREED = "agreed"
    IN_FORCE = "in_force"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """A version of a contract, as far as its place among the others is concerned."""

    id: UUID
    number: int
    effective_at: datetime | None  # None: not signed


def parse_effective_on(value: str, today: date) -> date | None:
    """The day a contract is to take effect: tomorrow at the earliest; None where it is its signature that counts."""
    if not value:
        return None
    day = moments.parse_day(value, "effective_on")
    if not today < day <= today + EFFECTIVE_IN_MAX:
        raise Invalid("effective_on", f"must be after today, {today}, and at most {EFFECTIVE_IN_MAX.days} days ahead")
    return day


def effective_at(effective_on: date | None, signed_at: datetime, zone: tzinfo) -> datetime:
    """From when on orders go by a contract that is signed now: never before both agreed to it."""
    if effective_on is None:
        return signed_at
    return max(signed_at, datetime.combine(effective_on, time(), zone))


def in_force(versions: Sequence[ContractTerms], at: datetime) -> ContractTerms | None:
    """The version that orders placed at a moment go by: of those in effect the newest."""
    effective = [version for version in versions if version.effective_at is not None and version.effective_at <= at]
    return max(effective, key=lambda version: version.number, default=None)


def statuses(versions: Sequence[ContractTerms], now: datetime) -> list[ContractStatus]:
    """Where each version stands."""
    newest, present = max((version.number for version in versions), default=0), in_force(versions, now)

    def status(version: ContractTerms) -> ContractStatus:
        if version.effective_at is None:
            return ContractStatus.OFFERED if version.number == newest else ContractStatus.SUPERSEDED
        if version == present:
            return ContractStatus.IN_FORCE
        is_past = present is not None and version.number < present.number
        return ContractStatus.REPLACED if is_past else ContractStatus.AGREED

    return [status(version) for version in versions]


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
