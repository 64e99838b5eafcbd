"""What a subscription shows is read for each of its events: nothing read for one is shown with the next."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from chassis.auth import ANYONE
from chassis.refusals import Invalid
from city_pack.settings import Settings
from gateway.context import Context
from gateway.execution import Executor
from gateway.schema.order_events import KINDS
from gateway.streams import BEGINNING, check_kept, position
from graphql import GraphQLField, GraphQLInt, GraphQLObjectType, GraphQLSchema
from nats.js.api import StreamState
from yima.ordering.v1 import events_pb2 as happened

pytestmark = pytest.mark.anyio
CITIES = Path(__file__).parents[2] / "charts" / "yima" / "cities"
EVENTS = 3


def context() -> Context:
    clients: Any = None  # nothing here asks a service
    return Context(clients, ANYONE, "", "en", Settings(city_file=str(CITIES / "jinan.yaml")).city)


async def test_every_event_of_any_subscription_has_loaders_of_its_own() -> None:
    """The loaders remember what they found; a schema in which each event shows which loaders it was read with."""
    seen: list[Any] = []

    def show(event: int, info: Any) -> int:
        seen.append(info.context.loaders)
        return event

    async def events(_root: None, _info: Any) -> AsyncGenerator[int]:
        for event in range(EVENTS):
            yield event

    follow = GraphQLField(GraphQLInt, resolve=show, subscribe=events)
    schema = GraphQLSchema(
        GraphQLObjectType("Query", {"unused": GraphQLField(GraphQLInt)}),
        subscription=GraphQLObjectType("Subscription", {"first": follow, "second": follow}),
    )
    executor = Executor(schema, {})
    for name in ("first", "second"):
        seen.clear()
        document = executor.documents.get(f"subscription {{ {name} }}")
        changes = [result.data async for result in executor.subscribe(document, None, None, context())]
        assert changes == [{name: event} for event in range(EVENTS)]
        assert len({id(loaders) for loaders in seen}) == EVENTS


def test_every_event_about_an_order_is_a_step_of_the_feed() -> None:
    """A new event of the contract is a step, too. Which method was chosen is the resident's affair; that a private
    offer was used is the offer's step, and its order is placed by an event of its own."""
    about_orders = {
        name
        for name, message in happened.DESCRIPTOR.message_types_by_name.items()
        if {"order_id", "partner_id"} <= set(message.fields_by_name)
    }
    assert about_orders - {"PrivateOfferUsed"} == {kind.DESCRIPTOR.name for kind in KINDS}


@pytest.mark.parametrize(
    ("cursor", "refusal"),
    [
        ("s3", "older than what is kept"),
        ("s8", "older than what is kept"),
        ("s31", "not a cursor"),
        ("s9", ""),
        ("s30", ""),
    ],
)
def test_a_feed_never_goes_on_where_something_is_missing(cursor: str, refusal: str) -> None:
    kept = StreamState(messages=21, bytes=1, first_seq=10, last_seq=30, consumer_count=0)
    if refusal:
        with pytest.raises(Invalid, match=refusal):
            check_kept(position(cursor), kept)
    else:
        check_kept(position(cursor), kept)


@pytest.mark.parametrize("cursor", ["", "10", "s", "s-1", "s1.0", "s٣", "S1", "s" + "9" * 19])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        position(cursor)


def test_the_beginning_is_a_cursor() -> None:
    assert position(BEGINNING) == 0
