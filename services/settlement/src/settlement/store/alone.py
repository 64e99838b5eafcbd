"""SQL of what one person decided without another's approval."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

DECIDED = text(
    """
    SELECT coalesce(sum(amount_minor), 0)::bigint FROM (
        SELECT refund.amount_minor FROM refund JOIN payment ON payment.id = refund.payment_id
        WHERE refund.asked_by = :by AND refund.asked_at > :since AND refund.approved_by IS NULL
            AND payment.currency = :currency
        UNION ALL
        SELECT invoice.amount_minor FROM invoice
        WHERE invoice.issued_by = :by AND invoice.issued_at > :since AND invoice.approved_by IS NULL
            AND invoice.currency = :currency
    ) AS decided
    """
)


async def decided(session: AsyncSession, by: UUID, currency: str, since: datetime) -> int:
    """How much a person gave back or invoiced alone since then, in minor units."""
    return int(await session.scalar(DECIDED, {"by": by, "since": since, "currency": currency}) or 0)
