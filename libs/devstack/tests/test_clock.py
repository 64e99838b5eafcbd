"""A system's own clock: whatever asks for the time in it sees the same, and it goes forward alone."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from devstack.clock import Clock, ClockRefused
from devstack.postgres import Postgres

pytestmark = pytest.mark.anyio
ASKED = "import datetime, time; print(datetime.datetime.now(datetime.UTC).isoformat(), time.time(), time.monotonic())"
CLOSE = timedelta(seconds=20)  # a machine may be busy


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    tmp_path.chmod(0o711)
    clock = Clock(tmp_path / "clock")
    clock.begin()
    return clock


def seen(clock: Clock) -> tuple[datetime, datetime, float]:
    """What a process that goes by the clock says: the time, the same by another function, and what it measures by."""
    done = subprocess.run(
        [sys.executable, "-c", ASKED], env={**os.environ, **clock.environment()}, capture_output=True, check=True
    )
    said, since_epoch, monotonic = done.stdout.decode().split()
    return datetime.fromisoformat(said), datetime.fromtimestamp(float(since_epoch), UTC), float(monotonic)


def test_a_process_sees_the_clock_moved_and_measures_as_before(clock: Clock) -> None:
    before = seen(clock)
    clock.move(timedelta(days=40))
    after = seen(clock)
    assert abs(before[0] - datetime.now(UTC)) < CLOSE
    assert all(abs(moment - datetime.now(UTC) - timedelta(days=40)) < CLOSE for moment in after[:2])
    assert 0 < after[2] - before[2] < CLOSE.total_seconds()


def test_the_clock_goes_forward_only_and_not_for_ever(clock: Clock) -> None:
    clock.move(timedelta(days=2))
    for ahead in (timedelta(days=2), timedelta(days=1), timedelta()):
        with pytest.raises(ClockRefused, match="forward only"):
            clock.move(ahead)
    with pytest.raises(ClockRefused, match="3660 days ahead at most"):
        clock.move(timedelta(days=4000))
    assert clock.ahead == timedelta(days=2)


def test_a_clock_begun_again_is_where_it_was(clock: Clock) -> None:
    clock.move(timedelta(hours=7))
    again = Clock(clock.file)
    again.begin()
    assert again.ahead == timedelta(hours=7)


async def test_a_database_sees_it_while_it_runs_by_each_of_its_names(clock: Clock, tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgres", "a password", durable=False, environment=clock.environment())
    server.start()
    try:
        query = "SELECT now() AS a, clock_timestamp() AS b, statement_timestamp() AS c, CURRENT_DATE AS d"
        clock.move(timedelta(days=400))
        [row] = await server.fetch("postgres", query)
    finally:
        server.stop()
    then = datetime.now(UTC) + timedelta(days=400)
    assert all(abs(row[name] - then) < CLOSE for name in "abc")
    assert abs(row["d"] - then.date()) <= timedelta(days=1)
