"""The faults: each is injected into a running system while people use it, and is over when its function returns.

A function's words say what was done; one that had no effect raises `NotDone`, which is a finding. What a machine lacks
for one is said before anything begins, and it is left out. Those of deliveries and networks are in `network`.
"""

import asyncio
import os
import random
import shutil
import signal
import subprocess
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import psutil
from chassis import bus
from chassis.settings import Settings
from devstack.clock import preloaded
from devstack.cluster import Cluster
from devstack.nats import OPERATOR, PROCESSES, Nats, NatsCluster
from devstack.stack import SANDBOXES, Stack
from devstack.supervisor import Supervisor, spawn
from nats.js.errors import NotFoundError
from settlement.provider.sandbox.books import Faults
from yima.services import SERVICES

from bench import drift
from e2e.test_backup import Cluster as Backups
from e2e.test_backup import pod_of

AWAY_SECONDS = (3.0, 8.0)  # that something is away, by chance
HUNG_SECONDS = 8.0
STANDBY_READS_SECONDS = 2.0  # the standby only reads for so long before it is promoted
FULL_SECONDS = 8.0
MISBEHAVES_SECONDS = 15.0
SKEWED_SECONDS = 20.0
RENEWED_SECONDS = 90.0  # files are looked at every ten seconds
SKEWS = ("+90", "-90", "+3", "-3", "+3600")  # seconds
DISK_BYTES = 8 * 2**30  # of a file system in memory, which takes what is in it
ROOM_BYTES = 2 * 2**20  # that a disk which is filling has left
BUS_ROOM_BYTES = 256 * 2**10
BALLAST_BYTES = 4096  # at once
PROCESSES_ALL = (*PROCESSES, "provider", "registers", "carriers")
EVERY_FAULT = Faults(
    seed="1", decline=0.03, pending=0.1, partial_capture=0.03, timeout_after_success=0.05, bank_return=0.05,
    duplicate_webhook=0.3, webhook_delay_seconds=3, refuse_capture=0.02, refuse_refund=0.3, refuse_payout=0.05,
    refund_fails_late=0.1, chargeback=0.02, refuse_void=0.3, not_now=0.05, error_before=0.05,
)  # fmt: skip


class NotDone(Exception):
    """A fault had no effect, so that what was looked at after it says nothing; the text is why."""


@dataclass
class Town:
    """The system. `forked`: its processes are forked from one that has imported everything."""

    stack: Stack
    tell: Callable[[str], None]
    forked: bool = False
    disk: Path | None = None  # the file system of its own that the databases are on
    bus_disk: Path | None = None  # and the bus
    victims: list[str] = field(default_factory=list)  # who was not killed yet
    restored: int = 0
    provider_faults: bool = False  # did the provider misbehave?
    restarts: set[tuple[str, int]] = field(default_factory=set)  # starts that are explained

    @property
    def cluster(self) -> Cluster:
        assert self.stack.cluster is not None
        return self.stack.cluster

    @property
    def nodes(self) -> Sequence[Nats]:
        return self.stack.bus.servers if isinstance(self.stack.bus, NatsCluster) else [self.stack.bus]

    async def operating(self) -> Any:
        """A connection to the bus with an operator's rights."""
        return await bus.connect(Settings(nats_url=self.stack.bus.url_for(OPERATOR)), OPERATOR)


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong. `lacks` says what this machine has not, if anything."""

    name: str
    about: str
    inject: Callable[[Town, random.Random], Awaitable[str]]
    lacks: Callable[[], str]


FAULTS: dict[str, Fault] = {}


def nothing() -> str:
    return ""


def fault(
    name: str, lacks: Callable[[], str] = nothing
) -> Callable[[Callable[[Town, random.Random], Awaitable[str]]], None]:
    def add(inject: Callable[[Town, random.Random], Awaitable[str]]) -> None:
        FAULTS[name] = Fault(name, " ".join((inject.__doc__ or "").split()), inject, lacks)

    return add


async def a_while(chance: random.Random) -> float:
    """Wait for as long as something is away."""
    seconds = chance.uniform(*AWAY_SECONDS)
    await asyncio.sleep(seconds)
    return seconds


# --- what this machine has


@cache
def no_small_disk() -> str:
    if os.geteuid() != 0:
        return "only root may mount a file system of its own"
    return ""


@cache
def no_netem() -> str:
    """Why the kernel's own slow network cannot be had: it is tried in a namespace of its own."""
    trial = "ip link set lo up && tc qdisc add dev lo root netem delay 1ms"
    try:
        done = subprocess.run(["unshare", "--net", "sh", "-c", trial], capture_output=True, check=False)
    except FileNotFoundError:
        return "unshare, ip or tc is not here"
    said = done.stderr.decode(errors="replace").strip().splitlines()
    return "" if done.returncode == 0 else f"a slow link cannot be had here: {said[-1] if said else done.returncode}"


