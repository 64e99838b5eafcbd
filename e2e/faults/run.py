"""A run: a plan of faults from a seed, people at work beside it, everything checked after each."""

import asyncio
import logging
import random
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from devstack.authority import Authority
from devstack.cities import City
from devstack.nursery import Nursery
from devstack.ports import free_range
from devstack.stack import PORTS_NEEDED, Stack
from yima_client.caller import connect

import e2e.faults.network  # noqa: F401 its faults are among FAULTS
from e2e.faults import checks, injected, kept, report, series, watched
from e2e.faults.flow import Flow
from e2e.faults.injected import FAULTS, Fault, NotDone, Town

log = logging.getLogger("e2e.faults")

WORK_SECONDS = (6.0, 12.0)  # before a fault, and after it, by chance
REST_SECONDS = 240.0  # within which people finish what they had begun
QUIET_SECONDS = 420.0  # within which everything is done that was under way
DUE_SECONDS = 15  # calls to the provider that fall due later are not waited for after each fault
PROVIDER_DUE_SECONDS = 330
LOOK_AGAIN_SECONDS = 20.0
TELL_SECONDS = 10.0
FORGET_SECONDS = 240.0
BUS_NODES = 3
SETTINGS = {
    "YIMA_BUDGET_PER_MINUTE": str(10**9),  # everybody calls from one address
    "YIMA_REGISTRATIONS_PER_HOUR": str(10**6),
    "YIMA_UNPAID_ORDERS_MAX": "100",  # whoever orders while settlement is away orders on
}


@dataclass
class Outcome:
    """What one fault did, and what was off after it."""

    name: str
    at: float
    what: str = ""
    seconds: float = 0.0  # that the fault took
    quiet: float = 0.0  # until everything was at rest afterwards
    longest_wait: float = 0.0  # of a caller
    done: int = 0  # by people, since the one before
    off: list[str] = field(default_factory=list)


@dataclass
class Run:
    """What is printed, and written down at the end."""

    seed: int
    minutes: float
    plan: list[str]
    skipped: dict[str, str]
    began: float = field(default_factory=time.monotonic)
    outcomes: list[Outcome] = field(default_factory=list)
    looks: list[watched.Look] = field(default_factory=list)
    minutes_seen: list[watched.Look] = field(default_factory=list)
    minutes_missed: int = 0
    soaked: dict[str, series.Verdict] = field(default_factory=dict)
    happened: dict[str, int] = field(default_factory=dict)
    forgotten: dict[str, kept.Forgotten] = field(default_factory=dict)
    off: list[str] = field(default_factory=list)
    orders: int = 0
    events: int = 0
    seconds: float = 0.0

    def at(self) -> float:
        return time.monotonic() - self.began

    def tell(self, what: str) -> None:
        print(f"{self.at():>7.0f} s  {what}", flush=True)

    @property
    def findings(self) -> list[str]:
        return [*self.off, *(f"after {each.name}: {finding}" for each in self.outcomes for finding in each.off)]


def plan_of(seed: int, chosen: Sequence[Fault], most: int) -> list[Fault]:
    """So many faults: all of them in an order by chance, then all of them in another, and so on."""
    chance = random.Random(seed)
    plan: list[Fault] = []
    while len(plan) < most:
        plan += chance.sample(chosen, len(chosen))
    return plan[:most]


@asynccontextmanager
async def a_town(
    folder: Path,
    run: Run,
    *,
    nodes: int = BUS_NODES,
    nursery: Nursery | None = None,
    own_disk: bool = True,
    authority: Authority | None = None,
) -> AsyncGenerator[Town]:
    """A system with a standby, several servers of the bus, roads to its processes, and a disk that can be filled. With
    an `authority`, services speak mutual TLS."""
    folder.mkdir(parents=True, exist_ok=True)
    own_disk = own_disk and not injected.no_small_disk()
    databases, bus_folder = folder / "postgres", folder / "nats"
    mounted = []
    try:
        for disk in (databases, bus_folder) if own_disk else ():
            await asyncio.to_thread(injected.mount_disk, disk)
            mounted.append(disk)
        async with Stack(
            folder,
            City.named("jinan"),
            free_range(PORTS_NEEDED),
            environment=dict(SETTINGS),
            nursery=nursery,
            standby=True,
            bus_nodes=nodes,
            authority=authority,
            over_roads=True,
        ) as stack:
            yield Town(
                stack,
                run.tell,
                forked=nursery is not None,
                disk=databases if own_disk else None,
                bus_disk=bus_folder if own_disk else None,
            )
    finally:
        for disk in mounted:
            await asyncio.to_thread(injected.unmount_disk, disk)


