"""Cases: what only a person can settle is given an owner, asked for again, or settled another way."""

from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import Invalid
from chassis.telemetry import traceparent
from sqlalchemy.ext.asyncio import AsyncSession

from settlement import events
from settlement.commands import calls as provider_calls
from settlement.commands import refund_outcomes
from settlement.domain.calls import RETRIES, Step
from settlement.domain.cases import HOLDING, NO_ANSWER_AFTER, CaseKind, CaseOpen, CaseResolved, NothingToRetry
from settlement.domain.disputes import Disputed
from settlement.domain.ledger import BANK, REFUNDS_DUE, JournalEntry, Posting
from settlement.domain.payments import PaymentStatus, move_payment
from settlement.domain.proposals import NeedsSecondPerson
from settlement.domain.refunds import RefundStatus, move_refund
from settlement.provider.port import Outcome
from settlement.store import bank, calls, contracts, disputes, ledger, next_steps, payments, refunds
from settlement.store import cases as store
from settlement.tables import MoneyCaseRow, PaymentRow, RefundRow

RESOLUTION_LENGTH_MAX = 500
BANK_REFERENCE_LENGTH_MAX = 140
STEP_OF = {CaseKind.REFUND_FAILED: Step.REFUND, CaseKind.VOID_FAILED: Step.VOID, CaseKind.CAPTURE_FAILED: Step.CAPTURE}


async def open_case(session: AsyncSession, case_id: UUID) -> MoneyCaseRow:
    """A case, locked, that is open."""
    row = await store.case_for_update(session, case_id)
    if row.resolved_at is not None:
        raise CaseResolved(row.resolution or "it came right", "case_id")
    return row


async def assign_case(session: AsyncSession, *, case_id: UUID, owner: UUID) -> MoneyCaseRow:
    row = await open_case(session, case_id)
    row.owner = owner
    await session.flush()
    return row


async def retry_case(session: AsyncSession, *, case_id: UUID, now: datetime) -> MoneyCaseRow:
    """Ask the provider now, under a new key, for what it refused; a call that is to be made later is made now."""
    row = await open_case(session, case_id)
    step = STEP_OF.get(CaseKind(row.kind))
    if step is None:
        raise NothingToRetry(f"a case of kind {row.kind} is not asked for again", "case_id")
    payment, refund = await subject_of(session, row)
    step = step_for(row, payment, step)
    if refund is not None:
        await undisputed(session, payment)
    if await calls.make_now(session, payment.id, row.subject_id, step, now):
        return row
    if await calls.has_due(session, payment.id, row.subject_id, step):
        raise NothingToRetry("the provider has been asked; its answer is awaited", "case_id")
    if refund is not None:
        refund.tries += 1
        call = calls.refund_call(refund, payment, traceparent(), now, refund.tries)
    elif step == Step.LET_GO:
        reference, amount = await next_steps.let_go_reference(session, row.subject_id), (row.amount_minor, row.currency)
        call = calls.new_call(step, row.subject_id, amount, reference, traceparent(), now, payment_id=payment.id)
        call.tries = len(RETRIES)
    else:
        call = calls.payment_call(payment, step, payment.provider_reference, now, traceparent(), row.amount_minor)
        call.tries = len(RETRIES)
    await session.flush()
    await calls.add_calls(session, [call])
    return row


async def subject_of(session: AsyncSession, row: MoneyCaseRow) -> tuple[PaymentRow, RefundRow | None]:
    """The payment a case is about, locked, and its refund where it is about one."""
    refund = None
    payment_id = row.subject_id
    if row.kind == CaseKind.REFUND_FAILED:
        refund = (await refunds.refunds_for_update(session, [row.subject_id]))[row.subject_id]
        payment_id = refund.payment_id
    elif row.order_id is not None:  # a promise that nobody waits for has a payment that goes on beside it
        payment_id = (await payments.payment_for_update(session, row.order_id, None)).id
    return (await payments.payments_by_id_for_update(session, [payment_id]))[payment_id], refund


