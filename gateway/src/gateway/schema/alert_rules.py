"""Rules on what devices measure, and what broke one. They look within records, and show nobody a value."""

from typing import Annotated

import strawberry
from strawberry import ID
from yima.records.v1 import alert_rules_pb2 as pb
from yima.records.v1.enums import AlertRuleStatus, AlertSeverity, AlertTest

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id, shown
from gateway.policy import asks
from gateway.reading import field, shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, PageInfo, connection, page_request

Code = Annotated[str, strawberry.argument(description="LOINC's, of what it looks at.")]
Test = Annotated[AlertTest, strawberry.argument(description="What breaks it.")]
Threshold = Annotated[str, strawberry.argument(description="A decimal number, in the code's own unit.")]
Severity = Annotated[AlertSeverity, strawberry.argument(description="How urgent a flag of it is.")]
ClearAt = Annotated[
    str | None, strawberry.argument(description="Back at which value its flag is cleared; else the threshold.")
]
Needed = Annotated[
    int | None, strawberry.argument(description="How many readings beyond the threshold break it; else one.")
]
OfReadings = Annotated[int | None, strawberry.argument(description="Of how many of the last.")]
Window = Annotated[int | None, strawberry.argument(description="How far back it looks; else a day.")]
ForResident = Annotated[
    ID | None, strawberry.argument(description="For residents: whom they act for. Without it, themselves.")
]


@shows(pb.AlertRule)
class AlertRule:
    id: ID
    programme: str | None
    practitioner_id: ID | None
    title: str
    code: str
    unit: str
    test: AlertTest
    threshold: str
    clear_at: str
    needed: int
    readings: int
    window_minutes: int
    severity: AlertSeverity
    status: AlertRuleStatus
    until: DateTime | None
    proposed_at: DateTime
    decided_at: DateTime | None
    reason: str | None
    ended_at: DateTime | None


@shows(pb.PatientRule)
class PatientRule:
    rule: pb.AlertRule = field(description="The rule.")
    resident_id: ID


@shows(pb.Programmes)
class Programmes:
    resident_id: ID
    programmes: list[str]


@shows(pb.ReadingFlag)
class ReadingFlag:
    id: ID
    alert_rule_id: ID
    title: str
    programme: str | None
    severity: AlertSeverity
    resident_id: ID
    record_id: ID
    code: str
    measured_at: DateTime
    raised_at: DateTime
    cleared_at: DateTime | None


@strawberry.type(description="Flags, and the decision that released them.")
class ReadingFlagPage:
    decision_id: ID = strawberry.field(description="In the resident's access log.")
    nodes: list[pb.ReadingFlag] = strawberry.field(description="Newest first.")
    page_info: PageInfo


