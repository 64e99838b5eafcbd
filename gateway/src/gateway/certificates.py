"""The certificate registry for everybody: a signed document, as partners makes it, and the keys that verify it.

It is remembered until an event says that something of a partner has changed, and for a minute at most, so that what a
withdrawn key has signed is not served for longer.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from chassis import answers
from chassis.ids import Kind
from chassis.inside import HttpClient
from chassis.problems import Problem, answer_to
from chassis.refusals import Refusal
from litestar import Request, get
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.types import ASGIApp
from yima.partners.v1 import api_pb2 as pb
from yima.partners.v1.client import PartnersClient

from gateway.answers import rejected
from gateway.ids import parse_global_id
from gateway.responses import Answer, Shared
from gateway.transparency import JSON, PUBLIC, key_set

JOSE = "application/jose"  # RFC 7515: a JWS in its compact form
REMEMBERED_SECONDS = 60


def handlers(
    partners: PartnersClient,
    http: HttpClient,
    key_urls: Mapping[str, str],
    shared: Shared,
    spend: Callable[[Request[Any, Any, Any]], None],
) -> Sequence[BaseRouteHandler]:
    """What is served; `spend` takes the cost off the budget of whoever asks, or raises."""
    making = asyncio.Lock()  # it is large: of many who ask at once one has it made

    async def registry(partner_id: str) -> Answer:
        key = ("certificate registry", partner_id, int(time.time()) // REMEMBERED_SECONDS)
        async with making:
            if (answer := shared.answer(key)) is not None:
                return answer
            before = shared.events
            registry_pb = await partners.get_certificate_registry(
                pb.GetCertificateRegistryRequest(partner_id=partner_id)
            )
            shows = f"partner:{partner_id}" if partner_id else "partners"
            return shared.keep(key, registry_pb.document.encode(), [shows], before)

    async def answered(request: Request[Any, Any, Any], answer: Callable[[], Awaitable[answers.Answer]]) -> ASGIApp:
        try:
            spend(request)
            return await answer()
        except Refusal as error:
            return rejected(error)
        except Problem as problem:
            return answer_to(problem, {})

    def document(request: Request[Any, Any, Any], partner_id: str) -> Callable[[], Awaitable[answers.Answer]]:
        async def answer() -> answers.Answer:
            newest = await registry(parse_global_id(Kind.PARTNER, partner_id, "partnerId") if partner_id else "")
            headers = {"cache-control": "public, no-cache", "etag": newest.etag}
            if newest.etag in request.headers.get("if-none-match", ""):
                return answers.Answer(304, b"", JOSE, headers)
            return answers.Answer(200, newest.body, JOSE, headers)

        return answer

    @get("/certificates")
    async def everybodys(request: Request[Any, Any, Any]) -> ASGIApp:
        return await answered(request, document(request, ""))

    @get("/certificates/{partner_id:str}")
    async def of_partner(request: Request[Any, Any, Any], partner_id: FromPath[str]) -> ASGIApp:
        return await answered(request, document(request, partner_id))

    @get("/certificate-keys.json")
    async def keys(request: Request[Any, Any, Any]) -> ASGIApp:
        async def answer() -> answers.Answer:
            return answers.Answer(200, await key_set(http, key_urls["certificates"]), JSON, PUBLIC)

        return await answered(request, answer)

    return [everybodys, of_partner, keys]
