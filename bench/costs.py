"""What an order costs: the CPU of all processes until every service has heard of it, beside pgbench placing one."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from statistics import median

from devstack.stack import Stack

from bench.measure import HERE, Cost, Load, Row, Target, closed_loop, cpu_seconds, paused
from bench.ordering import CLIENTS, SECONDS, one_function_an_order, placing, with_equal_function

IDLE_SECONDS = 3.0  # of which what the system costs without orders is taken
HEARD_SECONDS = 2.0  # until every service has heard of the last one
BY_PGBENCH = 4_940  # orders a second that pgbench places on the machine that the targets are of
TURNS = 3
TURN_SECONDS = 1.5


async def of_an_order(stack: Stack, clients: int, at_most_ms: float, of_many: float = 0) -> Row:
    """Milliseconds of a core, of the system alone: what sends the orders is not counted. With `of_many`, what so many
    clients get has to be that part of what 64 get."""
    call = await placing(stack)
    await closed_loop(call, clients, 1.0)
    await asyncio.sleep(HEARD_SECONDS)
    idle = await spent_a_second(stack)
    before, began = cpu_seconds(stack), time.perf_counter()
    load = await closed_loop(call, clients, SECONDS)
    await asyncio.sleep(HEARD_SECONDS)
    took = time.perf_counter() - began
    each = {
        name: (now - before.get(name, 0) - idle.get(name, 0) * took) / load.count * 1000
        for name, now in cpu_seconds(stack).items()
        if name != HERE
    }
    by_turns = await in_turns(call, clients) if of_many else 0.0
    limit, a_second = await by_pgbench(stack)
    total = sum(each.values())
    targets = [
        Target(f"ms where pgbench places {BY_PGBENCH:,}/s", total * a_second / BY_PGBENCH, at_most_ms, at_most=True)
    ]
    if of_many:
        targets.append(Target(f"of what {CLIENTS} clients get", by_turns, of_many))
    return Row(
        f"what an order costs, {clients} at a time",
        f"{total:.2f} ms of a core",
        f"{limit:.2f} ms by pgbench, one call of the equal function an order",
        total / limit,
        targets,
        summary(load, each),
        less_is_better=True,
        cost=Cost("an order", {name: round(spent, 5) for name, spent in each.items() if spent > 0}),
        histograms={f"{clients} clients": load.histogram},
    )


async def in_turns(call: Callable[[int], Awaitable[object]], clients: int) -> float:
    """What so many clients get through, as a part of what 64 do: medians of turns."""
    rates: dict[int, list[float]] = {clients: [], CLIENTS: []}
    for _ in range(TURNS):
        for count, measured in rates.items():
            measured.append((await closed_loop(call, count, TURN_SECONDS)).per_second)
            await asyncio.sleep(HEARD_SECONDS)
    return median(rates[clients]) / median(rates[CLIENTS])


async def spent_a_second(stack: Stack) -> dict[str, float]:
    """What each process takes while nobody orders, in seconds of a core."""
    before, began = cpu_seconds(stack), time.perf_counter()
    await asyncio.sleep(IDLE_SECONDS)
    took = time.perf_counter() - began
    return {name: (now - before.get(name, 0)) / took for name, now in cpu_seconds(stack).items()}


async def by_pgbench(stack: Stack) -> tuple[float, float]:
    """The limit: what the database takes for an order that pgbench places, the rest of the system stopped; and how many
    it places a second."""
    await with_equal_function(stack)
    with paused(stack):
        before = cpu_seconds(stack)["postgres"]
        a_second = await one_function_an_order(stack)
        return (cpu_seconds(stack)["postgres"] - before) / (a_second * SECONDS) * 1000, a_second


def summary(load: Load, each: dict[str, float]) -> str:
    """How many came a second, and which processes took most of what each cost."""
    most = sorted(each.items(), key=lambda item: -item[1])[:6]
    parts = ", ".join(f"{name} {cost:.2f}" for name, cost in most)
    return f"{load.per_second:,.0f} orders/s, p50 {load.p50_ms:.0f} ms, p99 {load.p99_ms:.0f} ms; of it {parts}"
