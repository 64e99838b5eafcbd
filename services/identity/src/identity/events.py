"""What identity tells, and what it hears: partners' API keys, so that a partner's systems can sign in."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.consumer import Event, NotYet, Work, subscription
from chassis.wire import moment, timestamp
from yima.common.v1.types_pb2 import LocalizedText
from yima.identity.v1.events_pb2 import (
    HealthCodeRedeemed,
    HealthCodeReplayed,
    InstitutionRegistered,
    PractitionerRegistered,
    ResidentRegistered,
)
from yima.partners.v1.events_pb2 import ApiKeyIssued, ApiKeyRevoked

from identity import store
from identity.tables import ApiKeyRow, InstitutionRow, PractitionerRow, ScanRow

# Versions of what only goes on: a person or an institution is registered once, a scan is honoured and then shown again.
REGISTERED = 1
HONOURED, SHOWN_AGAIN = 1, 2


def resident_registered(resident_id: UUID, guardian_ids: Sequence[UUID] = ()) -> ResidentRegistered:
    guardians = [str(guardian) for guardian in guardian_ids]
    return ResidentRegistered(resident_id=str(resident_id), guardian_ids=guardians, version=REGISTERED)


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


async def on_api_key_issued(work: Work[object], events: Sequence[Event[ApiKeyIssued]]) -> None:
    await store.put_api_keys(
        work.session,
        [
            ApiKeyRow(
                id=UUID(event.message.api_key_id),
                partner_id=UUID(event.message.partner_id),
                secret_sha256=event.message.secret_sha256,
                expires_at=moment(event.message.expires_at),
            )
            for event in events
        ],
    )


async def on_api_key_revoked(work: Work[object], events: Sequence[Event[ApiKeyRevoked]]) -> None:
    wanted = [UUID(event.message.api_key_id) for event in events]
    if len(await store.revoke_api_keys(work.session, wanted, work.now)) < len(set(wanted)):
        raise NotYet("a key was revoked before it was heard of")


SUBSCRIPTIONS = [
    subscription("identity-api-keys", {ApiKeyIssued: on_api_key_issued, ApiKeyRevoked: on_api_key_revoked})
]
