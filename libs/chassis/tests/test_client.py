"""Calls whose connection breaks off, as one does when a pod is replaced: what cannot be done twice is sent again."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from chassis import client
from chassis.refusals import Unavailable
from google.protobuf.message import Message
from yima.catalog.v1 import api_pb2 as pb
from yima.catalog.v1.client import CatalogClient

pytestmark = pytest.mark.anyio
EMPTY = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n"
HALVES = {
    "before an answer": b"",
    "in its head": EMPTY[:30],
    "in its body": EMPTY.replace(b"length: 0", b"length: 100") + b"half",
}
READ = pb.ListServiceDefinitionsRequest()
CHANGE = pb.PutServiceDefinitionRequest(code="visit", definition=pb.ServiceDefinition(code="visit"))


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """Not the loop of production: its servers do not close the connections that somebody has left open."""
    return "asyncio"


class Replaced:
    """A service that breaks off the first requests it was sent, and answers those that come then."""

    def __init__(self, breaks: int, half: bytes = b"") -> None:
        self.breaks = breaks
        self.half = half  # an answer that is broken off
        self.taken = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length = 0
        while (line := await reader.readline()).strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        await reader.readexactly(length)
        self.taken += 1
        writer.write(EMPTY if self.taken > self.breaks else self.half)
        writer.close()


@asynccontextmanager
async def replaced(breaks: int, half: bytes = b"") -> AsyncGenerator[tuple[Replaced, CatalogClient]]:
    service = Replaced(breaks, half)
    server = await asyncio.start_server(service.serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield service, CatalogClient(client.http_client(), url)
    finally:
        server.close()


type Call = Callable[[CatalogClient], Awaitable[Message]]


@pytest.mark.parametrize(
    "call",
    [
        lambda catalog: catalog.list_service_definitions(READ),
        lambda catalog: catalog.put_service_definition(CHANGE, key="a key of its own"),
    ],
    ids=["a read", "a change with a key"],
)
@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES.keys())
async def test_what_cannot_be_done_twice_is_sent_again_and_answered(call: Call, half: bytes) -> None:
    async with replaced(2, half) as (service, catalog):
        await call(catalog)
        assert service.taken == 3
    async with replaced(3, half) as (service, catalog):
        with pytest.raises(Unavailable, match="catalog cannot be reached"):
            await call(catalog)
        assert service.taken == 3, "and not for ever"


@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES.keys())
async def test_a_change_without_a_key_is_sent_once(half: bytes) -> None:
    async with replaced(1, half) as (service, catalog):
        with pytest.raises(Unavailable, match="catalog cannot be reached"):
            await catalog.put_service_definition(CHANGE)
        assert service.taken == 1


async def test_what_never_left_is_sent_again_whatever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address is of a pod that is gone; while the caller waits, another one has it."""
    service = Replaced(0)
    server = await asyncio.start_server(service.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    pauses: list[float] = []
    started: list[asyncio.Server] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        started.append(await asyncio.start_server(service.serve, "127.0.0.1", port))

    monkeypatch.setattr("chassis.client.asyncio.sleep", pause)
    catalog = CatalogClient(client.http_client(), f"http://127.0.0.1:{port}")
    await catalog.put_service_definition(CHANGE)
    assert service.taken == 1
    assert len(pauses) == 1
    started[0].close()
