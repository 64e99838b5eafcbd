"""Counting uses of data by month, each month once it is over."""

from datetime import datetime, tzinfo

from chassis import counted_months, moments
from chassis.database import Database
from yima.consent.v1.api_pb2 import AccessLogEntry

from consent.domain.indicators import Counted, count
from consent.store import indicators as store
from consent.tables import DataUseMonthRow

READ_AT_ONCE = 2_000  # entries


async def count_next_month(database: Database, zone: tzinfo, now: datetime) -> bool:
    """Count the first month that is over and not counted; False where there is none, or its log is not whole yet.

    What is read does not change any more, so it is read a part at a time, and kept in the end.
    """
    async with database.transaction() as session:
        month = await counted_months.uncounted(session, zone, now)
        if month is None:
            return False
        start, until = moments.month_bounds(month, zone)
        if await store.some_wait(session, until):
            return False
        places = await store.places(session, start, until)
    counted: Counted = {}
    first, last = places or (1, 0)
    while first <= last:
        async with database.transaction() as session:
            entries = await store.readings(session, first, last, start, until, READ_AT_ONCE)
        for _, content in entries:
            entry = AccessLogEntry.FromString(content)
            if entry.permitted:
                count(counted, entry.resident_id, entry.purpose, entry.information_types)
        first = entries[-1][0] + 1 if len(entries) == READ_AT_ONCE else last + 1
    rows = [
        DataUseMonthRow(
            month=month,
            purpose=purpose,
            information_type=information_type,
            uses=uses.times if uses.may_be_said else None,
            residents=len(uses.residents) if uses.may_be_said else None,
        )
        for (purpose, information_type), uses in sorted(counted.items())
    ]
    async with database.transaction() as session:
        return await store.add_month(session, month, rows, now)
