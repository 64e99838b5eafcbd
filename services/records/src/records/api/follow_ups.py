"""Follow-ups over HTTP: within a consent for practitioners, a resident's own, and what is due of whom one may see."""

import itertools
import time
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.moments import parse_day
from chassis.pages import Part
from chassis.refusals import Unavailable
from chassis.wire import timestamp
from yima.catalog.v1.api_pb2 import ACCESS_MODE_VIEW
from yima.common.v1.route_pb2 import Role
from yima.common.v1.types_pb2 import PageInfo
from yima.consent.v1 import api_pb2 as consent_pb
from yima.records.v1 import follow_ups_pb2 as pb

from records.api.releases import OWN_REQUEST, TREATMENT, released, treating_consent
from records.api.served import Resources, api, check_licence, theirs, token_of
from records.commands import follow_ups as commands
from records.commands.alert_rules import Patient
from records.domain import follow_ups as rules
from records.domain.follow_ups import INFORMATION_TYPE, OPEN, NoConsentForFollowUp
from records.domain.releases import RELEASE_ATTEMPTS, RELEASE_SECONDS
from records.store import follow_ups as store
from records.store import grounds
from records.tables import FollowUpRow

PAGES_READ_MAX = 5
BY_DUE_DAY = pages.keyset(date, UUID)
# These say nothing of a consent: when they are over, a practitioner sees what they saw.
PASSING = (consent_pb.REASON_PARTNER_NOT_IN_STANDING, consent_pb.REASON_FROZEN)


async def check_consent(request: pb.NoteFollowUpRequest | pb.CloseFollowUpRequest, call: Call[Resources]) -> Patient:
    """The patient, and the consent that this is within: asked of consent, which says so in the patient's log."""
    resident_id = parse_id(request.resident_id, "resident_id")
    consent_id = await treating_consent(resident_id, INFORMATION_TYPE, NoConsentForFollowUp, call)
    return Patient(resident_id, UUID(call.principal.subject_id), UUID(call.principal.partner_id), consent_id)


@api.serves_after(check_consent)
async def note_follow_up(request: pb.NoteFollowUpRequest, call: Call[Resources]) -> pb.FollowUp:
    city = call.resources.city
    step = rules.check_next_step(
        action=request.action,
        reason=request.reason,
        due_on=request.due_on,
        category=request.category,
        offering_id=parse_id(request.offering_id, "offering_id") if request.offering_id else None,
        note=request.note,
        today=city.today(call.now),
        categories=city.taxonomy,
    )
    await grounds.decided(call.session, call.prepared.consent_id, [call.prepared.resident_id])
    row = await commands.note_follow_up(call.session, patient=call.prepared, step=step, now=call.now)
    return follow_up_message(row, call)


@api.serves_after(check_consent)
async def close_follow_up(request: pb.CloseFollowUpRequest, call: Call[Resources]) -> pb.FollowUp:
    await grounds.decided(call.session, call.prepared.consent_id, [call.prepared.resident_id])
    row = await commands.close_follow_up(
        call.session,
        follow_up_id=parse_id(request.follow_up_id, "follow_up_id"),
        patient=call.prepared,
        outcome=rules.check_outcome(request.outcome),
        note=request.note,
        now=call.now,
    )
    return follow_up_message(row, call)


