"""Erasures over HTTP."""

from datetime import datetime
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid, NotFound
from chassis.wire import timestamp
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as pb

from consent.api.served import Resources, api
from consent.commands import erasures as commands
from consent.commands.changes import log_looks
from consent.domain.access_log import AccessAct
from consent.domain.erasures import ErasureStatus, erasure_status
from consent.store import erasures as store
from consent.tables import ArtefactRow, ErasureRow

BY_DUE = pages.keyset(datetime, UUID)


@api.serves
async def list_erasures(request: pb.ListErasuresRequest, call: Call[Resources]) -> pb.ErasurePage:
    part = BY_DUE.part(request.page)
    partner_id = parse_id(request.partner_id, "partner_id") if request.partner_id else None
    grantee_id = partner_id if call.principal.supervises else UUID(call.principal.partner_id)
    if partner_id not in (None, grantee_id):
        raise NotFound("there is no such partner for the caller", "partner_id")
    if request.status not in pb.ErasureStatus.values():
        raise Invalid("status", f"must be one of {', '.join(ErasureStatus.__members__)}")
    status = ErasureStatus(request.status) if request.status else None
    rows, page = part.cut(
        await store.erasures_page(call.session, grantee_id, status, call.now, part),
        lambda row: (row[0].due_at, row[0].consent_id),
    )
    shown = [erasure_message(erasure, artefact, call) for erasure, artefact in rows]
    residents = [message.resident_id for message in shown if message.resident_id]  # an operator sees nobody's
    await log_looks(call.session, call.principal, AccessAct.ERASURES_SEEN, residents, call.now)
    return pb.ErasurePage(
        erasures=shown,
        page=page,
    )


@api.serves
async def attest_erasure(request: pb.AttestErasureRequest, call: Call[Resources]) -> pb.Erasure:
    erasure, artefact = await commands.attest_erasure(
        call.session,
        consent_id=parse_id(request.consent_id, "consent_id"),
        grantee_id=UUID(call.principal.partner_id),
        by=UUID(call.principal.subject_id),
        method=request.method,
        protocol_sha256=request.protocol_sha256,
        keys=call.resources.keys,
        now=call.now,
    )
    return erasure_message(erasure, artefact, call)


def erasure_message(row: ErasureRow, artefact: ArtefactRow, call: Call[Resources]) -> pb.Erasure:
    """An erasure, of whose resident operators learn nothing."""
    return pb.Erasure(
        consent_id=str(row.consent_id),
        resident_id="" if call.principal.role == Role.ROLE_OPERATOR else str(artefact.resident_id),
        grantee_id=str(row.grantee_id),
        order_id=str(artefact.order_id or ""),
        order_line_id=str(artefact.order_line_id or ""),
        status=int(erasure_status(row.due_at, row.attested_at, call.now)),  # type: ignore[arg-type] # as above
        due_at=timestamp(row.due_at),
        announced_at=timestamp(row.announced_at),
        attested_at=timestamp(row.attested_at),
        attested_by=str(row.attested_by or ""),
        method=row.method or 0,  # type: ignore[arg-type] # the contract's number
        protocol_sha256=row.protocol_sha256 or b"",
        receipt=row.receipt or "",
    )
