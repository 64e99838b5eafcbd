"""Error reports: what residents say is wrong in their records, and what institutions answer."""

from typing import Annotated

import strawberry
from strawberry import ID
from yima.records.v1 import error_reports_pb2 as pb
from yima.records.v1.enums import ErrorReportStatus

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, connection, page_request
from gateway.schema.partners import PartnerProfile, profile


@shows(pb.ErrorReport)
class ErrorReport:
    id: ID
    resident_id: ID
    record_id: ID
    institution: PartnerProfile | None = profile("institution_id", "Which answers.")
    resource_type: str
    fhir_id: str
    record_version: int
    description: str
    reported_at: DateTime
    answer_by: DateTime
    status: ErrorReportStatus
    answer: str | None
    closed_at: DateTime | None
    corrected_version: int | None = field(description="The version that is right. Null unless it was corrected.")


@strawberry.type
class Query:
    @strawberry.field(
        description="What residents say is wrong: for a resident in their own record, for an institution in what it "
        "sent. Newest first."
    )
    @asks("records.ListErrorReports")
    async def error_reports(
        self,
        info: Info,
        resident_id: Annotated[
            ID | None, strawberry.argument(description="One resident's. For residents: somebody for whom they act.")
        ] = None,
        status: ErrorReportStatus | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.ErrorReport]:
        context = info.context
        request = pb.ListErrorReportsRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId") if resident_id else "",
            status=status,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.records.list_error_reports(request, context.token)
        return connection(answer.error_reports, answer.page)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Say that something in one's record is wrong, or in that of somebody for whom one acts. Its "
        "institution answers; nothing is changed by the report itself."
    )
    @refusable
    @asks("records.ReportError")
    async def report_error(
        self, info: Info, resident_id: ID, record_id: ID, description: str, idempotency_key: str | None = None
    ) -> pb.ErrorReport:
        context = info.context
        request = pb.ReportErrorRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId"),
            record_id=parse_global_id(Kind.RECORD, record_id, "recordId"),
            description=description,
        )
        return await context.clients.records.report_error(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Take a report back while it is open.")
    @refusable
    @asks("records.WithdrawErrorReport")
    async def withdraw_error_report(
        self, info: Info, error_report_id: ID, idempotency_key: str | None = None
    ) -> pb.ErrorReport:
        context = info.context
        report_id = parse_global_id(Kind.ERROR_REPORT, error_report_id, "errorReportId")
        request = pb.WithdrawErrorReportRequest(error_report_id=report_id)
        return await context.clients.records.withdraw_error_report(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Answer a report about what one's institution sent: that another version was sent since, which is "
        "right; or that the resource is right as it is."
    )
    @refusable
    @asks("records.AnswerErrorReport")
    async def answer_error_report(
        self,
        info: Info,
        error_report_id: ID,
        corrected: bool,
        answer: str,
        idempotency_key: str | None = None,
    ) -> pb.ErrorReport:
        context = info.context
        request = pb.AnswerErrorReportRequest(
            error_report_id=parse_global_id(Kind.ERROR_REPORT, error_report_id, "errorReportId"),
            corrected=corrected,
            answer=answer,
        )
        return await context.clients.records.answer_error_report(request, context.token, idempotency_key or "")
