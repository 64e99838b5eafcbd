"""Grades and reports of how good data is: an institution's own, and everybody's for who supervises."""

import hashlib
from uuid import UUID

from chassis import moments, pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Forbidden, NotFound
from chassis.wire import timestamp
from yima.common.v1.route_pb2 import Role
from yima.records.v1 import quality_pb2 as pb

from records.api.served import Resources, api
from records.commands.quality_reports import judged_grade
from records.domain.grades import said, written
from records.domain.reviews import ACCURACY
from records.domain.rule_packs import RuleBook
from records.store import grades as store
from records.store import quality_reports as report_store
from records.store import reviews as review_store
from records.tables import GradeRow, QualityReportRow

BY_MONTH = pages.keyset(pages.Month, UUID)


def whose(institution_id: str, call: Call[Resources]) -> UUID | None:
    """The institution that is asked about; None: all, for who supervises. A partner sees its own alone."""
    asked = parse_id(institution_id, "institution_id") if institution_id else None
    if call.principal.role in (Role.ROLE_OPERATOR, Role.ROLE_REGULATOR):
        return asked
    own = UUID(call.principal.partner_id)
    if asked not in (None, own):
        raise Forbidden("another institution's grades are not shown", "institution_id")
    return own


@api.serves
async def list_quality_grades(request: pb.ListQualityGradesRequest, call: Call[Resources]) -> pb.QualityGradePage:
    part = BY_MONTH.part(request.page)
    by_first_day = part.at(lambda place: (moments.parse_month(place[0], "month"), place[1]))
    month = moments.parse_month(request.month, "month") if request.month else None
    rows, page = part.cut(
        await store.page(call.session, whose(request.institution_id, call), month, by_first_day),
        lambda row: (pages.Month(written(row.month)), row.id),
    )
    judged = await review_store.settled(
        call.session, [(row.institution_id, row.month, row.resource_type) for row in rows]
    )
    return pb.QualityGradePage(
        grades=[
            grade_message(
                row,
                call.resources.rule_book,
                judged.get((row.institution_id, row.month, row.resource_type), (0, 0)),
            )
            for row in rows
        ],
        page=page,
    )


def grade_message(row: GradeRow, book: RuleBook, judged: tuple[int, int]) -> pb.QualityGrade:
    """A grade, with what people judged of the month's sample, once that is enough."""
    grade = judged_grade(row, book, judged)
    return pb.QualityGrade(
        institution_id=str(row.institution_id),
        month=written(row.month),
        resource_type=row.resource_type,
        letter=grade.letter,
        resources=row.resources,
        parts=[
            pb.QualityPart(
                dimension=f"QUALITY_DIMENSION_{part.dimension.upper()}",
                letter=part.letter,
                affected=None if part.dimension == ACCURACY else said(part.affected, row.resources),
            )
            for part in grade.parts
        ],
        graded_at=timestamp(row.graded_at),
    )


@api.serves
async def list_quality_reports(request: pb.ListQualityReportsRequest, call: Call[Resources]) -> pb.QualityReportPage:
    part = pages.by_id(request.page)
    institution_id = whose(request.institution_id, call)
    rows, page = part.cut(await report_store.page(call.session, institution_id, part), pages.at_id)
    return pb.QualityReportPage(reports=[report_message(row) for row in rows], page=page)


def report_message(row: QualityReportRow) -> pb.QualityReport:
    return pb.QualityReport(
        id=str(row.id),
        institution_id=str(row.institution_id),
        month=written(row.month),
        letter=row.letter,
        sha256=row.sha256,
        signature=row.signature,
        issued_at=timestamp(row.issued_at),
    )


@api.serves
async def get_quality_report_document(
    request: pb.GetQualityReportDocumentRequest, call: Call[Resources]
) -> pb.QualityReportDocument:
    row = await report_store.report(call.session, parse_id(request.report_id, "report_id"), whose("", call))
    if row is None:
        raise NotFound("there is no such report", "report_id")
    as_pdf = request.format == pb.REPORT_FORMAT_PDF
    content = row.pdf if as_pdf else row.content
    return pb.QualityReportDocument(
        name=f"quality-{written(row.month)}-{row.institution_id}.{'pdf' if as_pdf else 'json'}",
        media_type="application/pdf" if as_pdf else "application/json",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        signature=row.signature,
    )
