"""What the city's pack said when a process last started."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from consent.tables import PackRow

FIRST = text("INSERT INTO city_pack (id, parts, noted_at) VALUES (1, '{}', :now) ON CONFLICT DO NOTHING")


async def replace(session: AsyncSession, parts: Mapping[str, str], now: datetime) -> Mapping[str, str]:
    """Keep what the pack says now; returns what it said before. Processes that start at once wait for one another."""
    await session.execute(FIRST, {"now": now})
    row = await session.get_one(PackRow, 1, with_for_update=True)
    before = row.parts
    if before != parts:
        row.parts, row.noted_at = dict(parts), now
    return before
