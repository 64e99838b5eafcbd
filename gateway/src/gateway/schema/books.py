"""The books: months, exchanges, seals; risk tiers, invoices, evidence; and what a partner may expect."""

import strawberry
from chassis.wire import timestamp
from strawberry import ID
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1 import books_pb2 as books_pb
from yima.settlement.v1 import statement_pb2 as statement_pb

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, reads, shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, Money, MoneyInput, connection, page_request
from gateway.schema.partners import PartnerProfile, profile
from gateway.schema.settlement import Balance, PayoutTerms


@shows(pb.CurrencyOutlook, description="A partner's money in one currency: what is pending, posted, held, and due.")
class CurrencyOutlook:
    pending: Money
    posted: Money
    on_hold: Money
    disputed: Money
    complained: Money
    reserved: Money
    invoiced: Money
    due: Money
    held_because: str | None = field(description="What would hold the payout; null: nothing.")
    held_until: DateTime | None
    next_on: str


@shows(pb.PayoutOutlook, description="What a partner may expect of its next payout, under the terms in force.")
class PayoutOutlook:
    terms: PayoutTerms
    currencies: list[CurrencyOutlook]
    partner: PartnerProfile | None = profile("partner_id")


@shows(
    books_pb.AccountingPeriod, description="A closed month of the books: what comes late counts in the first open one."
)
class AccountingPeriod:
    month: str
    starts_at: DateTime | None = field(description="Null: of the first one.")
    ends_at: DateTime
    entries: str = field(description="How many count in it.")
    closed_by: ID = field(kind=Kind.ACCOUNT, description="Who closed it.")
    closed_at: DateTime
    balances: list[Balance]


@shows(
    books_pb.Exchange, description="Money of one currency given for money of another, at a rate that is written down."
)
class Exchange:
    id: ID
    entry_id: ID = field(description="Its journal entry.")
    sold: Money
    bought: Money
    rate: str
    reason: str
    made_by: ID = field(kind=Kind.ACCOUNT, description="Who wrote it down.")
    made_at: DateTime


@shows(
    books_pb.Seal,
    description="A link of a chain of hashes over the ledger: whoever keeps it sees what was changed later.",
)
class Seal:
    chain: str
    number: str = field(description="Its place in the chain.")
    upto: str = field(description="The last position of the ledger it covers.")
    postings: str = field(description="How many postings it adds.")
    previous: str = field(description="The hash of the link before.")
    hash: str = field(description="SHA-256 of the link before and of what it adds.")
    sealed_at: DateTime


@shows(
    books_pb.RiskTier,
    description="What partners of one risk are asked for; the stricter of this and the partner's terms holds.",
)
class RiskTier:
    name: str
    hold_days: int
    reserve_basis_points: int
    reserve_days: int


@shows(
    books_pb.Evidence, description="What the chain says of a disputed order, as JSON: ids, amounts, moments, hashes."
)
class DisputeEvidence:
    sha256: str
    frozen: bool
    content: str = reads(books_pb.Evidence, lambda message, _: message.content.decode(), "JSON.")


@shows(statement_pb.StatementCheck, description="Whether a statement is what the ledger gives, byte for byte.")
class StatementCheck:
    holds: bool
    sha256: str
    recomputed: str


