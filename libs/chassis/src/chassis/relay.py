"""Sends what the outbox holds: one relay a service at a time, in order, a window of events at once."""

import asyncio
import logging
from datetime import timedelta

import asyncpg
from nats.aio.client import Client as Connection
from nats.errors import Error as NatsError
from nats.js.api import PubAck

from chassis import bus, measures
from chassis.outbox import CHANNEL

log = logging.getLogger("chassis.relay")

WINDOW_MAX = 256
POLL_SECONDS = 1.0  # the net below LISTEN
ACK_SECONDS = 5.0
RETRY_SECONDS = 0.5
KEEP_SENT = timedelta(days=3)  # an acknowledgement is not an fsync: sent rows stay for a replay
PRUNE_SECONDS = 60.0
PRUNE_MAX = 5_000
LOCK = 0x59494D41  # the relay's advisory lock, one a database

NEXT = """
    SELECT position, id, subject, type, payload, traceparent, cause, created_at
    FROM outbox WHERE sent_at IS NULL ORDER BY position LIMIT $1
"""
SENT = "UPDATE outbox SET sent_at = now() WHERE position = ANY($1::bigint[])"
PRUNE = """
    DELETE FROM outbox WHERE position IN (SELECT position FROM outbox WHERE sent_at < now() - $1::interval LIMIT $2)
"""
PRUNE_INBOX = "DELETE FROM inbox WHERE handled_at < now() - interval '30 days'"
PRUNE_IDEMPOTENCY = "DELETE FROM idempotency WHERE created_at < now() - interval '7 days'"


WAITING = """
    SELECT count(*) AS unsent, coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS oldest
    FROM outbox WHERE sent_at IS NULL
"""
MEASURE_SECONDS = 10.0


class Relay:
    """A service's relay. Several replicas may run one each: the database's advisory lock lets one work."""

    def __init__(self, service: str, database_url: str, connection: Connection) -> None:
        self._service = service
        self._dsn = database_url.replace("postgresql+asyncpg://", "postgresql://", 1)
        self._nats = connection
        self._jet = bus.jetstream(connection)
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Relay until cancelled, whatever the database and the broker do meanwhile."""
        while True:
            try:
                database = await asyncpg.connect(self._dsn, timeout=5, command_timeout=15)
            except (OSError, asyncpg.PostgresError, TimeoutError):
                await asyncio.sleep(RETRY_SECONDS)
                continue
            try:
                await self._relay(database)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
                log.warning("relay lost its database: %s", type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)
            finally:
                database.terminate()

    async def _relay(self, database: "asyncpg.Connection[asyncpg.Record]") -> None:
        while not await database.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):  # noqa: ASYNC110 it is in another process
            await asyncio.sleep(POLL_SECONDS)
        await database.add_listener(CHANNEL, lambda *_: self._wake.set())
        pruned_at = measured_at = 0.0
        loop = asyncio.get_running_loop()
        while True:
            self._wake.clear()
            sent = await self._send_window(database)
            if loop.time() - pruned_at > PRUNE_SECONDS:
                await database.execute(PRUNE, KEEP_SENT, PRUNE_MAX)
                await database.execute(PRUNE_INBOX)
                await database.execute(PRUNE_IDEMPOTENCY)
                pruned_at = loop.time()
            if loop.time() - measured_at > MEASURE_SECONDS:
                waiting = await database.fetchrow(WAITING)
                if waiting is not None:
                    measures.outbox(waiting["unsent"], waiting["oldest"])
                measured_at = loop.time()
            if sent < WINDOW_MAX:
                try:
                    await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
                except TimeoutError:
                    continue

    async def _send_window(self, database: "asyncpg.Connection[asyncpg.Record]") -> int:
        rows = await database.fetch(NEXT, WINDOW_MAX)
        if not rows:
            return 0
        if not self._nats.is_connected:
            await asyncio.sleep(RETRY_SECONDS)
            return 0
        try:
            futures = [await self._publish(row) for row in rows]
            await asyncio.wait(futures, timeout=ACK_SECONDS)
        except (NatsError, OSError) as error:
            log.warning("relay lost nats: %s", type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)
            return 0
        sent = []
        for row, future in zip(rows, futures, strict=True):
            # After the first gap the rest is sent again, in order; JetStream and inboxes drop the duplicates.
            if not future.done() or future.cancelled() or future.exception() is not None:
                log.warning("%s was not acknowledged; sending again", row["subject"])
                break
            sent.append(row["position"])
        for future in futures[len(sent) :]:
            future.cancel()
        await database.execute(SENT, sent)
        if len(sent) < len(rows):
            await asyncio.sleep(RETRY_SECONDS)
        return len(sent)

    async def _publish(self, row: asyncpg.Record) -> "asyncio.Future[PubAck]":
        """Send one row as a CloudEvent (1.0, binary mode)."""
        event_id = str(row["id"])
        headers = {
            "Nats-Msg-Id": event_id,
            "ce-specversion": "1.0",
            "ce-id": event_id,
            "ce-source": f"/{self._service}",
            "ce-type": row["type"],
            "ce-subject": row["subject"].rpartition(".")[2],
            "ce-time": row["created_at"].isoformat(),
            "content-type": "application/protobuf",
        }
        if row["traceparent"]:
            headers["traceparent"] = row["traceparent"]
        if row["cause"]:
            headers["ce-causationid"] = str(row["cause"])
        return await self._jet.publish_async(row["subject"], row["payload"], headers=headers)
