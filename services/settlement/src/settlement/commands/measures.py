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


_cases: dict[str, tuple[int, float]] = {}
_unknown: list[float] = [0.0]
refused_webhooks = meter.create_counter(
    "yima_webhooks_refused", description="Webhooks that were not believed, by the reason."
)


_log_faults = [0]


def access_log_was(faults: int) -> None:
    """Note how many checkpoints of the access log do not go on from those that are kept."""
    _log_faults[0] = faults


def log_faults(_options: CallbackOptions | None) -> Iterable[Observation]:
    return [Observation(_log_faults[0])]


def cases_were(open_by_kind: Iterable[tuple[str, int, float]], unknown_seconds: float) -> None:
    """Note which cases are open, and for how long nobody has known what became of the oldest call."""
    _cases.clear()
    _cases.update({kind: (count, seconds) for kind, count, seconds in open_by_kind})
    _unknown[0] = unknown_seconds


def open_cases(_options: CallbackOptions | None) -> Iterable[Observation]:
    return [Observation(count, {"kind": kind}) for kind, (count, _) in _cases.items()]


def oldest_cases(_options: CallbackOptions | None) -> Iterable[Observation]:
    return [Observation(seconds, {"kind": kind}) for kind, (_, seconds) in _cases.items()]


def unknown(_options: CallbackOptions | None) -> Iterable[Observation]:
    return [Observation(_unknown[0])]


def ages(_options: CallbackOptions | None) -> Iterable[Observation]:
    now = datetime.now(UTC)
    return [Observation((now - at).total_seconds(), {"what": what}) for what, at in _moments.items()]


meter.create_observable_gauge(
    "yima_access_log_faults",
    [log_faults],
    description="Checkpoints of the access log that do not go on from those that are kept.",
)
meter.create_observable_gauge(
    "yima_ledger_violations", [_broken], description="Where the ledger's last check found an invariant broken."
)
meter.create_observable_gauge(
    "yima_ledger_age_seconds",
    [ages],
    description="How long ago the ledger was checked, sealed, and swept by a run of payouts.",
)
meter.create_observable_gauge(
    "yima_money_cases_open", [open_cases], description="Money that a person has to look at, by what is wrong."
)
meter.create_observable_gauge(
    "yima_money_case_oldest_seconds", [oldest_cases], description="For how long the oldest case of a kind is open."
)
meter.create_observable_gauge(
    "yima_provider_unknown_seconds",
    [unknown],
    description="For how long nobody has known what became of the oldest call to the payment provider.",
)
