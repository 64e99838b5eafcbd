"""Capture by schedule: a provider's promise of money ends after some days, an order may take months.

What is promised too long is taken in advance and held for the resident, on an account of its own: no partner has earned
it yet. When the order is fulfilled it is used for what that costs, and the rest goes back; when it is called off, all
of it goes back.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from chassis.ids import new_id
from chassis.outbox import publish
from chassis.telemetry import traceparent
from sqlalchemy.ext.asyncio import AsyncSession

from settlement import events
from settlement.commands import shortfalls
from settlement.domain.calls import Step
from settlement.domain.ledger import ADVANCES, CASH, REFUNDS_DUE, JournalEntry, Posting
from settlement.domain.payments import PaymentStatus, move_payment
from settlement.domain.refunds import RefundKind
from settlement.store import calls, ledger, payments, splits
from settlement.store.calls import refund_call
from settlement.tables import PaymentRow, RefundRow

AT_ONCE_MAX = 256


async def take_due(session: AsyncSession, promised_for: timedelta, now: datetime) -> int:
    """Ask for the money of payments that have been promised for so long; returns of how many."""
    due = await payments.promised_before(session, now - promised_for, AT_ONCE_MAX)
    new_calls = []
    for payment in due:
        move_payment(payment, PaymentStatus.ADVANCING)
        payment.version += 1
        new_calls.append(calls.payment_call(payment, Step.ADVANCE, payment.provider_reference, now, traceparent()))
    await session.flush()
    await calls.add_calls(session, new_calls)
    return len(due)


async def record(session: AsyncSession, taken: Mapping[UUID, int], refused: Mapping[UUID, str], now: datetime) -> None:
    """Hold what was taken for its residents. What was refused is asked for once more when the order is fulfilled."""
    entries = []
    for payment in (await payments.payments_by_id_for_update(session, [*taken, *refused])).values():
        payment.version += 1
        if payment.id in refused:
            move_payment(payment, PaymentStatus.AUTHORISED)
            payment.authorised_at, payment.failure = None, refused[payment.id]
            continue
        move_payment(payment, PaymentStatus.ADVANCED)
        payment.advanced_minor = taken[payment.id]
        moved = (
            Posting(CASH, payment.advanced_minor, payment.currency),
            Posting(ADVANCES, -payment.advanced_minor, payment.currency),
        )
        reference = f"payment-advanced:{payment.order_id}"
        entries.append(JournalEntry(new_id(), "payment-advanced", reference, moved, order_id=payment.order_id))
    await session.flush()
    await ledger.append(session, entries, now)


async def use(session: AsyncSession, orders: Sequence[UUID], now: datetime) -> None:
    """Pay for fulfilled orders with what was taken for them in advance, and give the rest back."""
    rows = await payments.payments_for_update(session, orders)
    owed = {
        payment_id: sum(line.gross_minor for line, _ in lines if line.fulfilled)
        for payment_id, lines in (await splits.splits(session, [payment.id for payment in rows.values()])).items()
    }
    used = {payment.id: min(owed[payment.id], payment.advanced_minor) for payment in rows.values()}
    short = {payment: owed[payment] - minor for payment, minor in used.items() if owed[payment] > minor}
    await shortfalls.post_shortfalls(session, short, now)
    done = await ledger.captured(session, list(used), list(used.values()), [new_id() for _ in used], now)
    for payment in done:
        publish(session, events.payment_captured(payment), payment.order_id)
    rest = [(payment, payment.advanced_minor - used[payment.id]) for payment in rows.values()]
    await give_back(session, [(payment, minor) for payment, minor in rest if minor], now)


async def call_off(session: AsyncSession, payment: PaymentRow, now: datetime) -> None:
    """Give all of it back: the order was called off. It is called off once the money is back."""
    move_payment(payment, PaymentStatus.VOIDING)
    payment.version += 1
    await session.flush()
    await give_back(session, [(payment, payment.advanced_minor)], now)


async def give_back(session: AsyncSession, rest: Sequence[tuple[PaymentRow, int]], now: datetime) -> None:
    entries, new_calls = [], []
    for payment, minor in rest:
        refund = RefundRow(
            id=new_id(),
            payment_id=payment.id,
            amount_minor=minor,
            reason="taken in advance, and not used",
            asked_by=payment.placed_by,
            asked_at=now,
            kind=RefundKind.ADVANCE,
        )
        session.add(refund)
        moved = (Posting(ADVANCES, minor, payment.currency), Posting(REFUNDS_DUE, -minor, payment.currency))
        reference = f"advance-returned:{payment.order_id}"
        entries.append(JournalEntry(new_id(), "advance-returned", reference, moved, order_id=payment.order_id))
        new_calls.append(refund_call(refund, payment, traceparent(), now))
    await session.flush()
    await ledger.append(session, entries, now)
    await calls.add_calls(session, new_calls)
