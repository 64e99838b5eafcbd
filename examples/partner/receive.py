"""A partner's backend that is told of everything by webhooks. `yima conform` is passed by it.

    pip install yima-client
    YIMA_URL=http://127.0.0.1:8700/graphql YIMA_API_KEY=yk_… python receive.py

It keeps in the folder YIMA_FOLDER: `webhook-secrets`, the endpoint's secret, and the one before it on a line of its own
while it is rotated; `signing-key.pem`; and `books.sqlite`, where each event is written before it is answered, and
dealt with after. Killed at any moment and started again, it loses nothing and does nothing twice. It listens on
YIMA_PORT and prints a JSON line a step.
"""

import asyncio
import csv
import io
import json
import os
import signal
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from httpx2 import HTTPError
from yima_client import Partner, Refused, webhooks
from yima_client.partner import StatementKey
from yima_client.webhooks import Event, NotGenuine

HEAD_BYTES_MAX, BODY_BYTES_MAX = 16 * 1024, 256 * 1024
AWAY = ("unavailable", "busy", "internal")  # what is refused so is tried again
TRIES, PAUSE_SECONDS = 20, 0.5  # a key that was registered just now takes a moment to be known
TABLES = """
CREATE TABLE IF NOT EXISTS event (
    place INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, body TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS work (order_id TEXT NOT NULL, open INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS kept (order_id TEXT PRIMARY KEY, resident_id TEXT NOT NULL, report TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refund (order_id TEXT NOT NULL, body TEXT NOT NULL);
"""


def tell(step: str, **facts: object) -> None:
    print(json.dumps({"step": step, **facts}, default=str), flush=True)


