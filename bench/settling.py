"""Settling fulfilled orders: settlement's own consumer, with inbox, captures and postings, beside a bare append."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import nats
from chassis import bus, migrations
from chassis.consumer import Consumer, Event, Work, subscription
from chassis.database import Database
from chassis.ids import new_id
from devstack import ports
from devstack.nats import Nats
from devstack.stack import Stack
from settlement import handlers
from settlement.api import Resources
from settlement.provider.http import HttpProvider
from settlement.store import checks
from sqlalchemy import text
from yima.common.v1.types_pb2 import Money
from yima.ordering.v1.events_pb2 import OrderFulfilled, OrderPlaced
from yima.partners.v1.events_pb2 import ContractSigned
from yima.settlement.v1.split_pb2 import Share, SplitPlan

from bench.measure import Meter, Row, Target, paused

ORDERS = 20_000
WARM = 2_560  # settled before: a database that never held a posting plans as if it never would
BATCH = 256
WINDOW = 256
LANES = next(
    subscription.lanes for subscription in handlers.SUBSCRIPTIONS if subscription.durable == "settlement-orders"
)
POSTINGS = 4  # of an order: what is to come, the partner's part, the platform's, the fund's
WAIT_SECONDS = 120.0
# The limit: the same entries and postings with the same indexes, and nothing that checks or remembers anything.
BARE = """
CREATE TABLE limit_entry (id uuid PRIMARY KEY, kind text, reference text UNIQUE, order_id uuid,
    recorded_at timestamptz);
CREATE TABLE limit_posting (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, entry_id uuid, account text,
    amount_minor bigint, currency text);
