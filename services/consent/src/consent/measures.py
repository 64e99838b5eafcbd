"""What consent measures: how late partners are with erasures and reviews of emergencies, how late we announce."""

from collections.abc import Iterable
from datetime import datetime

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

from consent.store.emergencies import Unreviewed
from consent.store.erasures import OpenErasures

meter = metrics.get_meter("yima")
_open: dict[str, int] = {}
_unannounced: dict[str, float] = {}
_emergencies: dict[str, int] = {}


def set_open_erasures(erasures: OpenErasures, now: datetime) -> None:
    """Set how many erasures are not attested. Every replica sets the same."""
    _open.update({"due": erasures.due, "overdue": erasures.overdue, "long-overdue": erasures.long_overdue})
    since = erasures.unannounced_since
    _unannounced["seconds"] = (now - since).total_seconds() if since else 0.0


def set_emergencies(emergencies: Unreviewed) -> None:
    """Set how many emergencies no institution has reviewed. Every replica sets the same."""
    _emergencies.update({"to-review": emergencies.unreviewed - emergencies.overdue, "overdue": emergencies.overdue})


def _observe_emergencies(_options: CallbackOptions) -> Iterable[Observation]:
    return [Observation(count, {"late": late}) for late, count in _emergencies.items()]


def _observe_open(_options: CallbackOptions) -> Iterable[Observation]:
    return [Observation(count, {"late": late}) for late, count in _open.items()]


def _observe_unannounced(_options: CallbackOptions) -> Iterable[Observation]:
    return [Observation(seconds) for seconds in _unannounced.values()]


meter.create_observable_gauge(
    "yima_erasures_open", [_observe_open], description="Erasures that are due and not attested, by how late they are."
)
meter.create_observable_gauge(
    "yima_emergencies_unreviewed",
    [_observe_emergencies],
    description="Records opened in emergencies that their institutions have not reviewed, by how late they are.",
)
meter.create_observable_gauge(
    "yima_erasures_untold_seconds",
    [_observe_unannounced],
    description="How long ago the oldest fell due that is not announced.",
)
