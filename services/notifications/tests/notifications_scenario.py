"""Notifications as its tests use it: a partner in standing, its endpoints, orders, and a receiver of its own."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

from chassis.consumer import Event, Work
from chassis.database import Database
from chassis.ids import Kind, new_id, shown
from chassis.pairwise import Pairwise
from chassis.sealing import Sealer
from chassis.wire import timestamp
from google.protobuf.message import Message
from notifications import handlers
from notifications.commands import endpoints
from notifications.commands.endpoints import NewSecret
from notifications.domain.addresses import Allowed
from notifications.domain.endpoints import Signature
from notifications.domain.templates import read_templates
from notifications.receivers import Receivers
from notifications.resources import Resources
from notifications.sending import Sender
from notifications.store import deliveries as delivery_store
from notifications.tables import DeliveryRow, EndpointRow, EventRow
from sqlalchemy import text
from sqlmodel import col, select
from yima.ordering.v1 import events_pb2 as ordering
from yima.partners.v1 import events_pb2 as partners
from yima.partners.v1.api_pb2 import PartnerStatus

HERE = Allowed.of("127.0.0.0/8,localhost")
WAIT_SECONDS = 60.0


@dataclass
class Receiver:
    """A receiver in a process of its own, and what it was sent."""

    process: "subprocess.Popen[str]"
    port: int
    requests: list[dict[str, Any]] = field(default_factory=list)

    @staticmethod
    def started(port: int = 0) -> "Receiver":
        script = Path(__file__).parent / "receiver.py"
        process = subprocess.Popen([sys.executable, str(script), str(port)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        receiver = Receiver(process, json.loads(process.stdout.readline())["port"])
        threading.Thread(target=receiver._listen, daemon=True).start()
        return receiver

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.requests.append(json.loads(line))

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"

    def at(self, path: str) -> list[dict[str, Any]]:
        return [request for request in list(self.requests) if request["path"] == f"/{path}"]

    def bodies(self, path: str) -> list[dict[str, Any]]:
        return [json.loads(request["body"]) for request in self.at(path)]

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


@dataclass
class Scenario:
    """One service's database, and what its handlers and its sender need."""

    database: Database
    sealer: Sealer = field(default_factory=lambda: Sealer((bytes(32),)))
    pairwise: Pairwise = field(default_factory=lambda: Pairwise.of("x" * 40))
    ahead: timedelta = timedelta()
    allowed: Allowed = HERE

    def __post_init__(self) -> None:
        self.database.now = lambda: datetime.now(UTC) + self.ahead  # type: ignore[method-assign] # a clock that is set

    @property
    def resources(self) -> Resources:
        return Resources(
            self.database, cast(Any, None), cast(Any, None), self.pairwise, self.sealer, self.allowed,
            read_templates(["en"], {"en": "Marsa Noor"}), cast(Any, None), cast(Any, None),
        )  # fmt: skip

    def sender(self) -> Sender:
        return Sender(self.database, Receivers(self.allowed), self.sealer)

    async def hear(self, *messages: Message, ids: Sequence[UUID] = ()) -> list[UUID]:
        """Hear events one after another, each in its transaction."""
        heard = list(ids) or [new_id() for _ in messages]
        for event_id, message in zip(heard, messages, strict=True):
            for hears in handlers.SUBSCRIPTIONS:
                handler = hears.handlers.get(type(message))
                if handler is None:
                    continue
                async with self.database.transaction() as session:
                    now = self.database.now()
                    event = Event(event_id, now, "", "", message)
                    await handler(Work(session, now, self.resources), [event])
        return heard

    async def a_partner(self, **standing: Any) -> UUID:
        partner_id = new_id()
        await self.stand(partner_id, 1, **standing)
        return partner_id

    async def stand(
        self, partner_id: UUID, version: int, *, status: int = PartnerStatus.PARTNER_STATUS_ACTIVE, days: float = 300
    ) -> None:
        kind = partners.PartnerActivated if status == PartnerStatus.PARTNER_STATUS_ACTIVE else partners.PartnerSuspended
        await self.hear(
            kind(standing=standing(partner_id, version, status, self.database.now() + timedelta(days=days)))
        )

    async def an_endpoint(
        self,
        partner_id: UUID,
        url: str,
        *types: str,
        signature: Signature = Signature.HMAC,
    ) -> NewSecret:
        async with self.database.transaction() as session:
            return await endpoints.create(
                session,
                partner_id=partner_id,
                url=url,
                event_types=types,
                description="",
                signature=signature,
                by=uuid4(),
                allowed=self.allowed,
                sealer=self.sealer,
                now=self.database.now(),
            )

    async def endpoint(self, endpoint_id: UUID) -> EndpointRow:
        async with self.database.transaction() as session:
            row = await session.get(EndpointRow, endpoint_id)
            assert row is not None
            return row

    async def deliveries(self, endpoint_id: UUID) -> list[DeliveryRow]:
        async with self.database.transaction() as session:
            query = select(DeliveryRow).where(col(DeliveryRow.endpoint_id) == endpoint_id)
            return list(await session.scalars(query.order_by(col(DeliveryRow.subject), col(DeliveryRow.sequence))))

    async def statuses(self, endpoint_id: UUID) -> list[str]:
        return [row.status for row in await self.deliveries(endpoint_id)]

    async def events(self, partner_id: UUID) -> list[EventRow]:
        async with self.database.transaction() as session:
            query = select(EventRow).where(col(EventRow.partner_id) == partner_id)
            return list(await session.scalars(query.order_by(col(EventRow.position))))

    async def last_attempt(self, endpoint_id: UUID) -> Any:
        async with self.database.transaction() as session:
            ids = await session.scalars(select(DeliveryRow.id).where(col(DeliveryRow.endpoint_id) == endpoint_id))
            logs = await delivery_store.attempts(session, list(ids), 1)
            return max((log[0] for log in logs.values()), key=lambda row: row.id or 0)

    async def execute(self, sql: str, **values: Any) -> Any:
        async with self.database.transaction() as session:
            return await session.execute(text(sql), values)

    async def send_until(self, sender: Sender, over: Callable[[], Awaitable[bool]]) -> None:
        """Let a sender work until something is so."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not await over():
            assert time.monotonic() < deadline, "it did not come to that"
            await sender.step()

    async def send_all(self, sender: Sender, endpoint_id: UUID) -> None:
        """Let a sender work until nothing waits for an endpoint."""

        async def nothing_waits() -> bool:
            return "waiting" not in await self.statuses(endpoint_id)

        await self.send_until(sender, nothing_waits)


def standing(partner_id: UUID, version: int, status: int, until: datetime) -> partners.Standing:
    return partners.Standing(
        partner_id=str(partner_id), version=version, status=cast(Any, status), certified_until=timestamp(until)
    )


def an_order(partner_id: UUID, order_id: UUID | None = None, resident_id: UUID | None = None) -> list[Message]:
    """An order's life as its partner is told of it."""
    same: dict[str, Any] = {
        "order_id": str(order_id or new_id()),
        "partner_id": str(partner_id),
        "resident_id": str(resident_id or new_id()),
    }
    return [
        ordering.OrderConfirmed(**same, version=3),
        ordering.OrderAccepted(**same, version=4),
        ordering.ServiceProven(**same, proof_id=str(new_id()), source="scan", version=5),
        ordering.OrderFulfilled(**same, version=6),
        ordering.OrderClosed(**same, version=7),
    ]


def subject_of(message: Any) -> str:
    return shown(Kind.ORDER, message.order_id)
