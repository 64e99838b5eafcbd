"""Slots: times at which so many residents are served, one by one or by a weekly pattern."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis.refusals import Invalid, Refusal

SLOTS_MAX = 500
EXAMPLES_MAX = 5
SLOT_AHEAD_MAX = timedelta(days=2 * 366)
CLOCK_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
CAPACITY_MAX = 1_000
SLOT_LENGTH_MAX = timedelta(hours=24)
WEEKLY_DAYS_MAX = 366
TIMES_A_DAY_MAX = 48


class SlotsOverlap(Refusal):
    code = "slots-overlap"
    title = "The offering has a slot at that time."


@dataclass(frozen=True, slots=True)
class SlotTime:
    """A slot as it is handed in, half open."""

    start: datetime
    end: datetime
    capacity: int
    site_id: UUID | None = None
    calendars: tuple[str, ...] = ()  # their codes

    def describe(self, zone: ZoneInfo) -> str:
        """Its day and times by the zone's clock."""
        start, end = self.start.astimezone(zone), self.end.astimezone(zone)
        until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
        return f"{start:%Y-%m-%d %H:%M} to {until}"


class SkipReason(StrEnum):
    """Why a weekly pattern makes no slot at a time it names."""

    PAST = "past"
    NO_SUCH_TIME = "no_such_time"


@dataclass(frozen=True, slots=True)
class SkippedSlot:
    """A time of a weekly pattern that no slot is made for."""

    day: date
    at: time
    reason: SkipReason

    def describe(self) -> str:
        why = "is past" if self.reason == SkipReason.PAST else "does not exist: the clock skips it that day"
        return f"{self.day} {self.at:%H:%M} {why}"


@dataclass(frozen=True, slots=True)
class Session:
    """A day and time of a weekly pattern, and when that is: `start` is None where the clock skips it that day."""

    day: date
    at: time
    start: datetime | None


def weekly(
    first: date, last: date, weekdays: Sequence[int], times: Sequence[time], zone: ZoneInfo
) -> Iterator[Session]:
    """The sessions at these times of the zone's clock on these weekdays, in order. Where the clock shows a time twice,
    the first counts."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day.isoweekday() not in weekdays:
            continue
        for at in sorted(times):
            start = datetime.combine(day, at, zone).astimezone(UTC)
            exists = start.astimezone(zone).replace(tzinfo=None) == datetime.combine(day, at)
            yield Session(day, at, start if exists else None)


def coming_slots(
    sessions: Sequence[Session],
    length: timedelta,
    capacity: int,
    now: datetime,
    site_id: UUID | None = None,
    calendars: tuple[str, ...] = (),
) -> tuple[list[SlotTime], list[SkippedSlot]]:
    """The slots of these sessions, each `length` of elapsed time, and the sessions that can have none."""
    slots: list[SlotTime] = []
    skipped: list[SkippedSlot] = []
    for session in sessions:
        if session.start is None:
            skipped.append(SkippedSlot(session.day, session.at, SkipReason.NO_SUCH_TIME))
        elif session.start <= now:
            skipped.append(SkippedSlot(session.day, session.at, SkipReason.PAST))
        else:
            slots.append(SlotTime(session.start, session.start + length, capacity, site_id, calendars))
    return slots, skipped


def parse_clock_time(text: str, field: str) -> time:
    if not CLOCK_TIME.fullmatch(text):
        raise Invalid(field, "must be a time of the city's clock, to the minute, like 08:30")
    return time.fromisoformat(text)


def check_slots(slots: Sequence[SlotTime], zone: ZoneInfo, now: datetime, field: str) -> None:
    """Refuse slots that are past, too long, empty or overlapping; `field` is the field they come from."""
    if not 1 <= len(slots) <= SLOTS_MAX:
        raise Invalid("slots", f"must have 1 to {SLOTS_MAX} slots")
    for index, slot in enumerate(slots):
        if slot.start <= now:
            raise Invalid(f"slots[{index}].interval.start", "must lie in the future")
        if slot.start > now + SLOT_AHEAD_MAX:
            raise Invalid(f"slots[{index}].interval.start", f"must lie within {SLOT_AHEAD_MAX.days} days from now")
        if not slot.start < slot.end <= slot.start + SLOT_LENGTH_MAX:
            raise Invalid(f"slots[{index}].interval.end", "must lie after the start, within 24 hours")
        if not 1 <= slot.capacity <= CAPACITY_MAX:
            raise Invalid(f"slots[{index}].capacity", f"must be between 1 and {CAPACITY_MAX}")
    taken: dict[UUID | str | None, list[SlotTime]] = {}
    for slot in slots:
        for what in slot.calendars or (slot.site_id,):
            taken.setdefault(what, []).append(slot)
    for what, times in taken.items():
        for earlier, later in pairwise(sorted(times, key=lambda slot: slot.start)):
            if later.start < earlier.end:
                of_calendar = f" in the calendar {what!r}" if isinstance(what, str) else ""
                raise SlotsOverlap(
                    f"two of these overlap{of_calendar}: {earlier.describe(zone)}, and {later.describe(zone)};"
                    " leave one out",
                    field,
                )
