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

from settlement import events
from settlement.domain.ledger import CASH, IN_TRANSIT, REFUNDS_DUE, JournalEntry, Posting, payable
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
    done = [(call, outcome) for call, outcome in zip(due, outcomes, strict=True) if outcome is not None]
    failed = [call for call, outcome in zip(due, outcomes, strict=True) if outcome is None]
    now = datetime.now(UTC)
    async with database.transaction() as session:
        if failed:
            log.warning("the provider did not answer %d of %d calls", len(failed), len(due))
            await payments.postpone_calls(session, {call.id: now + backoff(call.attempts) for call in failed})
        if done:
            await record(session, done, now)
    return len(due) == CLAIMED_MAX


async def ask(provider: Provider, call: DueCall) -> Outcome | None:
    """The provider's answer, or None when there was none."""
    key = str(call.id)
    try:
        match Step(call.step):
            case Step.AUTHORISE:
                return await provider.authorise(key, call.amount_minor, call.currency, call.detail)
            case Step.CAPTURE:
                return await provider.capture(key, call.detail, call.amount_minor)
            case Step.VOID:
                return await provider.void(key, call.detail)
            case Step.REFUND:
                return await provider.refund(key, call.detail, call.amount_minor)
            case Step.PAY_OUT:
                return await provider.pay_out(key, call.amount_minor, call.currency, call.detail)
    except Unreachable:
        return None


def backoff(attempts: int) -> timedelta:
    return timedelta(seconds=BACKOFF_SECONDS[min(attempts, len(BACKOFF_SECONDS)) - 1])


async def record(session: AsyncSession, done: Sequence[Done], now: datetime) -> None:
    """Write down what came of some calls. A call another process has recorded is left alone."""
    states = {call.id: "done" if outcome.approved else "refused" for call, outcome in done}
    fresh = await payments.finish_calls(session, states)
    by_step: dict[Step, list[Done]] = {}
    for call, outcome in done:
        if call.id in fresh:
            by_step.setdefault(Step(call.step), []).append((call, outcome))
    for step, recorder in RECORDERS.items():
        if step in by_step:
            await recorder(session, by_step[step], now)


def cause(call: DueCall) -> Cause:
    """What is announced belongs to the trace in which the call fell due."""
    return Cause(None, call.traceparent)


async def record_authorisations(session: AsyncSession, done: Sequence[Done], now: datetime) -> None:
    found = await payments.payments_by_id_for_update(session, [call.subject_id for call, _ in done])
    causes = {call.subject_id: cause(call) for call, _ in done}
    approved = {call.subject_id: outcome.reference for call, outcome in done if outcome.approved}
    for payment_id, order_id, amount, currency, version in await payments.authorised(session, approved):
        event = told.PaymentAuthorised(
            payment_id=str(payment_id), order_id=str(order_id), amount=events.amount(amount, currency), version=version
        )
        publish(session, event, order_id, causes[payment_id])
    voids: list[ProviderCallRow] = []
    for call, outcome in done:
        payment = found[call.subject_id]
        if payment.status == Payment.VOIDING:  # the order was called off meanwhile
            payment.version += 1
            if outcome.approved:
                payment.provider_reference = outcome.reference
                voids.append(events.call(payment, Step.VOID, outcome.reference, now, call.traceparent))
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
            )
            publish(session, failed, payment.order_id, causes[payment.id])
    await payments.add_calls(session, voids)


async def record_captures(session: AsyncSession, done: Sequence[Done], now: datetime) -> None:
    approved = [call for call, outcome in done if outcome.approved]
    causes = {call.subject_id: cause(call) for call in approved}
    taken = await ledger.captured(
        session,
        [call.subject_id for call in approved],
        [call.amount_minor for call in approved],
        [new_id() for _ in approved],
        now,
    )
    for one in taken:
        publish(session, events.payment_captured(one), one.order_id, causes[one.payment_id])
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
            amount=events.amount(refund.amount_minor, payment.currency),
            version=payment.version,
        )
        publish(session, event, payment.order_id, cause(approved[refund.id]))
    await ledger.append(session, entries, now)


async def record_payouts(session: AsyncSession, done: Sequence[Done], now: datetime) -> None:
    outcomes = {call.subject_id: outcome for call, outcome in done}
    entries = []
    for payout in (await payouts.payouts_for_update(session, list(outcomes))).values():
        outcome = outcomes[payout.id]
        payout.settled_at = now
        amount = events.amount(payout.amount_minor, payout.currency)
        named = {"payout_id": str(payout.id), "partner_id": str(payout.partner_id)}
        leaves = Posting(IN_TRANSIT, payout.amount_minor, payout.currency)
        if outcome.approved:
            payout.status = Payout.PAID
            arrives = Posting(CASH, -payout.amount_minor, payout.currency)
            kind = "payout-paid"
            publish(session, told.PayoutPaid(**named, amount=amount), payout.id)
        else:
            payout.status, payout.failure = Payout.RETURNED, outcome.reason
            arrives = Posting(payable(payout.partner_id), -payout.amount_minor, payout.currency)
            kind = "payout-returned"
            publish(session, told.PayoutReturned(**named, amount=amount, reason=outcome.reason), payout.id)
        entries.append(JournalEntry(new_id(), kind, f"{kind}:{payout.id}", (leaves, arrives), payout_id=payout.id))
    await ledger.append(session, entries, now)


RECORDERS = {
    Step.AUTHORISE: record_authorisations,
    Step.CAPTURE: record_captures,
    Step.VOID: record_voids,
    Step.REFUND: record_refunds,
    Step.PAY_OUT: record_payouts,
}
