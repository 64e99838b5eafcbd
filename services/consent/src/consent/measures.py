"""What consent measures of erasures: how late partners are with them, and how late we are to tell them."""

from collections.abc import Iterable
from datetime import datetime

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

from consent.store import OpenErasures

meter = metrics.get_meter("yima")
_open: dict[str, int] = {}
_untold: dict[str, float] = {}


def erasures_were(found: OpenErasures, now: datetime) -> None:
    """Note which erasures are not attested. Every replica notes the same."""
    _open.update({"due": found.due, "overdue": found.overdue, "long-overdue": found.long_overdue})
    _untold["seconds"] = (now - found.untold_since).total_seconds() if found.untold_since else 0.0


def _counted(_options: CallbackOptions) -> Iterable[Observation]:
    return [Observation(count, {"late": late}) for late, count in _open.items()]


def _waited(_options: CallbackOptions) -> Iterable[Observation]:
    return [Observation(seconds) for seconds in _untold.values()]


meter.create_observable_gauge(
    "yima_erasures_open", [_counted], description="Erasures that are due and not attested, by how late they are."
)
meter.create_observable_gauge(
    "yima_erasures_untold_seconds", [_waited], description="How long ago the oldest fell due that nobody was told of."
)