async def torment(town: Town, run: Run, *, work: tuple[float, float] = WORK_SECONDS, forget: bool = True) -> None:
    """Carry out the plan, for as long as there is time."""
    marks, eyes = checks.Marks(), watched.Watched(town)
    async with connect(town.stack.graphql) as nobody:
        flow = Flow(town.stack, nobody, run.seed)
        await flow.open()
        run.tell(f"{len(flow.people)} people and {len(flow.at)} clinics are at work")
        flow.begin()
        telling = asyncio.create_task(say_how_far(run, flow, eyes))
        watching = asyncio.create_task(by_the_minute(run, flow, eyes))
        try:
            await asyncio.sleep(work[0])
            await settled(town, run, flow, marks, eyes, Outcome("nothing yet", run.at()))
            for number, name in enumerate(run.plan):
                if number and run.at() > run.minutes * 60:
                    run.plan = run.plan[:number]
                    break
                await inject(
                    town, run, flow, marks, eyes, FAULTS[name], random.Random(f"{run.seed}/{number}/{name}"), work
                )
            run.off += await checks.of_reconciliation(town, flow)
            if forget:
                watching.cancel()
                await forget_what_is_over(town, run, flow)
        finally:
            for task in (telling, watching):
                task.cancel()
            await asyncio.gather(telling, watching, return_exceptions=True)
            await flow.end()
            sum_up(run, flow, marks, eyes)


def sum_up(run: Run, flow: Flow, marks: checks.Marks, eyes: watched.Watched) -> None:
    """Judge what was used, and take down what was done: of a run that ended early, too."""
    run.looks, run.minutes_seen, run.minutes_missed = eyes.looks, eyes.minutes, eyes.missed
    run.soaked = eyes.soaked()
    run.off += eyes.growing() + eyes.spread()
    run.off += [f"{what} keeps growing: by {verdict.growth:.1f} over the second half, at about {verdict.level:.1f}"
                for what, verdict in run.soaked.items() if verdict.word == "growing"]  # fmt: skip
    run.happened = dict(flow.happened)
    run.orders, run.events, run.seconds = len(flow.client_orders), marks.events, run.at()


async def forget_what_is_over(town: Town, run: Run, flow: Flow) -> None:
    """While people are at work, what is kept for a time is made older than that and goes; nothing else does."""
    run.tell("what is kept for a time is made older than that, or not quite")
    flow.go_on()
    run.forgotten = await kept.forgotten(town, FORGET_SECONDS)
    if not await flow.rest(REST_SECONDS):
        run.off.append(f"{flow.busy} people had not finished after {REST_SECONDS:.0f} s")
    await flow.sign_in_officials()
    run.off += flow.off + await checks.of_operations(flow)
    for what, counts in run.forgotten.items():
        if counts.left:
            run.off.append(f"{what}: {counts.left} of {counts.aged} are left that are over")
        if counts.gone:
            run.off.append(f"{what}: {counts.gone} of {counts.young} are gone that were not over")


async def inject(
    town: Town,
    run: Run,
    flow: Flow,
    marks: checks.Marks,
    eyes: watched.Watched,
    fault: Fault,
    chance: random.Random,
    work: tuple[float, float],
) -> None:
    """Let people work, inject the fault, let them work on, and see that all is right."""
    flow.go_on()
    await asyncio.sleep(chance.uniform(*work))
    outcome = Outcome(fault.name, run.at())
    run.tell(f"— {fault.name}")
    flow.excused = True
    try:
        outcome.what = await fault.inject(town, chance)
    except NotDone as why:
        outcome.off.append(f"the fault had no effect: {why}")
    except Exception as error:
        outcome.off.append(f"the fault could not be ended: {type(error).__name__}: {error}")
        run.outcomes.append(outcome)
        raise
    finally:
        flow.excused = False
    outcome.seconds = run.at() - outcome.at
    run.tell(f"  {outcome.what}")
    if fault.name == "restore":
        marks.forget()
    await asyncio.sleep(chance.uniform(*work))
    await settled(town, run, flow, marks, eyes, outcome)


