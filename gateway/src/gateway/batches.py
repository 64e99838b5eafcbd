"""Batches of an institution's system, as NDJSON over HTTP: `PUT /sources/{source}/batches/{number}`.

Beside it is what the system has to know to go on, as JSON: what it is to send again, and what became of a batch.
GraphQL has the same, for people.

The bytes go to records as they came, with their digest. Beside them goes whom each line is about, as its sender says:
that passes by where partners' ids of residents are deciphered (`chassis.pairwise`), which the lines do not.
"""

import asyncio
import base64
import re
from binascii import Error as NotBase64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import orjson
from chassis import untrusted_json
from chassis.answers import Answer
from chassis.api import headers_of
from chassis.bodies import read_body
from chassis.ids import Kind, parse_id, shown
from chassis.problems import Problem, answer_to
from chassis.refusals import Forbidden, Invalid, Refusal, UnsupportedMediaType
from chassis.wire import moment
from google.protobuf.json_format import ParseDict, ParseError
from google.protobuf.timestamp_pb2 import Timestamp
from litestar import Request, get, post, put
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.types import ASGIApp
from yima.common.v1.types_pb2 import PageRequest
from yima.records.v1 import collection_pb2 as pb
from yima.records.v1.client import RecordsClient

from gateway.answers import rejected
from gateway.openings import Openings

BYTES_MAX = 4 * 1024 * 1024
BYTES_A_SECOND = 64 * 1024  # a sender that means it is as fast
OF_CLIENT_MAX, AT_ONCE_MAX = 4, 16  # that are held whole
TYPES = frozenset({"application/x-ndjson", "application/fhir+ndjson", "application/ndjson"})
DIGEST = re.compile(r"(?:.*,)?\s*sha-256=:([A-Za-z0-9+/]+={0,2}):\s*(?:,.*)?")  # RFC 9530
NUMBER = re.compile(r"[1-9][0-9]{0,9}")
PATIENT = re.compile(r"(?:.*/)?Patient/([^/?#]+)(?:/_history/[^/]+)?")
URN = "urn:uuid:"
RESIDENT = "urn:yima:resident"  # of an identifier of a Patient line
NOT_KEPT = {"cache-control": "no-store"}
PAGE_MAX = 100
REPORT_BYTES_MAX, REPORT_DEPTH_MAX, REPORT_VALUES_MAX = 16 * 1024, 4, 200
REPORTED = frozenset(
    {"version", "waitingLines", "waitingBatches", "oldestWaitingSeconds", "lastNumber", "errors"}
)  # of what a connector says
COUNTED = frozenset({"created", "updated", "unchanged", "waiting", "refused"})  # lines of a batch, by their outcome
SENDS = frozenset("cu")  # what a system's token has to be for, of all kinds: its lines create and update

type Caller = tuple[str, RecordsClient, str]
"""Whose budget it is, records as the caller sees it, and the caller's token."""


class Sending:
    """Takes batches, as many at once as may be held whole: at their own address, and at the FHIR origin's."""

    def __init__(self) -> None:
        self._openings = Openings("batches", OF_CLIENT_MAX, AT_ONCE_MAX)

    async def take(
        self, request: Request[Any, Any, Any], caller: Caller, source_id: str, number: int
    ) -> pb.BatchReceipt:
        """The receipt of the batch that a request brings. Raises `Refusal`, and what records refuses it with."""
        client, records, token = caller
        headers = headers_of(request.scope)
        check_type(headers)
        sent = pb.PutBatchRequest(source_id=source_id, number=number, sha256=digest_of(headers))
        with self._openings.opened(client):
            sent.content = await read_body(request.receive, BYTES_MAX, BYTES_A_SECOND)
            sent.resident_ids.extend(await asyncio.to_thread(residents_of, sent.content))
            return await records.put_batch(sent, token)


def source_of(written: str) -> str:
    return str(parse_id(written, "source_id", Kind.SOURCE))


