"""What became of refunds: money went back, the provider refused, or what had gone back came again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.ids import new_id
from chassis.outbox import Cause, publish
from chassis.telemetry import traceparent
from sqlalchemy.ext.asyncio import AsyncSession
from yima.settlement.v1 import events_pb2 as events_pb

from settlement import events
from settlement.domain.calls import RETRIES, Step
from settlement.domain.cases import CaseKind
from settlement.domain.disputes import DisputeStatus
from settlement.domain.ledger import CASH, REFUNDS_DUE, SUSPENSE, JournalEntry, Posting
from settlement.domain.payments import PaymentStatus, move_payment
from settlement.domain.refunds import RefundKind, RefundStatus, move_refund, refund_status
from settlement.store import calls, cases, disputes, ledger, payments, refunds
from settlement.store.calls import DueCall, refund_call
from settlement.store.cases import new_case
from settlement.tables import DisputeRow, PaymentRow, ProviderCallRow, RefundRow

BY_BANK = "it was not sent: the cardholder's bank has given the money back"
WAITS = "it waits for the decision of the cardholder's bank about a dispute"
WAITS_FOR_CASE = "it waits until a case about the payment is settled: a bank may have given the money back already"


@dataclass(frozen=True, slots=True)
class RefundOutcome:
    """How a call for a refund ended; without a failure, the money went back."""

    call: DueCall
    failure: str = ""


def entry_of(kind: str, call: DueCall) -> str:
    """The reference of an entry about a call for a refund: a later try has entries of its own."""
    return f"{kind}:{call.subject_id}" + (f":{call.tries}" if call.tries else "")


async def record(session: AsyncSession, ended: Sequence[RefundOutcome], now: datetime) -> None:
    """Write down what became of calls for refunds. What was refused is due again, under a new key, as `RETRIES` say; it
    is a case from the first refusal on, which resolves itself when the money goes back."""
    by_id = await refunds.refunds_for_update(session, [outcome.call.subject_id for outcome in ended])
    paid = await payments.payments_by_id_for_update(session, [refund.payment_id for refund in by_id.values()])
    entries: list[JournalEntry] = []
    again: list[ProviderCallRow] = []
    new_cases = []
    endings: list[RefundEnding] = []
    for outcome in ended:
        refund = by_id[outcome.call.subject_id]
        payment = paid[refund.payment_id]
        payment.version += 1
        cause = Cause(None, outcome.call.traceparent)
        if outcome.failure:
            move_refund(refund, RefundStatus.FAILED)
            refund.failure = outcome.failure
            endings.append((events.refund_failed(refund, payment), payment, cause))
            new_cases.append(
                new_case(CaseKind.REFUND_FAILED, refund.id, outcome.failure, now, payment, of(refund, payment))
            )
            again += retry(outcome.call, refund, payment, now)
            continue
        move_refund(refund, RefundStatus.DONE)
        refund.failure, refund.paid_at = "", now
        entries.append(moved("refund-paid", outcome.call, refund, payment))
        endings.append((events.refund_made(refund, payment), payment, cause))
    await session.flush()
    await announce(session, endings)
    await show(session, paid, {refund.payment_id for refund in by_id.values()})
    await ledger.append(session, entries, now)
    await calls.add_calls(session, again)
    await cases.open_cases(session, new_cases)
    given_back = [outcome.call.subject_id for outcome in ended if not outcome.failure]
    await cases.came_right(session, [CaseKind.REFUND_FAILED], given_back, now)
    for payment_id in await disputes.disputed(session, list(paid)):
        await net(session, paid[payment_id], now)


async def record_failure_after_success(session: AsyncSession, call: DueCall, reason: str, now: datetime) -> bool:
    """A refund that had been made came back to the provider: it is owed again. Returns False for a repeated report."""
    refund = (await refunds.refunds_for_update(session, [call.subject_id])).get(call.subject_id)
    if refund is None or refund.state != RefundStatus.DONE or refund.tries != call.tries or not refund.due_minor:
        return False
    payment = (await payments.payments_by_id_for_update(session, [refund.payment_id]))[refund.payment_id]
    move_refund(refund, RefundStatus.FAILED)
    refund.failure, refund.paid_at = reason, None
    payment.version += 1
    await session.flush()
    await ledger.append(session, [moved("refund-returned", call, refund, payment)], now)
    await announce(session, [(events.refund_failed(refund, payment), payment, Cause(None, call.traceparent))])
    await show(session, {payment.id: payment}, {payment.id})
    await calls.add_calls(session, retry(call, refund, payment, now))
    await session.flush()
    await cases.open_cases(
        session, [new_case(CaseKind.REFUND_FAILED, refund.id, reason, now, payment, of(refund, payment))]
    )
    await net(session, payment, now)
    return True


def of(refund: RefundRow, payment: PaymentRow) -> tuple[int, str]:
    return refund.due_minor, payment.currency


async def uncovered(session: AsyncSession, payment: PaymentRow) -> int:
    """What refunds of the payment are still to give back, less what a bank claims of that already."""
    of_payment = (await refunds.refunds_of(session, [payment.id])).get(payment.id, ())
    due = sum(row.due_minor for row in of_payment if row.state != RefundStatus.DONE)
    return max(due - sum(row.beyond_minor for row in await disputes.claims_on(session, payment.id)), 0)


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
    due = list(await refunds.refunds_not_sent(session, payment.id))
    for dispute in [row for row in claims if row.status == DisputeStatus.LOST and row.beyond_minor]:
        for refund in [row for row in due if row.due_minor]:
            if minor := min(dispute.beyond_minor, refund.due_minor):
                await give_by_chargeback(session, payment, refund, dispute, minor, now)
        if not dispute.beyond_minor:
            await cases.came_right(session, [CaseKind.CHARGED_BEYOND], [dispute.id], now)
    await open_if_beyond(session, payment, claims, now)
    await explain_waiting(session, payment)


async def explain_waiting(session: AsyncSession, payment: PaymentRow) -> None:
    """Let each refund that is due and not sent say what it waits for: a bank's decision, a person's, or nothing."""
    disputed = await disputes.open_dispute_of(session, payment.id) is not None
    reason = WAITS if disputed else WAITS_FOR_CASE if await cases.holding(session, payment.order_id) else ""
    for refund in await refunds.refunds_not_sent(session, payment.id):
        if reason:
            refund.failure = reason
        elif refund.failure in (WAITS, WAITS_FOR_CASE):
            refund.failure = "" if refund.state == RefundStatus.ASKED else "the provider refused it before"
    await session.flush()
    await show(session, {payment.id: payment}, {payment.id})


async def give_by_chargeback(
    session: AsyncSession, payment: PaymentRow, refund: RefundRow, dispute: DisputeRow, minor: int, now: datetime
) -> None:
    """So much of a refund the cardholder's bank gave back already."""
    await calls.drop_calls(session, payment.id, refund.id, Step.REFUND)
    dispute.beyond_minor -= minor
    refund.by_bank_minor += minor
    payment.version += 1
    kind = "refund-by-chargeback"
    if refund.due_minor:
        kind = "refund-part-by-chargeback"
        refund.failure = f"the cardholder's bank gave {refund.by_bank_minor} minor units of it back; the rest is due"
        refund.tries += 1
        call = refund_call(refund, payment, traceparent(), now, refund.tries)
        await session.flush()
        await calls.add_calls(session, [call])
    else:
        move_refund(refund, RefundStatus.DONE)
        refund.failure, refund.paid_at = "", now
        await session.flush()
        await announce(session, [(events.refund_made(refund, payment), payment, None)])
        await cases.came_right(session, [CaseKind.REFUND_FAILED], [refund.id], now)
    postings = (Posting(REFUNDS_DUE, minor, payment.currency), Posting(SUSPENSE, -minor, payment.currency))
    reference = f"{kind}:{refund.id}:{dispute.id}"
    await ledger.append(session, [JournalEntry(new_id(), kind, reference, postings, order_id=payment.order_id)], now)


