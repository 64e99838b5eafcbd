"""Sends what the outbox holds: one relay a service at a time, in order, a window of events at once.

A large window is one of JetStream's atomic batches (NATS 2.12): all of it is stored, or none, and one acknowledgement
tells. Where the bus refuses it, as it does when some of the events are stored already, they are sent one by one.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

import asyncpg
from nats.aio.client import Client as Connection
from nats.errors import Error as NatsError
from nats.js.errors import APIError

from chassis import bus, measures
from chassis.outbox import CHANNEL

log = logging.getLogger("chassis.relay")

WINDOW_MAX = 256
BATCH_MIN = 64  # an atomic batch costs the bus two milliseconds, and us half of what its events do one by one
POLL_SECONDS = 1.0  # the net below LISTEN
ACK_SECONDS = 5.0
RETRY_SECONDS = 0.5
KEEP_SENT = timedelta(days=3)  # an acknowledgement is not an fsync: sent rows stay for a replay
PRUNE_SECONDS = 60.0
PRUNE_MAX = 5_000
LOCK = 0x59494D41  # the relay's advisory lock, one a database
NO_BATCHES = (10174, 10177)  # JetStream's errors: the stream allows no atomic batches, or none with such headers

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
        self._source = Header(f"/{service}")
        self._dsn = database_url.replace("postgresql+asyncpg://", "postgresql://", 1)
        self._nats = connection
        self._jet = bus.jetstream(connection)
        self._wake = asyncio.Event()
        self._batches = True  # does the bus take them?

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
            sent = await self._send(rows)
        except (NatsError, OSError) as error:
            log.warning("relay lost nats: %s", type(error).__name__)
            sent = 0
        if sent:
            await database.execute(SENT, [row["position"] for row in rows[:sent]])
        if sent < len(rows):
            await asyncio.sleep(RETRY_SECONDS)
        return sent

    async def _send(self, rows: Sequence[asyncpg.Record]) -> int:
        """Send the rows; how many of the first of them the bus has stored."""
        if self._batches and len(rows) >= BATCH_MIN:
            try:
                if await self._send_together(rows):
                    return len(rows)
                self._batches = False
            except APIError as error:
                self._batches = error.err_code not in NO_BATCHES
                log.info("a batch was refused (%s); its events are sent one by one", error.description)
        return await self._send_apart(rows)

    async def _send_together(self, rows: Sequence[asyncpg.Record]) -> bool:
        """Send the rows as one atomic batch. False: the bus knows no such thing, and has stored who knows what."""
        batch = Header(uuid4().hex)
        *others, last = (
            (row, self._headers(row) | {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": Header(place)})
            for place, row in enumerate(rows, start=1)
        )
        for row, headers in others:
            await self._nats.publish(row["subject"], row["payload"], headers=headers)
        row, headers = last
        headers["Nats-Batch-Commit"] = Header("1")
        stored = await self._jet.publish(row["subject"], row["payload"], timeout=ACK_SECONDS, headers=headers)
        return stored.batch_size == len(rows)

    async def _send_apart(self, rows: Sequence[asyncpg.Record]) -> int:
        futures = [
            await self._jet.publish_async(row["subject"], row["payload"], headers=self._headers(row)) for row in rows
        ]
        await asyncio.wait(futures, timeout=ACK_SECONDS)
        sent = 0
        for row, future in zip(rows, futures, strict=True):
            # After the first gap the rest is sent again, in order; JetStream and inboxes drop the duplicates.
            if not future.done() or future.cancelled() or future.exception() is not None:
                log.warning("%s was not acknowledged; sending again", row["subject"])
                break
            sent += 1
        for future in futures[sent:]:
            future.cancel()
        return sent

    def _headers(self, row: asyncpg.Record) -> dict[str, str]:
        """What a row's payload travels with, as a CloudEvent (1.0, binary mode)."""
        event_id = Header(row["id"])
        headers: dict[str, str] = {
            "Nats-Msg-Id": event_id,
            "ce-specversion": SPEC_VERSION,
            "ce-id": event_id,
            "ce-source": self._source,
            "ce-type": Header(row["type"]),
            "ce-subject": Header(row["subject"].rpartition(".")[2]),
            "ce-time": Header(row["created_at"].isoformat()),
            "content-type": CONTENT_TYPE,
        }
        if row["traceparent"]:
            headers["traceparent"] = Header(row["traceparent"])
        if row["cause"]:
            headers["ce-causationid"] = Header(row["cause"])
        return headers


class Header(str):
    """A header's value that is fit to be sent. nats-py trims each value and replaces its line breaks, character by
    character, which takes longer than all else of sending it; ours have none."""

    __slots__ = ()

    def strip(self, _characters: str | None = None, /) -> "Header":
        return self

    def translate(self, _table: object, /) -> "Header":
        return self


SPEC_VERSION, CONTENT_TYPE = Header("1.0"), Header("application/protobuf")
