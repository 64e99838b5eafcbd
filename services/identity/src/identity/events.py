"""What identity publishes: builders of its events."""

from collections.abc import Iterator, Sequence
from itertools import batched
from typing import cast
from uuid import UUID

from chassis.ids import new_id
from chassis.looks import Look
from chassis.wire import timestamp
from yima.common.v1.route_pb2 import GuardianAct, Role
from yima.common.v1.types_pb2 import LocalizedText
from yima.identity.v1.cities_pb2 import ScannedElsewhere
from yima.identity.v1.events_pb2 import (
    GUARDIANSHIP_END_BY_DEPENDANT,
    GUARDIANSHIP_END_BY_GUARDIAN,
    GUARDIANSHIP_END_BY_OPERATOR,
    GUARDIANSHIP_END_OF_AGE,
    GUARDIANSHIP_END_TERM,
    GuardianshipBegan,
    GuardianshipEnded,
    HealthCodeRedeemed,
    HealthCodeRedeemedElsewhere,
    HealthCodeReplayed,
    InstitutionRegistered,
    LicenceChecked,
    LicenceWithdrawn,
    PractitionerRegistered,
    PractitionerRegistrationEnded,
    ResidentProven,
    ResidentRegistered,
    ResidentsSeen,
    SessionsEnded,
    TrustListPut,
)
from yima.identity.v1.guardianships_pb2 import GuardianshipBasis

from identity.domain.cities import Elsewhere
from identity.domain.guardianships import Basis
from identity.tables import (
    GuardianRow,
    IdentityProofRow,
    InstitutionRow,
    LicenceCheckRow,
    PractitionerRow,
    ReplayRow,
    ScanRow,
    SessionRow,
    TrustListRow,
)

SESSIONS_MAX = 1_000  # in one event

# Versions: a resident or an institution is registered once; a resident is proven once, after that; a practitioner's
# registration ends once; a code is redeemed once, and a copy of it may be shown later. Of a guardian and a
# dependant each beginning and each end counts.
REGISTERED = 1
PROVEN = 2
REDEEMED, REPLAYED = 1, 2
ENDED = 1
REGISTRATION_ENDED = 2


def resident_registered(resident_id: UUID, guardian_ids: Sequence[UUID] = ()) -> ResidentRegistered:
    guardians = [str(guardian) for guardian in guardian_ids]
    return ResidentRegistered(resident_id=str(resident_id), guardian_ids=guardians, version=REGISTERED)


def resident_proven(proof: IdentityProofRow) -> ResidentProven:
    return ResidentProven(resident_id=str(proof.resident_id), proven_at=timestamp(proof.proven_at), version=PROVEN)


def guardianship_ended(guardianship: GuardianRow) -> GuardianshipEnded:
    if guardianship.ended_by is None:
        because = GUARDIANSHIP_END_TERM if guardianship.ended_at == guardianship.until else GUARDIANSHIP_END_OF_AGE
    elif guardianship.ended_by == guardianship.dependant_id:
        because = GUARDIANSHIP_END_BY_DEPENDANT
    elif guardianship.ended_by == guardianship.guardian_id:
        because = GUARDIANSHIP_END_BY_GUARDIAN
    else:
        because = GUARDIANSHIP_END_BY_OPERATOR
    return GuardianshipEnded(
        guardian_id=str(guardianship.guardian_id),
        dependant_id=str(guardianship.dependant_id),
        ended_at=timestamp(guardianship.ended_at),
        because=because,
        version=guardianship.version + 1,
    )