def step_for(row: MoneyCaseRow, payment: PaymentRow, step: Step) -> Step:
    """What is asked of the provider again: to let go of the payment's own promise, or of one beside it."""
    beside = row.kind == CaseKind.VOID_FAILED and row.subject_id != payment.id
    return Step.LET_GO if beside else step


async def settle_case(
    session: AsyncSession,
    *,
    case_id: UUID,
    resolution: str,
    bank_reference: str = "",
    write_off: bool = False,
    by: UUID,
    approved_by: UUID | None = None,
    now: datetime,
) -> MoneyCaseRow:
    """Settle a case: what was owed is given another way, written off, or it is said what came of it."""
    row = await open_case(session, case_id)
    words = texts.prose(resolution, "resolution", RESOLUTION_LENGTH_MAX)
    two = approved_by not in (None, by)
    match CaseKind(row.kind):
        case CaseKind.REFUND_FAILED:
            await pay_by_bank(session, row, bank_reference, two, by, now)
        case CaseKind.CAPTURE_FAILED:
            await write_it_off(session, row, write_off, two, now)
        case CaseKind.VOID_FAILED:
            await call_it_off(session, row)
        case CaseKind.AMOUNT_DIFFERS:
            await take_as_asked(session, row, words, two, now)
        case CaseKind.NO_ANSWER:
            raise NothingToRetry("it ends when the provider answers; ask it", "case_id")
        case CaseKind.PAYOUTS_STOPPED:
            await contracts.release_payouts(session, row.subject_id, now)
        case CaseKind.CONTRADICTED | CaseKind.CHARGED_BEYOND | CaseKind.STATEMENT_GAP:
            if not two:
                raise NeedsSecondPerson("propose it and let another person approve it", "case_id")
    row.resolved_at, row.resolved_by, row.resolution = now, by, words
    await session.flush()
    if row.kind in HOLDING and row.order_id is not None:
        payment = (await payments.payments_for_update(session, [row.order_id]))[row.order_id]
        await refund_outcomes.explain_waiting(session, payment)
    return row


async def nothing_under_way(session: AsyncSession, payment: PaymentRow, subject: UUID, step: Step) -> None:
    """Take back the call that was to be made later; refuse where one has been made and its answer is awaited."""
    await calls.drop_calls(session, payment.id, subject, step)
    if await calls.has_due(session, payment.id, subject, step):
        raise NothingToRetry("the provider has been asked; wait for its answer", "case_id")


async def undisputed(session: AsyncSession, payment: PaymentRow, settled: RefundRow | None = None) -> None:
    """Refuse to give money back that a bank claims, too: where the dispute is lost, it has been given back.

    That the provider contradicts itself about a refund that is being settled by hand keeps nobody from it.
    """
    if await disputes.open_dispute_of(session, payment.id) is not None:
        raise Disputed("its decision says what is still to be given back", "case_id")
    holding = await store.holding(session, payment.order_id)
    own = set()
    if settled is not None:
        own = await calls.calls_about(session, settled.id, [case.subject_id for case in holding])
    if others := [case for case in holding if case.subject_id not in own]:
        raise CaseOpen(f"settle the case {others[0].id} first: {others[0].detail}", "case_id")


async def pay_by_bank(
    session: AsyncSession, row: MoneyCaseRow, reference: str, two: bool, by: UUID, now: datetime
) -> None:
    """The operator's bank gave the resident's money back, as two people say: one of them by taking in the statement."""
    if not 1 <= len(reference.strip()) <= BANK_REFERENCE_LENGTH_MAX:
        raise Invalid("bank_reference", "is needed: of the transfer that gave the money back")
    payment, refund = await subject_of(session, row)
    assert refund is not None
    await undisputed(session, payment, refund)
    await nothing_under_way(session, payment, refund.id, Step.REFUND)
    if not two and not await bank.sent(session, refund.due_minor, payment.currency, reference.strip(), by):
        raise NeedsSecondPerson(
            "no statement of the bank that another person took in tells of this transfer:"
            " let another take it in, or propose it and let another person approve it",
            "bank_reference",
        )
    move_refund(refund, RefundStatus.DONE)
    refund.failure, refund.paid_at = "", now
    payment.version += 1
    moved = (
        Posting(REFUNDS_DUE, refund.due_minor, payment.currency),
        Posting(BANK, -refund.due_minor, payment.currency),
    )
    entry = JournalEntry(new_id(), "refund-by-bank", f"refund-by-bank:{refund.id}", moved, order_id=payment.order_id)
    await session.flush()
    await ledger.append(session, [entry], now)
    await refund_outcomes.announce(session, [(events.refund_made(refund, payment), payment, None)])
    await refund_outcomes.show(session, {payment.id: payment}, {payment.id})


