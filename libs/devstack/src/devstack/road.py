"""A road to a server: what a network does to connections, where the kernel has no `netem`.

It listens at an address, carries every connection on to one of its targets, and can be slow, lossy, frozen or cut. A
thread with a loop of its own does the work, so that nobody's own loop is in the way of others' traffic.
"""

import asyncio
import random
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

READ_BYTES = 64 * 1024
WAITING_MAX = 256  # pieces under way in one direction: whoever sends more waits
CONNECT_SECONDS = 2.0
START_SECONDS = 10.0

type Address = Path | int | tuple[str, int]  # a Unix socket, a port of this machine, or one at another address of it


@dataclass
class Road:
    """From `address` to the first of `targets` that lets a connection be made, in turn, as a Service of Kubernetes.

    Each piece of data takes `delay_seconds`, and by chance up to `jitter_seconds` more; its order stays. A share `loss`
    of all pieces arrives by half, and with it the connection ends.
    """

    address: Address
    targets: Sequence[Address]
    delay_seconds: float = 0.0
    jitter_seconds: float = 0.0
    loss: float = 0.0
    lost: int = field(default=0, init=False)  # connections that ended in the middle of a piece
    _turn: int = field(default=0, init=False)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)
    _server: asyncio.Server | None = field(default=None, init=False)
    _carried: set[asyncio.Task[None]] = field(default_factory=set, init=False)
    _frozen: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    def start(self) -> None:
        """Listen, if nobody does yet."""
        if self._thread is not None:
            return
        ready = threading.Event()

        def run() -> None:
            asyncio.set_event_loop(self._loop)
            self._server = self._loop.run_until_complete(self._listen())
            self._loop.call_soon(ready.set)
            self._loop.run_forever()

        self._thread = threading.Thread(target=run, name=f"road at {self.address}", daemon=True)
        self._thread.start()
        if not ready.wait(START_SECONDS):
            raise OSError(f"nothing listens at {self.address}")

    async def _listen(self) -> asyncio.Server:
        if not isinstance(self.address, Path):
            return await asyncio.start_server(self._came, *at(self.address))
        self.address.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self._came, self.address)
        self.address.chmod(0o777)
        return server

    def stop(self) -> None:
        """Close everything."""
        if self._thread is None:
            return
        thread, self._thread = self._thread, None

        async def close() -> None:
            if self._server is not None:
                self._server.close()
            for task in self._carried:
                task.cancel()
            await asyncio.gather(*self._carried, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(START_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        thread.join(START_SECONDS)
        self._loop.close()

    def cut(self) -> None:
        """End every connection there is, frozen ones too."""
        self._loop.call_soon_threadsafe(lambda: [task.cancel() for task in [*self._carried]])

    def freeze(self) -> None:
        """Carry nothing more for the connections that are there, and close none: nobody is told that it has ended. New
        ones are carried."""

        async def frozen() -> None:
            self._frozen = set(self._carried)

        asyncio.run_coroutine_threadsafe(frozen(), self._loop).result(START_SECONDS)

    @property
    def connections(self) -> int:
        """How many there are now."""
        return len(self._carried)

    async def _came(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._carried.add(task)
        try:
            there = await self._connected()
            if there is None:
                return
            try:
                ways = [
                    asyncio.create_task(self._carry(task, reader, there[1])),
                    asyncio.create_task(self._carry(task, there[0], writer)),
                ]
                try:
                    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for way in ways:
                        way.cancel()
                    await asyncio.gather(*ways, return_exceptions=True)
            finally:
                there[1].close()
        finally:
            writer.close()
            self._carried.discard(task)
            self._frozen.discard(task)

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """A connection to one of the targets; none, if nobody is there."""
        for _ in self.targets:
            target = self.targets[self._turn % len(self.targets)]
            self._turn += 1
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(CONNECT_SECONDS):
                    if not isinstance(target, Path):
                        return await asyncio.open_connection(*at(target))
                    return await asyncio.open_unix_connection(target)
        return None

    async def _carry(
        self, connection: asyncio.Task[None], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Carry what comes one way, until its end."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(WAITING_MAX)

        async def deliver() -> None:
            while True:
                due, data = await waiting.get()
                if (left := due - loop.time()) > 0:
                    await asyncio.sleep(left)
                if connection in self._frozen:
                    continue
                if not data:
                    return
                if random.random() < self.loss:  # noqa: S311 no secret
                    writer.write(data[: len(data) // 2])
                    self.lost += 1
                    connection.cancel()
                    return
                writer.write(data)
                await writer.drain()

        delivering = asyncio.create_task(deliver())
        try:
            with suppress(OSError):
                while not delivering.done():
                    data = await reader.read(READ_BYTES)
                    late = self.delay_seconds + random.random() * self.jitter_seconds  # noqa: S311 no secret
                    await waiting.put((loop.time() + late, data))
                    if not data:
                        break
                await delivering
        finally:
            delivering.cancel()
            await asyncio.gather(delivering, return_exceptions=True)


def at(address: Address) -> tuple[str, int]:
    """A port, and the address of this machine that it is at."""
    assert not isinstance(address, Path)
    return ("127.0.0.1", address) if isinstance(address, int) else address
