"""A service put together: contract, subscriptions, workers, database, bus, probes. One process, one event loop."""

import asyncio
import contextlib
import gc
import logging
import math
import os
import signal
import sys
import time
import warnings
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx2
import orjson
import uvloop
from litestar import Litestar, Request, Response, Router, get
from litestar.exceptions import HTTPException, LitestarDeprecationWarning
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp
from nats.aio.client import Client as Connection
from nats.errors import Error as NatsError

from chassis import bus, errors, failures, measures, openapi, problems, telemetry
from chassis.api import BODY_BYTES_MAX, Api
from chassis.auth import FetchedKeys, Keys, Verifier
from chassis.consumer import Consumer, Subscription
from chassis.database import HEARTBEAT_SECONDS, RETRY_SECONDS, Database, location_of, wait_for, why_unusable
from chassis.listening import Listening
from chassis.refusals import KeyNotTaken
from chassis.relay import Relay
from chassis.sessions import Ended, ended_by
from chassis.settings import BadFile, Settings, SettingUnfit
from chassis.stuck import report_when_stuck
from chassis.workers import Task, TaskAbout, UnknownTask, Worker, kept_running

log = logging.getLogger("chassis.service")

READING = frozenset({"GET", "HEAD", "OPTIONS"})  # methods that change nothing
STOP_SECONDS = 10.0
GARBAGE_MIN = 20_000  # objects made since the last collection: a request makes hundreds, and hardly any in a circle
READY_SECONDS = 2.0

type MakeResources[S: Settings, R] = Callable[[S, Database], AbstractAsyncContextManager[R]]


@asynccontextmanager
async def no_resources(_settings: Settings, _database: Database) -> AsyncGenerator[None]:
    """For services that need nothing beside their database."""
    yield None


