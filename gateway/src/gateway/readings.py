"""Readings of devices over HTTP: `POST /devices/{device}/readings`, signed by the device's own key.

Nobody is signed in. The body goes to records to the byte, since that is what was signed.
"""

import base64
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from chassis.answers import Answer
from chassis.api import headers_of
from chassis.bodies import read_body
from chassis.ids import Kind, parse_id, shown
from chassis.problems import Problem, answer_to
from chassis.refusals import Invalid, Refusal, UnsupportedMediaType
from litestar import Request, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.types import ASGIApp
from yima.records.v1 import devices_pb2 as pb
from yima.records.v1.client import RecordsClient

from gateway.answers import rejected
from gateway.openings import Openings

BYTES_MAX = 128 * 1024
OF_CLIENT_MAX, AT_ONCE_MAX = 8, 64
SIGNATURE_HEADER = "device-signature"
SIGNATURE_LENGTH_MAX = 100  # of 64 bytes in base64, and no more
NOT_KEPT = {"cache-control": "no-store"}


def handlers(
    records: RecordsClient, spend: Callable[[Request[Any, Any, Any]], None], address_of: Callable[[Any], str]
) -> BaseRouteHandler:
    """What is served; `spend` takes the cost off the budget of whoever is at the address, or raises."""
    openings = Openings("readings", OF_CLIENT_MAX, AT_ONCE_MAX)

    @post("/devices/{device_id:str}/readings", request_max_body_size=BYTES_MAX, status_code=200)
    async def take_readings(request: Request[Any, Any, Any], device_id: FromPath[str]) -> ASGIApp:
        try:
            spend(request)
            headers = headers_of(request.scope)
            if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
                raise UnsupportedMediaType("send application/json", "content-type")
            sent = pb.TakeReadingsRequest(
                device_id=str(parse_id(device_id, "device_id", Kind.DEVICE)), signature=signature_of(headers)
            )
            with openings.opened(address_of(request)):
                sent.content = await read_body(request.receive, BYTES_MAX)
                receipt = await records.take_readings(sent)
        except Refusal as refusal:
            return rejected(refusal)
        except Problem as problem:
            return answer_to(problem, {})
        return Answer(200, orjson.dumps(shown_receipt(receipt)), "application/json", NOT_KEPT)

    return take_readings


def signature_of(headers: Mapping[str, str]) -> bytes:
    return signature_in(headers.get(SIGNATURE_HEADER, ""), SIGNATURE_HEADER)


def signature_in(written: str, field: str) -> bytes:
    try:
        if not written or len(written) > SIGNATURE_LENGTH_MAX:
            raise NotBase64
        return base64.b64decode(written, validate=True)
    except ValueError:
        raise Invalid(field, "is needed: the device's Ed25519 signature in base64") from None


def shown_receipt(receipt: pb.ReadingsReceipt) -> Mapping[str, object]:
    return {
        "deviceId": shown(Kind.DEVICE, receipt.device_id),
        "outcomes": [shown_outcome(outcome) for outcome in receipt.outcomes],
    }


def shown_outcome(outcome: pb.ReadingOutcome) -> Mapping[str, object]:
    result = pb.ReadingResult.Name(outcome.result).removeprefix("READING_RESULT_")
    about: dict[str, object] = {"sequence": outcome.sequence, "result": result}
    if outcome.unusual:
        about["unusual"] = True
    if outcome.code:
        about |= {"code": outcome.code, "field": outcome.field, "detail": outcome.detail}
    return about
