"""The gateway over HTTP: a thin route round the executor, a page to try it on, probes."""

import asyncio
import contextlib
import functools
import logging
import signal
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import quote

import orjson
from chassis import bus, measures, problems, telemetry
from chassis.api import headers_of, read_body
from chassis.auth import ANYONE, FetchedKeys, Principal, Verifier
from chassis.client import http_client
from chassis.problems import code_of
from chassis.refusals import Forbidden, Invalid, Refusal, Unavailable
from chassis.service import application, background, probe, serve_until
from chassis.settings import Settings as ChassisSettings
from chassis.wire import JSON
from graphql import ExecutionResult, GraphQLError, OperationType
from graphql_compiled import InvalidDocumentError
from litestar import Litestar, MediaType, Request, Response, WebSocket, get, post, put, websocket
from litestar.connection import ASGIConnection
from litestar.params import FromPath
from litestar.response import Stream
from litestar.types import ASGIApp
from nats.aio.client import Client as Connection
from opentelemetry import metrics
from opentelemetry.trace import SpanKind
from pyreqwest.exceptions import PyreqwestError

from gateway import clients, limits, news, page
from gateway.context import Context
from gateway.documents import Document, Operation, asked_for, own_trusted, refuse_strangers
from gateway.errors import formatted, refused
from gateway.execution import Executor
from gateway.responses import Answer, Shared
from gateway.schema import core
from gateway.sockets import Conversation

log = logging.getLogger("gateway")
rejections = metrics.get_meter("gateway").create_counter(
    "yima_gateway_rejections", description="Operations refused before they ran, by reason."
)

EVENT_STREAM = "text/event-stream"
FAREWELL_SECONDS = 2.0
QUIET_SECONDS = 15.0  # then a comment is sent, so that proxies keep the connection and a lost one is noticed
STATUS: dict[type[Exception], int] = {limits.TooMuchAsked: 400, limits.TooCostly: 400, limits.BudgetSpent: 429}
FRESH = {"cache-control": "public, no-cache", "vary": "accept-language, authorization"}  # ask each time, by ETag
DOCUMENT_HEADERS = ("content-type", "content-disposition", "x-content-type-options", "cache-control")
DOCUMENT_WAIT = timedelta(seconds=60)
PRIVATE = {"cache-control": "no-store"}


class Settings(ChassisSettings):
    """The gateway's own settings."""

    budget_per_minute: int = 60_000  # a client's, in units of cost
    proxies: int = 0  # how many of our own are in front, each of which adds to X-Forwarded-For
    trusted_only: bool = False  # strangers may run trusted documents only
    trusted_documents: str = ""  # a JSON file of the operator's own, name to text
    introspection: Literal["everybody", "signed-in", "supervisors"] = "everybody"


