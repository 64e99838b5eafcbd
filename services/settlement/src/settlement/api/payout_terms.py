"""Payout terms and risk tiers over HTTP. Decode, one call, encode."""

from chassis.api import Call
from chassis.ids import parse_id
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1 import books_pb2 as books_pb
from yima.settlement.v1.bank_pb2 import PayoutRail, PayoutSchedule

from settlement import commands
from settlement.api.served import People, api, known_name, unapproved
from settlement.commands.resources import Resources
from settlement.domain.payout_terms import Rail, Schedule, Terms
from settlement.store import payout_terms
from settlement.tables import PayoutTermsRow, RiskTierRow


@api.serves
async def set_payout_terms(request: pb.SetPayoutTermsRequest, call: Call[Resources]) -> pb.PayoutTerms:
    return await agreed(request, call, unapproved(call))


async def agreed(request: pb.SetPayoutTermsRequest, call: Call[Resources], people: People) -> pb.PayoutTerms:
    requested = request.terms
    partner_id = parse_id(request.partner_id, "partner_id")
    before = (await payout_terms.terms(call.session, [partner_id])).get(partner_id)
    terms = terms_of(requested, before)
    row = await commands.set_payout_terms(
        call.session,
        partner_id=partner_id,
        terms=terms,
        risk_tier=requested.risk_tier or (before.risk_tier if before else commands.STANDARD),
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


def terms_of(terms: pb.PayoutTerms, before: PayoutTermsRow | None) -> Terms:
    """The terms asked for; rail and schedule are as before where they are not given."""
    rail, schedule, day = Rail.PROVIDER, Schedule.DAILY, 0
    if before is not None:
        rail, schedule, day = Rail(before.rail), Schedule(before.schedule), before.schedule_day
    if terms.rail:
        rail = Rail(known_name(PayoutRail, terms.rail, "rail"))
    if terms.schedule:
        schedule, day = Schedule(known_name(PayoutSchedule, terms.schedule, "schedule")), terms.schedule_day
    return Terms(
        terms.hold_days, terms.minimum_minor, terms.reserve_basis_points, terms.reserve_days, terms.frozen.strip(),
        rail, schedule, day,
    )  # fmt: skip


@api.serves
async def put_risk_tier(request: books_pb.PutRiskTierRequest, call: Call[Resources]) -> books_pb.RiskTier:
    return await tier_put(request, call, unapproved(call))


async def tier_put(request: books_pb.PutRiskTierRequest, call: Call[Resources], people: People) -> books_pb.RiskTier:
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
async def list_risk_tiers(request: books_pb.ListRiskTiersRequest, call: Call[Resources]) -> books_pb.RiskTiers:
    return books_pb.RiskTiers(tiers=[tier_message(row) for row in await payout_terms.tiers(call.session)])


def tier_message(row: RiskTierRow) -> books_pb.RiskTier:
    return books_pb.RiskTier(
        name=row.name,
        hold_days=row.hold_days,
        reserve_basis_points=row.reserve_basis_points,
        reserve_days=row.reserve_days,
    )
