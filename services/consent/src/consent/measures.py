"""What consent measures: how many erasures are due, overdue and long overdue. Every replica says the same."""

from collections.abc import Iterable

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

from consent.store import OpenErasures

_open: dict[str, int] = {}


def erasures_were(found: OpenErasures) -> None:
    """Note how many erasures are due and not attested, by how late they are."""
    _open.update({"due": found.due, "overdue": found.overdue, "long-overdue": found.long_overdue})


def _counted(_options: CallbackOptions) -> Iterable[Observation]:
    return [Observation(count, {"late": late}) for late, count in _open.items()]


metrics.get_meter("yima").create_observable_gauge(
    "yima_erasures_open", [_counted], description="Erasures that partners have not attested, by how late they are."
)
