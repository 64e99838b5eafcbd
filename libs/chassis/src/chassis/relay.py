"""Sends what the outbox holds: one relay a service at a time, in order, a window of events at once.

A large window is one of JetStream's atomic batches (NATS 2.12): all of it is stored, or none, and one acknowledgement
says so. Where the bus refuses it, as it does when some of the events are stored already, they are sent one by one.

Who commits events wakes the relay of its own process, in memory; where another process's relay is the one at work, this
one's tells it, in a statement of its own: a NOTIFY within a transaction makes all commits of a server queue up. An
event without a notification is found by polling.

A sent row keeps its place in the stream. The bus may lose what it has acknowledged: a power cut before its disk had it,
a stream that was deleted. Then its last place is before ours, or the next event gets a place that an earlier one has;
all that had a place from there on is sent again. So is what had a place before its first, where that is of these days:
the stream was purged, and a consumer may not have seen them.
"""

import asyncio
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import asyncpg
from asyncpg.exceptions import InternalClientError
from nats.aio.client import Client as Connection
from nats.errors import Error as NatsError
from nats.js.api import PubAck, StreamConfig
from nats.js.errors import APIError, NotFoundError

from chassis import bus, errors, measures, networks
from chassis.database import Database

log = logging.getLogger("chassis.relay")

WINDOW_MAX = 256
BATCH_MIN = 64  # an atomic batch costs the bus two milliseconds, and us half of what its events do one by one
CHANNEL = "outbox"
GATHER_SECONDS = 0.003  # between two windows of a steady flow: what a window costs is shared by its events
GATHER_SECONDS_MAX = 0.05  # and as long as the last window took, but no longer: the busier a machine, the larger ones
POLL_SECONDS = 1.0  # the net below being woken
NOTIFY_SECONDS = 0.005  # between two words to the relay of another process
COMPARE_SECONDS = 10.0  # between two looks at how far the stream goes
ACK_SECONDS = 5.0
SILENT_SECONDS = 60.0  # after which the server ends a relay's session, which asks every second while it lives
# What a connection to the database ends with. Where its server dies within an exchange, the driver may be out of step.
CONNECTION_ERRORS = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, InternalClientError)
RETRY_SECONDS = 0.5
# A plan that was made while the outbox was empty, and kept, would read all of it for each window.
PLANNED_EACH_TIME = {"plan_cache_mode": "force_custom_plan", "jit": "off"}
KEEP_SENT = timedelta(days=3)  # an acknowledgement is not an fsync: sent rows stay for a replay
LOST_SECONDS = 300.0  # an outbox of three days may be looked through for it
PRUNE_SECONDS = 60.0
PRUNE_MAX = 5_000  # of each table at once
LOCK = 0x59494D41  # the relay's advisory lock, one a database
NO_BATCHES = (10174, 10177)  # JetStream's errors: the stream allows no atomic batches, or none with such headers

NEXT = """
    SELECT position, id, subject, type, payload, traceparent, cause, created_at
    FROM outbox WHERE sent_at IS NULL ORDER BY position LIMIT $1
"""
SENT = """
    UPDATE outbox SET sent_at = now(), sequence = stored.sequence
    FROM unnest($1::bigint[], $2::bigint[]) AS stored (position, sequence) WHERE outbox.position = stored.position
"""
# What was sent last has the highest places, unless the stream lost some: then those are found when they are compared.
NEWEST = """
    SELECT coalesce(max(sequence), 0) FROM (
        SELECT sequence FROM outbox WHERE sent_at IS NOT NULL ORDER BY sent_at DESC LIMIT 1024
    ) AS newest
"""
LOST = """
    WITH again AS (
        UPDATE outbox SET sent_at = NULL, sequence = NULL
        WHERE sent_at IS NOT NULL AND sequence >= $1 AND position <> ALL($2::bigint[]) RETURNING 1
    ) SELECT count(*) FROM again
"""
OLDEST = "SELECT sequence FROM outbox WHERE sent_at IS NOT NULL AND sequence IS NOT NULL ORDER BY sent_at LIMIT 1"
PURGED = """
    WITH again AS (
        UPDATE outbox SET sent_at = NULL, sequence = NULL WHERE sent_at IS NOT NULL AND sequence < $1 RETURNING 1
    ) SELECT count(*) FROM again
"""
NOTIFY = f"NOTIFY {CHANNEL}"
# In pieces: one statement for all that a long outage, a restore or a new release left over would run into the limit for
# statements, again and again, and nothing would be sent meanwhile. How far a durable has come is never too old: after a
# month without the bus it is what a durable that is gone begins from.
PRUNES = (
    f"""
    DELETE FROM outbox WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM outbox WHERE sent_at < now() - interval '{KEEP_SENT.days} days' LIMIT $1))
    """,  # noqa: S608 a number of ours
    """
    DELETE FROM inbox WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM inbox
        WHERE handled_at < now() - interval '30 days' AND durable NOT LIKE '% acknowledged' LIMIT $1))
    """,
    """
    DELETE FROM idempotency WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM idempotency WHERE created_at < now() - interval '7 days' LIMIT $1))
    """,
)

