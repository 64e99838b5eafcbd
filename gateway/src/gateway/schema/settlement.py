"""Money: payments and their splits, the ledger, payouts, statements, refunds."""

from typing import Annotated

import strawberry
from strawberry import ID
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1 import books_pb2 as books_pb
from yima.settlement.v1.enums import (
    DisputeStatus,
    PaymentStatus,
    PaymentStepKind,
    PayoutRail,
    PayoutSchedule,
    PayoutStatus,
    RefundStatus,
)

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, reads, shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, Interval, IntervalInput, Money, MoneyInput, connection, page_request
from gateway.schema.inputs import fill, takes
from gateway.schema.partners import PartnerProfile, SplitPlan, profile


@shows(pb.Part, description="One party's part of a line's money.")
class Part:
    party: str
    amount: Money


@shows(pb.LineSplit, description="A line's money, split once and frozen.")
class LineSplit:
    order_line_id: ID
    gross: Money
    plan: SplitPlan
    parts: list[Part]


@shows(pb.Refund)
class Refund:
    amount: Money
    status: RefundStatus
    reason: str
    failure: str | None = field(description="Why it is not back yet; it is asked for again.")
    asked_at: DateTime
    done_at: DateTime | None = field(description="When it was given back.")
    by_bank: bool


@shows(pb.NextStep)
class NextStep:
    kind: PaymentStepKind
    url: str | None
    payload: str | None
    expires_at: DateTime


@shows(pb.PaymentMethod)
class PaymentMethod:
    code: str
    name: str
    kind: PaymentStepKind | None
    minimum: Money
    maximum: Money | None


@shows(pb.Payment)
class Payment:
    id: ID
    order_id: ID
    status: PaymentStatus
    amount: Money
    captured: Money
    refunded: Money
    refunding: Money
    owed: Money
    failure: str | None
    splits: list[LineSplit]
    refunds: list[Refund]
    next_step: NextStep | None


@shows(pb.Posting)
class Posting:
    account: str
    amount: Money


@shows(pb.JournalEntry)
class JournalEntry:
    id: ID = field(kind=Kind.ENTRY)
    kind: str
    reference: str
    reverses: ID | None = field(kind=Kind.ENTRY)
    postings: list[Posting]
    recorded_at: DateTime
    effective_at: DateTime
    late_for: DateTime | None = field(
        description="When what it tells of happened, where that month was closed by then."
    )


@shows(pb.Balance, books_pb.AccountBalance, description="What an account holds.")
class Balance:
    account: str
    amount: Money


@shows(pb.Payout)
class Payout:
    id: ID
    amount: Money
    status: PayoutStatus
    entries_claimed: int
    created_at: DateTime
    submitted_at: DateTime | None = field(description="When its file was handed out for the bank.")
    settled_at: DateTime | None
    rail: PayoutRail
    failure: str | None
    partner: PartnerProfile | None = profile("partner_id")


@shows(pb.HeldPayout)
class HeldPayout:
    balance: Money
    on_hold: Money
    held_until: DateTime | None
    reason: str
    partner: PartnerProfile | None = profile("partner_id")


@shows(pb.Payouts, description="What a run of payouts did.")
class PayoutRun:
    payouts: list[Payout]
    held: list[HeldPayout]


@shows(pb.StatementLine, description="One movement on a partner's account.")
class StatementLine:
    recorded_at: DateTime
    kind: str
    reference: str
    order_id: ID | None
    payout_id: ID | None
    amount: Money
    position: str = field(description="Of its posting in the ledger.")
    gross: Money | None = field(description="What the resident paid, where it is an order's.")


@shows(pb.CurrencyStatement, description="A statement's part in one currency: opening + Σ lines = closing.")
class CurrencyStatement:
    opening: Money
    lines: list[StatementLine]
    closing: Money


@shows(pb.Statement, description="What moved on a partner's account within a period.")
class Statement:
    currencies: list[CurrencyStatement]
    partner: PartnerProfile | None = profile("partner_id")
    ledger_position: str = field(
        description="The last posting it includes; recomputing up to it gives the same statement."
    )
    period: Interval | None = reads(
        pb.Statement,
        lambda statement, _: (
            statement.period if statement.period.HasField("start") and statement.period.HasField("end") else None
        ),
    )


