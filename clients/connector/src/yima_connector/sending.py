"""What goes from the spool to the city: each source's batches in their order, what the city has not got again, and what
became of them. One source that waits holds up no other."""

import asyncio
import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from yima_connector.city import City
from yima_connector.errors import CityAway, CityRefused, NotMapped, PatientsFirst, unforeseen
from yima_connector.pace import Pace
from yima_connector.resources import Line
from yima_connector.settings import Retry, Source
from yima_connector.spool import Batch, Received, Spool

log = logging.getLogger("yima_connector.sending")
POLL_SECONDS = 0.5  # another process may have queued something
IDLE_SECONDS = 1.0
OTHER_BYTES, TOO_FAR_AHEAD, CUT = "batch-differs", "batch-too-far-ahead", "batch-cut"
VERSION = version("yima-connector")
KIND = re.compile(r"[a-z][a-z0-9-]{0,63}")  # of what went wrong, as the city takes it
KINDS_MAX = 20
FORBIDDEN = frozenset({401, 403, 404})
CUTS_MAX = 5  # of one batch in a row, after which it is tried more slowly

type Mapper = Callable[[Received], Sequence[Line]]


class RejectedBatch(Exception):
    """The city will not have a batch whose bytes never change: a person has to look."""


@dataclass
class SourceState:
    """How a source's sending goes, for people."""

    problem: str = ""  # what keeps it from sending; empty: nothing
    since: float = 0.0
    missing: int = 0
    lost: list[int] = field(default_factory=list)  # batches that the city asks for and that are not kept
    asked_at: float = 0.0  # when the city last answered what it has not got

    def written(self) -> str:
        return json.dumps(self.__dict__)


