"""A city to test in: the whole system as real processes, with Jinan's service definitions."""

import asyncio
import atexit
import sys
import tempfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from devstack.cities import City
from devstack.nats import PROCESSES
from devstack.nursery import Nursery
from devstack.ports import free_range
from devstack.stack import PORTS_NEEDED, Stack
from devstack.supervisor import ProcessSpec
from ops.example_city import OPERATOR, put_definitions
from yima_client.caller import connect


@cache
def nursery() -> Nursery:
    """What the processes of this test run are forked from. It ends with us."""
    made = Nursery([*(f"{name}.app" for name in PROCESSES), "yima_cli.main"])
    atexit.register(made.stop)
    return made


async def run(module: str, *arguments: str, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run `python -m MODULE …` to its end: its exit code, and all that it said."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "said"
        command = [sys.executable, "-m", module, *arguments]
        process = nursery().spawn(ProcessSpec(module, command, environment, log, ready_url=""))
        code = await asyncio.to_thread(process.wait)
        return code, log.read_text("utf-8")


@asynccontextmanager
async def a_city(folder: Path, **environment: str) -> AsyncGenerator[Stack]:
    """Run it out of `folder`. `environment` changes settings of its processes."""
    city, port = City.named("jinan"), free_range(PORTS_NEEDED)
    async with Stack(folder, city, port, environment=environment, nursery=nursery()) as stack:
        async with connect(stack.graphql) as nobody:
            await put_definitions(stack.city, await nobody.signed_in(OPERATOR, stack.secrets["operator"]))
        yield stack
