"""Carries out what is due at the payment provider, and records what came of it.

Calls are claimed in one short transaction, made concurrently outside any, and recorded set-based in another. A crash in
between has them looked up by their keys before anything is asked for again.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import Cause, publish
from sqlalchemy.ext.asyncio import AsyncSession
from yima.settlement.v1 import events_pb2 as told

from settlement import messages
from settlement.commands import advances, payout_outcomes, refund_outcomes, shortfalls
from settlement.commands.refund_outcomes import BY_BANK, Ended
from settlement.domain.cases import Case
from settlement.domain.payments import RETRIES, Dispute, Payment, Payout, Step
from settlement.provider.port import Asked, NotDone, Outcome, Provider, Unreachable
from settlement.store import cases as case_store
from settlement.store import ledger, payments, payouts
from settlement.store.cases import new_case
from settlement.store.payments import DueCall
from settlement.tables import MoneyCaseRow, PaymentRow, ProviderCallRow

log = logging.getLogger("settlement.provider_calls")

CLAIMED_MAX = 64
LEASE = timedelta(seconds=30)
CAPTURES = frozenset({Step.CAPTURE, Step.ADVANCE})
BACKOFF_SECONDS = (1, 2, 5, 15, 60, 300)

type Done = tuple[DueCall, Outcome]


async def carry_out_due(database: Database, provider: Provider) -> bool:
    """Make the calls that are due; says whether there may be more."""
    async with database.transaction() as session:
        due = await payments.claim_calls(session, database.now(), LEASE, CLAIMED_MAX)
    if not due:
        return False
    answers = await asyncio.gather(*(ask(provider, call) for call in due))
    done = [(call, one) for call, one in zip(due, answers, strict=True) if isinstance(one, Outcome) and not one.pending]
    open_yet = {call.id for call in due} - {call.id for call, _ in done}
    unknown = {call.id for call, one in zip(due, answers, strict=True) if one is UNKNOWN}
    now = database.now()
    async with database.transaction() as session:
        if open_yet:  # looked up later by their keys, unless a webhook tells first
            log.warning("%d of %d calls have no answer yet", len(open_yet), len(due))
            later = {call.id: now + backoff(call.attempts) for call in due if call.id in open_yet}
            await payments.postpone_calls(session, later, unknown, now)
        if done:
            await record(session, done, now)
    return len(due) == CLAIMED_MAX


class NoAnswer(Enum):
    """What is known of a call that has no answer."""

    NOT_DONE = "not done"
    UNKNOWN = "unknown"


NOT_DONE, UNKNOWN = NoAnswer.NOT_DONE, NoAnswer.UNKNOWN


async def ask(provider: Provider, call: DueCall) -> Outcome | NoAnswer:
    """The provider's answer, or what is known where there is none. A call that was made before is looked up first: only
    what the provider does not know is asked for again, under the same key."""
    try:
        if call.attempts > 1:
            before = Asked(str(call.id), call.step, call.detail, call.amount_minor, call.currency, call.created_at)
            if call.step == Step.AUTHORISE:
                before = replace(before, reference="")
            found = await provider.look_up(before)
            if found is not None:
                return found
        if call.disputed == Dispute.OPEN:
            return NOT_DONE  # it waits for the decision
        if call.disputed:
            return Outcome(False, reason=BY_BANK)
        return await asked(provider, call)
    except NotDone as not_now:
        log.warning("call %s was not made: %s", call.id, not_now)
        return NOT_DONE
    except Unreachable as away:
        log.warning("nobody knows what became of call %s: %s", call.id, away)
        return UNKNOWN


def as_asked(call: DueCall, outcome: Outcome) -> bool:
    """Has the provider moved what it was asked to? A capture may take less."""
    moved = outcome.amount_minor
    if moved is None or not outcome.approved:
        return True
    return 0 < moved <= call.amount_minor if Step(call.step) in CAPTURES else moved == call.amount_minor


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
    """Write down what came of some calls; one that was recorded before is left alone. Says whether any was not.

    Where the provider moved another amount than was asked, nothing is written but a case: a person has to look.
    """
    states = {call.id: state_of(call, outcome) for call, outcome in done}
    fresh = await payments.finish_calls(session, states)
    by_step: dict[Step, list[Done]] = {}
    odd: list[MoneyCaseRow] = []
    for call, outcome in done:
        if call.id not in fresh:
            continue
        if states[call.id] == "held":
            told = f"the provider says it moved {outcome.amount_minor} for a call of {call.amount_minor} to {call.step}"
            odd.append(case_store.case_of_call(Case.AMOUNT_DIFFERS, call, told, now))
        else:
            by_step.setdefault(Step(call.step), []).append((call, outcome))
    for step, recorder in RECORDERS.items():
        if step in by_step:
            await recorder(session, by_step[step], now)
    await case_store.open_cases(session, odd)
    slow = [call.id for call, _ in done if call.id in fresh and call.attempts > 1]
    await case_store.came_right(session, [Case.NO_ANSWER], slow, now)
    return bool(fresh)


async def record_told(session: AsyncSession, call: DueCall, outcome: Outcome, now: datetime) -> bool:
    """Write down what a webhook tells of a call. One that says otherwise than what was written before changes nothing
    but opens a case; a promise that nobody waits for any more is let go. Says whether it was news."""
    if await record(session, [(call, outcome)], now):
        return True
    state = await payments.state_of_call(session, call.id)
    if state in ("done", "refused") and (state == "done") != outcome.approved:
        said = f"{call.step}: it was {state}, and then the provider said it was {'done' if outcome.approved else 'not'}"
        payment = None
        if call.payment_id is not None:
            payment = (await payments.payments_by_id_for_update(session, [call.payment_id])).get(call.payment_id)
        await case_store.open_cases(session, [case_store.case_of_call(Case.CONTRADICTED, call, said, now, payment)])
        if payment is not None:
            await refund_outcomes.explain_waiting(session, payment)
        return True
    return False


def state_of(call: DueCall, outcome: Outcome) -> str:
    if not outcome.approved:
        return "refused"
    return "done" if as_asked(call, outcome) else "held"


def cause(call: DueCall) -> Cause:
    """What is announced belongs to the trace in which the call fell due."""
    return Cause(None, call.traceparent)


async def record_authorisations(session: AsyncSession, done: Sequence[Done], now: datetime) -> None:
    found = await payments.payments_by_id_for_update(session, [call.subject_id for call, _ in done])
    causes = {call.subject_id: cause(call) for call, _ in done}
    approved = {call.subject_id: outcome.reference for call, outcome in done if outcome.approved}
    owing: list[UUID] = []
    for payment_id, order_id, amount, currency, version, owed in await payments.authorised(session, approved, now):
        event = told.PaymentAuthorised(
            payment_id=str(payment_id),
            order_id=str(order_id),
            amount=messages.amount(owed or amount, currency),
            version=version,
        )
        publish(session, event, order_id, causes[payment_id])
        owing += [payment_id] if owed else []
    calls: list[ProviderCallRow] = []
    if owing:  # what was served before is taken at once
        for payment in (await payments.payments_by_id_for_update(session, owing)).values():
            await session.refresh(payment)
            payment.status = Payment.CAPTURING
            payment.version += 1
            step = messages.call(payment, Step.CAPTURE, payment.provider_reference, now, causes[payment.id].traceparent)
            step.amount_minor = payment.owed_minor
            calls.append(step)
    for call, outcome in done:
        payment = found[call.subject_id]
        if payment.status == Payment.VOIDING:  # the order was called off meanwhile
            payment.version += 1
            if outcome.approved:
                payment.provider_reference = outcome.reference
                calls.append(messages.call(payment, Step.VOID, outcome.reference, now, call.traceparent))
            else:
                payment.status = Payment.VOIDED
        elif not outcome.approved and payment.status == Payment.AUTHORISING:
            payment.status = Payment.CAPTURE_FAILED if payment.owed_minor else Payment.FAILED
            payment.failure = outcome.reason
            payment.version += 1
            publish(session, payment_failed(payment), payment.order_id, causes[payment.id])
    await session.flush()
    await payments.add_calls(session, calls)


def payment_failed(payment: PaymentRow) -> told.PaymentFailed:
    return told.PaymentFailed(
        payment_id=str(payment.id),
        order_id=str(payment.order_id),
        reason=payment.failure,
        version=payment.version,
        chosen_version=payment.chosen_version,
    )


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
    await case_store.came_right(session, [Case.CAPTURE_FAILED], [one.payment_id for one in taken], now)
    refused = {call.subject_id: (call, outcome.reason) for call, outcome in done if not outcome.approved}
    again: list[ProviderCallRow] = []
    opened: list[MoneyCaseRow] = []
    for payment in (await payments.payments_by_id_for_update(session, list(refused))).values():
        call, reason = refused[payment.id]
        payment.status, payment.failure, payment.owed_minor = Payment.CAPTURE_FAILED, reason, call.amount_minor
        payment.version += 1
        publish(session, payment_failed(payment), payment.order_id, causes[payment.id])
        again += retry(call, payment, now)
        opened.append(
            new_case(Case.CAPTURE_FAILED, payment.id, reason, now, payment, (call.amount_minor, call.currency))
        )
    await session.flush()
    await payments.add_calls(session, again)
    await case_store.open_cases(session, opened)


def retry(call: DueCall, payment: PaymentRow, now: datetime) -> list[ProviderCallRow]:
    """The next call for what was refused, under a key of its own; none when a person has to look."""
    if call.tries >= len(RETRIES):
        return []
    return [messages.again(call, payment, call.tries + 1, now + RETRIES[call.tries])]


async def record_voids(session: AsyncSession, done: Sequence[Done], now: datetime) -> None:
    """A promise was let go, or is not: then it is asked for again, and is a case until it is."""
    ends = {call.subject_id: (call, outcome) for call, outcome in done}
    again: list[ProviderCallRow] = []
    opened: list[MoneyCaseRow] = []
    gone: list[UUID] = []
    for payment in (await payments.payments_by_id_for_update(session, list(ends))).values():
        call, outcome = ends[payment.id]
        payment.version += 1
        about: dict[str, Any] = {
            "payment_id": str(payment.id),
            "order_id": str(payment.order_id),
            "version": payment.version,
        }
        if outcome.approved:
            payment.status, payment.failure = Payment.VOIDED, ""
            gone.append(payment.id)
            publish(session, told.PaymentVoided(**about), payment.order_id, cause(call))
            continue
        payment.status, payment.failure = Payment.VOID_FAILED, outcome.reason
        publish(session, told.PaymentVoidFailed(**about, reason=outcome.reason), payment.order_id, cause(call))
        again += retry(call, payment, now)
        amount = (call.amount_minor, call.currency)
        opened.append(new_case(Case.VOID_FAILED, payment.id, outcome.reason, now, payment, amount))
    await session.flush()
    await payments.add_calls(session, again)
    await case_store.open_cases(session, opened)
    await case_store.came_right(session, [Case.VOID_FAILED], gone, now)


async def record_refunds(session: AsyncSession, done: Sequence[Done], now: datetime) -> None:
    ended = [Ended(call, "" if outcome.approved else outcome.reason or "declined") for call, outcome in done]
    await refund_outcomes.record(session, ended, now)


async def record_returned_refund(session: AsyncSession, call: DueCall, reason: str, now: datetime) -> bool:
    """A refund that was made came back. Where we had not heard that it was made, both are written."""
    if await payments.finish_calls(session, {call.id: "done"}):
        await refund_outcomes.record(session, [Ended(call)], now)
    return await refund_outcomes.record_failure_after_success(session, call, reason, now)


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
