"""One hop of an event: committed with its outbox row, relayed, consumed, its handler's effect committed."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from statistics import quantiles
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

from bench.measure import Row

PER_SECOND = 500
SECONDS = 4.0
DRAINED = 20_000


async def hop(stack: Stack) -> Row:
    """Latency at 500 events a second, and how fast a backlog drains; beside NOTIFY and publish alone."""
    await stack.postgres.create_database("hop")
    await stack.postgres.run_sql("hop", migrations.OUTBOX, migrations.INBOX, migrations.IDEMPOTENCY)
    database = Database(stack.postgres.url("hop"))
    # The stack's own identity has a stream of this name: its events pass through as this row's.
    connection = await nats.connect(stack.nats.url_for("operator"))
    seen: dict[str, float] = {}

    async def heard(_work: Work[object], events: Sequence[Event[ResidentRegistered]]) -> None:
        waiting.extend(event.message.resident_id for event in events)

    waiting: list[str] = []

    consumer = Consumer(subscription("bench-hop", {ResidentRegistered: heard}), database, connection, None)
    effect = consumer._effect

    async def timed(events: Sequence[Event[Any]]) -> None:
        await effect(events)
        now = time.perf_counter()
        for resident_id in waiting:
            seen.setdefault(resident_id, now)
        waiting.clear()

    consumer._effect = timed  # type: ignore[method-assign]
    relay = asyncio.create_task(Relay("identity", database, connection).run())
    consuming = asyncio.create_task(consumer.run())
    await asyncio.sleep(1.5)
    latencies = await steadily(database, seen)
    drained = await backlog(database, seen)
    consumer.stop()
    await consuming
    relay.cancel()
    with suppress(asyncio.CancelledError):
        await relay
    notify_ms, publish_rate = await notify_alone(stack), await publish_alone(connection)
    await connection.close()
    await database.close()
    cuts = quantiles(latencies, n=100)
    return Row(
        "event hop: commit to handler committed, at 500/s",
        f"p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms",
        f"p50 {notify_ms:.1f} ms, commit and NOTIFY alone",
        cuts[49] / notify_ms,
        "p50 < 10 ms, p99 < 50 ms; ≥ 10,000/s drained",
        f"a backlog drains at {drained:,.0f}/s; JetStream takes {publish_rate:,.0f}/s in windows of 256",
        less_is_better=True,
    )


async def announce(database: Database) -> str:
    resident_id = str(uuid4())
    async with database.transaction() as session:
        publish(session, ResidentRegistered(resident_id=resident_id), resident_id)
    return resident_id


async def steadily(database: Database, seen: dict[str, float]) -> list[float]:
    """Milliseconds from each commit to its effect's commit."""
    sent: dict[str, float] = {}

    async def send_once() -> None:
        resident_id = await announce(database)
        sent[resident_id] = time.perf_counter()

    start = time.perf_counter()
    tasks = []
    for number in range(int(PER_SECOND * SECONDS)):
        await asyncio.sleep(max(0.0, start + number / PER_SECOND - time.perf_counter()))
        tasks.append(asyncio.create_task(send_once()))
    await asyncio.gather(*tasks)
    while not sent.keys() <= seen.keys():
        await asyncio.sleep(0.05)
    return [max(0.0, seen[id_] - sent[id_]) * 1000 for id_ in sent]


async def backlog(database: Database, seen: dict[str, float]) -> float:
    """Events a second when many wait at once."""
    ids = [str(uuid4()) for _ in range(DRAINED)]
    async with database.transaction() as session:
        for resident_id in ids:
            publish(session, ResidentRegistered(resident_id=resident_id), resident_id)
    began = time.perf_counter()
    expected = set(ids)
    while not expected <= seen.keys():
        await asyncio.sleep(0.02)
    return DRAINED / (max(seen[id_] for id_ in ids) - began)


async def notify_alone(stack: Stack) -> float:
    """Median milliseconds from the end of a committing NOTIFY to its arrival at a listener."""
    listener, notifier = [await asyncpg.connect(stack.postgres.dsn("hop")) for _ in range(2)]
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
