"""The access log's signed word, and the keys that verify it and consents' receipts: public, telling nothing of anybody.

A watcher keeps a checkpoint, fetches a later one, and asks for the path from one to the other. The formats are
those of C2SP (signed-note, tlog-checkpoint) and RFC 6962, so that tools that know other logs know this one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import orjson
from chassis.answers import Answer
from chassis.problems import Problem
from chassis.refusals import Invalid, NotFound, Refusal, Unavailable
from litestar import Request, get
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp
from pyreqwest.client import Client as HttpClient
from pyreqwest.exceptions import PyreqwestError
from yima.consent.v1 import api_pb2 as pb
from yima.consent.v1.client import ConsentClient

from gateway.answers import rejected
from gateway.files import own_file

WAIT = timedelta(seconds=5)
NUMBER_CHARACTERS_MAX = 18
PUBLIC = {"cache-control": "public, max-age=1"}
TEXT, JSON = "text/plain; charset=utf-8", "application/json"


def number(text: str | None, field: str) -> int:
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > NUMBER_CHARACTERS_MAX:
        raise Invalid(field, "must be a number of entries")
    return int(text)


type Answered = Callable[[Request[Any, Any, Any], Callable[[], Awaitable[Answer]]], Awaitable[ASGIApp]]


def handlers(
    consent: ConsentClient,
    http: HttpClient,
    key_urls: Mapping[str, str],
    spend: Callable[[Request[Any, Any, Any]], None],
) -> Sequence[BaseRouteHandler]:
    """What is served; `key_urls` is where services publish the keys of their receipts, `spend` takes the cost off the
    budget of whoever asks, or raises."""

    async def answered(request: Request[Any, Any, Any], answer: Callable[[], Awaitable[Answer]]) -> ASGIApp:
        try:
            spend(request)
            return await answer()
        except Refusal as error:
            return rejected(error)

    return [*log_pages(consent, answered), *key_pages(consent, http, key_urls, answered), *verification_page()]


def log_pages(consent: ConsentClient, answered: Answered) -> Sequence[BaseRouteHandler]:
    """The access log's checkpoints, and the paths from one to another."""

    @get("/access-log/checkpoint")
    async def checkpoint(request: Request[Any, Any, Any]) -> ASGIApp:
        async def answer() -> Answer:
            size = request.query_params.get("size")
            request_pb = pb.GetLogCheckpointRequest(size=number(size, "size") if size else 0)
            checkpoint_pb = await consent.get_log_checkpoint(request_pb)
            return Answer(200, checkpoint_pb.note.encode(), TEXT, PUBLIC)

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

    return [checkpoint, consistency]


def key_pages(
    consent: ConsentClient, http: HttpClient, key_urls: Mapping[str, str], answered: Answered
) -> Sequence[BaseRouteHandler]:
    """The keys that verify the log and receipts."""

    @get("/access-log/keys")
    async def keys(request: Request[Any, Any, Any]) -> ASGIApp:
        async def answer() -> Answer:
            return Answer(200, "".join(f"{key}\n" for key in await log_keys(consent)).encode(), TEXT, PUBLIC)

        return await answered(request, answer)

    @get("/consent-keys.json")
    async def receipt_keys(request: Request[Any, Any, Any]) -> ASGIApp:
        async def answer() -> Answer:
            return Answer(200, await key_set(http, key_urls["receipts"]), JSON, PUBLIC)

        return await answered(request, answer)

    @get("/audit-keys.json")
    async def audit_keys(request: Request[Any, Any, Any]) -> ASGIApp:
        """What `yima audit verify` and the page `/verify` verify with: who keeps it need ask nobody again."""

        async def answer() -> Answer:
            sets = asyncio.gather(*(key_set(http, url) for url in key_urls.values()))
            own_keys, published = await asyncio.gather(log_keys(consent), sets)
            shown: dict[str, Any] = {"log": list(own_keys)}
            shown |= {name: orjson.loads(content) for name, content in zip(key_urls, published, strict=True)}
            return Answer(200, orjson.dumps(shown), JSON, PUBLIC)

        return await answered(request, answer)

    return [keys, receipt_keys, audit_keys]


async def log_keys(consent: ConsentClient) -> Sequence[str]:
    """What the access log is signed with; nothing, as long as nothing is in it."""
    try:
        return (await consent.get_log_checkpoint(pb.GetLogCheckpointRequest())).keys
    except Problem as problem:
        if problem.code != NotFound.code:
            raise
        return ()


async def key_set(http: HttpClient, url: str) -> bytes:
    """What a service publishes of its keys. Raises `Unavailable`."""
    try:
        response = await http.get(url).timeout(WAIT).build().send()
        content = bytes(await response.bytes())
    except PyreqwestError as error:
        raise Unavailable("the keys cannot be had now") from error
    if response.status != HTTPStatus.OK:
        raise Unavailable("the keys cannot be had now")
    return content


def verification_page() -> Sequence[BaseRouteHandler]:
    """The page `/verify`: what somebody was handed is verified in their browser, and sent nowhere."""
    return [
        own_file(f"/verify{ending}", "verification", f"verify{ending or '.html'}", media_type)
        for ending, media_type in (
            ("", "text/html; charset=utf-8"),
            (".js", "text/javascript; charset=utf-8"),
            (".css", "text/css; charset=utf-8"),
        )
    ]
