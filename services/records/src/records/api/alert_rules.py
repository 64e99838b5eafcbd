"""Rules on what devices measure over HTTP, and what broke one. A rule looks within records; it shows nobody a value."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.wire import timestamp
from yima.catalog.v1.api_pb2 import ACCESS_MODE_VIEW
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as consent_pb
from yima.records.v1 import alert_rules_pb2 as pb

from records.api.releases import OWN_REQUEST, TREATMENT, released, releases_of, treating_consent, types_of
from records.api.served import Resources, acted_for, api, check_licence
from records.commands import alert_rules as commands
from records.commands.alert_rules import Patient
from records.domain import alert_rules as rules
from records.domain.alert_rules import AlertTerms, NoConsentForRule
from records.domain.measurements import measurements
from records.domain.sources import check_reason
from records.store import alert_rules as store
from records.store import grounds
from records.tables import AlertRuleRow, ReadingFlagRow

JOINS = "lets a programme watch what their devices measure"
SEES = "is told which programmes they take part in"
LISTS = "sees which rules watch them"
Flags = Sequence[tuple[ReadingFlagRow, AlertRuleRow]]


def terms_of(request: pb.ProposeAlertRuleRequest | pb.WatchPatientRequest) -> AlertTerms:
    return rules.check_alert_terms(
        title=request.title,
        code=request.code,
        test=request.test,
        threshold=request.threshold,
        clear_at=request.clear_at,
        needed=request.needed,
        readings=request.readings,
        window_minutes=request.window_minutes,
        severity=request.severity,
    )


@api.serves
async def propose_alert_rule(request: pb.ProposeAlertRuleRequest, call: Call[Resources]) -> pb.AlertRule:
    row = await commands.propose_for_programme(
        call.session,
        programme=rules.check_known(request.programme, call.resources.city.programme_codes),
        terms=terms_of(request),
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return rule_message(row)


async def check_consent(request: pb.WatchPatientRequest, call: Call[Resources]) -> UUID:
    """The consent that a practitioner's rule is within: asked of consent, which says so in the patient's log."""
    resident_id = parse_id(request.resident_id, "resident_id")
    return await treating_consent(resident_id, terms_of(request).information_type, NoConsentForRule, call)


@api.serves_after(check_consent)
async def watch_patient(request: pb.WatchPatientRequest, call: Call[Resources]) -> pb.PatientRule:
    by = UUID(call.principal.subject_id)
    patient = Patient(parse_id(request.resident_id, "resident_id"), by, UUID(call.principal.partner_id), call.prepared)
    row = await commands.make_for_patient(call.session, patient=patient, terms=terms_of(request), by=by, now=call.now)
    return pb.PatientRule(rule=rule_message(row), resident_id=str(patient.resident_id))


@api.serves
async def decide_alert_rule(request: pb.DecideAlertRuleRequest, call: Call[Resources]) -> pb.AlertRule:
    row = await commands.decide_rule(
        call.session,
        rule_id=parse_id(request.alert_rule_id, "alert_rule_id"),
        approved=request.approved,
        reason="" if request.approved else check_reason(request.reason),
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return rule_message(row)


@api.serves
async def end_alert_rule(request: pb.EndAlertRuleRequest, call: Call[Resources]) -> pb.AlertRule:
    by = UUID(call.principal.subject_id)
    row = await commands.end_rule(
        call.session,
        rule_id=parse_id(request.alert_rule_id, "alert_rule_id"),
        practitioner_id=None if call.principal.role == Role.ROLE_OPERATOR else by,
        by=by,
        now=call.now,
    )
    return rule_message(row)


@api.serves
async def list_alert_rules(request: pb.ListAlertRulesRequest, call: Call[Resources]) -> pb.AlertRulePage:
    part = pages.by_id(request.page)
    programme = rules.check_programme(request.programme) if request.programme else ""
    rows, page = part.cut(await store.of_programmes(call.session, programme, request.status, part), pages.at_id)
    return pb.AlertRulePage(rules=[rule_message(row) for row in rows], page=page)


@api.serves
async def list_patient_rules(request: pb.ListPatientRulesRequest, call: Call[Resources]) -> pb.PatientRulePage:
    part = pages.by_id(request.page)
    if call.principal.role == Role.ROLE_RESIDENT:
        resident_id = acted_for(request.resident_id or call.principal.subject_id, call, LISTS)
        rows = await store.watching(call.session, resident_id, request.status, part)
    else:
        practitioner_id = UUID(call.principal.subject_id)
        rows = await store.of_practitioner(call.session, practitioner_id, request.status, part)
        resident_id = None
    rows, page = part.cut(rows, pages.at_id)
    watched = [pb.PatientRule(rule=rule_message(row), resident_id=str(resident_id or row.resident_id)) for row in rows]
    return pb.PatientRulePage(rules=watched, page=page)


@api.serves
async def set_programme(request: pb.SetProgrammeRequest, call: Call[Resources]) -> pb.Programmes:
    resident_id = acted_for(request.resident_id or call.principal.subject_id, call, JOINS)
    # One that the city has no more is left.
    programme = (
        rules.check_known(request.programme, call.resources.city.programme_codes)
        if request.joins
        else rules.check_programme(request.programme)
    )
    programmes = await commands.set_programme(
        call.session,
        resident_id=resident_id,
        programme=programme,
        joins=request.joins,
        now=call.now,
    )
    return pb.Programmes(resident_id=str(resident_id), programmes=programmes)


@api.serves
async def get_programmes(request: pb.GetProgrammesRequest, call: Call[Resources]) -> pb.Programmes:
    resident_id = acted_for(request.resident_id or call.principal.subject_id, call, SEES)
    programmes = await store.programmes_of(call.session, resident_id)
    return pb.Programmes(resident_id=str(resident_id), programmes=programmes)


@api.serves
async def check_programmes(request: pb.CheckProgrammesRequest, call: Call[Resources]) -> pb.Programmes:
    """Ordering asks, for a resident's order, and remembers nothing of the answer."""
    resident_id = acted_for(request.resident_id, call, SEES)
    asked = rules.check_asked(request.programmes)
    programmes = await store.programmes_of(call.session, resident_id, asked)
    return pb.Programmes(resident_id=str(resident_id), programmes=programmes)