@strawberry.type
class Query:
    @strawberry.field(description="The rules of the city's programmes on what devices measure, newest first.")
    @asks("records.ListAlertRules")
    async def alert_rules(
        self,
        info: Info,
        programme: str | None = None,
        status: AlertRuleStatus | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.AlertRule]:
        context = info.context
        request = pb.ListAlertRulesRequest(
            programme=programme or "", status=status, page=page_request(first, after, last, before)
        )
        answer = await context.clients.records.list_alert_rules(request, context.token)
        return connection(answer.rules, answer.page)

    @strawberry.field(description="In which of the city's programmes one takes part, by one's own word.")
    @asks("records.GetProgrammes")
    async def programmes(self, info: Info, resident_id: ForResident = None) -> pb.Programmes:
        context = info.context
        request = pb.GetProgrammesRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId") if resident_id else ""
        )
        return await context.clients.records.get_programmes(request, context.token)

    @strawberry.field(
        description="The rules that watch a resident, for themselves; a practitioner's own, with whom each watches. "
        "Newest first."
    )
    @asks("records.ListPatientRules")
    async def patient_rules(
        self,
        info: Info,
        resident_id: ForResident = None,
        status: AlertRuleStatus | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.PatientRule]:
        context = info.context
        request = pb.ListPatientRulesRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId") if resident_id else "",
            status=status,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.records.list_patient_rules(request, context.token)
        return connection(answer.rules, answer.page)

    @strawberry.field(
        description="Readings that broke a rule: a resident's own, or for a practitioner as far as a consent covers "
        "it. Every call is logged."
    )
    @asks("records.ListReadingFlags")
    async def reading_flags(
        self,
        info: Info,
        resident_id: Annotated[ID | None, strawberry.argument(description="Whose; for residents, their own.")] = None,
        open_only: Annotated[bool, strawberry.argument(description="Only those that are not cleared.")] = False,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> ReadingFlagPage:
        context = info.context
        request = pb.ListReadingFlagsRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId") if resident_id else "",
            open_only=open_only,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.records.list_reading_flags(request, context.token)
        page = connection(answer.flags, answer.page)
        decision_id = ID(shown(Kind.DECISION, answer.decision_id))
        return ReadingFlagPage(decision_id=decision_id, nodes=list(answer.flags), page_info=page.page_info)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Propose a rule on what the devices of those measure who take part in a programme, as an operator. "
        "Another operator decides."
    )
    @refusable
    @asks("records.ProposeAlertRule")
    async def propose_alert_rule(
        self,
        info: Info,
        programme: str,
        title: str,
        code: Code,
        test: Test,
        threshold: Threshold,
        severity: Severity,
        clear_at: ClearAt = None,
        needed: Needed = None,
        readings: OfReadings = None,
        window_minutes: Window = None,
        idempotency_key: str | None = None,
    ) -> pb.AlertRule:
        context = info.context
        request = pb.ProposeAlertRuleRequest(
            programme=programme,
            title=title,
            code=code,
            test=test,
            threshold=threshold,
            clear_at=clear_at or "",
            needed=needed or 0,
            readings=readings or 0,
            window_minutes=window_minutes or 0,
            severity=severity,
        )
        return await context.clients.records.propose_alert_rule(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Make a rule on what a patient's devices measure, within a consent that covers what it looks at, "
        "and for 90 days."
    )
    @refusable
    @asks("records.WatchPatient")
    async def watch_patient(
        self,
        info: Info,
        resident_id: ID,
        title: str,
        code: Code,
        test: Test,
        threshold: Threshold,
        severity: Severity,
        clear_at: ClearAt = None,
        needed: Needed = None,
        readings: OfReadings = None,
        window_minutes: Window = None,
        idempotency_key: str | None = None,
    ) -> pb.PatientRule:
        context = info.context
        request = pb.WatchPatientRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId"),
            title=title,
            code=code,
            test=test,
            threshold=threshold,
            clear_at=clear_at or "",
            needed=needed or 0,
            readings=readings or 0,
            window_minutes=window_minutes or 0,
            severity=severity,
        )
        return await context.clients.records.watch_patient(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Put a rule of a programme in force, or refuse it, as another operator.")
    @refusable
    @asks("records.DecideAlertRule")
    async def decide_alert_rule(
        self,
        info: Info,
        alert_rule_id: Annotated[ID, strawberry.argument(description="The rule.")],
        approved: bool,
        reason: str | None = None,
        idempotency_key: str | None = None,
    ) -> pb.AlertRule:
        context = info.context
        request = pb.DecideAlertRuleRequest(
            alert_rule_id=parse_global_id(Kind.ALERT_RULE, alert_rule_id, "alertRuleId"),
            approved=approved,
            reason=reason or "",
        )
        return await context.clients.records.decide_alert_rule(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Let a rule watch nobody any more: a practitioner's own, or for operators one of a programme."
    )
    @refusable
    @asks("records.EndAlertRule")
    async def end_alert_rule(
        self,
        info: Info,
        alert_rule_id: Annotated[ID, strawberry.argument(description="The rule.")],
        idempotency_key: str | None = None,
    ) -> pb.AlertRule:
        context = info.context
        request = pb.EndAlertRuleRequest(alert_rule_id=parse_global_id(Kind.ALERT_RULE, alert_rule_id, "alertRuleId"))
        return await context.clients.records.end_alert_rule(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Say that one takes part in a programme of the city's, whose rules then watch what one's devices "
        "measure; or not any more."
    )
    @refusable
    @asks("records.SetProgramme")
    async def set_programme(
        self,
        info: Info,
        programme: Annotated[str, strawberry.argument(description="Such as `hypertension`.")],
        joins: Annotated[bool, strawberry.argument(description="May its rules watch?")],
        resident_id: ForResident = None,
        idempotency_key: str | None = None,
    ) -> pb.Programmes:
        context = info.context
        request = pb.SetProgrammeRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId") if resident_id else "",
            programme=programme,
            joins=joins,
        )
        return await context.clients.records.set_programme(request, context.token, idempotency_key or "")
