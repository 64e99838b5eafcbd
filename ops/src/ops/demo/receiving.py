"""A partner's system that is told of its orders: a receiver of webhooks on this machine."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from yima_client import webhooks
from yima_client.caller import Caller, fresh_key, until
from yima_client.errors import Refused

from ops.demo.story import Story

HEAD_BYTES_MAX = 16 * 1024
ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"


@dataclass
class Receiver:
    """Keeps every request that it is sent, and answers that it has it."""

    url: str = ""
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                lines = (line.partition(":") for line in head.split("\r\n")[1:] if line)
                headers = {name.lower(): value.strip() for name, _, value in lines}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                self.requests.append((headers, body))
                writer.write(ANSWER)
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass
        finally:
            writer.close()

    def events(self, secret: str) -> list[webhooks.Event]:
        """What it was told, as far as its signature is right."""
        return [webhooks.verify(secret, headers, body) for headers, body in self.requests]


@asynccontextmanager
async def receiving() -> AsyncGenerator[Receiver]:
    """A receiver at work."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, limit=HEAD_BYTES_MAX)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/yima"
    try:
        yield receiver
    finally:
        server.close()


async def ask_for_webhooks(story: Story, staff: Caller, receiver: Receiver) -> dict[str, Any] | None:
    """The partner's engineer has the steps of orders sent to its system; None where the city sends nothing to this
    machine."""
    types = ["order.confirmed", "order.accepted"]
    try:
        endpoint = await staff.run("create-webhook-endpoint", url=receiver.url, types=types, key=fresh_key())
    except Refused as refused:
        story.add("partner", "cannot have webhooks sent to this machine", refused=refused.code, why=refused.message)
        return None
    story.add(
        "partner",
        "has its system told of orders by webhooks; what signs them is shown once",
        types=endpoint["eventTypes"],
        secret=f"{endpoint['secret'][:10]}…",
    )
    return dict(endpoint)


async def see_webhooks(
    story: Story, staff: Caller, receiver: Receiver, endpoint: dict[str, Any] | None, order_id: str
) -> None:
    """What the system was told of an order, in order and genuine; then it is told of nothing more."""
    if endpoint is None:
        return

    async def of_order() -> list[webhooks.Event]:
        return [event for event in receiver.events(endpoint["secret"]) if event.subject == order_id]

    events = await until(
        "the webhooks of the order", of_order, lambda events: len(events) >= len(endpoint["eventTypes"])
    )

    async def attempts() -> list[dict[str, Any]]:
        return list((await staff.run("webhook-deliveries", endpointId=endpoint["id"], first=1))["nodes"][0]["log"])

    log = await until("the log of the delivery", attempts, bool)
    story.add(
        "partner",
        "its system was told of the order, and verified who says so",
        told=[f"{event.sequence} {event.type}" for event in events],
        answered=log[0]["status"],
    )
    await staff.run("end-webhook-endpoint", id=endpoint["id"])
