"""Work that is done before a limit is known: in the gateway's one event loop, in its memory, on its connections."""

import asyncio
import socket
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import psutil
import websockets
from websockets.typing import Origin, Subprotocol

from e2e.attack.attacks import Outcome, attack, judge
from e2e.attack.scene import Answer, Scene, send

SLOWER_MAX = 25.0  # an answer to a stranger's request may wait this many times as long as it does without an attack
PROBE_PAUSE_SECONDS = 0.02
PROTOCOL = Subprotocol("graphql-transport-ws")
CHAINS = {
    "on Query": "fragment {name} on Query {{ {spreads} }}",
    "with a directive": "fragment {name} on Query {{ {spreads} ... @include(if: true) {{ {spreads} }} }}",
    "within inline fragments": "fragment {name} on Query {{ ... on Query {{ {spreads} }} ... {{ {spreads} }} }}",
    "under aliases": "fragment {name} on Query {{ a: __typename {spreads} b: __typename {spreads} }}",
}


async def others_wait(scene: Scene, hostile: Callable[[], Awaitable[Any]]) -> tuple[float, Any]:
    """How many times longer somebody else's request waits while `hostile` goes on, at worst, and what came of it.

    Longer than on a quiet machine, or than another service's answer takes at worst meanwhile: a machine that others
    keep busy is no fault of the gateway's.
    """
    probe = scene.http()

    async def once() -> float:
        return (await send(probe, "POST", scene.graphql, json={"query": "{ __typename }"})).seconds

    usual = statistics.median([await once() for _ in range(15)])
    attacking = asyncio.ensure_future(hostile())
    worst = 0.0
    while not attacking.done():
        worst = max(worst, await once())
        usual = max(usual, await elsewhere(scene, probe))
        await asyncio.sleep(PROBE_PAUSE_SECONDS)
    return worst / usual, await attacking


async def elsewhere(scene: Scene, probe: httpx2.AsyncClient) -> float:
    """How long a process answers that no attack asks anything, in seconds: how busy the machine is."""
    return (await send(probe, "GET", f"{scene.services['catalog']}/health/live")).seconds


def refused_at_once(name: str, answer: Answer) -> list[str]:
    return [] if answer.status in (400, 413, 429) else [f"{name}: answered {answer.status} {str(answer.body)[:80]}"]


async def all_refused(scene: Scene, documents: dict[str, str]) -> Outcome:
    """Each document is refused, and nobody else waits for it."""
    http = scene.http()

    async def hostile() -> list[str]:
        faults = []
        for name, document in documents.items():
            faults += refused_at_once(name, await send(http, "POST", scene.graphql, json={"query": document}))
        return faults

    slower, faults = await others_wait(scene, hostile)
    if slower > SLOWER_MAX:
        faults.append(f"others waited {slower:.0f} times as long")
    return judge(faults, f"{len(documents)} refused; others waited {slower:.1f} times as long at worst")


@attack("C1", "fragments that spread each other twice, 14 to 400 levels, in four forms")
async def fragment_bombs(scene: Scene) -> Outcome:
    documents = {}
    for form, pattern in CHAINS.items():
        for levels in (14, 24, 60, 200, 400):
            chain = [pattern.format(name=f"f{i}", spreads=f"...f{i + 1} ...f{i + 1}") for i in range(levels)]
            last = f"fragment f{levels} on Query {{ __typename }}"
            documents[f"{form}, {levels} levels"] = "{ ...f0 } " + " ".join([*chain, last])
    documents["cycle"] = "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }"
    documents["mutation"] = "mutation { ...f0 } " + " ".join(
        [f"fragment f{i} on Mutation {{ ...f{i + 1} ...f{i + 1} }}" for i in range(30)]
        + ["fragment f30 on Mutation { __typename }"]
    )
    return await all_refused(scene, documents)


@attack("H1", "introspection under aliases, 10 to 170 of them")
async def introspection(scene: Scene) -> Outcome:
    schema = "__schema { types { name description fields { name description args { name description } } } }"
    documents = {
        f"{count} aliases": "{" + " ".join(f"a{i}: {schema}" for i in range(count)) + "}" for count in (10, 170)
    }
    documents["in fragments"] = (
        "{"
        + " ".join(f"...f{i}" for i in range(60))
        + "}"
        + " ".join(f"fragment f{i} on Query {{ a{i}: {schema} }}" for i in range(60))
    )
    documents["of a type"] = (
        "{" + " ".join(f'a{i}: __type(name: "Order") {{ fields {{ name }} }}' for i in range(170)) + "}"
    )
    documents["of names"] = "{" + " ".join(f"a{i}: __typename" for i in range(900)) + "}"
    return await all_refused(scene, documents)


