"""What the same question costs where there is ever more: `python -m bench.growth`, up to `--to` of everything.

Each curve is one question, asked by one caller of databases that hold 10³, 10⁴, … of what it is asked about, by turns,
so that a moment of the machine meets every size. What reads by a key has to stay flat, what reads everything may grow
as much as there is to read, and nothing may grow more. `--keep` keeps the figures in bench/results/growth, from which
`python -m bench.page` draws the picture.
"""

import argparse
import json
import math
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path
from statistics import median

import uvloop
from chassis.service import collect_less
from devstack.cities import City
from devstack.ports import free_range
from devstack.stack import PORTS_NEEDED, Stack
from rich.console import Console
from rich.table import Table

from bench.curves import CURVES, Call, Curve
from bench.measure import paused
from bench.people import with_offerings
from bench.results import Growth, Measured

FIRST, TO = 1_000, 100_000
ROUNDS = 15
BYTES_OF_ONE = 3_500  # on the disk, where it is most: a record, its indexes, and the log of both
BURST_SECONDS = 0.15  # of one size in a round
WARM = 30  # calls that are not counted: plans, connections, what the database reads first


def sizes(to: int) -> list[int]:
    return [10**power for power in range(3, round(math.log10(to)) + 1)]


async def measured(stack: Stack, curve: Curve, to: int, out: Console) -> Measured:
    """A curve's question at every size, by turns."""
    times: dict[int, list[float]] = {}
    calls: dict[int, Call] = {}
    async with AsyncExitStack() as opened:
        for count in sizes(to):
            began = time.monotonic()
            calls[count], times[count] = await opened.enter_async_context(curve.opened(stack, count)), []
            out.print(f"  {count:,} {curve.among}: ready after {time.monotonic() - began:.0f} s")
        collect_less()
        with paused(stack):
            for call in calls.values():
                await burst(call, WARM)
            for _ in range(ROUNDS):
                for count, call in calls.items():
                    times[count] += await burst(call)
    await dropped(stack, curve, to)
    milliseconds = {count: median(taken) * 1000 for count, taken in times.items()}
    return Measured(curve.what, curve.among, curve.grows, milliseconds)


async def dropped(stack: Stack, curve: Curve, to: int) -> None:
    """Drop the databases that no later curve asks: all of them together would not fit."""
    if curve.database and not any(later.database == curve.database for later in CURVES[CURVES.index(curve) + 1 :]):
        for count in sizes(to):
            await stack.postgres.drop_database(f"{curve.database}_{count}")


async def burst(call: Call, most: int = 1_000) -> list[float]:
    """How long each call took, one after the other for a moment."""
    taken: list[float] = []
    ends = time.perf_counter() + BURST_SECONDS
    while not taken or (len(taken) < most and time.perf_counter() < ends):
        began = time.perf_counter()
        await call()
        taken.append(time.perf_counter() - began)
    return taken


async def measure(to: int, only: str, out: Console) -> list[Measured]:
    with tempfile.TemporaryDirectory() as folder:
        out.print("starting the system …")
        async with Stack(Path(folder), City.named("jinan"), free_range(PORTS_NEEDED)) as stack:
            await with_offerings(stack)
            grown = []
            for curve in CURVES:
                if only in curve.what:
                    out.print(f"measuring: {curve.what} …")
                    grown.append(await measured(stack, curve, to, out))
            return grown


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=int, default=TO, help="of everything, such as 10000000 (default %(default)s)")
    parser.add_argument("--only", default="", help="the curves whose name has this word")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keep", action="store_true", help="the figures, in bench/results/growth")
    arguments = parser.parse_args()
    if arguments.keep and arguments.only:
        parser.error("--keep keeps every curve: leave --only out")
    if arguments.to < 10 * FIRST:
        parser.error(f"--to has to be {10 * FIRST:,} or more: one size says nothing of growth")
    needed, free = arguments.to * BYTES_OF_ONE, shutil.disk_usage(tempfile.gettempdir()).free
    if free < needed:
        parser.error(
            f"--to {arguments.to} needs about {needed / 1e9:.0f} GB in {tempfile.gettempdir()}, which has "
            f"{free / 1e9:.0f}: make room, choose another folder with TMPDIR, or ask for less"
        )
    out = Console(quiet=arguments.json, highlight=False)
    grown = uvloop.run(measure(arguments.to, arguments.only, out))
    report = Growth.of(grown)
    if arguments.json:
        print(json.dumps(asdict(report), indent=2))
    else:
        Console(highlight=False, width=150).print(table(grown))
    if arguments.keep:
        out.print(f"kept in {report.keep()}")
    return int(not all(each.holds for each in grown))


def table(grown: Sequence[Measured]) -> Table:
    drawn = Table(title="milliseconds, medians of one caller")
    counts = list(grown[0].milliseconds)
    for heading in ("what", "among", *(f"{count:,}" for count in counts), "last by first", "may be"):
        drawn.add_column(heading)
    for each in grown:
        costs = (f"{cost:.2f}" for cost in each.milliseconds.values())
        drawn.add_row(each.what, each.among, *costs, f"{each.factor:.2f}" + ("" if each.holds else " !"), each.grows)
    return drawn


if __name__ == "__main__":
    sys.exit(main())
