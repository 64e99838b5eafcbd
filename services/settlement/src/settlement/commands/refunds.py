"""Giving money back."""

from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.refusals import Invalid, NotFound
from chassis.telemetry import traceparent
from sqlalchemy.ext.asyncio import AsyncSession
from yima.settlement.v1.split_pb2 import RefundLiability, SplitPlan

from settlement.domain import splits
from settlement.domain.ledger import (
    REFUNDS_DUE,
    JournalEntry,
    Posting,
    bearing,
)
from settlement.domain.payments import TAKEN, Disputed, NothingTaken, Payment, Step
from settlement.domain.splits import Liability
from settlement.store import disputes, ledger, payments
from settlement.tables import LineSplitRow, PaymentRow, ProviderCallRow, RefundRow

REASON_LENGTH_MAX = 500


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
    reason = texts.prose(reason, "reason", REASON_LENGTH_MAX)
    if payment.status not in TAKEN or payment.captured_minor == payment.refunded_minor:
        raise NothingTaken(f"the payment is {payment.status.replace('_', ' ')}")
    if await disputes.open_dispute_of(session, payment.id) is not None:
        raise Disputed("decide the dispute first", "order_id")
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
        id=new_id(), payment_id=payment.id, amount_minor=minor, reason=reason, order_line_id=order_line_id,
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
