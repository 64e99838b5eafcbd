"""Keeps a database or message server running: one that ends though nobody stopped it is started again."""

import asyncio
from collections.abc import Callable
from typing import Protocol

POLL_SECONDS = 0.1
BACKOFF_FIRST_SECONDS = 0.2
BACKOFF_MAX_SECONDS = 10.0


class Server(Protocol):
    """A `Postgres` or `Nats`."""

    @property
    def ended(self) -> bool:
        """Did it end though nobody stopped it?"""

    def start(self) -> None: ...


async def keep_running(
    name: str,
    server: Server,
    stopping: asyncio.Event,
    tell: Callable[[str, str], None] = lambda _name, _what: None,
) -> None:
    """Start the server again whenever it ends, until `stopping` is set. A start under way is finished first."""
    backoff = BACKOFF_FIRST_SECONDS
    while not await stopped_within(stopping, POLL_SECONDS):
        if not server.ended:
            continue
        tell(name, f"ended; starting again in {backoff:.1f} s")
        if await stopped_within(stopping, backoff):
            return
        try:
            await asyncio.to_thread(server.start)
        except Exception as error:
            tell(name, str(error))
            backoff = min(backoff * 2, BACKOFF_MAX_SECONDS)
        else:
            tell(name, "started")
            backoff = BACKOFF_FIRST_SECONDS


async def stopped_within(stopping: asyncio.Event, seconds: float) -> bool:
    """Wait for so long, or until it is time to stop. Is it?"""
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return False
    return True
