"""The origin `/fhir`: FHIR R4 over HTTP, for clients that know FHIR and nothing of Yima.

An interaction is a function with its method and its path (`interaction`). Around it is done here, once: find it, know
who calls and whether they may, read the body, answer every refusal as an OperationOutcome. Who may use an interaction
is what the contract says of the method that does the same. What it shows or stores, consent decides, as for that one.
"""

import asyncio
import functools
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from urllib.parse import unquote
from uuid import UUID

from chassis import measures, outcomes, problems, telemetry
from chassis.answers import Answer
from chassis.api import Call, authorise, headers_of, query_of, seconds_to_work
from chassis.auth import Verifier
from chassis.bodies import read_body
from chassis.database import Database
from chassis.ids import Kind
from chassis.refusals import Invalid, KeyNotTaken, NotFound, UnsupportedMediaType
from chassis.routes import OF_PARTNERS, ORIGIN_HEADER, TIMEOUT_HEADER, policy
from city_pack.information import INFORMATION_TYPES
from google.protobuf.message import Message
from litestar import HttpMethod, Request
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.types import ASGIApp, HTTPScope, Receive
from opentelemetry.trace import SpanKind
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1.api_pb2 import ACCESS_MODE_VIEW, AccessMode
from yima.common.v1.route_pb2 import Role, Route

from records.api.served import Resources, api
from records.domain.authors import INSTITUTION
from records.domain.kinds import KINDS
from records.domain.names import name_of, named
from records.domain.origin import FormatNotOffered, InteractionNotSupported
from records.domain.scopes import check_scope
from records.domain.shown import Identity

ORIGIN = "/fhir"
BODY_BYTES_MAX = 5 * 1024 * 1024
# The contract's methods whose policies the interactions have.
READS, WRITES, BUNDLES = "ReadRecords", "WriteResource", "SubmitBundle"
LOOKS_UP, VALIDATES, TRANSLATES = "LookUpCode", "ValidateCode", "TranslateCode"
ASKED = (WRITES, BUNDLES, LOOKS_UP, VALIDATES, TRANSLATES)
PURPOSE_HEADER = "purpose-of-use"  # HL7 v3's PurposeOfUse; else TREAT, and of one's own PATRQT
MODE_HEADER = "access-mode"  # VIEW, which is taken where nothing is said, or STORE
TYPES_HEADER = "information-types"  # the only ones that are wanted, separated by commas; else all that are covered
RECEIPT_HEADER = "scan-receipt"  # of a scan of the resident's code
TREATMENT, OWN_REQUEST = "TREAT", "PATRQT"
FORM = "application/x-www-form-urlencoded"
JSON, NDJSON = "application/json", "application/fhir+ndjson"
JSONS = frozenset({"application/fhir+json", "application/json", "application/json+fhir", "text/json"})
ANY = frozenset({"*/*", "application/*", "text/*"})
PRIVATE = {"cache-control": "no-store"}
FORMATS = JSONS | {"json"}
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
INCLUDES = frozenset({"_include", "_revinclude"})  # what they bring may be of any kind
NAME = re.compile(r"[A-Za-z0-9\-.]{1,64}")


@dataclass(frozen=True, slots=True)
class FhirRequest:
    """A request to the origin, once it is known who makes it."""

    method: str
    path: str  # below the origin, as it was sent
    named: Mapping[str, str]  # what the path names: `kind`, `id`
    parameters: Sequence[tuple[str, str]]  # of the query, and of a form
    headers: Mapping[str, str]
    body: bytes
    base: str  # the origin as the caller knows it, such as `https://city.example/fhir`
    call: Call[Resources]
    ask: Callable[[str, Message], Awaitable[tuple[Any, bool]]]  # a method of the contract, for this caller
    parts: dict[str, Any] = field(default_factory=dict)

    @property
    def own_institution(self) -> UUID | None:
        """The caller's institution, whose resources have its own ids for it."""
        principal = self.call.principal
        return UUID(principal.partner_id) if principal.role in OF_PARTNERS else None

    @property
    def now(self) -> datetime:
        return self.call.now

    @property
    def purpose(self) -> str:
        if self.call.principal.fhir_patient:
            return OWN_REQUEST  # whatever an app says: it looks because the resident asked for it
        own = self.call.principal.role == Role.ROLE_RESIDENT
        return self.headers.get(PURPOSE_HEADER) or (OWN_REQUEST if own else TREATMENT)

    @property
    def access_mode(self) -> AccessMode:
        mode = self.headers.get(MODE_HEADER, "").strip().upper()
        if not mode:
            return ACCESS_MODE_VIEW
        try:
            return cast(AccessMode, AccessMode.Value(f"ACCESS_MODE_{mode}"))
        except ValueError:
            raise Invalid(MODE_HEADER, "must be VIEW or STORE") from None

    @property
    def information_types(self) -> Sequence[str]:
        """The types of information that are asked for: all, as far as covered, unless the caller names some."""
        types = [each.strip() for each in self.headers.get(TYPES_HEADER, "").split(",") if each.strip()]
        for each in types:
            if each not in INFORMATION_TYPES:
                raise Invalid(TYPES_HEADER, f"must be of {', '.join(sorted(INFORMATION_TYPES))}")
        return sorted(set(types) or INFORMATION_TYPES)

    @property
    def scan_receipt(self) -> str:
        return self.headers.get(RECEIPT_HEADER, "")

    @property
    def lenient(self) -> bool:
        """Are parameters left out that we do not know, rather than refused?"""
        return "handling=lenient" in self.headers.get("prefer", "").replace(" ", "")

    def transaction(self) -> AbstractAsyncContextManager[AsyncSession]:
        return self.call.resources.database.transaction()

    def is_own(self, institution_id: UUID | None) -> bool:
        """Did the caller's own institution send it?"""
        return institution_id is not None and institution_id == self.own_institution

    def identity_of(
        self,
        kind: str,
        record_id: UUID,
        institution_id: UUID | None,
        resident_id: UUID | None,
        fhir_id: str,
        version: int,
        updated_at: datetime,
        author: str = INSTITUTION,
    ) -> Identity:
        """What the origin says of a resource to this caller. Its resident need be known only where no institution sent
        it."""
        if institution_id is not None:
            source = f"Organization/{name_of(Kind.PARTNER, institution_id)}"
        else:
            assert resident_id is not None, "what no institution sent is a resident's"
            source = f"Patient/{name_of(Kind.RESIDENT, resident_id)}"
        return Identity(
            kind=kind,
            id=fhir_id if self.is_own(institution_id) else name_of(Kind.RECORD, record_id),
            version=version,
            updated_at=updated_at,
            source=f"{self.base}/{source}",
            author=author,
        )

    def record_named(self, name: str) -> tuple[UUID | None, tuple[UUID, str] | None]:
        """What an id at the origin names: a record, or what the caller's institution calls so."""
        record_id = named(Kind.RECORD, name)
        own = self.own_institution
        return record_id, (own, name) if record_id is None and own is not None else None


