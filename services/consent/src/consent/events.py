"""What consent publishes: one function an event. What it hears is in `handlers.py`."""

from collections.abc import Iterable
from typing import Any

from chassis.wire import timestamp
from yima.consent.v1 import api_pb2 as pb
from yima.consent.v1 import events_pb2 as events_pb
from yima.settlement.v1.events_pb2 import DisputeOpened

from consent.store.erasures import DueErasure
from consent.tables import ArtefactRow, CheckpointRow, EmergencyRow, ErasureRow, LegalBasisRow, ProjectRow, RequestRow

REQUESTED, ANSWERED, OVER = 1, 2, 3  # versions of the consent for an order line, or a visit: it only goes on
DUE, ATTESTED = 1, 2  # versions of an erasure, which only goes on


def parties(row: RequestRow | ArtefactRow | DueErasure) -> dict[str, Any]:
    """What every event of a consent carries: the order line, the resident and the grantee."""
    return {
        "order_id": str(row.order_id or ""),
        "order_line_id": str(row.order_line_id or ""),
        "resident_id": str(row.resident_id),
        "grantee_id": str(row.grantee_id),
    }


def consent_requested(request: RequestRow) -> events_pb.ConsentRequested:
    return events_pb.ConsentRequested(**parties(request), consent_request_id=str(request.id), version=REQUESTED)


def consent_denied(request: RequestRow) -> events_pb.ConsentDenied:
    return events_pb.ConsentDenied(**parties(request), consent_request_id=str(request.id), version=ANSWERED)


def consent_granted(artefact: ArtefactRow) -> events_pb.ConsentGranted:
    return events_pb.ConsentGranted(
        **parties(artefact),
        consent_id=str(artefact.id),
        consent_request_id=str(artefact.consent_request_id),
        artefact_hash=artefact.artefact_hash,
        expires_at=timestamp(artefact.expires_at),
        version=ANSWERED,
    )


def consent_revoked(artefact: ArtefactRow) -> events_pb.ConsentRevoked:
    return events_pb.ConsentRevoked(
        **parties(artefact), consent_id=str(artefact.id), revoked_at=timestamp(artefact.revoked_at), version=OVER
    )


def consent_ended(artefact: ArtefactRow) -> events_pb.ConsentEnded:
    return events_pb.ConsentEnded(
        **parties(artefact),
        consent_id=str(artefact.id),
        ended_at=timestamp(artefact.ended_at),
        because=artefact.ended_because,  # type: ignore[arg-type] # the contract's number
        version=OVER,
    )


def visit(row: RequestRow) -> dict[str, Any]:
    """What the events of a visit carry: its scan, the resident, who scanned, and until when it lasts."""
    return {
        "consent_request_id": str(row.id),
        "scan_id": str(row.scan_id),
        "resident_id": str(row.resident_id),
        "grantee_id": str(row.grantee_id),
        "practitioner_id": str(row.practitioner_id),
        "until": timestamp(row.expires_at),
    }


def visit_offered(request: RequestRow) -> events_pb.VisitOffered:
    return events_pb.VisitOffered(**visit(request), version=REQUESTED)


def visit_granted(request: RequestRow, artefact: ArtefactRow) -> events_pb.VisitAnswered:
    return events_pb.VisitAnswered(
        **visit(request),
        granted=True,
        consent_id=str(artefact.id),
        visit_rule_id=str(artefact.visit_rule_id or ""),
        artefact_hash=artefact.artefact_hash,
        version=ANSWERED,
    )


def visit_denied(request: RequestRow) -> events_pb.VisitAnswered:
    return events_pb.VisitAnswered(**visit(request), granted=False, version=ANSWERED)


def visit_closed(artefact: ArtefactRow) -> events_pb.VisitClosed:
    """What was granted for a visit was revoked, or has ended, before the visit's end."""
    return events_pb.VisitClosed(
        consent_request_id=str(artefact.consent_request_id),
        scan_id=str(artefact.scan_id),
        resident_id=str(artefact.resident_id),
        grantee_id=str(artefact.grantee_id),
        consent_id=str(artefact.id),
        revoked=artefact.revoked_at is not None,
        closed_at=timestamp(artefact.revoked_at or artefact.ended_at),
        version=OVER,
    )


def offer(row: RequestRow) -> dict[str, Any]:
    """What the events of an offer carry."""
    return {
        "consent_request_id": str(row.id),
        "resident_id": str(row.resident_id),
        "grantee_id": str(row.grantee_id),
        "until": timestamp(row.expires_at),
    }


def offer_made(request: RequestRow) -> events_pb.OfferMade:
    return events_pb.OfferMade(**offer(request), version=REQUESTED)


def offer_granted(request: RequestRow, artefact: ArtefactRow) -> events_pb.OfferAnswered:
    return events_pb.OfferAnswered(
        **offer(request),
        granted=True,
        consent_id=str(artefact.id),
        artefact_hash=artefact.artefact_hash,
        version=ANSWERED,
    )


def offer_denied(request: RequestRow) -> events_pb.OfferAnswered:
    return events_pb.OfferAnswered(**offer(request), granted=False, version=ANSWERED)


def offer_closed(artefact: ArtefactRow) -> events_pb.OfferClosed:
    """What was granted on an offer was revoked, or has ended, before its end."""
    return events_pb.OfferClosed(
        consent_request_id=str(artefact.consent_request_id),
        resident_id=str(artefact.resident_id),
        grantee_id=str(artefact.grantee_id),
        consent_id=str(artefact.id),
        revoked=artefact.revoked_at is not None,
        closed_at=timestamp(artefact.revoked_at or artefact.ended_at),
        version=OVER,
    )


PROJECT_APPROVED, PROJECT_ENDED = 1, 2  # versions of a project


