"""The database's time: what happens in one order is dated by one clock."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

CLOCK = text("SELECT clock_timestamp()")


async def database_now(session: AsyncSession) -> datetime:
    now: datetime = (await session.execute(CLOCK)).scalar_one()
    return now
