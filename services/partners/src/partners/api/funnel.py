"""The way from an application to the first offering on sale, of one partner and of all."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from chassis.api import Call
from chassis.refusals import Invalid, NotFound
from chassis.wire import timestamp
from yima.common.v1.route_pb2 import Role
from yima.partners.v1 import api_pb2 as pb

from partners.api.served import ACTORS, ROLES, Resources, api, check_district, visible
from partners.domain.certificates import Aspect
from partners.domain.funnel import STUCK_AFTER, FunnelStage, aspect_waits_for, is_stuck, waits_for
from partners.domain.standing import PartnerStatus
from partners.store import funnel as store


@api.serves
async def get_partner_funnel(request: pb.GetPartnerFunnelRequest, call: Call[Resources]) -> pb.PartnerFunnel:
    partner_id = visible(call.principal, request.partner_id)
    steps = await store.of_partner(call.session, partner_id, call.now)
    if not steps:
        raise NotFound("there is no such partner", "partner_id")
    kind = pb.PartnerManifest.FromString((await store.manifests(call.session, [partner_id]))[partner_id]).kind
    usual = await median_of_stages(call, pb.PartnerKind.Name(kind).removeprefix("PARTNER_KIND_").lower(), "")
    return (await messages(call, {partner_id: steps}, {stage: row.median_seconds for stage, row in usual.items()}))[0]


@api.serves
async def get_city_funnel(request: pb.GetCityFunnelRequest, call: Call[Resources]) -> pb.CityFunnel:
    if request.kind not in pb.PartnerKind.values():
        raise Invalid("kind", f"{request.kind} is not a value of it")
    check_district(request.district, call.resources.city)
    kind = pb.PartnerKind.Name(request.kind).removeprefix("PARTNER_KIND_").lower() if request.kind else ""
    usual = await median_of_stages(call, kind, request.district)
    outcomes = await store.outcomes(call.session, kind, request.district, call.now)
    under_way = await store.under_way(call.session, kind, request.district, call.now)
    return pb.CityFunnel(
        medians=[median_message(stage, usual.get(stage)) for stage in FunnelStage],
        under_way=await messages(call, under_way, {stage: row.median_seconds for stage, row in usual.items()}),
        live=outcomes.live,
        median_seconds_to_live=round(outcomes.median_seconds or 0),
        came_to_nothing=outcomes.came_to_nothing,
    )


async def median_of_stages(call: Call[Resources], kind: str, district: str) -> Mapping[int, Any]:
    rows = await store.medians(call.session, kind, district, call.now, STUCK_AFTER.total_seconds())
    return {row.stage: row for row in rows}


def median_message(stage: FunnelStage, row: Any) -> pb.FunnelMedian:
    """Of a step that nobody came to, nothing."""
    message = pb.FunnelMedian(stage=stage.value)  # type: ignore[arg-type] # the contract's number
    if row is not None:
        median = row.median_seconds or 0
        message.finished, message.median_seconds, message.waiting = row.finished, round(median), row.waiting
        message.waiting_median_seconds = round(row.waiting_median_seconds or 0)
        message.stuck = sum(is_stuck(float(seconds), median) for seconds in row.long or ())
    return message


async def messages(
    call: Call[Resources], steps_of: Mapping[UUID, Sequence[Any]], usual: Mapping[int, float | None]
) -> list[pb.PartnerFunnel]:
    """Partners with their steps. `usual`: how long each step takes in the median, in seconds."""
    aspects = await store.aspects(call.session, list(steps_of))
    manifests = await store.manifests(call.session, list(steps_of))
    return [
        partner_message(
            steps,
            pb.PartnerManifest.FromString(manifests[partner_id]),
            [aspect_message(aspect, aspects.get((partner_id, aspect))) for aspect in Aspect],
            usual,
        )
        for partner_id, steps in steps_of.items()
    ]


def aspect_message(aspect: Aspect, row: Any) -> pb.FunnelAspect:
    proposed_at, certified_at = (row.proposed_at, row.certified_at) if row is not None else (None, None)
    actor = aspect_waits_for(proposed=proposed_at is not None, certified=certified_at is not None)
    return pb.FunnelAspect(
        aspect=f"ASPECT_{aspect.name}",
        reviewed_at=timestamp(row.reviewed_at if row is not None else None),
        proposed_at=timestamp(proposed_at),
        certified_at=timestamp(certified_at),
        waits_for=ROLES[actor] if actor else Role.ROLE_UNSPECIFIED,
    )


def partner_message(
    steps: Sequence[Any],
    manifest: pb.PartnerManifest,
    aspects: Sequence[pb.FunnelAspect],
    usual: Mapping[int, float | None],
) -> pb.PartnerFunnel:
    first = steps[0]
    status = PartnerStatus(first.status)
    message = pb.PartnerFunnel(
        partner_id=str(first.partner_id),
        name=manifest.name,
        kind=manifest.kind,
        status=f"PARTNER_STATUS_{status.name}",
        applications=first.applications,
        applied_at=timestamp(first.applied_at),
        live_at=timestamp(first.live_at),
        steps=[
            pb.FunnelStep(
                stage=row.stage,
                began_at=timestamp(row.began_at),
                ended_at=timestamp(row.ended_at),
                seconds=max(0, int(row.seconds)),
            )
            for row in steps
        ],
        aspects=aspects if status not in (PartnerStatus.SCREENING, PartnerStatus.REJECTED) else (),
    )
    for row in steps:
        if row.is_open:
            waiting = {ACTORS[each.waits_for] for each in aspects if each.waits_for}
            message.stage = row.stage
            message.waits_for = ROLES[waits_for(FunnelStage(row.stage), waiting)]
            message.stuck = is_stuck(float(row.seconds), usual.get(row.stage) or 0)
    return message
