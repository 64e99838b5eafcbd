"""What became of calls for payments: promises, captures, and promises that were let go."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.ids import new_id
from chassis.outbox import Cause, publish
from sqlalchemy.ext.asyncio import AsyncSession

from settlement import events
from settlement.commands import shortfalls
from settlement.domain.calls import RETRIES, Step
from settlement.domain.cases import CaseKind
from settlement.domain.payments import PaymentStatus, move_payment
from settlement.provider.port import Outcome
from settlement.store import calls, ledger, next_steps, payments
from settlement.store import cases as case_store
from settlement.store.calls import DueCall
from settlement.store.cases import new_case
from settlement.tables import MoneyCaseRow, PaymentRow, ProviderCallRow

type AnsweredCall = tuple[DueCall, Outcome]


def cause(call: DueCall) -> Cause:
    """What is announced belongs to the trace in which the call fell due."""
    return Cause(None, call.traceparent)


async def record_authorisations(session: AsyncSession, answers: Sequence[AnsweredCall], now: datetime) -> None:
    """Write down promises, and refusals of them. A promise instead of which another way to pay was chosen is let go."""
    instead = await next_steps.superseded(session, [call.id for call, _ in answers])
    await let_go(session, [(call, outcome) for call, outcome in answers if call.id in instead], now)
    answers = [(call, outcome) for call, outcome in answers if call.id not in instead]
    rows = await payments.payments_by_id_for_update(session, [call.subject_id for call, _ in answers])
    causes = {call.subject_id: cause(call) for call, _ in answers}
    approved = {call.subject_id: outcome.reference for call, outcome in answers if outcome.approved}
    owing: list[UUID] = []
    for authorised in await payments.authorised(session, approved, now):
        publish(session, events.payment_authorised(authorised), authorised.order_id, causes[authorised.id])
        owing += [authorised.id] if authorised.owed_minor else []
    new_calls: list[ProviderCallRow] = []
    if owing:  # what was served before is taken at once
        for payment in (await payments.payments_by_id_for_update(session, owing)).values():
            await session.refresh(payment)
            move_payment(payment, PaymentStatus.CAPTURING)
            payment.version += 1
            trace = causes[payment.id].traceparent
            new_calls.append(
                calls.payment_call(payment, Step.CAPTURE, payment.provider_reference, now, trace, payment.owed_minor)
            )
    for call, outcome in answers:
        payment = rows[call.subject_id]
        if payment.status == PaymentStatus.VOIDING:  # the order was called off meanwhile
            payment.version += 1
            if outcome.approved:
                payment.provider_reference = outcome.reference
                new_calls.append(calls.payment_call(payment, Step.VOID, outcome.reference, now, call.traceparent))
            else:
                move_payment(payment, PaymentStatus.VOIDED)
        elif not outcome.approved and payment.status == PaymentStatus.AUTHORISING:
            move_payment(payment, PaymentStatus.CAPTURE_FAILED if payment.owed_minor else PaymentStatus.FAILED)
            payment.failure = outcome.reason
            payment.version += 1
            publish(session, events.payment_failed(payment), payment.order_id, causes[payment.id])
    await session.flush()
    await calls.add_calls(session, new_calls)


async def let_go(session: AsyncSession, answers: Sequence[AnsweredCall], now: datetime) -> bool:
    """Ask the provider, once, to give back promises that nobody waits for. Says whether there is anything to ask."""
    new_calls: list[ProviderCallRow] = []
    for call, outcome in answers:
        if not outcome.approved or await next_steps.is_let_go(session, call.id):
            continue
        amount = (call.amount_minor, call.currency)
        new_calls.append(
            calls.new_call(
                Step.LET_GO, call.id, amount, outcome.reference, call.traceparent, now, payment_id=call.payment_id
            )
        )
    await calls.add_calls(session, new_calls)
    return bool(new_calls)


async def record_let_go(session: AsyncSession, answers: Sequence[AnsweredCall], now: datetime) -> None:
    """A promise that nobody waited for is given back, or is not: then it is asked for again, and is a case until it is.
    Its payment goes on as it does."""
    ends = {call.payment_id: (call, outcome) for call, outcome in answers if call.payment_id is not None}
    rows = await payments.payments_by_id_for_update(session, list(ends))
    again: list[ProviderCallRow] = []
    opened: list[MoneyCaseRow] = []
    gone: list[UUID] = []
    for call, outcome in answers:
        if call.payment_id is None:
            continue
        if outcome.approved:
            gone.append(call.subject_id)
            continue
        payment = rows[call.payment_id]
        again += retry(call, payment, now)
        amount = (call.amount_minor, call.currency)
        opened.append(new_case(CaseKind.VOID_FAILED, call.subject_id, outcome.reason, now, payment, amount))
    await calls.add_calls(session, again)
    await case_store.open_cases(session, opened)
    await case_store.came_right(session, [CaseKind.VOID_FAILED], gone, now)


async def record_captures(session: AsyncSession, answers: Sequence[AnsweredCall], now: datetime) -> None:
    approved = {
        call.subject_id: call.amount_minor if outcome.amount_minor is None else outcome.amount_minor
        for call, outcome in answers
        if outcome.approved
    }
    causes = {call.subject_id: cause(call) for call, _ in answers}
    short = {
        call.subject_id: call.amount_minor - approved.get(call.subject_id, call.amount_minor) for call, _ in answers
    }
    await shortfalls.post_shortfalls(session, {payment_id: minor for payment_id, minor in short.items() if minor}, now)
    taken = await ledger.captured(session, list(approved), list(approved.values()), [new_id() for _ in approved], now)
    for captured in taken:
        publish(session, events.payment_captured(captured), captured.order_id, causes[captured.payment_id])
    await case_store.came_right(session, [CaseKind.CAPTURE_FAILED], [captured.payment_id for captured in taken], now)
    refused = {call.subject_id: (call, outcome.reason) for call, outcome in answers if not outcome.approved}
    again: list[ProviderCallRow] = []
    opened: list[MoneyCaseRow] = []
    for payment in (await payments.payments_by_id_for_update(session, list(refused))).values():
        call, reason = refused[payment.id]
        move_payment(payment, PaymentStatus.CAPTURE_FAILED)
        payment.failure, payment.owed_minor = reason, call.amount_minor
        payment.version += 1
        publish(session, events.payment_failed(payment), payment.order_id, causes[payment.id])
        again += retry(call, payment, now)
        opened.append(
            new_case(CaseKind.CAPTURE_FAILED, payment.id, reason, now, payment, (call.amount_minor, call.currency))
        )
    await session.flush()
    await calls.add_calls(session, again)
    await case_store.open_cases(session, opened)


def retry(call: DueCall, payment: PaymentRow, now: datetime) -> list[ProviderCallRow]:
    """The next call for what was refused, under a key of its own; none when a person has to look."""
    if call.tries >= len(RETRIES):
        return []
    return [calls.retry_call(call, payment, call.tries + 1, now + RETRIES[call.tries])]


async def record_voids(session: AsyncSession, answers: Sequence[AnsweredCall], now: datetime) -> None:
    """A promise was let go, or is not: then it is asked for again, and is a case until it is."""
    ends = {call.subject_id: (call, outcome) for call, outcome in answers}
    again: list[ProviderCallRow] = []
    opened: list[MoneyCaseRow] = []
    gone: list[UUID] = []
    for payment in (await payments.payments_by_id_for_update(session, list(ends))).values():
        call, outcome = ends[payment.id]
        payment.version += 1
        if outcome.approved:
            move_payment(payment, PaymentStatus.VOIDED)
            payment.failure = ""
            gone.append(payment.id)
            publish(session, events.payment_voided(payment), payment.order_id, cause(call))
            continue
        move_payment(payment, PaymentStatus.VOID_FAILED)
        payment.failure = outcome.reason
        publish(session, events.payment_void_failed(payment), payment.order_id, cause(call))
        again += retry(call, payment, now)
        amount = (call.amount_minor, call.currency)
        opened.append(new_case(CaseKind.VOID_FAILED, payment.id, outcome.reason, now, payment, amount))
    await session.flush()
    await calls.add_calls(session, again)
    await case_store.open_cases(session, opened)
    await case_store.came_right(session, [CaseKind.VOID_FAILED], gone, now)
