"""Workers: what is said of one whose steps fail."""

import asyncio
from typing import Any

import pytest
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
