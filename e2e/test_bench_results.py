"""What `make bench ARGS=--check` says of results: a ratio that is worse by more than two runs differ, and no other."""

import pytest

from bench.results import Report, worse


def row(name: str, ratio: float, less_is_better: bool = False) -> dict[str, object]:
    return {"name": name, "ratio": ratio, "less_is_better": less_is_better}


BEFORE = Report("2 cores", "a1b2c3d", "2026-11-29", [row("settling", 0.40), row("event hop", 4.0, True)])


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ([row("settling", 0.35), row("event hop", 4.5, True)], []),
        ([row("settling", 0.33)], ["settling: 0.33 of its limit, and 0.40 at a1b2c3d"]),
        ([row("event hop", 4.7, True)], ["event hop: 4.70 of its limit, and 4.00 at a1b2c3d"]),
        ([row("settling", 0.80), row("event hop", 1.0, True)], []),
        ([row("a row that is new", 0.01)], []),
    ],
    ids=["as noisy as ever", "a rate that fell", "a time that grew", "better", "new"],
)
def test_a_ratio_that_is_worse_by_more_than_noise_is_found(now: list[dict[str, object]], expected: list[str]) -> None:
    assert worse(now, BEFORE) == expected
