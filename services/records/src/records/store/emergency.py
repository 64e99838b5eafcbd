"""What residents give to read in an emergency."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from records.tables import EmergencySliceRow

LOCK_SLICE = text("SELECT pg_advisory_xact_lock(hashtextextended('emergency-slice ' || :resident, 0))")


async def emergency_slice(session: AsyncSession, resident_id: UUID) -> EmergencySliceRow | None:
    """What a resident gave last to read in an emergency; it may be withdrawn."""
    query = select(EmergencySliceRow).where(EmergencySliceRow.resident_id == resident_id)
    return (await session.scalars(query.order_by(col(EmergencySliceRow.version).desc()).limit(1))).first()


async def lock_emergency_slice(session: AsyncSession, resident_id: UUID) -> None:
    """Let nobody else give or withdraw what this resident gives to read in an emergency, until we commit."""
    await session.execute(LOCK_SLICE, {"resident": str(resident_id)})