WAITING = """
    SELECT count(*) AS unsent, coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS oldest
    FROM outbox WHERE sent_at IS NULL
"""
MEASURE_SECONDS = 10.0


class Relay:
    """A service's relay. Several replicas may run one each: the database's advisory lock lets one work."""

    def __init__(self, service: str, database: Database, connection: Connection, replicas: int = 1) -> None:
        self._service = service
        self._source = Header(f"/{service}")
        self._dsn = database.url.replace("postgresql+asyncpg://", "postgresql://", 1)
        self._replicas = replicas
        self._newest = 0  # the highest place that a sent row has
        self._nats = connection
        self._jet = bus.jetstream(connection)
        self._wake = asyncio.Event()
        self._batches = True  # does the bus take them?
        database.after_events(self._wake.set)

    async def run(self) -> None:
        """Relay until cancelled, whatever the database and the broker do meanwhile."""
        while True:
            try:
                # The lock is of a session: one whose network was lost without a word would keep it for hours.
                settings = {**PLANNED_EACH_TIME, "idle_session_timeout": f"{SILENT_SECONDS * 1000:.0f}"}
                database = await asyncpg.connect(self._dsn, timeout=5, command_timeout=15, server_settings=settings)
            except CONNECTION_ERRORS:
                await asyncio.sleep(RETRY_SECONDS)
                continue
            networks.end_when_lost(database)
            try:
                await self._relay(database)
            except CONNECTION_ERRORS as error:
                log.warning("relay lost its database: %s", errors.kind_of(error))
                await asyncio.sleep(RETRY_SECONDS)
            finally:
                database.terminate()

    async def _relay(self, database: "asyncpg.Connection[asyncpg.Record]") -> None:
        while not await database.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
            await self._stand_by(database)
        await database.add_listener(CHANNEL, lambda *_: self._wake.set())
        self._newest = await database.fetchval(NEWEST)
        pruned_at = measured_at = compared_at = float("-inf")
        loop = asyncio.get_running_loop()
        while True:
            self._wake.clear()
            if loop.time() - compared_at > COMPARE_SECONDS:
                await self._compare(database)
                compared_at = loop.time()
            began_at = loop.time()
            sent = await self._send_window(database)
            took = loop.time() - began_at
            if loop.time() - pruned_at > PRUNE_SECONDS and not await self._prune(database):
                pruned_at = loop.time()  # else the next piece follows the next window
            if loop.time() - measured_at > MEASURE_SECONDS:
                waiting = await database.fetchrow(WAITING)
                if waiting is not None:
                    measures.outbox(waiting["unsent"], waiting["oldest"])
                measured_at = loop.time()
            if sent < WINDOW_MAX:
                if sent:
                    await asyncio.sleep(max(GATHER_SECONDS, min(took, GATHER_SECONDS_MAX)))
                try:
                    await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
                except TimeoutError:
                    continue

    async def _prune(self, database: "asyncpg.Connection[asyncpg.Record]") -> bool:
        """Delete a piece of what was kept for long enough. Is there more of it?"""
        deleted = [int((await database.execute(prune, PRUNE_MAX)).removeprefix("DELETE ")) for prune in PRUNES]
        return max(deleted) >= PRUNE_MAX

    async def _stand_by(self, database: "asyncpg.Connection[asyncpg.Record]") -> None:
        """Notify the active relay, in another process, of what is committed here, for as long as one poll takes."""
        loop = asyncio.get_running_loop()
        until = loop.time() + POLL_SECONDS
        while (left := until - loop.time()) > 0:
            try:
                await asyncio.wait_for(self._wake.wait(), left)
            except TimeoutError:
                return
            self._wake.clear()
            await database.execute(NOTIFY)
            await asyncio.sleep(NOTIFY_SECONDS)

    async def _compare(self, database: "asyncpg.Connection[asyncpg.Record]") -> None:
        """Declare the stream where it is gone, and send again what it had acknowledged and has no more."""
        if not self._nats.is_connected:
            return
        first = 0
        try:
            info = await self._jet.stream_info(self._service.upper())
            last = info.state.last_seq
            first = info.state.first_seq if keeps_long(info.config) else 0
        except NotFoundError:
            log.error("the stream %s is gone; it is declared again", self._service.upper())
            await self._declare()
            last = 0
        except (NatsError, OSError, TimeoutError) as error:
            log.warning("the stream cannot be looked at: %s", errors.describe(error))
            return
        if last < self._newest:
            await self._send_again(database, last + 1, [])
            self._newest = last
        oldest = await database.fetchval(OLDEST) if first > 1 else None
        if oldest is not None and oldest < first:
            note_lost(await database.fetchval(PURGED, first, timeout=LOST_SECONDS))

    async def _declare(self) -> None:
        try:
            await bus.ensure_streams(self._jet, self._service, self._replicas)
        except (NatsError, OSError, TimeoutError) as error:
            log.warning("streams cannot be declared yet: %s", errors.describe(error))

    async def _send_again(self, database: "asyncpg.Connection[asyncpg.Record]", first: int, but: Sequence[int]) -> None:
        """Have sent again what had this place in the stream, or a later one, `but` the rows at these positions."""
        note_lost(await database.fetchval(LOST, first, but, timeout=LOST_SECONDS))

    async def _send_window(self, database: "asyncpg.Connection[asyncpg.Record]") -> int:
        rows = await database.fetch(NEXT, WINDOW_MAX)
        if not rows:
            return 0
        if not self._nats.is_connected:
            await asyncio.sleep(RETRY_SECONDS)
            return 0
        try:
            stored = await self._send(rows)
        except (NatsError, OSError) as error:
            log.warning("relay lost nats: %s", errors.kind_of(error))
            stored = []
            if self._nats.is_connected:
                await self._declare()
        if stored:
            positions = [row["position"] for row in rows[: len(stored)]]
            await self._note(database, positions, stored)
        if len(stored) < len(rows):
            await asyncio.sleep(RETRY_SECONDS)
        return len(stored)

    async def _note(
        self, database: "asyncpg.Connection[asyncpg.Record]", positions: Sequence[int], stored: Sequence["Stored"]
    ) -> None:
        """Store the sequence numbers that the bus gave. A new one that is not above all others means a loss."""
        fresh = [ack.sequence for ack in stored if not ack.duplicate]
        await database.execute(SENT, positions, [ack.sequence for ack in stored])
        if fresh and min(fresh) <= self._newest:
            await self._send_again(database, min(fresh), positions)
            self._newest = 0
        self._newest = max(self._newest, *(ack.sequence for ack in stored))

    async def _send(self, rows: Sequence[asyncpg.Record]) -> Sequence["Stored"]:
        """Send the rows; where the bus has stored the first of them."""
        if self._batches and len(rows) >= BATCH_MIN:
            try:
                if (last := await self._send_together(rows)) is not None:
                    return [Stored(last.seq - len(rows) + number, False) for number in range(1, len(rows) + 1)]
                self._batches = False
            except APIError as error:
                self._batches = error.err_code not in NO_BATCHES
                log.info("a batch was refused (%s); its events are sent one by one", error.description)
        return await self._send_apart(rows)

    async def _send_together(self, rows: Sequence[asyncpg.Record]) -> PubAck | None:
        """Send the rows as one atomic batch. None: the bus has no batches, and may have stored any of them."""
        batch = Header(uuid4().hex)
        *others, last = (
            (row, self._headers(row) | {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": Header(number)})
            for number, row in enumerate(rows, start=1)
        )
        for row, headers in others:
            await self._nats.publish(row["subject"], row["payload"], headers=headers)
        row, headers = last
        headers["Nats-Batch-Commit"] = Header("1")
        stored = await self._jet.publish(row["subject"], row["payload"], timeout=ACK_SECONDS, headers=headers)
        return stored if stored.batch_size == len(rows) else None

    async def _send_apart(self, rows: Sequence[asyncpg.Record]) -> Sequence["Stored"]:
        futures = [
            await self._jet.publish_async(row["subject"], row["payload"], headers=self._headers(row)) for row in rows
        ]
        await asyncio.wait(futures, timeout=ACK_SECONDS)
        stored: list[Stored] = []
        for row, future in zip(rows, futures, strict=True):
            # After the first gap the rest is sent again, in order; JetStream and inboxes drop the duplicates.
            if not future.done() or future.cancelled() or future.exception() is not None:
                log.warning("%s was not acknowledged; sending again", row["subject"])
                break
            acknowledged = future.result()
            stored.append(Stored(acknowledged.seq, bool(acknowledged.duplicate)))
        for future in futures[len(stored) :]:
            future.cancel()
        if not stored:
            await self._declare()  # a stream that is gone acknowledges nothing
        return stored

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


def keeps_long(config: StreamConfig) -> bool:
    """Does the stream keep events for longer than an outbox does? A site may have given it limits of another kind."""
    limits = (config.max_msgs, config.max_bytes, config.max_msgs_per_subject)
    return all(limit in (None, 0, -1) for limit in limits) and (config.max_age or math.inf) > KEEP_SENT.total_seconds()


def note_lost(events: int) -> None:
    """Say and count what the bus had acknowledged and has no more."""
    if events:
        log.error("the bus lost %d events that it had acknowledged; they are sent again", events)
        measures.lost.add(events)


@dataclass(frozen=True, slots=True)
class Stored:
    """Where in its stream the bus has an event, and whether it had it before."""

    sequence: int
    duplicate: bool


class Header(str):
    """A header's value that is fit to be sent. nats-py trims each value and replaces its line breaks, character by
    character, which takes longer than all else of sending it; ours have none."""

    __slots__ = ()

    def strip(self, _characters: str | None = None, /) -> "Header":
        return self

    def translate(self, _table: object, /) -> "Header":
        return self


SPEC_VERSION, CONTENT_TYPE = Header("1.0"), Header("application/protobuf")
