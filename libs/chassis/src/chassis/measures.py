"""What every process measures of itself. Names stand here once; dashboards and alerts are held against them.

Measures leave over OTLP, beside traces, where a collector is named; a Prometheus behind it sees a histogram `x` as
`x_bucket`, `x_sum` and `x_count`, and a counter `x` as `x_total`, with the service's name as `job`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0]

meter = metrics.get_meter("yima")
requests = meter.create_histogram(
    "yima_request_seconds",
    description="How long a request took, by method and status.",
    explicit_bucket_boundaries_advisory=SECONDS,
)
handled = meter.create_counter("yima_events_handled", description="Events whose effect is committed, by durable.")
failed = meter.create_counter("yima_events_failed", description="Deliveries that failed and come again, by durable.")
lost = meter.create_counter(
    "yima_events_lost", description="Events the bus had acknowledged, lost, and was sent again."
)
from_future = meter.create_counter(
    "yima_events_from_future", description="Events later than their hearer's clock: two databases' clocks differ."
)
buried = meter.create_counter("yima_events_buried", description="Events put among the dead letters, by durable.")


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a durable of this process is behind. The seconds are zero where nothing waits."""

    events: int
    silent_seconds: float  # since it heard anything, or could be looked at
    oldest_seconds: float  # since the oldest event came that has not had its effect, put off ones included


_lags: dict[str, Lag] = {}


def behind(durable: str, events: int, silent_seconds: float, oldest_seconds: float) -> None:
    """Note how far a durable is behind."""
    _lags[durable] = Lag(events, silent_seconds, oldest_seconds)


def _lag(read: Callable[[Lag], float]) -> Callable[[CallbackOptions], Iterable[Observation]]:
    return lambda _options: [Observation(read(lag), {"durable": durable}) for durable, lag in _lags.items()]


meter.create_observable_gauge(
    "yima_events_behind", [_lag(lambda lag: lag.events)], description="Events that wait for a durable."
)
meter.create_observable_gauge(
    "yima_events_silent_seconds",
    [_lag(lambda lag: lag.silent_seconds)],
    description="How long a durable for which events wait, or that cannot be looked at, has heard none.",
)
meter.create_observable_gauge(
    "yima_events_oldest_seconds",
    [_lag(lambda lag: lag.oldest_seconds)],
    description="How long, at most, the oldest event has waited for a durable that it has not handled.",
)
_failing: dict[str, float] = {}


def worker(name: str, failing_seconds: float) -> None:
    """Note for how long a worker's steps have failed, one after the other; zero where its last one did not."""
    _failing[name] = failing_seconds


meter.create_observable_gauge(
    "yima_worker_failing_seconds",
    [lambda _options: [Observation(seconds, {"worker": name}) for name, seconds in _failing.items()]],
    description="How long every step of a worker has failed; 0 where it works.",
)
_outbox: dict[str, float] = {}


def outbox(unsent: int, oldest_seconds: float) -> None:
    """Note what waits in the outbox of this process's service; only the relay that works says so."""
    _outbox["unsent"], _outbox["oldest"] = unsent, oldest_seconds


def _unsent(_options: CallbackOptions) -> Iterable[Observation]:
    return [Observation(_outbox["unsent"])] if _outbox else []


def _oldest(_options: CallbackOptions) -> Iterable[Observation]:
    return [Observation(_outbox["oldest"])] if _outbox else []


meter.create_observable_gauge("yima_outbox_unsent", [_unsent], description="Events that wait to be sent.")
meter.create_observable_gauge(
    "yima_outbox_oldest_seconds", [_oldest], description="How long the oldest of them has waited."
)
