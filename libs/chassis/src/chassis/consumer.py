"""Batch consumers: many deliveries, one transaction, each event's effect once.

A durable pulls what there is, up to a batch. In one transaction its inbox takes note of the event ids, handlers get
the events that were not there yet, a list a type, and the messages are acknowledged after the commit. When a batch
fails its events are tried one by one; one that keeps failing is buried among the dead letters, with the reason.
What says that the database cannot be worked with now (`chassis.failures`) is waited for, with the messages in hand.
A message that ends the process whenever it is handled is found by how often it was delivered, handled alone, and buried
when that ended the process, too.

A durable that is gone is declared again from where the inbox has a mark: all that was published before that moment has
had its effect. The mark is the bus's own acknowledgement floor, noted every few seconds, less a margin for the clocks
of the bus's servers. Without one it starts at the beginning of its stream. What comes twice is dropped by the inbox.
Events of one aggregate are handled in the order they arrived, but for those that are tried again: later ones overtake
these, and handlers go by the version. Where a subscription has several lanes, the next batch
need not wait for the one before, if it is large: it takes what is of other aggregates.
"""

import asyncio
import itertools
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from google.protobuf.message import DecodeError, Message
from nats.aio.client import Client as Connection
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError
from opentelemetry.trace import SpanKind
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import bus, errors, failures, measures, telemetry
from chassis.database import Database
from chassis.outbox import Cause
from chassis.statements import Statement
from chassis.workers import kept_running

log = logging.getLogger("chassis.consumer")

BATCH_MAX = 256
LANE_MIN = 64  # events that are worth a transaction beside the one in hand
GATHER_SECONDS = 0.003  # between two batches of a steady flow: a transaction costs ten times an event in it
GATHER_SECONDS_MAX = 0.05  # and as long as the last batch took, but no longer: the busier a machine, the larger batches
ACK_WAIT_SECONDS = 30
PULL_SECONDS = 20
PULL_SECONDS_MIN = 1.0  # a pull that ends sooner, with nothing, is not asked for again at once
IDLE, NO_MESSAGES, TIMED_OUT = "100", "404", "408"  # the statuses that a pull ends with, or goes on, in good order
NO_STREAM = 10059  # JetStream's error: nobody has published yet, or the stream is gone
HEARTBEAT_SECONDS = 5
RETRY_SECONDS = 0.5
PAUSE_SECONDS_MAX = 2.0
WAIT_SECONDS = (0.2, 0.5, 1.0, 2.0)  # between attempts while the database cannot be worked with
TOGETHER_MAX = 2  # attempts at several messages that a server which is there refuses
HOLD_SECONDS = 10.0  # so often the bus hears that unhandled messages are still worked on; well within ACK_WAIT_SECONDS
SUSPECT_DELIVERIES = 3  # a message that comes this often may be what ends the process
LOOK_SECONDS = 5.0  # between two looks at how far the durable is behind
NOTE_QUIET_AFTER = timedelta(minutes=1)  # how far a durable has come that has nothing to do is noted so often
MARGIN = timedelta(minutes=10)  # by which the clocks of the bus's servers may be apart, or be set back
DEAF_SECONDS = 45.0  # without a message, though there are some; longer than any of these is put off
BACKOFF_SECONDS = (0.2, 1.0, 3.0, 10.0, 30.0)
ATTEMPTS_MAX = 6
WITHOUT_DOMAIN = 9  # the parts of a delivery's reply subject
REPUBLISHED = "Nats-Stream"  # the header of what JetStream repeats under a subject of somebody's choice
CLOCKS_DIFFER = timedelta(seconds=1)  # than which two databases of one system are not further apart
NOT_YET_ATTEMPTS_MAX = 40  # what an event refers to should arrive within minutes

CLAIM = Statement(
    """
    INSERT INTO inbox (durable, event_id) SELECT :durable, unnest(CAST(:ids AS uuid[]))
    ON CONFLICT DO NOTHING RETURNING event_id
    """
)


