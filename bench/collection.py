"""Batches of Observations: taken for good, beside COPY of the same bytes into a table of text; and stored line by line,
beside COPY of the same rows into a table like the records'.

Everything is done but what neighbours answer: consent and identity say yes at once. What they take is in the rows of
decisions.
"""

import asyncio
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from chassis import migrations
from chassis.database import Database
from chassis.ids import new_id
from city_pack.sensitivity import DEFAULT
from devstack.stack import Stack
from records.commands import batches, sources
from records.commands.batches import SentBatch
from records.commands.judging import Judges, PersonCheck, Sender
from records.domain.sensitivity import sensitivity
from records.domain.sources import BUDGET_MAX, SourceTerms, SystemKind
from sqlalchemy import text
from yima.common.v1.route_pb2 import Role

from bench.measure import HERE, Cost, Row, Target, paused

DATABASE = "collecting"
BATCHES, LINES = 8, 2_000
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def observation(resident_id: UUID) -> bytes:
    return orjson.dumps(
        {
            "resourceType": "Observation",
            "id": str(new_id()),
            "meta": {"lastUpdated": "2026-04-30T08:20:00+08:00"},
            "status": "final",
            "category": [{"coding": [{"code": "laboratory"}]}],
            "code": {"coding": [{"system": "http://loinc.org", "code": "1558-6"}], "text": "Fasting glucose"},
            "subject": {"reference": f"Patient/{resident_id}"},
            "effectiveDateTime": "2026-04-30T08:15:00+08:00",
            "valueQuantity": {
                "value": 6.1,
                "unit": "mmol/L",
                "system": "http://unitsofmeasure.org",
                "code": "mmol/L",
            },
            "referenceRange": [{"low": {"value": 3.9, "unit": "mmol/L"}, "high": {"value": 6.1, "unit": "mmol/L"}}],
        }
    )


def made() -> Sequence[SentBatch]:
    sent = []
    for number in range(1, BATCHES + 1):
        residents = [new_id() for _ in range(LINES // 10) for _ in range(10)]
        content = b"".join(observation(resident) + b"\n" for resident in residents)
        sent.append(SentBatch(number, content, hashlib.sha256(content).digest(), LINES, residents, {}))
    return sent


async def yes(_sender: Sender, additions: Sequence[object]) -> Sequence[str]:
    return [""] * len(additions)


async def known(_sender: Sender, people: Sequence[object]) -> Sequence[PersonCheck]:
    return [PersonCheck(proven=True, born=True)] * len(people)


async def none(_sender: Sender, _asked: Sequence[object]) -> Sequence[Any]:
    """No line of this has a patient number."""
    return []


async def by_copy(dsn: str, sent: Sequence[SentBatch]) -> float:
    """The limit: the same lines into a table of one column, a COPY and a commit a batch; bytes a second."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("CREATE TABLE IF NOT EXISTS copied (line text)")
        await connection.execute("TRUNCATE copied")
        began = time.perf_counter()
        for batch in sent:
            lines = [(line.decode(),) for line in batch.content.splitlines()]
            await connection.copy_records_to_table("copied", records=lines, columns=["line"])
        return sum(len(batch.content) for batch in sent) / (time.perf_counter() - began)
    finally:
        await connection.close()


async def rows_by_copy(dsn: str, partner_id: UUID) -> float:
    """The limit of storing: the rows that were stored, into a table with the same indexes, a COPY and a commit a batch;
    rows a second."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("CREATE TABLE IF NOT EXISTS same (LIKE record INCLUDING ALL)")
        await connection.execute("TRUNCATE same")
        rows = await connection.fetch("SELECT * FROM record WHERE institution_id = $1", partner_id)
        columns, stored = list(rows[0].keys()), [tuple(row.values()) for row in rows]
        began = time.perf_counter()
        for batch in batched(stored, LINES, strict=False):
            await connection.copy_records_to_table("same", records=batch, columns=columns)
        return len(rows) / (time.perf_counter() - began)
    finally:
        await connection.close()


@dataclass(frozen=True)
class Taken:
    """What a second saw of each, in bytes or lines; and milliseconds of a core here that storing a line takes."""

    bytes_copied: float
    bytes_taken: float
    lines_copied: float
    lines_stored: float
    milliseconds_a_line: float


async def a_source(database: Database) -> Sender:
    """An approved source, whose id is its institution's."""
    partner_id = new_id()
    terms = SourceTerms("Laboratory", SystemKind.LIS, "public-health", ["laboratory"], BUDGET_MAX, 60)
    async with database.transaction() as session:
        row = await sources.register_source(
            session, partner_id=partner_id, terms=terms, scope=["*"], by=new_id(), now=NOW
        )
        await sources.decide_source(
            session, source_id=row.id, approved=True, reason="", scope=["*"], by=new_id(), now=NOW
        )
    return Sender(row.id, Role.ROLE_PARTNER, partner_id)


async def measured(url: str, dsn: str) -> Taken:
    sent, database = made(), Database(url)
    size = sum(len(batch.content) for batch in sent)
    sender, judges, apart = await a_source(database), Judges(yes, known, none, none), sensitivity(DEFAULT)
    copied = await by_copy(dsn, sent)
    began = time.perf_counter()
    for batch in sent:
        async with database.transaction() as session:
            await batches.put_batch(
                session,
                source_id=sender.subject_id,
                sent=batch,
                by=sender,
                scope=["*"],
                waiting_max=0,
                now=datetime.now(UTC),
            )
    taken = size / (time.perf_counter() - began)
    began, spent = time.perf_counter(), time.process_time()
    while await batches.process_next(database, judges, zone=UTC, apart=apart):
        pass
    stored = BATCHES * LINES / (time.perf_counter() - began)
    a_line = (time.process_time() - spent) / (BATCHES * LINES) * 1000
    async with database.transaction() as session:
        query = text("SELECT count(*) FROM record WHERE institution_id = :partner")
        assert await session.scalar(query, {"partner": sender.partner_id}) == BATCHES * LINES
    await database.close()
    assert sender.partner_id is not None
    return Taken(copied, taken, await rows_by_copy(dsn, sender.partner_id), stored, a_line)


async def ingested(stack: Stack) -> Row:
    """Observations in batches, until they are acknowledged; and until every line is stored."""
    if not await stack.postgres.fetch("postgres", f"SELECT FROM pg_database WHERE datname = '{DATABASE}'"):
        await stack.postgres.create_database(DATABASE)
        await migrations.upgrade("records", stack.postgres.url(DATABASE))
    with paused(stack):
        found = await measured(stack.postgres.url(DATABASE), stack.postgres.dsn(DATABASE))
    taken, stored = found.bytes_taken / found.bytes_copied, found.lines_stored / found.lines_copied
    return Row(
        f"batches of {LINES:,} Observations, checked and stored by one process",
        f"{found.lines_stored:,.0f}/s",
        f"{found.lines_copied:,.0f}/s by COPY of the same rows under the same indexes",
        stored,
        [Target("stored, of the limit", stored, 0.30), Target("taken for good, of COPY", taken, 0.30)],
        f"taken for good at {found.bytes_taken / 1e6:,.1f} MB/s, and {found.bytes_copied / 1e6:,.1f} by COPY of the "
        "same bytes",
        cost=Cost("a line stored", {HERE: found.milliseconds_a_line}),
    )


async def alone(url: str) -> None:
    """The same in a database of one's own: `python -m bench.collection postgresql+asyncpg://…`."""
    print(await measured(url, url.replace("+asyncpg", "")))


if __name__ == "__main__":
    import sys

    asyncio.run(alone(sys.argv[1]))
