"""Documents: links to send and fetch them by."""

from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from chassis.wire import timestamp
from yima.partners.v1 import api_pb2 as pb

from partners.api.served import Resources, api
from partners.commands import documents
from partners.tables import DocumentRow


@api.serves
async def request_upload(request: pb.RequestUploadRequest, call: Call[Resources]) -> pb.DocumentLink:
    partner_id = UUID(call.principal.partner_id)
    row, path = await documents.announce(call.session, partner_id=partner_id, request=request, now=call.now)
    return link_message(row, path)


@api.serves
async def get_document(request: pb.GetDocumentRequest, call: Call[Resources]) -> pb.DocumentLink:
    limited_to = None if call.principal.supervises else UUID(call.principal.partner_id)
    document_id = parse_id(request.document_id, "document_id")
    row, path = await documents.link(call.session, document_id=document_id, partner_id=limited_to, now=call.now)
    return link_message(row, path)


def link_message(row: DocumentRow, path: str) -> pb.DocumentLink:
    return pb.DocumentLink(
        document_id=str(row.id),
        path=path,
        expires_at=timestamp(row.link_expires_at),
        media_type=row.media_type,
        size=row.size,
        uploaded=row.uploaded_at is not None,
    )