@strawberry.type
class Query:
    @strawberry.field(description="What a partner may expect of its next payout, and what stands against it.")
    @asks("settlement.GetPayoutOutlook")
    async def payout_outlook(self, info: Info, partner_id: ID | None = None) -> pb.PayoutOutlook:
        context = info.context
        internal_id = (
            parse_global_id(Kind.PARTNER, partner_id, "partnerId") if partner_id else context.principal.partner_id
        )
        request = pb.GetPayoutOutlookRequest(partner_id=internal_id)
        return await context.clients.settlement.get_payout_outlook(request, context.token)

    @strawberry.field(description="Closed months, newest first, without their balances.")
    @asks("settlement.ListPeriods")
    async def accounting_periods(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[books_pb.AccountingPeriod]:
        context = info.context
        request = books_pb.ListPeriodsRequest(page=page_request(first, after, last, before))
        answer = await context.clients.settlement.list_periods(request, context.token)
        return connection(answer.periods, answer.page)

    @strawberry.field(description="A closed month, with every account's balance at its end.")
    @asks("settlement.GetPeriod")
    async def accounting_period(self, info: Info, month: str) -> books_pb.AccountingPeriod:
        context = info.context
        return await context.clients.settlement.get_period(books_pb.GetPeriodRequest(month=month), context.token)

    @strawberry.field(description="Exchanges of currency, newest first.")
    @asks("settlement.ListExchanges")
    async def exchanges(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[books_pb.Exchange]:
        context = info.context
        request = books_pb.ListExchangesRequest(page=page_request(first, after, last, before))
        answer = await context.clients.settlement.list_exchanges(request, context.token)
        return connection(answer.exchanges, answer.page)

    @strawberry.field(
        description="A chain of hashes, newest first: a partner's, or the city's own for its supervisors."
    )
    @asks("settlement.ListSeals")
    async def seals(
        self,
        info: Info,
        partner_id: ID | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[books_pb.Seal]:
        context = info.context
        internal_id = parse_global_id(Kind.PARTNER, partner_id, "partnerId") if partner_id else ""
        request = books_pb.ListSealsRequest(partner_id=internal_id, page=page_request(first, after, last, before))
        answer = await context.clients.settlement.list_seals(request, context.token)
        return connection(answer.seals, answer.page)

    @strawberry.field(description="What partners of each risk are asked for.")
    @asks("settlement.ListRiskTiers")
    async def risk_tiers(self, info: Info) -> list[books_pb.RiskTier]:
        context = info.context
        answer = await context.clients.settlement.list_risk_tiers(books_pb.ListRiskTiersRequest(), context.token)
        return list(answer.tiers)

    @strawberry.field(description="Invoices, newest first: a partner's own; all for operator and regulator.")
    @asks("settlement.ListInvoices")
    async def invoices(
        self,
        info: Info,
        partner_id: ID | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.Invoice]:
        context = info.context
        internal_id = parse_global_id(Kind.PARTNER, partner_id, "partnerId") if partner_id else ""
        request = books_pb.ListInvoicesRequest(partner_id=internal_id, page=page_request(first, after, last, before))
        answer = await context.clients.settlement.list_invoices(request, context.token)
        return connection(answer.invoices, answer.page)

    @strawberry.field(description="A dispute's evidence: what it was decided on, or what there is now.")
    @asks("settlement.GetEvidence")
    async def dispute_evidence(self, info: Info, dispute_id: ID) -> books_pb.Evidence:
        context = info.context
        request = books_pb.GetEvidenceRequest(dispute_id=parse_global_id(Kind.DISPUTE, dispute_id, "disputeId"))
        return await context.clients.settlement.get_evidence(request, context.token)

    @strawberry.field(description="Compute an issued statement again from the ledger.")
    @asks("settlement.CheckStatement")
    async def statement_check(self, info: Info, statement_id: ID) -> statement_pb.StatementCheck:
        context = info.context
        request = statement_pb.CheckStatementRequest(
            statement_id=parse_global_id(Kind.STATEMENT, statement_id, "statementId")
        )
        return await context.clients.settlement.check_statement(request, context.token)


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Close the books of a month that is over; months are closed in their order.")
    @refusable
    @asks("settlement.ClosePeriod")
    async def close_period(
        self, info: Info, month: str, idempotency_key: str | None = None
    ) -> books_pb.AccountingPeriod:
        context = info.context
        request = books_pb.ClosePeriodRequest(month=month)
        return await context.clients.settlement.close_period(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Write down that money of one currency was given for money of another.")
    @refusable
    @asks("settlement.ExchangeMoney")
    async def exchange_money(
        self,
        info: Info,
        sold: MoneyInput,
        bought: MoneyInput,
        rate: str,
        reason: str,
        idempotency_key: str,
        account: str = "bank:cash",
    ) -> books_pb.Exchange:
        context = info.context
        request = books_pb.ExchangeMoneyRequest(
            account=account, sold=sold.message("sold"), bought=bought.message("bought"), rate=rate, reason=reason
        )
        return await context.clients.settlement.exchange_money(request, context.token, idempotency_key)

    @strawberry.mutation(description="Say what partners of one risk are asked for from the next run on.")
    @refusable
    @asks("settlement.PutRiskTier")
    async def put_risk_tier(
        self,
        info: Info,
        name: str,
        hold_days: int = 0,
        reserve_basis_points: int = 0,
        reserve_days: int = 0,
        idempotency_key: str | None = None,
    ) -> books_pb.RiskTier:
        context = info.context
        request = books_pb.PutRiskTierRequest(
            name=name, hold_days=hold_days, reserve_basis_points=reserve_basis_points, reserve_days=reserve_days
        )
        return await context.clients.settlement.put_risk_tier(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Say that an invoice was paid, or a part of it; the same transfer counts once.")
    @refusable
    @asks("settlement.RecordInvoicePayment")
    async def record_invoice_payment(
        self,
        info: Info,
        invoice_id: ID,
        amount: MoneyInput,
        bank_reference: str,
        idempotency_key: str | None = None,
    ) -> pb.Invoice:
        context = info.context
        request = books_pb.RecordInvoicePaymentRequest(
            invoice_id=parse_global_id(Kind.INVOICE, invoice_id, "invoiceId"),
            amount=amount.message("amount"),
            bank_reference=bank_reference,
        )
        return await context.clients.settlement.record_invoice_payment(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Issue a partner's statement up to a moment; from there on it stays as it is.")
    @refusable
    @asks("settlement.IssueStatement")
    async def issue_statement(
        self, info: Info, partner_id: ID, period_end: DateTime, idempotency_key: str
    ) -> statement_pb.IssuedStatement:
        context = info.context
        request = statement_pb.IssueStatementRequest(
            partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId"), period_end=timestamp(period_end)
        )
        return await context.clients.settlement.issue_statement(request, context.token, idempotency_key)
