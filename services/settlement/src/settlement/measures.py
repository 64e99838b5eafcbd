"""What settlement measures of the ledger: what its last check found, and how old check and seal are."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

meter = metrics.get_meter("yima")
_violations: dict[str, int] = {}
_moments: dict[str, datetime] = {}


def ledger_was(checked_at: datetime | None, violations: Mapping[str, int], sealed_at: datetime | None) -> None:
    """Note what the last check of the ledger found, by invariant, and when it was checked and sealed."""
    _violations.clear()
    _violations.update(violations)
    _moments.update({name: at for name, at in (("checked", checked_at), ("sealed", sealed_at)) if at is not None})


def _broken(_options: CallbackOptions) -> Iterable[Observation]:
    return [Observation(count, {"invariant": name}) for name, count in _violations.items()]


def _age(_options: CallbackOptions) -> Iterable[Observation]:
    now = datetime.now(UTC)
    return [Observation((now - at).total_seconds(), {"what": what}) for what, at in _moments.items()]


meter.create_observable_gauge(
    "yima_ledger_violations", [_broken], description="Where the ledger's last check found an invariant broken."
)
meter.create_observable_gauge(
    "yima_ledger_age_seconds", [_age], description="How long ago the ledger was checked, and sealed."
)
