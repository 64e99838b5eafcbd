"""Documents as they are, sent and fetched by link."""

from collections.abc import Mapping, Sequence

from chassis.database import Database
from chassis.links import Fetched, Files
from chassis.links import handlers as by_link
from litestar.handlers import BaseRouteHandler

from partners.commands import documents
from partners.domain.documents import DOCUMENT_BYTES_MAX, DocumentRefused
from partners.tables import DocumentRow


def handlers(database: Database, _resources: object) -> Sequence[BaseRouteHandler]:
    """Sending and fetching by link."""

    async def find(secret: str) -> DocumentRow:
        async with database.transaction() as session:
            return await documents.document_to_send(session, secret, database.now())

    async def keep(_row: DocumentRow, secret: str, content: bytes) -> Mapping[str, bool]:
        async with database.transaction() as session:
            await documents.keep(session, secret, content, database.now())
        return {"uploaded": True}

    async def fetch(secret: str) -> Fetched:
        async with database.transaction() as session:
            row, content = await documents.fetch(session, secret, database.now())
        headers = {
            "content-disposition": f'attachment; filename="{row.id}"',
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
        }
        return Fetched(content, row.media_type, headers)

    return by_link(
        Files(
            documents.FOLDER,
            DOCUMENT_BYTES_MAX,
            "the document",
            DocumentRefused,
            find,
            keep,
            fetch,
            statuses={DocumentRefused: 400},
        )
    )
