"""What a system uses, minute by minute: memory, file handles and connections of its processes, streams, tables. And
that what is kept for a time is gone after it.

A run of half an hour knows no row that is three days old. So what has had its effect is made days older at each rest,
and goes while people are at work, as it does in a city: its tables stay as large as they are.
"""

import asyncio
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from statistics import median
from typing import Any

import asyncpg
import psutil
from chassis import bus
from chassis.consumer import MARGIN
from devstack.nats import PROCESSES
from yima.services import SERVICES

from e2e.faults.injected import Town
from e2e.faults.series import Bounds, Verdict, judged

MIB = 2**20
GROWTH_MAX = 1.3  # of a process's memory, from a third of its life to its end
GROWTH_MIN_MIB = 24  # less is noise
HANDLES_MORE_MAX = 25  # of a process, by which it may have more at its end than at a third of its life
LOOKS_MIN = 6  # at a process, before anything is said of how it grows
TABLES = {
    "outbox": SERVICES,
    "inbox": SERVICES,
    "idempotency": SERVICES,
    "access_session": ("identity",),
    "refresh_token": ("identity",),
    "access_log_leaf": ("consent",),
    "access_log_node": ("consent",),
    "access_log_checkpoint": ("consent",),
}
SIZES = """
    SELECT relname, pg_total_relation_size(oid) AS bytes FROM pg_class
    WHERE relkind = 'r' AND relname = ANY($1::text[])
"""
NO_TRIGGERS = "SET session_replication_role = replica"  # the log lets nobody change it, its owner neither
# What is kept for a time: how its rows are made older than that, and how many of those are left.
KEPT: Mapping[str, tuple[Sequence[str], str, str]] = {
    "outbox, 3 days after it was sent": (
        SERVICES,
        "UPDATE outbox SET sent_at = sent_at - interval '4 days' WHERE sent_at IS NOT NULL",
        "SELECT count(*) FROM outbox WHERE sent_at < now() - interval '3 days'",
    ),
    "inbox, 30 days": (
        SERVICES,
        "UPDATE inbox SET handled_at = handled_at - interval '31 days' WHERE durable NOT LIKE '% acknowledged'",
        "SELECT count(*) FROM inbox WHERE handled_at < now() - interval '30 days' "
        "AND durable NOT LIKE '% acknowledged'",
    ),
    "idempotency, 7 days": (
        SERVICES,
        "UPDATE idempotency SET created_at = created_at - interval '8 days'",
        "SELECT count(*) FROM idempotency WHERE created_at < now() - interval '7 days'",
    ),
    "sessions, a day after their end": (
        ("identity",),
        "UPDATE access_session SET lasts_until = lasts_until - interval '400 days', "
        "expires_at = expires_at - interval '400 days'",
        "SELECT count(*) FROM access_session WHERE coalesce(lasts_until, expires_at) < now() - interval '1 day'",
    ),
    "refresh tokens, until they are over": (
        ("identity",),
        "UPDATE refresh_token SET expires_at = expires_at - interval '400 days'",
        "SELECT count(*) FROM refresh_token WHERE expires_at < now()",
    ),
    "checkpoints of the log that nobody was told of, an hour": (
        ("consent",),
        f"{NO_TRIGGERS}; UPDATE access_log_checkpoint SET signed_at = signed_at - interval '2 hours' "
        "WHERE announced_at IS NULL",
        "SELECT count(*) FROM access_log_checkpoint AS old WHERE announced_at IS NULL "
        "AND signed_at < now() - interval '1 hour' "
        "AND EXISTS (SELECT FROM access_log_checkpoint AS newer WHERE newer.size > old.size)",
    ),
}
# At a rest, when all has had its effect: what was sent or answered some minutes ago becomes days old. Of inboxes only
# what is no event of an outbox any more, nor one that a durable which is made again hears once more: in a city the
# inbox has each event for longer than anybody could say it again.
YOUNG = timedelta(seconds=150)
HEARD_AGAIN = MARGIN + timedelta(minutes=4)
AGE_OUTBOX = """
    UPDATE outbox SET sent_at = sent_at - interval '4 days'
    WHERE sent_at < now() - $1::interval AND sent_at > now() - interval '1 day' AND position <= $2
"""
AGE_KEYS = """
    UPDATE idempotency SET created_at = created_at - interval '8 days'
    WHERE created_at < now() - $1::interval AND created_at > now() - interval '1 day'
"""
AGE_INBOX = """
    UPDATE inbox SET handled_at = handled_at - interval '31 days'
    WHERE handled_at < least(now() - $1::interval, $2) AND handled_at > now() - interval '1 day'
        AND durable NOT LIKE '% acknowledged'
"""
OLDEST_EVENT = "SELECT coalesce(min(created_at), now()) FROM outbox"
# Of the tables whose rows are made older: which of them are over by now, and wait to be deleted.
OVER = {
    "outbox": "SELECT count(*) FROM outbox WHERE sent_at < now() - interval '1 day'",
    "inbox": "SELECT count(*) FROM inbox WHERE handled_at < now() - interval '1 day' "
    "AND durable NOT LIKE '% acknowledged'",
    "idempotency": "SELECT count(*) FROM idempotency WHERE created_at < now() - interval '1 day'",
}
MINUTE_SECONDS = 60.0
LOOK_SECONDS = 20.0  # a look during a fault may find nobody
SWEEPING = ("identity", "consent")  # they sweep every ten minutes, and when they start


