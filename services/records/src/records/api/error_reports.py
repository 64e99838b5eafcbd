"""Error reports over HTTP: a resident says what is wrong in their record, its institution answers."""

from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.wire import timestamp
from yima.common.v1.route_pb2 import Role
from yima.records.v1 import error_reports_pb2 as pb

from records.api.served import Resources, acted_for, api, theirs
from records.commands import error_reports as commands
from records.domain.error_reports import ErrorReportStatus
from records.store import error_reports as store
from records.store import grounds
from records.tables import ErrorReportRow

PREFIX = "ERROR_REPORT_STATUS_"
REPORTS = "says what is wrong in their record"


@api.serves
async def report_error(request: pb.ReportErrorRequest, call: Call[Resources]) -> pb.ErrorReport:
    resident_id = acted_for(request.resident_id, call, REPORTS)
    await grounds.own(call.session, call.principal.subject_id, [resident_id])
    report = await commands.report_error(
        call.session,
        resident_id=resident_id,
        record_id=parse_id(request.record_id, "record_id"),
        description=request.description,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return report_message(report)


@api.serves
async def withdraw_error_report(request: pb.WithdrawErrorReportRequest, call: Call[Resources]) -> pb.ErrorReport:
    await grounds.own(call.session, call.principal.subject_id, theirs(call))
    report = await commands.withdraw_error_report(
        call.session,
        report_id=parse_id(request.error_report_id, "error_report_id"),
        acts_for=lambda resident_id: call.principal.acts_for(str(resident_id)),
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return report_message(report)


@api.serves
async def answer_error_report(request: pb.AnswerErrorReportRequest, call: Call[Resources]) -> pb.ErrorReport:
    institution_id = UUID(call.principal.partner_id)
    await grounds.of_institution(call.session, institution_id)
    report = await commands.answer_error_report(
        call.session,
        report_id=parse_id(request.error_report_id, "error_report_id"),
        institution_id=institution_id,
        corrected=request.corrected,
        answer=request.answer,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return report_message(report)


@api.serves
async def list_error_reports(request: pb.ListErrorReportsRequest, call: Call[Resources]) -> pb.ErrorReportPage:
    part = pages.by_id(request.page)
    status = None
    if request.status:
        status = ErrorReportStatus(pb.ErrorReportStatus.Name(request.status).removeprefix(PREFIX).lower())
    if call.principal.role == Role.ROLE_RESIDENT:
        whose: UUID | None = acted_for(request.resident_id or call.principal.subject_id, call, REPORTS)
        await grounds.own(call.session, call.principal.subject_id, theirs(call))
        institution_id = None
    else:
        whose = parse_id(request.resident_id, "resident_id") if request.resident_id else None
        institution_id = UUID(call.principal.partner_id)
        await grounds.of_institution(call.session, institution_id)
    rows, page = part.cut(
        await store.page(call.session, resident_id=whose, institution_id=institution_id, status=status, part=part),
        pages.at_id,
    )
    return pb.ErrorReportPage(error_reports=[report_message(row) for row in rows], page=page)


def report_message(row: ErrorReportRow) -> pb.ErrorReport:
    return pb.ErrorReport(
        id=str(row.id),
        resident_id=str(row.resident_id),
        record_id=str(row.record_id),
        institution_id=str(row.institution_id),
        resource_type=row.resource_type,
        fhir_id=row.fhir_id,
        record_version=row.record_version,
        description=row.description,
        reported_at=timestamp(row.reported_at),
        answer_by=timestamp(row.answer_by),
        status=f"{PREFIX}{row.status.upper()}",
        answer=row.answer,
        closed_at=timestamp(row.closed_at),
        corrected_version=row.corrected_version or 0,
        reported_by=str(row.reported_by),
    )
