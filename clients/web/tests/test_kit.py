"""What pages are made of, by itself: names, the keyboard, what is wrong at its field, double taps, right to left."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

WEB = Path(__file__).parents[1]
VITEST = WEB / "node_modules" / "vitest" / "vitest.mjs"
NODE = Path(sys.executable).parent / "node"


@pytest.mark.skipif(not (VITEST.is_file() and NODE.exists()), reason="the pages are not built: run `make web`")
def test_every_part_of_a_page_does_what_people_need_of_it() -> None:
    environment = os.environ | {"TZ": "Asia/Shanghai", "NO_COLOR": "1"}
    run = subprocess.run(
        [NODE, VITEST, "run"], cwd=WEB, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
