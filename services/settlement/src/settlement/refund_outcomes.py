"""What became of refunds: money went back, the provider refused, or what had gone back came again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.ids import new_id
from chassis.outbox import Cause, publish
from sqlalchemy.ext.asyncio import AsyncSession
from yima.settlement.v1 import events_pb2 as told

from settlement import messages
from settlement.cases import case
from settlement.domain.cases import Case
from settlement.domain.ledger import CASH, REFUNDS_DUE, JournalEntry, Posting
from settlement.domain.payments import RETRIES, Payment, Refund, RefundKind, Step, refund_status
from settlement.store import cases, ledger, payments
from settlement.store.payments import DueCall
from settlement.tables import PaymentRow, ProviderCallRow, RefundRow


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call for a refund ended; without a failure, the money went back."""

    call: DueCall
    failure: str = ""


def entry_of(kind: str, call: DueCall) -> str:
    """The reference of an entry about a call for a refund: a later try has entries of its own."""
    return f"{kind}:{call.subject_id}" + (f":{call.tries}" if call.tries else "")


async def record(session: AsyncSession, ended: Sequence[Ended], now: datetime) -> None:
    """Write down what became of calls for refunds. What was refused is due again, under a new key, as `RETRIES` say; it
    is a case from the first refusal on, which resolves itself when the money goes back."""
    refunds = await payments.refunds_for_update(session, [one.call.subject_id for one in ended])
    found = await payments.payments_by_id_for_update(session, [refund.payment_id for refund in refunds.values()])
    entries: list[JournalEntry] = []
    again: list[ProviderCallRow] = []
    opened = []
    for one in ended:
        refund = refunds[one.call.subject_id]
        payment = found[refund.payment_id]
        payment.version += 1
        cause = Cause(None, one.call.traceparent)
        if one.failure:
            refund.state, refund.failure = Refund.FAILED, one.failure
            publish(session, refund_failed(refund, payment), payment.order_id, cause)
            opened.append(case(Case.REFUND_FAILED, refund.id, one.failure, now, payment, of(refund, payment)))
            again += retry(one.call, refund, payment, now)
            continue
        refund.state, refund.failure, refund.paid_at = Refund.DONE, "", now
        entries.append(moved("refund-paid", one.call, refund, payment))
        publish(session, refund_made(refund, payment), payment.order_id, cause)
    await session.flush()
    await show(session, found, {refund.payment_id for refund in refunds.values()})
    await ledger.append(session, entries, now)
    await payments.add_calls(session, again)
    await cases.open_cases(session, opened)
    made = [one.call.subject_id for one in ended if not one.failure]
    await cases.came_right(session, [Case.REFUND_FAILED], made, now)


async def record_failure_after_success(session: AsyncSession, call: DueCall, reason: str, now: datetime) -> bool:
    """A refund that had been made came back to the provider: it is owed again. Says whether that was news."""
    refund = (await payments.refunds_for_update(session, [call.subject_id])).get(call.subject_id)
    if refund is None or refund.state != Refund.DONE or refund.tries != call.tries:
        return False
    payment = (await payments.payments_by_id_for_update(session, [refund.payment_id]))[refund.payment_id]
    refund.state, refund.failure, refund.paid_at = Refund.FAILED, reason, None
    payment.version += 1
    await session.flush()
    await ledger.append(session, [moved("refund-returned", call, refund, payment)], now)
    publish(session, refund_failed(refund, payment), payment.order_id, Cause(None, call.traceparent))
    await show(session, {payment.id: payment}, {payment.id})
    await payments.add_calls(session, retry(call, refund, payment, now))
    await session.flush()
    await cases.open_cases(session, [case(Case.REFUND_FAILED, refund.id, reason, now, payment, of(refund, payment))])
    return True


def of(refund: RefundRow, payment: PaymentRow) -> tuple[int, str]:
    return refund.amount_minor, payment.currency


def retry(call: DueCall, refund: RefundRow, payment: PaymentRow, now: datetime) -> list[ProviderCallRow]:
    """The next call for the same, under a key of its own; none when a person has to look."""
    if call.tries >= len(RETRIES):
        return []
    refund.tries = call.tries + 1
    return [messages.again(call, payment, call.tries + 1, now + RETRIES[call.tries])]


async def show(session: AsyncSession, found: Mapping[UUID, PaymentRow], of: set[UUID]) -> None:
    """Let payments say how their refunds stand, and end what was called off once its money is back."""
    for payment_id, refunds in (await payments.refunds_of(session, list(of))).items():
        payment = found[payment_id]
        back = [(one.amount_minor, one.state) for one in refunds if one.kind != RefundKind.ADVANCE]
        advance = [one for one in refunds if one.kind == RefundKind.ADVANCE]
        payment.failure = next((one.failure for one in refunds if one.state == Refund.FAILED), "")
        if payment.status in (Payment.VOIDING, Payment.VOID_FAILED, Payment.VOIDED):
            failed = any(one.state == Refund.FAILED for one in advance)
            ended = all(one.state == Refund.DONE for one in advance)
            before = payment.status
            payment.status = Payment.VOID_FAILED if failed else Payment.VOIDED if ended else Payment.VOIDING
            if payment.status == Payment.VOIDED != before:
                event = told.PaymentVoided(
                    payment_id=str(payment.id), order_id=str(payment.order_id), version=payment.version
                )
                publish(session, event, payment.order_id)
        elif back:
            payment.status = refund_status(payment.captured_minor, back)
    await session.flush()


def moved(kind: str, call: DueCall, refund: RefundRow, payment: PaymentRow) -> JournalEntry:
    minor = refund.amount_minor if kind == "refund-paid" else -refund.amount_minor
    postings = (Posting(REFUNDS_DUE, minor, payment.currency), Posting(CASH, -minor, payment.currency))
    return JournalEntry(new_id(), kind, entry_of(kind, call), postings, order_id=payment.order_id)


def refund_made(refund: RefundRow, payment: PaymentRow) -> told.RefundMade:
    return told.RefundMade(**about(refund, payment), amount=messages.amount(refund.amount_minor, payment.currency))


def refund_asked(refund: RefundRow, payment: PaymentRow) -> told.RefundAsked:
    return told.RefundAsked(**about(refund, payment), amount=messages.amount(refund.amount_minor, payment.currency))


def refund_failed(refund: RefundRow, payment: PaymentRow) -> told.RefundFailed:
    return told.RefundFailed(
        **about(refund, payment),
        amount=messages.amount(refund.amount_minor, payment.currency),
        reason=refund.failure,
    )


def about(refund: RefundRow, payment: PaymentRow) -> dict[str, Any]:
    return {
        "refund_id": str(refund.id),
        "payment_id": str(payment.id),
        "order_id": str(payment.order_id),
        "partner_id": str(payment.partner_id),
        "version": payment.version,
    }


def call_for(refund: RefundRow, payment: PaymentRow, traceparent: str, now: datetime) -> ProviderCallRow:
    """What the provider is to give back."""
    return ProviderCallRow(
        id=new_id(),
        step=Step.REFUND,
        subject_id=refund.id,
        payment_id=payment.id,
        amount_minor=refund.amount_minor,
        currency=payment.currency,
        detail=payment.provider_reference,
        traceparent=traceparent,
        due_at=now,
        created_at=now,
    )