@dataclass
class Look:
    """What was used at one moment, at rest."""

    at: float
    starts: dict[str, int]
    memory: dict[str, float]  # MiB of a process's own
    handles: dict[str, int]
    bus_memory: float  # MiB of NATS's servers
    bus_handles: int
    connections: int  # to the databases
    streams: int
    messages: int
    bytes: int
    durables: int
    tables: dict[str, tuple[int, int]]  # rows and KiB
    over: dict[str, int]  # rows that are kept for longer than they should be
    orders: int

    def record(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Measure:
    """One of the soak's series: how it is read off a look, and by how much it may grow over a run's second half. None:
    it is as large as what people did since the last rest, and only shown."""

    name: str
    of: Callable[[Look], float]
    bounds: Bounds | None


def rows_of(table: str) -> Callable[[Look], float]:
    return lambda look: look.tables.get(table, (0, 0))[0]


def over_of(table: str) -> Callable[[Look], float]:
    return lambda look: look.over.get(table, 0)


# Tables that only grow, by law, are measured by the work that was done; those that lose rows, by what they should have
# lost and have not.
MEASURES = (
    Measure("MiB", lambda look: sum(look.memory.values()), Bounds(0.03, 40)),
    Measure("MiB of the largest", lambda look: max(look.memory.values()), Bounds(0.1, 16)),
    Measure("handles", lambda look: sum(look.handles.values()), Bounds(0.05, 40)),
    Measure("MiB of the bus", lambda look: look.bus_memory, Bounds(0.3, 48)),
    Measure("handles of the bus", lambda look: look.bus_handles, Bounds(0.1, 60)),
    Measure("connections", lambda look: look.connections, Bounds(0.1, 10)),
    Measure("streams", lambda look: look.streams, Bounds(0.0, 0.5)),
    Measure("durables", lambda look: look.durables, Bounds(0.0, 0.5)),
    Measure("bytes a message", lambda look: look.bytes / max(look.messages, 1), Bounds(0.15, 20)),
    *(Measure(f"{table}: rows", rows_of(table), None) for table in OVER),
    Measure("outbox: over", over_of("outbox"), Bounds(0.35, 800)),
    Measure("inbox: over", over_of("inbox"), Bounds(0.35, 800)),
    Measure("idempotency: over", over_of("idempotency"), Bounds(0.35, 300)),
    Measure("sessions", rows_of("access_session"), Bounds(0.5, 50)),
    Measure("refresh tokens", rows_of("refresh_token"), Bounds(0.5, 50)),
    Measure("leaves an order", lambda look: rows_of("access_log_leaf")(look) / max(look.orders, 1), Bounds(0.25, 0.5)),
    Measure(
        "checkpoints an order", lambda look: rows_of("access_log_checkpoint")(look) / max(look.orders, 1),
        Bounds(0.25, 0.1),
    ),
)  # fmt: skip


def used_by(pid: int) -> tuple[float, int] | None:
    """A process's memory, in MiB, and its handles; None where it is no more."""
    try:
        process = psutil.Process(pid)
        with process.oneshot():
            return process.memory_info().rss / MIB, process.num_fds()
    except psutil.Error:
        return None


@dataclass
class Watched:
    """A system's processes over a run."""

    town: Town
    looks: list[Look] = field(default_factory=list)  # at rest
    minutes: list[Look] = field(default_factory=list)  # at work and in faults, where somebody was there to be asked
    missed: int = 0  # minutes in which nobody was
    lives: dict[tuple[str, int], list[tuple[float, int]]] = field(default_factory=dict)
    generation: int = 0  # of supervisors: a restore begins another

    def sample(self) -> None:
        """Look at the memory and handles of each process, at work."""
        for name in [*PROCESSES, "provider"]:
            found = self.of(name)
            if found is not None:
                started = self.town.stack.supervisor.pid(name)
                self.lives.setdefault((name, started), []).append(found)

    def of(self, name: str) -> tuple[float, int] | None:
        try:
            return used_by(self.town.stack.supervisor.pid(name))
        except KeyError:
            return None

    async def minute(self, at: float, orders: int) -> None:
        """Look once a minute. Where a fault has taken what is looked at, there is no look."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                self.minutes.append(await self._seen(at, orders))
        except Exception:
            self.missed += 1

    async def look(self, at: float, orders: int) -> Look:
        """Look at a rest."""
        look = await self._seen(at, orders)
        self.looks.append(look)
        return look

    def soaked(self) -> dict[str, Verdict]:
        """What each of the soak's series did."""
        return {measure.name: judged([(look.at, measure.of(look)) for look in self.minutes], measure.bounds)
                for measure in MEASURES if measure.bounds is not None}  # fmt: skip

    async def _seen(self, at: float, orders: int) -> Look:
        stack = self.town.stack
        memory, handles, starts = {}, {}, {}
        for name in [*PROCESSES, "provider"]:
            memory[name], handles[name] = self.of(name) or (0.0, 0)
            starts[name] = stack.supervisor.starts(name)
        servers = [found for node in self.town.nodes if node.running and (found := used_by(node.pid)) is not None]
        (connections,) = await stack.postgres.fetch(
            "postgres", "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
        )
        connection = await self.town.operating()
        try:
            jet = bus.jetstream(connection)
            streams = await jet.streams_info()
        finally:
            await connection.close()
        tables: dict[str, tuple[int, int]] = {}
        over = dict.fromkeys(OVER, 0)
        for service in SERVICES:
            mine = [table for table, services in TABLES.items() if service in services]
            database = await asyncpg.connect(stack.postgres.dsn(service))
            try:
                for row in await database.fetch(SIZES, mine):
                    rows = await database.fetchval(f"SELECT count(*) FROM {row['relname']}")
                    before = tables.get(row["relname"], (0, 0))
                    tables[row["relname"]] = (before[0] + rows, before[1] + row["bytes"] // 1024)
                for table, query in OVER.items():
                    over[table] += await database.fetchval(query)
            finally:
                await database.close()
        return Look(
            at,
            starts,
            memory,
            handles,
            sum(memory for memory, _ in servers),
            sum(handles for _, handles in servers),
            connections[0],
            len(streams),
            sum(info.state.messages for info in streams),
            sum(info.state.bytes for info in streams),
            sum(info.state.consumer_count for info in streams),
            tables,
            over,
            orders,
        )

    def growing(self) -> list[str]:
        """Which processes keep growing while they live, in memory or handles."""
        off = []
        for (name, _), life in self.lives.items():
            if len(life) < LOOKS_MIN:
                continue
            third = len(life) // 3
            memory, handles = [size for size, _ in life], [count for _, count in life]
            before, last = median(memory[third : 2 * third]), median(memory[-third:])
            if last > max(before * GROWTH_MAX, before + GROWTH_MIN_MIB):
                off.append(f"{name} keeps growing: {[round(size) for size in memory]} MiB")
            if median(handles[-third:]) > median(handles[third : 2 * third]) + HANDLES_MORE_MAX:
                off.append(f"{name} keeps more and more handles: {handles}")
        return off

    def spread(self) -> list[str]:
        """What should be as many at each rest as at the first."""
        off = []
        for what in ("streams", "durables"):
            seen = [getattr(look, what) for look in self.looks]
            if len(set(seen)) > 1:
                off.append(f"{what} were {seen}")
        return off


async def aged(town: Town, positions: Mapping[str, int]) -> None:
    """Make older what has had its effect: of each service's outbox what is before this position."""
    oldest = min([(await town.stack.postgres.fetch(service, OLDEST_EVENT))[0][0] for service in SERVICES])
    for service in SERVICES:
        connection = await asyncpg.connect(town.stack.postgres.dsn(service))
        try:
            await connection.execute(AGE_INBOX, HEARD_AGAIN, oldest)
            await connection.execute(AGE_OUTBOX, YOUNG, positions.get(service, 0))
            await connection.execute(AGE_KEYS, YOUNG)
        finally:
            await connection.close()


async def forgotten(town: Town, seconds: float) -> dict[str, dict[str, int]]:
    """Make what is kept for a time older than that, and wait until it is gone: how much there was, and is left."""
    found: dict[str, dict[str, int]] = {}
    for what, (services, older, _) in KEPT.items():
        found[what] = {"aged": 0, "left": 0}
        for service in services:
            connection = await asyncpg.connect(town.stack.postgres.dsn(service))
            try:
                found[what]["aged"] += int((await connection.execute(older)).split()[-1])
            finally:
                await connection.close()
    for name in SWEEPING:
        town.stack.supervisor.kill(name, signal.SIGTERM)
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        for what, (services, _, left) in KEPT.items():
            counts = [await town.stack.postgres.fetch(service, left) for service in services]
            found[what]["left"] = sum(rows[0][0] for rows in counts)
        if not any(each["left"] for each in found.values()) or asyncio.get_running_loop().time() > deadline:
            return found
        await asyncio.sleep(2)
