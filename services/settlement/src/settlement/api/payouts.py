"""Payouts and how partners are paid, over HTTP. Decode, one call, encode."""

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from chassis.wire import timestamp
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1 import books_pb2 as told
from yima.settlement.v1.bank_pb2 import PayoutRail, PayoutSchedule

from settlement import commands
from settlement.api.served import People, alone, api, known_name, own
from settlement.commands.resources import Resources
from settlement.domain.payouts import Rail, Schedule, Terms
from settlement.messages import amount
from settlement.store import payout_terms, payouts
from settlement.tables import PayoutRow, PayoutTermsRow, RiskTierRow


@api.serves
async def run_payouts(request: pb.RunPayoutsRequest, call: Call[Resources]) -> pb.Payouts:
    partner_id = parse_id(request.partner_id, "partner_id") if request.partner_id else None
    made, held = await commands.run_payouts(call.session, partner_id=partner_id, now=call.now, bank=call.resources.bank)
    call.resources.provider_is_needed()
    return pb.Payouts(
        payouts=[payout_message(payout) for payout in made],
        held=[
            pb.HeldPayout(
                partner_id=str(one.partner_id),
                balance=amount(one.balance_minor, one.currency),
                reason=one.reason,
                on_hold=amount(one.held_minor, one.currency),
                held_until=timestamp(one.held_until),
            )
            for one in held
        ],
    )


@api.serves
async def list_payouts(request: pb.ListPayoutsRequest, call: Call[Resources]) -> pb.PayoutPage:
    wanted = pages.size(request.page)
    after = pages.after_id(request.page)
    found = await payouts.page(call.session, own(call.principal, request.partner_id), after, wanted)
    return pb.PayoutPage(
        payouts=[payout_message(payout) for payout in found[:wanted]],
        page=pages.info([payout.id for payout in found], wanted),
    )


def payout_message(payout: PayoutRow) -> pb.Payout:
    return pb.Payout(
        id=str(payout.id),
        partner_id=str(payout.partner_id),
        amount=amount(payout.amount_minor, payout.currency),
        status=f"PAYOUT_STATUS_{payout.status.upper()}",
        entries_claimed=payout.entries_claimed,
        created_at=timestamp(payout.created_at),
        settled_at=timestamp(payout.settled_at),
        failure=payout.failure,
        rail=f"PAYOUT_RAIL_{payout.rail.upper()}",
        bank_file_id=str(payout.bank_file_id or ""),
        submitted_at=timestamp(payout.submitted_at),
    )


@api.serves
async def get_payout_outlook(request: pb.GetPayoutOutlookRequest, call: Call[Resources]) -> pb.PayoutOutlook:
    partner_id = own(call.principal, request.partner_id)
    if partner_id is None:
        raise Invalid("partner_id", "say whose outlook")
    terms, found = await commands.payout_outlook(
        call.session, partner_id=partner_id, now=call.now, bank=call.resources.bank
    )
    found_terms = (await payout_terms.terms(call.session, [partner_id])).get(partner_id)
    message = pb.PayoutOutlook(
        partner_id=str(partner_id), terms=terms_message(terms), currencies=[outlook_message(one) for one in found]
    )
    message.terms.risk_tier = found_terms.risk_tier if found_terms else commands.NEW
    return message


def outlook_message(one: commands.Outlook) -> pb.CurrencyOutlook:
    return pb.CurrencyOutlook(
        pending=amount(one.pending_minor, one.currency),
        posted=amount(one.payable_minor, one.currency),
        on_hold=amount(one.on_hold_minor, one.currency),
        disputed=amount(one.disputed_minor, one.currency),
        reserved=amount(one.reserve_minor, one.currency),
        invoiced=amount(one.invoiced_minor, one.currency),
        due=amount(one.due_minor, one.currency),
        held_because=one.held_because,
        next_on=one.next_on.isoformat(),
        complained=amount(one.complained_minor, one.currency),
        held_until=timestamp(one.held_until),
    )


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
