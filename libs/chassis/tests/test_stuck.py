"""A process whose loop stands still says where, and one that only waits says nothing."""

import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, time
from chassis import service

def compute_for_ever():
    time.sleep(1.5)

async def main():
    service.STUCK_SECONDS = 0.4
    reporting = asyncio.create_task(service.report_when_stuck())
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
    program = [sys.executable, "-c", PROGRAM.format(work=work)]
    ended = subprocess.run(program, capture_output=True, text=True, check=True)
    assert ("in compute_for_ever" in ended.stderr) is says_where
    assert bool(ended.stderr) is says_where
