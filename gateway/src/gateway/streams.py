"""What subscriptions wait for: events that say something changed. What it is now is asked of its service, each time
with the caller's own token, so that nothing is shown that has meanwhile been forbidden.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from chassis import bus
from chassis.refusals import Forbidden, Invalid, Unavailable
from chassis.wire import moment
from google.protobuf.message import Message
from nats.aio.client import Client as Connection
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, StreamState
from nats.js.errors import APIError
from yima.partners.v1.api_pb2 import CAPABILITY_READ_DATA, PartnerStatus

from gateway.context import Context
from gateway.loaders import Loaders

QUIET_SECONDS = 30.0  # then the state is looked at anyway: a subscription outlives a lost connection to the bus
FETCH_MAX = 32  # as many events are taken from the bus as a slow client can be behind
FETCH_SECONDS = 5.0
BEGINNING = "s0"  # the cursor before the oldest event there is
STANDING_SECONDS = 0.5  # so often a partner's feed looks whether the partner still stands
FOLLOWING = frozenset({PartnerStatus.PARTNER_STATUS_ACTIVE, PartnerStatus.PARTNER_STATUS_OFFBOARDING})
FORGOTTEN_SECONDS = 60.0  # after which the bus forgets who has not come for more


@asynccontextmanager
async def changes(nats: Connection | None, *subjects: str) -> AsyncGenerator[Callable[[], Awaitable[None]]]:
    """A function that waits for the next event on any of `subjects`; several events in a row wake it once."""
    changed = asyncio.Event()

    async def heard(_message: Msg) -> None:
        changed.set()

    async def wait() -> None:
        try:
            await asyncio.wait_for(changed.wait(), QUIET_SECONDS)
        except TimeoutError:
            return
        finally:
            changed.clear()

    connection = connected(nats)
    subscriptions = [await connection.subscribe(subject, cb=heard) for subject in subjects]
    try:
        if connection.is_connected:
            with contextlib.suppress(NatsError):  # it is looked at anyway in a while
                await bus.subscribed(connection)  # what changes after the caller's first look is heard
        yield wait
    finally:
        if not connection.is_closed:
            for subscription in subscriptions:
                await subscription.unsubscribe()


@dataclass(frozen=True, slots=True)
class FeedEvent[M: Message]:
    """An event, when the bus took it, and the cursor that resumes after it."""

    cursor: str
    message: M
    at: datetime


async def feed[M: Message](
    context: Context, kinds: tuple[type[M], ...], after: str | None
) -> AsyncGenerator[FeedEvent[M]]:
    """Events of these kinds, all of one stream: from now on, or after a cursor, of which none is left out.

    The bus keeps events for a week. Events are fetched as the reader takes them: a slow reader holds up nobody else.
    """
    await check_standing(context)
    with context.consumers.opened(context.client):
        async for event in _feed(context, kinds, after):
            yield event


def of_partner(context: Context) -> bool:
    """Does a partner's person or system follow?"""
    return bool(context.principal.partner_id) and not context.principal.supervises


async def check_standing(context: Context) -> None:
    """A partner's feed is for partners that are active, certified and not frozen. Where one stands is remembered until
    an event says otherwise: looking again costs nothing."""
    if not of_partner(context):
        return
    partner_id = context.principal.partner_id
    profile: Any = context.shared.object(f"partner:{partner_id}")
    if profile is None:
        profile = await Loaders(context.clients, context.token, context.shared).profiles.load(partner_id)
    if profile is None or profile.status not in FOLLOWING:
        raise Forbidden("feeds are for active partners: this one has no contract yet, or is suspended")
    if CAPABILITY_READ_DATA in profile.frozen:
        raise Forbidden("feeds are for partners that may read: a regulator has frozen that; see your freezes")
    if not profile.HasField("certified_until") or moment(profile.certified_until) <= datetime.now(UTC):
        raise Forbidden("feeds are for partners whose certificates are in force: one of this one's has lapsed")


async def _feed[M: Message](
    context: Context, kinds: tuple[type[M], ...], after: str | None
) -> AsyncGenerator[FeedEvent[M]]:
    nats = connected(context.nats)
    jet = bus.jetstream(nats)
    by_name = {kind.DESCRIPTOR.full_name: kind for kind in kinds}
    stream = bus.stream_of(next(iter(by_name)))
    view = context.view
    last = position(view.unseal(after, "after") if view is not None else after) if after else None
    name = f"gateway-{uuid4().hex}"
    config = ConsumerConfig(
        name=name,
        filter_subjects=[f"{kind}.*" for kind in by_name],
        deliver_policy=DeliverPolicy.NEW if last is None else DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=None if last is None else last + 1,
        ack_policy=AckPolicy.NONE,
        inactive_threshold=FORGOTTEN_SECONDS,
    )
    try:
        if last:
            check_kept(last, (await jet.stream_info(stream)).state)
        reader = await jet.pull_subscribe("", stream=stream, config=config)
    except (APIError, NatsError, TimeoutError) as error:
        raise Unavailable("what happened cannot be followed just now; try again shortly") from error
    partners = of_partner(context)
    try:
        while True:
            try:
                messages = await reader.fetch(FETCH_MAX, timeout=STANDING_SECONDS if partners else FETCH_SECONDS)
            except (NatsTimeoutError, TimeoutError):
                messages = []
            except NatsError as error:
                raise Unavailable("the connection to the bus broke; go on after the last cursor") from error
            if partners:
                await check_standing(context)
            for message in messages:
                kind = by_name[message.subject.rpartition(".")[0]]
                about = message.metadata
                cursor, event = f"s{about.sequence.stream}", kind.FromString(message.data)
                if (
                    view is not None
                ):  # what comes next to it in the stream may be another partner's, of the same resident
                    cursor = view.seal(cursor)
                    view.outward(event, event)
                yield FeedEvent(cursor, event, about.timestamp)
    finally:
        if not nats.is_closed:
            await reader.unsubscribe()
            with contextlib.suppress(APIError, NatsError, TimeoutError):  # the bus forgets it soon by itself
                await jet.delete_consumer(stream, name)


def check_kept(last: int, stream: StreamState) -> None:
    """Refuse to go on after a cursor where something after it is not kept any more, or nothing was ever that far."""
    if last + 1 < stream.first_seq:
        raise Invalid("after", f'is older than what is kept; catch up by a query, then begin with "{BEGINNING}"')
    if last > stream.last_seq:
        raise Invalid("after", "is not a cursor of this subscription")


def position(cursor: str) -> int:
    """The sequence number in the stream that a cursor names."""
    digits = cursor.removeprefix("s")
    if not cursor.startswith("s") or not digits.isascii() or not digits.isdecimal() or len(digits) > 18:
        raise Invalid("after", "is not a cursor of this subscription")
    return int(digits)


def connected(nats: Connection | None) -> Connection:
    if nats is None:
        raise Unavailable("subscriptions need the message bus, which is not connected; try again shortly")
    return nats
