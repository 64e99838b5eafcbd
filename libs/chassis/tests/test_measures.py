"""What a process says of itself in short."""

from chassis.measures import SECONDS, SLOT_SECONDS, Recent
from devstack.samples import examples
from hypothesis import given, settings
from hypothesis import strategies as st


def test_within_how_long_99_of_100_were_answered_is_the_bound_above_them() -> None:
    recent = Recent()
    assert recent.read(0.0) == (0, 0.0)
    for _ in range(99):
        recent.add(0.004, 10.0)
    recent.add(3.0, 10.0)
    assert recent.read(10.0) == (100, 0.005)
    recent.add(3.0, 10.0)
    assert recent.read(10.0) == (101, 5.0)


def test_what_is_older_than_five_minutes_is_not_counted() -> None:
    recent = Recent()
    recent.add(60.0, 0.0)
    assert recent.read(0.0) == (1, SECONDS[-1])
    recent.add(0.001, 4 * SLOT_SECONDS)
    assert recent.read(4 * SLOT_SECONDS) == (2, SECONDS[-1])
    assert recent.read(5 * SLOT_SECONDS) == (1, 0.001)
    assert recent.read(50 * SLOT_SECONDS) == (0, 0.0)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=50))
@settings(max_examples=examples(60))
def test_the_bound_is_never_below_what_99_of_100_took(taken: list[float]) -> None:
    recent = Recent()
    for seconds in taken:
        recent.add(seconds, 1.0)
    count, bound = recent.read(1.0)
    assert count == len(taken)
    within = sum(min(seconds, SECONDS[-1]) <= bound for seconds in taken)
    assert within >= 0.99 * len(taken)
