"""What every process measures of itself. Names stand here once; dashboards and alerts are held against them.

Measures leave over OTLP, beside traces, where a collector is named; a Prometheus behind it sees a histogram `x` as
`x_bucket`, `x_sum` and `x_count`, and a counter `x` as `x_total`, with the service's name as `job`.
"""

import time
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0]

meter = metrics.get_meter("yima")
requests = meter.create_histogram(
    "yima_request_seconds",
    description="How long a request took, by method and status.",
    explicit_bucket_boundaries_advisory=SECONDS,
)
RECENT_SLOTS = 5  # of a minute each, the one that goes on included
SLOT_SECONDS = 60.0
P99 = 0.99


class Recent:
    """How long the requests of the last minutes took, by bucket."""

    def __init__(self) -> None:
        self._slots: deque[tuple[int, list[int]]] = deque(maxlen=RECENT_SLOTS)

    def add(self, seconds: float, now: float) -> None:
        slot = int(now / SLOT_SECONDS)
        if not self._slots or self._slots[-1][0] != slot:
            self._slots.append((slot, [0] * (len(SECONDS) + 1)))
        self._slots[-1][1][bisect_left(SECONDS, seconds)] += 1

    def read(self, now: float) -> tuple[int, float]:
        """How many there were, and within how many seconds 99 of 100 were answered: a bucket's upper bound; the last
        bound where some took longer than all, zero where there were none."""
        oldest = int(now / SLOT_SECONDS) - RECENT_SLOTS
        counts = [sum(column) for column in zip(*(taken for slot, taken in self._slots if slot > oldest), strict=True)]
        total = sum(counts)
        reached = 0
        for bound, count in zip(SECONDS, counts, strict=False):
            reached += count
            if reached >= total * P99:
                return total, bound
        return total, SECONDS[-1] if total else 0.0


_recent = Recent()


def requested(seconds: float, about: Mapping[str, Any]) -> None:
    """Note how long a request took, with its method and status."""
    requests.record(seconds, about)
    _recent.add(seconds, time.monotonic())


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
_buried: dict[str, int] = {}


def bury(durable: str) -> None:
    """Note that an event was put among the dead letters."""
    buried.add(1, {"durable": durable})
    _buried[durable] = _buried.get(durable, 0) + 1


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


_certificate: list[float] = []


def certificate(until: float) -> None:
    """Note when the certificate that this process is believed by ends, in seconds since 1970."""
    _certificate[:] = [until]


meter.create_observable_gauge(
    "yima_certificate_seconds",
    [lambda _options: [Observation(until - time.time()) for until in _certificate]],
    description="How long the certificate that a process shows to others is good for; negative where it has expired.",
)


def in_short() -> dict[str, Any]:
    """What this process measures, in short: the outbox (none where another process relays), each durable, how many
    events it put among the dead letters since it began, requests of the last minutes, and workers that fail."""
    count, seconds = _recent.read(time.monotonic())
    return {
        "outbox": {"unsent": _outbox["unsent"], "oldest_seconds": _outbox["oldest"]} if _outbox else None,
        "durables": [{"durable": durable, **asdict(lag)} for durable, lag in sorted(_lags.items())],
        "buried": sum(_buried.values()),
        "requests": count,
        "p99_seconds": seconds,
        "failing": sorted(name for name, seconds in _failing.items() if seconds > 0),
    }
