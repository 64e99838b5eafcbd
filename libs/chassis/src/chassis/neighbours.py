"""Services that hang: they take connections and answer nothing. One that is seen to is remembered for seconds.

A call that waits for long has its service asked whether it lives at all. Does it say nothing, twice, and answer no
other call meanwhile, every call to it ends, and others are refused at once, until it answers or is asked again. A
service that lives and takes long over one thing is left to it; so is one that is short of a processor (docs/adr/0054).
"""

import asyncio
import time
from datetime import timedelta

from pyreqwest.client import ClientBuilder
from pyreqwest.exceptions import PyreqwestError

from chassis.inside import HttpClient, Inside
from chassis.refusals import Unavailable

SLOW_SECONDS = 2.0  # after which a service that has not answered is asked whether it lives
PROBE_SECONDS = 2.0  # it has so long to say so
PROBES = 2  # one after the other: an address may lead to another process each time
BETWEEN_SECONDS = 0.5
REMEMBERED_SECONDS = 5.0  # then it is asked again, by the next who comes


class Waiting:
    """A call under way, as a context: leaving it in vain raises `Unavailable`."""

    __slots__ = ("_neighbour", "_timer", "in_vain", "task")

    def __init__(self, neighbour: "Neighbour", task: asyncio.Task[object], timer: asyncio.TimerHandle) -> None:
        self._neighbour = neighbour
        self._timer = timer
        self.task = task
        self.in_vain = False

    def __enter__(self) -> None:
        self._neighbour.waiting.add(self)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._timer.cancel()
        self._neighbour.waiting.discard(self)
        if kind is None:
            self._neighbour.answered_at = time.monotonic()
        if kind is asyncio.CancelledError and self.in_vain and self.task.uncancel() == 0:
            raise self._neighbour.silent() from None


class Neighbour:
    """One service, as far as it was seen to live."""

    def __init__(self, name: str, base_url: str) -> None:
        self._name = name
        self._url = f"{base_url}/health/live"
        self._http: HttpClient | None = None
        self._ask_again_at: float | None = None  # while it hangs
        self._asking: asyncio.Task[None] | None = None
        self.answered_at = float("-inf")  # a call, the last time
        self.waiting: set[Waiting] = set()

    async def watch(self) -> Waiting:
        """Call it in what this returns. Raises `Unavailable` while it is known to hang; so does what it returns, as
        soon as it is seen to."""
        if self._ask_again_at is not None:
            await self._admit(self._ask_again_at)
        task = asyncio.current_task()
        assert task is not None
        return Waiting(self, task, asyncio.get_running_loop().call_later(SLOW_SECONDS, self._suspect))

    async def _admit(self, ask_again_at: float) -> None:
        """Let through who comes when it answers again; one of those who come asks it, now and then."""
        now = time.monotonic()
        if now < ask_again_at:
            raise self.silent()
        self._ask_again_at = now + REMEMBERED_SECONDS
        if not await self._lives():
            raise self.silent()
        self._ask_again_at = None

    def _suspect(self) -> None:
        if self._asking is None:
            self._asking = asyncio.create_task(self._look())

    async def _look(self) -> None:
        """Ask whether it lives; if not, end every call that waits for it, and listen on: it may after all."""
        try:
            if await self._hangs():
                self._ask_again_at = time.monotonic() + REMEMBERED_SECONDS
                for waiting in self.waiting:
                    waiting.in_vain = True
                    waiting.task.cancel()
                if await self._lives(REMEMBERED_SECONDS):
                    self._ask_again_at = None
        finally:
            self._asking = None

    async def _hangs(self) -> bool:
        since = time.monotonic()
        for _ in range(PROBES):
            if await self._lives() or self.answered_at > since:
                return False
            await asyncio.sleep(BETWEEN_SECONDS)
        return self.answered_at <= since

    async def _lives(self, within_seconds: float | None = None) -> bool:
        seconds = PROBE_SECONDS if within_seconds is None else within_seconds
        if self._http is None:  # its own: those who wait may hold every connection there is
            self._http = Inside(lambda: ClientBuilder().connect_timeout(timedelta(seconds=PROBE_SECONDS)))
        try:
            probe = self._http.get(self._url).timeout(timedelta(seconds=seconds)).build()
            return (await probe.send()).status == 200
        except PyreqwestError:
            return False

    def silent(self) -> Unavailable:
        return Unavailable(f"{self._name} does not answer; try again shortly")
