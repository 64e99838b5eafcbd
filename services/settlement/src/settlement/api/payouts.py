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
    payouts, held = await commands.run_payouts(
        call.session, partner_id=partner_id, now=call.now, bank=call.resources.bank
    )
    call.resources.provider_is_needed()
    return pb.Payouts(
        payouts=[payout_message(payout) for payout in payouts],
        held=[
            pb.HeldPayout(
                partner_id=str(held_payout.partner_id),
                balance=amount(held_payout.balance_minor, held_payout.currency),
                reason=held_payout.reason,
                on_hold=amount(held_payout.held_minor, held_payout.currency),
                held_until=timestamp(held_payout.held_until),
            )
            for held_payout in held
        ],
    )


@api.serves
async def list_payouts(request: pb.ListPayoutsRequest, call: Call[Resources]) -> pb.PayoutPage:
    part = pages.by_id(request.page)
    order_id = parse_id(request.order_id, "order_id") if request.order_id else None
    rows, page = part.cut(
        await payouts.page(call.session, own(call.principal, request.partner_id), order_id, part), pages.at_id
    )
    return pb.PayoutPage(
        payouts=[payout_message(payout) for payout in rows],
        page=page,
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
    terms, outlooks = await commands.payout_outlook(
        call.session, partner_id=partner_id, now=call.now, bank=call.resources.bank
    )
    found_terms = (await payout_terms.terms(call.session, [partner_id])).get(partner_id)
    message = pb.PayoutOutlook(
        partner_id=str(partner_id),
        terms=terms_message(terms),
        currencies=[outlook_message(outlook) for outlook in outlooks],
    )
    message.terms.risk_tier = found_terms.risk_tier if found_terms else commands.NEW
    return message


def outlook_message(outlook: commands.Outlook) -> pb.CurrencyOutlook:
    return pb.CurrencyOutlook(
        pending=amount(outlook.pending_minor, outlook.currency),
        posted=amount(outlook.payable_minor, outlook.currency),
        on_hold=amount(outlook.on_hold_minor, outlook.currency),
        disputed=amount(outlook.disputed_minor, outlook.currency),
        reserved=amount(outlook.reserve_minor, outlook.currency),
        invoiced=amount(outlook.invoiced_minor, outlook.currency),
        due=amount(outlook.due_minor, outlook.currency),
        held_because=outlook.held_because,
        next_on=outlook.next_on.isoformat(),
        complained=amount(outlook.complained_minor, outlook.currency),
        held_until=timestamp(outlook.held_until),
    )
