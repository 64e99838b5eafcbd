"""Workers: what is said of one whose steps fail."""

import asyncio
from typing import Any

import httpx2
import pytest
from asyncpg.exceptions import InternalClientError
from chassis import measures, service, workers
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


async def test_a_task_waits_for_whom_it_asks_as_long_as_no_connection_comes_about(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service, "RETRY_SECONDS", 0.001)
    tries = 0

    async def let_out_late() -> str:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise RuntimeError("the provider did not answer") from httpx2.ConnectError("refused")
        return "done"

    assert await service.reached(let_out_late, 60) == "done"
    assert tries == 3

    tries = 0
    with pytest.raises(RuntimeError):
        await service.reached(let_out_late, 0)
    assert tries == 1, "for so long and no longer"


async def test_a_task_that_was_asked_and_failed_is_not_done_again() -> None:
    tries = 0

    async def answered_badly() -> str:
        nonlocal tries
        tries += 1
        raise httpx2.ReadError("cut off")

    with pytest.raises(httpx2.ReadError):
        await service.reached(answered_badly, 60)
    assert tries == 1
