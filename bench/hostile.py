"""What a resident notices of 150 hostile connections, and what spending a budget takes.

The rows start a system of their own, with the limits as they are shipped. Attackers run in a process of their own:
`python -m bench.hostile KIND URL` is one kind, until it is ended.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import psutil
import uvloop
import websockets
from devstack.cities import City
from devstack.fictional import identity_number
from devstack.ports import free_range
from devstack.stack import PORTS_NEEDED, Stack
from gateway.console import operations
from graphql import get_introspection_query
from pyreqwest.client import Client, ClientBuilder
from yima_client.caller import connect

from bench.measure import Load, Meter, Row, Target, closed_loop, open_loop, paused
from bench.people import BORN, PASSWORD

CONNECTIONS = 150
RESIDENTS = 6
SECONDS = 6.0
CODES_A_SECOND = 20.0
SETTLE_SECONDS = 1.0
TARGET_MS = 500.0
LEVELS = 90


def bomb(number: int) -> dict[str, Any]:
    chain = "".join(f" fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(LEVELS))
    return {"query": f"{{ ...f0 }}{chain} fragment f{LEVELS} on Query {{ a{number}: __typename }}"}


def introspection(number: int) -> dict[str, Any]:
    return {"query": f"{get_introspection_query()} # {number}"}


def overlap(number: int) -> dict[str, Any]:
    return {"query": "{ offerings { " + "edges { node { id } } " * 60 + f"}} a{number}: __typename }}"}


def padding(number: int) -> dict[str, Any]:
    source = "{ city { title } } " + "," * 10_000 + f"# {number}"
    return {"query": source, "pad": f"{number}" + "x" * 300_000}


def wrong_password(number: int) -> dict[str, Any]:
    login = f"nobody-{number % 1_000}@x.example.org"
    return {"query": operations()["sign-in"], "variables": {"login": login, "password": f"a wrong one, {number}"}}


def wide_page(number: int) -> dict[str, Any]:
    row = f"a{number}: id title partner {{ name }} freePlaces {{ free }}"
    return {"query": f"{{ offerings(first: 100) {{ nodes {{ {row} }} }} }}"}


POSTED: dict[str, Callable[[int], dict[str, Any]]] = {
    "fragments that spread each other": bomb,
    "introspection": introspection,
    "fields of one name": overlap,
    "padding": padding,
    "wide pages": wide_page,
    "wrong passwords": wrong_password,
}


async def post(kind: str, url: str) -> None:
    """As many connections as there are, each sending the next as soon as the last is answered."""
    http = ClientBuilder().no_proxy().build()
    numbers = iter(range(10**12))

    async def attacker() -> None:
        while True:
            body = orjson.dumps(POSTED[kind](next(numbers)))
            call = http.post(url).header("content-type", "application/json").body_bytes(body)
            await (await call.build().send()).bytes()

    await asyncio.gather(*(again(attacker) for _ in range(CONNECTIONS)))


async def slow_bodies(_kind: str, url: str) -> None:
    host, _, port = url.partition("//")[2].partition("/")[0].partition(":")

    async def attacker() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            b"POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9000\r\n\r\n"
        )
        while not reader.at_eof():
            writer.write(b"{")
            await writer.drain()
            await asyncio.sleep(0.5)

    await asyncio.gather(*(again(attacker) for _ in range(CONNECTIONS)))


async def idle_sockets(_kind: str, url: str) -> None:
    protocols = [websockets.Subprotocol("graphql-transport-ws")]

    async def attacker() -> None:
        async with websockets.connect(url.replace("http", "ws", 1), subprotocols=protocols) as socket:
            await socket.send('{"type": "connection_init"}')
            async for _ in socket:
                pass

    await asyncio.gather(*(again(attacker) for _ in range(CONNECTIONS)))


async def again(attacker: Callable[[], Awaitable[None]]) -> None:
    """Who is let go comes back."""
    while True:
        try:
            await attacker()
        except Exception:
            await asyncio.sleep(0.2)


async def attack(kind: str, url: str) -> None:
    await KINDS[kind](kind, url)


KINDS: dict[str, Callable[[str, str], Awaitable[None]]] = {
    **dict.fromkeys(POSTED, post),
    "slow bodies": slow_bodies,
    "idle sockets": idle_sockets,
}


@asynccontextmanager
async def as_shipped(beside: Stack) -> AsyncGenerator[Stack]:
    """A system with the limits as they are shipped; the one beside it rests meanwhile."""
    with tempfile.TemporaryDirectory() as folder, paused(beside):
        async with Stack(Path(folder), City.named("jinan"), free_range(PORTS_NEEDED)) as stack:
            yield stack


async def residents(stack: Stack, count: int) -> list[str]:
    tokens = []
    async with connect(stack.graphql) as nobody:
        for number in range(count):
            login = f"resident-{number}@residents.example.org"
            who = {"login": login, "password": PASSWORD, "name": "A", "birthDate": BORN}
            await nobody.run("register-resident", **who, identityNumber=identity_number(BORN))
            tokens.append((await nobody.run("sign-in", login=login, password=PASSWORD))["accessToken"])
    return tokens


async def ask(http: Client, url: str, body: Any, token: str = "") -> tuple[int, dict[str, Any]]:
    call = http.post(url).header("content-type", "application/json").body_bytes(orjson.dumps(body))
    if token:
        call = call.header("authorization", f"Bearer {token}")
    answer = await call.build().send()
    return answer.status, orjson.loads(bytes(await answer.bytes()))


async def codes(http: Client, stack: Stack, tokens: Iterator[str]) -> Load:
    """How long residents wait for their health codes, who come at a steady rate."""

    async def code(_number: int) -> None:
        _, answer = await ask(http, stack.graphql, {"query": operations()["issue-health-code"]}, next(tokens))
        assert "text" in answer["data"]["issueHealthCode"], answer

    return await open_loop(code, CODES_A_SECOND, SECONDS)


def round_and_round(tokens: list[str]) -> Iterator[str]:
    while True:
        yield from tokens


async def codes_under_attack(beside: Stack) -> Row:
    """A resident's health code beside 150 hostile connections of each kind, and beside none."""
    http = ClientBuilder().no_proxy().build()
    seen: dict[str, Load] = {}
    async with as_shipped(beside) as stack:
        tokens = round_and_round(await residents(stack, RESIDENTS))
        meter = Meter(stack)
        quiet = await codes(http, stack, tokens)
        cost = meter.cost("a code, beside none", quiet.count)
        for kind in KINDS:
            attack = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.hostile", kind, stack.graphql)
            try:
                await asyncio.sleep(SETTLE_SECONDS)
                seen[kind] = await codes(http, stack, tokens)
            finally:
                attack.kill()
                await attack.wait()
    worst = max(seen.values(), key=lambda latency: latency.p99_ms)
    each = "; ".join(f"{kind}: {latency.p50_ms:.0f}/{latency.p99_ms:.0f}" for kind, latency in seen.items())
    return Row(
        f"a resident's health code beside {CONNECTIONS} hostile connections of each kind",
        f"p50 {worst.p50_ms:.0f} ms, p99 {worst.p99_ms:.0f} ms, the worst kind",
        f"p50 {quiet.p50_ms:.0f} ms, p99 {quiet.p99_ms:.0f} ms, beside none",
        worst.p99_ms / quiet.p99_ms,
        [Target("p99 in ms", worst.p99_ms, TARGET_MS, at_most=True)],
        f"p50/p99 in ms: {each}",
        less_is_better=True,
        cost=cost,
        histograms={"none": quiet.histogram} | {kind: latency.histogram for kind, latency in seen.items()},
    )


