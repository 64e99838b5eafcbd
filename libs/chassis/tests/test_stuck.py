"""A process whose loop stands still says where, and one that only waits says nothing."""

import os
import signal
import subprocess
import sys
import time

import pytest

PROGRAM = """
import asyncio, time
from chassis import stuck

def compute_for_ever():
    time.sleep(1.5)

def compute(ends):
    while time.monotonic() < ends:
        [(lambda: sum(range(9)))() for _ in range(99)]

async def stand_still_again_and_again():
    for _ in range(3):
        compute(time.monotonic() + 1.0)
        await asyncio.sleep(0.05)

async def main():
    stuck.STUCK_SECONDS = {after}
    reporting = asyncio.create_task(stuck.report_when_stuck())
    await asyncio.sleep(0)
    {work}
    reporting.cancel()
    await asyncio.sleep(0.6)

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("work", "says_where"), [("compute_for_ever()", True), ("await asyncio.sleep(1.5)", False)], ids=["stuck", "waits"]
)
def test_a_loop_that_stands_still_writes_where(work: str, says_where: bool) -> None:
    program = [sys.executable, "-c", PROGRAM.format(work=work, after=0.4)]
    ended = subprocess.run(program, capture_output=True, text=True, check=True)
    assert ("in compute_for_ever" in ended.stderr) is says_where
    assert bool(ended.stderr) is says_where


def test_each_time_that_a_loop_stands_still_is_written_once() -> None:
    work = "await stand_still_again_and_again()"
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(work=work, after=0.4)], capture_output=True, text=True, check=True
    )
    assert ended.stderr.count("the loop has not turned") in (2, 3)


def test_a_process_that_was_stopped_and_continued_says_nothing() -> None:
    work = "print('begun', flush=True); await asyncio.sleep(0.2); compute(time.monotonic() + 0.2)"
    stopped = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(work=work, after=0.8)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert stopped.stdout is not None
    assert stopped.stdout.readline() == "begun\n"
    os.kill(stopped.pid, signal.SIGSTOP)
    time.sleep(2)
    os.kill(stopped.pid, signal.SIGCONT)
    assert stopped.communicate(timeout=30)[1] == ""
    assert stopped.returncode == 0
