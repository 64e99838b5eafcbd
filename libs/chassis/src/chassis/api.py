"""A service's HTTP side, mounted from its contract.

A contract's methods say where they live, who may call them and whether they need an idempotency key (`Route`). A
service gives one plain function a method: it gets the decoded request and a `Call`, and returns the answer's message.
Everything around it is done here, once: decode, authenticate, authorise, begin, be idempotent, commit, encode, trace.

Litestar routes. Headers, body and answer pass by what else it offers, which would cost each request more than all that
is done here.
"""

import asyncio
import hashlib
import logging
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from http import HTTPMethod
from typing import Any
from urllib.parse import parse_qsl

from google.protobuf.descriptor import Descriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from litestar import HttpMethod, Request
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, HTTPScope, Receive
from opentelemetry.trace import SpanKind
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from yima.common.v1.route_pb2 import Duty, Role, Route, Scope, secret

from chassis import bounds, failures, measures, problems, telemetry, wire
from chassis.answers import Answer
from chassis.auth import Principal, Verifier
from chassis.bodies import read_body
from chassis.database import Database
from chassis.ids import make_bare
from chassis.looks import Look, NoteLook, people_in, shows_people
from chassis.outbound import CALLED_SERVICES
from chassis.refusals import (
    STEP_UP_HINT,
    AnswerNotKept,
    DutyNeeded,
    Forbidden,
    Invalid,
    KeyNotTaken,
    KeyReused,
    StepUpNeeded,
    Unauthenticated,
    UnsupportedMediaType,
)
from chassis.routes import (
    ADDRESS_HEADER,
    MANAGERS,
    OF_PARTNERS,
    TIMEOUT_HEADER,
    MalformedContract,
    check_key,
    duties_needed,
    duty_names,
    needs_standing,
    policy,
)

log = logging.getLogger("chassis.api")

BODY_BYTES_MAX = 1024 * 1024
IDENTITY = "identity"  # of content encodings: none
SENT_ONCE = frozenset({b"authorization", b"content-type", b"host", b"idempotency-key"})
QUERY_FIELDS_MAX = 2000
SERVE_SECONDS = 60.0
MILLISECONDS = re.compile("[0-9]{1,9}")

CLAIM_KEY = text(
    """
    INSERT INTO idempotency (subject_id, key, request_sha256) VALUES (:subject_id, :key, :request_sha256)
    ON CONFLICT DO NOTHING RETURNING true
    """
)
USED_KEY = text("SELECT request_sha256, answer FROM idempotency WHERE subject_id = :subject_id AND key = :key")
KEEP_ANSWER = text("UPDATE idempotency SET answer = :answer WHERE subject_id = :subject_id AND key = :key")


@dataclass(slots=True)
class Call[R]:
    """What a function needs beside the request. `resources` are the service's own, made in its `app.py`."""

    principal: Principal
    key: str
    request_sha256: bytes
    now: datetime
    resources: R
    authorization: str
    address: str  # of a stranger's network connection, where the gateway says it; else empty
    _session: AsyncSession | None
    prepared: Any = None  # what was made ready before the transaction

    @property
    def session(self) -> AsyncSession:
        """The request's one transaction."""
        if self._session is None:
            raise RuntimeError("this method asked for no transaction")
        return self._session


