"""The gateway over HTTP: a thin route round the executor, a page to try it on, probes."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from chassis import bus, problems, telemetry
from chassis.auth import FetchedKeys, Verifier
from chassis.refusals import Invalid, Refusal
from chassis.service import application, background, probe, serve_until
from chassis.settings import Settings
from graphql import ExecutionResult, OperationType
from graphql_compiled import InvalidDocumentError
from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.response import Stream
from nats.aio.client import Client as Connection
from opentelemetry.trace import SpanKind

from gateway import clients, limits, page
from gateway.context import Context
from gateway.errors import formatted
from gateway.execution import Executor
from gateway.schema import core

EVENT_STREAM = "text/event-stream"
GRAPHQL_JSON = "application/graphql-response+json"


@dataclass
class Gateway:
    """The gateway as a process."""

    settings: Settings
    name: str = "gateway"
    executor: Executor = field(default_factory=lambda: Executor(core))
    nats: Connection | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.clients = clients.connect(self.settings)
        self.verifier = Verifier(FetchedKeys(self.settings.identity_url))

    async def context(self, request: Request[Any, Any, Any]) -> Context:
        authorization = request.headers.get("authorization", "")
        principal = await self.verifier.principal(authorization)
        return Context(
            clients=self.clients,
            principal=principal,
            token=authorization.partition(" ")[2],
            locale=preferred(request.headers.get("accept-language", ""), self.settings.locale_list),
            locales=self.settings.locale_list,
            currency=self.settings.currency,
            nats=self.nats,
        )

    async def answer(self, request: Request[Any, Any, Any], asked: dict[str, Any]) -> Response[Any]:
        """One operation's answer; a stream of them for a subscription."""
        try:
            source, variables, name = read(asked)
            context = await self.context(request)
            kind = self.executor.kind(source, name)
        except InvalidDocumentError as error:
            return respond(ExecutionResult(data=None, errors=error.errors), status=400)
        except Refusal as error:
            return problems.answer(error, {limits.TooMuchAsked: 400})
        if kind is OperationType.SUBSCRIPTION:
            results = self.executor.subscribe(source, variables, name, context)
            return Stream(events(results), media_type=EVENT_STREAM, headers={"cache-control": "no-store"})
        if kind is OperationType.MUTATION and request.method == "GET":
            return problems.answer(Invalid("query", "a mutation needs POST"), {})
        with telemetry.span(f"GraphQL {name or kind.value}", SpanKind.SERVER, request.headers.get("traceparent", "")):
            return respond(await self.executor.execute(source, variables, name, context))

    def asgi(self) -> Litestar:
        @post("/graphql", status_code=200)
        async def by_post(request: Request[Any, Any, Any]) -> Response[Any]:
            try:
                asked = orjson.loads(await request.body())
            except orjson.JSONDecodeError:
                asked = None
            if not isinstance(asked, dict):
                return problems.answer(Invalid("", 'send JSON: {"query": "…", "variables": {…}}'), {})
            return await self.answer(request, asked)

        @get("/graphql")
        async def by_get(request: Request[Any, Any, Any]) -> Response[Any]:
            asked: dict[str, Any] = dict(request.query_params)
            try:
                asked["variables"] = orjson.loads(asked.get("variables") or "{}")
            except orjson.JSONDecodeError:
                return problems.answer(Invalid("variables", "must be a JSON object"), {})
            return await self.answer(request, asked)

        @get("/", media_type=MediaType.HTML)
        async def graphiql() -> str:
            return page.graphiql()

        @get("/health/live")
        async def live() -> dict[str, str]:
            return {"status": "live"}

        @get(["/health/ready", "/health/started"])
        async def ready() -> Response[dict[str, str]]:
            return probe(not self.stopping.is_set(), "stopping")

        return application([by_post, by_get, graphiql, live, ready], limits.BODY_BYTES_MAX)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[Litestar]:
        """The gateway at work. Without NATS it answers everything but subscriptions."""

        async def listen() -> None:
            self.nats = await bus.connect(self.settings.nats_url, self.name)

        listening = background(listen())
        try:
            yield self.asgi()
        finally:
            listening.cancel()
            if self.nats is not None:
                await self.nats.close()

    async def serve(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        async with self.running() as app:
            await serve_until(app, self.settings, stop, self.stopping)


def read(asked: dict[str, Any]) -> tuple[str, dict[str, Any] | None, str | None]:
    """Document, variables and operation name of a request (GraphQL over HTTP)."""
    source, variables, name = asked.get("query"), asked.get("variables"), asked.get("operationName")
    if not isinstance(source, str) or not source:
        raise Invalid("query", "must be a GraphQL document")
    if variables is not None and not isinstance(variables, dict):
        raise Invalid("variables", "must be a JSON object")
    if name is not None and not isinstance(name, str):
        raise Invalid("operationName", "must be a string")
    return source, variables, name or None


def body(result: ExecutionResult) -> dict[str, Any]:
    shown: dict[str, Any] = {"data": result.data}
    if result.errors:
        shown["errors"] = formatted(result.errors)
    return shown


def respond(result: ExecutionResult, status: int = 200) -> Response[bytes]:
    return Response(orjson.dumps(body(result)), media_type=MediaType.JSON, status_code=status)


async def events(results: AsyncIterator[ExecutionResult]) -> AsyncGenerator[bytes]:
    """Results as server-sent events (the GraphQL-over-SSE protocol's distinct connections)."""
    async for result in results:
        yield b"event: next\ndata: " + orjson.dumps(body(result)) + b"\n\n"
    yield b"event: complete\ndata: \n\n"


def preferred(accept_language: str, locales: list[str]) -> str:
    """The first of the caller's languages that the city speaks; else the city's first."""
    for part in accept_language.split(","):
        tag = part.partition(";")[0].strip().lower()
        for locale in locales:
            if tag and (locale.lower() == tag or locale.lower().partition("-")[0] == tag.partition("-")[0]):
                return locale
    return locales[0]


def service() -> Gateway:
    return Gateway(Settings())
