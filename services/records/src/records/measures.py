"""What records measures: rows that no page can show."""

from collections.abc import Iterable

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

meter = metrics.get_meter("yima")
_unreadable: dict[str, int] = {}


def set_unreadable(rows: int) -> None:
    """Set how many rows cannot be read back. Every replica sets the same."""
    _unreadable["rows"] = rows


def _observe(_options: CallbackOptions) -> Iterable[Observation]:
    return [Observation(rows) for rows in _unreadable.values()]


meter.create_observable_gauge(
    "yima_records_unreadable", [_observe], description="Records whose moment cannot be read back: no page shows them."
)
