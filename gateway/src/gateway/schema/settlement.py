"""Money: payments and their splits, the ledger, payouts, statements, refunds."""

from datetime import datetime
from enum import IntEnum
from typing import Annotated, Any, cast

import strawberry
from chassis.wire import timestamp
from strawberry.types import Info
from yima.settlement.v1 import api_pb2 as pb

from gateway.context import context
from gateway.errors import Refused, refusable
from gateway.ids import Kind, given
from gateway.policy import asks
from gateway.reading import shows
from gateway.schema.inputs import fill
from gateway.schema.partners import PartnerProfile, SplitPlan, profile
from gateway.schema.scalars import (
    Connection,
    DateTime,
    Interval,
    IntervalInput,
    Money,
    MoneyInput,
    connection,
    moment_or_none,
    page_request,
    text_or_none,
    typed_id,
    typed_id_or_none,
)


@strawberry.enum(description="Where a payment stands.")
class PaymentStatus(IntEnum):
    AWAITING_METHOD = 1
    AUTHORISING = 2
    AUTHORISED = 3
    CAPTURING = 4
    CAPTURED = 5
    VOIDING = 6
    VOIDED = 7
    FAILED = 8
    PARTLY_REFUNDED = 9
    REFUNDED = 10
    ADVANCING = 11
    ADVANCED = 12
    REFUNDING = 13
    REFUND_FAILED = 14
    CAPTURE_FAILED = 15
    VOID_FAILED = 16


@strawberry.enum(description="Where a refund stands.")
class RefundStatus(IntEnum):
    ASKED = 1
    DONE = 2
    FAILED = 3


@strawberry.enum(description="What is wrong with money.")
class MoneyCaseKind(IntEnum):
    REFUND_FAILED = 1
    VOID_FAILED = 2
    CAPTURE_FAILED = 3
    PAYOUTS_STOPPED = 4
    NO_ANSWER = 5
    AMOUNT_DIFFERS = 6
    CONTRADICTED = 7
    CHARGED_BEYOND = 8


@strawberry.enum(description="Where a payout stands.")
class PayoutStatus(IntEnum):
    CLAIMED = 1
    SUBMITTED = 2
    PAID = 3
    RETURNED = 4


@strawberry.enum(description="Who carries a partner's payouts.")
class PayoutRail(IntEnum):
    PROVIDER = 1
    BANK = 2


@strawberry.enum(description="When the sweep pays a partner.")
class PayoutSchedule(IntEnum):
    DAILY = 1
    WEEKLY = 2
    MONTHLY = 3


@strawberry.type(description="One party's part of a line's money.")
class Part:
    party: str
    amount: Money


@strawberry.type(description="A line's money, split once and frozen.")
class LineSplit:
    order_line_id: strawberry.ID = typed_id(Kind.ORDER_LINE, "order_line_id")
    gross: Money
    plan: SplitPlan
    parts: list[Part]


@strawberry.type(
    description="Money that goes back to a resident: asked of the provider, then done, or failed with its reason."
)
class Refund:
    amount: Money
    status: RefundStatus
    reason: str
    failure: str | None = text_or_none("failure", "Why it is not back yet; it is asked for again.")
    asked_at: DateTime
    done_at: DateTime | None = moment_or_none("done_at", "When it was given back.")
    by_bank: bool


@strawberry.type(description="The money of one order, from authorisation to refund.")
@shows(pb.Payment)
class Payment:
    id: strawberry.ID = typed_id(Kind.PAYMENT)
    order_id: strawberry.ID = typed_id(Kind.ORDER, "order_id")
    status: PaymentStatus
    amount: Money
    captured: Money
    refunded: Money
    refunding: Money
    owed: Money
    failure: str | None = text_or_none("failure")
    splits: list[LineSplit]
    refunds: list[Refund]


@strawberry.type(description="One account's part of an entry: debit positive, credit negative.")
class Posting:
    account: str
    amount: Money


@strawberry.type(description="A balanced, immutable record of money moving between accounts.")
class JournalEntry:
    id: strawberry.ID = typed_id(Kind.ENTRY)
    kind: str
    reference: str
    reverses: strawberry.ID | None = typed_id_or_none(Kind.ENTRY, "reverses")
    postings: list[Posting]
    recorded_at: DateTime
    effective_at: DateTime
    late_for: DateTime | None = moment_or_none(
        "late_for", "When what it tells of happened, where that month was closed by then."
    )


