"""How long this system and its tests take to stand: `make up`, and `make test`."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
from devstack.ports import free_range
from devstack.stack import PORTS_NEEDED, Stack

from bench.measure import Row, Target, paused

READY_SECONDS, OWN_MB = 25.0, 110.0
TESTS_MINUTES = 6.0
WAIT_SECONDS = 300.0
READY = b"ready after"


async def up(beside: Stack) -> Row:
    """`make up` a second time, until it says that it is ready; and the memory that is each process's own; beside the
    import of one service, which each of them does."""
    with tempfile.TemporaryDirectory() as folder, paused(beside):
        port = free_range(PORTS_NEEDED)
        async with ready(Path(folder), port) as (first, _):
            pass
        began = time.perf_counter()
        await (await asyncio.create_subprocess_exec(sys.executable, "-c", "import identity.app")).wait()
        importing = time.perf_counter() - began
        async with ready(Path(folder), port) as (seconds, own):
            pass
    name, most = max(own.items(), key=lambda item: item[1])
    return Row(
        "make up, after the first time",
        f"ready in {seconds:.1f} s",
        f"{importing:.1f} s, the import of one service",
        seconds / importing,
        [
            Target("ready in s", seconds, READY_SECONDS, at_most=True),
            Target("MiB of own memory", most, OWN_MB, at_most=True),
        ],
        f"the first time {first:.0f} s, the city loaded; most of all has {name}, {most:.0f} MiB (USS), "
        f"{sum(own.values()):.0f} all together",
        less_is_better=True,
    )


@asynccontextmanager
async def ready(folder: Path, port: int) -> AsyncGenerator[tuple[float, dict[str, float]]]:
    """A system that `make up` started: seconds until it was ready, and MiB of its processes' own memory by name."""
    began = time.perf_counter()
    command = [".venv/bin/yima", "up", "--port", str(port)]
    environment = {**os.environ, "YIMA_STATE": str(folder)}
    system = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await asyncio.to_thread(until_ready, system)
        seconds = time.perf_counter() - began
        yield seconds, own_memory(psutil.Process(system.pid))
    finally:
        system.send_signal(signal.SIGINT)
        await asyncio.to_thread(system.communicate)


def until_ready(system: subprocess.Popen[bytes]) -> None:
    assert system.stdout is not None
    for line in system.stdout:
        if READY in line:
            return
    raise RuntimeError("`yima up` ended before it was ready")


def own_memory(system: psutil.Process) -> dict[str, float]:
    """MiB (USS) of each process of ours, by what it runs."""
    commands = [(process, process.cmdline()) for process in system.children(recursive=True)]
    return {
        command[-1]: process.memory_full_info().uss / 2**20 for process, command in commands if "-m" in command[1:3]
    }


async def tests(beside: Stack) -> Row:
    """`make test`, from the command to its end."""
    with paused(beside):
        began = time.perf_counter()
        ran = await asyncio.create_subprocess_exec("make", "test", stdout=subprocess.DEVNULL)
        failed = await ran.wait()
        minutes = (time.perf_counter() - began) / 60
    return Row(
        "make test",
        f"{minutes:.1f} minutes{', and tests failed' if failed else ''}",
        f"{TESTS_MINUTES:g} minutes",
        minutes / TESTS_MINUTES,
        [Target("minutes", minutes, TESTS_MINUTES, at_most=True), Target("failed", failed, 0, at_most=True)],
        less_is_better=True,
    )
