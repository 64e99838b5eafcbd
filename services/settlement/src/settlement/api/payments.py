"""Payments, refunds and the ledger's entries over HTTP. Decode, one call, encode."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis.api import Call
from chassis.auth import Principal
from chassis.ids import parse_id
from chassis.money import from_message, to_minor
from chassis.refusals import Invalid, NotFound
from chassis.wire import timestamp
from yima.common.v1.route_pb2 import Role
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1.split_pb2 import SplitPlan

from settlement import commands
from settlement.api.served import People, alone, api, own
from settlement.commands.resources import Resources
from settlement.domain.ledger import is_asset
from settlement.domain.payments import Refund, RefundKind
from settlement.messages import amount
from settlement.store import ledger, payments, payouts
from settlement.tables import JournalEntryRow, LineSplitRow, PartRow, PaymentRow, PostingRow, RefundRow

ORDERS_MAX = 200
ENTRIES_MAX = 500
BALANCES_MAX = 5_000


@api.serves
async def get_payments(request: pb.GetPaymentsRequest, call: Call[Resources]) -> pb.Payments:
    if len(request.order_ids) > ORDERS_MAX:
        raise Invalid("order_ids", f"at most {ORDERS_MAX}")
    ids = [parse_id(one, "order_ids") for one in request.order_ids]
    found = (await payments.payments_of(call.session, ids)).values()
    mine = [payment for payment in found if may_see(call.principal, payment)]
    splits = await payments.splits(call.session, [payment.id for payment in mine])
    refunds = await payments.refunds_of(
        call.session, [one.id for one in mine if one.refunded_minor or one.advanced_minor]
    )
    found_messages = [payment_message(payment, splits, refunds.get(payment.id, ())) for payment in mine]
    if call.principal.partner_id and not call.principal.supervises:
        for message in found_messages:
            message.failure = ""  # why a resident's account was declined is between them and their bank
    return pb.Payments(payments=found_messages)


def may_see(principal: Principal, payment: PaymentRow) -> bool:
    if principal.supervises:
        return True
    if principal.role == Role.ROLE_RESIDENT:
        return principal.acts_for(str(payment.resident_id)) or principal.subject_id == str(payment.placed_by)
    return principal.partner_id == str(payment.partner_id)


def wanted(request: pb.RefundOrderRequest | pb.OpenDisputeRequest) -> tuple[int, str] | None:
    """The amount that was asked for, above zero; None for all there is."""
    if not request.HasField("amount"):
        return None
    minor = to_minor(from_message(request.amount))
    if minor <= 0:
        raise Invalid("amount", "must be above zero")
    return minor, request.amount.currency


@api.serves
async def refund_order(request: pb.RefundOrderRequest, call: Call[Resources]) -> pb.Payment:
    return await refund(request, call, alone(call), own(call.principal, ""))


async def refund(
    request: pb.RefundOrderRequest, call: Call[Resources], people: People, partner_id: UUID | None = None
) -> pb.Payment:
    payment = await commands.refund_order(
        call.session,
        order_id=parse_id(request.order_id, "order_id"),
        partner_id=partner_id,
        amount=wanted(request),
        order_line_id=parse_id(request.order_line_id, "order_line_id") if request.order_line_id else None,
        reason=request.reason,
        by=people.by,
        approved_by=people.approved_by,
        bounds=call.resources.bounds,
        provider=call.resources.provider,
        now=call.now,
    )
    call.resources.provider_is_needed()
    splits = await payments.splits(call.session, [payment.id])
    refunds = await payments.refunds_of(call.session, [payment.id])
    return payment_message(payment, splits, refunds.get(payment.id, ()))


@api.serves
async def list_entries(request: pb.ListEntriesRequest, call: Call[Resources]) -> pb.Entries:
    if bool(request.order_id) == bool(request.payout_id):
        raise Invalid("order_id", "name either an order or a payout")
    order_id = parse_id(request.order_id, "order_id") if request.order_id else None
    payout_id = parse_id(request.payout_id, "payout_id") if request.payout_id else None
    found = await ledger.entries(call.session, order_id, payout_id, ENTRIES_MAX)
    if not call.principal.supervises and not await owns(call, order_id, payout_id):
        raise NotFound("there is no such order or payout")
    return pb.Entries(entries=[entry_message(entry, postings) for entry, postings in found])


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
    pattern = f"partner:{partner_id}:%" if partner_id else "%"
    found = await ledger.balances(call.session, pattern, BALANCES_MAX)
    return pb.Balances(
        balances=[
            pb.Balance(account=account, amount=amount(minor if is_asset(account) else -minor, currency))
            for account, currency, minor in found
        ]
    )


def payment_message(
    payment: PaymentRow,
    splits: Mapping[UUID, Sequence[tuple[LineSplitRow, Sequence[PartRow]]]],
    refunds: Sequence[RefundRow],
) -> pb.Payment:
    back = sum(one.amount_minor if one.state == Refund.DONE else one.by_bank_minor for one in refunds)
    to_come = sum(one.due_minor for one in refunds if one.state != Refund.DONE)
    return pb.Payment(
        id=str(payment.id),
        order_id=str(payment.order_id),
        status=f"PAYMENT_STATUS_{payment.status.upper()}",
        amount=amount(payment.amount_minor, payment.currency),
        captured=amount(payment.captured_minor, payment.currency),
        refunded=amount(back, payment.currency),
        refunding=amount(to_come, payment.currency),
        refunds=[refund_message(one, payment.currency) for one in refunds],
        owed=amount(payment.owed_minor, payment.currency),
        failure=payment.failure,
        splits=[
            pb.LineSplit(
                order_line_id=str(line.order_line_id),
                gross=amount(line.gross_minor, payment.currency),
                plan=SplitPlan.FromString(line.plan),
                parts=[pb.Part(party=part.party, amount=amount(part.amount_minor, payment.currency)) for part in parts],
            )
            for line, parts in splits.get(payment.id, [])
        ],
        version=payment.version,
        chosen_version=payment.chosen_version,
    )


def refund_message(refund: RefundRow, currency: str) -> pb.Refund:
    return pb.Refund(
        id=str(refund.id),
        amount=amount(refund.amount_minor, currency),
        status=f"REFUND_STATUS_{refund.state.upper()}",
        reason=refund.reason,
        failure=refund.failure,
        asked_at=timestamp(refund.asked_at),
        done_at=timestamp(refund.paid_at),
        by_bank=refund.kind == RefundKind.CHARGEBACK or not refund.due_minor,
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
