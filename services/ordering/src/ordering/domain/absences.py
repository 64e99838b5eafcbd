"""That a resident did not come to their session: when a partner may state it, and what it costs."""

from collections.abc import Sequence
from datetime import datetime

from chassis.refusals import Refusal

from ordering.domain.entitlements import CancellationRule, fees
from ordering.domain.process import Deadlines

ABSENT = "the partner says that you did not come"


class AbsenceNotTaken(Refusal):
    code = "absence-not-taken"
    title = "That somebody did not come is not stated of this order."


class AbsenceTooEarly(Refusal):
    code = "absence-too-early"
    title = "The resident may still come."


class AbsenceTooLate(Refusal):
    code = "absence-too-late"
    title = "The time to state that somebody did not come is over."


class SessionBegun(Refusal):
    code = "session-begun"
    title = "The session has begun, and the partner may still say whether its resident came."


def check_time(starts_at: datetime, deadlines: Deadlines, now: datetime) -> None:
    """Refuse a statement before the grace after the session's start is over, or after the time to make it."""
    since, until = statable(starts_at, deadlines)
    if now < since:
        raise AbsenceTooEarly(f"state it from {since:%Y-%m-%d %H:%M} UTC on")
    if now >= until:
        raise AbsenceTooLate(f"it was over at {until:%Y-%m-%d %H:%M} UTC")


def statable(starts_at: datetime, deadlines: Deadlines) -> tuple[datetime, datetime]:
    """From when on, and until before when, it may be stated that nobody came to a session."""
    since = starts_at + deadlines.grace
    return since, since + deadlines.absence


def fee(total_minor: int, rules: Sequence[CancellationRule], starts_at: datetime) -> int:
    """What not coming costs: what cancelling did in the last moment before the session."""
    return fees([total_minor], rules, [starts_at], starts_at)