@strawberry.type(description="What an account holds.")
class Balance:
    account: str
    amount: Money


@strawberry.type(description="Money on its way to a partner.")
class Payout:
    id: strawberry.ID = typed_id(Kind.PAYOUT)
    amount: Money
    status: PayoutStatus
    entries_claimed: int
    created_at: DateTime
    submitted_at: DateTime | None = moment_or_none("submitted_at", "When its file was handed out for the bank.")
    settled_at: DateTime | None = moment_or_none("settled_at")
    rail: PayoutRail
    failure: str | None = text_or_none("failure")

    partner: PartnerProfile | None = profile("partner_id")


@strawberry.type(description="A partner who was not paid, and why.")
class HeldPayout:
    balance: Money
    on_hold: Money
    held_until: DateTime | None = moment_or_none("held_until")
    reason: str

    partner: PartnerProfile | None = profile("partner_id")


@strawberry.type(description="What a run of payouts did.")
@shows(pb.Payouts)
class PayoutRun:
    payouts: list[Payout]
    held: list[HeldPayout]


@strawberry.type(description="One movement on a partner's account.")
class StatementLine:
    recorded_at: DateTime
    kind: str
    reference: str
    order_id: strawberry.ID | None = typed_id_or_none(Kind.ORDER, "order_id")
    payout_id: strawberry.ID | None = typed_id_or_none(Kind.PAYOUT, "payout_id")
    amount: Money

    @strawberry.field(description="Of its posting in the ledger.")
    def position(self: Any) -> str:
        return str(self.position)

    @strawberry.field(description="What the resident paid, where it is an order's.")
    def gross(self: Any) -> Money | None:
        return self.gross if self.HasField("gross") else None


@strawberry.type(description="A statement's part in one currency: opening + Σ lines = closing.")
class CurrencyStatement:
    opening: Money
    lines: list[StatementLine]
    closing: Money


@strawberry.type(description="What moved on a partner's account within a period.")
class Statement:
    currencies: list[CurrencyStatement]

    @strawberry.field(description="The last posting it includes; recomputing up to it gives the same statement.")
    def ledger_position(self: Any) -> str:
        return str(self.ledger_position)

    @strawberry.field
    def period(self: Any) -> Interval | None:
        return self.period if self.period.HasField("start") and self.period.HasField("end") else None

    partner: PartnerProfile | None = profile("partner_id")


@strawberry.type(description="Whether the ledger holds, and what is off where it does not.")
class LedgerCheck:
    holds: bool
    totals: list[Money] = strawberry.field(description="The sum of all postings by currency: zero.")
    findings: list[str]

    @strawberry.field
    def entries(self: Any) -> int:
        return int(self.entries)

    @strawberry.field
    def postings(self: Any) -> int:
        return int(self.postings)

    payouts_ran_at: DateTime | None = moment_or_none("payouts_ran_at", "When payouts were run last.")
    sealed_at: DateTime | None = moment_or_none("sealed_at", "When the ledger was sealed last.")
    closed_until: DateTime | None = moment_or_none("closed_until", "Up to when months are closed.")


@strawberry.enum(description="Where a dispute stands.")
class DisputeStatus(IntEnum):
    OPEN = 1
    WON = 2
    LOST = 3


@strawberry.type(description="A claim on a payment's money, which is held until it is decided.")
@shows(pb.Dispute)
class Dispute:
    id: strawberry.ID = typed_id(Kind.DISPUTE)
    payment_id: strawberry.ID = typed_id(Kind.PAYMENT, "payment_id", "The payment it is about.")
    amount: Money
    reason: str
    status: DisputeStatus
    by_bank: bool
    opened_at: DateTime
    decided_at: DateTime | None = moment_or_none("decided_at")
    partner: PartnerProfile | None = profile("partner_id")


@strawberry.type(description="How a partner is paid.")
@shows(pb.PayoutTerms)
class PayoutTerms:
    hold_days: int
    minimum_minor: int
    reserve_basis_points: int
    reserve_days: int
    frozen: str | None = text_or_none("frozen")
    risk_tier: str
    rail: PayoutRail
    schedule: PayoutSchedule
    schedule_day: int