def project_approved(row: ProjectRow) -> events_pb.ProjectApproved:
    return events_pb.ProjectApproved(
        project_id=str(row.id),
        grantee_id=str(row.grantee_id),
        expires_at=timestamp(row.expires_at),
        version=PROJECT_APPROVED,
    )


def project_ended(row: ProjectRow) -> events_pb.ProjectEnded:
    return events_pb.ProjectEnded(
        project_id=str(row.id),
        grantee_id=str(row.grantee_id),
        ended_at=timestamp(row.ended_at),
        version=PROJECT_ENDED,
    )


def participation(row: ArtefactRow) -> dict[str, Any]:
    """What the events of a consent for a project carry."""
    return {
        "consent_id": str(row.id),
        "project_id": str(row.project_id),
        "resident_id": str(row.resident_id),
        "grantee_id": str(row.grantee_id),
    }


def project_joined(artefact: ArtefactRow) -> events_pb.ProjectJoined:
    return events_pb.ProjectJoined(
        **participation(artefact),
        artefact_hash=artefact.artefact_hash,
        until=timestamp(artefact.expires_at),
        version=ANSWERED,
    )


def project_left(artefact: ArtefactRow) -> events_pb.ProjectLeft:
    """What was consented to for a project was revoked, or has ended, before the project's term."""
    return events_pb.ProjectLeft(
        **participation(artefact),
        revoked=artefact.revoked_at is not None,
        because=artefact.ended_because,  # type: ignore[arg-type] # the contract's number
        left_at=timestamp(artefact.revoked_at or artefact.ended_at),
        version=OVER,
    )


OPENED, REVIEWED, AUDITED = 1, 2, 3  # versions of an emergency


def emergency_opened(row: EmergencyRow) -> events_pb.EmergencyOpened:
    return events_pb.EmergencyOpened(
        emergency_id=str(row.id),
        consent_id=str(row.consent_id),
        resident_id=str(row.resident_id),
        grantee_id=str(row.partner_id),
        practitioner_id=str(row.practitioner_id),
        until=timestamp(row.until),
        review_due_at=timestamp(row.review_due_at),
        version=OPENED,
    )


def emergency_reviewed(row: EmergencyRow, justified: bool, audited: bool) -> events_pb.EmergencyReviewed:
    return events_pb.EmergencyReviewed(
        emergency_id=str(row.id),
        consent_id=str(row.consent_id),
        resident_id=str(row.resident_id),
        grantee_id=str(row.partner_id),
        justified=justified,
        audited=audited,
        version=AUDITED if audited else REVIEWED,
    )


def emergency_closed(artefact: ArtefactRow) -> events_pb.EmergencyClosed:
    return events_pb.EmergencyClosed(
        consent_id=str(artefact.id),
        resident_id=str(artefact.resident_id),
        grantee_id=str(artefact.grantee_id),
        practitioner_id=str(artefact.practitioner_id),
        closed_at=timestamp(artefact.revoked_at),
        version=REVIEWED,
    )


SIGNED, ENDED = 2, 3  # versions of a legal basis


def legal_basis_signed(row: LegalBasisRow) -> events_pb.LegalBasisSigned:
    return events_pb.LegalBasisSigned(
        legal_basis_id=str(row.id),
        grantee_id=str(row.grantee_id),
        expires_at=timestamp(row.expires_at),
        version=SIGNED,
    )


def legal_basis_ended(row: LegalBasisRow) -> events_pb.LegalBasisEnded:
    return events_pb.LegalBasisEnded(
        legal_basis_id=str(row.id), grantee_id=str(row.grantee_id), ended_at=timestamp(row.ended_at), version=ENDED
    )


def erasure_due(due: DueErasure) -> events_pb.ErasureDue:
    return events_pb.ErasureDue(
        **parties(due),
        consent_id=str(due.consent_id),
        artefact_hash=due.artefact_hash,
        due_at=timestamp(due.due_at),
        version=DUE,
    )


def erasure_attested(erasure: ErasureRow, artefact: ArtefactRow) -> events_pb.ErasureAttested:
    return events_pb.ErasureAttested(
        **parties(artefact),
        consent_id=str(artefact.id),
        attestation_hash=erasure.attestation_hash,
        attested_at=timestamp(erasure.attested_at),
        version=ATTESTED,
    )


def decisions_told(
    dispute: DisputeOpened, decisions: Iterable[events_pb.ToldDecision], left_out: bool
) -> events_pb.DecisionsTold:
    """The decisions about a disputed order, oldest first; `left_out` says that there may be older ones."""
    return events_pb.DecisionsTold(
        dispute_id=dispute.dispute_id,
        order_id=dispute.order_id,
        decisions=decisions,
        left_out=left_out,
        version=1,
    )


def access_log_checkpointed(
    checkpoint: CheckpointRow, previous: int, path: Iterable[bytes]
) -> events_pb.AccessLogCheckpointed:
    """The log's signed tree, and the path to it from the one that was announced before."""
    return events_pb.AccessLogCheckpointed(
        size=checkpoint.size,
        root=checkpoint.root,
        note=checkpoint.note,
        version=checkpoint.size,
        previous_size=previous,
        path=path,
    )


def told_decision(entry: pb.AccessLogEntry, position: int, digest: bytes) -> events_pb.ToldDecision:
    """A decision without the resident's id and without what kind of data it was about."""
    return events_pb.ToldDecision(
        position=position,
        hash=digest,
        decided_at=entry.decided_at,
        permitted=entry.permitted,
        reason=entry.reason,
        purpose=entry.purpose,
        access_mode=entry.access_mode,
        grantee_id=entry.partner_id,
        consent_id=entry.consent_id,
    )