def handlers(
    caller_of: Callable[[Request[Any, Any, Any]], Awaitable[Caller]], sending: Sending
) -> Sequence[BaseRouteHandler]:
    """What is served; `caller_of` takes the cost off the caller's budget, or raises."""

    async def answered(
        request: Request[Any, Any, Any], source_id: str, ask: Callable[[RecordsClient, str, str], Awaitable[object]]
    ) -> ASGIApp:
        """What records answers to a question about a source: of its client, the source's id and the caller's token."""
        try:
            _, records, token = await caller_of(request)
            said = await ask(records, source_of(source_id), token)
        except Refusal as refusal:
            return rejected(refusal)
        except Problem as problem:
            return answer_to(problem, {})
        return Answer(200, orjson.dumps(said), "application/json", NOT_KEPT)

    @get("/sources/{source_id:str}")
    async def get_source(request: Request[Any, Any, Any], source_id: FromPath[str]) -> ASGIApp:
        async def ask(records: RecordsClient, source: str, token: str) -> object:
            return shown_source(await records.get_source(pb.GetSourceRequest(source_id=source), token))

        return await answered(request, source_id, ask)

    @get("/sources/{source_id:str}/batches/{number:str}")
    async def get_batch(request: Request[Any, Any, Any], source_id: FromPath[str], number: FromPath[str]) -> ASGIApp:
        async def ask(records: RecordsClient, source: str, token: str) -> object:
            query = request.query_params
            page = PageRequest(first=count_of(query.get("first", "")), after=query.get("after", ""))
            question = pb.GetBatchRequest(
                source_id=source, number=number_of(number), refused_only=query.get("refused") == "true", page=page
            )
            answer = await records.get_batch(question, token)
            return shown_batch(answer.batch) | {"next": answer.page.cursors[-1] if answer.page.has_next else None}

        return await answered(request, source_id, ask)

    @post("/sources/{source_id:str}/missing-batches", status_code=200)
    async def ask_for_missing(request: Request[Any, Any, Any], source_id: FromPath[str]) -> ASGIApp:
        async def ask(records: RecordsClient, source: str, token: str) -> object:
            answer = await records.ask_for_missing(pb.AskForMissingRequest(source_id=source), token)
            return {
                "numbers": list(answer.numbers),
                "missing": answer.missing,
                "askAgainSeconds": answer.ask_again_seconds,
            }

        return await answered(request, source_id, ask)

    @post("/sources/{source_id:str}/connector-reports", status_code=200, request_max_body_size=REPORT_BYTES_MAX)
    async def report_connector(request: Request[Any, Any, Any], source_id: FromPath[str]) -> ASGIApp:
        async def ask(records: RecordsClient, source: str, token: str) -> object:
            said = report_of(await read_body(request.receive, REPORT_BYTES_MAX))
            said.source_id = source
            answer = await records.report_connector(said, token)
            health = pb.ConnectorHealth.Name(answer.health).removeprefix("CONNECTOR_HEALTH_")
            return {"health": health, "reportedAt": moment(answer.reported_at).isoformat()}

        return await answered(request, source_id, ask)

    @put("/sources/{source_id:str}/batches/{number:str}", request_max_body_size=BYTES_MAX, status_code=200)
    async def put_batch(request: Request[Any, Any, Any], source_id: FromPath[str], number: FromPath[str]) -> ASGIApp:
        try:
            caller = await caller_of(request)
            receipt = await sending.take(request, caller, source_of(source_id), number_of(number))
        except Refusal as refusal:
            return rejected(refusal)
        except Problem as problem:
            return answer_to(problem, {})
        return Answer(200, orjson.dumps(shown_receipt(receipt)), "application/json", NOT_KEPT)

    return [put_batch, get_source, get_batch, ask_for_missing, report_connector]


def check_type(headers: Mapping[str, str]) -> None:
    if headers.get("content-type", "").partition(";")[0].strip().lower() not in TYPES:
        raise UnsupportedMediaType("send application/x-ndjson: a FHIR resource a line", "content-type")


def digest_of(headers: Mapping[str, str]) -> bytes:
    """What the sender says the bytes are, so that a batch that is cut on its way is refused whole."""
    written = DIGEST.fullmatch(headers.get("content-digest", "")[:1000])
    if written is None:
        raise Invalid("content-digest", "is needed: sha-256=:<the digest of the body in base64>: (RFC 9530)")
    try:
        return base64.b64decode(written[1], validate=True)
    except NotBase64:
        raise Invalid("content-digest", "must be in base64") from None


def check_sends(fhir_scope: str) -> None:
    """Refuse a token of a system's own key that is not for adding to records. A token without a scope is good for what
    its caller may do."""
    scopes = [scope.removeprefix("system/").partition(".") for scope in fhir_scope.split(" ")]
    if fhir_scope and not any(kind == "*" and set(letters) >= SENDS for kind, _, letters in scopes):
        raise Forbidden("this token is not for batches; ask for system/*.cu")


