"""Hashing passwords, which takes a core for some fifty milliseconds and 19 MiB.

A few are hashed at a time, on threads of their own that give way to everything else, behind short queues. Who finds a
queue full is answered `Busy`, with when to come again, before anything else is read for them. Nobody waits here with a
transaction open, and those who are counted before they come here take no more than a few of the connections that
everybody shares.

Each lane has a queue of its own: whoever signs in where they did before, everybody else who signs in, and whoever
registers. However many strangers come, those who are known there find room, and go first.
"""

import asyncio
import os
import threading
import time
from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from enum import IntEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from chassis.refusals import Busy

from identity.domain.access import hashed, network_of
from identity.domain.passwords import PASSWORD_LENGTH_MAX, password

HASHING_MAX = 2  # at once: each takes a core
COUNTING_MAX = 2  # at once in a lane, each with a connection
WAITING_MAX = 24  # with those that are hashed; half a second's work for two idle cores
WAIT_SECONDS_MAX = 4.0  # on a machine that has more to do fewer wait
WAITING_MIN = 4 * HASHING_MAX
KNOWN_WAITING_MIN = 64
FROM_ADDRESS_MAX = 2 / 3  # of those who wait in a lane
OF_ACCOUNT_MAX = 2  # of those who wait where they are known
RETRY_SECONDS = 2
SMOOTHING = 8  # over so many passwords
MANY = "many people are signing in; try again in a moment"
NICENESS = 10  # of the hashing threads: requests, codes and the database come first
# argon2id as OWASP recommends it for password storage: 19 MiB, two passes, one lane.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# A hash of nobody's password, of the same cost as everybody's.
UNKNOWN_HASH = HASHER.hash("nobody")


class Lane(IntEnum):
    """Whose password it is."""

    KNOWN = 0  # of an account that was signed in to from this address before
    STRANGER = 1
    REGISTRATION = 2


COUNTING_WAITING_MAX = {Lane.KNOWN: 500, Lane.STRANGER: 32, Lane.REGISTRATION: 16}  # each takes milliseconds
# Which lane goes first, turn by turn. None is starved, and the known come first most often.
TURNS = (
    *(Lane.KNOWN, Lane.STRANGER, Lane.KNOWN, Lane.KNOWN),
    *(Lane.STRANGER, Lane.KNOWN, Lane.STRANGER, Lane.REGISTRATION),
)


class Queue:
    """Those who wait in a lane, by what is bounded about them; "" is not."""

    def __init__(self) -> None:
        self._total = 0
        self._about: Counter[str] = Counter()

    def check(self, most: int, of_each: Iterable[tuple[str, float]]) -> None:
        """Refuse one more where the lane is full, or one of these has its part of it."""
        if self._total >= most or any(self._about[about] >= limit for about, limit in of_each):
            raise Busy(MANY, RETRY_SECONDS)

    @contextmanager
    def joined(self, about: Sequence[str]) -> Generator[None]:
        self._total += 1
        self._about.update(about)
        try:
            yield
        finally:
            self._total -= 1
            self._about.subtract(about)
            for name in about:
                if not self._about[name]:
                    del self._about[name]


