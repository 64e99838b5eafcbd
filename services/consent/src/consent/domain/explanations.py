"""Why somebody may, or may not, use a resident's data, and what would change it: a decision, taken apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from uuid import UUID

from consent.domain.consents import AccessMode, Origin, RequestStatus
from consent.domain.decisions import (
    NO_STANDING,
    AccessRequest,
    Artefact,
    LegalBasis,
    Reason,
    Standing,
    Verdict,
    decide,
    explain_visit,
    permit_by_law,
)
from consent.domain.visits import Visit, VisitRule

GROUNDS_MAX = 50  # consents that are looked at, the newest


class GroundKind(IntEnum):
    """What bears upon it; the contract's numbers."""

    STANDING = 1
    CONSENT = 2
    VISIT = 3
    VISIT_RULE = 4
    LEGAL_BASIS = 5


class RemedyKind(IntEnum):
    """What would change it; the contract's numbers."""

    REVOKE_CONSENT = 1
    ANSWER_VISIT = 2
    END_VISIT_RULE = 3
    LEGAL_BASIS_ENDS = 4
    SHOW_CODE = 5
    CONSENT_TO_ORDER = 6
    CONFIRM_ORDER = 7
    REGAIN_STANDING = 8
    JOIN_PROJECT = 9


@dataclass(frozen=True, slots=True)
class Ground:
    """Something that bears upon whether somebody may use data."""

    kind: GroundKind
    permits: bool
    reason: Reason
    of: UUID | None = None  # the consent, the visit's request, the rule or the legal basis
    origin: Origin | None = None
    statute: str = ""
    information_types: frozenset[str] = frozenset()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something that would change it."""

    kind: RemedyKind
    of: UUID | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a decision would say now, what bears upon it, and what would change it."""

    verdict: Verdict
    grounds: Sequence[Ground]
    remedies: Sequence[Remedy]


@dataclass(frozen=True, slots=True)
class OpenProject:
    """An institution's project that residents may join now."""

    id: UUID
    information_types: frozenset[str]
    purpose: str
    access_mode: AccessMode

    def asks_for(self, request: AccessRequest) -> bool:
        """Does it ask for some of what is asked about?"""
        return (self.purpose, self.access_mode) == (request.purpose, request.access_mode) and bool(
            self.information_types & request.information_types
        )


@dataclass(frozen=True, slots=True)
class Circumstances:
    """All that bears upon one partner's access to one resident's data."""

    standing: Standing | None
    artefacts: Sequence[Artefact]
    visits: Sequence[Visit]  # that would still last, the newest first
    rules: Sequence[VisitRule]  # of the resident's; none where who asks may not know of them
    bases: Sequence[LegalBasis]
    projects: Sequence[OpenProject] = ()  # of the partner's
    kind: int | None = None  # of institution
    frozen: bool = False  # the practitioner who is asked about, by a regulator


def explain(circumstances: Circumstances, request: AccessRequest, asker_id: UUID | None, at: datetime) -> Explanation:
    """Take apart what a decision would say now of `asker_id`, or of any of the partner's people."""
    standing = circumstances.standing or NO_STANDING
    verdict = permit_by_law(
        decide(standing, circumstances.artefacts, request, at, asker_id), request, circumstances.bases
    )
    own_visits = [visit for visit in circumstances.visits if asker_id in (None, visit.practitioner_id)]
    verdict = explain_visit(verdict, request, [visit.status for visit in own_visits])
    if circumstances.frozen:
        verdict = Verdict(False, Reason.FROZEN)
    against = standing.check(at)
    grounds = [
        Ground(
            GroundKind.STANDING,
            against is None and not circumstances.frozen,
            against or verdict.reason,
            until=standing.certified_until,
        ),
        *(ground_of(artefact, request, asker_id, at) for artefact in circumstances.artefacts[:GROUNDS_MAX]),
        *(ground_of_visit(visit) for visit in own_visits if visit.status != RequestStatus.GRANTED),
        *(ground_of_basis(basis, request) for basis in circumstances.bases),
        *(
            Ground(GroundKind.VISIT_RULE, False, Reason.NO_CONSENT, rule.id, information_types=rule.information_types)
            for rule in circumstances.rules
            if may_open(rule, circumstances.kind, request)
        ),
    ]
    grounds.sort(key=lambda ground: not ground.permits)
    to_join = [project.id for project in circumstances.projects if project.asks_for(request)]
    return Explanation(verdict, grounds, remedies_of(verdict, grounds, to_join))


