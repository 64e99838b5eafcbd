"""What hostile callers cannot do to others: hold the gateway's loop, its memory, its connections or the bus."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx2
import orjson
import pytest
import websockets
from devstack.stack import Stack
from graphql import get_introspection_query
from websockets.exceptions import InvalidStatus
from yima_client.caller import Caller
from yima_client.errors import Refused

pytestmark = pytest.mark.anyio
PASSWORD = "a password of some length"
PROTOCOL = websockets.Subprotocol("graphql-transport-ws")
PATIENCE_SECONDS = 30.0
TIMES_MAX = 100  # as long as a probe takes otherwise, one may take beside hostile callers


@pytest.fixture
async def http(stack: Stack) -> AsyncGenerator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS) as opened:
        yield opened


def diamonds(number: int) -> str:
    chain = "".join(f" fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(90))
    return f"{{ ...f0 }}{chain} fragment f90 on Query {{ a{number}: __typename }}"


HOSTILE: dict[str, Callable[[int], str]] = {
    "diamonds": diamonds,
    "introspection": lambda number: f"{get_introspection_query()} # {number}",
    "twins": lambda number: "{ offerings { " + "edges { node { id } } " * 150 + f"}} a{number}: __typename }}",
    "nobody's fields": lambda number: "{ " + " ".join(f"x{number}offerings{n}" for n in range(400)) + " }",
    "padding": lambda number: "{ __typename" + "," * 30_000 + f" }} # {number}",
}


@pytest.mark.parametrize("kind", HOSTILE)
async def test_who_asks_for_too_much_holds_up_nobody(stack: Stack, http: httpx2.AsyncClient, kind: str) -> None:
    probe = f"http://127.0.0.1:{stack.base_port}/health/live"

    async def probed() -> float:
        began = time.perf_counter()
        assert (await http.get(probe)).status_code == 200
        return time.perf_counter() - began

    async def ask(number: int) -> int:
        return (await http.post(stack.graphql, json={"query": HOSTILE[kind](number)})).status_code

    usual = sorted([await probed() for _ in range(20)])[10]
    attack = asyncio.gather(*(ask(number) for number in range(24)))
    waits = []
    while not attack.done():
        waits.append(await probed())
    assert 500 not in await attack
    assert sorted(waits)[len(waits) // 2] < TIMES_MAX * usual


async def test_a_body_that_does_not_come_is_not_waited_for(stack: Stack) -> None:
    """Twenty that send a byte now and then are let go with a word, by gateway and service alike."""

    async def slow(port: int, path: str) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST {path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n"
        writer.write(head.encode())
        answer = asyncio.create_task(reader.read(20))
        while not answer.done():
            writer.write(b" ")
            await asyncio.wait({answer}, timeout=0.2)
        writer.close()
        return answer.result()

    identity = urlsplit(stack.service_url("identity")).port
    assert identity is not None
    connections = [slow(stack.base_port, "/graphql") for _ in range(20)] + [slow(identity, "/tokens") for _ in range(5)]
    async with asyncio.timeout(PATIENCE_SECONDS):
        answers = await asyncio.gather(*connections)
    assert all(answer.startswith(b"HTTP/1.1 408") for answer in answers), answers


async def test_a_document_is_not_read_for_a_link_that_nobody_gave(stack: Stack) -> None:
    """The refusal is there before the ten megabytes are."""
    reader, writer = await asyncio.open_connection("127.0.0.1", stack.base_port)
    head = f"PUT /documents/{'x' * 43} HTTP/1.1\r\nhost: a\r\ncontent-length: 10000000\r\n\r\n"
    writer.write(head.encode() + b"%PDF-1.4")
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert (await reader.readline()).startswith(b"HTTP/1.1 404")
        assert b"connection: close\r\n" in (await reader.readuntil(b"\r\n\r\n")).lower()
    writer.close()


@pytest.mark.parametrize("path", ["/graphql", "/documents/none", "/no/such/path"])
async def test_who_sends_too_much_hears_the_refusal_however_long_they_send(
    http: httpx2.AsyncClient, stack: Stack, path: str
) -> None:
    """A connection that is reset under a sender takes the answer along."""
    address = f"http://127.0.0.1:{stack.base_port}{path}"
    for length in (300_000, 3_000_000, 9_000_000):
        for _ in range(3):
            answer = await http.post(address, content=b" " * length, headers={"content-type": "application/json"})
            assert 400 <= answer.status_code < 500
            assert "title" in answer.json() or "errors" in answer.json()


async def test_uploads_of_one_address_are_few(http: httpx2.AsyncClient, stack: Stack) -> None:
    async def send() -> int:
        url = f"http://127.0.0.1:{stack.base_port}/documents/{'y' * 43}"
        return (await http.put(url, content=b"x" * 1_000_000)).status_code

    assert set(await asyncio.gather(*(send() for _ in range(20)))) <= {404, 429}


async def test_a_page_of_another_origin_opens_no_socket(stack: Stack) -> None:
    url = stack.graphql.replace("http", "ws", 1)
    with pytest.raises(InvalidStatus) as refused:
        async with websockets.connect(url, subprotocols=[PROTOCOL], origin=websockets.Origin("https://evil.example")):
            pass
    assert refused.value.response.status_code == 403
    own = websockets.Origin(stack.graphql.removesuffix("/graphql"))
    async with websockets.connect(url, subprotocols=[PROTOCOL], origin=own) as socket:
        await socket.send('{"type": "connection_init"}')
        assert orjson.loads(await socket.recv()) == {"type": "connection_ack"}


async def test_sockets_of_strangers_at_one_address_are_few(stack: Stack) -> None:
    url = stack.graphql.replace("http", "ws", 1)
    opened: list[Any] = []
    try:
        with pytest.raises(InvalidStatus):
            for _ in range(100):
                opened.append(await websockets.connect(url, subprotocols=[PROTOCOL]))
        assert len(opened) >= 20
    finally:
        await asyncio.gather(*(socket.close() for socket in opened))


async def test_an_institution_that_never_applied_follows_nothing(stack: Stack, nobody: Caller) -> None:
    """Anybody registers one; each feed is a consumer of the bus."""
    login = f"{uuid4().hex[:10]}@institutions.example.org"
    name = {"zh-CN": "诊所", "en": "Clinic"}
    await nobody.run("register-institution", name=name, login=login, password=PASSWORD, staffName="A")
    staff = await nobody.signed_in(login, PASSWORD)
    for feed in ("incoming-orders", "consent-changes", "order-events"):
        with pytest.raises(Refused) as refusal:
            async for _ in staff.follow(feed):
                pass
        assert refusal.value.code == "forbidden"
