"""What residents were offered by FHIR Consents."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from consent.domain.consents import Origin
from consent.store import locks
from consent.tables import RequestRow

LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:id AS text), :seed))")


async def lock_offers(session: AsyncSession, resident_id: UUID) -> None:
    """Wait for others who offer this resident something."""
    await session.execute(LOCK, {"id": str(resident_id), "seed": locks.OFFERS})


async def count_offers(session: AsyncSession, resident_id: UUID, grantee_id: UUID, since: datetime) -> int:
    """How many offers for this institution the resident was sent since a moment."""
    query = select(func.count()).where(
        RequestRow.resident_id == resident_id,
        RequestRow.grantee_id == grantee_id,
        RequestRow.origin == Origin.OFFER,
        col(RequestRow.requested_at) >= since,
    )
    return int((await session.scalars(query)).one())
