"""The catalog's list of twenty with partner and price: through the gateway, and as execution alone."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import orjson
from chassis.auth import ANYONE
from chassis.client import http_client
from city_pack.pack import read
from devstack.stack import Stack
from gateway.console import operations
from gateway.context import Context
from gateway.responses import Shared
from gateway.schema import core
from graphql import execute, parse, validate
from graphql_compiled import CompiledOperation, compile_operation
from pyreqwest.client import ClientBuilder
from yima.catalog.v1 import api_pb2 as catalog
from yima.catalog.v1.client import CatalogClient
from yima.common.v1.types_pb2 import PageRequest
from yima.partners.v1 import api_pb2 as partners
from yima.partners.v1.client import PartnersClient

from bench.measure import HERE, Cost, Meter, Row, Target, closed_loop, listening
from bench.people import with_offerings

CLIENTS = 16
SECONDS = 5.0
ROUNDS = 7
RUNS = 40

LIMIT_APP = """
import sys
from granian.server.embed import Server
from granian.constants import Interfaces
from litestar import Litestar, Response, post
import asyncio, uvloop
body = open(sys.argv[2], "rb").read()

@post("/graphql", status_code=200)
async def same_bytes() -> Response[bytes]:
    return Response(body, media_type="application/json")

async def main():
    server = Server(Litestar([same_bytes], openapi_config=None), port=int(sys.argv[1]), interface=Interfaces.ASGI)
    await server.serve()

uvloop.run(main())
"""


async def list_through_gateway(stack: Stack) -> Row:
    """Requests a second for the list, beside a Litestar route that returns the same bytes."""
    await with_offerings(stack)
    asked = orjson.dumps({"query": operations()["offerings"], "variables": {"first": 20}})
    http = ClientBuilder().no_proxy().build()
    headers = {"content-type": "application/json"}

    async def call(url: str) -> bytes:
        answer = await http.post(url).headers(headers).body_bytes(asked).build().send()
        return bytes(await answer.bytes())

    answer = await call(stack.graphql)
    assert len(orjson.loads(answer)["data"]["offerings"]["edges"]) == 20
    port, body = stack.base_port + 38, stack.folder / "answer.json"
    body.write_bytes(answer)
    limit = subprocess.Popen([sys.executable, "-c", LIMIT_APP, str(port), str(body)], stderr=subprocess.DEVNULL)
    try:
        await listening(port)
        ours, theirs = [], []
        meter = Meter(stack)
        for _ in range(3):
            ours.append(await closed_loop(lambda _n: call(stack.graphql), CLIENTS, SECONDS / 3))
            theirs.append(await closed_loop(lambda _n: call(f"http://127.0.0.1:{port}/graphql"), CLIENTS, SECONDS / 3))
        cost = meter.cost("a list", sum(load.count for load in ours))
    finally:
        limit.terminate()
        limit.wait()
    figure, bound = median(load.per_second for load in ours), median(load.per_second for load in theirs)
    return Row(
        "catalog list of 20 with partner and price, through the gateway (answer remembered)",
        f"{figure:,.0f}/s",
        f"{bound:,.0f}/s, a Litestar route that returns the same bytes",
        figure / bound,
        [Target("of the limit", figure / bound, 0.70)],
        f"p99 {max(load.p99_ms for load in ours):.0f} ms, {CLIENTS} clients",
        cost=Cost(cost.of, {name: taken for name, taken in cost.milliseconds.items() if name != HERE}),
        histograms={f"{CLIENTS} clients": ours[-1].histogram},
    )


async def compiled_against_graphql_core(stack: Stack) -> Row:
    """Execution of the same operation over the same messages: compiled, and by graphql-core with a parsed document."""
    await with_offerings(stack)
    http = http_client()
    page = await CatalogClient(http, stack.service_url("catalog")).list_offerings(
        catalog.ListOfferingsRequest(page=PageRequest(first=20))
    )
    ids = list({offering.partner_id for offering in page.offerings})
    known = await PartnersClient(http, stack.service_url("partners")).get_profiles(
        partners.GetProfilesRequest(partner_ids=ids)
    )

    class Catalog:
        async def list_offerings(self, _request: object) -> catalog.OfferingPage:
            return page

    class Partners:
        async def get_profiles(self, _request: object) -> partners.Profiles:
            return known

    class Services:
        catalog = Catalog()
        partners = Partners()

    city = read(str(stack.city.pack))
    shared = Shared()
    shared.connected = True  # as in a gateway that hears events: profiles are remembered, the page is not

    def context() -> Context:
        services: Any = Services()
        return Context(services, ANYONE, "", "en", city, shared)

    document = parse(operations()["offerings"])
    assert not validate(core, document)
    compiled = compile_operation(core, document)
    assert isinstance(compiled, CompiledOperation)

    async def by_core() -> Any:
        result: Any = execute(core, document, context_value=context(), variable_values={"first": 20})
        return await result if asyncio.iscoroutine(result) or asyncio.isfuture(result) else result

    async def by_compiled() -> Any:
        return await compiled.execute(None, context(), {"first": 20})

    assert (await by_core()).data == (await by_compiled()).data
    core_us, compiled_us = await interleaved(by_core), await interleaved(by_compiled)
    for _ in range(ROUNDS):
        core_us = min(core_us, await interleaved(by_core))
        compiled_us = min(compiled_us, await interleaved(by_compiled))
    return Row(
        "the same list, execution alone, uncached",
        f"{compiled_us:,.0f} µs compiled",
        f"{core_us:,.0f} µs, graphql-core with the document parsed and validated before",
        core_us / compiled_us,
        [Target("times faster", core_us / compiled_us, 8)],
        "services' answers at hand; best of interleaved rounds",
        cost=Cost("a list", {HERE: compiled_us / 1000}),
    )


async def interleaved(run: Callable[[], Any]) -> float:
    """Microseconds a run, over a round of runs."""
    began = time.perf_counter()
    for _ in range(RUNS):
        await run()
    return (time.perf_counter() - began) / RUNS * 1e6
