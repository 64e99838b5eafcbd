"""Error reports: what a resident says is wrong in their record, and what the institution that sent it answers.

Nothing in a record is changed by a report. The institution sends another version, or says that the resource is right.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from chassis.refusals import Refusal

ANSWER_WITHIN = timedelta(days=30)
OPEN_MAX = 50  # of one resident


class ErrorReportStatus(StrEnum):
    """Where a report stands. The values are those of the contract's `ErrorReportStatus`, in lower case."""

    OPEN = "open"
    CORRECTED = "corrected"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


MOVES: Mapping[ErrorReportStatus, frozenset[ErrorReportStatus]] = MappingProxyType(
    {
        ErrorReportStatus.OPEN: frozenset(
            {ErrorReportStatus.CORRECTED, ErrorReportStatus.CONFIRMED, ErrorReportStatus.WITHDRAWN}
        ),
    }
)


class ErrorReportOpen(Refusal):
    code = "error-report-open"
    title = "Something was said to be wrong in this resource before, and its institution has not answered yet."


class ErrorReportClosed(Refusal):
    code = "error-report-closed"
    title = "The report was answered, or taken back."


class NotCorrected(Refusal):
    code = "not-corrected"
    title = "The resource is the version that was reported; send the corrected one first."


class NobodyToAnswer(Refusal):
    code = "nobody-to-answer"
    title = "No institution sent this, so none answers for it."


class TooManyErrorReports(Refusal):
    code = "too-many-error-reports"
    title = "Many reports wait for answers; more are taken when some are answered."


def answer_by(reported_at: datetime) -> datetime:
    """Until when an institution answers."""
    return reported_at + ANSWER_WITHIN


def check_move(before: str, after: ErrorReportStatus) -> None:
    """Refuse to close a report that is closed."""
    if after not in MOVES.get(ErrorReportStatus(before), frozenset()):
        raise ErrorReportClosed(f"it is {before}")


def check_corrected(reported_version: int, version: int) -> None:
    """Refuse to call a resource corrected that has not changed since it was reported."""
    if version <= reported_version:
        raise NotCorrected("send the corrected version, with the same id, and answer then", "corrected")
