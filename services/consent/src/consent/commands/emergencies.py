"""Emergencies: opened by a practitioner with a reason, told at once, reviewed by their institution, audited."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import Forbidden, Invalid
from chassis.signing import SigningKeys
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession
from yima.common.v1.route_pb2 import Role

from consent import events
from consent.commands import access_log, receipts
from consent.domain.access_log import AccessAct
from consent.domain.consents import ConsentEnd
from consent.domain.decisions import RECORD_TYPES, AccessKind
from consent.domain.emergencies import WINDOW, EmergencyOpen, EmergencyReviewedBefore, TooManyEmergencies
from consent.store import consents, emergencies
from consent.store.freezes import frozen_among
from consent.store.standings import standing_in
from consent.store.visits import standings_of
from consent.tables import EmergencyRow

REASON_LENGTH_MIN = 10


def check_reason(reason: str, field: str) -> str:
    """Why, in words that say something to whoever reads them."""
    words = texts.reason(reason, field)
    if len(words) < REASON_LENGTH_MIN:
        raise Invalid(field, f"say what it is, in at least {REASON_LENGTH_MIN} characters")
    return words


async def check_may_open(session: AsyncSession, practitioner_id: UUID, partner_id: UUID, now: datetime) -> None:
    """Refuse a practitioner who could read nothing: nobody is told of an emergency that opens nothing."""
    standing = standing_in((await standings_of(session, [partner_id])).get(partner_id))
    if standing.frozen or await frozen_among(session, [practitioner_id]):
        raise Forbidden("a regulator has frozen the institution's or the practitioner's reading")
    if not standing.good(now):
        raise Forbidden("the institution may use nobody's data now: it is suspended, or a certificate has lapsed")


async def break_glass(
    session: AsyncSession,
    *,
    resident_id: UUID,
    practitioner_id: UUID,
    partner_id: UUID,
    reason: str,
    city: City,
    keys: SigningKeys,
    now: datetime,
) -> EmergencyRow:
    """Open a resident's record to one practitioner, for some hours: all of it, what is apart too."""
    why = check_reason(reason, "reason")
    await check_may_open(session, practitioner_id, partner_id, now)
    await emergencies.lock_practitioner(session, practitioner_id)
    before = await emergencies.opened_by(session, practitioner_id, resident_id, now - WINDOW, now)
    if before.open:
        raise EmergencyOpen("read it for the purpose ETREAT", "resident_id")
    if before.opened >= city.emergency.practitioner_max:
        raise TooManyEmergencies("ask a colleague, or the resident; the regulator sees every one", "resident_id")
    until = now + timedelta(hours=city.emergency.hours)
    artefact = receipts.open_in_emergency(
        resident_id=resident_id,
        practitioner_id=practitioner_id,
        partner_id=partner_id,
        information_types=sorted(RECORD_TYPES),
        sensitive_categories=sorted(city.sensitive),
        until=until,
        keys=keys,
        now=now,
    )
    await consents.add_artefacts(session, [artefact])
    emergency = EmergencyRow(
        id=new_id(),
        consent_id=artefact.id,
        resident_id=resident_id,
        partner_id=partner_id,
        practitioner_id=practitioner_id,
        reason=why,
        opened_at=now,
        until=until,
        review_due_at=now + timedelta(hours=city.emergency.review_hours),
    )
    session.add(emergency)
    await session.flush()
    await log(session, emergency, AccessAct.EMERGENCY_OPENED, practitioner_id, Role.ROLE_PRACTITIONER, why, now)
    publish(session, events.emergency_opened(emergency), emergency.id)
    return emergency


async def review_emergency(
    session: AsyncSession,
    *,
    emergency_id: UUID,
    partner_id: UUID | None,
    by: UUID,
    justified: bool,
    note: str,
    now: datetime,
) -> EmergencyRow:
    """Review an emergency for its institution, or audit it where no partner is named: once each. What was none is
    shut."""
    emergency = await emergencies.emergency_for_update(session, emergency_id, partner_id)
    words = check_reason(note, "note")
    audits = partner_id is None
    if (emergency.audited_at if audits else emergency.reviewed_at) is not None:
        raise EmergencyReviewedBefore("nothing is left to do: a review is never changed", "emergency_id")
    if audits:
        emergency.audited_at, emergency.audited_by = now, by
        emergency.audit_justified, emergency.audit_note = justified, words
    else:
        emergency.reviewed_at, emergency.reviewed_by = now, by
        emergency.review_justified, emergency.review_note = justified, words
    if not justified:
        await shut(session, emergency, now)
    role = Role.ROLE_REGULATOR if audits else Role.ROLE_PARTNER
    verdict = "justified" if justified else "not justified"
    await log(session, emergency, AccessAct.EMERGENCY_REVIEWED, by, role, f"{verdict}: {words}", now)
    publish(session, events.emergency_reviewed(emergency, justified, audits), emergency.id)
    return emergency


async def log(
    session: AsyncSession,
    emergency: EmergencyRow,
    act: AccessAct,
    by: UUID,
    role: Role,
    note: str,
    now: datetime,
) -> None:
    """Write into the resident's log what somebody did about an emergency, in their words."""
    entry = access_log.happened(
        AccessKind.EMERGENCY,
        act,
        emergency.resident_id,
        now,
        subject_id=str(by),
        role=role,
        partner_id="" if role == Role.ROLE_REGULATOR else str(emergency.partner_id),
        consent_id=str(emergency.consent_id),
        about_id=str(emergency.id),
        note=note,
    )
    await access_log.append(session, [entry])


async def shut(session: AsyncSession, emergency: EmergencyRow, now: datetime) -> None:
    """End what an emergency opened, if it is open still."""
    residents: Sequence[UUID] = [emergency.resident_id]
    artefact = await consents.artefact_for_update(session, emergency.consent_id, residents)
    if artefact.revoked_at is None and artefact.ended_at is None and artefact.expires_at > now:
        artefact.ended_at, artefact.ended_because = now, ConsentEnd.NOT_JUSTIFIED
