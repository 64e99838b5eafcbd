"""`yima up`: the whole system on this machine, until Ctrl-C."""

import asyncio
import signal
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from chassis.service import serve_until
from chassis.settings import Settings
from devstack.cities import City, documents
from devstack.stack import SANDBOXES_OFFSET, Stack
from rich.console import Console
from yima_client.caller import connect

from ops import example_city as cities
from ops import show
from ops.sandboxes import door
from ops.sandboxes.keeping import Sandboxes
from ops.state import STATE

console = Console(stderr=False, highlight=False)


def up(city_name: str, port: int, image: str, trust: Path | None, sandboxes_host: str) -> None:
    """Start everything, load the example city, and run until Ctrl-C."""
    city = City.named(city_name)
    if trust is not None:
        city = city.trusting(documents(trust)[0]["global"]["city"]["trust"], STATE / "pack")
    asyncio.run(stay_up(Stack(STATE, city, port, image=image), City.named(city_name), sandboxes_host))


@asynccontextmanager
async def sandboxes_beside(stack: Stack, city: City, host: str) -> AsyncGenerator[None]:
    """Offer partners sandboxes, which are like `city`, for as long as its system runs."""
    say = partial(console.print, markup=False)
    stop = asyncio.Event()
    async with Sandboxes(stack.folder / "sandboxes", city, host, base_port=stack.base_port, say=say) as sandboxes:
        listening = Settings(host=sandboxes.listens, port=stack.base_port + SANDBOXES_OFFSET)
        serving = asyncio.create_task(
            serve_until(door.asgi(sandboxes, stack.graphql), listening, stop, asyncio.Event())
        )
        try:
            yield
        finally:
            stop.set()
            await serving


async def stay_up(stack: Stack, city: City, sandboxes_host: str) -> None:
    began = time.monotonic()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    starting = asyncio.create_task(start(stack))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        return
    await starting
    try:
        show.endpoints(console, stack)
        show.first_steps(console, stack)
        console.print(f"ready after {time.monotonic() - began:.0f} s; Ctrl-C stops everything")
        stack.tell = lambda name, what, _seconds: console.print(f"{name}: {what}")
        async with sandboxes_beside(stack, city, sandboxes_host):
            await stop.wait()
            console.print("stopping …")
    finally:
        await stack.__aexit__(None, None, None)
        console.print("stopped")


async def start(stack: Stack) -> None:
    """Start the stack and load its city, showing progress."""
    with show.progress(console, f"starting Yima for {stack.city.name}") as say:
        stack.tell = lambda name, what, _seconds: say(f"{name} {what}")
        await stack.__aenter__()
    loaded = stack.folder / f"loaded-{stack.city.name}"
    try:
        if not loaded.exists():
            with show.progress(console, "loading the example city") as say:
                async with connect(stack.graphql) as nobody:
                    await cities.load(stack.city, nobody, stack.secrets, say)
            loaded.touch()
    except BaseException:
        await stack.__aexit__(None, None, None)
        raise
