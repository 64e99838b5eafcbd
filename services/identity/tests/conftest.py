"""Fixtures that several modules of identity's tests share."""

from collections.abc import AsyncGenerator

import pytest

from services.identity.tests import quick_passwords
from services.identity.tests.callers import Callers, opened


@pytest.fixture(autouse=True)
def _key_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    """What identity's settings need beside what a test says."""
    monkeypatch.setenv("YIMA_KEY_ENCRYPTION_KEYS", f"{'A' * 43}=")


@pytest.fixture(scope="module")
async def callers(database: str, anyio_backend: object) -> AsyncGenerator[Callers]:
    """Identity at work, and whoever calls it: one for a module, for making it costs more than most tests ask of it."""
    with pytest.MonkeyPatch.context() as patch:
        async with opened(database, patch) as running:
            yield running


@pytest.fixture
def dear_passwords() -> None:
    """A password costs what it costs in a city: for tests of what that brings about."""


@pytest.fixture(autouse=True)
def _quick_passwords(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords cost next to nothing, unless a test asks for `dear_passwords`."""
    if "dear_passwords" not in request.fixturenames:
        quick_passwords.use(monkeypatch.setattr)
