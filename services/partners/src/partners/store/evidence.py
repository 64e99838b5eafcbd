"""Partners that are to be reminded of evidence that ends."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from partners.domain.standing import TAKING_PART
from partners.tables import PartnerRow


async def claim_due(session: AsyncSession, today: date, most: int) -> Sequence[PartnerRow]:
    """Partners that passed screening and whose day has come, locked; those that somebody else has are left out."""
    rows = await session.scalars(
        select(PartnerRow)
        .where(col(PartnerRow.evidence_remind_on) <= today, col(PartnerRow.status).in_(TAKING_PART))
        .order_by(col(PartnerRow.evidence_remind_on))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return rows.all()
