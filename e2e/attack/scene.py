"""What every attack needs: the system's addresses, people to be, and callers from many addresses."""

import itertools
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from yima.services import SERVICES
from yima_client.caller import Caller, tls
from yima_client.errors import Refused

from e2e import people
from e2e.city import a_city, nursery

CALL_SECONDS = 60.0
CONNECTIONS_MAX = 200
# Loopback has sixteen million addresses: each attacker calls from one of its own, so that what is counted by address
# is counted for it alone.
ADDRESSES = (f"127.{a}.{b}.{c}" for a, b, c in itertools.product(range(66, 120), range(1, 250), range(1, 250)))


@dataclass
class Answer:
    """How a request ended: status (0 when the connection broke), the body, and how long it took."""

    status: int
    body: Any
    seconds: float

    @property
    def codes(self) -> set[str]:
        """Codes of the refusals in it: of GraphQL errors, of mutations' data and of problems."""
        return set(_codes(self.body))


def _codes(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(code := value.get("code"), str):
            yield code
        for inner in value.values():
            yield from _codes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _codes(inner)


@dataclass
class Scene:
    """A running system and its first passwords."""

    graphql: str
    services: dict[str, str]
    nats: str
    secrets: dict[str, str]
    _clients: list[httpx2.AsyncClient] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return self.graphql.removesuffix("/graphql")

    def caller(self) -> Caller:
        """Nobody in particular, from an address of their own."""
        return Caller(self.http(), self.graphql)

    def http(self) -> httpx2.AsyncClient:
        """A client from an address of its own."""
        transport = httpx2.AsyncHTTPTransport(
            local_address=next(ADDRESSES), limits=httpx2.Limits(max_connections=CONNECTIONS_MAX), verify=tls()
        )
        client = httpx2.AsyncClient(transport=transport, timeout=CALL_SECONDS, trust_env=False)
        self._clients.append(client)
        return client

    async def operator(self) -> Caller:
        return await people.operator_of(self.caller(), self.secrets)

    async def regulator(self) -> Caller:
        return await people.regulator_of(self.caller(), self.secrets)

    async def resident(self) -> tuple[Caller, str]:
        return await people.a_resident(self.caller())

    async def clinic(self, **changes: Any) -> people.Clinic:
        return await people.a_clinic(self.caller(), self.secrets, **changes)

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()


async def send(http: httpx2.AsyncClient, method: str, url: str, **more: Any) -> Answer:
    """One request, whatever comes of it."""
    began = time.perf_counter()
    try:
        response = await http.request(method, url, **more)
    except httpx2.TransportError as error:
        return Answer(0, type(error).__name__, time.perf_counter() - began)
    took = time.perf_counter() - began
    try:
        return Answer(response.status_code, response.json(), took)
    except ValueError:
        return Answer(response.status_code, response.text, took)


async def ask(http: httpx2.AsyncClient, scene: Scene, document: str, token: str = "", **variables: Any) -> Answer:
    """One GraphQL request."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return await send(http, "POST", scene.graphql, json={"query": document, "variables": variables}, headers=headers)


async def code_of(call: Any) -> str:
    """The code of the refusal a call meets; empty where it is answered."""
    try:
        await call
    except Refused as refused:
        return refused.code
    return ""


def token_of(caller: Caller) -> str:
    """The access token a caller sends."""
    return caller.token


@asynccontextmanager
async def a_scene(graphql: str, services: dict[str, str], nats: str, secrets: dict[str, str]) -> AsyncGenerator[Scene]:
    scene = Scene(graphql, services, nats, secrets)
    people.PAIRWISE_SECRETS[graphql] = secrets["pairwise"]
    try:
        yield scene
    finally:
        await scene.close()


@asynccontextmanager
async def a_system_of_its_own(folder: Path) -> AsyncGenerator[Scene]:
    """A system with the limits it has in a city, and the city's service definitions."""
    async with a_city(folder, nursery(dear_passwords=True)) as stack:
        services = {name: stack.service_url(name) for name in SERVICES}
        async with a_scene(stack.graphql, services, stack.nats.url, stack.secrets) as scene:
            yield scene