def core_seconds(processes: list[psutil.Process]) -> float:
    spent = 0.0
    for process in processes:
        with process.oneshot():
            times = process.cpu_times()
            spent += times.user + times.system
    return spent


SPENT: dict[str, Callable[[int], dict[str, Any]]] = {
    "requests": lambda _number: {"query": "{ __typename }"},
    "reads": lambda _number: {"query": "{ me { role } orders(first: 1) { nodes { id } } }"},
    "writes": lambda _number: {"query": operations()["issue-health-code"]},
    "new documents": lambda number: {"query": operations()["offerings"] + f"# {number}"},
    "introspection": introspection,
    "refusals": bomb,
}


async def spending(beside: Stack) -> Row:
    """How much of a core all processes take while one client spends its budget of a minute as fast as it can."""
    http = ClientBuilder().no_proxy().build()
    took: dict[str, float] = {}
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    async with as_shipped(beside) as stack:
        tokens = await residents(stack, len(SPENT))
        processes = [process for process in psutil.Process().children(recursive=True) if process.pid not in before]
        await asyncio.sleep(SETTLE_SECONDS)
        idle = core_seconds(processes)
        await asyncio.sleep(SETTLE_SECONDS)
        idle = (core_seconds(processes) - idle) / SETTLE_SECONDS
        for (kind, make), token in zip(SPENT.items(), tokens, strict=True):
            began, spent = time.perf_counter(), core_seconds(processes)
            refused = asyncio.Event()

            async def call(number: int, make: Any = make, token: str = token, refused: Any = refused) -> None:
                if not refused.is_set():
                    status, _ = await ask(http, stack.graphql, make(number), token)
                    if status == 429:
                        refused.set()

            while not refused.is_set():
                await closed_loop(call, 4, 0.3)
            passed = time.perf_counter() - began
            whole = core_seconds(processes) - spent - idle * passed
            took[kind] = whole / (1 + passed / 60)  # a budget fills up again while it is spent
    worst = max(took.values())
    each = ", ".join(f"{kind} {seconds:.2f}" for kind, seconds in took.items())
    return Row(
        "spending a client's budget of a minute",
        f"{worst:.2f} s of a core, the dearest kind",
        "1 s of a core, what it stands for",
        worst,
        [Target("seconds of a core", worst, 1, at_most=True)],
        f"of all processes: {each}",
        less_is_better=True,
    )


if __name__ == "__main__":
    kind, url = sys.argv[1:]
    uvloop.run(attack(kind, url))
