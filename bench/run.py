"""`make bench`: what is fast, each figure beside its limit measured in the same run, as a table and as JSON.

Everything runs on this machine against real processes, PostgreSQL with fsync. Ratios travel between machines; absolute
figures do not. `--json` prints JSON only; `--only WORD` runs the rows whose name has the word, and keeps no results.
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
import uvloop
from chassis.service import collect_less
from devstack.cities import City
from devstack.ports import free_range
from devstack.stack import PORTS_NEEDED, Stack
from rich.console import Console
from rich.table import Table

from bench import access, catalog, codes, collection, computing, decisions, events, hostile, ordering, records, settling
from bench.measure import Row

ROWS: dict[str, Callable[[Stack], Awaitable[Row]]] = {
    "catalog list of 20, cached documents": catalog.list_through_gateway,
    "catalog list of 20, compiled": catalog.compiled_against_graphql_core,
    "placeOrder through the gateway": ordering.through_gateway,
    "placed until confirmed, across services": ordering.until_confirmed,
    "sign-in": access.sign_in,
    "health code beside wrong passwords": access.codes_beside_wrong_passwords,
    "health codes issued ahead": codes.issued_ahead,
    "health codes redeemed": codes.redeemed,
    "event hop, commit to handler": events.hop,
    "decisions with their log entry": decisions.decided,
    "FHIR resources checked": records.checked,
    "a page of a record among many": records.pages,
    "settle fulfilled orders": settling.settle,
    "batches of Observations": collection.ingested,
    "a cohort counted": computing.counted,
    "health codes beside hostile connections": hostile.codes_under_attack,
    "spending a client's budget": hostile.spending,
    # Last: they leave orders behind that the other services hear of for a while.
    "ordering alone, over HTTP": ordering.service_alone,
    "ordering alone, batched": ordering.placing_alone,
}


@dataclass(frozen=True)
class Report:
    """The rows and where they were measured."""

    machine: str
    commit: str
    taken_at: str
    rows: list[dict[str, object]]


async def measure(only: str, out: Console) -> list[Row]:
    rows = []
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
                    rows.append(await row(stack))
    return rows


def machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    return f"{psutil.cpu_count()} cores, {memory:.0f} GiB, {platform.machine()}, CPython {platform.python_version()}"


def commit() -> str:
    git = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(git, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--records", type=int, default=1_000_000, help="in the city, where a page of one is read")
    parser.add_argument("--consents", type=int, default=decisions.ARTEFACTS, help="in force, where decisions are made")
    arguments = parser.parse_args()
    out = Console(quiet=arguments.json, highlight=False)
    decisions.consents_there_are[0] = arguments.consents
    records.records_there_are[0] = arguments.records
    rows = uvloop.run(measure(arguments.only, out))  # the loop that services run in
    report = Report(machine(), commit(), time.strftime("%Y-%m-%d"), [asdict(row) for row in rows])
    if not arguments.only:
        Path("bench/results.json").write_text(json.dumps(asdict(report), indent=2) + "\n", "utf-8")
    if arguments.json:
        print(json.dumps(asdict(report), indent=2))
        return 0
    table = Table(title=f"{report.machine}; {report.commit}; {report.taken_at}")
    for heading in ("what", "figure", "limit beside it", "of the limit", "target", "more"):
        table.add_column(heading)
    for row in rows:
        table.add_row(row.what, row.figure, row.limit, f"{row.ratio:.2f}", row.target, row.more)
    Console(highlight=False, width=170).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
