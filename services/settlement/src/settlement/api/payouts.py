"""Payouts and how partners are paid, over HTTP. Decode, one call, encode."""

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from chassis.wire import timestamp
from yima.settlement.v1 import api_pb2 as pb

from settlement import commands
from settlement.api.payout_terms import terms_message
from settlement.api.served import api, own
from settlement.commands.resources import Resources
from settlement.domain.amounts import amount
from settlement.store import payout_terms, payouts
from settlement.tables import PayoutRow


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
