"""Faults of what is between processes: deliveries that come twice or late, and networks that are slow, lossy or silent.

Whoever asks a process by HTTP does so over a road to it, people and sandboxes too; so do the bus's clients. Databases
have one while a fault needs it.
"""

import asyncio
import random
import subprocess
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
from chassis import bus
from chassis.consumer import MARGIN
from devstack.nats import NatsCluster
from devstack.road import Road
from nats.js.errors import NotFoundError
from yima.services import SERVICES

from bench import drift
from e2e.faults.injected import NotDone, Town, end_connections, fault, no_netem

SLOW_SECONDS = 15.0
LOSSY_SECONDS = 15.0
SILENT_SECONDS = 20.0
LOSS = 0.01  # of pieces of HTTP: of a request and its answer, one in fifty
LOSS_STEADY = 0.002  # where a connection carries many pieces: databases and bus
DOUBLED_MAX = 400
DOUBLING_SECONDS = 60.0
HOLDING_SECONDS = 10.0
HELD_AT_ONCE = 16
HELD_BACK_SECONDS = (0.1, 3.0)


# --- deliveries


@fault("deliveries doubled and reordered")
async def deliveries_doubled(town: Town, chance: random.Random) -> str:
    """What was said is said again, in any order and past JetStream's own eye for doubles; and a stranger takes
    deliveries out of the hands of durables and gives them back late."""
    connection = await town.operating()
    try:
        jet = bus.jetstream(connection)
        known = [hears for name in SERVICES for hears in drift.subscriptions(name)]
        held = await asyncio.gather(*(held_back(jet, each.stream, each.durable, chance) for each in known))
        doubled, until = 0, asyncio.get_running_loop().time() + DOUBLING_SECONDS
        for stream in chance.sample(["ORDERING", "SETTLEMENT", "CONSENT", "RECORDS", "IDENTITY"], 3):
            doubled += await said_again(jet, stream, chance, until)
    finally:
        await connection.close()
    if not doubled or not sum(held):
        raise NotDone(f"{doubled} events were said again, {sum(held)} deliveries were held back")
    return f"{doubled} events were said again in any order, {sum(held)} deliveries were held back"


async def held_back(jet: Any, stream: str, durable: str, chance: random.Random) -> int:
    """Take some of a durable's deliveries for a while, and give each back late: what came after it is handled first."""
    loop, held = asyncio.get_running_loop(), 0
    until = loop.time() + HOLDING_SECONDS
    with suppress(NotFoundError):
        thief = await jet.pull_subscribe_bind(durable, stream)
        while loop.time() < until:
            with suppress(TimeoutError):  # nothing came
                for message in await thief.fetch(HELD_AT_ONCE, timeout=1):
                    await message.nak(delay=chance.uniform(*HELD_BACK_SECONDS))
                    held += 1
        await thief.unsubscribe()
    return held


async def said_again(jet: Any, stream: str, chance: random.Random, until: float) -> int:
    """Say a stream's last events again, in any order; not for longer than `until`, on the loop's clock."""
    doubled, young = 0, datetime.now(UTC) - MARGIN
    last = (await jet.stream_info(stream)).state.last_seq
    places = range(max(1, last - DOUBLED_MAX), last + 1)
    for place in chance.sample(places, len(places)):
        if asyncio.get_running_loop().time() > until:
            break  # this machine is busy
        with suppress(NotFoundError):
            known = await jet.get_msg(stream, place)
            if datetime.fromisoformat((known.headers or {})["ce-time"]) < young:
                continue  # an inbox has what was said within a month; here a minute is longer
            headers = {key: text for key, text in (known.headers or {}).items() if not key.startswith("Nats-")}
            headers["Nats-Msg-Id"] = str(uuid4())
            await jet.publish(known.subject, known.data or b"", headers=headers)
            doubled += 1
    return doubled


# --- roads


