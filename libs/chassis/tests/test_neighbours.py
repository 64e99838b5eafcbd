"""A service that hangs is waited for once, and not by everybody again and again."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from chassis import neighbours
from chassis.neighbours import Neighbour
from chassis.refusals import Unavailable

pytestmark = pytest.mark.anyio
PATIENCE_SECONDS = 20.0  # far above what any of these takes
ALIVE = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """Not the loop of production: its servers do not close the connections that somebody has left open."""
    return "asyncio"


@pytest.fixture(autouse=True)
def little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "SLOW_SECONDS", 0.1)
    monkeypatch.setattr(neighbours, "PROBE_SECONDS", 0.5)
    monkeypatch.setattr(neighbours, "BETWEEN_SECONDS", 0.1)
    monkeypatch.setattr(neighbours, "REMEMBERED_SECONDS", 0.5)


class Service:
    """A port that takes connections, and answers while it does not hang."""

    def __init__(self) -> None:
        self.hangs = False
        self.lost = 0  # so many of the first that ask are never answered
        self.late = asyncio.Event()  # who is kept waiting is answered then
        self.asked = 0
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readline():
                while (await reader.readline()).strip():
                    pass
                self.asked += 1
                if self.hangs or self.asked <= self.lost:
                    await self.late.wait()
                writer.write(ALIVE)
        finally:
            writer.close()


@asynccontextmanager
async def running() -> AsyncGenerator[tuple[Service, Neighbour]]:
    service = Service()
    server = await asyncio.start_server(service.serve, "127.0.0.1", 0)
    service.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield service, Neighbour("catalog", service.url)
    finally:
        server.close()
        server.close_clients()


async def call(neighbour: Neighbour, answered: asyncio.Event) -> str:
    with await neighbour.watch():
        await answered.wait()
        return "answered"


async def test_who_waits_for_a_service_that_hangs_is_told_so_and_who_comes_after_at_once() -> None:
    async with running() as (service, neighbour), asyncio.timeout(PATIENCE_SECONDS):
        service.hangs = True
        never = asyncio.Event()
        ended = await asyncio.gather(*(call(neighbour, never) for _ in range(5)), return_exceptions=True)
        assert [str(end) for end in ended] == ["catalog does not answer; try again shortly"] * 5
        assert service.asked <= neighbours.PROBES + 1, "one asks for all, and goes on listening"
        for _ in range(20):
            with pytest.raises(Unavailable):
                await call(neighbour, never)
        assert service.asked <= neighbours.PROBES + 1, "and it is not asked again so soon"


async def test_a_service_that_answers_again_is_called_again() -> None:
    async with running() as (service, neighbour), asyncio.timeout(PATIENCE_SECONDS):
        service.hangs = True
        with pytest.raises(Unavailable):
            await call(neighbour, asyncio.Event())
        service.hangs = False
        answered = asyncio.Event()
        answered.set()
        while True:
            try:
                assert await call(neighbour, answered) == "answered"
                break
            except Unavailable:
                await asyncio.sleep(0.05)
        assert await call(neighbour, answered) == "answered"


async def test_a_service_that_lives_is_left_to_take_long() -> None:
    async with running() as (service, neighbour), asyncio.timeout(PATIENCE_SECONDS):
        answered = asyncio.Event()
        calling = asyncio.create_task(call(neighbour, answered))
        while service.asked == 0:
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)
        answered.set()
        assert await calling == "answered"


async def test_a_service_that_is_late_once_because_its_machine_is_busy_is_left_to_it() -> None:
    async with running() as (service, neighbour), asyncio.timeout(PATIENCE_SECONDS):
        service.lost, answered = 1, asyncio.Event()
        calling = asyncio.create_task(call(neighbour, answered))
        while service.asked < neighbours.PROBES:
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)
        answered.set()
        assert await calling == "answered"
        assert await call(neighbour, answered) == "answered"


async def test_a_service_that_answers_others_does_not_hang_though_it_has_no_time_to_say_so() -> None:
    async with running() as (service, neighbour), asyncio.timeout(PATIENCE_SECONDS):
        service.hangs, answered, at_once = True, asyncio.Event(), asyncio.Event()
        at_once.set()
        calling = asyncio.create_task(call(neighbour, answered))
        while service.asked == 0:
            await asyncio.sleep(0.02)
        for _ in range(60):
            assert await call(neighbour, at_once) == "answered"
            await asyncio.sleep(0.05)
        answered.set()
        assert await calling == "answered"


async def test_a_service_that_was_wrongly_taken_for_hanging_is_called_again_as_soon_as_it_says_a_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(neighbours, "REMEMBERED_SECONDS", 10 * PATIENCE_SECONDS)
    async with running() as (service, neighbour), asyncio.timeout(PATIENCE_SECONDS):
        service.hangs = True
        answered = asyncio.Event()
        with pytest.raises(Unavailable):
            await call(neighbour, asyncio.Event())
        answered.set()
        with pytest.raises(Unavailable):
            await call(neighbour, answered)
        service.late.set()
        while True:
            try:
                assert await call(neighbour, answered) == "answered"
                break
            except Unavailable:
                await asyncio.sleep(0.02)


async def test_who_is_cancelled_is_cancelled_and_not_told_that_it_hangs() -> None:
    async with running() as (_, neighbour):
        calling = asyncio.create_task(call(neighbour, asyncio.Event()))
        await asyncio.sleep(0)
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
