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
from uuid import UUID

from chassis.database import Database
from chassis.ids import Kind, shown
from sqlalchemy.ext.asyncio import AsyncSession

from settlement.commands import advances, payout_outcomes, refund_outcomes
from settlement.commands.payment_outcomes import (
    AnsweredCall,
    let_go,
    record_authorisations,
    record_captures,
    record_let_go,
    record_voids,
)
from settlement.commands.refund_outcomes import BY_BANK, RefundOutcome
from settlement.domain.calls import Step
from settlement.domain.cases import CaseKind
from settlement.domain.disputes import DisputeStatus
from settlement.domain.next_steps import Ways, fault_of
from settlement.domain.payouts import PayoutStatus
from settlement.provider.port import NotDone, Outcome, Provider, ProviderRequest, Unreachable
from settlement.store import calls, next_steps, payments, payouts
from settlement.store import cases as case_store
from settlement.store.calls import DueCall
from settlement.tables import MoneyCaseRow, NextStepRow

log = logging.getLogger("settlement.provider_calls")

CLAIMED_MAX = 64
LEASE = timedelta(seconds=30)
CAPTURES = frozenset({Step.CAPTURE, Step.ADVANCE})
BACKOFF_SECONDS = (1, 2, 5, 15, 60, 300)
NO_WAYS = Ways()
AFTER_EXPIRY = timedelta(seconds=1)


async def carry_out_due(database: Database, provider: Provider, ways: Ways = NO_WAYS) -> bool:
    """Make the calls that are due; says whether there may be more. `ways` says where who pays may be sent."""
    async with database.transaction() as session:
        due = await calls.claim_calls(session, database.now(), LEASE, CLAIMED_MAX)
    if not due:
        return False
    answers = [
        checked(call, answer, ways)
        for call, answer in zip(due, await asyncio.gather(*(ask(provider, call, ways) for call in due)), strict=True)
    ]
    done = [
        (call, answer)
        for call, answer in zip(due, answers, strict=True)
        if isinstance(answer, Outcome) and not answer.pending
    ]
    open_yet = {call.id for call in due} - {call.id for call, _ in done}
    unknown = {call.id for call, answer in zip(due, answers, strict=True) if answer is UNKNOWN}
    now = database.now()
    async with database.transaction() as session:
        if open_yet:  # looked up later by their keys, unless a webhook says it first
            log.warning("%d of %d calls have no answer yet", len(open_yet), len(due))
            steps = steps_of(due, answers)
            await next_steps.add(session, list(steps.values()))
            later = {call.id: again_at(call, steps.get(call.id), now) for call in due if call.id in open_yet}
            await calls.postpone_calls(session, later, unknown, now)
        if done:
            await record(session, done, now)
    return len(due) == CLAIMED_MAX


class NoAnswer(Enum):
    """What is known of a call that has no answer."""

    NOT_DONE = "not done"
    UNKNOWN = "unknown"


NOT_DONE, UNKNOWN = NoAnswer.NOT_DONE, NoAnswer.UNKNOWN


def checked(call: DueCall, answer: Outcome | NoAnswer, ways: Ways) -> Outcome | NoAnswer:
    """The answer; a promise for which the provider would send somebody where nobody may be sent is none."""
    if not isinstance(answer, Outcome) or not answer.pending or answer.next_step is None:
        return answer
    fault = fault_of(answer.next_step, ways)
    if not fault:
        return answer
    log.error("call %s is taken for refused: %s", call.id, fault)
    return Outcome(False, reason=fault)


def steps_of(due: Sequence[DueCall], answers: Sequence[Outcome | NoAnswer]) -> dict[UUID, NextStepRow]:
    """What the provider asks of who pays, by the call."""
    return {
        call.id: NextStepRow(
            call_id=call.id,
            payment_id=call.payment_id,
            kind=answer.next_step.kind,
            target=answer.next_step.target,
            expires_at=answer.next_step.expires_at,
        )
        for call, answer in zip(due, answers, strict=True)
        if isinstance(answer, Outcome) and answer.pending and answer.next_step is not None
        and call.step == Step.AUTHORISE and call.payment_id is not None
    }  # fmt: skip


def again_at(call: DueCall, step: NextStepRow | None, now: datetime) -> datetime:
    """When a call is looked up again: ever later, and as soon as the time of who pays is over."""
    later = now + backoff(call.attempts)
    if step is None or step.expires_at < now:
        return later
    return min(later, step.expires_at + AFTER_EXPIRY)


async def ask(provider: Provider, call: DueCall, ways: Ways = NO_WAYS) -> Outcome | NoAnswer:
    """The provider's answer, or what is known where there is none. A call that was made before is looked up first: only
    what the provider does not know is asked for again, under the same key."""
    try:
        if call.attempts > 1:
            before = ProviderRequest(
                str(call.id), call.step, call.detail, call.amount_minor, call.currency, call.created_at
            )
            if call.step == Step.AUTHORISE:
                before = replace(before, reference="")
            outcome = await provider.look_up(before)
            if outcome is not None:
                return outcome
        if call.disputed == DisputeStatus.OPEN:
            return NOT_DONE  # it waits for the decision
        if call.disputed:
            return Outcome(False, reason=BY_BANK)
        return await make_call(provider, call, ways)
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


