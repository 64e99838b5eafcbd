"""GraphQL over WebSocket, by the graphql-transport-ws protocol of the `graphql-ws` project."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from chassis.refusals import Refusal, Unauthenticated
from graphql import ExecutionResult
from graphql_compiled import InvalidDocumentError
from litestar import WebSocket
from litestar.exceptions import WebSocketDisconnect

PROTOCOL = "graphql-transport-ws"
INIT_SECONDS = 5.0
CLOSE_SECONDS = 5.0  # that closing with a word may take
SEND_SECONDS = 10.0  # a client that does not take a message for so long is disconnected
OPERATIONS_MAX = 20  # at a time, of one connection
MESSAGE_BYTES_MAX = 256 * 1024
IDLE_SECONDS = 300.0  # after which a connection without operations is closed
IDLE_STRANGER_SECONDS = 30.0
ID_CHARACTERS_MAX = 200
REASON_CHARACTERS_MAX = 100  # a closing frame has room for 123 bytes
LOOK_SECONDS = 0.5  # between two checks whether a connection is idle, or its session has ended

GOING_AWAY, TRY_AGAIN_LATER = 1001, 1013
BAD_MESSAGE, UNAUTHORIZED, FORBIDDEN, NO_PROTOCOL = 4400, 4401, 4403, 4406
INIT_LATE, TAKEN, INIT_TWICE = 4408, 4409, 4429

type Run = Callable[["Greeting", Mapping[str, Any]], Awaitable[AsyncGenerator[ExecutionResult]]]
"""Takes who asks and the payload of `subscribe`; answers the results, or raises a refusal."""
type Greet = Callable[[Mapping[str, Any]], Awaitable["Greeting"]]
"""Takes the payload of `connection_init`; raises a refusal where the connection may not go on."""
type Spend = Callable[["Greeting | None", int], None]
"""Takes a message's length off the budget of whoever sent it, or raises a refusal."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """Who is at the other end, by the token they sent, and until when it is valid."""

    client: str  # whose budget messages are taken off
    authorization: str = ""
    stranger: bool = True
    expires_at: float | None = None
    has_ended: Callable[[], bool] = lambda: False  # the session, before the token does


class TokenExpired(Unauthenticated):
    code = "token-expired"
    title = "The access token has expired."

    def __init__(self) -> None:
        super().__init__("the access token has expired; sign in, and go on after your last cursor")


class SessionEnded(Unauthenticated):
    code = "session-ended"
    title = "The session was ended."

    def __init__(self) -> None:
        super().__init__("this session was ended; sign in, and go on after your last cursor")