@attack("H2", "documents that are refused, again and again: overlaps, unknown fields, conflicts")
async def refusals(scene: Scene) -> Outcome:
    documents = {}
    for count in (300, 400, 600):
        documents[f"{count} overlapping fields"] = "{ offerings { " + "edges { node { id } } " * count + "} }"
        documents[f"{count} again"] = documents[f"{count} overlapping fields"]
    documents["unknown fields"] = "{" + " ".join(f"offerimgs{i}" for i in range(900)) + "}"
    documents["conflicts"] = (
        "{" + " ".join(f"a: offerings(first: {i}) {{ edges {{ cursor }} }}" for i in range(150)) + "}"
    )
    documents["unused variables"] = "query (" + " ".join(f"$v{i}: Int" for i in range(900)) + ") { __typename }"
    return await all_refused(scene, documents)


@attack("M9", "as much as one address may ask in a minute, spent at once")
async def a_minute_at_once(scene: Scene) -> Outcome:
    http = scene.http()
    document = (
        "{"
        + " ".join(f"a{i}: offerings(first: 100) {{ edges {{ node {{ freePlaces {{ free }} }} }} }}" for i in range(8))
        + "}"
    )

    async def hostile() -> int:
        for number in range(200):
            answer = await send(http, "POST", scene.graphql, json={"query": document})
            if answer.status in (400, 429):
                return number
        return 200

    slower, answered = await others_wait(scene, hostile)
    faults = [f"{answered} such requests were answered"] if answered >= 60 else []
    return judge(faults, f"refused after {answered}; others waited {slower:.1f} times as long at worst")


def memory_of(scene: Scene, name: str) -> psutil.Process | None:
    """The gateway's process, where it is one of this machine's."""
    port = int(scene.origin.rpartition(":")[2])
    for process in psutil.process_iter(["pid", "cmdline"]):
        if (process.info["cmdline"] or [])[-2:] == ["chassis", name]:
            with psutil.Process(process.pid).oneshot():
                if any(connection.laddr and connection.laddr.port == port for connection in process.net_connections()):
                    return process
    return None


@attack("H3", "padded requests, padded documents and unknown uploads, by the megabyte")
async def memory(scene: Scene) -> Outcome:
    gateway = memory_of(scene, "gateway")
    if gateway is None:
        return Outcome(True, "the gateway's process is not on this machine; not measured")
    http, before = scene.http(), gateway.memory_info().rss
    for number in range(150):
        padded = {"query": "{ city { name } }", "pad": f"{number:06}" + "x" * 500_000}
        await send(http, "POST", scene.graphql, json=padded)
    for number in range(150):
        await send(http, "POST", scene.graphql, json={"query": "{ __typename }" + "," * 450_000 + f"#{number}"})
    upload = b"x" * (10 * 1024 * 1024 - 10)
    statuses = {
        (await one).status
        for one in asyncio.as_completed(
            [send(scene.http(), "PUT", f"{scene.origin}/documents/nope{i}", content=upload) for i in range(20)]
        )
    }
    grown = (gateway.memory_info().rss - before) / 1024**2
    faults = [f"the gateway grew by {grown:.0f} MiB"] if grown > 80 else []
    faults += [
        f"an upload to a link that is not there was answered {status}" for status in statuses if status < 400 and status
    ]
    return judge(faults, f"the gateway grew by {grown:.0f} MiB after 300 requests of 450 kB and 20 uploads of 10 MiB")


