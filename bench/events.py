"""One hop of an event: committed with its outbox row, relayed, consumed, its handler's effect committed."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from uuid import uuid4

import asyncpg
import nats
from chassis import bus, migrations
from chassis.consumer import Consumer, Event, Work, subscription
from chassis.database import Database
from chassis.outbox import publish
from chassis.relay import Relay
from devstack.stack import Stack
from yima.identity.v1.events_pb2 import ResidentRegistered

from bench.measure import Load, Meter, Row, Target, load

DATABASE = "hop"
PER_SECOND = 500
SECONDS = 4.0
DRAINED = 20_000


@dataclass
class Hop:
    """A service's outbox, relay and consumer in this process; when each event's effect was committed."""

    database: Database
    connection: Any
    seen: dict[str, float] = field(default_factory=dict)

    async def steadily(self) -> Load:
        """How long events take at a steady rate, from each one's commit to its effect's. One that was sent late,
        because nothing got on, has waited since it was due."""
        took: list[tuple[str, float]] = []

        async def send_once(due: float) -> None:
            late = time.perf_counter() - due
            resident_id = await announce(self.database)
            took.append((resident_id, time.perf_counter() - late))

        start = time.perf_counter()
        tasks = []
        for number in range(int(PER_SECOND * SECONDS)):
            due = start + number / PER_SECOND
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.append(asyncio.create_task(send_once(due)))
        await asyncio.gather(*tasks)
        await self.all_seen([resident_id for resident_id, _ in took])
        return load([max(0.0, self.seen[resident_id] - began) for resident_id, began in took], SECONDS)

    async def backlog(self) -> float:
        """Events a second when many wait at once."""
        ids = [str(uuid4()) for _ in range(DRAINED)]
        async with self.database.transaction() as session:
            for resident_id in ids:
                publish(session, ResidentRegistered(resident_id=resident_id), resident_id)
        began = time.perf_counter()
        await self.all_seen(ids)
        return DRAINED / (max(self.seen[id_] for id_ in ids) - began)

    async def all_seen(self, ids: Sequence[str]) -> None:
        expected = set(ids)
        while not expected <= self.seen.keys():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def hopping(stack: Stack) -> AsyncGenerator[Hop]:
    if not await stack.postgres.fetch("postgres", f"SELECT FROM pg_database WHERE datname = '{DATABASE}'"):
        await stack.postgres.create_database(DATABASE)
        await stack.postgres.run_sql(DATABASE, migrations.OUTBOX, migrations.INBOX, migrations.IDEMPOTENCY)
    database = Database(stack.postgres.url(DATABASE))
    # The stack's own identity has a stream of this name: its events pass through as this row's.
    opened = Hop(database, await nats.connect(stack.nats.url_for("operator")))
    waiting: list[str] = []

    async def heard(_work: Work[object], events: Sequence[Event[ResidentRegistered]]) -> None:
        waiting.extend(event.message.resident_id for event in events)

    consumer = Consumer(subscription("bench-hop", {ResidentRegistered: heard}), database, opened.connection, None)
    effect = consumer._effect

    async def timed(events: Sequence[Event[Any]]) -> None:
        await effect(events)
        now = time.perf_counter()
        for resident_id in waiting:
            opened.seen.setdefault(resident_id, now)
        waiting.clear()

    consumer._effect = timed  # type: ignore[method-assign]
    relay = asyncio.create_task(Relay("identity", database, opened.connection).run())
    consuming = asyncio.create_task(consumer.run())
    await asyncio.sleep(1.5)
    try:
        yield opened
    finally:
        consumer.stop()
        await consuming
        relay.cancel()
        with suppress(asyncio.CancelledError):
            await relay
        await opened.connection.close()
        await database.close()


async def hop(stack: Stack) -> Row:
    """Latency at 500 events a second, beside NOTIFY alone; and how fast a backlog drains, beside publishing alone."""
    async with hopping(stack) as events:
        meter = Meter(stack)
        steady = await events.steadily()
        cost = meter.cost("an event", steady.count)
        drained, published = [], []
        for _ in range(3):
            drained.append(await events.backlog())
            published.append(await publish_alone(events.connection))
    notify_ms = await notify_alone(stack)
    ratio = median(drained) / median(published)
    return Row(
        f"event hop: commit to handler committed; a backlog of {DRAINED:,} drained",
        f"{median(drained):,.0f}/s drained",
        f"{median(published):,.0f}/s, JetStream alone in windows of 256",
        ratio,
        [
            Target("drained, of the limit", ratio, 0.30),
            Target("p99 by p50", steady.p99_ms / steady.p50_ms, 6, at_most=True),
        ],
        f"at {PER_SECOND}/s p50 {steady.p50_ms:.1f} ms, p99 {steady.p99_ms:.1f} ms; commit and NOTIFY alone take "
        f"{notify_ms:.1f} ms",
        cost=cost,
        histograms={f"{PER_SECOND}/s": steady.histogram},
    )


async def announce(database: Database) -> str:
    resident_id = str(uuid4())
    async with database.transaction() as session:
        publish(session, ResidentRegistered(resident_id=resident_id), resident_id)
    return resident_id


async def notify_alone(stack: Stack) -> float:
    """Median milliseconds from the end of a committing NOTIFY to its arrival at a listener."""
    listener, notifier = [await asyncpg.connect(stack.postgres.dsn(DATABASE)) for _ in range(2)]
    arrived: asyncio.Queue[float] = asyncio.Queue()
    await listener.add_listener("alone", lambda *_: arrived.put_nowait(time.perf_counter()))
    times = []
    for _ in range(300):
        began = time.perf_counter()
        await notifier.execute("BEGIN; NOTIFY alone; COMMIT")
        times.append((await arrived.get() - began) * 1000)
    await listener.close()
    await notifier.close()
    return sorted(times)[150]


async def publish_alone(connection: Any) -> float:
    """Messages a second that JetStream acknowledges, 256 at a time."""
    jet = bus.jetstream(connection)
    began = time.perf_counter()
    for _ in range(40):
        futures = [await jet.publish_async("yima.identity.v1.Bench.x", b"x" * 100) for _ in range(256)]
        await asyncio.wait(futures)
    return 40 * 256 / (time.perf_counter() - began)
