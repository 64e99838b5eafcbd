"""Batch consumers: many deliveries, one transaction, each event's effect once.

A durable pulls what there is, up to a batch. In one transaction its inbox takes note of the event ids, handlers get
the events that were not there yet, a list a type, and the messages are acknowledged after the commit. When a batch
fails its events are tried one by one; one that keeps failing is buried among the dead letters, with the reason.
Events of one aggregate are handled in the order they arrived. Where a subscription has several lanes, the next batch
need not wait for the one before, if it is large: it takes what is of other aggregates.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from google.protobuf.message import DecodeError, Message
from nats.aio.client import Client as Connection
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from opentelemetry.trace import SpanKind
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import bus, errors, measures, telemetry
from chassis.database import Database
from chassis.outbox import Cause
from chassis.problems import UNREACHABLE
from chassis.statements import Statement

log = logging.getLogger("chassis.consumer")

BATCH_MAX = 256
LANE_MIN = 64  # events that are worth a transaction beside the one in hand
ACK_WAIT_SECONDS = 30
PULL_SECONDS = 20
HEARTBEAT_SECONDS = 5
RETRY_SECONDS = 0.5
BACKOFF_SECONDS = (0.2, 1.0, 3.0, 10.0, 30.0)
ATTEMPTS_MAX = 6
REPUBLISHED = "Nats-Stream"  # the header of what JetStream repeats under a subject of somebody's choice
NOT_YET_ATTEMPTS_MAX = 40  # what an event refers to should arrive within minutes

CLAIM = Statement(
    """
    INSERT INTO inbox (durable, event_id) SELECT :durable, unnest(CAST(:ids AS uuid[]))
    ON CONFLICT DO NOTHING RETURNING event_id
    """
)


class NotYet(Exception):  # noqa: N818 a fact about order of arrival
    """What this event refers to has not arrived here yet; deliver it again a little later."""


class NotItsPublishers(ValueError):  # noqa: N818 a fact about a message
    """The message says another type or aggregate than its subject, or another stream said it again."""


@dataclass(frozen=True, slots=True)
class Event[M: Message]:
    """One event as a handler sees it."""

    id: UUID
    time: datetime
    key: str  # the aggregate's id
    traceparent: str
    message: M

    @property
    def cause(self) -> Cause:
        """For `publish` in a batch: what is announced follows from this event."""
        return Cause(self.id, self.traceparent)


@dataclass(frozen=True, slots=True)
class Work[R]:
    """What a handler works with: the batch's transaction, the clock, and the service's own resources."""

    session: AsyncSession
    now: datetime
    resources: R


# A handler gets the new events of one type, in order of arrival, no two of one aggregate.
type Handler[R, M: Message] = Callable[[Work[R], Sequence[Event[M]]], Awaitable[None]]


@dataclass(frozen=True)
class Subscription:
    """What a durable hears of one publishing service, and who handles each type of event."""

    durable: str  # "<consumer>-<purpose>"
    handlers: Mapping[type[Message], Handler[Any, Any]]
    lanes: int = 1  # batches at once; more only where handlers of different aggregates lock nothing in common

    @property
    def stream(self) -> str:
        """The one stream all of these events are in."""
        streams = {bus.stream_of(kind.DESCRIPTOR.full_name) for kind in self.handlers}
        if len(streams) != 1:
            raise ValueError(f"{self.durable} hears {streams}; a durable hears one stream")
        return streams.pop()


def subscription(durable: str, handlers: Mapping[type[Message], Handler[Any, Any]], lanes: int = 1) -> Subscription:
    """Declare a subscription; each handler's event type is its key."""
    return Subscription(durable, handlers, lanes)


type Delivery = tuple[Msg, Event[Message]]


