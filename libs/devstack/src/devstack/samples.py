"""Which cases of a long table, and how many of Hypothesis's examples, `make test` tries: a few; of a table others at
each commit. `make test-all` tries all of them."""

import hashlib
import os
import subprocess
from collections.abc import Callable, Iterable, Sequence

import pytest
from _pytest.mark import ParameterSet
from hypothesis import HealthCheck, settings

SEED = "YIMA_TEST_SAMPLE"  # what the sample is drawn by; one for all processes of a run
FEW, ALL = "few", "all"  # profiles of Hypothesis: `--hypothesis-profile=all` is what the long tests run with
EXAMPLES = 100  # of a test that does not say how many
FEW_OF, FEWEST = 4, 5  # one in so many is tried, but no fewer


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


def all_but_a_few[T](cases: Sequence[T], named: Callable[[T], str]) -> Sequence[T]:
    """The cases of a table that are not tried at this commit."""
    return sorted(cases, key=lambda case: rank(named(case)))[max(len(cases) // FEW_OF, FEWEST) :]


def some_of[T](cases: Iterable[T], few: int, named: Callable[[T], str] = str) -> list[ParameterSet]:
    """Cases for `pytest.mark.parametrize`, by their names: all but a few are long."""
    by_name = {named(case): case for case in cases}
    drawn = sorted(by_name, key=rank)[:few]
    return [
        pytest.param(case, id=name, marks=() if name in drawn else pytest.mark.long) for name, case in by_name.items()
    ]


def register_profiles() -> None:
    """Have Hypothesis try few examples, unless it is told to try all."""
    # How long examples take to make says how busy the machine is, and nothing about what is tested.
    base = settings(
        settings.get_profile(settings.get_current_profile_name()), suppress_health_check=[HealthCheck.too_slow]
    )
    settings.register_profile(ALL, base, max_examples=EXAMPLES)
    settings.register_profile(FEW, base, max_examples=EXAMPLES // FEW_OF)
    settings.load_profile(FEW)


def examples(most: int) -> int:
    """How many examples a test tries, of so many that it tries among the long tests."""
    return most if settings.get_current_profile_name() == ALL else min(most, max(most // FEW_OF, FEWEST))
