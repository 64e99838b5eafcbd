"""Readings that residents entered themselves."""

from datetime import datetime
from uuid import UUID

from chassis import rows
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from records.domain.authors import RESIDENT
from records.tables import RecordRow

ENTERED = text(
    """
    SELECT (
        SELECT count(*) FROM record
        WHERE resident_id = :resident_id AND institution_id IS NULL AND author = 'resident' AND ingested_at > :since
    ) + (
        SELECT count(*) FROM resource_version AS version JOIN record ON record.id = version.record_id
        WHERE record.resident_id = :resident_id AND record.institution_id IS NULL AND record.author = 'resident'
            AND version.ingested_at > :since
    )
    """
)


async def reading_for_update(session: AsyncSession, resident_id: UUID, record_id: UUID) -> RecordRow | None:
    """A reading that was entered in this record."""
    query = select(RecordRow).where(
        RecordRow.id == record_id, RecordRow.resident_id == resident_id, RecordRow.author == RESIDENT
    )
    return (await session.scalars(query.with_for_update())).one_or_none()


async def entered_since(session: AsyncSession, resident_id: UUID, since: datetime) -> int:
    """How many versions of readings were entered in this record since then. Nobody counts them before this transaction
    ends."""
    await rows.lock_count(session, "own readings", resident_id)
    return int((await session.execute(ENTERED, {"resident_id": resident_id, "since": since})).scalar_one())
