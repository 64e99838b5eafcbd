"""Carries out what is due at the payment provider, and records what came of it.

Calls are claimed in one short transaction, made concurrently outside any, and recorded set-based in another. A crash in
between repeats them with the same keys, which the provider answers as before.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import Cause, publish
from sqlalchemy.ext.asyncio import AsyncSession
from yima.settlement.v1 import events_pb2 as told

from settlement import advances, messages, payout_outcomes, shortfalls
from settlement.domain.ledger import CASH, REFUNDS_DUE, JournalEntry, Posting
from settlement.domain.payments import Payment, Payout, Step
from settlement.provider.port import Outcome, Provider, Unreachable
from settlement.store import ledger, payments, payouts
from settlement.store.payments import DueCall
from settlement.tables import ProviderCallRow

log = logging.getLogger("settlement.provider_calls")

CLAIMED_MAX = 64
LEASE = timedelta(seconds=30)
BACKOFF_SECONDS = (1, 2, 5, 15, 60, 300)

type Done = tuple[DueCall, Outcome]


async def carry_out_due(database: Database, provider: Provider) -> bool:
    """Make the calls that are due; says whether there may be more."""
    async with database.transaction() as session:
        due = await payments.claim_calls(session, datetime.now(UTC), LEASE, CLAIMED_MAX)
    if not due:
        return False
    outcomes = await asyncio.gather(*(ask(provider, call) for call in due))
    answered = [(call, outcome) for call, outcome in zip(due, outcomes, strict=True) if outcome is not None]
    done = [(call, outcome) for call, outcome in answered if not outcome.pending]
    open_yet = {call.id for call in due} - {call.id for call, _ in done}
    now = datetime.now(UTC)
    async with database.transaction() as session:
        if open_yet:  # asked again later under the same key, unless a webhook tells first
            log.warning("%d of %d calls have no answer yet", len(open_yet), len(due))
            await payments.postpone_calls(
                session, {call.id: now + backoff(call.attempts) for call in due if call.id in open_yet}
            )
        if done:
            await record(session, done, now)
    return len(due) == CLAIMED_MAX


async def ask(provider: Provider, call: DueCall) -> Outcome | None:
    """The provider's answer, or None when there was none that makes sense."""
    try:
        outcome = await asked(provider, call)
    except Unreachable:
        return None
    return outcome if sensible(call, outcome) else None


def sensible(call: DueCall, outcome: Outcome) -> bool:
    """Has the provider taken no more than was asked for?"""
    taken = outcome.amount_minor
    if taken is None or not outcome.approved or 0 < taken <= call.amount_minor:
        return True
    log.error("the provider says it moved %d for call %s of %d", taken, call.id, call.amount_minor)
    return False


async def asked(provider: Provider, call: DueCall) -> Outcome:
    key = str(call.id)
    match Step(call.step):
        case Step.AUTHORISE:
            return await provider.authorise(key, call.amount_minor, call.currency, call.detail)
        case Step.CAPTURE | Step.ADVANCE:
            return await provider.capture(key, call.detail, call.amount_minor)
        case Step.VOID:
            return await provider.void(key, call.detail)
        case Step.REFUND:
            return await provider.refund(key, call.detail, call.amount_minor)
        case Step.PAY_OUT:
            return await provider.pay_out(key, call.amount_minor, call.currency, call.detail)


def backoff(attempts: int) -> timedelta:
    return timedelta(seconds=BACKOFF_SECONDS[min(attempts, len(BACKOFF_SECONDS)) - 1])


async def record(session: AsyncSession, done: Sequence[Done], now: datetime) -> bool:
    """Write down what came of some calls; one that was recorded before is left alone. Says whether any was not."""
    states = {call.id: "done" if outcome.approved else "refused" for call, outcome in done}
    fresh = await payments.finish_calls(session, states)
    by_step: dict[Step, list[Done]] = {}
    for call, outcome in done:
        if call.id in fresh:
            by_step.setdefault(Step(call.step), []).append((call, outcome))
    for step, recorder in RECORDERS.items():
        if step in by_step:
            await recorder(session, by_step[step], now)
    return bool(fresh)


def cause(call: DueCall) -> Cause:
    """What is announced belongs to the trace in which the call fell due."""
    return Cause(None, call.traceparent)


async def record_authorisations(session: AsyncSession, done: Sequence[Done], now: datetime) -> None:
    found = await payments.payments_by_id_for_update(session, [call.subject_id for call, _ in done])
    causes = {call.subject_id: cause(call) for call, _ in done}
    approved = {call.subject_id: outcome.reference for call, outcome in done if outcome.approved}
    for payment_id, order_id, amount, currency, version in await payments.authorised(session, approved, now):
        event = told.PaymentAuthorised(
            payment_id=str(payment_id),
            order_id=str(order_id),
            amount=messages.amount(amount, currency),
            version=version,
        )
        publish(session, event, order_id, causes[payment_id])
    voids: list[ProviderCallRow] = []
    for call, outcome in done:
        payment = found[call.subject_id]
        if payment.status == Payment.VOIDING:  # the order was called off meanwhile
            payment.version += 1
            if outcome.approved:
                payment.provider_reference = outcome.reference
                voids.append(messages.call(payment, Step.VOID, outcome.reference, now, call.traceparent))
            else:
                payment.status = Payment.VOIDED
        elif not outcome.approved and payment.status == Payment.AUTHORISING:
            payment.status, payment.failure = Payment.FAILED, outcome.reason
            payment.version += 1
            failed = told.PaymentFailed(
                payment_id=str(payment.id),
                order_id=str(payment.order_id),
                reason=outcome.reason,
                version=payment.version,
                chosen_version=payment.chosen_version,
            )
            publish(session, failed, payment.order_id, causes[payment.id])
    await payments.add_calls(session, voids)