@shows(pb.LedgerCheck)
class LedgerCheck:
    holds: bool
    totals: list[Money] = field(description="The sum of all postings by currency: zero.")
    findings: list[str]
    payouts_ran_at: DateTime | None = field(description="When payouts were run last.")
    sealed_at: DateTime | None = field(description="When the ledger was sealed last.")
    closed_until: DateTime | None = field(description="Up to when months are closed.")
    entries: int
    postings: int


@shows(pb.Dispute)
class Dispute:
    id: ID
    payment_id: ID = field(description="The payment it is about.")
    amount: Money
    reason: str
    status: DisputeStatus
    by_bank: bool
    opened_at: DateTime
    decided_at: DateTime | None
    partner: PartnerProfile | None = profile("partner_id")


@shows(pb.PayoutTerms)
class PayoutTerms:
    hold_days: int
    minimum_minor: int
    reserve_basis_points: int
    reserve_days: int
    frozen: str | None
    risk_tier: str
    rail: PayoutRail
    schedule: PayoutSchedule
    schedule_day: int


@shows(pb.Invoice)
class Invoice:
    id: ID
    amount: Money
    paid: Money
    issued_at: DateTime
    partner: PartnerProfile | None = profile("partner_id")


@takes(pb.PayoutTerms, description="How a partner is to be paid. What is not given is none.")
class PayoutTermsInput:
    hold_days: int = 0
    minimum_minor: int = 0
    reserve_basis_points: int = 0
    reserve_days: int = 0
    frozen: str = ""
    risk_tier: str = ""
    rail: PayoutRail | None = None
    schedule: PayoutSchedule | None = None
    schedule_day: int = 0


