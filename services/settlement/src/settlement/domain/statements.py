"""What a partner says to its statement, and until when."""

from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from chassis.refusals import Invalid, Refusal

ANSWER_WITHIN = timedelta(days=14)


class StatementStatus(StrEnum):
    """Where a statement stands. Whether it is deemed confirmed is decided by the clock when somebody asks."""

    ISSUED = "issued"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    RESOLVED = "resolved"
    DEEMED_CONFIRMED = "deemed_confirmed"


class StatementAnswered(Refusal):
    code = "statement-answered"
    title = "The statement has been answered."


class DeadlinePassed(Refusal):
    code = "deadline-passed"
    title = "The statement was not disputed in time, and is deemed confirmed."


class NotDisputed(Refusal):
    code = "not-disputed"
    title = "Nobody disputes this statement."


class PeriodClosed(Refusal):
    code = "period-closed"
    title = "A statement was issued until then already."


class LedgerDiffers(Exception):
    """A statement's closing balance is not the ledger's."""


def month_began(now: datetime, zone: tzinfo) -> datetime:
    """When this month began in the city."""
    local = now.astimezone(zone)
    return local.replace(day=1, hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def check_end(finish: datetime, known_since: datetime | None, zone: tzinfo, now: datetime) -> None:
    """Refuse a period that is not over, or that ended before there was anything to state: the partner's contract."""
    if finish > now:
        raise Invalid("period_end", "must not lie in the future: issue it up to now, or wait until the period is over")
    if known_since is not None and finish <= known_since:
        signed = f"{known_since.astimezone(zone):%Y-%m-%d %H:%M}"
        raise Invalid("period_end", f"must lie after the partner signed its contract, at {signed} in the city")


def stands(answer: str, deadline_at: datetime, now: datetime) -> StatementStatus:
    """Where a statement stands now, given the answer that was given."""
    if not answer:
        return StatementStatus.DEEMED_CONFIRMED if now >= deadline_at else StatementStatus.ISSUED
    return StatementStatus(answer)


def check_answer(answer: str, deadline_at: datetime, now: datetime) -> None:
    """Refuse an answer that is the second or too late."""
    match stands(answer, deadline_at, now):
        case StatementStatus.ISSUED:
            return
        case StatementStatus.DEEMED_CONFIRMED:
            raise DeadlinePassed(f"the deadline was {deadline_at:%Y-%m-%d %H:%M} UTC", "statement_id")
        case stood:
            raise StatementAnswered(f"it was {stood.replace('_', ' ')}", "statement_id")
