"""FHIR on its way to and from records, which serves it: passed on as it comes, under the gateway's own origin.

Here a caller is known and charged, and ids are changed to what a partner knows. Ids of the origin say of what they are
(`res-…` a resident, `rec-…` a record), so that they are found in any text: an address, a form, a resource, a Bundle.
"""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode
from uuid import UUID

from chassis import outcomes, problems, telemetry
from chassis.answers import Answer
from chassis.api import headers_of
from chassis.bodies import stream_body
from chassis.ids import Kind
from chassis.inside import HttpClient
from chassis.neighbours import Neighbour
from chassis.pairwise import PartnerView
from chassis.refusals import Invalid, Refusal, TooLarge, Unavailable
from chassis.routes import ORIGIN_HEADER, TIMEOUT_HEADER
from litestar import HttpMethod, Request
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.types import ASGIApp, HTTPResponseStartEvent, HTTPScope, Message, Receive, Scope, Send
from pyreqwest.exceptions import PyreqwestError
from pyreqwest.request import RequestBuilder
from pyreqwest.response import Response

from gateway.answers import PRIVATE, RETRY_SECONDS, STATUS
from gateway.limits import BudgetSpent
from gateway.openings import Openings

ORIGIN = "/fhir"
BODY_BYTES_MAX = 5 * 1024 * 1024
WAIT_SECONDS = 60
REQUESTS_OF_CLIENT, REQUESTS_MAX = 16, 128
ADDRESS_LENGTH_MAX = 8 * 1024
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
FORM = "application/x-www-form-urlencoded"
PASSED_ON = (
    "authorization", "accept", "content-type", "prefer", "if-match", "if-none-match", "if-modified-since",
    "purpose-of-use", "access-mode", "information-types", "scan-receipt", "idempotency-key",
)  # fmt: skip
PASSED_BACK = (
    "content-type",
    "etag",
    "last-modified",
    "retry-after",
    "cache-control",
    "preference-applied",
    "allow",
    "expires",
)
PASSED_BACK_CHANGED = ("location", "content-location")  # these name ids
PASSED_ON_CHANGED = ("if-none-exist",)  # a query
OF_RESIDENTS = frozenset({"patient", "subject"})
FIELDS_MAX = 2000
SAFE_IN_PATHS = "/$:@!*'(),;=+~"

KINDS: Mapping[bytes, Kind] = {b"res": Kind.RESIDENT, b"rec": Kind.RECORD}
UUID_TEXT = rb"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
SHOWN = re.compile(rb"(res|rec)-([0-9a-f]{32})")
SENT = re.compile(rb"(res|rec)[-_]([0-9a-fA-F]{32})|(?<=Patient/)(" + UUID_TEXT + rb"|[0-9a-fA-F]{32})\b")
ONE_UUID = re.compile(UUID_TEXT.decode())
ENDS = (b'"', b"\n")  # of texts: no id goes across one


def outward(view: PartnerView) -> Callable[[re.Match[bytes]], bytes]:
    """What a partner sees in the place of an id."""
    return lambda match: match[1] + b"-" + bare(view.id_of(KINDS[match[1]], str(UUID(match[2].decode()))))


def inward(view: PartnerView) -> Callable[[re.Match[bytes]], bytes]:
    """What an id means that a partner sends."""

    def change(match: re.Match[bytes]) -> bytes:
        prefix, written = (match[1], match[2]) if match[1] else (b"res", match[3])
        return prefix + b"-" + bare(view.internal_id(KINDS[prefix], str(UUID(written.decode()))))

    return change


def bare(internal_id: str) -> bytes:
    return UUID(internal_id).hex.encode()


async def changed(
    chunks: AsyncGenerator[bytes], pattern: re.Pattern[bytes], change: Callable[[re.Match[bytes]], bytes]
) -> AsyncGenerator[bytes]:
    """A stream in which whatever fits the pattern is changed, in whichever pieces it comes."""
    held: list[bytes] = []
    async for chunk in chunks:
        end = max(chunk.rfind(each) for each in ENDS) + 1
        held.append(chunk[:end] if end else chunk)
        if end:
            yield pattern.sub(change, b"".join(held))
            held = [chunk[end:]]
    yield pattern.sub(change, b"".join(held))


