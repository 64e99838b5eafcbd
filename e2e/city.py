"""A city to test in: the whole system as real processes, with Jinan's service definitions."""

import asyncio
import atexit
import sys
import tempfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from devstack import seeds
from devstack.authority import Authority
from devstack.cities import City
from devstack.nats import PROCESSES
from devstack.nursery import Nursery
from devstack.ports import free_range
from devstack.stack import PORTS_NEEDED, Stack
from devstack.supervisor import ProcessSpec
from ops.example_city import put_definitions, supervisors
from yima_client.caller import connect
from yima_client.trust_lists import new_key

from e2e.people import PAIRWISE_SECRETS

AUTHORITY = "cities.example.org"
KEPT = ("postgres", "nats", "provider", "secrets.json")


@cache
def nursery(*, dear_passwords: bool = False) -> Nursery:
    """What the processes of this test run are forked from. It ends with us."""
    modules = [*(f"{name}.app" for name in PROCESSES), "yima_cli.main"]
    made = Nursery(modules if dear_passwords else [*modules, "e2e.quick_passwords"])
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


HUB = "homehub"  # of devices, who may come by MQTT


@asynccontextmanager
async def a_city(
    folder: Path, forked_from: Nursery | None = None, authority: Authority | None = None, /, **environment: str
) -> AsyncGenerator[Stack]:
    """Run it out of `folder`. `environment` changes settings of its processes. Within a test run it is a copy of one
    that was started and stopped before, rather than migrated and filled once more. Passwords cost next to nothing
    there, unless it is `forked_from` a nursery where they are as dear as in a city. With an `authority` its services
    speak mutual TLS."""
    kept = seeds.folder()
    if kept is not None:
        await asyncio.to_thread(seeds.copy, await seed(kept), folder, KEPT)
    async with running(folder, environment, forked_from, authority=authority) as stack:
        if kept is None:
            await fill(stack)
        yield stack


@asynccontextmanager
async def running(
    folder: Path,
    environment: dict[str, str] | None = None,
    forked_from: Nursery | None = None,
    name: str = "jinan",
    authority: Authority | None = None,
) -> AsyncGenerator[Stack]:
    city = City.named(name).trusting(trusted(), folder / "pack")
    async with Stack(
        folder,
        city,
        free_range(PORTS_NEEDED),
        durable=False,
        environment=environment or {},
        nursery=forked_from or nursery(),
        hubs=(HUB,),
        authority=authority,
    ) as stack:
        PAIRWISE_SECRETS[stack.graphql] = stack.secrets["pairwise"]
        yield stack


@cache
def authority_key() -> Mapping[str, str]:
    """Of who says which of this process's cities trust each other."""
    return new_key()


def trusted() -> dict[str, Any]:
    """What these cities' packs say of that."""
    key = authority_key()
    return {"authority": AUTHORITY, "keys": [{"kid": key["kid"], "x": key["x"]}]}


async def fill(stack: Stack) -> None:
    async with connect(stack.graphql) as nobody:
        operator, _ = await supervisors(nobody, stack.secrets)
        await put_definitions(stack.city, operator)


async def seed(kept: Path) -> Path:
    """What a city's processes keep once it is filled: made once a test run, by whichever process comes first."""
    with seeds.making(kept, "city") as (made, unfinished):
        if unfinished is not None:
            async with running(unfinished) as stack:
                await fill(stack)
    return made


def last_month(stack: Stack) -> str:
    """The last month that is over by the city's clock, such as 2026-10."""
    today = datetime.now(ZoneInfo(stack.city.settings["timeZone"]))
    return f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"
