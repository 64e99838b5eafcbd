"""What a subscription shows is read for each of its events: nothing read for one is shown with the next."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from chassis.auth import ANYONE
from chassis.settings import Settings
from gateway.context import Context
from gateway.execution import Executor
from graphql import GraphQLField, GraphQLInt, GraphQLObjectType, GraphQLSchema

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
        found = [result.data async for result in executor.subscribe(document, None, None, context())]
        assert found == [{name: event} for event in range(EVENTS)]
        assert len({id(loaders) for loaders in seen}) == EVENTS
