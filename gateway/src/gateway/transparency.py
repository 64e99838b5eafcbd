"""The access log's signed word, and the keys that verify it and consents' receipts: public, telling nothing of anybody.

A watcher keeps a checkpoint, fetches a later one, and asks for the path from one to the other. The formats are
those of C2SP (signed-note, tlog-checkpoint, tlog-tiles) and RFC 6962, so that tools that know other logs know this one.
The log's prefix is `/access-log`. Its entries are no tiles: they are for whom they are about.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import orjson
from chassis.answers import Answer
from chassis.inside import HttpClient
from chassis.problems import Problem
from chassis.refusals import Invalid, NotFound, Refusal, Unavailable
from litestar import Request, get
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp
from pyreqwest.exceptions import PyreqwestError
from yima.consent.v1 import api_pb2 as pb
from yima.consent.v1.client import ConsentClient

from gateway.answers import rejected
from gateway.files import own_file

WAIT = timedelta(seconds=5)
NUMBER_CHARACTERS_MAX = 18
TILE_WIDTH = 256  # hashes in a whole tile
PUBLIC = {"cache-control": "public, max-age=1"}
FOR_GOOD = {"cache-control": "public, max-age=31536000, immutable"}
TEXT, JSON, BYTES = "text/plain; charset=utf-8", "application/json", "application/octet-stream"
# C2SP tlog-tiles: a level, a number in groups of three digits of which all but the last begin with x, and how wide the
# tile is where it is not whole. Each tile has one path, so that it is in a cache once.
TILE = re.compile(
    r"/(?P<level>0|[1-9][0-9]?)/(?P<index>[0-9]{3}|x(?!000)[0-9]{3}(/x[0-9]{3}){0,4}/[0-9]{3})"
    r"(\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class TileName:
    """Which tile a path names; a width of 0 is a whole one."""

    level: int
    index: int
    width: int = 0

    @property
    def path(self) -> str:
        digits = f"{self.index:03}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
        index = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        return f"/{self.level}/{index}" + (f".p/{self.width}" if self.width else "")


def tile_named(path: str) -> TileName:
    """The tile of a path. Raises `NotFound` where no tile has this path."""
    match = TILE.fullmatch(path)
    if match is None or (width := int(match["width"] or 0)) >= TILE_WIDTH:
        raise NotFound("a tile's path is as C2SP tlog-tiles says, such as `/access-log/tile/0/x001/234`", "tile")
    return TileName(int(match["level"]), int(match["index"].replace("x", "").replace("/", "")), width)


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

    @get("/access-log/tile/{tile:path}")
    async def tile(request: Request[Any, Any, Any]) -> ASGIApp:
        async def answer() -> Answer:
            name = tile_named(request.path_params["tile"])
            request_pb = pb.GetLogTileRequest(level=name.level, index=name.index, width=name.width)
            return Answer(200, (await consent.get_log_tile(request_pb)).hashes, BYTES, FOR_GOOD)

        return await answered(request, answer)

    return [checkpoint, consistency, tile]


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
