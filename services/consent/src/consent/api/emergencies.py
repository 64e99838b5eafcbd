"""Emergencies over HTTP: opened, listed, reviewed."""

from datetime import datetime
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid, NotFound
from chassis.wire import timestamp
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as pb

from consent.api.served import Resources, api, visible_residents
from consent.commands import emergencies as commands
from consent.domain.consents import NOT_THEIR_RESIDENT, RELEASE_SECONDS
from consent.domain.emergencies import EmergencyStatus, emergency_status
from consent.store import emergencies as store
from consent.store.clock import database_now
from consent.tables import EmergencyRow


@api.serves
async def break_glass(request: pb.BreakGlassRequest, call: Call[Resources]) -> pb.Emergency:
    row = await commands.break_glass(
        call.session,
        resident_id=parse_id(request.resident_id, "resident_id"),
        practitioner_id=UUID(call.principal.subject_id),
        partner_id=UUID(call.principal.partner_id),
        reason=request.reason,
        city=call.resources.city,
        keys=call.resources.keys,
        now=await database_now(call.session),
    )
    return emergency_message(row, call.now)


@api.serves
async def list_emergencies(request: pb.ListEmergenciesRequest, call: Call[Resources]) -> pb.EmergencyPage:
    part = pages.by_id(request.page)
    if request.status not in pb.EmergencyStatus.values():
        raise Invalid("status", f"must be one of {', '.join(EmergencyStatus.__members__)}")
    residents = [parse_id(request.resident_id, "resident_id")] if request.resident_id else None
    partner_id = parse_id(request.partner_id, "partner_id") if request.partner_id else None
    if call.principal.role == Role.ROLE_RESIDENT:
        own = await visible_residents(call)
        if residents and residents[0] not in own:
            raise NotFound(NOT_THEIR_RESIDENT, "resident_id")
        residents = residents or own
    elif call.principal.role != Role.ROLE_REGULATOR:
        if partner_id not in (None, UUID(call.principal.partner_id)):
            raise NotFound("there is no such partner for the caller", "partner_id")
        partner_id = UUID(call.principal.partner_id)
    rows, page = part.cut(
        await store.emergencies_page(
            call.session,
            residents,
            partner_id,
            parse_id(request.emergency_id, "emergency_id") if request.emergency_id else None,
            EmergencyStatus(request.status) if request.status else None,
            call.now,
            part,
        ),
        pages.at_id,
    )
    return pb.EmergencyPage(
        emergencies=[emergency_message(row, call.now) for row in rows],
        page=page,
    )


@api.serves_and_waits(RELEASE_SECONDS)
async def review_emergency(request: pb.ReviewEmergencyRequest, call: Call[Resources]) -> pb.Emergency:
    audits = call.principal.role == Role.ROLE_REGULATOR
    row = await commands.review_emergency(
        call.session,
        emergency_id=parse_id(request.emergency_id, "emergency_id"),
        partner_id=None if audits else UUID(call.principal.partner_id),
        by=UUID(call.principal.subject_id),
        justified=request.justified,
        note=request.note,
        now=await database_now(call.session),
    )
    return emergency_message(row, call.now)


def emergency_message(row: EmergencyRow, now: datetime) -> pb.Emergency:
    status = emergency_status(row.review_due_at, row.reviewed_at, row.audited_at, now)
    return pb.Emergency(
        id=str(row.id),
        resident_id=str(row.resident_id),
        practitioner_id=str(row.practitioner_id),
        partner_id=str(row.partner_id),
        reason=row.reason,
        consent_id=str(row.consent_id),
        opened_at=timestamp(row.opened_at),
        until=timestamp(row.until),
        review_due_at=timestamp(row.review_due_at),
        status=int(status),  # type: ignore[arg-type] # the contract's number
        review=review_message(row.reviewed_at, row.reviewed_by, row.review_justified, row.review_note),
        audit=review_message(row.audited_at, row.audited_by, row.audit_justified, row.audit_note),
    )


def review_message(
    at: datetime | None, by: UUID | None, justified: bool | None, note: str | None
) -> pb.EmergencyReview | None:
    if at is None:
        return None
    return pb.EmergencyReview(
        reviewed_by=str(by), justified=bool(justified), note=note or "", reviewed_at=timestamp(at)
    )
