"""Fixtures that several modules of identity's tests share."""

from collections.abc import AsyncGenerator

import pytest

from services.identity.tests.callers import Callers, opened


@pytest.fixture(autouse=True)
def _key_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    """What identity's settings need beside what a test says."""
    monkeypatch.setenv("YIMA_KEY_ENCRYPTION_KEYS", f"{'A' * 43}=")


@pytest.fixture
async def callers(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Callers]:
    """Identity at work, and whoever calls it."""
    async with opened(database, monkeypatch) as running:
        yield running
