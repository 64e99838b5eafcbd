"""Pictures and documents of offerings, by the hash of what they are: everybody may have what is or was on sale.

What has a hash never changes, so what was fetched once from the catalog is kept here, up to a bound, and browsers are
told to keep it for good. A document is saved and not shown: nothing of it runs under our origin.
"""

import re
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from chassis.answers import Answer
from chassis.inside import HttpClient
from chassis.refusals import NotFound, Refusal, Unavailable
from litestar import Request, get
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.types import ASGIApp
from pyreqwest.exceptions import PyreqwestError

from gateway.answers import rejected

KEPT_BYTES_MAX = 32 * 1024 * 1024
WAIT = timedelta(seconds=10)
HASH = re.compile("[0-9a-f]{64}")
FOR_GOOD = "public, max-age=31536000, immutable"
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
PDF = "application/pdf"


class Attached:
    """What was fetched of them, the last that were asked for."""

    def __init__(self, http: HttpClient, catalog_url: str) -> None:
        self._http = http
        self._base = f"{catalog_url}/attached"
        self._kept: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._bytes = 0

    def handler(self, spend: Callable[[Request[Any, Any, Any]], None]) -> BaseRouteHandler:
        """`spend` takes the cost off the budget of the address that asks, or raises."""

        @get("/attached/{sha256:str}")
        async def attached(request: Request[Any, Any, Any], sha256: FromPath[str]) -> ASGIApp:
            try:
                spend(request)
                return await self.answer(sha256, request.headers.get("if-none-match", ""))
            except Refusal as refusal:
                return rejected(refusal)

        return attached

    async def answer(self, sha256: str, known: str) -> Answer:
        """The file; nothing but that it is the same for who has it."""
        if not HASH.fullmatch(sha256):
            raise NotFound("there is no such picture or document")
        media_type, content = await self._file(sha256)
        headers = {"cache-control": FOR_GOOD, "etag": f'"{sha256}"'}
        if media_type == PDF:
            headers["content-disposition"] = f'attachment; filename="{sha256[:12]}.pdf"'
        if headers["etag"] in known:
            return Answer(304, b"", media_type, headers)
        return Answer(200, content, media_type, headers)

    async def _file(self, sha256: str) -> tuple[str, bytes]:
        if sha256 in self._kept:
            self._kept.move_to_end(sha256)
            return self._kept[sha256]
        try:
            answer = await self._http.get(f"{self._base}/{sha256}").timeout(WAIT).build().send()
            content = bytes(await answer.bytes())
        except PyreqwestError as error:
            raise Unavailable("the catalog cannot be reached") from error
        media_type = answer.headers.get("content-type", "")
        if answer.status != 200 or media_type not in (*PICTURES, PDF):
            raise NotFound("there is no such picture or document")
        if sha256 not in self._kept:
            self._kept[sha256] = media_type, content
            self._bytes += len(content)
        while self._bytes > KEPT_BYTES_MAX:
            _, (_, dropped) = self._kept.popitem(last=False)
            self._bytes -= len(dropped)
        return media_type, content
