"""Rules on what devices measure: proposed for a programme and decided on by somebody else; a practitioner's for a
patient, within a consent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import NotFound
from sqlalchemy.ext.asyncio import AsyncSession

from records import events
from records.domain.alert_rules import (
    CLEARED_BY,
    RULES_OF_PATIENT_MAX,
    RULES_OF_PROGRAMME_MAX,
    AlertRuleMoveRefused,
    AlertRuleStatus,
    AlertTerms,
    NoConsentForRule,
    OwnAlertRule,
    TooManyAlertRules,
    ends_at,
)
from records.store import alert_rules as store
from records.store import follow_ups
from records.tables import AlertRuleRow, DeviceRow

FLAGS_MAX = 500  # that one delivery raises


@dataclass(frozen=True, slots=True)
class Patient:
    """For whom a practitioner makes a rule, and the consent that it is within."""

    resident_id: UUID
    practitioner_id: UUID
    partner_id: UUID
    consent_id: UUID


async def propose_for_programme(
    session: AsyncSession, *, programme: str, terms: AlertTerms, by: UUID, now: datetime
) -> AlertRuleRow:
    await store.lock(session, programme)
    if await store.open_of_programme(session, programme) >= RULES_OF_PROGRAMME_MAX:
        raise TooManyAlertRules(f"at most {RULES_OF_PROGRAMME_MAX} of a programme")
    row = rule_row(terms, by, now, status=int(AlertRuleStatus.PROPOSED), programme=programme)
    session.add(row)
    await session.flush()
    return row


async def make_for_patient(
    session: AsyncSession, *, patient: Patient, terms: AlertTerms, by: UUID, now: datetime
) -> AlertRuleRow:
    """Let a practitioner's rule watch their patient. A consent that has ended since it was asked for counts no more."""
    await store.lock(session, f"{patient.practitioner_id} {patient.resident_id}")
    if await store.has_ended(session, patient.consent_id):
        raise NoConsentForRule("it has ended", "resident_id")
    if await store.open_of_patient(session, patient.practitioner_id, patient.resident_id, now) >= RULES_OF_PATIENT_MAX:
        raise TooManyAlertRules(f"at most {RULES_OF_PATIENT_MAX} for a patient")
    row = rule_row(
        terms, by, now, status=int(AlertRuleStatus.IN_FORCE), resident_id=patient.resident_id,
        practitioner_id=patient.practitioner_id, partner_id=patient.partner_id, consent_id=patient.consent_id,
        until=ends_at(now),
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row


def rule_row(terms: AlertTerms, by: UUID, now: datetime, **more: Any) -> AlertRuleRow:
    return AlertRuleRow(
        id=new_id(),
        title=terms.title,
        code=terms.code,
        test=int(terms.test),
        threshold=terms.threshold,
        clear_at=terms.clear_at,
        needed=terms.needed,
        readings=terms.readings,
        window_minutes=int(terms.window.total_seconds()) // 60,
        severity=int(terms.severity),
        proposed_by=by,
        proposed_at=now,
        **more,
    )


async def decide_rule(
    session: AsyncSession, *, rule_id: UUID, approved: bool, reason: str, by: UUID, now: datetime
) -> AlertRuleRow:
    """Put a programme's rule in force, or refuse it."""
    row = await store.rule(session, rule_id, lock=True)
    if row is None or not row.programme:
        raise NotFound("there is no such rule of a programme", "alert_rule_id")
    if row.status != AlertRuleStatus.PROPOSED:
        raise AlertRuleMoveRefused(f"it is {AlertRuleStatus(row.status).name.lower()}", "alert_rule_id")
    if row.proposed_by == by:
        raise OwnAlertRule("let a colleague decide", "alert_rule_id")
    row.status = int(AlertRuleStatus.IN_FORCE if approved else AlertRuleStatus.REFUSED)
    row.decided_by, row.decided_at, row.reason = by, now, reason
    await session.flush()
    return row


async def end_rule(
    session: AsyncSession, *, rule_id: UUID, practitioner_id: UUID | None, by: UUID, now: datetime
) -> AlertRuleRow:
    """Let a rule watch nobody any more: a practitioner's own, or one of a programme. Ended twice, it was the first
    time."""
    row = await store.rule(session, rule_id, lock=True)
    if row is None or row.practitioner_id != practitioner_id:
        raise NotFound("there is no such rule of yours", "alert_rule_id")
    if row.status == AlertRuleStatus.REFUSED:
        raise AlertRuleMoveRefused("it is refused", "alert_rule_id")
    if row.status != AlertRuleStatus.ENDED:
        row.status, row.ended_at, row.ended_by = int(AlertRuleStatus.ENDED), now, by
        await session.flush()
    return row


async def set_programme(
    session: AsyncSession, *, resident_id: UUID, programme: str, joins: bool, now: datetime
) -> Sequence[str]:
    """Let a programme's rules watch what a resident's devices measure, or not any more; in which they take part now."""
    if joins:
        await store.join(session, resident_id, programme, now)
    else:
        await store.leave(session, resident_id, programme, now)
    return await store.programmes_of(session, resident_id)


async def judge(
    session: AsyncSession,
    row: DeviceRow,
    sequences: Sequence[int],
    now: datetime,
    rules: Sequence[UUID] | None = None,
) -> None:
    """Look at readings that have just been stored, and say which rules they break; `rules`: only which of these."""
    raised = await store.judge(
        session,
        device_id=row.id,
        resident_id=row.resident_id,
        sequences=sequences,
        ids=[new_id() for _ in range(FLAGS_MAX)],
        cleared_by=CLEARED_BY,
        now=now,
        rules=rules,
    )
    for flag in raised:
        publish(session, events.reading_flagged(flag, row), flag.id)


async def end_with_consents(session: AsyncSession, consent_ids: Sequence[UUID], now: datetime) -> None:
    """No rule is within a consent that has ended, and nobody sees follow-ups by it."""
    await store.end_with_consents(session, consent_ids, now)
    await follow_ups.hide_within(session, consent_ids)