@asynccontextmanager
async def worse(town: Town, delay: float, loss: float, loss_steady: float) -> AsyncGenerator[dict[str, Sequence[Road]]]:
    """Have every piece take so much longer, and twice that by chance; and lose a share of them with their connections.
    The roads, by what they lead to."""
    databases = Road(town.cluster.address / "worse", [town.cluster.socket])
    roads: dict[str, Sequence[Road]] = {
        "between processes": [road for name, road in town.stack.roads.items() if name != "gateway"],
        "of people": [town.stack.roads["gateway"]],
        "to databases": [databases],
        "to the bus": [town.stack.bus.road] if isinstance(town.stack.bus, NatsCluster) else [],
    }
    await asyncio.to_thread(databases.start)
    assert isinstance(databases.address, Path)
    town.cluster.lead_over(databases.address)
    await end_connections(town)
    for what, those in roads.items():
        for road in those:
            road.delay_seconds = road.jitter_seconds = delay
            road.loss = loss_steady if what in ("to databases", "to the bus") else loss
    try:
        yield roads
    finally:
        for road in [road for those in roads.values() for road in those]:
            road.delay_seconds = road.jitter_seconds = road.loss = 0.0
        town.cluster.lead_over(None)
        await asyncio.to_thread(databases.stop)


async def asked(town: Town) -> float:
    """How long the gateway takes to say that it lives."""
    loop = asyncio.get_running_loop()
    async with httpx2.AsyncClient(trust_env=False) as http:
        began = loop.time()
        await http.get(town.stack.graphql.replace("/graphql", "/health/live"))
        return loop.time() - began


@fault("slow network")
async def slow_network(town: Town, chance: random.Random) -> str:
    """Everybody is far away: what goes between processes, to databases and bus, and to people takes longer."""
    delay = chance.uniform(0.01, 0.04)
    async with worse(town, delay, 0.0, 0.0):
        took = await asked(town)
        await asyncio.sleep(SLOW_SECONDS)
    if took < 2 * delay:
        raise NotDone(f"the gateway answered in {took * 1000:.0f} ms")
    return f"each way between processes, to databases, bus and people took {delay * 1000:.0f}-{2 * delay * 1000:.0f} ms"


@fault("lossy network")
async def lossy_network(town: Town, chance: random.Random) -> str:
    """Connections end in the middle of what they carry: requests and answers, statements and commits, deliveries. Who
    asked does not know whether it was done."""
    delay = chance.uniform(0.001, 0.01)
    before: Counter[str] = Counter()
    async with worse(town, delay, LOSS, LOSS_STEADY) as roads:
        for what, those in roads.items():
            before[what] = sum(road.lost for road in those)
        await asyncio.sleep(LOSSY_SECONDS)
        lost = {what: sum(road.lost for road in those) - before[what] for what, those in roads.items()}
    if not lost["between processes"] or not lost["to databases"]:
        raise NotDone(f"connections that were lost: {lost}")
    return "lost in the middle of a piece: " + ", ".join(f"{count} connections {what}" for what, count in lost.items())


@fault("connections silent")
async def connections_silent(town: Town, _chance: random.Random) -> str:
    """Every connection between processes, and of people, carries nothing any more, and none is told that it has ended.
    Who connects again is served."""
    silent = sum(road.connections for road in town.stack.roads.values())
    for road in town.stack.roads.values():
        road.freeze()
    await asyncio.sleep(SILENT_SECONDS)
    if not silent:
        raise NotDone("there was no connection")
    return f"{silent} connections between processes and of people went silent"


@fault("bus silent")
async def bus_silent(town: Town, _chance: random.Random) -> str:
    """Every connection to the bus carries nothing any more, and none is told that it has ended: a firewall that forgot
    them, a machine that was lost with its network. Who connects again is served."""
    if not isinstance(town.stack.bus, NatsCluster):
        raise NotDone("there is no road to the bus")
    lost = town.stack.bus.road.connections
    town.stack.bus.road.freeze()
    await asyncio.sleep(SILENT_SECONDS)
    if not lost:
        raise NotDone("there was no connection to the bus")
    return f"{lost} connections to the bus went silent"


@fault("netem", no_netem)
async def netem(_town: Town, chance: random.Random) -> str:
    """The kernel makes the loopback of the run's own namespace slow and lossy."""
    delay = chance.randint(2, 15)
    await asyncio.to_thread(shape, "replace", "netem", "delay", f"{delay}ms", f"{delay}ms", "loss", "0.2%")
    try:
        await asyncio.sleep(SLOW_SECONDS)
    finally:
        await asyncio.to_thread(shape, "del")
    return f"the loopback took {delay} ms longer, and lost two pieces in a thousand"


def shape(act: str, *how: str) -> None:
    """Change how the loopback carries."""
    subprocess.run(["tc", "qdisc", act, "dev", "lo", "root", *how], check=True)
