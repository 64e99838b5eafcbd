"""Payout terms and risk tiers over HTTP. Decode, one call, encode."""

from chassis.api import Call
from chassis.ids import parse_id
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1 import books_pb2 as told
from yima.settlement.v1.bank_pb2 import PayoutRail, PayoutSchedule

from settlement import commands
from settlement.api.served import People, alone, api, known_name
from settlement.commands.resources import Resources
from settlement.domain.payout_terms import Rail, Schedule, Terms
from settlement.store import payout_terms
from settlement.tables import PayoutTermsRow, RiskTierRow


@api.serves
async def set_payout_terms(request: pb.SetPayoutTermsRequest, call: Call[Resources]) -> pb.PayoutTerms:
    return await agreed(request, call, alone(call))


async def agreed(request: pb.SetPayoutTermsRequest, call: Call[Resources], people: People) -> pb.PayoutTerms:
    asked = request.terms
    partner_id = parse_id(request.partner_id, "partner_id")
    before = (await payout_terms.terms(call.session, [partner_id])).get(partner_id)
    terms = terms_of(asked, before)
    row = await commands.set_payout_terms(
        call.session,
        partner_id=partner_id,
        terms=terms,
        risk_tier=asked.risk_tier or (before.risk_tier if before else commands.STANDARD),
        by=people.by,
        approved_by=people.approved_by,
        now=call.now,
    )
    message = terms_message(terms)
    message.risk_tier = row.risk_tier
    return message


def terms_message(terms: Terms) -> pb.PayoutTerms:
    return pb.PayoutTerms(
        hold_days=terms.hold_days,
        minimum_minor=terms.minimum_minor,
        reserve_basis_points=terms.reserve_basis_points,
        reserve_days=terms.reserve_days,
        frozen=terms.frozen,
        rail=f"PAYOUT_RAIL_{terms.rail.upper()}",
        schedule=f"PAYOUT_SCHEDULE_{terms.schedule.upper()}",
        schedule_day=terms.schedule_day,
    )


def terms_of(asked: pb.PayoutTerms, before: PayoutTermsRow | None) -> Terms:
    """The terms asked for; rail and schedule are as before where they are not given."""
    rail, schedule, day = Rail.PROVIDER, Schedule.DAILY, 0
    if before is not None:
        rail, schedule, day = Rail(before.rail), Schedule(before.schedule), before.schedule_day
    if asked.rail:
        rail = Rail(known_name(PayoutRail, asked.rail, "rail"))
    if asked.schedule:
        schedule, day = Schedule(known_name(PayoutSchedule, asked.schedule, "schedule")), asked.schedule_day
    return Terms(
        asked.hold_days, asked.minimum_minor, asked.reserve_basis_points, asked.reserve_days, asked.frozen.strip(),
        rail, schedule, day,
    )  # fmt: skip


@api.serves
async def put_risk_tier(request: told.PutRiskTierRequest, call: Call[Resources]) -> told.RiskTier:
    return await tier_put(request, call, alone(call))


async def tier_put(request: told.PutRiskTierRequest, call: Call[Resources], people: People) -> told.RiskTier:
    tier = RiskTierRow(
        name=request.name,
        hold_days=request.hold_days,
        reserve_basis_points=request.reserve_basis_points,
        reserve_days=request.reserve_days,
        set_by=people.by,
        set_at=call.now,
    )
    return tier_message(await commands.put_risk_tier(call.session, tier=tier, approved_by=people.approved_by))


@api.serves
async def list_risk_tiers(request: told.ListRiskTiersRequest, call: Call[Resources]) -> told.RiskTiers:
    return told.RiskTiers(tiers=[tier_message(row) for row in await payout_terms.tiers(call.session)])


def tier_message(row: RiskTierRow) -> told.RiskTier:
    return told.RiskTier(
        name=row.name,
        hold_days=row.hold_days,
        reserve_basis_points=row.reserve_basis_points,
        reserve_days=row.reserve_days,
    )
