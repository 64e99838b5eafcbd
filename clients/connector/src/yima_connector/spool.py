"""The spool: everything that came and has not arrived yet, in one SQLite database on the hospital's own disk.

What came is in it before it is acknowledged, and a batch with its number and bytes before it is sent: whenever the
process dies, it goes on as it was. Other processes may read it, and queue messages or batches again, meanwhile.
"""

import fcntl
import hashlib
import json
import os
import sqlite3
import threading
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from yima_connector.errors import NotMapped, SpoolFull, SpoolInUse
from yima_connector.resources import Line

SCHEMA_VERSION = 1
BUSY_SECONDS = 30
DAY = 86_400
KNOWN_DAYS = 90  # for which it is remembered what each resource said last
ASIDE = 10**12  # above any number of a batch
TOTALS = ("received", "sent_lines", "created", "updated", "unchanged", "held", "refused_there")
DETAILS_MAX = 100  # of refused lines of a batch that are kept
SCHEMA = """
create table if not exists messages (
  id integer primary key autoincrement,
  source text not null,
  inlet text not null,                 -- mllp, csv or view
  name text not null,                  -- what its system calls it: a control id, a file's line, a row's key
  kind text not null,                  -- of message, or of rows
  sha256 blob not null,
  content blob,                        -- null once it has arrived and was kept long enough
  received_at real not null,
  state text not null check (state in ('received', 'mapped', 'refused', 'dropped')),
  fresh integer not null default 1,    -- 0: it is mapped again, and what it becomes is sent even where it was before
  reason text not null default '',
  unique (source, inlet, name, sha256)
);
create index if not exists messages_state on messages (source, state, id);
create table if not exists lines (
  id integer primary key autoincrement,
  source text not null,
  message_id integer not null references messages (id),
  resource text not null,
  content text,                        -- null once it is in a batch
  bytes integer not null,
  made_at real not null,
  batch integer,                       -- the row of batches it is in
  position integer
);
create index if not exists lines_waiting on lines (source, id) where batch is null;
create index if not exists lines_batch on lines (batch, position);
create index if not exists lines_message on lines (message_id);
create table if not exists batches (
  id integer primary key autoincrement,
  source text not null,
  number integer not null check (number > 0),
  content blob,                        -- null once it has arrived and was kept long enough
  sha256 blob not null,
  lines integer not null,
  bytes integer not null,
  made_at real not null,
  state text not null check (state in ('waiting', 'acknowledged', 'processed')),
  again integer not null default 0,    -- 1: it is sent again, though it was acknowledged
  sent integer not null default 0,     -- how often it was tried
  acknowledged_at real,
  asked_at real not null default 0,    -- when it was last asked what became of it
  created integer not null default 0,
  updated integer not null default 0,
  unchanged integer not null default 0,
  held integer not null default 0,     -- invisible, until it is known who the patient is
  refused integer not null default 0,
  unique (source, number)
);
create index if not exists batches_due on batches (source, number) where state = 'waiting' or again = 1;
create index if not exists batches_open on batches (source, asked_at) where state = 'acknowledged';
create table if not exists refusals (
  batch integer not null references batches (id) on delete cascade,
  position integer not null, code text not null, field text not null, detail text not null,
  primary key (batch, position)
);
create table if not exists known (
  source text not null, resource text not null, sha256 blob not null, at real not null,
  primary key (source, resource)
) without rowid;
create table if not exists totals (source text not null, name text not null, value integer not null,
  primary key (source, name)) without rowid;
create table if not exists facts (source text not null, name text not null, value text not null,
  primary key (source, name)) without rowid;
"""


@dataclass(frozen=True, slots=True)
class Received:
    """A message or row as it came."""

    id: int
    source: str
    inlet: str
    name: str
    kind: str
    content: bytes
    fresh: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """A numbered batch: its bytes never change."""

    id: int
    source: str
    number: int
    content: bytes
    sha256: bytes
    lines: int
    state: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch's lines. `refusals`: position, code, field and detail of each that was refused."""

    created: int
    updated: int
    unchanged: int
    held: int
    refused: int
    refusals: Sequence[tuple[int, str, str, str]]