async def write_it_off(session: AsyncSession, row: MoneyCaseRow, agreed: bool, two: bool, now: datetime) -> None:
    """Nobody will pay for what was served: what was posted as owed for it is undone."""
    if not agreed:
        raise Invalid("write_off", "is the only way to settle it; or let the resident choose another method")
    if not two:
        raise NeedsSecondPerson("propose the write-off and let another person approve it", "write_off")
    payment, _ = await subject_of(session, row)
    await nothing_under_way(session, payment, payment.id, Step.CAPTURE)
    if payment.status != PaymentStatus.CAPTURE_FAILED:
        raise NothingToRetry(f"the payment is {payment.status.replace('_', ' ')}", "case_id")
    for entry, postings in await ledger.entries(session, payment.order_id, None, 100):
        if entry.kind == "order-fulfilled":
            undone = tuple(Posting(posting.account, -posting.amount_minor, posting.currency) for posting in postings)
            reference = f"capture-failed:{payment.order_id}"
            reversal = JournalEntry(
                new_id(), "capture-failed", reference, undone, order_id=payment.order_id, reverses=entry.id
            )
            await ledger.append(session, [reversal], now)
    move_payment(payment, PaymentStatus.FAILED)
    payment.owed_minor = 0
    payment.version += 1
    await session.flush()


async def call_it_off(session: AsyncSession, row: MoneyCaseRow) -> None:
    """The promise has ended, as a person knows from the provider."""
    payment, _ = await subject_of(session, row)
    step = step_for(row, payment, Step.VOID)
    await nothing_under_way(session, payment, row.subject_id, step)
    if step == Step.LET_GO:
        return
    if payment.status != PaymentStatus.VOID_FAILED:
        raise NothingToRetry(f"the payment is {payment.status.replace('_', ' ')}", "case_id")
    move_payment(payment, PaymentStatus.VOIDED)
    payment.failure = ""
    payment.version += 1
    publish(session, events.payment_voided(payment), payment.order_id)
    await session.flush()


async def take_as_asked(session: AsyncSession, row: MoneyCaseRow, words: str, two: bool, now: datetime) -> None:
    """Record a call with the amount that was asked; what the provider moved beyond it is then a break, to be adjusted.
    A promise of another amount is none."""
    if not two:
        raise NeedsSecondPerson("propose it and let another person approve it", "case_id")
    call = await calls.call_for_update(session, row.subject_id)
    assert call is not None
    await calls.release_held(session, call.id)
    promise = call.step == Step.AUTHORISE
    outcome = Outcome(False, reason=words) if promise else Outcome(True, call.detail)
    await provider_calls.record(session, [(call, outcome)], now)


OPENED_AT_ONCE_MAX = 500


async def open_unanswered(session: AsyncSession, now: datetime) -> None:
    """Open a case for each call that has been without an answer for too long."""
    unanswered = await store.unanswered(session, now - NO_ANSWER_AFTER, OPENED_AT_ONCE_MAX)
    rows = [
        MoneyCaseRow(
            id=new_id(),
            kind=CaseKind.NO_ANSWER,
            subject_id=call.id,
            order_id=call.order_id,
            partner_id=call.partner_id,
            amount_minor=call.amount_minor,
            currency=call.currency,
            opened_at=now,
            detail=f"the provider does not say what became of a call to {call.step}; it is looked up again and again",
        )
        for call in unanswered
    ]
    await store.open_cases(session, rows)
