"""Every asynchronous test runs on asyncio, on one loop for as long as a session's fixtures live. A run has a temporary
folder of its own; one of several processes gives each of them whole modules."""

import gc
import os
import re
import shutil
import tempfile
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from devstack import samples
from devstack.loops import ClosingLoop
from devstack.seeds import FOLDER
from xdist.scheduler import LoadScopeScheduling

import gateway  # noqa: F401 the package, before pytest takes the folder of this name for it
import ops  # noqa: F401 likewise

gc.disable()  # until all is imported and collected, which stays anyway
ROOT = Path(__file__).parent
RANDOM = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
# The main job, and what only reads the tree: no system, no commit that it may be left out of.
ALWAYS = tuple(f"e2e/test_{each}.py" for each in ("main_job", "claims", "city_days", "reasons", "bench_results"))
JOURNEY_OF, OWN_DATABASE_OF, CHART_OF = 10, 4, 2  # `make test` tries one of so many
SERVERS = {"stack", "postgres_server", "nats_server"}  # a test with one of these fixtures costs more than a moment
OWN_FOLDER = pytest.StashKey[Path]()
SEEDS = pytest.StashKey[Path]()

samples.register_profiles()


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """The loop that services run on."""
    return "asyncio", {"loop_factory": ClosingLoop}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What `make test` tries of what is dear, others at each commit: of the journeys through a running system, the
    tests of the chart and those with a database of their own some, of a long table of cases that need a server or the
    chart a few."""
    tables: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        function, is_case, _ = item.nodeid.partition("[")
        fixtures = set(getattr(item, "fixturenames", ()))
        dear = function.startswith("charts/") or not SERVERS.isdisjoint(fixtures)
        if function.startswith("e2e/") and not function.startswith(ALWAYS):
            few = samples.is_drawn(function, one_in=JOURNEY_OF)
        elif function.startswith("charts/"):
            few = samples.is_drawn(function, one_in=CHART_OF)
        else:
            few = "own_database" not in fixtures or samples.is_drawn(item.nodeid, one_in=OWN_DATABASE_OF)
        if not few:
            item.add_marker(pytest.mark.long)
        elif is_case and dear and item.get_closest_marker("long") is None:
            tables[function].append(item)
    for cases in tables.values():
        for item in samples.all_but_a_few(cases, lambda case: case.nodeid):
            item.add_marker(pytest.mark.long)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported and collected stays until the end: no collection of garbage looks through it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)  # looking for cycles is a part of what tests cost, and finds few
    gc.enable()


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """A case's name has no random part: several processes must find the same tests."""
    return RANDOM.sub(argname, val) if isinstance(val, str) and RANDOM.search(val) else None


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Give the run a folder of its own.

    pytest's default is below one folder a user, which every run closes to others; as root, that shuts out the
    PostgreSQL of a run that began before, for it runs as somebody else.
    """
    if config.option.basetemp is None:
        config.option.basetemp = tempfile.mkdtemp(prefix="yima-tests-")
        config.stash[OWN_FOLDER] = Path(config.option.basetemp)
    if not hasattr(config, "workerinput"):
        seeds = Path(tempfile.mkdtemp(prefix="yima-seeds-"))
        seeds.chmod(0o711)  # the database's own user goes through
        config.stash[SEEDS] = seeds
        os.environ[FOLDER] = str(seeds)
        os.environ.setdefault(samples.SEED, samples.seed_of(str(ROOT)))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Remove the folders; the run's own not if something failed: then the logs of what ran are in it."""
    if (seeds := session.config.stash.get(SEEDS, None)) is not None:
        shutil.rmtree(seeds, ignore_errors=True)
    folder = session.config.stash.get(OWN_FOLDER, None)
    if folder is None:
        return
    if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        shutil.rmtree(folder, ignore_errors=True)


def pytest_xdist_auto_num_workers() -> int:
    """`--numprocesses auto` is one more than there are cores: tests wait for events, clocks and databases, too."""
    return (os.process_cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> "ByModule":
    return ByModule(config, log)


class ByModule(LoadScopeScheduling):
    """Gives each process whole modules: those that share the running system to one process, which starts it; and the
    other end to end tests first, then the charts', for they take longest."""

    def _check_nodes_have_same_collection(self) -> bool:
        """The same tests, in whatever order: cases made from a set come in another order in each process."""
        first, *others = (set(collection) for collection in self.registered_collections.values())
        return all(other == first for other in others) or super()._check_nodes_have_same_collection()

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0]

    def _assign_work_unit(self, node: Any) -> None:
        has_system = self.nodes.index(node) == 0

        def rank(module: str) -> tuple[bool, bool, bool]:
            longest = module.startswith("charts/")
            return shares_the_system(module) != has_system, not module.startswith("e2e/"), not longest

        self.workqueue.move_to_end(min(self.workqueue, key=rank), last=False)
        super()._assign_work_unit(node)


@cache
def shares_the_system(module: str) -> bool:
    """Does the module ask for the fixture `stack`?"""
    return module.startswith("e2e/") and "stack: Stack" in (ROOT / module).read_text("utf-8")