class Closed(Exception):
    """The connection ends, for a reason the protocol has a code for."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass
class SocketConnection:
    """One connection: its greeting, and the operations under way on it."""

    socket: WebSocket[Any, Any, Any]
    greet: Greet
    run: Run
    spend: Spend
    show: Callable[[ExecutionResult], dict[str, Any]]
    refuse: Callable[[InvalidDocumentError | Refusal], list[dict[str, Any]]]
    stopping: asyncio.Event
    greeting: Greeting | None = None
    quiet_since: float = field(default_factory=time.monotonic)
    under_way: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    sending: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def serve(self) -> None:
        """Serve the connection until one side ends it."""
        if PROTOCOL not in self.socket.scope.get("subprotocols", ()):
            await self.socket.close(code=NO_PROTOCOL, reason=f"the subprotocol is {PROTOCOL}")
            return
        await self.socket.accept(subprotocols=PROTOCOL)
        talking = asyncio.create_task(self._talk())
        leaving = asyncio.create_task(self.stopping.wait())
        watching = asyncio.create_task(self._watch())
        try:
            await asyncio.wait({talking, leaving, watching}, return_when=asyncio.FIRST_COMPLETED)
            if leaving.done():
                raise Closed(GOING_AWAY, "the gateway is restarting; connect again and go on after your cursor")
            await (talking if talking.done() else watching)
        except Closed as closed:
            talking.cancel()  # who waits for a message holds the connection, and it could not be closed
            with contextlib.suppress(Exception):  # it is let go at the end in any case
                async with asyncio.timeout(CLOSE_SECONDS):
                    await asyncio.gather(talking, return_exceptions=True)
                    await self.socket.close(code=closed.code, reason=closed.reason)
        except WebSocketDisconnect:
            pass
        finally:
            tasks = (talking, leaving, watching, *self.under_way.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _talk(self) -> None:
        try:
            await asyncio.wait_for(self._greet(), INIT_SECONDS)
        except TimeoutError:
            raise Closed(INIT_LATE, "say connection_init first") from None
        while True:
            message = await self._receive()
            match message.get("type"):
                case "ping":
                    await self._send({"type": "pong"})
                case "pong":
                    pass
                case "subscribe":
                    self.quiet_since = time.monotonic()
                    self._begin(message)
                case "complete":
                    if (task := self.under_way.pop(str(message.get("id")), None)) is not None:
                        task.cancel()
                case "connection_init":
                    raise Closed(INIT_TWICE, "connection_init was said before")
                case _:
                    raise Closed(BAD_MESSAGE, "the protocol has no such message")

    async def _watch(self) -> None:
        """End a connection on which nothing is asked, or whose access token has expired."""
        while True:
            left = LOOK_SECONDS
            if self.greeting is not None:
                if self.greeting.expires_at is not None:
                    left = min(left, self.greeting.expires_at - time.time())
                over = TokenExpired() if left <= 0 else SessionEnded() if self.greeting.has_ended() else None
                if over is not None:
                    await self._say(over)
                    raise Closed(FORBIDDEN, over.detail)
            if self.under_way:
                self.quiet_since = time.monotonic()
            stranger = self.greeting is None or self.greeting.stranger
            if time.monotonic() - self.quiet_since > (IDLE_STRANGER_SECONDS if stranger else IDLE_SECONDS):
                raise Closed(GOING_AWAY, "nothing was asked for a while; connect again when there is something to ask")
            await asyncio.sleep(max(left, 0.01))

    async def _say(self, refusal: Refusal) -> None:
        """Say why each operation under way ends."""
        for number, task in list(self.under_way.items()):
            task.cancel()
            await self._send({"id": number, "type": "error", "payload": self.refuse(refusal)})

    async def _greet(self) -> None:
        message = await self._receive()
        payload = message.get("payload") or {}
        if message.get("type") != "connection_init" or not isinstance(payload, dict):
            raise Closed(UNAUTHORIZED, "say connection_init first")
        try:
            self.greeting = await self.greet(payload)
        except Refusal as refusal:
            raise Closed(TRY_AGAIN_LATER, refusal.detail[:REASON_CHARACTERS_MAX]) from None
        await self._send({"type": "connection_ack"})

    def _begin(self, message: Mapping[str, Any]) -> None:
        number, payload = message.get("id"), message.get("payload")
        if not isinstance(number, str) or not 0 < len(number) <= ID_CHARACTERS_MAX or not isinstance(payload, dict):
            raise Closed(BAD_MESSAGE, "subscribe needs an id and a payload")
        if number in self.under_way:
            raise Closed(TAKEN, f"subscriber for {number} already exists")
        if len(self.under_way) >= OPERATIONS_MAX:
            raise Closed(FORBIDDEN, f"at most {OPERATIONS_MAX} operations at a time")
        task = self.under_way[number] = asyncio.create_task(self._follow(number, payload))
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        for number, known in list(self.under_way.items()):
            if known is task:
                del self.under_way[number]
        if not task.cancelled():
            task.exception()  # it could not be sent: the other side is gone, which receiving will notice as well

    async def _follow(self, number: str, payload: Mapping[str, Any]) -> None:
        assert self.greeting is not None
        try:
            results = await self.run(self.greeting, payload)
        except (Refusal, InvalidDocumentError) as refusal:
            await self._send({"id": number, "type": "error", "payload": self.refuse(refusal)})
            return
        async for result in results:
            if self.greeting.has_ended():  # nothing more is shown; the watch closes the connection with a word
                await self._send({"id": number, "type": "error", "payload": self.refuse(SessionEnded())})
                return
            await self._send({"id": number, "type": "next", "payload": self.show(result)})
        await self._send({"id": number, "type": "complete"})

    async def _receive(self) -> dict[str, Any]:
        raw = await self.socket.receive_data(mode="text")
        if len(raw) > MESSAGE_BYTES_MAX:
            raise Closed(BAD_MESSAGE, "the message is too long")
        try:
            self.spend(self.greeting, len(raw))
        except Refusal as refusal:
            raise Closed(TRY_AGAIN_LATER, refusal.detail[:REASON_CHARACTERS_MAX]) from None
        try:
            message = orjson.loads(raw)
        except orjson.JSONDecodeError:
            message = None
        if not isinstance(message, dict):
            raise Closed(BAD_MESSAGE, "messages are JSON objects")
        return message

    async def _send(self, message: Mapping[str, Any]) -> None:
        """Send, one after the other; a client that takes nothing is let go, which ends what it follows."""
        async with self.sending, asyncio.timeout(SEND_SECONDS):
            await self.socket.send_data(orjson.dumps(message), mode="text")
