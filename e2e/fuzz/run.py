"""A run: so many operations, some at once, and what can be said at the end."""

import asyncio
import itertools
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import psutil
from devstack.nats import PROCESSES
from devstack.stack import Stack

from e2e.city import a_city
from e2e.fuzz import (  # noqa: F401 their generators
    access,
    collection,
    computing,
    connections,
    desks,
    devices,
    documents,
    duties,
    families,
    fhir,
    health,
    lives,
    money,
    offers,
    orders,
    private_offers,
    proving,
    routes,
    trust,
    webhooks,
    words,
)
from e2e.fuzz.generators import GENERATORS, Generator
from e2e.fuzz.operation import Operation, Report
from e2e.fuzz.scene import Person, Scene, a_scene

AT_ONCE = 12
TIMES_MAX = 60  # as long as a plain answer takes at the median, a hostile one may take
GROWTH_MAX = 1.3  # of a process's memory, from a third of the run to its end
GROWTH_MIN = 24 * 2**20  # less is noise
SECONDS_MIN = 0.5  # and so is a hostile answer that is quicker than this
OURS = re.compile(r"Traceback \(most recent call last\)|\b(ERROR|CRITICAL)\b|panicked at|never (awaited|retrieved)")
LEAKED = re.compile(re.escape(words.CANARY))
SETTINGS = {
    "YIMA_BUDGET_PER_MINUTE": str(10**9),
    "YIMA_REGISTRATIONS_PER_HOUR": str(10**6),
}


async def fuzz(count: int, seed: int, only: Sequence[str]) -> int:
    """Run, print what was found, and return the exit code."""
    chosen = [GENERATORS[name] for name in only] or [*GENERATORS.values()]
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        print("starting the system …", flush=True)
        async with a_city(Path(folder), **SETTINGS) as stack, a_scene(stack) as scene:
            watched = Watched(stack)
            await operate(scene, chosen, count, seed, report, watched)
            await look_back(scene, count, seed, report)
            report.faults += watched.faults()
            report.faults += said_in_logs(Path(folder) / "logs")
    if report.plain and report.hostile:
        report.faults += slow(report)
    print(f"{dict(report.outcomes.most_common())}; seed {seed}")
    print(f"by generator: {dict(report.by_generator.most_common())}")
    for fault in report.faults[:20]:
        print(f"\nFAULT {fault}")
    print(f"{count:,} operations, {len(report.faults)} faults")
    return int(bool(report.faults))


async def operate(
    scene: Scene,
    chosen: Sequence[Generator],
    count: int,
    seed: int,
    report: Report,
    watched: "Watched | None" = None,
) -> None:
    """So many operations of the chosen generators, some at once."""
    numbers, began = iter(range(count)), time.monotonic()

    async def client() -> None:
        for number in numbers:
            operation = Operation(number, seed, "", scene, report)
            generator = operation.chance.choices(chosen, [one.weight for one in chosen])[0]
            operation.generator = generator.name
            report.by_generator[generator.name] += 1
            try:
                await scene.renew()
                await generator.generate(operation)
            except Exception as error:
                operation.fault(f"the fuzzer did not understand what happened: {error!r}")
            if watched is not None and number % max(1, count // 20) == 0:
                watched.look()
                rate = number / (time.monotonic() - began)
                print(f"  {number:>6} done, {rate:,.0f}/s, {watched.said()}, {len(report.faults)} faults", flush=True)

    await asyncio.gather(*(client() for _ in range(AT_ONCE)))


async def look_back(scene: Scene, count: int, seed: int, report: Report) -> None:
    """Everything there is by now can be read by everybody who may, and the books and the log of access hold."""
    numbers = itertools.count(count)
    for service, method in routes.reads():
        for person in one_a_role(scene):
            if routes.may(method, service, person):
                operation = Operation(next(numbers), seed, f"looking back, {method.name}", scene, report)
                await routes.read(operation, service, method, person)
    operation = Operation(next(numbers), seed, "looking back", scene, report)
    regulator = scene.people["regulator"]
    for check in ("ledger-check", "access-log-check"):
        answer = await operation.run(regulator, check)
        if not answer or not answer.get("holds"):
            operation.fault(f"{check}: {answer}")


def one_a_role(scene: Scene) -> list[Person]:
    people = [person for person in scene.people.values() if person.scope is None]
    return [*{person.role: person for person in reversed(people)}.values()]


class Watched:
    """The memory, connections and starts of a system's processes."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._names = [*PROCESSES, "provider"]
        self._memory: dict[str, list[int]] = {name: [] for name in self._names}

    def look(self) -> None:
        for name in self._names:
            self._memory[name].append(psutil.Process(self._stack.supervisor.pid(name)).memory_info().rss)

    def said(self) -> str:
        return f"gateway {self._memory['gateway'][-1] >> 20} MiB, all {self._all() >> 20} MiB"

    def _all(self) -> int:
        return sum(seen[-1] for seen in self._memory.values())

    def faults(self) -> list[str]:
        """Who was started again, and who keeps growing."""
        self.look()
        found = [
            f"{name} ended and was started again" for name in self._names if self._stack.supervisor.starts(name) > 1
        ]
        for name, seen in self._memory.items():
            before = seen[len(seen) // 3]
            if seen[-1] > max(before * GROWTH_MAX, before + GROWTH_MIN):
                found.append(f"{name} keeps growing: {[size >> 20 for size in seen]} MiB")
        return found


def said_in_logs(folder: Path) -> list[str]:
    """A fault of ours in any log, and anything that was said of a person."""
    found = []
    for log in sorted(folder.glob("*.log")):
        lines = log.read_text("utf-8", "replace").splitlines()
        for number, line in enumerate(lines):
            if LEAKED.search(line):
                found.append(f"{log.name}:{number + 1} quotes what was written of a person: {line[:300]}")
            if OURS.search(line):
                found.append(f"{log.name}:{number + 1}: " + " | ".join(lines[number : number + 14])[:1800])
    return found


def slow(report: Report) -> list[str]:
    """Hostile documents that take many times as long as plain ones."""
    usual = max(median(report.plain), SECONDS_MIN / TIMES_MAX)
    slowest = max(report.hostile)[0]
    print(f"plain answers {usual * 1000:.0f} ms at the median, hostile ones {slowest * 1000:.0f} ms at most")
    return [
        f"took {took:.2f} s, {took / usual:.0f} times a plain answer: {what}"
        for took, what in report.hostile
        if took > TIMES_MAX * usual
    ]


def named(text: str) -> list[str]:
    """The generators of a list of names."""
    names = [name for name in text.split(",") if name]
    if unknown := [name for name in names if name not in GENERATORS]:
        sys.exit(f"there is no generator {', '.join(unknown)}; there are {', '.join(GENERATORS)}")
    return names
