"""What is said of groups of people says nothing of one of them."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records.domain.disclosure import COUNTED_IN, Cell, Group, Measured, released, released_count, released_value

CELLS = st.builds(Cell, st.integers(0, 500), st.integers(0, 2**40))


@given(CELLS, st.integers(10, 50))
@settings(max_examples=60)
def test_nothing_is_said_of_few_people_and_of_more_no_exact_number(cell: Cell, people_min: int) -> None:
    said = released_count(cell, people_min)
    if cell.people < people_min:
        assert said is None
    if cell.people >= people_min + COUNTED_IN:
        assert said is not None, "a group that is clearly large enough is shown"
    if said is not None:
        assert said % COUNTED_IN == 0
        assert abs(said - cell.people) < COUNTED_IN
    assert said == released_count(cell, people_min), "asked again, the same is said"


def test_that_one_resident_left_cannot_be_told_from_the_difference() -> None:
    """Over many groups of which one resident leaves, what is said often stays, and goes up as well as down."""
    chance, before, after, same = random.Random(7), 0, 0, 0
    for _ in range(2_000):
        keys = [chance.getrandbits(32) for _ in range(chance.randint(20, 60))]
        whole = released_count(Cell(len(keys), sum(keys)), 10)
        without = released_count(Cell(len(keys) - 1, sum(keys[1:])), 10)
        assert whole is not None
        assert without is not None
        before, after, same = before + (whole > without), after + (without > whole), same + (whole == without)
    assert same > before, "mostly the same is said"
    assert after > before / 5, "and often more, once somebody has left"


def test_counts_are_right_on_the_whole() -> None:
    chance, drawn = (
        random.Random(7),
        [Cell(people, random.Random(people).getrandbits(40)) for people in range(20, 4_000)],
    )
    chance.shuffle(drawn)
    said = sum(released_count(cell, 10) or 0 for cell in drawn)
    assert said == pytest.approx(sum(cell.people for cell in drawn), rel=0.001)


@given(CELLS, st.floats(0, 300), st.floats(0, 300), st.floats(0, 1))
@settings(max_examples=60)
def test_a_mean_is_moved_by_no_more_than_one_resident_could_have(
    cell: Cell, least: float, greatest: float, part: float
) -> None:
    least, greatest = sorted((least, greatest))
    value = least + part * (greatest - least)
    said = released_value(Measured(cell, value, least, greatest), 10, "mean")
    if cell.people < 10:
        assert said is None
    elif said is not None:
        assert abs(said - value) <= (greatest - least) / cell.people + abs(value) * 0.01 + 0.1


def test_of_a_group_that_may_not_be_known_not_even_its_name_is_said() -> None:
    rare = Group(["rare"], Cell(9, 1), {"n": Cell(9, 1)}, {})
    common = Group(["common"], Cell(40, 1), {"n": Cell(40, 1)}, {})
    assert [group.labels for group in released([rare, common], 10)] == [["common"]]
