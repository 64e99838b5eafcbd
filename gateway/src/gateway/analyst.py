"""A thread beside the loop for work on documents nobody sent before: however much of it there is, the loop goes on.

One thread, and a queue that is short, altogether and for each client: who sends more than is worked off is refused at
once. The processor time the work took comes with its result, so that the client can be charged for it.
"""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from chassis.refusals import Refusal

WAITING_MAX = 64
WAITING_MAX_OF_CLIENT = 8
SWITCH_SECONDS = 0.001  # how long the thread may keep the loop from running


class TooManyNewDocuments(Refusal):
    code = "too-many-new-documents"
    title = "Too many documents that nobody sent before are waiting to be looked at; try again shortly."


class Analyst:
    """Does one thing after the other, in another thread."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="documents")
        self._waiting: Counter[str] = Counter()
        sys.setswitchinterval(SWITCH_SECONDS)

    async def work[T](self, client: str, task: Callable[[], T]) -> tuple[T | Exception, int]:
        """The result, or what was raised, and how many microseconds of a core it took."""
        if self._waiting.total() >= WAITING_MAX or self._waiting[client] >= WAITING_MAX_OF_CLIENT:
            raise TooManyNewDocuments("too many new documents at once; send them one after the other")
        self._waiting[client] += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, clocked, task)
        finally:
            self._waiting[client] -= 1
            if not self._waiting[client]:
                del self._waiting[client]


def clocked[T](task: Callable[[], T]) -> tuple[T | Exception, int]:
    began = time.thread_time()
    result: T | Exception
    try:
        result = task()
    except Exception as error:
        result = error
    return result, round((time.thread_time() - began) * 1_000_000)
