"""How good stored data is: rules, findings, grades, reports; and the catalogue of which data there is."""

import base64
from typing import Annotated

import strawberry
from strawberry import ID
from yima.records.v1 import quality_pb2 as pb
from yima.records.v1 import reviews_pb2 as reviews_pb
from yima.records.v1.enums import (
    QualityDimension,
    QualityReviewStatus,
    ReportFormat,
    ReviewReason,
    ReviewVerdict,
    Severity,
)

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, reads, shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, connection, page_request
from gateway.schema.partners import PartnerProfile, profile


@shows(pb.QualityRule, description="A rule that stored data is examined by.")
class QualityRule:
    rule: str
    pack: str
    title: str
    severity: Severity
    dimension: QualityDimension
    resource_types: list[str]
    remedy: str


@shows(pb.QualityFinding, description="What was found of a version of a resource. It says nothing of whose it is.")
class QualityFinding:
    id: ID
    record_id: ID
    resource_type: str
    fhir_id: str
    version: int
    rule: str
    pack: str | None
    severity: Severity
    field: str
    remedy: str
    found_at: DateTime
    gone_at: DateTime | None


@shows(pb.QualityPart, description="A part of a grade.")
class QualityPart:
    dimension: QualityDimension
    letter: str
    affected: str | None


@shows(
    pb.QualityGrade,
    description="How good resources of a kind are that an institution sent in a month: as good as the worst part. "
    "Nothing is graded of fewer than ten residents.",
)
class QualityGrade:
    month: str
    resource_type: str
    letter: str
    resources: str
    parts: list[pb.QualityPart]
    graded_at: DateTime
    institution: PartnerProfile | None = profile("institution_id", "Whose.")


@shows(pb.QualityReport, description="A month's report of how good an institution's data is. It never changes.")
class QualityReport:
    id: ID
    month: str
    letter: str
    sha256: str
    signature: str
    issued_at: DateTime
    institution: PartnerProfile | None = profile("institution_id", "Whose.")


@shows(pb.QualityReportDocument, description="A report as a file.")
class QualityReportDocument:
    name: str
    media_type: str
    sha256: str
    signature: str
    content: str = reads(
        pb.QualityReportDocument, lambda message, _: base64.b64encode(message.content).decode(), "In base64."
    )


@shows(reviews_pb.ReviewJudgement)
class ReviewJudgement:
    judged_by: ID = field(kind=Kind.ACCOUNT)
    verdict: ReviewVerdict
    note: str | None
    judged_at: DateTime


@shows(reviews_pb.QualityReview)
class QualityReview:
    id: ID
    resource_type: str
    month: str
    reason: ReviewReason
    status: QualityReviewStatus
    drawn_at: DateTime
    due_at: DateTime
    overdue: bool
    closed_at: DateTime | None
    judgements: list[reviews_pb.ReviewJudgement]
    institution: PartnerProfile | None = profile("institution_id", "Who sent it. Null until it is settled.")


@shows(reviews_pb.ReviewedFact)
class ReviewedFact:
    path: str
    value: str


@shows(reviews_pb.ReviewedFinding)
class ReviewedFinding:
    rule: str
    title: str | None
    severity: Severity
    field: str


@shows(reviews_pb.ReviewedResource)
class ReviewedResource:
    review: reviews_pb.QualityReview
    facts: list[reviews_pb.ReviewedFact]
    findings: list[reviews_pb.ReviewedFinding]


@shows(
    pb.CatalogueEntry,
    description="Data that there is, from ten residents at least. Numbers are rounded down to one digit, days are "
    "those that as many residents reach; all is counted once a day. What is apart is not in it.",
)
class CatalogueEntry:
    id: ID
    information_type: str
    resource_type: str
    resources_at_least: str
    first_day: str
    newest_day: str
    letter: str | None
    letter_month: str | None
    counted_at: DateTime
    institution: PartnerProfile | None = profile("institution_id", "From whom.")


