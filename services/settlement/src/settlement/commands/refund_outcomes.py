"""What became of refunds: money went back, the provider refused, or what had gone back came again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.ids import new_id
from chassis.outbox import Cause, publish
from chassis.telemetry import traceparent
from sqlalchemy.ext.asyncio import AsyncSession
from yima.settlement.v1 import events_pb2 as told

from settlement import messages
from settlement.domain.cases import Case
from settlement.domain.ledger import CASH, REFUNDS_DUE, SUSPENSE, JournalEntry, Posting
from settlement.domain.payments import RETRIES, Dispute, Payment, Refund, RefundKind, Step, refund_status
from settlement.store import cases, disputes, ledger, payments
from settlement.store.cases import new_case
from settlement.store.payments import DueCall
from settlement.tables import DisputeRow, PaymentRow, ProviderCallRow, RefundRow

BY_BANK = "it was not sent: the cardholder's bank has given the money back"
WAITS = "it waits for the decision of the cardholder's bank about a dispute"
WAITS_FOR_CASE = "it waits until a case about the payment is settled: a bank may have given the money back already"


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
    outcomes: list[tuple[told.RefundMade | told.RefundFailed, PaymentRow, Cause]] = []
    for one in ended:
        refund = refunds[one.call.subject_id]
        payment = found[refund.payment_id]
        payment.version += 1
        cause = Cause(None, one.call.traceparent)
        if one.failure:
            refund.state, refund.failure = Refund.FAILED, one.failure
            outcomes.append((refund_failed(refund, payment), payment, cause))
            opened.append(new_case(Case.REFUND_FAILED, refund.id, one.failure, now, payment, of(refund, payment)))
            again += retry(one.call, refund, payment, now)
            continue
        refund.state, refund.failure, refund.paid_at = Refund.DONE, "", now
        entries.append(moved("refund-paid", one.call, refund, payment))
        outcomes.append((refund_made(refund, payment), payment, cause))
    await session.flush()
    await announce(session, outcomes)
    await show(session, found, {refund.payment_id for refund in refunds.values()})
    await ledger.append(session, entries, now)
    await payments.add_calls(session, again)
    await cases.open_cases(session, opened)
    made = [one.call.subject_id for one in ended if not one.failure]
    await cases.came_right(session, [Case.REFUND_FAILED], made, now)
    for payment_id in await disputes.disputed(session, list(found)):
        await net(session, found[payment_id], now)


async def record_failure_after_success(session: AsyncSession, call: DueCall, reason: str, now: datetime) -> bool:
    """A refund that had been made came back to the provider: it is owed again. Says whether that was news."""
    refund = (await payments.refunds_for_update(session, [call.subject_id])).get(call.subject_id)
    if refund is None or refund.state != Refund.DONE or refund.tries != call.tries or not refund.due_minor:
        return False
    payment = (await payments.payments_by_id_for_update(session, [refund.payment_id]))[refund.payment_id]
    refund.state, refund.failure, refund.paid_at = Refund.FAILED, reason, None
    payment.version += 1
    await session.flush()
    await ledger.append(session, [moved("refund-returned", call, refund, payment)], now)
    await announce(session, [(refund_failed(refund, payment), payment, Cause(None, call.traceparent))])
    await show(session, {payment.id: payment}, {payment.id})
    await payments.add_calls(session, retry(call, refund, payment, now))
    await session.flush()
    await cases.open_cases(
        session, [new_case(Case.REFUND_FAILED, refund.id, reason, now, payment, of(refund, payment))]
    )
    await net(session, payment, now)
    return True


def of(refund: RefundRow, payment: PaymentRow) -> tuple[int, str]:
    return refund.due_minor, payment.currency


async def uncovered(session: AsyncSession, payment: PaymentRow) -> int:
    """What refunds of the payment are still to give back, less what a bank claims of that already."""
    refunds = (await payments.refunds_of(session, [payment.id])).get(payment.id, ())
    due = sum(one.due_minor for one in refunds if one.state != Refund.DONE)
    return max(due - sum(one.beyond_minor for one in await disputes.claims_on(session, payment.id)), 0)


async def net(session: AsyncSession, payment: PaymentRow, now: datetime) -> None:
    """Set what banks took and claim against the payment's refunds that are due: no money is given back twice.

    While a dispute is open, refunds wait. What a lost one took is the refunds', in part or whole; the rest of a refund
    is asked for again under a new key. A refund whose answer is awaited is netted when that is there. What is given
    back beyond what was taken is a case.
    """
    claims = await disputes.claims_on(session, payment.id)
    if not claims:
        return
    await session.flush()
    due = list(await payments.refunds_not_sent(session, payment.id))
    for dispute in [one for one in claims if one.status == Dispute.LOST and one.beyond_minor]:
        for refund in [one for one in due if one.due_minor]:
            if minor := min(dispute.beyond_minor, refund.due_minor):
                await give_by_chargeback(session, payment, refund, dispute, minor, now)
        if not dispute.beyond_minor:
            await cases.came_right(session, [Case.CHARGED_BEYOND], [dispute.id], now)
    await open_if_beyond(session, payment, claims, now)
    await explain_waiting(session, payment)


async def explain_waiting(session: AsyncSession, payment: PaymentRow) -> None:
    """Let each refund that is due and not sent say what it waits for: a bank's decision, a person's, or nothing."""
    disputed = await disputes.open_dispute_of(session, payment.id) is not None
    reason = WAITS if disputed else WAITS_FOR_CASE if await cases.holding(session, payment.order_id) else ""
    for refund in await payments.refunds_not_sent(session, payment.id):
        if reason:
            refund.failure = reason
        elif refund.failure in (WAITS, WAITS_FOR_CASE):
            refund.failure = "" if refund.state == Refund.ASKED else "the provider refused it before"
    await session.flush()
    await show(session, {payment.id: payment}, {payment.id})


async def give_by_chargeback(
    session: AsyncSession, payment: PaymentRow, refund: RefundRow, dispute: DisputeRow, minor: int, now: datetime
) -> None:
    """So much of a refund the cardholder's bank gave back already."""
    await payments.drop_calls(session, payment.id, refund.id, Step.REFUND)
    dispute.beyond_minor -= minor
    refund.by_bank_minor += minor
    payment.version += 1
    kind = "refund-by-chargeback"
    if refund.due_minor:
        kind = "refund-part-by-chargeback"
        refund.failure = f"the cardholder's bank gave {refund.by_bank_minor} minor units of it back; the rest is due"
        refund.tries += 1
        call = call_for(refund, payment, traceparent(), now)
        call.tries = refund.tries
        await session.flush()
        await payments.add_calls(session, [call])
    else:
        refund.state, refund.failure, refund.paid_at = Refund.DONE, "", now
        await session.flush()
        await announce(session, [(refund_made(refund, payment), payment, None)])
        await cases.came_right(session, [Case.REFUND_FAILED], [refund.id], now)
    postings = (Posting(REFUNDS_DUE, minor, payment.currency), Posting(SUSPENSE, -minor, payment.currency))
    reference = f"{kind}:{refund.id}:{dispute.id}"
    await ledger.append(session, [JournalEntry(new_id(), kind, reference, postings, order_id=payment.order_id)], now)


