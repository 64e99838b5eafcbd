"""Reading a request's body: so long, and no longer than a sender that means it takes.

Nearly every body is here when it is asked for. So there is no timer a body: whoever waits for one is on a list, and one
timer a loop looks through it.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import suppress
from dataclasses import dataclass

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPReceiveMessage, Receive, Scope, Send
from litestar.types import Message as ASGIMessage

from chassis.refusals import Invalid, TooLarge, TooSlow

GRACE_SECONDS = 5.0  # a body may take this long, and a second more for each so many bytes that have come
BYTES_A_SECOND = 32 * 1024
LOOK_SECONDS = 0.5
CLOSE = (b"connection", b"close")
LINGER_SECONDS = 2.0  # so long is read on, and so much, after a request was answered before its body had come
LINGER_BYTES = 16 * 1024 * 1024


@dataclass(slots=True, eq=False)
class Waiting:
    """Somebody who waits for a body, and until when."""

    task: asyncio.Task[object]
    deadline: float
    late: bool = False


class Deadlines:
    """Who waits for bodies in one loop. Whose time is over is cancelled."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._timer: asyncio.TimerHandle | None = None
        self.waiting: set[Waiting] = set()

    def enter(self, seconds: float) -> Waiting:
        task = asyncio.current_task()
        assert task is not None
        waiting = Waiting(task, self.loop.time() + seconds)
        self.waiting.add(waiting)
        if self._timer is None:
            self._timer = self.loop.call_later(LOOK_SECONDS, self._look)
        return waiting

    def _look(self) -> None:
        now = self.loop.time()
        for waiting in self.waiting:
            if waiting.deadline < now and not waiting.late:
                waiting.late = True
                waiting.task.cancel()
        self._timer = self.loop.call_later(LOOK_SECONDS, self._look) if self.waiting else None


_deadlines: Deadlines | None = None


def deadlines() -> Deadlines:
    """Those of the running loop, of which a process has one; tests have one after the other."""
    global _deadlines  # noqa: PLW0603 looking it up costs each request
    loop = asyncio.get_running_loop()
    if _deadlines is None or _deadlines.loop is not loop:
        _deadlines = Deadlines(loop)
    return _deadlines


async def read_body(receive: Receive, most: int, bytes_a_second: int = BYTES_A_SECOND) -> bytes:
    """The request's body, as long as it is no longer than `most` bytes and comes in time."""
    bodies = deadlines()
    waiting = bodies.enter(GRACE_SECONDS)
    try:
        body, more = await chunk_of(receive, waiting)
        if more or len(body) > most:
            held = bytearray(body)
            begun = waiting.deadline
            while len(held) <= most and more:
                waiting.deadline = begun + len(held) / bytes_a_second
                chunk, more = await chunk_of(receive, waiting)
                held += chunk
            if len(held) > most:
                raise TooLarge(f"at most {most} bytes")
            return bytes(held)
        return body
    finally:
        bodies.waiting.discard(waiting)


async def stream_body(receive: Receive, most: int, bytes_a_second: int = BYTES_A_SECOND) -> AsyncGenerator[bytes]:
    """The same as it comes, for what is passed on and need not be held."""
    length = 0
    more = True
    begun = asyncio.get_running_loop().time()
    while more:
        waiting = deadlines().enter(0)
        waiting.deadline = begun + GRACE_SECONDS + length / bytes_a_second
        try:
            chunk, more = await chunk_of(receive, waiting)
        finally:
            deadlines().waiting.discard(waiting)
        length += len(chunk)
        if length > most:
            raise TooLarge(f"at most {most} bytes")
        yield chunk


async def chunk_of(receive: Receive, waiting: Waiting) -> tuple[bytes, bool]:
    """What comes next of a body, and whether there is more."""
    try:
        message = await receive()
    except asyncio.CancelledError:
        if waiting.late and waiting.task.uncancel() == 0:
            raise TooSlow(f"a body has {GRACE_SECONDS:.0f} seconds, and more the more of it has come") from None
        raise
    if message["type"] != "http.request":
        raise Invalid("", "the caller hung up before it was here")
    return message.get("body", b""), message.get("more_body", False)


def closing_what_leaves(app: ASGIApp, stopping: asyncio.Event) -> ASGIApp:
    """`app`, ending each connection with its next answer once `stopping`: whoever comes on it comes to another process
    then, and no request is on its way as this one goes."""

    async def leaving(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_last(message: ASGIMessage) -> None:
            if message["type"] == "http.response.start" and stopping.is_set():
                message["headers"] = [*message.get("headers", ()), CLOSE]
            await send(message)

        await app(scope, receive, send_last if scope["type"] == ScopeType.HTTP else send)

    return leaving


def closing_what_is_unread(app: ASGIApp) -> ASGIApp:
    """`app`, which closes the connection in order where it answers a request whose body it has not read to its end.

    The answer says so, for what follows on the connection is the rest of the body, and a client that was not warned
    would send its next request into a closed connection. The rest is read for a moment and thrown away: a connection
    that closes while bytes arrive is reset, and a reset takes the answer from a client that has not read it yet
    (RFC 9112, section 9.6).
    """

    async def closing(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["http_version"] == "2" or not has_body(scope["headers"]):
            await app(scope, receive, send)
            return
        unread = True

        async def receiving() -> HTTPReceiveMessage:
            nonlocal unread
            message = await receive()
            unread = message["type"] == "http.request" and message.get("more_body", False)
            return message  # type: ignore[return-value]

        async def sending(message: ASGIMessage) -> None:
            if message["type"] == "http.response.start" and unread:
                others = [header for header in message.get("headers", ()) if header[0] != b"connection"]
                message["headers"] = [*others, (b"connection", b"close")]
            await send(message)

        await app(scope, receiving, sending)
        if unread:
            with suppress(TimeoutError):
                async with asyncio.timeout(LINGER_SECONDS):
                    await discard_body(receive)

    return closing


async def discard_body(receive: Receive) -> None:
    """Read what is left of a body, as far as it is bearable, and keep nothing of it."""
    length = 0
    more = True
    while more and length < LINGER_BYTES:
        message = await receive()
        if message["type"] != "http.request":
            return
        length += len(message.get("body", b""))
        more = message.get("more_body", False)


def has_body(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Does a body follow the request's headers?"""
    for name, value in headers:
        if name == b"content-length":
            return value != b"0"
        if name == b"transfer-encoding":
            return True
    return False
