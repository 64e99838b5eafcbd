"""Somebody who calls the gateway, by the operations that ship with it."""

import asyncio
import base64
import hashlib
import json
import random
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx2
import msgspec

from yima_client.clocks import CityClock
from yima_client.errors import NeverHappened, NotTheGateway, Refused, UnknownOperation, UnknownVariable
from yima_client.operations import declared_variables, operations
from yima_client.tokens import Tokens, is_api_key

if TYPE_CHECKING:
    from yima_client.api import Api
    from yima_client.devices import DeviceKey

CALL_SECONDS = 30.0
CONNECTIONS_MAX = 16
SEND_SECONDS = 180.0  # for a file of megabytes
PROBLEM = "urn:yima:problem:"
PAGE = 100
POLL_SECONDS = 0.05
WAIT_SECONDS = 30.0
STEP_UP_NEEDED = "step-up-needed"
AWAY = "unavailable"
CROWDED, CROWDED_SECONDS = "busy", 0.5  # many are signing in
BUSY = 429
SUCCESS = 200
NOT_TAKEN = "unauthenticated"  # an access token that is over, or was ended
CONSENT_WAIT_SECONDS = (0.5, 1.0, 2.0, 4.0)  # between tries to give a consent that did not arrive
TRY_AGAIN_SECONDS = (0.25, 0.5, 1.0, 2.0, 4.0)  # between tries of what may be done twice; a part of each is by chance
CONNECT_AGAIN_SECONDS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)  # between connections of a feed; the last again and again
PROXY_ERRORS = (502, 503, 504)  # of whatever is in front of a gateway that is away
STREAM_OVER = ("token-expired", AWAY, CROWDED, "too-many-streams")  # after which a feed connects again
BUSY_SECONDS = 90.0  # a gateway that says when to come again is come to again, for so long


