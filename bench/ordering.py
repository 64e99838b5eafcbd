"""Placing orders: through the gateway, and the service alone, beside pgbench."""

import asyncio
import re
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

import nats
import orjson
from chassis import migrations, money
from chassis.database import Database
from chassis.ids import new_id
from devstack.postgres import binary
from devstack.stack import Stack
from gateway.ids import Kind, parse_global_id
from ordering.api.messages import to_message
from ordering.app import Settings, resources
from ordering.commands.placing import PlaceRequest
from ordering.domain.agreement import ExpectedTotal
from ordering.domain.orders import LineRequest
from pyreqwest.client import ClientBuilder
from yima.common.v1.types_pb2 import Money
from yima.ordering.v1 import api_pb2 as pb
from yima.ordering.v1.events_pb2 import OrderConfirmed

from bench.events import hopping
from bench.measure import Cost, Load, Meter, Row, Target, closed_loop, open_loop, paused
from bench.people import an_offering, buyers, with_offerings

CLIENTS = 64
CLIENTS_MANY = 256
PGBENCH_CLIENTS = 16
SECONDS = 5.0
CONFIRMED_SECONDS = 30.0  # at most, of one order
OF_FULL_RATE = 6  # at which part of it orders are confirmed
HOPS = 4  # from the order to its confirmation: settlement hears, is answered, ordering hears, consent hears
SETTLE_SECONDS = 3.0

PLACE = """
mutation ($input: PlaceOrderInput!, $key: String!) {
  placeOrder(input: $input, idempotencyKey: $key) { ... on Order { id status } ... on Refused { code message } }
}
"""
# The equal statement: an order, its line, its history and its event, in the same tables under the same constraints,
# written by one function call and committed each. It wakes no relay: a NOTIFY in so many commits would halve it.
EQUAL = (
    """
    INSERT INTO terms (offering_id, revision, partner_id, price_minor, currency, booking_required, consent_needed,
        offering, definition, kind, visits, valid_days, unused_charged, age_from_months, age_below_months)
    VALUES ('00000000-0000-7000-8000-000000000001', 1, uuidv7(), 36000, 'CNY', false, true, '', '', 'single-visit', 1,
        0, false, 0, 0)
    """,
    """
    CREATE FUNCTION place(placed uuid, resident uuid) RETURNS void LANGUAGE sql AS $$
        INSERT INTO orders (id, resident_id, placed_by, partner_id, status, total_minor, currency, money_in, deadline,
            reason, changed_by, placed_at, changed_at, version, idempotency_key, request_sha256, process)
        VALUES (placed, resident, resident, resident, 'placed', 36000, 'CNY', false, now() + interval '30 minutes', '',
            resident::text, now(), now(), 1, placed::text, decode(repeat('ab', 32), 'hex'), 'single-visit/1');
        INSERT INTO order_line (id, order_id, place, offering_id, offering_revision, quantity, consented)
        VALUES (uuidv7(), placed, 0, '00000000-0000-7000-8000-000000000001', 1, 1, false);
        INSERT INTO outbox (id, subject, type, payload, traceparent)
        VALUES (uuidv7(), 'yima.ordering.v1.OrderPlaced.' || placed, 'yima.ordering.v1.OrderPlaced',
            decode(repeat('ab', 300), 'hex'), '');
    $$
    """,
)
SCRIPT = "SELECT place(uuidv7(), uuidv7());"


def on_terms(offering: dict[str, Any]) -> dict[str, Any]:
    """An order of one, on the terms the catalog shows."""
    line = {
        "offeringId": offering["id"],
        "offeringRevision": offering["revision"],
        "consentHash": offering["consentHash"] or None,
    }
    return {"lines": [line], "expectedTotal": offering["price"]}


def price_of(offering: dict[str, Any]) -> Money:
    price = offering["price"]
    return money.to_message(money.parse_amount(price["amount"], price["currency"]))


async def with_equal_function(stack: Stack) -> None:
    """A database like ordering's own, with the function that places an order."""
    if not await stack.postgres.fetch("postgres", "SELECT FROM pg_database WHERE datname = 'one_by_one'"):
        await stack.postgres.create_database("one_by_one")
        await migrations.upgrade("ordering", stack.postgres.url("one_by_one"))
        await stack.postgres.run_sql("one_by_one", *EQUAL)


