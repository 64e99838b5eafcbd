"""What subscriptions wait for: word from the bus that something changed. What it is now is asked of its service."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from chassis.refusals import Unavailable
from nats.aio.client import Client as Connection
from nats.aio.msg import Msg

QUIET_SECONDS = 30.0  # then the state is looked at anyway: a subscription outlives a lost connection to the bus


@asynccontextmanager
async def changes(nats: Connection | None, subject: str) -> AsyncGenerator[Callable[[], Awaitable[None]]]:
    """A function that waits for the next event on `subject`; several events in a row wake it once."""
    if nats is None:
        raise Unavailable("subscriptions need the message bus, which is not connected; try again shortly")
    news = asyncio.Event()

    async def heard(_message: Msg) -> None:
        news.set()

    async def wait() -> None:
        try:
            await asyncio.wait_for(news.wait(), QUIET_SECONDS)
        except TimeoutError:
            return
        finally:
            news.clear()

    subscription = await nats.subscribe(subject, cb=heard)
    try:
        yield wait
    finally:
        if not nats.is_closed:
            await subscription.unsubscribe()
