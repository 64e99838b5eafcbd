"""Generated from the contract; do not edit."""

from enum import IntEnum


class ErrorReportStatus(IntEnum):
    """Where a report stands."""

    OPEN = 1
    CORRECTED = 2
    CONFIRMED = 3
    WITHDRAWN = 4


class SystemKind(IntEnum):
    """What kind of system a source is."""

    HIS = 1
    LIS = 2
    PACS = 3
    EMR = 4
    PUBLIC_HEALTH = 5
    PHARMACY = 6
    DEVICES = 7


class SourceStatus(IntEnum):
    """Where a source is between registration and end."""

    PROPOSED = 1
    APPROVED = 2
    REFUSED = 3
    ENDED = 4


class LineResult(IntEnum):
    """What became of a line."""

    CREATED = 1
    UPDATED = 2
    UNCHANGED = 3
    REFUSED = 4