def report_of(body: bytes) -> pb.ReportConnectorRequest:
    """What a connector says of itself, in the contract's words as JSON. Its source is in the address."""
    try:
        said = untrusted_json.loads(body, depth_max=REPORT_DEPTH_MAX, values_max=REPORT_VALUES_MAX)
        if not isinstance(said, dict) or said.keys() - REPORTED:
            raise Invalid("content", f"must be an object with {', '.join(sorted(REPORTED))}")
        return ParseDict(said, pb.ReportConnectorRequest())
    except untrusted_json.Unreadable as unfit:
        raise Invalid(unfit.path or "content", unfit.reason) from None
    except ParseError:
        raise Invalid("content", "must be what a connector says of itself; docs/collection.md has it") from None


def count_of(text: str) -> int:
    """How many outcomes of lines are asked for; as many as may be where it is not said."""
    if not text:
        return PAGE_MAX
    if not NUMBER.fullmatch(text) or int(text) > PAGE_MAX:
        raise Invalid("first", f"must be 1 to {PAGE_MAX}")
    return int(text)


def number_of(text: str) -> int:
    if not NUMBER.fullmatch(text):
        raise Invalid("number", "must be the number of a batch, from 1 on")
    return int(text)


def residents_of(content: bytes) -> list[str]:
    """Whom each line is about, by the id that its sender has for them; empty where it does not say, or is no resource:
    records says what is wrong with it."""
    return [resident_of(line) for line in content.removesuffix(b"\n").split(b"\n")]


def resident_of(line: bytes) -> str:
    try:
        resource = orjson.loads(line)
        if resource["resourceType"] == "Patient":
            return named_in_patient(resource)
        subject = resource.get("subject") or resource.get("patient")
        reference = subject["reference"]
        patient = PATIENT.fullmatch(reference)
        written = patient[1] if patient else reference.removeprefix(URN)
        return str(parse_id(written, "reference", Kind.RESIDENT))
    except (ValueError, KeyError, TypeError, AttributeError, Invalid):
        return ""


def named_in_patient(patient: Mapping[str, Any]) -> str:
    """Whom a Patient line names by the id that a scan or an order gave its sender."""
    named = (each["value"] for each in patient["identifier"] if each["system"] == RESIDENT)
    return str(parse_id(next(named, ""), "identifier", Kind.RESIDENT))


def shown_receipt(receipt: pb.BatchReceipt) -> Mapping[str, object]:
    return {
        "sourceId": shown(Kind.SOURCE, receipt.source_id),
        "number": receipt.number,
        "sha256": receipt.sha256.hex(),
        "bytes": receipt.bytes,
        "lines": receipt.lines,
        "receivedAt": moment(receipt.received_at).isoformat(),
        "known": receipt.known,
    }


def shown_source(source: pb.Source) -> Mapping[str, object]:
    """A source as its system needs it: may it send, and where does it go on?"""
    return {
        "sourceId": shown(Kind.SOURCE, source.id),
        "name": source.name,
        "status": pb.SourceStatus.Name(source.status).removeprefix("SOURCE_STATUS_"),
        "informationTypes": list(source.information_types),
        "budget": {"batches": source.budget.batches, "lines": source.budget.lines, "bytes": source.budget.bytes},
        "everyMinutes": source.every_minutes,
        "highestNumber": source.highest_number,
        "missing": source.missing,
        "waiting": source.waiting,
        "unmatched": source.unmatched,
        "pausedUntil": when(source, "paused_until"),
    }


def shown_batch(batch: pb.Batch) -> dict[str, object]:
    """What became of a batch."""
    return {
        "sourceId": shown(Kind.SOURCE, batch.source_id),
        "number": batch.number,
        "sha256": batch.sha256.hex() or None,
        "lines": batch.lines,
        "receivedAt": when(batch, "received_at"),
        "processedAt": when(batch, "processed_at"),
        **{field.json_name: getattr(batch, field.name) for field in batch.DESCRIPTOR.fields if field.name in COUNTED},
        "givenUp": batch.given_up,
        "outcomes": [
            {
                "position": outcome.position,
                "result": pb.LineResult.Name(outcome.result).removeprefix("LINE_RESULT_"),
                "code": outcome.code or None,
                "field": outcome.field or None,
                "detail": outcome.detail or None,
            }
            for outcome in batch.outcomes
        ],
    }


def when(message: pb.Source | pb.Batch, field: str) -> str | None:
    """A moment of a message; None where there is none."""
    at: Timestamp = getattr(message, field)
    return moment(at).isoformat() if message.HasField(field) else None
