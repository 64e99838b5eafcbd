"""What was corrected of people."""

from uuid import UUID

from sqlalchemy import func, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from identity.tables import CorrectionRow, GuardianRow


async def count_unconfirmed(session: AsyncSession, resident_id: UUID) -> int:
    """How often somebody was corrected without the register."""
    count = await session.scalar(
        select(func.count())
        .select_from(CorrectionRow)
        .where(CorrectionRow.resident_id == resident_id, CorrectionRow.register_reference == "")
    )
    return int(count or 0)


async def in_guardianship(session: AsyncSession, resident_id: UUID) -> bool:
    """Does somebody act for this resident, or do they for somebody, as far as it was not ended?"""
    there = await session.scalar(
        select(GuardianRow.id)
        .where(
            or_(col(GuardianRow.guardian_id) == resident_id, col(GuardianRow.dependant_id) == resident_id),
            col(GuardianRow.ended_at).is_(None),
        )
        .limit(1)
    )
    return there is not None
