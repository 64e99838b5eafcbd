"""Connectors: what one says of itself, and how it is now. Nothing of a patient is in it: errors are counts by kind."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from chassis.refusals import Invalid

SILENT_AFTER = timedelta(minutes=5)  # it reports each minute
BEHIND_AFTER = timedelta(hours=1)
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,39}")
KIND = re.compile(r"[a-z][a-z0-9-]{0,63}")
KINDS_MAX = 20
COUNT_MAX = 2**53 - 1
OLDEST_MAX = 10 * 365 * 86_400  # seconds


class ConnectorHealth(IntEnum):
    """How a connector is; the contract's numbers."""

    WELL = 1
    SILENT = 2
    BEHIND = 3


@dataclass(frozen=True, slots=True)
class ConnectorReport:
    """What a connector says of itself. `oldest_waiting`: for how long what waits has waited; None: nothing does."""

    version: str
    waiting_lines: int
    waiting_batches: int
    oldest_waiting: timedelta | None
    last_number: int
    errors: Mapping[str, int]  # how often, by kind


def check_report(
    *,
    version: str,
    waiting_lines: int,
    waiting_batches: int,
    oldest_waiting_seconds: int,
    last_number: int,
    errors: Sequence[tuple[str, int]],
) -> ConnectorReport:
    if not VERSION.fullmatch(version):
        raise Invalid("version", "must be the version of the program, such as 0.1.0")
    counts = {
        "waiting_lines": (waiting_lines, COUNT_MAX),
        "waiting_batches": (waiting_batches, 2**31 - 1),
        "oldest_waiting_seconds": (oldest_waiting_seconds, OLDEST_MAX),
        "last_number": (last_number, COUNT_MAX),
    }
    for name, (value, most) in counts.items():
        if not 0 <= value <= most:
            raise Invalid(name, f"must be between 0 and {most}")
    if len(errors) > KINDS_MAX or len({kind for kind, _ in errors}) < len(errors):
        raise Invalid("errors", f"must be at most {KINDS_MAX} kinds, each once")
    for index, (kind, count) in enumerate(errors):
        if not KIND.fullmatch(kind):
            raise Invalid(f"errors[{index}].kind", "must be a code in small letters, such as not-mapped; no text")
        if not 1 <= count <= COUNT_MAX:
            raise Invalid(f"errors[{index}].count", f"must be between 1 and {COUNT_MAX}")
    waits = bool(waiting_lines or waiting_batches)
    oldest = timedelta(seconds=oldest_waiting_seconds) if waits else None
    return ConnectorReport(version, waiting_lines, waiting_batches, oldest, last_number, dict(errors))


def silent_for(heard_at: datetime, now: datetime) -> timedelta:
    """For how long nothing has been heard of a connector, beyond what is usual; nothing: it is heard of."""
    return max(timedelta(), now - heard_at - SILENT_AFTER)


def health(heard_at: datetime, oldest_waiting_at: datetime | None, now: datetime) -> ConnectorHealth:
    """How a connector is, of which a report or a batch came last at `heard_at`."""
    if silent_for(heard_at, now):
        return ConnectorHealth.SILENT
    behind = oldest_waiting_at is not None and now - oldest_waiting_at > BEHIND_AFTER
    return ConnectorHealth.BEHIND if behind else ConnectorHealth.WELL
