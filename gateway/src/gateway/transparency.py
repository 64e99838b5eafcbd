"""The access log's signed word, and the keys that verify it and consents' receipts: public, telling nothing of anybody.

A watcher keeps a checkpoint, fetches a later one, and asks for the path from one to the other. The formats are
those of C2SP (signed-note, tlog-checkpoint) and RFC 6962, so that tools that know other logs know this one.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import orjson
from chassis.answers import Answer
from chassis.refusals import Invalid, Refusal, Unavailable
from litestar import Request, get
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp
from pyreqwest.client import Client as HttpClient
from pyreqwest.exceptions import PyreqwestError
from yima.consent.v1 import api_pb2 as pb
from yima.consent.v1.client import ConsentClient

from gateway.answers import rejected

WAIT = timedelta(seconds=5)
NUMBER_CHARACTERS_MAX = 18
PUBLIC = {"cache-control": "public, max-age=1"}
TEXT, JSON = "text/plain; charset=utf-8", "application/json"


def number(text: str | None, field: str) -> int:
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > NUMBER_CHARACTERS_MAX:
        raise Invalid(field, "must be a number of entries")
    return int(text)


def handlers(
    consent: ConsentClient, http: HttpClient, consent_url: str, spend: Callable[[Request[Any, Any, Any]], None]
) -> Sequence[BaseRouteHandler]:
    """What is served; `spend` takes the cost off the budget of whoever asks, or raises."""

    async def answered(request: Request[Any, Any, Any], answer: Callable[[], Awaitable[Answer]]) -> ASGIApp:
        try:
            spend(request)
            return await answer()
        except Refusal as error:
            return rejected(error)

    @get("/access-log/checkpoint")
    async def checkpoint(request: Request[Any, Any, Any]) -> ASGIApp:
        async def answer() -> Answer:
            size = request.query_params.get("size")
            request_pb = pb.GetLogCheckpointRequest(size=number(size, "size") if size else 0)
            checkpoint_pb = await consent.get_log_checkpoint(request_pb)
            return Answer(200, checkpoint_pb.note.encode(), TEXT, PUBLIC)

        return await answered(request, answer)

    @get("/access-log/keys")
    async def keys(request: Request[Any, Any, Any]) -> ASGIApp:
        async def answer() -> Answer:
            checkpoint_pb = await consent.get_log_checkpoint(pb.GetLogCheckpointRequest())
            return Answer(200, "".join(f"{key}\n" for key in checkpoint_pb.keys).encode(), TEXT, PUBLIC)

        return await answered(request, answer)

    @get("/access-log/consistency")
    async def consistency(request: Request[Any, Any, Any]) -> ASGIApp:
        async def answer() -> Answer:
            old, size = request.query_params.get("old"), request.query_params.get("size")
            request_pb = pb.GetLogConsistencyRequest(old_size=number(old, "old"), size=number(size, "size"))
            proof_pb = await consent.get_log_consistency(request_pb)
            path = [digest.hex() for digest in proof_pb.path]
            shown = {"old": proof_pb.old_size, "size": proof_pb.size, "path": path}
            return Answer(200, orjson.dumps(shown), JSON, PUBLIC)

        return await answered(request, answer)

    @get("/consent-keys.json")
    async def receipt_keys(request: Request[Any, Any, Any]) -> ASGIApp:
        async def answer() -> Answer:
            try:
                answered = await http.get(f"{consent_url}/consent-keys.json").timeout(WAIT).build().send()
                return Answer(answered.status, bytes(await answered.bytes()), JSON, PUBLIC)
            except PyreqwestError as error:
                raise Unavailable("consent cannot be reached") from error

        return await answered(request, answer)

    return [checkpoint, keys, consistency, receipt_keys]