async def open_if_beyond(
    session: AsyncSession, payment: PaymentRow, claims: Sequence[DisputeRow], now: datetime
) -> None:
    """A case, where refunds and chargebacks come to more than was taken."""
    of_payment = (await refunds.refunds_of(session, [payment.id])).get(payment.id, ())
    back = sum(row.amount_minor if row.state == RefundStatus.DONE else row.by_bank_minor for row in of_payment)
    open_yet = [row for row in claims if row.status == DisputeStatus.OPEN]
    claimed = sum(row.beyond_minor for row in claims) + sum(row.amount_minor - row.excess_minor for row in open_yet)
    taken = max(payment.captured_minor, payment.advanced_minor)
    beyond = back + claimed - taken
    beyond_claims = [row for row in claims if row.beyond_minor]
    if beyond <= 0 or not beyond_claims:
        return
    detail = f"the bank claims or took {claimed} minor units, and {back} of {taken} were given back"
    amount = (beyond, payment.currency)
    await cases.open_cases(
        session, [new_case(CaseKind.CHARGED_BEYOND, beyond_claims[-1].id, detail, now, payment, amount)]
    )


def retry(call: DueCall, refund: RefundRow, payment: PaymentRow, now: datetime) -> list[ProviderCallRow]:
    """The next call for the same, under a key of its own; none when a person has to look."""
    if call.tries >= len(RETRIES):
        return []
    refund.tries = call.tries + 1
    return [calls.retry_call(call, payment, call.tries + 1, now + RETRIES[call.tries])]


