"""What `make bench ARGS=--check` says of results: a ratio that is worse by more than two runs differ, and no other."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.page import picture
from bench.results import Grows, Growth, Measured, Report, worse


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


def measured(grows: Grows, *milliseconds: float) -> Measured:
    return Measured("a question", "rows", grows, {10 ** (3 + step): cost for step, cost in enumerate(milliseconds)})


@pytest.mark.parametrize(
    ("curve", "holds"),
    [
        (measured(Grows.FLAT, 1.0, 1.1, 1.4), True),
        (measured(Grows.FLAT, 1.0, 1.1, 1.6), False),
        (measured(Grows.LINEAR, 2.0, 2.5, 25.0), True),
        (measured(Grows.LINEAR, 2.0, 2.5, 50.0), False),
    ],
    ids=["flat", "not flat", "as much as there is", "more than there is"],
)
def test_what_grows_more_than_it_may_is_found(curve: Measured, holds: bool) -> None:
    assert curve.holds is holds


def test_what_is_kept_of_growth_is_drawn_as_it_was_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.results.GROWTH", tmp_path)
    Growth.of([measured(Grows.FLAT, 1.0, 1.1), measured(Grows.LINEAR, 2.0, 60.0)]).keep()
    kept = Growth.last()
    assert kept is not None
    assert [each.milliseconds for each in kept.curves] == [{1000: 1.0, 10000: 1.1}, {1000: 2.0, 10000: 60.0}]
    drawn = ElementTree.fromstring(picture(kept))
    lines = [each.attrib["points"].split() for each in drawn.iter("{http://www.w3.org/2000/svg}polyline")]
    heights = [[float(point.split(",")[1]) for point in line] for line in lines]
    assert heights[0][0] - heights[0][1] < 10 < heights[1][0] - heights[1][1]
    assert "More than they may: a question." in picture(kept)