@dataclass
class Gateway:
    """The gateway as a process."""

    settings: Settings
    name: str = "gateway"
    nats: Connection | None = None
    shared: Shared = field(default_factory=Shared)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    conversing: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.executor = Executor(core, page.operations() | own_trusted(self.settings.trusted_documents))
        self.budgets = limits.Budgets(self.settings.budget_per_minute)
        self.http = http_client()
        self.clients = clients.connect(self.settings, self.http)
        self.verifier = Verifier(FetchedKeys(self.settings.identity_url))

    def context(self, principal: Principal, authorization: str, locale: str) -> Context:
        return Context(
            clients=self.clients,
            principal=principal,
            token=authorization.partition(" ")[2],
            locale=locale,
            city=self.settings.city,
            shared=self.shared,
            nats=self.nats,
        )

    async def answer(self, request: Request[Any, Any, Any], raw: bytes, asked: "Asked | None" = None) -> ASGIApp:
        """One operation's answer; a stream of them for a subscription. `raw` is the request as it came."""
        headers = headers_of(request.scope)
        try:
            authorization = headers.get("authorization", "")
            principal = await self.verifier.principal(authorization) if authorization else ANYONE
            locale = preferred(headers.get("accept-language", ""), self.settings.city.locales)
            key = (raw, locale)
            if (known := self.shared.answer(key)) is not None:
                return whole(request, known)
            asked = asked or read(decoded(raw))
            document = self.executor.documents.find(asked.source, asked.digest)
            operation = document.operation(asked.name)
            if operation.kind is OperationType.MUTATION and request.method == "GET":
                raise Invalid("query", "a mutation needs POST")
            client = principal.subject_id or self.address(request)
            self.admit(client, principal, document, operation, asked.variables or {})
        except InvalidDocumentError as error:
            return respond(ExecutionResult(data=None, errors=error.errors), status=400)
        except Refusal as error:
            return rejected(error)
        here = self.context(principal, authorization, locale)
        if operation.kind is OperationType.SUBSCRIPTION:
            results = self.executor.subscribe(document, asked.variables, asked.name, here)
            stream = Stream(events(until_stop(results, self.stopping)), media_type=EVENT_STREAM, headers=PRIVATE)
            return stream.to_asgi_response(app=None, request=request)
        before = self.shared.events
        label = asked.name or operation.kind.value
        began = time.perf_counter()
        with telemetry.span(f"GraphQL {label}", SpanKind.SERVER, headers.get("traceparent", "")):
            result = await self.executor.execute(document, asked.variables, asked.name, here)
        told = {"method": label if document.trusted else operation.kind.value, "status": 200 if result.data else 400}
        measures.requests.record(time.perf_counter() - began, told)
        if operation.shared and not result.errors:
            return whole(request, self.shared.keep(key, orjson.dumps(body(result)), here.shows, before))
        return respond(result)

    def admit(
        self,
        client: str,
        principal: Principal,
        document: Document,
        operation: Operation,
        variables: Mapping[str, Any],
    ) -> None:
        """Refuse what this client may not run, or has no budget for."""
        if not principal.subject_id and self.settings.trusted_only:
            refuse_strangers(document)
        if operation.introspects and not self.introspects(principal):
            raise Forbidden("asking about the schema needs another role here; it is published as schema.graphql")
        cost = operation.weigh(variables)
        if cost > limits.COST_MAX:
            raise limits.TooCostly(f"this costs {cost}, and at most {limits.COST_MAX} are answered at once")
        self.budgets.spend(client, max(1, cost))

    async def converse(self, socket: WebSocket[Any, Any, Any]) -> None:
        """Operations over a WebSocket. Who asks is said in `connection_init`: `{"authorization": "Bearer …"}`."""
        client = self.address(socket)
        locale = preferred(socket.headers.get("accept-language", ""), self.settings.city.locales)

        async def run(greeting: Mapping[str, Any], payload: Mapping[str, Any]) -> AsyncIterator[ExecutionResult]:
            authorization = str(greeting.get("authorization") or greeting.get("Authorization") or "")
            principal = await self.verifier.principal(authorization)
            asked = read(dict(payload))
            document = self.executor.documents.find(asked.source, asked.digest)
            operation = document.operation(asked.name)
            self.admit(principal.subject_id or client, principal, document, operation, asked.variables or {})
            here = self.context(principal, authorization, locale)
            if operation.kind is OperationType.SUBSCRIPTION:
                return self.executor.subscribe(document, asked.variables, asked.name, here)
            return once(self.executor.execute(document, asked.variables, asked.name, here))

        conversation = asyncio.create_task(Conversation(socket, run, body, told, self.stopping).hold())
        self.conversing.add(conversation)
        try:
            await conversation
        finally:
            self.conversing.discard(conversation)

    async def pass_on(self, request: Request[Any, Any, Any], secret: str) -> Response[bytes]:
        """A document on its way to or from partners, which alone knows whether the link is good."""
        url = f"{self.settings.partners_url}/documents/{quote(secret, safe='')}"
        send = getattr(self.http, request.method.lower())(url)
        try:
            answer = await send.body_bytes(await request.body()).timeout(DOCUMENT_WAIT).build().send()
            content = bytes(await answer.bytes())
        except PyreqwestError:
            return problems.answer(Unavailable("partners cannot be reached"), {})
        kept = {name: answer.headers[name] for name in DOCUMENT_HEADERS if name in answer.headers}
        return Response(content, status_code=answer.status, headers=kept)

    def introspects(self, principal: Principal) -> bool:
        match self.settings.introspection:
            case "everybody":
                return True
            case "signed-in":
                return bool(principal.subject_id)
            case "supervisors":
                return principal.supervises

    def address(self, request: ASGIConnection[Any, Any, Any, Any]) -> str:
        """Where a stranger calls from: as the last of our own proxies saw it."""
        hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
        if self.settings.proxies and len(hops) >= self.settings.proxies:
            return hops[-self.settings.proxies]
        return request.client.host if request.client else ""

    def asgi(self) -> Litestar:
        @post("/graphql", status_code=200)
        async def by_post(request: Request[Any, Any, Any]) -> ASGIApp:
            try:
                raw = await read_body(request.receive, limits.BODY_BYTES_MAX)
            except Refusal as error:
                return rejected(error)
            return await self.answer(request, raw)

        @get("/graphql")
        async def by_get(request: Request[Any, Any, Any]) -> ASGIApp:
            try:
                asked = read(from_query(dict(request.query_params)))
            except Refusal as error:
                return rejected(error)
            return await self.answer(request, b"?" + request.scope["query_string"], asked)

        @websocket("/graphql")
        async def by_socket(socket: WebSocket[Any, Any, Any]) -> None:
            await self.converse(socket)

        @put("/documents/{secret:str}", request_max_body_size=limits.DOCUMENT_BYTES_MAX)
        async def send_document(request: Request[Any, Any, Any], secret: FromPath[str]) -> Response[bytes]:
            return await self.pass_on(request, secret)

        @get("/documents/{secret:str}")
        async def fetch_document(request: Request[Any, Any, Any], secret: FromPath[str]) -> Response[bytes]:
            return await self.pass_on(request, secret)

        @get("/", media_type=MediaType.HTML)
        async def graphiql() -> str:
            return page.graphiql()

        @get("/health/live")
        async def live() -> dict[str, str]:
            return {"status": "live"}

        @get(["/health/ready", "/health/started"])
        async def ready() -> Response[dict[str, str]]:
            return probe(not self.stopping.is_set(), "stopping")

        handlers = [by_post, by_get, by_socket, send_document, fetch_document, graphiql, live, ready]
        return application(handlers, limits.BODY_BYTES_MAX)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[Litestar]:
        """The gateway at work. Without NATS it answers everything but subscriptions, and remembers nothing."""

        async def listen() -> None:
            self.nats = await bus.connect(self.settings, self.name)
            await news.follow(self.nats, self.shared)

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
            await serve_until(app, self.settings, stop, self.stopping, self.farewell)

    async def farewell(self) -> None:
        """Give conversations a moment to be ended with a word, not by a connection that is gone."""
        if self.conversing:
            await asyncio.wait(self.conversing, timeout=FAREWELL_SECONDS)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as GraphQL over HTTP has it."""

    source: str | None
    digest: str | None
    variables: dict[str, Any] | None
    name: str | None


def decoded(raw: bytes) -> dict[str, Any]:
    try:
        asked = orjson.loads(raw)
    except orjson.JSONDecodeError:
        asked = None
    if not isinstance(asked, dict):
        raise Invalid("", 'send one JSON object: {"query": "…", "variables": {…}}')
    return asked


def from_query(parameters: dict[str, Any]) -> dict[str, Any]:
    """The same from a URL, where `variables` and `extensions` are JSON."""
    asked = dict(parameters)
    for name in ("variables", "extensions"):
        if asked.get(name):
            try:
                asked[name] = orjson.loads(asked[name])
            except orjson.JSONDecodeError:
                raise Invalid(name, "must be a JSON object") from None
        else:
            asked.pop(name, None)
    return asked


def read(asked: dict[str, Any]) -> Asked:
    """Document, variables and operation name of a request."""
    source, digest = asked_for(asked)
    variables, name = asked.get("variables"), asked.get("operationName")
    if variables is not None and not isinstance(variables, dict):
        raise Invalid("variables", "must be a JSON object")
    if name is not None and not isinstance(name, str):
        raise Invalid("operationName", "must be a string")
    return Asked(source, digest, variables, name or None)


def body(result: ExecutionResult) -> dict[str, Any]:
    shown: dict[str, Any] = {"data": result.data}
    if result.errors:
        shown["errors"] = formatted(result.errors)
    return shown


def respond(result: ExecutionResult, status: int = 200) -> problems.Answer:
    return problems.Answer(status, orjson.dumps(body(result)), JSON, PRIVATE)


def whole(request: Request[Any, Any, Any], answer: Answer) -> problems.Answer:
    """A public answer. By GET it has an ETag, and who has it already is told so."""
    if request.method != "GET":
        return problems.Answer(200, answer.body, JSON)
    headers = FRESH | {"etag": answer.etag}
    if answer.etag in request.headers.get("if-none-match", ""):
        return problems.Answer(304, b"", JSON, headers)
    return problems.Answer(200, answer.body, JSON, headers)


def rejected(error: Refusal) -> problems.Answer:
    """An operation refused before it ran: a problem, which also has the `errors` that GraphQL clients look for."""
    told = refused(error)
    rejections.add(1, {"reason": told.code})
    status = problems.status_of(error, STATUS)
    extensions: dict[str, Any] = {"code": told.code}
    headers = dict(PRIVATE)
    if isinstance(error, limits.BudgetSpent):
        extensions |= {"cost": error.cost, "budgetPerMinute": error.budget, "retryAfterSeconds": error.wait_seconds}
        headers["retry-after"] = str(error.wait_seconds)
    if told.field:
        extensions["field"] = told.field
    shown = {
        "type": f"urn:yima:problem:{told.code}",
        "title": (type(error).__doc__ or "").splitlines()[0],
        "status": status,
        "detail": error.detail,
        "errors": [{"message": told.message, "extensions": extensions}],
    } | ({"field": told.field} if told.field else {})
    return problems.Answer(status, orjson.dumps(shown), problems.MEDIA_TYPE, headers)


def told(error: Exception) -> list[dict[str, Any]]:
    """A refusal as GraphQL errors, counted."""
    if isinstance(error, InvalidDocumentError):
        return formatted(error.errors)
    rejections.add(1, {"reason": code_of(type(error))})
    return formatted([GraphQLError(str(error), original_error=error)])


async def once(result: Awaitable[ExecutionResult]) -> AsyncIterator[ExecutionResult]:
    yield await result


async def until_stop[T](results: AsyncIterator[T], stopping: asyncio.Event) -> AsyncIterator[T | None]:
    """The results as they come, None when nothing came for a while, and an end when the gateway stops."""
    stopped = asyncio.create_task(stopping.wait())
    following: asyncio.Task[T] | None = None
    try:
        while True:
            following = following or asyncio.ensure_future(anext(results))
            await asyncio.wait({following, stopped}, timeout=QUIET_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if following.done():
                try:
                    result = following.result()
                except StopAsyncIteration:
                    return
                following = None
                yield result
            elif stopped.done():
                return
            else:
                yield None
    finally:
        stopped.cancel()
        if following is not None:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
        await results.aclose()  # type: ignore[attr-defined] # an asynchronous generator


async def events(results: AsyncIterator[ExecutionResult | None]) -> AsyncGenerator[bytes]:
    """Results as server-sent events (the GraphQL-over-SSE protocol's distinct connections); a comment when quiet."""
    async for result in results:
        if result is None:
            yield b":\n\n"
            continue
        yield b"event: next\ndata: " + orjson.dumps(body(result)) + b"\n\n"
    yield b"event: complete\ndata: \n\n"


@functools.lru_cache(maxsize=1_024)
def preferred(accept_language: str, locales: tuple[str, ...]) -> str:
    """The first of the caller's languages that the city speaks; else the city's first."""
    for part in accept_language.split(","):
        tag = part.partition(";")[0].strip().lower()
        for locale in locales:
            if tag and (locale.lower() == tag or locale.lower().partition("-")[0] == tag.partition("-")[0]):
                return locale
    return locales[0]


def service() -> Gateway:
    return Gateway(Settings())
