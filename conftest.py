"""Every asynchronous test runs on asyncio, on one loop for as long as a session's fixtures live."""

import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
