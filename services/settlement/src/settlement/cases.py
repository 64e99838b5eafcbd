"""Cases as they are opened: what failed, about what, and why."""

from datetime import datetime
from uuid import UUID

from chassis.ids import new_id
from sqlalchemy.ext.asyncio import AsyncSession

from settlement.domain.cases import NO_ANSWER_AFTER, Case
from settlement.store import cases as store
from settlement.store.payments import DueCall
from settlement.tables import MoneyCaseRow, PaymentRow

DETAIL_LENGTH_MAX = 500
AT_ONCE_MAX = 500


def case(
    kind: Case,
    subject_id: UUID,
    detail: str,
    now: datetime,
    payment: PaymentRow | None = None,
    amount: tuple[int, str] = (0, ""),
) -> MoneyCaseRow:
    return MoneyCaseRow(
        id=new_id(),
        kind=kind,
        subject_id=subject_id,
        order_id=payment.order_id if payment else None,
        partner_id=payment.partner_id if payment else None,
        amount_minor=amount[0],
        currency=amount[1],
        detail=detail[:DETAIL_LENGTH_MAX],
        opened_at=now,
    )


def of_call(kind: Case, call: DueCall, detail: str, now: datetime, payment: PaymentRow | None = None) -> MoneyCaseRow:
    return case(kind, call.id, detail, now, payment, (call.amount_minor, call.currency))


async def open_unanswered(session: AsyncSession, now: datetime) -> None:
    """Open a case for each call that has been without an answer for too long."""
    found = await store.unanswered(session, now - NO_ANSWER_AFTER, AT_ONCE_MAX)
    rows = [
        MoneyCaseRow(
            id=new_id(), kind=Case.NO_ANSWER, subject_id=one.id, order_id=one.order_id, partner_id=one.partner_id,
            amount_minor=one.amount_minor, currency=one.currency, opened_at=now,
            detail=f"the provider does not say what became of a call to {one.step}; it is looked up again and again",
        )
        for one in found
    ]  # fmt: skip
    await store.open_cases(session, rows)
