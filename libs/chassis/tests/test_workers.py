"""Workers: what is said of one whose steps fail."""

import asyncio
from typing import Any

import pytest
from asyncpg.exceptions import InternalClientError
from chassis import measures, workers
from chassis.workers import Worker

pytestmark = pytest.mark.anyio


async def test_for_how_long_a_worker_has_failed_is_said_until_a_step_of_it_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "FAILURE_PAUSE_SECONDS", 0.01)
    said: list[float] = []
    monkeypatch.setattr(measures, "worker", lambda name, seconds: said.append(seconds))
    stopping = asyncio.Event()

    async def step(_database: Any, _resources: Any) -> bool:
        if len(said) < 3:
            raise RuntimeError("the database is away")
        stopping.set()
        return True

    database: Any = None
    await Worker("count", step, 0.01).run(database, None, stopping)
    assert 0 < said[0] < said[1] < said[2]
    assert said[-1] == 0


async def test_what_fails_in_a_way_nobody_foresaw_begins_again_and_the_log_says_where(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(workers, "FAILURE_PAUSE_SECONDS", 0.001)
    said: list[float] = []
    monkeypatch.setattr(measures, "worker", lambda name, seconds: said.append(seconds))
    runs = 0

    async def relay_events() -> str:
        nonlocal runs
        runs += 1
        if runs < 4:
            raise InternalClientError("cannot switch to state 12; another operation (2) is in progress")
        return "sent"

    assert await workers.kept_running("relay events", relay_events) == "sent"
    assert runs == 4
    assert 0 < said[0] < said[1] < said[2], "how long it fails is measured from its first failure"
    assert caplog.text.count("relay events: failed, and begins again") == 3
    assert "in relay_events" in caplog.text
