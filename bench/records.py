"""Records: what is checked of a FHIR resource before it is kept, and a page of a resident's record among many."""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from uuid import UUID

import orjson
from chassis import migrations
from chassis.database import Database
from chassis.pages import beginning
from chassis.service import collect_less
from city_pack.sensitivity import DEFAULT
from devstack.stack import Stack
from ops.demo.readings import history
from records.domain import fhir, resources
from records.domain.releases import Release
from records.domain.sensitivity import sensitivity
from records.store import grounds
from records.store import releases as store

from bench.measure import Load, Row, closed_loop, paused

ROUNDS = 20  # in turn, so that a busy moment meets both
ROUND_SECONDS = 0.15
SECONDS = 4.0
CALLERS = 8
PAGE = 20
OF_RESIDENT = 100  # records
FEW = 100_000
OWNER, APP, SECRET = "bench_owner", "bench_app", "bench"
records_there_are = [1_000_000]  # as `--records` says
RELEASES = [Release(frozenset({"vital-signs", "laboratory"}))]
FILL = """
    SET session_replication_role = replica;
    INSERT INTO record (id, resident_id, institution_id, fhir_id, resource_type, information_type, effective_at, status,
        content, resource, content_sha256, version, ingested_at, sensitive, classified_by)
    SELECT ('00000000-0000-7000-a000-' || lpad(to_hex(number), 12, '0'))::uuid,
        ('00000000-0000-7000-8000-' || lpad(to_hex(number % {residents}), 12, '0'))::uuid,
        '00000000-0000-7000-9000-000000000001', 'r-' || number, 'Observation', 'vital-signs',
        timestamptz '2020-01-01' + number * interval '1 second', 'final', '{content}', '{content}', '\\x00', 1, now(),
        '{{}}', '{digest}:1'
    FROM generate_series(0, {records} - 1) AS number;
    SET session_replication_role = origin;
"""


def rates(ours: Callable[[], int], limit: Callable[[], int]) -> tuple[float, float]:
    """How many a second of each, by turns: the medians."""
    measured: dict[Callable[[], int], list[float]] = {ours: [], limit: []}
    for _ in range(ROUNDS):
        for work, seconds in measured.items():
            began, done = time.process_time(), 0
            while (spent := time.process_time() - began) < ROUND_SECONDS:
                done += work()
            seconds.append(done / spent)
    return median(measured[ours]), median(measured[limit])


async def checked(stack: Stack) -> Row:
    """Everything that is checked of a resource, from its bytes to what is stored of it."""
    resident = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
    zone, now = UTC, datetime.now(UTC) + timedelta(minutes=1)
    sent = [
        orjson.dumps(each | {"subject": {"reference": f"Patient/{resident}"}}).decode() for each in history("bench")
    ]
    parsed = [(fhir.model("Observation"), orjson.loads(each)) for each in sent]

    def check() -> int:
        for each in sent:
            resources.check(fhir.parse(each, "r"), "r", resident_id=resident, zone=zone, now=now)
        return len(sent)

    def by_the_models_alone() -> int:
        for model, resource in parsed:
            model.model_validate(resource)
        return len(parsed)

    check()
    with paused(stack):
        ours, limit = rates(check, by_the_models_alone)
    return Row(
        "FHIR resources checked",
        f"{ours:,.0f}/s",
        f"{limit:,.0f}/s by the models of fhir.resources alone, of what is parsed already",
        ours / limit,
        "≥ 0.5",
        "of a core's time: JSON, models, bindings, references, moments, units",
    )


async def fill(stack: Stack, name: str, records: int) -> Database:
    """A database like records' own with so many, a hundred of each resident."""
    if not await stack.postgres.fetch("postgres", f"SELECT FROM pg_database WHERE datname = '{name}'"):
        await stack.postgres.ensure_database(name, OWNER, SECRET, APP, SECRET)
        await migrations.upgrade("records", stack.postgres.url(name, OWNER, SECRET))
        content = orjson.dumps(history("bench")[0]).decode()
        digest = sensitivity(DEFAULT).digest
        statement = FILL.format(residents=records // OF_RESIDENT, content=content, digest=digest, records=records)
        await stack.postgres.run_sql(name, statement)
        await stack.postgres.run_sql(name, "VACUUM ANALYZE")
    return Database(stack.postgres.url(name, APP, SECRET))  # which sees what it says that it may see


async def reading(database: Database, records: int) -> Load:
    """Pages of residents' records, each of somebody else."""
    apart = sensitivity(DEFAULT)

    async def read(_number: int) -> None:
        resident = UUID(f"00000000-0000-7000-8000-{random.randrange(records // OF_RESIDENT):012x}")
        async with database.transaction() as session:
            await grounds.decided(session, resident, [resident], RELEASES[0].information_types)
            rows = await store.page(session, resident, RELEASES, apart, beginning(PAGE))
        assert len(rows) == PAGE + 1

    load = await closed_loop(read, CALLERS, SECONDS)
    await database.close()
    return load


async def pages(stack: Stack) -> Row:
    """A page of one resident's record, where the city has so many records, beside where it has a hundred thousand."""
    many = records_there_are[0]
    among_few, among_many = await fill(stack, "few_records", FEW), await fill(stack, "many_records", many)
    collect_less()
    with paused(stack):
        limit = await reading(among_few, FEW)
        load = await reading(among_many, many)
    return Row(
        f"a page of {PAGE} among {many:,} records",
        f"p50 {load.p50_ms:.1f} ms",
        f"p50 {limit.p50_ms:.1f} ms among {FEW:,}",
        load.p50_ms / limit.p50_ms,
        "≤ 1.5",
        f"{load.per_second:,.0f}/s and {limit.per_second:,.0f}/s, {CALLERS} callers",
        less_is_better=True,
    )