def ground_of(artefact: Artefact, request: AccessRequest, asker_id: UUID | None, at: datetime) -> Ground:
    """What one consent does for the request, by itself, whatever the standing."""
    always = Standing(True, datetime.max.replace(tzinfo=at.tzinfo))
    part = AccessRequest(
        artefact.information_types & request.information_types or request.information_types,
        request.purpose,
        request.access_mode,
    )
    verdict = decide(always, [artefact], part, at, asker_id)
    return Ground(
        GroundKind.CONSENT,
        verdict.permitted,
        verdict.reason,
        artefact.id,
        artefact.origin,
        information_types=artefact.information_types,
        until=artefact.expires_at,
    )


def ground_of_visit(visit: Visit) -> Ground:
    waits = visit.status == RequestStatus.REQUESTED
    return Ground(GroundKind.VISIT, False, Reason.VISIT_OFFERED if waits else Reason.VISIT_DENIED, visit.request_id)


def ground_of_basis(basis: LegalBasis, request: AccessRequest) -> Ground:
    permits = basis.permits(request)
    reason = Reason.LEGAL_BASIS if permits else Reason.OTHER_PURPOSE
    if not permits and basis.purpose == request.purpose:
        reason = Reason.OTHER_INFORMATION_TYPE
    return Ground(
        GroundKind.LEGAL_BASIS,
        permits,
        reason,
        basis.id,
        statute=basis.statute,
        information_types=basis.information_types,
    )


def may_open(rule: VisitRule, kind: int | None, request: AccessRequest) -> bool:
    """Would a scan that comes at the rule's hours open some of what is asked about?"""
    of_kind = not rule.institution_kinds or kind in rule.institution_kinds
    return of_kind and bool(rule.information_types & request.information_types)


def remedies_of(verdict: Verdict, grounds: Sequence[Ground], to_join: Sequence[UUID] = ()) -> Sequence[Remedy]:
    """What would change the verdict: what ends each of the things that permit; or what is missing, such as joining one
    of these projects."""
    rules = [Remedy(RemedyKind.END_VISIT_RULE, ground.of) for ground in grounds if ground.kind == GroundKind.VISIT_RULE]
    waiting = [
        Remedy(RemedyKind.ANSWER_VISIT, ground.of)
        for ground in grounds
        if ground.reason == Reason.VISIT_OFFERED and ground.kind == GroundKind.VISIT
    ]
    if verdict.permitted:
        ends = {GroundKind.CONSENT: RemedyKind.REVOKE_CONSENT, GroundKind.LEGAL_BASIS: RemedyKind.LEGAL_BASIS_ENDS}
        permitting = [ground for ground in grounds if ground.permits and ground.kind in ends]
        return [*(Remedy(ends[ground.kind], ground.of) for ground in permitting), *rules]
    if verdict.reason in (Reason.PARTNER_NOT_IN_STANDING, Reason.FROZEN):
        return [Remedy(RemedyKind.REGAIN_STANDING), *waiting, *rules]
    missing = [RemedyKind.SHOW_CODE, RemedyKind.CONSENT_TO_ORDER]
    if verdict.reason == Reason.ORDER_NOT_CONFIRMED:
        missing = [RemedyKind.CONFIRM_ORDER, *missing]
    joining = [Remedy(RemedyKind.JOIN_PROJECT, project_id) for project_id in to_join]
    return [*waiting, *(Remedy(kind) for kind in missing), *joining, *rules]
