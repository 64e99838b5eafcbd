"""What the city's pack says of contracts: the shares they start from, and the most they may give the platform."""

from collections.abc import Sequence

from chassis.refusals import Invalid
from city_pack.pack import BadPack, City, Tariff
from city_pack.screening import AREAS
from city_pack.split_plans import Share, Tier
from yima.common.v1.types_pb2 import Money
from yima.partners.v1 import api_pb2 as pb
from yima.settlement.v1 import split_pb2

from partners.domain import contracts
from partners.domain.certificates import Aspect
from partners.domain.contracts import PLATFORM


def kind_of(manifest: bytes) -> str:
    """A partner's kind as a tariff names it, e.g. LABORATORY."""
    return pb.PartnerKind.Name(pb.PartnerManifest.FromString(manifest).kind).removeprefix("PARTNER_KIND_")


def check_plan(shares: Sequence[split_pb2.Share], tariff: Tariff, currency: str) -> None:
    """Refuse a split plan that could not be carried out, or gives the platform more than the city's tariff allows."""
    plan = planned(shares)
    check_currency(shares, currency)
    contracts.check_shares(plan)
    contracts.check_commission(plan, tariff.commission.basis_points_max, tariff.commission.minor_max)


def check_parties(shares: Sequence[split_pb2.Share], city: City) -> None:
    """Refuse shares of others than the platform and the funds and taxes that the city's tariffs name."""
    contracts.check_parties(planned(shares), {PLATFORM} | city.fees.parties)


def check_tariffs(city: City, path: str) -> None:
    """Refuse a pack whose tariffs are of no kind of partner, or could not be a contract."""
    kinds = {kind.removeprefix("PARTNER_KIND_") for kind in pb.PartnerKind.keys()[1:]}
    if unknown := city.fees.kinds.keys() - kinds:
        raise BadPack(f"{path}: global.city.fees.kinds.{min(unknown)}: must be one of {', '.join(sorted(kinds))}")
    tariffs = {"default": city.fees.default} | {f"kinds.{kind}": tariff for kind, tariff in city.fees.kinds.items()}
    for name, tariff in tariffs.items():
        try:
            check_plan(shares_in(tariff, city.currency), tariff, city.currency)
        except Invalid as unfit:
            raise BadPack(f"{path}: global.city.fees.{name}.{unfit.detail}") from None


def check_aspects(city: City, path: str) -> None:
    """Refuse a pack that has certificates co-signed in an aspect that there is not."""
    if unknown := set(city.cosigned_aspects) - {aspect.name for aspect in Aspect}:
        raise BadPack(f"{path}: global.city.cosignedAspects: {min(unknown)} is no aspect of a certificate")


def check_rubric(city: City, path: str) -> None:
    """Refuse a pack whose checklists are of no kind of partner, or of areas that are not the aspects."""
    kinds = {kind.removeprefix("PARTNER_KIND_") for kind in pb.PartnerKind.keys()[1:]}
    if unknown := city.rubric.kinds.keys() - kinds:
        raise BadPack(f"{path}: global.city.screening.kinds.{min(unknown)}: must be one of {', '.join(sorted(kinds))}")
    assert {aspect.name for aspect in Aspect} == set(AREAS)


def shares_in(tariff: Tariff, currency: str) -> list[split_pb2.Share]:
    """A tariff's shares as a contract has them."""

    def amount(minor: int | None) -> Money | None:
        return None if minor is None else Money(currency=currency, minor=minor)

    return [
        split_pb2.Share(
            party=share.party,
            basis_points=share.basis_points,
            fixed=amount(share.fixed_minor),
            floor=amount(share.floor_minor),
            cap=amount(share.cap_minor),
        )
        for share in tariff.shares
    ]


def planned(shares: Sequence[split_pb2.Share]) -> list[Share]:
    """The shares as the rule of split plans takes them; their currencies are looked at apart."""
    return [
        Share(
            party=share.party,
            basis_points=share.basis_points if share.HasField("basis_points") else None,
            fixed_minor=share.fixed.minor if share.HasField("fixed") else None,
            floor_minor=share.floor.minor if share.HasField("floor") else None,
            cap_minor=share.cap.minor if share.HasField("cap") else None,
            tiers=tuple(Tier(tier.above.minor, tier.basis_points) for tier in share.tiers),
            of=share.of,
        )
        for share in shares
    ]


def check_currency(shares: Sequence[split_pb2.Share], currency: str) -> None:
    """Refuse amounts in another currency than the city's."""
    for index, share in enumerate(shares):
        amounts = [(name, getattr(share, name)) for name in ("fixed", "floor", "cap") if share.HasField(name)]
        amounts += [(f"tiers[{step}].above", tier.above) for step, tier in enumerate(share.tiers)]
        for name, amount in amounts:
            if amount.currency != currency:
                raise Invalid(f"shares[{index}].{name}.currency", f"must be {currency}")