MARK = Statement(
    "INSERT INTO inbox (durable, event_id) SELECT :mark, unnest(CAST(:ids AS uuid[])) ON CONFLICT DO NOTHING"
)
MARKED = Statement("SELECT 1 FROM inbox WHERE durable = :mark AND event_id = ANY(CAST(:ids AS uuid[]))")
ACKNOWLEDGED = Statement(
    """
    INSERT INTO inbox (durable, event_id, handled_at) VALUES (:mark, :nobody, CAST(:at AS timestamptz))
    ON CONFLICT (durable, event_id) DO UPDATE SET handled_at = EXCLUDED.handled_at
    """
)
ACKNOWLEDGED_UNTIL = Statement("SELECT handled_at FROM inbox WHERE durable = :mark AND event_id = :nobody")
NOBODY = UUID(int=0)
UNMARK = Statement("DELETE FROM inbox WHERE durable = :mark AND event_id = ANY(CAST(:ids AS uuid[]))")


class ProcessEnded(Exception):
    """The process ended while this message was handled alone."""


class PullEnded(Exception):
    """The bus ended a pull request with a status that says why: the durable or its stream is gone, or cannot serve."""


class NotYet(Exception):
    """What this event refers to has not arrived here yet; deliver it again a little later."""


class NotItsPublishers(ValueError):
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
class Subscription[R]:
    """What a durable hears of one publishing service, and who handles each type of event."""

    durable: str  # "<consumer>-<purpose>"
    handlers: Mapping[type[Message], Handler[R, Any]]
    lanes: int = 1  # batches at once; more only where handlers of different aggregates lock nothing in common
    gather_seconds: float = GATHER_SECONDS  # between two batches of a steady flow; longer where nobody waits
    # Gets a transaction's new events of all types, before any handler gets its own. Locks that several durables take
    # are taken here, all in one order: a handler would take those of its type alone, and the next one's come after.
    first: Handler[R, Message] | None = None

    @property
    def stream(self) -> str:
        """The one stream all of these events are in."""
        streams = {bus.stream_of(kind.DESCRIPTOR.full_name) for kind in self.handlers}
        if len(streams) != 1:
            raise ValueError(f"{self.durable} hears {streams}; a durable hears one stream")
        return streams.pop()


def subscription[R](
    durable: str,
    handlers: Mapping[type[Message], Handler[R, Any]],
    lanes: int = 1,
    gather_seconds: float = GATHER_SECONDS,
    first: Handler[R, Message] | None = None,
) -> Subscription[R]:
    """Declare a subscription; each handler's event type is its key."""
    return Subscription(durable, handlers, lanes, gather_seconds, first)


type Delivery = tuple[Msg, Event[Message]]