def mount_disk(folder: Path) -> None:
    """Give databases or bus a file system of their own, which can be filled."""
    folder.mkdir(parents=True, exist_ok=True)
    options = f"size={DISK_BYTES},mode=0711"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)


def unmount_disk(folder: Path) -> None:
    subprocess.run(["umount", str(folder)], check=False)


def resize_disk(folder: Path, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True)


# --- processes


@fault("process killed")
async def process_killed(town: Town, chance: random.Random) -> str:
    """kill -9 of a process; each has its turn before any has a second."""
    if not town.victims:
        town.victims = chance.sample(PROCESSES_ALL, len(PROCESSES_ALL))
    victim = town.victims.pop()
    starts = town.stack.supervisor.starts(victim)
    town.stack.supervisor.kill(victim)
    await asyncio.sleep(1)
    await town.stack.supervisor.wait_ready(victim)
    if town.stack.supervisor.starts(victim) == starts:
        raise NotDone(f"{victim} was killed and did not end")
    return f"{victim} was killed"


@fault("all killed")
async def all_killed(town: Town, _chance: random.Random) -> str:
    """kill -9 of every process at once."""
    for name in PROCESSES_ALL:
        with suppress(ProcessLookupError):
            town.stack.supervisor.kill(name)
    await asyncio.sleep(1)
    await asyncio.gather(*(town.stack.supervisor.wait_ready(name) for name in PROCESSES_ALL))
    return "every process was killed"


@fault("process hangs")
async def process_hangs(town: Town, chance: random.Random) -> str:
    """A process stands still, with whatever it was in the middle of."""
    victim = chance.choice(PROCESSES)
    town.stack.supervisor.kill(victim, signal.SIGSTOP)
    await asyncio.sleep(HUNG_SECONDS)
    stood = psutil.Process(town.stack.supervisor.pid(victim)).status() == psutil.STATUS_STOPPED
    town.stack.supervisor.kill(victim, signal.SIGCONT)
    if not stood:
        raise NotDone(f"{victim} did not stand still")
    return f"{victim} stood still for {HUNG_SECONDS:.0f} s"


@fault("clock skew")
async def clock_skew(town: Town, chance: random.Random) -> str:
    """A process goes on with a clock that is off."""
    victim, skew = chance.choice(PROCESSES), chance.choice(SKEWS)
    supervisor = town.stack.supervisor
    before = supervisor.spec(victim)
    off = preloaded() | {"FAKETIME": skew}
    for spec in (replace(before, environment={**before.environment, **off}), before):
        supervisor.change(spec)
        supervisor.kill(victim, signal.SIGTERM)
        await asyncio.sleep(1)
        await supervisor.wait_ready(victim)
        if spec is not before:
            apart = await clock_of(town, victim)
            await asyncio.sleep(SKEWED_SECONDS)
    if abs(apart - int(skew)) > abs(int(skew)) / 2 + 1:
        raise NotDone(f"{victim}'s clock was off by {apart:.0f} s, and should have been by {skew}")
    return f"{victim}'s clock was off by {skew} s"


async def clock_of(town: Town, process: str) -> float:
    """By how many seconds a process's clock is ahead of ours, as its answers say."""
    async with httpx2.AsyncClient(trust_env=False) as http:
        answer = await http.get(town.stack.supervisor.spec(process).ready_url)
    return (parsedate_to_datetime(answer.headers["date"]) - datetime.now(UTC)).total_seconds()


# --- PostgreSQL


@fault("databases restarted")
async def databases_restarted(town: Town, chance: random.Random) -> str:
    """PostgreSQL is stopped as for an upgrade, and started again."""
    primary = town.cluster.primary
    await asyncio.to_thread(primary.stop)
    away = await a_while(chance)
    await asyncio.to_thread(primary.start)
    return f"the databases' server was stopped for {away:.0f} s"


@fault("databases killed")
async def databases_killed(town: Town, chance: random.Random) -> str:
    """kill -9 of PostgreSQL, which recovers from its log."""
    primary = town.cluster.primary
    primary.kill()
    away = await a_while(chance)
    await asyncio.to_thread(primary.start)
    return f"the databases' server was killed, and started after {away:.0f} s"


@fault("databases paused")
async def databases_paused(town: Town, chance: random.Random) -> str:
    """PostgreSQL answers nothing, and closes nothing, for longer than a statement may take."""
    town.cluster.primary.pause()
    try:
        await asyncio.sleep(10 + (away := chance.uniform(*AWAY_SECONDS)))
    finally:
        town.cluster.primary.resume()
    return f"the databases' server stood still for {10 + away:.0f} s"


