"""Settlement over HTTP: decode, one call, encode. Routes and roles stand in the contract."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from chassis import pages
from chassis.api import Api, Call
from chassis.auth import Principal
from chassis.ids import parse_id
from chassis.money import currency_of, from_message, to_minor
from chassis.refusals import Invalid, NotFound
from chassis.wire import moment, timestamp
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from yima.common.v1.route_pb2 import Role
from yima.common.v1.types_pb2 import Interval, Money
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1 import books_pb2 as told
from yima.settlement.v1.bank_pb2 import PayoutRail, PayoutSchedule
from yima.settlement.v1.split_pb2 import SplitPlan

from settlement import commands
from settlement.domain.bank import OwnBank
from settlement.domain.ledger import is_asset, payable
from settlement.domain.payments import Decided, Disputed, NothingTaken
from settlement.domain.payouts import NoDebt, PaidOtherwise, PaidTooMuch, Rail, Schedule, Terms
from settlement.domain.splits import RefundTooLarge
from settlement.messages import amount
from settlement.provider.port import Provider
from settlement.store import books, checks, ledger, payments, payouts
from settlement.store.ledger import Movement
from settlement.tables import (
    DisputeRow,
    InvoiceRow,
    JournalEntryRow,
    LineSplitRow,
    PartRow,
    PaymentRow,
    PayoutRow,
    PayoutTermsRow,
    PostingRow,
)

ORDERS_MAX = 200
ENTRIES_MAX = 500
BALANCES_MAX = 5_000
MOVEMENTS_MAX = 100_000
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
END = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Resources:
    """What settlement's functions need: the provider, and a bell for whoever calls it."""

    provider: Provider
    webhook_secret: str = ""  # without one, no webhook is believed
    bank: OwnBank = commands.NO_BANK
    issuer: str = "Yima settlement"  # of statements
    promised_for: timedelta = timedelta(days=6)  # then money is taken in advance
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    def provider_is_needed(self) -> None:
        """Something is due at the provider, from this transaction's commit on."""
        self.bell.set()


api: Api[Resources] = Api(
    pb.DESCRIPTOR.services_by_name["SettlementApi"],
    refusals={
        NothingTaken: 409,
        RefundTooLarge: 409,
        Disputed: 409,
        Decided: 409,
        NoDebt: 409,
        PaidTooMuch: 409,
        PaidOtherwise: 409,
    },
)


def own(principal: Principal, partner_id: str) -> UUID | None:
    """The partner a caller may ask about: its own, or for operator and regulator any, or None for all."""
    wanted = parse_id(partner_id, "partner_id") if partner_id else None
    if principal.supervises:
        return wanted
    mine = UUID(principal.partner_id)
    if wanted not in (None, mine):
        raise NotFound("there is no such partner", "partner_id")
    return mine