class Consumer[R]:
    """One durable at work."""

    def __init__(self, hears: Subscription[R], database: Database, connection: Connection, resources: R) -> None:
        self._hears = hears
        self._kinds = {kind.DESCRIPTOR.full_name: kind for kind in hears.handlers}
        self._database = database
        self._nats = connection
        self._jet = bus.jetstream(connection)
        self._resources = resources
        self._arrived: asyncio.Queue[Msg] = asyncio.Queue()
        self._stopping = asyncio.Event()
        self._heard_at = time.monotonic()
        self._behind = 0
        self._looked_at = time.monotonic()
        self._published_at: dict[int, int] = {}  # ns, of what was acknowledged here, by its place in the stream
        self._began = self._batch_began_at = time.monotonic()
        self._all_handled_at: float | None = None  # when last nothing waited
        self._handled_until: datetime | None = None  # all that was published until then has had its effect

    @property
    def deaf(self) -> bool:
        """Does it hear nothing, though its stream has something for it, or cannot be asked whether it has?"""
        return self._silent_seconds() > DEAF_SECONDS

    def _silent_seconds(self) -> float:
        """For how long it has heard nothing though something waits, or nobody could say whether something does.

        A bus that is not connected is another matter: nobody hears anything then. So is a stream that is not there.
        """
        now = time.monotonic()
        return max(now - self._heard_at if self._behind else 0.0, min(now - self._looked_at, now - self._heard_at))

    @property
    def durable(self) -> str:
        return self._hears.durable

    def stop(self) -> None:
        """Finish the current batch and take no more."""
        self._stopping.set()

    async def run(self) -> None:
        """Consume until stopped, whatever the broker and the database do meanwhile."""
        looking = asyncio.create_task(kept_running(f"look at {self.durable}", self._look))
        pause = RETRY_SECONDS
        try:
            while not self._stopping.is_set():
                began = time.monotonic()
                try:
                    await self._declare()
                    await self._consume()
                except (NatsError, OSError, TimeoutError, PullEnded) as error:
                    if time.monotonic() - began > PULL_SECONDS:
                        pause = RETRY_SECONDS
                    log.warning("%s waits for nats: %s", self._hears.durable, errors.describe(error))
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, PAUSE_SECONDS_MAX)
        finally:
            looking.cancel()

    async def _look(self) -> None:
        """Measure how far the durable is behind, and note how far it has come, for as long as it runs."""
        with suppress(Exception):  # a later look notes it
            self._handled_until = await self._noted()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = self._database.now()
            try:
                info = await self._jet.consumer_info(self._hears.stream, self._hears.durable)
            except (NatsError, OSError, TimeoutError) as error:  # the consuming task logs it
                nothing = isinstance(error, NotFoundError) and error.err_code == NO_STREAM
                if nothing or not self._nats.is_connected:  # there is nothing to hear, or nobody hears anything
                    self._looked_at = self._heard_at = time.monotonic()
                measures.behind(self.durable, self._behind, self._silent_seconds(), self._oldest_seconds())
                continue
            self._looked_at = time.monotonic()
            self._behind = int(info.num_pending or 0)
            until = self._acknowledged_until(info.ack_floor.stream_seq if info.ack_floor else 0)
            if not self._behind and not info.num_ack_pending:
                self._all_handled_at = time.monotonic()
                if self._handled_until is None or now - self._handled_until > NOTE_QUIET_AFTER:
                    until = now
            if until is not None:
                await self._note(min(until, now))  # one that is to come is none: the bus's clock was wrong
            measures.behind(self.durable, self._behind, self._silent_seconds(), self._oldest_seconds())

    def _oldest_seconds(self) -> float:
        """For how long, at most, the oldest event has waited that has not had its effect.

        It came after the last look that found nothing waiting, and after what was acknowledged without a gap.
        """
        known = [time.monotonic() - self._all_handled_at] if self._all_handled_at is not None else []
        if self._handled_until is not None:
            known.append((self._database.now() - self._handled_until).total_seconds())
        return max(min(known, default=time.monotonic() - self._began), 0.0)

    def _acknowledged_until(self, floor: int) -> datetime | None:
        """When the newest was published that was acknowledged here without a gap before it; none: nothing was."""
        passed = [seq for seq in self._published_at if seq <= floor]
        until = self._published_at[max(passed)] if passed else None
        for seq in passed:
            del self._published_at[seq]
        return datetime.fromtimestamp(until / 10**9, UTC) if until is not None else None

    async def _note(self, until: datetime) -> None:
        """Write down that all that was published until then has had its effect."""
        self._handled_until = until
        try:
            async with self._database.transaction() as session:
                await ACKNOWLEDGED.fetch(session, mark=self._mark, nobody=NOBODY, at=until)
        except Exception as error:  # the next look notes a later one
            log.warning("%s: how far it came is not noted: %s", self._hears.durable, errors.describe(error))

    async def _noted(self) -> datetime | None:
        """Until when all that was published has had its effect, as the database knows it."""
        async with self._database.transaction() as session:
            rows = await ACKNOWLEDGED_UNTIL.fetch(session, mark=self._mark, nobody=NOBODY)
        return rows[0]["handled_at"].astimezone(UTC) if rows else None

    @property
    def _mark(self) -> str:
        """What the inbox calls the row that says how far the durable has come."""
        return f"{self._hears.durable} acknowledged"

    async def _declare(self) -> None:
        """Make the durable if there is none, else bring it to this release's settings where it is."""
        config = ConsumerConfig(
            durable_name=self._hears.durable,
            ack_policy=AckPolicy.EXPLICIT,
            deliver_policy=DeliverPolicy.ALL,
            ack_wait=ACK_WAIT_SECONDS,
            max_ack_pending=BATCH_MAX * 4,
            filter_subjects=[f"{name}.*" for name in self._kinds],
        )
        try:
            there = (await self._jet.consumer_info(self._hears.stream, self._hears.durable)).config
        except NotFoundError:
            self._published_at.clear()  # places of a durable that is gone, perhaps of another stream
            until = await self._when_it_can([], self._noted)
            if until is not None:
                start = until - MARGIN
                config = config.evolve(deliver_policy=DeliverPolicy.BY_START_TIME, opt_start_time=start)
                log.info("%s is declared from %s on", self._hears.durable, start)
        else:
            config = config.evolve(deliver_policy=there.deliver_policy, opt_start_time=there.opt_start_time)
        await self._jet.add_consumer(self._hears.stream, config)

    async def _consume(self) -> None:
        """Keep one pull request standing at the server and handle what arrives, a batch at a time.

        (nats-py's own `fetch` either waits out its timeout for a full batch or asks for one message at a time.)
        """
        inbox = self._nats.new_inbox()
        receiver = await self._nats.subscribe(inbox, cb=self._arrived.put, pending_msgs_limit=-1)
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{self._hears.stream}.{self._hears.durable}"
        pull_request = (
            f'{{"batch":{BATCH_MAX},"expires":{PULL_SECONDS * 10**9},"idle_heartbeat":{HEARTBEAT_SECONDS * 10**9}}}'
        )
        outstanding = 0
        pulled_at = held_at = gather_until = time.monotonic()
        waiting: list[Delivery] = []
        in_hand: dict[asyncio.Task[None], frozenset[str]] = {}
        try:
            while not self._stopping.is_set():
                if outstanding <= 0 and len(waiting) < BATCH_MAX:
                    await self._nats.publish(subject, pull_request.encode(), reply=inbox)
                    outstanding, pulled_at = BATCH_MAX, time.monotonic()
                if not in_hand and len(waiting) < LANE_MIN:
                    await asyncio.sleep(max(0.0, gather_until - time.monotonic()))
                gathered = bool(waiting) and not in_hand and self._arrived.empty()
                messages, ended = ([], False) if gathered else await self._next(in_hand)
                outstanding = 0 if ended else outstanding - len(messages)
                if messages:
                    self._heard_at = time.monotonic()
                elif ended and time.monotonic() - pulled_at < PULL_SECONDS_MIN:
                    await asyncio.sleep(RETRY_SECONDS)
                if time.monotonic() - held_at > HOLD_SECONDS:
                    held_at = time.monotonic()
                    await extend_ack_wait([message for message, _ in waiting])
                waiting += await self._read_all(messages)
                for task in [task for task in in_hand if task.done()]:
                    del in_hand[task]
                    self._heard_at = time.monotonic()
                    gather = max(
                        self._hears.gather_seconds, min(self._heard_at - self._batch_began_at, GATHER_SECONDS_MAX)
                    )
                    gather_until = self._heard_at + gather
                    task.result()
                if in_hand or len(waiting) >= LANE_MIN or time.monotonic() >= gather_until:
                    waiting = self._begin(waiting, in_hand)
        finally:
            if in_hand:
                await asyncio.wait(in_hand)
            if not self._nats.is_closed:
                for message, _ in waiting:
                    await message.nak()  # somebody else may have it at once
                await receiver.unsubscribe()

    def _begin(self, waiting: list[Delivery], in_hand: dict[asyncio.Task[None], frozenset[str]]) -> list[Delivery]:
        """Start handling what may be handled now, and return the rest. A suspect is handled when nothing else is."""
        if not in_hand:
            self._batch_began_at = time.monotonic()
        while waiting and (not in_hand or (len(in_hand) < self._hears.lanes and len(waiting) >= LANE_MIN)):
            if any(suspect(message) for message, _ in waiting):
                if in_hand:
                    break
                (first,), waiting = take_suspect(waiting)
                in_hand[asyncio.create_task(self._handle_suspect(*first))] = frozenset((first[1].key,))
                break
            batch, waiting = take(waiting, frozenset().union(*in_hand.values()))
            if not batch:
                break
            task = asyncio.create_task(self._handle_together(batch))
            in_hand[task] = frozenset(event.key for _, event in batch)
        return waiting

    async def _next(self, in_hand: Collection[asyncio.Task[None]]) -> tuple[list[Msg], bool]:
        """The messages that have arrived, once there are any or a running batch has ended; and whether the pull request
        has ended."""
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
        statuses = [(message.headers or {}) for message in status]
        for headers in statuses:
            if headers["Status"] not in (IDLE, NO_MESSAGES, TIMED_OUT):
                raise PullEnded(f"{headers['Status']} {headers.get('Description', '')}".strip())
        ended = any(headers["Status"] != IDLE for headers in statuses)
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
            await self._effect_in_time(deliveries)
        except Exception as error:
            if len(deliveries) == 1:
                await self._failed(deliveries[0][0], error)
                return
            for message, event in deliveries:
                await self._handle_alone(message, event)
            return
        measures.handled.add(len(deliveries), {"durable": self._hears.durable})
        for message, _ in deliveries:
            await self._acknowledge(message)

    async def _handle_alone(self, message: Msg, event: Event[Message]) -> None:
        try:
            await self._effect_in_time([(message, event)])
        except Exception as error:
            await self._failed(message, error)
        else:
            measures.handled.add(1, {"durable": self._hears.durable})
            await self._acknowledge(message)

    async def _handle_suspect(self, message: Msg, event: Event[Message]) -> None:
        """Handle a message that came often, alone, and with a mark that stays should the process end by it."""
        mark, ids = f"{self._hears.durable} in hand", [event.id]

        async def begin() -> bool:
            async with self._database.transaction() as session:
                marked = bool(await MARKED.fetch(session, mark=mark, ids=ids))
                await MARK.fetch(session, mark=mark, ids=ids)
            return marked

        async def end() -> None:
            async with self._database.transaction() as session:
                await UNMARK.fetch(session, mark=mark, ids=ids)

        try:
            marked = await self._when_it_can([message], begin)
            if marked and delivery_of(message).times >= ATTEMPTS_MAX:
                await self._bury(message, ProcessEnded("the process ended whenever it handled this message"))
            else:
                await self._handle_alone(message, event)
            await self._when_it_can([], end)
        except Exception as error:
            await self._failed(message, error)

    async def _effect_in_time(self, deliveries: Sequence[Delivery]) -> None:
        """Handle the events, as soon as the database can be worked with."""
        await self._when_it_can(
            [message for message, _ in deliveries], lambda: self._effect([event for _, event in deliveries])
        )

    async def _when_it_can[T](self, messages: Sequence[Msg], work: Callable[[], Awaitable[T]]) -> T:
        """Do the work; while the database cannot be worked with, keep the messages and try again. Where a server
        that answers keeps refusing a batch, e.g. for a lock or a timeout, its error is raised: each is tried alone."""
        for attempt in itertools.count():
            try:
                return await work()
            except Exception as error:
                apart = len(messages) > 1 and attempt >= TOGETHER_MAX and not failures.server_ended(error)
                if not failures.passes(error) or apart or self._stopping.is_set():
                    raise
                if attempt == 0:
                    log.warning("%s waits for its database: %s", self._hears.durable, errors.describe(error))
                measures.failed.add(1, {"durable": self._hears.durable})
            await extend_ack_wait(messages)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), WAIT_SECONDS[min(attempt, len(WAIT_SECONDS) - 1)])
        raise AssertionError("unreachable")

    def _read(self, message: Msg) -> Event[Message]:
        headers = message.headers or {}
        name, _, key = message.subject.rpartition(".")  # what the bus let its publisher say; headers are only claims
        if headers["ce-type"] != name or headers["ce-subject"] != key or REPUBLISHED in headers:
            raise NotItsPublishers("its subject says another type or id than its headers, or a stream repeated it")
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
            rows = await CLAIM.fetch(session, durable=self._hears.durable, ids=[event.id for event in events])
            claimed = {row["event_id"] for row in rows}
            work = Work(session, self._database.now(), self._resources)
            if early := from_future(events, work.now):
                measures.from_future.add(early, {"durable": self._hears.durable})
            fresh = [event for event in unique(events) if event.id in claimed]
            if self._hears.first is not None and len(fresh) > 1:
                await self._hears.first(work, fresh)
            for wave in waves(fresh):
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
        if failures.passes(error):  # stopping; another process has it at once
            await message.nak()
            return
        attempt = delivery_of(message).times
        limit = NOT_YET_ATTEMPTS_MAX if isinstance(error, NotYet) else ATTEMPTS_MAX
        if attempt >= limit:
            await self._bury(message, error)
            return
        delay = BACKOFF_SECONDS[min(attempt, len(BACKOFF_SECONDS)) - 1]
        measures.failed.add(1, {"durable": self._hears.durable})
        log.warning("%s: attempt %d of %s: %s", self._hears.durable, attempt, message.subject, errors.describe(error))
        await message.nak(delay=delay)

    async def _acknowledge(self, message: Msg) -> None:
        """Tell the bus that the message needs nothing more, once that is committed."""
        delivered = delivery_of(message)
        self._published_at[delivered.place] = delivered.published_ns
        await message.ack()

    async def _bury(self, message: Msg, error: Exception) -> None:
        """Put the message among the dead letters, with all it takes to understand and replay it."""
        headers = {name: value for name, value in (message.headers or {}).items() if not name.startswith("Nats-")}
        headers["dead-subject"] = message.subject
        headers["dead-reason"] = errors.describe(error)[:500]
        headers["dead-attempts"] = str(delivery_of(message).times)
        await self._jet.publish(f"deadletters.{self._hears.durable}", message.data, headers=headers)
        await self._acknowledge(message)
        measures.bury(self._hears.durable)
        log.error("%s buried %s: %s", self._hears.durable, message.subject, errors.describe(error))