@fault("connections ended")
async def connections_ended(town: Town, _chance: random.Random) -> str:
    """Every connection to every database is ended at once, as a pooler that is restarted does."""
    ended = await end_connections(town)
    if not ended:
        raise NotDone("there was no connection to a database")
    return f"all {ended} connections to databases were ended"


async def end_connections(town: Town) -> int:
    """How many there were."""
    ended = await town.stack.postgres.fetch(
        "postgres",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'",
    )
    return len(ended)


@fault("failover")
async def failover(town: Town, _chance: random.Random) -> str:
    """The primary is killed. The address leads to its standby, which only reads until it is promoted."""
    town.cluster.lose_primary()
    await asyncio.sleep(STANDBY_READS_SECONDS)
    await town.cluster.promote()
    await town.cluster.add_standby()
    return "the primary was killed, its standby took over, and has a standby of its own"


@fault("disk full", no_small_disk)
async def disk_full(town: Town, _chance: random.Random) -> str:
    """The databases' disk has no room left; then it has."""
    if town.disk is None:
        raise NotDone("the databases have no disk of their own")
    left = await filled(town.disk, ROOM_BYTES)
    ended = [name for name, one in (("primary", town.cluster.primary), ("standby", town.cluster.standby))
             if one is not None and not one.running]  # fmt: skip
    await asyncio.to_thread(town.cluster.start_ended)
    return f"the databases' disk had {left // 1024} KiB left; ended of it: {', '.join(ended) or 'nobody'}"


async def filled(disk: Path, room: int) -> int:
    """Leave a disk so much room, let what others do fill it, and give it room again. What they leave is filled by a
    file. Returns how much it had left."""
    used, ballast = shutil.disk_usage(disk).used, disk / "ballast"
    await asyncio.to_thread(resize_disk, disk, used + room)
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(6 * FULL_SECONDS):
                while shutil.disk_usage(disk).free > room // 8:  # noqa: ASYNC110 it fills by others' work
                    await asyncio.sleep(0.2)
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(BALLAST_BYTES))
        await asyncio.sleep(FULL_SECONDS)
        if (left := shutil.disk_usage(disk).free) > room:
            raise NotDone(f"the disk had {left} bytes left")
        return left
    finally:
        ballast.unlink(missing_ok=True)
        await asyncio.to_thread(resize_disk, disk, DISK_BYTES)


# --- NATS


@fault("bus restarted")
async def bus_restarted(town: Town, chance: random.Random) -> str:
    """Every server of NATS is stopped, and started again."""
    for node in town.nodes:
        await asyncio.to_thread(node.stop)
    away = await a_while(chance)
    for node in town.nodes:
        await asyncio.to_thread(node.start)
    return f"the bus was stopped for {away:.0f} s"


@fault("bus paused")
async def bus_paused(town: Town, chance: random.Random) -> str:
    """Every server of NATS answers nothing, and closes nothing."""
    for node in town.nodes:
        node.pause()
    try:
        away = await a_while(chance)
    finally:
        for node in town.nodes:
            node.resume()
    return f"the bus stood still for {away:.0f} s"


@fault("most of the bus killed")
async def most_of_the_bus_killed(town: Town, chance: random.Random) -> str:
    """kill -9 of two of three servers of NATS: no stream can be written to until one is back."""
    victims = chance.sample(town.nodes, max(1, len(town.nodes) - 1))
    for node in victims:
        node.kill()
    away = await a_while(chance)
    for node in victims:
        await asyncio.to_thread(node.start)
    return f"{len(victims)} of {len(town.nodes)} servers of the bus were killed, and started after {away:.0f} s"


@fault("most of the bus forgets")
async def most_of_the_bus_forgets(town: Town, chance: random.Random) -> str:
    """kill -9 of two of three servers of NATS, which come back with empty disks: the third may have to forget, too."""
    victims = chance.sample(town.nodes, max(1, len(town.nodes) - 1))
    for node in victims:
        node.kill()
        shutil.rmtree(node.folder, ignore_errors=True)
    away = await a_while(chance)
    for node in victims:
        await asyncio.to_thread(node.start)
    return f"{len(victims)} of {len(town.nodes)} servers of the bus came back after {away:.0f} s with empty disks"


@fault("bus forgets")
async def bus_forgets(town: Town, chance: random.Random) -> str:
    """Every server of NATS is killed and loses its disk: each stream and each durable is gone."""
    for node in town.nodes:
        node.kill()
        shutil.rmtree(node.folder, ignore_errors=True)
    await a_while(chance)
    for node in town.nodes:
        await asyncio.to_thread(node.start)
    return "the bus came back with empty disks"


