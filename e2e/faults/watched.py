"""What a system uses, minute by minute: memory, file handles and connections of its processes, streams, tables."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

import asyncpg
import psutil
from chassis import bus
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
# Of the tables whose rows are made older: which of them are over by now, and wait to be deleted.
OVER = {
    "outbox": "SELECT count(*) FROM outbox WHERE sent_at < now() - interval '1 day'",
    "inbox": "SELECT count(*) FROM inbox WHERE handled_at < now() - interval '1 day' "
    "AND durable NOT LIKE '% acknowledged'",
    "idempotency": "SELECT count(*) FROM idempotency WHERE created_at < now() - interval '1 day'",
}
# Of one server of NATS 2.15 alone, 10,000 events whose subjects all differ took 6 MiB each time (from 41 MiB with the
# first to 70 with 60,000), while 32 MiB went to its files. What the files have is in no process's memory.
INDEX_MIB = 0.6 / 1000
MINUTE_SECONDS = 60.0
LOOK_SECONDS = 20.0  # a look during a fault may find nobody


@dataclass
class Look:
    """What was used at one moment, at rest."""

    at: float
    starts: dict[str, int]
    memory: dict[str, float]  # MiB of a process's own
    handles: dict[str, int]
    bus_servers: int  # of NATS
    bus_memory: float  # MiB of all of them
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


def of_the_bus_alone(look: Look) -> float:
    """MiB of the bus without what its servers hold of each message, which stay for as long as their streams keep them:
    each has a subject of its own, and each server an index of subjects."""
    return look.bus_memory - look.messages * look.bus_servers * INDEX_MIB


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
    Measure("MiB of the bus", lambda look: look.bus_memory, None),
    Measure("MiB of the bus alone", of_the_bus_alone, Bounds(0.2, 40)),
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


def since_it_worked(life: Sequence[tuple[float, int]]) -> Sequence[tuple[float, int]]:
    """A process's looks without those while it was starting, which takes minutes where the processor is short: it had
    less than half of the handles that it has at work. One that has just ended has none."""
    there = [look for look in life if look[1]]
    if not there:
        return ()
    half = median(count for _, count in there[-(len(there) // 3 or 1) :]) / 2
    began = next((number for number, (_, count) in enumerate(there) if count >= half), 0)
    return there[began:]


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
            len(servers),
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
        for (name, _), whole in self.lives.items():
            life = since_it_worked(whole)
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
