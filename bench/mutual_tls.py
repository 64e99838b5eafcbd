"""What mutual TLS costs a call inside, beside the same in plain, by turns: `python -m bench.mutual_tls PORT` serves.

Counted in the processor's time, which other programs on the machine disturb least.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median

import psutil
import uvloop
from chassis import tls
from chassis.client import http_client
from chassis.inside import HttpClient
from chassis.service import application, serve_until
from chassis.settings import Settings
from devstack.authority import FILES, Authority
from devstack.ports import free_range
from devstack.stack import Stack, run_module
from devstack.supervisor import ProcessSpec, Supervisor
from litestar import get

from bench.measure import Cost, Row, Target

CLIENTS = 8
CALLS = 2000  # a turn
TURNS = 7
CONNECTIONS = 10  # a turn, each a call's first
BODY = "x" * 500
TARGET = 0.6


async def inside(_stack: Stack) -> Row:
    """A route that does nothing, so that all is seen of what TLS adds: a service's call costs twenty times as much."""
    costs: dict[str, list[tuple[float, float]]] = {"plain": [], "tls": []}
    first: dict[str, list[float]] = {"plain": [], "tls": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        Authority.new().write(folder / "tls", ["127.0.0.1"], timedelta(days=1))
        pairs = zip(tls.VARIABLES, FILES, strict=True)
        believed = {f"{variable}_FILE": str(folder / "tls" / file) for variable, file in pairs}
        async with answering(folder, believed) as (servers, urls):
            for _ in range(TURNS):
                for kind, url in urls.items():
                    with_files(believed if kind == "tls" else {})
                    costs[kind].append(await turn(http_client(), url, servers[kind]))
                    for _ in range(CONNECTIONS):
                        first[kind].append(await timed(http_client(), url))
        with_files({})
    there = {kind: median(server for server, _ in each) for kind, each in costs.items()}
    here = {kind: median(caller for _, caller in each) for kind, each in costs.items()}
    return Row(
        "a call inside by mutual TLS, beside the same in plain",
        f"{there['tls']:.0f} µs of the processor where it is answered, {here['tls']:.0f} where it is asked",
        f"{there['plain']:.0f} and {here['plain']:.0f} µs",
        there["plain"] / there["tls"],
        [Target("of what plain takes", there["plain"] / there["tls"], TARGET)],
        f"a new pool and its first call: {median(first['tls']):.1f} ms beside {median(first['plain']):.1f}",
        cost=Cost("a call", {"where it is answered": there["tls"] / 1000, "where it is asked": here["tls"] / 1000}),
    )


@asynccontextmanager
async def answering(
    folder: Path, believed: Mapping[str, str]
) -> AsyncGenerator[tuple[dict[str, psutil.Process], dict[str, str]]]:
    """Two processes, one in plain and one with a certificate, and where they are asked."""
    port = free_range(4)
    specs = [
        ProcessSpec("plain", run_module("bench.mutual_tls", str(port)), os.environ, folder / "plain.log", at(port)),
        ProcessSpec(
            "tls",
            run_module("bench.mutual_tls", str(port + 1)),
            {**os.environ, **believed, "YIMA_HEALTH_PORT": str(port + 2)},
            folder / "tls.log",
            at(port + 2),
        ),
    ]
    supervisor = Supervisor()
    try:
        await supervisor.start(specs)
        servers = {spec.name: psutil.Process(supervisor.pid(spec.name)) for spec in specs}
        yield servers, {"plain": f"http://127.0.0.1:{port}/thing", "tls": f"https://127.0.0.1:{port + 1}/thing"}
    finally:
        await supervisor.stop()


def at(port: int) -> str:
    return f"http://127.0.0.1:{port}/health/ready"


def with_files(believed: Mapping[str, str]) -> None:
    """Call with these files, or in plain where there are none."""
    for variable in tls.VARIABLES:
        os.environ.pop(f"{variable}_FILE", None)
    os.environ.update(believed)
    tls.forget()


async def turn(http: HttpClient, url: str, server: psutil.Process) -> tuple[float, float]:
    """Microseconds of the processor a call, at the server and here."""
    await asyncio.gather(*(timed(http, url) for _ in range(CLIENTS)))
    here = psutil.Process()
    before = spent(server), spent(here)

    async def client() -> None:
        for _ in range(CALLS // CLIENTS):
            await timed(http, url)

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return (spent(server) - before[0]) / CALLS * 1e6, (spent(here) - before[1]) / CALLS * 1e6


async def timed(http: HttpClient, url: str) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    answer = await http.get(url).build().send()
    assert (answer.status, await answer.text()) == (200, BODY)
    return (time.perf_counter() - began) * 1000


def spent(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


async def serve(port: int) -> None:
    @get(["/thing", "/health/ready"])
    async def thing() -> str:
        return BODY

    await serve_until(application([thing]), Settings(port=port), asyncio.Event(), asyncio.Event())


if __name__ == "__main__":
    uvloop.run(partial(serve, int(sys.argv[1]))())
