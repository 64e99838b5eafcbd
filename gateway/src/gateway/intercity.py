"""What cities ask one another, on its way to identity, which alone knows which city is trusted with what."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from chassis.answers import Answer
from chassis.api import headers_of
from chassis.bodies import read_body
from chassis.inside import HttpClient
from chassis.refusals import Refusal, Unavailable
from litestar import Request, get, post
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp
from pyreqwest.exceptions import PyreqwestError
from pyreqwest.response import Response

from gateway.answers import rejected

WAIT = timedelta(seconds=5)
BODY_BYTES_MAX = 32 * 1024
JSON = "application/json"
NOT_KEPT = {"cache-control": "no-store"}


def handlers(
    http: HttpClient, identity_url: str, spend: Callable[[Request[Any, Any, Any]], None]
) -> Sequence[BaseRouteHandler]:
    """What is served; `spend` takes the cost off the budget of whoever asks, or raises."""

    async def passed(request: Request[Any, Any, Any], ask: Callable[[], Awaitable[Response]]) -> ASGIApp:
        try:
            spend(request)
            answer = await ask()
            headers = dict(NOT_KEPT)
            if wait := answer.headers.get("retry-after"):
                headers["retry-after"] = wait
            return Answer(answer.status, bytes(await answer.bytes()), answer.headers.get("content-type", JSON), headers)
        except PyreqwestError:
            return rejected(Unavailable("identity cannot be reached"))
        except Refusal as error:
            return rejected(error)

    @get("/cities/keys")
    async def keys(request: Request[Any, Any, Any]) -> ASGIApp:
        return await passed(request, lambda: http.get(f"{identity_url}/cities/keys").timeout(WAIT).build().send())

    @post("/cities/scans", status_code=200)
    async def scans(request: Request[Any, Any, Any]) -> ASGIApp:
        async def ask() -> Response:
            headers_of(request.scope)  # refuses one that is there twice
            body = await read_body(request.receive, BODY_BYTES_MAX)
            builder = http.post(f"{identity_url}/cities/scans").headers({"content-type": JSON})
            return await builder.body_bytes(body).timeout(WAIT).build().send()

        return await passed(request, ask)

    return [keys, scans]
