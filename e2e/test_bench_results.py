"""What `make bench` says of its results: what holds, what is worse than before, how long who was due had waited, and
pages that are of the newest results."""

import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench import page
from bench.measure import HERE, Cost, Row, Target, histogram, open_loop
from bench.page import at_share, readme
from bench.picture import picture
from bench.results import Grows, Growth, Measured, Report, last, worse
from bench.run import as_kept


def row(name: str, ratio: float, less_is_better: bool = False) -> dict[str, object]:
    return {"name": name, "ratio": ratio, "less_is_better": less_is_better}


BEFORE = Report("2 cores", "a1b2c3d", "2026-11-29 10:00", "small", [row("settling", 0.40), row("event hop", 4.0, True)])


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


ROW = Row(
    "settling",
    "100/s",
    "400/s alone",
    0.25,
    [Target("of the limit", 0.25, 0.45), Target("p99 by p50", 3, 6, at_most=True)],
    cost=Cost("an order", {HERE: 2.0}),
    histograms={"a client": {"1": 98, "5": 2}},
)


def test_a_row_holds_where_each_of_its_targets_does_and_names_those_that_do_not() -> None:
    kept = as_kept("settling", ROW, {"gateway": 90})
    assert kept["holds"] == "no"
    assert kept["target"] == "of the limit ≥ 0.45: 0.25 !; p99 by p50 ≤ 6: 3"
    assert as_kept("other", Row("", "", "", 1.0, [Target("of the limit", 0.45, 0.45)]), {})["holds"] == "yes"


@pytest.mark.anyio
async def test_a_call_has_waited_since_it_was_due_where_nothing_got_on() -> None:
    async def call(number: int) -> None:
        if number == 10:
            time.sleep(0.2)  # noqa: ASYNC251 nothing else gets on, and twenty calls are due meanwhile

    load = await open_loop(call, per_second=100, seconds=0.5)
    assert load.count == 50
    waited = sum(count for bucket, count in load.histogram.items() if float(bucket) > 50)
    assert waited >= 10


def test_a_histogram_keeps_every_one_and_gives_percentiles_back() -> None:
    kept = histogram([number / 1000 for number in range(1, 1001)])
    assert sum(kept.values()) == 1000
    for share, milliseconds in ((0.5, 500), (0.99, 990), (1.0, 1000)):
        assert at_share(kept, share) == pytest.approx(milliseconds, rel=0.07)


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("bench.results.FOLDER", tmp_path)
    monkeypatch.setattr("bench.results.GROWTH", tmp_path / "growth")
    for name in ("PAGE", "PICTURE", "README"):
        monkeypatch.setattr(page, name, tmp_path / name)
    (tmp_path / "README").write_text(f"# Yima\n\n{page.BEGINS}{page.ENDS}\nThe end.\n")
    return tmp_path


def report(taken_at: str, city: str, commit: str = "a1b2c3d") -> Report:
    return Report("2 cores", commit, taken_at, city, [as_kept("settling", ROW, {"gateway": 90})])


def test_the_newest_of_a_city_of_the_same_size_is_compared_with(folders: Path) -> None:
    for kept in (
        report("2026-11-29 10:00", "small"),
        report("2026-11-30 09:30", "large"),
        report("2026-11-30 09:05", "small", "ffffff1"),
        report("2026-11-30 10:05", "small", "0000001"),
    ):
        kept.keep()
    newest, of_large = last("small"), last("large")
    assert newest is not None and newest.commit == "0000001"
    assert of_large is not None and of_large.taken_at == "2026-11-30 09:30"
    assert last("of no size") is None


def test_pages_are_of_the_newest_results_or_stale(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ran(*arguments: str) -> int:
        monkeypatch.setattr("sys.argv", ["page", *arguments])
        return page.main()

    assert ran("--check") == 1
    assert ran() == 0
    assert "No results are kept yet" in (folders / "README").read_text()
    assert ran("--check") == 0
    report("2026-11-29 10:00", "small").keep()
    Growth.of([measured(Grows.FLAT, 1.0, 1.1)]).keep()
    assert ran("--check") == 1
    assert ran() == ran("--check") == 0
    said = (folders / "PAGE").read_text()
    assert "| settling | 100/s | 400/s alone | 0.25 | of the limit ≥ 0.45: 0.25 !; p99 by p50 ≤ 6: 3 | no |" in said
    assert "0 of 1 rows hold" in said and "commit a1b2c3d" in said and "2026-11-29 10:00" in said
    assert "| settling | a client | 1.0 | 1.0 | 5.0 |".replace(".0", "") in said
    text = (folders / "README").read_text()
    assert text.startswith("# Yima") and text.endswith("The end.\n") and "docs/growth.svg" in text


def test_a_readme_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="has lost its marks"):
        readme("# Yima\n", None, None)