class Caller:
    """Somebody who calls the gateway: nobody in particular, or whoever the token says."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        url: str,
        tokens: Tokens | None = None,
        locale: str = "en",
        clock: CityClock | None = None,
    ) -> None:
        self._http = http
        self._clock = clock or CityClock()
        self._url = url
        self._operations = operations()
        self._locale = locale
        self._tokens = tokens
        self.traceparent = ""
        # Asks for a code of the second factor, where what is run needs one again; without it `run` raises the refusal.
        self.ask_code: Callable[[], str] | None = None

    @property
    def token(self) -> str:
        """The access token as it is now; empty for nobody in particular."""
        return self._tokens.access if self._tokens is not None else ""

    def now(self) -> datetime:
        """What time it is where the city is, as its last answer said: a sandbox's clock may be weeks ahead of ours."""
        return self._clock.now()

    async def current_token(self) -> str:
        """An access token that is good for a while, if the caller's session goes on."""
        return await self._tokens.current(self._exchange) if self._tokens is not None else ""

    async def _exchange(self, secret: str) -> dict[str, Any]:
        """The tokens that an API key or a refresh token is exchanged for."""
        nobody = Caller(self._http, self._url, locale=self._locale, clock=self._clock)
        if is_api_key(secret):
            return dict(await nobody.run("exchange-api-key", apiKey=secret))
        return dict(await nobody.run("refresh-access", refreshToken=secret))

    async def step_up(self, code: str) -> dict[str, Any]:
        """Use the second factor again, in the session that goes on. Returns the answer, which has no refresh token."""
        answer = dict(await self._once("step-up", {"code": code}))
        if self._tokens is not None:
            self._tokens.replace(answer["accessToken"])
        return answer

    async def run(self, name: str, /, **variables: Any) -> Any:
        """Run a shipped operation; returns its one field's value. Raises `Refused`. Who finds many others signing in
        waits for them. What needs the second factor again goes on after its code, where there is who gives one."""
        check_variables(name, variables)
        try:
            return await self._once(name, variables)
        except Refused as refused:
            if refused.code != STEP_UP_NEEDED or self.ask_code is None:
                raise
        await self.step_up(self.ask_code())
        return await self._once(name, variables)

    @cached_property
    def api(self) -> "Api":
        """Every operation that ships, as a typed method: `caller.api.ordering.orders()`."""
        from yima_client.api import Api

        return Api(self)

    async def typed(
        self, name: str, kind: Any, variables: Mapping[str, Any], *, key: str | None = None, safe: bool = False
    ) -> Any:
        """What an operation answers, decoded as `kind`. What is None is not sent. `key` is the variable of its
        idempotency key, which is made where none is given: with one, or where it is `safe`, what found nobody who
        answers is tried again."""
        given = {variable: value for variable, value in variables.items() if value is not None}
        if key is not None and key not in given:
            given[key] = fresh_key()
        sent = msgspec.to_builtins(given)
        for wait in TRY_AGAIN_SECONDS:
            try:
                return self.decoded(await self.run(name, **sent), kind)
            except (httpx2.TransportError, NotTheGateway, Refused) as error:
                if not may_be_tried_again(error, repeatable=safe or key is not None):
                    raise
            await asyncio.sleep(by_chance(wait))
        return self.decoded(await self.run(name, **sent), kind)

    def decoded(self, value: Any, kind: Any) -> Any:
        """A value of an answer as a struct."""
        return msgspec.convert(value, kind)

    async def feed(self, name: str, kind: Any, variables: Mapping[str, Any], *, resumed: bool) -> AsyncGenerator[Any]:
        """A subscription's values, decoded as `kind`. One that has cursors goes on after the last, over whatever ends
        a connection: it ends when its reader does. One that has none ends when the gateway says that it is over."""
        sent = {variable: value for variable, value in variables.items() if value is not None}
        failed, renewed = 0, False
        while True:
            try:
                async for value in self.follow(name, **sent):
                    failed, renewed = 0, False
                    if resumed:
                        sent["after"] = value["cursor"]
                    yield self.decoded(value, kind)
                if not resumed:
                    return
            except (httpx2.TransportError, NotTheGateway) as error:
                if not may_be_tried_again(error, repeatable=True):
                    raise
            except Refused as refused:
                if refused.code not in STREAM_OVER:
                    if renewed or not self._renews(refused):
                        raise
                    renewed = True
            await asyncio.sleep(by_chance(CONNECT_AGAIN_SECONDS[min(failed, len(CONNECT_AGAIN_SECONDS) - 1)]))
            failed += 1

    async def _once(self, name: str, variables: dict[str, Any]) -> Any:
        deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
        renewed = False
        while True:
            try:
                return await self._run(name, variables)
            except Refused as refused:
                if not renewed and self._renews(refused):
                    renewed = True
                    continue
                if refused.code != CROWDED or asyncio.get_running_loop().time() > deadline:
                    raise
            await asyncio.sleep(CROWDED_SECONDS)

    def _renews(self, refused: Refused) -> bool:
        """Was it refused for its token alone, and is the next one had by a key? So it is where a sandbox's clock was
        moved: all tokens are over then, and the key is good."""
        return refused.code == NOT_TAKEN and self._tokens is not None and self._tokens.is_over()

    async def _run(self, name: str, variables: dict[str, Any]) -> Any:
        answer = await self.raw(self._operations[name], **variables)
        if answer.get("errors"):
            raise refusal_of(name, answer["errors"][0])
        if "data" not in answer or "type" in answer:
            raise problem_of(name, answer)
        (value,) = answer["data"].values()
        if isinstance(value, dict) and {"code", "message", "field"} <= value.keys():
            wait = value.get("retryAfterSeconds") or 0
            raise Refused(name, value["code"], value["message"], value["field"], value, wait)
        return value

    async def raw(self, document: str, /, **variables: Any) -> dict[str, Any]:
        """The gateway's answer to any document, as it is."""
        body = {"query": document, "variables": variables}
        deadline = asyncio.get_running_loop().time() + BUSY_SECONDS
        while True:
            answer = await self._http.post(self._url, json=body, headers=await self.headers())
            self._clock.heard(answer.headers.get("date", ""))
            wait = answer.headers.get("retry-after", "")
            if answer.status_code != BUSY or not wait.isdecimal():
                break
            if asyncio.get_running_loop().time() + int(wait) > deadline:
                break
            await asyncio.sleep(int(wait))
        try:
            return dict(answer.json())
        except ValueError:
            raise not_the_gateway(self._url, answer) from None

    async def fhir(self, path: str, /, **headers: str) -> httpx2.Response:
        """What the city's FHIR R4 origin answers to a GET: of a path below it, such as `Observation?code=…`, or of an
        address that an answer had. Raises `Refused` where it answers with an OperationOutcome."""
        url = path if path.startswith("http") else f"{self._url.removesuffix('graphql')}fhir/{path}"
        answer = await self._http.get(url, headers={**await self.headers(), **headers})
        if answer.is_error:
            issue = answer.json()["issue"][0]
            message = issue.get("diagnostics") or issue["details"]["text"]
            raise Refused(path, issue["details"]["coding"][0]["code"], message)
        return answer

    async def send_batch(self, source_id: str, number: int, content: bytes, digest: bytes = b"") -> dict[str, Any]:
        """Send NDJSON as a source's batch of this number; the answer says that it is here for good. `digest` is the
        SHA-256 of what is meant to be sent, where it is known already. Raises `Refused`."""
        digest = digest or hashlib.sha256(content).digest()
        answer = await self._http.put(
            f"{self._url.removesuffix('/graphql')}/sources/{source_id}/batches/{number}",
            content=content,
            headers={
                **await self.headers(),
                "content-type": "application/x-ndjson",
                "content-digest": f"sha-256=:{base64.b64encode(digest).decode()}:",
            },
        )
        return self._said("send-batch", answer)

    async def send_readings(self, device_id: str, key: "DeviceKey", body: bytes) -> dict[str, Any]:
        """Send what a device measured, signed by its key; the answer says what became of each reading. Nobody needs to
        be signed in. Raises `Refused`."""
        answer = await self._http.post(
            f"{self._url.removesuffix('/graphql')}/devices/{device_id}/readings",
            content=body,
            headers={"content-type": "application/json", "device-signature": key.signature(device_id, body)},
        )
        return self._said("send-readings", answer)

    def _said(self, name: str, answer: httpx2.Response) -> dict[str, Any]:
        """What was answered to something sent over HTTP alone. Raises `Refused`, by this name."""
        try:
            said = dict(answer.json())
        except ValueError:
            raise not_the_gateway(self._url, answer) from None
        if answer.status_code != SUCCESS:
            wait = answer.headers.get("retry-after", "")
            raise Refused(
                name,
                str(said.get("type", "")).rpartition(":")[2],
                str(said.get("detail") or said.get("title", "")),
                said.get("field"),
                retry_after=int(wait) if wait.isdecimal() else 0,
            )
        return said

    async def send(self, path: str, content: bytes) -> dict[str, Any]:
        """Send a file to a path that an operation answered; returns what is said of it."""
        url = self._url.removesuffix("/graphql") + path
        answer = await self._http.put(url, content=content, timeout=SEND_SECONDS)
        try:
            said = dict(answer.json())
        except ValueError:
            raise not_the_gateway(self._url, answer) from None
        if answer.is_success:
            return said
        code = str(said.get("type", "?")).removeprefix(PROBLEM)
        raise Refused("send", code, str(said.get("detail") or said.get("title") or code), said.get("field"))

    async def every(self, name: str, /, **variables: Any) -> list[Any]:
        """All that a shipped operation lists, page by page."""
        nodes: list[Any] = []
        after: str | None = None
        while True:
            page = await self.run(name, **variables, first=PAGE, after=after)
            nodes += page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                return nodes
            after = page["pageInfo"]["endCursor"]

    async def follow(self, name: str, /, **variables: Any) -> AsyncGenerator[Any]:
        """A shipped subscription's values, as they come."""
        check_variables(name, variables)
        body = {"query": self._operations[name], "variables": variables}
        headers = {**await self.headers(), "accept": "text/event-stream"}
        async with self._http.stream("POST", self._url, json=body, headers=headers) as answer:
            if not answer.headers.get("content-type", "").startswith("text/event-stream"):
                await answer.aread()
                try:
                    raise problem_of(name, dict(answer.json()))
                except ValueError:
                    raise not_the_gateway(self._url, answer) from None
            async for line in answer.aiter_lines():
                if line.startswith("data: {"):
                    event = json.loads(line.removeprefix("data: "))
                    if "errors" in event:
                        raise refusal_of(name, event["errors"][0])
                    (value,) = event["data"].values()
                    yield value

    async def headers(self) -> dict[str, str]:
        """What is sent with each request: the language, and who asks, with a token that is good now."""
        sent = {"accept-language": self._locale}
        if token := await self.current_token():
            sent["authorization"] = f"Bearer {token}"
        return sent | ({"traceparent": self.traceparent} if self.traceparent else {})

    def with_token(self, token: str) -> "Caller":
        """The same connection, with an access token, for as long as that is good."""
        return self.with_tokens(Tokens(token))

    def with_tokens(self, tokens: Tokens) -> "Caller":
        """The same connection, with tokens that are refreshed as they are used."""
        caller = Caller(self._http, self._url, tokens, self._locale, self._clock)
        caller.traceparent = self.traceparent
        return caller

    async def signed_in(self, login: str, password: str, code: str = "") -> "Caller":
        """The same connection, as whoever signs in, for as long as they come back now and then."""
        token = await self.run("sign-in", login=login, password=password, code=code)
        return self.with_tokens(Tokens(token["accessToken"], token["refreshToken"]))

    async def with_api_key(self, api_key: str) -> "Caller":
        """The same connection, as the partner's system that has this key, for as long as the key is good."""
        token = await self._exchange(api_key)
        return self.with_tokens(Tokens(token["accessToken"], api_key))