type Given = Message | wire.Encoded[Any]
type Function[R] = Callable[[Message, Call[R]], Awaitable[Any]]
"""Gives a message; one that is served without a transaction may give it encoded."""
type CheckStanding[R] = Callable[[Call[R]], Awaitable[None]]
"""Refuses a call whose caller's partner is not in good standing."""
type Prepare[R] = Callable[[Any, Call[R]], Awaitable[Any]]
type Finish[R] = Callable[[Any, Call[R]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Served[R]:
    function: Function[R]
    transaction: bool
    prepare: Prepare[R] | None = None
    wait_seconds: float = 0.0  # after the commit, before the answer
    own_keys: bool = False  # it sees to idempotency keys itself
    finish: Finish[R] | None = None  # after the commit, before the answer


class Api[R]:
    """One contract and the functions that serve it."""

    def __init__(
        self,
        contract: ServiceDescriptor,
        refusals: problems.Statuses | None = None,
        *,
        standing: CheckStanding[R] | None = None,
        standing_of_neighbour: CheckStanding[R] | None = None,
        looks: NoteLook[R] | None = None,
    ) -> None:
        """A service that knows how partners stand says how that is checked (see `Route.standing`): with `standing` in
        the request's transaction, with `standing_of_neighbour` before it, where another service is asked. One that
        shows operators or regulators something of people says what becomes of that: `looks` (see `chassis.looks`)."""
        self.contract = contract
        self.refusals: problems.Statuses = refusals or {}
        self.standing = standing
        self.standing_of_neighbour = standing_of_neighbour
        self.looks = looks
        self._served: dict[str, Served[R]] = {}

    def serves[Q: Message, A: Message](
        self, function: Callable[[Q, Call[R]], Awaitable[A]]
    ) -> Callable[[Q, Call[R]], Awaitable[A]]:
        """Serve the method of the function's name (`place_order` serves `PlaceOrder`) in one transaction."""
        return self._serve(function, transaction=True)

    def serves_without_transaction[Q: Message, A: Message](
        self, function: Callable[[Q, Call[R]], Awaitable[A]]
    ) -> Callable[[Q, Call[R]], Awaitable[A]]:
        """Serve a method that needs no transaction, or whose writes are batched with those of other calls. It takes no
        idempotency key: nothing here could keep an answer by it."""
        return self._serve(function, transaction=False)

    def serves_encoded[Q: Message, A: Message](
        self, function: Callable[[Q, Call[R]], Awaitable[wire.Encoded[A]]]
    ) -> Callable[[Q, Call[R]], Awaitable[wire.Encoded[A]]]:
        """The same for an answer that is put together of encoded parts, where making messages costs too much. It shows
        nothing of people: nobody would note who looks."""
        served = self._serve(function, transaction=False)
        if shows_people(self.contract.methods_by_name[method_name(function)]):
            raise MalformedContract(f"{function.__name__} shows people: it gives a message")
        return served

    def serves_once[Q: Message, A: Message](
        self, function: Callable[[Q, Call[R]], Awaitable[A]]
    ) -> Callable[[Q, Call[R]], Awaitable[A]]:
        """The same for a method that sees to its key itself, or that does nothing twice whatever is sent."""
        return self._serve(function, transaction=False, own_keys=True)

    def serves_after[Q: Message, A: Message](
        self, prepare: Prepare[R]
    ) -> Callable[[Callable[[Q, Call[R]], Awaitable[A]]], Callable[[Q, Call[R]], Awaitable[A]]]:
        """Serve a method in one transaction, once `prepare` has made ready what takes long and must hold no connection
        meanwhile. What it returns is `call.prepared`; a repeated call with its key gets its answer without it."""
        return lambda function: self._serve(function, transaction=True, prepare=prepare)

    def serves_and_waits[Q: Message, A: Message](
        self, seconds: float
    ) -> Callable[[Callable[[Q, Call[R]], Awaitable[A]]], Callable[[Q, Call[R]], Awaitable[A]]]:
        """Serve a method in one transaction, and answer so much later: what was begun on what held before the commit,
        and may take no longer than that, is over when the caller knows. A replayed answer waits as long."""
        return lambda function: self._serve(function, transaction=True, wait_seconds=seconds)

    def serves_and_finishes[Q: Message, A: Message](
        self, finish: Finish[R], prepare: Prepare[R] | None = None
    ) -> Callable[[Callable[[Q, Call[R]], Awaitable[A]]], Callable[[Q, Call[R]], Awaitable[A]]]:
        """Serve a method in one transaction, and let others act on what was committed before it is answered: `finish`
        is given the answer. Where it fails the change stands; whoever asks again with the same key has it finished."""
        return lambda function: self._serve(function, transaction=True, prepare=prepare, finish=finish)

    def _serve[Q: Message, A](
        self,
        function: Callable[[Q, Call[R]], Awaitable[A]],
        transaction: bool,
        prepare: Prepare[R] | None = None,
        wait_seconds: float = 0.0,
        own_keys: bool = False,
        finish: Finish[R] | None = None,
    ) -> Callable[[Q, Call[R]], Awaitable[A]]:
        name = method_name(function)
        method = self.contract.methods_by_name.get(name)
        if method is None:
            raise MalformedContract(f"{self.contract.full_name} has no method {name}")
        expected = GetMessageClass(method.input_type)
        if function.__annotations__.get("request") is not expected:
            raise MalformedContract(f"{function.__name__} must take `request: {method.input_type.name}`")
        self._served[name] = Served(function, transaction, prepare, wait_seconds, own_keys, finish)  # type: ignore[arg-type] # checked just above
        return function

    def unserved(self) -> Sequence[str]:
        """The contract's methods that no function serves."""
        return [method.name for method in self.contract.methods if method.name not in self._served]

    def ask(
        self, name: str, database: Database, verifier: Verifier, resources: R
    ) -> "Callable[[Message, Principal, Mapping[str, str]], Awaitable[tuple[Message, bool]]]":
        """A method of the contract for another way in, which has authenticated and authorised its caller: as over HTTP,
        with bounds, standing and idempotency key. Returns the answer, and whether it is a repeated one."""
        method = self.contract.methods_by_name[name]
        return Endpoint(self, method, self._served[name], database, verifier, resources, BODY_BYTES_MAX).ask

    def handlers(
        self, database: Database, verifier: Verifier, resources: R, body_bytes_max: int = BODY_BYTES_MAX
    ) -> Sequence[HTTPRouteHandler]:
        """One Litestar handler a method. One that nobody serves, or without a policy, stops the start-up."""
        if missing := self.unserved():
            raise MalformedContract(f"{self.contract.full_name}: nobody serves {', '.join(missing)}")
        if self.looks is None and (unseen := [method.name for method in self.contract.methods if shows_people(method)]):
            raise MalformedContract(f"{self.contract.full_name}: nobody notes who looks by {', '.join(unseen)}")
        return [
            Endpoint(self, method, self._served[method.name], database, verifier, resources, body_bytes_max).handler()
            for method in self.contract.methods
        ]


def method_name(function: Callable[..., object]) -> str:
    """The method that a function serves, by its name."""
    return "".join(part.capitalize() for part in function.__name__.split("_"))


class KeyUse(StrEnum):
    """What becomes of an idempotency key that is sent with a request."""

    KEPT = "kept"  # the answer is kept by it, and given again
    OWN = "own"  # the method sees to it
    NOTHING_CHANGES = "nothing-changes"  # asking again asks again, and that is all
    REFUSED = "refused"  # the caller has no id to keep keys by, or the answer cannot be kept


def keys_of(verb: HTTPMethod, route: Route, served: "Served[Any]") -> KeyUse:
    """What becomes of a key that is sent to this route: it is honoured or refused, never ignored."""
    if verb == HTTPMethod.GET:
        return KeyUse.NOTHING_CHANGES
    if served.own_keys:
        return KeyUse.OWN
    return KeyUse.KEPT if served.transaction and not route.public else KeyUse.REFUSED


def authorise(principal: Principal, route: Route) -> None:
    """Refuse a caller whom a route does not admit."""
    if route.public:
        return
    if principal.role in route.roles:
        check_scope(principal, route.scope)
        check_duty(principal, route.duties)
        check_step_up(principal, route)
        return
    if principal.role == Role.ROLE_UNSPECIFIED:
        raise Unauthenticated("sign in and send the access token")
    raise Forbidden("this needs another role")


def check_scope(principal: Principal, scope: Scope) -> None:
    """Refuse an API key that is not for this."""
    if principal.may_use(scope):
        return
    if scope == Scope.SCOPE_UNSPECIFIED:
        raise Forbidden("no API key may do this; a member of the partner's staff signs in for it")
    raise Forbidden(f"this needs an API key with the scope {Scope.Name(scope).removeprefix('SCOPE_')}")


def check_duty(principal: Principal, duties: Iterable[Duty]) -> None:
    """Refuse a person without the duty for this. API keys have scopes."""
    if principal.is_system:
        return
    needed = duties_needed(duties, principal.role)
    if needed and not principal.duties and principal.supervises:
        raise DutyNeeded("its duties are in effect once it is proven whose it is: `proveAccount`, then `refreshAccess`")
    if needed and needed.isdisjoint(principal.duties):
        giver = Duty.Name(MANAGERS[principal.role]).removeprefix("DUTY_")
        raise DutyNeeded(
            f"this needs the duty {duty_names(needed)}; a colleague with the duty {giver} gives it; then sign in again"
        )


def check_step_up(principal: Principal, route: Route) -> None:
    """Refuse what is grave to a person whose second factor was used too long ago."""
    if route.step_up and principal.factor_stale:
        raise StepUpNeeded(STEP_UP_HINT)


def seconds_to_work(milliseconds: str) -> float:
    """How long to work on a request: as long as its caller waits, as far as they say, but never for ever."""
    return min(int(milliseconds) / 1000, SERVE_SECONDS) if MILLISECONDS.fullmatch(milliseconds) else SERVE_SECONDS


def query_of(text: str) -> Sequence[tuple[str, str]]:
    """The names and values of a query string."""
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=QUERY_FIELDS_MAX)
    except ValueError:
        raise Invalid("", f"a query may have at most {QUERY_FIELDS_MAX} values") from None


def headers_of(scope: HTTPScope) -> Mapping[str, str]:
    """A request's headers by their names in lower case. Raises `Invalid` where one that says who calls, or what for, is
    there twice: a proxy before us may have read the other; `UnsupportedMediaType` where the body is compressed."""
    sent = list(scope["headers"])
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in sent}
    if len(headers) != len(sent):
        names = [name for name, _ in sent]
        for name in SENT_ONCE:
            if names.count(name) > 1:
                raise Invalid(name.decode(), "is there more than once; send it once")
    if headers.get("content-encoding", IDENTITY).strip().lower() not in ("", IDENTITY):
        raise UnsupportedMediaType("send the body as it is, without content-encoding", "content-encoding")
    return headers