async def open_if_beyond(
    session: AsyncSession, payment: PaymentRow, claims: Sequence[DisputeRow], now: datetime
) -> None:
    """A case, where refunds and chargebacks come to more than was taken."""
    refunds = (await payments.refunds_of(session, [payment.id])).get(payment.id, ())
    back = sum(one.amount_minor if one.state == Refund.DONE else one.by_bank_minor for one in refunds)
    open_yet = [one for one in claims if one.status == Dispute.OPEN]
    claimed = sum(one.beyond_minor for one in claims) + sum(one.amount_minor - one.excess_minor for one in open_yet)
    taken = max(payment.captured_minor, payment.advanced_minor)
    beyond = back + claimed - taken
    about = [one for one in claims if one.beyond_minor]
    if beyond <= 0 or not about:
        return
    said = f"the bank claims or took {claimed} minor units, and {back} of {taken} were given back"
    amount = (beyond, payment.currency)
    await cases.open_cases(session, [new_case(Case.CHARGED_BEYOND, about[-1].id, said, now, payment, amount)])


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
        advance = [one for one in refunds if one.kind == RefundKind.ADVANCE]
        others = [one for one in refunds if one.kind != RefundKind.ADVANCE]
        back = [(one.due_minor, one.state) for one in others]
        back += [(one.by_bank_minor, Refund.DONE) for one in others if one.by_bank_minor]
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
    minor = refund.due_minor if kind == "refund-paid" else -refund.due_minor
    postings = (Posting(REFUNDS_DUE, minor, payment.currency), Posting(CASH, -minor, payment.currency))
    return JournalEntry(new_id(), kind, entry_of(kind, call), postings, order_id=payment.order_id)


async def announce(
    session: AsyncSession, outcomes: Sequence[tuple[told.RefundMade | told.RefundFailed, PaymentRow, Cause | None]]
) -> None:
    """Publish what became of refunds, with the lines of their orders that are given back entirely now."""
    lines = await payments.lines_given_back(session, [payment.id for _, payment, _ in outcomes])
    for event, payment, cause in outcomes:
        event.refunded_line_ids.extend(str(line) for line in lines.get(payment.id, ()))
        publish(session, event, payment.order_id, cause)


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
        amount_minor=refund.due_minor,
        currency=payment.currency,
        detail=payment.provider_reference,
        traceparent=traceparent,
        due_at=now,
        created_at=now,
    )
