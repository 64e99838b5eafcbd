"""What identity tells, and what it hears: what ends the sessions of partners' systems."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.consumer import Event, Subscription, Work, subscription
from chassis.outbox import publish
from chassis.wire import timestamp
from sqlalchemy.ext.asyncio import AsyncSession
from yima.common.v1.types_pb2 import LocalizedText
from yima.identity.v1.events_pb2 import (
    GUARDIANSHIP_END_BY_GUARDIAN,
    GUARDIANSHIP_END_BY_OPERATOR,
    GUARDIANSHIP_END_OF_AGE,
    GuardianshipEnded,
    HealthCodeRedeemed,
    HealthCodeReplayed,
    InstitutionRegistered,
    PractitionerRegistered,
    ResidentRegistered,
    SessionsEnded,
)
from yima.partners.v1.events_pb2 import ApiKeyRevoked, PartnerSuspended

from identity import store
from identity.tables import GuardianRow, InstitutionRow, PractitionerRow, ScanRow, SessionRow

SESSIONS_MAX = 1_000  # in one event

# Versions of what only goes on: a person or an institution is registered once, a scan is honoured and then shown again.
REGISTERED = 1
HONOURED, SHOWN_AGAIN = 1, 2
ENDED = 1
GUARDIANSHIP_ENDED = 2  # it began with the dependant's registration


def resident_registered(resident_id: UUID, guardian_ids: Sequence[UUID] = ()) -> ResidentRegistered:
    guardians = [str(guardian) for guardian in guardian_ids]
    return ResidentRegistered(resident_id=str(resident_id), guardian_ids=guardians, version=REGISTERED)


def guardianship_ended(guardianship: GuardianRow) -> GuardianshipEnded:
    if guardianship.ended_by is None:
        because = GUARDIANSHIP_END_OF_AGE
    elif guardianship.ended_by == guardianship.guardian_id:
        because = GUARDIANSHIP_END_BY_GUARDIAN
    else:
        because = GUARDIANSHIP_END_BY_OPERATOR
    return GuardianshipEnded(
        guardian_id=str(guardianship.guardian_id),
        dependant_id=str(guardianship.dependant_id),
        ended_at=timestamp(guardianship.ended_at),
        because=because,
        version=GUARDIANSHIP_ENDED,
    )


def institution_registered(institution: InstitutionRow) -> InstitutionRegistered:
    return InstitutionRegistered(
        institution_id=str(institution.id), name=LocalizedText(text=institution.name), version=REGISTERED
    )


def practitioner_registered(practitioner: PractitionerRow) -> PractitionerRegistered:
    return PractitionerRegistered(
        practitioner_id=str(practitioner.id),
        institution_id=str(practitioner.institution_id),
        version=REGISTERED,
    )


def health_code_redeemed(scan: ScanRow) -> HealthCodeRedeemed:
    return HealthCodeRedeemed(
        scan_id=str(scan.id),
        resident_id=str(scan.resident_id),
        practitioner_id=str(scan.practitioner_id),
        partner_id=str(scan.institution_id),
        scanned_at=timestamp(scan.scanned_at),
        version=HONOURED,
    )


def health_code_replayed(
    honoured: ScanRow, practitioner_id: UUID, partner_id: UUID, now: datetime
) -> HealthCodeReplayed:
    return HealthCodeReplayed(
        scan_id=str(honoured.id),
        resident_id=str(honoured.resident_id),
        practitioner_id=str(practitioner_id),
        partner_id=str(partner_id),
        presented_at=timestamp(now),
        version=SHOWN_AGAIN,
    )


def announce_end(session: AsyncSession, ended: Sequence[SessionRow]) -> None:
    """Tell everybody who verifies tokens that these are over: an event a subject, and so many sessions in each."""
    of_subject: dict[UUID, list[SessionRow]] = {}
    for row in ended:
        of_subject.setdefault(row.subject_id, []).append(row)
    for subject_id, rows in of_subject.items():
        for start in range(0, len(rows), SESSIONS_MAX):
            some = rows[start : start + SESSIONS_MAX]
            event = SessionsEnded(
                session_ids=[str(row.id) for row in some],
                until=timestamp(max(row.expires_at for row in some)),
                version=ENDED,
                subject_id=str(subject_id),
            )
            publish(session, event, subject_id)


async def on_api_key_revoked(work: Work[object], events: Sequence[Event[ApiKeyRevoked]]) -> None:
    keys = [UUID(event.message.api_key_id) for event in events]
    announce_end(work.session, await store.end_sessions(work.session, api_keys=keys))


async def on_partner_suspended(work: Work[object], events: Sequence[Event[PartnerSuspended]]) -> None:
    """A suspended partner's systems are out at once; its people stay, to finish what is open."""
    partners = [UUID(event.message.standing.partner_id) for event in events]
    announce_end(work.session, await store.end_sessions(work.session, systems_of=partners))


SUBSCRIPTIONS: Sequence[Subscription[object]] = [
    subscription("identity-api-keys", {ApiKeyRevoked: on_api_key_revoked, PartnerSuspended: on_partner_suspended})
]
