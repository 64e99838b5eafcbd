"""A payment provider to try things on: its own process with its own memory, which survives restarts.

    python -m settlement.provider.sandbox

Payment methods: `sandbox:ok`, `sandbox:declined`, `sandbox:insufficient-funds`. Every other is unknown and declined.
A bank account whose number ends in 000 is closed. The same idempotency key gets the same answer for ever.
"""

import asyncio
import logging
import signal
import sqlite3
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import uvloop
from chassis import settings
from chassis.refusals import Invalid
from chassis.service import application, serve_until
from litestar import Litestar, Request, Response, get, post
from pydantic_settings import BaseSettings, SettingsConfigDict

METHODS = {
    "sandbox:ok": "",
    "sandbox:declined": "the card was declined",
    "sandbox:insufficient-funds": "the account does not have enough money",
}
SCHEMA = """
    CREATE TABLE IF NOT EXISTS answer (key TEXT PRIMARY KEY, request TEXT NOT NULL, answer TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS authorisation (
        reference TEXT PRIMARY KEY, amount INTEGER NOT NULL, currency TEXT NOT NULL, state TEXT NOT NULL,
        captured INTEGER NOT NULL DEFAULT 0, refunded INTEGER NOT NULL DEFAULT 0,
        CHECK (captured <= amount), CHECK (refunded <= captured)
    );
"""


class Sandbox:
    """The provider's books, in SQLite."""

    def __init__(self, path: Path) -> None:
        self._books = sqlite3.connect(path, isolation_level=None)
        self._books.execute("PRAGMA journal_mode = WAL")
        self._books.executescript(SCHEMA)

    def close(self) -> None:
        self._books.close()

    def carry_out(self, path: str, key: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Do what is asked, once a key."""
        request = orjson.dumps({"path": path, **asked}, option=orjson.OPT_SORT_KEYS).decode()
        self._books.execute("BEGIN IMMEDIATE")
        try:
            before = self._books.execute("SELECT request, answer FROM answer WHERE key = ?", (key,)).fetchone()
            if before is not None:
                if before[0] != request:
                    raise Invalid("Idempotency-Key", "was used for another request")
                return dict(orjson.loads(before[1]))
            answer = getattr(self, path.strip("/"))(**asked)
            self._books.execute("INSERT INTO answer VALUES (?, ?, ?)", (key, request, orjson.dumps(answer).decode()))
        except BaseException:
            self._books.execute("ROLLBACK")
            raise
        else:
            return dict(answer)
        finally:
            if self._books.in_transaction:
                self._books.execute("COMMIT")

    def authorisations(self, amount: int, currency: str, method: str) -> dict[str, Any]:
        reason = METHODS.get(method, "the payment method is not known")
        if reason or amount <= 0:
            return declined(reason or "nothing to pay")
        reference = f"auth_{uuid4().hex}"
        self._books.execute(
            "INSERT INTO authorisation (reference, amount, currency, state) VALUES (?, ?, ?, 'open')",
            (reference, amount, currency),
        )
        return approved(reference)

    def captures(self, authorisation: str, amount: int) -> dict[str, Any]:
        done = self._books.execute(
            "UPDATE authorisation SET captured = ?, state = 'captured' "
            "WHERE reference = ? AND state = 'open' AND ? BETWEEN 1 AND amount",
            (amount, authorisation, amount),
        )
        return approved(authorisation) if done.rowcount else declined("no such amount is authorised")

    def voids(self, authorisation: str) -> dict[str, Any]:
        done = self._books.execute(
            "UPDATE authorisation SET state = 'void' WHERE reference = ? AND state = 'open'", (authorisation,)
        )
        return approved(authorisation) if done.rowcount else declined("nothing is authorised")

    def refunds(self, authorisation: str, amount: int) -> dict[str, Any]:
        done = self._books.execute(
            "UPDATE authorisation SET refunded = refunded + ? "
            "WHERE reference = ? AND state = 'captured' AND ? BETWEEN 1 AND captured - refunded",
            (amount, authorisation, amount),
        )
        return approved(authorisation) if done.rowcount else declined("no such amount was captured")

    def payouts(self, amount: int, currency: str, account: str) -> dict[str, Any]:
        if account.endswith("000") or amount <= 0 or not currency:
            return declined("the account is closed")
        return approved(f"out_{uuid4().hex}")


def approved(reference: str) -> dict[str, Any]:
    return {"approved": True, "reference": reference, "reason": ""}


def declined(reason: str) -> dict[str, Any]:
    return {"approved": False, "reference": "", "reason": reason}


def asgi(sandbox: Sandbox) -> Litestar:
    @post(["/authorisations", "/captures", "/voids", "/refunds", "/payouts"], status_code=200)
    async def carry_out(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
        key = request.headers.get("idempotency-key", "")
        if not key:
            raise Invalid("Idempotency-Key", "is needed")
        try:
            return Response(sandbox.carry_out(request.url.path, key, orjson.loads(await request.body())))
        except (TypeError, ValueError, sqlite3.DataError) as error:
            raise Invalid("", f"the request is not one of this path: {error}") from None

    @get("/health/ready")
    async def ready() -> dict[str, str]:
        return {"status": "ready"}

    return application([carry_out, ready])


class Settings(BaseSettings):
    """Where the sandbox listens and what it remembers."""

    model_config = SettingsConfigDict(env_prefix="YIMA_", extra="ignore")

    host: str = "127.0.0.1"
    port: int = 8708
    provider_state: Path = Path("provider.sqlite")


async def serve() -> None:
    told = Settings()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    process = settings.Settings(host=told.host, port=told.port)
    await serve_until(asgi(Sandbox(told.provider_state)), process, stop, asyncio.Event())


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    uvloop.run(serve())
