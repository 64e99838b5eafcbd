"""Batches of Observations: taken for good, and stored line by line, beside COPY of the same bytes into a table of text.

Everything is done but what neighbours answer: consent and identity say yes at once. What they take is in the rows of
decisions.
"""

import asyncio
import hashlib
import time
from collections.abc import Sequence
from datetime import UTC, datetime
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

from bench.measure import Row, paused

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


async def measured(url: str, dsn: str) -> tuple[float, float, float]:
    """Bytes a second: by COPY, taken for good, and stored."""
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
    began = time.perf_counter()
    while await batches.process_next(database, judges, zone=UTC, apart=apart):
        pass
    stored = size / (time.perf_counter() - began)
    async with database.transaction() as session:
        query = text("SELECT count(*) FROM record WHERE institution_id = :partner")
        assert await session.scalar(query, {"partner": sender.partner_id}) == BATCHES * LINES
    await database.close()
    return copied, taken, stored


async def ingested(stack: Stack) -> Row:
    """Observations in batches, until they are acknowledged; and until every line is stored."""
    if not await stack.postgres.fetch("postgres", f"SELECT FROM pg_database WHERE datname = '{DATABASE}'"):
        await stack.postgres.create_database(DATABASE)
        await migrations.upgrade("records", stack.postgres.url(DATABASE))
    with paused(stack):
        copied, taken, stored = await measured(stack.postgres.url(DATABASE), stack.postgres.dsn(DATABASE))
    per_line = len(made()[0].content) / LINES
    return Row(
        f"batches of {LINES:,} Observations, taken for good",
        f"{taken / 1e6:,.1f} MB/s",
        f"{copied / 1e6:,.1f} MB/s by COPY of the same bytes",
        taken / copied,
        "≥ 0.3",
        f"checked and stored by one process: {stored / per_line:,.0f} lines/s, {stored / copied:.2f} of COPY",
    )


async def alone(url: str) -> None:
    """The same in a database of one's own: `python -m bench.collection postgresql+asyncpg://…`."""
    copied, taken, stored = await measured(url, url.replace("+asyncpg", ""))
    print(f"COPY {copied / 1e6:.1f} MB/s, taken {taken / 1e6:.1f} MB/s, stored {stored / 1e6:.2f} MB/s")


if __name__ == "__main__":
    import sys

    asyncio.run(alone(sys.argv[1]))