async def extend_ack_wait(messages: Sequence[Msg]) -> None:
    """Tell the bus that these messages are still worked on, so that it redelivers none of them."""
    for message in messages:
        await message.in_progress()


class DeliveryOf(NamedTuple):
    """What JetStream says of a message it delivers."""

    times: int  # it was delivered, this one included
    place: int  # in its stream
    published_ns: int  # since 1970


def delivery_of(message: Msg) -> DeliveryOf:
    """What a message's reply subject says of it: `$JS.ACK.<stream>.<durable>.<times>.<place>.<number>.<ns>.<left>`,
    with a domain and an account before the stream where it came through one (NATS' ADR-15).

    nats-py's `metadata` makes of it all that one could ask, a `datetime` included, at five times the cost.
    """
    parts = message.reply.split(".")
    times, place, _, published_ns = parts[4:8] if len(parts) == WITHOUT_DOMAIN else parts[6:10]
    return DeliveryOf(int(times), int(place), int(published_ns))


def suspect(message: Msg) -> bool:
    """Did this message come so often that it may be what ends the process?"""
    return delivery_of(message).times >= SUSPECT_DELIVERIES


def take_suspect(waiting: Sequence[Delivery]) -> tuple[list[Delivery], list[Delivery]]:
    """The first message that was delivered often, and the rest. Its order is lost anyway, by the redelivery."""
    first = next(index for index, (message, _) in enumerate(waiting) if suspect(message))
    return [waiting[first]], [*waiting[:first], *waiting[first + 1 :]]


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


def from_future(events: Sequence[Event[Message]], now: datetime) -> int:
    """How many events have a time in the future: their publisher's clock is ahead of ours."""
    return sum(event.time > now + CLOCKS_DIFFER for event in events)


def waves[M: Message](events: Sequence[Event[M]]) -> list[dict[type[M], list[Event[M]]]]:
    """The events by type, in rounds: each aggregate's first event, then each one's second, and so on."""
    seen: defaultdict[str, int] = defaultdict(int)
    rounds: list[dict[type[M], list[Event[M]]]] = []
    for event in events:
        wave = seen[event.key]
        seen[event.key] += 1
        if wave == len(rounds):
            rounds.append({})
        rounds[wave].setdefault(type(event.message), []).append(event)
    return rounds
