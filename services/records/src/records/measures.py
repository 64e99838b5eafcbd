"""What records measures: rows that no page can show, and reports that institutions should have answered."""

from collections.abc import Callable, Iterable

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

meter = metrics.get_meter("yima")
_unreadable: dict[str, int] = {}
_overdue: dict[str, int] = {}


def set_unreadable(rows: int) -> None:
    """Set how many rows cannot be read back. Every replica sets the same."""
    _unreadable["rows"] = rows


def set_overdue(error_reports: int) -> None:
    """Set how many error reports should have been answered by now. Every replica sets the same."""
    _overdue["error reports"] = error_reports


def _observing(values: dict[str, int]) -> Callable[[CallbackOptions], Iterable[Observation]]:
    return lambda _options: [Observation(value) for value in values.values()]


meter.create_observable_gauge(
    "yima_records_unreadable",
    [_observing(_unreadable)],
    description="Records whose moment cannot be read back: no page shows them.",
)
meter.create_observable_gauge(
    "yima_error_reports_overdue",
    [_observing(_overdue)],
    description="Error reports that institutions should have answered by now.",
)
