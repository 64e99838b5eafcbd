"""What becomes of consents and rules, and who looked, as entries of the access log: each with the person who acted."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.auth import Principal
from chassis.outbox import Cause, publish
from chassis.wire import moment
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1.api_pb2 import ConsentTemplate
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as pb
from yima.identity.v1 import events_pb2 as identity_pb
from yima.ordering.v1 import events_pb2 as ordering_pb
from yima.records.v1 import events_pb2 as records_pb

from consent import events
from consent.commands.access_log import append, happened
from consent.domain.access_log import AccessAct
from consent.domain.consents import Origin
from consent.domain.decisions import AccessKind
from consent.tables import ArtefactRow, RequestRow, VisitRuleRow

type RecordChange = records_pb.ReadingWithdrawn | records_pb.FollowUpNoted | records_pb.FollowUpClosed


async def log_consents(
    session: AsyncSession, at: datetime, requests: Iterable[RequestRow] = (), granted: Iterable[ArtefactRow] = ()
) -> None:
    """Log what was asked of residents, and what was granted."""
    entries = [requested(request, at) for request in requests]
    await append(session, entries + [given(artefact, at) for artefact in granted])


def requested(request: RequestRow, at: datetime) -> pb.AccessLogEntry:
    """That a consent was asked for, by a partner's order or by whoever scanned."""
    template = ConsentTemplate.FromString(request.template)
    asker: dict[str, Any] = {"role": Role.ROLE_PARTNER}
    if request.practitioner_id:
        asker = {"subject_id": str(request.practitioner_id), "role": Role.ROLE_PRACTITIONER}
    return happened(
        AccessKind.CONSENT,
        AccessAct.CONSENT_REQUESTED,
        request.resident_id,
        at,
        **asker,
        partner_id=str(request.grantee_id),
        about_id=str(request.id),
        information_types=list(template.information_types),
        purpose=template.purpose,
        access_mode=template.access_mode,
    )


async def log_offered(session: AsyncSession, request: RequestRow, at: datetime, by: Principal) -> None:
    """Log that a resident was asked for what a FHIR Consent says, with who sent it."""
    entry = requested(request, at)
    entry.subject_id, entry.role = by.subject_id, by.role
    await append(session, [entry])


def given(artefact: ArtefactRow, at: datetime) -> pb.AccessLogEntry:
    return of_artefact(artefact, AccessAct.CONSENT_GRANTED, at, artefact.granted_by)


def of_artefact(artefact: ArtefactRow, act: AccessAct, at: datetime, by: UUID | None, **more: Any) -> pb.AccessLogEntry:
    """What became of a consent. `by` is a resident or guardian; None: it ended by itself."""
    actor: dict[str, Any] = {"subject_id": str(by), "role": Role.ROLE_RESIDENT} if by is not None else {}
    return happened(
        AccessKind.CONSENT,
        act,
        artefact.resident_id,
        at,
        **actor,
        partner_id=str(artefact.grantee_id),
        consent_id=str(artefact.id),
        about_id=str(artefact.consent_request_id),
        information_types=list(artefact.information_types),
        purpose=artefact.purpose,
        access_mode=artefact.access_mode,
        **more,
    )


async def log_denied(session: AsyncSession, request: RequestRow, at: datetime, by: UUID) -> None:
    entry = requested(request, at)
    entry.act, entry.subject_id, entry.role = pb.ACCESS_ACT_CONSENT_DENIED, str(by), Role.ROLE_RESIDENT
    await append(session, [entry])


async def log_revoked(session: AsyncSession, artefact: ArtefactRow, at: datetime, by: UUID) -> None:
    note = artefact.revoked_because
    await append(session, [of_artefact(artefact, AccessAct.CONSENT_REVOKED, at, by, note=note)])


def announce_end(session: AsyncSession, artefact: ArtefactRow, cause: Cause | None = None) -> None:
    """Publish that an artefact ended, as those hear of it who know where it came from."""
    match artefact.origin:
        case Origin.VISIT:
            publish(session, events.visit_closed(artefact), artefact.consent_request_id, cause)
        case Origin.OFFER:
            publish(session, events.offer_closed(artefact), artefact.consent_request_id, cause)
        case Origin.PROJECT:
            publish(session, events.project_left(artefact), artefact.id, cause)
        case _:
            publish(session, events.consent_ended(artefact), artefact.order_id, cause)


async def log_ended(session: AsyncSession, artefacts: Sequence[ArtefactRow], at: datetime) -> None:
    """Log what ended by itself, each with why."""
    await append(
        session,
        [
            of_artefact(artefact, AccessAct.CONSENT_ENDED, at, None, ended_because=artefact.ended_because)
            for artefact in artefacts
        ],
    )


async def log_rules(
    session: AsyncSession, rules: Sequence[VisitRuleRow], act: AccessAct, at: datetime, by: UUID | None
) -> None:
    """Log that rules were set or withdrawn, by a resident or guardian; None: they ended with a guardianship."""
    actor: dict[str, Any] = {"subject_id": str(by), "role": Role.ROLE_RESIDENT} if by is not None else {}
    entries = [
        happened(
            AccessKind.POLICY,
            act,
            rule.resident_id,
            at,
            **actor,
            about_id=str(rule.id),
            information_types=list(rule.information_types),
        )
        for rule in rules
    ]
    await append(session, entries)


async def log_looks_elsewhere(
    session: AsyncSession,
    looks: Iterable[identity_pb.ResidentsSeen | ordering_pb.ResidentsSeen | records_pb.ResidentsSeen],
    act: AccessAct,
) -> None:
    """Log what operators and regulators were shown of residents by other services, each resident once a look."""
    entries = [
        happened(AccessKind.LOOK, act, resident_id, moment(look.seen_at), subject_id=look.seen_by, role=look.role)
        for look in looks
        for resident_id in sorted(set(look.resident_ids))
    ]
    await append(session, entries)


async def log_changes(session: AsyncSession, changes: Iterable[RecordChange]) -> None:
    """Log what else became of a record, with who did it: nobody, where an order that was served closed a follow-up."""
    await append(session, [changed(change) for change in changes])


def changed(change: RecordChange) -> pb.AccessLogEntry:
    match change:
        case records_pb.ReadingWithdrawn():
            act, at, about_id = AccessAct.READING_WITHDRAWN, change.withdrawn_at, change.record_id
            by, role, partner_id = change.withdrawn_by, change.role, change.partner_id
        case records_pb.FollowUpNoted():
            act, at, about_id = AccessAct.FOLLOW_UP_NOTED, change.noted_at, change.follow_up_id
            by, role, partner_id = change.practitioner_id, Role.ROLE_PRACTITIONER, change.institution_id
        case records_pb.FollowUpClosed():
            act, at, about_id = AccessAct.FOLLOW_UP_CLOSED, change.closed_at, change.follow_up_id
            by, role, partner_id = change.closed_by, change.role, change.institution_id
    return happened(
        AccessKind.INGEST,
        act,
        change.resident_id,
        moment(at),
        subject_id=by,
        role=role,
        partner_id=partner_id,
        about_id=about_id,
    )


async def log_looks(
    session: AsyncSession, by: Principal, act: AccessAct, residents: Iterable[str], at: datetime
) -> None:
    """Log that an operator or a regulator looked at what is kept about these residents, each once."""
    if not by.supervises:
        return
    entries = [happened(AccessKind.LOOK, act, resident, at, by) for resident in sorted(set(residents))]
    await append(session, entries)
