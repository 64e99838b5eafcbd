"""Pilots: which there are, and their ends that nobody was told of yet."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.pages import Part
from sqlalchemy import func, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from catalog.store.offerings import CURRENT_STATUSES, OfferingAggregate
from catalog.tables import OfferingRow, RevisionRow

# Each end is taken once: by whoever updates its row first. What an operator has in hand is left for the next time.
TAKE_ENDED = text(
    """
    WITH ended AS (
        SELECT offering_id, revision FROM offering_revision
        WHERE pilot_ends_at <= :now AND pilot_ends_at IS DISTINCT FROM pilot_end_told
            AND status IN ('published', 'restricted')
        ORDER BY pilot_ends_at LIMIT :most FOR UPDATE SKIP LOCKED
    )
    UPDATE offering_revision AS revision SET pilot_end_told = revision.pilot_ends_at
    FROM ended, offering
    WHERE revision.offering_id = ended.offering_id AND revision.revision = ended.revision
        AND offering.id = revision.offering_id
    RETURNING offering.id, offering.partner_id, revision.pilot_ends_at, offering.version
    """
)


async def take_ended(session: AsyncSession, now: datetime, most: int) -> Sequence[tuple[UUID, UUID, datetime, int]]:
    """Pilots whose end has come and was not announced: offering, partner, end, the offering's version."""
    rows = await session.execute(TAKE_ENDED, {"now": now, "most": most})
    return [(row.id, row.partner_id, row.pilot_ends_at, row.version) for row in rows]


async def page(session: AsyncSession, partner_id: UUID | None, part: Part[tuple[UUID]]) -> Sequence[OfferingAggregate]:
    """Pilots that go on, or have ended and may be widened: each at the revision that is one, newest offering first."""
    query = (
        select(OfferingRow, RevisionRow)
        .join(RevisionRow, col(RevisionRow.offering_id) == col(OfferingRow.id))
        .where(col(RevisionRow.status).in_(CURRENT_STATUSES), func.cardinality(RevisionRow.pilot_districts) > 0)
    )
    if partner_id:
        query = query.where(OfferingRow.partner_id == partner_id)
    return [
        OfferingAggregate(offering, revision)
        for offering, revision in await session.execute(part.of(query, col(OfferingRow.id), descending=True))
    ]
