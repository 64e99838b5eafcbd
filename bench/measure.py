"""Loads and clocks the rows share."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from statistics import quantiles

import psutil
from devstack.stack import Stack
from yima.services import SERVICES


@dataclass(frozen=True)
class Row:
    """One line of the report. `ratio` is figure over limit; less of it is better where the figure is how long something
    took (`less_is_better`)."""

    what: str
    figure: str
    limit: str
    ratio: float
    target: str
    more: str = ""
    less_is_better: bool = False


@dataclass(frozen=True)
class Load:
    """What a closed loop of clients achieved."""

    per_second: float
    p50_ms: float
    p99_ms: float


async def closed_loop(call: Callable[[int], Awaitable[object]], clients: int, seconds: float) -> Load:
    """So many clients, each calling again as soon as it has its answer. `call` gets a running number."""
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
    """Calls begun at a steady rate, whether or not earlier ones have ended: latencies under a given load."""
    times: list[float] = []

    async def send_once(number: int) -> None:
        began = time.perf_counter()
        await call(number)
        times.append(time.perf_counter() - began)

    start = time.perf_counter()
    tasks = []
    for number in range(int(per_second * seconds)):
        await asyncio.sleep(max(0.0, start + number / per_second - time.perf_counter()))
        tasks.append(asyncio.create_task(send_once(number)))
    await asyncio.gather(*tasks)
    return load(times, time.perf_counter() - start)


def load(times: list[float], seconds: float) -> Load:
    cuts = quantiles(times, n=100)
    return Load(len(times) / seconds, cuts[49] * 1000, cuts[98] * 1000)


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


def cpu_seconds(stack: Stack) -> dict[str, float]:
    """What each has taken until now. A connection's process that has ended counts no more."""
    spent = dict.fromkeys((known := processes(stack)), 0.0)
    for name, each in known.items():
        for process in each:
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                spent[name] += times.user + times.system + times.children_user + times.children_system
    return spent