@dataclass(frozen=True, slots=True)
class Counts:
    """What goes, of one source."""

    received: int
    refused_here: int
    mapping: int  # messages that wait to be mapped
    lines_waiting: int
    batches_waiting: int
    batches_acknowledged: int
    sent_lines: int
    created: int
    updated: int
    unchanged: int
    held: int
    refused_there: int
    oldest_waiting_at: float | None
    last_received_at: float | None
    last_acknowledged_at: float | None
    highest_number: int


class Spool:
    """The database. Safe to use from several threads: each call is a transaction of its own."""

    def __init__(self, folder: Path, bytes_max: int = 1 << 40) -> None:
        self.folder = folder
        self.path = folder / "spool.sqlite3"
        self._bytes_max = bytes_max
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        old = os.umask(0o077)
        try:
            self._database = sqlite3.connect(
                self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        finally:
            os.umask(old)
        self._lock = threading.RLock()
        self._running: IO[str] | None = None
        # FULL: what is committed stays when the power goes. Deleted content is overwritten: it is of patients.
        for pragma in ("journal_mode = wal", "synchronous = full", "foreign_keys = on", "secure_delete = on"):
            self._database.execute(f"pragma {pragma}")
        with self.changes():
            (version,) = self._database.execute("pragma user_version").fetchone()
            if version > SCHEMA_VERSION:
                raise SpoolInUse(f"{self.path} was made by a newer connector; run that one")
            for statement in SCHEMA.split(";\n"):
                self._database.execute(statement)
            self._database.execute(f"pragma user_version = {SCHEMA_VERSION}")

    def close(self) -> None:
        with self._lock:
            self._database.close()
            if self._running is not None:
                self._running.close()

    def hold(self) -> None:
        """Be the only one that sends out of this spool, until the process ends. Raises `SpoolInUse`."""
        self._running = (self.folder / "lock").open("w")
        try:
            fcntl.flock(self._running, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SpoolInUse(f"another connector runs out of {self.folder}") from None

    @contextmanager
    def changes(self) -> Generator[sqlite3.Connection]:
        """A transaction that is whole or nothing."""
        with self._lock:
            self._database.execute("begin immediate")
            try:
                yield self._database
            except BaseException:
                self._database.execute("rollback")
                raise
            self._database.execute("commit")

    def ask(self, statement: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._database.execute(statement, values).fetchall()

    # --- what comes in

    def bytes_used(self) -> int:
        (size,), (pages,), (free,) = (
            self.ask(f"pragma {name}")[0] for name in ("page_size", "page_count", "freelist_count")
        )
        return int(size * (pages - free))

    def check_room(self) -> None:
        """Raise `SpoolFull` where nothing more may be taken."""
        if self.bytes_used() >= self._bytes_max:
            raise SpoolFull(f"the spool holds {self._bytes_max} bytes already; what is in it has to be sent first")

    def keep(self, source: str, inlet: str, messages: Iterable[tuple[str, str, bytes, str]]) -> int:
        """Keep what came, for good: name, kind, content, and why it is refused at once or ''. Returns how many of them
        were new: what came before is known by its name and bytes. Raises `SpoolFull`."""
        self.check_room()
        now, new = time.time(), 0
        with self.changes() as database:
            for name, kind, content, why_not in messages:
                new += database.execute(
                    "insert or ignore into messages"
                    " (source, inlet, name, kind, sha256, content, received_at, state, reason)"
                    " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        source,
                        inlet,
                        name,
                        kind,
                        hashlib.sha256(content).digest(),
                        content,
                        now,
                        "refused" if why_not else "received",
                        why_not,
                    ),
                ).rowcount
        return new

    # --- what it becomes

    def unmapped(self, source: str, most: int = 100) -> list[Received]:
        """Messages that wait to be mapped, in the order they came."""
        rows = self.ask(
            "select id, source, inlet, name, kind, content, fresh from messages"
            " where source = ? and state = 'received' order by id limit ?",
            source,
            most,
        )
        return [
            Received(number, source, inlet, name, kind, content, bool(fresh))
            for number, source, inlet, name, kind, content, fresh in rows
        ]

    def store_lines(self, message: Received, lines: Sequence[Line]) -> int:
        """Store what a message became. What says the same as its resource did the last time is left out. Returns how
        many lines wait to be sent for it. Raises `NotMapped`, with nothing stored."""
        now, added = time.time(), 0
        with self.changes() as database:
            for line in lines:
                known = database.execute(
                    "select sha256 from known where source = ? and resource = ?", (message.source, line.name)
                ).fetchone()
                if message.fresh and known is not None and known[0] == line.sha256:
                    continue
                text = line.text(self._next_version(database))
                database.execute(
                    "insert into lines (source, message_id, resource, content, bytes, made_at)"
                    " values (?, ?, ?, ?, ?, ?)",
                    (message.source, message.id, line.name, text, len(text.encode()) + 1, now),
                )
                database.execute(
                    "insert into known values (?, ?, ?, ?)"
                    " on conflict do update set sha256 = excluded.sha256, at = excluded.at",
                    (message.source, line.name, line.sha256, now),
                )
                added += 1
            database.execute("update messages set state = 'mapped', reason = '' where id = ?", (message.id,))
        return added

    def _next_version(self, database: sqlite3.Connection) -> int:
        """A number that only grows, on another disk too: it orders versions of one resource of the same second."""
        (last,) = database.execute("select max(cast(value as integer)) from facts where name = 'version'").fetchone()
        version = max(time.time_ns() // 1000, (last or 0) + 1)
        database.execute("insert or replace into facts values ('', 'version', ?)", (str(version),))
        return version

    def refuse(self, message: Received, why: NotMapped) -> None:
        """Put a message aside, with why it becomes nothing."""
        with self.changes() as database:
            database.execute("update messages set state = 'refused', reason = ? where id = ?", (str(why), message.id))

    # --- batches

    def make_batch(self, source: str, *, lines: int, size: int, wait_seconds: float) -> int | None:
        """Make the next batch, if there are lines enough or the first has waited so long. Returns its number."""
        with self.changes() as database:
            waiting = database.execute(
                "select id, content, bytes, made_at from lines where source = ? and batch is null order by id limit ?",
                (source, lines),
            ).fetchall()
            taken: list[Any] = []
            total = 0
            for row in waiting:
                if taken and total + row[2] > size:
                    break
                taken.append(row)
                total += row[2]
            complete = len(taken) == lines or len(taken) < len(waiting)
            if not taken or not (complete or time.time() - taken[0][3] >= wait_seconds):
                return None
            (highest,) = database.execute("select max(number) from batches where source = ?", (source,)).fetchone()
            number = max(highest or 0, int(self._fact(database, source, "highest") or 0)) + 1
            content = "".join(f"{row[1]}\n" for row in taken).encode()
            made = database.execute(
                "insert into batches (source, number, content, sha256, lines, bytes, made_at, state)"
                " values (?, ?, ?, ?, ?, ?, ?, 'waiting')",
                (source, number, content, hashlib.sha256(content).digest(), len(taken), len(content), time.time()),
            )
            database.executemany(
                "update lines set batch = ?, position = ?, content = null where id = ?",
                [(made.lastrowid, position, row[0]) for position, row in enumerate(taken, 1)],
            )
            return number

    def due(self, source: str) -> Batch | None:
        """The lowest batch that is to be sent."""
        rows = self.ask(
            "select id, source, number, content, sha256, lines, state from batches"
            " where source = ? and (state = 'waiting' or again = 1) order by number limit 1",
            source,
        )
        return Batch(*rows[0]) if rows else None

    def note_tried(self, batch: Batch) -> None:
        with self.changes() as database:
            database.execute("update batches set sent = sent + 1 where id = ?", (batch.id,))

    def acknowledge(self, batch: Batch) -> None:
        """Note that a batch is at the city for good."""
        with self.changes() as database:
            database.execute(
                "update batches set state = case state when 'waiting' then 'acknowledged' else state end, again = 0,"
                " acknowledged_at = coalesce(acknowledged_at, ?) where id = ?",
                (time.time(), batch.id),
            )

    def renumber(self, batch: Batch, highest: int) -> None:
        """Give this batch and all after it that wait the numbers after the city's highest, in their order: the city has
        others under theirs. Their bytes stay."""
        with self.changes() as database:
            ids = [
                row[0]
                for row in database.execute(
                    "select id from batches where source = ? and state = 'waiting' and number >= ? order by number",
                    (batch.source, batch.number),
                )
            ]
            (taken,) = database.execute(
                "select max(number) from batches where source = ? and state != 'waiting'", (batch.source,)
            ).fetchone()
            first = max(highest, taken or 0, batch.number) + 1
            for offset in (ASIDE, 0):  # aside first: no two have one number in between
                numbered = [(offset + first + index, each) for index, each in enumerate(ids)]
                database.executemany("update batches set number = ? where id = ?", numbered)
            self._note(database, batch.source, "highest", str(highest))

    def bring_patients_ahead(self, batch: Batch, *, lines: int) -> bool:
        """Put a batch of Patient lines alone before one that the city would not have: those of batches that wait, and
        of what is in none yet, each once. It takes that batch's number, and all that wait move on by one: none of them
        is at the city. False: there is no Patient line that was not brought ahead."""
        with self.changes() as database:
            done = int(self._fact(database, batch.source, "patients_ahead") or 0)
            waiting = database.execute(
                "select id, number, content from batches where source = ? and state = 'waiting' and number >= ?"
                " order by number",
                (batch.source, batch.number),
            ).fetchall()
            said: list[str] = []
            last = done
            for each, _, content in waiting:
                if each <= done:
                    continue
                theirs = [line for line in content.decode().splitlines() if is_patient(line)]
                if said and len(said) + len(theirs) > lines:
                    break
                said += theirs
                last = max(last, each)
            loose = database.execute(
                "select id, content from lines where source = ? and batch is null and resource like 'Patient/%'"
                " order by id limit ?",
                (batch.source, max(0, lines - len(said))),
            ).fetchall()
            said += [content for _, content in loose]
            if not said:
                return False
            self._note(database, batch.source, "patients_ahead", str(last))
            self._insert_before(database, batch.source, waiting, said, [each for each, _ in loose])
        return True

    def _insert_before(
        self,
        database: sqlite3.Connection,
        source: str,
        waiting: Sequence[tuple[int, int, bytes]],
        said: Sequence[str],
        loose: Sequence[int],
    ) -> None:
        """Make a batch of these lines in the place of the first that waits; `loose` are the last of them, which are in
        no batch yet."""
        (highest,) = database.execute("select max(number) from batches where source = ?", (source,)).fetchone()
        numbers = [number for _, number, _ in waiting]
        moved = [*zip((*numbers[1:], highest + 1), (each for each, _, _ in waiting), strict=True)]
        for offset in (ASIDE, 0):  # aside first: no two have one number in between
            database.executemany(
                "update batches set number = ? where id = ?", [(offset + n, each) for n, each in moved]
            )
        content = "".join(f"{line}\n" for line in said).encode()
        made = database.execute(
            "insert into batches (source, number, content, sha256, lines, bytes, made_at, state)"
            " values (?, ?, ?, ?, ?, ?, ?, 'waiting')",
            (source, numbers[0], content, hashlib.sha256(content).digest(), len(said), len(content), time.time()),
        )
        first = len(said) - len(loose) + 1
        database.executemany(
            "update lines set batch = ?, position = ?, content = null where id = ?",
            [(made.lastrowid, position, each) for position, each in enumerate(loose, first)],
        )

    def send_again(self, source: str, numbers: Iterable[int]) -> tuple[list[int], list[int]]:
        """Queue batches to be sent again, byte for byte. Returns those that are queued, and those that are not kept."""
        queued: list[int] = []
        gone: list[int] = []
        with self.changes() as database:
            for number in numbers:
                changed = database.execute(
                    "update batches set again = 1 where source = ? and number = ? and content is not null"
                    " and state != 'waiting'",
                    (source, number),
                ).rowcount
                waits = database.execute(
                    "select 1 from batches where source = ? and number = ? and state = 'waiting'", (source, number)
                ).fetchone()
                (queued if changed or waits else gone).append(number)
        return queued, gone

    def send_again_above(self, source: str, number: int) -> int:
        """Queue all that is kept above a number: the city has lost them."""
        with self.changes() as database:
            return database.execute(
                "update batches set again = 1 where source = ? and number > ? and content is not null"
                " and state != 'waiting'",
                (source, number),
            ).rowcount

    def unsettled(self, source: str, before: float, most: int = 20) -> list[Batch]:
        """Batches that are acknowledged, and of which it was not asked since `before` what became of them."""
        rows = self.ask(
            "select id, source, number, x'', sha256, lines, state from batches"
            " where source = ? and state = 'acknowledged' and asked_at < ? order by asked_at, number limit ?",
            source,
            before,
            most,
        )
        return [Batch(*row) for row in rows]

    def note_asked(self, batch: Batch) -> None:
        with self.changes() as database:
            database.execute("update batches set asked_at = ? where id = ?", (time.time(), batch.id))

    def settle(self, batch: Batch, outcome: Outcome) -> None:
        """Note what became of a batch's lines. What was refused is sent when it comes again, as it is, too."""
        with self.changes() as database:
            database.execute(
                "update batches set state = 'processed', created = ?, updated = ?, unchanged = ?, held = ?,"
                " refused = ? where id = ?",
                (
                    outcome.created,
                    outcome.updated,
                    outcome.unchanged,
                    outcome.held,
                    outcome.refused,
                    batch.id,
                ),
            )
            database.execute("delete from refusals where batch = ?", (batch.id,))
            database.executemany(
                "insert or replace into refusals values (?, ?, ?, ?, ?)",
                [(batch.id, *refusal) for refusal in outcome.refusals[:DETAILS_MAX]],
            )
            database.executemany(
                "delete from known where source = ? and resource in"
                " (select resource from lines where batch = ? and position = ?)",
                [(batch.source, batch.id, refusal[0]) for refusal in outcome.refusals],
            )

    # --- what people do

    def map_again(self, source: str, ids: Sequence[int] | None) -> int:
        """Queue messages to be mapped again: these, or without any all that are refused. Returns how many."""
        with self.changes() as database:
            if ids is None:
                return database.execute(
                    "update messages set state = 'received', reason = '' where source = ? and state = 'refused'"
                    " and content is not null",
                    (source,),
                ).rowcount
            return sum(
                database.execute(
                    "update messages set state = 'received', reason = '', fresh = state = 'refused'"
                    " where source = ? and id = ? and content is not null",
                    (source, each),
                ).rowcount
                for each in ids
            )

    def drop(self, source: str, ids: Sequence[int]) -> int:
        """Forget messages that are refused and will become nothing."""
        with self.changes() as database:
            return sum(
                database.execute(
                    "update messages set state = 'dropped', content = null"
                    " where source = ? and id = ? and state = 'refused'",
                    (source, each),
                ).rowcount
                for each in ids
            )

    def refused(self, source: str, most: int = 100) -> list[Mapping[str, Any]]:
        """Messages that became nothing, the newest first."""
        rows = self.ask(
            "select id, inlet, name, kind, received_at, reason from messages"
            " where source = ? and state = 'refused' order by id desc limit ?",
            source,
            most,
        )
        return [dict(zip(("id", "inlet", "name", "kind", "received_at", "reason"), row, strict=True)) for row in rows]

    def content(self, source: str, message_id: int) -> bytes | None:
        rows = self.ask("select content from messages where source = ? and id = ?", source, message_id)
        return rows[0][0] if rows else None

    def reasons(self, source: str, most: int = 20) -> list[Mapping[str, Any]]:
        """Why messages become nothing here, and why the city refused lines; the most frequent first."""
        here = self.ask(
            "select 'here', kind, reason, count(*) from messages where source = ? and state = 'refused'"
            " group by kind, reason",
            source,
        )
        there = self.ask(
            "select 'city', r.code, trim(r.field || ': ' || r.detail, ': '), count(*) from refusals r"
            " join batches b on b.id = r.batch where b.source = ? group by 2, 3",
            source,
        )
        rows = sorted([*here, *there], key=lambda row: (-row[3], row[2]))[:most]
        return [dict(zip(("where", "kind", "reason", "count"), row, strict=True)) for row in rows]

    def refusal_codes(self, source: str) -> list[tuple[str, int]]:
        """How many lines the city refused, by code."""
        return self.ask(
            "select r.code, count(*) from refusals r join batches b on b.id = r.batch where b.source = ? group by 1",
            source,
        )

    def refused_lines(self, source: str, number: int | None, most: int = 100) -> list[Mapping[str, Any]]:
        """Lines that the city refused, each with the message that it was made of; the newest first."""
        rows = self.ask(
            "select b.number, r.position, r.code, r.field, r.detail, l.resource, m.id, m.name from refusals r"
            " join batches b on b.id = r.batch"
            " left join lines l on l.batch = r.batch and l.position = r.position"
            " left join messages m on m.id = l.message_id"
            " where b.source = ? and (? is null or b.number = ?) order by b.number desc, r.position limit ?",
            source,
            number,
            number,
            most,
        )
        names = ("batch", "position", "code", "field", "detail", "resource", "message", "name")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def counts(self, source: str) -> Counts:
        """What goes."""
        ((received, refused, mapping, last_received),) = self.ask(
            "select count(*), total(state = 'refused'), total(state = 'received'), max(received_at)"
            " from messages where source = ?",
            source,
        )
        ((lines, oldest_line),) = self.ask(
            "select count(*), min(made_at) from lines where source = ? and batch is null", source
        )
        ((waiting, acknowledged, sent, created, updated, unchanged, held, refused_there, oldest, last, highest),) = (
            self.ask(
                "select total(state = 'waiting'), total(state = 'acknowledged'),"
                " total(iif(state != 'waiting', lines, 0)), total(created), total(updated), total(unchanged),"
                " total(held), total(refused),"
                " min(iif(state = 'waiting', made_at, null)), max(acknowledged_at), max(number)"
                " from batches where source = ?",
                source,
            )
        )
        ((oldest_message,),) = self.ask(
            "select min(received_at) from messages where source = ? and state = 'received'", source
        )
        waits = [each for each in (oldest_line, oldest, oldest_message) if each is not None]
        before = dict(self.ask("select name, value from totals where source = ?", source))
        live = dict(zip(TOTALS, (received, sent, created, updated, unchanged, held, refused_there), strict=True))
        return Counts(
            **{name: int(count) + before.get(name, 0) for name, count in live.items()},
            refused_here=int(refused),
            mapping=int(mapping),
            lines_waiting=lines,
            batches_waiting=int(waiting),
            batches_acknowledged=int(acknowledged),
            oldest_waiting_at=min(waits, default=None),
            last_received_at=last_received,
            last_acknowledged_at=last,
            highest_number=highest or 0,
        )

    # --- what is remembered

    def fact(self, source: str, name: str) -> str | None:
        with self._lock:
            return self._fact(self._database, source, name)

    def note(self, source: str, name: str, value: str) -> None:
        with self.changes() as database:
            self._note(database, source, name, value)

    def _fact(self, database: sqlite3.Connection, source: str, name: str) -> str | None:
        row = database.execute("select value from facts where source = ? and name = ?", (source, name)).fetchone()
        return str(row[0]) if row else None

    def _note(self, database: sqlite3.Connection, source: str, name: str, value: str) -> None:
        database.execute("insert or replace into facts values (?, ?, ?)", (source, name, value))

    # --- what goes

    def forget(self, keep_days: float) -> int:
        """Overwrite what arrived and was kept long enough; it goes on in the counts. What is refused here waits for
        people. Returns how many batches were forgotten."""
        before = time.time() - keep_days * DAY
        with self.changes() as database:
            database.execute("drop table if exists temp.old")
            database.execute(
                "create temp table old as select id from batches"
                " where state = 'processed' and again = 0 and acknowledged_at < ?",
                (before,),
            )
            for source, highest, *sums in database.execute(
                "select source, max(number), sum(lines), sum(created), sum(updated), sum(unchanged), sum(held),"
                " sum(refused) from batches where id in (select id from old) group by source"
            ).fetchall():
                known = int(self._fact(database, source, "highest") or 0)
                self._note(database, source, "highest", str(max(highest, known)))
                for name, value in zip(TOTALS[1:], sums, strict=True):
                    add(database, source, name, value)
            database.execute("delete from lines where batch in (select id from old)")
            forgotten = database.execute("delete from batches where id in (select id from old)").rowcount
            database.execute("delete from old")
            database.execute(
                "insert into old select id from messages where state in ('mapped', 'dropped') and received_at < ?"
                " and not exists (select 1 from lines where message_id = messages.id)",
                (before,),
            )
            for source, received in database.execute(
                "select source, count(*) from messages where id in (select id from old) group by source"
            ).fetchall():
                add(database, source, "received", received)
            database.execute("delete from messages where id in (select id from old)")
            database.execute("delete from known where at < ?", (time.time() - max(keep_days, KNOWN_DAYS) * DAY,))
        return forgotten


def is_patient(line: str) -> bool:
    """Does a line say who a patient is?"""
    return '"Patient"' in line and json.loads(line).get("resourceType") == "Patient"


def add(database: sqlite3.Connection, source: str, name: str, value: int) -> None:
    database.execute(
        "insert into totals values (?, ?, ?) on conflict do update set value = value + excluded.value",
        (source, name, value),
    )
