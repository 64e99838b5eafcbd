"""What the city's pack says of contracts: the shares they start from, and the most they may give the platform."""

from collections.abc import Sequence

from chassis.refusals import Invalid
from city_pack.pack import BadPack, City, Tariff
from yima.common.v1.types_pb2 import Money
from yima.partners.v1 import api_pb2 as pb
from yima.settlement.v1 import split_pb2

from partners import domain
from partners.domain import Share
from partners.tables import PartnerRow


def kind_of(partner: PartnerRow) -> str:
    """The partner's kind as a tariff names it, e.g. LABORATORY."""
    return pb.PartnerKind.Name(pb.PartnerManifest.FromString(partner.manifest).kind).removeprefix("PARTNER_KIND_")


def check_plan(shares: Sequence[split_pb2.Share], tariff: Tariff, currency: str) -> None:
    """Refuse a split plan that could not be carried out, or gives the platform more than the city's tariff allows."""
    plan = [share_of(share) for share in shares]
    domain.check_shares(plan, currency)
    domain.check_commission(plan, tariff.commission.basis_points_max, tariff.commission.minor_max)


def check_parties(shares: Sequence[split_pb2.Share], city: City) -> None:
    """Refuse shares of others than the platform and the funds and taxes that the city's tariffs name."""
    domain.check_parties([share_of(share) for share in shares], {domain.PLATFORM} | city.fees.parties)


def check_tariffs(city: City, path: str) -> None:
    """Refuse a pack whose tariffs are of no kind of partner, or could not be a contract."""
    known = {kind.removeprefix("PARTNER_KIND_") for kind in pb.PartnerKind.keys()[1:]}
    if strange := city.fees.kinds.keys() - known:
        raise BadPack(f"{path}: global.city.fees.kinds.{min(strange)}: must be one of {', '.join(sorted(known))}")
    tariffs = {"default": city.fees.default} | {f"kinds.{kind}": one for kind, one in city.fees.kinds.items()}
    for name, tariff in tariffs.items():
        try:
            check_plan(shares_in(tariff, city.currency), tariff, city.currency)
        except Invalid as unfit:
            raise BadPack(f"{path}: global.city.fees.{name}.{unfit.detail}") from None


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


def share_of(share: split_pb2.Share) -> Share:
    def amount(name: str) -> tuple[int, str] | None:
        if not share.HasField(name):
            return None
        money = getattr(share, name)
        return money.minor, money.currency

    points = share.basis_points if share.HasField("basis_points") else None
    tiers = tuple(((tier.above.minor, tier.above.currency), tier.basis_points) for tier in share.tiers)
    return Share(share.party, points, amount("fixed"), amount("floor"), amount("cap"), tiers, share.of)
