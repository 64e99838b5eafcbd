"""`make test` tries a few cases of a long table, others at each commit, and `make test-all` all of them."""

import pytest
from devstack import samples
from hypothesis import settings

CASES = [f"case {number}" for number in range(100)]


def tried(few: int) -> set[str]:
    return {str(case.id) for case in samples.some_of(CASES, few) if not case.marks}


def test_so_many_are_tried_and_the_others_are_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(samples.SEED, "a commit")
    cases = samples.some_of(CASES, 7)
    assert [case.values for case in cases] == [(name,) for name in CASES]
    assert len(tried(7)) == 7
    assert tried(7) == tried(7) < tried(20)


def test_in_time_every_case_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    several: set[str] = set()
    drawn: set[str] = set()
    for commit in range(200):
        monkeypatch.setenv(samples.SEED, f"commit {commit}")
        several |= tried(5)
        drawn |= {name for name in CASES if samples.is_drawn(name, one_in=20)}
    assert several == drawn == set(CASES)


def test_a_quarter_of_the_examples_is_tried_and_all_where_hypothesis_is_told_so() -> None:
    before = settings.get_current_profile_name()
    try:
        settings.load_profile(samples.FEW)
        assert [samples.examples(most) for most in (400, 40, 12, 3)] == [100, 10, 5, 3]
        assert settings().max_examples == 25
        settings.load_profile(samples.ALL)
        assert [samples.examples(most) for most in (400, 40, 12, 3)] == [400, 40, 12, 3]
        assert settings().max_examples == 100
    finally:
        settings.load_profile(before)
