"""Follow-ups over HTTP: within a consent for practitioners, a resident's own, and what is due of whom one may see."""

import time
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.moments import parse_day
from chassis.refusals import Invalid, Unavailable
from chassis.wire import timestamp
from yima.catalog.v1.api_pb2 import ACCESS_MODE_VIEW
from yima.common.v1.route_pb2 import Role
from yima.common.v1.types_pb2 import PageInfo, PageRequest
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
BY_DUE_DAY = pages.keyset(int, UUID)  # the day as its number in the calendar
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
    limit, before = pages.size(request.page), pages.after_id(request.page)
    own = call.principal.role == Role.ROLE_RESIDENT
    resident_id = parse_id(request.resident_id or (call.principal.subject_id if own else ""), "resident_id")
    question = question_about(resident_id, OWN_REQUEST if own else TREATMENT)

    async def read(decision: consent_pb.Decision) -> Sequence[FollowUpRow]:
        async with call.resources.database.transaction() as session:
            await grounds.decided(session, decision.id, [resident_id])
            if decision.consent_id and not own:
                by = UUID(call.principal.subject_id)
                await store.let_see(session, by, resident_id, UUID(decision.consent_id))
            return await store.of_resident(session, resident_id, request.open_only, before, limit)

    _, rows = await released(question, read, call)
    return pb.FollowUpPage(
        follow_ups=[follow_up_message(row, call) for row in rows[:limit]],
        page=pages.info([row.id for row in rows], limit),
    )


@api.serves_without_transaction
async def list_due_follow_ups(request: pb.ListDueFollowUpsRequest, call: Call[Resources]) -> pb.FollowUpPage:
    """What the practitioner's own consents still let them see. Who does not let them is asked about once, and no more
    until they are seen again: a refusal is in a resident's log, and should not be there every day."""
    check_licence(call)
    limit, after = pages.size(request.page), due_after(request.page)
    until = parse_day(request.due_until, "due_until") if request.due_until else None
    practitioner_id = UUID(call.principal.subject_id)
    rows, shown = await in_sight_of(practitioner_id, until, after, limit, call)
    cursors = [BY_DUE_DAY.cursor((row.due_on.toordinal(), row.id)) for row in shown]
    return pb.FollowUpPage(
        follow_ups=[follow_up_message(row, call) for row in shown],
        page=PageInfo(cursors=cursors, has_next=len(rows) > limit and bool(shown)),
    )


async def in_sight_of(
    practitioner_id: UUID, until: date | None, after: tuple[date, UUID] | None, limit: int, call: Call[Resources]
) -> tuple[Sequence[FollowUpRow], Sequence[FollowUpRow]]:
    """What there is from here on, and what of its page may be shown. Where all of a page is lost, the next is read."""
    for _ in range(PAGES_READ_MAX):
        async with grounds.working(call.resources.database, "what is due") as session:  # consent is asked of each
            rows = await store.in_sight(session, practitioner_id, until, after, limit)
        decisions = await decisions_about(sorted({row.resident_id for row in rows[:limit]}), call)
        shown = [row for row in rows[:limit] if decisions[row.resident_id].permitted]
        if shown or not rows:
            break
    return rows, shown


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


def due_after(page: PageRequest) -> tuple[date, UUID] | None:
    """The day and follow-up after which a page of what is due begins."""
    position = BY_DUE_DAY.after(page)
    if position is None:
        return None
    try:
        return date.fromordinal(position[0]), position[1]
    except (ValueError, OverflowError):
        raise Invalid(pages.AFTER, "is not a cursor of this listing; begin again without one") from None


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