async def one_function_an_order(stack: Stack) -> float:
    """The limit: orders a second that pgbench places, one function call and commit an order, in a database like
    ordering's own."""
    await with_equal_function(stack)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(SCRIPT)
        script.flush()
        options = f"-n -M prepared -c {PGBENCH_CLIENTS} -j 2 -T {SECONDS:.0f}".split()
        ran = await asyncio.create_subprocess_exec(
            binary("pgbench"), *options, "-f", script.name, stack.postgres.dsn("one_by_one"), stdout=PIPE, stderr=PIPE
        )
        said, wrong = await ran.communicate()
    match = re.search(rb"tps = ([0-9.]+)", said)
    assert match, wrong.decode()
    return float(match[1])


def beside_pgbench(
    what: str, placed: Load, limit: float, targets: Sequence[Target], more: str, cost: Cost, **loads: Load
) -> Row:
    """A row of orders placed, against what pgbench placed in the same run."""
    by_pgbench = f"{limit:,.0f}/s by pgbench, one call of the equal function an order"
    histograms = {name.replace("_", " "): each.histogram for name, each in loads.items()}
    return Row(
        what, f"{placed.per_second:,.0f}/s", by_pgbench, placed.per_second / limit, targets, more,
        cost=cost, histograms=histograms,
    )  # fmt: skip


async def placing(stack: Stack, **given: object) -> Callable[[int], Awaitable[str]]:
    """What places an order by GraphQL, with what is given of it beside its line, and returns its id."""
    await with_offerings(stack)
    offering, people = await an_offering(stack), await buyers(stack)
    http = ClientBuilder().no_proxy().build()

    async def call(number: int) -> str:
        body = {"query": PLACE, "variables": {"key": str(uuid4()), "input": on_terms(offering) | given}}
        headers = {
            "content-type": "application/json",
            "authorization": f"Bearer {people[number % len(people)].token}",
        }
        answer = await http.post(stack.graphql).headers(headers).body_bytes(orjson.dumps(body)).build().send()
        content = orjson.loads(bytes(await answer.bytes()))
        return parse_global_id(Kind.ORDER, content["data"]["placeOrder"]["id"], "id")

    return call


async def through_gateway(stack: Stack) -> Row:
    """placeOrder by GraphQL: what 64 clients get through, how long it takes at half of that, and how long one waits."""
    call = await placing(stack)
    limit = await one_function_an_order(stack)
    meter = Meter(stack)
    full = await closed_loop(call, CLIENTS, SECONDS)
    cost = meter.cost("an order", full.count)
    await asyncio.sleep(SETTLE_SECONDS)
    half = await open_loop(call, full.per_second / 2, SECONDS)
    await asyncio.sleep(SETTLE_SECONDS)
    one = await closed_loop(call, 1, SECONDS / 2)
    return beside_pgbench(
        "placeOrder through the gateway",
        full,
        limit,
        [
            Target("of the limit", full.per_second / limit, 0.20),
            Target("p99 at half load by p50 of one client", half.p99_ms / one.p50_ms, 12, at_most=True),
        ],
        f"at half of that p50 {half.p50_ms:.0f} ms, p99 {half.p99_ms:.0f} ms; one client p50 {one.p50_ms:.0f} ms",
        cost,
        full=full,
        at_half=half,
        one_client=one,
    )