class Passwords:
    """The lanes, and the threads that hash."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(HASHING_MAX, "passwords", give_way)
        self._waiting = {lane: Queue() for lane in Lane}
        self._to_count = {lane: Queue() for lane in Lane}
        self._counting = {lane: asyncio.Semaphore(COUNTING_MAX) for lane in Lane}
        self._next = {lane: deque[asyncio.Future[None]]() for lane in Lane}
        self._hashing = 0
        self._turn = 0
        self._took = 0.05  # seconds a password takes to be hashed, of late
        self._familiar: set[bytes] = set()

    def know(self, addresses: Iterable[bytes]) -> None:
        """These are the addresses, hashed, that anybody was signed in from of late."""
        self._familiar = set(addresses)

    def meet(self, address: bytes) -> None:
        """Somebody was signed in from this address just now."""
        self._familiar.add(address)

    def lane_at(self, address: str) -> Lane:
        """Where a sign-in from this address is counted, before it is known whose it is."""
        network = network_of(address)
        return Lane.KNOWN if network and hashed(network) in self._familiar else Lane.STRANGER

    @asynccontextmanager
    async def counting(self, address: str, lane: Lane) -> AsyncGenerator[None]:
        """A connection's worth of room to count a try in. Raises `Busy` where the password could not be hashed anyway,
        or too many are counted."""
        if lane != Lane.KNOWN:  # of whom it is not known yet in which lane they wait
            self._check_room(address, lane)
        most = COUNTING_WAITING_MAX[lane]
        self._to_count[lane].check(most, [(address, most * FROM_ADDRESS_MAX)])
        with self._to_count[lane].joined([address]):
            async with self._counting[lane]:
                yield

    def _room(self, lane: Lane) -> int:
        """How many may wait in a lane. The known wait for as long as anybody waits, rather than be sent away."""
        in_time = int(WAIT_SECONDS_MAX * HASHING_MAX / self._took)
        return max(KNOWN_WAITING_MIN, in_time) if lane == Lane.KNOWN else max(WAITING_MIN, min(WAITING_MAX, in_time))

    def _check_room(self, address: str, lane: Lane, login: str = "") -> None:
        most = self._room(lane)
        limits = [(address, most * FROM_ADDRESS_MAX)]
        if lane == Lane.KNOWN:
            limits.append((f"of {login}", OF_ACCOUNT_MAX))
        self._waiting[lane].check(most, limits)

    @asynccontextmanager
    async def admitted(self, address: str, lane: Lane, login: str = "") -> AsyncGenerator[Lane]:
        """A place in a lane, for as long as the caller needs it; an account that has its part of the known ones' waits
        with strangers. Raises `Busy` where there is none."""
        try:
            self._check_room(address, lane, login)
        except Busy:
            if lane != Lane.KNOWN:
                raise
            lane = Lane.STRANGER
            self._check_room(address, lane)
        with self._waiting[lane].joined([address, f"of {login}"]):
            yield lane

    async def hash(self, chosen: str, lane: Lane) -> str:
        """The hash of a password that `domain.passwords.new_password` let through."""
        return await self._run(lane, HASHER.hash, chosen)

    async def matches(self, password_hash: str, text: str, lane: Lane) -> bool:
        """Is this the password? Takes as long whether it is or not."""
        return await self._run(lane, verified, password_hash, password(text[: 4 * PASSWORD_LENGTH_MAX]))

    async def _run[*A, T](self, lane: Lane, work: Callable[[*A], T], *arguments: *A) -> T:
        await self._its_turn(lane)
        try:
            running = asyncio.get_running_loop().run_in_executor(self._threads, timed, work, arguments)
            result, took = await running
        finally:
            self._hashing -= 1
            self._let_next_in()
        self._took += (took - self._took) / SMOOTHING
        return result

    async def _its_turn(self, lane: Lane) -> None:
        """Return when there is a thread for this lane; it is the caller's until `_let_next_in`."""
        if self._hashing < HASHING_MAX:
            self._hashing += 1
            return
        let_in: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._next[lane].append(let_in)
        try:
            await let_in
        except asyncio.CancelledError:
            if let_in.done() and not let_in.cancelled():  # let in and gone at the same time
                self._hashing -= 1
                self._let_next_in()
            raise

    def _let_next_in(self) -> None:
        """Give the thread that is free to whose turn it is."""
        first = TURNS[self._turn % len(TURNS)]
        for lane in (first, *(lane for lane in Lane if lane != first)):
            while self._next[lane]:
                let_in = self._next[lane].popleft()
                if not let_in.done():
                    self._turn += 1
                    self._hashing += 1
                    let_in.set_result(None)
                    return

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def timed[T](work: Callable[..., T], arguments: Sequence[object]) -> tuple[T, float]:
    """What some work comes to, and how many seconds it took."""
    began = time.perf_counter()
    return work(*arguments), time.perf_counter() - began


def verified(password_hash: str, text: str) -> bool:
    try:
        return HASHER.verify(password_hash, text)
    except (VerificationError, InvalidHashError):
        return False


def give_way() -> None:
    """Let a thread's work wait for everybody else's; on Linux a thread has a niceness of its own."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