async def settled(
    town: Town, run: Run, flow: Flow, marks: checks.Marks, eyes: watched.Watched, outcome: Outcome
) -> None:
    """Let people rest and the system come to rest; then hold everything against everything."""
    done = sum(each.done for each in run.outcomes)
    began = run.at()
    if not await flow.rest(REST_SECONDS):
        outcome.off.append(f"{flow.busy} people had not finished after {REST_SECONDS:.0f} s")
    due = PROVIDER_DUE_SECONDS if town.provider_faults else DUE_SECONDS
    busy, deadline, calm = ["?"], run.at() + QUIET_SECONDS, 0
    while calm < 2 and run.at() < deadline:
        busy = await checks.still_busy(town, marks, due)
        calm = 0 if busy else calm + 1
        await asyncio.sleep(0.5)
    if busy:
        outcome.off += [f"not at rest after {QUIET_SECONDS:.0f} s: {what}" for what in busy[:5]]
    outcome.quiet = run.at() - began
    findings = await checks.everything(town, flow, marks)
    if findings:  # it may be that a look came in the middle of something
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
        again = await checks.everything(town, flow, marks)
        findings = [finding for finding in findings if finding in again]
    outcome.off += findings + flow.off + checks.said_in_logs(town.stack.folder / "logs", marks)
    flow.off = []
    outcome.longest_wait = flow.longest_wait()
    outcome.done = flow.done - done
    look = await eyes.look(run.at(), len(flow.client_orders))
    if not outcome.off:
        await kept.aged(town, marks.position)
    run.outcomes.append(outcome)
    run.tell(
        f"  at rest after {outcome.quiet:.0f} s; {outcome.done} things done, the longest wait of a caller "
        f"{outcome.longest_wait:.0f} s; {sum(look.memory.values()):.0f} MiB, {look.connections} connections, "
        f"{look.messages:,} messages in {look.streams} streams"
    )
    for finding in outcome.off:
        run.tell(f"  OFF: {finding}")


async def by_the_minute(run: Run, flow: Flow, eyes: watched.Watched) -> None:
    """Look at what is used each minute, whatever goes on."""
    while True:
        began = run.at()
        await eyes.minute(began, len(flow.client_orders))
        await asyncio.sleep(max(1.0, watched.MINUTE_SECONDS - (run.at() - began)))


async def say_how_far(run: Run, flow: Flow, eyes: watched.Watched) -> None:
    while True:
        await asyncio.sleep(TELL_SECONDS)
        with suppress(psutil.Error):
            eyes.sample()
        run.tell(f"  {flow.done} things done, {len(flow.client_orders)} orders, {flow.busy} under way")


async def faults(
    minutes: float,
    seed: int,
    only: Sequence[str],
    folder: Path | None,
    write: Callable[[Run], None] | None = None,
    *,
    mutual_tls: bool = False,
) -> int:
    """Run, print what was found, and return the exit code."""
    logging.getLogger("chassis.bus").setLevel(logging.CRITICAL)  # of the run's own looks: who is away is known here
    chosen = [FAULTS[name] for name in only] or [*FAULTS.values()]
    skipped = {each.name: each.lacks() for each in chosen if each.lacks()}
    if mutual_tls:
        skipped.pop("certificates renewed", None)
    able = [each for each in chosen if each.name not in skipped]
    most = max(len(able), int(minutes * 3))
    run = Run(seed, minutes, [each.name for each in plan_of(seed, able, most)] if able else [], skipped)
    for name, why in skipped.items():
        run.tell(f"left out: {name}: {why}")
    run.tell(f"seed {seed}; planned: {', '.join(run.plan)}")
    with tempfile.TemporaryDirectory(prefix="yima-faults-", ignore_cleanup_errors=True) as scratch:
        Path(scratch).chmod(0o711)
        authority = Authority.new() if mutual_tls else None
        async with a_town(folder or Path(scratch), run, authority=authority) as town:
            run.tell("the system runs")
            try:
                await torment(town, run)
            except Exception as error:
                run.off.append(f"the run ended early: {type(error).__name__}: {error}")
                log.exception("the run ended early")
    for finding in run.findings:
        print(f"OFF: {finding}")
    print(report.summary(run))
    if write is not None:
        write(run)
    return int(bool(run.findings))
