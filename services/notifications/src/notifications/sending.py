"""The sender: claims what may be sent, sends it, keeps what became of it; as long as the service runs.

No attempt waits for another: each is a task, and as many run as there are places. What is over is kept, and what is due
claimed, many at a time. A process that is killed has claims that run out; somebody else sends these again then.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from chassis.database import Database
from chassis.ids import Kind, shown
from chassis.sealing import Sealer

from notifications.commands import deliveries
from notifications.domain.deliveries import Outcome
from notifications.domain.endpoints import Signature
from notifications.domain.event_types import body_of
from notifications.receivers import Receivers, headers_of
from notifications.store.deliveries import Claimed, release

log = logging.getLogger("notifications.sending")

AT_ONCE = 64  # attempts under way, in a process
AT_ONCE_OF_ENDPOINT = 8
IDLE_SECONDS = 0.5  # between two looks while nothing is under way and nothing new was recorded
GATHER_SECONDS = 0.005  # what is over by then is kept in the same transaction
STOP_SECONDS = 5.0


@dataclass
class Sender:
    """Sends what is due, from one process."""

    database: Database
    receivers: Receivers
    sealer: Sealer
    _attempts: dict[asyncio.Task[Outcome], Claimed] = field(default_factory=dict)
    _over: list[Outcome] = field(default_factory=list)
    _new: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Something was recorded."""
        self._new.set()

    async def step(self) -> bool:
        """Keep what is over, begin what is due, and wait until either may be so again."""
        await self._gather()
        await self._keep()
        self._new.clear()
        began = await self._begin()
        if not began:
            await self._wait()
        return True

    async def close(self) -> None:
        """Let attempts end that are about to, and give back the others."""
        if self._attempts:
            await asyncio.wait(self._attempts, timeout=STOP_SECONDS)
        await self._gather()
        with suppress(Exception):  # what is not kept is sent again
            await self._keep()
            left = list(self._attempts.values())
            for task in self._attempts:
                task.cancel()
            if left:
                async with self.database.transaction() as session:
                    await release(session, left)
        await self.receivers.close()

    async def _gather(self) -> None:
        for task in [task for task in self._attempts if task.done()]:
            claimed = self._attempts.pop(task)
            if (error := task.exception()) is not None:
                log.error("an attempt of %s failed here: %s", claimed.id, type(error).__name__)
            else:
                self._over.append(task.result())

    async def _keep(self) -> None:
        if not self._over:
            return
        async with self.database.transaction() as session:
            await deliveries.finish(session, self._over, self.database.now())
        self._over = []

    async def _begin(self) -> bool:
        """Claim as many as there are places for, and begin them. Was there any?"""
        free = AT_ONCE - len(self._attempts)
        if free <= 0:
            return False
        async with self.database.transaction() as session:
            batch = await deliveries.claim(session, self.sealer, free, AT_ONCE_OF_ENDPOINT, self.database.now())
        for claimed in batch.claimed:
            secrets = batch.secrets.get(claimed.endpoint_id, [])
            self._attempts[asyncio.create_task(self._attempt(claimed, secrets))] = claimed
        return bool(batch.claimed)

    async def _attempt(self, claimed: Claimed, secrets: Sequence[bytes]) -> Outcome:
        now = self.database.now()
        body = body_of(
            claimed.event_id, claimed.type, claimed.occurred_at, claimed.subject, claimed.sequence, claimed.data
        )
        webhook_id = shown(Kind.WEBHOOK_EVENT, claimed.event_id)
        headers = headers_of(webhook_id, body, Signature(claimed.signature), secrets, self.receivers.time_there(now))
        answer = await self.receivers.post(claimed.url, headers, body)
        return Outcome(
            claimed.id, claimed.endpoint_id, claimed.claim, claimed.attempt, claimed.deadline, claimed.url, now,
            answer, claimed.failing,
        )  # fmt: skip

    async def _wait(self) -> None:
        """Until an attempt is over or something was recorded; a little longer, for what comes with it."""
        woken = asyncio.ensure_future(self._new.wait())
        try:
            await asyncio.wait({woken, *self._attempts}, timeout=IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()
        await asyncio.sleep(GATHER_SECONDS)
