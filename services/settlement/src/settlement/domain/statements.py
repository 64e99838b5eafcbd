"""What a partner says to its statement, and until when."""

from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from chassis.refusals import Refusal

ANSWER_WITHIN = timedelta(days=14)


class Answer(StrEnum):
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


class LedgerDiffers(Exception):  # noqa: N818 a fact, and a fault of ours
    """A statement's closing balance is not the ledger's."""


def month_began(now: datetime, zone: tzinfo) -> datetime:
    """When this month began in the city."""
    local = now.astimezone(zone)
    return local.replace(day=1, hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def stands(answer: str, deadline_at: datetime, now: datetime) -> Answer:
    """Where a statement stands now, given the answer that was given."""
    if not answer:
        return Answer.DEEMED_CONFIRMED if now >= deadline_at else Answer.ISSUED
    return Answer(answer)


def check_answer(answer: str, deadline_at: datetime, now: datetime) -> None:
    """Refuse an answer that is the second or too late."""
    match stands(answer, deadline_at, now):
        case Answer.ISSUED:
            return
        case Answer.DEEMED_CONFIRMED:
            raise DeadlinePassed(f"the deadline was {deadline_at:%Y-%m-%d %H:%M} UTC", "statement_id")
        case stood:
            raise StatementAnswered(f"it was {stood.replace('_', ' ')}", "statement_id")
