"""Calls from one of our processes to another, over the contract's routes, in protobuf.

The generated clients (`yima.<context>.v1.client`) give each method its types.
"""

import asyncio
import random
import time
from collections.abc import Mapping
from contextvars import ContextVar
from copy import copy
from datetime import timedelta
from typing import ClassVar, Protocol, Self

from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import Message
from opentelemetry.trace import SpanKind
from pyreqwest.client import ClientBuilder
from pyreqwest.exceptions import BodyDecodeError, ConnectError, ConnectTimeoutError, NetworkError, PyreqwestError

from chassis import bounds, problems, telemetry, wire
from chassis.inside import HttpClient, Inside, say_why
from chassis.neighbours import Neighbour
from chassis.outbound import CALLED_SERVICES
from chassis.refusals import Unavailable
from chassis.routes import ADDRESS_HEADER, TIMEOUT_HEADER, check_key, policy

CONNECTIONS_MAX = 64
CALL_SECONDS = 10.0
CONNECT_SECONDS = 2.0  # finding the address included
IDLE_SECONDS = 20  # how long a connection is kept that nothing is sent on
SEND_AGAIN_AFTER_SECONDS = (0.05, 0.3)  # as long as an address that is gone is still given out

deadline: ContextVar[float | None] = ContextVar("deadline", default=None)
"""When, on the monotonic clock, the caller of this request gives up; no call made for it takes longer."""

caller_address: ContextVar[str] = ContextVar("caller_address", default="")
"""The address the request came from. Sent with calls that change something: some are limited by it."""


def http_client() -> HttpClient:
    """The connection pool a process's clients share, to our own processes."""
    return Inside(
        lambda: (
            ClientBuilder()
            .connect_timeout(timedelta(seconds=CONNECT_SECONDS))
            .max_connections(CONNECTIONS_MAX)
            .pool_idle_timeout(timedelta(seconds=IDLE_SECONDS))
        )
    )


def remaining(service: str) -> float:
    """How many seconds a call may take. Raises `Unavailable` when none is left."""
    until = deadline.get()
    seconds = CALL_SECONDS if until is None else min(CALL_SECONDS, until - time.monotonic())
    if seconds <= 0:
        raise Unavailable(f"there was no time left to ask {spoken(service)}")
    return seconds


def may_send_again(verb: str, headers: Mapping[str, str], error: PyreqwestError) -> bool:
    """May a request be sent once more after this? It changes nothing, or is done once by its key, or never left. A
    connection that ends in the middle of an answer's body is said to be a body that cannot be decoded."""
    again = verb == "GET" or "idempotency-key" in headers
    return never_left(error) or (again and isinstance(error, NetworkError | BodyDecodeError))


def never_left(error: PyreqwestError) -> bool:
    """Was there no connection to send it on? `ConnectError` is also said of one that broke off with the request on it;
    what tells them apart is among the causes."""
    if isinstance(error, ConnectTimeoutError):
        return True
    causes = (error.details or {}).get("causes") or [] if isinstance(error, ConnectError) else []
    return any(cause["message"] == "client error (Connect)" for cause in causes)


def spoken(service: str) -> str:
    return service.removesuffix("Api").lower()


class Boundary(Protocol):
    """What stands between a caller and the services, where what they see and send differs from what services know."""

    def inward[M: Message](self, request: M) -> M:
        """The request as services understand it. `request` stays as it is."""

    def outward(self, request: Message, answer: Message) -> None:
        """Change the answer to what the caller may see. `request` is what the service was asked."""


class Client:
    """A service, as seen from another of our processes."""

    service: ClassVar[ServiceDescriptor]

    def __init__(self, http: HttpClient, base_url: str, for_strangers: HttpClient | None = None) -> None:
        """`for_strangers` are connections of their own for what strangers may change, such as signing in: who waits
        there keeps nobody else from being served."""
        self._http = http
        self._for_strangers = for_strangers or http
        self._base_url = base_url.rstrip("/")
        self._neighbour = Neighbour(spoken(self.service.name), self._base_url)
        self._routes = {method.name: policy(method) for method in self.service.methods}
        self._boundary: Boundary | None = None

    def across(self, boundary: Boundary) -> Self:
        """The same service, for a caller beyond a boundary. What is public passes it as it is."""
        other = copy(self)
        other._boundary = boundary
        return other

    async def call[A: Message](self, method: str, request: Message, answer: type[A], token: str, key: str) -> A:
        """Call a method of the contract. `token` is the access token to act with, `key` the idempotency key.

        Raises `Invalid` where the service would refuse a value's length or the address could not be sent, before it is
        sent; `Problem` with what the service refused, `Unavailable` when it cannot be reached.
        """
        verb, template, route = self._routes[method]
        if (called_services := CALLED_SERVICES.get()) is not None and verb != "GET":
            called_services.append(self.service.name)
        boundary = None if route.public else self._boundary
        if boundary is not None:
            request = boundary.inward(request)
        bounds.check(request)
        path, named = wire.fill_path(template, request)
        query = wire.to_query(request, named) if verb == "GET" else ""
        wire.check_address(path, query, request, named)
        with telemetry.span(f"{self.service.name}/{method}", SpanKind.CLIENT):
            seconds = remaining(self.service.name)
            headers = {
                "accept": wire.PROTOBUF,
                "traceparent": telemetry.traceparent(),
                TIMEOUT_HEADER: str(int(seconds * 1000)),
            }
            if token:
                headers["authorization"] = f"Bearer {token}"
            if verb != "GET" and (address := caller_address.get()):
                headers[ADDRESS_HEADER] = address
            if key:
                check_key(key)
                headers["idempotency-key"] = key
            if verb != "GET":
                headers["content-type"] = wire.PROTOBUF
            content = None if verb == "GET" else request.SerializeToString()
            http = self._for_strangers if route.public and verb != "GET" else self._http
            url = f"{self._base_url}{path}?{query}" if verb == "GET" else f"{self._base_url}{path}"
            status, body = await self._send(http, verb, url, headers, content)
            if status != 200:
                raise problems.parse(status, body)
            message = answer.FromString(body)
            if boundary is not None:
                boundary.outward(request, message)
            return message

    async def _send(
        self, http: HttpClient, verb: str, url: str, headers: dict[str, str], content: bytes | None
    ) -> tuple[int, bytes]:
        """The answer's status and body. What broke off with its connection is sent again, where it cannot be done
        twice: the pod that had it is being replaced, and another one answers."""
        pauses = iter(SEND_AGAIN_AFTER_SECONDS)
        while True:
            builder = getattr(http, verb.lower())(url)
            call = builder if content is None else builder.body_bytes(content)
            seconds = remaining(self.service.name)
            try:
                with await self._neighbour.watch():
                    response = await call.headers(headers).timeout(timedelta(seconds=seconds)).build().send()
                    return response.status, bytes(await response.bytes())
            except PyreqwestError as error:
                pause = next(pauses, None) if may_send_again(verb, headers, error) else None
                if pause is None:
                    say_why(spoken(self.service.name), self._base_url, error)
                    raise Unavailable(f"{spoken(self.service.name)} cannot be reached") from error
                await asyncio.sleep(pause * (0.5 + random.random()))  # noqa: S311 so that callers do not come at once
