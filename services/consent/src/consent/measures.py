"""What consent measures of erasures: how late partners are with them, and how late we announce them."""

from collections.abc import Iterable
from datetime import datetime

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

from consent.store.erasures import OpenErasures

meter = metrics.get_meter("yima")
_open: dict[str, int] = {}
_unannounced: dict[str, float] = {}


def set_open_erasures(erasures: OpenErasures, now: datetime) -> None:
    """Set how many erasures are not attested. Every replica sets the same."""
    _open.update({"due": erasures.due, "overdue": erasures.overdue, "long-overdue": erasures.long_overdue})
    since = erasures.unannounced_since
    _unannounced["seconds"] = (now - since).total_seconds() if since else 0.0


def _observe_open(_options: CallbackOptions) -> Iterable[Observation]:
    return [Observation(count, {"late": late}) for late, count in _open.items()]


def _observe_unannounced(_options: CallbackOptions) -> Iterable[Observation]:
    return [Observation(seconds) for seconds in _unannounced.values()]


meter.create_observable_gauge(
    "yima_erasures_open", [_observe_open], description="Erasures that are due and not attested, by how late they are."
)
meter.create_observable_gauge(
    "yima_erasures_untold_seconds",
    [_observe_unannounced],
    description="How long ago the oldest fell due that is not announced.",
)
