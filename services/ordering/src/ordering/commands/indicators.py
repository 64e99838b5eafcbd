"""Counting months of orders, each once it is over."""

from datetime import datetime, tzinfo

from chassis import counted_months
from chassis.database import Database

from ordering.store import indicators as store


async def count_next_month(database: Database, zone: tzinfo, now: datetime) -> bool:
    """Count the first month that is over and not counted; False where there is none."""
    return await counted_months.count_next(database, zone, now, store.count_month)
