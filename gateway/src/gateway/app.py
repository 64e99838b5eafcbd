"""The gateway over HTTP: a thin route round the executor, a page to try it on, probes."""

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from typing import Any, Literal
from uuid import UUID

import city_pack.settings
import orjson
from chassis import bus, measures, telemetry
from chassis.api import headers_of
from chassis.auth import ANYONE, FetchedKeys, Principal, Verifier
from chassis.bodies import read_body
from chassis.client import caller_address, http_client
from chassis.ids import Kind
from chassis.pairwise import Pairwise
from chassis.refusals import Forbidden, Invalid, KeyNotTaken, Refusal, Unauthenticated
from chassis.service import application, background, keeping_no_answers, probe, serve_until
from chassis.sessions import ended_by
from graphql import ExecutionResult, OperationType
from graphql_compiled import InvalidDocumentError
from litestar import Litestar, Request, Response, Router, WebSocket, get, post, websocket
from litestar.handlers import BaseRouteHandler
from litestar.response.streaming import ASGIStreamingResponse
from litestar.types import ASGIApp, HTTPScope, Receive, WebSocketScope
from nats.aio.client import Client as Connection
from opentelemetry.trace import SpanKind

from gateway import (
    asking,
    batches,
    certificates,
    clients,
    console,
    evidence,
    fhir,
    imports,
    intercity,
    invalidation,
    limits,
    mqtt,
    pages,
    readings,
    sentences,
    smart,
    spending,
    transparency,
)
from gateway.answers import (
    EVENT_STREAM,
    PRIVATE,
    body,
    cacheable_answer,
    events,
    graphql_errors,
    invalid,
    rejected,
    respond,
    until_end,
)
from gateway.asking import GraphQLRequest, decoded, from_query, preferred, read
from gateway.attached import Attached
from gateway.browser import HEADER as SESSION_HEADER
from gateway.browser import BrowserSession, session_of
from gateway.context import CONSUMERS_MAX, CONSUMERS_OF_CLIENT, Context
from gateway.documents import Document, Operation, own_trusted, refuse_strangers
from gateway.edge import Edge, origins
from gateway.execution import Executor
from gateway.openings import Openings
from gateway.policy import READ_WEIGHT
from gateway.responses import Answer, Shared, fingerprint, fingerprint_of
from gateway.schema import core
from gateway.sockets import Greeting, SocketConnection
from gateway.system_health import SystemHealth

CLOSING_SECONDS = 2.0
SOCKETS_OF_CLIENT, SOCKETS_MAX = 50, 4_000
SUBSCRIPTIONS_OF_CLIENT, SUBSCRIPTIONS_MAX = 50, 4_000
SUPERVISORS_SHARE = 10  # what costs an operator or a regulator one costs others so many
TOKEN_CHARACTERS_MAX = 4_096
FORWARDED_MAX = 400  # characters of X-Forwarded-For that are read, from its end


class Settings(city_pack.settings.Settings):
    """The gateway's own settings."""

    budget_per_minute: int = 1_000_000  # what one client may use up, in microseconds of a core: a second of each minute
    proxies: int = 0  # how many of our own are in front, each of which adds to X-Forwarded-For
    trusted_only: bool = False  # strangers may run trusted documents only
    trusted_documents: str = ""  # a JSON file of the operator's own, name to text
    introspection: Literal["everybody", "signed-in", "supervisors"] = "everybody"  # who may ask for the schema
    cors_origins: str = ""  # pages of which other origins may call, `https://app.example.org,…`; `*` for any
    readings_by_mqtt: bool = False  # take readings of devices that hubs publish, where the bus speaks MQTT
    hsts_seconds: int = 0  # for how long browsers come by HTTPS only, once they did; where TLS is ended for good
    # Where the systems of partners get tokens with keys of their own, as they reach it from outside; see identity.
    token_url: str = ""
    console: bool = True  # a page at `/console` to try operations on
    pages: str = ""  # the folder of the pages that were built for people, served at `/app/`
    # What each partner's ids of residents are made with, 32 characters or more; it never changes, see docs/operate.md.
    pairwise_secrets: str

    def check(self) -> None:
        super().check()
        _ = Pairwise.of(self.pairwise_secrets)
        origins(self.cors_origins)


