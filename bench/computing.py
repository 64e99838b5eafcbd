"""A cohort counted: the query of a run over its flat tables, beside DuckDB alone on a Parquet file of the same rows.

Both give how many residents of each district have a disease. Ours gives of it what may be said, too. How long it takes
to make FHIR resources flat is beside it: DuckDB's Parquet is flat already.
"""

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import orjson
from devstack.stack import Stack
from records.computing import __main__ as computing
from records.computing import expressions, tables
from records.domain.queries import read_query

from bench.measure import HERE, Cost, Row, Target, paused

DISTRICTS, FLATTENED = 12, 20_000
ROUNDS = 7
MEMORY_MB, THREADS, PEOPLE_MIN = 512, 1, 10
QUERY: dict[str, Any] = {
    "views": [
        {
            "name": "conditions",
            "view": {
                "resource": "Condition",
                "select": [
                    {"forEach": "code.coding", "column": [{"name": "code", "path": "code", "type": "code"}]},
                ],
            },
        },
        {
            "name": "residence",
            "view": {
                "resource": "Observation",
                "where": [{"path": "code.coding.code.first() = '56799-0'"}],
                "select": [{"column": [{"name": "district", "path": "value.ofType(string)", "type": "string"}]}],
            },
        },
    ],
    "filters": [{"column": "conditions.code", "test": "begins-with", "values": ["I10"]}],
    "groups": [{"name": "district", "column": "residence.district"}],
    "measures": [{"name": "residents", "of": "residents"}],
}
VALUES = {  # of a view's one column, by the number of its resident
    "conditions": "['I10.9', 'E11.9', 'J45.0'][person % 3 + 1] AS code",
    "residence": f"'district-' || (person % {DISTRICTS}) AS district",
}
BARE = """
    SELECT district, count(DISTINCT conditions.person) FROM '{conditions}' AS conditions
    JOIN '{residence}' AS residence ON residence.person = conditions.person
    WHERE code LIKE 'I10%' GROUP BY district
"""


def code(person: int) -> str:
    return ("I10.9", "E11.9", "J45.0")[person % 3]


def district(person: int) -> str:
    return f"district-{person % DISTRICTS}"


def resources(count: int) -> list[bytes]:
    """The resources of so many residents, as a run gets them."""
    lines = []
    for person in range(count):
        condition = {
            "resourceType": "Condition", "id": f"c-{person}", "subject": {"reference": "Patient/1"},
            "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": code(person)}]},
        }  # fmt: skip
        lives = {
            "resourceType": "Observation", "id": f"d-{person}", "status": "final", "valueString": district(person),
            "subject": {"reference": "Patient/1"}, "effectiveDateTime": "2026-04-30T08:15:00+08:00",
            "code": {"coding": [{"system": "http://loinc.org", "code": "56799-0"}]},
        }  # fmt: skip
        lines += [b"%d\t%d\t%s\n" % (person, person * 7, orjson.dumps(each)) for each in (condition, lives)]
    return lines


def people(count: int) -> str:
    return f"(SELECT range AS person FROM range({count}))"


def bare(folder: Path, residents: int) -> duckdb.DuckDBPyConnection:
    """DuckDB with nothing around it, and the same rows as Parquet."""
    connection = duckdb.connect(config={"threads": THREADS})
    for name, value in VALUES.items():
        connection.execute(f"COPY (SELECT person, {value} FROM {people(residents)}) TO '{folder / name}.parquet'")
    return connection


async def counted(stack: Stack, among: int) -> Row:
    residents = among // len(VALUES)
    query = read_query(QUERY)
    shut_in = tables.open_shut_in(MEMORY_MB, THREADS)
    flat = {name: tables.FlatTable(shut_in, name, view) for name, view in query.views.items()}
    for name in flat:
        shut_in.execute(f'INSERT INTO "{name}" SELECT person, person * 7, {VALUES[name]} FROM {people(residents)}')
    sent = resources(FLATTENED // 2)
    ours, limits = [], []
    with tempfile.TemporaryDirectory() as folder, paused(stack):
        alone = bare(Path(folder), residents)
        statement = BARE.format(
            conditions=Path(folder) / "conditions.parquet", residence=Path(folder) / "residence.parquet"
        )
        for _ in range(ROUNDS):
            began = time.process_time()
            expression, people_of = expressions.expression(query, {})
            said = computing.release(query, shut_in, expression, people_of, PEOPLE_MIN)
            ours.append(time.process_time() - began)
            began = time.process_time()
            bare_rows = alone.execute(statement).fetchall()
            limits.append(time.process_time() - began)
            assert len(said) == len(bare_rows)
        began = time.process_time()
        computing.run(
            {
                "query": QUERY, "parameters": {}, "memory_mb": MEMORY_MB, "threads": THREADS, "people_min": PEOPLE_MIN,
            },
            sent,
        )  # fmt: skip
        flattened = len(sent) / (time.process_time() - began)
    ratio = median(ours) / median(limits)
    return Row(
        f"a cohort of {residents:,} residents counted by district, over {among:,} resources",
        f"{median(ours) * 1e3:.0f} ms",
        f"{median(limits) * 1e3:.0f} ms by DuckDB on bare Parquet",
        ratio,
        [Target("by the limit", ratio, 1.5, at_most=True)],
        f"of a core's time, with what may be said; one core makes {flattened:,.0f} FHIR resources flat a second",
        less_is_better=True,
        cost=Cost("a count", {HERE: median(ours) * 1000}),
    )
