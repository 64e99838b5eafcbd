"""How far a consent reaches: of when, and what of what is apart unless it is named."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chassis import moments
from chassis.refusals import Invalid

CATEGORIES_MAX = 20
HISTORY_DAYS_MAX = 36_500


@dataclass(frozen=True, slots=True)
class Reach:
    """What of its information types a consent covers: what is dated from a moment until before another, and of what is
    apart these categories alone."""

    sensitive_categories: frozenset[str] = frozenset()
    data_from: datetime | None = None  # None: however old
    data_until: datetime | None = None  # None: up to now


def check_categories(named: Sequence[str], known: Collection[str]) -> frozenset[str]:
    """Categories of the city's that are apart unless they are named."""
    if len(named) > CATEGORIES_MAX:
        raise Invalid("sensitive_categories", f"name at most {CATEGORIES_MAX} of them")
    for index, category in enumerate(named):
        if category not in known:
            raise Invalid(f"sensitive_categories[{index}]", f"must be one of {', '.join(sorted(known))}")
    return frozenset(named)


def check_reach(named: Sequence[str], data_from: str, data_until: str, known: Collection[str], zone: ZoneInfo) -> Reach:
    """The reach that a person names: categories, and days of the city's calendar, both of them included."""
    start = moments.start_of(moments.parse_day(data_from, "data_from"), zone) if data_from else None
    last = moments.parse_day(data_until, "data_until") if data_until else None
    end = moments.start_of(last + timedelta(days=1), zone) if last else None
    if start is not None and end is not None and start >= end:
        raise Invalid("data_until", "must not lie before data_from")
    return Reach(check_categories(named, known), start, end)


def check_history_days(days: int) -> int:
    if not 0 <= days <= HISTORY_DAYS_MAX:
        raise Invalid("history_days", f"must be between 0 and {HISTORY_DAYS_MAX}; 0 for however old")
    return days