def has_secret(message: Descriptor, looked: frozenset[str] = frozenset()) -> bool:
    """Does the contract mark a field of this message, or of one inside it, as a secret?"""
    if message.full_name in looked:
        return False
    deeper = looked | {message.full_name}
    return any(
        field.GetOptions().Extensions[secret]  # type: ignore[index] # the stubs know no options
        or (field.message_type is not None and has_secret(field.message_type, deeper))
        for field in message.fields
    )


def without_secrets(message: Message) -> Message:
    """A copy of the message in which what the contract marks as secret is left out."""
    kept = type(message)()
    kept.CopyFrom(message)
    clear_secrets(kept)
    return kept


def clear_secrets(message: Message) -> None:
    for field, value in message.ListFields():
        if field.GetOptions().Extensions[secret]:  # type: ignore[index] # the stubs know no options
            message.ClearField(field.name)
        elif field.message_type is not None and not field.message_type.GetOptions().map_entry:
            for inner in value if field.is_repeated else (value,):
                clear_secrets(inner)


class Endpoint[R]:
    """One method of a contract over HTTP."""

    def __init__(
        self,
        api: Api[R],
        method: MethodDescriptor,
        served: Served[R],
        database: Database,
        verifier: Verifier,
        resources: R,
        body_bytes_max: int,
    ) -> None:
        self._name = f"{method.containing_service.name}/{method.name}"
        self._verb, self._path, self._policy = policy(method)
        self._body_bytes_max = body_bytes_max
        self._input = GetMessageClass(method.input_type)
        self._output = GetMessageClass(method.output_type)
        self._keeps_answers = not has_secret(method.output_type)
        self._takes_secrets = has_secret(method.input_type)
        self._served = served
        self._keys = keys_of(self._verb, self._policy, served)
        self._refusals = api.refusals
        self._method = method.name
        self._looks = api.looks if shows_people(method) else None
        self._standing = api.standing if needs_standing(method) else None
        self._standing_of_neighbour = api.standing_of_neighbour if needs_standing(method) else None
        self._database = database
        self._verifier = verifier
        self._resources = resources

    def handler(self) -> HTTPRouteHandler:
        async def handle(request: Request[Any, Any, Any]) -> ASGIApp:
            began = time.perf_counter()
            answer = await self._answer(request.scope, request.receive)
            measures.requested(time.perf_counter() - began, {"method": self._name, "status": answer.status})
            return answer

        path = self._path.replace("}", ":str}")
        verb = HttpMethod(self._verb)
        return HTTPRouteHandler(path, http_method=verb, status_code=200, include_in_schema=False)(handle)

    async def _answer(self, scope: HTTPScope, receive: Receive) -> Answer:
        try:
            headers = headers_of(scope)
            with telemetry.span(self._name, SpanKind.SERVER, headers.get("traceparent", "")):
                async with asyncio.timeout(seconds_to_work(headers.get(TIMEOUT_HEADER, ""))):
                    principal = await self._verifier.principal(headers.get("authorization", ""))
                    authorise(principal, self._policy)
                    principal = principal.within(self._policy.acts)
                    message = await self._decode(scope, receive, headers)
                    answer, replayed = await self._serve(message, principal, headers)
                    if self._served.wait_seconds:
                        await asyncio.sleep(self._served.wait_seconds)
        except Exception as error:
            return problems.answer_to(error, self._refusals)
        body, media_type = wire.encode(answer, headers.get("accept", ""))
        return Answer(200, body, media_type, {"idempotent-replay": "true"} if replayed else {})

    async def _decode(self, scope: HTTPScope, receive: Receive, headers: Mapping[str, str]) -> Message:
        if self._verb == HTTPMethod.GET:
            message = self._input()
            wire.from_query(message, query_of(scope["query_string"].decode("latin-1")))
        else:
            body = await read_body(receive, self._body_bytes_max)
            message = wire.decode(self._input, body, headers.get("content-type", wire.JSON))
        for name, value in scope["path_params"].items():
            wire.put_named(message, name, value)
        return message

    async def ask(self, message: Message, principal: Principal, headers: Mapping[str, str]) -> tuple[Message, bool]:
        """The answer to an authorised caller, and whether it is a repeated one."""
        answer, replayed = await self._serve(message, principal, headers)
        return answer.message() if isinstance(answer, wire.Encoded) else answer, replayed

    async def _serve(self, message: Message, principal: Principal, headers: Mapping[str, str]) -> tuple[Given, bool]:
        """The answer, and whether it is a repeated one."""
        key = headers.get("idempotency-key", "")
        check_key(key)
        if self._policy.key_required and not key:
            raise Invalid("Idempotency-Key", "this request needs the header, with a value of your own, e.g. a UUID")
        bounds.check(message)
        make_bare(message)
        if key and self._keys == KeyUse.REFUSED:
            raise KeyNotTaken("each request of this kind does its work again; send it without a key", "Idempotency-Key")
        hashed = without_secrets(message) if self._takes_secrets else message  # or a password could be guessed from it
        digest = hashlib.sha256(self._name.encode() + hashed.SerializeToString(deterministic=True)).digest()
        call = Call(
            principal,
            key,
            digest,
            self._database.now(),
            self._resources,
            headers.get("authorization", ""),
            headers.get(ADDRESS_HEADER, ""),
            None,
        )
        of_partner = principal.role in OF_PARTNERS
        if self._standing_of_neighbour is not None and of_partner:
            await self._standing_of_neighbour(call)
        if not self._served.transaction:
            answer = await self._served.function(message, call)
            if self._looks is not None and principal.supervises:
                async with self._database.transaction() as session:
                    call._session = session
                    await self._note_look(message, answer, call)
            return answer, False
        key_of_caller = {"subject_id": principal.subject_id, "key": key}
        keyed = bool(key) and self._keys == KeyUse.KEPT
        answer, replayed = await self._change(message, call, key_of_caller if keyed else None)
        if self._served.finish is not None:
            await self._served.finish(answer, call)
        return answer, replayed

    async def _change(
        self, message: Message, call: Call[R], key_of_caller: dict[str, str] | None
    ) -> tuple[Message, bool]:
        """The answer, once what it needs is made ready, and whether it is a repeated one."""
        if self._served.prepare is not None:
            if key_of_caller is not None:
                async with self._database.transaction() as session:
                    if (await session.execute(USED_KEY, key_of_caller)).first() is not None:
                        return await self._replay(session, key_of_caller, call.request_sha256), True
            call.prepared = await self._served.prepare(message, call)
        return await self._transact_twice(message, call, key_of_caller)

    async def _transact_twice(
        self, message: Message, call: Call[R], key_of_caller: dict[str, str] | None
    ) -> tuple[Message, bool]:
        """The answer in one transaction; in another, where the first came to nothing and nobody else heard of it."""
        request_bytes, called_services = message.SerializeToString(), list[str]()
        CALLED_SERVICES.set(called_services)
        try:
            return await self._transact(message, call, key_of_caller)
        except Exception as error:
            if called_services or not failures.worth_repeating(error):
                raise  # another service may have acted on the call
            log.info("%s is tried again: %s", self._name, failures.sqlstate(error))
        fresh = self._input.FromString(request_bytes)  # the first attempt may have changed it
        return await self._transact(fresh, replace(call), key_of_caller)

    async def _transact(
        self, message: Message, call: Call[R], key_of_caller: dict[str, str] | None
    ) -> tuple[Message, bool]:
        """The answer in one transaction, and whether it is a repeated one; `key_of_caller` names both."""
        async with self._database.transaction() as session:
            call._session = session
            claim = None if key_of_caller is None else {**key_of_caller, "request_sha256": call.request_sha256}
            if key_of_caller is not None and await session.scalar(CLAIM_KEY, claim) is None:
                return await self._replay(session, key_of_caller, call.request_sha256), True
            if self._standing is not None and call.principal.role in OF_PARTNERS:
                await self._standing(call)
            answer = await self._served.function(message, call)
            await self._note_look(message, answer, call)
            if key_of_caller is not None and self._keeps_answers:
                await session.execute(KEEP_ANSWER, {**key_of_caller, "answer": answer.SerializeToString()})
            return answer, False

    async def _note_look(self, message: Message, answer: Message, call: Call[R]) -> None:
        """Note that who supervises is shown something of somebody, before they are."""
        if self._looks is None or not call.principal.supervises:
            return
        people = frozenset({*people_in(message), *people_in(answer)})
        if people:
            await self._looks(Look(self._method, call.principal, people, call.now), call)

    async def _replay(self, session: AsyncSession, key_of_caller: dict[str, str], digest: bytes) -> Message:
        used = (await session.execute(USED_KEY, key_of_caller)).one()
        if used.request_sha256 != digest:
            raise KeyReused("this Idempotency-Key belongs to another request; use a new one")
        if not self._keeps_answers:
            raise AnswerNotKept("look at what it made, and end that before you ask with a new Idempotency-Key")
        return self._output.FromString(used.answer)