@fault("bus's disk full", no_small_disk)
async def bus_disk_full(town: Town, _chance: random.Random) -> str:
    """The bus's disk has no room left. When it has again, its servers are started again: one that could not write does
    without JetStream until then, which its probe in the chart notices."""
    if town.bus_disk is None:
        raise NotDone("the bus has no disk of its own")
    left = await filled(town.bus_disk, BUS_ROOM_BYTES)
    for node in town.nodes:
        await asyncio.to_thread(node.stop)
        await asyncio.to_thread(node.start)
    return f"the bus's disk had {left // 1024} KiB left"


@fault("stream deleted")
async def stream_deleted(town: Town, chance: random.Random) -> str:
    """Somebody deletes a stream."""
    victim = chance.choice([name for name in SERVICES if name not in ("notifications",)]).upper()
    connection = await town.operating()
    try:
        await bus.jetstream(connection).delete_stream(victim)
    finally:
        await connection.close()
    return f"the stream {victim} was deleted"


@fault("durable deleted")
async def durable_deleted(town: Town, chance: random.Random) -> str:
    """Somebody deletes three durables."""
    known = [(hears.stream, hears.durable) for name in SERVICES for hears in drift.subscriptions(name)]
    connection, deleted = await town.operating(), []
    try:
        jet = bus.jetstream(connection)
        for stream, durable in chance.sample(known, 3):
            with suppress(NotFoundError):
                await jet.delete_consumer(stream, durable)
                deleted.append(durable)
    finally:
        await connection.close()
    if not deleted:
        raise NotDone("none of three durables was there")
    return f"the durables {', '.join(deleted)} were deleted"


# --- what is beside the system


@fault("provider misbehaves")
async def provider_misbehaves(town: Town, _chance: random.Random) -> str:
    """The payment provider declines, refuses, forgets, doubles, delays, takes back and charges back."""
    town.provider_faults = True
    await set_provider(town.stack, EVERY_FAULT)
    await asyncio.sleep(MISBEHAVES_SECONDS)
    await set_provider(town.stack, Faults())
    return "the provider did everything wrong for a while"


async def set_provider(stack: Stack, faults: Faults) -> None:
    async with httpx2.AsyncClient(auth=("", stack.webhook_secret), trust_env=False, verify=stack.shown()) as http:
        answer = await http.put(f"{stack.provider_url}/faults", content=faults.model_dump_json())
        answer.raise_for_status()


def in_plain() -> str:
    return "services speak in plain; with --mutual-tls they do not"


@fault("certificates renewed", in_plain)
async def certificates_renewed(town: Town, _chance: random.Random) -> str:
    """Every process is given another certificate, which it takes while it runs."""
    before = [await shown_by(town, name) for name in SERVICES]
    for name in (*SERVICES, "gateway", *SANDBOXES):
        town.stack.renew(name)
    async with asyncio.timeout(RENEWED_SECONDS):
        while any([await shown_by(town, name) in before for name in SERVICES]):  # noqa: ASYNC110 files are looked at
            await asyncio.sleep(1)
    return f"{len(SERVICES) + 1 + len(SANDBOXES)} certificates were renewed, and those of all services taken"


async def shown_by(town: Town, service: str) -> str:
    """The certificate that a service shows to who comes now."""
    url = urlsplit(town.stack.service_url(service))
    _, writer = await asyncio.open_connection(url.hostname, url.port, ssl=town.stack.shown())
    certificate = writer.get_extra_info("ssl_object").getpeercert()
    writer.close()
    return str(certificate["serialNumber"])


@fault("restore")
async def restore(town: Town, _chance: random.Random) -> str:
    """Everything is killed and backed up as it is; databases and bus are lost. A new server is restored from the backup
    by the chart's own job, onto an empty bus."""
    stack, cluster = town.stack, town.cluster
    await stack.supervisor.end()
    town.restored += 1
    folder = stack.folder / f"restore-{town.restored}"
    folder.mkdir()
    backups = Backups(folder, cluster.primary, stack.secrets)
    await backups.back_up()
    for node in town.nodes:
        node.kill()
        shutil.rmtree(node.folder, ignore_errors=True)
    await asyncio.to_thread(cluster.replace)
    for name in SERVICES:
        await cluster.primary.ensure_database(
            name, f"{name}_owner", stack.secrets["owner"], f"{name}_app", stack.secrets["app"]
        )
    backups.postgres = cluster.primary
    said = await backups.run(pod_of("Job", "yima-restore-1", "--set", "global.restore=newest"))
    for node in town.nodes:
        await asyncio.to_thread(node.start)
    await cluster.add_standby()
    stack.supervisor = Supervisor(lambda name, what: stack.tell(name, what, 0.0), spawn)
    await stack.supervisor.start(stack.specs())
    shutil.rmtree(folder, ignore_errors=True)
    return f"restored: {len(SERVICES)} databases; {said['ordering-after-restore'].strip()}"
