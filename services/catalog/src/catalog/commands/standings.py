"""What is on sale by where partners stand: restricted with the standing, restored with it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis.database import Database
from chassis.outbox import Cause
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.commands.listings import refresh
from catalog.commands.offerings import announce
from catalog.store import offerings, standings
from catalog.tables import StandingRow

LAPSED_MAX = 100
WITHDRAWN = "the partner may not sell this now, or its pilot has ended"


async def note_standings(
    session: AsyncSession, newest: Mapping[UUID, tuple[StandingRow, Cause]], now: datetime
) -> None:
    """Store partners' standings, and bring what is on sale into line with those that changed."""
    changed = await standings.put_standings(session, [row for row, _ in newest.values()])
    await align(session, changed, now, {partner_id: newest[partner_id][1] for partner_id in changed})


async def align(
    session: AsyncSession, partner_ids: Sequence[UUID], now: datetime, causes: Mapping[UUID, Cause] | None = None
) -> None:
    """Bring what is on sale into line with where its partners stand, and announce what moved."""
    moved = await standings.align(session, partner_ids, now)
    await refresh(session, moved)
    for aggregate in await offerings.aggregates(session, moved):
        cause = (causes or {}).get(aggregate.offering.partner_id)
        announce(session, aggregate, WITHDRAWN, cause)


async def restrict_lapsed(database: Database, now: datetime) -> bool:
    """Take off sale what is not certified now, and pilots that have ended; True where there may be more."""
    async with database.transaction() as session:
        sellers = await standings.lapsed_sellers(session, now, LAPSED_MAX)
        await align(session, sellers, now)
    return len(sellers) == LAPSED_MAX
