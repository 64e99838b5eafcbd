"""What records measures: rows that no page can show."""

from collections.abc import Iterable

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

meter = metrics.get_meter("yima")
_unreadable: dict[str, int] = {}


def unreadable(rows: int) -> None:
    """Note how many rows cannot be read back. Every replica notes the same."""
    _unreadable["rows"] = rows


def _counted(_options: CallbackOptions) -> Iterable[Observation]:
    return [Observation(rows) for rows in _unreadable.values()]


meter.create_observable_gauge(
    "yima_records_unreadable", [_counted], description="Records whose moment cannot be read back: no page shows them."
)
