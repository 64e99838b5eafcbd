"""Placing orders: through the gateway, and the service alone, beside a database function called by pgbench's like."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import nats
import orjson
from devstack.stack import Stack
from gateway.ids import Kind, given
from pyreqwest.client import ClientBuilder
from yima.ordering.v1 import api_pb2 as pb
from yima.ordering.v1.events_pb2 import OrderConfirmed

from bench.measure import Load, Row, closed_loop, open_loop, paused
from bench.people import an_offering, buyers, with_offerings

CLIENTS = 64
SECONDS = 5.0
CONFIRMED_RATE = 100  # orders a second
CONFIRMED_SECONDS = 10.0

PLACE = """
mutation ($input: PlaceOrderInput!, $key: String!) {
  placeOrder(input: $input, idempotencyKey: $key) { ... on Order { id status } ... on Refused { code message } }
}
"""
# The equal statement: an order, two lines and an outbox row, inserted by one function call, committed each.
SETUP = """
CREATE TABLE IF NOT EXISTS limit_order (id uuid PRIMARY KEY, resident uuid, partner uuid, total bigint, key text,
    UNIQUE (resident, key));
CREATE TABLE IF NOT EXISTS limit_line (id uuid PRIMARY KEY, order_id uuid, offering uuid, quantity int);
CREATE TABLE IF NOT EXISTS limit_outbox (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, payload bytea);
CREATE OR REPLACE FUNCTION limit_place(id uuid, resident uuid, partner uuid, key text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO limit_order VALUES (id, resident, partner, 36000, key);
    INSERT INTO limit_line VALUES (gen_random_uuid(), id, partner, 1);
    INSERT INTO limit_outbox (payload) VALUES (decode(repeat('ab', 300), 'hex'));
$$;
"""


async def one_function_an_order(stack: Stack) -> Load:
    """The limit: what the database alone does, one function call and commit an order."""
    await stack.postgres.run_sql("postgres", SETUP)
    pool = await asyncpg.create_pool(stack.postgres.dsn("postgres"), min_size=16, max_size=16)
    partner = uuid4()

    async def call(number: int) -> None:
        await pool.execute("SELECT limit_place($1, $2, $3, $4)", uuid4(), partner, partner, str(number))

    try:
        return await closed_loop(call, CLIENTS, SECONDS)
    finally:
        await pool.close()


async def through_gateway(stack: Stack) -> Row:
    """placeOrder by GraphQL: what 64 clients get through, and how long it takes at half of that."""
    await with_offerings(stack)
    offering, people = await an_offering(stack), await buyers(stack)
    http = ClientBuilder().no_proxy().build()

    async def call(number: int) -> None:
        body = {
            "query": PLACE,
            "variables": {"key": str(uuid4()), "input": {"lines": [{"offeringId": offering["id"]}]}},
        }
        headers = {
            "content-type": "application/json",
            "authorization": f"Bearer {people[number % len(people)].token}",
        }
        answer = await http.post(stack.graphql).headers(headers).body_bytes(orjson.dumps(body)).build().send()
        told = orjson.loads(bytes(await answer.bytes()))
        assert "id" in told["data"]["placeOrder"], told

    limit = await one_function_an_order(stack)
    full = await closed_loop(call, CLIENTS, SECONDS)
    half = await open_loop(call, full.per_second / 2, SECONDS)
    return Row(
        "placeOrder through the gateway",
        f"{full.per_second:,.0f}/s",
        f"{limit.per_second:,.0f}/s, one function call an order in PostgreSQL",
        full.per_second / limit.per_second,
        "≥ 600/s; p99 < 150 ms at half",
        f"at half of that p50 {half.p50_ms:.0f} ms, p99 {half.p99_ms:.0f} ms",
    )


async def until_confirmed(stack: Stack) -> Row:
    """From the call of placeOrder to the event that the order is confirmed: ordering, settlement, the payment provider
    and consent have spoken with one another by then."""
    await with_offerings(stack)
    offering, people = await an_offering(stack), await buyers(stack)
    http = ClientBuilder().no_proxy().build()
    confirmed: dict[str, asyncio.Future[None]] = {}

    def awaited(order_id: str) -> asyncio.Future[None]:
        return confirmed.setdefault(order_id, asyncio.get_running_loop().create_future())

    async def heard(message: Any) -> None:
        event = awaited(message.subject.rpartition(".")[2])
        if not event.done():
            event.set_result(None)

    async def call(number: int) -> None:
        lines = {"lines": [{"offeringId": offering["id"]}], "paymentMethod": "sandbox:ok", "consentGiven": True}
        body = {"query": PLACE, "variables": {"key": str(uuid4()), "input": lines}}
        headers = {
            "content-type": "application/json",
            "authorization": f"Bearer {people[number % len(people)].token}",
        }
        answer = await http.post(stack.graphql).headers(headers).body_bytes(orjson.dumps(body)).build().send()
        told = orjson.loads(bytes(await answer.bytes()))
        order_id = given(Kind.ORDER, told["data"]["placeOrder"]["id"], "id")
        await asyncio.wait_for(awaited(order_id), CONFIRMED_SECONDS)

    connection = await nats.connect(stack.nats.url)
    await connection.subscribe(f"{OrderConfirmed.DESCRIPTOR.full_name}.*", cb=heard)
    await open_loop(call, CONFIRMED_RATE, 1.0)
    load = await open_loop(call, CONFIRMED_RATE, SECONDS)
    await connection.close()
    return Row(
        f"placed until confirmed across services, at {CONFIRMED_RATE} orders/s",
        f"p99 {load.p99_ms:.0f} ms",
        "250 ms",
        load.p99_ms / 250,
        "p99 < 250 ms",
        f"p50 {load.p50_ms:.0f} ms; from the call at the gateway to the event, money authorised and consent granted",
    )


async def service_alone(stack: Stack) -> Row:
    """The ordering service's own route, in protobuf: concurrent orders are written together."""
    await with_offerings(stack)
    offering, people = await an_offering(stack), await buyers(stack)
    offering_id = given(Kind.OFFERING, offering["id"], "id")
    body = pb.PlaceOrderRequest(lines=[pb.PlaceOrderLine(offering_id=offering_id, quantity=1)]).SerializeToString()
    http = ClientBuilder().no_proxy().build()
    url = f"{stack.service_url('ordering')}/orders"

    async def call(number: int) -> None:
        headers = {
            "content-type": "application/x-protobuf",
            "accept": "application/x-protobuf",
            "authorization": f"Bearer {people[number % len(people)].token}",
            "idempotency-key": str(uuid4()),
        }
        answer = await http.post(url).headers(headers).body_bytes(body).build().send()
        assert answer.status == 200, await answer.text()

    heard = await closed_loop(call, CLIENTS, SECONDS)
    with paused(stack, but=["ordering"]):
        limit = await one_function_an_order(stack)
        full = await closed_loop(call, CLIENTS, SECONDS)
    await asyncio.sleep(1)
    return Row(
        "ordering alone, concurrent orders written together",
        f"{full.per_second:,.0f}/s",
        f"{limit.per_second:,.0f}/s, one function call an order in PostgreSQL",
        full.per_second / limit.per_second,
        "≥ 0.50",
        f"p99 {full.p99_ms:.0f} ms, {CLIENTS} clients; {heard.per_second:,.0f}/s with settlement and consent hearing",
    )
