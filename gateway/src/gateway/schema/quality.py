"""How good stored data is: the rules it is examined by, and what was found of an institution's own."""

from typing import Annotated

import strawberry
from strawberry import ID
from yima.records.v1 import quality_pb2 as pb
from yima.records.v1.enums import QualityDimension, Severity

from gateway.context import Info
from gateway.policy import asks
from gateway.reading import shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, connection, page_request


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
    ) -> Connection[pb.QualityFinding]:
        context = info.context
        request = pb.ListFindingsRequest(rule=rule, also_gone=also_gone, page=page_request(first, after))
        if severity is not None:
            request.severity = severity
        answer = await context.clients.records.list_findings(request, context.token)
        return connection(answer.findings, answer.page, after)
