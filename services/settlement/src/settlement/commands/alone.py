"""What one operator may decide in a day without a second person."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from settlement.domain.approval import ALONE_WITHIN, Bounds
from settlement.store import alone, payouts


async def decide_alone(
    session: AsyncSession, bounds: Bounds, by: UUID, amount: tuple[int, str], field: str, now: datetime
) -> None:
    """Refuse with `NeedsSecondPerson` what is, with all else this person decided alone of late, above the bound.

    Decisions at the same moment wait for one another, so that each counts the other.
    """
    minor, currency = amount
    await payouts.lock(session)
    bounds.check(minor, await alone.decided(session, by, currency, now - ALONE_WITHIN), currency, field)
