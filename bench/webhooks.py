"""Webhooks sent: notifications' own sender, with claims, signatures, checked addresses and its log, beside httpx2 that
posts the same bodies to the same receiver."""

import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import httpx2
from chassis import migrations
from chassis.consumer import Event, Work
from chassis.database import Database
from chassis.ids import new_id
from chassis.pairwise import Pairwise
from chassis.sealing import Sealer
from chassis.service import collect_less
from chassis.wire import timestamp
from devstack import ports
from devstack.stack import Stack
from google.protobuf.message import Message
from notifications import handlers
from notifications.commands import endpoints
from notifications.domain.addresses import Allowed
from notifications.domain.endpoints import Signature
from notifications.domain.event_types import body_of
from notifications.domain.templates import read_templates
from notifications.receivers import Receivers, headers_of
from notifications.resources import Resources
from notifications.sending import AT_ONCE, Sender
from sqlalchemy import text
from yima.ordering.v1.events_pb2 import OrderConfirmed
from yima.partners.v1.api_pb2 import PartnerStatus
from yima.partners.v1.events_pb2 import PartnerActivated, Standing

from bench.measure import Meter, Row, Target, closed_loop, listening, paused

PARTNERS = 16  # with an endpoint each
WARM, SENT = 512, 8_000
BATCH = 256
SECONDS = 5.0
HERE = Allowed.of("127.0.0.0/8,localhost")
RECEIVER = """
import sys
from granian.server.embed import Server
from granian.constants import Interfaces
from litestar import Litestar, Request, post
import asyncio, uvloop

@post("/hook", status_code=204)
async def hook(request: Request) -> None:
    await request.body()

async def main():
    server = Server(Litestar([hook], openapi_config=None), port=int(sys.argv[1]), interface=Interfaces.ASGI)
    await server.serve()

uvloop.run(main())
"""


async def sent(stack: Stack) -> Row:
    """A backlog of webhooks of sixteen partners, from the claim to the log of what each receiver answered."""
    await stack.postgres.create_database("telling")
    await migrations.upgrade("notifications", stack.postgres.url("telling"))
    database, sealer = Database(stack.postgres.url("telling")), Sealer((bytes(32),))
    port = ports.free()
    url = f"http://127.0.0.1:{port}/hook"
    receiver = subprocess.Popen([sys.executable, "-c", RECEIVER, str(port)], stderr=subprocess.DEVNULL)
    sender = Sender(database, Receivers(HERE), sealer)
    try:
        partners = await with_endpoints(database, sealer, url)
        await listening(port)
        collect_less()
        with paused(stack):
            await backlog(database, sealer, partners, WARM)
            await emptied(database, sender)
            await backlog(database, sealer, partners, SENT)
            meter = Meter(stack)
            seconds = await emptied(database, sender)
            cost = meter.cost("a webhook sent", SENT)
            limit = await by_httpx2(url)
    finally:
        await sender.close()
        receiver.terminate()
        receiver.wait()
        await database.close()
    return Row(
        "webhooks sent",
        f"{SENT / seconds:,.0f}/s",
        f"{limit:,.0f}/s by httpx2, the same bodies to the same receiver",
        SENT / seconds / limit,
        [Target("of the limit", SENT / seconds / limit, 0.40)],
        f"one process, {PARTNERS} endpoints, {AT_ONCE} at once; signed, addresses looked at, each attempt logged",
        cost=cost,
    )


async def with_endpoints(database: Database, sealer: Sealer, url: str) -> list[UUID]:
    """Partners in standing that want to hear of everything."""
    partners = [new_id() for _ in range(PARTNERS)]
    until = timestamp(datetime.now(UTC) + timedelta(days=300))
    active = PartnerStatus.PARTNER_STATUS_ACTIVE
    standings = [
        PartnerActivated(standing=Standing(partner_id=str(each), version=1, status=active, certified_until=until))
        for each in partners
    ]
    await hear(database, sealer, standings)
    for partner in partners:
        async with database.transaction() as session:
            await endpoints.create(
                session, partner_id=partner, url=url, event_types=[], description="", signature=Signature.HMAC,
                by=uuid4(), allowed=HERE, sealer=sealer, now=database.now(),
            )  # fmt: skip
    return partners


async def backlog(database: Database, sealer: Sealer, partners: Sequence[UUID], count: int) -> None:
    """So many orders that were confirmed: an event of each waits to be sent."""
    for start in range(0, count, BATCH):
        events = [
            OrderConfirmed(
                order_id=str(new_id()),
                partner_id=str(partners[number % PARTNERS]),
                resident_id=str(new_id()),
                version=3,
            )
            for number in range(start, min(start + BATCH, count))
        ]
        await hear(database, sealer, events)


async def hear(database: Database, sealer: Sealer, messages: Sequence[Message]) -> None:
    """Hear events of one kind together, as the service's own consumers do."""
    nothing = cast(Any, None)
    resources = Resources(
        database, nothing, nothing, Pairwise.of("x" * 40), sealer, HERE,
        read_templates(["en"], {"en": "Bench"}), nothing, nothing,
    )  # fmt: skip
    for hears in handlers.SUBSCRIPTIONS:
        if handler := hears.handlers.get(type(messages[0])):
            async with database.transaction() as session:
                now = database.now()
                await handler(
                    Work(session, now, resources), [Event(new_id(), now, "", "", message) for message in messages]
                )


async def emptied(database: Database, sender: Sender) -> float:
    """Seconds until nothing waits."""
    began = time.perf_counter()
    while await waiting(database):
        for _ in range(10):
            await sender.step()
    return time.perf_counter() - began


async def waiting(database: Database) -> bool:
    async with database.transaction() as session:
        return bool(await session.scalar(text("SELECT EXISTS (SELECT FROM webhook_delivery WHERE status = 'waiting')")))


async def by_httpx2(url: str) -> float:
    """The limit: a client that posts a body of the same kind as often as it can, as many at once."""
    now = datetime.now(UTC)
    body = body_of(new_id(), "order.confirmed", now, "ord_1", 1, '{"orderId":"ord_1"}')
    headers = headers_of("evt_1", body, Signature.HMAC, [bytes(32)], now)
    limits = httpx2.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    async with httpx2.AsyncClient(trust_env=False, limits=limits) as client:

        async def call(_number: int) -> None:
            (await client.post(url, content=body, headers=headers)).raise_for_status()

        return (await closed_loop(call, AT_ONCE, SECONDS)).per_second
