"""A body comes in time or not at all, whoever sends it and however slowly."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from chassis import bodies, problems
from chassis.api import headers_of
from chassis.bodies import read_body, stream_body
from chassis.refusals import Invalid, TooLarge, TooSlow, UnsupportedMediaType

pytestmark = pytest.mark.anyio
MOST = 10_000
PATIENCE_SECONDS = 20.0  # far above what any of these takes


@pytest.fixture(autouse=True)
def little_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.2)
    monkeypatch.setattr(bodies, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(bodies, "LINGER_SECONDS", 0.2)


def sent(*chunks: bytes, pause: float = 0.0) -> Callable[[], Awaitable[Any]]:
    """What a server hands on when these chunks are sent; after them nothing comes, and no end."""
    left = list(chunks)

    async def receive() -> Any:
        if not left:
            await asyncio.Event().wait()
        await asyncio.sleep(pause)
        chunk = left.pop(0)
        return {"type": "http.request", "body": chunk, "more_body": bool(left) or chunk != b""}

    return receive


async def streamed(receive: Any, most: int) -> bytes:
    return b"".join([chunk async for chunk in stream_body(receive, most)])


readers = pytest.mark.parametrize("reader", [read_body, streamed])


@readers
async def test_a_body_is_read_whole(reader: Any) -> None:
    assert await reader(sent(b""), MOST) == b""
    assert await reader(sent(b"ab", b"cd", b""), MOST) == b"abcd"
    assert await reader(sent(b"a" * MOST, b""), MOST) == b"a" * MOST


@readers
@pytest.mark.parametrize(
    "receive",
    [sent(), sent(b"a" * 100), sent(*[b"a"] * 1_000, pause=0.02)],
    ids=["nothing comes", "it stops", "a byte at a time"],
)
async def test_a_body_that_does_not_come_in_time_is_refused(reader: Any, receive: Any) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        with pytest.raises(TooSlow):
            await reader(receive, MOST)


@readers
async def test_who_sends_fast_enough_has_longer_the_more_they_send(
    reader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    chunks = [b"a" * 1_000] * 10
    receive = sent(*chunks, b"", pause=0.05)
    assert len(await (read_body(receive, MOST, 1_000) if reader is read_body else collected(receive))) == MOST


async def collected(receive: Any) -> bytes:
    return b"".join([chunk async for chunk in stream_body(receive, MOST, 1_000)])


@readers
async def test_a_body_that_is_too_long_is_refused(reader: Any) -> None:
    with pytest.raises(TooLarge):
        await reader(sent(b"a" * MOST, b"a", b""), MOST)
    with pytest.raises(TooLarge):
        await reader(sent(b"a" * (MOST + 1)), MOST)


async def test_many_who_wait_are_each_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        ended = await asyncio.gather(*(read_body(sent(b"a"), MOST) for _ in range(200)), return_exceptions=True)
    assert {type(end) for end in ended} == {TooSlow}
    assert not bodies.deadlines().waiting


async def test_who_is_cancelled_meanwhile_is_cancelled() -> None:
    reading = asyncio.create_task(read_body(sent(b"a"), MOST))
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert not bodies.deadlines().waiting


async def test_a_caller_that_hangs_up_is_told_apart() -> None:
    async def receive() -> Any:
        return {"type": "http.disconnect"}

    with pytest.raises(Invalid, match="hung up"):
        await read_body(receive, MOST)


@pytest.mark.parametrize("encoding", [b"gzip", b"deflate", b"br", b"identity, gzip", b"GZIP", b"none"])
async def test_a_body_that_is_compressed_is_refused_rather_than_read_as_it_is(encoding: bytes) -> None:
    scope: Any = {"headers": [(b"content-encoding", encoding)]}
    with pytest.raises(UnsupportedMediaType) as refusal:
        headers_of(scope)
    assert (refusal.value.field, problems.STATUS[UnsupportedMediaType]) == ("content-encoding", 415)
    for fine in (b"identity", b"Identity", b""):
        headers_of({"headers": [(b"content-encoding", fine)]})  # type: ignore[typeddict-item]


@pytest.mark.parametrize("name", [b"authorization", b"content-type", b"host", b"idempotency-key"])
async def test_a_header_that_says_who_calls_or_what_for_is_there_once(name: bytes) -> None:
    scope: Any = {"headers": [(b"accept", b"a"), (name, b"b")]}
    assert headers_of(scope)[name.decode()] == "b"
    scope["headers"].append((name, b"b"))
    with pytest.raises(Invalid) as refusal:
        headers_of(scope)
    assert refusal.value.field == name.decode()


async def answered(headers: list[tuple[bytes, bytes]], reads: int) -> dict[bytes, bytes]:
    """The headers of an answer that is given after so many chunks of a body of two were read."""

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        for _ in range(reads):
            await receive()
        start = {"type": "http.response.start", "status": 404, "headers": [(b"connection", b"keep-alive")]}
        await send(start)
        await send({"type": "http.response.body", "body": b"nothing is here"})

    messages: list[Any] = []

    async def send(message: Any) -> None:
        messages.append(message)

    scope: Any = {"type": "http", "http_version": "1.1", "headers": headers}
    await bodies.closing_what_is_unread(app)(scope, sent(b"ab", b""), send)
    return dict(messages[0]["headers"])


@pytest.mark.parametrize("header", [(b"content-length", b"2"), (b"transfer-encoding", b"chunked")])
async def test_who_answers_before_the_body_was_read_says_that_the_connection_closes(
    header: tuple[bytes, bytes],
) -> None:
    assert [(await answered([header], reads))[b"connection"] for reads in (0, 1, 2)] == [
        b"close",
        b"close",
        b"keep-alive",
    ]


async def test_a_request_without_a_body_leaves_the_connection_open() -> None:
    for headers in ([], [(b"content-length", b"0")]):
        assert (await answered(headers, 0))[b"connection"] == b"keep-alive"


async def left_after_a_refusal(receive: Any) -> None:
    """A request whose sender goes on sending after the refusal, as the server sees it."""

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 413, "headers": []})
        await send({"type": "http.response.body", "body": b"too large"})

    async def send(_message: Any) -> None:
        pass

    scope: Any = {"type": "http", "http_version": "1.1", "headers": [(b"transfer-encoding", b"chunked")]}
    async with asyncio.timeout(PATIENCE_SECONDS):
        await bodies.closing_what_is_unread(app)(scope, receive, send)


async def test_what_comes_after_a_refusal_is_read_to_its_end_but_only_for_a_moment_and_only_so_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bodies, "LINGER_BYTES", 1_000)
    taken = 0

    def counted(receive: Any) -> Any:
        async def counting() -> Any:
            nonlocal taken
            message = await receive()
            taken += len(message["body"])
            return message

        return counting

    for receive, expected in (
        (sent(b"ab", b"cd", b""), 4),
        (sent(b"ab"), 2),  # and nothing more comes
        (sent(*[b"a" * 100] * 1_000), 1_000),
    ):
        taken = 0
        await left_after_a_refusal(counted(receive))
        assert taken == expected
