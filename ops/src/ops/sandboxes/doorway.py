"""A sandbox's address: it is there while the sandbox sleeps, wakes it, and hands on what is said, byte for byte."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from http import HTTPStatus

from chassis import problems
from chassis.refusals import Refusal

log = logging.getLogger("ops.sandboxes")

PIECE_BYTES = 64 * 1024

type Use = Callable[[], AbstractAsyncContextManager[int]]
"""Has the sandbox awake, and says at which port its gateway is."""


@asynccontextmanager
async def doorway(host: str, port: int, use: Use, used: Callable[[], None]) -> AsyncGenerator[None]:
    """Hand on whatever comes to `port`. `used` hears of each piece that whoever came sends."""
    open_now: set[asyncio.Task[None]] = set()

    async def come(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_now.add(task)
        try:
            await hand_on(reader, writer, use, used)
        except (OSError, asyncio.IncompleteReadError):
            pass  # either side went away
        finally:
            open_now.discard(task)
            writer.close()

    server = await asyncio.start_server(come, host, port)
    try:
        yield
    finally:
        server.close()
        for task in open_now:
            task.cancel()
        await asyncio.gather(*open_now, return_exceptions=True)
        await server.wait_closed()


async def hand_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, use: Use, used: Callable[[], None]
) -> None:
    used()
    try:
        async with use() as port:
            there, to_there = await asyncio.open_connection("127.0.0.1", port)
    except Refusal as refusal:
        await say_no(reader, writer, refusal)
        return
    try:
        back = asyncio.create_task(pump(there, writer, lambda: None))
        try:
            await pump(reader, to_there, used)
            await back
        finally:
            back.cancel()
            await asyncio.gather(back, return_exceptions=True)
    finally:
        to_there.close()


async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter, used: Callable[[], None]) -> None:
    while piece := await source.read(PIECE_BYTES):
        used()
        target.write(piece)
        await target.drain()
    with suppress(OSError, RuntimeError):
        target.write_eof()


async def say_no(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, refusal: Refusal) -> None:
    """Answer as a service that is away does, with the reason, to whatever was asked."""
    await reader.read(PIECE_BYTES)
    answer = problems.answer_to(refusal, {})
    head = f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\ncontent-type: {problems.MEDIA_TYPE}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
    head += f"content-length: {len(answer.body)}\r\nconnection: close\r\n\r\n"
    writer.write(head.encode() + answer.body)
    await writer.drain()
