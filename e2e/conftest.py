"""The whole system as real processes, once for all journeys."""

import re
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from typing import Any

import pytest
from devstack.published import NotFetched
from devstack.stack import Stack
from yima_client.caller import Caller, connect

from e2e import pressing
from e2e.browser import PHONE, browser
from e2e.city import a_city
from e2e.people import Clinic, a_clinic
from e2e.visitors import Visitor

SERIOUS = re.compile(r" (WARNING|ERROR|CRITICAL) |^(Traceback|Timeout|Fatal|  File|    )|Error")
PASSED = pytest.StashKey[bool]()
LINES_SHOWN = 15  # of each process


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failed test what the processes of its system have complained of, and how often each was started."""
    report = yield
    if report.when == "call":
        item.stash[PASSED] = report.passed
    funcargs: dict[str, Any] = getattr(item, "funcargs", {})
    running = next((value for value in funcargs.values() if isinstance(value, Stack)), None)
    if report.failed and running is not None:
        for log in sorted((running.folder / "logs").glob("*.log")):
            lines = log.read_text("utf-8", errors="replace").splitlines()
            serious = [line[:200] for line in lines if SERIOUS.search(line)][-LINES_SHOWN:]
            if serious:
                report.sections.append((f"{log.stem} complained", "\n".join(serious)))
    return report


@pytest.fixture(autouse=True)
async def pressed(request: pytest.FixtureRequest, anyio_backend: object) -> AsyncGenerator[None]:
    """A journey carries out in the browser what its mark `presses` says."""
    named = {f"Page{name}" for mark in request.node.iter_markers("presses") for name in mark.args}
    if not named:
        yield
        return
    await pressing.all_carried_out()
    yield
    if request.node.stash.get(PASSED, False):
        assert named - await pressing.all_carried_out() == set(), "was not pressed, or was refused"


@pytest.fixture(scope="session")
def trace_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(tmp_path_factory.mktemp("traces")) / "spans.jsonl"


@pytest.fixture(scope="package")
async def stack(
    tmp_path_factory: pytest.TempPathFactory, trace_file: Path, anyio_backend: object
) -> AsyncGenerator[Stack]:
    """Everything, with the city's service definitions in place. It ends with the last of these tests: a system that
    nobody asks anything costs a twelfth of a core all the same."""
    folder = Path(tmp_path_factory.mktemp("stack"))
    async with a_city(
        folder,
        YIMA_TRACE_FILE=str(trace_file),
        YIMA_BUDGET_PER_MINUTE=str(10**9),  # everybody in these tests calls from one address
        YIMA_UNPAID_ORDERS_MAX="100",  # some order in dozens while settlement is away
    ) as running:
        yield running


@pytest.fixture
async def nobody(stack: Stack) -> AsyncGenerator[Caller]:
    """A caller who has not signed in."""
    async with connect(stack.graphql) as caller:
        yield caller


@pytest.fixture(scope="module")
def camera() -> Path | None:
    """What the browser's camera sees; a module whose pages use it names a file."""
    return None


@pytest.fixture(scope="module")
async def chromium(anyio_backend: object, camera: Path | None) -> AsyncGenerator[Any]:
    """A running browser, for a module's tests."""
    try:
        async with browser(camera) as opened:
            yield opened
    except NotFetched as missing:
        pytest.skip(f"the browser could not be fetched: {missing}")


@pytest.fixture(scope="module")
async def clinic(stack: Stack) -> AsyncGenerator[Clinic]:
    """A clinic with its staff and a practitioner, whose staff stay signed in for a module's tests."""
    async with connect(stack.graphql) as nobody:
        yield await a_clinic(nobody, stack.secrets)


@pytest.fixture
async def visitor(chromium: Any, stack: Stack) -> AsyncGenerator[Visitor]:
    """Somebody with a telephone's browser; what their pages complained of fails the test."""
    context = await chromium.new_context(viewport=PHONE, locale="en")
    someone = Visitor(await context.new_page(), f"http://127.0.0.1:{stack.base_port}")
    yield someone
    await context.close()
    assert someone.faults == []
