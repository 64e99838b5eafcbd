"""Hashing passwords, which takes a core for some fifty milliseconds and 19 MiB.

A few are hashed at a time, on threads of their own that give way to everything else, behind a short queue. Who finds it
full is told to come again, before anything else is asked for them. Nobody waits here with a transaction open, and those
who are counted before they come here take no more than a few of the connections that everybody shares.
"""

import asyncio
import os
import threading
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from chassis.refusals import Busy

from identity import domain

HASHING_MAX = 2  # at once: each takes a core
COUNTING_MAX = 4  # at once, each with a connection
COUNTING_WAITING_MAX = 32
WAITING_MAX = 24  # with those that are hashed; half a second's work for two idle cores
WAIT_SECONDS_MAX = 4.0  # on a machine that has more to do fewer wait
WAITING_MIN = 4 * HASHING_MAX
FROM_ADDRESS_MAX = 2 / 3  # of those who wait
RETRY_SECONDS = 2
SMOOTHING = 8  # over so many passwords
MANY = "many people are signing in; try again in a moment"
NICENESS = 10  # of the hashing threads: requests, codes and the database come first
# argon2id as OWASP recommends it for password storage: 19 MiB, two passes, one lane.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# A hash of nobody's password, of the same cost as everybody's.
UNKNOWN_HASH = HASHER.hash("nobody")


class Passwords:
    """The queue and its threads."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(HASHING_MAX, "passwords", give_way)
        self._waiting: Counter[str] = Counter()  # by address; "" where none is known
        self._counting = asyncio.Semaphore(COUNTING_MAX)
        self._to_count: Counter[str] = Counter()
        self._took = 0.05  # seconds a password takes to be hashed, of late

    @asynccontextmanager
    async def counting(self, address: str) -> AsyncGenerator[None]:
        """A connection's worth of room to count a try in. Raises `Busy` where the password could not be hashed anyway,
        or too many are counted."""
        self._check_room(address)
        check(self._to_count, address, COUNTING_WAITING_MAX)
        with counted(self._to_count, address):
            async with self._counting:
                yield

    def _check_room(self, address: str) -> None:
        longest = max(WAITING_MIN, min(WAITING_MAX, int(WAIT_SECONDS_MAX * HASHING_MAX / self._took)))
        check(self._waiting, address, longest)

    @asynccontextmanager
    async def admitted(self, address: str) -> AsyncGenerator[None]:
        """A place in the queue, for as long as the caller needs it. Raises `Busy` where there is none."""
        self._check_room(address)
        with counted(self._waiting, address):
            yield

    async def hash(self, chosen: str) -> str:
        """The hash of a password that `domain.new_password` let through."""
        return await self._run(HASHER.hash, chosen)

    async def matches(self, password_hash: str, given: str) -> bool:
        """Is this the password? Takes as long whether it is or not."""
        return await self._run(verified, password_hash, domain.password(given[: 4 * domain.PASSWORD_LENGTH_MAX]))

    async def _run[*A, T](self, work: Callable[[*A], T], *arguments: *A) -> T:
        result, took = await asyncio.get_running_loop().run_in_executor(self._threads, timed, work, arguments)
        self._took += (took - self._took) / SMOOTHING
        return result

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def check(queue: Counter[str], address: str, most: int) -> None:
    """Refuse one more where a queue is full, or an address has its part of it."""
    if queue.total() >= most or queue[address] >= most * FROM_ADDRESS_MAX:
        raise Busy(MANY, RETRY_SECONDS)


@contextmanager
def counted(queue: Counter[str], address: str) -> Generator[None]:
    """One more in a queue, by its address."""
    queue[address] += 1
    try:
        yield
    finally:
        queue[address] -= 1
        if not queue[address]:
            del queue[address]


def timed[T](work: Callable[..., T], arguments: Sequence[object]) -> tuple[T, float]:
    """What some work comes to, and how many seconds it took."""
    began = time.perf_counter()
    return work(*arguments), time.perf_counter() - began


def verified(password_hash: str, given: str) -> bool:
    try:
        return HASHER.verify(password_hash, given)
    except (VerificationError, InvalidHashError):
        return False


def give_way() -> None:
    """Let a thread's work wait for everybody else's; on Linux a thread has a niceness of its own."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