@strawberry.type(description="A partner's debt, asked for by invoice.")
@shows(pb.Invoice)
class Invoice:
    id: strawberry.ID = typed_id(Kind.INVOICE)
    amount: Money
    paid: Money
    issued_at: DateTime
    partner: PartnerProfile | None = profile("partner_id")


@strawberry.input(description="How a partner is to be paid. What is not given is none.")
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
        info: Info[Any, Any],
        partner_id: strawberry.ID | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Dispute]:
        here = context(info)
        request = pb.ListDisputesRequest(
            partner_id=given(Kind.PARTNER, partner_id, "partnerId") if partner_id else "",
            page=page_request(first, after),
        )
        found = await here.clients.settlement.list_disputes(request, here.token)
        return connection(found.disputes, found.page, after)  # type: ignore[no-any-return]

    @strawberry.field(description="The journal entries of an order or of a payout.")
    @asks("settlement.ListEntries")
    async def entries(
        self, info: Info[Any, Any], order_id: strawberry.ID | None = None, payout_id: strawberry.ID | None = None
    ) -> list[JournalEntry]:
        here = context(info)
        request = pb.ListEntriesRequest(
            order_id=given(Kind.ORDER, order_id, "orderId") if order_id else "",
            payout_id=given(Kind.PAYOUT, payout_id, "payoutId") if payout_id else "",
        )
        found = await here.clients.settlement.list_entries(request, here.token)
        return list(found.entries)  # type: ignore[arg-type]

    @strawberry.field(description="Balances: a partner's own; every account's for operator and regulator.")
    @asks("settlement.GetBalances")
    async def balances(self, info: Info[Any, Any], partner_id: strawberry.ID | None = None) -> list[Balance]:
        here = context(info)
        request = pb.GetBalancesRequest(partner_id=given(Kind.PARTNER, partner_id, "partnerId") if partner_id else "")
        found = await here.clients.settlement.get_balances(request, here.token)
        return list(found.balances)  # type: ignore[arg-type]

    @strawberry.field(description="Payouts, newest first: a partner's own; all for operator and regulator.")
    @asks("settlement.ListPayouts")
    async def payouts(
        self,
        info: Info[Any, Any],
        partner_id: strawberry.ID | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Payout]:
        here = context(info)
        request = pb.ListPayoutsRequest(
            partner_id=given(Kind.PARTNER, partner_id, "partnerId") if partner_id else "",
            page=page_request(first, after),
        )
        found = await here.clients.settlement.list_payouts(request, here.token)
        return connection(found.payouts, found.page, after)  # type: ignore[no-any-return]

    @strawberry.field(description="A partner's statement over a period; without one, everything so far.")
    @asks("settlement.GetStatement")
    async def statement(
        self, info: Info[Any, Any], partner_id: strawberry.ID, period: IntervalInput | None = None
    ) -> Statement:
        here = context(info)
        request = pb.GetStatementRequest(partner_id=given(Kind.PARTNER, partner_id, "partnerId"))
        if period is not None:
            request.period.start.CopyFrom(cast(Any, timestamp(cast(datetime, period.start))))
            request.period.end.CopyFrom(cast(Any, timestamp(cast(datetime, period.end))))
        return await here.clients.settlement.get_statement(request, here.token)  # type: ignore[return-value]

    @strawberry.field(description="Recompute the whole ledger: for operator and regulator.")
    @asks("settlement.CheckLedger")
    async def ledger_check(self, info: Info[Any, Any]) -> LedgerCheck:
        here = context(info)
        return await here.clients.settlement.check_ledger(pb.CheckLedgerRequest(), here.token)  # type: ignore[return-value]


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Give money back for an order: all that is left, or a part.")
    @refusable
    @asks("settlement.RefundOrder")
    async def refund_order(
        self,
        info: Info[Any, Any],
        order_id: strawberry.ID,
        reason: str,
        idempotency_key: str,
        amount: MoneyInput | None = None,
        order_line_id: strawberry.ID | None = None,
    ) -> Annotated[Payment | Refused, strawberry.union("RefundOrderResult")]:
        here = context(info)
        request = pb.RefundOrderRequest(order_id=given(Kind.ORDER, order_id, "orderId"), reason=reason)
        if order_line_id is not None:
            request.order_line_id = given(Kind.ORDER_LINE, order_line_id, "orderLineId")
        if amount is not None:
            request.amount.CopyFrom(amount.message("amount"))
        return await here.clients.settlement.refund_order(request, here.token, idempotency_key)  # type: ignore[return-value]

    @strawberry.mutation(description="Pay partners what they are owed: everybody, or one partner.")
    @refusable
    @asks("settlement.RunPayouts")
    async def run_payouts(
        self, info: Info[Any, Any], idempotency_key: str, partner_id: strawberry.ID | None = None
    ) -> Annotated[PayoutRun | Refused, strawberry.union("RunPayoutsResult")]:
        here = context(info)
        request = pb.RunPayoutsRequest(partner_id=given(Kind.PARTNER, partner_id, "partnerId") if partner_id else "")
        return await here.clients.settlement.run_payouts(request, here.token, idempotency_key)  # type: ignore[return-value]

    @strawberry.mutation(description="Hold what is disputed of an order's money until it is decided.")
    @refusable
    @asks("settlement.OpenDispute")
    async def open_dispute(
        self,
        info: Info[Any, Any],
        order_id: strawberry.ID,
        reason: str,
        idempotency_key: str,
        amount: MoneyInput | None = None,
        claimed: MoneyInput | None = None,
        charged: MoneyInput | None = None,
    ) -> Annotated[Dispute | Refused, strawberry.union("OpenDisputeResult")]:
        here = context(info)
        request = pb.OpenDisputeRequest(order_id=given(Kind.ORDER, order_id, "orderId"), reason=reason)
        if amount is not None:
            request.amount.CopyFrom(amount.message("amount"))
        if claimed is not None:
            request.claimed.CopyFrom(claimed.message("claimed"))
        if charged is not None:
            request.charged.CopyFrom(charged.message("charged"))
        return await here.clients.settlement.open_dispute(request, here.token, idempotency_key)  # type: ignore[return-value]

    @strawberry.mutation(description="Decide a dispute: for the partner, or for the resident, who is then refunded.")
    @refusable
    @asks("settlement.DecideDispute")
    async def decide_dispute(
        self, info: Info[Any, Any], dispute_id: strawberry.ID, for_partner: bool, idempotency_key: str
    ) -> Annotated[Dispute | Refused, strawberry.union("DecideDisputeResult")]:
        here = context(info)
        wanted = given(Kind.DISPUTE, dispute_id, "disputeId")
        request = pb.DecideDisputeRequest(dispute_id=wanted, for_partner=for_partner)
        return await here.clients.settlement.decide_dispute(request, here.token, idempotency_key)  # type: ignore[return-value]

    @strawberry.mutation(
        description="Say how a partner is paid: after which time, from which amount, with which reserve."
    )
    @refusable
    @asks("settlement.SetPayoutTerms")
    async def set_payout_terms(
        self,
        info: Info[Any, Any],
        partner_id: strawberry.ID,
        terms: PayoutTermsInput,
        idempotency_key: str | None = None,
    ) -> Annotated[PayoutTerms | Refused, strawberry.union("SetPayoutTermsResult")]:
        here = context(info)
        request = pb.SetPayoutTermsRequest(partner_id=given(Kind.PARTNER, partner_id, "partnerId"))
        fill(request.terms, terms, prefix="terms.")
        return await here.clients.settlement.set_payout_terms(request, here.token, idempotency_key or "")  # type: ignore[return-value]

    @strawberry.mutation(description="Ask a partner by invoice for what it owes beyond its balance and reserve.")
    @refusable
    @asks("settlement.IssueInvoice")
    async def issue_invoice(
        self, info: Info[Any, Any], partner_id: strawberry.ID, currency: str, idempotency_key: str
    ) -> Annotated[Invoice | Refused, strawberry.union("IssueInvoiceResult")]:
        here = context(info)
        wanted = given(Kind.PARTNER, partner_id, "partnerId")
        request = pb.IssueInvoiceRequest(partner_id=wanted, currency=currency)
        return await here.clients.settlement.issue_invoice(request, here.token, idempotency_key)  # type: ignore[return-value]
