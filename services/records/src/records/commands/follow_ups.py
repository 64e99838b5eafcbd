"""What becomes of follow-ups: noted and closed by a practitioner within a consent, declined or booked by the
resident."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis import moments
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import NotFound
from sqlalchemy.ext.asyncio import AsyncSession
from yima.common.v1.route_pb2 import Role

from records import events
from records.commands.alert_rules import Patient
from records.domain.follow_ups import (
    OPEN_MAX,
    FollowUpOutcome,
    FollowUpStatus,
    NextStep,
    NoConsentForFollowUp,
    TooManyFollowUps,
    check_move,
    check_note,
)
from records.store import alert_rules as consents
from records.store import follow_ups as store
from records.store.follow_ups import BookedOrder
from records.tables import FollowUpRow

REMINDED_AT_ONCE = 500


async def note_follow_up(session: AsyncSession, *, patient: Patient, step: NextStep, now: datetime) -> FollowUpRow:
    """Note what is to be done next. A consent that has ended since it was asked for counts no more."""
    await consents.lock(session, f"follow-ups {patient.practitioner_id} {patient.resident_id}")
    if await consents.has_ended(session, patient.consent_id):
        raise NoConsentForFollowUp("it has ended", "resident_id")
    if await store.open_of(session, patient.practitioner_id, patient.resident_id) >= OPEN_MAX:
        raise TooManyFollowUps(f"at most {OPEN_MAX} of yours for a resident", "resident_id")
    row = FollowUpRow(
        id=new_id(),
        resident_id=patient.resident_id,
        practitioner_id=patient.practitioner_id,
        institution_id=patient.partner_id,
        consent_id=patient.consent_id,
        action=step.action,
        reason=step.reason,
        due_on=step.due_on,
        category=step.category,
        offering_id=step.offering_id,
        note=step.note,
        status=int(FollowUpStatus.DUE),
        noted_at=now,
    )
    session.add(row)
    await session.flush()
    publish(session, events.follow_up_noted(row), row.id)
    return row


async def decline_follow_up(
    session: AsyncSession, *, follow_up_id: UUID, acts_for: Callable[[UUID], bool], by: UUID, now: datetime
) -> FollowUpRow:
    """Say for a resident that they do not want it. Declined twice, it was the first time."""
    row = await callers(session, follow_up_id, lambda each: acts_for(each.resident_id))
    if row.status == FollowUpStatus.DECLINED:
        return row
    check_move(row.status, FollowUpStatus.DECLINED)
    row.status, row.closed_at, row.closed_by = int(FollowUpStatus.DECLINED), now, by
    await session.flush()
    publish(session, events.follow_up_closed(row, Role.ROLE_RESIDENT), row.id)
    return row


async def close_follow_up(
    session: AsyncSession, *, follow_up_id: UUID, patient: Patient, outcome: FollowUpOutcome, note: str, now: datetime
) -> FollowUpRow:
    """Say what was done, as who noted it."""
    if await consents.has_ended(session, patient.consent_id):
        raise NoConsentForFollowUp("it has ended", "resident_id")
    row = await callers(
        session,
        follow_up_id,
        lambda each: (each.practitioner_id, each.resident_id) == (patient.practitioner_id, patient.resident_id),
    )
    check_move(row.status, FollowUpStatus.DONE)
    row.closing_note = check_note(note)
    row.status, row.outcome = int(FollowUpStatus.DONE), int(outcome)
    row.closed_at, row.closed_by = now, patient.practitioner_id
    await session.flush()
    publish(session, events.follow_up_closed(row, Role.ROLE_PRACTITIONER), row.id)
    return row


async def callers(session: AsyncSession, follow_up_id: UUID, is_callers: Callable[[FollowUpRow], bool]) -> FollowUpRow:
    """The follow-up, locked, if it is the caller's; another's is not there for them."""
    row = await store.follow_up_for_update(session, follow_up_id)
    if row is None or not is_callers(row):
        raise NotFound("there is no such follow-up", "follow_up_id")
    return row


async def follow_orders(session: AsyncSession, orders: Sequence[BookedOrder], now: datetime) -> None:
    """Let follow-ups stand where the orders that were booked for them put them. What is closed stays so."""
    if orders:
        await store.follow_orders(session, orders, now)


async def remind(session: AsyncSession, zone: ZoneInfo, now: datetime) -> bool:
    """Tell residents, once and on its day, of follow-ups for which nothing is booked; True where there may be more."""
    today = now.astimezone(zone).date()
    due = await store.take_due(session, today, moments.start_of(today, zone), REMINDED_AT_ONCE)
    for each in due:
        publish(session, events.follow_up_due(each), each.id)
    return len(due) == REMINDED_AT_ONCE
