"""`make bench`: what is fast, each figure beside its limit measured in the same run, as a table and as JSON.

Everything runs on this machine against real processes, PostgreSQL with fsync. Ratios travel between machines; absolute
figures do not. `--json` prints JSON only; `--only WORD` runs the rows whose name has the word; `--keep` keeps the
results in bench/results, by day and commit; `--check` fails where a ratio is worse than the newest of those by 15 %.
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
    webhooks,
)
from bench.measure import Row, cpu_seconds, processes

ROWS: dict[str, Callable[[Stack], Awaitable[Row]]] = {
    "catalog list of 20, cached documents": catalog.list_through_gateway,
    "catalog list of 20, compiled": catalog.compiled_against_graphql_core,
    "placeOrder through the gateway": ordering.through_gateway,
    "placed until confirmed, across services": ordering.until_confirmed,
    "what an order costs, 64 at once": partial(costs.of_an_order, clients=64, at_most=9),
    "what an order costs, 16 at once": partial(costs.of_an_order, clients=16, at_most=14),
    "what an order costs, one at a time": partial(costs.of_an_order, clients=1, at_most=32),
    "sign-in": access.sign_in,
    "health code beside wrong passwords": access.codes_beside_wrong_passwords,
    "health codes issued ahead": codes.issued_ahead,
    "health codes redeemed": codes.redeemed,
    "event hop, commit to handler": events.hop,
    "decisions with their log entry": decisions.decided,
    "FHIR resources checked": records.checked,
    "a page of a record among many": records.pages,
    "settle fulfilled orders": settling.settle,
    "webhooks sent": webhooks.sent,
    "batches of Observations": collection.ingested,
    "a cohort counted": computing.counted,
    "health codes beside hostile connections": hostile.codes_under_attack,
    "spending a client's budget": hostile.spending,
    "a call inside by mutual TLS": mutual_tls.inside,
    # Last: they leave orders, and offerings, behind that the other services hear of for a while.
    "ordering alone, over HTTP": ordering.service_alone,
    "ordering alone, batched": ordering.placing_alone,
    "a search among many offerings": market.searched,
}


async def measure(only: str, out: Console) -> list[dict[str, Any]]:
    """The rows, each with its name, the CPU seconds that each process took, and the memory that is each one's own."""
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
            for name, row in ROWS.items():
                if only in name:
                    out.print(f"measuring: {name} …")
                    collect_less()  # as services do: some rows run a part of one in this process
                    before = cpu_seconds(stack)
                    result = await row(stack)
                    spent = {name: round(now - before.get(name, 0), 2) for name, now in cpu_seconds(stack).items()}
                    rows.append({"name": name, **asdict(result), "cpuSeconds": spent, "ownMemoryMb": own_memory(stack)})
    return rows


def own_memory(stack: Stack) -> dict[str, int]:
    """MiB that are each service's alone (USS)."""
    known = processes(stack)
    return {name: round(known[name][0].memory_full_info().uss / 2**20) for name in (*SERVICES, "gateway")}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--records", type=int, default=1_000_000, help="in the city, where a page of one is read")
    parser.add_argument("--consents", type=int, default=decisions.ARTEFACTS, help="in force, where decisions are made")
    partners = market.partners_there_are[0]
    parser.add_argument("--partners", type=int, default=partners, help="whose offerings are searched among")
    parser.add_argument("--keep", action="store_true", help="the results, in bench/results")
    parser.add_argument("--check", action="store_true", help="that no ratio is worse than the last that was kept")
    arguments = parser.parse_args()
    if arguments.keep and arguments.only:
        parser.error("--keep keeps results of every row: leave --only out")
    out = Console(quiet=arguments.json, highlight=False)
    decisions.consents_there_are[0] = arguments.consents
    records.records_there_are[0] = arguments.records
    market.partners_there_are[0] = arguments.partners
    before = results.last()
    rows = uvloop.run(measure(arguments.only, out))  # the loop that services run in
    report = results.Report(results.machine(), results.commit(), time.strftime("%Y-%m-%d"), rows)
    if arguments.json:
        print(json.dumps(asdict(report), indent=2))
    else:
        table = Table(title=f"{report.machine}; {report.commit}; {report.taken_at}")
        for heading in ("what", "figure", "limit beside it", "of the limit", "target", "more"):
            table.add_column(heading)
        for row in rows:
            table.add_row(row["what"], row["figure"], row["limit"], f"{row['ratio']:.2f}", row["target"], row["more"])
        Console(highlight=False, width=170).print(table)
    if arguments.keep:
        out.print(f"kept in {report.keep()}")
    findings = results.worse(rows, before) if arguments.check and before else []
    for finding in findings:
        out.print(f"worse: {finding}")
    return int(bool(findings))


if __name__ == "__main__":
    sys.exit(main())