@strawberry.type
class Query:
    @strawberry.field(description="The rules that stored data is examined by, in the order of their packs.")
    @asks("records.ListQualityRules")
    async def quality_rules(self, info: Info) -> list[pb.QualityRule]:
        context = info.context
        answer = await context.clients.records.list_quality_rules(pb.ListQualityRulesRequest(), context.token)
        return list(answer.rules)

    @strawberry.field(
        description="What was found of the resources that the caller's institution sent, the last first. Correct them, "
        "and send them again: what is so no more is gone."
    )
    @asks("records.ListFindings")
    async def quality_findings(
        self,
        info: Info,
        rule: str = "",
        severity: Severity | None = None,
        also_gone: Annotated[bool, strawberry.argument(description="Those, too, that are so no more.")] = False,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.QualityFinding]:
        context = info.context
        request = pb.ListFindingsRequest(rule=rule, also_gone=also_gone, page=page_request(first, after, last, before))
        if severity is not None:
            request.severity = severity
        answer = await context.clients.records.list_findings(request, context.token)
        return connection(answer.findings, answer.page)

    @strawberry.field(
        description="How good what institutions sent is, by kind and month, the newest first: a partner's own, or "
        "everybody's for operator and regulator."
    )
    @asks("records.ListQualityGrades")
    async def quality_grades(
        self,
        info: Info,
        institution_id: ID | None = None,
        month: Annotated[str, strawberry.argument(description="Such as `2026-11`; any if not given.")] = "",
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.QualityGrade]:
        context = info.context
        request = pb.ListQualityGradesRequest(
            institution_id=institution(institution_id), month=month, page=page_request(first, after, last, before)
        )
        answer = await context.clients.records.list_quality_grades(request, context.token)
        return connection(answer.grades, answer.page)

    @strawberry.field(
        description="The monthly reports of how good data is, the last issued first: a partner's own, or everybody's "
        "for operator and regulator."
    )
    @asks("records.ListQualityReports")
    async def quality_reports(
        self,
        info: Info,
        institution_id: ID | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.QualityReport]:
        context = info.context
        request = pb.ListQualityReportsRequest(
            institution_id=institution(institution_id), page=page_request(first, after, last, before)
        )
        answer = await context.clients.records.list_quality_reports(request, context.token)
        return connection(answer.reports, answer.page)

    @strawberry.field(
        description="Resources that wait for people to judge them, what is due first first: for an operator those that "
        "they have not judged. Whose they are is said once they are settled."
    )
    @asks("records.ListQualityReviews")
    async def quality_reviews(
        self,
        info: Info,
        status: QualityReviewStatus | None = None,
        overdue_only: Annotated[bool, strawberry.argument(description="Only what should be settled by now.")] = False,
        also_judged: Annotated[bool, strawberry.argument(description="Those, too, that the caller judged.")] = False,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[reviews_pb.QualityReview]:
        context = info.context
        request = reviews_pb.ListQualityReviewsRequest(
            status=status,
            overdue_only=overdue_only,
            also_judged=also_judged,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.records.list_quality_reviews(request, context.token)
        return connection(answer.reviews, answer.page)

    @strawberry.field(description="A report as a file: JSON, or PDF with trends as pictures.")
    @asks("records.GetQualityReportDocument")
    async def quality_report_document(
        self, info: Info, report_id: ID, format: ReportFormat
    ) -> pb.QualityReportDocument:
        context = info.context
        request = pb.GetQualityReportDocumentRequest(
            report_id=parse_global_id(Kind.QUALITY_REPORT, report_id, "reportId"), format=format
        )
        return await context.clients.records.get_quality_report_document(request, context.token)

    @strawberry.field(
        description="The resource catalogue: which data there is, from whom, how fresh and how good, and which type of "
        "information a consent has to name for it. It counts nobody."
    )
    @asks("records.ListCatalogueEntries")
    async def resource_catalogue(
        self,
        info: Info,
        institution_id: ID | None = None,
        information_type: str = "",
        resource_type: str = "",
        since: Annotated[
            str, strawberry.argument(description="Only what reaches to this day, such as `2026-11-01`, or beyond.")
        ] = "",
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.CatalogueEntry]:
        context = info.context
        request = pb.ListCatalogueEntriesRequest(
            institution_id=institution(institution_id),
            information_type=information_type,
            resource_type=resource_type,
            since=since,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.records.list_catalogue_entries(request, context.token)
        return connection(answer.entries, answer.page)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Look at what a review is about: the resource, without whose it is. The resident's log says that "
        "somebody did."
    )
    @refusable
    @asks("records.LookAtReview")
    async def look_at_review(
        self,
        info: Info,
        quality_review_id: Annotated[ID, strawberry.argument(description="What is looked at.")],
        idempotency_key: str | None = None,
    ) -> reviews_pb.ReviewedResource:
        context = info.context
        request = reviews_pb.LookAtReviewRequest(
            quality_review_id=parse_global_id(Kind.QUALITY_REVIEW, quality_review_id, "qualityReviewId")
        )
        return await context.clients.records.look_at_review(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Judge a resource that one has looked at. Two who judge alike settle it; where they differ a third "
        "decides."
    )
    @refusable
    @asks("records.JudgeResource")
    async def judge_resource(
        self,
        info: Info,
        quality_review_id: Annotated[ID, strawberry.argument(description="What is judged.")],
        verdict: ReviewVerdict,
        note: str = "",
        idempotency_key: str | None = None,
    ) -> reviews_pb.QualityReview:
        context = info.context
        request = reviews_pb.JudgeResourceRequest(
            quality_review_id=parse_global_id(Kind.QUALITY_REVIEW, quality_review_id, "qualityReviewId"),
            verdict=verdict,
            note=note,
        )
        return await context.clients.records.judge_resource(request, context.token, idempotency_key or "")


def institution(institution_id: ID | None) -> str:
    """The institution that an argument names; empty: none."""
    return parse_global_id(Kind.PARTNER, institution_id, "institutionId") if institution_id else ""
