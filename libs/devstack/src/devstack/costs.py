"""A pytest plugin that says what a run costs in CPU seconds, by module and by kind of process.

`make test ARGS="-p devstack.costs …"` prints it. Wall time says how busy the machine was and what was waited for;
CPU time says what the cores have to do. Databases, buses, services and tools that a test process
starts are counted with it.
"""

import json
import os
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

TICKS = os.sysconf("SC_CLK_TCK")
FOLDER = "YIMA_TEST_COSTS"  # where each process of the run leaves its part
OWN = "the tests themselves"
ENDED = "programs that have ended"
SHOWN = 40  # modules and tests
TEST_SECONDS = 1.0  # a test that costs its process less is not listed


class Costs:
    """What the modules of one process of the run cost."""

    def __init__(self, path: Path, *, hands_out: bool) -> None:
        self.path, self.hands_out = path, hands_out
        self.module = "collection"
        self.modules: dict[str, Counter[str]] = {}
        self.tests: Counter[str] = Counter()
        self.before: Mapping[str, int] = {}

    def enter(self, module: str) -> None:
        """What was spent since the last call is the module's before this one."""
        now = spent(os.getpid())
        if self.hands_out:  # what its workers spend is in their own parts
            now = {OWN: now[OWN]}
        cost = Counter({kind: now.get(kind, 0) - self.before.get(kind, 0) for kind in {*now, *self.before}})
        for kind in [kind for kind, ticks in cost.items() if ticks < 0]:  # it has ended: there it was counted before
            cost[ENDED] += cost.pop(kind)
        self.modules.setdefault(self.module, Counter()).update(cost)
        self.module, self.before = module, now

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        module = item.nodeid.partition("::")[0]
        if module != self.module:
            self.enter(module)
        before = os.times()
        result = yield
        after = os.times()
        self.tests[item.nodeid.partition("[")[0]] += round((sum(after[:4]) - sum(before[:4])) * TICKS)
        return result

    def pytest_sessionfinish(self) -> None:
        self.enter("the end")
        tests = {test: ticks for test, ticks in self.tests.items() if ticks >= TEST_SECONDS * TICKS}
        self.path.write_text(json.dumps({"modules": self.modules, "tests": tests}), "utf-8")


def pytest_configure(config: pytest.Config) -> None:
    folder = Path(os.environ.setdefault(FOLDER, f"/tmp/yima-costs-{os.getpid()}"))  # noqa: S108 one run's
    folder.mkdir(exist_ok=True)
    path = folder / f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.json"
    config.pluginmanager.register(Costs(path, hands_out=bool(config.getoption("numprocesses", None))))


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    modules: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    tests: Counter[str] = Counter()
    for path in sorted(Path(os.environ[FOLDER]).glob("*.json")):
        part = json.loads(path.read_text("utf-8"))
        tests.update(part["tests"])
        for module, costs in part["modules"].items():
            modules[module] += sum(costs.values())
            kinds.update(costs)
    for title, table in (("process", kinds), ("module", modules), ("test, its own process alone", tests)):
        terminalreporter.section(f"CPU seconds by {title}: {sum(table.values()) / TICKS:.0f}")
        for name, ticks in table.most_common(SHOWN):
            terminalreporter.write_line(f"{ticks / TICKS:8.1f}  {name}")


def spent(root: int) -> dict[str, int]:
    """The CPU ticks of a process and of all below it, by kind; those of ended ones count where they were waited for."""
    parents: dict[int, int] = {}
    costs: dict[int, tuple[str, int, int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                name, _, rest = (entry / "stat").read_text("utf-8", "replace").rpartition(")")
                values = rest.split()
                own, ended = (sum(map(int, values[first : first + 2])) for first in (11, 13))
                parents[int(entry.name)] = int(values[1])
                costs[int(entry.name)] = (name.partition("(")[2], own, ended)
    below = {root}
    while more := {pid for pid, parent in parents.items() if parent in below and pid not in below}:
        below |= more
    total: Counter[str] = Counter()
    for pid in below & costs.keys():
        name, own, ended = costs[pid]
        if pid == root:
            total[OWN] += own
            total[ENDED] += ended
        else:
            total[name] += own + ended
    return dict(total)
