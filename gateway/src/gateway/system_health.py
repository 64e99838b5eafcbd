"""How the services are, by what each says of itself: asked for an operator, and kept for some seconds.

Who is asked is whichever process of a service its address leads to. One that does not answer in time is away: nothing
is guessed of it.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from chassis.inside import HttpClient
from pyreqwest.exceptions import PyreqwestError

KEPT_SECONDS = 5.0
ASKED_SECONDS = 2.0
BYTES_MAX = 64 * 1024
WORDS_MAX = 300


@dataclass(frozen=True, slots=True)
class DurableHealth:
    """How far a durable is behind."""

    durable: str
    events: int
    oldest_seconds: float
    silent_seconds: float


@dataclass(frozen=True, slots=True)
class ServiceHealth:
    """What a service says of itself; the numbers are zero where it is away."""

    name: str
    away: bool = False
    ready: bool = False
    why: str = ""
    outbox_unsent: int = 0
    outbox_oldest_seconds: float = 0.0
    buried: int = 0
    requests: int = 0
    p99_seconds: float = 0.0
    failing: Sequence[str] = ()
    durables: Sequence[DurableHealth] = ()

    @property
    def oldest_seconds(self) -> float:
        """How long what has waited longest has: in the outbox, or for a durable."""
        return max([self.outbox_oldest_seconds, *(durable.oldest_seconds for durable in self.durables)])


class SystemHealth:
    """Asks all services at once, at most every few seconds however many operators look."""

    def __init__(self, http: HttpClient, urls: Mapping[str, str]) -> None:
        self._http = http
        self._urls = urls
        self._kept: Sequence[ServiceHealth] = ()
        self._asked_at = float("-inf")
        self._asking = asyncio.Lock()

    async def read(self) -> Sequence[ServiceHealth]:
        async with self._asking:
            if time.monotonic() - self._asked_at >= KEPT_SECONDS:
                self._kept = await asyncio.gather(*(self._ask(name, url) for name, url in self._urls.items()))
                self._asked_at = time.monotonic()
            return self._kept

    async def _ask(self, name: str, url: str) -> ServiceHealth:
        try:
            async with asyncio.timeout(ASKED_SECONDS):
                (_, measures), (status, ready) = await asyncio.gather(
                    self._get(f"{url}/health/measures"), self._get(f"{url}/health/ready")
                )
                return health_of(name, status == 200, ready, measures)
        except (PyreqwestError, TimeoutError, ValueError, KeyError, TypeError, AttributeError):
            return ServiceHealth(name, away=True)

    async def _get(self, url: str) -> tuple[int, Mapping[str, Any]]:
        answer = await self._http.get(url).timeout(timedelta(seconds=ASKED_SECONDS)).build().send()
        body = bytes(await answer.bytes())
        if len(body) > BYTES_MAX:
            raise ValueError("a service says too much of itself")
        return answer.status, orjson.loads(body)


def health_of(name: str, is_ready: bool, ready: Mapping[str, Any], measures: Mapping[str, Any]) -> ServiceHealth:
    """A service's own words; KeyError, TypeError, AttributeError or ValueError where they are not understood."""
    outbox = measures["outbox"] or {"unsent": 0, "oldest_seconds": 0.0}
    return ServiceHealth(
        name,
        ready=is_ready,
        why=str(ready.get("why", ""))[:WORDS_MAX],
        outbox_unsent=int(outbox["unsent"]),
        outbox_oldest_seconds=float(outbox["oldest_seconds"]),
        buried=int(measures["buried"]),
        requests=int(measures["requests"]),
        p99_seconds=float(measures["p99_seconds"]),
        failing=[str(worker) for worker in measures["failing"]],
        durables=[
            DurableHealth(
                str(each["durable"]),
                int(each["events"]),
                float(each["oldest_seconds"]),
                float(each["silent_seconds"]),
            )
            for each in measures["durables"]
        ],
    )
