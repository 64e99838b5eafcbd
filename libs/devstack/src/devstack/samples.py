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


def is_drawn(name: str, one_in: int, seed: str | None = None) -> bool:
    """Is the case of this name among the one in so many that are tried at this commit?"""
    digest = hashlib.sha256(f"{os.environ.get(SEED, '') if seed is None else seed} {name}".encode()).digest()
    return int.from_bytes(digest[:8]) % one_in == 0


def some_of[T](cases: Iterable[T], *, one_in: int, named: Callable[[T], str] = str) -> list[ParameterSet]:
    """Cases for `pytest.mark.parametrize`, by their names: all but one in so many are long."""
    return [
        pytest.param(case, id=named(case), marks=() if is_drawn(named(case), one_in) else pytest.mark.long)
        for case in cases
    ]
