"""On which of the four levels of data active partners take part, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# The newest certificate of an aspect counts, as everywhere; who has been struck off, or is lapsed, is on no level.
LEVELS = text(
    """
    WITH newest AS (
        SELECT DISTINCT ON (partner_id, aspect) partner_id, aspect,
            expires_at > :now AND revoked_at IS NULL AND (NOT needs_cosignature OR cosigned_at IS NOT NULL) AS in_force
        FROM certificate WHERE aspect IN ('security', 'service') ORDER BY partner_id, aspect, version DESC
    ), keyed AS (
        SELECT DISTINCT partner_id FROM api_key WHERE revoked_at IS NULL AND expires_at > :now
    )
    SELECT partner.id, partner.kind, partner.districts,
        partner.kind = ANY(CAST(:collecting AS text[])) AS collects,
        EXISTS (SELECT FROM keyed WHERE keyed.partner_id = partner.id) AS connected,
        EXISTS (SELECT FROM newest WHERE newest.partner_id = partner.id AND aspect = 'security' AND in_force) AS uses,
        EXISTS (SELECT FROM newest WHERE newest.partner_id = partner.id AND aspect = 'service' AND in_force) AS serves
    FROM partner
    WHERE status = 'active' AND struck_off_at IS NULL AND certified_until > :now
    ORDER BY partner.id
    """
)
# The kinds of partners where data comes from: they treat, test or measure.
COLLECTING = ("hospital", "clinic", "community_health_centre", "laboratory", "device_maker")


@dataclass(frozen=True, slots=True)
class Levels:
    """An active partner, and on which levels it is."""

    partner_id: UUID
    kind: str
    districts: Sequence[str]
    collects: bool
    connected: bool
    uses: bool
    serves: bool


async def of_active_partners(session: AsyncSession, now: datetime) -> Sequence[Levels]:
    rows = await session.execute(LEVELS, {"now": now, "collecting": list(COLLECTING)})
    return [Levels(*row) for row in rows]
