"""The ledger over HTTP: entries, balances, its check. Decode, one call, encode."""

from collections.abc import Sequence
from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid, NotFound
from chassis.wire import timestamp
from yima.settlement.v1 import api_pb2 as pb

from settlement import commands
from settlement.api.served import api, own
from settlement.commands.resources import Resources
from settlement.domain.amounts import amount
from settlement.domain.ledger import ANY, is_asset, partner_account
from settlement.store import books, ledger, payments, payouts
from settlement.tables import JournalEntryRow, PostingRow

ENTRIES_MAX = 500
BALANCES_MAX = 5_000


@api.serves
async def list_entries(request: pb.ListEntriesRequest, call: Call[Resources]) -> pb.Entries:
    if bool(request.order_id) == bool(request.payout_id):
        raise Invalid("order_id", "name either an order or a payout")
    order_id = parse_id(request.order_id, "order_id") if request.order_id else None
    payout_id = parse_id(request.payout_id, "payout_id") if request.payout_id else None
    entries = await ledger.entries(call.session, order_id, payout_id, ENTRIES_MAX)
    if not call.principal.supervises and not await owns(call, order_id, payout_id):
        raise NotFound("there is no such order or payout")
    return pb.Entries(entries=[entry_message(entry, postings) for entry, postings in entries])


async def owns(call: Call[Resources], order_id: UUID | None, payout_id: UUID | None) -> bool:
    """Is the order or payout the caller's partner's?"""
    if order_id is not None:
        payment = (await payments.payments_of(call.session, [order_id])).get(order_id)
        return payment is not None and str(payment.partner_id) == call.principal.partner_id
    assert payout_id is not None
    payout = (await payouts.payouts_for_update(call.session, [payout_id])).get(payout_id)
    return payout is not None and str(payout.partner_id) == call.principal.partner_id


@api.serves
async def get_balances(request: pb.GetBalancesRequest, call: Call[Resources]) -> pb.Balances:
    partner_id = own(call.principal, request.partner_id)
    pattern = partner_account(partner_id, ANY) if partner_id else ANY
    balances = await ledger.balances(call.session, pattern, BALANCES_MAX)
    return pb.Balances(
        balances=[
            pb.Balance(account=account, amount=amount(minor if is_asset(account) else -minor, currency))
            for account, currency, minor in balances
        ]
    )


def entry_message(entry: JournalEntryRow, postings: Sequence[PostingRow]) -> pb.JournalEntry:
    return pb.JournalEntry(
        id=str(entry.id),
        kind=entry.kind,
        reference=entry.reference,
        reverses=str(entry.reverses or ""),
        postings=[pb.Posting(account=row.account, amount=amount(row.amount_minor, row.currency)) for row in postings],
        recorded_at=timestamp(entry.recorded_at),
        effective_at=timestamp(entry.effective_at or entry.recorded_at),
        late_for=timestamp(entry.late_for),
    )


@api.serves
async def check_ledger(request: pb.CheckLedgerRequest, call: Call[Resources]) -> pb.LedgerCheck:
    check = await commands.check_ledger(call.session)
    return pb.LedgerCheck(
        holds=check.holds,
        entries=check.entries,
        postings=check.postings,
        totals=[amount(minor, currency) for currency, minor in sorted(check.totals.items())],
        findings=check.findings,
        payouts_ran_at=timestamp(await payouts.last_run(call.session)),
        sealed_at=timestamp(await books.last_sealed(call.session)),
        closed_until=timestamp(await books.closed_until(call.session)),
    )
