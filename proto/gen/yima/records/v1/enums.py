"""Generated from the contract; do not edit."""

from enum import IntEnum


class ErrorReportStatus(IntEnum):
    """Where a report stands."""

    OPEN = 1
    CORRECTED = 2
    CONFIRMED = 3
    WITHDRAWN = 4
