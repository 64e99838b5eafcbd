"""What follows events ends: with a word when the caller's token does, and when nothing is asked any more."""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import orjson
import pytest
from chassis.refusals import Refusal
from gateway.answers import body, events, graphql_errors, until_end
from gateway.limits import BudgetSpent
from gateway.openings import TooManyOpen
from gateway.sockets import Greeting, SocketConnection
from graphql import ExecutionResult
from litestar import Litestar, WebSocket, websocket
from litestar.exceptions import WebSocketDisconnect
from litestar.testing import TestClient, WebSocketTestSession

from gateway import sockets

LIFE_SECONDS = 2.0  # long enough to greet and ask on a busy machine
ENDED: list[bool] = []


async def endless() -> AsyncGenerator[ExecutionResult]:
    """A first result, and then nothing for as long as it is waited for."""
    try:
        yield ExecutionResult(data={"order": "confirmed"}, errors=None)
        await asyncio.Event().wait()
    finally:
        ENDED.append(True)


async def several() -> AsyncGenerator[ExecutionResult]:
    """Results one after the other, as fast as they are taken."""
    for number in range(100):
        yield ExecutionResult(data={"number": number}, errors=None)


@pytest.mark.anyio
async def test_a_stream_says_that_the_token_has_expired_and_ends() -> None:
    stream = until_end(endless(), asyncio.Event(), time.time() + LIFE_SECONDS)
    async with asyncio.timeout(20):
        text = b"".join([chunk async for chunk in events(stream)]).decode()
    first, last, end = text.strip().split("\n\n")
    assert "confirmed" in first
    error = orjson.loads(last.partition("data: ")[2])["errors"][0]
    assert error["extensions"]["code"] == "token-expired"
    assert "after your last cursor" in error["message"]
    assert end.startswith("event: complete")


@pytest.mark.anyio
async def test_a_stream_ends_with_its_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.answers.QUIET_SECONDS", 0.05)
    looks = iter([False, False, True])
    stream = until_end(endless(), asyncio.Event(), None, lambda: next(looks))
    async with asyncio.timeout(20):
        text = b"".join([chunk async for chunk in events(stream)]).decode()
    assert "session-ended" in text
    assert text.strip().endswith("data:")


def test_a_socket_ends_with_its_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "LOOK_SECONDS", 0.05)
    ended: list[bool] = []
    with talking(Greeting("r1", "Bearer x", False, None, lambda: bool(ended))) as client, connect(client) as session:
        session.send_json({"type": "connection_init"})
        session.receive_json()
        session.send_json({"type": "subscribe", "id": "1", "payload": {}})
        assert session.receive_json()["type"] == "next"
        ended.append(True)
        assert session.receive_json()["payload"][0]["extensions"]["code"] == "session-ended"
        assert closed(session) == sockets.FORBIDDEN


