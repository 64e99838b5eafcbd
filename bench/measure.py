"""Loads and clocks the rows share."""

import asyncio
import math
import os
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from statistics import quantiles

import psutil
from devstack.stack import Stack
from yima.services import SERVICES

BUCKETS = 40  # of a histogram a decade: each is 6 % wide
LISTENING_SECONDS = 60.0
HERE = "bench"  # this process, and what it started and waited for: what sends, and what a row runs by itself

type Histogram = Mapping[str, int]  # how many took up to so many milliseconds, and more than the bucket before says


@dataclass(frozen=True)
class Target:
    """A figure, and what it is held to."""

    what: str
    figure: float
    bound: float
    at_most: bool = False

    @property
    def holds(self) -> bool:
        return self.figure <= self.bound if self.at_most else self.figure >= self.bound

    def __str__(self) -> str:
        sign = "≤" if self.at_most else "≥"
        return f"{self.what} {sign} {self.bound:g}: {self.figure:.3g}{'' if self.holds else ' !'}"


@dataclass(frozen=True)
class Cost:
    """Milliseconds of a core that one operation takes, by process."""

    of: str
    milliseconds: Mapping[str, float]


@dataclass(frozen=True)
class Row:
    """One line of the report. `ratio` is figure over limit, which `--check` compares; less of it is better where the
    figure is how long something took (`less_is_better`). A row without targets is there to be compared with others."""

    what: str
    figure: str
    limit: str
    ratio: float
    targets: Sequence[Target]
    more: str = ""
    less_is_better: bool = False
    cost: Cost | None = None
    histograms: Mapping[str, Histogram] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return all(target.holds for target in self.targets)


@dataclass(frozen=True)
class Load:
    """What clients achieved, and how long they waited."""

    per_second: float
    p50_ms: float
    p99_ms: float
    histogram: Histogram = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(self.histogram.values())


async def closed_loop(call: Callable[[int], Awaitable[object]], clients: int, seconds: float) -> Load:
    """So many clients, each calling again as soon as it has its answer: how much gets through. `call` gets a running
    number. Who waits sends nothing meanwhile, so that latencies under a given load are `open_loop`'s."""
    times: list[float] = []
    deadline = time.perf_counter() + seconds
    number = 0

    async def client() -> None:
        nonlocal number
        while time.perf_counter() < deadline:
            number += 1
            began = time.perf_counter()
            await call(number)
            times.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return load(times, time.perf_counter() - began)


async def open_loop(call: Callable[[int], Awaitable[object]], per_second: float, seconds: float) -> Load:
    """Calls at a steady rate, whether or not earlier ones have ended. Each waits from the moment that it was due: one
    that is sent late, because nothing got on, has waited already."""
    times: list[float] = []

    async def send_once(number: int, due: float) -> None:
        await call(number)
        times.append(time.perf_counter() - due)

    start = time.perf_counter()
    tasks = []
    for number in range(int(per_second * seconds)):
        due = start + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(send_once(number, due)))
    await asyncio.gather(*tasks)
    return load(times, time.perf_counter() - start)


async def listening(port: int) -> None:
    """Wait until something listens at a port of this machine. Raises `TimeoutError`."""
    async with asyncio.timeout(LISTENING_SECONDS):
        while True:
            with suppress(ConnectionRefusedError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.1)


def load(times: Sequence[float], seconds: float) -> Load:
    """Of how long each took, in seconds."""
    cuts = quantiles(times, n=100)
    return Load(len(times) / seconds, cuts[49] * 1000, cuts[98] * 1000, histogram(times))


def histogram(times: Sequence[float]) -> Histogram:
    """All of them by buckets of equal width on a logarithmic scale, the empty ones left out."""
    buckets = Counter(math.ceil(BUCKETS * math.log10(max(taken, 1e-7) * 1000)) for taken in times)
    return {f"{10 ** (bucket / BUCKETS):.3g}": count for bucket, count in sorted(buckets.items())}


@contextmanager
def paused(stack: Stack, but: Sequence[str] = ()) -> Iterator[None]:
    """Only the database, the bus and what is named of the system run: the rest would share the cores with what is
    measured."""
    pids = [stack.supervisor.pid(name) for name in (*SERVICES, "gateway") if name not in but]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def processes(stack: Stack) -> dict[str, Sequence[psutil.Process]]:
    """The system's processes by name; a database's server has one for each connection."""
    known: dict[str, Sequence[psutil.Process]] = {
        spec.name: [psutil.Process(stack.supervisor.pid(spec.name))] for spec in stack.specs()
    }
    for name, pid in (("postgres", stack.postgres.pid), ("nats", stack.nats.pid)):
        server = psutil.Process(pid)
        known[name] = [server, *server.children(recursive=True)]
    return known


class Meter:
    """What each process takes of the cores from now on."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.before = stack, cpu_seconds(stack)

    def seconds(self) -> dict[str, float]:
        return {name: now - self.before.get(name, 0.0) for name, now in cpu_seconds(self.stack).items()}

    def cost(self, of: str, count: float) -> Cost:
        """Of each of so many operations, by the processes that took anything."""
        each = {name: spent / count * 1000 for name, spent in self.seconds().items()}
        return Cost(of, {name: round(taken, 5) for name, taken in each.items() if taken > 0})


def cpu_seconds(stack: Stack) -> dict[str, float]:
    """What each has taken until now, what it started and waited for included; and this process."""
    known = {**processes(stack), HERE: [psutil.Process()]}
    spent = dict.fromkeys(known, 0.0)
    for name, each in known.items():
        for process in each:
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                spent[name] += times.user + times.system + times.children_user + times.children_system
    return spent