@api.serves
async def get_payments(request: pb.GetPaymentsRequest, call: Call[Resources]) -> pb.Payments:
    if len(request.order_ids) > ORDERS_MAX:
        raise Invalid("order_ids", f"at most {ORDERS_MAX}")
    ids = [parse_id(one, "order_ids") for one in request.order_ids]
    found = (await payments.payments_of(call.session, ids)).values()
    mine = [payment for payment in found if may_see(call.principal, payment)]
    splits = await payments.splits(call.session, [payment.id for payment in mine])
    return pb.Payments(payments=[payment_message(payment, splits) for payment in mine])


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
    payment = await commands.refund_order(
        call.session,
        order_id=parse_id(request.order_id, "order_id"),
        partner_id=own(call.principal, ""),
        amount=wanted(request),
        order_line_id=parse_id(request.order_line_id, "order_line_id") if request.order_line_id else None,
        reason=request.reason,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    call.resources.provider_is_needed()
    return payment_message(payment, await payments.splits(call.session, [payment.id]))


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


@api.serves
async def run_payouts(request: pb.RunPayoutsRequest, call: Call[Resources]) -> pb.Payouts:
    partner_id = parse_id(request.partner_id, "partner_id") if request.partner_id else None
    made, held = await commands.run_payouts(call.session, partner_id=partner_id, now=call.now, bank=call.resources.bank)
    call.resources.provider_is_needed()
    return pb.Payouts(
        payouts=[payout_message(payout) for payout in made],
        held=[
            pb.HeldPayout(
                partner_id=str(one.partner_id), balance=amount(one.balance_minor, one.currency), reason=one.reason
            )
            for one in held
        ],
    )


@api.serves
async def list_payouts(request: pb.ListPayoutsRequest, call: Call[Resources]) -> pb.PayoutPage:
    wanted = pages.size(request.page)
    position = pages.position(request.page)
    after = parse_id(position, "page.after") if position else None
    found = await payouts.page(call.session, own(call.principal, request.partner_id), after, wanted)
    return pb.PayoutPage(
        payouts=[payout_message(payout) for payout in found[:wanted]],
        page=pages.info([payout.id for payout in found], wanted),
    )


@api.serves
async def get_statement(request: pb.GetStatementRequest, call: Call[Resources]) -> pb.Statement:
    partner_id = own(call.principal, request.partner_id)
    if partner_id is None:
        raise Invalid("partner_id", "say whose statement")
    start = moment(request.period.start) if request.period.HasField("start") else BEGINNING
    finish = moment(request.period.end) if request.period.HasField("end") else END
    if start >= finish:
        raise Invalid("period.end", "must lie after its start")
    opening, moved = await ledger.movements(call.session, payable(partner_id), start, finish, MOVEMENTS_MAX)
    return pb.Statement(
        partner_id=str(partner_id),
        period=Interval(
            start=timestamp(start) if request.period.HasField("start") else None,
            end=timestamp(finish) if request.period.HasField("end") else None,
        ),
        currencies=[
            currency_statement(currency, -opening.get(currency, 0), [one for one in moved if one.currency == currency])
            for currency in sorted(opening.keys() | {one.currency for one in moved})
        ],
        ledger_position=max((one.position for one in moved), default=0),
    )


def currency_statement(currency: str, opening: int, moved: Sequence[Movement]) -> pb.CurrencyStatement:
    """Opening + Σ lines = closing; credit is the partner's, and positive."""
    statement = pb.CurrencyStatement(
        opening=amount(opening, currency), closing=amount(opening - sum(one.amount_minor for one in moved), currency)
    )
    for one in moved:
        line = statement.lines.add(
            recorded_at=timestamp(one.recorded_at),
            kind=one.kind,
            reference=one.reference,
            order_id=str(one.order_id or ""),
            payout_id=str(one.payout_id or ""),
            amount=amount(-one.amount_minor, currency),
            position=one.position,
        )
        if one.gross_minor is not None:
            line.gross.CopyFrom(amount(one.gross_minor, currency))
    return statement


@api.serves
async def set_payout_terms(request: pb.SetPayoutTermsRequest, call: Call[Resources]) -> pb.PayoutTerms:
    asked = request.terms
    partner_id = parse_id(request.partner_id, "partner_id")
    before = (await payouts.terms(call.session, [partner_id])).get(partner_id)
    row = await commands.set_payout_terms(
        call.session,
        partner_id=partner_id,
        terms=terms_of(asked, before),
        risk_tier=asked.risk_tier or (before.risk_tier if before else commands.STANDARD),
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return pb.PayoutTerms(
        risk_tier=row.risk_tier,
        hold_days=row.hold_days,
        minimum_minor=row.minimum_minor,
        reserve_basis_points=row.reserve_basis_points,
        reserve_days=row.reserve_days,
        frozen=row.frozen,
        rail=f"PAYOUT_RAIL_{row.rail.upper()}",
        schedule=f"PAYOUT_SCHEDULE_{row.schedule.upper()}",
        schedule_day=row.schedule_day,
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
        asked.hold_days, asked.minimum_minor, asked.reserve_basis_points, asked.reserve_days, asked.frozen,
        rail, schedule, day,
    )  # fmt: skip


def known_name(kind: EnumTypeWrapper, number: int, field: str) -> str:
    """The last word of an enum's value in small letters: PAYOUT_RAIL_BANK is "bank"."""
    if number not in kind.values():
        raise Invalid(field, f"{number} is not a value of it")
    return kind.Name(number).rpartition("_")[2].lower()


@api.serves
async def issue_invoice(request: pb.IssueInvoiceRequest, call: Call[Resources]) -> pb.Invoice:
    currency_of(request.currency)
    invoice = await commands.issue_invoice(
        call.session,
        partner_id=parse_id(request.partner_id, "partner_id"),
        currency=request.currency,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return invoice_message(invoice)


def invoice_message(invoice: InvoiceRow) -> pb.Invoice:
    return pb.Invoice(
        id=str(invoice.id),
        partner_id=str(invoice.partner_id),
        amount=amount(invoice.amount_minor, invoice.currency),
        issued_at=timestamp(invoice.issued_at),
        paid=amount(invoice.paid_minor, invoice.currency),
    )


@api.serves
async def list_invoices(request: told.ListInvoicesRequest, call: Call[Resources]) -> pb.InvoicePage:
    most = pages.size(request.page)
    position = pages.position(request.page)
    after = parse_id(position, "page.after") if position else None
    found = await payouts.invoices(call.session, own(call.principal, request.partner_id), after, most)
    return pb.InvoicePage(
        invoices=[invoice_message(invoice) for invoice in found[:most]],
        page=pages.info([invoice.id for invoice in found], most),
    )


@api.serves
async def record_invoice_payment(request: told.RecordInvoicePaymentRequest, call: Call[Resources]) -> pb.Invoice:
    paid = await commands.record_invoice_payment(
        call.session,
        invoice_id=parse_id(request.invoice_id, "invoice_id"),
        amount=counted(request.amount, "amount"),
        bank_reference=request.bank_reference,
        paid_at=moment(request.paid_at) if request.HasField("paid_at") else call.now,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return invoice_message(paid)


def counted(message: Money, field: str) -> tuple[int, str]:
    """An amount's minor units and its currency, which must be one."""
    currency_of(message.currency, f"{field}.currency")
    return to_minor(from_message(message, field)), message.currency


@api.serves
async def open_dispute(request: pb.OpenDisputeRequest, call: Call[Resources]) -> pb.Dispute:
    dispute = await commands.open_dispute(
        call.session,
        order_id=parse_id(request.order_id, "order_id"),
        amount=wanted(request),
        claim=claim_of(request),
        reason=request.reason,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return dispute_message(dispute)


def claim_of(request: pb.OpenDisputeRequest) -> commands.Claim | None:
    """What was claimed and charged; both or neither."""
    if not request.HasField("claimed") and not request.HasField("charged"):
        return None
    for name in ("claimed", "charged"):
        if not request.HasField(name):
            raise Invalid(name, "is needed where the other one of claimed and charged is given")
    return commands.Claim(counted(request.claimed, "claimed"), counted(request.charged, "charged"))


@api.serves
async def get_evidence(request: told.GetEvidenceRequest, call: Call[Resources]) -> told.Evidence:
    row, frozen = await commands.evidence_of(
        call.session,
        dispute_id=parse_id(request.dispute_id, "dispute_id"),
        partner_id=own(call.principal, ""),
        now=call.now,
    )
    return told.Evidence(dispute_id=str(row.dispute_id), content=row.content, sha256=row.sha256, frozen=frozen)


@api.serves
async def decide_dispute(request: pb.DecideDisputeRequest, call: Call[Resources]) -> pb.Dispute:
    dispute = await commands.decide_dispute(
        call.session,
        dispute_id=parse_id(request.dispute_id, "dispute_id"),
        for_partner=request.for_partner,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    call.resources.provider_is_needed()
    return dispute_message(dispute)


@api.serves
async def list_disputes(request: pb.ListDisputesRequest, call: Call[Resources]) -> pb.DisputePage:
    most = pages.size(request.page)
    position = pages.position(request.page)
    after = parse_id(position, "page.after") if position else None
    found = await payouts.disputes(call.session, own(call.principal, request.partner_id), after, most)
    return pb.DisputePage(
        disputes=[dispute_message(dispute) for dispute in found[:most]],
        page=pages.info([dispute.id for dispute in found], most),
    )


@api.serves
async def check_ledger(request: pb.CheckLedgerRequest, call: Call[Resources]) -> pb.LedgerCheck:
    found = await checks.check(call.session)
    return pb.LedgerCheck(
        holds=found.holds,
        entries=found.entries,
        postings=found.postings,
        totals=[amount(minor, currency) for currency, minor in sorted(found.totals.items())],
        findings=found.findings,
        payouts_ran_at=timestamp(await payouts.last_run(call.session)),
        sealed_at=timestamp(await books.last_sealed(call.session)),
        closed_until=timestamp(await books.closed_until(call.session)),
    )


def payment_message(
    payment: PaymentRow, splits: Mapping[UUID, Sequence[tuple[LineSplitRow, Sequence[PartRow]]]]
) -> pb.Payment:
    return pb.Payment(
        id=str(payment.id),
        order_id=str(payment.order_id),
        status=f"PAYMENT_STATUS_{payment.status.upper()}",
        amount=amount(payment.amount_minor, payment.currency),
        captured=amount(payment.captured_minor, payment.currency),
        refunded=amount(payment.refunded_minor, payment.currency),
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


def dispute_message(dispute: DisputeRow) -> pb.Dispute:
    message = pb.Dispute(
        id=str(dispute.id),
        payment_id=str(dispute.payment_id),
        partner_id=str(dispute.partner_id),
        amount=amount(dispute.amount_minor, dispute.currency),
        reason=dispute.reason,
        status=f"DISPUTE_STATUS_{dispute.status.upper()}",
        opened_at=timestamp(dispute.opened_at),
        decided_at=timestamp(dispute.decided_at),
    )
    if dispute.claimed_minor is not None and dispute.claimed_currency is not None:
        message.claimed.CopyFrom(amount(dispute.claimed_minor, dispute.claimed_currency))
        message.charged.CopyFrom(amount(dispute.amount_minor, dispute.currency))
    return message


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
