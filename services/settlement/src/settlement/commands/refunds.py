"""Giving money back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import Invalid, NotFound
from chassis.telemetry import traceparent
from sqlalchemy.ext.asyncio import AsyncSession

from settlement import events
from settlement.commands.proposals import decide_alone
from settlement.commands.refund_outcomes import net
from settlement.domain import splits
from settlement.domain.cases import CaseOpen
from settlement.domain.disputes import Disputed
from settlement.domain.ledger import (
    ANY,
    COMMISSION,
    REFUNDS_DUE,
    JournalEntry,
    Posting,
    bearing,
    is_payable,
    partner_account,
    partner_of,
    payable,
    reserve,
)
from settlement.domain.payments import TAKEN, PaymentStatus, move_payment
from settlement.domain.proposals import NOTHING_ALONE, Bounds
from settlement.domain.refunds import BeyondFunds, NothingTaken
from settlement.domain.splits import Liability, liability_of
from settlement.provider.port import Provider
from settlement.store import calls, cases, disputes, ledger, payments, payouts
from settlement.store import splits as splits_store
from settlement.store.calls import refund_call
from settlement.tables import PartRow, PaymentRow, RefundRow

ACCOUNTS_MAX = 1_000


async def refund_order(
    session: AsyncSession,
    *,
    order_id: UUID,
    partner_id: UUID | None,
    amount: tuple[int, str] | None,
    order_line_id: UUID | None = None,
    reason: str,
    by: UUID,
    approved_by: UUID | None = None,
    bounds: Bounds = NOTHING_ALONE,
    provider: Provider | None = None,
    now: datetime,
) -> PaymentRow:
    """Give money back for an order or one of its lines, drawing on the stored parts.

    Whoever the line's plan makes liable bears it. A partner (`partner_id`) refunds out of what each partner that bears
    a part has: its balance and its reserve. An operator alone gives others' money back within `bounds`, two people go
    as far as the payment does; a partner's balance may be negative then. The amount keeps to what the `provider` can
    move.
    """
    payment = await payments.payment_for_update(session, order_id, partner_id)
    reason = texts.reason(reason)
    await check_refundable(session, payment, amount)
    parts = await parts_paid_for(session, payment, order_line_id)
    remaining = [part.amount_minor - part.refunded_minor for part, _ in parts]
    if not any(remaining):
        raise NothingTaken("nothing of this line is left to give back", "order_line_id")
    step = payable_step(provider, payment.currency)
    minor = amount[0] if amount is not None else sum(remaining) - sum(remaining) % step
    if not minor and amount is None:
        raise NothingTaken(f"what is left is less than the {step} minor units that can be given back")
    if minor % step:
        raise Invalid("amount", f"{payment.currency} is given back in steps of {step} of its smallest unit")
    by_account, unearned = draw_on(payment, parts, splits.refund(minor, remaining))
    beyond = unearned + await beyond_funds(session, payment.currency, by_account)
    if partner_id is not None and beyond:
        raise BeyondFunds(f"it goes {beyond} minor units of {payment.currency} beyond what who bears it has", "amount")
    if partner_id is None and approved_by in (None, by):
        await decide_alone(session, bounds, by, (minor, payment.currency), "amount", now)
    refund = RefundRow(
        id=new_id(), payment_id=payment.id, amount_minor=minor, reason=reason, order_line_id=order_line_id,
        asked_by=by, asked_at=now, approved_by=approved_by, beyond_minor=beyond,
    )  # fmt: skip
    await ask_for(session, payment, refund, by_account, now)
    return payment


async def check_refundable(session: AsyncSession, payment: PaymentRow, amount: tuple[int, str] | None) -> None:
    """Refuse to give back what was not taken, what somebody has still to decide about, or another currency."""
    if payment.status not in TAKEN or payment.captured_minor == payment.refunded_minor:
        raise NothingTaken(f"the payment is {payment.status.replace('_', ' ')}")
    if await disputes.open_dispute_of(session, payment.id) is not None:
        raise Disputed("decide the dispute first", "order_id")
    if holding := await cases.holding(session, payment.order_id):
        raise CaseOpen(f"settle the case {holding[0].id} first: {holding[0].detail}", "order_id")
    if amount is not None and amount[1] != payment.currency:
        raise Invalid("amount.currency", f"must be {payment.currency}, in which it was paid")


async def parts_paid_for(
    session: AsyncSession, payment: PaymentRow, order_line_id: UUID | None
) -> list[tuple[PartRow, Liability]]:
    """The parts of the order's fulfilled lines, or of one of them, and who is liable for each."""
    lines = [
        (line, parts)
        for line, parts in (await splits_store.splits(session, [payment.id]))[payment.id]
        if line.fulfilled and order_line_id in (None, line.order_line_id)
    ]
    if not lines:
        raise NotFound("no such line of this order was paid for", "order_line_id")
    return [(part, liability_of(line.plan)) for line, parts in lines for part in parts]


def draw_on(
    payment: PaymentRow, parts: Sequence[tuple[PartRow, Liability]], shares: Sequence[int]
) -> tuple[dict[str, int], int]:
    """Draw each part's share of a refund; returns what each account bears, and what the platform bears of others'."""
    by_account: dict[str, int] = {}
    unearned = 0
    for (part, liability), minor in zip(parts, shares, strict=True):
        part.refunded_minor += minor
        account = bearing(part.account, payment.partner_id, liability)
        unearned += minor if account == COMMISSION != part.account else 0
        by_account[account] = by_account.get(account, 0) + minor
    return by_account, unearned


async def ask_for(
    session: AsyncSession, payment: PaymentRow, refund: RefundRow, by_account: Mapping[str, int], now: datetime
) -> None:
    """Write a refund down with its entry, and let its call fall due."""
    session.add(refund)
    postings = [Posting(account, minor, payment.currency) for account, minor in by_account.items() if minor]
    postings.append(Posting(REFUNDS_DUE, -refund.amount_minor, payment.currency))
    entry = JournalEntry(new_id(), "refund", f"refund:{refund.id}", tuple(postings), order_id=payment.order_id)
    payment.refunded_minor += refund.amount_minor
    failed = payment.status == PaymentStatus.REFUND_FAILED
    move_payment(payment, PaymentStatus.REFUND_FAILED if failed else PaymentStatus.REFUNDING)
    payment.version += 1
    await session.flush()
    await ledger.append(session, [entry], now)
    publish(session, events.refund_asked(refund, payment), payment.order_id)
    await calls.add_calls(session, [refund_call(refund, payment, traceparent(), now)])
    await net(session, payment, now)


def payable_step(provider: Provider | None, currency: str) -> int:
    """Of how many minor units what is given back is a multiple."""
    return provider.payable_step(currency) if provider else 1


async def beyond_funds(session: AsyncSession, currency: str, debits: Mapping[str, int]) -> int:
    """What of these debits, by account, is more than each partner that bears one has: its balance and its reserve.

    Locked against other refunds and payouts, which would spend the same money.
    """
    by_partner = {partner_of(account): minor for account, minor in debits.items() if is_payable(account) and minor}
    if by_partner:
        await payouts.lock(session)
    beyond = 0
    for partner, minor in by_partner.items():  # one, or with shares of others a few
        balances = await ledger.balances(session, partner_account(partner, ANY), ACCOUNTS_MAX)
        spendable = (payable(partner), reserve(partner))
        has = -sum(held for account, held_in, held in balances if held_in == currency and account in spendable)
        beyond += max(0, minor - max(has, 0))
    return beyond