@attack("M5", "four hundred idle WebSockets of one address, and another origin's")
async def idle_sockets(scene: Scene) -> Outcome:
    url, opened, refused = scene.graphql.replace("http://", "ws://"), [], 0
    address = ("127.200.0.7", 0)
    try:
        for _ in range(400):
            try:
                opened.append(
                    await websockets.connect(
                        url,
                        subprotocols=[PROTOCOL],
                        local_addr=address,
                        ping_interval=None,
                    )
                )
            except (OSError, websockets.WebSocketException):
                refused += 1
        quiet = await send(scene.http(), "POST", scene.graphql, json={"query": "{ __typename }"})
        faults = [] if refused else ["all 400 were let in"]
        faults += [] if quiet.status == 200 else [f"somebody else was answered {quiet.status}"]
        try:
            foreign = await websockets.connect(
                url,
                subprotocols=[PROTOCOL],
                origin=Origin("https://elsewhere.example"),
                ping_interval=None,
            )
            await foreign.close()
            faults.append("another origin's page was let in")
        except (OSError, websockets.WebSocketException):
            pass
        return judge(faults, f"{len(opened)} let in, {refused} refused; another origin refused")
    finally:
        await asyncio.gather(*(connection.close() for connection in opened), return_exceptions=True)


@attack("M6", "bodies and headers that come a byte at a time")
async def slow_bodies(scene: Scene) -> Outcome:
    host, port = "127.0.0.1", int(scene.origin.rpartition(":")[2])

    def connections(start: bytes) -> list[socket.socket]:
        sockets = []
        for _ in range(20):
            one = socket.create_connection((host, port))
            one.sendall(start)
            sockets.append(one)
        return sockets

    head = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"
    dripping = connections(head)
    began = time.monotonic()
    open_sockets = len(dripping)
    while open_sockets and time.monotonic() - began < 75:
        await asyncio.sleep(1)
        open_sockets = sum(still_open(connection) for connection in dripping)
    took = time.monotonic() - began
    for one in dripping:
        one.close()
    return judge(
        [f"{open_sockets} of 20 were open after {took:.0f} s"] if open_sockets else [],
        f"all closed within {took:.0f} s",
    )


def still_open(one: socket.socket) -> bool:
    """Send a byte more; is the other side still there, without having answered?"""
    try:
        one.setblocking(False)
        one.send(b" ")
        one.recv(1024)  # an answer, or the end
        return False
    except BlockingIOError:
        return True
    except OSError:
        return False


@attack("C5", "150 connections that sign in with wrong passwords")
async def wrong_passwords(scene: Scene) -> Outcome:
    resident, _ = await scene.resident()
    quiet = statistics.median([await timed(resident) for _ in range(7)])
    http, stop = scene.http(), asyncio.Event()
    document = 'mutation { signIn(login: "nobody@x.example.org", password: "%s") { __typename } }'

    async def guess(number: int) -> None:
        tries = 0
        while not stop.is_set():
            tries += 1
            await send(http, "POST", scene.graphql, json={"query": document % f"wrong-{number}-{tries}-xx"})

    guessing = [asyncio.create_task(guess(number)) for number in range(150)]
    try:
        await asyncio.sleep(3)
        under, probe, busy = [], scene.http(), 0.0
        for _ in range(10):
            under.append(await timed(resident))
            busy = max(busy, await elsewhere(scene, probe))
    finally:
        stop.set()
        for task in guessing:
            task.cancel()
        await asyncio.gather(*guessing, return_exceptions=True)
    worst = max(under)
    slow = worst > max(5.0, SLOWER_MAX * busy)
    faults = [f"a health code took {worst:.1f} s (quiet: {quiet * 1000:.0f} ms)"] if slow else []
    return judge(faults, f"a health code: {quiet * 1000:.0f} ms quiet, {worst * 1000:.0f} ms at worst meanwhile")


async def timed(resident: Any) -> float:
    began = time.perf_counter()
    await resident.run("issue-health-code")
    return time.perf_counter() - began


@attack("M8", "pages that load others' scripts, or may be framed")
async def pages(scene: Scene) -> Outcome:
    async with httpx2.AsyncClient(trust_env=False) as http:
        page = await http.get(f"{scene.origin}/")
        api = await http.post(scene.graphql, json={"query": "{ __typename }"})
    faults = [f"the page names {name}" for name in ("unpkg.com", "cdn.", "jsdelivr") if name in page.text]
    for name, answer in (("the page", page), ("the API", api)):
        policy = answer.headers.get("content-security-policy", "")
        if "frame-ancestors" not in policy:
            faults.append(f"{name} may be framed")
        if answer.headers.get("x-content-type-options") != "nosniff":
            faults.append(f"{name} may be sniffed")
    return judge(faults, "own scripts only, not to be framed, not to be sniffed")