class Backend:
    """What is done with each event, once and in the order in which they came."""

    def __init__(self, partner: Partner, folder: Path) -> None:
        self.partner = partner
        self.folder = folder
        self.key = StatementKey.read(folder / "signing-key.pem")
        self.books = sqlite3.connect(folder / "books.sqlite", isolation_level=None)
        self.books.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + TABLES)
        self.new = asyncio.Event()

    # What is answered at once.

    def secrets(self) -> list[str]:
        return (self.folder / "webhook-secrets").read_text("utf-8").split()

    def verified(self, headers: Mapping[str, str], body: bytes) -> Event:
        """The event of a genuine request. Raises `NotGenuine`."""
        return webhooks.verify(self.secrets(), headers, body)

    def receive(self, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """The status and the body to answer a request with."""
        try:
            event = self.verified(headers, body)
        except NotGenuine as error:
            return 400, json.dumps({"error": str(error)}).encode()
        if event.type == "webhook.inquiry":
            return 200, json.dumps(self.known_of(str(event.data["orderId"]))).encode()
        self.note(event, body)
        return 204, b""

    def note(self, event: Event, body: bytes) -> None:
        """Write an event down, once."""
        self.books.execute("INSERT OR IGNORE INTO event (id, body) VALUES (?, ?)", (event.id, body.decode()))
        self.new.set()

    def known_of(self, order_id: str) -> dict[str, Any]:
        """What a run of conformance asks: how often an order was begun, whether it is open, whether a thing is kept."""
        began, still = self.one("SELECT count(*), coalesce(max(open), 0) FROM work WHERE order_id = ?", order_id)
        (holds,) = self.one("SELECT count(*) FROM kept WHERE order_id = ?", order_id)
        return {"began": began, "open": bool(still), "holds": bool(holds)}

    # What is done then.

    async def work(self) -> None:
        """Deal with events as they come, those of before a restart first."""
        while True:
            self.new.clear()
            while row := self.books.execute("SELECT place, body FROM event WHERE NOT done ORDER BY place").fetchone():
                place, body = row
                said = json.loads(body)
                try:
                    await self.deal_with(said["type"], said["data"])
                except Refused as refused:
                    if refused.code in AWAY:
                        await asyncio.sleep(PAUSE_SECONDS)
                        continue  # the same again
                    # cancelled in between, for example
                    tell("refused", type=said["type"], code=refused.code, message=refused.message)
                except (HTTPError, OSError) as error:  # the city is away
                    tell("tries again", error=type(error).__name__)
                    await asyncio.sleep(PAUSE_SECONDS)
                    continue
                self.books.execute("UPDATE event SET done = 1 WHERE place = ?", (place,))
            await self.new.wait()

    async def deal_with(self, kind: str, data: dict[str, Any]) -> None:
        match kind:
            case "order.confirmed":
                await self.serve(data["orderId"], data["residentId"])
            case "order.objection_ended":
                await self.fulfil(data["orderId"])
            case "order.cancelled" | "order.refused" | "order.expired" | "consent.revoked":
                self.stop(data["orderId"])
            case "erasure.due":
                await self.erase(data["orderId"], data["consentId"])
            case "refund.made":
                self.books.execute("INSERT INTO refund VALUES (?, ?)", (data["orderId"], json.dumps(data)))
            case "statement.issued":
                await self.reconcile(data["statementId"])

    async def serve(self, order_id: str, resident_id: str) -> None:
        """Accept an order, give what it is for, and say so."""
        order = await self.partner.order(order_id)
        if order is None or order.status not in ("CONFIRMED", "ACCEPTED"):
            return  # it was cancelled before we were told of it
        self.begin(order_id, resident_id)
        if order.status == "CONFIRMED":
            await self.partner.accept(order_id)
        for line in order.lines:
            if not line.proven:
                given_at = self.partner.now()
                await self.state(order_id, self.key.statement(order_id, line.id, f"report-{line.id}", given_at))
        self.stop(order_id)
        tell("served", order=order_id)
        await self.fulfil(order_id)

    async def fulfil(self, order_id: str) -> None:
        """Say that all was given. While its resident may object to our word for it, that waits until we are told."""
        try:
            await self.partner.fulfil(order_id)
        except Refused as refused:
            if refused.code != "objection-open":
                raise

    def begin(self, order_id: str, resident_id: str) -> None:
        if self.known_of(order_id)["began"]:
            return  # we were stopped in the middle of it
        self.books.execute("BEGIN")
        self.books.execute("INSERT INTO work VALUES (?, 1)", (order_id,))
        self.books.execute("INSERT INTO kept VALUES (?, ?, ?)", (order_id, resident_id, "within the usual range"))
        self.books.execute("COMMIT")

    def stop(self, order_id: str) -> None:
        self.books.execute("UPDATE work SET open = 0 WHERE order_id = ?", (order_id,))

    async def state(self, order_id: str, statement: str) -> None:
        for _ in range(TRIES):
            try:
                return await self.partner.state(order_id, statement)
            except Refused as refused:
                if refused.code != "statement-refused":
                    raise
                await asyncio.sleep(PAUSE_SECONDS)
        return await self.partner.state(order_id, statement)

    async def erase(self, order_id: str, consent_id: str) -> None:
        """Erase what was kept under a consent, and attest it."""
        self.forget(order_id)
        await self.partner.api.consent.attest_erasure(consent_id, "CLEAR")
        tell("erased", order=order_id)

    def forget(self, order_id: str) -> None:
        self.books.execute("DELETE FROM kept WHERE order_id = ?", (order_id,))

    async def reconcile(self, statement_id: str) -> None:
        """Agree with a statement on which every order is one that we began; disagree with any other."""
        document = (await self.partner.statement_document(statement_id, "CSV")).decode("utf-8-sig")
        ours = {order_id for (order_id,) in self.books.execute("SELECT order_id FROM work")}
        orders = {row["order_id"] for row in csv.DictReader(io.StringIO(document)) if row["order_id"]}
        if orders <= ours:
            await self.partner.api.statements.confirm_statement(statement_id)
        else:
            await self.partner.api.statements.dispute_statement(
                statement_id, f"we know nothing of {min(orders - ours)}"
            )
        tell("reconciled", statement=statement_id, orders=len(orders), agreed=orders <= ours)

    def one(self, query: str, *values: object) -> Any:
        return self.books.execute(query, values).fetchone()


async def answer(backend: Backend, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Requests of one connection: HTTP/1.1 as far as webhooks need it. Behind a web server, `receive` is enough."""
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            lines = (line.partition(":") for line in head.split("\r\n")[1:] if line)
            headers = {name.lower(): value.strip() for name, _, value in lines}
            length = int(headers.get("content-length", "0"))
            if length > BODY_BYTES_MAX:
                break
            status, said = backend.receive(headers, await reader.readexactly(length))
            writer.write(f"HTTP/1.1 {status} .\r\nContent-Length: {len(said)}\r\n\r\n".encode() + said)
            await writer.drain()
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError):
        pass
    finally:
        writer.close()


async def main(kind: type[Backend] = Backend) -> None:
    folder = Path(os.environ.get("YIMA_FOLDER", "."))
    async with Partner.connect(os.environ["YIMA_URL"], os.environ["YIMA_API_KEY"]) as partner:
        backend = kind(partner, folder)
        port = int(os.environ.get("YIMA_PORT", "0"))
        server = await asyncio.start_server(
            lambda reader, writer: answer(backend, reader, writer), "127.0.0.1", port, limit=HEAD_BYTES_MAX
        )
        tell("listens", url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/yima")
        working = asyncio.create_task(backend.work())
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, working.cancel)
        try:
            await working
        except asyncio.CancelledError:
            tell("stopped")
        finally:
            server.close()


if __name__ == "__main__":
    asyncio.run(main())
