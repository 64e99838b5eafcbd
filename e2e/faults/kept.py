"""That what is kept for a time is gone after it, and not before.

A run of half an hour knows no row that is three days old. So what has had its effect is made days older at each rest,
and goes while people are at work, as it does in a city: its tables stay as large as they are. At the end half of all
rows are made an hour older than they are kept, and half an hour younger: the ones have to go, the others to stay.
"""

import asyncio
import signal
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import asyncpg
from chassis.consumer import MARGIN
from yima.services import SERVICES

from e2e.faults.injected import Town

SWEEPING = ("identity", "consent")  # they sweep every ten minutes, and when they start
# At a rest, when all has had its effect: what was sent or answered some minutes ago becomes days old. Of inboxes only
# what is no event of an outbox any more, nor one that a durable which is made again hears once more: in a city the
# inbox has each event for longer than anybody could say it again.
YOUNG = timedelta(seconds=150)
HEARD_AGAIN = MARGIN + timedelta(minutes=4)
AGE_OUTBOX = """
    UPDATE outbox SET sent_at = sent_at - interval '4 days'
    WHERE sent_at < now() - $1::interval AND sent_at > now() - interval '1 day' AND position <= $2
"""
AGE_KEYS = """
    UPDATE idempotency SET created_at = created_at - interval '8 days'
    WHERE created_at < now() - $1::interval AND created_at > now() - interval '1 day'
"""
AGE_INBOX = """
    UPDATE inbox SET handled_at = handled_at - interval '31 days'
    WHERE handled_at < least(now() - $1::interval, $2) AND handled_at > now() - interval '1 day'
        AND durable NOT LIKE '% acknowledged'
"""
OLDEST_EVENT = "SELECT coalesce(min(created_at), now()) FROM outbox"
BY_CHANCE = "random() < 0.5"
BY_SESSION = "hashtext({id}::text) % 2 = 0"  # tokens go with their sessions
EVENTS = "durable NOT LIKE '% %' AND durable <> 'readiness'"  # beside them are marks, which are written again
FOR_EVER = "leaves and nodes of the log, for ever"
LOG_SIZE = "SELECT (SELECT count(*) FROM access_log_leaf) + (SELECT count(*) FROM access_log_node)"


@dataclass(frozen=True)
class Kept:
    """Rows of a table that are kept until so long after a moment. `moments`: the columns that say it; `half`: which of
    them are made older than that, all at one moment."""

    table: str
    moments: Sequence[str]
    kept: str
    services: Sequence[str] = SERVICES
    where: str = "true"
    half: str = BY_CHANCE
    by: str = "1 hour"  # from the moment at which a row is over

    @property
    def made(self) -> str:
        """The statement that makes them older and younger, and says how many there are of each."""
        at = f"now() - interval '{self.kept}' + interval '{self.by}' * CASE WHEN {self.half} THEN -1 ELSE 1 END"
        sets = ", ".join(f"{moment} = {at}" for moment in self.moments)
        return (
            f"WITH made AS (UPDATE {self.table} SET {sets} WHERE {self.where} RETURNING {self.over} AS over) "
            "SELECT count(*) FILTER (WHERE over), count(*) FILTER (WHERE NOT over) FROM made"
        )

    @property
    def over(self) -> str:
        return f"{self.moments[0]} < now() - interval '{self.kept}'"

    @property
    def counted(self) -> str:
        """How many are left that are over, and how many that soon will be."""
        soon = f"{self.moments[0]} < now() - interval '{self.kept}' + interval '{self.by}'"
        return (
            f"SELECT count(*) FILTER (WHERE {self.over}), count(*) FILTER (WHERE NOT {self.over} AND {soon}) "
            f"FROM {self.table} WHERE {self.where}"
        )


KEPT: Mapping[str, Kept] = {
    "outbox, 3 days after it was sent": Kept("outbox", ["sent_at"], "3 days", where="sent_at IS NOT NULL"),
    "inbox, 30 days": Kept("inbox", ["handled_at"], "30 days", where=EVENTS),
    "idempotency, 7 days": Kept(
        "idempotency", ["created_at"], "7 days", where=f"created_at < now() - interval '{YOUNG.total_seconds()} s'"
    ),
    "sessions, a day after their end": Kept(
        "access_session", ["lasts_until", "expires_at"], "1 day", ("identity",), half=BY_SESSION.format(id="id")
    ),
    "refresh tokens, until they are over": Kept(
        "refresh_token", ["expires_at"], "0 s", ("identity",), half=BY_SESSION.format(id="session_id")
    ),
    "checkpoints of the log that nobody was told of, an hour": Kept(
        "access_log_checkpoint",
        ["signed_at"],
        "1 hour",
        ("consent",),
        "announced_at IS NULL AND size < (SELECT max(size) FROM access_log_checkpoint)",
        by="20 minutes",
    ),
}


@dataclass
class Forgotten:
    """Of one kind of rows: how many were made `aged` and how many not quite, how many of the first are `left`, and how
    many of the others are `gone`, which both should be none."""

    aged: int = 0
    young: int = 0
    left: int = 0
    gone: int = 0

    def record(self) -> dict[str, Any]:
        return asdict(self)


async def aged(town: Town, positions: Mapping[str, int]) -> None:
    """Make older what has had its effect: of each service's outbox what is before this position."""
    oldest = min([(await town.stack.postgres.fetch(service, OLDEST_EVENT))[0][0] for service in SERVICES])
    for service in SERVICES:
        connection = await asyncpg.connect(town.stack.postgres.dsn(service))
        try:
            await connection.execute(AGE_INBOX, HEARD_AGAIN, oldest)
            await connection.execute(AGE_OUTBOX, YOUNG, positions.get(service, 0))
            await connection.execute(AGE_KEYS, YOUNG)
        finally:
            await connection.close()


async def forgotten(town: Town, seconds: float) -> dict[str, Forgotten]:
    """Make what is kept for a time older than that, or not quite, and wait until what is over is gone."""
    found = {what: Forgotten() for what in KEPT}
    found[FOR_EVER] = Forgotten(young=await log_size(town))
    for what, kept in KEPT.items():
        for service in kept.services:
            connection = await asyncpg.connect(town.stack.postgres.dsn(service))
            try:
                await connection.execute("SET session_replication_role = replica")  # its owner may not change the log
                ((aged, young),) = await connection.fetch(kept.made)
            finally:
                await connection.close()
            found[what].aged += aged
            found[what].young += young
    for name in SWEEPING:
        town.stack.supervisor.kill(name, signal.SIGTERM)
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        for what, kept in KEPT.items():
            counts = [(await town.stack.postgres.fetch(service, kept.counted))[0] for service in kept.services]
            found[what].left = sum(over for over, _ in counts)
            found[what].gone = max(0, found[what].young - sum(soon for _, soon in counts))
        found[FOR_EVER].gone = max(0, found[FOR_EVER].young - await log_size(town))
        if not any(each.left for each in found.values()) or asyncio.get_running_loop().time() > deadline:
            return found
        await asyncio.sleep(2)


async def log_size(town: Town) -> int:
    return int((await town.stack.postgres.fetch("consent", LOG_SIZE))[0][0])
