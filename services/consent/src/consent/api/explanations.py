"""Explanations over HTTP: why somebody may use a resident's data, and what would change it."""

from datetime import datetime
from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid, NotFound
from chassis.wire import timestamp
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as pb

from consent.api.served import Resources, api, visible_residents
from consent.commands import access_log
from consent.domain.access_log import AccessAct
from consent.domain.consents import NOT_THEIR_RESIDENT, AccessMode
from consent.domain.decisions import AccessKind, check_access_request
from consent.domain.explanations import (
    Circumstances,
    Ground,
    GroundKind,
    OpenProject,
    Remedy,
    RemedyKind,
    explain,
)
from consent.store import decisions, freezes, legal_bases, projects, visits
from consent.store.clock import database_now


@api.serves
async def explain_access(request: pb.ExplainAccessRequest, call: Call[Resources]) -> pb.AccessExplanation:
    resident_id, partner_id = await about(request, call)
    access = check_access_request(request.information_types, request.purpose, request.access_mode)
    practitioner_id = parse_id(request.practitioner_id, "practitioner_id") if request.practitioner_id else None
    now, pair = await database_now(call.session), (resident_id, partner_id)
    (holdings,) = await decisions.for_decisions(call.session, [pair], call.resources.city.today(now))
    stand = (await visits.standings_of(call.session, [partner_id])).get(partner_id)
    knows_rules = not call.principal.partner_id
    circumstances = Circumstances(
        standing=holdings.standing,
        artefacts=holdings.artefacts,
        visits=(await visits.lasting_visits(call.session, [pair], now))[pair],
        rules=(await visits.rules_in_force(call.session, [resident_id])).get(resident_id, []) if knows_rules else [],
        bases=(await legal_bases.bases_in_force(call.session, [partner_id], now))[partner_id],
        projects=await open_projects(partner_id, now, call),
        kind=stand.kind if stand else None,
        frozen=bool(practitioner_id and await freezes.frozen_among(call.session, [practitioner_id])),
    )
    if call.principal.role == Role.ROLE_REGULATOR:
        look = access_log.happened(AccessKind.LOOK, AccessAct.CONSENTS_SEEN, resident_id, now, call.principal)
        await access_log.append(call.session, [look])
    explanation = explain(circumstances, access, practitioner_id, now)
    return pb.AccessExplanation(
        permitted=explanation.verdict.permitted,
        reason=int(explanation.verdict.reason),  # type: ignore[arg-type] # the contract's number
        grounds=[ground_message(ground) for ground in explanation.grounds],
        remedies=[remedy_message(remedy) for remedy in explanation.remedies],
    )


async def open_projects(partner_id: UUID, now: datetime, call: Call[Resources]) -> list[OpenProject]:
    """Which of a partner's projects residents may join now."""
    return [
        OpenProject(row.id, frozenset(row.information_types), row.purpose, AccessMode(row.access_mode))
        for row in await projects.projects_open(call.session, partner_id, now)
    ]


async def about(request: pb.ExplainAccessRequest, call: Call[Resources]) -> tuple[UUID, UUID]:
    """Whose data and whose access, as far as it is the caller's to ask: their record, or their partner's access."""
    principal = call.principal
    if principal.role == Role.ROLE_RESIDENT:
        resident_id = parse_id(request.resident_id or principal.subject_id, "resident_id")
        if resident_id not in await visible_residents(call):
            raise NotFound(NOT_THEIR_RESIDENT, "resident_id")
    elif not request.resident_id:
        raise Invalid("resident_id", "name the resident whose data it is about")
    else:
        resident_id = parse_id(request.resident_id, "resident_id")
    partner_id = parse_id(request.partner_id, "partner_id")
    if principal.partner_id and partner_id != UUID(principal.partner_id):
        raise NotFound("there is no such partner for the caller", "partner_id")
    return resident_id, partner_id


def ground_message(ground: Ground) -> pb.AccessGround:
    named = str(ground.of or "")
    return pb.AccessGround(
        kind=int(ground.kind),  # type: ignore[arg-type] # the contract's number
        permits=ground.permits,
        reason=int(ground.reason),  # type: ignore[arg-type] # as above
        origin=int(ground.origin or 0),  # type: ignore[arg-type] # as above
        consent_id=named if ground.kind == GroundKind.CONSENT else "",
        consent_request_id=named if ground.kind == GroundKind.VISIT else "",
        visit_rule_id=named if ground.kind == GroundKind.VISIT_RULE else "",
        legal_basis_id=named if ground.kind == GroundKind.LEGAL_BASIS else "",
        statute=ground.statute,
        information_types=sorted(ground.information_types),
        until=timestamp(ground.until),
    )


def remedy_message(remedy: Remedy) -> pb.AccessRemedy:
    named = str(remedy.of or "")
    return pb.AccessRemedy(
        kind=int(remedy.kind),  # type: ignore[arg-type] # the contract's number
        consent_id=named if remedy.kind == RemedyKind.REVOKE_CONSENT else "",
        consent_request_id=named if remedy.kind == RemedyKind.ANSWER_VISIT else "",
        visit_rule_id=named if remedy.kind == RemedyKind.END_VISIT_RULE else "",
        legal_basis_id=named if remedy.kind == RemedyKind.LEGAL_BASIS_ENDS else "",
        project_id=named if remedy.kind == RemedyKind.JOIN_PROJECT else "",
    )