CREATE INDEX ON limit_entry (order_id);
CREATE INDEX ON limit_posting (account, currency) INCLUDE (amount_minor);
CREATE INDEX ON limit_posting (entry_id);
"""


async def settle(stack: Stack) -> Row:
    """How fast a backlog of fulfilled orders is posted and committed, 256 a transaction."""
    await stack.postgres.create_database("settling")
    url = stack.postgres.url("settling")
    await migrations.upgrade("settlement", url)
    store = Database(url)
    provider = HttpProvider(stack.provider_url, stack.webhook_secret)
    resources = Resources(provider)
    orders = await placed(store, resources)
    for start in range(0, WARM, BATCH):
        await hear(
            store, resources, handlers.on_order_fulfilled, [fulfilled(order) for order in orders[start : start + BATCH]]
        )
    await tidy(store)
    with tempfile.TemporaryDirectory() as folder:
        server = Nats(Path(folder), ports.free())  # of its own: the stack's settlement knows nothing of these orders
        server.start()
        try:
            connection = await nats.connect(server.url_for("operator"))
            await bus.ensure_streams(bus.jetstream(connection), "ordering")
            await announce(connection, orders[WARM:])
            with paused(stack):
                meter = Meter(stack)
                seconds = await drained(store, connection, resources)
                cost = meter.cost("an order settled", ORDERS)
            await connection.close()
        finally:
            server.stop()
    await tidy(store)
    async with store.transaction() as session:
        ledger_check = await checks.check(session)
    assert ledger_check.postings == (ORDERS + WARM) * POSTINGS and ledger_check.holds, ledger_check.findings
    await provider.close()
    await store.close()
    figure, limit = ORDERS / seconds, await bare_append(stack)
    return Row(
        "settle fulfilled orders: consumer with inbox, captures and postings",
        f"{figure:,.0f}/s",
        f"{limit:,.0f}/s, unnest of entries and postings alone",
        figure / limit,
        [Target("of the limit", figure / limit, 0.45)],
        f"one consumer, {BATCH} at a time in {LANES} lanes, {POSTINGS} postings an order; the ledger then held",
        cost=cost,
    )


async def placed(store: Database, resources: Resources) -> list[OrderPlaced]:
    """Orders of one partner whose money is authorised."""
    partner_id = str(uuid4())
    plan = SplitPlan(id=str(uuid4()), version=1)
    plan.shares.append(Share(party="platform", basis_points=800))
    plan.shares.append(Share(party="fund:public-health", basis_points=200))
    await hear(
        store,
        resources,
        handlers.on_contract_signed,
        [ContractSigned(contract_id=str(uuid4()), partner_id=partner_id, split_plan=plan)],
    )
    orders = []
    for _ in range(ORDERS + WARM):
        order = OrderPlaced(
            order_id=str(uuid4()),
            resident_id=str(uuid4()),
            placed_by=str(uuid4()),
            partner_id=partner_id,
            total=Money(currency="CNY", minor=36_000),
            payment_method="sandbox:ok",
            version=1,
        )
        order.lines.add(order_line_id=str(uuid4()), total=Money(currency="CNY", minor=36_000), quantity=1)
        orders.append(order)
    for start in range(0, len(orders), BATCH):
        await hear(store, resources, handlers.on_order_placed, orders[start : start + BATCH])
    async with store.transaction() as session:
        await session.execute(text("UPDATE provider_call SET state = 'done'"))
        await session.execute(text("UPDATE payment SET status = 'authorised', provider_reference = 'auth'"))
    await tidy(store)
    return orders


async def tidy(store: Database) -> None:
    """What PostgreSQL does by itself within minutes: until then it takes full tables for empty ones."""
    async with store.engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("VACUUM ANALYZE"))


async def hear(store: Database, resources: Resources, handler: Any, messages: list[Any]) -> None:
    now = datetime.now(UTC)
    events = [Event(uuid4(), now, str(uuid4()), "", message) for message in messages]
    async with store.transaction() as session:
        await handler(Work(session, now, resources), events)


def fulfilled(order: OrderPlaced) -> OrderFulfilled:
    return OrderFulfilled(
        order_id=order.order_id, partner_id=order.partner_id, order_line_ids=[order.lines[0].order_line_id]
    )


async def announce(connection: Any, orders: list[OrderPlaced]) -> None:
    """Put an event of each order into the stream, as a relay does."""
    jet = bus.jetstream(connection)
    name = OrderFulfilled.DESCRIPTOR.full_name
    for start in range(0, len(orders), WINDOW):
        sent = []
        for order in orders[start : start + WINDOW]:
            headers = {
                "ce-id": str(new_id()),
                "ce-type": name,
                "ce-time": datetime.now(UTC).isoformat(),
                "ce-subject": order.order_id,
            }
            sent.append(
                await jet.publish_async(
                    f"{name}.{order.order_id}", fulfilled(order).SerializeToString(), headers=headers
                )
            )
        await asyncio.wait(sent)


async def drained(store: Database, connection: Any, resources: Resources) -> float:
    """Seconds until every order's effect is committed."""
    consumer: Consumer[Resources] = Consumer(
        subscription("bench-settle", {OrderFulfilled: handlers.on_order_fulfilled}, lanes=LANES),
        store,
        connection,
        resources,
    )
    done = 0
    finished = asyncio.Event()
    effect = consumer._effect

    async def counted(batch: Sequence[Event[Any]]) -> None:
        nonlocal done
        await effect(batch)
        done += len(batch)
        if done >= ORDERS:
            finished.set()

    consumer._effect = counted  # type: ignore[method-assign,assignment]
    began = time.perf_counter()
    consuming = asyncio.create_task(consumer.run())
    await asyncio.wait_for(finished.wait(), WAIT_SECONDS)
    seconds = time.perf_counter() - began
    consumer.stop()
    await consuming
    return seconds


async def bare_append(stack: Stack) -> float:
    """Orders a second when only their entries and postings are inserted, 256 a transaction."""
    await stack.postgres.run_sql("settling", BARE)
    connection = await asyncpg.connect(stack.postgres.dsn("settling"))
    partner = uuid4()
    accounts = ["provider:receivable", f"partner:{partner}:pending", "platform:commission", "fund:public-health"]
    amounts = [36_000, -32_400, -2_880, -720]
    began = time.perf_counter()
    for _ in range(0, ORDERS, BATCH):
        ids: list[UUID] = [new_id() for _ in range(BATCH)]
        orders = [uuid4() for _ in range(BATCH)]
        async with connection.transaction():
            await connection.execute(
                "INSERT INTO limit_entry SELECT id, 'order-fulfilled', 'order-fulfilled:' || order_id, order_id, now()"
                " FROM unnest($1::uuid[], $2::uuid[]) AS fulfilled (id, order_id)",
                ids,
                orders,
            )
            await connection.execute(
                "INSERT INTO limit_posting (entry_id, account, amount_minor, currency)"
                " SELECT *, 'CNY' FROM unnest($1::uuid[], $2::text[], $3::bigint[])",
                [id_ for id_ in ids for _ in accounts],
                accounts * BATCH,
                amounts * BATCH,
            )
    seconds = time.perf_counter() - began
    await connection.close()
    return -(-ORDERS // BATCH) * BATCH / seconds