@strawberry.type
class Query:
    @strawberry.field(description="Disputes, newest first: a partner's own; all for operator and regulator.")
    @asks("settlement.ListDisputes")
    async def disputes(
        self,
        info: Info,
        partner_id: ID | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.Dispute]:
        context = info.context
        request = pb.ListDisputesRequest(
            partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId") if partner_id else "",
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.settlement.list_disputes(request, context.token)
        return connection(answer.disputes, answer.page)

    @strawberry.field(description="How may be paid in a currency, as the payment provider offers it.")
    @asks("settlement.ListPaymentMethods")
    async def payment_methods(self, info: Info, currency: str) -> list[pb.PaymentMethod]:
        context = info.context
        request = pb.ListPaymentMethodsRequest(currency=currency)
        return list((await context.clients.settlement.list_payment_methods(request, context.token)).methods)

    @strawberry.field(description="The journal entries of an order or of a payout.")
    @asks("settlement.ListEntries")
    async def entries(
        self, info: Info, order_id: ID | None = None, payout_id: ID | None = None
    ) -> list[pb.JournalEntry]:
        context = info.context
        request = pb.ListEntriesRequest(
            order_id=parse_global_id(Kind.ORDER, order_id, "orderId") if order_id else "",
            payout_id=parse_global_id(Kind.PAYOUT, payout_id, "payoutId") if payout_id else "",
        )
        answer = await context.clients.settlement.list_entries(request, context.token)
        return list(answer.entries)

    @strawberry.field(description="Balances: a partner's own; every account's for operator and regulator.")
    @asks("settlement.GetBalances")
    async def balances(self, info: Info, partner_id: ID | None = None) -> list[pb.Balance]:
        context = info.context
        request = pb.GetBalancesRequest(
            partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId") if partner_id else ""
        )
        answer = await context.clients.settlement.get_balances(request, context.token)
        return list(answer.balances)

    @strawberry.field(
        description="Payouts, newest first: a partner's own; all for operator and regulator; with an order, those that "
        "paid something of it."
    )
    @asks("settlement.ListPayouts")
    async def payouts(
        self,
        info: Info,
        partner_id: ID | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        order_id: ID | None = None,
    ) -> Connection[pb.Payout]:
        context = info.context
        request = pb.ListPayoutsRequest(
            partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId") if partner_id else "",
            order_id=parse_global_id(Kind.ORDER, order_id, "orderId") if order_id else "",
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.settlement.list_payouts(request, context.token)
        return connection(answer.payouts, answer.page)

    @strawberry.field(description="A partner's statement over a period; without one, everything so far.")
    @asks("settlement.GetStatement")
    async def statement(self, info: Info, partner_id: ID, period: IntervalInput | None = None) -> pb.Statement:
        context = info.context
        request = pb.GetStatementRequest(partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId"))
        if period is not None:
            request.period.CopyFrom(period.message())
        return await context.clients.settlement.get_statement(request, context.token)

    @strawberry.field(description="Recompute the whole ledger: for operator and regulator.")
    @asks("settlement.CheckLedger")
    async def ledger_check(self, info: Info) -> pb.LedgerCheck:
        context = info.context
        return await context.clients.settlement.check_ledger(pb.CheckLedgerRequest(), context.token)


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Give money back for an order: all that is left, or a part.")
    @refusable
    @asks("settlement.RefundOrder")
    async def refund_order(
        self,
        info: Info,
        order_id: ID,
        reason: str,
        idempotency_key: str,
        amount: MoneyInput | None = None,
        order_line_id: ID | None = None,
    ) -> pb.Payment:
        context = info.context
        request = pb.RefundOrderRequest(order_id=parse_global_id(Kind.ORDER, order_id, "orderId"), reason=reason)
        if order_line_id is not None:
            request.order_line_id = parse_global_id(Kind.ORDER_LINE, order_line_id, "orderLineId")
        if amount is not None:
            request.amount.CopyFrom(amount.message("amount"))
        return await context.clients.settlement.refund_order(request, context.token, idempotency_key)

    @strawberry.mutation(description="Pay partners what they are owed: everybody, or one partner.")
    @refusable
    @asks("settlement.RunPayouts")
    async def run_payouts(self, info: Info, idempotency_key: str, partner_id: ID | None = None) -> pb.Payouts:
        context = info.context
        request = pb.RunPayoutsRequest(
            partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId") if partner_id else ""
        )
        return await context.clients.settlement.run_payouts(request, context.token, idempotency_key)

    @strawberry.mutation(description="Hold what is disputed of an order's money until it is decided.")
    @refusable
    @asks("settlement.OpenDispute")
    async def open_dispute(
        self,
        info: Info,
        order_id: ID,
        reason: str,
        idempotency_key: str,
        amount: MoneyInput | None = None,
        claimed: Annotated[
            MoneyInput | None,
            strawberry.argument(description="What the cardholder claims, in another currency than was paid in."),
        ] = None,
        charged: Annotated[
            MoneyInput | None,
            strawberry.argument(description="What the provider charged for it; it may be more than is left."),
        ] = None,
    ) -> pb.Dispute:
        context = info.context
        request = pb.OpenDisputeRequest(order_id=parse_global_id(Kind.ORDER, order_id, "orderId"), reason=reason)
        if amount is not None:
            request.amount.CopyFrom(amount.message("amount"))
        if claimed is not None:
            request.claimed.CopyFrom(claimed.message("claimed"))
        if charged is not None:
            request.charged.CopyFrom(charged.message("charged"))
        return await context.clients.settlement.open_dispute(request, context.token, idempotency_key)

    @strawberry.mutation(description="Decide a dispute: for the partner, or for the resident, who is then refunded.")
    @refusable
    @asks("settlement.DecideDispute")
    async def decide_dispute(self, info: Info, dispute_id: ID, for_partner: bool, idempotency_key: str) -> pb.Dispute:
        context = info.context
        internal_id = parse_global_id(Kind.DISPUTE, dispute_id, "disputeId")
        request = pb.DecideDisputeRequest(dispute_id=internal_id, for_partner=for_partner)
        return await context.clients.settlement.decide_dispute(request, context.token, idempotency_key)

    @strawberry.mutation(
        description="Say how a partner is paid: after which time, from which amount, with which reserve."
    )
    @refusable
    @asks("settlement.SetPayoutTerms")
    async def set_payout_terms(
        self,
        info: Info,
        partner_id: ID,
        terms: PayoutTermsInput,
        idempotency_key: str | None = None,
    ) -> pb.PayoutTerms:
        context = info.context
        request = pb.SetPayoutTermsRequest(partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId"))
        fill(request.terms, terms, "terms.")
        return await context.clients.settlement.set_payout_terms(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Ask a partner by invoice for what it owes beyond its balance and reserve.")
    @refusable
    @asks("settlement.IssueInvoice")
    async def issue_invoice(self, info: Info, partner_id: ID, currency: str, idempotency_key: str) -> pb.Invoice:
        context = info.context
        internal_id = parse_global_id(Kind.PARTNER, partner_id, "partnerId")
        request = pb.IssueInvoiceRequest(partner_id=internal_id, currency=currency)
        return await context.clients.settlement.issue_invoice(request, context.token, idempotency_key)
