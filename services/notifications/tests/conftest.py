"""The fixtures `scenario` and `receiver`: notifications with its database, and a receiver in a process of its own."""

import sys
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest
from chassis.database import Database
from notifications import sending

sys.path.insert(0, str(Path(__file__).parent))

from notifications_scenario import Receiver, Scenario


@pytest.fixture
async def scenario(database: str) -> AsyncGenerator[Scenario]:
    connected = Database(database)
    yield Scenario(connected)
    await connected.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Senders look oftener than they do where others wait for the processor."""
    monkeypatch.setattr(sending, "IDLE_SECONDS", 0.02)


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    running = Receiver.started()
    yield running
    running.stop()