def form_inward(view: PartnerView, form: str, of_patients: bool = False) -> str:
    """A query or a form with the ids that it means. `of_patients`: its `_id` is a resident's."""
    try:
        values = parse_qsl(form, keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError:
        raise Invalid("", f"a query may have at most {FIELDS_MAX} values") from None
    return urlencode([(name, value_inward(view, name, value, of_patients)) for name, value in values])


def value_inward(view: PartnerView, name: str, value: str, of_patients: bool) -> str:
    parameter = name.partition(":")[0]
    if (parameter in OF_RESIDENTS or (of_patients and parameter == "_id")) and ONE_UUID.fullmatch(value):
        value = f"Patient/{value}" if parameter in OF_RESIDENTS else f"res-{UUID(value).hex}"
    return text_inward(view, value)


def text_inward(view: PartnerView, text: str) -> str:
    return SENT.sub(inward(view), text.encode()).decode()


class Fhir:
    """Passes requests on to records, and its answers back."""

    def __init__(self, http: HttpClient, records_url: str) -> None:
        self._http = http
        self._records_url = records_url
        self._neighbour = Neighbour("records", records_url)
        self._requests = Openings("requests", REQUESTS_OF_CLIENT, REQUESTS_MAX)

    def answer(
        self, scope: HTTPScope, receive: Receive, *, client: str, view: PartnerView | None, origin: str
    ) -> "Passed":
        """What answers a request of this client, who reached us under this origin."""
        headers = headers_of(scope)
        path, query = scope["path"], scope["query_string"].decode("latin-1")
        if len(path) + len(query) > ADDRESS_LENGTH_MAX:
            raise Invalid("", "the address is too long; search with POST and _search")
        sent = {name: headers[name] for name in PASSED_ON if name in headers}
        if view is not None:
            of_patients = path.startswith(f"{ORIGIN}/Patient")
            path = text_inward(view, path)
            query = form_inward(view, query, of_patients)
        for name in PASSED_ON_CHANGED:
            if name in headers:
                sent[name] = headers[name] if view is None else form_inward(view, headers[name])
        sent |= {
            ORIGIN_HEADER: origin,
            TIMEOUT_HEADER: str(WAIT_SECONDS * 1000),
            "traceparent": telemetry.traceparent(),
        }
        url = f"{self._records_url}{quote(path, safe=SAFE_IN_PATHS)}{'?' + query if query else ''}"
        method = scope["method"]
        builder = self._http.request(method, url).headers(sent).timeout(timedelta(seconds=WAIT_SECONDS))
        body = None
        if method in WITH_BODY:
            length = headers.get("content-length", "")
            if length.isdecimal() and int(length[:20]) > BODY_BYTES_MAX:
                raise TooLarge(f"at most {BODY_BYTES_MAX} bytes")
            body = self._body(receive, view, headers.get("content-type", ""))
        return Passed(builder, body, view, self._neighbour, self._requests, client, method == "HEAD")

    async def _body(self, receive: Receive, view: PartnerView | None, content_type: str) -> AsyncGenerator[bytes]:
        """The body as records understands it."""
        chunks = stream_body(receive, BODY_BYTES_MAX)
        if view is None:
            async for chunk in chunks:
                yield chunk
        elif content_type.partition(";")[0].strip().lower() == FORM:
            form = b"".join([chunk async for chunk in chunks])
            try:
                yield form_inward(view, form.decode("utf-8")).encode()
            except UnicodeDecodeError:
                raise Invalid("", "the form is not UTF-8") from None
        else:
            async for chunk in changed(chunks, SENT, inward(view)):
                yield chunk


class Passed:
    """An answer of records on its way back: an ASGI application that passes it on as it comes."""

    def __init__(
        self,
        builder: RequestBuilder,
        body: AsyncGenerator[bytes] | None,
        view: PartnerView | None,
        neighbour: Neighbour,
        requests: Openings,
        client: str,
        headers_only: bool,
    ) -> None:
        self._builder = builder
        self._body = body
        self._view = view
        self._neighbour = neighbour
        self._requests = requests
        self._client = client
        self._headers_only = headers_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        refusals: list[Refusal] = []
        try:
            with self._requests.opened(self._client):
                await self._pass(sending, refusals)
        except Exception as failure:
            if begun:
                raise  # the connection is closed, and the caller sees that it is not all
            away = Unavailable("records cannot be reached") if isinstance(failure, PyreqwestError) else failure
            await refused(refusals[0] if refusals else away)(scope, receive, send)

    async def _pass(self, send: Send, refusals: list[Refusal]) -> None:
        builder = self._builder
        if self._body is not None:
            builder = builder.body_stream(noting(self._body, refusals))
        request = builder.build_streamed()
        with await self._neighbour.watch():
            response = await request.__aenter__()
        try:
            headers = [(name.encode(), value.encode()) for name, value in self._headers(response.headers).items()]
            start: HTTPResponseStartEvent = {
                "type": "http.response.start",
                "status": response.status,
                "headers": headers,
            }
            await send(start)
            async for chunk in self._shown(response):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            await request.__aexit__(None, None, None)

    def _headers(self, answered: Mapping[str, str]) -> Mapping[str, str]:
        """What of an answer's headers is passed back: not its length, since it is passed on as it comes."""
        headers = {name: answered[name] for name in PASSED_BACK if name in answered}
        for name in PASSED_BACK_CHANGED:
            if name in answered:
                headers[name] = self._text(answered[name])
        return headers

    def _text(self, text: str) -> str:
        return text if self._view is None else SHOWN.sub(outward(self._view), text.encode()).decode()

    async def _shown(self, response: Response) -> AsyncGenerator[bytes]:
        async def chunks() -> AsyncGenerator[bytes]:
            while (chunk := await response.body_reader.read_chunk()) is not None:
                yield bytes(chunk)

        if self._headers_only:
            return
        passing = chunks() if self._view is None else changed(chunks(), SHOWN, outward(self._view))
        async for chunk in passing:
            if chunk:
                yield chunk


async def noting(chunks: AsyncGenerator[bytes], refusals: list[Refusal]) -> AsyncGenerator[bytes]:
    """A body, with its refusal noted: who sends it knows that it ended, and not why."""
    try:
        async for chunk in chunks:
            yield chunk
    except Refusal as refusal:
        refusals.append(refusal)
        raise


def refused(error: Exception) -> Answer:
    """A refusal of the gateway's own, as FHIR has it."""
    answer = outcomes.in_fhir(problems.answer_to(error, STATUS))
    headers = dict(PRIVATE)
    if isinstance(error, BudgetSpent):
        headers["retry-after"] = str(error.wait_seconds)
    elif answer.status in (429, 503):
        headers["retry-after"] = str(RETRY_SECONDS)
    elif answer.status == 401:
        headers["www-authenticate"] = "Bearer"
    return Answer(answer.status, answer.body, answer.media_type, headers)


def handlers(answer: Callable[[Request[Any, Any, Any]], Awaitable[ASGIApp]]) -> Sequence[BaseRouteHandler]:
    """What is served at the origin; `answer` knows who asks, and charges them."""

    async def handle(request: Request[Any, Any, Any]) -> ASGIApp:
        try:
            return await answer(request)
        except Exception as error:
            return refused(error)

    verbs = [HttpMethod(verb) for verb in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")]
    handler = HTTPRouteHandler(
        [ORIGIN, f"{ORIGIN}/{{path:path}}"],
        http_method=verbs,
        status_code=200,
        include_in_schema=False,
        request_max_body_size=BODY_BYTES_MAX,
    )
    return [handler(handle)]