@api.serves_without_transaction
async def list_reading_flags(request: pb.ListReadingFlagsRequest, call: Call[Resources]) -> pb.ReadingFlagPage:
    """Decided and logged as a reading of the record: a flag says something of it."""
    check_licence(call)
    part = pages.by_id(request.page)
    resident_id = parse_id(request.resident_id or call.principal.subject_id, "resident_id")
    kinds = sorted({measurement.information_type for measurement in measurements().values()})
    question = consent_pb.DecideRequest(
        resident_id=str(resident_id),
        information_types=kinds,
        purpose=OWN_REQUEST if call.principal.role == Role.ROLE_RESIDENT else TREATMENT,
        access_mode=ACCESS_MODE_VIEW,
        as_far_as_covered=True,
    )
    apart = call.resources.apart

    async def read(decision: consent_pb.Decision) -> Flags:
        releases = releases_of(decision, kinds, apart)
        async with call.resources.database.transaction() as session:
            await grounds.decided(session, decision.id, [resident_id], types_of(releases))
            return await store.flags(session, resident_id, releases, apart, request.open_only, part)

    decision, flags = await released(question, read, call)
    flags, page = part.cut(flags, lambda raised: pages.at_id(raised[0]))
    return pb.ReadingFlagPage(
        decision_id=decision.id,
        flags=[flag_message(flag, rule) for flag, rule in flags],
        page=page,
    )


def flag_message(flag: ReadingFlagRow, rule: AlertRuleRow) -> pb.ReadingFlag:
    return pb.ReadingFlag(
        id=str(flag.id),
        alert_rule_id=str(rule.id),
        title=rule.title,
        programme=rule.programme,
        severity=rule.severity,  # type: ignore[arg-type] # the contract's number
        resident_id=str(flag.resident_id),
        record_id=str(flag.record_id),
        code=flag.code,
        measured_at=timestamp(flag.measured_at),
        raised_at=timestamp(flag.raised_at),
        cleared_at=timestamp(flag.cleared_at),
    )


def rule_message(row: AlertRuleRow) -> pb.AlertRule:
    said: Mapping[str, str] = {"threshold": f"{row.threshold:f}", "clear_at": f"{row.clear_at:f}"}
    return pb.AlertRule(
        id=str(row.id),
        programme=row.programme,
        practitioner_id=str(row.practitioner_id or ""),
        title=row.title,
        code=row.code,
        unit=measurements()[row.code].unit,
        test=row.test,  # type: ignore[arg-type] # the contract's number
        needed=row.needed,
        readings=row.readings,
        window_minutes=row.window_minutes,
        severity=row.severity,  # type: ignore[arg-type] # the contract's number
        status=row.status,  # type: ignore[arg-type] # the contract's number
        until=timestamp(row.until),
        proposed_at=timestamp(row.proposed_at),
        decided_at=timestamp(row.decided_at),
        reason=row.reason,
        ended_at=timestamp(row.ended_at),
        **said,
    )
