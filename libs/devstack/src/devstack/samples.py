"""Which cases of a long table `make test` tries: a few, others at each commit. `make test-all` tries all of them."""

import hashlib
import os
import subprocess
from collections.abc import Callable, Iterable

import pytest
from _pytest.mark import ParameterSet

SEED = "YIMA_TEST_SAMPLE"  # what the sample is drawn by; one for all processes of a run


def seed_of(folder: str) -> str:
    """The commit that is checked out: who runs the tests again tries the same cases, and so does everybody else."""
    command = ["git", "-C", folder, "rev-parse", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip()


def rank(name: str) -> float:
    """Where a case stands among all at this commit, from 0 to 1: another place at each commit."""
    digest = hashlib.sha256(f"{os.environ.get(SEED, '')} {name}".encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48


def is_drawn(name: str, *, one_in: int) -> bool:
    """Is this case among those that are tried at this commit, of so many one? For tests that go through cases."""
    return rank(name) * one_in < 1


def some_of[T](cases: Iterable[T], few: int, named: Callable[[T], str] = str) -> list[ParameterSet]:
    """Cases for `pytest.mark.parametrize`, by their names: all but a few are long."""
    by_name = {named(case): case for case in cases}
    drawn = sorted(by_name, key=rank)[:few]
    return [
        pytest.param(case, id=name, marks=() if name in drawn else pytest.mark.long) for name, case in by_name.items()
    ]
