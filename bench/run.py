"""`make bench`: what is fast, each figure beside its limit measured in the same run, as a table and as JSON.

Everything runs on this machine against real processes, PostgreSQL with fsync. Ratios travel between machines; absolute
figures do not. `--large` has a city of a million residents, ten million resources and as many consents, and runs the
tests too; a small one takes a quarter of an hour. `--json` prints JSON only; `--only WORD` runs the rows whose name has
the word; `--keep` keeps the results in bench/results, by moment and commit; `--check` fails where a ratio is worse than
the newest of those of such a city by 15 %. `python -m bench.page` writes docs/performance.md from what is kept.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import uvloop
from chassis.service import collect_less
from devstack.cities import City
from devstack.ports import free_range
from devstack.stack import PORTS_NEEDED, Stack
from rich.console import Console
from rich.table import Table
from yima.services import SERVICES

from bench import (
    access,
    catalog,
    codes,
    collection,
    computing,
    costs,
    decisions,
    events,
    hostile,
    market,
    mutual_tls,
    ordering,
    records,
    results,
    settling,
    standing,
    webhooks,
)
from bench.measure import Row, processes
from bench.sizes import LARGE, SMALL, Size, with_residents

type Measure = Callable[[Stack], Awaitable[Row]]


def rows_of(size: Size) -> dict[str, Measure]:
    rows: dict[str, Measure] = {
        "catalog list of 20, cached documents": catalog.list_through_gateway,
        "catalog list of 20, compiled": catalog.compiled_against_graphql_core,
        "placeOrder through the gateway": ordering.through_gateway,
        "what an order costs, 64 at once": partial(costs.of_an_order, clients=64, at_most_ms=2.2),
        "what an order costs, 16 at once": partial(costs.of_an_order, clients=16, at_most_ms=3.5, of_many=0.8),
        "what an order costs, one at a time": partial(costs.of_an_order, clients=1, at_most_ms=8),
        "placed until confirmed, across services": ordering.until_confirmed,
        "event hop, commit to handler": events.hop,
        "settle fulfilled orders": settling.settle,
        "decisions with their log entry": partial(decisions.decided, few=size.consents),
        "health codes issued ahead": codes.issued_ahead,
        "health codes redeemed": codes.redeemed,
        "batches of Observations": collection.ingested,
        "FHIR resources checked": records.checked,
        "a page of a record among many": partial(records.pages, many=size.records),
        "webhooks sent": webhooks.sent,
        "a cohort counted": partial(computing.counted, among=size.resources),
        "sign-in": access.sign_in,
        "health code beside wrong passwords": access.codes_beside_wrong_passwords,
        "health codes beside hostile connections": hostile.codes_under_attack,
        "spending a client's budget": hostile.spending,
        "a call inside by mutual TLS": mutual_tls.inside,
        "make up": standing.up,
        # Last: they leave orders, and offerings, behind that the other services hear of for a while.
        "ordering alone, over HTTP": ordering.service_alone,
        "ordering alone, batched": ordering.placing_alone,
        "a search among many offerings": partial(market.searched, partners=size.partners),
    }
    return rows | ({"make test": standing.tests} if size == LARGE else {})


async def measure(size: Size, only: str, out: Console) -> list[dict[str, Any]]:
    """The rows, each with its name, whether it holds, and the memory that is each process's own after it."""
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "YIMA_TRACE_RATIO": "0.01",
            "YIMA_BUDGET_PER_MINUTE": str(10**9),
            "YIMA_PROXIES": "1",  # so that a row may say where its callers are
            # A few accounts order thousands of times; the row of placing alone has a resident an order, and the limits.
            "YIMA_UNPAID_ORDERS_MAX": "0",
            "YIMA_UNPAID_PLACES_MAX": "0",
            "YIMA_SLOT_PLACES_MAX": "0",
            "YIMA_DAY_PLACES_MAX": "0",
            "YIMA_UNPAID_CALLED_OFF_MAX": "0",
        }
        out.print("starting the system …")
        async with Stack(Path(folder), City.named("jinan"), free_range(PORTS_NEEDED), environment=environment) as stack:
            await with_residents(stack, size.residents)
            wanted = {name: row for name, row in rows_of(size).items() if only in name}
            for number, (name, row) in enumerate(wanted.items(), 1):
                out.print(f"{number} of {len(wanted)}: {name} …", end=" ")
                collect_less()  # as services do: some rows run a part of one in this process
                began = time.monotonic()
                rows.append(as_kept(name, await row(stack), own_memory(stack)))
                out.print(f"{time.monotonic() - began:.0f} s; holds: {rows[-1]['holds']}")
    return rows


def as_kept(name: str, row: Row, memory: dict[str, int]) -> dict[str, Any]:
    """A row as it is kept and printed."""
    target = "; ".join(str(target) for target in row.targets) or "none of its own"
    holds = ("yes" if row.holds else "no") if row.targets else "–"
    return {"name": name, **asdict(row), "target": target, "holds": holds, "ownMemoryMb": memory}


def own_memory(stack: Stack) -> dict[str, int]:
    """MiB that are each service's alone (USS)."""
    known = processes(stack)
    return {name: round(known[name][0].memory_full_info().uss / 2**20) for name in (*SERVICES, "gateway")}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="", metavar="WORD")
    parser.add_argument("--large", action="store_true", help="a large city")
    parser.add_argument("--keep", action="store_true", help="the results, in bench/results")
    parser.add_argument("--check", action="store_true", help="that no ratio is worse than the last that was kept")
    arguments = parser.parse_args()
    if arguments.keep and arguments.only:
        parser.error("--keep keeps results of every row: leave --only out")
    out = Console(quiet=arguments.json, highlight=False)
    size = LARGE if arguments.large else SMALL
    before = results.last(size.name)
    if arguments.check and before is None:
        parser.error(f"no results of a {size.name} city are kept to compare with: keep some by --keep")
    rows = uvloop.run(measure(size, arguments.only, out))  # the loop that services run in
    report = results.Report.of(size.name, rows)
    if arguments.json:
        print(json.dumps(asdict(report), indent=2))
    else:
        Console(highlight=False, width=170).print(table(report))
    if arguments.keep:
        out.print(f"kept in {report.keep()}")
    findings = results.worse(rows, before) if arguments.check and before else []
    for finding in findings:
        out.print(f"worse: {finding}")
    return int(bool(findings))


def table(report: results.Report) -> Table:
    drawn = Table(title=f"{report.machine}; a {report.city} city; {report.commit}; {report.taken_at}", show_lines=True)
    for heading in ("what", "figure", "limit beside it", "of the limit", "target", "holds", "more"):
        drawn.add_column(heading)
    for row in report.rows:
        said = (row["what"], row["figure"], row["limit"], f"{row['ratio']:.2f}", row["target"], row["holds"])
        drawn.add_row(*said, row["more"])
    return drawn


if __name__ == "__main__":
    sys.exit(main())
