"""Documents as they are, sent and fetched by link."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from chassis import problems
from chassis.bodies import read_body
from chassis.database import Database
from chassis.refusals import TooLarge
from litestar import Request, Response, get, head, put
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from partners.commands import documents
from partners.domain.documents import DOCUMENT_BYTES_MAX, DocumentRefused


def handlers(database: Database, _resources: object) -> Sequence[BaseRouteHandler]:
    """Sending and fetching by link."""

    @head("/documents/{secret:str}")
    async def ask(secret: FromPath[str]) -> Response[None]:
        """Is a document awaited by this link? Asked before it is sent."""
        try:
            async with database.transaction() as session:
                await documents.document_to_send(session, secret, datetime.now(UTC))
        except Exception as error:
            return Response(None, status_code=problems.answer_to(error, {}).status)
        return Response(None, status_code=200)

    @put("/documents/{secret:str}", request_max_body_size=DOCUMENT_BYTES_MAX)
    async def send(secret: FromPath[str], request: Request[Any, Any, Any]) -> Response[Any]:
        try:
            async with database.transaction() as session:
                size = (await documents.document_to_send(session, secret, datetime.now(UTC))).size
            try:
                content = await read_body(request.receive, size)
            except TooLarge:
                raise DocumentRefused("", f"the document is longer than the {size} bytes that were announced") from None
            async with database.transaction() as session:
                await documents.keep(session, secret, content, datetime.now(UTC))
        except Exception as error:
            return problems.answer_to(error, {DocumentRefused: 400}).response()
        return Response({"uploaded": True})

    @get("/documents/{secret:str}")
    async def fetch(secret: FromPath[str]) -> Response[Any]:
        try:
            async with database.transaction() as session:
                row, content = await documents.fetch(session, secret, datetime.now(UTC))
        except Exception as error:
            return problems.answer_to(error, {}).response()
        headers = {
            "content-disposition": f'attachment; filename="{row.id}"',
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
        }
        return Response(content, media_type=row.media_type, headers=headers)

    return [ask, send, fetch]