@api.serves
async def decline_follow_up(request: pb.DeclineFollowUpRequest, call: Call[Resources]) -> pb.FollowUp:
    await grounds.own(call.session, call.principal.subject_id, theirs(call))
    row = await commands.decline_follow_up(
        call.session,
        follow_up_id=parse_id(request.follow_up_id, "follow_up_id"),
        acts_for=lambda resident_id: call.principal.acts_for(str(resident_id)),
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return follow_up_message(row, call)


@api.serves_without_transaction
async def list_follow_ups(request: pb.ListFollowUpsRequest, call: Call[Resources]) -> pb.FollowUpPage:
    """Decided and logged as a reading of the record. A practitioner who may look sees their own by this consent."""
    check_licence(call)
    part = pages.by_id(request.page)
    own = call.principal.role == Role.ROLE_RESIDENT
    resident_id = parse_id(request.resident_id or (call.principal.subject_id if own else ""), "resident_id")
    question = question_about(resident_id, OWN_REQUEST if own else TREATMENT)

    async def read(decision: consent_pb.Decision) -> Sequence[FollowUpRow]:
        async with call.resources.database.transaction() as session:
            await grounds.decided(session, decision.id, [resident_id])
            if decision.consent_id and not own:
                by = UUID(call.principal.subject_id)
                await store.let_see(session, by, resident_id, UUID(decision.consent_id))
            return await store.of_resident(session, resident_id, request.open_only, part)

    _, rows = await released(question, read, call)
    rows, page = part.cut(rows, pages.at_id)
    return pb.FollowUpPage(follow_ups=[follow_up_message(row, call) for row in rows], page=page)


@api.serves_without_transaction
async def list_due_follow_ups(request: pb.ListDueFollowUpsRequest, call: Call[Resources]) -> pb.FollowUpPage:
    """What the practitioner's own consents still let them see. Who does not let them is asked about once, and no more
    until they are seen again: a refusal is in a resident's log, and should not be there every day."""
    check_licence(call)
    part = BY_DUE_DAY.part(request.page)
    until = parse_day(request.due_until, "due_until") if request.due_until else None
    practitioner_id = UUID(call.principal.subject_id)
    shown, page = await in_sight_of(practitioner_id, until, part, call)
    return pb.FollowUpPage(follow_ups=[follow_up_message(row, call) for row in shown], page=page)


async def in_sight_of(
    practitioner_id: UUID, until: date | None, part: Part[tuple[date, UUID]], call: Call[Resources]
) -> tuple[Sequence[FollowUpRow], PageInfo]:
    """What of a page may be shown, and where it stands. Where all of a page is lost, the next is read; where that
    comes to an end, there is no cursor to go on with."""
    for _ in range(PAGES_READ_MAX):
        async with grounds.working(call.resources.database, "what is due") as session:  # consent is asked of each
            rows = await store.in_sight(session, practitioner_id, until, part)
        listed, page = part.cut(rows, lambda row: (row.due_on, row.id))
        decisions = await decisions_about(sorted({row.resident_id for row in listed}), call)
        permitted = [decisions[row.resident_id].permitted for row in listed]
        if any(permitted) or not rows:
            break
    if not any(permitted):
        return [], PageInfo()
    cursors = list(itertools.compress(page.cursors, permitted))
    shown = list(itertools.compress(listed, permitted))
    return shown, PageInfo(cursors=cursors, has_next=page.has_next, has_previous=page.has_previous)


async def decisions_about(residents: Sequence[UUID], call: Call[Resources]) -> Mapping[UUID, consent_pb.Decision]:
    """What consent decides of each, so recently that no revocation was answered in between."""
    if not residents:
        return {}
    questions = [question_about(resident_id, TREATMENT) for resident_id in residents]
    for _ in range(RELEASE_ATTEMPTS):
        start = time.monotonic()
        request = consent_pb.DecideEachRequest(questions=questions)
        decisions = (await call.resources.consent.decide_each(request, token_of(call))).decisions
        answered = dict(zip(residents, decisions, strict=True))
        await hide_lost(answered, call)
        if time.monotonic() - start < RELEASE_SECONDS:
            return answered
    raise Unavailable("deciding and reading take too long; try again shortly")


async def hide_lost(decisions: Mapping[UUID, consent_pb.Decision], call: Call[Resources]) -> None:
    """Let the practitioner see those no more who do not let them."""
    lost = [
        resident_id
        for resident_id, decision in decisions.items()
        if not decision.permitted and decision.reason not in PASSING
    ]
    if lost:
        async with grounds.working(call.resources.database, "hide what is lost") as session:
            await store.hide_of(session, UUID(call.principal.subject_id), lost)


def question_about(resident_id: UUID, purpose: str) -> consent_pb.DecideRequest:
    return consent_pb.DecideRequest(
        resident_id=str(resident_id),
        information_types=[INFORMATION_TYPE],
        purpose=purpose,
        access_mode=ACCESS_MODE_VIEW,
    )


def follow_up_message(row: FollowUpRow, call: Call[Resources]) -> pb.FollowUp:
    return pb.FollowUp(
        id=str(row.id),
        resident_id=str(row.resident_id),
        practitioner_id=str(row.practitioner_id),
        institution_id=str(row.institution_id),
        action=row.action,  # type: ignore[arg-type] # the contract's number
        reason=row.reason,  # type: ignore[arg-type] # the contract's number
        due_on=row.due_on.isoformat(),
        category=row.category,
        offering_id=str(row.offering_id or ""),
        note=row.note,
        status=row.status,  # type: ignore[arg-type] # the contract's number
        overdue=row.status in OPEN and row.due_on < call.resources.city.today(call.now),
        order_id=order_shown(row, call),
        noted_at=timestamp(row.noted_at),
        closed_at=timestamp(row.closed_at),
        outcome=row.outcome,  # type: ignore[arg-type] # the contract's number
        closing_note=row.closing_note,
    )


def order_shown(row: FollowUpRow, call: Call[Resources]) -> str:
    """Its order, for the resident alone: it may be another institution's."""
    return str(row.order_id or "") if call.principal.role == Role.ROLE_RESIDENT else ""
