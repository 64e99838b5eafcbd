"""Work a service does by itself: deadlines, calls to a payment provider, sweeps."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from chassis import errors, measures
from chassis.database import Database

log = logging.getLogger("chassis.workers")

FAILURE_PAUSE_SECONDS = 1.0
FAILURE_PAUSE_SECONDS_MAX = 30.0


class TaskFailed(Exception):
    """What a task looked for is not as it should be."""


class UnknownTask(Exception):
    """The service has no such task; the text names those it has."""


async def kept_running[A](name: str, run: Callable[[], Awaitable[A]]) -> A:
    """Run what lasts as long as the service. An error that nobody foresaw is logged with its stack, and it begins
    again: a driver's surprise ends no pod. `name` says what fails in the alert WorkerFails."""
    pause, failing_since = FAILURE_PAUSE_SECONDS, None
    loop = asyncio.get_running_loop()
    while True:
        began = time.monotonic()
        works = loop.call_later(FAILURE_PAUSE_SECONDS_MAX, measures.worker, name, 0)
        try:
            return await run()
        except Exception as error:
            if time.monotonic() - began > FAILURE_PAUSE_SECONDS_MAX:
                pause, failing_since = FAILURE_PAUSE_SECONDS, None
            log.error("%s: failed, and begins again in %.0f s\n%s", name, pause, errors.render(error))
            failing_since = failing_since or began
            measures.worker(name, time.monotonic() - failing_since)
            await asyncio.sleep(pause)
            pause = min(pause * 2, FAILURE_PAUSE_SECONDS_MAX)
        finally:
            works.cancel()


@dataclass(frozen=True, slots=True)
class Task[R]:
    """Something that is done when somebody, or a clock outside, asks for it: `python -m chassis NAME --task …`.

    `run` answers what it did, in a line; it raises `TaskFailed` when what it looked at is not right.
    """

    name: str
    run: Callable[[Database, R], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class TaskAbout[R]:
    """A task that is about something: `--task … --about …`."""

    name: str
    run: Callable[[Database, R, str], Awaitable[str]]


@dataclass(frozen=True)
class Worker[R]:
    """A step repeated for as long as the service runs.

    `step` does a bounded piece of work in its own transactions and says whether there is more; then it is called
    again at once, otherwise after `every_seconds`. Several replicas may run it: it must claim what it works on.
    """

    name: str
    step: Callable[[Database, R], Awaitable[bool]]
    every_seconds: float

    async def run(self, database: Database, resources: R, stopping: asyncio.Event) -> None:
        worked_at = time.monotonic()
        while not stopping.is_set():
            try:
                more = await self.step(database, resources)
                worked_at = time.monotonic()
                measures.worker(self.name, 0)
            except Exception as error:
                log.warning("%s: %s", self.name, errors.describe(error))
                measures.worker(self.name, time.monotonic() - worked_at)
                more = False
                await asyncio.sleep(FAILURE_PAUSE_SECONDS)
            if not more:
                try:
                    await asyncio.wait_for(stopping.wait(), self.every_seconds)
                except TimeoutError:
                    continue
