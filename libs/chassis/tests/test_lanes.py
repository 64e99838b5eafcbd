"""A large batch is handled in lanes: nothing is lost, and an aggregate's events stay together and in order."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from chassis.consumer import LANE_MIN, Event, lanes
from google.protobuf.empty_pb2 import Empty
from hypothesis import given
from hypothesis import strategies as st


def deliveries(keys: list[int]) -> list[Any]:
    return [(place, Event(uuid4(), datetime.now(UTC), str(key), "", Empty())) for place, key in enumerate(keys)]


@given(st.lists(st.integers(0, 40), max_size=300), st.integers(1, 4))
def test_every_delivery_is_in_one_lane_and_an_aggregate_s_are_together_in_order(keys: list[int], most: int) -> None:
    told = deliveries(keys)
    found = lanes(told, most)
    assert sorted(place for lane in found for place, _ in lane) == list(range(len(told)))
    assert len(found) <= most
    for key in set(keys):
        holding = [lane for lane in found if any(event.key == str(key) for _, event in lane)]
        assert len(holding) == 1
        places = [place for place, event in holding[0] if event.key == str(key)]
        assert places == sorted(places)


def test_a_small_batch_is_one_transaction() -> None:
    assert len(lanes(deliveries(list(range(LANE_MIN * 2 - 1))), 4)) == 1
    assert len(lanes(deliveries(list(range(LANE_MIN * 4))), 4)) == 4
