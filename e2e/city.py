"""A city to test in: the whole system as real processes, with Jinan's service definitions."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from devstack.cities import City
from devstack.ports import free_range
from devstack.stack import PORTS_NEEDED, Stack
from ops.example_city import OPERATOR, put_definitions
from yima_client.caller import connect


@asynccontextmanager
async def a_city(folder: Path, **environment: str) -> AsyncGenerator[Stack]:
    """Run it out of `folder`. `environment` changes settings of its processes."""
    async with Stack(folder, City.named("jinan"), free_range(PORTS_NEEDED), environment=environment) as stack:
        async with connect(stack.graphql) as nobody:
            await put_definitions(stack.city, await nobody.signed_in(OPERATOR, stack.secrets["operator"]))
        yield stack
