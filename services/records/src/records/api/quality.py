"""How good stored data is: the rules it is examined by, and what was found of an institution's own."""

from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.wire import timestamp
from yima.records.v1 import quality_pb2 as pb

from records.api.served import Resources, api
from records.domain.rule_packs import AnyRule, RuleBook
from records.store import grounds
from records.store import quality as store
from records.store.quality import ListedFinding


@api.serves
async def list_quality_rules(request: pb.ListQualityRulesRequest, call: Call[Resources]) -> pb.QualityRules:
    book = call.resources.rule_book
    return pb.QualityRules(rules=[rule_message(rule, book) for rule in book.rules.values()])


def rule_message(rule: AnyRule, book: RuleBook) -> pb.QualityRule:
    return pb.QualityRule(
        rule=rule.id,
        pack=book.pack_of[rule.id],
        title=rule.title,
        severity=f"SEVERITY_{rule.severity}",
        dimension=f"QUALITY_DIMENSION_{rule.dimension.upper()}",
        resource_types=sorted(rule.of_kinds),
        remedy=rule.remedy,
    )


@api.serves
async def list_findings(request: pb.ListFindingsRequest, call: Call[Resources]) -> pb.QualityFindingPage:
    part = pages.by_id(request.page)
    await grounds.of_institution(call.session, UUID(call.principal.partner_id))
    severity = pb.Severity.Name(request.severity).removeprefix("SEVERITY_") if request.severity else ""
    rows, page = part.cut(
        await store.page(
            call.session,
            UUID(call.principal.partner_id),
            rule=request.rule,
            severity=severity,
            gone=request.also_gone,
            part=part,
        ),
        pages.at_id,
    )
    return pb.QualityFindingPage(findings=[finding_message(row) for row in rows], page=page)


def finding_message(row: ListedFinding) -> pb.QualityFinding:
    return pb.QualityFinding(
        id=str(row.id),
        record_id=str(row.record_id),
        resource_type=row.resource_type,
        fhir_id=row.fhir_id,
        version=row.version,
        rule=row.rule,
        pack=row.pack,
        severity=f"SEVERITY_{row.severity}",
        field=row.field,
        remedy=row.detail,
        found_at=timestamp(row.found_at),
        gone_at=timestamp(row.gone_at) if row.gone_at else None,
    )
