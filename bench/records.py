"""Records: what is checked of a FHIR resource before it is kept, and a page of a resident's record among many."""

import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from uuid import UUID

import asyncpg
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

from bench.filling import BEGAN, Rows, at, copy_first, escaped, numbered
from bench.measure import HERE, Cost, Load, Meter, Row, Target, closed_loop, paused

ROUNDS = 20  # in turn, so that a busy moment meets both
ROUND_SECONDS = 0.15
SECONDS = 4.0
CALLERS = 8
PAGE = 20
OF_RESIDENT = 100  # records
FEW = 100_000
OWNER, APP, SECRET = "bench_owner", "bench_app", "bench"
PAGE_ALONE = """
    SELECT * FROM record WHERE resident_id = $1 AND information_type = ANY($2) AND status <> 'entered-in-error'
    ORDER BY effective_at DESC, id DESC LIMIT $3
"""
# The same rows by one statement, for the test of pages: into a table that keeps its indexes and rights.
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
RELEASES = [Release(frozenset({"vital-signs", "laboratory"}))]
COLUMNS = (
    "id resident_id institution_id fhir_id resource_type information_type effective_at status content resource "
    "content_sha256 version ingested_at sensitive classified_by"
)


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
        [Target("of the limit", ours / limit, 0.5)],
        "of a core's time: JSON, models, bindings, references, moments, units",
        cost=Cost("a resource", {HERE: 1000 / ours}),
    )


def observations(count: int, residents: int, content: str, digest: str) -> Rows:
    """Records of so many residents by turns, each of a second of its own."""
    content, institution = escaped(content), numbered("9000", 1)

    def fields(number: int) -> Sequence[object]:
        return (
            numbered("a000", number), numbered("8000", number % residents), institution, f"r-{number}", "Observation",
            "vital-signs", at(number), "final", content, content, "\\\\x00", 1, BEGAN, "{}", f"{digest}:1",
        )  # fmt: skip

    return Rows("record", COLUMNS, count, fields)


async def fill(stack: Stack, name: str, records: int) -> Database:
    """A database like records' own with so many, a hundred of each resident."""
    if not await stack.postgres.fetch("postgres", f"SELECT FROM pg_database WHERE datname = '{name}'"):
        await stack.postgres.ensure_database(name, OWNER, SECRET, APP, SECRET)
        await migrations.upgrade("records", stack.postgres.url(name, OWNER, SECRET))
        content = orjson.dumps(history("bench")[0]).decode()
        rows = observations(records, records // OF_RESIDENT, content, sensitivity(DEFAULT).digest)
        await copy_first(stack.postgres.dsn(name), rows)
    return Database(stack.postgres.url(name, APP, SECRET))  # which sees what it says that it may see


def a_resident(records: int) -> UUID:
    return UUID(numbered("8000", random.randrange(records // OF_RESIDENT)))


async def reading(database: Database, records: int) -> Load:
    """Pages of residents' records, each of somebody else."""
    apart = sensitivity(DEFAULT)

    async def read(_number: int) -> None:
        resident = a_resident(records)
        async with database.transaction() as session:
            await grounds.decided(session, resident, [resident], RELEASES[0].information_types)
            rows = await store.page(session, resident, RELEASES, apart, beginning(PAGE))
        assert len(rows) == PAGE + 1

    load = await closed_loop(read, CALLERS, SECONDS)
    await database.close()
    return load


async def sql_alone(stack: Stack, name: str, records: int) -> Load:
    """The same pages by the driver, of one statement without a transaction's grounds and row-level security."""
    async with asyncpg.create_pool(stack.postgres.dsn(name), min_size=CALLERS, max_size=CALLERS) as pool:

        async def read(_number: int) -> None:
            rows = await pool.fetch(PAGE_ALONE, a_resident(records), sorted(RELEASES[0].information_types), PAGE + 1)
            assert len(rows) == PAGE + 1

        return await closed_loop(read, CALLERS, SECONDS)


async def pages(stack: Stack, many: int) -> Row:
    """A page of one resident's record, where the city has so many records, beside where it has a hundred thousand; and
    the SQL alone."""
    among_few, among_many = await fill(stack, "few_records", FEW), await fill(stack, "many_records", many)
    collect_less()
    with paused(stack):
        limit = await reading(among_few, FEW)
        meter = Meter(stack)
        load = await reading(among_many, many)
        cost = meter.cost("a page", load.count)
        alone = await sql_alone(stack, "many_records", many)
    ratio = load.p50_ms / limit.p50_ms
    return Row(
        f"a page of {PAGE} among {many:,} records",
        f"p50 {load.p50_ms:.1f} ms",
        f"p50 {limit.p50_ms:.1f} ms among {FEW:,}; {alone.p50_ms:.1f} ms, the SQL alone among {many:,}",
        ratio,
        [Target(f"by that among {FEW:,}", ratio, 1.5, at_most=True)],
        f"{load.per_second:,.0f}/s and {limit.per_second:,.0f}/s, {CALLERS} callers; {alone.per_second:,.0f}/s by SQL",
        less_is_better=True,
        cost=cost,
        histograms={f"among {many:,}": load.histogram, f"among {FEW:,}": limit.histogram, "SQL": alone.histogram},
    )
