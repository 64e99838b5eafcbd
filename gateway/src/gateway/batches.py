"""Batches of an institution's system, as NDJSON over HTTP: `PUT /sources/{source}/batches/{number}`.

The bytes go to records as they came, with their digest. Beside them goes whom each line is about, as its sender says:
that passes by where partners' ids of residents are deciphered (`gateway.pairwise`), which the lines do not.
"""

import asyncio
import base64
import re
from binascii import Error as NotBase64
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from chassis.answers import Answer
from chassis.api import headers_of
from chassis.bodies import read_body
from chassis.ids import Kind, parse_id, shown
from chassis.problems import Problem, answer_to
from chassis.refusals import Invalid, Refusal, UnsupportedMediaType
from chassis.wire import moment
from litestar import Request, put
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.types import ASGIApp
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
NOT_KEPT = {"cache-control": "no-store"}

type Caller = tuple[str, RecordsClient, str]
"""Whose budget it is, records as the caller sees it, and the caller's token."""


def handlers(caller_of: Callable[[Request[Any, Any, Any]], Awaitable[Caller]]) -> BaseRouteHandler:
    """What is served; `caller_of` takes the cost off the caller's budget, or raises."""
    openings = Openings("batches", OF_CLIENT_MAX, AT_ONCE_MAX)

    @put("/sources/{source_id:str}/batches/{number:str}", request_max_body_size=BYTES_MAX, status_code=200)
    async def put_batch(request: Request[Any, Any, Any], source_id: FromPath[str], number: FromPath[str]) -> ASGIApp:
        try:
            client, records, token = await caller_of(request)
            headers = headers_of(request.scope)
            check_type(headers)
            digest = digest_of(headers)
            sent = pb.PutBatchRequest(
                source_id=str(parse_id(source_id, "source_id", Kind.SOURCE)), number=number_of(number), sha256=digest
            )
            with openings.opened(client):
                sent.content = await read_body(request.receive, BYTES_MAX, BYTES_A_SECOND)
                sent.resident_ids.extend(await asyncio.to_thread(residents_of, sent.content))
                receipt = await records.put_batch(sent, token)
        except Refusal as refusal:
            return rejected(refusal)
        except Problem as problem:
            return answer_to(problem, {})
        return Answer(200, orjson.dumps(shown_receipt(receipt)), "application/json", NOT_KEPT)

    return put_batch


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
        subject = resource.get("subject") or resource.get("patient")
        reference = subject["reference"]
        patient = PATIENT.fullmatch(reference)
        written = patient[1] if patient else reference.removeprefix(URN)
        return str(parse_id(written, "reference", Kind.RESIDENT))
    except (ValueError, KeyError, TypeError, AttributeError, Invalid):
        return ""


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
