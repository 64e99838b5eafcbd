"""What settlement measures of the ledger: what its last check found, and how old check, seal and sweep are."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

meter = metrics.get_meter("yima")
_violations: dict[str, int] = {}
_moments: dict[str, datetime] = {}


def ledger_was(violations: Mapping[str, int], **moments: datetime | None) -> None:
    """Note what the last check of the ledger found, by invariant, and when it was checked, sealed and swept."""
    _violations.clear()
    _violations.update(violations)
    _moments.update({name: at for name, at in moments.items() if at is not None})


def _broken(_options: CallbackOptions) -> Iterable[Observation]:
    return [Observation(count, {"invariant": name}) for name, count in _violations.items()]


def ages(_options: CallbackOptions | None) -> Iterable[Observation]:
    now = datetime.now(UTC)
    return [Observation((now - at).total_seconds(), {"what": what}) for what, at in _moments.items()]


meter.create_observable_gauge(
    "yima_ledger_violations", [_broken], description="Where the ledger's last check found an invariant broken."
)
meter.create_observable_gauge(
    "yima_ledger_age_seconds",
    [ages],
    description="How long ago the ledger was checked, sealed, and swept by a run of payouts.",
)
