"""Files on their way to and from the service that awaits them, which alone knows whether a link is good: partners'
documents, files of codes, and pictures and documents of offerings.

It is asked before anything is read; then the document is passed on as it comes, and is never held here when it is sent.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from chassis import problems
from chassis.answers import Answer
from chassis.api import headers_of
from chassis.bodies import stream_body
from chassis.inside import HttpClient
from chassis.refusals import NotFound, Refusal, TooLarge, Unavailable
from litestar import Request, get, put
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.types import ASGIApp
from pyreqwest.exceptions import PyreqwestError
from pyreqwest.response import Response

from gateway import limits
from gateway.answers import rejected
from gateway.openings import Openings

WAIT = timedelta(seconds=180)
ASK_WAIT = timedelta(seconds=5)
UPLOADS_OF_CLIENT, UPLOADS_MAX = 4, 16
DOWNLOADS_OF_CLIENT, DOWNLOADS_MAX = 4, 8  # these are held whole, of ten megabytes each at most
UPLOAD_BYTES_A_SECOND = 64 * 1024
SECRET_CHARACTERS_MAX = 100
KEPT_HEADERS = ("content-disposition", "cache-control")


class Evidence:
    """Passes files of one kind on to the service that awaits them, and from there."""

    def __init__(
        self,
        http: HttpClient,
        service: str,
        url: str,
        path: str = "documents",
        most: int = limits.DOCUMENT_BYTES_MAX,
        *,
        fetched: bool = True,
    ) -> None:
        """`url` is the service's, `path` where it has the files, and we do, `most` how many bytes one of them may have;
        `fetched`: they can be had again."""
        self._http = http
        self._service = service
        self._base = f"{url}/{path}"
        self.path, self.most, self.fetched = path, most, fetched
        self._uploads = Openings("uploads", UPLOADS_OF_CLIENT, UPLOADS_MAX)
        self._downloads = Openings("downloads", DOWNLOADS_OF_CLIENT, DOWNLOADS_MAX)

    async def send(self, request: Request[Any, Any, Any], secret: str, client: str) -> Answer:
        """Pass a file on, if one is awaited there."""
        length = headers_of(request.scope).get("content-length", "")
        if length.isdecimal() and int(length[:20]) > self.most:
            raise TooLarge(f"at most {self.most} bytes")
        with self._uploads.opened(client):
            await self._check_awaited(secret)
            refusals: list[Refusal] = []

            async def chunks() -> AsyncGenerator[bytes]:
                try:
                    async for chunk in stream_body(request.receive, self.most, UPLOAD_BYTES_A_SECOND):
                        yield chunk
                except Refusal as refusal:
                    refusals.append(refusal)
                    raise

            try:
                built = self._http.put(self._url(secret)).body_stream(chunks()).timeout(WAIT).build()
                return await passed(await built.send())
            except Exception as error:
                if refusals:
                    raise refusals[0] from None
                if isinstance(error, PyreqwestError):
                    raise Unavailable(f"{self._service} cannot be reached") from error
                raise

    async def fetch(self, secret: str, client: str) -> Answer:
        """A file."""
        with self._downloads.opened(client):
            try:
                return await passed(await self._http.get(self._url(secret)).timeout(WAIT).build().send())
            except PyreqwestError as error:
                raise Unavailable(f"{self._service} cannot be reached") from error

    async def _check_awaited(self, secret: str) -> None:
        try:
            answer = await self._http.head(self._url(secret)).timeout(ASK_WAIT).build().send()
        except PyreqwestError as error:
            raise Unavailable(f"{self._service} cannot be reached") from error
        if answer.status != 200:
            raise NotFound("the link has expired, or was used; announce the file again")

    def _url(self, secret: str) -> str:
        if len(secret) > SECRET_CHARACTERS_MAX:
            raise NotFound("there is no such link")
        return f"{self._base}/{quote(secret, safe='')}"


async def passed(answer: Response) -> Answer:
    content = bytes(await answer.bytes())
    kept = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
    media_type = answer.headers.get("content-type", problems.MEDIA_TYPE)
    return Answer(answer.status, content, media_type, kept)


def handlers(files: Sequence[Evidence], spend: Callable[[Request[Any, Any, Any]], str]) -> Sequence[BaseRouteHandler]:
    """Where files go to and come from by a link, which alone says that whoever has it may; `spend` takes the cost off
    the budget of the address it came from, which it returns, or raises."""
    return [handler for each in files for handler in of_kind(each, spend)]


def of_kind(files: Evidence, spend: Callable[[Request[Any, Any, Any]], str]) -> Sequence[BaseRouteHandler]:
    path = f"/{files.path}/{{secret:str}}"

    @put(path, request_max_body_size=files.most)
    async def send(request: Request[Any, Any, Any], secret: FromPath[str]) -> ASGIApp:
        try:
            return await files.send(request, secret, spend(request))
        except Refusal as error:
            return rejected(error)

    @get(path)
    async def fetch(request: Request[Any, Any, Any], secret: FromPath[str]) -> ASGIApp:
        try:
            return await files.fetch(secret, spend(request))
        except Refusal as error:
            return rejected(error)

    return [send, fetch] if files.fetched else [send]
