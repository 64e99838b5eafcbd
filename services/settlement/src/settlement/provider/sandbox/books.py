"""What the sandbox knows of money, calls and disputes, in SQLite; and what goes wrong."""

import hashlib
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import orjson
from chassis.refusals import Invalid
from pydantic import BaseModel, ConfigDict, Field

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
    CREATE TABLE IF NOT EXISTS hidden (key TEXT PRIMARY KEY, until REAL NOT NULL);
    CREATE TABLE IF NOT EXISTS dispute (
        id TEXT PRIMARY KEY, key TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL, state TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS webhook (
        place INTEGER PRIMARY KEY, id TEXT NOT NULL, body BLOB NOT NULL, due REAL NOT NULL, sent REAL
    );
    CREATE TABLE IF NOT EXISTS movement (
        place INTEGER PRIMARY KEY, key TEXT NOT NULL, kind TEXT NOT NULL, amount INTEGER NOT NULL,
        currency TEXT NOT NULL, at REAL NOT NULL
    );
"""
WEBHOOKS_MAX = 64
RETRY_SECONDS = 1.0
FOR_EVER = 1e12
NOT_YET = {"approved": False, "reference": "", "reason": "", "pending": True}
SHORT = 10  # a partial capture leaves a tenth

Chance = Annotated[float, Field(ge=0, le=1)]


class Faults(BaseModel):
    """How often, from 0 (never) to 1, something goes wrong. Whom it fires follows from the seed and the key."""

    model_config = ConfigDict(extra="forbid")

    seed: str = ""
    decline: Chance = 0.0  # an authorisation, of a method that is good
    refuse_capture: Chance = 0.0
    refuse_void: Chance = 0.0
    refuse_refund: Chance = 0.0
    refuse_payout: Chance = 0.0
    refund_fails_late: Chance = 0.0  # a refund that was made comes back, as a webhook says
    not_now: Chance = 0.0  # the first request is turned away: nothing is done
    error_before: Chance = 0.0  # the first request ends in an error, and nothing was done
    webhook_only: bool = False  # what is pending is reported by its webhook alone, however often it is asked about
    chargeback: Chance = 0.0  # the cardholder's bank takes a capture back
    pending: Chance = 0.0  # the answer is "not yet"; a webhook says how it ended, or the same request when asked later
    partial_capture: Chance = 0.0  # a tenth is not taken
    timeout_after_success: Chance = 0.0  # it is done, but the first answer is lost
    bank_return: Chance = 0.0  # a payout that was paid comes back
    duplicate_webhook: Chance = 0.0
    webhook_delay_seconds: float = Field(default=0.0, ge=0, le=3600)  # at most; each by its own part, so they overtake

    def fires(self, fault: str, key: str) -> bool:
        return self.draw(fault, key) < float(getattr(self, fault))

    def draw(self, fault: str, key: str) -> float:
        """A number in [0, 1) that is this fault's and key's own."""
        digest = hashlib.sha256(f"{self.seed}/{fault}/{key}".encode()).digest()
        return int.from_bytes(digest[:6]) / 2**48


@dataclass(frozen=True, slots=True)
class DueWebhook:
    """A webhook to send now."""

    place: int
    id: str
    body: bytes


class Sandbox:
    """The provider's books, in SQLite."""

    def __init__(self, path: Path, faults: Faults | None = None) -> None:
        self.faults = faults or Faults()
        path.touch(0o600)
        path.chmod(0o600)  # its owner's, like all state; SQLite gives its journal the same
        self._books = sqlite3.connect(path, isolation_level=None)
        self._books.execute("PRAGMA journal_mode = WAL")
        self._books.execute("PRAGMA synchronous = NORMAL")  # it survives its own end, not the machine's
        self._books.executescript(SCHEMA)

    def close(self) -> None:
        self._books.close()

    def carry_out(self, path: str, key: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Do what is asked, once a key. The answer may be "not yet"."""
        request = orjson.dumps({"path": path, **parameters}, option=orjson.OPT_SORT_KEYS).decode()
        self._books.execute("BEGIN IMMEDIATE")
        try:
            before = self._books.execute("SELECT request, answer FROM answer WHERE key = ?", (key,)).fetchone()
            if before is not None:
                if before[0] != request:
                    raise Invalid("Idempotency-Key", "was used for another request")
                return self._shown(key, orjson.loads(before[1]))
            answer = getattr(self, path.strip("/"))(key, **parameters)
            self._books.execute("INSERT INTO answer VALUES (?, ?, ?)", (key, request, orjson.dumps(answer).decode()))
            if self.faults.fires("pending", key):
                due = self._announce(key, "call.finished", answer)
                until = FOR_EVER if self.faults.webhook_only else due
                self._books.execute("INSERT INTO hidden VALUES (?, ?)", (key, until))
                answer = NOT_YET
        except BaseException:
            self._books.execute("ROLLBACK")
            raise
        else:
            return dict(answer)
        finally:
            if self._books.in_transaction:
                self._books.execute("COMMIT")

    def _shown(self, key: str, answer: dict[str, Any]) -> dict[str, Any]:
        hidden = self._books.execute("SELECT until FROM hidden WHERE key = ?", (key,)).fetchone()
        if hidden is None or hidden[0] < time.time():
            return dict(answer)
        return dict(NOT_YET)

    def look_up(self, key: str) -> dict[str, Any] | None:
        """What became of a call; none where there was no such call."""
        row = self._books.execute("SELECT answer FROM answer WHERE key = ?", (key,)).fetchone()
        return None if row is None else self._shown(key, orjson.loads(row[0]))

    def _announce(self, key: str, kind: str, data: dict[str, Any]) -> float:
        """Let a webhook fall due, perhaps twice; returns when."""
        due = time.time() + self.faults.webhook_delay_seconds * self.faults.draw("webhook_delay_seconds", key)
        body = orjson.dumps({"type": kind, "data": {**data, "key": key}})
        webhook_id = f"evt_{uuid4().hex}"
        for _ in range(2 if self.faults.fires("duplicate_webhook", key) else 1):
            self._books.execute("INSERT INTO webhook (id, body, due) VALUES (?, ?, ?)", (webhook_id, body, due))
        return due

    def due_webhooks(self) -> Sequence[DueWebhook]:
        query = "SELECT place, id, body FROM webhook WHERE sent IS NULL AND due <= ? ORDER BY due LIMIT ?"
        due = self._books.execute(query, (time.time(), WEBHOOKS_MAX))
        return [DueWebhook(place, webhook_id, body) for place, webhook_id, body in due]

    def webhooks_to_come(self) -> int:
        """How many are still to be sent, the ones included that are not due yet."""
        return int(self._books.execute("SELECT count(*) FROM webhook WHERE sent IS NULL").fetchone()[0])

    def webhook_sent(self, place: int) -> None:
        self._books.execute(
            "DELETE FROM hidden WHERE key = (SELECT json_extract(body, '$.data.key') FROM webhook WHERE place = ?)",
            (place,),
        )
        self._books.execute("UPDATE webhook SET sent = ? WHERE place = ?", (time.time(), place))

    def webhook_failed(self, place: int) -> None:
        self._books.execute("UPDATE webhook SET due = ? WHERE place = ?", (time.time() + RETRY_SECONDS, place))

    def _moved(self, key: str, kind: str, amount: int, currency: str) -> None:
        self._books.execute(
            "INSERT INTO movement (key, kind, amount, currency, at) VALUES (?, ?, ?, ?, ?)",
            (key, kind, amount, currency, time.time()),
        )

    def report(self, after: int = 0, most: int = -1) -> list[dict[str, Any]]:
        """Movements of money, all or those after a place: what came in positive, what went out negative."""
        query = "SELECT place, key, kind, amount, currency, at FROM movement WHERE place > ? ORDER BY place LIMIT ?"
        return [
            {"place": place, "key": key, "kind": kind, "amount": amount, "currency": currency,
             "at": datetime.fromtimestamp(at, UTC).isoformat()}
            for place, key, kind, amount, currency, at in self._books.execute(query, (after, most))
        ]  # fmt: skip

    def authorisations(self, key: str, amount: int, currency: str, method: str) -> dict[str, Any]:
        reason = METHODS.get(method, "the payment method is not known")
        if not reason and self.faults.fires("decline", key):
            reason = "the bank declined"
        if reason or amount <= 0:
            return declined(reason or "nothing to pay")
        reference = f"auth_{uuid4().hex}"
        self._books.execute(
            "INSERT INTO authorisation (reference, amount, currency, state) VALUES (?, ?, ?, 'open')",
            (reference, amount, currency),
        )
        return {**approved(reference), "amount": amount}

    def captures(self, key: str, authorisation: str, amount: int) -> dict[str, Any]:
        if self.faults.fires("refuse_capture", key):
            return declined("the bank withdrew its promise")
        taken = amount - amount // SHORT if self.faults.fires("partial_capture", key) else amount
        done = self._books.execute(
            "UPDATE authorisation SET captured = ?, state = 'captured' "
            "WHERE reference = ? AND state = 'open' AND ? BETWEEN 1 AND amount RETURNING currency",
            (taken, authorisation, amount),
        ).fetchone()
        if done is None:
            return declined("no such amount is authorised")
        self._moved(key, "capture", taken, done[0])
        if self.faults.fires("chargeback", key):
            self.open_dispute(key, taken, done[0])
        return {**approved(authorisation), "amount": taken}

    def voids(self, key: str, authorisation: str) -> dict[str, Any]:
        if self.faults.fires("refuse_void", key):
            return declined("the bank does not let go of it now")
        done = self._books.execute(
            "UPDATE authorisation SET state = 'void' WHERE reference = ? AND state = 'open'", (authorisation,)
        )
        return approved(authorisation) if done.rowcount else declined("nothing is authorised")

    def refunds(self, key: str, authorisation: str, amount: int) -> dict[str, Any]:
        if self.faults.fires("refuse_refund", key):
            return declined("the balance does not suffice")
        done = self._books.execute(
            "UPDATE authorisation SET refunded = refunded + ? "
            "WHERE reference = ? AND state = 'captured' AND ? BETWEEN 1 AND captured - refunded RETURNING currency",
            (amount, authorisation, amount),
        ).fetchone()
        if done is None:
            return declined("no such amount was captured")
        self._moved(key, "refund", -amount, done[0])
        if self.faults.fires("refund_fails_late", key):
            self._books.execute(
                "UPDATE authorisation SET refunded = refunded - ? WHERE reference = ?", (amount, authorisation)
            )
            self._moved(key, "refund-return", amount, done[0])
            self._announce(key, "refund.failed", {"reason": "the card's account is closed"})
        return {**approved(authorisation), "amount": amount}

    def open_dispute(self, key: str, amount: int, currency: str) -> str:
        """The cardholder's bank takes money back that was captured by this call: now, and says so."""
        dispute = f"dp_{uuid4().hex}"
        self._books.execute("INSERT INTO dispute VALUES (?, ?, ?, ?, 'open')", (dispute, key, amount, currency))
        self._moved(dispute, "chargeback", -amount, currency)
        self._announce(key, "dispute.opened", told_of(dispute, amount, currency))
        return dispute

    def close_dispute(self, dispute: str, won: bool) -> bool:
        """The bank decides; what it took comes back where the merchant won. Says whether it was open."""
        row = self._books.execute(
            "UPDATE dispute SET state = ? WHERE id = ? AND state = 'open' RETURNING key, amount, currency",
            ("won" if won else "lost", dispute),
        ).fetchone()
        if row is None:
            return False
        key, amount, currency = row
        if won:
            self._moved(dispute, "chargeback-return", amount, currency)
        self._announce(key, "dispute.closed", {**told_of(dispute, amount, currency), "won": won})
        return True

    def disputes(self) -> Sequence[str]:
        """The disputes that are open."""
        return [name for (name,) in self._books.execute("SELECT id FROM dispute WHERE state = 'open' ORDER BY id")]

    def payouts(self, key: str, amount: int, currency: str, account: str) -> dict[str, Any]:
        if self.faults.fires("refuse_payout", key):
            return declined("the balance does not suffice")
        if account.endswith("000") or amount <= 0 or not currency:
            return declined("the account is closed")
        self._moved(key, "payout", -amount, currency)
        if self.faults.fires("bank_return", key):
            self._moved(key, "payout-return", amount, currency)
            self._announce(key, "payout.returned", {"reason": "the bank sent it back"})
        return approved(f"out_{uuid4().hex}")

    def settlements(self, key: str, amount: int, currency: str) -> dict[str, Any]:
        """Send what was captured to the merchant's own bank, as a provider does every few days by itself."""
        if amount <= 0 or not currency:
            return declined("nothing to settle")
        self._moved(key, "settlement", -amount, currency)
        return approved(key)


def told_of(dispute: str, amount: int, currency: str) -> dict[str, Any]:
    """What every webhook of a dispute says of it."""
    return {"dispute": dispute, "amount": amount, "currency": currency, "reason": "the cardholder does not know of it"}


def approved(reference: str) -> dict[str, Any]:
    return {"approved": True, "reference": reference, "reason": ""}


def declined(reason: str) -> dict[str, Any]:
    return {"approved": False, "reference": "", "reason": reason}
