"""How far partners have come from their application to their first offering on sale."""

from typing import Annotated

import strawberry
from strawberry import ID
from yima.common.v1.enums import Role
from yima.partners.v1 import api_pb2 as pb
from yima.partners.v1.enums import Aspect, FunnelStage, PartnerKind, PartnerStatus

from gateway.context import Info
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import reads, shows
from gateway.scalars import DateTime

SECONDS_OF_DAY = 86_400


def days(seconds: int) -> float:
    """To a tenth."""
    return round(seconds / SECONDS_OF_DAY, 1)


@shows(pb.FunnelStep)
class FunnelStep:
    stage: FunnelStage
    began_at: DateTime
    ended_at: DateTime | None
    days: float = reads(
        pb.FunnelStep, lambda step, _: days(step.seconds), "How long it took, or takes until now, in days."
    )


@shows(pb.FunnelAspect)
class FunnelAspect:
    aspect: Aspect
    reviewed_at: DateTime | None
    proposed_at: DateTime | None
    certified_at: DateTime | None
    waits_for: Role | None


@shows(pb.PartnerFunnel)
class PartnerFunnel:
    partner_id: ID
    name: str
    kind: PartnerKind
    status: PartnerStatus
    applications: int
    applied_at: DateTime
    steps: list[FunnelStep]
    aspects: list[FunnelAspect]
    stage: FunnelStage | None
    waits_for: Role | None
    live_at: DateTime | None
    stuck: bool


@shows(pb.FunnelMedian)
class FunnelMedian:
    stage: FunnelStage
    finished: int
    median_days: float | None = reads(
        pb.FunnelMedian,
        lambda median, _: days(median.median_seconds) if median.finished else None,
        "How many days it took them, in the median; null where none is past it.",
    )
    waiting: int
    waiting_median_days: float | None = reads(
        pb.FunnelMedian,
        lambda median, _: days(median.waiting_median_seconds) if median.waiting else None,
        "Since how many days, in the median; null where none is in it.",
    )
    stuck: int


@shows(pb.CityFunnel)
class CityFunnel:
    medians: list[FunnelMedian]
    under_way: list[PartnerFunnel]
    live: int
    came_to_nothing: int
    median_days_to_live: float | None = reads(
        pb.CityFunnel,
        lambda funnel, _: days(funnel.median_seconds_to_live) if funnel.live else None,
        "From their newest application on, in the median; null where none is.",
    )


@strawberry.type
class Query:
    @strawberry.field(
        description="A partner's way from its application to its first offering on sale: days in each step, and who"
        " waits for whom."
    )
    @asks("partners.GetPartnerFunnel")
    async def partner_funnel(
        self, info: Info, partner_id: Annotated[ID, strawberry.argument(description="Which partner.")]
    ) -> pb.PartnerFunnel:
        request = pb.GetPartnerFunnelRequest(partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId"))
        return await info.context.clients.partners.get_partner_funnel(request, info.context.token)

    @strawberry.field(
        description="The way of all partners, for operators and regulators: medians of each step, and who is under way,"
        " those first that have been in their step for longest."
    )
    @asks("partners.GetCityFunnel")
    async def city_funnel(
        self,
        info: Info,
        kind: Annotated[PartnerKind | None, strawberry.argument(description="Only of partners of this kind.")] = None,
        district: Annotated[str | None, strawberry.argument(description="Only of partners in this district.")] = None,
    ) -> pb.CityFunnel:
        request = pb.GetCityFunnelRequest(kind=kind, district=district or "")
        return await info.context.clients.partners.get_city_funnel(request, info.context.token)
