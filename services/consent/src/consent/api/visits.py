"""Visits over HTTP: what scans offered an institution, and residents' rules that answer scans beforehand."""

from datetime import time
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import NotFound
from chassis.wire import timestamp
from yima.consent.v1 import api_pb2 as pb
from yima.partners.v1.api_pb2 import PartnerKind

from consent.api.consents import acts_until, asked_of_residents
from consent.api.served import Resources, api, visible_residents
from consent.commands import visits as commands
from consent.domain.consents import NOT_THEIR_RESIDENT, Origin
from consent.domain.decisions import check_types
from consent.domain.reach import check_categories, check_history_days
from consent.domain.visits import check_hours, check_kinds
from consent.store import visits as store
from consent.store.clock import database_now
from consent.tables import VisitRuleRow

KINDS = [number for number in PartnerKind.values() if number]


@api.serves
async def list_visits(request: pb.ListVisitsRequest, call: Call[Resources]) -> pb.ConsentRequestPage:
    return await asked_of_residents(request, call, Origin.VISIT)


@api.serves_after(acts_until)
async def set_visit_rule(request: pb.SetVisitRuleRequest, call: Call[Resources]) -> pb.VisitRule:
    resident_id = parse_id(request.resident_id or call.principal.subject_id, "resident_id")
    if resident_id not in call.prepared:
        raise NotFound(NOT_THEIR_RESIDENT, "resident_id")
    rule = await commands.set_rule(
        call.session,
        resident_id=resident_id,
        by=UUID(call.principal.subject_id),
        until=call.prepared[resident_id],
        kinds=check_kinds(request.institution_kinds, KINDS),
        information_types=check_types(request.information_types),
        hours=check_hours(request.hours_from, request.hours_until),
        whole_institution=request.whole_institution,
        sensitive_categories=check_categories(request.sensitive_categories, call.resources.city.sensitive),
        history_days=check_history_days(request.history_days),
        now=await database_now(call.session),
    )
    return rule_message(rule)


@api.serves
async def list_visit_rules(request: pb.ListVisitRulesRequest, call: Call[Resources]) -> pb.VisitRulePage:
    part = pages.by_id(request.page)
    rows, page = part.cut(await store.rules_page(call.session, await visible_residents(call), part), pages.at_id)
    return pb.VisitRulePage(rules=[rule_message(row) for row in rows], page=page)


@api.serves
async def end_visit_rule(request: pb.EndVisitRuleRequest, call: Call[Resources]) -> pb.VisitRule:
    rule = await commands.end_rule(
        call.session,
        rule_id=parse_id(request.visit_rule_id, "visit_rule_id"),
        residents=await visible_residents(call),
        now=await database_now(call.session),
        by=UUID(call.principal.subject_id),
    )
    return rule_message(rule)


def rule_message(row: VisitRuleRow) -> pb.VisitRule:
    return pb.VisitRule(
        id=str(row.id),
        resident_id=str(row.resident_id),
        set_by=str(row.set_by),
        institution_kinds=row.institution_kinds,  # type: ignore[arg-type] # the contract's numbers
        information_types=row.information_types,
        hours_from=shown_time(row.hours_from),
        hours_until=shown_time(row.hours_until),
        whole_institution=row.whole_institution,
        set_at=timestamp(row.set_at),
        ended_at=timestamp(row.ended_at),
        sensitive_categories=row.sensitive_categories,
        history_days=row.history_days,
    )


def shown_time(at: time | None) -> str:
    return f"{at:%H:%M}" if at is not None else ""
