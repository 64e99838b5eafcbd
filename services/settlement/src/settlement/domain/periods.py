"""Accounting periods: months by the city's clock, closed one after the other. What comes late counts in the next."""

import re
from datetime import datetime, timedelta, tzinfo

from chassis.refusals import Invalid, Refusal

MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


class PeriodNotOver(Refusal):
    code = "period-not-over"
    title = "The period has not ended."


class PeriodOutOfTurn(Refusal):
    code = "period-out-of-turn"
    title = "Periods are closed in their order, each once."


def month_start(month: str, zone: tzinfo, field: str = "month") -> datetime:
    """When a month like "2026-10" begins in the city."""
    found = MONTH.fullmatch(month)
    if found is None:
        raise Invalid(field, 'must be a month like "2026-10"')
    return datetime(int(found[1]), int(found[2]), 1, tzinfo=zone)


def next_month(start: datetime) -> datetime:
    """When the month after the one that begins at `start` begins."""
    return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)


def check_turn(starts_at: datetime, ends_at: datetime, closed_until: datetime | None, now: datetime) -> None:
    """Refuse to close a month that is not over, or not the next one after those closed; the first may be any."""
    if ends_at > now:
        raise PeriodNotOver(f"it ends at {ends_at.isoformat()}", "month")
    if closed_until is not None and closed_until != starts_at:
        due = closed_until.astimezone(starts_at.tzinfo)
        raise PeriodOutOfTurn(f"the next month to close is {due:%Y-%m}", "month")


def check_first(ends_at: datetime, first_entered: datetime | None, now: datetime) -> None:
    """Refuse to close as the first a month before anything was entered: each one since would have to be closed, too.

    The last month that is over may be closed with nothing in it.
    """
    first = first_entered or now
    if first < ends_at or next_month(ends_at) > now:
        return
    earliest = min(first.astimezone(ends_at.tzinfo), now.astimezone(ends_at.tzinfo).replace(day=1) - timedelta(days=1))
    raise PeriodOutOfTurn(f"nothing was entered before it ended; begin with {earliest:%Y-%m}", "month")
