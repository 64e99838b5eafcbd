"""What people ask of settlement, one function each. None commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.ids import new_id
from chassis.refusals import Invalid, NotFound
from chassis.telemetry import traceparent
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1.api_pb2 import BankAccount
from yima.settlement.v1.split_pb2 import RefundLiability, SplitPlan

from settlement.domain import splits
from settlement.domain.ledger import (
    IN_TRANSIT,
    REFUNDS_DUE,
    JournalEntry,
    Posting,
    bearing,
    partner_of,
    payable,
)
from settlement.domain.payments import TAKEN, NothingTaken, Payment, Payout, Step
from settlement.domain.splits import Liability
from settlement.store import ledger, payments, payouts
from settlement.store.payouts import Unclaimed
from settlement.tables import LineSplitRow, PaymentRow, PayoutRow, ProviderCallRow, RefundRow

REASON_LENGTH_MAX = 500
ACCOUNTS_MAX = 5_000


async def refund_order(
    session: AsyncSession,
    *,
    order_id: UUID,
    partner_id: UUID | None,
    amount: tuple[int, str] | None,
    order_line_id: UUID | None = None,
    reason: str,
    by: UUID,
    now: datetime,
) -> PaymentRow:
    """Give money back for an order or one of its lines, drawing on the stored parts.

    Whoever the line's plan makes liable bears it. A partner's balance may become negative.
    """
    payment = await payments.payment_for_update(session, order_id, partner_id)
    if not 1 <= len(reason.strip()) <= REASON_LENGTH_MAX:
        raise Invalid("reason", f"must have 1 to {REASON_LENGTH_MAX} characters")
    if payment.status not in TAKEN or payment.captured_minor == payment.refunded_minor:
        raise NothingTaken(f"the payment is {payment.status.replace('_', ' ')}")
    if amount is not None and amount[1] != payment.currency:
        raise Invalid("amount.currency", f"must be {payment.currency}, in which it was paid")
    lines = [
        (line, stored)
        for line, stored in (await payments.splits(session, [payment.id]))[payment.id]
        if line.fulfilled and order_line_id in (None, line.order_line_id)
    ]
    if not lines:
        raise NotFound("no such line of this order was paid for", "order_line_id")
    parts = [(part, liability_of(line)) for line, stored in lines for part in stored]
    remaining = [part.amount_minor - part.refunded_minor for part, _ in parts]
    if not any(remaining):
        raise NothingTaken("nothing of this line is left to give back", "order_line_id")
    minor = amount[0] if amount is not None else sum(remaining)
    borne = splits.refund(minor, remaining)
    refund = RefundRow(
        id=new_id(), payment_id=payment.id, amount_minor=minor, reason=reason.strip(), order_line_id=order_line_id,
        asked_by=by, asked_at=now,
    )  # fmt: skip
    session.add(refund)
    by_account: dict[str, int] = {}
    for (part, liability), bears in zip(parts, borne, strict=True):
        part.refunded_minor += bears
        account = bearing(part.account, payment.partner_id, liability)
        by_account[account] = by_account.get(account, 0) + bears
    postings = [Posting(account, bears, payment.currency) for account, bears in by_account.items() if bears]
    postings.append(Posting(REFUNDS_DUE, -minor, payment.currency))
    entry = JournalEntry(new_id(), "refund", f"refund:{refund.id}", tuple(postings), order_id=order_id)
    payment.refunded_minor += minor
    left = payment.captured_minor - payment.refunded_minor
    payment.status = Payment.PARTLY_REFUNDED if left else Payment.REFUNDED
    payment.version += 1
    await session.flush()
    await ledger.append(session, [entry], now)
    call = ProviderCallRow(
        id=new_id(),
        step=Step.REFUND,
        subject_id=refund.id,
        payment_id=payment.id,
        amount_minor=minor,
        currency=payment.currency,
        detail=payment.provider_reference,
        traceparent=traceparent(),
        due_at=now,
    )
    await payments.add_calls(session, [call])
    return payment


def liability_of(line: LineSplitRow) -> Liability:
    """Who bears a refund of this line, by the plan it was frozen with."""
    return LIABILITIES[SplitPlan.FromString(line.plan).refund_liability]


LIABILITIES = {
    RefundLiability.REFUND_LIABILITY_UNSPECIFIED: Liability.PRO_RATA,
    RefundLiability.REFUND_LIABILITY_PRO_RATA: Liability.PRO_RATA,
    RefundLiability.REFUND_LIABILITY_PARTNER: Liability.PARTNER,
    RefundLiability.REFUND_LIABILITY_PLATFORM: Liability.PLATFORM,
}


@dataclass(frozen=True, slots=True)
class Held:
    """A partner that was not paid, and why."""

    partner_id: UUID
    balance_minor: int
    currency: str
    reason: str


async def run_payouts(
    session: AsyncSession, *, partner_id: UUID | None, now: datetime
) -> tuple[Sequence[PayoutRow], Sequence[Held]]:
    """Pay what is owed and was not paid before, one payout a partner and currency. A negative balance is carried on."""
    pattern = payable(partner_id) if partner_id else "partner:%:payable"
    owed = await payouts.unclaimed(session, pattern, ACCOUNTS_MAX)
    known = await payments.payees(session, list({UUID(partner_of(one.account)) for one in owed}))
    made: list[PayoutRow] = []
    held: list[Held] = []
    claims: dict[UUID, Sequence[int]] = {}
    calls: list[ProviderCallRow] = []
    entries: list[JournalEntry] = []
    for one in owed:
        payee_id = UUID(partner_of(one.account))
        payee = known.get(payee_id)
        bank = BankAccount.FromString(payee.bank_account) if payee else BankAccount()
        if reason := why_held(one, payee is not None and payee.may_be_paid, bank):
            held.append(Held(payee_id, one.balance_minor, one.currency, reason))
            continue
        payout = PayoutRow(
            id=new_id(),
            partner_id=payee_id,
            amount_minor=one.balance_minor,
            currency=one.currency,
            status=Payout.CLAIMED,
            entries_claimed=len(one.positions),
            created_at=now,
        )
        made.append(payout)
        claims[payout.id] = one.positions
        postings = (
            Posting(one.account, one.balance_minor, one.currency),
            Posting(IN_TRANSIT, -one.balance_minor, one.currency),
        )
        entries.append(JournalEntry(new_id(), "payout", f"payout:{payout.id}", postings, payout_id=payout.id))
        calls.append(
            ProviderCallRow(
                id=new_id(),
                step=Step.PAY_OUT,
                subject_id=payout.id,
                amount_minor=one.balance_minor,
                currency=one.currency,
                detail=bank.number,
                traceparent=traceparent(),
                due_at=now,
            )
        )
    if made:
        await payouts.add_payouts(session, made, claims)
        await ledger.append(session, entries, now)
        await payments.add_calls(session, calls)
    return made, held


def why_held(owed: Unclaimed, may_be_paid: bool, bank: BankAccount) -> str:
    """Why a partner is not paid now; empty when it is."""
    if owed.balance_minor <= 0:
        return "the partner owes money; what it earns next is set against it" if owed.balance_minor else "nothing owed"
    if not may_be_paid:
        return "the partner may not be paid now: look at its status and certificates"
    if not bank.number:
        return "the partner's bank account is not known"
    return ""
