"""What a run of faults says of memory, handles and tables: flat or growing, on series that were made up."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import cast

import pytest

from e2e.faults import report
from e2e.faults.injected import Town
from e2e.faults.run import Run
from e2e.faults.series import POINTS_MIN, Bounds, Point, judged, second_half
from e2e.faults.watched import MEASURES, OVER, Look, Watched

BOUNDS = Bounds(0.05, 40)
MINUTES = 34


def series(of: Callable[[float], float], seed: int = 1, noise: float = 12.0) -> Sequence[Point]:
    """A point a minute, off by chance."""
    chance = random.Random(seed)
    return [(minute * 60.0, of(minute) + chance.uniform(-noise, noise)) for minute in range(MINUTES)]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(
    ("what", "of", "word"),
    [
        ("level", lambda _: 1600.0, "flat"),
        ("grows from the first minute on", lambda minute: 1000 + 8 * minute, "growing"),
        ("grows once it is warm", lambda minute: 1000 + 10 * max(0, minute - 12), "growing"),
        ("warms up, then is level", lambda minute: 1600 * min(1.0, 0.4 + minute / 20), "flat"),
        ("is pruned now and then", lambda minute: 1000 + 25 * (minute % 3), "flat"),
        ("grows, and is pruned now and then", lambda minute: 1000 + 25 * (minute % 3) + 9 * minute, "growing"),
        ("falls", lambda minute: 3000 - 50 * minute, "flat"),
        ("is gone for three minutes", lambda minute: 1600.0 if minute not in (20, 21, 29) else 0.0, "flat"),
        ("grows, and is gone for three minutes", lambda m: 0.0 if m in (20, 25, 30) else 1000.0 + 9 * m, "growing"),
        ("starts again, as large as before", lambda minute: 1600 - (250 if minute == 24 else 0), "flat"),
    ],
)
def test_what_grows_is_told_from_what_stays(what: str, of: Callable[[float], float], word: str, seed: int) -> None:
    verdict = judged(series(of, seed), BOUNDS)
    assert verdict.word == word, (what, verdict)


def test_growth_is_over_the_second_half_and_of_a_share_or_so_much_in_any_case() -> None:
    points = series(lambda minute: 1000 + 2 * minute, noise=0)
    verdict = judged(points, Bounds(0.0, 30))
    assert (verdict.word, round(verdict.growth)) == ("growing", 32), "from the 17th minute to the 33rd"
    assert judged(points, Bounds(0.0, 33)).word == "flat"
    assert judged(points, Bounds(0.04, 0)).word == "flat"
    assert judged(points, Bounds(0.02, 0)).word == "growing"
    assert next(at for at, _ in second_half(points)) == 17 * 60


@pytest.mark.parametrize("count", [0, 1, 2, 2 * POINTS_MIN - 3])
def test_of_few_looks_nothing_is_said(count: int) -> None:
    assert judged(series(lambda minute: 100 * minute, noise=0)[:count], BOUNDS).word == "too short"


def a_look(minute: int, chance: random.Random) -> Look:
    """A city at work whose tables lose as much as they get, and whose log grows with its orders."""
    orders = 60 * minute
    return Look(
        at=60.0 * minute,
        starts={},
        memory={name: size + chance.uniform(-2, 2) for name, size in (("ordering", 180.0), ("gateway", 220.0))},
        handles={"ordering": 60 + chance.randint(-4, 4), "gateway": 80},
        bus_servers=3,
        bus_memory=130 + chance.uniform(-8, 8),
        bus_handles=180 + chance.randint(-6, 6),
        connections=95 + chance.randint(-3, 3),
        streams=9,
        messages=1000 + 600 * minute,
        bytes=760 * (1000 + 600 * minute),
        durables=49,
        tables={
            **{table: (3000 + chance.randint(-500, 500), 4000) for table in OVER},
            "access_session": (24, 104),
            "refresh_token": (24, 80),
            "access_log_leaf": (4 * orders, 100 + orders),
            "access_log_checkpoint": (orders // 2, 100),
        },
        over={table: chance.choice((0, 0, 0, 400)) for table in OVER},  # until the next piece is deleted
        orders=orders,
    )


def watched(change: Callable[[Look, int], Look] = lambda look, _: look) -> Watched:
    chance = random.Random(5)
    eyes = Watched(cast(Town, None))
    eyes.minutes = [change(a_look(minute, chance), minute) for minute in range(1, MINUTES)]
    return eyes


def rows(table: str, each: int) -> Callable[[Look, int], Look]:
    """So many rows more a minute of a table."""
    return lambda look, minute: replace(
        look, tables={**look.tables, table: (look.tables[table][0] + each * minute, look.tables[table][1])}
    )


LEAKS: dict[str, Callable[[Look, int], Look]] = {
    "MiB": lambda look, minute: replace(look, memory={**look.memory, "ordering": 180 + 3.0 * minute}),
    "MiB of the largest": lambda look, minute: replace(look, memory={**look.memory, "gateway": 220 + 3.0 * minute}),
    "handles": lambda look, minute: replace(look, handles={**look.handles, "ordering": 60 + 4 * minute}),
    "MiB of the bus alone": lambda look, minute: replace(look, bus_memory=100 + 6.0 * minute),
    "handles of the bus": lambda look, minute: replace(look, bus_handles=100 + 6 * minute),
    "connections": lambda look, minute: replace(look, connections=60 + 2 * minute),
    "streams": lambda look, minute: replace(look, streams=9 + minute // 4),
    "durables": lambda look, minute: replace(look, durables=49 + minute // 2),
    "bytes a message": lambda look, minute: replace(look, bytes=look.messages * (700 + 20 * minute)),
    "outbox: over": lambda look, minute: replace(look, over={**look.over, "outbox": 60 * minute}),
    "inbox: over": lambda look, minute: replace(look, over={**look.over, "inbox": 60 * minute}),
    "idempotency: over": lambda look, minute: replace(look, over={**look.over, "idempotency": 60 * minute}),
    "sessions": rows("access_session", 20),
    "refresh tokens": rows("refresh_token", 20),
    "leaves an order": lambda look, minute: rows("access_log_leaf", 10 * minute)(look, minute),
    "checkpoints an order": lambda look, minute: rows("access_log_checkpoint", 2 * minute)(look, minute),
}


def test_a_city_that_forgets_what_it_should_is_flat_in_everything() -> None:
    said = watched().soaked()
    assert {name: verdict.word for name, verdict in said.items()} == dict.fromkeys(said, "flat")
    assert set(said) == set(LEAKS) == {measure.name for measure in MEASURES if measure.bounds is not None}


def test_what_the_bus_holds_of_each_message_is_no_leak_of_its_own() -> None:
    busy = watched(lambda look, minute: replace(look, messages=9000 * minute, bus_memory=120 + 3 * 5.4 * minute))
    assert busy.soaked()["MiB of the bus alone"].word == "flat"


@pytest.mark.parametrize("leak", LEAKS)
def test_each_series_says_that_it_grows_and_no_other_does(leak: str) -> None:
    growing = {name for name, verdict in watched(LEAKS[leak]).soaked().items() if verdict.word == "growing"}
    assert leak in growing
    assert growing <= {leak, "MiB", "MiB of the largest"}, "the largest is one of all"


@pytest.mark.parametrize(
    ("what", "life", "said"),
    [
        ("level", [(180.0, 60)] * 12, []),
        ("starts for minutes", [(30.0, 6)] * 6 + [(120.0, 20)] + [(180.0, 60)] * 3, []),
        ("ended", [(180.0, 60)] * 9 + [(0.0, 0)] * 3, []),
        ("leaks memory", [(180.0 + 40 * number, 60) for number in range(12)], ["growing"]),
        ("leaks handles", [(180.0, 60 + 9 * number) for number in range(12)], ["handles"]),
    ],
)
def test_each_process_is_judged_while_it_is_at_work(
    what: str, life: Sequence[tuple[float, int]], said: Sequence[str]
) -> None:
    eyes = Watched(cast(Town, None), lives={("ordering", 1): list(life)})
    off = eyes.growing()
    assert len(off) == len(said), (what, off)
    assert all(word in finding for word, finding in zip(said, off, strict=True))


def test_streams_and_durables_are_as_many_at_each_rest_as_at_the_first() -> None:
    eyes = watched()
    eyes.looks = eyes.minutes[:3]
    assert eyes.spread() == []
    eyes.looks.append(replace(eyes.minutes[3], durables=48))
    assert eyes.spread() == ["durables were [49, 49, 49, 48]"]


def test_the_report_has_a_line_a_minute_and_what_is_said_of_each_series() -> None:
    eyes = watched(LEAKS["connections"])
    run = Run(1, 30, [], {}, looks=eyes.minutes[-2:], minutes_seen=eyes.minutes, minutes_missed=2, soaked=eyes.soaked())
    page = report.markdown(run, "--minutes 30", 2)
    lines = page.partition("## Minute by minute")[2].strip().splitlines()
    assert len([line for line in lines if line.startswith(("| 1", "| 2", "| 3"))]) >= MINUTES - 12
    (said,) = [line for line in lines if line.startswith("| **second half**")]
    assert said.count("**flat**") == len(LEAKS) - 1
    assert said.count("**growing**") == 1
    assert "In 2 minutes a fault had taken" in page
