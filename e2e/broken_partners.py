"""The example of a partner's backend, broken in one way each: what a run of conformance has to notice.

python -m e2e.broken_partners NAME     # with the environment of `examples/partner/receive.py`
"""

import asyncio
import importlib.util
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from yima_client import webhooks
from yima_client.webhooks import Event

EXAMPLE = Path(__file__).parents[1] / "examples" / "partner" / "receive.py"


def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("receive", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


receive = example()
Backend: Any = receive.Backend


class Trusting(Backend):  # type: ignore[misc]
    """Verifies no signature."""

    def verified(self, headers: Mapping[str, str], body: bytes) -> Event:
        return webhooks.event_of(headers["webhook-id"], body)


class Twice(Backend):  # type: ignore[misc]
    """Does again what is delivered again."""

    def note(self, event: Event, body: bytes) -> None:
        (count,) = self.one("SELECT count(*) FROM event")
        self.books.execute("INSERT INTO event (id, body) VALUES (?, ?)", (f"{event.id} {count}", body.decode()))
        if event.type == "order.confirmed":
            self.books.execute("INSERT INTO work VALUES (?, 0)", (event.subject,))
        self.new.set()


class Early(Backend):  # type: ignore[misc]
    """Says that it served before it accepts, and not after."""

    async def serve(self, order_id: str, resident_id: str) -> None:
        order = await self.partner.order(order_id)
        if order is None or order.status != "CONFIRMED":
            return
        self.begin(order_id, resident_id)
        statement = self.key.statement(order_id, order.lines[0].id, "early")
        try:
            await self.partner.state(order_id, statement)
        except receive.Refused as refused:
            receive.tell("refused", code=refused.code)
        await self.partner.accept(order_id)
        self.stop(order_id)


class Stubborn(Backend):  # type: ignore[misc]
    """Does not hear of cancellations."""

    async def deal_with(self, kind: str, data: dict[str, Any]) -> None:
        if kind == "order.cancelled":
            return
        if kind == "order.confirmed" and not self.known_of(data["orderId"])["began"]:
            self.begin(data["orderId"], data["residentId"])
        await super().deal_with(kind, data)


class Hoarding(Backend):  # type: ignore[misc]
    """Attests that it erased what it keeps."""

    def forget(self, order_id: str) -> None:
        pass


class Rigid(Backend):  # type: ignore[misc]
    """Takes one signature, by the first secret that it read."""

    only = ""

    def secrets(self) -> list[str]:
        self.only = self.only or super().secrets()[0]
        return [self.only]

    def verified(self, headers: Mapping[str, str], body: bytes) -> Event:
        first = headers.get("webhook-signature", "").split(" ")[0]
        return webhooks.verify(self.secrets(), {**headers, "webhook-signature": first}, body)


# Which check notices each, and nothing else does.
BROKEN: Mapping[str, tuple[type[Any], str]] = {
    "verifies no signature": (Trusting, "SIGNATURE"),
    "acts twice": (Twice, "DOUBLE_DELIVERY"),
    "proves before acceptance": (Early, "PROOF"),
    "ignores a cancellation": (Stubborn, "CANCELLATION"),
    "keeps data after erasure": (Hoarding, "ERASURE"),
    "refuses a rotated key": (Rigid, "KEY_ROTATION"),
}

if __name__ == "__main__":
    print(json.dumps({"step": "broken", "how": sys.argv[1]}), flush=True)
    asyncio.run(receive.main(BROKEN[sys.argv[1]][0]))