def test_nothing_is_shown_over_a_socket_once_its_session_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where an event comes before the next look at the session."""
    monkeypatch.setattr(sockets, "LOOK_SECONDS", 60.0)
    looks = iter([False, False])  # the watch's first, and before the first result; since then it has ended
    greeting = Greeting("r1", "Bearer x", False, None, lambda: next(looks, True))
    with talking(greeting, results=several) as client, connect(client) as session:
        session.send_json({"type": "connection_init"})
        session.receive_json()
        session.send_json({"type": "subscribe", "id": "1", "payload": {}})
        answers = [session.receive_json()]
        while answers[-1]["type"] == "next":
            answers.append(session.receive_json())
        assert answers[-1]["payload"][0]["extensions"]["code"] == "session-ended"
        assert len(answers) <= 3


@pytest.mark.anyio
async def test_nothing_is_shown_in_a_stream_once_its_session_has_ended() -> None:
    ended: list[bool] = []
    stream = until_end(several(), asyncio.Event(), None, lambda: bool(ended))
    assert (await anext(stream)).data == {"number": 0}  # type: ignore[union-attr]
    ended.append(True)
    async with asyncio.timeout(20):
        (last,) = [result async for result in stream]
    assert last is not None and last.data is None and "session was ended" in str(last.errors)


@pytest.mark.anyio
async def test_a_quiet_stream_ends_soon_after_its_session() -> None:
    ended = [True]
    stream = until_end(endless(), asyncio.Event(), None, lambda: len(ended) > 1)
    assert await anext(stream)
    ended.append(True)
    async with asyncio.timeout(4):  # sooner than a proxy's comment is due
        (last,) = [result async for result in stream]
    assert last is not None and "session was ended" in str(last.errors)


@pytest.mark.anyio
async def test_a_stream_is_let_go_when_it_is_read_no_more() -> None:
    ENDED.clear()
    stream = until_end(endless(), asyncio.Event(), None)
    assert await anext(stream)
    await stream.aclose()
    assert ENDED == [True]


def talking(greeting: Greeting | Refusal, spend: Any = lambda *_: None, results: Any = endless) -> TestClient[Any]:
    """A server that holds one connection a connection, with whoever `greeting` says."""

    async def greet(_payload: Mapping[str, Any]) -> Greeting:
        if isinstance(greeting, Refusal):
            raise greeting
        return greeting

    async def run(_greeting: Greeting, _payload: Mapping[str, Any]) -> AsyncGenerator[ExecutionResult]:
        return results()  # type: ignore[no-any-return]

    @websocket("/graphql")
    async def talk(socket: WebSocket[Any, Any, Any]) -> None:
        await SocketConnection(socket, greet, run, spend, body, graphql_errors, asyncio.Event()).serve()

    return TestClient(Litestar([talk], openapi_config=None))


def connect(client: TestClient[Any]) -> WebSocketTestSession:
    return client.websocket_connect("/graphql", subprotocols=[sockets.PROTOCOL])


def closed(session: WebSocketTestSession) -> int:
    with pytest.raises(WebSocketDisconnect) as end:
        for _ in range(5):
            session.receive_json()
    return end.value.code


def test_a_socket_says_of_each_operation_that_the_token_has_expired_and_closes() -> None:
    with talking(Greeting("r1", "Bearer x", False, time.time() + LIFE_SECONDS)) as client, connect(client) as session:
        session.send_json({"type": "connection_init"})
        assert session.receive_json() == {"type": "connection_ack"}
        session.send_json({"type": "subscribe", "id": "1", "payload": {}})
        assert session.receive_json()["type"] == "next"
        last = session.receive_json()
        assert (last["id"], last["type"]) == ("1", "error")
        assert last["payload"][0]["extensions"]["code"] == "token-expired"
        assert closed(session) == sockets.FORBIDDEN


def test_a_socket_on_which_nothing_is_said_or_asked_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is not greeted, soon; a stranger's on which nothing is asked, too. One that follows something stays."""
    monkeypatch.setattr(sockets, "INIT_SECONDS", 0.1)
    monkeypatch.setattr(sockets, "IDLE_STRANGER_SECONDS", 0.3)
    monkeypatch.setattr(sockets, "LOOK_SECONDS", 0.05)
    with talking(Greeting("address")) as client:
        with connect(client) as session:
            assert closed(session) == sockets.INIT_LATE
        with connect(client) as session, connect(client) as following:
            for task in (session, following):
                task.send_json({"type": "connection_init"})
                task.receive_json()
            following.send_json({"type": "subscribe", "id": "1", "payload": {}})
            following.receive_json()
            session.send_json({"type": "ping"})  # which asks nothing
            session.receive_json()
            assert closed(session) == sockets.GOING_AWAY
            following.send_json({"type": "ping"})
            assert following.receive_json() == {"type": "pong"}


def test_who_opens_too_many_or_says_too_much_is_told_to_come_again_later() -> None:
    with talking(TooManyOpen("at most 50 sockets")) as client, connect(client) as session:
        session.send_json({"type": "connection_init"})
        assert closed(session) == sockets.TRY_AGAIN_LATER
    left = [3]

    def spend(_greeting: Greeting | None, _length: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise BudgetSpent(1, 1, 1)

    with talking(Greeting("address"), spend) as client, connect(client) as session:
        session.send_json({"type": "connection_init"})
        for _ in range(5):
            session.send_json({"type": "ping"})
        assert closed(session) == sockets.TRY_AGAIN_LATER
