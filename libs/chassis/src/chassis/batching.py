"""What arrives together is written together: concurrent calls share one transaction, and fail alone."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from chassis import failures
from chassis.refusals import Unavailable

BATCH_MAX = 128
WAITING_MAX = 4096


class Batcher[Q, A]:
    """Collects items while `at_once` batches are being written, and hands them over as the next.

    One batch at a time makes the largest batches; several, where they do not wait for one another's locks, use the time
    in which the database writes to its disk.

    `write` gets the items in the order of their arrival and returns, for each, an answer or the exception for its
    caller alone. When it raises, the whole batch failed, and every caller gets the error.
    """

    def __init__(self, write: Callable[[Sequence[Q]], Awaitable[Sequence[A | Exception]]], at_once: int = 1) -> None:
        self._write = write
        self._waiting: list[tuple[Q, asyncio.Future[A]]] = []
        self._at_once = at_once
        self._gathering = False  # somebody has begun, and takes what is there in a moment
        self._tasks: set[asyncio.Task[None]] = set()

    async def submit(self, item: Q) -> A:
        """The answer to `item`, once the batch that holds it is committed."""
        if len(self._waiting) >= WAITING_MAX:
            raise Unavailable("too many requests are waiting; try again shortly")
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        self._begin()
        return await future

    def _begin(self) -> None:
        """Have what waits written, unless somebody is about to, or as many are writing as may."""
        if self._waiting and not self._gathering and len(self._tasks) < self._at_once:
            self._gathering = True
            task = asyncio.create_task(self._run())
            self._tasks.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._begin()  # for what came after it had looked the last time

    async def _run(self) -> None:
        await asyncio.sleep(0)  # let everything that is ready in this tick join
        self._gathering = False
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH_MAX], self._waiting[BATCH_MAX:]
            self._begin()
            answers = await self._answers([item for item, _ in batch])
            for (_, future), answer in zip(batch, answers, strict=True):
                if future.done():
                    continue
                if isinstance(answer, Exception):
                    future.set_exception(answer)
                else:
                    future.set_result(answer)

    async def _answers(self, items: Sequence[Q]) -> Sequence[A | Exception]:
        """What `write` answers; called a second time where its transaction could not be serialised."""
        try:
            return await self._write(items)
        except Exception as error:
            if not failures.worth_repeating(error):
                return [error] * len(items)
        try:
            return await self._write(items)
        except Exception as error:
            return [error] * len(items)
