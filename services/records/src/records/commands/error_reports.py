"""What becomes of error reports: reported by the resident, answered by the institution, or taken back."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import NotFound
from sqlalchemy.ext.asyncio import AsyncSession

from records import events
from records.domain.error_reports import (
    OPEN_MAX,
    ErrorReportStatus,
    NobodyToAnswer,
    TooManyErrorReports,
    answer_by,
    check_corrected,
    check_move,
)
from records.store import error_reports as store
from records.tables import ErrorReportRow


async def report_error(
    session: AsyncSession, *, resident_id: UUID, record_id: UUID, description: str, by: UUID, now: datetime
) -> ErrorReportRow:
    """Say what is wrong in a resource of this resident's record."""
    description = texts.prose(description, "description")
    resource = await store.resource(session, resident_id, record_id)
    if resource is None:
        raise NotFound("there is no such resource in the record", "record_id")
    if resource.institution_id is None:
        raise NobodyToAnswer("correct it yourself, or withdraw it", "record_id")
    if await store.open_reports(session, resident_id) >= OPEN_MAX:
        raise TooManyErrorReports(f"at most {OPEN_MAX} are open at a time")
    report = ErrorReportRow(
        id=new_id(),
        record_id=record_id,
        resident_id=resident_id,
        institution_id=resource.institution_id,
        resource_type=resource.resource_type,
        fhir_id=resource.fhir_id,
        record_version=resource.version,
        description=description,
        reported_by=by,
        reported_at=now,
        answer_by=answer_by(now),
        status=ErrorReportStatus.OPEN,
    )
    await store.add(session, report)
    publish(session, events.error_reported(report), report.id)
    return report


async def answer_error_report(
    session: AsyncSession,
    *,
    report_id: UUID,
    institution_id: UUID,
    corrected: bool,
    answer: str,
    by: UUID,
    now: datetime,
) -> ErrorReportRow:
    """Answer a report in the name of the institution that sent the resource."""
    answer = texts.prose(answer, "answer")
    report = await open_report(session, report_id, lambda row: row.institution_id == institution_id)
    if corrected:
        version = await store.version_of(session, report.record_id)
        check_corrected(report.record_version, version)
        report.corrected_version = version
    report.answer = answer
    return await close(
        session, report, ErrorReportStatus.CORRECTED if corrected else ErrorReportStatus.CONFIRMED, by, now
    )


async def withdraw_error_report(
    session: AsyncSession, *, report_id: UUID, acts_for: Callable[[UUID], bool], by: UUID, now: datetime
) -> ErrorReportRow:
    """Take a report back that nobody has answered."""
    report = await open_report(session, report_id, lambda row: acts_for(row.resident_id))
    return await close(session, report, ErrorReportStatus.WITHDRAWN, by, now)


async def open_report(
    session: AsyncSession, report_id: UUID, is_callers: Callable[[ErrorReportRow], bool]
) -> ErrorReportRow:
    """The report, locked, if it is the caller's to close; another's is not there for them."""
    report = await store.report_for_update(session, report_id)
    if report is None or not is_callers(report):
        raise NotFound("there is no such report", "error_report_id")
    return report


async def close(
    session: AsyncSession, report: ErrorReportRow, status: ErrorReportStatus, by: UUID, now: datetime
) -> ErrorReportRow:
    check_move(report.status, status)
    report.status, report.closed_by, report.closed_at = status, by, now
    await session.flush()
    publish(session, events.error_report_closed(report), report.id)
    return report
