"""SQL of refunds."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.tables import RefundRow


async def refunds_for_update(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, RefundRow]:
    rows = await session.scalars(select(RefundRow).where(col(RefundRow.id).in_(ids)).with_for_update())
    return {row.id: row for row in rows}


NOT_SENT = text(
    """
    SELECT refund.id FROM refund WHERE refund.payment_id = :payment AND refund.state <> 'done' AND NOT EXISTS (
        SELECT FROM provider_call AS call WHERE call.payment_id = refund.payment_id AND call.subject_id = refund.id
            AND call.step = 'refund' AND (call.state = 'held' OR (call.state = 'due' AND call.attempts > 0))
    )
    """
)
LOCK_REFUND_CALLS = text(
    "SELECT id FROM provider_call WHERE payment_id = :payment AND step = 'refund' AND state = 'due' FOR UPDATE"
)


async def refunds_not_sent(session: AsyncSession, payment_id: UUID) -> Sequence[RefundRow]:
    """Refunds that are due and of which no call awaits its answer, locked with their calls, oldest first."""
    await session.execute(LOCK_REFUND_CALLS, {"payment": payment_id})
    ids = list(await session.scalars(NOT_SENT, {"payment": payment_id}))
    by_id = await refunds_for_update(session, ids)
    return [by_id[refund_id] for refund_id in sorted(ids)]


async def refunds_of(session: AsyncSession, payments: Sequence[UUID]) -> Mapping[UUID, Sequence[RefundRow]]:
    """Refunds by their payment, oldest first; payments without one are not in it."""
    by_payment: dict[UUID, list[RefundRow]] = {}
    query = select(RefundRow).where(col(RefundRow.payment_id).in_(payments)).order_by(col(RefundRow.id))
    for row in await session.scalars(query):
        by_payment.setdefault(row.payment_id, []).append(row)
    return by_payment


GIVEN_BACK = text(
    """
    SELECT line.payment_id, line.order_line_id FROM line_split AS line
    WHERE line.payment_id = ANY(CAST(:payments AS uuid[])) AND line.gross_minor > 0
        AND line.gross_minor = (SELECT sum(refunded_minor) FROM part WHERE part.order_line_id = line.order_line_id)
        AND NOT EXISTS (
            SELECT FROM refund WHERE refund.payment_id = line.payment_id AND refund.state <> 'done'
                AND refund.kind <> 'advance'
                AND coalesce(refund.order_line_id, line.order_line_id) = line.order_line_id
        )
    ORDER BY line.payment_id, line.place
    """
)


async def lines_given_back(session: AsyncSession, payments: Sequence[UUID]) -> Mapping[UUID, Sequence[UUID]]:
    """By payment, the order lines of which everything that was paid has been given back."""
    lines: dict[UUID, list[UUID]] = {}
    for row in await session.execute(GIVEN_BACK, {"payments": payments}):
        lines.setdefault(row.payment_id, []).append(row.order_line_id)
    return lines
