"""Periods that follow one another: each is an order of its own, which begins where the one before ended."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from uuid import UUID

from chassis.refusals import Refusal

from ordering.domain.process import OrderStatus


class SeriesEnd(StrEnum):
    """Why no further period follows."""

    STOPPED = "stopped"
    UNPAID = "unpaid"
    NOT_ACCEPTED = "not_accepted"
    CALLED_OFF = "called_off"
    COMPLETE = "complete"
    WITHDRAWN = "withdrawn"
    STANDING = "standing"
    NOT_ELIGIBLE = "not_eligible"


ENDED = "series-ended"  # why a next period is cancelled that nobody paid
NOT_ELIGIBLE = "not-eligible-any-more"


class PeriodNotBegun(Refusal):
    code = "period-not-begun"
    title = "The period that was paid for has not begun."


@dataclass(frozen=True, slots=True)
class Following:
    """Which period of a series an order is, when it begins, until when it waits to be paid, and in what its terms
    differ from those of the one before."""

    series_id: UUID
    period: int
    starts_at: datetime
    deadline: datetime
    changes: tuple[str, ...] = ()


def period_end(start: datetime, period_days: int, anchor_day: int, zone: tzinfo) -> datetime:
    """When a period ends that starts then: after so many days, or (0) after a month, by the city's clock. Months keep
    to the day of the month on which the first began, as far as they have it: 31 January, 28 February, 31 March."""
    local = start.astimezone(zone)
    if period_days:
        return (local + timedelta(days=period_days)).astimezone(start.tzinfo)
    year, month = (local.year, local.month + 1) if local.month < 12 else (local.year + 1, 1)
    kept = local.day == min(anchor_day, monthrange(local.year, local.month)[1])
    day = min(anchor_day if kept else local.day, monthrange(year, month)[1])
    return local.replace(year=year, month=month, day=day).astimezone(start.tzinfo)


def prepare_at(start: datetime, end: datetime, ahead: timedelta) -> datetime:
    """From when on the period after this one is prepared: so long before, though not in its first half."""
    return end - min(ahead, (end - start) / 2)


def end_of(status: str, *, confirmed: bool, accepted: bool, reason: str = "") -> SeriesEnd | None:
    """Why a series ends with an order of its that was called off so; None: it goes on. A period that passed and was
    not used ends nothing."""
    if reason == NOT_ELIGIBLE:
        return SeriesEnd.NOT_ELIGIBLE
    if status == OrderStatus.CANCELLED:
        return SeriesEnd.CALLED_OFF
    if status == OrderStatus.REFUSED:
        return SeriesEnd.NOT_ACCEPTED
    if status == OrderStatus.EXPIRED and not accepted:
        return SeriesEnd.NOT_ACCEPTED if confirmed else SeriesEnd.UNPAID
    return None