@dataclass(slots=True)
class Call:
    """Who asks, whose budget it is taken off, and in which language they are answered."""

    client: str
    principal: Principal
    authorization: str
    locale: str  # the city's
    language: str  # of the platform's own sentences


@dataclass
class Gateway:
    """The gateway as a process."""

    settings: Settings
    name: str = "gateway"
    nats: Connection | None = None
    shared: Shared = field(default_factory=Shared)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    connections: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.pages = pages.built(self.settings.pages)
        trusted = console.operations() | own_trusted(self.settings.trusted_documents) | self.pages.documents
        self.executor = Executor(core, trusted)
        self.locales = self.settings.city.locales if self.settings.city_file else ()
        self.budgets = limits.Budgets(self.settings.budget_per_minute)
        self.sockets = Openings("sockets", SOCKETS_OF_CLIENT, SOCKETS_MAX)
        self.subscriptions = Openings("subscriptions", SUBSCRIPTIONS_OF_CLIENT, SUBSCRIPTIONS_MAX)
        self.consumers = Openings("feeds", CONSUMERS_OF_CLIENT, CONSUMERS_MAX)
        self.http = http_client()
        self.clients = clients.connect(self.settings, self.http)
        services = [each.name for each in fields(clients.Clients)]
        self.health = SystemHealth(self.http, {each: self.settings.url(each) for each in services})
        self.ended = ended_by(self.settings.url("identity"))
        self.keys = FetchedKeys(self.settings.url("identity"))
        self.verifier = Verifier(self.keys, self.ended)
        self.evidence = evidence.Evidence(self.http, "partners", self.settings.url("partners"))
        self.code_files = evidence.Evidence(
            self.http, "records", self.settings.url("records"), "code-files", limits.CODE_FILE_BYTES_MAX, fetched=False
        )
        catalog_url = self.settings.url("catalog")
        self.attachments = evidence.Evidence(
            self.http, "catalog", catalog_url, "attachments", limits.ATTACHMENT_BYTES_MAX
        )
        self.attached = Attached(self.http, catalog_url)
        self.pairwise = Pairwise.of(self.settings.pairwise_secrets)
        self.fhir = fhir.Fhir(self.http, self.settings.url("records"))

    def context(self, call: Call, browser: BrowserSession | None = None) -> Context:
        view = self.pairwise.view_of(call.principal)
        return Context(
            clients=self.clients if view is None else self.clients.across(view),
            view=view,
            principal=call.principal,
            token=call.authorization.partition(" ")[2],
            locale=call.locale,
            language=call.language,
            city=self.settings.city,
            shared=self.shared,
            nats=self.nats,
            client=call.client,
            consumers=self.consumers,
            browser=browser,
            health=self.health,
        )

    async def post(self, scope: HTTPScope, receive: Receive) -> ASGIApp:
        """The answer to a `POST /graphql`."""
        try:
            raw = await read_body(receive, limits.BODY_BYTES_MAX)
        except Refusal as error:
            return rejected(error)
        return await self.answer(scope, raw)

    async def answer(self, scope: HTTPScope, raw: bytes, request: GraphQLRequest | None = None) -> ASGIApp:
        """One operation's answer; a stream of them for a subscription. `raw` is the request as it came."""
        accept = ""
        try:
            headers = headers_of(scope)
            accept = headers.get("accept", "")
            call = await self.call(scope, headers)
            refuse_fhir_alone(call.principal)
            self.charge(call.client, call.principal, limits.REQUEST_COST + len(raw) // limits.BYTES_A_COST)
            same = fingerprint_of(raw, call.locale)
            if not self.refuses(call.principal) and (known := self.shared.answer_to(same)) is not None:
                return cacheable_answer(scope["method"], headers, known)
            if request is None:
                asking.check_content_type(headers.get("content-type", ""))
                request = read(decoded(raw))
            document = await self.document(call.client, call.principal, request)
            operation = document.operation(request.name)
            if operation.kind is OperationType.MUTATION and scope["method"] == "GET":
                raise Invalid("query", "a mutation needs POST")
            if operation.kind is OperationType.MUTATION and "idempotency-key" in headers:
                raise KeyNotTaken("each mutation has its own: send it as its `idempotencyKey`", "Idempotency-Key")
            key = self.key(document, operation, request, call.locale) if operation.shared else b""
            known = self.shared.answer(key) if operation.shared else None
            if known is None:
                await self.ready(call, document, operation, request)
                if operation.kind is OperationType.SUBSCRIPTION:
                    return self.stream(call, document, request)
                browser = self.browser_session(headers)
                result, known = await self.executed(call, document, operation, request, headers, key, browser)
        except InvalidDocumentError as error:
            return invalid(error, accept)
        except Refusal as error:
            return rejected(error, accept)
        if known is None:
            return respond(result, accept, cookie=browser.cookie if browser is not None else "")
        self.shared.same(same, key)
        return cacheable_answer(scope["method"], headers, known)

    async def executed(
        self,
        call: Call,
        document: Document,
        operation: Operation,
        request: GraphQLRequest,
        headers: Mapping[str, str],
        key: bytes,
        browser: BrowserSession | None,
    ) -> tuple[ExecutionResult, Answer | None]:
        """The result, and the answer of it that is kept for everybody, if it is."""
        context = self.context(call, browser)
        before = self.shared.events
        label = request.name or operation.kind.value
        began = time.perf_counter()
        with telemetry.span(f"GraphQL {label}", SpanKind.SERVER, headers.get("traceparent", "")):
            result = await self.result(document, operation, request, context)
        seen = {"method": label if document.trusted else operation.kind.value, "status": 200 if result.data else 400}
        measures.requested(time.perf_counter() - began, seen)
        if not operation.shared or result.errors:
            return result, None
        return result, self.shared.keep(key, orjson.dumps(body(result)), context.shows, before)

    def browser_session(self, headers: Mapping[str, str]) -> BrowserSession | None:
        """The session of a page of ours, if one asks."""
        asked = headers.get(SESSION_HEADER, "")
        return session_of(asked, headers.get("cookie", ""), self.by_https(headers)) if asked else None

    async def call(self, scope: HTTPScope, headers: Mapping[str, str]) -> Call:
        authorization = headers.get("authorization", "")
        address = self.address(scope, headers.get("x-forwarded-for", ""))
        principal = await self.principal(authorization, address) if authorization else ANYONE
        caller_address.set(address)
        return Call(principal.subject_id or address, principal, authorization, *self.languages(headers))

    def languages(self, headers: Mapping[str, str]) -> tuple[str, str]:
        """Of the city's languages, and of those the platform's own sentences are in, the one the caller likes best."""
        accepted = headers.get("accept-language", "")
        return preferred(accepted, self.locales), preferred(accepted, (*self.locales[:1], *sentences.LANGUAGES))

    async def ready(self, call: Call, document: Document, operation: Operation, request: GraphQLRequest) -> None:
        """Admit an operation, and make what it needs to run."""
        self.charge(call.client, call.principal, request.values * limits.VALUE_COST)
        self.admit(call.client, call.principal, document, operation, request.variables or {})
        owe = partial(self.budgets.owe, call.client)
        await self.executor.prepare(call.client, document, operation, request.variables, owe)

    def stream(self, call: Call, document: Document, request: GraphQLRequest) -> ASGIApp:
        """A subscription's results as server-sent events, until the caller's token ends."""
        results = self.subscribed(call, document, request)
        ends = self.ends(call.authorization)
        shown = events(until_end(results, self.stopping, ends, self.has_ended(call.principal)))
        return ASGIStreamingResponse(iterator=shown, media_type=EVENT_STREAM, headers=PRIVATE)

    def ends(self, authorization: str) -> float | None:
        """When, by our clock, the caller's token is over; it says so by identity's."""
        expires_at = asking.expires_at(authorization)
        return None if expires_at is None else time.time() + expires_at - self.ended.now()

    def has_ended(self, principal: Principal) -> Callable[[], bool]:
        """Whether the session of this caller has been ended since, or the key withdrawn that signed their token."""
        return lambda: (
            principal.session_id in self.ended
            or (bool(principal.signed_with) and not self.keys.knows(principal.signed_with))
        )

    def subscribed(self, call: Call, document: Document, request: GraphQLRequest) -> AsyncGenerator[ExecutionResult]:
        """A subscription's results; it counts as open while they are read. Raises `TooManyOpen`."""
        self.subscriptions.check(call.client)

        async def results() -> AsyncGenerator[ExecutionResult]:
            with self.subscriptions.opened(call.client):
                results = self.executor.subscribe(document, request.variables, request.name, self.context(call))
                try:
                    async for result in results:
                        yield result
                finally:
                    await results.aclose()

        return results()

    async def principal(self, authorization: str, address: str) -> Principal:
        """Who calls. A token that is no good costs whoever is at the address."""
        if not authorization:
            return ANYONE
        try:
            if len(authorization) > TOKEN_CHARACTERS_MAX:
                raise Unauthenticated("the token is longer than any of ours")
            return await self.verifier.principal(authorization)
        except Unauthenticated:
            self.budgets.spend(address, limits.REQUEST_COST)
            raise

    def charge(self, client: str, principal: Principal, cost: int) -> None:
        """Take a cost off whoever asks. Raises `BudgetSpent`."""
        if principal.subject_id and principal.supervises:
            cost //= SUPERVISORS_SHARE
        self.budgets.spend(client, cost)

    def refuses(self, principal: Principal) -> bool:
        """Whether this caller may run trusted documents only, so that each has to be looked at."""
        return self.settings.trusted_only and not principal.subject_id

    async def document(self, client: str, principal: Principal, request: GraphQLRequest) -> Document:
        """The document that a request names. A new one is paid for first, by its length."""
        document = self.executor.documents.known(request.source, request.digest)
        if self.refuses(principal) and (document is None or not document.trusted):
            refuse_strangers(document)
        if document is not None:
            return document
        source = request.source or ""
        paid = len(source) * limits.CHARACTER_COST
        self.charge(client, principal, paid)
        return await self.executor.learn(client, source, lambda took: self.budgets.owe(client, max(0, took - paid)))

    def key(self, document: Document, operation: Operation, request: GraphQLRequest, locale: str) -> bytes:
        """What an answer is kept under: nothing of a request that does not change it."""
        sent = request.variables or {}
        variables = {name: sent[name] for name in operation.variables if name in sent}
        return fingerprint(
            document.digest.encode(),
            orjson.dumps(variables, option=orjson.OPT_SORT_KEYS),
            (request.name or "").encode(),
            locale.encode(),
        )

    async def result(
        self, document: Document, operation: Operation, request: GraphQLRequest, context: Context
    ) -> ExecutionResult:
        if not operation.introspects:
            return await self.executor.execute(document, request.variables, request.name, context)
        owe = partial(self.budgets.owe, context.client)
        return await self.executor.introspect(context.client, document, request.variables, request.name, owe)

    def admit(
        self,
        client: str,
        principal: Principal,
        document: Document,
        operation: Operation,
        variables: Mapping[str, Any],
    ) -> None:
        """Refuse what this client may not run, or has no budget for."""
        if self.refuses(principal):
            refuse_strangers(document)
        if operation.introspects and not self.introspects(principal):
            raise Forbidden("asking about the schema needs another role here; it is published as schema.graphql")
        cost = operation.weigh(variables)
        if cost > limits.COST_MAX:
            raise limits.TooCostly(f"this costs {cost}, and at most {limits.COST_MAX} are answered at once")
        self.charge(client, principal, cost)

    async def serve_socket(self, socket: WebSocket[Any, Any, Any]) -> None:
        """Operations over a WebSocket. Who asks is said in `connection_init`: `{"authorization": "Bearer …"}`."""
        address = self.address(socket.scope, socket.headers.get("x-forwarded-for", ""))
        languages = self.languages(socket.headers)
        try:
            opening = self.sockets.open(address)
        except Refusal as refusal:
            await socket.close(code=1013, reason=refusal.detail)
            return

        async def greet(payload: Mapping[str, Any]) -> Greeting:
            authorization = str(payload.get("authorization") or payload.get("Authorization") or "")
            try:
                principal = await self.principal(authorization, address)
            except Unauthenticated:  # each operation answers with it
                return Greeting(address, authorization)
            if not principal.subject_id:
                return Greeting(address)
            opening.move(principal.subject_id)
            ends = self.ends(authorization)
            return Greeting(principal.subject_id, authorization, False, ends, self.has_ended(principal))

        def spend(greeting: Greeting | None, length: int) -> None:
            client = address if greeting is None else greeting.client
            self.budgets.spend(client, limits.MESSAGE_COST + length // limits.BYTES_A_COST)

        async def run(greeting: Greeting, payload: Mapping[str, Any]) -> AsyncGenerator[ExecutionResult]:
            principal = await self.principal(greeting.authorization, address)
            refuse_fhir_alone(principal)
            caller_address.set(address)
            call = Call(principal.subject_id or address, principal, greeting.authorization, *languages)
            self.charge(call.client, principal, limits.REQUEST_COST)
            request = read(payload)
            document = await self.document(call.client, principal, request)
            operation = document.operation(request.name)
            await self.ready(call, document, operation, request)
            if operation.kind is OperationType.SUBSCRIPTION:
                return self.subscribed(call, document, request)
            return once(self.result(document, operation, request, self.context(call)))

        serving = SocketConnection(socket, greet, run, spend, body, graphql_errors, self.stopping).serve()
        connection = asyncio.create_task(serving)
        self.connections.add(connection)
        try:
            await connection
        finally:
            opening.close()
            self.connections.discard(connection)

    def introspects(self, principal: Principal) -> bool:
        match self.settings.introspection:
            case "everybody":
                return True
            case "signed-in":
                return bool(principal.subject_id)
            case "supervisors":
                return principal.supervises

    def address(self, scope: HTTPScope | WebSocketScope, forwarded: str) -> str:
        """Where a stranger calls from: as the last of our own proxies saw it."""
        client = scope["client"]
        host = client[0] if client else ""
        if not self.settings.proxies:
            return asking.address_of(host, "", 0)
        return asking.address_of(host, forwarded[-FORWARDED_MAX:], self.settings.proxies)

    async def answer_fhir(self, request: Request[Any, Any, Any]) -> ASGIApp:
        """The answer to a request to the FHIR origin, from records."""
        headers = headers_of(request.scope)
        call = await self.call(request.scope, headers)
        length = headers.get("content-length", "")
        size = int(length) if length.isdecimal() and len(length) < 10 else 0
        self.charge(call.client, call.principal, limits.REQUEST_COST + READ_WEIGHT + size // limits.BYTES_A_COST)
        view = self.pairwise.view_of(call.principal)
        return self.fhir.answer(
            request.scope, request.receive, client=call.client, view=view, origin=self.origin(headers)
        )

    def origin(self, headers: Mapping[str, str]) -> str:
        """Under which origin this request came, as its Host and our own proxies say."""
        return f"{'https' if self.by_https(headers) else 'http'}://{headers.get('host', '')}"

    def by_https(self, headers: Mapping[str, str]) -> bool:
        forwarded = headers.get("x-forwarded-proto", "") if self.settings.proxies else ""
        return forwarded.strip().lower() == "https" or self.settings.hsts_seconds > 0

    def key_urls(self) -> Mapping[str, str]:
        """Where services publish the keys that verify what they have signed."""
        return {
            "receipts": f"{self.settings.url('consent')}/consent-keys.json",
            "records": f"{self.settings.url('records')}/record-keys.json",
            "scans": f"{self.settings.url('identity')}/.well-known/jwks.json",
            "certificates": f"{self.settings.url('partners')}/certificate-keys.json",
        }

    def address_of(self, request: Request[Any, Any, Any]) -> str:
        return self.address(request.scope, request.headers.get("x-forwarded-for", ""))

    def graphql_routes(self) -> list[BaseRouteHandler]:
        @post("/graphql", status_code=200)
        async def by_post(request: Request[Any, Any, Any]) -> ASGIApp:
            return await self.post(request.scope, request.receive)

        @get("/graphql")
        async def by_get(request: Request[Any, Any, Any]) -> ASGIApp:
            try:
                graphql_request = read(from_query(dict(request.query_params)))
            except Refusal as error:
                return rejected(error)
            return await self.answer(request.scope, b"?" + request.scope["query_string"], graphql_request)

        @websocket("/graphql")
        async def by_socket(socket: WebSocket[Any, Any, Any]) -> None:
            await self.serve_socket(socket)

        return [by_post, by_get, by_socket]

    def probes(self) -> list[BaseRouteHandler]:
        @get("/health/live")
        async def live() -> dict[str, str]:
            return {"status": "live"}

        @get(["/health/ready", "/health/started"])
        async def ready() -> Response[dict[str, str]]:
            return probe(not self.stopping.is_set(), "stopping")

        return [live, ready]

    def spend(self, request: Request[Any, Any, Any]) -> None:
        """Take a reading off the budget of the address that it comes from."""
        self.budgets.spend(self.address_of(request), limits.REQUEST_COST + READ_WEIGHT)

    def spend_on_hub(self, hub: str) -> None:
        """Take a message of a hub's off its budget."""
        self.budgets.spend(hub, limits.REQUEST_COST + READ_WEIGHT)

    def resident_of(self, partner_id: str, resident_id: str) -> str:
        """What a partner's app knows a resident by at the FHIR origin."""
        known = self.pairwise.of_partner(partner_id).id_of(Kind.RESIDENT, resident_id)
        return f"res-{UUID(known).hex}"

    def spend_on_document(self, request: Request[Any, Any, Any]) -> str:
        """Take a document off the budget of the address that it comes from, or goes to; returns the address."""
        address = self.address_of(request)
        self.budgets.spend(address, limits.DOCUMENT_COST)
        return address

    async def sender_of(self, request: Request[Any, Any, Any]) -> batches.Caller:
        """Who sends a batch, once it was taken off their budget."""
        call = await self.call(request.scope, headers_of(request.scope))
        self.budgets.spend(call.client, limits.DOCUMENT_COST)
        if not call.principal.subject_id:
            raise Unauthenticated("send `Authorization: Bearer <access token>`")
        batches.check_sends(call.principal.fhir_scope)
        context = self.context(call)
        return call.client, context.clients.records, context.token

    def asgi(self) -> Litestar:
        documents = evidence.handlers([self.evidence, self.code_files, self.attachments], self.spend_on_document)
        measured = readings.handlers(self.clients.records, self.spend, self.address_of)
        sending = batches.Sending()
        handlers: list[BaseRouteHandler | Router] = [
            *self.graphql_routes(),
            keeping_no_answers([*documents, *batches.handlers(self.sender_of, sending), measured]),
            self.attached.handler(self.spend),
            *transparency.handlers(self.clients.consent, self.http, self.key_urls(), self.spend),
            *certificates.handlers(self.clients.partners, self.http, self.key_urls(), self.shared, self.spend),
            *intercity.handlers(self.http, self.settings.url("identity"), self.spend),
            *fhir.handlers(self.answer_fhir),
            *imports.handlers(self.sender_of, self.origin, sending),
            *smart.handlers(
                self.clients.identity, self.settings.token_url, self.spend, self.address_of, self.resident_of
            ),
            *self.probes(),
            *(console.handlers(first=not self.pages) if self.settings.console else ()),
            *pages.handlers(self.pages),
        ]
        return application(handlers, limits.BODY_BYTES_MAX)

    def edge(self) -> Edge:
        """The gateway as it is served, with what every answer has around it."""
        return Edge(self.asgi(), self.post, origins(self.settings.cors_origins), self.settings.hsts_seconds)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[Edge]:
        """The gateway at work. Without NATS it answers everything but subscriptions, and remembers nothing."""

        async def listen() -> None:
            self.nats = await bus.connect(self.settings, self.name)
            if self.settings.readings_by_mqtt:
                await mqtt.Readings(self.clients.records, self.spend_on_hub).follow(self.nats)
            await self.ended.follow(self.nats)
            telling.append(background("tell what is spent", partial(spending.share, self.nats, self.budgets)))
            await invalidation.follow(self.nats, self.shared)

        telling: list[asyncio.Task[None]] = []
        listening = background("listen to nats", listen)
        try:
            async with self.ended.kept(), self.keys.kept():
                yield self.edge()
        finally:
            for task in (listening, *telling):
                task.cancel()
            if self.nats is not None:
                await self.nats.close()

    async def serve(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        async with self.running() as app:
            await serve_until(app, self.settings, stop, self.stopping, self.close_connections)

    async def close_connections(self) -> None:
        """Give open connections a moment to send why they end, before the server drops them."""
        if self.connections:
            await asyncio.wait(self.connections, timeout=CLOSING_SECONDS)


def refuse_fhir_alone(principal: Principal) -> None:
    """Refuse a token here that is good at the FHIR origin, and for batches, alone."""
    if principal.fhir_scope:
        raise Forbidden("this token is for the FHIR origin; exchange an API key's secret, or sign in, for GraphQL")


async def once(result: Awaitable[ExecutionResult]) -> AsyncGenerator[ExecutionResult]:
    yield await result


def service() -> Gateway:
    return Gateway(Settings())
