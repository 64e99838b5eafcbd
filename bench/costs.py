"""What an order costs: the CPU of all processes until every service has heard of it, beside pgbench placing one."""

import asyncio
import time
from uuid import uuid4

import orjson
from devstack.stack import Stack
from pyreqwest.client import ClientBuilder

from bench.measure import Load, Row, closed_loop, cpu_seconds, paused
from bench.ordering import PLACE, SECONDS, on_terms, one_function_an_order, with_equal_function
from bench.people import an_offering, buyers, with_offerings

IDLE_SECONDS = 3.0  # of which what the system costs without orders is taken
HEARD_SECONDS = 2.0  # until every service has heard of the last one


async def of_an_order(stack: Stack, clients: int, at_most: float) -> Row:
    """Milliseconds of a core, of the system alone: what sends the orders is not counted."""
    await with_offerings(stack)
    offering, people = await an_offering(stack), await buyers(stack)
    http = ClientBuilder().no_proxy().build()

    async def call(number: int) -> None:
        body = {"query": PLACE, "variables": {"key": str(uuid4()), "input": on_terms(offering)}}
        headers = {
            "content-type": "application/json",
            "authorization": f"Bearer {people[number % len(people)].token}",
        }
        answer = await http.post(stack.graphql).headers(headers).body_bytes(orjson.dumps(body)).build().send()
        assert "id" in orjson.loads(bytes(await answer.bytes()))["data"]["placeOrder"]

    await closed_loop(call, clients, 1.0)
    await asyncio.sleep(HEARD_SECONDS)
    idle = await spent_a_second(stack)
    before, began = cpu_seconds(stack), time.perf_counter()
    load = await closed_loop(call, clients, SECONDS)
    await asyncio.sleep(HEARD_SECONDS)
    took = time.perf_counter() - began
    count = load.per_second * SECONDS
    each = {
        name: (now - before.get(name, 0) - idle.get(name, 0) * took) / count * 1000
        for name, now in cpu_seconds(stack).items()
    }
    limit = await by_pgbench(stack)
    total = sum(each.values())
    return Row(
        f"what an order costs, {clients} at a time",
        f"{total:.2f} ms of a core",
        f"{limit:.2f} ms by pgbench, one call of the equal function an order",
        total / limit,
        f"≤ {at_most:g} times",
        summary(load, each),
        less_is_better=True,
    )


async def spent_a_second(stack: Stack) -> dict[str, float]:
    """What each process takes while nobody orders, in seconds of a core."""
    before, began = cpu_seconds(stack), time.perf_counter()
    await asyncio.sleep(IDLE_SECONDS)
    took = time.perf_counter() - began
    return {name: (now - before.get(name, 0)) / took for name, now in cpu_seconds(stack).items()}


async def by_pgbench(stack: Stack) -> float:
    """The limit: what the database takes for an order that pgbench places, the rest of the system stopped."""
    await with_equal_function(stack)
    with paused(stack):
        before = cpu_seconds(stack)["postgres"]
        placed = await one_function_an_order(stack) * SECONDS
        return (cpu_seconds(stack)["postgres"] - before) / placed * 1000


def summary(load: Load, each: dict[str, float]) -> str:
    """How many came a second, and which processes took most of what each cost."""
    most = sorted(each.items(), key=lambda item: -item[1])[:6]
    parts = ", ".join(f"{name} {cost:.2f}" for name, cost in most)
    return f"{load.per_second:,.0f} orders/s, p50 {load.p50_ms:.0f} ms, p99 {load.p99_ms:.0f} ms; of it {parts}"
