"""Batches at once: nothing is lost, and an aggregate's events are in one batch at a time, in their order."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from chassis.consumer import BATCH_MAX, Event, take
from google.protobuf.empty_pb2 import Empty
from hypothesis import given
from hypothesis import strategies as st


def deliveries(keys: list[int]) -> list[Any]:
    return [(index, Event(uuid4(), datetime.now(UTC), str(key), "", Empty())) for index, key in enumerate(keys)]


def places(of: Sequence[Any]) -> list[int]:
    return [index for index, _ in of]


@given(st.lists(st.integers(0, 40), max_size=600), st.sets(st.integers(0, 40)))
def test_what_is_taken_and_what_is_left_is_all_there_is_in_its_order(keys: list[int], busy: set[int]) -> None:
    waiting = deliveries(keys)
    batch, rest = take(waiting, {str(key) for key in busy})
    assert sorted(places(batch) + places(rest)) == list(range(len(waiting)))
    assert places(batch) == sorted(places(batch))
    assert places(rest) == sorted(places(rest))
    assert len(batch) <= BATCH_MAX


@given(st.lists(st.integers(0, 40), max_size=600), st.sets(st.integers(0, 40)))
def test_nothing_overtakes_an_earlier_event_of_its_aggregate(keys: list[int], busy: set[int]) -> None:
    batch, rest = take(deliveries(keys), {str(key) for key in busy})
    assert not {event.key for _, event in batch} & {str(key) for key in busy}
    for first, event in batch:
        index: Any = first  # here it is a number, not a message
        assert all(later > index for later, other in rest if other.key == event.key)


def test_a_batch_takes_all_it_may() -> None:
    batch, rest = take(deliveries([1, 2, 1, 3]), {"2"})
    assert places(batch) == [0, 2, 3]
    assert places(rest) == [1]