def guardianship_began(guardianship: GuardianRow, basis: Basis) -> GuardianshipBegan:
    return GuardianshipBegan(
        guardianship_id=str(guardianship.id),
        guardian_id=str(guardianship.guardian_id),
        dependant_id=str(guardianship.dependant_id),
        acts=[cast(GuardianAct, GuardianAct.Value(f"GUARDIAN_ACT_{act.upper()}")) for act in guardianship.acts],
        since=timestamp(guardianship.since),
        until=timestamp(guardianship.until),
        basis=cast(GuardianshipBasis, GuardianshipBasis.Value(f"GUARDIANSHIP_BASIS_{basis.upper()}")),
        version=guardianship.version,
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


def licence_checked(check: LicenceCheckRow) -> LicenceChecked:
    return LicenceChecked(
        practitioner_id=str(check.practitioner_id), checked_at=timestamp(check.changed_at), version=check.version
    )


def licence_withdrawn(check: LicenceCheckRow) -> LicenceWithdrawn:
    return LicenceWithdrawn(
        practitioner_id=str(check.practitioner_id), noticed_at=timestamp(check.changed_at), version=check.version
    )


def practitioner_registration_ended(practitioner: PractitionerRow) -> PractitionerRegistrationEnded:
    return PractitionerRegistrationEnded(
        practitioner_id=str(practitioner.id),
        institution_id=str(practitioner.institution_id),
        ended_at=timestamp(practitioner.ended_at),
        version=REGISTRATION_ENDED,
    )


def code_redeemed(scan: ScanRow) -> HealthCodeRedeemed | HealthCodeRedeemedElsewhere:
    """That a code was honoured: for a practitioner of ours, or of another city."""
    if scan.elsewhere is None:
        return health_code_redeemed(scan)
    return HealthCodeRedeemedElsewhere(
        scan_id=str(scan.id),
        resident_id=str(scan.resident_id),
        elsewhere=scanned_elsewhere(scan.elsewhere),
        scanned_at=timestamp(scan.scanned_at),
        version=REDEEMED,
        late=scan.late,
        app=scan.app,
        place=scan.place,
    )


def scanned_elsewhere(stored: str) -> ScannedElsewhere:
    elsewhere = Elsewhere.loads(stored)
    return ScannedElsewhere(
        city=elsewhere.city,
        practitioner_id=elsewhere.practitioner_id,
        practitioner_name=elsewhere.practitioner_name,
        practitioner_title=elsewhere.practitioner_title,
        institution_id=elsewhere.institution_id,
        institution_name=LocalizedText(text=elsewhere.institution_name),
    )


def health_code_redeemed(scan: ScanRow) -> HealthCodeRedeemed:
    return HealthCodeRedeemed(
        scan_id=str(scan.id),
        resident_id=str(scan.resident_id),
        practitioner_id=str(scan.practitioner_id),
        partner_id=str(scan.institution_id),
        scanned_at=timestamp(scan.scanned_at),
        version=REDEEMED,
        late=scan.late,
        app=scan.app,
        place=scan.place,
    )


def health_code_replayed(replay: ReplayRow) -> HealthCodeReplayed:
    return HealthCodeReplayed(
        scan_id=str(replay.scan_id),
        resident_id=str(replay.resident_id),
        practitioner_id=str(replay.practitioner_id or ""),
        partner_id=str(replay.institution_id or ""),
        elsewhere=None if replay.elsewhere is None else scanned_elsewhere(replay.elsewhere),
        presented_at=timestamp(replay.first_at),
        version=REPLAYED,
        rotated=replay.rotated,
        alert_id=str(replay.id),
        app=replay.app,
        place=replay.place,
    )


def sessions_ended(rows: Sequence[SessionRow]) -> Iterator[SessionsEnded]:
    """That these sessions are over: events of one subject each, with at most `SESSIONS_MAX` sessions."""
    of_subject: dict[UUID, list[SessionRow]] = {}
    for row in rows:
        of_subject.setdefault(row.subject_id, []).append(row)
    for subject_id, ended in of_subject.items():
        for batch in batched(ended, SESSIONS_MAX, strict=False):
            yield SessionsEnded(
                session_ids=[str(row.id) for row in batch],
                until=timestamp(max(row.expires_at for row in batch)),
                version=ENDED,
                subject_id=str(subject_id),
            )


def residents_seen(look: Look) -> ResidentsSeen:
    """That an operator or a regulator was shown something of these residents."""
    return ResidentsSeen(
        look_id=str(new_id()),
        resident_ids=sorted(look.people),
        seen_by=look.by.subject_id,
        role=look.by.role,
        method=look.method,
        seen_at=timestamp(look.at),
        version=1,
    )


def trust_list_put(row: TrustListRow, role: Role) -> TrustListPut:
    """`role` is of who put it in force; none where it came with the city's pack."""
    return TrustListPut(
        authority=row.authority,
        sequence=row.sequence,
        put_by=str(row.taken_by or ""),
        role=role,
        put_at=timestamp(row.taken_at),
        version=row.sequence,
        approved_by=str(row.approved_by or ""),
    )
