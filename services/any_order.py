"""Deliver a service's events in any order and more than once, as redeliveries, resends and replayed dead letters do."""

from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from chassis.consumer import CLAIM, Event, NotYet, Subscription, Work
from chassis.database import Database
from google.protobuf.message import Message
from hypothesis import strategies as st

TRIES_MAX = 200


def heard(subscriptions: Sequence[Subscription[Any]]) -> set[str]:
    """The full names of every event a service hears."""
    return {kind.DESCRIPTOR.full_name for hears in subscriptions for kind in hears.handlers}


def orders_of(count: int) -> st.SearchStrategy[list[int]]:
    """Every one of `count` events at least once, some twice, in any order."""
    twice = st.lists(st.integers(0, count - 1), max_size=count)
    return twice.flatmap(lambda again: st.permutations([*range(count), *again]))


async def deliver[R](
    store: Database,
    subscriptions: Sequence[Subscription[R]],
    messages: Sequence[Message],
    order: Sequence[int],
    resources: R,
    now: datetime,
) -> None:
    """Deliver `messages` by their places in `order`, a transaction each. What cannot be handled yet comes again after
    all others, as the bus would have it."""
    ids = [uuid4() for _ in messages]
    waiting = deque((index, ids[index]) for index in order)
    for _ in range(TRIES_MAX):
        if not waiting:
            return
        index, event_id = waiting.popleft()
        try:
            await deliver_one(store, subscriptions, messages[index], event_id, resources, now)
        except NotYet:
            waiting.append((index, event_id))
    left = {messages[index].DESCRIPTOR.name for index, _ in waiting}
    raise AssertionError(f"{left} could never be handled")


async def deliver_one[R](
    store: Database,
    subscriptions: Sequence[Subscription[R]],
    message: Message,
    event_id: UUID,
    resources: R,
    now: datetime,
) -> None:
    """Deliver to every durable that hears of it and has not handled it."""
    for hears in subscriptions:
        handler = hears.handlers.get(type(message))
        if handler is None:
            continue
        async with store.transaction() as session:
            if await CLAIM.fetch(session, durable=hears.durable, ids=[event_id]):
                event = Event(event_id, now, "", "", message)
                await handler(Work(session, now, resources), [event])
