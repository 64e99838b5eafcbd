"""Legal bases over HTTP: entered, signed, ended, and read by everybody."""

from datetime import datetime

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from chassis.wire import timestamp
from yima.consent.v1 import api_pb2 as pb

from consent.api.served import Resources, api
from consent.commands import legal_bases as commands
from consent.domain.consents import RELEASE_SECONDS
from consent.domain.decisions import check_access_request
from consent.domain.legal_bases import LegalBasisStatus, check_valid_days, legal_basis_status
from consent.domain.reach import check_categories
from consent.store import legal_bases as store
from consent.store.clock import database_now
from consent.tables import LegalBasisRow


@api.serves
async def enter_legal_basis(request: pb.EnterLegalBasisRequest, call: Call[Resources]) -> pb.LegalBasis:
    row = await commands.enter(
        call.session,
        statute=request.statute,
        why=request.why,
        grantee_id=parse_id(request.partner_id, "partner_id"),
        access=check_access_request(request.information_types, request.purpose, request.access_mode),
        sensitive_categories=check_categories(request.sensitive_categories, call.resources.city.sensitive),
        valid_days=check_valid_days(request.valid_days),
        by=call.principal,
        now=await database_now(call.session),
    )
    return basis_message(row, call.now)


@api.serves
async def sign_legal_basis(request: pb.SignLegalBasisRequest, call: Call[Resources]) -> pb.LegalBasis:
    now = await database_now(call.session)
    basis_id = parse_id(request.legal_basis_id, "legal_basis_id")
    row = await commands.sign(call.session, basis_id=basis_id, by=call.principal, now=now)
    return basis_message(row, now)


@api.serves_and_waits(RELEASE_SECONDS)
async def end_legal_basis(request: pb.EndLegalBasisRequest, call: Call[Resources]) -> pb.LegalBasis:
    row = await commands.end(
        call.session,
        basis_id=parse_id(request.legal_basis_id, "legal_basis_id"),
        by=call.principal,
        reason=request.reason,
        now=await database_now(call.session),
    )
    return basis_message(row, call.now)


@api.serves
async def list_legal_bases(request: pb.ListLegalBasesRequest, call: Call[Resources]) -> pb.LegalBasisPage:
    part = pages.by_id(request.page)
    if request.status not in pb.LegalBasisStatus.values():
        raise Invalid("status", f"must be one of {', '.join(LegalBasisStatus.__members__)}")
    status = LegalBasisStatus(request.status) if request.status else None
    rows, page = part.cut(await store.bases_page(call.session, status, call.now, part), pages.at_id)
    return pb.LegalBasisPage(
        bases=[basis_message(row, call.now) for row in rows],
        page=page,
    )


def basis_message(row: LegalBasisRow, now: datetime) -> pb.LegalBasis:
    status = legal_basis_status(row.signed_at, row.expires_at, row.ended_at, now)
    return pb.LegalBasis(
        id=str(row.id),
        statute=row.statute,
        why=row.why,
        grantee_id=str(row.grantee_id),
        information_types=row.information_types,
        sensitive_categories=row.sensitive_categories,
        purpose=row.purpose,
        access_mode=row.access_mode,  # type: ignore[arg-type] # the contract's number
        expires_at=timestamp(row.expires_at),
        status=int(status),  # type: ignore[arg-type] # as above
        entered_by=str(row.entered_by),
        entered_at=timestamp(row.entered_at),
        signed_by=str(row.signed_by or ""),
        signed_at=timestamp(row.signed_at),
        ended_at=timestamp(row.ended_at),
        ended_because=row.ended_because or "",
    )
