"""What a webhook says is booked once, or is a case."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from chassis import errors, failures, outbox
from chassis.refusals import Refusal, Unavailable
from sqlalchemy.ext.asyncio import AsyncSession

from settlement.commands import calls as provider_calls
from settlement.commands import chargebacks, refund_outcomes
from settlement.domain.cases import CaseKind
from settlement.domain.disputes import ProviderDispute
from settlement.domain.payments import PaymentStatus
from settlement.provider.port import Outcome
from settlement.store import calls, payments
from settlement.store import cases as case_store
from settlement.store.calls import DueCall
from settlement.store.cases import new_case
from settlement.tables import MoneyCaseRow, PaymentRow

log = logging.getLogger("settlement.webhooks")
RETURNED = "payout.returned"
REFUND_FAILED = "refund.failed"
WAITING = (PaymentStatus.CAPTURING, PaymentStatus.ADVANCING)
ID_LENGTH_MAX = 128


async def hear_of_dispute(
    session: AsyncSession,
    payment: PaymentRow,
    dispute: ProviderDispute,
    webhook: tuple[str, UUID | None, str],
    now: datetime,
) -> bool:
    if payment.status in WAITING:  # its capture has not arrived yet; the webhook is sent again
        raise Unavailable("the capture it is about is awaited")
    unbooked = new_case(CaseKind.CONTRADICTED, payment.id, "", now, payment)
    return await book(session, webhook, unbooked, lambda: chargebacks.hear(session, payment, dispute, now), now)


async def record(
    session: AsyncSession, webhook: tuple[str, UUID, str], call: DueCall, outcome: Outcome, now: datetime
) -> bool:
    """Write down what a webhook says of a call, or of what came back after it. Its payment is locked as it is read:
    an order may be called off in the same moment, and what was read before would hide that."""
    payment = None
    if call.payment_id is not None:
        payment = (await payments.payments_by_id_for_update(session, [call.payment_id])).get(call.payment_id)

    async def book_call() -> bool:
        if webhook[2] == RETURNED:
            return await provider_calls.record_returned_payout(session, call, outcome.reason, now)
        if webhook[2] == REFUND_FAILED:
            return await provider_calls.record_returned_refund(session, call, outcome.reason, now)
        return await provider_calls.record_webhook(session, call, outcome, now)

    return await book(
        session, webhook, case_store.case_of_call(CaseKind.CONTRADICTED, call, "", now, payment), book_call, now
    )


async def book(
    session: AsyncSession,
    webhook: tuple[str, UUID | None, str],
    unbooked: MoneyCaseRow,
    act: Callable[[], Awaitable[bool]],
    now: datetime,
) -> bool:
    """Every webhook has its effect here, once. One that cannot be booked leaves nothing but a case, and is
    accepted: sent again, it would fail again. What passes by itself is raised, so that it is sent again. Returns False
    for a repeated webhook."""
    webhook_id, call_id, kind = webhook
    published = list(session.info.get(outbox.PUBLISHED, []))
    try:
        async with session.begin_nested():
            if not await calls.take_webhook(session, webhook_id[:ID_LENGTH_MAX], call_id, kind, now):
                return False
            first_time = await act()
            await session.flush()
            return first_time
    except Exception as error:
        if isinstance(error, Refusal) or failures.passes(error):
            raise
        session.info[outbox.PUBLISHED] = published
        log.warning("a webhook of kind %s cannot be booked, and is a case: %s", kind, errors.describe(error))
        unbooked.detail = f"what the provider reported ({kind}, {webhook_id[:ID_LENGTH_MAX]}) could not be booked"
    await calls.take_webhook(session, webhook_id[:ID_LENGTH_MAX], call_id, kind, now)
    await case_store.open_cases(session, [unbooked])
    if unbooked.order_id is not None:
        payment = (await payments.payments_for_update(session, [unbooked.order_id]))[unbooked.order_id]
        await refund_outcomes.explain_waiting(session, payment)
    return True