class SourceSender:
    """What maps, batches and sends for one source."""

    def __init__(
        self, name: str, source: Source, mapper: Mapper, spool: Spool, city: City, pace: Pace, retry: Retry
    ) -> None:
        self.name = name
        self._source = source
        self._mapper = mapper
        self._spool = spool
        self._city = city
        self._pace = pace
        self._retry = retry
        self._cuts = 0
        self._away = False  # was the city away when it was asked last?
        self._state = SourceState()
        self._noted = ""
        self.wake_up = asyncio.Event()

    async def run(self) -> None:
        """Go on for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._forever(self._map_and_batch, POLL_SECONDS))
            tasks.create_task(self._forever(self._send_next, POLL_SECONDS))
            tasks.create_task(self._forever(self._ask_for_missing, self._retry.missing_seconds))
            tasks.create_task(self._forever(self._report, self._retry.report_seconds))
            tasks.create_task(self._forever(self._ask_for_outcomes, self._retry.outcome_seconds))

    async def _forever(self, step: Callable[[], Awaitable[float | None]], seconds: float) -> None:
        """Do a step again and again; it says how long to wait, or it is `seconds`."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                wait = await step()
            except CityAway as away:
                wait = self._pace.failed(loop.time(), away.wait_seconds)
                self._away = True
                self._note_problem(str(away))
            except RejectedBatch as rejected:
                wait = self._retry.stopped_seconds
                self._note_problem(str(rejected))
            except CityRefused as refused:
                wait = self._retry.stopped_seconds
                self._note_problem(f"{refused} (a person has to lift this)")
            except Exception as error:  # nobody foresaw it: it is tried again, and every other step goes on
                wait = self._retry.stopped_seconds
                self._note_problem(f"something failed here, and is tried again: {unforeseen(error)}")
            await self._sleep(seconds if wait is None else wait, wake=step == self._map_and_batch)

    async def _sleep(self, seconds: float, *, wake: bool) -> None:
        if not wake:
            await asyncio.sleep(seconds)
            return
        try:
            await asyncio.wait_for(self.wake_up.wait(), seconds)
        except TimeoutError:
            return
        self.wake_up.clear()

    def _note_back(self) -> None:
        """The city answered. What else keeps the source from sending stays."""
        self._pace.succeeded()
        if self._away:
            self._away = False
            self._note_problem("")

    def _note_problem(self, text: str) -> None:
        if text != self._state.problem:
            if text:
                log.warning("%s: %s", self.name, text)
            elif self._state.problem:
                log.info("%s: sends again", self.name)
            self._state.problem, self._state.since = text, time.time()
        self._note_state()

    def _note_state(self) -> None:
        if (written := self._state.written()) != self._noted:
            self._spool.note(self.name, "state", written)
            self._noted = written

    # --- what the spool becomes

    async def _map_and_batch(self) -> float | None:
        """Map what came, and make batches of the lines."""
        mapped = await asyncio.to_thread(self._map_some)
        batching = self._source.batch
        made = await asyncio.to_thread(
            self._spool.make_batch,
            self.name,
            lines=batching.lines,
            size=batching.bytes,
            wait_seconds=batching.wait_seconds,
        )
        return 0.0 if mapped or made else None

    def _map_some(self) -> int:
        messages = self._spool.unmapped(self.name)
        for message in messages:
            try:
                self._spool.store_lines(message, self._mapper(message))
            except NotMapped as why:
                self._spool.refuse(message, why)
            except Exception as error:  # a fault of ours in one message stops no other
                log.error("%s: message %d was not mapped: %s", self.name, message.id, type(error).__name__)
                self._spool.refuse(
                    message, NotMapped("", f"was not mapped ({type(error).__name__}); tell the operator")
                )
        return len(messages)

    # --- what goes out

    async def _send_next(self) -> float | None:
        """Send the lowest batch that is due; returns 0 where there may be another."""
        if wait := self._pace.wait_seconds(asyncio.get_running_loop().time()):
            return wait
        batch = await asyncio.to_thread(self._spool.due, self.name)
        if batch is None:
            return None
        await asyncio.to_thread(self._spool.note_tried, batch)
        try:
            await self._city.put_batch(self._source.id, batch)
        except PatientsFirst as full:
            return await self._patients_first(batch, full)
        except CityRefused as refused:
            return await self._refused(batch, refused)
        await asyncio.to_thread(self._spool.acknowledge, batch)
        self._cuts = 0
        self._note_back()
        self._note_problem("")
        return 0.0

    async def _patients_first(self, batch: Batch, full: PatientsFirst) -> float:
        """Send what says who patients are before a batch for whose lines the city has no room; returns how long to
        wait."""
        self._pace.succeeded()  # it is there
        self._note_problem(str(full))
        if await asyncio.to_thread(self._spool.bring_patients_ahead, batch, lines=self._source.batch.lines):
            return 0.0
        return full.wait_seconds or self._retry.stopped_seconds

    async def _refused(self, batch: Batch, refused: CityRefused) -> float:
        """What is done where the city would not have a batch; returns how long to wait."""
        self._pace.succeeded()  # it is there
        if refused.code == OTHER_BYTES:
            if batch.state != "waiting":  # sent again, and the city has it otherwise: nothing of ours is missing there
                await asyncio.to_thread(self._spool.acknowledge, batch)
                return 0.0
            highest = await self._city.highest_number(self._source.id)
            await asyncio.to_thread(self._spool.renumber, batch, highest)
            log.warning(
                "%s: batch %d has other bytes at the city; it goes on after %d", self.name, batch.number, highest
            )
            return 0.0
        if refused.code == TOO_FAR_AHEAD:
            highest = await self._city.highest_number(self._source.id)
            if await asyncio.to_thread(self._spool.send_again_above, self.name, highest):
                return 0.0
        if refused.code == CUT:
            self._cuts += 1
            if self._cuts < CUTS_MAX:
                return 0.0
            raise CityAway("batches are cut on their way; is there something between that changes them?")
        if refused.status in FORBIDDEN:
            raise refused
        raise RejectedBatch(f"batch {batch.number}: {refused} (a person has to look)")

    async def _ask_for_missing(self) -> float | None:
        """Ask what the city has not got, and queue it to be sent again."""
        if wait := self._pace.wait_seconds(asyncio.get_running_loop().time()):
            return wait
        answer = await self._city.missing(self._source.id)
        self._note_back()
        queued, gone = await asyncio.to_thread(self._spool.send_again, self.name, answer.numbers)
        if queued:
            log.warning("%s: the city asks for %d batches again", self.name, len(queued))
        self._state.missing, self._state.lost, self._state.asked_at = answer.missing, gone, time.time()
        self._note_state()
        return min(self._retry.missing_seconds, answer.ask_again_seconds)

    async def _ask_for_outcomes(self) -> float | None:
        """Ask what became of batches that arrived."""
        if wait := self._pace.wait_seconds(asyncio.get_running_loop().time()):
            return wait
        before = time.time() - self._retry.outcome_seconds
        batches = await asyncio.to_thread(self._spool.unsettled, self.name, before)
        for batch in batches:
            outcome = await self._city.outcome(self._source.id, batch.number)
            if outcome is None:
                await asyncio.to_thread(self._spool.note_asked, batch)
            else:
                await asyncio.to_thread(self._spool.settle, batch, outcome)
        return None

    async def _report(self) -> float | None:
        """Say to the city how it goes: versions, counts and kinds of errors, nothing of what is in messages."""
        if wait := self._pace.wait_seconds(asyncio.get_running_loop().time()):
            return wait
        said = await asyncio.to_thread(reported, self._spool, self.name, self._state.problem)
        try:
            await self._city.report(self._source.id, said)
        except CityRefused as refused:  # a city that is older than the connector, or that ended the source
            log.info("%s: the city takes no reports (%s)", self.name, refused.code)
            return self._retry.stopped_seconds
        self._note_back()
        return None


def reported(spool: Spool, name: str, problem: str) -> Mapping[str, Any]:
    """What the city is told of a source. What went wrong is told by its kind alone: a code, never a text."""
    counts = spool.counts(name)
    kinds = dict(spool.refusal_codes(name))
    if counts.refused_here:
        kinds["not-mapped"] = counts.refused_here
    if problem:
        code = problem.partition(":")[0]
        kinds[code if KIND.fullmatch(code) else "cannot-send"] = 1
    most = sorted(kinds.items(), key=lambda each: -each[1])[:KINDS_MAX]
    waits = counts.oldest_waiting_at
    return {
        "version": VERSION,
        "waitingLines": counts.mapping + counts.lines_waiting,
        "waitingBatches": counts.batches_waiting,
        "oldestWaitingSeconds": 0 if waits is None else max(0, round(time.time() - waits)),
        "lastNumber": counts.highest_number,
        "errors": [{"kind": kind, "count": count} for kind, count in most],
    }


def state_of(spool: Spool, name: str) -> Mapping[str, Any]:
    """How a source's sending goes, as it was noted last."""
    written = spool.fact(name, "state")
    return dict(json.loads(written)) if written else SourceState().__dict__