def check_variables(name: str, variables: Mapping[str, Any]) -> None:
    """Refuse an operation that does not exist, and a variable that it does not take: a gateway would ignore it."""
    try:
        declared = declared_variables()[name]
    except KeyError:
        raise UnknownOperation(f"there is no operation {name!r}; `operations()` has those there are") from None
    if unknown := sorted(variables.keys() - declared):
        takes = f"it takes {', '.join(sorted(declared))}" if declared else "it takes none"
        raise UnknownVariable(f"{name} takes no variable {', '.join(unknown)}; {takes}")


def refusal_of(operation: str, error: dict[str, Any]) -> Refused:
    """A GraphQL error as a refusal."""
    extensions = error.get("extensions", {})
    wait = extensions.get("retryAfterSeconds") or 0
    return Refused(operation, extensions.get("code", "?"), error["message"], extensions.get("field"), None, wait)


def problem_of(operation: str, answer: Mapping[str, Any]) -> Refused:
    """An answer that is a problem (RFC 9457) as a refusal."""
    code = str(answer.get("type", "?")).rpartition(":")[2]
    message = answer.get("detail") or answer.get("title", "")
    wait = (answer.get("data") or {}).get("retryAfterSeconds") or 0
    return Refused(operation, code, message, answer.get("field"), None, wait)


