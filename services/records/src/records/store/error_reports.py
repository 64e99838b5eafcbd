"""Error reports, and the resources that they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import rows
from chassis.errors import constraint
from chassis.pages import Part
from sqlalchemy import func, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from records.domain.error_reports import ErrorReportOpen, ErrorReportStatus
from records.tables import ErrorReportRow, RecordRow

OVERDUE = text("SELECT count(*) FROM error_report WHERE status = 'open' AND answer_by < :now")


@dataclass(frozen=True, slots=True)
class ReportedResource:
    """What a report is about."""

    institution_id: UUID | None
    resource_type: str
    fhir_id: str
    version: int


async def resource(session: AsyncSession, resident_id: UUID, record_id: UUID) -> ReportedResource | None:
    """A resource in this resident's record."""
    query = select(RecordRow.institution_id, RecordRow.resource_type, RecordRow.fhir_id, RecordRow.version).where(
        RecordRow.id == record_id, RecordRow.resident_id == resident_id
    )
    row = (await session.execute(query)).one_or_none()
    return ReportedResource(row.institution_id, row.resource_type, row.fhir_id, row.version) if row else None


async def version_of(session: AsyncSession, record_id: UUID) -> int:
    """The version of a resource that is in force. It does not change until we commit."""
    query = select(RecordRow.version).where(RecordRow.id == record_id).with_for_update(key_share=True)
    return int((await session.execute(query)).scalar_one())


async def open_reports(session: AsyncSession, resident_id: UUID) -> int:
    """How many of a resident's reports wait for an answer. Nobody counts them before this transaction ends."""
    await rows.lock_count(session, "error reports", resident_id)
    query = select(func.count()).where(
        ErrorReportRow.resident_id == resident_id, ErrorReportRow.status == ErrorReportStatus.OPEN
    )
    return int((await session.execute(query)).scalar_one())


async def add(session: AsyncSession, report: ErrorReportRow) -> None:
    """Keep a new report; raises `ErrorReportOpen` where one about the same resource waits for its answer."""
    session.add(report)
    try:
        await session.flush()
    except IntegrityError as error:
        if constraint(error) == "error_report_open_once":
            raise ErrorReportOpen("wait for the answer, or take that report back", "record_id") from None
        raise


async def report_for_update(session: AsyncSession, report_id: UUID) -> ErrorReportRow | None:
    query = select(ErrorReportRow).where(ErrorReportRow.id == report_id).with_for_update()
    return (await session.scalars(query)).one_or_none()


async def page(
    session: AsyncSession,
    *,
    resident_id: UUID | None = None,
    institution_id: UUID | None = None,
    status: ErrorReportStatus | None,
    part: Part[tuple[UUID]],
) -> Sequence[ErrorReportRow]:
    """Reports in a resident's record, or about what an institution sent, or both, newest first."""
    query = select(ErrorReportRow)
    if resident_id is not None:
        query = query.where(ErrorReportRow.resident_id == resident_id)
    if institution_id is not None:
        query = query.where(ErrorReportRow.institution_id == institution_id)
    if status is not None:
        query = query.where(ErrorReportRow.status == status)
    return (await session.scalars(part.of(query, col(ErrorReportRow.id), descending=True))).all()


async def overdue(session: AsyncSession, now: datetime) -> int:
    """How many reports institutions should have answered by now."""
    return int((await session.execute(OVERDUE, {"now": now})).scalar_one())