async def show(session: AsyncSession, rows: Mapping[UUID, PaymentRow], payment_ids: set[UUID]) -> None:
    """Let payments say how their refunds stand, and end what was called off once its money is back."""
    for payment_id, of_payment in (await refunds.refunds_of(session, list(payment_ids))).items():
        payment = rows[payment_id]
        advance = [refund for refund in of_payment if refund.kind == RefundKind.ADVANCE]
        others = [refund for refund in of_payment if refund.kind != RefundKind.ADVANCE]
        back = [(refund.due_minor, refund.state) for refund in others]
        back += [(refund.by_bank_minor, RefundStatus.DONE) for refund in others if refund.by_bank_minor]
        payment.failure = next((refund.failure for refund in of_payment if refund.state == RefundStatus.FAILED), "")
        if payment.status in (PaymentStatus.VOIDING, PaymentStatus.VOID_FAILED, PaymentStatus.VOIDED):
            failed = any(refund.state == RefundStatus.FAILED for refund in advance)
            ended = all(refund.state == RefundStatus.DONE for refund in advance)
            before = payment.status
            move_payment(
                payment,
                PaymentStatus.VOID_FAILED if failed else PaymentStatus.VOIDED if ended else PaymentStatus.VOIDING,
            )
            if payment.status == PaymentStatus.VOIDED != before:
                publish(session, events.payment_voided(payment), payment.order_id)
        elif back:
            move_payment(payment, refund_status(payment.captured_minor, back))
    await session.flush()


def moved(kind: str, call: DueCall, refund: RefundRow, payment: PaymentRow) -> JournalEntry:
    minor = refund.due_minor if kind == "refund-paid" else -refund.due_minor
    postings = (Posting(REFUNDS_DUE, minor, payment.currency), Posting(CASH, -minor, payment.currency))
    return JournalEntry(new_id(), kind, entry_of(kind, call), postings, order_id=payment.order_id)


type RefundEnding = tuple[events_pb.RefundMade | events_pb.RefundFailed, PaymentRow, Cause | None]


async def announce(session: AsyncSession, endings: Sequence[RefundEnding]) -> None:
    """Publish what became of refunds, with the lines of their orders that are given back entirely now."""
    lines = await refunds.lines_given_back(session, [payment.id for _, payment, _ in endings])
    for event, payment, cause in endings:
        event.refunded_line_ids.extend(str(line) for line in lines.get(payment.id, ()))
        publish(session, event, payment.order_id, cause)