async def record_advances(session: AsyncSession, done: Sequence[Done], now: datetime) -> None:
    taken = {
        call.subject_id: call.amount_minor if outcome.amount_minor is None else outcome.amount_minor
        for call, outcome in done
        if outcome.approved
    }
    refused = {call.subject_id: outcome.reason for call, outcome in done if not outcome.approved}
    for payment_id, reason in refused.items():
        log.error("the provider did not let us take payment %s in advance: %s", payment_id, reason)
    await advances.record(session, taken, refused, now)


async def record_captures(session: AsyncSession, done: Sequence[Done], now: datetime) -> None:
    approved = {
        call.subject_id: call.amount_minor if outcome.amount_minor is None else outcome.amount_minor
        for call, outcome in done
        if outcome.approved
    }
    causes = {call.subject_id: cause(call) for call, _ in done}
    short = {call.subject_id: call.amount_minor - approved.get(call.subject_id, call.amount_minor) for call, _ in done}
    await shortfalls.give_up(session, {payment_id: minor for payment_id, minor in short.items() if minor}, now)
    taken = await ledger.captured(session, list(approved), list(approved.values()), [new_id() for _ in approved], now)
    for one in taken:
        publish(session, messages.payment_captured(one), one.order_id, causes[one.payment_id])
    refused = {call.subject_id: outcome.reason for call, outcome in done if not outcome.approved}
    for payment in (await payments.payments_by_id_for_update(session, list(refused))).values():
        await reverse_fulfilment(session, payment.order_id, now)
        payment.status, payment.failure = Payment.FAILED, refused[payment.id]
        payment.version += 1
        event = told.PaymentFailed(
            payment_id=str(payment.id),
            order_id=str(payment.order_id),
            reason=payment.failure,
            version=payment.version,
        )
        publish(session, event, payment.order_id)


async def reverse_fulfilment(session: AsyncSession, order_id: UUID, now: datetime) -> None:
    """Undo what was posted as owed, since its money could not be taken."""
    for entry, postings in await ledger.entries(session, order_id, None, 100):
        if entry.kind == "order-fulfilled":
            undone = tuple(Posting(row.account, -row.amount_minor, row.currency) for row in postings)
            reversal = JournalEntry(
                new_id(), "capture-failed", f"capture-failed:{order_id}", undone, order_id=order_id, reverses=entry.id
            )
            await ledger.append(session, [reversal], now)


async def record_voids(session: AsyncSession, done: Sequence[Done], _now: datetime) -> None:
    causes = {call.subject_id: cause(call) for call, _ in done}
    for payment in (await payments.payments_by_id_for_update(session, list(causes))).values():
        payment.status = Payment.VOIDED
        payment.version += 1
        event = told.PaymentVoided(payment_id=str(payment.id), order_id=str(payment.order_id), version=payment.version)
        publish(session, event, payment.order_id, causes[payment.id])


async def record_refunds(session: AsyncSession, done: Sequence[Done], now: datetime) -> None:
    """Money has gone back; a refund the provider declines stays due and is for people to look at."""
    approved = {call.subject_id: call for call, outcome in done if outcome.approved}
    for refused in (call for call, outcome in done if not outcome.approved):
        log.error("the provider declined refund %s", refused.subject_id)
    refunds = await payments.refunds_for_update(session, list(approved))
    found = await payments.payments_by_id_for_update(session, [refund.payment_id for refund in refunds.values()])
    entries = []
    for refund in refunds.values():
        payment = found[refund.payment_id]
        refund.paid_at = now
        postings = (
            Posting(REFUNDS_DUE, refund.amount_minor, payment.currency),
            Posting(CASH, -refund.amount_minor, payment.currency),
        )
        entries.append(
            JournalEntry(new_id(), "refund-paid", f"refund-paid:{refund.id}", postings, order_id=payment.order_id)
        )
        event = told.RefundMade(
            refund_id=str(refund.id),
            payment_id=str(payment.id),
            order_id=str(payment.order_id),
            partner_id=str(payment.partner_id),
            amount=messages.amount(refund.amount_minor, payment.currency),
            version=payment.version,
        )
        publish(session, event, payment.order_id, cause(approved[refund.id]))
    await ledger.append(session, entries, now)


async def record_payouts(session: AsyncSession, done: Sequence[Done], now: datetime) -> None:
    reasons = {call.subject_id: "" if outcome.approved else outcome.reason or "declined" for call, outcome in done}
    await payout_outcomes.record(session, reasons, now)


async def record_returned_payout(session: AsyncSession, call: DueCall, reason: str, now: datetime) -> bool:
    """The bank sent a payout back: it is owed again. Says whether that was news.

    Where we had not heard that it was paid, both are written: the provider reports two movements, and so do we.
    """
    if await payments.finish_calls(session, {call.id: "done"}):
        await record_payouts(session, [(call, Outcome(approved=True))], now)
    payout = (await payouts.payouts_for_update(session, [call.subject_id]))[call.subject_id]
    if payout.status != Payout.PAID:
        return False
    await payout_outcomes.record_return(session, payout, reason, now)
    return True


RECORDERS = {
    Step.AUTHORISE: record_authorisations,
    Step.ADVANCE: record_advances,
    Step.CAPTURE: record_captures,
    Step.VOID: record_voids,
    Step.REFUND: record_refunds,
    Step.PAY_OUT: record_payouts,
}
