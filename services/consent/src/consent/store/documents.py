"""What residents were offered by FHIR Consents."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, func, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from consent.domain.consents import Origin
from consent.store import locks
from consent.tables import ArtefactRow, RequestRow

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


async def offers_page(
    session: AsyncSession,
    grantee_id: UUID,
    resident_id: UUID | None,
    request_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> Sequence[Row[RequestRow, ArtefactRow | None]]:
    """Offers for an institution with what was granted on them, newest first; fetches limit + 1."""
    query = (
        select(RequestRow, ArtefactRow)
        .outerjoin(ArtefactRow, col(ArtefactRow.consent_request_id) == col(RequestRow.id))
        .where(RequestRow.grantee_id == grantee_id, RequestRow.origin == Origin.OFFER)
    )
    if resident_id is not None:
        query = query.where(RequestRow.resident_id == resident_id)
    if request_id is not None:
        query = query.where(RequestRow.id == request_id)
    if before is not None:
        query = query.where(col(RequestRow.id) < before)
    return (await session.execute(query.order_by(col(RequestRow.id).desc()).limit(limit + 1))).all()