class Consumer[R]:
    """One durable at work."""

    def __init__(self, hears: Subscription, database: Database, connection: Connection, resources: R) -> None:
        self._hears = hears
        self._kinds = {kind.DESCRIPTOR.full_name: kind for kind in hears.handlers}
        self._database = database
        self._nats = connection
        self._jet = bus.jetstream(connection)
        self._resources = resources
        self._arrived: asyncio.Queue[Msg] = asyncio.Queue()
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Finish the batch in hand and take no more."""
        self._stopping.set()

    async def run(self) -> None:
        """Consume until stopped, whatever the broker and the database do meanwhile."""
        while not self._stopping.is_set():
            try:
                await self._declare()
                await self._consume()
            except (NatsError, OSError, TimeoutError) as error:
                log.warning("%s waits for nats: %s", self._hears.durable, type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _declare(self) -> None:
        config = ConsumerConfig(
            durable_name=self._hears.durable,
            ack_policy=AckPolicy.EXPLICIT,
            deliver_policy=DeliverPolicy.ALL,
            ack_wait=ACK_WAIT_SECONDS,
            max_ack_pending=BATCH_MAX * 4,
            filter_subjects=[f"{name}.*" for name in self._kinds],
        )
        await self._jet.add_consumer(self._hears.stream, config)

    async def _consume(self) -> None:
        """Keep one pull request standing at the server and handle what arrives, a batch at a time.

        (nats-py's own `fetch` either waits out its timeout for a full batch or asks for one message at a time.)
        """
        inbox = self._nats.new_inbox()
        receiver = await self._nats.subscribe(inbox, cb=self._arrived.put, pending_msgs_limit=-1)
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{self._hears.stream}.{self._hears.durable}"
        wanted = (
            f'{{"batch":{BATCH_MAX},"expires":{PULL_SECONDS * 10**9},"idle_heartbeat":{HEARTBEAT_SECONDS * 10**9}}}'
        )
        asked = 0
        waiting: list[Delivery] = []
        in_hand: dict[asyncio.Task[None], frozenset[str]] = {}
        try:
            while not self._stopping.is_set():
                if asked <= 0 and len(waiting) < BATCH_MAX:
                    await self._nats.publish(subject, wanted.encode(), reply=inbox)
                    asked = BATCH_MAX
                messages, ended = await self._next(in_hand)
                asked = 0 if ended else asked - len(messages)
                waiting += await self._read_all(messages)
                for task in [task for task in in_hand if task.done()]:
                    del in_hand[task]
                    task.result()
                while waiting and (not in_hand or (len(in_hand) < self._hears.lanes and len(waiting) >= LANE_MIN)):
                    batch, waiting = take(waiting, frozenset().union(*in_hand.values()))
                    if not batch:
                        break
                    task = asyncio.create_task(self._handle_together(batch))
                    in_hand[task] = frozenset(event.key for _, event in batch)
        finally:
            if in_hand:
                await asyncio.wait(in_hand)
            if not self._nats.is_closed:
                for message, _ in waiting:
                    await message.nak()  # somebody else may have it at once
                await receiver.unsubscribe()

    async def _next(self, in_hand: Collection[asyncio.Task[None]]) -> tuple[list[Msg], bool]:
        """Everything that is here as soon as there is something, or a batch in hand has ended; and whether the pull
        request has ended."""
        stopping = asyncio.ensure_future(self._stopping.wait())
        arriving = asyncio.ensure_future(self._arrived.get())
        done, _ = await asyncio.wait(
            {stopping, arriving, *in_hand}, timeout=HEARTBEAT_SECONDS * 3, return_when=asyncio.FIRST_COMPLETED
        )
        stopping.cancel()
        if arriving not in done:
            arriving.cancel()
            return [], not done  # nothing, not even a heartbeat: ask again
        messages = [arriving.result()]
        while not self._arrived.empty() and len(messages) < BATCH_MAX:
            messages.append(self._arrived.get_nowait())
        status = [message for message in messages if not message.data and "Status" in (message.headers or {})]
        ended = any((message.headers or {})["Status"] != "100" for message in status)
        return [message for message in messages if message not in status], ended

    async def _read_all(self, messages: Sequence[Msg]) -> list[Delivery]:
        deliveries: list[Delivery] = []
        for message in messages:
            try:
                deliveries.append((message, self._read(message)))
            except (DecodeError, KeyError, ValueError) as error:
                await self._bury(message, error)
        return deliveries

    async def _handle_together(self, deliveries: Sequence[Delivery]) -> None:
        try:
            await self._effect([event for _, event in deliveries])
        except Exception as error:
            if len(deliveries) == 1:
                await self._failed(deliveries[0][0], error)
                return
            for message, event in deliveries:
                await self._handle_alone(message, event)
            return
        measures.handled.add(len(deliveries), {"durable": self._hears.durable})
        for message, _ in deliveries:
            await message.ack()

    async def _handle_alone(self, message: Msg, event: Event[Message]) -> None:
        try:
            await self._effect([event])
        except Exception as error:
            await self._failed(message, error)
        else:
            measures.handled.add(1, {"durable": self._hears.durable})
            await message.ack()

    def _read(self, message: Msg) -> Event[Message]:
        headers = message.headers or {}
        name, _, key = message.subject.rpartition(".")  # what the bus let its publisher say; headers are only claims
        if headers["ce-type"] != name or headers["ce-subject"] != key or REPUBLISHED in headers:
            raise NotItsPublishers(f"{headers['ce-type']} came as {message.subject}")
        kind = self._kinds[name]
        return Event(
            id=UUID(headers["ce-id"]),
            time=datetime.fromisoformat(headers["ce-time"]),
            key=key,
            traceparent=headers.get("traceparent", ""),
            message=kind.FromString(message.data),
        )

    async def _effect(self, events: Sequence[Event[Message]]) -> None:
        """Handle the events whose effect is not in the database yet, and take note of them, in one transaction."""
        started = time.time_ns()
        async with self._database.transaction() as session:
            found = await CLAIM.fetch(session, durable=self._hears.durable, ids=[event.id for event in events])
            claimed = {row[0] for row in found}
            work = Work(session, datetime.now(UTC), self._resources)
            for wave in waves([event for event in unique(events) if event.id in claimed]):
                for kind, group in wave.items():
                    await self._call(kind, work, group, started)

    async def _call(self, kind: type[Message], work: Work[R], group: list[Event[Message]], started: int) -> None:
        handler = self._hears.handlers[kind]
        name = f"{self._hears.durable} {kind.DESCRIPTOR.name}"
        if len(group) == 1:
            with telemetry.span(name, SpanKind.CONSUMER, group[0].traceparent):
                await handler(work, [traced(group[0], telemetry.traceparent())])
        else:
            await handler(
                work, [traced(event, telemetry.note_span(name, event.traceparent, started)) for event in group]
            )

    async def _failed(self, message: Msg, error: Exception) -> None:
        attempt = message.metadata.num_delivered
        limit = NOT_YET_ATTEMPTS_MAX if isinstance(error, NotYet) else ATTEMPTS_MAX
        if attempt >= limit and not isinstance(error, UNREACHABLE):
            await self._bury(message, error)
            return
        delay = BACKOFF_SECONDS[min(attempt, len(BACKOFF_SECONDS)) - 1]
        measures.failed.add(1, {"durable": self._hears.durable})
        log.warning("%s: attempt %d of %s: %s", self._hears.durable, attempt, message.subject, errors.describe(error))
        await message.nak(delay=delay)

    async def _bury(self, message: Msg, error: Exception) -> None:
        """Put the message among the dead letters, with all it takes to understand and replay it."""
        headers = {name: value for name, value in (message.headers or {}).items() if not name.startswith("Nats-")}
        headers["dead-subject"] = message.subject
        headers["dead-reason"] = errors.describe(error)[:500]
        headers["dead-attempts"] = str(message.metadata.num_delivered)
        await self._jet.publish(f"deadletters.{self._hears.durable}", message.data, headers=headers)
        await message.ack()
        measures.buried.add(1, {"durable": self._hears.durable})
        log.error("%s buried %s: %s", self._hears.durable, message.subject, errors.describe(error))


def take(waiting: Sequence[Delivery], busy: Collection[str]) -> tuple[list[Delivery], list[Delivery]]:
    """A batch of what waits, and the rest: nothing of the aggregates that are `busy`, nothing before its turn."""
    batch: list[Delivery] = []
    rest: list[Delivery] = []
    held = set(busy)
    for delivery in waiting:
        key = delivery[1].key
        if len(batch) < BATCH_MAX and key not in held:
            batch.append(delivery)
        else:
            held.add(key)
            rest.append(delivery)
    return batch, rest


def traced[M: Message](event: Event[M], traceparent: str) -> Event[M]:
    return Event(event.id, event.time, event.key, traceparent or event.traceparent, event.message)


def unique[M: Message](events: Sequence[Event[M]]) -> list[Event[M]]:
    """The events without redeliveries within the batch itself."""
    return list({event.id: event for event in events}.values())


def waves[M: Message](events: Sequence[Event[M]]) -> list[dict[type[M], list[Event[M]]]]:
    """The events by type, in rounds: each aggregate's first event, then each one's second, and so on."""
    seen: defaultdict[str, int] = defaultdict(int)
    rounds: list[dict[type[M], list[Event[M]]]] = []
    for event in events:
        place = seen[event.key]
        seen[event.key] += 1
        if place == len(rounds):
            rounds.append({})
        rounds[place].setdefault(type(event.message), []).append(event)
    return rounds
