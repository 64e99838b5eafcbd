"""What records publishes: that something was stored, reported or noticed, never what."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.ids import new_id
from chassis.wire import timestamp
from yima.common.v1.route_pb2 import Role
from yima.records.v1.events_pb2 import (
    ErrorReportClosed,
    ErrorReported,
    FollowUpClosed,
    FollowUpDue,
    FollowUpNoted,
    KindGrade,
    PatientAsked,
    PatientMatched,
    PatientUnmatched,
    QualityGraded,
    QualityReportIssued,
    ReadingFlagged,
    ReadingWithdrawn,
    RecordIngested,
    ResidentsSeen,
    RunEnded,
)

from records.domain.compute import RunStatus
from records.domain.grades import written
from records.store.alert_rules import RaisedFlag
from records.store.follow_ups import Reminder
from records.store.ingests import StoredRecord
from records.tables import (
    DeviceRow,
    ErrorReportRow,
    FollowUpRow,
    GradeRow,
    PatientLinkRow,
    QualityReportRow,
    RunRow,
    WithdrawnReadingRow,
)

ASKED, MATCHED, UNMATCHED = 1, 2, 3  # versions of a link, which only goes on


def record_ingested(record: StoredRecord, resident_id: UUID, institution_id: UUID | None) -> RecordIngested:
    return RecordIngested(
        record_id=str(record.id),
        resident_id=str(resident_id),
        institution_id=str(institution_id or ""),
        information_type=record.information_type,
        content_sha256=record.content_sha256,
        version=record.version,
    )


def error_reported(report: ErrorReportRow) -> ErrorReported:
    return ErrorReported(
        error_report_id=str(report.id),
        record_id=str(report.record_id),
        resident_id=str(report.resident_id),
        institution_id=str(report.institution_id),
        answer_by=timestamp(report.answer_by),
        version=1,
    )


def error_report_closed(report: ErrorReportRow) -> ErrorReportClosed:
    return ErrorReportClosed(
        error_report_id=str(report.id),
        record_id=str(report.record_id),
        resident_id=str(report.resident_id),
        institution_id=str(report.institution_id),
        status=f"ERROR_REPORT_STATUS_{report.status.upper()}",
        version=2,
    )


def quality_report_issued(report: QualityReportRow) -> QualityReportIssued:
    return QualityReportIssued(
        report_id=str(report.id),
        institution_id=str(report.institution_id),
        month=written(report.month),
        letter=report.letter,
        issued_at=timestamp(report.issued_at),
        version=1,
    )


def quality_graded(report: QualityReportRow, grades: Sequence[GradeRow]) -> QualityGraded:
    """The grades of a month that was reported: a later month's are newer, whenever they come."""
    return QualityGraded(
        institution_id=str(report.institution_id),
        month=written(report.month),
        letter=report.letter,
        grades=[KindGrade(resource_type=row.resource_type, letter=row.letter) for row in grades],
        graded_at=timestamp(report.issued_at),
        version=report.month.year * 12 + report.month.month,
    )


def residents_seen(resident_id: UUID, by: UUID, role: Role, method: str, now: datetime) -> ResidentsSeen:
    """That somebody who supervises was shown what a resource of this resident's says."""
    return ResidentsSeen(
        look_id=str(new_id()),
        resident_ids=[str(resident_id)],
        seen_by=str(by),
        role=role,
        method=method,
        seen_at=timestamp(now),
        version=1,
    )


def run_ended(run: RunRow) -> RunEnded:
    released = run.status == RunStatus.RELEASED
    return RunEnded(
        run_id=str(run.id),
        template_id=str(run.template_id),
        partner_id=str(run.partner_id),
        project_id=str(run.project_id or ""),
        status=run.status,  # type: ignore[arg-type] # the contract's number
        order_line_id=str(run.order_line_id) if released and run.order_line_id else "",
        item=(run.item or "") if released else "",
        ended_at=timestamp(run.finished_at),
        result_sha256=run.result_sha256 or b"",
        version=1,
    )


def reading_flagged(flag: RaisedFlag, device: DeviceRow) -> ReadingFlagged:
    return ReadingFlagged(
        reading_flag_id=str(flag.id),
        alert_rule_id=str(flag.rule.id),
        severity=flag.rule.severity,  # type: ignore[arg-type] # the contract's number
        resident_id=str(device.resident_id),
        device_id=str(device.id),
        record_id=str(flag.record_id),
        programme=flag.rule.programme,
        practitioner_id=str(flag.rule.practitioner_id or ""),
        version=1,
    )


def reading_withdrawn(
    row: WithdrawnReadingRow, resident_id: UUID, record_id: UUID, partner_id: UUID | None
) -> ReadingWithdrawn:
    return ReadingWithdrawn(
        resident_id=str(resident_id),
        device_id=str(row.device_id),
        record_id=str(record_id),
        withdrawn_by=str(row.withdrawn_by),
        role=row.withdrawn_as,  # type: ignore[arg-type] # the contract's number
        partner_id=str(partner_id or ""),
        withdrawn_at=timestamp(row.withdrawn_at),
        version=1,
    )


def follow_up_noted(row: FollowUpRow) -> FollowUpNoted:
    return FollowUpNoted(
        follow_up_id=str(row.id),
        resident_id=str(row.resident_id),
        practitioner_id=str(row.practitioner_id),
        institution_id=str(row.institution_id),
        noted_at=timestamp(row.noted_at),
        version=1,
    )


def follow_up_due(reminder: Reminder) -> FollowUpDue:
    return FollowUpDue(
        follow_up_id=str(reminder.id),
        resident_id=str(reminder.resident_id),
        practitioner_id=str(reminder.practitioner_id),
        institution_id=str(reminder.institution_id),
        version=2,
    )


def follow_up_closed(row: FollowUpRow, role: Role) -> FollowUpClosed:
    """That somebody has closed it, in this role."""
    by_practitioner = role == Role.ROLE_PRACTITIONER
    return FollowUpClosed(
        follow_up_id=str(row.id),
        resident_id=str(row.resident_id),
        status=row.status,  # type: ignore[arg-type] # the contract's number
        closed_by=str(row.closed_by),
        role=role,
        institution_id=str(row.institution_id) if by_practitioner else "",
        closed_at=timestamp(row.closed_at),
        version=3,
    )


def patient_asked(link: PatientLinkRow) -> PatientAsked:
    return PatientAsked(
        patient_link_id=str(link.id),
        resident_id=str(link.resident_id),
        institution_id=str(link.institution_id),
        asked_at=timestamp(link.asked_at),
        until=timestamp(link.until),
        version=ASKED,
    )


def patient_matched(link: PatientLinkRow) -> PatientMatched:
    return PatientMatched(
        patient_link_id=str(link.id),
        resident_id=str(link.resident_id),
        institution_id=str(link.institution_id),
        basis=f"PATIENT_MATCH_BASIS_{link.basis}",
        matched_at=timestamp(link.matched_at),
        version=MATCHED,
    )


def patient_unmatched(link: PatientLinkRow) -> PatientUnmatched:
    return PatientUnmatched(
        patient_link_id=str(link.id),
        resident_id=str(link.resident_id),
        institution_id=str(link.institution_id),
        ending=f"PATIENT_LINK_ENDING_{link.ending}",
        withdrawn=link.withdrawn,
        ended_at=timestamp(link.ended_at),
        version=UNMATCHED,
    )