def not_the_gateway(url: str, answer: httpx2.Response) -> NotTheGateway:
    status = answer.status_code
    return NotTheGateway(f"what answers at {url} is not Yima's gateway (HTTP status {status}).", status)


def may_be_tried_again(error: Exception, *, repeatable: bool) -> bool:
    """Did nobody answer, so that another try may be answered? What may not be done twice is tried again only where it
    was not sent."""
    match error:
        case httpx2.ConnectError() | httpx2.ConnectTimeout() | httpx2.PoolTimeout():
            return True
        case httpx2.UnsupportedProtocol():
            return False
        case httpx2.TransportError():
            return repeatable
        case NotTheGateway():
            return repeatable and error.status in PROXY_ERRORS
        case Refused():
            return repeatable and error.code == AWAY
    return False


def by_chance(seconds: float) -> float:
    """Between half of it and all of it: many who failed together do not come back together."""
    return seconds * random.uniform(0.5, 1.0)  # noqa: S311 # no secret


@cache
def tls() -> ssl.SSLContext:
    """Whom to trust, read once: that takes thirty milliseconds, and whoever tests has many callers."""
    return httpx2.create_ssl_context(trust_env=False)


@asynccontextmanager
async def connect(url: str, locale: str = "en") -> AsyncGenerator[Caller]:
    """A caller who has not signed in."""
    limits = httpx2.Limits(max_connections=CONNECTIONS_MAX)
    async with httpx2.AsyncClient(timeout=CALL_SECONDS, limits=limits, trust_env=False, verify=tls()) as http:
        yield Caller(http, url, locale=locale)


async def until[T](what: str, look: Callable[[], Awaitable[T]], good: Callable[[T], bool]) -> T:
    """Look again and again until it is good: events take a moment to go round. Who cannot answer now is asked again."""
    deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
    while True:
        late = asyncio.get_running_loop().time() > deadline
        try:
            value = await look()
        except Refused as refused:
            if late or refused.code != AWAY:
                raise
        else:
            if good(value):
                return value
            if late:
                raise NeverHappened(f"{what} did not come about within {WAIT_SECONDS:.0f} s; last it was: {value}")
        await asyncio.sleep(POLL_SECONDS)


async def retried[T](call: Callable[[], Awaitable[T]], *codes: str) -> T:
    """The call's answer; refusals of these codes are tried again for a while, since copies follow by events."""
    deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
    while True:
        try:
            return await call()
        except Refused as refused:
            if refused.code not in codes or asyncio.get_running_loop().time() > deadline:
                raise
        await asyncio.sleep(POLL_SECONDS)


async def agreed(resident: Caller, order: dict[str, Any], preview: str = "preview-order") -> dict[str, Any]:
    """The order with what a preview of it says the resident agrees to: its total, revisions and consent hashes."""
    shown_order = await resident.run(preview, input=order | {"validateOnly": True}, key=fresh_key())
    lines = [
        line | {name: shown[name] for name in ("offeringRevision", "consentHash")}
        for line, shown in zip(order["lines"], shown_order["lines"], strict=True)
    ]
    return order | {"lines": lines, "expectedTotal": shown_order["total"]}


async def placed(resident: Caller, order: dict[str, Any], key: str = "") -> dict[str, Any]:
    """Place the order with the consent that is given with it. A consent that did not arrive is sent again: the order is
    there, and takes the same with the same key. `consentProblem` says what still stands in its way."""
    key = key or fresh_key()
    for wait in (*CONSENT_WAIT_SECONDS, 0.0):
        answer: dict[str, Any] = await resident.run("place-order", input=order, key=key)
        if not answer["consentProblem"]:
            break
        await asyncio.sleep(wait)
    return answer


def fresh_key() -> str:
    """An idempotency key for something new."""
    return str(uuid4())