type Function = Callable[[FhirRequest], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Interaction:
    """What can be done at a path with a method."""

    method: str
    path: Sequence[str]  # its segments; `{name}` is any kind or id
    route: Route | None  # who may; None: everybody
    function: Function
    media_type: str = outcomes.MEDIA_TYPE  # of its answers

    @property
    def name(self) -> str:
        return f"{self.method} {'/'.join(self.path)}"

    def match(self, segments: Sequence[str]) -> Mapping[str, str] | None:
        """What these segments name, if they are this path."""
        if len(segments) != len(self.path):
            return None
        names = {}
        for part, segment in zip(self.path, segments, strict=True):
            if not part.startswith("{"):
                if part != segment:
                    return None
            elif segment[:1] in ("_", "$") or not NAME.fullmatch(segment.replace("_", "-")):
                return None
            else:
                names[part[1:-1]] = segment
        return names

    def kind(self, names: Mapping[str, str]) -> str:
        """Of which kind of resource the interaction is; `*`: of any."""
        if "kind" in names:
            return names["kind"]
        first = self.path[0] if self.path else ""
        return first if first.isalpha() and len(self.path) < len(("Patient", "id", "$everything")) else "*"

    @property
    def letter(self) -> str:
        """What it is in SMART on FHIR's scopes."""
        if self.method == "GET" or "_search" in self.path or (self.path and self.path[-1].startswith("$")):
            return "r" if self.path[-1] in ("{id}", "{version}", "_history") else "s"
        return {"POST": "c", "DELETE": "d"}.get(self.method, "u")

    @property
    def literal(self) -> int:
        return sum(not segment.startswith("{") for segment in self.path)


INTERACTIONS: list[Interaction] = []


def interaction(
    method: str, path: str, like: str | None = READS, media: str = outcomes.MEDIA_TYPE
) -> Callable[[Function], Function]:
    """Serve an interaction. Who may use it is what the contract's method `like` says; None: everybody."""

    def served(function: Function) -> Function:
        route = None if like is None else policy(api.contract.methods_by_name[like])[2]
        INTERACTIONS.append(Interaction(method, tuple(path.split("/")) if path else (), route, function, media))
        return function

    return served


@functools.cache
def by_literals() -> Sequence[Interaction]:
    """The interactions, those first whose paths say most."""
    return sorted(INTERACTIONS, key=lambda each: -each.literal)


def find(method: str, path: str) -> tuple[Interaction, Mapping[str, str]]:
    """The interaction at this path, and what the path names. A kind that is not kept is refused."""
    segments = [segment for segment in path.split("/") if segment]
    fitting = [(each, names) for each in by_literals() if (names := each.match(segments)) is not None]
    kept = [(each, names) for each, names in fitting if names.get("kind", "") in {"", *KINDS}]
    for each, names in kept:
        if each.method == method:
            return each, names
    if fitting and not kept:
        raise NotFound(f"there are no such resources here; see {ORIGIN}/metadata")
    if kept:
        raise InteractionNotSupported(f"{', '.join(sorted({each.method for each, _ in kept}))} can be used here")
    raise NotFound(f"nothing is at this path; see {ORIGIN}/metadata")


class Origin:
    """Answers requests to the origin."""

    def __init__(self, database: Database, verifier: Verifier, resources: Resources) -> None:
        self._database = database
        self._verifier = verifier
        self._resources = resources
        self._asks = {name: api.ask(name, database, verifier, resources) for name in ASKED}

    def handlers(self) -> Sequence[BaseRouteHandler]:
        async def handle(request: Request[Any, Any, Any]) -> ASGIApp:
            return await self.answer(request.scope, request.receive)

        verbs = [HttpMethod(verb) for verb in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")]
        handler = HTTPRouteHandler(
            [ORIGIN, f"{ORIGIN}/{{path:path}}"], http_method=verbs, status_code=200, include_in_schema=False
        )
        return [handler(handle)]

    async def answer(self, scope: HTTPScope, receive: Receive) -> Answer:
        began = time.perf_counter()
        name = "FHIR"
        verb = str(scope["method"])
        method = "GET" if verb == "HEAD" else verb
        try:
            headers = headers_of(scope)
            path = unquote(scope["path"]).removeprefix(ORIGIN).strip("/")
            interaction, names = find(method, path)
            name = f"FHIR {interaction.name}"
            with telemetry.span(name, SpanKind.SERVER, headers.get("traceparent", "")):
                async with asyncio.timeout(seconds_to_work(headers.get(TIMEOUT_HEADER, ""))):
                    answer = await self._answer(interaction, names, path, scope, receive, headers)
        except Exception as error:
            answer = refused(error)
        if verb == "HEAD":
            answer = Answer(answer.status, b"", answer.media_type, answer.headers)
        measures.requested(time.perf_counter() - began, {"method": name, "status": answer.status})
        return Answer(answer.status, answer.body, answer.media_type, {**PRIVATE, **answer.headers})

    async def _answer(
        self,
        interaction: Interaction,
        names: Mapping[str, str],
        path: str,
        scope: HTTPScope,
        receive: Receive,
        headers: Mapping[str, str],
    ) -> Answer:
        principal = await self._verifier.principal(headers.get("authorization", ""))
        if interaction.route is not None:
            authorise(principal, interaction.route)
            check_scope(principal.fhir_scope, interaction.kind(names), interaction.letter)
            principal = principal.within(interaction.route.acts)
        if "idempotency-key" in headers and "_search" in interaction.path:
            raise KeyNotTaken("a search does nothing twice; send it without a key", "Idempotency-Key")
        parameters = list(query_of(scope["query_string"].decode("latin-1")))
        check_format(interaction.media_type, headers, parameters)
        body = b""
        if interaction.method in WITH_BODY:
            body = await read_body(receive, BODY_BYTES_MAX)
            parameters += form_of(interaction, headers, body)
        if any(name.partition(":")[0] in INCLUDES for name, _ in parameters):
            check_scope(principal.fhir_scope, "*", "s")
        call = Call(
            principal=principal,
            key="",
            request_sha256=b"",
            now=self._database.now(),
            resources=self._resources,
            authorization=headers.get("authorization", ""),
            address="",
            _session=None,
        )
        base = f"{headers.get(ORIGIN_HEADER) or 'http://' + headers.get('host', '')}{ORIGIN}"

        async def ask(name: str, message: Message) -> tuple[Any, bool]:
            return await self._asks[name](message, principal, headers)

        return await interaction.function(
            FhirRequest(interaction.method, path, names, parameters, headers, body, base, call, ask)
        )


def form_of(interaction: Interaction, headers: Mapping[str, str], body: bytes) -> Sequence[tuple[str, str]]:
    """The parameters of a search that is sent as a form; none where a body is not one."""
    if not interaction.path or interaction.path[-1] != "_search":
        return ()
    if body and headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise UnsupportedMediaType(f"a search is sent as {FORM}", "content-type")
    try:
        return query_of(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise Invalid("", "the form is not UTF-8") from None


def check_format(media_type: str, headers: Mapping[str, str], parameters: Sequence[tuple[str, str]]) -> None:
    """Refuse to answer who does not take what the answer is in."""
    formats = [value for name, value in parameters if name == "_format"]
    for value in formats:
        if value.partition(";")[0].strip().replace(" ", "+").lower() not in FORMATS:
            raise FormatNotOffered("resources are in JSON here; ask for application/fhir+json", "_format")
    taken = {part.partition(";")[0].strip().lower() for part in headers.get("accept", "").split(",")}
    offered = JSONS | ANY | {media_type, "application/ndjson"} if media_type == NDJSON else JSONS | ANY
    if not formats and taken != {""} and not offered & taken:
        raise FormatNotOffered(f"this is answered in {media_type}", "accept")


def refused(error: Exception) -> Answer:
    """The answer of a refusal: an OperationOutcome."""
    return outcomes.in_fhir(problems.answer_to(error, api.refusals))


def resource_answer(status: int, text: str, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer that is a resource, or a Bundle of some."""
    return Answer(status, text.encode(), outcomes.MEDIA_TYPE, headers or {})


def handlers(database: Database, verifier: Verifier, resources: Resources) -> Sequence[BaseRouteHandler]:
    return Origin(database, verifier, resources).handlers()