async def make_call(provider: Provider, call: DueCall, ways: Ways = NO_WAYS) -> Outcome:
    key = str(call.id)
    match Step(call.step):
        case Step.AUTHORISE:
            back = ways.back_to(shown(Kind.ORDER, str(call.order_id))) if call.order_id is not None else ""
            return await provider.authorise(key, call.amount_minor, call.currency, call.detail, back)
        case Step.CAPTURE | Step.ADVANCE:
            return await provider.capture(key, call.detail, call.amount_minor)
        case Step.VOID | Step.LET_GO:
            return await provider.void(key, call.detail)
        case Step.REFUND:
            return await provider.refund(key, call.detail, call.amount_minor)
        case Step.PAY_OUT:
            return await provider.pay_out(key, call.amount_minor, call.currency, call.detail)


def backoff(attempts: int) -> timedelta:
    return timedelta(seconds=BACKOFF_SECONDS[min(attempts, len(BACKOFF_SECONDS)) - 1])


async def record(session: AsyncSession, done: Sequence[AnsweredCall], now: datetime) -> bool:
    """Write down what came of some calls; one that was recorded before is left alone. Says whether any was not.

    Where the provider moved another amount than was asked, nothing is written but a case: a person has to look.
    """
    states = {call.id: state_of(call, outcome) for call, outcome in done}
    fresh = await calls.finish_calls(session, states)
    by_step: dict[Step, list[AnsweredCall]] = {}
    new_cases: list[MoneyCaseRow] = []
    for call, outcome in done:
        if call.id not in fresh:
            continue
        if states[call.id] == "held":
            detail = (
                f"the provider says it moved {outcome.amount_minor} for a call of {call.amount_minor} to {call.step}"
            )
            new_cases.append(case_store.case_of_call(CaseKind.AMOUNT_DIFFERS, call, detail, now))
        else:
            by_step.setdefault(Step(call.step), []).append((call, outcome))
    for step, recorder in RECORDERS.items():
        if step in by_step:
            await recorder(session, by_step[step], now)
    await case_store.open_cases(session, new_cases)
    slow = [call.id for call, _ in done if call.id in fresh and call.attempts > 1]
    await case_store.came_right(session, [CaseKind.NO_ANSWER], slow, now)
    return bool(fresh)


async def record_webhook(session: AsyncSession, call: DueCall, outcome: Outcome, now: datetime) -> bool:
    """Write down what a webhook says of a call. One that says otherwise than what was written before changes nothing
    but opens a case; a promise that nobody waits for any more is let go. Returns False for a repeated webhook."""
    if await record(session, [(call, outcome)], now):
        return True
    state = await calls.state_of_call(session, call.id)
    if state in ("done", "refused") and (state == "done") != outcome.approved:
        if state == "refused" and call.step == Step.AUTHORISE and await next_steps.was_asked(session, call.id):
            return await let_go(session, [(call, outcome)], now)  # who pays did so when the time for it was over
        said = f"{call.step}: it was {state}, and then the provider said it was {'done' if outcome.approved else 'not'}"
        payment = None
        if call.payment_id is not None:
            payment = (await payments.payments_by_id_for_update(session, [call.payment_id])).get(call.payment_id)
        await case_store.open_cases(session, [case_store.case_of_call(CaseKind.CONTRADICTED, call, said, now, payment)])
        if payment is not None:
            await refund_outcomes.explain_waiting(session, payment)
        return True
    return False


def state_of(call: DueCall, outcome: Outcome) -> str:
    if not outcome.approved:
        return "refused"
    return "done" if as_asked(call, outcome) else "held"


async def record_advances(session: AsyncSession, done: Sequence[AnsweredCall], now: datetime) -> None:
    taken = {
        call.subject_id: call.amount_minor if outcome.amount_minor is None else outcome.amount_minor
        for call, outcome in done
        if outcome.approved
    }
    refused = {call.subject_id: outcome.reason for call, outcome in done if not outcome.approved}
    for payment_id, reason in refused.items():
        log.error("the provider did not let us take payment %s in advance: %s", payment_id, reason)
    await advances.record(session, taken, refused, now)


async def record_refunds(session: AsyncSession, done: Sequence[AnsweredCall], now: datetime) -> None:
    ended = [RefundOutcome(call, "" if outcome.approved else outcome.reason or "declined") for call, outcome in done]
    await refund_outcomes.record(session, ended, now)


async def record_returned_refund(session: AsyncSession, call: DueCall, reason: str, now: datetime) -> bool:
    """A refund that was made came back. Where we had not heard that it was made, both are written."""
    if await calls.finish_calls(session, {call.id: "done"}):
        await refund_outcomes.record(session, [RefundOutcome(call)], now)
    return await refund_outcomes.record_failure_after_success(session, call, reason, now)


async def record_payouts(session: AsyncSession, done: Sequence[AnsweredCall], now: datetime) -> None:
    reasons = {call.subject_id: "" if outcome.approved else outcome.reason or "declined" for call, outcome in done}
    await payout_outcomes.record(session, reasons, now)


async def record_returned_payout(session: AsyncSession, call: DueCall, reason: str, now: datetime) -> bool:
    """The bank sent a payout back: it is owed again. Returns False for a repeated report.

    Where we had not heard that it was paid, both are written: the provider reports two movements, and so do we.
    """
    if await calls.finish_calls(session, {call.id: "done"}):
        await record_payouts(session, [(call, Outcome(approved=True))], now)
    payout = (await payouts.payouts_for_update(session, [call.subject_id]))[call.subject_id]
    if payout.status != PayoutStatus.PAID:
        return False
    await payout_outcomes.record_return(session, payout, reason, now)
    return True


RECORDERS = {
    Step.AUTHORISE: record_authorisations,
    Step.ADVANCE: record_advances,
    Step.CAPTURE: record_captures,
    Step.VOID: record_voids,
    Step.LET_GO: record_let_go,
    Step.REFUND: record_refunds,
    Step.PAY_OUT: record_payouts,
}
