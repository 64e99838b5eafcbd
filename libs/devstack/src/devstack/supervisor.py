"""Keeps processes running: starts them, waits until they are ready, restarts one that ends, stops all at the end."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Protocol
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from devstack.processes import dies_with_parent, pidfd

READY_SECONDS = 300.0  # a machine may be busy; a process that keeps ending is noticed before
POLL_SECONDS = 0.05
STOP_SECONDS = 12.0
BACKOFF_FIRST_SECONDS = 0.2
BACKOFF_MAX_SECONDS = 10.0
HEALTHY_SECONDS = 30.0  # after which an end is a new misfortune, not the same one

LOCAL = build_opener(ProxyHandler({}))


class NotReady(Exception):
    """A process did not become ready; its log says why."""


@dataclass(frozen=True)
class ProcessSpec:
    """A program to keep running. It is ready when `ready_url` answers 200."""

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    ready_url: str


class Child(Protocol):
    """A process that was started here, as `subprocess.Popen` has them."""

    pid: int

    @property
    def returncode(self) -> int | None: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


type Spawn = Callable[[ProcessSpec], Child]


@dataclass
class Kept:
    """A program and its present process."""

    spec: ProcessSpec
    process: Child
    starts: int = 1
    watch: asyncio.Task[None] | None = field(default=None)


async def until_ended(process: Child) -> None:
    """Wait for a process's end: the kernel says when, where it can."""
    descriptor = pidfd(process.pid)
    if descriptor is not None:
        ended, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.add_reader(descriptor, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(descriptor)
            os.close(descriptor)
    while process.poll() is None:  # noqa: ASYNC110
        await asyncio.sleep(POLL_SECONDS)


class Supervisor:
    """A set of processes, started by `start_process`. `tell(name, what)` hears of every start, end and restart."""

    def __init__(
        self, tell: Callable[[str, str], None] = lambda _name, _what: None, start_process: "Spawn | None" = None
    ) -> None:
        self._tell = tell
        self._spawn: Spawn = start_process or spawn
        self._kept: dict[str, Kept] = {}
        self._stopping = False

    async def start(self, specs: Sequence[ProcessSpec]) -> None:
        """Start all at once and wait until each is ready."""
        for spec in specs:
            kept = Kept(spec, self._spawn(spec))
            self._kept[spec.name] = kept
            kept.watch = asyncio.create_task(self._keep(kept))
        await asyncio.gather(*(self.wait_ready(spec.name) for spec in specs))

    async def wait_ready(self, name: str) -> None:
        """Return when the process answers on its `ready_url`."""
        kept = self._kept[name]
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if await asyncio.to_thread(answers, kept.spec.ready_url):
                self._tell(name, "ready")
                return
            if kept.starts > 5:
                raise NotReady(f"{name} keeps ending; see {kept.spec.log}\n{tail(kept.spec.log)}")
            await asyncio.sleep(POLL_SECONDS)
        raise NotReady(f"{name} was not ready after {READY_SECONDS:.0f} s; see {kept.spec.log}\n{tail(kept.spec.log)}")

    async def _keep(self, kept: Kept) -> None:
        backoff = BACKOFF_FIRST_SECONDS
        while True:
            began = time.monotonic()
            await until_ended(kept.process)
            if self._stopping:
                return
            if time.monotonic() - began > HEALTHY_SECONDS:
                backoff = BACKOFF_FIRST_SECONDS
            self._tell(kept.spec.name, f"ended with {kept.process.returncode}; starting again in {backoff:.1f} s")
            await asyncio.sleep(backoff)
            backoff = min(backoff * 2, BACKOFF_MAX_SECONDS)
            if self._stopping:
                return
            kept.process = self._spawn(kept.spec)
            kept.starts += 1

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to a process, for tests of recovery; it is started again."""
        os.killpg(self._kept[name].process.pid, number)

    async def end(self) -> None:
        """kill -9 of every process at once; none is started again."""
        self._stopping = True
        for kept in self._kept.values():
            kept.process.kill()
        await self.stop()

    def change(self, spec: ProcessSpec) -> None:
        """Start the process of this name as `spec` says, from its next start on."""
        self._kept[spec.name].spec = spec

    def spec(self, name: str) -> ProcessSpec:
        """What the process is started by."""
        return self._kept[name].spec

    def pid(self, name: str) -> int:
        return self._kept[name].process.pid

    def environment(self, name: str) -> Mapping[str, str]:
        """The process's environment, for what runs beside it."""
        return self._kept[name].spec.environment

    def starts(self, name: str) -> int:
        """How often the process was started."""
        return self._kept[name].starts

    async def stop(self) -> None:
        """SIGTERM to all, last started first; SIGKILL to those that do not end in time."""
        self._stopping = True
        running = [kept.process for kept in reversed(self._kept.values())]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and any(process.poll() is None for process in running):  # noqa: ASYNC110
            await asyncio.sleep(POLL_SECONDS)
        for process in running:
            if process.poll() is None:
                process.kill()
                process.wait()
        for kept in self._kept.values():
            if kept.watch is not None:
                kept.watch.cancel()
        await asyncio.gather(*(kept.watch for kept in self._kept.values() if kept.watch), return_exceptions=True)


def spawn(spec: ProcessSpec) -> subprocess.Popen[bytes]:
    spec.log.parent.mkdir(parents=True, exist_ok=True)
    spec.log.parent.chmod(0o700)
    with open(spec.log, "ab", opener=private) as log:
        return subprocess.Popen(  # noqa: S603 our own programs
            list(spec.argv),
            env=dict(spec.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=dies_with_parent(),  # noqa: PLW1509 see there
        )


def private(path: str, flags: int) -> int:
    """Open a file that its owner alone may read; one that was there before, too."""
    descriptor = os.open(path, flags, 0o600)
    os.fchmod(descriptor, 0o600)
    return descriptor


def answers(url: str) -> bool:
    """Does the address answer 200 now?"""
    try:
        with LOCAL.open(url, timeout=2) as response:
            return bool(response.status == 200)
    except (URLError, OSError, HTTPException):
        return False


def tail(log: Path, lines: int = 12) -> str:
    """The end of a log, for an error message."""
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
