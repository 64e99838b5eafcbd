"""How a partner is paid: when, how much is kept back, by whom it is carried."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

ALL = 10_000  # basis points


class Rail(StrEnum):
    """Who carries the money: the payment provider, or the operator's bank by file."""

    PROVIDER = "provider"
    BANK = "bank"


class Schedule(StrEnum):
    """When a partner is paid: with every sweep, or on a day of the week or month."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


DAYS = {Schedule.DAILY: (0, 0), Schedule.WEEKLY: (1, 7), Schedule.MONTHLY: (1, 28)}  # ISO weekday, day of the month


@dataclass(frozen=True, slots=True)
class Terms:
    """How a partner is paid. Days count from the capture (hold) and from the payout (reserve)."""

    hold_days: int = 0
    minimum_minor: int = 0
    reserve_basis_points: int = 0
    reserve_days: int = 0
    frozen: str = ""
    rail: Rail = Rail.PROVIDER
    schedule: Schedule = Schedule.DAILY
    schedule_day: int = 0


def last_day(terms: Terms, today: date) -> date:
    """The last day, today at the latest, on which the partner was to be paid."""
    match terms.schedule:
        case Schedule.DAILY:
            return today
        case Schedule.WEEKLY:
            return today - timedelta(days=(today.isoweekday() - terms.schedule_day) % 7)
        case Schedule.MONTHLY:
            month = today if today.day >= terms.schedule_day else today.replace(day=1) - timedelta(days=1)
            return month.replace(day=terms.schedule_day)


def next_day(terms: Terms, after: date) -> date:
    """The first day after `after` on which the partner is to be paid."""
    return next(day for day in (after + timedelta(days=count) for count in range(1, 32)) if last_day(terms, day) == day)


def is_due(terms: Terms, today: date, swept_on: date | None) -> bool:
    """Is the partner to be paid by a sweep today, the one before having been on `swept_on`?

    A day that no sweep ran on is made up for by the next one.
    """
    return terms.schedule == Schedule.DAILY or swept_on is None or swept_on < last_day(terms, today)


def loosened(before: Terms, after: Terms) -> list[str]:
    """Which of a partner's terms let its money go sooner or with less kept back than before."""
    return [
        name
        for name, looser in (
            ("hold_days", after.hold_days < before.hold_days),
            ("reserve_basis_points", after.reserve_basis_points < before.reserve_basis_points),
            ("reserve_days", after.reserve_days < before.reserve_days),
            ("frozen", bool(before.frozen) and not after.frozen),
        )
        if looser
    ]
