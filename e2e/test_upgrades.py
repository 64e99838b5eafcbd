"""An upgrade and the way back under load, as a cluster does them: pod by pod, behind addresses that learn late."""

import asyncio
import itertools
import random
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from devstack import ports
from devstack.stack import Stack
from devstack.supervisor import Child, ProcessSpec, answers
from yima_client.caller import Caller, fresh_key
from yima_client.errors import Refused

from e2e.city import nursery
from e2e.people import PASSWORD, Clinic, a_clinic, an_order, registered

pytestmark = [pytest.mark.anyio, pytest.mark.long]

REPLACED = ("identity", "catalog", "ordering", "gateway")
REPLICAS = 2
DRAIN_SECONDS = 4.0  # a pod goes on serving for so long, as `global.drainSeconds` says
LATE_SECONDS = 1.5  # what a cluster needs to tell every node that a pod came or goes
CALLERS = 3
CHUNK = 64 * 1024


@dataclass
class Address:
    """A service's address in a cluster: each new connection goes to one of the pods that it knows, picked by chance.
    What is open stays with its pod."""

    port: int = field(default_factory=ports.free)
    known: list[int] = field(default_factory=list)
    taken: Counter[int] = field(default_factory=Counter)

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator[None]:
        server = await asyncio.start_server(self._forward, "127.0.0.1", self.port)
        try:
            yield
        finally:
            server.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        pod = random.choice(self.known or [0])
        self.taken[pod] += 1
        try:
            pod_reader, pod_writer = await asyncio.open_connection("127.0.0.1", pod)
        except OSError:
            writer.close()
            return
        await asyncio.gather(carry(reader, pod_writer), carry(pod_reader, writer))

    async def add(self, pod: int) -> None:
        await asyncio.sleep(LATE_SECONDS)
        self.known.append(pod)

    async def remove(self, pod: int) -> None:
        await asyncio.sleep(LATE_SECONDS)
        self.known.remove(pod)


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(CHUNK):
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


class Deployment:
    """Pods of one service behind its address."""

    def __init__(self, name: str, stack: Stack, urls: dict[str, str], folder: Path) -> None:
        self.name, self.address = name, Address()
        self._folder, self._numbers = folder, itertools.count()
        self._settings = {**stack.supervisor.environment(name), **urls, "YIMA_DRAIN_SECONDS": str(DRAIN_SECONDS)}
        self._settings["YIMA_BUDGET_PER_MINUTE"] = "1000000"
        self.pods: dict[int, Child] = {}

    async def start_pod(self) -> None:
        port = ports.free()
        log = self._folder / f"{self.name}-{next(self._numbers)}.log"
        command = [sys.executable, "-m", "chassis", self.name]
        spec = ProcessSpec(self.name, command, self._settings | {"YIMA_PORT": str(port)}, log, ready_url="")
        self.pods[port] = nursery().spawn(spec)
        async with asyncio.timeout(120):
            while not await asyncio.to_thread(answers, f"http://127.0.0.1:{port}/health/ready"):  # noqa: ASYNC110 as a kubelet asks
                await asyncio.sleep(0.2)
        await self.address.add(port)

    async def end_pod(self, port: int) -> None:
        pod = self.pods.pop(port)
        pod.terminate()
        await self.address.remove(port)
        assert await asyncio.to_thread(pod.wait, 60) == 0, f"{self.name} ended badly"

    async def replace(self) -> None:
        """As `maxSurge: 1, maxUnavailable: 0` has it."""
        for old in list(self.pods):
            await self.start_pod()
            await self.end_pod(old)


@asynccontextmanager
async def deployed(stack: Stack, folder: Path) -> AsyncGenerator[dict[str, Deployment]]:
    made: dict[str, Deployment] = {}
    urls: dict[str, str] = {}
    for name in REPLACED:
        made[name] = Deployment(name, stack, urls, folder)
        urls[f"YIMA_{name.upper()}_URL"] = f"http://127.0.0.1:{made[name].address.port}"
    async with AsyncExitStack() as resources:
        for deployment in made.values():
            await resources.enter_async_context(deployment.address.listening())
        try:
            for _ in range(REPLICAS):
                await asyncio.gather(*(deployment.start_pod() for deployment in made.values()))
            yield made
        finally:
            left = [pod for deployment in made.values() for pod in deployment.pods.values()]
            for pod in left:
                pod.kill()
            await asyncio.gather(*(asyncio.to_thread(pod.wait, 20) for pod in left))


async def load(url: str, clinic: Clinic, until: asyncio.Event, done: Counter[str], failed: list[str]) -> None:
    """Somebody who reads, signs in, shows codes and orders, one after the other, and gives nothing a second try."""
    began = asyncio.get_running_loop().time()
    async with httpx2.AsyncClient(trust_env=False, timeout=30) as http:
        stranger, login = Caller(http, url), f"resident-{fresh_key()}@residents.example.org"
        await registered(stranger, login)
        resident = await stranger.signed_in(login, PASSWORD)
        order = await an_order(resident, clinic)
        steps: dict[str, Callable[[], Awaitable[Any]]] = {
            "search": lambda: resident.run("search-offerings", query="health"),
            "me": lambda: resident.run("me"),
            "sign in": lambda: stranger.signed_in(login, PASSWORD),
            "code": lambda: resident.run("issue-health-code"),
            "order": lambda: resident.run("place-order", input=order, key=fresh_key()),
        }
        while not until.is_set():
            for name, step in steps.items():
                try:
                    await step()
                    done[name] += 1
                except (httpx2.HTTPError, Refused) as error:
                    failed.append(f"{asyncio.get_running_loop().time() - began:.1f}: {name}: {error!r}")
            await asyncio.sleep(0.05)


async def test_an_upgrade_and_a_rollback_under_load_fail_not_one_request(
    stack: Stack, nobody: Caller, tmp_path: Path
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    done: Counter[str] = Counter()
    failed: list[str] = []
    until = asyncio.Event()
    async with deployed(stack, tmp_path) as made:
        url = f"http://127.0.0.1:{made['gateway'].address.port}/graphql"
        callers = [asyncio.create_task(load(url, clinic, until, done, failed)) for _ in range(CALLERS)]
        first = {name: set(deployment.pods) for name, deployment in made.items()}
        try:
            for _ in ("upgrade", "rollback"):
                before = done.total()
                await asyncio.gather(*(deployment.replace() for deployment in made.values()))
                assert done.total() > before + 5 * CALLERS, "there was a load"
        finally:
            until.set()
            await asyncio.gather(*callers)
        complaints = [
            line for log in tmp_path.glob("*.log") for line in log.read_text().splitlines() if "unreachable" in line
        ]
        assert not failed, "\n".join([*failed, *complaints])
        for name, deployment in made.items():
            assert not first[name] & set(deployment.pods)
            assert any(deployment.address.taken[port] for port in deployment.pods), f"{name}'s new pods were used"
