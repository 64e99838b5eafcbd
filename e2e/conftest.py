"""The whole system as real processes, once for all journeys."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from devstack.stack import Stack
from yima_client.caller import Caller, connect

from e2e.city import a_city


@pytest.fixture(scope="session")
def trace_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(tmp_path_factory.mktemp("traces")) / "spans.jsonl"


@pytest.fixture(scope="session")
async def stack(
    tmp_path_factory: pytest.TempPathFactory, trace_file: Path, anyio_backend: str
) -> AsyncGenerator[Stack]:
    """Everything, with the city's service definitions in place."""
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
