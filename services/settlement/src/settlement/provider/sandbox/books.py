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
# What is offered, with what is asked of who pays: names by language, and between which minor units.
OFFERED = (
    {"code": "sandbox:ok", "kind": None, "minimum": 1, "maximum": 0,
     "names": {"zh-CN": "沙盒钱包", "en": "The sandbox's wallet", "ar": "محفظة التجربة", "fr": "Portefeuille d'essai"}},
    {"code": "sandbox:redirect", "kind": "redirect", "minimum": 1, "maximum": 5_000_000,
     "names": {"zh-CN": "沙盒网上银行", "en": "The sandbox's bank", "ar": "مصرف التجربة", "fr": "Banque d'essai"}},
    {"code": "sandbox:scan", "kind": "scan", "minimum": 1, "maximum": 1_000_000,
     "names": {"zh-CN": "沙盒扫码付", "en": "Scan with the sandbox's app", "ar": "مسح رمز التجربة",
               "fr": "Code à scanner d'essai"}},
    {"code": "sandbox:confirm", "kind": "confirm", "minimum": 1, "maximum": 1_000_000,
     "names": {"zh-CN": "沙盒应用确认", "en": "Confirm in the sandbox's app", "ar": "التأكيد في تطبيق التجربة",
               "fr": "Confirmation dans l'application d'essai"}},
)  # fmt: skip
STEPS = {f"{method['code']}": str(method["kind"]) for method in OFFERED if method["kind"]}
LIMITS = {f"{method['code']}": int(f"{method['maximum']}") for method in OFFERED}
SCHEMA = """
    CREATE TABLE IF NOT EXISTS step (
        token TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, amount INTEGER NOT NULL,
        currency TEXT NOT NULL, return_to TEXT NOT NULL, expires REAL NOT NULL, state TEXT NOT NULL DEFAULT 'open'
    );
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
class AskedStep:
    """What was asked of who pays, and where that stands: open, paid, declined or over."""

    kind: str
    amount: int
    currency: str
    return_to: str
    expired: int
    state: str


@dataclass(frozen=True, slots=True)
class DueWebhook:
    """A webhook to send now."""

    place: int
    id: str
    body: bytes


class Sandbox:
    """The provider's books, in SQLite."""

    def __init__(
        self, path: Path, faults: Faults | None = None, pages: str = "http://127.0.0.1:8708", step_seconds: float = 600
    ) -> None:
        """`pages` is where browsers reach it; `step_seconds` how long who pays has for what it asks of them."""
        self.faults = faults or Faults()
        self.pages = pages.rstrip("/")
        self.step_seconds = step_seconds
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
                return self._shown(key, self._ended(key, orjson.loads(before[1])))
            answer = getattr(self, path.strip("/"))(key, **parameters)
            self._books.execute("INSERT INTO answer VALUES (?, ?, ?)", (key, request, orjson.dumps(answer).decode()))
            if not answer.get("pending") and self.faults.fires("pending", key):
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
        return None if row is None else self._shown(key, self._ended(key, orjson.loads(row[0])))

    def _ended(self, key: str, answer: dict[str, Any]) -> dict[str, Any]:
        """The answer; where who pays did not come in time, that they did not."""
        if not answer.get("pending"):
            return answer
        over = self._books.execute(
            "UPDATE step SET state = 'over' WHERE key = ? AND state = 'open' AND expires <= ?", (key, time.time())
        ).rowcount
        return self._answered(key, declined("the time to pay was over")) if over else answer

    def _answered(self, key: str, answer: dict[str, Any]) -> dict[str, Any]:
        """The answer from now on of a call that waited for who pays."""
        self._books.execute("UPDATE answer SET answer = ? WHERE key = ?", (orjson.dumps(answer).decode(), key))
        return answer

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

    def authorisations(self, key: str, amount: int, currency: str, method: str, return_to: str = "") -> dict[str, Any]:
        reason = "" if method in STEPS else METHODS.get(method, "the payment method is not known")
        if LIMITS.get(method, 0) and amount > LIMITS[method]:
            reason = "that is more than may be paid so"
        if not reason and self.faults.fires("decline", key):
            reason = "the bank declined"
        if reason or amount <= 0:
            return declined(reason or "nothing to pay")
        if method in STEPS:
            return self._asked(key, STEPS[method], amount, currency, return_to)
        return self._promised(amount, currency)

    def _promised(self, amount: int, currency: str) -> dict[str, Any]:
        reference = f"auth_{uuid4().hex}"
        self._books.execute(
            "INSERT INTO authorisation (reference, amount, currency, state) VALUES (?, ?, ?, 'open')",
            (reference, amount, currency),
        )
        return {**approved(reference), "amount": amount}

    def _asked(self, key: str, kind: str, amount: int, currency: str, return_to: str) -> dict[str, Any]:
        """Ask who pays for something: the answer comes with what they do, or when the time for it is over."""
        token, expires = uuid4().hex, time.time() + self.step_seconds
        self._books.execute(
            "INSERT INTO step (token, key, kind, amount, currency, return_to, expires) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (token, key, kind, amount, currency, return_to, expires),
        )
        until = datetime.fromtimestamp(expires, UTC).isoformat()
        return {**NOT_YET, "next_step": {"kind": kind, "target": f"{self.pages}/pay/{token}", "expires_at": until}}

    def step(self, token: str) -> AskedStep | None:
        """What was asked of who pays, by the address of its page."""
        row = self._books.execute(
            "SELECT kind, amount, currency, return_to, expires <= ?, state FROM step WHERE token = ?",
            (time.time(), token),
        ).fetchone()
        return None if row is None else AskedStep(*row)

    def step_done(self, token: str, pays: bool, late: bool = False) -> bool:
        """Who pays did so, or declined. Says whether that counts: once, and in time, unless the provider takes it
        `late`, when its answer was another one already."""
        self._books.execute("BEGIN IMMEDIATE")
        try:
            row = self._books.execute("SELECT key FROM step WHERE token = ?", (token,)).fetchone()
            if row is not None:
                self._ended(row[0], dict(NOT_YET))
            done = self._books.execute(
                "UPDATE step SET state = ? WHERE token = ? AND state = ? RETURNING key, amount, currency",
                ("paid" if pays else "declined", token, "over" if late else "open"),
            ).fetchone()
            if done is None:
                return False
            key, amount, currency = done
            answer = self._promised(amount, currency) if pays else declined("who pays declined it")
            if not late:
                self._answered(key, answer)
            self._announce(key, "call.finished", answer)
            return True
        finally:
            self._books.execute("COMMIT")

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
            self._sent_back(key, amount, currency)
        return approved(f"out_{uuid4().hex}")

    def send_back(self, key: str) -> bool:
        """The bank sends back what was paid out, which may be days later. Says whether there was such a payout that had
        not come back."""
        self._books.execute("BEGIN IMMEDIATE")
        try:
            paid = self._books.execute(
                "SELECT -amount, currency FROM movement AS paid WHERE key = ? AND kind = 'payout' AND NOT EXISTS "
                "(SELECT 1 FROM movement WHERE key = paid.key AND kind = 'payout-return')",
                (key,),
            ).fetchone()
            if paid is not None:
                self._sent_back(key, *paid)
        finally:
            self._books.execute("COMMIT")
        return paid is not None

    def _sent_back(self, key: str, amount: int, currency: str) -> None:
        self._moved(key, "payout-return", amount, currency)
        self._announce(key, "payout.returned", {"reason": "the bank sent it back"})

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