@dataclass
class Service[S: Settings, R]:
    """What a service's `app.py` declares: its settings, of their own type, and the resources its functions need.

    `make_resources` opens these and closes them at the end.
    """

    name: str
    api: Api[R]
    settings: S
    make_resources: MakeResources[S, R]
    subscriptions: Sequence[Subscription[R]] = ()
    workers: Sequence[Worker[R]] = ()
    tasks: Sequence[Task[R] | TaskAbout[R]] = ()
    keys: Callable[[R], Keys] | None = None  # identity verifies with its own; the others fetch identity's
    ended: Callable[[R], Ended] | None = None  # the sessions that were ended, in the same way
    body_bytes_max: int = BODY_BYTES_MAX
    more_handlers: Callable[[Database, R], Sequence[BaseRouteHandler]] | None = None
    # Handlers beyond the contract that know who calls; they answer every refusal themselves.
    authenticated_handlers: Callable[[Database, Verifier, R], Sequence[BaseRouteHandler]] | None = None

    started: bool = field(default=False, init=False)
    stopping: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    consumers: list[Consumer[R]] = field(default_factory=list, init=False)

    @asynccontextmanager
    async def running(self, messaging: bool = True) -> AsyncGenerator[Litestar]:
        """The service at work; `messaging` off leaves NATS alone, for tests of the API."""
        database = Database(self.settings.database_url, current=self.settings.database_url_now)
        async with self.make_resources(self.settings, database) as resources:
            keys = self.keys(resources) if self.keys else FetchedKeys(self.settings.url("identity"))
            ended = self.ended(resources) if self.ended else ended_by(self.settings.url("identity"))
            app = self.asgi(database, Verifier(keys, ended), resources)
            try:
                async with (
                    ended.kept(),
                    keys.kept() if isinstance(keys, FetchedKeys) else contextlib.nullcontext(),
                    self._messaging(database, resources, ended) if messaging else contextlib.nullcontext(),
                ):
                    yield app
            finally:
                await database.close()

    def asgi(self, database: Database, verifier: Verifier, resources: R) -> Litestar:
        """The HTTP side alone."""
        handlers: list[BaseRouteHandler | Router] = [
            *self.api.handlers(database, verifier, resources, self.body_bytes_max)
        ]
        if self.more_handlers is not None:
            handlers.append(keeping_no_answers(self.more_handlers(database, resources)))
        if self.authenticated_handlers is not None:
            handlers.extend(self.authenticated_handlers(database, verifier, resources))
        handlers.extend(openapi.handlers(self.api.contract, self.api.refusals))
        return application([*handlers, *self._probes(database)], self.body_bytes_max)

    def _probes(self, database: Database) -> Sequence[BaseRouteHandler]:
        @get("/health/live", include_in_schema=False)
        async def live() -> dict[str, str]:
            """The process answers."""
            return {"status": "live"}

        @get("/health/started", include_in_schema=False)
        async def started() -> Response[dict[str, str]]:
            """The streams exist and the first connection to everything was made."""
            return probe(self.started, "waiting for nats")

        @get("/health/measures", include_in_schema=False)
        async def measured() -> dict[str, Any]:
            """What this process measures of itself, in short: numbers and names of ours, nothing of anybody."""
            return measures.in_short()

        @get("/health/ready", include_in_schema=False)
        async def ready() -> Response[dict[str, str]]:
            """Requests can be served: the database takes writes, and no durable is deaf.

            NATS may be away; events wait in the outbox.
            """
            if self.stopping.is_set():
                return probe(False, "stopping")
            try:
                await asyncio.wait_for(database.ready(), READY_SECONDS)
            except Exception as error:
                why = database.why_not(error)
                log.warning("not ready: %s", why)
                return probe(False, why)
            if deaf := [consumer.durable for consumer in self.consumers if consumer.deaf]:
                return probe(False, f"hears nothing, though events wait: {', '.join(deaf)}")
            return probe(self.started, "waiting for nats")

        return [live, started, measured, ready]

    @asynccontextmanager
    async def _messaging(self, database: Database, resources: R, ended: Ended) -> AsyncGenerator[None]:
        """Relay, consumers and workers in the background; the end lets batches finish, then stops the rest."""
        finishing = [
            background(worker.name, partial(worker.run, database, resources, self.stopping)) for worker in self.workers
        ]
        connecting = background("connect to nats", lambda: self._connect(ended))
        others: list[asyncio.Task[Any]] = [connecting, background("keep time", lambda: keep_time(database))]

        def relay(connection: Connection) -> Relay:
            return Relay(self.name, database, connection, self.settings.nats_replicas)

        def consume(connected: asyncio.Task[Connection]) -> None:
            if connected.cancelled() or connected.exception() is not None:
                return
            connection = connected.result()
            others.append(background("relay events", lambda: relay(connection).run()))
            for hears in self.subscriptions:
                consumer = Consumer(hears, database, connection, resources)
                self.consumers.append(consumer)
                finishing.append(background(f"hear {consumer.durable}", consumer.run))
            self.started = True

        connecting.add_done_callback(consume)
        try:
            yield
        finally:
            self.stopping.set()
            for consumer in self.consumers:
                consumer.stop()
            if finishing:
                await asyncio.wait(finishing, timeout=STOP_SECONDS)
            for task in (*finishing, *others):
                task.cancel()
            await asyncio.gather(*finishing, *others, return_exceptions=True)
            if connecting.done() and not connecting.cancelled():
                await connecting.result().close()

    async def _connect(self, ended: Ended) -> Connection:
        """A connection to NATS with the service's stream in place, however long that takes."""
        connection = await bus.connect(self.settings, self.name)
        await ended.follow(connection)
        while True:
            try:
                await bus.ensure_streams(bus.jetstream(connection), self.name, self.settings.nats_replicas)
            except (NatsError, OSError, TimeoutError) as error:
                log.warning("streams cannot be declared yet: %s", type(error).__name__)
                await asyncio.sleep(bus.RETRY_SECONDS)
            else:
                return connection

    async def perform(self, name: str, about: str = "") -> str:
        """Do one task, and say what was done. Events it tells of leave with the running service's relay."""
        errors.watch(asyncio.get_running_loop())
        chosen = next((task for task in self.tasks if task.name == name), None)
        if chosen is None:
            known = ", ".join(task.name for task in self.tasks) or "none"
            raise UnknownTask(f"{self.name} has no task {name}; it has {known}")
        database = Database(self.settings.database_url, current=self.settings.database_url_now)
        try:
            await wait_for(database.ready, database.why_not, self.settings.database_wait_seconds)
            async with self.make_resources(self.settings, database) as resources:
                run = (
                    partial(chosen.run, database, resources, about)
                    if isinstance(chosen, TaskAbout)
                    else partial(chosen.run, database, resources)
                )
                return await reached(run, self.settings.database_wait_seconds)
        finally:
            await database.close()

    async def serve(self) -> None:
        """Serve until SIGTERM or SIGINT: turn unready, drain, finish batches, close.

        A database that is away or not migrated is waited for first: what a service makes at its start is kept there.
        """
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        while await self._database_answers(stop):
            serving = False
            try:
                async with self.running() as app:
                    serving = True
                    await serve_until(app, self.settings, stop, self.stopping)
                return
            except Exception as error:
                if serving or not failures.passes(error):
                    raise
                where = location_of(self.settings.database_url)
                log.warning("begun again: %s", why_unusable(where, "YIMA_DATABASE_URL", error))

    async def _database_answers(self, stop: asyncio.Event) -> bool:
        """Wait for the database, while probes are answered: what a service opens at its start is in there. False: it
        was stopped before."""
        database = Database(self.settings.database_url, current=self.settings.database_url_now)
        answers = asyncio.create_task(until_ready(database))
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({answers, stopped}, timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not answers.done() and not stopped.done():
                over = asyncio.Event()
                for waited in (answers, stopped):
                    waited.add_done_callback(lambda _: over.set())
                settings = self.settings.model_copy(update={"drain_seconds": 0.0})
                await serve_until(application(self._probes(database)), settings, over, asyncio.Event())
            return not stop.is_set()
        finally:
            for waited in (answers, stopped):
                waited.cancel()
            await asyncio.gather(answers, stopped, return_exceptions=True)
            await database.close()


async def until_ready(database: Database) -> None:
    """Return once the database can be worked with, however long that takes."""
    await wait_for(lambda: asyncio.wait_for(database.ready(), READY_SECONDS), database.why_not, math.inf)


async def reached[T](run: Callable[[], Awaitable[T]], seconds: float) -> T:
    """What `run` answers, once a connection comes about with everybody whom it asks: a network lets a new pod out some
    seconds after it started. Whatever else it fails of, it fails of at once."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return await run()
        except Exception as error:
            unreached = any(isinstance(cause, httpx2.ConnectError) for cause in failures.chain(error))
            if not unreached or time.monotonic() >= deadline:
                raise
            log.warning("waiting: somebody who is asked cannot be reached")
        await asyncio.sleep(RETRY_SECONDS)


async def keep_time(database: Database) -> None:
    """Look at the database every few seconds, asked for or not: that it can be written to, and what its clock says."""
    while True:
        with contextlib.suppress(Exception):  # a probe says why not
            await asyncio.wait_for(database.ready(), READY_SECONDS)
        await asyncio.sleep(HEARTBEAT_SECONDS)


def background[T](name: str, run: Callable[[], Awaitable[T]]) -> asyncio.Task[T]:
    """A task that runs as long as the service, begun again whatever it fails of."""
    return asyncio.create_task(kept_running(name, run), name=name)


def probe(good: bool, why_not: str) -> Response[dict[str, str]]:
    body = {"status": "ready"} if good else {"status": "not ready", "why": why_not}
    return Response(body, status_code=200 if good else 503)


def keeping_no_answers(handlers: Sequence[BaseRouteHandler]) -> Router:
    """Handlers beyond the contract. They keep no answers by idempotency keys, and refuse one before anything else."""
    return Router("/", route_handlers=handlers, before_request=refuse_key)


async def refuse_key(request: Request[Any, Any, Any]) -> None:
    """Refuse an idempotency key of a request that changes something: it would be ignored."""
    if request.method not in READING and "idempotency-key" in request.headers:
        raise KeyNotTaken("nothing is kept here by such a key; send the request without it", "Idempotency-Key")


def application(handlers: Sequence[BaseRouteHandler | Router], body_bytes_max: int = BODY_BYTES_MAX) -> Litestar:
    """A Litestar application that answers every refusal as a problem.

    What Litestar will not take much longer (a parameter that does not say where it comes from) is not taken now: the
    warning would be read by nobody, and the next release would not start.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", LitestarDeprecationWarning)
        return Litestar(
            route_handlers=handlers,
            openapi_config=None,
            request_max_body_size=body_bytes_max,
            exception_handlers={HTTPException: _http_problem, Exception: _problem},
            logging_config=None,
        )


def _http_problem(_request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    body = {"type": "about:blank", "title": error.detail, "status": error.status_code}
    return Response(orjson.dumps(body), status_code=error.status_code, media_type=problems.MEDIA_TYPE)


def _problem(_request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    return problems.answer_to(error, {}).response()


def collect_less() -> None:
    """What is here by now stays: no collection need look at it again, and at what comes less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_MIN)


def run_alone(serve: Callable[[], Coroutine[Any, Any, None]]) -> int:
    """Run what serves beside the services, a sandbox, to its end: an exit code. Why it cannot start is one line."""
    logging.basicConfig(level=logging.INFO)
    try:
        uvloop.run(serve())
    except (BadFile, SettingUnfit) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


async def serve_until(
    app: ASGIApp,
    settings: Settings,
    stop: asyncio.Event,
    stopping: asyncio.Event,
    close_connections: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Serve `app` on the settings' port, and its probes on theirs, until `stop`; then set `stopping`, wait out the
    drain, run `close_connections` for connections that stay open, and close."""
    collect_less()
    errors.watch(asyncio.get_running_loop())
    listening = Listening(app, settings)
    reporting = asyncio.create_task(report_when_stuck())
    listening.open()
    renewing = background("look after the certificate", listening.look_after)
    ended = asyncio.create_task(listening.ended.wait())
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopping.set()
    listening.leave()
    if not ended.done():
        await asyncio.sleep(settings.drain_seconds)
        if close_connections is not None:
            await close_connections()
    for task in (reporting, renewing, ended, stopped):
        task.cancel()
    await listening.close()


def configure_process(name: str, settings: Settings) -> None:
    """Logging and tracing, once a process."""
    errors.install()
    logging.basicConfig(level=logging.INFO, format=f"%(asctime)s {name} %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # it tells of every request
    telemetry.configure(
        name, settings.trace_ratio, settings.trace_file, os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")
    )
