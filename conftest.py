"""Every asynchronous test runs on asyncio, on one loop for as long as a session's fixtures live."""

import pytest

import gateway  # noqa: F401 the package, before pytest takes the folder of this name for it


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
