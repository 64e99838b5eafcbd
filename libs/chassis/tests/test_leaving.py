"""A process that is told to stop serves until its drain is over, and lets go of each connection before it ends."""

import asyncio
import itertools

import httpx2
import pytest
from chassis.service import application, serve_until
from chassis.settings import Settings
from devstack import ports
from litestar import get

pytestmark = pytest.mark.anyio
DRAIN_SECONDS = 1.5


async def test_who_is_served_during_a_drain_is_answered_and_comes_back_elsewhere() -> None:
    @get("/thing")
    async def thing() -> str:
        return "here"

    stop, stopping = asyncio.Event(), asyncio.Event()
    settings = Settings(port=ports.free(), drain_seconds=DRAIN_SECONDS)
    serving = asyncio.create_task(serve_until(application([thing]), settings, stop, stopping))
    url = f"http://127.0.0.1:{settings.port}/thing"
    async with httpx2.AsyncClient(trust_env=False, transport=httpx2.AsyncHTTPTransport(retries=20)) as http:
        answer = await http.get(url)
        assert (answer.text, "connection" in answer.headers) == ("here", False)
        stop.set()
        await stopping.wait()
        began = asyncio.get_running_loop().time()
        for number in itertools.count():
            answer = await http.get(url)
            assert (answer.status_code, answer.headers["connection"]) == (200, "close"), number
            if asyncio.get_running_loop().time() - began > DRAIN_SECONDS / 2:
                break
            await asyncio.sleep(0.1)
        assert not serving.done(), "it is still there for who has not heard that it goes"
    await asyncio.wait_for(serving, 20)
