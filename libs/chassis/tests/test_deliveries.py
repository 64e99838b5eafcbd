"""What a delivery says of itself is read as nats-py reads it, in both forms that NATS has."""

from datetime import UTC, datetime
from typing import cast

from chassis.consumer import delivery_of
from hypothesis import given
from hypothesis import strategies as st
from nats.aio.client import Client
from nats.aio.msg import Msg

NAME = st.text("abcdefghijklmnopqrstuvwxyzABCDEF0123456789_-", min_size=1, max_size=20)
COUNT = st.integers(1, 2**53)


@given(
    times=st.integers(1, 10**6), place=COUNT, published_ns=st.integers(0, 4 * 10**18), stream=NAME, durable=NAME,
    domain=st.none() | st.tuples(NAME, NAME, NAME),
)  # fmt: skip
def test_the_times_the_place_and_the_moment_of_a_delivery_are_those_that_the_client_library_reads(
    times: int, place: int, published_ns: int, stream: str, durable: str, domain: tuple[str, str, str] | None
) -> None:
    subject = f"{stream}.{durable}.{times}.{place}.7.{published_ns}.3"
    if domain is not None:
        subject = f"{domain[0]}.{domain[1]}.{subject}.{domain[2]}"
    message = Msg(cast("Client", None), reply=f"$JS.ACK.{subject}")
    read = delivery_of(message)
    assert (read.times, read.place) == (message.metadata.num_delivered, message.metadata.sequence.stream)
    published_at = datetime.fromtimestamp(read.published_ns / 10**9, UTC)
    assert abs(published_at - message.metadata.timestamp).total_seconds() < 10**-4