async def until_confirmed(stack: Stack) -> Row:
    """From the call of placeOrder to the event that the order is confirmed: ordering, settlement, the payment provider
    and consent have spoken with one another by then."""
    place, paid = await placing(stack), await placing(stack, paymentMethod="sandbox:ok", consentGiven=True)
    confirmed: dict[str, asyncio.Future[None]] = {}

    def awaited(order_id: str) -> asyncio.Future[None]:
        return confirmed.setdefault(order_id, asyncio.get_running_loop().create_future())

    async def heard(message: Any) -> None:
        event = awaited(message.subject.rpartition(".")[2])
        if not event.done():
            event.set_result(None)

    async def call(number: int) -> None:
        await asyncio.wait_for(awaited(await paid(number)), CONFIRMED_SECONDS)

    full = await closed_loop(place, CLIENTS, SECONDS)
    await asyncio.sleep(SETTLE_SECONDS)
    async with hopping(stack) as events:
        hop = await events.steadily()
    rate = full.per_second / OF_FULL_RATE
    connection = await nats.connect(stack.nats.url_for("operator"))
    await connection.subscribe(f"{OrderConfirmed.DESCRIPTOR.full_name}.*", cb=heard)
    await open_loop(call, rate, 1.0)
    meter = Meter(stack)
    load = await open_loop(call, rate, SECONDS)
    cost = meter.cost("an order confirmed", load.count)
    await connection.close()
    ratio = load.p99_ms / (hop.p50_ms * HOPS)
    return Row(
        "placed until confirmed across services, at a sixth of the full rate",
        f"p99 {load.p99_ms:.0f} ms",
        f"{hop.p50_ms * HOPS:.0f} ms, {HOPS} event hops at their p50 of {hop.p50_ms:.1f} ms",
        ratio,
        [Target("p99 by the hops", ratio, 8, at_most=True)],
        f"p50 {load.p50_ms:.0f} ms at {rate:.0f} orders/s; from the call at the gateway to the event, money authorised "
        "and consent granted",
        less_is_better=True,
        cost=cost,
        histograms={"until confirmed": load.histogram, "the event hop": hop.histogram},
    )


async def service_alone(stack: Stack) -> Row:
    """The ordering service's own route, in protobuf: concurrent orders are written together."""
    await with_offerings(stack)
    offering, people = await an_offering(stack), await buyers(stack)
    offering_id = parse_global_id(Kind.OFFERING, offering["id"], "id")
    order = pb.PlaceOrderRequest(
        lines=[
            pb.PlaceOrderLine(
                offering_id=offering_id,
                quantity=1,
                offering_revision=offering["revision"],
                consent_hash=bytes.fromhex(offering["consentHash"]),
            )
        ],
        expected_total=price_of(offering),
    )
    body = order.SerializeToString()
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
        few = await closed_loop(call, CLIENTS, SECONDS)
        meter = Meter(stack)
        many = await closed_loop(call, CLIENTS_MANY, SECONDS)
        cost = meter.cost("an order", many.count)
    await asyncio.sleep(1)
    return beside_pgbench(
        "ordering alone, over HTTP",
        many,
        limit,
        [],
        f"p99 {many.p99_ms:.0f} ms, {CLIENTS_MANY} clients; {CLIENTS} clients: {few.per_second:,.0f}/s, "
        f"p99 {few.p99_ms:.0f} ms, and {heard.per_second:,.0f}/s with settlement and consent hearing",
        cost,
        many_clients=many,
        few_clients=few,
    )


async def placing_alone(stack: Stack) -> Row:
    """Ordering's placing itself, from a well-formed request to the answer: what arrives together is read, checked and
    written together. The running service relays what is placed meanwhile."""
    await with_offerings(stack)
    offering = await an_offering(stack)
    offering_id = UUID(parse_global_id(Kind.OFFERING, offering["id"], "id"))
    price = price_of(offering)
    expected = ExpectedTotal(price.minor, price.currency)
    terms = (offering["revision"], bytes.fromhex(offering["consentHash"]))
    url = stack.postgres.url("ordering", "ordering_app", stack.secrets["app"])
    settings = Settings(database_url=url, city_file=str(stack.city.pack))
    database = Database(settings.database_url)
    async with resources(settings, database) as own:

        async def call(_number: int) -> None:
            resident = new_id()  # of their own: what somebody holds unpaid is looked up and bounded
            lines = [LineRequest(offering_id, 1, (), "lines[0]", *terms)]
            request = PlaceRequest(
                resident, resident, lines, "", False, str(new_id()), bytes(32), None, proven=True, expected=expected
            )
            to_message(await own.placing.submit(request))

        with paused(stack, but=["ordering"]):
            limit = await one_function_an_order(stack)
            meter = Meter(stack)
            full = await closed_loop(call, CLIENTS, SECONDS)
            cost = meter.cost("an order", full.count)
    await database.close()
    await asyncio.sleep(1)
    return beside_pgbench(
        "ordering alone, batched: its placing, without HTTP",
        full,
        limit,
        [Target("of the limit", full.per_second / limit, 0.50)],
        f"p99 {full.p99_ms:.0f} ms, {CLIENTS} callers at once; the events are relayed meanwhile",
        cost,
        callers=full,
    )
