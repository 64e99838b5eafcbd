"""Moments that strangers send: such as can be stored, read back and shown in every time zone.

PostgreSQL keeps years 4713 BC to 294276, Python 1 to 9999, a protobuf Timestamp 1 to 9999, each before or after a time
zone moved it over the edge. What this service has to do with lies between 1900 and 2200; nothing else is taken in. What
a moment is for says more: a slot is to come, a certificate ends, a measurement was taken in somebody's life.
"""

import re
from datetime import UTC, date, datetime, time, tzinfo

from google.protobuf.timestamp_pb2 import Timestamp

from chassis.refusals import Invalid

FIRST = datetime(1900, 1, 1, tzinfo=UTC)
LAST = datetime(2200, 1, 1, tzinfo=UTC)
FIRST_SECONDS = int(FIRST.timestamp())
LAST_SECONDS = int(LAST.timestamp())
OUT_OF_RANGE = f"must lie between {FIRST.year} and {LAST.year}"
WITH_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


def check(stamp: Timestamp, field: str) -> None:
    """Refuse a message's moment that could not be read back."""
    if not FIRST_SECONDS <= stamp.seconds < LAST_SECONDS:
        raise Invalid(field, OUT_OF_RANGE)
    if not 0 <= stamp.nanos < 10**9:
        raise Invalid(field, "must have 0 to 999,999,999 nanoseconds")


def within(at: datetime, field: str) -> datetime:
    """The moment in UTC, if it is one that could be read back."""
    try:
        utc = at.astimezone(UTC)
    except OverflowError:
        raise Invalid(field, OUT_OF_RANGE) from None
    if not FIRST <= utc < LAST:
        raise Invalid(field, OUT_OF_RANGE)
    return utc


def parse(text: str, field: str) -> datetime:
    """A date and time with its offset from UTC (RFC 3339), e.g. "2026-05-01T08:30:00+08:00", in UTC.

    What is finer than a microsecond is left off, as the database would."""
    if not WITH_TIME.fullmatch(text):
        raise Invalid(field, 'must be a date and time with its offset, like "2026-05-01T08:30:00+08:00"')
    try:
        parsed = datetime.fromisoformat(re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", text.upper()))
    except ValueError:
        raise Invalid(field, "is not a moment of any calendar day") from None
    return within(parsed, field)


def parse_day(text: str, field: str) -> date:
    """A calendar day, e.g. "2026-05-01"."""
    if not DAY.fullmatch(text):
        raise Invalid(field, 'must be a date like "2026-05-01"')
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Invalid(field, "is not a day of the calendar") from None
    if not FIRST.year <= day.year < LAST.year:
        raise Invalid(field, OUT_OF_RANGE)
    return day


def start_of(day: date, zone: tzinfo) -> datetime:
    """When a day begins in a city, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def parse_month(text: str, field: str) -> date:
    """A month, e.g. "2026-11", as its first day."""
    if not MONTH.fullmatch(text):
        raise Invalid(field, "must be a month such as 2026-11")
    return date.fromisoformat(f"{text}-01")


def month_of(moment: datetime, zone: tzinfo) -> date:
    """The month of a moment by the clock of a zone, as its first day."""
    return moment.astimezone(zone).date().replace(day=1)


def months_before(month: date, count: int) -> date:
    """The first day of the month that is so many before; below zero, after."""
    index = month.year * 12 + month.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def month_bounds(month: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """From when a month is by the clock of a zone, until before when."""
    return start_of(month, zone), start_of(months_before(month, -1), zone)
